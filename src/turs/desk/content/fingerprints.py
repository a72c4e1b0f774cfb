"""What somebody gives to a bank (a text, an address, a file, a digest) as the fingerprints that are kept of it."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from turs import match
from turs.match.digests import SHORTEST

from .intake import Refused
from .vocabulary import EntryKind

FILE = "file"
"""Given as bytes: kept as SHA-256 and, for a picture, as PDQ."""
LARGEST_FILE = 64 * 2**20
"""Bytes of a file that is only to be fingerprinted."""
_HEX = {EntryKind.SHA256: 64, EntryKind.MD5: 32, EntryKind.PDQ: 64}

Fingerprint = tuple[EntryKind, str]


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
    if kind == EntryKind.TEXT:
        if not (digest := match.text_digest(value)):
            raise Unusable("value", _("This text is too short to be told from others. Give at least %(n)s letters.")
                           % {"n": SHORTEST})  # fmt: skip
        return [(EntryKind.TEXT, digest)]
    if kind == EntryKind.URL:
        address = match.canonical_url(value.strip())
        if not address or len(address) > 2000:
            raise Unusable("value", _("This is not a web address. It begins with http:// or https://."))
        return [(EntryKind.URL, address)]
    return [_of_digest(EntryKind(kind), value)]


def _of_file(data: bytes) -> list[Fingerprint]:
    if not data:
        raise Unusable("file", _("The file is empty. Choose another one."))
    if len(data) > LARGEST_FILE:
        raise Unusable("file", _("The file is larger than %(limit)s MiB. Give its SHA-256 digest instead.")
                       % {"limit": LARGEST_FILE // 2**20})  # fmt: skip
    found: list[Fingerprint] = [(EntryKind.SHA256, match.sha256(data))]
    try:
        mark = match.pdq(data)
    except match.ImageUnreadable:
        return found
    return [*found, (EntryKind.PDQ, mark.value)] if mark.matchable else found


def _of_digest(kind: EntryKind, value: str) -> Fingerprint:
    clean, size = value.strip().lower(), _HEX[kind]
    if not re.fullmatch(f"[0-9a-f]{{{size}}}", clean):
        raise Unusable("value", _("A fingerprint of this kind has %(n)s signs, each 0 to 9 or a to f. Copy it whole.")
                       % {"n": size})  # fmt: skip
    return kind, clean
