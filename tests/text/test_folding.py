"""Normalisation: one text in many spellings becomes one form, and every letter finds its way back."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.text import LEVELS, fold, normalise

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآٱؤئپچژگکیہےێۆڵ"
HARD = (
    "\u064b\u064e\u0651\u0652\u0670\u0640\u200b\u200c\u200d\u200e\u202b\u202e\u2066\ufeff\u034f\u0301\u0654"
    "\ud800\udfff\x00\n\r\t \u00a0\u3000٠١٩۴ﷺﻻﺟﷹ½ﬁßİıœ😀👩\u200d👩‍👧é.·-*'"
)
anything = st.text(alphabet=st.one_of(st.sampled_from(ARABIC + HARD + "abcXYZ АБвгде"), st.characters()), max_size=80)


@pytest.mark.parametrize(
    ("written", "canonical", "search", "skeleton"),
    [
        ("وَالجِهَـــاد", "وَالجِهَاد", "والجهاد", "والجهاد"),
        ("ﺳﻼم ﷲ", "سلام الله", "سلام الله", "سلام اله"),
        ("أَإآٱا", "أَإآٱا", "ا", "ا"),
        ("مدرسة على", "مدرسة على", "مدرسه علي", "مدرسه علي"),
        ("مسئول مسؤول", "مسئول مسؤول", "مسءول مسءول", "مسءول مسءول"),
        ("کیف ہے", "کیف ہے", "كيف هي", "كيف هي"),
        ("٢٠١٩ ۱۲۳", "٢٠١٩ ۱۲۳", "2019 123", "2019 123"),
        ("جهاااااد", "جهاااااد", "جهاد", "جهاد"),
        ("د ا ع ش", "د ا ع ش", "د ا ع ش", "داعش"),
        ("داع.ش", "داع.ش", "داع.ش", "داعش"),
        ("J.o.i.n us", "J.o.i.n us", "j.o.i.n us", "join us"),
        ("Résumé ÉTÉ", "Résumé ÉTÉ", "resume ete", "resume ete"),
        ("𝐉𝐨𝐢𝐧", "Join", "join", "join"),
        ("Jоin", "Jоin", "jоin", "join"),
        ("in\u200bvisi\u00adble", "invisible", "invisible", "invisible"),
        ("a\u00a0\u3000 b", "a   b", "a b", "a b"),
        ("ڡٯٮ", "ڡٯٮ", "ڡٯٮ", "فقب"),
    ],
)
def test_each_level_has_one_form_for_many_spellings(written: str, canonical: str, search: str, skeleton: str) -> None:
    assert [normalise(written, level).text for level in LEVELS] == [canonical, search, skeleton]


def test_hamza_on_its_seat_is_the_same_composed_and_apart() -> None:
    assert fold("مسؤول بئر أمر") == fold(unicodedata.normalize("NFD", "مسؤول بئر أمر"))


def test_marks_that_are_vowels_of_their_script_stay() -> None:
    assert fold("हिन्दी") == unicodedata.normalize("NFKD", "हिन्दी")


def test_numbers_are_not_elongation() -> None:
    assert fold("10000 ٥٥٥٥", "skeleton") == "10000 5555"


@given(anything, st.sampled_from(LEVELS))
def test_every_code_point_goes_back_to_the_original(text: str, level: str) -> None:
    form = normalise(text, level)
    assert len(form.sources) == len(form.text)
    assert all(a <= b for a, b in zip(form.sources, form.sources[1:], strict=False))
    for i in range(len(form.text)):
        start, end = form.span(i, i + 1)
        assert 0 <= start < end <= len(text)
        assert form.quote(i, i + 1) == text[start:end]


@given(anything, st.sampled_from(LEVELS))
def test_a_normalised_text_can_be_written_and_stays_as_it_is(text: str, level: str) -> None:
    once = normalise(text, level).text
    once.encode("utf-8")
    if level != "skeleton":
        assert normalise(once, level).text == once


@given(st.lists(st.text(alphabet=ARABIC + "\u064e\u0651\u0640abc", min_size=1, max_size=8), min_size=1, max_size=6))
def test_the_original_of_a_word_reads_as_the_word(words: list[str]) -> None:
    form = normalise(" ".join(words))
    place = 0
    for word in form.text.split(" "):
        assert fold(form.quote(place, place + len(word))) == word
        place += len(word) + 1


def test_a_quotation_carries_the_vowel_signs_of_its_last_letter() -> None:
    form = normalise("قال جِهَادٌ ثم")
    start = form.text.index("جهاد")
    assert form.quote(start, start + 4) == "جِهَادٌ"


def test_a_span_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not inside"):
        normalise("abc").span(1, 9)


def test_an_unknown_level_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="canonical, search, skeleton"):
        normalise("abc", "loose")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["أ" * 3_000_000, "a" + "\u0301" * 100_000, "ﷺ" * 100_000, "د.ا" * 300_000, "\ud800" * 9]
)
def test_very_long_and_broken_texts_take_seconds_at_most(text: str) -> None:
    begin = time.perf_counter()
    for level in LEVELS:
        normalise(text, level)
    assert time.perf_counter() - begin < 6
