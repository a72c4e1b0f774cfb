"""A finding of a term is recognised by its own facts, never by the sentence that people read."""

from __future__ import annotations

from typing import Any

import pytest

from turs.desk.content import intake, matched, services
from turs.desk.content.models import Examination, Posting
from turs.examine import Context, examine
from turs.posting import Posting as Value
from turs.text import Term, TermList

from . import rows

TERM = "“جبهة” of the list “المثال” occurs"
"""A term that reads like the sentence about a term."""


def test_a_finding_names_its_term() -> None:
    lists = (TermList("names / of groups", "1", (Term("Example Front", "", "name"), Term("جبهة المثال", "ar", ""))),)
    seen = examine(Value("s", "قال المتحدث إن جبهة المثال (Example Front) لم ترد."), Context(terms=lists))
    found = {(one.label, one.subject) for one in seen.findings if one.kind == "term"}
    assert found == {("name", "Example Front"), ("term", "جبهة المثال")}
    told = [one for one in seen.as_dict("ar")["findings"] if one["kind"] == "term"]
    assert {one["subject"] for one in told} == {"Example Front", "جبهة المثال"}
    assert all(not one.subject for one in seen.findings if one.kind != "term")


@pytest.mark.django_db
@pytest.mark.parametrize("term", ["جبهة المثال", TERM])
def test_counts_do_not_depend_on_the_words_of_the_reason(world: rows.World, term: str) -> None:
    user = world.user("analyst")
    terms = services.add_term_list(user, "أسماء / ١", tlp="AMBER")
    entry = services.add_term(user, terms, term, category="name", reason="اسم يتكرر في القصة المخترعة.")
    bring_in(user, f"قال المتحدث إن {term} لم ترد في البيان.", "نص آخر لا شأن له بهذا كله.")
    for number, row in enumerate(Examination.objects.all()):
        for finding in row.result["findings"]:
            finding["reason"] = {"ar": f"جملة {number}", "en": "another sentence"}
        row.save()
    everything = Posting.objects.all()
    assert matched.tally_lists(everything, [terms]).terms[entry.pk] == 1
    assert matched.tally_lists(everything, [terms]).lists[terms.pk] == 1
    assert matched.matching(everything, term=entry).count() == matched.matching(everything, terms=terms).count() == 1


def bring_in(user: Any, *texts: str) -> None:
    uploads = [intake.Upload(f"{number}.txt", [text.encode()]) for number, text in enumerate(texts)]
    assert intake.run(intake.open_import(user, uploads, options={"source": "s"}).pk).error == ""
