"""Declared language tags, tidied (BCP 47 / RFC 5646)."""

from __future__ import annotations

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def declared(tag: object) -> str:
    """`tag` as BCP 47 with the usual letter case (``ar``, ``ar-IQ``, ``sr-Latn``), "" where it is none."""
    text = str(tag or "").strip().replace("_", "-")[:35]
    if not _TAG.fullmatch(text):
        return ""
    parts = text.split("-")
    tidy = [parts[0].lower()]
    for part in parts[1:]:
        tidy.append(
            part.title() if len(part) == 4 and part.isalpha() else part.upper() if len(part) == 2 else part.lower()
        )
    return "-".join(tidy)
