"""Compiled loops of folding, disguise and terms. Imported at first use: ``import numba`` takes half a second.

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
inlined = numba.njit(cache=True, nogil=True, inline="always")  # a call with arrays costs more than their use


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
        if marks >= 5:
            found |= MAY_SHOW
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
        if trait != T_MARK and not (trait == T_SYMBOL and last == T_SYMBOL):
            before, last = last, trait
    return found | DIFFERS if singles == 2 and letters == 1 else found


# -- terms ---------------------------------------------------------------------------------------------------

Hashes = NDArray[np.uint64]

PREFIX_NONE, PREFIX_CONJUNCTION, PREFIX_ANY, PREFIX_DEFINITE = 1, 2, 4, 8
"""What may stand before a term in its word; of a prefix, bits 4 and up hold the letters of its article."""
SUFFIX_NONE, SUFFIX_ANY, SUFFIX_SOME = 1, 2, 4
"""What may stand behind a term in its word: nothing; a pronoun or nothing; a pronoun."""
LETTERS, PREFIXES, SUFFIXES = 0, 256, 256 + 10_000
"""Where the parts of the array of affixes begin: digits of each letter from U+0600 (low half for prefixes, high half
for suffixes), classes of prefixes (decimal digits, first letter lowest), of suffixes (octal, last letter lowest)."""
AFFIXES = SUFFIXES + 512
OWNER, BEFORE, BEHIND, LEAD, CORE, TAIL, PLACE = range(7)
"""Columns of a wording: number of its term; classes allowed before and behind; code points ahead of the first word,
from the first word to the last, and behind it; place in the text of all wordings."""
HEADER = 7
"""A record holds the first six columns, how many records of its slot are left, and the wording."""
MOST_WORDS = 60
"""Words of a term that are hashed; further words are compared only."""
TEXT, TERM, START, END, FIRST, LAST = range(6)
"""Columns of a hit: number of the text and of the term, place in the folded text, place in the original."""

_SEED, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x9E3779B97F4A7C15)
_ONE, _HALF, _SIX, _LOW, _PLACE = np.uint64(1), np.uint64(32), np.uint64(6), np.uint64(63), np.uint64(0xFFFFFFFF)


@inlined
def _finish(value: np.uint64) -> np.uint64:
    return (value ^ (value >> _HALF)) * _PRIME | _ONE


@jit
def shapes(pool: Codes, bounds: Bounds, kinds: Kinds) -> Codes:
    """The columns of a wording from `LEAD` on."""
    out = np.zeros((bounds.size - 1, PLACE - LEAD + 1), dtype=np.int32)
    for k in range(bounds.size - 1):
        begin, end, words, inside = bounds[k], bounds[k + 1], 0, False
        first = last = begin
        for i in range(begin, end):
            word = kinds[pool[i]] & IS_WORD != 0
            if word and not inside:
                if words == MOST_WORDS:
                    break
                words += 1
                if words == 1:
                    first = i
            if word:
                last = i + 1
            inside = word
        out[k, 0], out[k, 1], out[k, 2], out[k, 3] = first - begin, last - first, end - last, begin
    return out


@jit
def hash_all(pool: Codes, wordings: Codes, kinds: Kinds, sieve: Hashes) -> Hashes:
    """The hash of each wording from its first word to its last, entered in the sieve with those of its beginnings.

    A word is hashed by its letters, a wording by the hashes of its words and what stands between them.
    """
    out = np.empty(wordings.shape[0], dtype=np.uint64)
    for p in range(wordings.shape[0]):
        begin = wordings[p, PLACE] + wordings[p, LEAD]
        end = begin + wordings[p, CORE]
        value, word, first = _SEED, _SEED, True
        for i in range(begin, end):
            if not kinds[pool[i]] & IS_WORD:
                value = (value ^ np.uint64(pool[i])) * _PRIME
                continue
            word = (word ^ np.uint64(pool[i])) * _PRIME
            if i + 1 < end and kinds[pool[i + 1]] & IS_WORD:
                continue
            value = word if first else (value ^ word) * _PRIME
            word, first = _SEED, False
            found = _finish(value)
            at = found >> _HALF & np.uint64(sieve.size - 2)
            sieve[at if i + 1 == end else at | _ONE] |= _ONE << (found >> _SIX & _LOW)
        out[p] = _finish(value)
    return out


@jit
def record_all(pool: Codes, wordings: Codes, hashes: Hashes, table: Hashes, records: Codes) -> None:
    """Write the records of wordings sorted by hash, and enter the first of each in the table.

    A slot of the table holds the high half of a hash, and one more than the place of the record; wordings whose
    hashes share the high half stand side by side. The size of the table is a power of two.
    """
    place, mask = 0, table.size - 1
    for p in range(wordings.shape[0]):
        if p == 0 or hashes[p] >> _HALF != hashes[p - 1] >> _HALF:
            slot = np.int64(hashes[p] >> _HALF) & mask
            while table[slot]:
                slot = (slot + 1) & mask
            table[slot] = hashes[p] & ~_PLACE | np.uint64(place + 1)
        same = 1
        while p + same < wordings.shape[0] and hashes[p + same] >> _HALF == hashes[p] >> _HALF:
            same += 1
        for column in range(HEADER - 1):
            records[place + column] = wordings[p, column]
        records[place + HEADER - 1] = same
        place += HEADER
        for i in range(wordings[p, LEAD] + wordings[p, CORE] + wordings[p, TAIL]):
            records[place + i] = pool[wordings[p, PLACE] + i]
        place += wordings[p, LEAD] + wordings[p, CORE] + wordings[p, TAIL]


_HELD = 512
"""Candidates held before they are looked up: one after another, so that the memory answers many at a time."""
_AHEAD = 2048
"""Words of a text taken apart at a time."""


@jit
def scan(codes: Codes, bounds: Bounds, sources: Codes, sizes: Bounds, kinds: Kinds, affixes: Kinds, table: Hashes,
         sieve: Hashes, records: Codes, most: int, hits: Codes) -> tuple[int, int]:
    """Find all terms in folded texts; returns how many texts were read, and the number of `hits` in them.

    Every word is hashed from each place where a prefix may end to each place where a suffix may begin; where some
    term begins with it, the next words join the hash. What passes the sieve is a candidate (`_look_up`). sizes:
    lengths of the original texts, into which `sources` lead. sieve: a word of bits for what is in the table, beside
    one for the beginnings of terms. most: hits of one text; a text for which fewer rows than that are left is not
    begun.
    """
    count, pairs = 0, np.uint64(sieve.size - 2)
    found = np.empty(_HELD, dtype=np.uint64)
    places = np.empty((_HELD, 4), dtype=np.int32)  # beginning, end, classes of prefix, of suffix
    words = np.empty((_AHEAD, 3), dtype=np.int64)  # beginning, end, classes of suffixes
    hashes = np.empty((_AHEAD, 4), dtype=np.uint64)  # of the word without its last 0 to 3 letters
    own = np.empty(4, dtype=np.uint64)
    for text in range(bounds.size - 1):
        if hits.shape[0] - count < most:
            return text, count
        base, size = bounds[text], bounds[text + 1]
        i, full, held = base, count + most, 0
        while i < size and count < full:
            n = _take_apart(codes, i, size, kinds, affixes, words, hashes)
            ready = n if n < _AHEAD else n - MOST_WORDS
            for w in range(ready):
                start, end = words[w, 0], words[w, 1]
                before, cut, key, scale = PREFIX_NONE | PREFIX_CONJUNCTION | PREFIX_ANY, 0, 0, 1
                while True:
                    if before:
                        value = _SEED
                        for left in range(4):
                            own[left] = hashes[w, left]
                        if cut:
                            for j in range(start + cut, end):
                                value = (value ^ np.uint64(codes[j])) * _PRIME
                                if end - 1 - j < 4:
                                    own[end - 1 - j] = value
                        value, joined, last = own[0], _SEED, w
                        while True:
                            # One word more: without its suffixes, and whole. The whole one may begin a longer term.
                            behind, hashed = words[last, 2], _finish(value)
                            for left in range(4):
                                allowed = behind >> 3 * left & 7
                                if not allowed or (left and words[last, 1] - left <= (start + cut if last == w else 0)):
                                    continue
                                mark = hashed
                                if left:
                                    mark = _finish(own[left] if last == w else (joined ^ hashes[last, left]) * _PRIME)
                                if not sieve[mark >> _HALF & pairs] >> (mark >> _SIX & _LOW) & _ONE:
                                    continue
                                found[held] = mark
                                places[held, 0], places[held, 1] = start + cut, words[last, 1] - left
                                places[held, 2], places[held, 3] = before, allowed
                                held += 1
                                if held == _HELD:
                                    count = _look_up(codes, base, size, sources, sizes[text], kinds, table, records,
                                                     text, found, places, held, full, hits, count)
                                    held = 0
                            begins = sieve[hashed >> _HALF & pairs | _ONE] >> (hashed >> _SIX & _LOW) & _ONE
                            if not begins or last + 1 == n or last - w == MOST_WORDS - 1:
                                break
                            joined = value
                            for j in range(words[last, 1], words[last + 1, 0]):
                                joined = (joined ^ np.uint64(codes[j])) * _PRIME
                            last += 1
                            value = (joined ^ hashes[last, 0]) * _PRIME
                    # The next prefix of the word.
                    if cut == 4 or start + cut + 1 >= end:
                        break
                    letter = codes[start + cut]
                    digit = int(np.int64(affixes[LETTERS + letter - 0x600])) & 15 if 0x600 <= letter < 0x700 else 0
                    if not digit:
                        break
                    key += digit * scale
                    scale *= 10
                    cut += 1
                    before = int(np.int64(affixes[PREFIXES + key]))
            i = words[ready, 0] if ready < n else size
        if held:
            count = _look_up(codes, base, size, sources, sizes[text], kinds, table, records, text, found, places, held,
                             full, hits, count)
    return bounds.size - 1, count


@jit
def _take_apart(codes: Codes, i: int, size: int, kinds: Kinds, affixes: Kinds, words: Bounds, hashes: Hashes) -> int:
    """Take the words of ``codes[i:size]`` apart: places, what may be cut off behind, hashes; returns how many."""
    n = 0
    while n < words.shape[0]:
        while i < size and not kinds[codes[i]] & IS_WORD:
            i += 1
        if i == size:
            break
        start, value = i, _SEED
        while i < size and kinds[codes[i]] & IS_WORD:
            hashes[n, 3], hashes[n, 2], hashes[n, 1] = hashes[n, 2], hashes[n, 1], value
            value = (value ^ np.uint64(codes[i])) * _PRIME
            i += 1
        hashes[n, 0] = value
        # Three bits of classes for each number of letters cut off, 0 to 3.
        behind, tail, power = SUFFIX_NONE | SUFFIX_ANY, 0, 1
        for length in range(1, min(4, i - start)):
            letter = codes[i - length]
            digit = int(np.int64(affixes[LETTERS + letter - 0x600])) >> 4 if 0x600 <= letter < 0x700 else 0
            if not digit:
                break
            tail += digit * power
            power *= 8
            behind |= int(np.int64(affixes[SUFFIXES + tail])) << 3 * length
        words[n, 0], words[n, 1], words[n, 2] = start, i, behind
        n += 1
    return n


@jit
def _look_up(codes: Codes, base: int, size: int, sources: Codes, whole: int, kinds: Kinds, table: Hashes,
             records: Codes, text: int, found: Hashes, places: Codes, held: int, full: int, hits: Codes,
             count: int) -> int:
    """Compare candidates of a text with the records of their hashes, code point by code point; returns the hits."""
    slots = table.size - 1
    for k in range(held):  # the slots first, each for itself: what the memory takes long for, it does side by side
        slot = np.int64(found[k] >> _HALF) & slots
        while table[slot] and table[slot] >> _HALF != found[k] >> _HALF:
            slot = (slot + 1) & slots
        found[k] = table[slot] & _PLACE
    for k in range(held):
        record = np.int64(found[k]) - 1
        if record < 0:
            continue
        start, end, before, behind = places[k, 0], places[k, 1], places[k, 2], places[k, 3]
        for _ in range(records[record + HEADER - 1]):
            if count == full:
                return count
            p = record
            lead, core, finish = records[p + LEAD], records[p + CORE], end + records[p + TAIL]
            begin = start - lead
            record += HEADER + lead + core + finish - end
            if (core != end - start or not records[p + BEFORE] & before or not records[p + BEHIND] & behind
                    or begin < base or finish > size):
                continue
            if lead and begin > base and kinds[codes[begin - 1]] & IS_WORD:
                continue
            if finish > end and finish < size and kinds[codes[finish]] & IS_WORD:
                continue
            n, first = begin, p + HEADER - begin
            while n < finish and records[first + n] == codes[n]:
                n += 1
            if n < finish:
                continue
            if records[p + BEFORE] == PREFIX_DEFINITE:
                begin -= before >> 4  # the article belongs to a term that has it
            after = sources[finish] if finish < size else whole
            hits[count, TEXT], hits[count, TERM] = text, records[p + OWNER]
            hits[count, START], hits[count, END] = begin - base, finish - base
            hits[count, FIRST], hits[count, LAST] = sources[begin], max(after, sources[finish - 1] + 1)
            count += 1
    return count
