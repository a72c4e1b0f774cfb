"""Measuring near-duplicates: edits change what they say they change, figures are honest and repeat."""

from __future__ import annotations

import difflib
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from turs.evaluation.corpus import generated
from turs.evaluation.edits import EDITS
from turs.evaluation.near_duplicates import measure, measure_pairs, wilson
from turs.text import normalise

TEXT = "قالت وزارة الشباب في بيان إن برنامجا جديدا للتسامح سيبدأ الشهر المقبل في مدارس العاصمة وقراها"
OTHERS = [f"كلمة{number}" for number in range(50)]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_the_text_and_repeats_for_its_seed(edit: str) -> None:
    made = EDITS[edit](TEXT, random.Random(5), OTHERS)
    assert made != TEXT
    assert made == EDITS[edit](TEXT, random.Random(5), OTHERS)
    assert isinstance(EDITS[edit]("", random.Random(5), ()), str)


@pytest.mark.parametrize("edit", ["diacritics", "tatweel", "zero_width", "presentation_forms"])
def test_disguises_change_no_letter(edit: str) -> None:
    made = EDITS[edit](TEXT, random.Random(5), OTHERS)
    assert normalise(made).text == normalise(TEXT).text


def test_edits_change_as_much_as_they_say() -> None:
    words = TEXT.split()
    for edit, share in (("words_20", 0.2), ("words_30", 0.3)):
        made = EDITS[edit](TEXT, random.Random(1), OTHERS).split()
        assert sum(one != two for one, two in zip(words, made, strict=True)) == round(share * len(words))
    assert len(EDITS["half"](TEXT, random.Random(1), OTHERS).split()) == (len(words) + 1) // 2
    embedded = EDITS["embedded"](TEXT, random.Random(1), OTHERS)
    assert TEXT in embedded
    assert 3.9 < len(embedded) / len(TEXT) < 4.3
    mistyped = [EDITS["typing_10"](TEXT, random.Random(seed), OTHERS) for seed in range(30)]
    alike = sum(difflib.SequenceMatcher(None, TEXT, copy, autojunk=False).ratio() for copy in mistyped) / 30
    assert 0.88 < alike < 0.96


def test_the_interval_is_the_published_one() -> None:
    # Agresti and Coull 1998: Wilson's interval for 0 of 10 and 5 of 10.
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=5e-4)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_corpus_is_measured_the_same_way_twice() -> None:
    corpus, unrelated = generated(300, seed=6), generated(100, seed=7)
    one, two = (measure(corpus, unrelated, limit=60, seed=4) for _ in range(2))
    assert one.recall == two.recall
    assert one.recall.keys() == EDITS.keys()
    assert one.recall["diacritics"].value == 1.0
    assert one.recall["words_30"].value >= 0.9
    assert one.false_matches is not None
    assert (one.false_matches.hits, one.false_matches.of) == (0, 60)
    assert (one.texts, one.indexed, one.left_out.of) == (300, 270, 30)
    assert json.loads(json.dumps(one.as_dict()))["recall"]["half"]["of"] == 60


def test_a_corpus_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="20 are needed"):
        measure([TEXT] * 100)


def test_pairs_are_told_by_label_and_wording_is_not_meaning() -> None:
    opposite = TEXT.replace("سيبدأ", "لن يبدأ")
    told = measure_pairs([(TEXT, opposite, "disagree"), (TEXT, generated(1)[0], "other")])
    assert told["disagree"]["matched"]["hits"] == 1
    assert told["other"]["matched"]["hits"] == 0


class TestCommand:
    def turs(self, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "turs.cli", "evaluate", "near-duplicates", *args],
                              capture_output=True, text=True, timeout=120, check=False)  # fmt: skip

    def test_it_prints_one_json_object(self, tmp_path: Path) -> None:
        path = tmp_path / "corpus.jsonl"
        path.write_text("".join(json.dumps({"body": text}) + "\n" for text in generated(60)), encoding="utf-8")
        done = self.turs(str(path), "--column", "body", "--limit", "20", "--json")
        assert done.returncode == 0, done.stderr
        facts = json.loads(done.stdout)
        assert facts["recall"]["tatweel"]["value"] == 1.0
        assert facts["false_matches"] is None

    def test_bad_input_is_misuse_with_file_line_and_remedy(self, tmp_path: Path) -> None:
        path = tmp_path / "corpus.csv"
        path.write_text("id,body\n1,x\n", encoding="utf-8")
        done = self.turs(str(path))
        assert done.returncode == 2
        assert f"{path}:1: no column 'text'" in done.stderr.replace("\n", "")
        assert "Traceback" not in done.stderr
