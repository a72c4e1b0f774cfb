"""Pictures: what the bytes are, whether they decode whole, and the few facts worth keeping.

The magic bytes decide what a picture is; its name does not. GPS position, device and owner in the EXIF
block are facts about people and are not kept beside the picture (they stay in the evidence, unaltered).
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import Final

from turs.collect import limits
from turs.posting import Media, sha256

KINDS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
_EXIF_DATE: Final = (0x9003, 0x0132)  # DateTimeOriginal, DateTime (CIPA DC-008, Exif 2.32)
_EXIF_SOFTWARE: Final = 0x0131
_EXIF_ORIENTATION: Final = 0x0112


class BrokenPicture(ValueError):
    """`code` is a key of REASONS: ``image_kind``, ``image_broken``, ``image_too_large`` or ``too_large``."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that decodes whole. facts: ``frames``, ``orientation``, ``exif_date``, ``exif_software``."""

    mime: str
    width: int
    height: int
    facts: dict[str, str | int] = field(default_factory=dict)

    def media(self, data: bytes, name: str = "") -> Media:
        """The media item of this picture."""
        return Media("image", self.mime, sha256(data), len(data), name, self.width, self.height, data)


def picture_kind(head: bytes) -> str:
    """``JPEG``, ``PNG``, ``WEBP`` or ``GIF`` by magic bytes, "" for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return ""


def media_kind(head: bytes) -> tuple[str, str]:
    """(kind, mime) of any media by magic bytes: image, video, audio or document."""
    kind = picture_kind(head)
    if kind:
        return "image", KINDS[kind]
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"M4A ", b"M4B "):
            return "audio", "audio/mp4"
        if brand in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
            return "document", "image/avif" if brand in (b"avif", b"avis") else "image/heif"
        return "video", "video/quicktime" if brand == b"qt  " else "video/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):  # EBML (RFC 8794); the document type stands in the first few elements
        return "video", "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    for magic, answer in (
        (b"OggS", ("audio", "audio/ogg")),
        (b"ID3", ("audio", "audio/mpeg")),
        (b"\xff\xfb", ("audio", "audio/mpeg")),
        (b"fLaC", ("audio", "audio/flac")),
        (b"%PDF-", ("document", "application/pdf")),
    ):
        if head.startswith(magic):
            return answer
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio", "audio/wav"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "video", "video/x-msvideo"
    return "document", "application/octet-stream"


def look(data: bytes) -> Picture:
    """Decode every frame of `data` within the limits. Raises `BrokenPicture`."""
    from PIL import Image  # most postings carry no picture

    kind = picture_kind(data[:16])
    if not kind:
        raise BrokenPicture("image_kind")
    if len(data) > limits.IMAGE_BYTES:
        raise BrokenPicture("too_large", f"{len(data)} bytes")
    try:
        with warnings.catch_warnings():
            # Pillow warns above its own bound; ours is lower and is checked before a pixel is decoded.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                width, height = image.size
                if width * height > limits.IMAGE_PIXELS:
                    raise BrokenPicture("image_too_large", f"{width} × {height}")
                if width < 1 or height < 1:
                    raise BrokenPicture("image_broken")
                frames = int(getattr(image, "n_frames", 1))
                if frames * width * height > limits.IMAGE_FRAMES_PIXELS:
                    raise BrokenPicture("image_too_large", f"{frames} × {width} × {height}")
                for frame in range(frames):
                    if frames > 1:
                        image.seek(frame)
                    image.load()
                return Picture(KINDS[kind], width, height, _facts(image, frames))
    except BrokenPicture:
        raise
    except Image.DecompressionBombError as error:
        raise BrokenPicture("image_too_large") from error
    except (MemoryError, RecursionError) as error:
        raise BrokenPicture("image_too_large") from error
    except Exception as error:  # decoders raise many kinds (OSError, SyntaxError, ValueError, struct.error ...)
        raise BrokenPicture("image_broken", type(error).__name__) from error


def _facts(image: object, frames: int) -> dict[str, str | int]:
    facts: dict[str, str | int] = {}
    if frames > 1:
        facts["frames"] = frames
    try:
        exif = image.getexif()  # type: ignore[attr-defined]
        inner = exif.get_ifd(0x8769)
        orientation = exif.get(_EXIF_ORIENTATION)
        if isinstance(orientation, int) and 1 <= orientation <= 8:
            facts["orientation"] = orientation
        for tag in _EXIF_DATE:
            date = inner.get(tag) or exif.get(tag)
            if isinstance(date, str) and date.strip("\0 :"):
                facts["exif_date"] = date.strip("\0 ")[:40]
                break
        software = exif.get(_EXIF_SOFTWARE)
        if isinstance(software, str) and software.strip("\0 "):
            facts["exif_software"] = software.strip("\0 ")[:80]
    except Exception:  # a broken EXIF block does not make the picture unreadable
        return facts
    return facts
