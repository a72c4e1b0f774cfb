"""PDQ: the bits of the reference, a quality that refuses what says nothing, and no image that brings us down."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pdqhash
import pytest
from PIL import Image

from turs.match import HammingIndex, ImageUnreadable, distance, pdq, pdq_of_pixels
from turs.match.perceptual import decode


def reference(rgb: np.ndarray) -> tuple[str, int]:
    bits, quality = pdqhash.compute(np.ascontiguousarray(rgb))
    return np.packbits(bits.astype(np.uint8)).tobytes().hex(), quality


def pictures() -> list[np.ndarray]:
    """Generated images of many shapes: noise, smooth, gradients with exact ties, flat boxes."""
    rng = np.random.default_rng(20160921)
    out = []
    for number in range(60):
        height, width = (int(n) for n in rng.integers(5, 600, 2))
        if number % 4 == 0:
            image = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
        elif number % 4 == 1:
            seed = rng.integers(0, 256, (7, 9, 3), dtype=np.uint8)
            image = np.asarray(Image.fromarray(seed).resize((width, height), Image.Resampling.BICUBIC))
        elif number % 4 == 2:
            y, x = np.mgrid[0:height, 0:width]
            image = np.stack([x * 255 // width, y * 255 // height, (x + y) % 256], -1).astype(np.uint8)
        else:
            image = np.full((height, width, 3), 255, np.uint8)
            image[height // 4 : height // 2, width // 3 : width // 2] = rng.integers(0, 256, 3)
        out.append(image)
    out += [
        np.zeros((64, 64, 3), np.uint8),
        rng.integers(0, 256, (64, 64, 3), dtype=np.uint8),
        rng.integers(0, 256, (1200, 900, 3), dtype=np.uint8),
        rng.integers(0, 256, (5, 2000, 3), dtype=np.uint8),
    ]
    return out


@pytest.mark.parametrize("rgb", pictures(), ids=lambda rgb: f"{rgb.shape[1]}x{rgb.shape[0]}")
def test_bits_and_quality_are_those_of_the_reference(rgb: np.ndarray) -> None:
    seen = pdq_of_pixels(rgb)
    assert (seen.value, seen.quality) == reference(rgb)


def test_every_readable_shared_image_has_the_bits_of_the_reference(shared: Path) -> None:
    read = 0
    for path in sorted((shared / "inputs" / "06_images").iterdir()):
        try:
            rgb = decode(path.read_bytes())
        except ImageUnreadable:
            continue
        read += 1
        seen = pdq_of_pixels(rgb)
        assert (seen.value, seen.quality) == reference(rgb), path.name
    assert read >= 60


def encoded(rgb: np.ndarray, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, kind, **options)
    return buffer.getvalue()


def scene(width: int = 640, height: int = 480) -> np.ndarray:
    seed = np.random.default_rng(7).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(seed).resize((width, height), Image.Resampling.BICUBIC))


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {"quality": 60}), ("WEBP", {"quality": 60}), ("PNG", {}), ("GIF", {})]
)
def test_another_encoding_of_a_picture_is_within_reach(kind: str, options: dict[str, object]) -> None:
    assert distance(pdq(encoded(scene(), kind, **options)).value, pdq_of_pixels(scene()).value) <= 31


def test_another_size_of_a_picture_is_within_reach_and_another_picture_is_not() -> None:
    assert distance(pdq_of_pixels(scene(320, 240)).value, pdq_of_pixels(scene()).value) <= 31
    other = np.ascontiguousarray(scene()[:, ::-1])
    assert distance(pdq_of_pixels(other).value, pdq_of_pixels(scene()).value) > 31


def test_a_picture_that_says_nothing_is_not_matchable() -> None:
    assert not pdq_of_pixels(np.full((300, 300, 3), 200, np.uint8)).matchable
    assert pdq_of_pixels(scene()).matchable
    assert pdq_of_pixels(np.zeros((4, 900, 3), np.uint8)).quality == 0


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("image_unknown", b""),
        ("image_unknown", b"<svg onload='x'/>"),
        ("image_unknown", b"\x00" * 100),
        ("image_damaged", encoded(scene(), "PNG")[:3000]),
        ("image_damaged", encoded(scene(), "JPEG")[:2000]),
    ],
)
def test_bytes_that_give_no_picture_are_refused_with_a_reason(code: str, data: bytes) -> None:
    with pytest.raises(ImageUnreadable) as caught:
        pdq(data)
    assert caught.value.code == code
    assert ":" in str(caught.value)


def test_an_image_bomb_is_refused_before_it_is_decoded() -> None:
    bomb = bytearray(encoded(np.zeros((8, 8, 3), np.uint8), "GIF"))
    bomb[6:10] = b"\xff\xff\xff\xff"
    with pytest.raises(ImageUnreadable) as caught:
        pdq(bytes(bomb))
    assert caught.value.code == "image_too_large"


def test_the_index_is_exact_for_none_one_and_repeated_entries() -> None:
    assert HammingIndex().search("0" * 64) == ()
    zeros, thirty_one, thirty_two = "0" * 64, f"{2**31 - 1:064x}", f"{2**32 - 1:064x}"
    index = HammingIndex([thirty_two, thirty_one, zeros, zeros])
    assert [(n.distance, n.position) for n in index.search(zeros)] == [(0, 2), (0, 3), (31, 1)]


def test_the_index_finds_what_a_loop_finds() -> None:
    rng = np.random.default_rng(3)
    codes = [rng.bytes(32).hex() for _ in range(300)]
    query = codes[5]
    near = [(distance(query, code), i) for i, code in enumerate(codes) if distance(query, code) <= 120]
    assert [(n.distance, n.position) for n in HammingIndex(codes).search(query, 120)] == sorted(near)


def test_a_hash_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        HammingIndex(["abc"])
