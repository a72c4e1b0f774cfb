"""Script of letters, by ranges after Unicode ``Scripts.txt`` (blocks are enough here)."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

OTHER, LATIN, ARABIC, CYRILLIC, GREEK, HEBREW, DEVANAGARI, HAN, KANA, HANGUL = range(1, 11)
"""Numbers of scripts in a script table; 0 is "no letter"."""

SCRIPT_NAMES = {OTHER: "Zyyy", LATIN: "Latn", ARABIC: "Arab", CYRILLIC: "Cyrl", GREEK: "Grek", HEBREW: "Hebr",
                DEVANAGARI: "Deva", HAN: "Hani", KANA: "Kana", HANGUL: "Hang"}
"""ISO 15924 codes."""

_RANGES: tuple[tuple[int, int, int], ...] = (
    (0x0041, 0x024F, LATIN), (0x0250, 0x02AF, LATIN), (0x1E00, 0x1EFF, LATIN), (0x2C60, 0x2C7F, LATIN),
    (0xA720, 0xA7FF, LATIN), (0xFB00, 0xFB06, LATIN), (0xFF21, 0xFF5A, LATIN), (0x1D400, 0x1D7FF, LATIN),
    (0x0600, 0x06FF, ARABIC), (0x0750, 0x077F, ARABIC), (0x0870, 0x08FF, ARABIC), (0xFB50, 0xFDFF, ARABIC),
    (0xFE70, 0xFEFC, ARABIC), (0x1EE00, 0x1EEFF, ARABIC),
    (0x0400, 0x052F, CYRILLIC), (0x1C80, 0x1C8F, CYRILLIC), (0x2DE0, 0x2DFF, CYRILLIC), (0xA640, 0xA69F, CYRILLIC),
    (0x0370, 0x03FF, GREEK), (0x1F00, 0x1FFF, GREEK), (0x0590, 0x05FF, HEBREW), (0xFB1D, 0xFB4F, HEBREW),
    (0x0900, 0x097F, DEVANAGARI), (0x3040, 0x30FF, KANA), (0x31F0, 0x31FF, KANA), (0xFF66, 0xFF9D, KANA),
    (0x3400, 0x9FFF, HAN), (0xF900, 0xFAFF, HAN), (0x1100, 0x11FF, HANGUL), (0xAC00, 0xD7A3, HANGUL),
)


def script_table(size: int) -> NDArray[np.uint8]:
    """Script number by code point, `OTHER` where no range says more. Shape (size,)."""
    table = np.full(size, OTHER, dtype=np.uint8)
    for first, last, script in _RANGES:
        table[first : last + 1] = script
    return table


@cache
def script_numbers() -> NDArray[np.uint8]:
    """Script of each letter of planes 0 and 1, 0 for what is no letter. Shape (0x20000,)."""
    alphabetic = np.fromiter((chr(code).isalpha() for code in range(0x20000)), dtype=bool, count=0x20000)
    return np.where(alphabetic, script_table(0x20000), 0).astype(np.uint8)
