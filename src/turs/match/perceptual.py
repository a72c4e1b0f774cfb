"""PDQ, the perceptual hash of photographs: 256 bits and a quality, from image bytes or pixels.

The image's luminance is blurred with a tent filter (two passes of a box filter each way, after Jarosz),
decimated to 64 x 64, transformed (DCT, frequencies 1 to 16), and each of the 256 coefficients compared
with their median. Blur and decimation are linear, so the 64 x 64 block is `rows @ luminance @ columns.T`.
Where rounding could decide a bit or the quality, the arithmetic of the reference (single precision,
running sums) is followed step by step, so bits are those of the reference implementation always.
Like the reference, PDQ looks at the pixels as they are stored: an EXIF orientation is not applied.

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
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from turs.match import scratch

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

DIHEDRAL = ("original", "rotated 90", "rotated 180", "rotated 270", "flipped x", "flipped y", "flipped plus",
            "flipped minus")
"""What `pdq_dihedral` gives, in the reference's order: counter-clockwise turns; top and bottom, left and right
exchanged; mirrored at the main diagonal and at the other one."""

FAST_DISTANCE = 8
"""Bits by which `pdq(data, exact=False)` may differ from the exact hash where the quality suffices: the most seen.

On all but one of the reference photographs it is 2 or fewer; strong colours that RGB cannot hold make the exception.
"""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_BLOCK, _FREQUENCIES = 64, 16
_DOUBT_PIXEL, _DOUBT_COEFFICIENT, _DOUBT_SIZE = 0.004, 0.008, 2000
"""How far single precision may err, in grey levels and in coefficients, for sides up to this many pixels.

In 1,000 crops of the reference images, a coefficient's distance from the median erred by 0.0052 at most (99 of 100
by less than 0.0026) and a pixel by 0.0014. Errors grow with the length of a running sum. One picture in forty is in
doubt, and then takes the reference's own sums.
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


def pdq(data: bytes, *, exact: bool = True) -> Pdq:
    """Hash and quality of an image file (JPEG, PNG, WebP or GIF first frame, BMP, TIFF).

    Bits and quality are those of the reference on the pixels that `decode` gives. exact: False takes a JPEG's luma
    plane for its luminance, a third faster; then up to `FAST_DISTANCE` bits differ.
    ImageUnreadable where the bytes are no image, are damaged, or claim more than `MOST_PIXELS`.
    """
    if not exact and (luma := _luma_of_jpeg(data)) is not None:
        return pdq_of_luma(luma, exact=False)
    return pdq_of_pixels(decode(data))


def pdq_of_pixels(rgb: NDArray[np.uint8]) -> Pdq:
    """Hash and quality of an image in memory. rgb: shape (height, width, 3)."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"pixels of shape {rgb.shape} and kind {rgb.dtype}: give (height, width, 3) of uint8")
    return _of_samples(np.ascontiguousarray(rgb).reshape(rgb.shape[0], -1), 3)


def pdq_of_luma(luma: NDArray[np.uint8], *, exact: bool = True) -> Pdq:
    """Hash and quality of a grey image, such as the luma plane of a video frame. luma: shape (height, width).

    The same as `pdq_of_pixels` of an image whose three channels are `luma`. Rows may have padding between them
    (strides), as decoders give them; nothing is copied then. exact: False never goes back to the slow reference where
    rounding could decide: one frame in fifty may then differ by two bits, or by one in quality.
    """
    if luma.ndim != 2 or luma.dtype != np.uint8:
        raise ValueError(f"luma of shape {luma.shape} and kind {luma.dtype}: give (height, width) of uint8")
    return _of_samples(luma, 1, exact)


def pdq_of_limited_luma(luma: NDArray[np.uint8]) -> Pdq:
    """The same for a luma plane whose black is 16 and white 235 (limited range, ITU-R BT.601), without spreading it.

    Blur and transform are linear, so the 64 x 64 block is spread instead of the plane. Never goes back to the
    reference; what the spread would clip (blacker than black) keeps its difference.
    """
    if luma.ndim != 2 or luma.dtype != np.uint8:
        raise ValueError(f"luma of shape {luma.shape} and kind {luma.dtype}: give (height, width) of uint8")
    if min(luma.shape) < SMALLEST:
        return Pdq("0" * 64, 0)
    block = _levels(luma, 1) if luma.shape == (_BLOCK, _BLOCK) else _shrunk(luma, 1)
    spread = (block - np.float32(16)) * np.float32(255 / 219)
    return _hash(spread, 0.0, 0.0) or Pdq("0" * 64, 0)


def pdq_dihedral(image: bytes | NDArray[np.uint8]) -> tuple[Pdq, ...]:
    """The eight hashes of an image file or of pixels (height, width, 3), turned and mirrored, in the order `DIHEDRAL`.

    They come from one set of coefficients, as in the reference: signs change and rows and columns are exchanged.
    Bits and quality (the same for all) are those of the reference; hashes of really turned pixels may differ from them
    by a few bits. The mirror image of a picture in a bank is found when the *query* is looked up under all eight.
    ImageUnreadable as `pdq`.
    """
    rgb = decode(image) if isinstance(image, bytes) else image
    height, width = rgb.shape[:2]
    if min(height, width) < SMALLEST:
        return (Pdq("0" * 64, 0),) * len(DIHEDRAL)
    samples = np.ascontiguousarray(rgb).reshape(height, -1)
    if (height, width) != (_BLOCK, _BLOCK):
        found = _eight(_shrunk(samples, 3), (height, width))
        if found is not None:
            return found
    block = _reference_block(_levels(samples, 3))  # the reference blurs here even what is 64 x 64 already
    worth = _quality(block, 0.0)
    return tuple(Pdq(_bits(values, 0.0) or "", worth) for values in _turns(_coefficients(block)))


def decode(data: bytes) -> NDArray[np.uint8]:
    """Pixels of an image file as RGB, shape (height, width, 3); ImageUnreadable where there are none.

    Always those that Pillow gives: the first frame, an alpha channel dropped, orientation as stored.
    """
    pixels = _fast_jpeg(data)
    if pixels is not None:
        return pixels
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


def _fast_jpeg(data: bytes) -> NDArray[np.uint8] | None:
    """A sound grey, RGB or YCbCr JPEG by simplejpeg (libjpeg-turbo, with Pillow's settings); None of anything else."""
    return _by_simplejpeg(data, ("Gray", "RGB", "YCbCr"), "rgb")


def _luma_of_jpeg(data: bytes) -> NDArray[np.uint8] | None:
    """The luma plane of a sound grey or YCbCr JPEG, shape (height, width); None of anything else."""
    pixels = _by_simplejpeg(data, ("Gray", "YCbCr"), "gray")
    return None if pixels is None else pixels[:, :, 0]


def _by_simplejpeg(data: bytes, kinds: tuple[str, ...], wanted: str) -> NDArray[np.uint8] | None:
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    import simplejpeg

    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(data)
        if colours not in kinds or not 0 < height * width <= MOST_PIXELS:
            return None
        return np.asarray(simplejpeg.decode_jpeg(data, wanted), dtype=np.uint8)
    except Exception:  # damaged or unusual: Pillow reads it, or says what is wrong
        return None


def _eight_bit(image: Image.Image) -> Image.Image:
    """Sixteen-bit grey keeps its upper eight bits, where Pillow alone would clip it to white."""
    if not image.mode.startswith("I;16"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _eight(block: Floats, shape: tuple[int, int]) -> tuple[Pdq, ...] | None:
    """Hashes of the eight forms; None where rounding could decide a bit of one of them, or the quality."""
    pixel, coefficient = _doubts(shape)
    worth = _quality(block, pixel)
    seen = [_bits(values, coefficient) for values in _turns(_coefficients(block))] if worth >= 0 else [None]
    return None if None in seen else tuple(Pdq(value, worth) for value in seen if value is not None)


def _of_samples(samples: NDArray[np.uint8], channels: int, exact: bool = True) -> Pdq:
    """samples: shape (height, width * channels), rows may stand apart."""
    shape = samples.shape[0], samples.shape[1] // channels
    if min(shape) < SMALLEST:
        return Pdq("0" * 64, 0)
    found = None
    if shape != (_BLOCK, _BLOCK):
        found = _hash(_shrunk(samples, channels), *(_doubts(shape) if exact else (0.0, 0.0)))
    return found or _exact(_levels(samples, channels))


def _exact(levels: Floats) -> Pdq:
    block = levels if levels.shape == (_BLOCK, _BLOCK) else _reference_block(levels)
    return Pdq(_bits(_coefficients(block), 0.0) or "", _quality(block, 0.0))


def _hash(block: Floats, pixel: float, coefficient: float) -> Pdq | None:
    """Hash of a 64 x 64 block; None where rounding, within these doubts, could decide a bit or the quality."""
    worth = _quality(block, pixel)
    value = _bits(_coefficients(block), coefficient) if worth >= 0 else None
    return None if value is None else Pdq(value, worth)


def _doubts(shape: tuple[int, int]) -> tuple[float, float]:
    """How far a pixel of the 64 x 64 block and a coefficient may be from those of the reference."""
    scale = max(1.0, max(shape) / _DOUBT_SIZE)
    return scale * _DOUBT_PIXEL, scale * _DOUBT_COEFFICIENT


@lru_cache(maxsize=256)
def _band(size: int) -> tuple[NDArray[np.int64], Floats]:
    """Blur and decimation along one side: input y counts in outputs first[y], first[y] + 1, ... with weights[y].

    Shapes (size,) and (size, most outputs of one input); zero weights come last.
    """
    window = _window(size)
    before, after = (window + 2) // 2 - 1, window - (window + 2) // 2
    # Output i is the mean of inputs max(0, i - after) to min(size, i + before), as in the reference.
    low = np.maximum(np.arange(size) - after, 0)
    high = np.minimum(np.arange(size) + before, size - 1)
    picks = ((np.arange(_BLOCK) + 0.5) * size / _BLOCK).astype(np.int64)
    first, last = low[low[picks]], high[high[picks]]
    inputs = np.arange(size)
    start, stop = np.searchsorted(last, inputs, "left"), np.searchsorted(first, inputs, "right")
    weights = np.zeros((size, max(1, int((stop - start).max()))), dtype=np.float32)
    for row, pick in enumerate(picks):
        steps = np.zeros(last[row] - first[row] + 2)
        for middle in range(low[pick], high[pick] + 1):
            share = 1.0 / ((high[pick] - low[pick] + 1) * (high[middle] - low[middle] + 1))
            steps[low[middle] - first[row]] += share
            steps[high[middle] + 1 - first[row]] -= share
        reached = np.arange(first[row], last[row] + 1)
        weights[reached, row - start[reached]] = np.cumsum(steps)[:-1]
    start.setflags(write=False)
    weights.setflags(write=False)
    return start, weights


def _window(size: int) -> int:
    """Width of the box filter: half of one block of the image, rounded up."""
    return (size + 2 * _BLOCK - 1) // (2 * _BLOCK)


def _flat(samples: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    """The bytes from the first sample to the last, and how far rows stand apart; copied only where it must be."""
    height, width = samples.shape
    if samples.flags.c_contiguous:
        return samples.reshape(-1), width
    if samples.strides[1] != 1 or samples.strides[0] < width:
        samples = np.ascontiguousarray(samples)
    step = samples.strides[0]
    return as_strided(samples, shape=((height - 1) * step + width,), strides=(1,), writeable=False), step


def _shrunk(samples: NDArray[np.uint8], channels: int) -> Floats:
    """The 64 x 64 block of an image by two banded products."""
    from turs.match.kernels import pdq as kernels

    height, wide = samples.shape
    data, step = _flat(samples)
    sums = scratch.zeros((_BLOCK, wide))
    kernels.row_sums(data, step, wide, *_band(height), sums)
    return _block(sums, np.arange(wide // channels), channels, wide // channels)


def _block(sums: Floats, columns: NDArray[np.int64], channels: int, width: int) -> Floats:
    from turs.match.kernels import pdq as kernels

    turned = np.zeros((_BLOCK, _BLOCK), dtype=np.float32)
    kernels.column_sums(sums, columns, channels, *_band(width), turned)
    return np.ascontiguousarray(turned.T)


def _levels(samples: NDArray[np.uint8], channels: int) -> Floats:
    """Luminance of every pixel, shape (height, width), as the reference takes it."""
    from turs.match.kernels import pdq as kernels

    if channels == 1:
        return samples.astype(np.float32)
    out = np.empty((samples.shape[0], samples.shape[1] // channels), dtype=np.float32)
    kernels.luminance(samples.reshape(-1), out.reshape(-1))
    return out


def _quality(block: Floats, doubt: float) -> int:
    from turs.match.kernels import pdq as kernels

    return int(kernels.quality(block, doubt))


@cache
def _cosines() -> Floats:
    """DCT matrix for frequencies 1 to 16 of 64 samples, shape (64, 16): sample, frequency."""
    scale = np.float32(math.sqrt(2.0 / _BLOCK))
    angles = np.outer(2 * np.arange(_BLOCK) + 1, np.arange(1, _FREQUENCIES + 1)) * (math.pi / 2.0 / _BLOCK)
    return np.asarray(np.float64(scale) * np.cos(angles), dtype=np.float32)


def _coefficients(block: Floats) -> Floats:
    from turs.match.kernels import pdq as kernels

    out = np.empty((_FREQUENCIES, _FREQUENCIES), dtype=np.float32)
    kernels.coefficients(block, _cosines(), out)
    return out


def _bits(coefficients: Floats, doubt: float) -> str | None:
    """64 hex digits; None where, with a doubt, a coefficient is too near to the median to tell."""
    from turs.match.kernels import pdq as kernels

    out = np.empty(32, dtype=np.uint8)
    return out.tobytes().hex() if kernels.bits(coefficients.reshape(-1), doubt, out) else None


def _turns(values: Floats) -> list[Floats]:
    """Coefficients of the eight turned and mirrored images, in the order `DIHEDRAL`."""
    rows = np.where(np.arange(_FREQUENCIES) % 2, np.float32(1), np.float32(-1))[:, None]
    columns, both = rows.T, rows * rows.T
    turned = [values, (values * columns).T, values * both, (values * rows).T,
              values * rows, values * columns, values.T, (values * both).T]
    return [np.ascontiguousarray(one) for one in turned]


def _reference_block(levels: Floats) -> Floats:
    """The 64 x 64 block by running sums in single precision: slower, and equal to the reference to the last bit.

    levels: overwritten.
    """
    from turs.match.kernels import pdq as kernels

    height, width = levels.shape
    return np.asarray(kernels.blurred(levels, _window(width), _window(height)), dtype=np.float32)


def warm() -> None:
    """Compile the kernels, or load what was compiled before, so that the first picture is as fast as the others."""
    from turs.match.kernels import pdq as kernels

    kernels.warm()
    for mode in ("L", "RGB"):
        buffer = io.BytesIO()
        Image.new(mode, (16, 16)).save(buffer, "JPEG")
        pdq(buffer.getvalue())
