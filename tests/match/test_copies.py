"""Copies of known texts: what is found, what is not, and where the shared wording stands."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turs.evaluation.corpus import generated
from turs.evaluation.edits import EDITS
from turs.match import sketch, snapshot
from turs.match.copies import MOST, TextIndex, least_containment
from turs.text import normalise

TEXTS = generated(400, seed=3)
OTHERS = [word for text in generated(60, seed=4) for word in text.split()]
NEWS = "اجتمع الوزراء يوم الخميس في العاصمة لبحث التعاون بين البلدين وحماية الشباب من التطرف وأقروا برنامجا جديدا"


@pytest.fixture(scope="module")
def index() -> TextIndex:
    return TextIndex(TEXTS)


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, normalise(text, "skeleton").text))


def between(text: str, start: int, end: int) -> np.ndarray:
    """Letters of a whole text that stand in a stretch of it: what a digit stands for depends on its word."""
    found = sketch.letters_of([text])
    return found.letters[(found.places >= start) & (found.places < end)]


def same(one: TextIndex, two: TextIndex, queries: list[str]) -> bool:
    first, second = one.search_many(queries), two.search_many(queries)
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in first.__slots__)


class TestSketch:
    def test_a_disguised_copy_has_the_same_sketch(self) -> None:
        for name in ("diacritics", "tatweel", "zero_width", "presentation_forms", "emoji"):
            copy = EDITS[name](NEWS, random.Random(1), OTHERS)
            assert sketch.sketch(copy).containment(sketch.sketch(NEWS)) == 1.0, name

    def test_any_thirteen_shared_letters_share_a_shingle(self) -> None:
        one, two = "ضظغ" * 9 + letters(NEWS)[20:33] + "خذث" * 9, "زسق" * 9 + letters(NEWS)[20:33] + "طلم" * 9
        assert sketch.sketch(one).containment(sketch.sketch(two)) > 0

    def test_addresses_and_names_are_no_wording(self) -> None:
        with_links = f"@someone {NEWS} https://t.example.org/a/b?utm=1 hxxps://example.org/c"
        assert sketch.sketch(with_links).resemblance(sketch.sketch(NEWS)) == 1.0
        assert sketch.letter_counts(["https://example.org/" + "a" * 500]).tolist() == [0]

    def test_it_is_written_and_read_again(self) -> None:
        made = sketch.sketch(NEWS)
        again = sketch.Sketch.from_text(made.as_text())
        assert again.letters == made.letters
        assert np.array_equal(again.shingles, made.shingles)

    @pytest.mark.parametrize("damaged", ["", "sketch/0:5:AAAA", f"{sketch.VERSION}:5:%%%", f"{sketch.VERSION}:5:AAAA"])
    def test_a_damaged_one_is_refused_with_a_remedy(self, damaged: str) -> None:
        with pytest.raises(ValueError, match="make it again"):
            sketch.Sketch.from_text(damaged)

    def test_short_and_empty_texts_have_none(self) -> None:
        assert not len(sketch.sketch("نعم، شكرا").shingles)
        none = sketch.sketch("")
        assert none.containment(sketch.sketch(NEWS)) == none.resemblance(none) == 0.0


class TestRecognition:
    @pytest.mark.parametrize("edit", EDITS)
    def test_copies_are_found(self, index: TextIndex, edit: str) -> None:
        chance = random.Random(edit)
        found = index.search_many([EDITS[edit](text, chance, OTHERS) for text in TEXTS])
        hits = sum(any(copy.key == key for copy in copies) for key, copies in enumerate(found))
        least = {"words_20": 0.98, "words_30": 0.95, "typing_10": 0.93, "everything": 0.85}.get(edit, 0.99)
        assert hits / len(TEXTS) >= least

    def test_unrelated_texts_match_nothing(self, index: TextIndex) -> None:
        assert len(index.search_many(generated(400, seed=9)).keys) == 0

    def test_half_a_text_inside_another_is_half_contained(self, index: TextIndex) -> None:
        words = TEXTS[7].split()
        (copy,) = index.search(" ".join([*OTHERS[:300], *words[: len(words) // 2], *OTHERS[300:600]]))
        assert copy.key == 7
        assert 0.4 <= copy.containment <= 0.6
        assert copy.resemblance < copy.containment

    def test_a_shared_formula_is_no_copy(self) -> None:
        formula = "بسم الله الرحمن الرحيم والصلاة والسلام على رسول الله"
        one, two = generated(2, seed=11, shortest=600)
        assert TextIndex([f"{formula} {one}"]).search(f"{formula} {two}") == ()

    def test_reordered_sentences_are_found_with_all_their_stretches(self, index: TextIndex) -> None:
        words = TEXTS[3].split()
        third = len(words) // 3
        (copy,) = index.search(" ".join([*words[2 * third :], *words[third : 2 * third], *words[:third]]))
        assert copy.key == 3
        assert copy.containment > 0.9
        assert list(copy.query_spans) == sorted(copy.query_spans)

    def test_short_texts_must_agree_more_than_long_ones(self) -> None:
        assert least_containment(25) > least_containment(80) > least_containment(1000) > 0.2

    def test_latin_and_cyrillic_texts_are_found_too(self) -> None:
        english = "The ministers met in the capital on Thursday to discuss a programme that protects young people."
        russian = "Министры встретились в четверг в столице, чтобы обсудить программу защиты молодёжи."
        index = TextIndex([english, russian])
        assert [copy.key for copy in index.search(english.upper().replace("E", "\u0415"))] == [0]  # Cyrillic Ie
        assert [copy.key for copy in index.search(f"Срочно! {russian.lower()} Подписывайтесь на канал.")] == [1]


class TestSpans:
    @pytest.mark.parametrize("edit", ["diacritics", "tatweel", "zero_width", "embedded", "words_20", "everything"])
    def test_both_sides_of_a_stretch_read_the_same(self, index: TextIndex, edit: str) -> None:
        chance = random.Random(edit)
        for text in TEXTS[:40]:
            query = EDITS[edit](text, chance, OTHERS)
            for copy in index.search(query):
                assert len(copy.query_spans) == len(copy.entry_spans) > 0
                for (start, end), (other_start, other_end) in zip(copy.query_spans, copy.entry_spans, strict=True):
                    assert 0 <= start < end <= len(query)
                    assert np.array_equal(between(query, start, end), between(TEXTS[copy.key], other_start, other_end))

    def test_a_stretch_ends_with_the_marks_of_its_last_letter(self) -> None:
        index = TextIndex([NEWS])
        query = "عاجل: " + NEWS.replace("جديدا", "جديدًاـ") + "\u064e"
        (copy,) = index.search(query)
        assert copy.query_spans[-1][1] == len(query)

    def test_places_far_apart_and_ligatures_keep_their_offsets(self) -> None:
        spread = NEWS[:40] + " 😀" * 500 + " ﷺ ﻻ " + NEWS[40:]
        index = TextIndex(["1 2 3 " + spread])
        (copy,) = index.search(NEWS)
        assert copy.containment > 0.95
        quoted = "".join(("1 2 3 " + spread)[start:end] for start, end in copy.entry_spans)
        assert letters(quoted) == letters(NEWS)
        assert copy.entry_spans[0][0] == 6
        assert copy.entry_spans[-1][1] == 6 + len(spread)


class TestIndex:
    def test_it_is_right_when_empty_and_with_one_entry(self) -> None:
        index = TextIndex()
        assert (len(index), index.search(NEWS), len(index.search_many([])), index.remove(0)) == (0, (), 0, False)
        assert index.add(NEWS) == 0
        assert [(copy.key, copy.containment, copy.resemblance) for copy in index.search(NEWS)] == [(0, 1.0, 1.0)]
        assert index.remove(0)
        assert (len(index), index.search(NEWS), 0 in index) == (0, (), False)

    def test_texts_may_repeat_and_the_first_come_first(self) -> None:
        index = TextIndex([NEWS] * 50)
        assert [copy.key for copy in index.search(NEWS)] == list(range(MOST))
        assert index.remove(0)
        assert [copy.key for copy in index.search(NEWS, most=3)] == [1, 2, 3]

    def test_thousands_of_copies_of_a_text_of_few_shingles_stay_within_bounds(self) -> None:
        index = TextIndex(["اجتمع الوزراء يوم الخميس"] * 15_000)
        assert [copy.key for copy in index.search("اجتمع الوزراء يوم الخميس")] == list(range(MOST))
        index.remove(0)
        assert [copy.key for copy in index.search("اجتمع الوزراء يوم الخميس")] == list(range(1, MOST + 1))

    def test_a_phrase_that_everybody_uses_bounds_neither_truth_nor_work(self) -> None:
        texts = [f"{NEWS} {text}" for text in generated(3000, seed=5, shortest=100, longest=140)]
        index = TextIndex(texts)
        assert all(index.search(texts[key])[0].key == key for key in range(0, 3000, 100))
        assert index.search(NEWS)

    def test_short_texts_are_not_kept(self) -> None:
        index = TextIndex()
        assert index.add_many(["نعم", NEWS, "", "😀" * 100]).tolist() == [0, 1, 2, 3]
        assert (len(index), 0 in index, 1 in index) == (1, False, True)
        assert index.search("نعم") == ()

    def test_keys_are_the_callers_and_each_is_used_once(self) -> None:
        index = TextIndex(TEXTS[:3], keys=[70, -5, 8])
        assert [copy.key for copy in index.search(TEXTS[1])] == [-5]
        assert index.add(TEXTS[3]) == 71
        for keys in ([8], [70]):
            with pytest.raises(ValueError, match="there already"):
                index.add_many(TEXTS[4:5], keys)
        with pytest.raises(ValueError, match="given twice"):
            index.add_many(TEXTS[4:6], [1, 1])
        with pytest.raises(ValueError, match="one key"):
            index.add_many(TEXTS[4:6], [1])
        assert sorted(index.keys().tolist()) == [-5, 8, 70, 71]
        assert index.remove(8)
        assert index.add(TEXTS[2], key=8) == 8

    @given(st.lists(st.integers(0, 60), max_size=25), st.integers(1, 30))
    @settings(max_examples=25, deadline=None)
    def test_results_do_not_depend_on_how_it_was_filled(self, removed: list[int], step: int) -> None:
        once, piecewise = TextIndex(TEXTS[:60]), TextIndex()
        for place in range(0, 60, step):
            piecewise.add_many(TEXTS[place : min(60, place + step)])
        for key in removed:
            assert once.remove(key) == piecewise.remove(key)
        queries = [EDITS["words_30"](text, random.Random(2), OTHERS) for text in TEXTS[:60]]
        assert same(once, piecewise, queries)
        assert set(once.keys().tolist()) == set(range(60)) - set(removed)

    def test_one_query_and_many_say_the_same(self, index: TextIndex) -> None:
        many = index.search_many(TEXTS[:50])
        assert list(many) == [index.search(text) for text in TEXTS[:50]]
        assert many[-1] == index.search(TEXTS[49])
        with pytest.raises(IndexError):
            many[50]

    def test_a_higher_containment_may_be_asked_for(self, index: TextIndex) -> None:
        words = TEXTS[7].split()
        part = " ".join([*OTHERS[:300], *words[: len(words) // 2]])
        assert index.search(part)
        assert index.search(part, containment=0.9) == ()

    def test_readers_never_see_half_a_change(self) -> None:
        index, problems, stop = TextIndex(TEXTS[:200]), [], threading.Event()

        def read() -> None:
            while not stop.is_set():
                found = index.search(TEXTS[5])
                if not found or found[0].key != 5:
                    problems.append(found)

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for text in TEXTS[200:300]:
            index.remove(index.add(text))
        stop.set()
        for reader in readers:
            reader.join()
        assert problems == []

    def test_it_describes_itself(self, index: TextIndex) -> None:
        facts = index.describe()
        assert facts["entries"] == len(index) == 400
        assert facts["bytes"] < 40 * facts["postings"]


class TestHostileText:
    def test_a_line_of_ten_megabytes_is_searched_and_kept(self) -> None:
        line = " ".join(TEXTS) * 25  # about 10 MB of UTF-8
        assert len(line.encode()) > 8_000_000
        found = TextIndex(TEXTS[:20]).search(line)
        assert {copy.key for copy in found} == set(range(20))
        long = TextIndex([line])
        (copy,) = long.search(TEXTS[200])
        assert copy.containment == 1.0
        start, end = copy.entry_spans[0]
        assert letters(line[start:end]) in letters(TEXTS[200])

    @pytest.mark.parametrize(
        "text", ["\ud800" * 500, "ا" * 5000, "a\udfffb " * 300, "\u064e" * 3000, "http://" * 300, "@" * 999]
    )
    def test_no_text_breaks_it(self, text: str) -> None:
        index = TextIndex([NEWS])
        assert index.search(text) == ()
        index.add(text)
        assert [copy.key for copy in index.search(f"{NEWS} \udc00")] == [0]

    @given(st.lists(st.text(max_size=300), max_size=5))
    @settings(max_examples=60, deadline=None)
    def test_any_texts_go_in_and_are_found_whole(self, texts: list[str]) -> None:
        index = TextIndex(texts)
        kept = [key for key, count in enumerate(sketch.letter_counts(texts).tolist()) if count >= sketch.SHORTEST]
        assert index.keys().tolist() == kept
        for key in kept:
            assert key in {copy.key for copy in index.search(texts[key])}


class TestSnapshot:
    def test_what_is_saved_is_what_is_loaded(self, tmp_path: Path) -> None:
        index = TextIndex(TEXTS[:100])
        index.add_many(TEXTS[100:150], keys=range(900, 950))
        index.remove(3)
        index.save(tmp_path / "texts")
        loaded = TextIndex.load(tmp_path / "texts")
        assert same(index, loaded, TEXTS[:150])
        assert (len(loaded), 3 in loaded, loaded.add(TEXTS[3])) == (149, False, 950)
        assert loaded.search(TEXTS[3])[0].key == 950

    def test_an_empty_index_is_saved_too(self, tmp_path: Path) -> None:
        TextIndex().save(tmp_path / "texts")
        assert len(TextIndex.load(tmp_path / "texts")) == 0

    def test_a_file_cut_short_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "texts"
        TextIndex(TEXTS[:20]).save(path)
        whole = path.read_bytes()
        path.write_bytes(whole[:-100])
        with pytest.raises(snapshot.SnapshotDamaged):
            TextIndex.load(path)

    @pytest.mark.parametrize("name", ["postings", "starts", "owners", "offsets", "letters", "wide_at", "keys"])
    def test_parts_that_do_not_fit_are_refused(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "texts"
        TextIndex([text + " 😀" * 40 + text for text in TEXTS[:20]]).save(path)
        read = snapshot.read(path, "turs text index", (1,))
        arrays = dict(read.arrays)
        arrays[name] = arrays[name][::-1].copy() if name not in ("letters", "keys") else arrays[name][:-1].copy()
        snapshot.write(path, read.kind, read.version, read.meta, arrays)
        with pytest.raises(snapshot.SnapshotDamaged, match="do not fit"):
            TextIndex.load(path)

    def test_another_version_of_the_folding_is_refused_with_the_remedy(self, tmp_path: Path) -> None:
        path = tmp_path / "texts"
        TextIndex(TEXTS[:5]).save(path)
        read = snapshot.read(path, "turs text index", (1,))
        snapshot.write(path, read.kind, read.version, {**read.meta, "normalise": "normalise/0"}, dict(read.arrays))
        with pytest.raises(snapshot.SnapshotDamaged, match="build the index again"):
            TextIndex.load(path)
