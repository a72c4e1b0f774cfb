"""Disguise: tricks are named with their place, ordinary writing is left in peace."""

from __future__ import annotations

import pytest

from turs.text import signs


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("bidi_override", "see \u202egpj.elif\u202c"),
        ("zero_width", "ji\u200bhad"),
        ("mixed_script_word", "Jоin"),
        ("spelled_out", "د ا ع ش"),
        ("spelled_out", "j.o.i.n"),
        ("broken_word", "داع.ش"),
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
