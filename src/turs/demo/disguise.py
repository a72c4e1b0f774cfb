"""How the same text comes back: re-typed with marks, stretched, split by invisible signs, or cut short.

The demo story uses these on copies of the front's own texts, so that recognition of known texts has the
disguises that Arabic-first normalisation must undo (guide section 7.2).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

_LETTERS: Final = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
_JOINING: Final = frozenset("بتثجحخسشصضطظعغفقكلمنهي")
_MARKS: Final = "\u064e\u064f\u0650\u0651\u0652"
_WORKING: Final = re.compile(r"(https?://\S+|\bbc1\w+|\b0x\w+)")
"""Addresses and wallets: who copies them wants them to work, and leaves them as they are."""
_TWINS: Final = str.maketrans({"ي": "\u06cc", "ك": "\u06a9"})


def marked(text: str, rng: random.Random) -> str:
    """With short-vowel marks strewn over the letters."""
    return "".join(c + rng.choice(_MARKS) if c in _LETTERS and rng.random() < 0.55 else c for c in text)


def stretched(text: str, rng: random.Random) -> str:
    """With tatweel between joined letters."""
    pairs = pairwise(text + " ")
    return "".join(
        a + "\u0640" * rng.randint(1, 3) if a in _JOINING and b in _LETTERS and rng.random() < 0.35 else a
        for a, b in pairs
    )


def invisible(text: str, rng: random.Random) -> str:
    """With zero-width signs and a direction mark here and there."""
    return "".join(c + rng.choice("\u200b\u200c\u200d\u2060\u200f") if rng.random() < 0.15 else c for c in text)


def spaced(text: str, rng: random.Random) -> str:
    """With some longer words written letter by letter."""
    return " ".join(" ".join(w) if len(w) > 4 and w.isalpha() and rng.random() < 0.3 else w for w in text.split(" "))


def twinned(text: str, rng: random.Random) -> str:
    """With Persian letters that look like the Arabic ones."""
    return text.translate(_TWINS)


def as_it_was(text: str, rng: random.Random) -> str:
    """Unchanged: a plain repost."""
    return text


DISGUISES: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "repost": as_it_was,
    "diacritics": marked,
    "tatweel": stretched,
    "zero_width": invisible,
    "spaced": spaced,
    "twin_letters": twinned,
}
"""Name of a disguise -> function (text, rng) -> text."""


def disguised(text: str, how: str, rng: random.Random) -> str:
    """`text` in the disguise `how` (a key of `DISGUISES`), its addresses and wallets untouched."""
    pieces = _WORKING.split(text)
    return "".join(piece if index % 2 else DISGUISES[how](piece, rng) for index, piece in enumerate(pieces))
