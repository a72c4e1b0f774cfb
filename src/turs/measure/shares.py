"""A share of a count, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n`, and the interval of the share they were drawn from; all of value, low, high in 0 to 1."""

    count: int
    n: int
    value: float
    low: float
    high: float


def wilson(count: int, n: int, level: float = 0.95) -> Share:
    """The share `count` / `n` with its score interval (Wilson 1927). Of nothing, nothing is known: 0 to 1.

    ValueError where count is not within 0 and n, or level not between 0 and 1.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n}: the count must lie between 0 and the number of all")
    if not 0 < level < 1:
        raise ValueError(f"a level of {level}: give one between 0 and 1, such as 0.95")
    if not n:
        return Share(0, 0, 0.0, 0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, square = count / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == n else min(1.0, middle + half)
    return Share(count, n, share, low, high)
