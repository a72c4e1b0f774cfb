"""Work space that a thread uses again: fresh memory costs more time than the sums that are written to it."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 8 << 20
"""Larger work space is made anew each time and given back."""


class _Kept(threading.local):
    def __init__(self) -> None:
        self.bytes = np.empty(0, dtype=np.uint8)
        self.floats = np.empty(0, dtype=np.float32)


_kept = _Kept()


def some(size: int) -> NDArray[np.uint8]:
    """At least `size` bytes with anything in them, valid until the next call of this function in this thread."""
    if size > MOST_BYTES:
        return np.empty(size, dtype=np.uint8)
    if len(_kept.bytes) < size:
        _kept.bytes = np.empty(size + size // 2, dtype=np.uint8)
    return _kept.bytes


def zeros(shape: tuple[int, int]) -> NDArray[np.float32]:
    """Zeros of this shape, valid until the next call of this function in this thread."""
    size = shape[0] * shape[1]
    if 4 * size > MOST_BYTES:
        return np.zeros(shape, dtype=np.float32)
    if len(_kept.floats) < size:
        _kept.floats = np.empty(size + size // 2, dtype=np.float32)
    out = _kept.floats[:size].reshape(shape)
    out[:] = 0
    return out
