"""Compiled loops of the text sketch and its index: letters, winnowing, posting lists, votes, alignment.

A *letter* is one byte: the class of a folded letter (see ``turs.match.sketch``), never 0. A *step* says in
one byte how far the original of a letter reaches and where the next letter begins. A *piece* is a text, or
up to ``PIECE`` letters of a long one. A *posting* is 64 bits: 36 of the shingle's hash, then 28 of the piece.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

GRAM, WINDOW = 8, 6
"""Letters of a shingle; hashes of which winnowing keeps the least: any 13 equal letters share one."""

SHORTEST = 20
"""Letters below which a text has no shingles."""

ID_BITS = 28
WIDTH_BITS = 3
WIDE = (1 << (8 - WIDTH_BITS)) - 1
"""A step whose gap says this has its gap in a list of its own."""

SEED = 6
"""Equal letters that begin an aligned stretch."""

CHAIN = 20
"""Least score of a chain of aligned stretches: its letters less what its breaks cost."""

THIN = (48, 768)
"""Shingles of a query beyond each of which only half are looked up."""

DEEPER, LONG = 16, 4096
"""How many times as many postings are read for a text of nothing but common phrases; lengths are counted so far."""

DRIFT, BRIDGE = 4, 16
"""Letters by which the two sides of a bridge may differ, and of its longer side."""

LOOK_BACK, TRIES, STRETCHES = 24, 16, 2048
"""Bounds of alignment: earlier stretches that one may follow, places tried for a seed, stretches of a pair."""

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

jit = numba.njit(cache=True, nogil=True)


@jit
def letters(
    codes: Ints, bounds: Longs, sources: Ints, sizes: Longs, table: Bytes, out: Bytes, places: Ints, ends: Ints,
    starts: Longs,
) -> int:
    """Letters of folded texts ``codes[bounds[k]:bounds[k + 1]]``, back to back; returns how many.

    sizes: code points of each original. places, ends: get where each letter stands in its own original.
    starts: gets where each text begins in `out`, and the end. Web addresses and @names are no wording of
    the author: they are left out.
    """
    place = 0
    for text in range(bounds.size - 1):
        begin, end = bounds[text], bounds[text + 1]
        starts[text] = place
        i = begin
        while i < end:
            code = codes[i]
            kind = table[code] if code < table.size else 128 + code % 127
            if kind != 0:
                out[place] = kind
                places[place] = sources[i]
                after = sources[i + 1] if i + 1 < end else sizes[text]
                ends[place] = max(after, sources[i] + 1)
                place += 1
            elif code == 0x3A and i + 2 < end and codes[i + 1] == 0x2F and codes[i + 2] == 0x2F:
                back = 0
                while back < 7 and i - 1 - back >= begin and 0x61 <= codes[i - 1 - back] <= 0x7A:
                    back += 1
                if 3 <= back <= 6 and codes[i - back] == 0x68:  # http, https, hxxp
                    place -= back
                    while i < end and 0x20 < codes[i] < 0x7F:
                        i += 1
                    continue
            elif code == 0x40 and (i == begin or codes[i - 1] == 0x20):
                i += 1
                while i < end and (0x61 <= codes[i] <= 0x7A or 0x30 <= codes[i] <= 0x39 or codes[i] == 0x5F):
                    i += 1
                continue
            i += 1
    starts[bounds.size - 1] = place
    return place


@jit
def pack(places: Ints, ends: Ints, starts: Longs, steps: Bytes, wide_at: Longs, wide_gap: Ints) -> int:
    """Steps of letters, the gaps that no step holds into a list; returns the length of that list."""
    count = 0
    for text in range(starts.size - 1):
        for i in range(starts[text], starts[text + 1]):
            width = min(ends[i] - places[i], 1 << WIDTH_BITS)
            gap = places[i + 1] - places[i] - width if i + 1 < starts[text + 1] else 0
            if gap < 0:  # several letters of one code point: «ﷺ»
                width, gap = 1, max(places[i + 1] - places[i] - 1, -1)
            if gap < 0 or gap >= WIDE:
                wide_at[count] = i
                wide_gap[count] = gap
                count += 1
                gap = WIDE
            steps[i] = (width - 1) | (gap << WIDTH_BITS)
    return count


@jit
def winnow(letters: Bytes, starts: Longs, first: int, out: Words, ends: Longs) -> int:
    """Winnowed shingles of each piece (Schleimer, Wilkerson, Aiken 2003), back to back; returns how many.

    out: gets the hash in the high 36 bits and ``first`` + the number of the piece in the low 28. ends: gets
    the end of each piece in `out`. Of equal least hashes in a window the last is kept, once.
    """
    count = 0
    ring = np.zeros(8, dtype=np.uint64)
    for piece in range(starts.size - 1):
        begin, end = starts[piece], starts[piece + 1]
        if end - begin < SHORTEST:
            ends[piece] = count
            continue
        mark = np.uint64(first + piece)
        gram = np.uint64(0)
        least, chosen, kept = np.uint64(0), -1, -1
        for i in range(begin, end):
            gram = (gram << np.uint64(8)) | np.uint64(letters[i])
            place = i - begin - (GRAM - 1)
            if place < 0:
                continue
            x = gram * np.uint64(0x9E3779B97F4A7C15)
            x ^= x >> np.uint64(32)
            x *= np.uint64(0xD6E8FEB86659FD93)
            x = (x >> np.uint64(ID_BITS)) << np.uint64(ID_BITS)
            ring[place & 7] = x
            if chosen < 0 or x <= least:
                least, chosen = x, place
            elif chosen <= place - WINDOW:
                chosen = place - WINDOW + 1
                least = ring[chosen & 7]
                for j in range(chosen + 1, place + 1):
                    if ring[j & 7] <= least:
                        least, chosen = ring[j & 7], j
            if place >= WINDOW - 1 and chosen != kept:
                out[count] = least | mark
                count += 1
                kept = chosen
        ends[piece] = count
    return count


@jit
def thin(hashes: Words, ends: Longs, rates: NDArray[np.float64]) -> int:
    """Keep part of the shingles of long queries, in place, chosen by bits of their hash; returns how many stay.

    ends: brought up to date. rates: gets the share that stays of each piece.
    """
    first, count = 0, 0
    for piece in range(ends.size):
        last = ends[piece]
        keep = np.uint64(0)
        rates[piece] = 1.0
        for limit in THIN:
            if last - first > limit:
                keep = (keep << np.uint64(1)) | np.uint64(1)
                rates[piece] /= 2.0
        for k in range(first, last):
            if (hashes[k] >> np.uint64(ID_BITS)) & keep == 0:
                hashes[count] = hashes[k]
                count += 1
        first = last
        ends[piece] = count
    return count


@jit
def unique(postings: Words) -> int:
    """Drop repetitions of a sorted array in place; returns its new length."""
    if postings.size == 0:
        return 0
    count = 1
    for i in range(1, postings.size):
        if postings[i] != postings[count - 1]:
            postings[count] = postings[i]
            count += 1
    return count


@jit
def directory(postings: Words, bits: int) -> NDArray[np.uint32]:
    """Where the postings of each leading `bits` of the hash begin, and the end; shape (2**bits + 1,)."""
    out = np.zeros((1 << bits) + 1, dtype=np.uint32)
    shift = np.uint64(64 - bits)
    for i in range(postings.size):
        out[np.int64(postings[i] >> shift) + 1] += np.uint32(1)
    for i in range(1, out.size):
        out[i] += out[i - 1]
    return out


@jit
def sound(
    postings: Words, offsets: NDArray[np.uint32], bits: int, starts: Longs, owners: Ints, letters: int, entries: int,
    wide_at: Longs,
) -> bool:
    """Whether every number in the arrays of a segment points inside them, and what is sorted is sorted."""
    mask = np.uint64((1 << ID_BITS) - 1)
    pieces = np.uint64(owners.size)
    for i in range(postings.size):
        if postings[i] & mask >= pieces or (i and postings[i] <= postings[i - 1]):
            return False
        bucket = np.int64(postings[i] >> np.uint64(64 - bits))
        if not np.int64(offsets[bucket]) <= i < np.int64(offsets[bucket + 1]):
            return False
    for i in range(offsets.size - 1):
        if offsets[i] > offsets[i + 1]:
            return False
    if np.int64(offsets[0]) != 0 or np.int64(offsets[offsets.size - 1]) != postings.size:
        return False
    for i in range(owners.size):
        if starts[i] > starts[i + 1] or not 0 <= owners[i] < entries or (i and owners[i] < owners[i - 1]):
            return False
    if starts[0] != 0 or starts[starts.size - 1] != letters:
        return False
    good = True
    for i in range(wide_at.size):
        good &= 0 <= wide_at[i] < letters and (i == 0 or wide_at[i] > wide_at[i - 1])
    return good


@jit
def lists(
    hashes: Words, postings: Words, offsets: NDArray[np.uint32], bits: int, dead: Bytes, gone: int,
    lows: NDArray[np.uint32], highs: NDArray[np.uint32], lengths: Ints,
) -> None:
    """Find the posting list of each shingle in one segment. lows, highs: get where it begins and ends.

    dead: 1 for each piece that was removed; gone: 0 where there is none. lengths: gets added how many living
    pieces the list holds, up to `LONG` over all segments.
    """
    mask = np.uint64((1 << ID_BITS) - 1)
    shift = np.uint64(64 - bits)
    block = 64
    begins, ends = np.empty(block, dtype=np.int64), np.empty(block, dtype=np.int64)
    tops = np.empty(block, dtype=np.uint64)
    for base in range(0, hashes.size, block):
        size = min(block, hashes.size - base)
        # Loops of their own, so that the waits for memory of many shingles overlap.
        for k in range(size):
            bucket = np.int64(hashes[base + k] >> shift)
            begins[k], ends[k] = offsets[bucket], offsets[bucket + 1]
        for k in range(size):
            tops[k] = postings[begins[k]] if begins[k] < ends[k] else np.uint64(0)
        for k in range(size):
            shingle = hashes[base + k] & ~mask
            low, high = begins[k], ends[k]
            if tops[k] < shingle:
                low = _first(postings, low, high, shingle)
            if low < high and postings[high - 1] > shingle | mask:
                high = _first(postings, low, high, (shingle | mask) + np.uint64(1))
            lows[base + k], highs[base + k] = low, high
            length = lengths[base + k]
            if gone:
                while low < high and length < LONG:
                    length += 1 - dead[np.int64(postings[low] & mask)]
                    low += 1
            lengths[base + k] = min(length + high - low, LONG)


@jit
def _first(postings: Words, low: int, high: int, value: np.uint64) -> int:
    """The first place from `low` to `high` that holds `value` or more."""
    while high - low > 16:
        middle = (low + high) >> 1
        if postings[middle] < value:
            low = middle + 1
        else:
            high = middle
    while low < high and postings[low] < value:
        low += 1
    return low


@jit
def vote(
    ends: Longs, lows: NDArray[np.uint32], highs: NDArray[np.uint32], lengths: Ints, seen: Ints, starts: Longs,
    rates: NDArray[np.float64], postings: Words, entry_starts: Longs, dead: Bytes, gone: int,
    visits: int, fewest: int, ratio: float, slack: float, begin: int, candidates: Ints,
) -> tuple[int, int]:
    """Find, in one segment, the pieces that share shingles with each query piece from `begin` on.

    ends, rates: as `thin` leaves them. lows, highs, lengths: as `lists` leaves them, lengths of all segments.
    seen: postings already read for each shingle, in earlier segments; brought up to date. visits, fewest: living
    postings that a query reads over all segments, shared among its shingles; of each list it reads `fewest` in
    any case, and `DEEPER` times as many where three quarters of its lists are longer. ratio, slack: a candidate
    shares that share of the shingles which the shorter text is expected to have, less `slack`. candidates: rows
    of (query piece, piece, likelihood: what the shared shingles weigh, times their number by those expected); a
    shingle weighs less the more pieces hold it. Returns the query to go on with (less than all where
    `candidates` is full) and rows of `candidates`.
    """
    mask = np.uint64((1 << ID_BITS) - 1)
    most = 0
    for query in range(begin, ends.size):
        most = max(most, ends[query] - (ends[query - 1] if query else 0))
    weights = np.empty(LONG + 1, dtype=np.int64)
    for length in range(LONG + 1):
        weights[length] = np.int64(256.0 / np.sqrt(max(length, 1)))
    slots = np.zeros(64, dtype=np.int64)  # piece + 1, then 20 bits of weight, then 12 bits of votes
    touched = np.empty(64, dtype=np.int32)
    met = np.empty(64, dtype=np.uint64)
    now = np.empty(max(most, 1), dtype=np.int32)
    found = 0
    for query in range(begin, ends.size):
        first = ends[query - 1] if query else 0
        count = ends[query] - first
        if count == 0:
            continue
        cap, long, total = max(fewest, visits // count), 0, 0
        for k in range(first, first + count):
            long += lengths[k] > cap
        if 4 * long > 3 * count:
            cap *= DEEPER
        cap = min(cap, LONG)  # lengths are known so far: `met` is as long as they say
        for k in range(first, first + count):
            total += min(lengths[k], cap)
        room = 64
        while room < 2 * total:
            room *= 2
        if room > slots.size:
            slots, touched = np.zeros(room, dtype=np.int64), np.empty(room, dtype=np.int32)
            met = np.empty(room, dtype=np.uint64)
        # First read, then count: so that the waits for memory of all lists overlap.
        number = 0
        for k in range(count):
            low, high = np.int64(lows[first + k]), np.int64(highs[first + k])
            room_left = max(0, cap - seen[first + k])
            begun = number
            if gone:
                while low < high and number - begun < room_left:
                    met[number] = postings[low]
                    number += 1 - dead[np.int64(postings[low] & mask)]
                    low += 1
            else:
                for place in range(low, min(high, low + room_left)):
                    met[number] = postings[place]
                    number += 1
            now[k] = seen[first + k] + number - begun
        used, place = 0, 0
        for k in range(count):
            vote = (weights[lengths[first + k]] << 12) | 1
            for _ in range(now[k] - seen[first + k]):
                piece = np.int64(met[place] & mask) + 1
                place += 1
                slot = (piece * 0x9E3B) & (room - 1)
                while slots[slot] != 0 and slots[slot] >> 32 != piece:
                    slot = (slot + 1) & (room - 1)
                if slots[slot] == 0:
                    slots[slot] = piece << 32
                    touched[used] = slot
                    used += 1
                slots[slot] += vote
        size = starts[query + 1] - starts[query]
        before = found
        full = False
        for t in range(used):
            slot = touched[t]
            votes, weight = slots[slot] & 0xFFF, (slots[slot] >> 12) & 0xFFFFF
            if votes >= 2 and not full:
                piece = (slots[slot] >> 32) - 1
                shorter = min(size, entry_starts[piece + 1] - entry_starts[piece])
                expected = shorter * rates[query] * (2.0 / (WINDOW + 1))
                if votes >= ratio * expected - slack:
                    if found < candidates.shape[0]:
                        candidates[found, 0] = query
                        candidates[found, 1] = piece
                        candidates[found, 2] = np.int32(weight * votes / expected)
                        found += 1
                    else:
                        full = True
            slots[slot] = 0
        if full:
            return query, before
        for k in range(count):
            seen[first + k] = now[k]
    return ends.size, found


@jit
def verify(
    candidates: Ints, begin: int, cover: float, letters: Bytes, starts: Longs, entry_letters: Bytes,
    entry_starts: Longs, pairs: Ints, stretches: Ints,
) -> tuple[int, int, int]:
    """Align candidates, from row `begin` on, in one segment.

    candidates: as `vote` leaves them, those of a query together. cover: share of the shorter piece that must be
    aligned for a pair to be told. pairs: rows of (query piece, piece, aligned
    letters, bridged letters, stretches). stretches: rows of (query letter, entry letter, letters). Returns the
    row to go on with (less than all where `stretches` is full), rows of `pairs` and rows of `stretches`.
    """
    longest = 64
    for row in range(begin, candidates.shape[0]):
        longest = max(longest, starts[candidates[row, 0] + 1] - starts[candidates[row, 0]])
    heads = np.full(8 * longest, -1, dtype=np.int32)
    nexts = np.empty(longest, dtype=np.int32)
    grams = np.empty(longest, dtype=np.uint64)
    marks = np.zeros(longest, dtype=np.uint8)
    work = np.empty((6, STRETCHES), dtype=np.int32)
    found, lines, last, bits = 0, 0, -1, 8
    for row in range(begin, candidates.shape[0]):
        query, piece = candidates[row, 0], candidates[row, 1]
        own = letters[starts[query] : starts[query + 1]]
        if query != last:
            heads[: 1 << bits] = -1
            bits = 8
            while (1 << bits) < 4 * own.size:
                bits += 1
            _seeds(own, grams, heads, nexts, bits)
            last = query
        entry = entry_letters[entry_starts[piece] : entry_starts[piece + 1]]
        aligned, bridged, kept, number = _align(own, entry, grams, heads, nexts, bits, marks, work)
        if aligned == 0 or aligned < cover * min(own.size, entry.size):
            continue
        if found >= pairs.shape[0] or lines + kept > stretches.shape[0]:
            return row, found, lines
        pairs[found, 0] = query
        pairs[found, 1] = piece
        pairs[found, 2] = aligned
        pairs[found, 3] = bridged
        pairs[found, 4] = kept
        found += 1
        for a in range(number):
            if work[5, a]:
                stretches[lines, 0] = work[0, a]
                stretches[lines, 1] = work[1, a]
                stretches[lines, 2] = work[2, a]
                lines += 1
    return candidates.shape[0], found, lines


@jit
def spans(
    pairs: Ints, stretches: Ints, places: Ints, ends: Ints, starts: Longs,
    steps: Bytes, wide_at: Longs, wide_gap: Ints, entry_starts: Longs, firsts: Ints, out: Ints,
) -> None:
    """Where each stretch stands in both originals. out: rows of (query start, end, entry start, end)."""
    line = 0
    for pair in range(pairs.shape[0]):
        query, piece = starts[pairs[pair, 0]], pairs[pair, 1]
        i = entry_starts[piece]
        at = firsts[piece]
        wide = np.searchsorted(wide_at, i)
        begin = i
        for _ in range(pairs[pair, 4]):
            first, size = stretches[line, 0], stretches[line, 2]
            out[line, 0] = places[query + first]
            out[line, 1] = ends[query + first + size - 1]
            for edge in range(2):
                goal = begin + stretches[line, 1] + (size - 1 if edge else 0)
                while i < goal:
                    gap = np.int64(steps[i] >> WIDTH_BITS)
                    if gap == WIDE:
                        gap = wide_gap[wide]
                        wide += 1
                    at += (steps[i] & ((1 << WIDTH_BITS) - 1)) + 1 + gap
                    i += 1
                out[line, 2 + edge] = at if edge == 0 else at + (steps[i] & ((1 << WIDTH_BITS) - 1)) + 1
            line += 1


@jit
def _place(gram: np.uint64, bits: int) -> int:
    return int((gram * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits))


@jit
def _seeds(text: Bytes, grams: Words, heads: Ints, nexts: Ints, bits: int) -> None:
    """Chain the places of every `SEED` letters of a text, first place first."""
    gram = np.uint64(0)
    keep = np.uint64((1 << (8 * SEED)) - 1)
    for i in range(text.size):
        gram = ((gram << np.uint64(8)) | np.uint64(text[i])) & keep
        if i >= SEED - 1:
            grams[i - SEED + 1] = gram
    for i in range(text.size - SEED, -1, -1):
        place = _place(grams[i], bits)
        nexts[i] = heads[place]
        heads[place] = i


@jit
def _align(
    query: Bytes, entry: Bytes, grams: Words, heads: Ints, nexts: Ints, bits: int, marks: Bytes, work: Ints
) -> tuple[int, int, int, int]:
    """Aligned letters, bridged letters, kept stretches, and all stretches of two pieces.

    Bridged are the letters between stretches where both texts go on in step: a word for a word, a slip.

    Greedy longest common stretches along the entry, then collinear chaining (after Li, *Minimap2*, 2018).
    work: rows query place, entry place, letters, score, stretch before, kept.
    """
    number = _stretches(query, entry, grams, heads, nexts, bits, work)
    for a in range(number):
        best, before = 0, -1
        i, j, size = work[0, a], work[1, a], work[2, a]
        for b in range(a - 1, max(-1, a - 1 - LOOK_BACK), -1):
            gap_i = i - work[0, b] - work[2, b]
            gap_j = j - work[1, b] - work[2, b]
            if gap_i < -3:
                continue
            drift = abs(gap_i - gap_j)
            score = work[3, b] - 1 - (drift >> 1) - (max(0, min(gap_i, gap_j)) >> 3) + min(0, gap_i)
            if score > best:
                best, before = score, b
        work[3, a] = size + best
        work[4, a] = before
        work[5, a] = 0
    aligned, bridged, kept, covered = 0, 0, 0, 0
    while True:
        top, last = CHAIN - 1, -1
        for a in range(number):
            if work[5, a] == 0 and work[3, a] > top:
                top, last = work[3, a], a
        if last < 0:
            break
        a = last
        while a >= 0 and work[5, a] == 0:
            a = work[4, a]
        if a >= 0 and top - work[3, a] < CHAIN:  # the rest of a chain that is kept already
            work[3, last] = 0
            continue
        a = last
        while a >= 0 and work[5, a] == 0:
            work[5, a] = 1
            kept += 1
            aligned += work[2, a]
            for k in range(work[0, a], work[0, a] + work[2, a]):
                if marks[k] == 0:
                    marks[k] = 1
                    covered += 1
            b = work[4, a]
            if b >= 0 and work[5, b] == 0:
                gap_i = work[0, a] - work[0, b] - work[2, b]
                gap_j = work[1, a] - work[1, b] - work[2, b]
                if abs(gap_i - gap_j) <= DRIFT and max(gap_i, gap_j) <= BRIDGE:
                    bridged += max(0, min(gap_i, gap_j))
            a = b
    if kept:
        marks[: query.size] = 0
    return min(aligned, covered), bridged, kept, number


@jit
def _stretches(
    query: Bytes, entry: Bytes, grams: Words, heads: Ints, nexts: Ints, bits: int, work: Ints
) -> int:
    """Stretches of equal letters, disjoint in the entry, longest first at each place.

    Every second place is tried: a stretch of `SEED` + 1 letters or more is found, one of `SEED` by chance.
    """
    keep = np.uint64((1 << (8 * SEED)) - 1)
    number, drift, gram, ready, j, done = 0, 0, np.uint64(0), -1, 0, 0
    while j + SEED <= entry.size and number < STRETCHES:
        if ready != j:
            for k in range(j, j + SEED - 2):
                gram = (gram << np.uint64(8)) | np.uint64(entry[k])
        last = j + SEED - 1
        gram = ((gram << np.uint64(16)) | (np.uint64(entry[last - 1]) << np.uint64(8)) | np.uint64(entry[last])) & keep
        size, where, tries = 0, -1, 0
        i = heads[_place(gram, bits)]
        while i >= 0 and tries < TRIES:
            if grams[i] == gram:
                tries += 1
                reach = SEED
                while i + reach < query.size and j + reach < entry.size and query[i + reach] == entry[j + reach]:
                    reach += 1
                if reach > size or (reach == size and abs(i - j - drift) < abs(where - j - drift)):
                    size, where = reach, i
            i = nexts[i]
        if size == 0:
            j += 2
            ready = j
            continue
        if j > done and where > 0 and query[where - 1] == entry[j - 1]:
            where, j, size = where - 1, j - 1, size + 1
        work[0, number] = where
        work[1, number] = j
        work[2, number] = size
        number += 1
        drift = where - j
        j += size
        done, ready = j, -1
    return number
