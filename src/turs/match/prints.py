"""Everything that a file can be recognised by, whatever kind of file it is: digests, PDQ, frames, pages, text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from turs.match import digests, perceptual, vpdq
from turs.match.banks import LONGEST_TEXT, Feature
from turs.optional import MissingExtra
from turs.text.pdf import is_pdf

VERSION = "prints/1"
FileKind = Literal["image", "video", "document", "text", "file"]
EVERY, MOST_FRAMES, MOST_SECONDS = 1.0, 3600, 120.0
"""Of a video: seconds from one hashed frame to the next, most frames, longest time of decoding."""
MOST_PAGES = 20
"""Pages of a document that are drawn and hashed."""

PARTLY: Final = frozenset({"low_quality", "frames", "pages", "characters"})
"""Notes of files that are sound, and were not taken whole or say too little."""
PROBLEMS: Final[Mapping[tuple[str, str], str]] = {
    ("image", "low_quality"): "The picture shows too little to be matched. Its digests are all there is.",
    ("video", "damaged"): "Parts of the video could not be decoded. Ask the source for another copy.",
    ("video", "frames"): f"Only the first {MOST_FRAMES:,} frames were hashed. Cut the video, or take fewer frames.",
    ("document", "damaged"): "Pages of the document could not be read. Ask the source for another copy.",
    ("document", "pages"): "The document has more pages than are read. Split it.",
    ("document", "characters"): "The document holds more text than is read. Split it.",
}
"""(kind, note) of files of which something was read -> what is missing, and the remedy."""

_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_VIDEOS = (b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"OggS\0", b"0&\xb2u\x8ef\xcf\x11")
_CONTROLS = bytes([*range(9), *range(14, 32)])


@dataclass(frozen=True, slots=True)
class Prints:
    """What one file can be recognised by.

    kind: what the bytes say it is. pdq: of a picture. dihedral: PDQ of its eight turned and mirrored forms, if asked.
    frames: of a video, those of low quality too. pages: PDQ of the pages of a document. text: of a document or a plain
    text, as far as it is read. note: "" or a stable word for what is missing, e.g. ``low_quality``, ``image_damaged``,
    ``extra_missing``; problem: the same as a sentence with its remedy.
    """

    kind: FileKind
    sha256: str
    md5: str
    pdq: perceptual.Pdq | None = None
    dihedral: tuple[perceptual.Pdq, ...] = ()
    frames: tuple[vpdq.FramePrint, ...] = field(default=(), repr=False)
    pages: tuple[perceptual.Pdq, ...] = ()
    text: str = field(default="", repr=False)
    note: str = ""
    problem: str = ""

    def features(self, subject: str) -> Iterator[Feature]:
        """The fingerprints, ready to be looked up in banks."""
        yield Feature("sha256", self.sha256, subject)
        yield Feature("md5", self.md5, subject)
        for mark in (*([self.pdq] if self.pdq else ()), *self.pages):
            yield Feature("pdq", mark.value, subject, mark.quality)
        if vpdq.matchable(self.frames):
            yield Feature("vpdq", vpdq.frames_to_text(self.frames), subject)


def file_kind(data: bytes) -> FileKind:
    """What a file is by its first bytes; ``text`` where all of it is UTF-8 without control characters."""
    if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "image"
    if data[4:8] == b"ftyp" or data.startswith(_VIDEOS) or (data[:4] == b"RIFF" and data[8:12] == b"AVI "):
        return "video"
    if data.startswith(b"BM") and b"\0" in data[:26]:  # two letters with which a text may begin as well
        return "image"
    if is_pdf(data[:1024]):
        return "document"
    if not data[:4096].strip() or len(data.translate(None, _CONTROLS)) < len(data):
        return "file"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "file"
    return "text"


def fingerprint(data: bytes, *, dihedral: bool = False, every: float | Literal["keyframes"] = EVERY) -> Prints:
    """All fingerprints of a file. Never fails for its content: `Prints.note` says what could not be read, and why.

    dihedral: the eight forms of a picture as well. every: seconds between hashed frames of a video (0: each one), or
    ``keyframes``; ValueError for anything else.
    """
    if every != "keyframes" and not 0 <= every < math.inf:
        raise ValueError(f"every must be seconds, 0 or 'keyframes', not {every!r}")
    kind = file_kind(data)
    sha256, md5 = digests.sha256(data), digests.md5(data)
    try:
        if kind == "image":
            forms = perceptual.pdq_dihedral(data) if dihedral else (perceptual.pdq(data),)
            note = "" if forms[0].matchable else "low_quality"
            return Prints(kind, sha256, md5, forms[0], forms if dihedral else (), note=note,
                          problem=PROBLEMS.get((kind, note), ""))  # fmt: skip
        if kind == "video":
            from turs.match import video

            limits = video.Limits(frames=MOST_FRAMES, seconds=MOST_SECONDS)
            seen = video.fingerprint_video(data, every, limits)
            return Prints(kind, sha256, md5, frames=seen.frames, note=seen.note,
                          problem=PROBLEMS.get((kind, seen.note), ""))  # fmt: skip
        if kind == "document":
            from turs.match import documents

            read = documents.read_document(data, images=MOST_PAGES)
            pages = tuple(perceptual.Pdq(page.value, page.quality) for page in read.prints if page.matchable)
            return Prints(kind, sha256, md5, pages=pages, text="\n".join(read.pages)[:LONGEST_TEXT], note=read.note,
                          problem=PROBLEMS.get((kind, read.note), ""))  # fmt: skip
        if kind == "text":
            return Prints(kind, sha256, md5, text=data.decode("utf-8-sig")[:LONGEST_TEXT])
    except MissingExtra as error:
        return Prints(kind, sha256, md5, note="extra_missing", problem=str(error))
    except ValueError as error:  # ImageUnreadable, VideoUnreadable, DocumentUnreadable: each has a code and a remedy
        return Prints(kind, sha256, md5, note=getattr(error, "code", "unreadable"), problem=str(error))
    return Prints(kind, sha256, md5)
