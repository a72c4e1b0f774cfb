"""The checksum of arrays in a snapshot, as fast as memory is read."""

from __future__ import annotations

import numpy as np
from numba import njit
from numba.np.numpy_support import carray

from turs.match.kernels.raw import pointer

LANES = 32
_FACTOR = np.uint64(0x9FB21C651E98DF25)
_START = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


@njit("uint64(int64, int64, uint64, uint64)", nogil=True, cache=True)
def checksum(address: int, words: int, rest: int, size: int) -> np.uint64:
    """Checksum of `words` 64-bit words at `address`, then of `rest`; size: bytes in all. See `turs.match.snapshot`."""
    values = carray(pointer(address), (words,), np.uint64)
    lanes = np.empty(LANES, np.uint64)
    for lane in range(LANES):
        lanes[lane] = _START * np.uint64(lane + 1)
    whole = words - words % LANES
    for first in range(0, whole, LANES):
        for lane in range(LANES):
            mixed = (lanes[lane] ^ values[first + lane]) * _FACTOR
            lanes[lane] = mixed ^ (mixed >> _HALF)
    for at in range(whole, words):
        mixed = (lanes[at - whole] ^ values[at]) * _FACTOR
        lanes[at - whole] = mixed ^ (mixed >> _HALF)
    total = (rest ^ size) * _FACTOR
    for lane in range(LANES):
        total = (total ^ (total >> _HALF) ^ lanes[lane]) * _FACTOR
    return total ^ (total >> _HALF)
