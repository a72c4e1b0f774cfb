"""Images: the bytes decide, whole pictures only, no place or device of a person beside them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from turs.collect import limits


def picture(kind: str, size: tuple[int, int] = (16, 12), **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (11, 110, 79)).save(stream, kind, **options)
    return stream.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif")]
)
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.txt", "a.csv", "a", "a.html"])
def test_magic_bytes_decide_not_the_name(read_bytes: Any, kind: str, mime: str, name: str) -> None:
    postings, _ = read_bytes(name, picture(kind))
    media = postings[0].media[0]
    assert (postings[0].text, media.kind, media.mime, media.width, media.height) == ("", "image", mime, 16, 12)
    assert media.data == postings[0].capture.raw


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_cut_picture_is_refused(refusal: Any, kind: str) -> None:
    data = picture(kind, (200, 200))
    assert refusal("a", data[: len(data) // 2]).code == "image_broken"


@pytest.mark.parametrize(("width", "height"), [(100_000, 100_000), (9_000, 9_000), (2**31 - 1, 2)])
def test_a_bomb_is_refused_before_a_pixel_is_decoded(refusal: Any, width: int, height: int) -> None:
    assert width * height > limits.IMAGE_PIXELS
    assert refusal("a.png", png_claiming(width, height)).code == "image_too_large"


def test_an_animated_bomb_is_refused(refusal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("RGB", (100, 100), (n * 12, 0, 0)) for n in range(20)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    monkeypatch.setattr(limits, "IMAGE_FRAMES_PIXELS", 100 * 100 * 10)
    assert refusal("a.gif", stream.getvalue()).code == "image_too_large"


def test_place_and_device_are_dropped_and_the_date_is_not_believed(read_bytes: Any) -> None:
    exif = Image.Exif()
    exif[0x0110], exif[0x010F], exif[0x013B] = "PhoneModel", "PhoneMaker", "Some One"
    exif[0x0132], exif[0x0131] = "2026:01:05 10:00:00", "Editor 1.0"
    exif.get_ifd(0x8825)[2] = (33.0, 18.0, 55.0)
    posting = read_bytes("a.jpg", picture("JPEG", exif=exif))[0][0]
    assert posting.published_at is None
    assert posting.extra["exif_date"] == "2026:01:05 10:00:00"
    assert posting.extra["exif_software"] == "Editor 1.0"
    assert not any(word in repr(posting) for word in ("PhoneModel", "PhoneMaker", "Some One", "33.0"))


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
    ],
)
@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.xml", "a.html"])
def test_svg_is_refused_with_its_reason(refusal: Any, name: str, data: bytes) -> None:
    assert refusal(name, data).code == "svg"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM"])
def test_other_kinds_are_refused_with_a_remedy(refusal: Any, kind: str) -> None:
    reject = refusal(f"a.{kind.lower()}", picture(kind, (64, 64)))
    assert reject.code == "image_kind"
    assert "PNG" in reject.remedy


def test_empty_is_empty(refusal: Any) -> None:
    assert refusal("a.png", b"").code == "empty"
