"""Compiled loops of folding and of signs of disguise. Imported at first use: ``import numba`` takes half a second.

A *cell* says in 32 bits what becomes of a code point: the value in the low 21 bits, above it what to do.
Arrays of code points and of positions are int32; a batch of texts stands back to back in one array, text k
from ``bounds[k]`` to ``bounds[k + 1]``.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Bounds = NDArray[np.int64]
Kinds = NDArray[np.uint8]
Classes = NDArray[np.uint16]

PLAIN, SPACE, LETTER, ARABIC, DROP, EXPAND = range(6)
"""What to do with a cell: emit as it is; as white space, letter or Arabic letter, whose repetitions
collapse; nothing; emit the cells of the pool from there (the first one is their number)."""

SHIFT = 21
VALUE = (1 << SHIFT) - 1
WATCHED = 1 << 24
"""Bit of a cell: the letter before or behind may change this one (marks, Hangul): see `compose`."""

CANONICAL, SEARCH, SKELETON, RASM = range(4)
"""Levels."""

IS_LETTER, IS_ARABIC, IS_GAP, IS_MARK, IS_SIGN, IS_DIGIT, IS_WORD = (1 << n for n in range(7))
"""Bits of the kind of a folded code point: letter; Arabic letter; may stand between the letters of a spelled-out
word; may break an Arabic word; may break any word; decimal digit; part of a word."""

JOINS = 256
"""Bit beside the combining class: may join the starter before."""

SMALL, WATCH = -1, -2
"""`fold` gave up: its output is too small; a watched code point needs `compose` first."""

_TAGS, _TAGS_END = 0xE0000, 0xE1000
_APOSTROPHE = 0x27
_ALEF, _NOON, _YEH, _QAF, _BEH, _FEH = 0x0627, 0x06BA, 0x0649, 0x066F, 0x066E, 0x06A1

jit = numba.njit(cache=True, nogil=True)


@jit
def fold(codes: Codes, bounds: Bounds, cells: Codes, pool: Codes, kinds: Kinds, stands: Codes, level: int,
         composed: bool, out: Codes, sources: Codes, offsets: Bounds) -> int:
    """Fold each text into `out`, back to back; returns the length, or `SMALL` or `WATCH`.

    offsets: gets where each text begins in `out`, and the end. sources: gets the position in its own text of
    each code point of `out`. composed: `compose` has been here. stands: see `_stand_in`.
    """
    size, place, spare = cells.size, int(np.int64(0)), out.size - codes.size  # a literal 0 compiles twice
    for text in range(bounds.size - 1):
        begin, base = place, bounds[text]
        offsets[text] = begin
        last, run = -1, 0
        for i in range(base, bounds[text + 1]):
            code = codes[i]
            if code < size:
                cell = cells[code]
            elif _TAGS <= code < _TAGS_END:
                continue
            else:
                cell = code
            if cell >= WATCHED:
                if not composed:
                    return WATCH
                cell -= WATCHED
            action = cell >> SHIFT
            if action == DROP:
                continue
            first, count = 0, 1
            if action == EXPAND:
                first = (cell & VALUE) + 1
                count = pool[first - 1]
                spare -= count - 1
                if spare < 0:
                    return SMALL
            for j in range(count):
                if action == EXPAND or j:
                    cell = pool[first + j]
                value, kind = cell & VALUE, cell >> SHIFT
                if value == last and kind != PLAIN and level != CANONICAL:
                    if kind == SPACE or level >= SKELETON:
                        continue
                    run += 1
                    if run >= 3:
                        if run == 3 and kind == ARABIC:
                            place -= 1  # Arabic doubles no letter by hand; Latin may ("cooool")
                        continue
                else:
                    run = 1
                last = value
                out[place] = value
                sources[place] = i - base
                place += 1
        if level >= SKELETON:
            place = _stand_in(out, sources, begin, place, kinds, stands)
            place = _join(out, sources, begin, place, kinds)
            if level == RASM:
                place = _without_dots(out, sources, begin, place, kinds)
    offsets[bounds.size - 1] = place
    return place


@jit
def expansion(codes: Codes, places: Codes, pool: Codes, action: int) -> int:
    """How many code points `codes` gain where each stands for the stretch of `pool` that `places` leads to.

    action: what a place is marked with, 0 where every place but 0 counts.
    """
    gain = 0
    for code in codes:
        if code < places.size and (places[code] & ~WATCHED) >> SHIFT == action and places[code] & VALUE:
            gain += pool[places[code] & VALUE] - 1
    return gain


@jit
def _stand_in(out: Codes, sources: Codes, begin: int, end: int, kinds: Kinds, stands: Codes) -> int:
    """Digits and Latin letters that stand for letters inside words, in place; returns the new end.

    stands[0]: the Arabic letter that an ASCII code point stands for in an Arabic word, 0 for none; stands[1]:
    the same with an apostrophe behind it (7' is kha); stands[2]: the Latin letter that a digit stands for.
    """
    place = begin
    i = begin
    while i < end:
        code = out[i]
        if code < 48 or (code >= 128 and not kinds[code] & IS_ARABIC):
            out[place], sources[place] = code, sources[i]
            place += 1
            i += 1
            continue
        arabic = latin = digits = 0
        j = i
        while j < end:
            kind = kinds[out[j]]
            if kind & IS_ARABIC:
                arabic += 1
            elif kind & IS_DIGIT:
                digits += 1
            elif kind & IS_LETTER and out[j] < 128:
                latin += 1
            elif not (out[j] == _APOSTROPHE and j > i and kinds[out[j - 1]] & IS_DIGIT):
                break
            j += 1
        if j == i:
            j += 1
        swap_arabic = digits + latin > 0 and (arabic >= 2 or (arabic == 1 and digits + latin == 1))
        swap_latin = not arabic and latin >= 2 and digits > 0
        while i < j:
            code = out[i]
            n = i
            if swap_arabic and code < 128:
                known = True
                while n < j and out[n] < 128:
                    known &= out[n] == _APOSTROPHE or stands[0, out[n]] != 0
                    n += 1
                if known and n - i <= 3:
                    while i < n:
                        code = out[i]
                        primed = i + 1 < n and out[i + 1] == _APOSTROPHE and stands[1, code] != 0
                        letter = stands[1, code] if primed else stands[0, code]
                        out[place], sources[place] = letter if letter else code, sources[i]
                        place += 1
                        i += 2 if primed else 1
                    continue
            elif (swap_latin and stands[2, code] and i > begin and i + 1 < j and out[i + 1] >= 97
                  and place > begin and 97 <= out[place - 1] < 128):
                code = stands[2, code]
            n = max(n, i + 1)
            out[place], sources[place] = code, sources[i]
            place += 1
            i += 1
            while i < n:
                out[place], sources[place] = out[i], sources[i]
                place += 1
                i += 1
    return place


@jit
def _join(out: Codes, sources: Codes, begin: int, end: int, kinds: Kinds) -> int:
    """Join, in place, what is spelled out («د ا ع ش») or broken («داع.ش»); returns the new end."""
    place, last, before = begin, -1, 0
    cut = spelled = begin  # gaps before `cut` go; a spelled-out word ended at `spelled`
    for i in range(begin, end):
        code = out[i]
        kind = kinds[code]
        if i < cut and not kind & IS_LETTER:
            before = kind
            continue
        if kind & IS_LETTER and i + 1 >= cut and i + 1 < end and not kinds[out[i + 1]] & IS_LETTER:
            if not before & IS_LETTER and (i > spelled or i == begin):
                spelled = _spelled(out, i, end, kinds)
                cut = max(cut, spelled)
            breaks = IS_MARK if kind & IS_ARABIC else IS_SIGN
            j = i + 1
            while j < end and j <= i + 3 and kinds[out[j]] & breaks:
                j += 1
            if i + 1 < j < end:
                following = kinds[out[j]]
                if following & IS_LETTER and (following ^ kind) & IS_ARABIC == 0:
                    cut = max(cut, j)
        before = kind
        if code == last and (kind & IS_LETTER or code == 0x20):
            continue
        last = code
        out[place] = code
        sources[place] = sources[i]
        place += 1
    return place


@jit
def _spelled(out: Codes, i: int, end: int, kinds: Kinds) -> int:
    """Where the spelled-out word that begins at `i` has its last letter, `i` where none begins there.

    A word spelled with other marks than spaces ends at the first space.
    """
    letters, last, spaces = 1, i, False
    while True:
        j, spaced = last + 1, False
        while j < end and j <= last + 3 and kinds[out[j]] & IS_GAP:
            spaced |= out[j] == 0x20
            j += 1
        if not last + 1 < j <= last + 4 or j >= end or not kinds[out[j]] & IS_LETTER:
            break
        if last == i:
            spaces = spaced
        if spaced and not spaces:
            break
        if j + 1 < end and kinds[out[j + 1]] & IS_LETTER:
            break
        letters, last = letters + 1, j
    return last if letters >= 3 else i


@jit
def _without_dots(out: Codes, sources: Codes, begin: int, end: int, kinds: Kinds) -> int:
    """Noon, yeh and qaf lose their own shape before another Arabic letter, in place; returns the new end."""
    place, last = begin, -1
    for i in range(begin, end):
        code = out[i]
        kind = kinds[code]
        if i + 1 < end and code in (_NOON, _YEH, _QAF) and kinds[out[i + 1]] & IS_ARABIC:
            code = _FEH if code == _QAF else _BEH
        if code == last and kind & IS_LETTER:
            continue
        last = code
        out[place], sources[place] = code, sources[i]
        place += 1
    return place


# -- normalisation form KC ---------------------------------------------------------------------------------

_S, _L, _V, _T = 0xAC00, 0x1100, 0x1161, 0x11A7
_LS, _VS, _TS = 19, 21, 28


@jit
def compose(codes: Codes, bounds: Bounds, parts: Codes, pool: Codes, classes: Classes, pairs: Bounds,
            composites: Codes, out: Codes, sources: Codes, offsets: Bounds) -> int:
    """Normalisation Form KC of each text (Unicode Standard Annex 15); returns the length or `SMALL`.

    parts: 0, or the place in `pool` of the full decomposition (its first number is the length). classes:
    combining class by code point, and `JOINS`. pairs: sorted ``first << 21 | second``, with their `composites`.
    Marks that change places keep the order of sources, so that sources never fall.
    """
    place = int(np.int64(0))
    for text in range(bounds.size - 1):
        begin, base = place, bounds[text]
        offsets[text] = begin
        marks = begin  # where the marks behind the last starter begin
        for i in range(base, bounds[text + 1]):
            code = codes[i]
            first = parts[code] if code < parts.size else 0
            count = pool[first] if first else 1
            if place + max(count, 3) > out.size:
                return SMALL
            if _S <= code < _S + _LS * _VS * _TS:
                index = code - _S
                tail = index % _TS
                out[place] = _L + index // (_VS * _TS)
                out[place + 1] = _V + index % (_VS * _TS) // _TS
                out[place + 2] = _T + tail
                count = 3 if tail else 2
            else:
                for j in range(count):
                    out[place + j] = pool[first + 1 + j] if first else code
            for _ in range(count):
                sources[place] = i - base
                if _class(classes, out[place]) == 0:
                    _order(out, marks, place, classes)
                    marks = place + 1
                place += 1
        _order(out, marks, place, classes)
        place = _compose(out, sources, begin, place, classes, pairs, composites)
    offsets[bounds.size - 1] = place
    return place


@jit
def _class(classes: Classes, code: int) -> int:
    return int(classes[code]) & 255 if code < classes.size else 0


@jit
def _joins(classes: Classes, code: int) -> bool:
    return code < classes.size and classes[code] >= JOINS


@jit
def _order(out: Codes, begin: int, end: int, classes: Classes) -> None:
    """Put ``out[begin:end]``, all marks, in canonical order."""
    if end - begin < 2:
        return
    if end - begin > 64:  # a pile of marks: counting sort, so that hostile text stays linear
        held = out[begin:end].copy()
        counts = np.zeros(257, dtype=np.int64)
        for code in held:
            counts[_class(classes, code) + 1] += 1
        for number in range(1, 257):
            counts[number] += counts[number - 1]
        for code in held:
            number = _class(classes, code)
            out[begin + counts[number]] = code
            counts[number] += 1
        return
    for i in range(begin + 1, end):
        code = out[i]
        number = _class(classes, code)
        j = i
        while j > begin and _class(classes, out[j - 1]) > number:
            out[j] = out[j - 1]
            j -= 1
        out[j] = code


@jit
def _compose(out: Codes, sources: Codes, begin: int, end: int, classes: Classes, pairs: Bounds,
             composites: Codes) -> int:
    place, starter, before = begin, -1, -1
    for i in range(begin, end):
        code = out[i]
        number = _class(classes, code)
        if starter >= 0 and (before < number or before == -1):
            new = _pair(out[starter], code, pairs, composites) if _joins(classes, code) else 0
            if new:
                out[starter] = new
                continue
        if number == 0:
            starter, before = place, -1
        else:
            before = number
        out[place], sources[place] = code, sources[i]
        place += 1
    return place


@jit
def _pair(first: int, second: int, pairs: Bounds, composites: Codes) -> int:
    """The composite of two code points, 0 for none."""
    if _L <= first < _L + _LS and _V <= second < _V + _VS:
        return _S + ((first - _L) * _VS + second - _V) * _TS
    if _S <= first < _S + _LS * _VS * _TS and (first - _S) % _TS == 0 and _T < second < _T + _TS:
        return int(first + second - _T)
    key = np.int64(first) << SHIFT | second
    low, high = 0, pairs.size
    while low < high:
        middle = (low + high) // 2
        if pairs[middle] < key:
            low = middle + 1
        else:
            high = middle
    return int(composites[low]) if low < pairs.size and pairs[low] == key else 0


# -- signs of disguise -----------------------------------------------------------------------------------------

(T_OTHER, T_DIGIT, T_JOINT, T_SYMBOL, T_MARK, T_ALARM, T_LETTER, T_LIKE, T_NEIGHBOUR, T_ARABIC, T_LATIN,
 T_CYRILLIC) = range(12)  # fmt: skip
"""Traits of a code point, for `suspicion`; from `T_LETTER` on they are letters. A like looks like a Latin letter, a
neighbour is an Arabic letter that Arabic does not write."""
MAY_SHOW, MAY_STAND, DIFFERS = 1, 2, 4
"""What `suspicion` answers: a sign may be there; a digit may stand for a letter; the skeleton reads otherwise."""


@jit
def suspicion(codes: Codes, traits: Kinds) -> int:
    """Whether a closer look at a text may find disguise: one quick pass that may cry wolf, never sleep."""
    found, before, last, letters, singles, marks, same = 0, T_OTHER, T_OTHER, 0, 0, 0, 1
    for i in range(codes.size):
        code = codes[i]
        trait = traits[code] if code < traits.size else T_OTHER
        if trait == T_ALARM:
            return MAY_SHOW | MAY_STAND | DIFFERS
        marks = marks + 1 if trait == T_MARK else 0
        if trait == T_MARK:
            found |= MAY_SHOW if marks == 5 else 0
            continue
        if trait >= T_LETTER:
            letters += 1
            if letters == 2:
                singles = 0
            if trait == T_NEIGHBOUR:
                found |= DIFFERS
                trait = T_ARABIC
            same = same + 1 if i and code == codes[i - 1] else 1
            if trait == T_ARABIC and (same == 3 or (same == 2 and code == _ALEF)):
                found |= DIFFERS
            if trait != last:
                if trait == T_ARABIC:
                    if last in (T_DIGIT, T_LATIN) or (last in (T_JOINT, T_SYMBOL) and before == T_ARABIC):
                        found |= MAY_SHOW | DIFFERS
                elif trait == T_LATIN and last in (T_DIGIT, T_ARABIC):
                    found |= MAY_STAND if last == T_DIGIT else DIFFERS
                elif trait == T_LATIN and last in (T_JOINT, T_SYMBOL) and before == T_LATIN:
                    found |= DIFFERS if last == T_SYMBOL else 0
                if min(last, trait) >= T_LIKE and max(last, trait) >= T_LATIN and last + trait != T_ARABIC + T_LATIN:
                    found |= MAY_SHOW | DIFFERS
        else:
            if letters == 1:
                singles += 1
                if singles == 3:
                    found |= MAY_SHOW | DIFFERS
            letters = 0
            if trait == T_DIGIT and last >= T_ARABIC:
                found |= MAY_SHOW | DIFFERS if last == T_ARABIC else MAY_STAND
        if trait != T_SYMBOL or last != T_SYMBOL:
            before, last = last, trait
    return found | DIFFERS if singles == 2 and letters == 1 else found
