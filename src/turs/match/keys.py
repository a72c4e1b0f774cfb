"""Keys of entries in an index: 64-bit numbers, each its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
TOP: Final = (1 << 63) - 1
"""The highest key; it leaves none for the next entry, so nobody may give it."""


def new_keys(
    count: int, given: Iterable[int] | Keys | None, upcoming: int, taken: Callable[[Keys], int | None], noun: str
) -> Keys:
    """Keys of `count` new entries: those that were given, or the next from `upcoming` on.

    taken: of ascending keys the first that is in the index. noun: what an entry is, for messages. ValueError where a
    key is given twice, is there already, is too large, or where their number is wrong.
    """
    if given is None:
        return np.arange(upcoming, upcoming + count, dtype=np.int64)
    try:
        keys = np.array(given if isinstance(given, np.ndarray) else list(given), dtype=np.int64).reshape(-1)
    except OverflowError as error:
        raise ValueError(f"a key does not fit into 64 bits: {error}") from error
    if len(keys) != count:
        raise ValueError(f"{count} {noun}s and {len(keys)} keys: give one key for each {noun}")
    if not count:
        return keys
    ordered = np.sort(keys)
    twice = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(twice):
        raise ValueError(f"key {ordered[twice[0]]} is given twice: every entry needs its own")
    known = taken(ordered)
    if known is not None:
        raise ValueError(f"key {known} is there already: remove that entry first, or choose another key")
    if ordered[-1] == TOP:
        raise ValueError(f"key {TOP} is the highest of all, and leaves none for the next entry")
    return keys
