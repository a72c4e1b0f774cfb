"""Arabizi: Latin letters and digits are brought near the Arabic word they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.text.arabizi import candidates, keys, marked

PAIRS = [
    ("7abibi", "حبيبي"), ("da3esh", "داعش"), ("daesh", "داعش"), ("jihad", "جهاد"), ("el-jihad", "الجهاد"),
    ("3arab", "عرب"), ("5ilafa", "خلافة"),
    ("khilafa", "خلافة"), ("7'ilafa", "خلافة"), ("6arabulus", "طرابلس"), ("9atar", "قطر"),
    ("9alah", "صلاة"), ("3'azi", "غازي"), ("ghazi", "غازي"), ("7izb", "حزب"), ("mujahid", "مجاهد"), ("sha3b", "شعب"),
    ("as-salam", "السلام"), ("thawra", "ثورة"), ("dhahab", "ذهب"), ("so2al", "سؤال"),
]  # fmt: skip


@pytest.mark.parametrize(("latin", "arabic"), PAIRS)
def test_a_latin_word_shares_a_key_with_the_arabic_one(latin: str, arabic: str) -> None:
    assert set(keys(latin)) & set(keys(arabic))


@pytest.mark.parametrize(
    ("latin", "arabic"), [("market", "معركة"), ("school", "مدرسة"), ("7abibi", "كتاب"), ("jihad", "حديد")]
)
def test_other_words_share_none(latin: str, arabic: str) -> None:
    assert not set(keys(latin)) & set(keys(arabic))


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [("7abibi", "حبيبي"), ("jihad", "جهاد"), ("da3esh", "داعش"), ("el7arb", "الحرب"), ("5ilafa", "خلافة"),
     ("9atar", "قطر"), ("3arab", "عرب")],
)  # fmt: skip
def test_the_arabic_spelling_is_among_the_candidates(latin: str, arabic: str) -> None:
    assert arabic in candidates(latin)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz23456789'-", max_size=60))
def test_any_word_has_few_keys_and_few_candidates(word: str) -> None:
    assert len(keys(word)) <= 8
    assert len(candidates(word)) <= 64


@pytest.mark.parametrize(
    ("word", "is_marked"), [("7abibi", True), ("ma3", True), ("so2al", True), ("2019", False), ("join", False)]
)
def test_a_digit_among_letters_marks_arabizi(word: str, is_marked: bool) -> None:
    assert marked(word) is is_marked
