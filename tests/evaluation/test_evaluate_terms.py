"""Measuring term lists: disguises change what they say, figures are honest and repeat."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from turs.evaluation.corpus import generated
from turs.evaluation.terms import DISGUISES, measure, phrases
from turs.text import Term

CORPUS = generated(200, seed=3)


@pytest.mark.parametrize("name", [name for name in DISGUISES if name != "as_written"])
def test_a_disguise_changes_the_term_and_repeats_for_its_seed(name: str) -> None:
    made = [DISGUISES[name]("الخلايا الحاشدة", random.Random(seed)) for seed in range(9)]
    assert any(each != "الخلايا الحاشدة" for each in made)
    assert made == [DISGUISES[name]("الخلايا الحاشدة", random.Random(seed)) for seed in range(9)]


def test_a_list_is_found_behind_every_disguise() -> None:
    report = measure(CORPUS, phrases(generated(200, seed=4), 300), limit=150)
    assert report.recall["as_written"].value == 1
    for name, rate in report.recall.items():
        assert rate.value >= (0.9 if name in ("dotless", "arabizi_digits", "spelled_out") else 0.97), name
    assert report.false_hits.value <= 0.02


def test_figures_repeat_for_the_same_seed_and_are_counts_of_the_corpus() -> None:
    listed = [Term("من"), Term("لا يوجد هذا التعبير")]
    one, other = (measure(CORPUS, listed, limit=50).as_dict() for _ in range(2))
    assert {k: v for k, v in one.items() if k != "speed"} == {k: v for k, v in other.items() if k != "speed"}
    assert (one["terms"], one["terms_seen"]) == (2, 1)
    assert one["texts_hit"] == sum("من" in text.replace("،", " ").replace(".", " ").split() for text in CORPUS)


def test_too_few_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        measure(CORPUS[:5])


def test_the_command_reads_a_corpus_and_a_list(tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text("\n".join(CORPUS), encoding="utf-8")
    (tmp_path / "terms.csv").write_text("text,category\nمن,particle\n", encoding="utf-8")
    command = [sys.executable, "-m", "turs.cli", "evaluate", "terms", "corpus.txt", "--limit", "20", "--json"]
    done = subprocess.run([*command, "--terms", "terms.csv"], cwd=tmp_path, capture_output=True, check=True)
    assert json.loads(done.stdout)["terms"] == 1
    broken = subprocess.run([*command, "--terms", "none.csv"], cwd=tmp_path, capture_output=True, check=False)
    assert broken.returncode
    assert b"none.csv" in broken.stderr
