"""Signs that a text was written to escape reading machines: overrides, invisible letters, mixed scripts.

A sign is a fact about characters, never a judgement about the writer: Persian joins words with U+200C,
and a lone direction mark is ordinary. Unicode Technical Reports 36 (security) and 9 (bidirectional).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from turs.text import folding

VERSION = "disguise/2"
MOST = 20
"""Places reported per sign; more adds nothing for a reader."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of disguise and where it stands: code points of the original text."""

    label: str
    places: tuple[tuple[int, int], ...]


_ARABIC = "\u0620-\u064a\u066e-\u06d3"
_CYRILLIC = "\u0400-\u052f"
_PICTURES = "\U0001f300-\U0001faff\u2600-\u27bf"
_LATIN = "A-Za-z\u00c0-\u024f"
_PATTERNS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (label, re.compile(hint), re.compile(pattern))
    for label, hint, pattern in (
        ("bidi_override", "[\u202d\u202e]", "[\u202d\u202e][^\u202c\n]{0,200}\u202c?"),
        ("zero_width", "[\u200b\u2060\ufeff\u00ad\u200c\u200d]",
         "(?<=[^\\W\\d_])[\u200b\u2060\ufeff\u00ad]+(?=[^\\W\\d_])"
         "|(?<=[^\\W\\d_])[\u200c\u200d]{2,}(?=[^\\W\\d_])"
         f"|(?<=[{_LATIN}{_CYRILLIC}])[\u200c\u200d]+(?=[{_LATIN}{_CYRILLIC}])"),
        ("mixed_script_word", f"[{_CYRILLIC}]",
         f"(?<!\\w)(?=[{_LATIN}{_CYRILLIC}]{{3,64}}(?!\\w))(?=[{_LATIN}]*[{_CYRILLIC}])"
         f"(?=[{_CYRILLIC}]*[{_LATIN}])[{_LATIN}{_CYRILLIC}]+"),
        ("spelled_out", "[^\\W\\d_][ ._*·•|~-][^\\W\\d_](?![^\\W\\d_])",
         "(?<![^\\W\\d_])[^\\W\\d_](?:[ ._*·•|~-]{1,2}[^\\W\\d_](?![^\\W\\d_])){3,40}"),
        ("broken_word", f"[{_ARABIC}](?:[.*_·•|~]|[235679]|[{_PICTURES}]{{1,2}})[{_ARABIC}]",
         f"(?<![{_ARABIC}.])[{_ARABIC}]{{1,12}}[.*_·•|~][{_ARABIC}](?![{_ARABIC}.])"
         f"|(?<![{_ARABIC}])[{_ARABIC}]{{1,12}}(?:[235679]|[{_PICTURES}]{{1,2}})[{_ARABIC}]{{1,12}}"),
        ("dotless_letters", "[\u066e\u066f\u06a1]", "[\u066e\u066f\u06a1]+"),
        ("piled_marks", "[\u0300-\u036f\u064b-\u065f\u20d0-\u20ff]{5}",
         "[\u0300-\u036f\u064b-\u065f\u20d0-\u20ff]{5,}"),
        ("broken_encoding", "[\ud800-\udfff]", "[\ud800-\udfff]+"),
    )
)


DOTLESS = re.compile("[\u066e\u066f\u06a1\u06ba\u08bd]")
"""Letters that Arabic has not written since its dots came."""

_STAND_IN = re.compile("[a-zA-Z][0-9]['’]?[a-zA-Z]|(?<![\\w])[235679]['’]?[a-zA-Z]{2}|[a-zA-Z]{2}[37](?!\\w)")
"""Digits in Latin words, as chat writes Arabic («7abibi») and disguise writes anything («t3rror»)."""


def hides(text: str) -> bool:
    """Whether `text` is worth reading behind its disguise: its skeleton tells something that its search form does not.

    Wider than `signs`, and no sign itself: Persian has letters that Arabic has not, «3أيام» only lacks a space.
    """
    kernels = folding.kernels()
    seen = kernels.suspicion(folding.code_points(text), _traits())
    return bool(seen & kernels.DIFFERS) or (bool(seen & kernels.MAY_STAND) and _STAND_IN.search(text) is not None)


@cache
def _traits() -> NDArray[np.uint8]:
    """What `turs.text.kernels.suspicion` looks for, by code point of planes 0 and 1."""
    k = folding.kernels()
    out = np.zeros(0x20000, dtype=np.uint8)
    kinds = folding.kinds()[:0x20000]
    out[(kinds & k.IS_SIGN != 0) | (np.arange(0x20000) >= 0x1F300) | (np.arange(0x20000) >> 9 == 0x13)] = k.T_SYMBOL
    out[[code for code in range(0x20000) if chr(code).isalnum() and not chr(code).isdecimal()]] = k.T_LETTER
    unlike = {code for code in range(0x20000) if folding.differs(code)}
    for code in unlike - {0x621, 0x624, 0x626, 0x654}:  # hamza, as everybody writes it
        name = unicodedata.name(chr(code), "")
        out[code] = k.T_ALARM if name.startswith(("LATIN", "REGIONAL")) else (
            k.T_NEIGHBOUR if name.startswith("ARABIC") else k.T_LIKE)
    for pattern, trait in ((f"[{_ARABIC}]", k.T_ARABIC), (f"[{_LATIN}]", k.T_LATIN), (f"[{_CYRILLIC}]", k.T_CYRILLIC)):
        for code in range(0x800):
            if out[code] >= k.T_LETTER and out[code] != k.T_NEIGHBOUR and re.match(pattern, chr(code)):
                out[code] = trait
    out[np.flatnonzero(kinds & k.IS_DIGIT)] = k.T_DIGIT
    for char in ".*_·•|~":
        out[ord(char)] = k.T_JOINT
    for first, last in _MARKS:
        out[first:last] = k.T_MARK
    for char in "\u202d\u202e\u200b\u2060\ufeff\u00ad\u200c\u200d\u066e\u066f\u06a1\u06ba\u08bd":
        out[ord(char)] = k.T_ALARM
    out[[0xD7, 0xF7, *range(0x482, 0x48A), *range(0xD800, 0xE000)]] = k.T_ALARM  # no letters, yet in their ranges
    return out


_MARKS = ((0x300, 0x370), (0x610, 0x61B), (0x64B, 0x660), (0x670, 0x671), (0x6D6, 0x6EE), (0x20D0, 0x2100))


def signs(text: str) -> tuple[Sign, ...]:
    """Every sign found in `text`, in a fixed order, with at most `MOST` places each.

    >>> [s.label for s in signs("د ا ع ش")]
    ['spelled_out']
    """
    kernels = folding.kernels()
    if not kernels.suspicion(folding.code_points(text), _traits()) & kernels.MAY_SHOW:
        return ()
    found = []
    for label, hint, pattern in _PATTERNS:
        if hint.search(text) is None:
            continue
        places: list[tuple[int, int]] = []
        for match in pattern.finditer(text):
            places.append(match.span())
            if len(places) == MOST:
                break
        if places:
            found.append(Sign(label, tuple(places)))
    return tuple(found)
