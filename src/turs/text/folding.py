"""Arabic-first normalisation in levels, each with a map back to the original text.

=========  =======================================================================================
level      what it does
=========  =======================================================================================
canonical  same reading, one spelling of it: Normalisation Form KC; tatweel, bidi controls, zero-width
           characters and variation selectors go; odd white space becomes a space
search     canonical, then: no diacritics, no case, ASCII digits, one form of alef, ya, ha, hamza and
           kaf whatever the country, elongation collapsed, white space runs and underscores one space
skeleton   search, then what disguise needs: letters of neighbours and archaic letters become the Arabic
           letter of their shape («گ» «ڡ»), look-alikes of other scripts the Latin letter (UTS 39), digits
           and Latin letters inside Arabic words the letter they stand for («7زب»), hamza is alef; words
           spelled out or broken by spaces, dots, emoji are joined («د ا ع ش», «داع.ش»), doubled letters
           made single. It keeps apart what a reader tells apart by its dots: «حرب» is not «حرث».
rasm       skeleton, then letters without dots: «حرب» is «حرث» is «حرٮ». For texts written without dots
           only: too coarse for single words
=========  =======================================================================================

A form of one level is made from the form below it, so that texts equal at one level are equal above.
Offsets count Unicode code points, as Python strings do. Tables come from Unicode data (ArabicShaping,
confusables, normalisation) by ``scripts/unicode_tables.py`` and are kept in ``data/unicode.json``, so that a text
folds the same under every Python; the Arabic folds of search follow common retrieval practice (Darwish and
Magdy, *Arabic Information Retrieval*, 2014). The loops are compiled (``turs.text.kernels``).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from turs.text import arabizi

VERSION = "normalise/2"
Level = Literal["canonical", "search", "skeleton", "rasm"]
LEVELS: tuple[Level, ...] = ("canonical", "search", "skeleton", "rasm")

Codes = NDArray[np.int32]
"""An array of code points, or of positions in one."""

TABLE_SIZE = 0x30000
"""Planes 0 to 2; what lies beyond keeps its form, except tags and selectors."""
SPACE = 0x20
LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"}
"""Latin letters that a digit stands for between two others («t3rror»)."""
LOOK_ALIKES = {"l": "ا", "i": "ا", "o": "ه"}
"""Arabic letters that a Latin one looks like (UTS 39), inside Arabic words; «i» is what «I» folds to."""

@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and the way back to the original.

    text: the normalised text, never with lone surrogates.
    level: one of `LEVELS`.
    original: the text it came from.
    sources: for each code point of `text`, the position in `original` it came from; never falls.
    """

    text: str
    level: Level
    original: str = field(repr=False)
    sources: Codes = field(repr=False, compare=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that became `text[start:end]`.

        What was dropped behind the last letter (its vowel signs, a tatweel) belongs to the stretch, so
        that a quotation shows the word as written. ValueError where `start:end` is not inside the text.
        """
        size = len(self.sources)
        if not 0 <= start <= end <= size:
            raise ValueError(f"span {start}:{end} is not inside a text of {size} code points")
        after = int(self.sources[end]) if end < size else len(self.original)
        if start == end:
            return after, after
        first, last = int(self.sources[start]), int(self.sources[end - 1])
        return first, max(after, last + 1)

    def quote(self, start: int, end: int) -> str:
        """The original wording of `text[start:end]`."""
        first, last = self.span(start, end)
        return self.original[first:last]


def code_points(text: str) -> Codes:
    """The code points of `text`; lone surrogates are kept as they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<i4")


def as_text(codes: Codes) -> str:
    """The string of an array of code points."""
    return codes.astype("<i4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def fold_codes(text: str, level: Level = "search") -> tuple[Codes, Codes]:
    """Folded code points of `text` and the position in `text` of each: `normalise` as arrays, for indexes."""
    codes, _, sources = _fold(code_points(text), np.array((0, len(text)), dtype=np.int64), level)
    return codes, sources


def fold_many(texts: Sequence[str], level: Level = "search") -> tuple[Codes, NDArray[np.int64], Codes]:
    """Many texts folded back to back: codes, offsets (one more than texts), sources (each in its own text).

    Text number k is ``codes[offsets[k]:offsets[k + 1]]``.
    """
    bounds = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)), out=bounds[1:])
    return _fold(code_points("".join(texts)), bounds, level)


def normalise(text: str, level: Level = "search") -> Normalised:
    """`text` at one level, with its offset map. Deterministic, total (any string is allowed), linear.

    >>> n = normalise("وَالجِهَـــاد")
    >>> n.text, n.quote(3, 7)
    ('والجهاد', 'جِهَـــاد')
    """
    if level not in LEVELS:
        raise ValueError(f"no level {level!r}: choose one of {', '.join(LEVELS)}")
    codes, sources = fold_codes(text, level)
    return Normalised(as_text(codes), level, text, sources)


@lru_cache(maxsize=65536)
def fold(text: str, level: Level = "search") -> str:
    """`text` at one level without its map, outer white space stripped: for keys and terms."""
    return normalise(text, level).text.strip()


# -- the parts -------------------------------------------------------------------------------------


@cache
def kernels() -> ModuleType:
    """The compiled loops, imported at first use."""
    from turs.text import kernels as module

    return module


def _fold(codes: Codes, bounds: NDArray[np.int64], level: Level) -> tuple[Codes, NDArray[np.int64], Codes]:
    k, table = kernels(), _table(level)
    offsets = np.empty_like(bounds)
    slack, before = codes.size // 8 + 64, None
    while True:
        out = np.empty(codes.size + slack, dtype=np.int32)
        sources = np.empty(codes.size + slack, dtype=np.int32)
        size = k.fold(codes, bounds, table.cells, table.pool, table.kinds, table.stands, table.number,
                      before is not None, out, sources, offsets)
        if size >= 0:
            break
        if size == k.WATCH:
            codes, bounds, before = _composed(codes, bounds)
        else:
            slack = k.expansion(codes, table.cells, table.pool, k.EXPAND)
    out, sources = out[:size], sources[:size]
    if before is not None:
        # Positions count from the beginning of each text, in both steps.
        sources = before[sources + np.repeat(bounds[:-1], np.diff(offsets))]
    return out, offsets, sources


def _composed(codes: Codes, bounds: NDArray[np.int64]) -> tuple[Codes, NDArray[np.int64], Codes]:
    """Normalisation Form KC of each text, with bounds and sources."""
    k, forms = kernels(), _forms()
    offsets = np.empty_like(bounds)
    slack = codes.size // 8 + 64
    while True:
        out = np.empty(codes.size + slack, dtype=np.int32)
        sources = np.empty(codes.size + slack, dtype=np.int32)
        size = k.compose(codes, bounds, forms.parts, forms.pool, forms.classes, forms.pairs, forms.composites,
                         out, sources, offsets)
        if size >= 0:
            break
        slack = k.expansion(codes, forms.parts, forms.pool, 0) + 2 * codes.size  # a Hangul syllable is three letters
    return read_only(out[:size]), offsets, sources[:size]


def read_only(codes: Codes) -> Codes:
    """A view of `codes` that cannot be written: one type of argument, one compilation of a loop."""
    view = codes.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True)
class _Table:
    """One level as arrays; see ``turs.text.kernels``."""

    number: int
    cells: Codes
    pool: Codes
    kinds: NDArray[np.uint8]
    stands: Codes


@dataclass(frozen=True, slots=True)
class _Forms:
    """Decompositions, combining classes and compositions; see ``turs.text.kernels.compose``."""

    parts: Codes
    pool: Codes
    classes: NDArray[np.uint16]
    pairs: NDArray[np.int64]
    composites: Codes


@cache
def _data() -> dict[str, Any]:
    text = (resources.files("turs.text") / "data" / "unicode.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def differs(code: int) -> bool:
    """Whether a code point has another skeleton than search form: it stands for another letter."""
    return not _map("skeleton").keys().isdisjoint(map(ord, _steps("search").get(code, chr(code))))


@cache
def _map(name: str) -> dict[int, str]:
    """A table of the data file: code point to text."""
    return {int(code, 16): "".join(chr(int(part, 16)) for part in new.split()) for code, new in _data()[name].items()}


@cache
def _steps(level: Level) -> dict[int, str]:
    """What each code point becomes at a level, those that change."""
    if level == "canonical":
        own = _map("canonical")
        out = {code: unicodedata.normalize("NFC", parts) for code, parts in _map("decompositions").items()}
        out = {code: "".join(own.get(ord(c), c) for c in new) for code, new in out.items()}
        return own | {code: new for code, new in out.items() if new != chr(code)}
    below, own = _steps(LEVELS[LEVELS.index(level) - 1]), _map(level)
    out = {code: "".join(own.get(ord(c), c) for c in new) for code, new in below.items()}
    return out | {code: new for code, new in own.items() if code not in below}


def _mask(name: str) -> NDArray[np.bool_]:
    mask = np.zeros(TABLE_SIZE, dtype=bool)
    for first, last in _data()[name]:
        mask[first : last + 1] = True
    return mask


@cache
def kinds() -> NDArray[np.uint8]:
    """Bits by code point (`turs.text.kernels.IS_LETTER` and its like), for all of Unicode."""
    k = kernels()
    out = np.zeros(0x110000, dtype=np.uint8)
    for name, bit in (("letters", k.IS_LETTER), ("arabic", k.IS_ARABIC), ("gaps", k.IS_GAP), ("marks", k.IS_MARK),
                      ("signs", k.IS_SIGN), ("digits", k.IS_DIGIT), ("words", k.IS_WORD)):
        out[:TABLE_SIZE][_mask(name)] |= bit
    out.flags.writeable = False
    return out


@cache
def _table(level: Level) -> _Table:
    if level not in LEVELS:
        raise ValueError(f"no level {level!r}: choose one of {', '.join(LEVELS)}")
    k = kernels()
    plain = np.arange(TABLE_SIZE, dtype=np.int32)
    if level != "canonical":
        plain[_mask("letters")] |= k.LETTER << k.SHIFT
        plain[_mask("arabic")] = np.flatnonzero(_mask("arabic")) | k.ARABIC << k.SHIFT
        plain[SPACE] = SPACE | k.SPACE << k.SHIFT
    cells, pool, known = plain.copy(), [0], {}
    for code, new in _steps(level).items():
        if len(new) == 1:
            cells[code] = plain[ord(new)]
        elif not new:
            cells[code] = k.DROP << k.SHIFT
        else:
            if new not in known:
                known[new] = len(pool)
                pool += [len(new), *(int(plain[ord(c)]) for c in new)]
            cells[code] = known[new] | k.EXPAND << k.SHIFT
    cells[_mask("normalise" if level == "canonical" else "normalise_search")] |= k.WATCHED
    stands = np.zeros((3, 128), dtype=np.int32)
    for row, pairs in enumerate((arabizi.DIGITS | LOOK_ALIKES, arabizi.PRIMED, LEET)):
        for char, letter in pairs.items():
            stands[row, ord(char)] = ord(_steps(level).get(ord(letter), letter)[0])
    return _Table(LEVELS.index(level), cells, np.array(pool, dtype=np.int32), kinds(), stands)


@cache
def _forms() -> _Forms:
    parts, pool = np.zeros(TABLE_SIZE, dtype=np.int32), [0]
    for code, new in _map("decompositions").items():
        parts[code] = len(pool)
        pool += [len(new), *map(ord, new)]
    classes = np.zeros(TABLE_SIZE, dtype=np.uint16)
    for first, last, number in _data()["combining"]:
        classes[first : last + 1] = number
    joins = [ord(new[1]) for new in _map("compositions").values()]
    classes[[*joins, *range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]] |= kernels().JOINS
    known = sorted((ord(new[0]) << 21 | ord(new[1]), code) for code, new in _map("compositions").items())
    return _Forms(parts, np.array(pool, dtype=np.int32), classes, np.array([k for k, _ in known], dtype=np.int64),
                  np.array([code for _, code in known], dtype=np.int32))
