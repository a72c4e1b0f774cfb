"""Compiled loops of the term scanner: hashing whole words, and comparing what the hash finds. Imported at first use.

A *wording* is one folded form of a term; the tables are built once for a list (`shapes`, `hash_all`, `record_all`)
and read by `scan`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turs.text.kernels import IS_WORD, Bounds, Codes, Kinds, jit

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


@jit
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
