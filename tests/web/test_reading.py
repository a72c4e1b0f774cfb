"""The text of a posting is shown whole, safe, with its evidence marked and nothing hidden in it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.desk.preferences import Preferences, use
from turs.desk.web import reading

TAG = re.compile(r"<[^>]*>")


def words(html: str) -> str:
    """What a reader reads: no tags, no numbers of notes."""
    return unescape(TAG.sub("", re.sub(r'<a class="hl-ref".*?</a>', "", html)))


def span(text: str, quote: str, **facts: object) -> dict[str, object]:
    start = text.index(quote)
    return {"start": start, "end": start + len(quote), **facts}


def test_a_span_is_marked_and_numbered() -> None:
    text = "خبر عن جبهة المثال اليوم"
    with use(Preferences("ar")):
        html = reading.highlight(text, [span(text, "جبهة المثال", note=3, kind="term")])
    assert '<mark class="hl hl-term" data-notes="3">جبهة المثال</mark>' in html
    assert '<a class="hl-ref" href="#note-3" data-note="3">٣</a>' in html
    assert words(html) == text


def test_overlapping_spans_share_their_middle() -> None:
    text = "abcdef"
    spans = [{"start": 0, "end": 4, "kind": "term"}, {"start": 2, "end": 6, "kind": "link"}]
    html = reading.highlight(text, spans)
    assert 'data-notes="1">ab</mark>' in html
    assert 'hl-many" data-notes="1 2">cd</mark>' in html
    assert 'data-notes="2">ef</mark>' in html
    assert words(html) == text


def test_the_number_of_a_note_never_cuts_a_word() -> None:
    text = "وبالجبهة فقط"
    html = reading.highlight(text, [{"start": 3, "end": 6}])
    assert html.index("hl-ref") > html.index("هة")
    assert html.index("hl-ref") < html.index(" فقط")


def test_hostile_markup_stays_text() -> None:
    text = '<script>alert(1)</script><img src=x onerror="x">&amp;'
    html = reading.highlight(text, [{"start": 3, "end": 12, "kind": '"><script>'}])
    assert "<script" not in html
    assert "<img" not in html
    assert words(html) == text


@pytest.mark.parametrize(
    ("character", "label"),
    [("\u202e", "RLO"), ("\u2066", "LRI"), ("\u200b", "ZWSP"), ("\u200f", "RLM"), ("\ufeff", "BOM"),
     ("\x00", "U+0000"), ("\x07", "U+0007"), ("\ud800", "U+D800"), ("\U000e0041", "U+E0041"), ("\uffff", "U+FFFF")],
)  # fmt: skip
def test_hidden_characters_are_shown_and_not_sent(character: str, label: str) -> None:
    html = reading.highlight(f"a{character}b", [])
    assert f">{label}</span>" in html
    assert character not in html
    html.encode("utf-8")


def test_joiners_that_spell_a_word_stay() -> None:
    assert reading.highlight("می‌خواهم", []) == "می‌خواهم"
    assert "ZWNJ" in reading.highlight("a \u200c b", [])


def test_carriage_returns_become_line_ends() -> None:
    assert reading.highlight("a\r\nb\rc", []) == "a\nb\nc"


def test_spans_outside_the_text_are_cut_or_dropped() -> None:
    assert words(reading.highlight("abc", [{"start": -5, "end": 99}])) == "abc"
    assert "<mark" not in reading.highlight("abc", [{"start": 2, "end": 2}, {"start": 9, "end": 12}])
    assert reading.highlight("", [{"start": 0, "end": 5}]) == ""


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=0x6FF, exclude_categories=["Cc", "Cf", "Cs"]), max_size=60),
    st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=6),
)
def test_marking_never_changes_what_is_read(text: str, pairs: list[tuple[int, int]]) -> None:
    html = reading.highlight(text, [{"start": start, "end": end} for start, end in pairs])
    assert words(html) == text
    assert html.count("<mark") == html.count("</mark>")
