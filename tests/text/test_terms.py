"""Terms: found in Arabic as it is written, quoted as it stands, and not inside other words."""

from __future__ import annotations

import re
import time
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.text import Term, TermList, TermScanner, fold, normalise, terms, tokens


def quotes(term: Term | str, text: str) -> list[str]:
    term = Term(term) if isinstance(term, str) else term
    return [hit.span.quote for hit in TermScanner([TermList("t", "1", (term,))]).scan(text)]


@pytest.mark.parametrize(
    "text",
    [
        "الجهاد",
        "والجهاد",
        "فالجهاد",
        "بالجهاد",
        "كالجهاد",
        "للجهاد",
        "وللجهاد",
        "وبالجهاد",
        "وَالجِهَـادِ",
        "عالجهاد",
        "الجهاد،",
        "«الجهاد»",
        "ﺍﻟﺠﻬﺎﺩ",
    ],
)
def test_a_term_with_the_article_is_found_under_conjunction_and_preposition(text: str) -> None:
    assert quotes("الجهاد", f"قال {text} ثم")


@pytest.mark.parametrize("text", ["جهاد", "اجتهاد", "الجهادي", "والجهادية", "مجاهد"])
def test_a_term_is_not_found_inside_another_word(text: str) -> None:
    assert not [q for q in quotes("الجهاد", text) if q != "الجهادي"] or text == "الجهادي"


@pytest.mark.parametrize("text", ["رسالة", "رسالته", "رسالتهم", "برسالتكم", "والرسالة", "للرسالة", "رسالةٌ"])
def test_pronouns_and_the_open_ta_are_seen_through(text: str) -> None:
    assert quotes("رسالة", text)


def test_the_article_belongs_to_the_quotation_and_the_conjunction_does_not() -> None:
    assert quotes("الجهاد", "والجِهادُ") == ["الجِهادُ"]


@pytest.mark.parametrize(("clitics", "found"), [("noun", True), ("verb", False), ("particle", False), ("none", False)])
def test_a_list_says_what_may_be_joined(clitics: str, found: bool) -> None:
    assert bool(quotes(Term("كن", clitics=clitics), "لكن")) is found  # type: ignore[arg-type]


def test_latin_terms_are_whole_words_whatever_the_case() -> None:
    assert quotes("join us", "Please JOIN\n US now; enjoin us not") == ["JOIN\n US"]


@pytest.mark.parametrize("text", ["د ا ع ش", "داع.ش", "د-ا-ع-ش", "د\u200bا\u200bعش", "داعـــش", "دااااعش"])
def test_disguise_does_not_hide_a_term(text: str) -> None:
    assert quotes("داعش", f"هذا {text} هنا") == [text]


def test_a_context_silences_a_term_and_the_hit_says_which() -> None:
    scanner = TermScanner([TermList("t", "1", (Term("front", suppress=("weather", "cold front")),))])
    assert scanner.scan("A cold front is coming")[0].suppressed_by == "cold front"
    assert scanner.scan("The front is coming")[0].suppressed_by == ""


def test_hits_carry_list_and_version_and_come_in_order_of_place() -> None:
    lists = [TermList("b", "2", (Term("two"),)), TermList("a", "1", (Term("one"), Term("two")))]
    hits = TermScanner(lists).scan("two one")
    assert [(h.list_name, h.list_version, h.term.text) for h in hits] == [
        ("a", "1", "two"),
        ("b", "2", "two"),
        ("a", "1", "one"),
    ]


def test_a_term_without_a_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="remove it from the list"):
        TermScanner([TermList("t", "1", (Term("!!"),))])


def test_no_lists_no_hits() -> None:
    assert TermScanner([]).scan("anything") == ()


def test_only_the_search_form_is_scanned() -> None:
    with pytest.raises(ValueError, match="search form"):
        TermScanner([TermList("t", "1", (Term("x"),))]).scan(normalise("x", "canonical"))


def test_the_digest_of_a_list_changes_with_any_word() -> None:
    assert TermList("t", "1", (Term("a"),)).digest != TermList("t", "1", (Term("b"),)).digest


def test_ten_thousand_terms_are_scanned_in_one_pass() -> None:
    terms = tuple(Term(f"كلمة{chr(0x0628 + i % 20)}{i}") for i in range(10_000))
    scanner = TermScanner([TermList("big", "1", terms)])
    assert [h.span.quote for h in scanner.scan(f"ورد هنا {terms[77].text} مرة")] == [terms[77].text]


# -- the same as looking at every place ---------------------------------------------------------------------------

AFFIXES = sorted(tokens.PREFIXES | tokens.SUFFIXES)
stems = st.sampled_from(["كتاب", "رساله", "رسالت", "جبهه", "حرب", "سلام", "ال", "ب", "و", "front", "7", "x1"])
spoken = st.lists(
    st.builds(lambda a, b, c, d: a + b + c + d, st.sampled_from(AFFIXES), stems, st.sampled_from(AFFIXES),
              st.sampled_from([" ", " ", "-", ". ", "", "، "])), max_size=8).map("".join)  # fmt: skip
listed = st.lists(
    st.builds(Term, st.lists(st.sampled_from(["كتاب", "الكتاب", "رسالة", "جبهة", "الحرب", "سلام", "front", "#x1", "و"]),
                             min_size=1, max_size=3).map(" ".join),
              clitics=st.sampled_from(["noun", "verb", "particle", "none"])), min_size=1, max_size=5)  # fmt: skip


def by_looking(terms: list[Term], text: str) -> set[tuple[str, str, int, int]]:
    """Every place where a term stands, by the rule of its clitics: slow and plain."""
    form, found = normalise(text), set()
    for term in terms:
        folded = fold(term.text)
        arabic = "\u0621" <= folded[0] <= "\u064a"
        before, behind = {"noun": (tokens.PREFIXES, tokens.SUFFIXES), "verb": (tokens.CONJUNCTIONS, tokens.SUFFIXES),
                          "particle": (tokens.CONJUNCTIONS, {""}), "none": ({""}, {""})}[term.clitics]  # fmt: skip
        before = before if arabic else {""}
        behind = behind if "\u0621" <= folded[-1] <= "\u064a" else {""}
        definite = arabic and term.clitics == "noun" and folded.startswith("ال") and len(folded.split()[0]) >= 5
        cores = [(folded[2:] if definite else folded, behind)]
        if arabic and term.clitics == "noun" and term.text.endswith("ة"):
            cores.append((cores[0][0][:-1] + "ت", behind - {""}))
        for core, suffixes in cores:
            for match in re.finditer(f"(?={re.escape(core)})", form.text):
                start, end = match.start(), match.start() + len(core)
                left, right = start, end
                while left and form.text[left - 1].isalnum():
                    left -= 1
                while right < len(form.text) and form.text[right].isalnum():
                    right += 1
                prefix, suffix = form.text[left:start], form.text[end:right]
                if prefix in (tokens.DEFINITE_PREFIXES if definite else before) and suffix in suffixes:
                    found.add((term.text, term.clitics, *form.span(start - 2 if definite else start, end)))
    return found


@given(listed, spoken)
def test_hashing_finds_what_looking_at_every_place_finds(terms: list[Term], text: str) -> None:
    scanner = TermScanner([TermList("t", "1", tuple(terms))])
    found = {(term.text, term.clitics, start, end) for term, start, end in scanner.places(text, disguised=False)}
    assert found == by_looking(terms, text)


@given(listed, st.lists(spoken, max_size=5))
def test_many_texts_are_scanned_as_each_alone(terms: list[Term], texts: list[str]) -> None:
    scanner = TermScanner([TermList("t", "1", tuple(terms))])
    rows = [(k, scanner.terms[term].text, start, end) for k, term, start, end in scanner.places_many(texts).tolist()]
    alone = [(k, term.text, start, end) for k, text in enumerate(texts) for term, start, end in scanner.places(text)]
    assert sorted(rows) == sorted(alone)


def test_what_reads_as_a_term_as_it_stands_is_not_read_as_another() -> None:
    scanner = TermScanner([TermList("t", "1", (Term("لواء7"), Term("لواء77"), Term("7زب")))])
    assert [hit.term.text for hit in scanner.scan("في لواء77 و7زب")] == ["لواء77", "7زب"]


@pytest.mark.parametrize(
    "text",
    ["حرٮ", "وحرٮهم", "7رب", "وال7رب", "ح_ر_ب", "ح🔥رب", "حـرب", "حرررب", "h7arb", "7arb", "el-7arb"],
)
def test_a_term_is_found_behind_every_disguise_and_the_hit_says_so(text: str) -> None:
    scanner = TermScanner([TermList("t", "1", (Term("حرب"), Term("الحرب")))])
    hits = scanner.scan(f"هذه {text} هنا")
    assert hits
    assert all(hit.disguised for hit in hits) is (text not in ("حـرب", "حرررب"))


@pytest.mark.parametrize("text", ["حرث", "hard 7 days", "the harbour is open 24/7", "H2O and CO2", "h7"])
def test_what_only_resembles_a_term_is_no_hit(text: str) -> None:
    assert TermScanner([TermList("t", "1", (Term("حرب"),))]).scan(f"{text} ٮ") == ()


@pytest.mark.parametrize("text", ["كتاب", "الكتاب", "وكتابات", "كتابين", "بالكتابين"])
def test_a_term_compared_by_its_stem_is_found_in_plural_and_dual(text: str) -> None:
    assert quotes(Term("كتاب", clitics="stem"), f"قرأ {text} أمس")
    assert not quotes(Term("كتاب", clitics="stem"), "قرأ مكتبة أمس")


def test_a_hashtag_holds_its_words() -> None:
    assert quotes("جبهة المثال", "#جبهة_المثال") == ["جبهة_المثال"]


def test_a_term_counts_only_for_what_was_published_while_it_was_valid() -> None:
    term = Term("front", valid_from=date(2014, 6, 29), valid_until=date(2019, 3, 23))
    scanner = TermScanner([TermList("t", "1", (term,), owner="cell", tlp="amber")])
    assert scanner.scan("the front", on=date(2014, 6, 29))
    assert scanner.scan("the front", on=date(2019, 3, 23))
    assert not scanner.scan("the front", on=date(2019, 3, 24))
    assert scanner.scan("the front")


def test_owner_and_validity_belong_to_the_digest_of_a_list() -> None:
    term = Term("front", valid_from=date(2014, 6, 29))
    lists = (TermList("t", "1", (Term("front"),)), TermList("t", "1", (term,)),
             TermList("t", "1", (term,), owner="cell"), TermList("t", "1", (term,), tlp="red"))  # fmt: skip
    assert len({each.digest for each in lists}) == 4


def test_a_text_gives_no_more_hits_than_are_kept() -> None:
    scanner = TermScanner([TermList("t", "1", (Term("x"), Term("y")))])
    assert len(scanner.scan("x y " * 5000)) == terms.MOST_HITS
    rows = scanner.places_many(["x " * 5000, "y", "x " * 5000, "y"])
    assert np.bincount(rows[:, 0]).tolist() == [terms.MOST_HITS, 1, terms.MOST_HITS, 1]


def test_a_term_of_very_many_words_is_compared_to_its_last() -> None:
    words = " ".join(f"word{i}" for i in range(200))
    scanner = TermScanner([TermList("t", "1", (Term(words),))])
    assert [hit.span.quote for hit in scanner.scan(f"so {words}, then")] == [words]
    assert scanner.scan(words.replace("word199", "other")) == ()
    assert scanner.scan(words + "9") == ()


def test_marks_around_a_term_are_part_of_it() -> None:
    assert quotes("#front!", "the #front! now") == ["#front!"]
    assert quotes("#front", "the front now") == []
    assert quotes("c++", "in c++ and c") == ["c++"]


@pytest.mark.parametrize(
    "text", ["\ud800الجهاد\udfff", "الجهاد " * 200_000, "a" * 1_000_000, ". " * 500_000, "و" * 300_000]
)
def test_hostile_text_is_scanned_in_time_that_grows_with_it(text: str) -> None:
    scanner = TermScanner([TermList("t", "1", (Term("الجهاد"), Term("a a a a a a"), Term("و و و")))])
    begin = time.perf_counter()
    scanner.places(text)
    assert time.perf_counter() - begin < 10
