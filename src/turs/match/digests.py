"""Exact fingerprints: of bytes (SHA-256, MD5) and of a text as it reads, whatever its disguise."""

from __future__ import annotations

import hashlib

from turs.posting import sha256
from turs.text import Normalised, normalise

VERSION = "text-digest/1"
SHORTEST = 20
"""Letters and digits below which a text says too little to be known by its digest."""

__all__ = ["SHORTEST", "VERSION", "md5", "sha256", "text_digest"]


def md5(data: bytes) -> str:
    """MD5 of `data`, 32 hex digits (RFC 1321): for exchange with lists that carry nothing else, not for security."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def text_digest(text: str | Normalised) -> str:
    """SHA-256 over the letters and digits of the search form, "" for a text shorter than `SHORTEST`.

    Two copies of a text have one digest whatever their vowel signs, letter forms, punctuation, spaces,
    emoji, invisible characters or case.

    >>> text_digest("اجتمع الوزراء يوم الخميس في العاصمة") == text_digest("اجتمع الوزراءُ، يوم الخميس، في العاصـمة!")
    True
    """
    form = normalise(text) if isinstance(text, str) else text
    letters = "".join(filter(str.isalnum, form.text))
    return sha256(letters.encode("utf-8")) if len(letters) >= SHORTEST else ""
