"""Make hostile names and excerpts safe to show: what cannot be seen is written out."""

from __future__ import annotations

import unicodedata

from turs.collect.limits import EXCERPT_CHARACTERS

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def shown(text: str, length: int = EXCERPT_CHARACTERS) -> str:
    """`text` on one line, at most `length` characters, with every control, bidirectional, zero-width or
    private-use character written as ``<U+202E>``, so that a name cannot pretend to be another
    (Unicode Technical Report 36, section 2.7). ZWNJ and ZWJ are spelling in Persian and stay.
    """
    parts: list[str] = []
    room = length
    for character in text[: length * 2]:
        if character in "\t\n\r":
            piece = " "
        elif character in "\u200c\u200d" or unicodedata.category(character) not in _UNSEEN:
            piece = character
        else:
            piece = f"<U+{ord(character):04X}>"
        if len(piece) > room or (len(piece) == room and len(text) > length):
            return "".join(parts) + "…" if parts else "…"
        parts.append(piece)
        room -= len(piece)
    return "".join(parts)


def sound(text: str) -> tuple[str, int]:
    """`text` without lone surrogates and NUL, each replaced by U+FFFD, and how many were.

    Neither can be stored as UTF-8 in a database; the raw bytes of the capture keep what stood there.
    """
    if "\0" not in text:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            pass
        else:
            return text, 0
    count = 0
    out: list[str] = []
    for character in text:
        if character == "\0" or "\ud800" <= character <= "\udfff":
            out.append(REPLACEMENT)
            count += 1
        else:
            out.append(character)
    return "".join(out), count
