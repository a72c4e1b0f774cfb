"""Normalisation: one text in many spellings becomes one form, and every letter finds its way back."""

from __future__ import annotations

import bz2
import time
import tracemalloc
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.text import fold, normalise
from turs.text.folding import LEVELS, _composed, as_text, code_points, fold_codes, fold_many

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
        ("مسئول مسؤول", "مسئول مسؤول", "مسءول مسءول", "مساول مساول"),
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
    assert [normalise(written, level).text for level in LEVELS[:3]] == [canonical, search, skeleton]


def test_hamza_on_its_seat_is_the_same_composed_and_apart() -> None:
    assert fold("مسؤول بئر أمر") == fold(unicodedata.normalize("NFD", "مسؤول بئر أمر"))


def test_marks_that_are_vowels_of_their_script_stay() -> None:
    assert fold("हिन्दी") == unicodedata.normalize("NFKD", "हिन्दी")


def test_numbers_are_not_elongation() -> None:
    assert fold("10000 ٥٥٥٥", "skeleton") == "10000 5555"


# -- every disguise of field guide 7.2 ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "disguised",
    [
        "د ا ع ش", "داع.ش", "د-ا-ع-ش", "د_ا_ع_ش", "(د)(ا)(ع)(ش)", "د 🔥 ا 🔥 ع 🔥 ش", "دا🔥عش", "د•اعش", "داعـــش",
        "داااااعش", "دااعش", "دَاعِش", "د\u200bا\u200cع\u2060ش", "\u202eداعش\u202c", "ﺩﺍﻋﺶ", "𞸃𞸀𞸏𞸔", "دا3ش", "دlعش",
        "دIعش", "ډاعش", "داعݜ", "دآعش", "دٱعش", "دأ3ش", "د\ufe0fا\ufe0fعش",
    ],
)  # fmt: skip
def test_the_skeleton_of_a_disguised_arabic_word_is_that_of_the_word(disguised: str) -> None:
    form = normalise(f"قال {disguised} ثم", "skeleton")
    start = form.text.index("داعش")
    assert form.quote(start, start + 4).strip("\u202e\u202c()") == disguised.strip("\u202e\u202c()")


@pytest.mark.parametrize(
    "disguised",
    ["ＪＯＩＮ", "𝐉𝐨𝐢𝐧", "𝕵𝖔𝖎𝖓", "ⓙⓞⓘⓝ", "🅹🅾🅸🅽", "🅙🅞🅘🅝", "🇯🇴🇮🇳", "ᴊᴏɪɴ", "Jоin", "ЈОІN", "jοιn", "J.O.I.N",
     "j o i n", "j*o*i*n", "j🔥oin", "j0in", "jo1n", "jo\u0338in", "jóïñ", "jo\u00adin"],
)  # fmt: skip
def test_the_skeleton_of_a_disguised_latin_word_is_that_of_the_word(disguised: str) -> None:
    assert fold(disguised, "skeleton") == "join"


@pytest.mark.parametrize(
    ("digits", "letters"),
    [("3لى", "علي"), ("مجتم3", "مجتمع"), ("ال7رب", "الحرب"), ("٧زب الله", "حزب اله"),
     ("5لافة", "خلافه"), ("ق6ر", "قطر"), ("3'اضب", "غاضب"), ("7'لافة", "خلافه"), ("سو2ال", "سوال"),
     ("2مة", "امه"), ("9تال", "قتال"), ("3ن", "عن")],
)  # fmt: skip
def test_digits_inside_arabic_words_are_the_letters_they_stand_for(digits: str, letters: str) -> None:
    assert fold(digits, "skeleton") == letters


@pytest.mark.parametrize("number", ["في2019", "ال100", "كوفيد19", "75 رجلا", "بـ50", "2023-11-05", "h264", "mp3 v2"])
def test_numbers_stay_numbers(number: str) -> None:
    assert fold(number, "skeleton") == fold(number)


@pytest.mark.parametrize(
    ("one", "other"),
    [("حرب", "حرث"), ("جبل", "حبل"), ("سعر", "شعر"), ("دل", "ذل"), ("عين", "غين"),
     ("طل", "ظل"), ("كلب", "قلب"), ("تين", "طين"), ("صيف", "سيف")],
)  # fmt: skip
def test_the_skeleton_keeps_apart_what_a_reader_tells_apart(one: str, other: str) -> None:
    assert fold(one, "skeleton") != fold(other, "skeleton")


@pytest.mark.parametrize(
    ("dotless", "written"),
    [("حرٮ", "حرب"), ("ٮحرٮر", "تحرير"), ("المڡاٯ", "المفاق"), ("ٯٮال", "قتال"), ("ڡٮال", "قتال"),
     ("مومں", "مومن"), ("ٮٮٮ", "بيت")],
)  # fmt: skip
def test_text_without_dots_is_known_by_its_rasm(dotless: str, written: str) -> None:
    assert fold(dotless, "rasm") == fold(written, "rasm")


@pytest.mark.parametrize(
    ("foreign", "arabic"),
    [("پژگ", "بزك"), ("ٹڈڑے", "تدري"), ("ۆێڵڕ", "ويلر"), ("ګښځړ", "كشخر"), ("ۇۈۋې", "وي"), ("ھہە", "ه"),
     ("ڭ", "ك")],
)
def test_letters_of_neighbours_have_the_arabic_shape_in_a_skeleton(foreign: str, arabic: str) -> None:
    assert fold(foreign, "skeleton") == arabic


@pytest.mark.parametrize("text", ["قُلۡ هُوَ ٱللَّهُ أَحَدٌ", "ٱلۡحَمۡدُ لِلَّهِ رَبِّ ٱلۡعَٰلَمِينَ ۝"])
def test_quranic_marks_are_marks(text: str) -> None:
    assert fold(text) in ("قل هو الله احد", "الحمد لله رب العلمين")


# -- against Unicode's own tests --------------------------------------------------------------------------------

SIGNS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0301\u0323\u0654\u0653\u0655"
assigned = st.characters(max_codepoint=0x2FFFF, exclude_categories=["Cn"])
marked = st.text(
    alphabet=st.one_of(st.sampled_from("ويهاaé각ᄀ\u1161\u11a8ﷹﷺ\u0344\u0c46\u0c56ẛ" + SIGNS), assigned), max_size=24
)


def form_kc(text: str) -> str:
    return as_text(_composed(code_points(text), np.array((0, len(text)), dtype=np.int64))[0])


@given(marked)
def test_canonical_begins_with_normalisation_form_kc(text: str) -> None:
    bare = "".join(c for c in text if unicodedata.normalize("NFKC", c)[0] not in " \u0640")
    assert form_kc(bare) == unicodedata.normalize("NFKC", bare)


@given(marked, st.sampled_from(LEVELS))
def test_a_text_folds_the_same_in_every_normalisation_form(text: str, level: str) -> None:
    bare = "".join(c for c in text if unicodedata.normalize("NFKC", c)[0] not in " \u0640")
    forms = {normalise(unicodedata.normalize(form, bare), level).text for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {normalise(bare, level).text}


def test_the_normalisation_tests_of_unicode_hold_at_every_level(shared: Path) -> None:
    lines = bz2.decompress((shared / "inputs/11_text/unicode-data__NormalizationTest.txt.bz2").read_bytes()).decode()
    columns = [
        ["".join(chr(int(code, 16)) for code in field.split()) for field in line.split(";")[:5]]
        for line in lines.splitlines() if line and line[0] not in "#@"
    ]  # fmt: skip
    known = [row for row in columns if not any(unicodedata.category(c) == "Cn" for c in "".join(row))]
    # Isolated Arabic vowel signs are the one thing we fold otherwise: without the space or tatweel below them.
    plain = [row for row in known if not 0xFC5E <= ord(row[0][0]) <= 0xFC63 and not 0xFE70 <= ord(row[0][0]) <= 0xFE7F]
    assert len(plain) > 18_000
    for level in LEVELS:
        parts = [fold_many([row[k] for row in plain], level) for k in range(5)]
        for codes, offsets, _ in parts[1:]:
            assert np.array_equal(offsets, parts[0][1])
            assert np.array_equal(codes, parts[0][0])


# -- the way back ------------------------------------------------------------------------------------------------


@given(anything)
def test_what_is_equal_at_one_level_is_equal_at_the_next(text: str) -> None:
    """A level is made from the one below: folding a canonical form again changes nothing but what is above."""
    for below, above in pairwise(LEVELS):
        if below != "skeleton":  # joining «د ا ع ش» twice could join more
            assert normalise(normalise(text, below).text, above).text == normalise(text, above).text


@given(st.lists(anything, max_size=6), st.sampled_from(LEVELS))
def test_many_texts_fold_as_each_alone(texts: list[str], level: str) -> None:
    codes, offsets, sources = fold_many(texts, level)
    assert offsets[0] == 0
    assert offsets[-1] == len(codes) == len(sources)
    for k, text in enumerate(texts):
        one, places = fold_codes(text, level)
        assert np.array_equal(codes[offsets[k] : offsets[k + 1]], one)
        assert np.array_equal(sources[offsets[k] : offsets[k + 1]], places)
        assert as_text(one) == normalise(text, level).text


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
    if level in ("canonical", "search"):
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
    "text",
    ["أ" * 5_000_000, "a" + "\u0301" * 100_000, "a" + "\u0301\u0323" * 500_000, "ﷺ" * 100_000, "د.ا" * 300_000,
     "د " * 500_000, "7" * 1_000_000, "ا7" * 500_000, "\ud800" * 9],
)  # fmt: skip
def test_very_long_and_broken_texts_take_seconds_at_most(text: str) -> None:
    begin = time.perf_counter()
    for level in LEVELS:
        normalise(text, level)
    assert time.perf_counter() - begin < 6


def test_a_line_of_ten_megabytes_takes_no_more_than_its_arrays() -> None:
    text = "وَالجِهَـــاد ﷺ " * 350_000
    assert len(text.encode()) > 10_000_000
    normalise("x", "skeleton")
    tracemalloc.start()
    form = normalise(text, "skeleton")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert form.text.startswith("والجهاد صلي اله عليه وسلم ")
    assert peak < 80 * len(text)


def test_code_points_beyond_the_tables_are_kept_and_tags_dropped() -> None:
    assert normalise("\U00030000\U000e0041x\U000f0000\U000e0100").text == "\U00030000x\U000f0000"
