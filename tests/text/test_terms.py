"""Terms: found in Arabic as it is written, quoted as it stands, and not inside other words."""

from __future__ import annotations

import pytest

from turs.text import Term, TermList, TermScanner, normalise


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
