"""The flood guard: a fingerprint that suddenly matches everywhere is probably a poor one, and a person must look.

Counted are distinct sources, never hits: one channel that repeats itself a hundred times is one source.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

WINDOW = timedelta(days=1)
BEFORE = 14
"""Windows before the present one that say what is usual."""
SUDDEN = 4.0
"""Times the usual number of sources that count as sudden."""
KEEPS_MATCHING = frozenset(("threat_to_life", "crisis"))
"""Tiers that go on matching while a person is asked: what spreads in an attack must not become unknown."""


def floods(sources: int, before: Sequence[int], limit: int) -> bool:
    """Whether `sources` in one window are too many.

    before: sources in each window before it, any order. limit: from where on a number can be too many at all.

    >>> floods(30, [1, 0, 2], 25), floods(30, [10] * 14, 25), floods(24, [], 25)
    (True, False, False)
    """
    usual = median(before) if before else 0
    return sources >= limit and sources >= SUDDEN * usual
