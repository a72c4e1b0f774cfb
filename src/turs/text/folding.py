"""Arabic-first normalisation in three levels, each with a map back to the original text.

=========  =======================================================================================
level      what it does
=========  =======================================================================================
canonical  same reading, one spelling of it: compatibility and presentation forms become letters,
           tatweel, bidi controls and zero-width characters go, odd white space becomes a space
search     canonical, then: no diacritics, no case, ASCII digits, one form of alef, ya, ha, hamza and
           kaf, elongation collapsed, white space runs collapsed
skeleton   search, then: look-alike letters of other scripts and dotless letters replaced, letters
           spelled out with spaces or dots joined («د ا ع ش», «داع.ش»), doubled letters made single
=========  =======================================================================================

Offsets count Unicode code points, as Python strings do. Tables come from the Unicode data of the
interpreter (``unicodedata``); the Arabic folds follow common retrieval practice (Darwish and Magdy,
*Arabic Information Retrieval*, 2014). Work is done on whole arrays, never letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from turs.text import letters

VERSION = "normalise/1"
LEVELS = ("canonical", "search", "skeleton")
Level = Literal["canonical", "search", "skeleton"]

Codes = NDArray[np.int32]
"""An array of code points, or of positions in one."""

TABLE_SIZE = 0x20000  # planes 0 and 1; what lies beyond keeps its form, except tags and selectors
REPLACEMENT = 0xFFFD
SPACE, NEWLINE = 0x20, 0x0A

_DROPPED = -1
_EXPANDED = -2  # and below: -2 - k is expansion number k


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and the way back to the original.

    text: the normalised text, never with lone surrogates.
    level: ``canonical``, ``search`` or ``skeleton``.
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


@dataclass(frozen=True, slots=True)
class _Table:
    """One level as arrays: the new code point of each, and what becomes several."""

    codes: Codes
    starts: Codes
    lengths: Codes
    pool: Codes


def code_points(text: str) -> Codes:
    """The code points of `text`; lone surrogates are kept as they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<i4")


def as_text(codes: Codes) -> str:
    """The string of an array of code points."""
    return codes.astype("<i4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def normalise(text: str, level: Level = "search") -> Normalised:
    """`text` at one level, with its offset map. Deterministic, total (any string is allowed), linear.

    >>> n = normalise("وَالجِهَـــاد")
    >>> n.text, n.quote(3, 7)
    ('والجهاد', 'جِهَـــاد')
    """
    if level not in LEVELS:
        raise ValueError(f"no level {level!r}: choose one of {', '.join(LEVELS)}")
    codes, sources = _translate(_join_hamza(code_points(text)), _table(level))
    if level != "canonical":
        codes, sources = _keep(codes, sources, _without_repeats(codes, level))
    if level == "skeleton":
        joined = _spelled_out(as_text(codes))
        if joined is not None:
            codes, sources = _keep(codes, sources, joined)
            codes, sources = _keep(codes, sources, _without_repeats(codes, level))
    return Normalised(as_text(codes), level, text, sources)


@lru_cache(maxsize=65536)
def fold(text: str, level: Level = "search") -> str:
    """`text` at one level without its map, outer white space stripped: for keys and terms."""
    return normalise(text, level).text.strip()


# -- the parts -------------------------------------------------------------------------------------


def _translate(codes: Codes, table: _Table) -> tuple[Codes, Codes]:
    """Apply a table: code points out, and the position each came from."""
    if codes.size and int(codes.max()) >= TABLE_SIZE:
        small = codes < TABLE_SIZE
        mapped = np.where(small, table.codes[np.where(small, codes, 0)], codes)
        mapped[(codes >= 0xE0000) & (codes <= 0xE0FFF)] = _DROPPED  # tags and variation selectors
    else:
        mapped = table.codes[codes]
    positions = np.arange(len(codes), dtype=np.int32)
    if not mapped.size or int(mapped.min()) > _EXPANDED:
        kept = mapped >= 0
        return mapped[kept], positions[kept]
    number = np.where(mapped <= _EXPANDED, _EXPANDED - mapped, 0)
    expands = mapped <= _EXPANDED
    lengths = np.where(expands, table.lengths[number], (mapped >= 0).astype(np.int32))
    sources = np.repeat(positions, lengths)
    first = np.cumsum(lengths) - lengths
    offset = np.arange(len(sources), dtype=np.int32) - first[sources]
    picked = np.where(expands, table.starts[number], 0)[sources] + offset
    out = np.where(expands[sources], table.pool[np.minimum(picked, len(table.pool) - 1)], mapped[sources])
    return out.astype(np.int32), sources


def _join_hamza(codes: Codes) -> Codes:
    """Seat letter + U+0654 becomes the composed letter (its canonical equivalent), in place of the seat."""
    marks = np.flatnonzero(codes == 0x0654)
    if not marks.size:
        return codes
    marks = marks[marks > 0]
    seats = codes[marks - 1]
    out = codes.copy()
    out[marks[seats == letters.WAW] - 1] = letters.WAW_HAMZA
    out[marks[np.isin(seats, (letters.YEH, letters.ALEF_MAKSURA, letters.FARSI_YEH))] - 1] = letters.YEH_HAMZA
    return out


def _keep(codes: Codes, sources: Codes, keep: NDArray[np.bool_] | None) -> tuple[Codes, Codes]:
    return (codes, sources) if keep is None else (codes[keep], sources[keep])


def _without_repeats(codes: Codes, level: Level) -> NDArray[np.bool_] | None:
    """What stays when white space runs and letters written again and again are collapsed."""
    if len(codes) < 2:
        return None
    same = codes[1:] == codes[:-1]
    if not same.any():
        return None
    kinds = _kinds(codes)
    is_letter = kinds != 0
    keep = np.ones(len(codes), dtype=bool)
    keep[1:] &= ~(same & (codes[1:] == SPACE))
    if level == "skeleton":
        keep[1:] &= ~(same & is_letter[1:])
        return keep
    if not (same[1:] & same[:-1]).any():
        return keep
    begins = np.concatenate(([True], ~same))
    run = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, len(codes)))
    place = np.arange(len(codes)) - starts[run]
    # Arabic doubles no letter by hand beyond two; Latin script keeps the double it may need ("cooool").
    allowed = np.where(kinds == letters.ARABIC, 1, 2)
    keep &= ~(is_letter & (lengths[run] >= 3) & (place >= allowed))
    return keep


_JOINTS = r"[ ._\-*·•~|+=^'`/\\،\u2027\u30fb]"
_SPELLED = re.compile(rf"(?<![^\W\d_])[^\W\d_](?:{_JOINTS}{{1,2}}[^\W\d_](?![^\W\d_])){{2,}}")
_BROKEN = re.compile(r"(?<=[\u0621-\u064a])[._\-*·•~|+=^'`/\\\u2027\u30fb]{1,2}(?=[\u0621-\u064a])")
_JOINT = re.compile(_JOINTS)


def _spelled_out(text: str) -> NDArray[np.bool_] | None:
    """What stays when words spelled with separators are joined, None where there are none."""
    drop: list[int] = []
    for match in _BROKEN.finditer(text):
        drop.extend(range(match.start(), match.end()))
    for match in _SPELLED.finditer(text):
        drop.extend(joint.start() for joint in _JOINT.finditer(text, match.start(), match.end()))
    if not drop:
        return None
    keep = np.ones(len(text), dtype=bool)
    keep[drop] = False
    return keep


@cache
def _kind_table() -> NDArray[np.uint8]:
    table = np.zeros(TABLE_SIZE, dtype=np.uint8)
    for code in range(TABLE_SIZE):
        if chr(code).isalpha():
            table[code] = letters.OTHER
    table[:] = np.where(table != 0, letters.script_table(TABLE_SIZE), 0)
    return table


def _kinds(codes: Codes) -> NDArray[np.uint8]:
    """Script of each letter, 0 for what is no letter (see ``turs.text.letters``)."""
    return _kind_table()[np.minimum(codes, TABLE_SIZE - 1)]


@cache
def _table(level: Level) -> _Table:
    """The table of a level, built once from the Unicode data (about a tenth of a second)."""
    codes = np.arange(TABLE_SIZE, dtype=np.int32)
    expansions: dict[str, int] = {}
    for code in _worth_mapping():
        new = _mapped(chr(code), level)
        if len(new) == 1:
            codes[code] = ord(new)
        elif not new:
            codes[code] = _DROPPED
        else:
            codes[code] = _EXPANDED - expansions.setdefault(new, len(expansions))
    pool = np.array([ord(c) for text in expansions for c in text] or [0], dtype=np.int32)
    lengths = np.array([len(text) for text in expansions] or [0], dtype=np.int32)
    return _Table(codes, np.cumsum(lengths, dtype=np.int32) - lengths, lengths, pool)


def _worth_mapping() -> Iterable[int]:
    """Code points that a table may change: all but the ideographs and Hangul syllables."""
    yield from range(0x3400)
    yield from range(0xA000, 0xAC00)
    yield from range(0xD800, TABLE_SIZE)


def _mapped(char: str, level: Level) -> str:
    """What one code point becomes at a level."""
    canonical = "".join(_canonical(c) for c in _compatible(char))
    if level == "canonical":
        return canonical
    search = "".join(_searchable(c) for c in canonical)
    return search if level == "search" else "".join(letters.LOOK_ALIKES.get(c, c) for c in search)


def _compatible(char: str) -> str:
    new = unicodedata.normalize("NFKC", char)
    # Isolated vowel signs are encoded as "space + sign": the space is an artefact of the encoding.
    return new.lstrip(" ") if len(new) > 1 and unicodedata.combining(new[-1]) else new


def _canonical(char: str) -> str:
    if char in letters.INVISIBLE:
        return ""
    category = unicodedata.category(char)
    if category == "Cs":
        return chr(REPLACEMENT)
    if category == "Cf":
        return ""
    if char in "\n\u2028\u2029\x0b\x0c\x85":
        return "\n"
    return " " if category in ("Cc", "Zs") else char


def _searchable(char: str) -> str:
    out = []
    for part in unicodedata.normalize("NFKD", char if char in letters.FOLDED else char.casefold()):
        part = letters.FOLDED.get(part, part)
        if not part or (unicodedata.category(part[0]) in ("Mn", "Me") and not letters.needs_marks(part[0])):
            continue
        if part.isspace():
            out.append(" ")
        elif (digit := unicodedata.decimal(part, None) if len(part) == 1 else None) is not None:
            out.append(str(digit))
        else:
            out.append(part.casefold())
    text = "".join(out)
    return letters.FOLDED.get(char, text) if char in letters.FOLDED else text
