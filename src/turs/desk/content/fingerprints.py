"""What somebody gives to a bank (a text, an address, a file, a digest) as the fingerprints that are kept of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from turs import match
from turs.match.banks import LONGEST_TEXT
from turs.match.digests import SHORTEST
from turs.match.vpdq import frames_to_text, matchable

from .intake import Refused, storable
from .vocabulary import EntryKind

FILE = "file"
"""Given as bytes: kept as SHA-256 and as what it shows: PDQ of a picture or of pages, frames of a video, text."""
LARGEST_FILE = 64 * 2**20
"""Bytes of a file that is only to be fingerprinted."""
_HEX = {EntryKind.SHA256: 64, EntryKind.MD5: 32, EntryKind.PDQ: 64}


class Fingerprint(NamedTuple):
    """What a bank keeps of something. quality: of a picture, 0 to 100."""

    kind: EntryKind
    value: str
    quality: int = 100


class Unusable(Refused):
    """What was given cannot be kept; `field` is where to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def fingerprints(kind: str, value: str = "", data: bytes = b"") -> list[Fingerprint]:
    """The fingerprints of what was given. kind: one of `EntryKind`, or `FILE` with its bytes in `data`.

    Raises `Unusable` with the field and the remedy.
    """
    if kind == FILE:
        return _of_file(data)
    if kind not in EntryKind.values:
        raise Unusable("kind", _("There is no such kind of fingerprint. Choose one from the list."))
    if not value.strip():
        raise Unusable("value", _("There is nothing here. Write or paste what the bank should know."))
    if kind == EntryKind.NEAR_TEXT:
        return [_of_text(value)]
    if kind == EntryKind.TEXT:
        if re.fullmatch("[0-9a-f]{64}", clean := value.strip().lower()):
            return [Fingerprint(EntryKind.TEXT, clean)]
        if not (digest := match.text_digest(value)):
            raise Unusable("value", _("This text is too short to be told from others. Give at least %(n)s letters.")
                           % {"n": SHORTEST})  # fmt: skip
        return [Fingerprint(EntryKind.TEXT, digest)]
    if kind == EntryKind.URL:
        address = match.canonical_url(value.strip())
        if not address or len(address) > 2000:
            raise Unusable("value", _("This is not a web address. It begins with http:// or https://."))
        return [Fingerprint(EntryKind.URL, address)]
    if kind == EntryKind.VPDQ:
        return [_of_frames(value)]
    return [_of_digest(EntryKind(kind), value)]


def _of_text(value: str) -> Fingerprint:
    text = storable(value).strip()
    if len(text) > LONGEST_TEXT:
        raise Unusable("value", _("The text is longer than %(n)s characters. Give the passage that matters.")
                       % {"n": LONGEST_TEXT})  # fmt: skip
    if not match.text_digest(text):
        raise Unusable("value", _("This text is too short to be told from others. Give at least %(n)s letters.")
                       % {"n": SHORTEST})  # fmt: skip
    return Fingerprint(EntryKind.NEAR_TEXT, text)


def _of_frames(value: str) -> Fingerprint:
    try:
        return Fingerprint(EntryKind.VPDQ, match.BankEntry("vpdq", value).value)
    except ValueError:
        raise Unusable("value", _("This is no fingerprint of a video: a JSON list of “hash,quality,second”.")) from None


def _of_file(data: bytes) -> list[Fingerprint]:
    if not data:
        raise Unusable("file", _("The file is empty. Choose another one."))
    if len(data) > LARGEST_FILE:
        raise Unusable("file", _("The file is larger than %(limit)s MiB. Give its SHA-256 digest instead.")
                       % {"limit": LARGEST_FILE // 2**20})  # fmt: skip
    seen = match.fingerprint(data)
    found = [Fingerprint(EntryKind.SHA256, seen.sha256)]
    marks = (*([seen.pdq] if seen.pdq else ()), *seen.pages)
    found += [Fingerprint(EntryKind.PDQ, mark.value, mark.quality) for mark in marks if mark.matchable]
    if matchable(seen.frames):
        found += [Fingerprint(EntryKind.MD5, seen.md5), _of_frames(frames_to_text(seen.frames))]
    if match.text_digest(seen.text):
        found.append(Fingerprint(EntryKind.NEAR_TEXT, storable(seen.text).strip()))
    return list(dict.fromkeys(found))


def _of_digest(kind: EntryKind, value: str) -> Fingerprint:
    clean, size = value.strip().lower(), _HEX[kind]
    if not re.fullmatch(f"[0-9a-f]{{{size}}}", clean):
        raise Unusable("value", _("A fingerprint of this kind has %(n)s signs, each 0 to 9 or a to f. Copy it whole.")
                       % {"n": size})  # fmt: skip
    return Fingerprint(kind, clean)
