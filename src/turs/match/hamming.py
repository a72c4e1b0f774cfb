"""Exact search among 256-bit hashes by Hamming distance: one pass of numpy over all of them.

Right up to some hundred thousand hashes; results are exact and ordered, so that a faster index can take
its place unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turs.match.perceptual import MATCH_DISTANCE

VERSION = "hamming/1"
_WORDS = 4


@dataclass(frozen=True, slots=True, order=True)
class Neighbour:
    """A hash in reach. distance: differing bits. position: of the entry, in the order given."""

    distance: int
    position: int


class HammingIndex:
    """All entries within a distance of a query, nearest first; correct for 0, 1 and repeated entries.

    hashes: 64 hex digits each.

    >>> HammingIndex(["0" * 64, "f" * 64]).search("0" * 63 + "3")
    (Neighbour(distance=2, position=0),)
    """

    def __init__(self, hashes: Iterable[str] = ()) -> None:
        self._codes = np.array([_words(value) for value in hashes], dtype=np.uint64).reshape(-1, _WORDS)

    def __len__(self) -> int:
        return len(self._codes)

    def search(self, value: str, distance: int = MATCH_DISTANCE) -> tuple[Neighbour, ...]:
        """Entries that differ from `value` in at most `distance` bits (0 to 256)."""
        query = np.array(_words(value), dtype=np.uint64)
        distances: NDArray[np.int64] = np.bitwise_count(self._codes ^ query).sum(axis=1, dtype=np.int64)
        near = np.flatnonzero(distances <= distance)
        return tuple(sorted(Neighbour(int(distances[i]), int(i)) for i in near))


def distance(a: str, b: str) -> int:
    """Bits in which two hashes of 64 hex digits differ."""
    return (_number(a) ^ _number(b)).bit_count()


def _number(value: str) -> int:
    if len(value) != 64:
        raise ValueError(f"a PDQ hash has 64 hex digits, not {len(value)}: {value[:80]!r}")
    return int(value, 16)


def _words(value: str) -> tuple[int, ...]:
    number = _number(value)
    return tuple((number >> shift) & 0xFFFFFFFFFFFFFFFF for shift in (192, 128, 64, 0))
