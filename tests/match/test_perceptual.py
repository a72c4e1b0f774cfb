"""PDQ: the bits of the reference, a quality that refuses what says nothing, and no image that brings us down."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pdqhash
import pytest
from PIL import Image

from turs.match import ImageUnreadable, distance, pdq, pdq_of_pixels
from turs.match.perceptual import (
    DIHEDRAL,
    FAST_DISTANCE,
    FORMATS,
    MATCH_DISTANCE,
    MOST_PIXELS,
    decode,
    pdq_dihedral,
    pdq_of_luma,
)


def hexadecimal(bits: np.ndarray) -> str:
    return np.packbits(bits.astype(np.uint8)).tobytes().hex()


def reference(rgb: np.ndarray) -> tuple[str, int]:
    bits, quality = pdqhash.compute(np.ascontiguousarray(rgb))
    return hexadecimal(bits), quality


def pillow(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data), formats=FORMATS).convert("RGB"))


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
        for seen in (pdq_of_pixels(rgb), pdq(path.read_bytes())):
            assert (seen.value, seen.quality) == reference(rgb), path.name
        if path.name.startswith("ThreatExchange"):
            turned, quality = pdqhash.compute_dihedral(rgb)
            for eight in (pdq_dihedral(rgb), pdq_dihedral(path.read_bytes())):
                assert [(one.value, one.quality) for one in eight] == [
                    (hexadecimal(bits), quality) for bits in turned], path.name
    assert read >= 60


def test_the_published_hashes_are_near(shared: Path) -> None:
    """The published table was made by another decoder and resizer; see the README of the shared inputs."""
    folder, seen = shared / "inputs" / "06_images", 0
    table = folder / "ThreatExchange__PDQMD5TestData.csv"
    for line in table.read_text().splitlines():
        cells = [cell.strip().strip('"') for cell in line.split(",")]
        value = next((cell for cell in cells if len(cell) == 64), "")
        names = [folder / f"ThreatExchange__{Path(cell).name}" for cell in cells if cell.endswith((".jpg", ".png"))]
        for path in names:
            if value and path.is_file():
                seen += 1
                assert distance(pdq(path.read_bytes()).value, value) <= 10, path.name
    assert seen >= 10


def test_luma_is_a_picture_with_three_equal_channels() -> None:
    for rgb in pictures()[:12]:
        luma = np.ascontiguousarray(rgb[:, :, 1])
        seen = pdq_of_luma(luma)
        assert (seen.value, seen.quality) == reference(np.repeat(luma[:, :, None], 3, axis=2))
        padded = np.zeros((luma.shape[0], luma.shape[1] + 13), np.uint8)
        padded[:, : luma.shape[1]] = luma
        assert pdq_of_luma(padded[:, : luma.shape[1]]) == seen
        assert pdq_of_luma(np.asfortranarray(luma)) == seen


def test_every_grey_level_is_its_own_luminance() -> None:
    levels = np.arange(256, dtype=np.uint8)
    assert (levels == (levels * 0.299 + levels * 0.587 + levels * 0.114).astype(np.float32)).all()


@pytest.mark.parametrize("rgb", pictures()[::7] + pictures()[-4:], ids=lambda rgb: f"{rgb.shape[1]}x{rgb.shape[0]}")
def test_turned_and_mirrored_hashes_are_those_of_the_reference(rgb: np.ndarray) -> None:
    turned, quality = pdqhash.compute_dihedral(np.ascontiguousarray(rgb))
    seen = pdq_dihedral(rgb)
    assert [(one.value, one.quality) for one in seen] == [(hexadecimal(bits), quality) for bits in turned]
    assert len(seen) == len(DIHEDRAL)


def test_turned_hashes_find_turned_pictures_by_the_names_they_have() -> None:
    rgb = scene()
    turned = {
        "original": rgb, "rotated 90": np.rot90(rgb), "rotated 180": np.rot90(rgb, 2), "rotated 270": np.rot90(rgb, 3),
        "flipped x": rgb[::-1], "flipped y": rgb[:, ::-1], "flipped plus": rgb.swapaxes(0, 1),
        "flipped minus": np.rot90(rgb, 2).swapaxes(0, 1),
    }
    hashes = dict(zip(DIHEDRAL, pdq_dihedral(encoded(rgb, "PNG")), strict=True))
    for name, pixels in turned.items():
        assert distance(hashes[name].value, pdq_of_pixels(pixels).value) <= MATCH_DISTANCE, name
    assert len({one.value for one in hashes.values()}) == 8


def test_the_faster_hash_of_a_photograph_is_within_its_bound(shared: Path) -> None:
    seen: list[int] = []
    for path in sorted((shared / "inputs" / "06_images").glob("*.jp*g")):
        try:
            exact, fast = pdq(path.read_bytes()), pdq(path.read_bytes(), exact=False)
        except ImageUnreadable:
            continue
        if exact.matchable:
            seen.append(distance(exact.value, fast.value))
            assert seen[-1] <= FAST_DISTANCE, path.name
    assert len(seen) >= 20
    assert sum(apart <= 2 for apart in seen) >= 0.95 * len(seen)


@pytest.mark.parametrize("pixels", [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 4), np.uint8), np.zeros((9, 9, 3))])
def test_pixels_of_another_shape_or_kind_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="give \\(height, width, 3\\) of uint8"):
        pdq_of_pixels(pixels)


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
        ("image_damaged", encoded(scene(), "JPEG")[:200]),
        ("image_damaged", encoded(scene(), "JPEG", progressive=True)[:3000]),
        ("image_damaged", encoded(scene(), "WEBP")[:900]),
        ("image_damaged", encoded(scene(), "TIFF")[:3000]),
        ("image_damaged", encoded(scene(), "BMP")[:3000]),
        ("image_unknown", b"\xff\xd8\xff"),
        ("image_unknown", encoded(scene(), "PPM")),
    ],
)
def test_bytes_that_give_no_picture_are_refused_with_a_reason(code: str, data: bytes) -> None:
    for function in (pdq, decode, pdq_dihedral):
        with pytest.raises(ImageUnreadable) as caught:
            function(data)
        assert caught.value.code == code
        assert ":" in str(caught.value)


def test_an_image_bomb_is_refused_before_it_is_decoded() -> None:
    bomb = bytearray(encoded(np.zeros((8, 8, 3), np.uint8), "GIF"))
    bomb[6:10] = b"\xff\xff\xff\xff"
    with pytest.raises(ImageUnreadable) as caught:
        pdq(bytes(bomb))
    assert caught.value.code == "image_too_large"


def claiming(kind: str, side: int = 60_000) -> bytes:
    """A small file whose header claims side x side pixels."""
    small = np.zeros((8, 8, 3), np.uint8)
    data = bytearray(encoded(small, kind))
    if kind == "JPEG":
        at = data.index(b"\xff\xc0") + 5
        data[at : at + 4] = struct.pack(">HH", side, side)
    elif kind == "PNG":
        data[16:24] = struct.pack(">II", side, side)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif kind == "BMP":
        data[18:26] = struct.pack("<ii", side, side)
    elif kind == "TIFF":
        for tag in (256, 257):
            at = data.index(struct.pack("<H", tag), struct.unpack("<I", data[4:8])[0])
            data[at + 2 : at + 12] = struct.pack("<HII", 4, 1, side)
    return bytes(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF"])
def test_a_header_that_claims_too_much_costs_no_memory(kind: str) -> None:
    data = claiming(kind)
    assert MOST_PIXELS < 60_000**2
    tracemalloc.start()
    with pytest.raises(ImageUnreadable) as caught:
        pdq(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "image_too_large"
    assert most < 4_000_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
def test_a_header_that_claims_much_with_little_behind_it_is_damaged_soon(kind: str) -> None:
    begin = time.process_time()
    with pytest.raises(ImageUnreadable) as caught:
        pdq(claiming(kind, 7_000)[:-2])
    assert caught.value.code == "image_damaged"
    assert time.process_time() - begin < 10


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_image_the_first_frame_counts(kind: str) -> None:
    frames = [Image.fromarray(scene()), Image.fromarray(255 - scene()), Image.fromarray(scene()[::-1].copy())]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    with Image.open(io.BytesIO(buffer.getvalue())) as image:
        assert image.n_frames == 3
    assert distance(pdq(buffer.getvalue()).value, pdq_of_pixels(scene()).value) <= 16


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("L", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("P", "GIF"), ("LA", "PNG"),
     ("RGBA", "PNG"), ("RGBA", "WEBP"), ("I;16", "PNG"), ("I;16", "TIFF"), ("F", "TIFF"), ("YCbCr", "TIFF"),
     ("LAB", "TIFF")],
)
def test_every_kind_of_pixels_has_the_hash_of_its_rgb(mode: str, kind: str) -> None:
    grey = Image.fromarray(scene()).convert("L")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) << 8)
    elif mode == "LAB":
        image = Image.fromarray(scene(), mode="LAB")
    else:
        image = (grey if mode == "F" else Image.fromarray(scene())).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    seen, rgb = pdq(buffer.getvalue()), decode(buffer.getvalue())
    assert (seen.value, seen.quality) == reference(rgb)
    assert distance(seen.value, pdq_of_pixels(scene()).value) <= 31 or mode in ("1", "LAB")


def test_a_palette_with_transparency_is_read_by_its_colours() -> None:
    image = Image.fromarray(scene()).quantize(64)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", transparency=bytes(range(64)))
    assert (decode(buffer.getvalue()) == np.asarray(image.convert("RGB"))).all()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_one_pixel_is_an_image_that_says_nothing(kind: str) -> None:
    seen = pdq(encoded(np.zeros((1, 1, 3), np.uint8), kind))
    assert (seen.value, seen.quality, seen.matchable) == ("0" * 64, 0, False)
    assert {one.value for one in pdq_dihedral(encoded(np.zeros((1, 1, 3), np.uint8), kind))} == {"0" * 64}


def test_the_orientation_of_a_camera_is_not_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert pdq(encoded(scene(), "JPEG", exif=exif)) == pdq(encoded(scene(), "JPEG"))


def test_many_threads_hash_as_one() -> None:
    files = [encoded(rgb, "JPEG", quality=80) for rgb in pictures()[:24]]
    alone = [pdq(data) for data in files]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(pdq, files * 4)) == alone * 4


# --- JPEG through the fast library ---------------------------------------------------------------------------------
def _scene() -> Image.Image:
    seed = np.random.default_rng(11).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(seed).resize((203, 131), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("options", [
    {"subsampling": 0}, {"subsampling": 1}, {"subsampling": 2}, {"optimize": True}, {"progressive": True},
    {"restart_marker_blocks": 7}, {"keep_rgb": True}, {"quality": 5}, {"quality": 100},
])  # fmt: skip
def test_pixels_of_a_jpeg_are_those_of_pillow(options: dict[str, object]) -> None:
    for size in ((203, 131), (17, 33), (64, 63), (8, 5)):
        data = encoded(np.asarray(_scene().resize(size)), "JPEG", **options)
        assert (decode(data) == pillow(data)).all()


def test_damage_never_gives_another_hash_than_pillow_gives() -> None:
    """Bits turned, bytes lost, in the header and in the data: the same hash, or the same refusal."""
    rng, refused = np.random.default_rng(99), 0
    for number in range(150):
        data = bytearray(encoded(np.asarray(_scene().resize((40 + number % 60, 31))), "JPEG", subsampling=number % 3))
        at = int(rng.integers(0 if number % 3 == 0 else data.index(b"\xff\xda"), len(data)))
        if number % 2:
            data[at] ^= 1 << int(rng.integers(8))
        else:
            del data[at : at + int(rng.integers(1, 9))]
        try:
            expected = pdq_of_pixels(pillow(bytes(data)))
        except Exception:
            refused += 1
            with pytest.raises(ImageUnreadable):
                pdq(bytes(data))
            continue
        assert pdq(bytes(data)) == expected
    assert refused > 5


def test_a_picture_cut_anywhere_is_refused() -> None:
    data = encoded(np.asarray(_scene()), "JPEG", quality=80)
    for end in range(2, len(data) - 2, 97):
        with pytest.raises(ImageUnreadable):
            pdq(data[:end])
