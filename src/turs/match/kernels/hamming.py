"""Inner loops of the Hamming index: build its tables, and find what is near to a code.

The index is handed over as a *plan*: the address of a row of 64-bit numbers, sizes and addresses of arrays in the
order of the constants below. One address instead of fourteen arrays saves most of the cost of a call from Python.
Scratch memory comes from the caller as well: `WORK` words, zeros at first, and behind them room for hits of three words
each (number of the query, distance, key).

Time goes into waiting for memory, so every step first asks for all the cache lines it will want (`prefetch`).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numba import njit
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from turs.match.kernels.raw import load8, load32, load64, lowest, near_halves, near_pieces, ones, pointer, prefetch

PIECES, VALUES = 16, 65536
STRIDE = VALUES + 16
"""Offsets of a table: where the bucket of every value begins, then the number of entries."""
PAD = 32
"""Places behind the last piece that are read, and not used."""

SIZE, OFFSETS, NEXTS, NUMBERS, WIDTH, CODES, KEYS, GONE = range(8)
TAIL, TAIL_CODES, TAIL_HEADS, TAIL_ROOM, TAIL_KEYS = range(8, 13)
PLAN = 16
"""SIZE: entries in the tables. WIDTH: bytes of an entry's number. GONE: bitmap of removed entries, or 0; the entries
of the tail follow those of the tables. TAIL_HEADS: first words of the codes, then at TAIL_ROOM their second words."""

_FLIPS = [sum(1 << bit for bit in bits) for count in range(4) for bits in combinations(range(16), count)]
MASKS = np.array(_FLIPS, dtype=np.uint16)
MASK_BITS = np.array([mask.bit_count() for mask in _FLIPS], dtype=np.int64)
COUNTS = np.array([1, 17, 137, 697], dtype=np.int64)
"""How many values differ from one in at most 0, 1, 2, 3 bits."""

_JUNK, _DIFFER, _ORDER, _RANGES = 4, 8, 16, 32
"""Places in the scratch memory, in words; the query of `search_one` is at 0, its order (always zeros) at _ORDER."""
_FOUND = _RANGES + 2 * 704
_MOST_FOUND = 512
WORK = _FOUND + 3 * _MOST_FOUND
GROUP = 16
"""Queries (or tables) whose cache lines are asked for together."""
_SCAN = 240
"""Entries that are compared outright in the time of one probe in all tables."""
_SWEEP = 512
"""A table is read through beforehand where there are more queries than entries divided by this."""


@njit(nogil=True, cache=True)
def build(
    codes: NDArray[np.uint16], offsets: NDArray[np.uint32], nexts: NDArray[np.uint16], numbers: NDArray[np.uint8],
    width: int,
) -> None:
    """Sort entries into the sixteen tables, in the order of their numbers within a bucket.

    codes: shape (n, 16), the pieces. offsets: shape (16, STRIDE). nexts: shape (16 n + PAD,), for every entry of a
    bucket of table t its piece t + 1. numbers: shape (16 n width + 8,), its number, in `width` bytes.
    """
    size = codes.shape[0]
    columns = np.empty((PIECES, size), np.uint16)
    for first in range(0, size, 64):
        for table in range(PIECES):
            for number in range(first, min(size, first + 64)):
                columns[table, number] = codes[number, table]
    places = np.empty(VALUES, np.int64)
    for table in range(PIECES):
        column, following = columns[table], columns[(table + 1) % PIECES]
        places[:] = 0
        for number in range(size):
            places[column[number]] += 1
        total = 0
        for value in range(VALUES):
            offsets[table, value] = total
            count = places[value]
            places[value] = total + table * size
            total += count
        for value in range(VALUES, STRIDE):
            offsets[table, value] = total
        for number in range(size):
            value = column[number]
            place = places[value]
            places[value] = place + 1
            nexts[place] = following[number]
            place *= width
            numbers[place] = number & 255
            numbers[place + 1] = (number >> 8) & 255
            numbers[place + 2] = (number >> 16) & 255
            if width == 4:
                numbers[place + 3] = number >> 24


@njit(nogil=True, cache=True)
def offsets_hold(address: int, size: int) -> bool:
    """Offsets, shape (16, STRIDE), never lead outside the `size` entries of a table."""
    offsets = carray(pointer(address), (PIECES, STRIDE), np.uint32)
    for table in range(PIECES):
        last = np.uint32(0)
        wrong = False
        for value in range(STRIDE):
            now = offsets[table, value]
            wrong |= now < last
            last = now
        if wrong or last != size or offsets[table, 0] != 0:
            return False
    return True


@njit(nogil=True, cache=True)
def search_one(plan: int, code: bytes, limit: int, work: int, room: int) -> int:
    """Number of entries within `limit` bits of a code of 32 bytes; the first `room` are written behind the work."""
    words = carray(pointer(work), (8,), np.uint64)
    for word in range(4):
        value = np.uint64(0)
        for at in range(8):
            value |= np.uint64(code[8 * word + at]) << np.uint64(8 * at)
        words[word] = value
    return _search(plan, work, work + 8 * _ORDER, 1, limit, work, room)


@njit(nogil=True, cache=True)
def search_many(plan: int, queries: int, order: int, count: int, limit: int, work: int, room: int) -> int:
    """The same for `count` codes at the address `queries`.

    order: address of int64 of shape (16, count): for every table the numbers of the queries, best sorted by that piece.
    """
    return _search(plan, queries, order, count, limit, work, room)


@njit(nogil=True, cache=True)
def _search(plan: int, queries: int, order: int, count: int, limit: int, work: int, room: int) -> int:
    facts = carray(pointer(plan), (PLAN,), np.int64)
    found = 0
    if facts[SIZE] > 0:
        radius = limit >> 4
        if radius < 4 and facts[SIZE] > _SCAN * COUNTS[radius]:
            found = _tables(plan, queries, order, count, limit, work, room)
        else:
            for query in range(count):
                found = _scan(plan, queries, query, limit, work, room, found)
    if facts[TAIL] > 0:
        for query in range(count):
            found = _tail(plan, queries, query, limit, work, room, found)
    return found


@njit(nogil=True, cache=True)
def _tables(plan: int, queries: int, order: int, count: int, limit: int, work: int, room: int) -> int:
    """Multi-index hashing (Norouzi, Punjani, Fleet 2014) with the pigeonring test (Qin, Xiao 2018).

    Where two codes of 16 pieces differ in at most D bits, some piece differs in at most D/16, and together with the
    piece after it (around the ring) in at most 2D/16. So the buckets of all values that near are looked through for
    entries whose next piece is near enough, and only those are compared whole.
    """
    facts = carray(pointer(plan), (PLAN,), np.int64)
    size, nexts, numbers, width = facts[SIZE], facts[NEXTS], facts[NUMBERS], facts[WIDTH]
    pieces = carray(pointer(queries), (count * PIECES,), np.uint16)
    turns = carray(pointer(order), (PIECES * count,), np.int64)
    space = carray(pointer(work), (WORK,), np.int64)
    probes, both = COUNTS[limit >> 4], limit >> 3
    tables = PIECES if count < GROUP and probes <= 17 else 1
    group = GROUP if count >= GROUP and probes <= 17 else 1
    found = 0
    for table in range(0, PIECES, tables):
        if tables == 1 and count * _SWEEP >= size:
            space[_JUNK] = _read_through(nexts + 2 * table * size, 2 * size)
        for start in range(0, count, group):
            stop = min(count, start + group)
            for turn in range(start, stop):
                query = turns[table * count + turn]
                for t in range(table, table + tables):
                    offsets = facts[OFFSETS] + 4 * t * STRIDE
                    value = np.int64(pieces[PIECES * query + t])
                    prefetch(offsets + 4 * value)
                    if probes == 17:
                        for bit in range(4, 16):  # the lower four bits stay in the same cache line
                            prefetch(offsets + 4 * (value ^ (1 << bit)))
            at = _RANGES
            for turn in range(start, stop):
                query = turns[table * count + turn]
                for t in range(table, table + tables):
                    offsets = facts[OFFSETS] + 4 * t * STRIDE
                    value = np.int64(pieces[PIECES * query + t])
                    for probe in range(probes):
                        near = value ^ np.int64(MASKS[probe])
                        first = load32(offsets + 4 * near) + t * size
                        last = load32(offsets + 4 * near + 4) + t * size
                        space[at] = first
                        space[at + 1] = last
                        at += 2
                        line = nexts + 2 * first
                        while line < nexts + 2 * last:
                            prefetch(line)
                            line += 64
                        prefetch(nexts + 2 * last - 1)
            held = 0
            at = _RANGES
            for turn in range(start, stop):
                query = turns[table * count + turn]
                for t in range(table, table + tables):
                    following = np.int64(pieces[PIECES * query + ((t + 1) & 15)])
                    for probe in range(probes):
                        first, last = space[at], space[at + 1]
                        at += 2
                        left = both - MASK_BITS[probe]
                        while first < last:
                            bits = near_pieces(nexts + 2 * first, following, left)
                            if last - first < 32:
                                bits &= (np.uint64(1) << np.uint64(last - first)) - np.uint64(1)
                            while bits != 0:
                                place = (first + lowest(bits)) * width
                                bits &= bits - np.uint64(1)
                                prefetch(numbers + place)
                                space[_FOUND + 3 * held] = place
                                space[_FOUND + 3 * held + 1] = t
                                space[_FOUND + 3 * held + 2] = query
                                held += 1
                            if held > _MOST_FOUND - 32:
                                found = _compare(plan, queries, held, limit, work, room, found)
                                held = 0
                            first += 32
            found = _compare(plan, queries, held, limit, work, room, found)
    return found


@njit(nogil=True, cache=True)
def _compare(plan: int, queries: int, held: int, limit: int, work: int, room: int, found: int) -> int:
    """Compare candidates whole; an entry that an earlier table has given too is left to that table."""
    facts = carray(pointer(plan), (PLAN,), np.int64)
    size, numbers, width, codes, gone = facts[SIZE], facts[NUMBERS], facts[WIDTH], facts[CODES], facts[GONE]
    space = carray(pointer(work), (WORK,), np.int64)
    differ = carray(pointer(work + 8 * _DIFFER), (4,), np.uint64)
    by_piece = carray(pointer(work + 8 * _DIFFER), (PIECES,), np.uint16)
    cut = (np.int64(1) << (8 * width)) - 1
    kept = 0
    for candidate in range(_FOUND, _FOUND + 3 * held, 3):
        number = load32(numbers + space[candidate]) & cut
        if number < size:  # always, unless the file that was loaded was made to deceive
            prefetch(codes + 32 * number)
            space[_FOUND + 3 * kept] = number
            space[_FOUND + 3 * kept + 1] = space[candidate + 1]
            space[_FOUND + 3 * kept + 2] = space[candidate + 2]
            kept += 1
    for candidate in range(_FOUND, _FOUND + 3 * kept, 3):
        number, table, query = space[candidate], space[candidate + 1], space[candidate + 2]
        code, other = codes + 32 * number, queries + 32 * query
        a, b = load64(code) ^ load64(other), load64(code + 8) ^ load64(other + 8)
        c, d = load64(code + 16) ^ load64(other + 16), load64(code + 24) ^ load64(other + 24)
        distance = ones(a) + ones(b) + ones(c) + ones(d)
        if distance > limit or (gone != 0 and (load8(gone + (number >> 3)) >> (number & 7)) & 1):
            continue
        differ[0], differ[1], differ[2], differ[3] = a, b, c, d
        first = True
        for t in range(table):
            own = ones(np.uint64(by_piece[t]))
            if own <= limit >> 4 and own + ones(np.uint64(by_piece[(t + 1) & 15])) <= limit >> 3:
                first = False
                break
        if first:
            found = _put(work, room, found, query, distance, np.int64(load64(facts[KEYS] + 8 * number)))
    return found


@njit(nogil=True, cache=True)
def _scan(plan: int, queries: int, query: int, limit: int, work: int, room: int, found: int) -> int:
    """Compare all entries of the tables with one query."""
    facts = carray(pointer(plan), (PLAN,), np.int64)
    codes, gone, other = facts[CODES], facts[GONE], queries + 32 * query
    a, b, c, d = load64(other), load64(other + 8), load64(other + 16), load64(other + 24)
    for number in range(facts[SIZE]):
        code = codes + 32 * number
        distance = ones(load64(code) ^ a) + ones(load64(code + 8) ^ b)
        distance += ones(load64(code + 16) ^ c) + ones(load64(code + 24) ^ d)
        if distance <= limit and (gone == 0 or not (load8(gone + (number >> 3)) >> (number & 7)) & 1):
            found = _put(work, room, found, query, distance, np.int64(load64(facts[KEYS] + 8 * number)))
    return found


@njit(nogil=True, cache=True)
def _tail(plan: int, queries: int, query: int, limit: int, work: int, room: int, found: int) -> int:
    """Compare the entries that came last with one query: the first half of every code, then what is near whole."""
    facts = carray(pointer(plan), (PLAN,), np.int64)
    codes, gone, size, other = facts[TAIL_CODES], facts[GONE], facts[TAIL], queries + 32 * query
    firsts, seconds = facts[TAIL_HEADS], facts[TAIL_HEADS] + 8 * facts[TAIL_ROOM]
    a, b, c, d = load64(other), load64(other + 8), load64(other + 16), load64(other + 24)
    for start in range(0, size, 8):
        bits = near_halves(firsts + 8 * start, seconds + 8 * start, a, b, limit)
        while bits != 0:
            number = start + lowest(bits)
            bits &= bits - np.uint64(1)
            if number >= size:
                break
            code = codes + 32 * number
            distance = ones(load64(code) ^ a) + ones(load64(code + 8) ^ b)
            distance += ones(load64(code + 16) ^ c) + ones(load64(code + 24) ^ d)
            place = facts[SIZE] + number
            if distance <= limit and (gone == 0 or not (load8(gone + (place >> 3)) >> (place & 7)) & 1):
                found = _put(work, room, found, query, distance, np.int64(load64(facts[TAIL_KEYS] + 8 * number)))
    return found


@njit(nogil=True, cache=True)
def _put(work: int, room: int, found: int, query: int, distance: int, key: np.int64) -> int:
    if found < room:
        out = carray(pointer(work + 8 * (WORK + 3 * found)), (3,), np.int64)
        out[0], out[1], out[2] = query, distance, key
    return found + 1


@njit(nogil=True, cache=True)
def _read_through(address: int, size: int) -> np.int64:
    """Read memory from end to end, so that it is in the cache; the sum keeps the compiler from leaving it out."""
    total = np.int64(0)
    for at in range(address, address + size - 3, 64):
        total += load32(at)
    return total


def warm() -> None:
    """Compile, or load what was compiled before."""
    plan, work = np.zeros(PLAN, dtype=np.int64), np.zeros(WORK + 3, dtype=np.int64)
    search_one(plan.ctypes.data, bytes(32), 0, work.ctypes.data, 1)
    search_many(plan.ctypes.data, 0, 0, 0, 0, work.ctypes.data, 1)
    offsets = np.zeros((PIECES, STRIDE), dtype=np.uint32)
    build(np.zeros((1, PIECES), dtype=np.uint16), offsets, np.zeros(PIECES + PAD, dtype=np.uint16),
          np.zeros(3 * PIECES + 8, dtype=np.uint8), 3)  # fmt: skip
    offsets_hold(offsets.ctypes.data, 1)
