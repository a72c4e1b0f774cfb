"""Terms on the screen: what a category means to the rules, and the contexts that silence a term."""

from __future__ import annotations

import json
from typing import Any

import pytest

from turs.desk.content import intake, knowledge
from turs.desk.content.intake import Upload
from turs.desk.content.models import Posting, TermEntry, TermList
from turs.desk.content.vocabulary import TermCategory
from turs.desk.ledger.models import Entry
from turs.triage.evidence import LISTED
from turs.triage.priorities import LISTED_POINTS

from . import rows

TERM = {"text": "front", "category": "name", "language": "en", "reason": "The name of an invented group."}


@pytest.fixture
def analyst(world: rows.World, login: Any) -> Any:
    return login(world.user("analyst", language="en"))


@pytest.fixture
def terms(world: rows.World) -> TermList:
    made: TermList = TermList.objects.create(agency=world.cell, name="list", created_by=world.user("analyst"))
    return made


def add(client: Any, terms: TermList, **changes: Any) -> Any:
    return client.post(f"/terms/{terms.pk}/", {**TERM, **changes})


def test_the_form_offers_every_category_that_the_rules_steer_by_in_words(analyst: Any, terms: TermList) -> None:
    assert set(TermCategory.values) == set(LISTED) == set(LISTED_POINTS)
    form = analyst.get(f"/terms/{terms.pk}/").context["form"]
    offered = dict(form.fields["category"].choices)
    assert set(offered) == {*LISTED, "other"}
    assert all(" – " in words for words in offered.values()), "each says what it does"


def test_a_category_of_ones_own_has_a_name(analyst: Any, terms: TermList) -> None:
    refused = add(analyst, terms, category="other")
    assert refused.status_code == 422
    assert "own_category" in refused.context["form"].errors
    assert add(analyst, terms, category="emperor").status_code == 422
    assert add(analyst, terms, category="other", own_category="weapon").status_code == 302
    assert TermEntry.objects.get().category == "weapon"
    page = analyst.get(f"/terms/{terms.pk}/").content.decode()
    assert "weapon" in page


def test_a_list_shows_its_categories_in_words(analyst: Any, terms: TermList) -> None:
    add(analyst, terms, category="group_name")
    table = analyst.get(f"/terms/{terms.pk}/").content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    assert "Name of a group" in table
    assert "group_name" not in table


def test_a_context_silences_a_term_where_it_stands_close_by(
    analyst: Any, terms: TermList, world: rows.World
) -> None:
    assert add(analyst, terms, suppress="weather forecast\n\n  cold   wind \nweather forecast").status_code == 302
    entry = TermEntry.objects.get()
    assert entry.suppress == ["weather forecast", "cold wind"]
    recorded = json.loads(Entry.objects.filter(verb="termlist.term_added").latest("seq").detail)
    assert recorded["suppress"] == entry.suppress
    assert "Not beside:" in analyst.get(f"/terms/{terms.pk}/").content.decode()
    texts = ("The weather forecast says that the front comes from the sea.", "He says that the front comes from there.")
    uploads = [Upload(f"{number}.txt", [text.encode()]) for number, text in enumerate(texts)]
    intake.run(intake.open_import(world.user("analyst"), uploads, reader="text", options={"source": "s"}).pk)
    found = {
        row.text: [note["kind"] for note in row.examination.result["findings"] if note["kind"] == "term"]
        for row in Posting.objects.all()
    }
    assert found == {texts[0]: [], texts[1]: ["term"]}


def test_a_term_that_comes_back_may_have_other_contexts(analyst: Any, terms: TermList, world: rows.World) -> None:
    add(analyst, terms, suppress="weather forecast")
    before = knowledge.context_for(world.cell).version
    entry = TermEntry.objects.get()
    analyst.post(f"/terms/{terms.pk}/entries/{entry.pk}/withdraw/", {"reason": "It needs another context."})
    add(analyst, terms, suppress="cold wind")
    entry.refresh_from_db()
    assert entry.suppress == ["cold wind"]
    assert knowledge.context_for(world.cell).version != before, "another context, another version of what examines"


@pytest.mark.parametrize(
    "phrases", ["Front", "the\nfront", "!!!", "\n".join(f"phrase {n}" for n in range(21)), "x" * 101]
)
def test_contexts_that_would_silence_always_or_never_are_refused(analyst: Any, terms: TermList, phrases: str) -> None:
    refused = add(analyst, terms, suppress=phrases)
    assert refused.status_code == 422
    assert "suppress" in refused.context["form"].errors
    assert not TermEntry.objects.exists()


def test_programs_give_and_see_contexts_too(client: Any, terms: TermList, world: rows.World, bearer: Any) -> None:
    headers = bearer(world.user("analyst"))
    address = f"/api/v1/terms/{terms.pk}/entries"
    given = {"text": "front", "reason": "The name of an invented group.", "suppress": ["weather forecast"]}
    made = client.post(address, json.dumps(given), content_type="application/json", headers=headers)
    assert made.status_code == 201
    assert made.json()["suppress"] == ["weather forecast"]
    bad = {**given, "text": "another front", "suppress": ["front"]}
    assert client.post(address, json.dumps(bad), content_type="application/json", headers=headers).status_code == 422
