"""Agreement beyond chance, against published values."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from turs.measure import cohen_kappa, confusion, fleiss_kappa, krippendorff_alpha, wilson

CLINIC = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
"""SAS/STAT, example of PROC FREQ."""
FOUR_BY_TWELVE = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, math.nan, math.nan, math.nan],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, math.nan, 3],
    [math.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, math.nan],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, math.nan],
]
"""Krippendorff (2011), Computing Krippendorff's alpha-reliability, C."""


def test_kappa_and_its_error_are_the_published_ones() -> None:
    seen = cohen_kappa(CLINIC)
    assert (round(seen.value, 4), round(seen.error, 4)) == (0.4842, 0.1380)
    assert (round(seen.low, 4), round(seen.high, 4)) == (0.2137, 0.7547)
    near = cohen_kappa(CLINIC, "linear")
    assert (round(near.value, 4), round(near.error, 4)) == (0.4701, 0.1457)
    assert round(cohen_kappa([[20, 5], [10, 15]]).value, 2) == 0.40


def test_alpha_is_the_published_one() -> None:
    for scale, value in (("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)):
        assert krippendorff_alpha(FOUR_BY_TWELVE, scale).value == pytest.approx(value, abs=5e-4)  # type: ignore[arg-type]


def test_values_of_the_shared_files(shared: Path) -> None:
    folder = shared / "inputs" / "10_stats"
    with (folder / "krippendorff_3x15.csv").open(newline="") as file:
        rows = [[float(cell) if cell.strip() else math.nan for cell in row] for row in csv.reader(file)]
    assert krippendorff_alpha(rows).value == pytest.approx(0.691358, abs=1e-6)
    assert krippendorff_alpha(rows, "interval").value == pytest.approx(0.810845, abs=1e-6)
    with (folder / "fleiss_diagnoses.csv").open(newline="") as file:
        counted = [Counter(row) for row in csv.reader(file) if row and row[0].strip().isdigit()]
    labels = sorted({label for each in counted for label in each})
    table = [[each[label] for label in labels] for each in counted]
    assert fleiss_kappa(table).value == pytest.approx(0.4302445, abs=1e-7)


def test_full_agreement_is_one_and_one_single_label_says_nothing() -> None:
    assert cohen_kappa([[3, 0], [0, 4]]).value == 1.0
    assert math.isnan(cohen_kappa([[7, 0], [0, 0]]).value)
    assert math.isnan(cohen_kappa([[0]]).value)
    assert math.isnan(krippendorff_alpha([[1, 1], [1, 1]]).value)
    assert krippendorff_alpha([[1, 2, math.nan], [1, 2, 2]]).n == 2
    assert krippendorff_alpha([[math.nan, math.nan]]).n == 0
    assert fleiss_kappa(np.zeros((0, 3))).n == 0


def test_intervals_hold_the_value_and_are_the_same_every_time() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 200)
    readers = [np.where(rng.random(200) < 0.2, rng.integers(0, 3, 200), truth) for _ in range(2)]
    seen, again = (krippendorff_alpha(np.array(readers, dtype=float)) for _ in range(2))
    assert seen == again
    assert seen.low < seen.value < seen.high
    kappa = cohen_kappa(confusion(readers[0].tolist(), readers[1].tolist()))
    assert kappa.low < kappa.value < kappa.high
    assert kappa.value == pytest.approx(seen.value, abs=0.02)


def test_wrong_tables_are_refused_with_the_reason() -> None:
    for table in ([[1, 2]], [[-1, 0], [0, 1]], [[math.nan]]):
        with pytest.raises(ValueError, match="square table"):
            cohen_kappa(table)
    with pytest.raises(ValueError, match="same number of readers"):
        fleiss_kappa([[2, 0], [1, 0]])
    with pytest.raises(ValueError, match="same units"):
        confusion([1], [1, 2])
    with pytest.raises(ValueError, match="not among the labels"):
        confusion([1], [2], labels=[1])
    with pytest.raises(ValueError, match="finite"):
        krippendorff_alpha([[math.inf, 1]])


def test_a_share_has_wilsons_interval() -> None:
    seen = wilson(10, 100)  # Brown, Cai, DasGupta (2001) use the same interval
    assert (round(seen.low, 4), round(seen.high, 4)) == (0.0552, 0.1744)
    assert (wilson(0, 10).low, round(wilson(0, 10).high, 4)) == (0.0, 0.2775)
    assert wilson(10, 10).high == 1.0
    assert wilson(0, 0).high == 1.0
    for wrong in ((5, 4), (-1, 3)):
        with pytest.raises(ValueError, match="between 0"):
            wilson(*wrong)
    with pytest.raises(ValueError, match="level"):
        wilson(1, 2, level=1.0)
