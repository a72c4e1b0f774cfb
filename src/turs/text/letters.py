"""The letters: script ranges, folds of Arabic script, look-alikes, invisible characters. Data, no logic.

Ranges after Unicode ``Scripts.txt`` (blocks are enough here), folds after field guide 7.2, look-alikes
after Unicode Technical Standard 39 (the pairs that occur in ordinary Latin and Cyrillic words).
"""

from __future__ import annotations

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


WAW, YEH, ALEF_MAKSURA, FARSI_YEH = 0x0648, 0x064A, 0x0649, 0x06CC
WAW_HAMZA, YEH_HAMZA = 0x0624, 0x0626

INVISIBLE = frozenset("\u0640\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Shown as nothing or as a stroke, yet not of category Cf: tatweel, joiners, fillers, variation selectors."""

BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

FOLDED: dict[str, str] = {
    **dict.fromkeys("أإآٱٲٳٵ", "ا"),
    **dict.fromkeys("ىیېےۍ", "ي"),
    **dict.fromkeys("ةۃەہۂۀھە", "ه"),
    **dict.fromkeys("ؤئٶٸ", "ء"),
    **dict.fromkeys("ٴ", ""),
    **dict.fromkeys("کڪګ", "ك"),
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‘’‚‛′ʼʻ`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "ı": "i", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
}
"""Letters that one search should find in all their forms."""

LOOK_ALIKES: dict[str, str] = {
    **dict(zip("авгеіїјкмнорсѕтухѵԁԛԝһӏ", "abreiijkmhopcstyxvdqwhl", strict=True)),
    **dict(zip("αβγεικνορτυχω", "abyeikvoptuxw", strict=True)),
    # Arabic script: archaic dotless letters, and the letters of neighbours used in their place.
    "ٮ": "ب", "ٯ": "ق", "ڡ": "ف", "ں": "ن", "ڢ": "ف", "ڧ": "ق", "ڨ": "ق", "ڤ": "ف", "پ": "ب", "ڀ": "ب", "چ": "ج",
    "ژ": "ز", "ڕ": "ر", "ڑ": "ر", "ڈ": "د", "ٹ": "ت", "گ": "ك", "ڭ": "ك", "ڵ": "ل", "ۆ": "و", "ۇ": "و", "ۋ": "و",
    "ێ": "ي", "ڜ": "ش", "ݜ": "ش", "ڛ": "س", "ڠ": "ع", "ڞ": "ض", "ڟ": "ظ",
}
"""What stands for what in a skeleton; the keys are letters at search level."""


def needs_marks(char: str) -> bool:
    """True for signs that are vowels of the script itself (Indic, South-East Asian), not ornaments."""
    return 0x0900 <= ord(char) <= 0x1CFF
