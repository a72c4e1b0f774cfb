"""Binary search among sorted digests, by address; sixteen leading bits choose where it begins.

It stays fast for digests of any distribution, made ones included: never more steps than the logarithm of their number.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from turs.match.kernels.raw import load32, load_big, pointer, prefetch

VALUES = 65536
"""Buckets; the offsets have one more."""
AHEAD = 8
"""Queries whose digests are asked for from memory beforehand."""


@njit(nogil=True, cache=True)
def find_one(digests: int, offsets: int, size: int, width: int, digest: bytes) -> int:
    """Where a digest stands among `size` sorted ones of `width` bytes: first place << 32 | how many; 0 for none."""
    query = np.empty(4, np.uint64)
    for word in range(width >> 3):
        value = np.uint64(0)
        for at in range(8):
            value = value << np.uint64(8) | np.uint64(digest[8 * word + at])
        query[word] = value
    return _find(digests, offsets, size, width, query)


@njit(nogil=True, cache=True)
def find_many(
    digests: int, offsets: int, size: int, width: int, queries: int, firsts: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> None:
    """The same for many, one after the other at the address `queries`; first places and counts go into the arrays."""
    query = np.empty(4, np.uint64)
    count = len(firsts)
    for number in range(-AHEAD, count):
        if number + AHEAD < count:
            value = np.int64(load_big(queries + width * (number + AHEAD)) >> np.uint64(48))
            low, high = load32(offsets + 4 * value), load32(offsets + 4 * value + 4)
            prefetch(digests + width * ((low + high) >> 1))
        if number >= 0:
            for word in range(width >> 3):
                query[word] = load_big(queries + width * number + 8 * word)
            found = _find(digests, offsets, size, width, query)
            firsts[number] = found >> 32
            counts[number] = found & 0xFFFFFFFF


@njit(nogil=True, cache=True)
def _find(digests: int, offsets: int, size: int, width: int, query: NDArray[np.uint64]) -> int:
    value = np.int64(query[0] >> np.uint64(48))
    low, high = load32(offsets + 4 * value), load32(offsets + 4 * value + 4)
    stop = high
    while low < high:
        middle = (low + high) >> 1
        if _order(digests + width * middle, width, query) < 0:
            low = middle + 1
        else:
            high = middle
    first, high = low, stop
    if first == stop or _order(digests + width * first, width, query) != 0:
        return 0
    step = 1  # copies are few as a rule: look at the next ones first
    while low + step < high and _order(digests + width * (low + step), width, query) == 0:
        low += step
        step *= 2
    high = min(high, low + step)
    while low < high:
        middle = (low + high) >> 1
        if _order(digests + width * middle, width, query) <= 0:
            low = middle + 1
        else:
            high = middle
    return int(first << 32 | (low - first))


@njit(nogil=True, cache=True)
def _order(entry: int, width: int, query: NDArray[np.uint64]) -> int:
    """-1, 0 or 1 where the digest at the address comes before the query, is it, or comes after it."""
    for word in range(width >> 3):
        own = load_big(entry + 8 * word)
        if own != query[word]:
            return -1 if own < query[word] else 1
    return 0


@njit(nogil=True, cache=True)
def offsets_hold(address: int, size: int) -> bool:
    """Offsets never lead outside the `size` entries."""
    offsets = carray(pointer(address), (VALUES + 1,), np.uint32)
    last = np.uint32(0)
    for value in range(VALUES + 1):
        if offsets[value] < last:
            return False
        last = offsets[value]
    return bool(last == size and offsets[0] == 0)


def warm() -> None:
    """Compile, or load what was compiled before."""
    offsets = np.zeros(VALUES + 1, dtype=np.uint32)
    find_one(0, offsets.ctypes.data, 0, 16, bytes(16))
    none = np.zeros(0, dtype=np.int64)
    find_many(0, offsets.ctypes.data, 0, 16, 0, none, none)
    offsets_hold(offsets.ctypes.data, 0)
