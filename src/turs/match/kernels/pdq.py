"""Numba kernels of PDQ: blur and decimation as two banded products, the reference's own sums, DCT, bits, quality."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BLOCK, _FREQUENCIES, _BITS = 64, 16, 256


@njit(cache=True, nogil=True)
def row_sums(data: NDArray[np.uint8], step: int, samples: int, first: NDArray[np.int64], weights: Floats,
             out: Floats) -> None:
    """Weighted sums of rows of bytes. data: flat; row y begins at y * step and has `samples` bytes.

    first, weights: row y is added to rows first[y], first[y] + 1, ... of `out` with weights[y]; zeros come last.
    out: zeros, shape (rows, samples).
    """
    for y in range(len(first)):
        source = data[y * step : y * step + samples]
        for k in range(weights.shape[1]):
            weight = weights[y, k]
            if weight == 0:
                break
            target = out[first[y] + k]
            for x in range(samples):
                target[x] += weight * np.float32(source[x])


@njit(cache=True, nogil=True)
def column_sums(sums: Floats, columns: NDArray[np.int64], channels: int, first: NDArray[np.int64], weights: Floats,
                out: Floats) -> None:
    """The same along columns, and the mix of channels. sums: (64, channels x any), columns in the order `columns`.

    columns: below len(first), others are padding. channels: 1, or 3 for R, G and B beside one another, mixed to
    luminance. out: zeros, (64, 64), turned: column first.
    """
    column = np.empty(_BLOCK, np.float32)
    for n in range(len(columns)):
        x, at = columns[n], n * channels
        if x >= len(first) or weights[x, 0] == 0:
            continue
        if channels == 1:
            for y in range(_BLOCK):
                column[y] = sums[y, at]
        else:
            for y in range(_BLOCK):
                column[y] = (sums[y, at] * np.float32(0.299) + sums[y, at + 1] * np.float32(0.587)
                             + sums[y, at + 2] * np.float32(0.114))
        for k in range(weights.shape[1]):
            weight = weights[x, k]
            if weight == 0:
                break
            target = out[first[x] + k]
            for y in range(_BLOCK):
                target[y] += weight * column[y]


@njit(cache=True, nogil=True)
def luminance(rgb: NDArray[np.uint8], out: Floats) -> None:
    """Y of ITU-R BT.601 in double precision, rounded once. rgb: flat, three bytes a pixel. out: flat."""
    for n in range(len(out)):
        out[n] = np.float32(np.float64(rgb[3 * n]) * 0.299 + np.float64(rgb[3 * n + 1]) * 0.587
                            + np.float64(rgb[3 * n + 2]) * 0.114)


@njit(cache=True, nogil=True)
def _box(values: Floats, window: int, out: Floats) -> None:
    """Box filter down the columns by running sums in single precision: adds what enters, then takes what leaves."""
    size, columns = values.shape
    ahead = (window + 2) // 2 - 1  # outputs lag behind inputs by this many
    sums = np.zeros(columns, np.float32)
    count = 0
    for step in range(size + ahead):
        if step < size:
            entering = values[step]
            for x in range(columns):
                sums[x] += entering[x]
            count += 1
        if step >= window:
            leaving = values[step - window]
            for x in range(columns):
                sums[x] -= leaving[x]
            count -= 1
        if step >= ahead:
            target, divisor = out[step - ahead], np.float32(count)
            for x in range(columns):
                target[x] = sums[x] / divisor


@njit(cache=True, nogil=True)
def _box_along_rows(values: Floats, window: int, columns: NDArray[np.int64], out: Floats) -> None:
    """The same along rows; `out` gets these columns only. Some rows at a time, so that vectors run over them."""
    height, width = values.shape
    tall = 64
    turned, done = np.empty((width, tall), np.float32), np.empty((width, tall), np.float32)
    for top in range(0, height, tall):
        rows = min(tall, height - top)
        for x in range(width):
            for y in range(rows):
                turned[x, y] = values[top + y, x]
        _box(turned, window, done)
        for y in range(rows):
            for n in range(len(columns)):
                out[top + y, n] = done[columns[n], y]


@njit(cache=True, nogil=True)
def blurred(values: Floats, window_across: int, window_down: int) -> Floats:
    """The 64 x 64 block by the reference's blur in its order of operations: twice along rows, then along columns.

    values: luminance, shape (height, width); it is overwritten.
    """
    height, width = values.shape
    half = np.empty((height, width), np.float32)
    _box_along_rows(values, window_across, np.arange(width), half)
    _box(half, window_down, values)
    columns = np.empty(_BLOCK, np.int64)
    for n in range(_BLOCK):
        columns[n] = np.int64((n + 0.5) * width / _BLOCK)
    narrow, whole = np.empty((height, _BLOCK), np.float32), np.empty((height, _BLOCK), np.float32)
    _box_along_rows(values, window_across, columns, narrow)
    _box(narrow, window_down, whole)
    block = np.empty((_BLOCK, _BLOCK), np.float32)
    for n in range(_BLOCK):
        row = np.int64((n + 0.5) * height / _BLOCK)
        for x in range(_BLOCK):
            block[n, x] = whole[row, x]
    return block


@njit(cache=True, nogil=True)
def coefficients(block: Floats, cosines: Floats, out: Floats) -> None:
    """Two-dimensional DCT of 64 x 64 samples, frequencies 1 to 16: summed one by one in single precision.

    cosines: (64, 16), turned so that vectors run over frequencies. out: (16, 16).
    """
    half = np.zeros((_FREQUENCIES, _BLOCK), np.float32)
    for i in range(_FREQUENCIES):
        for k in range(_BLOCK):
            factor = cosines[k, i]
            for j in range(_BLOCK):
                half[i, j] += factor * block[k, j]
    out[:] = 0
    for i in range(_FREQUENCIES):
        for k in range(_BLOCK):
            factor = half[i, k]
            for j in range(_FREQUENCIES):
                out[i, j] += factor * cosines[k, j]


@njit(cache=True, nogil=True)
def bits(values: Floats, doubt: float, out: NDArray[np.uint8]) -> bool:
    """Which of 256 coefficients exceed their (lower) median, as 32 bytes, the last coefficient's bit first.

    False where, with a doubt, another coefficient is too near to the median to tell.
    """
    median = values[0]
    for n in range(_BITS):
        value, less, equal = values[n], 0, 0
        for m in range(_BITS):
            less += values[m] < value
            equal += values[m] == value
        if less < _BITS // 2 <= less + equal:
            median = value
            break
    near = np.int64(0)
    out[:] = 0
    for n in range(_BITS):
        near += abs(np.float64(values[n]) - np.float64(median)) < doubt
        if values[n] > median:
            place = _BITS - 1 - n
            out[place >> 3] |= np.uint8(128 >> (place & 7))
    return bool(near <= 1)


@njit(cache=True, nogil=True)
def quality(block: Floats, doubt: float) -> int:
    """Sum of the whole-percent steps between neighbours, over 90, at most 100; -1 where the doubt could change it."""
    total, doubtful = np.int64(0), np.int64(0)
    hundred, top = np.float32(100), np.float32(255)
    for i in range(_BLOCK):
        for j in range(_BLOCK):
            for side in range(2):
                down, right = i + 1 - side, j + side
                if down < _BLOCK and right < _BLOCK:
                    step = abs((block[i, j] - block[down, right]) * hundred / top)
                    total += np.int64(step)
                    nearest = np.rint(step)
                    doubtful += nearest != 0 and abs(step - nearest) < doubt
    if doubt == 0:
        doubtful = np.int64(0)
    least, most = min(100, int(total - doubtful) // 90), min(100, int(total + doubtful) // 90)
    return least if least == most else -1


def warm() -> None:
    """Compile every kernel of this module, or load what was compiled before."""
    pixels, rows, one = np.zeros(5 * 15, np.uint8), np.zeros(5, np.int64), np.ones((5, 1), np.float32)
    rows.setflags(write=False)  # as they are in use: numba compiles for each kind
    one.setflags(write=False)
    row_sums(pixels, 15, 15, rows, one, np.zeros((_BLOCK, 15), np.float32))
    column_sums(np.zeros((_BLOCK, 15), np.float32), np.arange(5), 3, rows, one, np.zeros((_BLOCK, _BLOCK), np.float32))
    level = np.zeros(25, np.float32)
    luminance(pixels, level)
    blurred(level.reshape(5, 5), 1, 1)
    block = np.zeros((_BLOCK, _BLOCK), np.float32)
    values = np.zeros((_FREQUENCIES, _FREQUENCIES), np.float32)
    coefficients(block, np.zeros((_BLOCK, _FREQUENCIES), np.float32), values)
    bits(values.reshape(-1), 0.0, np.zeros(32, np.uint8))
    quality(block, 0.0)
