"""PDQ, the perceptual hash of photographs: 256 bits and a quality, from image bytes or pixels.

The image's luminance is blurred with a tent filter (two passes of a box filter each way, after Jarosz),
decimated to 64 x 64, transformed (DCT, frequencies 1 to 16), and each of the 256 coefficients compared
with their median. Blur and decimation are linear, so the 64 x 64 block is `rows @ luminance @ columns.T`.
Where rounding could decide a bit or the quality, the arithmetic of the reference (single precision,
running sums) is followed step by step, so bits are those of the reference implementation always.

References: Meta, *The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm*, 2019 (PDQ part:
pdqhash-2017-10-09); W. Jarosz, "Fast Image Convolutions", SIGGRAPH 2001.
"""

from __future__ import annotations

import io
import math
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

VERSION = "pdq/1"
BITS = 256
MATCH_DISTANCE = 31
"""Bits in which two hashes of one picture may differ: 31 matches, 32 does not."""

LOWEST_QUALITY = 50
"""Below it a hash describes too little to be matched: 49 is refused."""

MOST_PIXELS = 64_000_000
"""Pixels an image may claim; more is refused before decoding (decompression bombs)."""

SMALLEST = 5
"""Pixels a side must have; smaller images get the zero hash and quality 0, as in the reference."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_BLOCK, _FREQUENCIES = 64, 16
_DOUBT_PIXEL, _DOUBT_COEFFICIENT, _DOUBT_SIZE = 0.004, 0.008, 2000
"""How far single precision may err, in grey levels and in coefficients, for sides up to this many pixels.

Six times the largest error seen on the reference images; it grows with the length of a running sum.
"""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pdq:
    """A PDQ hash. value: 64 hex digits. quality: 0 to 100."""

    value: str
    quality: int

    @property
    def matchable(self) -> bool:
        """Quality is high enough to be matched."""
        return self.quality >= LOWEST_QUALITY


class ImageUnreadable(ValueError):
    """These bytes give no picture. `code` is a short stable word, the message says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def pdq(data: bytes) -> Pdq:
    """Hash and quality of an image file (JPEG, PNG, WebP, GIF first frame, BMP, TIFF).

    ImageUnreadable where the bytes are no image, are damaged, or claim more than `MOST_PIXELS`.
    """
    return pdq_of_pixels(decode(data))


def pdq_of_pixels(rgb: NDArray[np.uint8]) -> Pdq:
    """Hash and quality of an image in memory. rgb: shape (height, width, 3)."""
    height, width = rgb.shape[:2]
    if min(height, width) < SMALLEST:
        return Pdq("0" * 64, 0)
    luminance = _luminance(rgb)
    if (height, width) == (_BLOCK, _BLOCK):
        return _finish(luminance) or Pdq("0" * 64, 0)
    doubt = max(1.0, max(height, width) / _DOUBT_SIZE)
    block: Floats = (_weights(height) @ luminance @ _weights(width).T).astype(np.float32)
    if _quality_is_certain(block, doubt * _DOUBT_PIXEL):
        result = _finish(block, doubt * _DOUBT_COEFFICIENT)
        if result is not None:
            return result
    return _finish(_reference_block(luminance)) or Pdq("0" * 64, 0)


def decode(data: bytes) -> NDArray[np.uint8]:
    """Pixels of an image file as RGB, shape (height, width, 3); ImageUnreadable where there are none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    raise ImageUnreadable(
                        "image_too_large", f"image claims {width} x {height} pixels, more than {MOST_PIXELS:,}: "
                        "look at it in an isolated viewer, or make a smaller copy")
                return np.asarray(_eight_bit(image).convert("RGB"))
        except ImageUnreadable:
            raise
        except Image.DecompressionBombError as error:
            raise ImageUnreadable("image_too_large", f"{error}: look at it in an isolated viewer") from error
        except UnidentifiedImageError as error:
            raise ImageUnreadable("image_unknown", "no JPEG, PNG, WebP, GIF, BMP or TIFF image: check what the file "
                                  "really is") from error
        except Exception as error:  # decoders raise anything on hostile bytes; none may stop the work
            raise ImageUnreadable("image_damaged", f"image is damaged ({type(error).__name__}: {error}): "
                                  "ask the source for another copy") from error


def _eight_bit(image: Image.Image) -> Image.Image:
    """Sixteen-bit grey keeps its upper eight bits, where Pillow alone would clip it to white."""
    if not image.mode.startswith("I;16"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _luminance(rgb: NDArray[np.uint8]) -> Floats:
    """Y of ITU-R BT.601, in double precision, rounded once. In strips, so that memory stays bounded."""
    out = np.empty(rgb.shape[:2], dtype=np.float32)
    for top in range(0, rgb.shape[0], 256):
        part = rgb[top : top + 256]
        out[top : top + 256] = part[:, :, 0] * 0.299 + part[:, :, 1] * 0.587 + part[:, :, 2] * 0.114
    return out


@lru_cache(maxsize=64)
def _weights(size: int) -> Floats:
    """Blur and decimation along one side as a banded matrix, shape (64, size)."""
    window = _window(size)
    before, after = (window + 2) // 2 - 1, window - (window + 2) // 2
    # Output i is the mean of inputs max(0, i - after) to min(size, i + before), as in the reference.
    low = np.maximum(np.arange(size) - after, 0)
    high = np.minimum(np.arange(size) + before, size - 1)
    picks = ((np.arange(_BLOCK) + 0.5) * size / _BLOCK).astype(np.int64)
    out = np.zeros((_BLOCK, size), dtype=np.float64)
    for row, pick in enumerate(picks):
        for middle in range(low[pick], high[pick] + 1):
            first, last = low[middle], high[middle]
            out[row, first : last + 1] += 1.0 / ((high[pick] - low[pick] + 1) * (last - first + 1))
    return np.asarray(out, dtype=np.float32)


def _window(size: int) -> int:
    """Width of the box filter: half of one block of the image, rounded up."""
    return (size + 2 * _BLOCK - 1) // (2 * _BLOCK)


def _quality_is_certain(block: Floats, doubt: float) -> bool:
    """False where rounding could change the quality: too many steps that are almost a whole percent."""
    steps = np.concatenate((np.diff(block, axis=0).ravel(), np.diff(block, axis=1).ravel())) * (100.0 / 255.0)
    nearest = np.rint(steps)
    doubtful = int(np.count_nonzero((np.abs(steps - nearest) < doubt) & (nearest != 0)))
    total = int(np.abs(np.trunc(steps)).sum())
    return min(100, (total - doubtful) // 90) == min(100, (total + doubtful) // 90)


def _finish(block: Floats, doubt: float = 0.0) -> Pdq | None:
    """Hash of a 64 x 64 block; None where, with a doubt, a coefficient is too near to the median to tell."""
    coefficients = _coefficients(block).ravel()
    median = np.partition(coefficients, BITS // 2 - 1)[BITS // 2 - 1]
    if doubt and np.count_nonzero(np.abs(coefficients - median) < doubt) > 1:
        return None
    bits = coefficients > median
    return Pdq(np.packbits(bits[::-1]).tobytes().hex(), _quality(block))


def _quality(block: Floats) -> int:
    """Sum of the whole-percent steps between neighbours, over 90, at most 100."""
    total = sum(
        int(np.abs(np.trunc((a - b) * np.float32(100) / np.float32(255))).sum())
        for a, b in ((block[:-1], block[1:]), (block[:, :-1], block[:, 1:]))
    )
    return min(100, total // 90)


@cache
def _cosines() -> Floats:
    """DCT matrix for frequencies 1 to 16 of 64 samples, shape (16, 64)."""
    scale = np.float32(math.sqrt(2.0 / _BLOCK))
    angles = np.outer(np.arange(1, _FREQUENCIES + 1), 2 * np.arange(_BLOCK) + 1) * (math.pi / 2.0 / _BLOCK)
    return np.asarray(np.float64(scale) * np.cos(angles), dtype=np.float32)


def _coefficients(block: Floats) -> Floats:
    """Two-dimensional DCT, shape (16, 16), summed one by one in single precision as the reference does."""
    cosines = _cosines()
    half = np.cumsum(cosines[:, :, None] * block[None, :, :], axis=1, dtype=np.float32)[:, -1, :]
    whole = np.cumsum(half[:, None, :] * cosines[None, :, :], axis=2, dtype=np.float32)[:, :, -1]
    return np.asarray(whole, dtype=np.float32)


def _reference_block(luminance: Floats) -> Floats:
    """The 64 x 64 block by running sums in single precision: slower, and equal to the reference to the last bit."""
    out = luminance
    height, width = out.shape
    for _ in range(2):
        out = _box(out, _window(width))
        out = _box(np.ascontiguousarray(out.T), _window(height)).T
    rows = ((np.arange(_BLOCK) + 0.5) * height / _BLOCK).astype(np.int64)
    columns = ((np.arange(_BLOCK) + 0.5) * width / _BLOCK).astype(np.int64)
    return np.ascontiguousarray(out[np.ix_(rows, columns)], dtype=np.float32)


def _box(values: Floats, window: int) -> Floats:
    """Box filter along rows: one running sum that adds what enters and then takes away what leaves."""
    size = values.shape[1]
    ahead = (window + 2) // 2 - 1  # outputs lag behind inputs by this many
    grow, full, shrink = window - ahead, max(size - window, 0), ahead
    steps = np.empty((values.shape[0], window + 2 * full + shrink), dtype=np.float32)
    steps[:, :window] = values[:, :window]
    steps[:, window : window + 2 * full : 2] = values[:, window : window + full]
    steps[:, window + 1 : window + 2 * full : 2] = -values[:, :full]
    steps[:, window + 2 * full :] = -values[:, full : full + shrink]
    sums = np.cumsum(steps, axis=1, dtype=np.float32)
    at = np.concatenate((np.arange(ahead, window), np.arange(window + 1, window + 2 * full, 2),
                         np.arange(window + 2 * full, window + 2 * full + shrink)))
    counts = np.concatenate((np.arange(ahead + 1, window + 1), np.full(full, window),
                             np.arange(window - 1, window - 1 - shrink, -1))).astype(np.float32)
    assert len(at) == grow + full + shrink == size
    return np.asarray(sums[:, at] / counts, dtype=np.float32)
