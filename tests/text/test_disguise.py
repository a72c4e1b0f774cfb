"""Disguise: tricks are named with their place, ordinary writing is left in peace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.text import signs
from turs.text.disguise import _PATTERNS, MOST, Sign, hides


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("bidi_override", "see \u202egpj.elif\u202c"),
        ("zero_width", "ji\u200bhad"),
        ("mixed_script_word", "Jоin"),
        ("spelled_out", "د ا ع ش"),
        ("spelled_out", "j.o.i.n"),
        ("broken_word", "داع.ش"),
        ("broken_word", "دا🔥عش"),
        ("broken_word", "ال7رب"),
        ("dotless_letters", "حرٮ"),
        ("piled_marks", "a" + "\u0301" * 6),
        ("broken_encoding", "a\ud800b"),
    ],
)
def test_a_trick_is_named_with_its_place(label: str, text: str) -> None:
    found = {sign.label: sign.places for sign in signs(text)}
    start, end = found[label][0]
    assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "The ministers met, e.g. in the U.S. today.",
        "وُلِدَ في عام 1990، وعاش في بغداد.",
        "می\u200cخواهم بروم",
        "Москва и Paris",
        "قال:نعم.ثم ذهب إلى البيت",
        "👩\u200d👩\u200d👧 family",
        "\u200fمرحبا\u200f",
        "x + y = z",
        "A B C",
    ],
)
def test_ordinary_writing_shows_no_sign(text: str) -> None:
    assert signs(text) == ()


@pytest.mark.parametrize("text", ["7زب", "مجتم3 جديد", "دlعش", "da3esh", "7abibi", "د ا ع ش", "حرٮ"])
def test_what_may_be_disguise_is_worth_a_second_look(text: str) -> None:
    assert hides(text)


@pytest.mark.parametrize("text", ["اجتمع الوزراء في العاصمة عام 2019.", "The ministers met on 5 May.", ""])
def test_plain_text_is_not(text: str) -> None:
    assert not hides(text)


TRICKS = "ابتدش abcXY абв .*_·•|~-,1237\u0301\u064b\u200b\u200d\u202e\ud800ٮ🔥\u06ba"
tricky = st.text(alphabet=st.one_of(st.sampled_from(TRICKS), st.characters()), max_size=40)


@given(tricky)
def test_the_quick_look_misses_no_sign(text: str) -> None:
    slow = []
    for label, _, pattern in _PATTERNS:
        places = [match.span() for match in pattern.finditer(text)][:MOST]
        if places:
            slow.append(Sign(label, tuple(places)))
    assert signs(text) == tuple(slow)
