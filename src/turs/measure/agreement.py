"""How far readers agree beyond chance: Cohen's and Fleiss' kappa, Krippendorff's alpha, each with an interval.

They say something about a *field of a form*, never about a person who filled it in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Weights = Literal["none", "linear", "quadratic"]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """value: 1 is full agreement, 0 what chance gives; nan where everybody always said the same one thing.

    low, high: the interval at the level asked for, nan where there is none. error: standard error, nan where the
    interval comes from resampling. n: units that count. observed: share of agreement, before chance is taken out.
    """

    value: float
    low: float
    high: float
    error: float
    n: int
    observed: float


def confusion(first: Sequence[Hashable], second: Sequence[Hashable], labels: Sequence[Any] | None = None) -> Floats:
    """Counts of what two readers said of the same units; shape (labels, labels), rows are the first reader's.

    labels: their order (matters for weighted kappa); default: those that occur, sorted by their text.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} answers: both readers must have read the same units")
    order = list(labels) if labels is not None else sorted({*first, *second}, key=str)
    place = {label: number for number, label in enumerate(order)}
    table = np.zeros((len(order), len(order)))
    for a, b in zip(first, second, strict=True):
        for answer in (a, b):
            if answer not in place:
                raise ValueError(f"the answer {answer!r} is not among the labels: {', '.join(map(str, order))}")
        table[place[a], place[b]] += 1
    return table


def cohen_kappa(table: ArrayLike, weights: Weights = "none", level: float = 0.95) -> Agreement:
    """Kappa of two readers (Cohen 1960; weighted 1968), with the large-sample error of Fleiss, Cohen, Everitt (1969).

    table: counts, shape (k, k), as `confusion` gives them. weights: how near misses count, ``linear`` or ``quadratic``
    for ordered labels.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any() or not np.isfinite(counts).all():
        raise ValueError(f"a table of shape {counts.shape}: give a square table of counts, none below zero")
    n, k = float(counts.sum()), counts.shape[0]
    if not n:
        return Agreement(np.nan, np.nan, np.nan, np.nan, 0, np.nan)
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(1, k - 1)
    worth = {"none": np.eye(k), "linear": 1 - apart, "quadratic": 1 - apart**2}[weights]
    shares = counts / n
    rows, columns = shares.sum(1), shares.sum(0)
    observed, chance = float((worth * shares).sum()), float((worth * np.outer(rows, columns)).sum())
    if np.isclose(chance, 1.0):
        return Agreement(np.nan, np.nan, np.nan, np.nan, int(n), observed)
    value = (observed - chance) / (1 - chance)
    margins = np.add.outer(worth @ columns, rows @ worth)
    spread = float((shares * (worth * (1 - chance) - margins * (1 - observed)) ** 2).sum())
    variance = (spread - (observed * chance - 2 * chance + observed) ** 2) / (n * (1 - chance) ** 4)
    error = float(np.sqrt(max(variance, 0.0)))
    half = NormalDist().inv_cdf(0.5 + level / 2) * error
    return Agreement(value, max(-1.0, value - half), min(1.0, value + half), error, int(n), observed)


def fleiss_kappa(counts: ArrayLike, level: float = 0.95, draws: int = 1000, seed: int = 7) -> Agreement:
    """Kappa of many readers (Fleiss 1971); interval by resampling units.

    counts: shape (units, labels), how many readers gave each label; every unit has the same number of readers, 2 or
    more.
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or (table < 0).any():
        raise ValueError(f"a table of shape {table.shape}: give units by labels, none below zero")
    if not len(table):
        return Agreement(np.nan, np.nan, np.nan, np.nan, 0, np.nan)
    readers = table.sum(1)
    if (readers != readers[0]).any() or readers[0] < 2:
        raise ValueError("every unit needs the same number of readers, two or more; Krippendorff's alpha allows gaps")
    each = (table * (table - 1)).sum(1) / (readers[0] * (readers[0] - 1))

    def kappa(units: NDArray[np.intp]) -> float:
        chance = float(((table[units].sum(0) / table[units].sum()) ** 2).sum())
        return (float(each[units].mean()) - chance) / (1 - chance) if chance < 1 - 1e-12 else float("nan")

    everything = np.arange(len(table))
    low, high = _resampled(kappa, len(table), level, draws, seed)
    return Agreement(kappa(everything), low, high, np.nan, len(table), float(each.mean()))


def krippendorff_alpha(
    answers: ArrayLike, scale: Scale = "nominal", level: float = 0.95, draws: int = 1000, seed: int = 7
) -> Agreement:
    """Alpha of any number of readers, with gaps (Krippendorff 2011); interval by resampling units.

    answers: shape (readers, units), numbers, nan where a reader did not read; units with one answer do not count.
    """
    given = np.asarray(answers, dtype=np.float64)
    if given.ndim != 2:
        raise ValueError(f"answers of shape {given.shape}: give readers by units")
    if np.isinf(given).any() or (scale == "ratio" and (given < 0).any()):
        raise ValueError("answers must be finite, and on a ratio scale not below zero")
    values = np.unique(given[~np.isnan(given)])
    table = np.stack([(given == value).sum(0) for value in values], axis=1) if len(values) else np.zeros((0, 0))
    table = table[table.sum(1) > 1].astype(np.float64) if len(values) else table
    if not len(table):
        return Agreement(np.nan, np.nan, np.nan, np.nan, 0, np.nan)
    pairs = table.sum(1)

    def alpha(units: NDArray[np.intp]) -> float:
        rows, weights = table[units], 1.0 / (pairs[units] - 1)
        together = (rows * weights[:, None]).T @ rows - np.diag((rows * weights[:, None]).sum(0))
        totals = together.sum(0)
        distance = _distances(values, totals, scale)
        chance = float((np.outer(totals, totals) * distance).sum()) / max(totals.sum() - 1, 1.0)
        return 1 - float((together * distance).sum()) / chance if chance > 0 else float("nan")

    low, high = _resampled(alpha, len(table), level, draws, seed)
    same = (table * (table - 1)).sum(1) / (pairs * (pairs - 1))
    return Agreement(alpha(np.arange(len(table))), low, high, np.nan, len(table), float(same.mean()))


def _distances(values: Floats, totals: Floats, scale: Scale) -> Floats:
    """Squared distances between labels; those of an ordinal scale depend on how often each label occurs."""
    if scale == "nominal":
        return 1.0 - np.eye(len(values))
    if scale == "interval":
        return np.asarray(np.subtract.outer(values, values) ** 2, dtype=np.float64)
    if scale == "ratio":
        both = np.add.outer(values, values)
        return np.asarray((np.subtract.outer(values, values) / np.where(both == 0, 1.0, both)) ** 2, dtype=np.float64)
    ranks = np.cumsum(totals) - totals / 2
    return np.asarray(np.subtract.outer(ranks, ranks) ** 2, dtype=np.float64)


def _resampled(
    statistic: Callable[[NDArray[np.intp]], float], units: int, level: float, draws: int, seed: int
) -> tuple[float, float]:
    """Percentile interval of a statistic over units drawn again and again; nan where too few draws give a number."""
    rng = np.random.default_rng(seed)
    drawn = np.array([statistic(rng.integers(0, units, units)) for _ in range(draws)])
    drawn = drawn[~np.isnan(drawn)]
    if units < 2 or len(drawn) < draws // 2:
        return float("nan"), float("nan")
    low, high = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2])
    return float(low), float(high)
