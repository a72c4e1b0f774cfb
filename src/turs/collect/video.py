"""A video file: one posting with one video and no text. It is kept as it is; its frames are looked at in `examine`."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from turs.collect import limits
from turs.collect.inputfile import InputFile
from turs.collect.links import absolute
from turs.collect.picture import media_kind
from turs.collect.plain import PUBLISHED_AT, URL
from turs.collect.reader import SOURCE, Example, Reader
from turs.posting import Media, Posting, Reject, sha256

_HANDLER: Final = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    data = file.content(limits.VIDEO_BYTES)
    kind, mime = media_kind(data[:64])
    if kind != "video":
        raise file.refuse("video_kind")
    code, width, height = _look(data) if mime in ("video/mp4", "video/quicktime") else ("", 0, 0)
    if code in ("video_broken", "video_no_picture"):
        raise file.refuse(code)
    yield Posting(
        source=options["source"],
        url=absolute(options["url"]),
        published_at=options["published_at"],
        text="",
        media=(Media("video", mime, sha256(data), len(data), file.name, width, height, data),),
        capture=file.capture(data, mime, READER.tool),
    )
    if code:
        yield file.reject("video_cut")


def _look(data: bytes) -> tuple[str, int, int]:
    """(reject code or "", width, height) of an MP4 or QuickTime file, from its boxes (ISO/IEC 14496-12, 4.2)."""
    movie, position, cut = b"", 0, False
    while position + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, position)
        if size == 1 and position + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, position + 8)
        elif size == 0:  # to the end of the file
            size = len(data) - position
        if size < 8:
            cut = True
            break
        if name == b"moov":
            movie = data[position : position + size]
        position += size
        cut = position > len(data)
    if not movie or (cut and data.endswith(movie)):
        return "video_broken", 0, 0
    handlers = set(_HANDLER.findall(movie))
    if handlers == {b"soun"}:
        return "video_no_picture", 0, 0
    return "video_cut" if cut else "", *_size(movie)


def _size(movie: bytes) -> tuple[int, int]:
    """Width and height of the widest track, as its header says (box ``tkhd``, 16.16 fixed point)."""
    best = (0, 0)
    for found in re.finditer(b"tkhd", movie):
        start = found.end()
        at = start + (88 if movie[start : start + 1] == b"\x01" else 76)
        if at + 8 <= len(movie):
            width, height = struct.unpack_from(">II", movie, at)
            best = max(best, (width >> 16, height >> 16))
    return best


_MP4, _WEBM = (
    zlib.decompress(base64.b64decode(text))
    for text in (
        "eNp9UsFKw0AQnU2t9qDQYpEKQSL0aEFFj0rBS/HiSU9e0u6GhmabsLsN6KkHD+3BfxFEwav04p/4Dz3U2U1i02o7ZPbN7ryZ2dkJANieeoh8"
        "GXIACzSinvLo7AQASp5gDHGfU1cBkFcobyG87xVrV3yKAVMehjESAh53KSxI4dsoAf3NhSyylvdNWCsWftdKuD2071XP1Cz8zaZrr6/zb91y"
        "qgB1RpVEtFkg1TwizWtiySenvouGw+ly702jtxOzaXRpIDJP7FOWZ97hPmy5fRowzSGc+30PjWrMTdL8Nes08dlUMC/XxvZABE5ik4ZU7QDt"
        "L6kkzXE+cKLxiqfQTZehhdhayViW2myG6w2TVJoHHw6Hlxi2gXjsVBLOSC9FPDnAjC/6dm/j3SQ5cWDyPIIdeLKqnU2kEEs33VYie+1RVkgq"
        "M4nsWiSdlY0NdhbPf7WKvsfUV5mfdcIc/wj1YkCVnuA5Zwa1HOanhRMWbhQF+c5LPv4SPyfYY1Y=",
        "eNqTcr2/eL5TWyOj03cg/tTI4vS5kcOpqaU8NSnXqb2Ryam1kUkiuCGdkQEEGNsEfWeX7PLd3R28ukXUc2Va8JrGhRCeWMi6bCDvmO/uHiBP"
        "KORwevCaJkZOCFcmeHc2iFvwBmIOQyQDrQDIVQu0rm9s5ndy8G1o8UksSwt3BFMunR0O/Q5gRSDH7lsHdYvp9UbG4qMdUP2McxoZlLbOaS7N"
        "S+loZGhrDYsPC7BobmRUftzcYj3rFMODtg2NArsaBUA+3FpcvCn5QHcyQnP6iYWuiztcQoMcQzz9/VzaJxsYWIGQoZ4BDDDIO28rXfG8kWHx"
        "4kYGhgYBJoa5jFoCDAIMDO4cra0dM1s6mJgYeHgTGP79qy9hAIXcxN39mxsZtncBY+hjE6Pzh0ZmAM7De8E=",
    )
)  # one square of one colour each, 16 x 16 pixels

READER: Final = Reader(
    name="video",
    version="1",
    suffixes=(".mp4", ".m4v", ".mov", ".3gp", ".webm", ".mkv", ".avi"),
    title={"ar": "فيديو", "en": "Video"},
    summary={
        "ar": "مقطع MP4 أو QuickTime أو WebM أو Matroska أو AVI. يُعرف نوعه من بايتاته لا من اسمه، ويُحفظ كما هو؛ "
        "وتُؤخذ بصمات صوره عند الفحص.",
        "en": "An MP4, QuickTime, WebM, Matroska or AVI clip. Its bytes say what it is, not its name; it is kept as it "
        "is, and its frames are fingerprinted when it is examined.",
    },
    options=(SOURCE, URL, PUBLISHED_AT),
    read=_read,
    examples=(
        Example(
            name="square.mp4",
            data=_MP4,
            title={"ar": "مقطع MP4 من صورة واحدة", "en": "An MP4 clip of one frame"},
            bodies=("",),
        ),
        Example(
            name="square.webm",
            data=_WEBM,
            title={"ar": "مقطع WebM من صورة واحدة", "en": "A WebM clip of one frame"},
            bodies=("",),
        ),
    ),
)
