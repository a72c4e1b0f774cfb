"""Copies of known texts: whole or in part, edited, disguised, embedded in something else.

Three steps. *Candidates*: an inverted index of winnowed shingles (``turs.match.sketch``) gives the entries
that share enough of them with the query. *Verification*: the letters themselves are aligned, so that
chance and formulas that everybody uses do not make a match. *Scores*: letters aligned, as a share of the
shorter text (containment) and of both together (resemblance), with the stretches of both originals.

A posting list is read up to a bound that depends on the query alone, so a phrase that half the entries
hold costs no more than another. Entries live in sealed segments that grow by merging (a log-structured
merge tree); a change publishes a new tuple of segments, so readers never wait and never see half a change.

References: S. Schleimer, D. Wilkerson, A. Aiken, "Winnowing", SIGMOD 2003; A. Broder, "On the resemblance
and containment of documents", 1997; H. Li, "Minimap2", Bioinformatics 2018 (chaining); P. O'Neil and others,
"The log-structured merge-tree", 1996.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from turs.match import sketch, snapshot
from turs.match.sketch import SHORTEST, Letters
from turs.text import folding

VERSION = "copies/1"
KIND, FORMAT = "turs text index", 1
"""What a snapshot says it is."""

VISITS, FEWEST = 768, 12
"""Postings that a query reads, shared among its shingles; and of the list of each shingle in any case."""

RATIO, SLACK = 0.1, 0.5
"""A candidate shares this share of the shingles that the shorter text is expected to have, less so many."""

BLOCK = 4096
"""Shingles whose lists are looked up together."""

LIKELIEST, COVER = 12, 0.15
"""Candidates of a query that are verified besides as many as copies are asked for, at most; and the share of the
shorter piece that an aligned pair of pieces must cover to count."""

WHOLE, STEP = 0.7, 0.5
"""A text also matches where it goes in step with an entry for so much of the longer one (a word for a word, a slip
of the hand), and so much of the shorter one is the same."""

MOST = 20
"""Copies told of one query, unless more are asked for."""

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Copy:
    """An entry that shares text with the query.

    containment: letters aligned, as a share of the shorter of the two, above 0 to 1. resemblance: as a share
    of both together. shared: letters aligned. query_spans, entry_spans: stretches of the two originals that
    read the same, in code points; number k of one is number k of the other.
    """

    key: int
    containment: float
    resemblance: float
    shared: int
    query_spans: tuple[Span, ...]
    entry_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Copies(Sequence[tuple[Copy, ...]]):
    """Copies found for many queries, as arrays; ``copies[k]`` are those of query k, best first.

    offsets: where those of each query begin, and the end, shape (queries + 1,). keys, containment,
    resemblance, shared: shape (copies,). span_offsets: shape (copies + 1,). spans: rows of (query start,
    query end, entry start, entry end), in the order of the entry.
    """

    offsets: Longs
    keys: Longs
    containment: NDArray[np.float64]
    resemblance: NDArray[np.float64]
    shared: Ints
    span_offsets: Longs
    spans: Ints

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, query: Any) -> Any:
        if isinstance(query, slice):
            return [self[place] for place in range(*query.indices(len(self)))]
        if not -len(self) <= query < len(self):
            raise IndexError(f"query {query} of {len(self)}")
        query %= len(self)
        return tuple(self._copy(row) for row in range(int(self.offsets[query]), int(self.offsets[query + 1])))

    def _copy(self, row: int) -> Copy:
        spans = sorted(self.spans[self.span_offsets[row] : self.span_offsets[row + 1]].tolist())
        return Copy(
            int(self.keys[row]), float(self.containment[row]), float(self.resemblance[row]), int(self.shared[row]),
            tuple((start, end) for start, end, _, _ in spans), tuple((start, end) for _, _, start, end in spans),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Segment:
    """Sealed entries, in the order they were added. Arrays are never changed.

    letters, steps: of all pieces, back to back. wide_at, wide_gap: gaps that no step holds, by letter.
    starts, firsts, owners, dead: of each piece, where its letters begin (and the end), where its first letter
    stands in the original, its entry, 1 if removed. keys, sizes: of each entry, its key, its letters.
    postings, offsets: the inverted index and its directory.
    """

    letters: NDArray[np.uint8]
    steps: NDArray[np.uint8]
    wide_at: Longs
    wide_gap: Ints
    starts: Longs
    firsts: Ints
    owners: Ints
    dead: NDArray[np.uint8]
    keys: Longs
    sizes: Longs
    postings: NDArray[np.uint64]
    offsets: NDArray[np.uint32]
    order: Longs | None
    gone: int

    def __post_init__(self) -> None:
        for name in _ARRAYS:  # one kind of array, mapped or not: one compiled form of each kernel
            getattr(self, name).setflags(write=False)

    @property
    def bits(self) -> int:
        return (len(self.offsets) - 1).bit_length() - 1

    def find(self, key: int) -> int:
        """Number of the entry of `key`, -1 where it is not here."""
        if not -(1 << 63) <= key < 1 << 63:
            return -1
        number = int(self._numbers(np.array([key]))[0])
        return number if self.keys[number] == key and not self.dead[self.pieces(number).start] else -1

    def holds(self, keys: Longs) -> NDArray[np.bool_]:
        """Which of `keys` are here."""
        numbers = self._numbers(keys)
        found: NDArray[np.bool_] = (self.keys[numbers] == keys) & _living(self)[numbers]
        return found

    def _numbers(self, keys: Longs) -> Longs:
        """Number of the entry that has each key, if any has."""
        places = np.minimum(np.searchsorted(self.keys, keys, sorter=self.order), len(self.keys) - 1)
        return places if self.order is None else self.order[places]

    def pieces(self, number: int) -> slice:
        low, high = np.searchsorted(self.owners, (number, number + 1))
        return slice(int(low), int(high))


def least_containment(letters: int) -> float:
    """Share of the shorter text that must be aligned for a match, by its letters: short texts must agree more."""
    return float(_least(np.array([letters]))[0])


def _least(letters: Any) -> NDArray[np.float64]:
    least: NDArray[np.float64] = np.clip(0.22 + 23.0 / np.maximum(letters, 1), 0.0, 0.85)
    return least


class TextIndex:
    """Known texts, found again by their copies.

    >>> index = TextIndex(["اجتمع الوزراء يوم الخميس في العاصمة لبحث التعاون بين البلدين"])
    >>> [(copy.key, copy.containment) for copy in index.search("اجتمــع الوزراءُ يوم الخميس فى العاصمه 🔥🔥")]
    [(0, 1.0)]

    Keys are whole numbers of 64 bits, each used once; texts may repeat. A text of fewer than ``SHORTEST``
    letters is not kept: too many texts would hold it. One thread may write while others read.
    """

    def __init__(self, texts: Iterable[str] = (), keys: Iterable[int] | Longs | None = None) -> None:
        self._segments: tuple[_Segment, ...] = ()
        self._next = 0
        self._writing = threading.Lock()
        self.add_many(texts, keys)

    # -- writing -----------------------------------------------------------------------------------

    def add(self, text: str, key: int | None = None) -> int:
        """Add one text; returns its key, by default one more than the highest yet."""
        return int(self.add_many((text,), None if key is None else (key,))[0])

    def add_many(self, texts: Iterable[str], keys: Iterable[int] | Longs | None = None) -> Longs:
        """Add texts; returns their keys. ValueError where a key is in use, and nothing is added."""
        texts = texts if isinstance(texts, list | tuple) else list(texts)
        with self._writing:
            numbers = self._new_keys(len(texts), keys)
            if not len(texts):
                return numbers
            made, place = [], 0
            for batch in sketch.batches(texts):
                made.append(_sealed(sketch.letters_of(batch), numbers[place : place + len(batch)]))
                place += len(batch)
            segments = [*self._segments, _joined(made)]
            while len(segments) > 1 and len(segments[-2].postings) < 2 * len(segments[-1].postings):
                segments[-2:] = [_joined(segments[-2:])]
            self._next = max(self._next, int(numbers.max()) + 1)
            self._segments = tuple(segment for segment in segments if len(segment.keys))
            return numbers

    def remove(self, key: int) -> bool:
        """Take an entry out; False where there is none of that key."""
        with self._writing:
            for place, segment in enumerate(self._segments):
                number = segment.find(key)
                if number < 0:
                    continue
                dead = segment.dead.copy()
                dead[segment.pieces(number)] = 1
                less = replace(segment, dead=dead, gone=segment.gone + 1)
                if less.gone * 4 > len(less.keys):
                    less = _joined([less])
                changed = (*self._segments[:place], less, *self._segments[place + 1 :])
                self._segments = tuple(segment for segment in changed if len(segment.keys))
                return True
            return False

    def _new_keys(self, count: int, keys: Iterable[int] | Longs | None) -> Longs:
        if keys is None:
            return np.arange(self._next, self._next + count, dtype=np.int64)
        numbers = np.array(keys if isinstance(keys, np.ndarray) else list(keys), dtype=np.int64).reshape(-1)
        if len(numbers) != count:
            raise ValueError(f"{len(numbers)} keys for {count} texts: give one key a text")
        seen, counts = np.unique(numbers, return_counts=True)
        twice = seen[counts > 1]
        if len(twice):
            raise ValueError(f"key {int(twice[0])} is given twice: every entry needs its own")
        taken = [seen[segment.holds(seen)] for segment in self._segments if len(seen) and seen[0] < self._next]
        if any(map(len, taken)):
            first = int(np.concatenate(taken)[0])
            raise ValueError(f"key {first} is there already: remove that entry first, or choose another key")
        return numbers

    # -- reading -----------------------------------------------------------------------------------

    def search(self, text: str, containment: float = 0.0, most: int = MOST) -> tuple[Copy, ...]:
        """Entries that `text` copies, or that copy it: best containment first, then resemblance, then key.

        containment: the least to be told, where that is more than `least_containment`. A text of fewer than
        ``SHORTEST`` letters has no copies.
        """
        found: tuple[Copy, ...] = self.search_many((text,), containment, most)[0]
        return found

    def search_many(self, texts: Sequence[str], containment: float = 0.0, most: int = MOST) -> Copies:
        """`search` for many texts at once, with the same results."""
        segments = self._segments
        return _together([_found(segments, batch, containment, most) for batch in sketch.batches(texts)])

    def __len__(self) -> int:
        return sum(len(segment.keys) - segment.gone for segment in self._segments)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int | np.integer) and any(s.find(int(key)) >= 0 for s in self._segments)

    def keys(self) -> Longs:
        """Keys of all entries, in the order they were added."""
        parts = [segment.keys[_living(segment)] for segment in self._segments]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def describe(self) -> dict[str, int | str]:
        """What is in it, and how large it is."""
        segments = self._segments
        return {
            "version": VERSION,
            "sketch": sketch.VERSION,
            "normalise": folding.VERSION,
            "entries": len(self),
            "removed": sum(segment.gone for segment in segments),
            "letters": sum(len(segment.letters) for segment in segments),
            "postings": sum(len(segment.postings) for segment in segments),
            "segments": len(segments),
            "bytes": sum(getattr(s, field.name).nbytes for s in segments for field in fields(s)
                         if isinstance(getattr(s, field.name), np.ndarray)),
        }  # fmt: skip

    # -- snapshots ---------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write a snapshot (``turs.match.snapshot``), as one segment. It holds the letters of every text."""
        segment = _joined(list(self._segments))
        arrays = {name: getattr(segment, name) for name in _ARRAYS}
        meta = {"sketch": sketch.VERSION, "normalise": folding.VERSION, "next": self._next}
        snapshot.write(path, KIND, FORMAT, meta, arrays)

    @classmethod
    def load(cls, path: str | Path) -> TextIndex:
        """The index of a snapshot, memory-mapped. SnapshotDamaged where the file is not whole."""
        read = snapshot.read(path, KIND, (FORMAT,))
        for name, version in (("sketch", sketch.VERSION), ("normalise", folding.VERSION)):
            if read.meta.get(name) != version:
                raise snapshot.SnapshotDamaged(
                    f"{path}: made with {name} {read.meta.get(name)!r}, this program has {version!r}: "
                    "build the index again from the texts")
        index, segment = cls(), _loaded(read)
        if segment is None or type(read.meta.get("next")) is not int:
            raise snapshot.SnapshotDamaged(f"{path}: its parts do not fit together: get it again, or build it again")
        index._next = read.meta["next"]
        index._segments = (segment,) if len(segment.keys) else ()
        return index


_ARRAYS = tuple(field.name for field in fields(_Segment) if field.name not in ("order", "gone"))
_TYPES = dict(
    zip(_ARRAYS, ("u1", "u1", "<i8", "<i4", "<i8", "<i4", "<i4", "u1", "<i8", "<i8", "<u8", "<u4"), strict=True)
)


def _loaded(read: snapshot.Snapshot) -> _Segment | None:
    """The segment of a snapshot, None where its arrays do not fit each other: kernels check nothing."""
    arrays = {name: read.arrays.get(name) for name in _ARRAYS}
    if any(array is None or array.ndim != 1 or array.dtype != _TYPES[name] for name, array in arrays.items()):
        return None
    found: dict[str, Any] = arrays
    size = {name: len(array) for name, array in found.items()}
    bits = (size["offsets"] - 1).bit_length() - 1
    fits = (
        size["letters"] == size["steps"] and size["wide_at"] == size["wide_gap"] and size["keys"] == size["sizes"]
        and size["starts"] == size["firsts"] + 1 == size["owners"] + 1 == size["dead"] + 1
        and bits >= 1 and size["offsets"] == (1 << bits) + 1
        and not found["dead"].any() and bool((found["sizes"] >= SHORTEST).all())
        and len(np.unique(found["owners"])) == size["keys"]
    )  # fmt: skip
    if not fits:
        return None
    segment = _Segment(**found, order=_order(found["keys"]), gone=0)
    good = sketch.kernels().sound(segment.postings, segment.offsets, bits, segment.starts, segment.owners,
                                  size["letters"], size["keys"], segment.wide_at)  # fmt: skip
    return segment if good and (segment.order is None or len(np.unique(segment.keys)) == len(segment.keys)) else None


# -- segments --------------------------------------------------------------------------------------


def _sealed(found: Letters, keys: Longs) -> _Segment:
    """A segment of new texts; those too short are left out. Its postings are not sorted yet: see `_joined`."""
    starts = found.starts
    sizes = np.diff(starts)
    enough = sizes >= SHORTEST
    letters, places, ends = found.letters, found.places, found.ends
    if not enough.all():
        kept = np.repeat(enough, sizes)
        letters, places, ends = letters[kept], places[kept], ends[kept]
        sizes, keys = sizes[enough], keys[enough]
        starts = np.concatenate(([0], np.cumsum(sizes)))
    steps = np.empty(len(letters), dtype=np.uint8)
    wide_at, wide_gap = np.empty(len(letters), dtype=np.int64), np.empty(len(letters), dtype=np.int32)
    wide = sketch.kernels().pack(places, ends, starts, steps, wide_at, wide_gap)
    pieces, owners = sketch.pieces_of(starts)
    postings, _ = sketch.shingles_of(letters, pieces)
    firsts = places[pieces[:-1]] if len(letters) else np.empty(0, dtype=np.int32)
    return _Segment(
        letters, steps, wide_at[:wide].copy(), wide_gap[:wide].copy(), pieces, firsts, owners,
        np.zeros(len(owners), dtype=np.uint8), keys, sizes, postings, np.empty(0, dtype=np.uint32), None, 0,
    )  # fmt: skip


def _joined(segments: list[_Segment]) -> _Segment:
    """Segments as one, sorted, without what was removed."""
    alive = [_clean(segment) for segment in segments]
    pieces = _offsets(len(segment.owners) for segment in alive)
    if int(pieces[-1]) >> 28:
        raise ValueError(f"{int(pieces[-1]):,} pieces in one index: split it, {1 << 28:,} is the most")
    letters = _offsets(len(segment.letters) for segment in alive)
    entries = _offsets(len(segment.keys) for segment in alive)
    postings = _sorted([segment.postings + np.uint64(shift) for segment, shift in zip(alive, pieces, strict=False)])
    bits = max(1, len(postings).bit_length() - 1)
    keys = _concatenated([segment.keys for segment in alive], np.int64)
    return _Segment(
        letters=_concatenated([s.letters for s in alive], np.uint8),
        steps=_concatenated([s.steps for s in alive], np.uint8),
        wide_at=_concatenated([s.wide_at + shift for s, shift in zip(alive, letters, strict=False)], np.int64),
        wide_gap=_concatenated([s.wide_gap for s in alive], np.int32),
        starts=_concatenated([*(s.starts[:-1] + shift for s, shift in zip(alive, letters, strict=False)), letters[-1:]],
                             np.int64),
        firsts=_concatenated([s.firsts for s in alive], np.int32),
        owners=_concatenated([s.owners + np.int32(shift) for s, shift in zip(alive, entries, strict=False)], np.int32),
        dead=np.zeros(int(pieces[-1]), dtype=np.uint8),
        keys=keys,
        sizes=_concatenated([s.sizes for s in alive], np.int64),
        postings=postings,
        offsets=sketch.kernels().directory(postings, bits),
        order=_order(keys),
        gone=0,
    )  # fmt: skip


def _clean(segment: _Segment) -> _Segment:
    """A segment without its removed entries."""
    if not segment.gone:
        return segment
    alive = segment.dead == 0
    sizes = np.diff(segment.starts)
    kept = np.repeat(alive, sizes)
    number = (np.cumsum(alive) - 1).astype(np.uint64)
    mask = np.uint64((1 << 28) - 1)
    postings = segment.postings[alive[(segment.postings & mask).astype(np.int64)]]
    postings = (postings & ~mask) | number[(postings & mask).astype(np.int64)]
    entries = _living(segment)
    wide = kept[segment.wide_at]
    return replace(
        segment, letters=segment.letters[kept], steps=segment.steps[kept],
        wide_at=(np.cumsum(kept) - 1)[segment.wide_at[wide]], wide_gap=segment.wide_gap[wide],
        starts=_offsets(sizes[alive]), firsts=segment.firsts[alive],
        owners=(np.cumsum(entries) - 1)[segment.owners[alive]].astype(np.int32),
        dead=segment.dead[alive], keys=segment.keys[entries], sizes=segment.sizes[entries], postings=postings, gone=0,
    )  # fmt: skip


def _living(segment: _Segment) -> NDArray[np.bool_]:
    """Which entries of a segment were not removed."""
    out = np.ones(len(segment.keys), dtype=bool)
    out[segment.owners[segment.dead != 0]] = False
    return out


def _sorted(parts: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    postings = _concatenated(parts, np.uint64)
    postings.sort()
    size = sketch.kernels().unique(postings)
    return postings[:size] if size == len(postings) else postings[:size].copy()


def _concatenated(parts: list[Any], dtype: Any) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=dtype)


def _offsets(sizes: Iterable[int] | NDArray[Any]) -> Longs:
    """Where things of these sizes begin, back to back, and the end."""
    counts = sizes if isinstance(sizes, np.ndarray) else np.fromiter(sizes, dtype=np.int64)
    out = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=out[1:])
    return out


def _order(keys: Longs) -> Longs | None:
    """How to read keys in order; None where they are in order already, as they mostly are."""
    return None if bool((keys[1:] > keys[:-1]).all()) else np.argsort(keys, kind="stable")


# -- searching -------------------------------------------------------------------------------------


def _found(segments: tuple[_Segment, ...], texts: Sequence[str], containment: float, most: int) -> Copies:
    """Copies of one batch of texts."""
    query = sketch.letters_of(texts)
    pieces, owners = sketch.pieces_of(query.starts)
    hashes, ends = sketch.shingles_of(query.letters, pieces)
    candidates = _candidates(segments, hashes, ends, pieces)
    rows, spans, counts = [], [], []
    for segment, chosen in zip(segments, _likeliest(candidates, most + LIKELIEST), strict=True):
        pairs, stretches = _pairs(segment, chosen, query.letters, pieces)
        if not len(pairs):
            continue
        out = np.empty((len(stretches), 4), dtype=np.int32)
        sketch.kernels().spans(pairs, stretches, query.places, query.ends, pieces, segment.steps, segment.wide_at,
                               segment.wide_gap, segment.starts, segment.firsts, out)
        entry = segment.owners[pairs[:, 1]]
        rows.append(np.stack((owners[pairs[:, 0]], segment.keys[entry], segment.sizes[entry], pairs[:, 2], pairs[:, 3]),
                             axis=1))
        spans.append(out)
        counts.append(pairs[:, 4])
    if not rows:
        return _none(len(texts))
    sizes = np.diff(query.starts)
    return _ranked(np.concatenate(rows), np.concatenate(spans), np.concatenate(counts), sizes, containment, most)


def _candidates(segments: tuple[_Segment, ...], hashes: NDArray[np.uint64], ends: Longs, pieces: Longs) -> list[Ints]:
    """Pieces of each segment that share shingles with query pieces: see ``kernels.lists`` and ``kernels.vote``."""
    found: list[list[Ints]] = [[] for _ in segments]
    rates = np.empty(len(ends))
    hashes = hashes[: sketch.kernels().thin(hashes, ends, rates)]
    begin = 0
    while begin < len(ends):
        # Few queries at a time, so that the lists just looked up are still near when they are read.
        base = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, base + BLOCK)))
        block, tails = hashes[base : int(ends[end - 1])], ends[begin:end] - base
        seen, lengths = np.zeros(len(block), dtype=np.int32), np.zeros(len(block), dtype=np.int32)
        edges = np.empty((len(segments), 2, len(block)), dtype=np.uint32)
        for segment, (lows, highs) in zip(segments, edges, strict=True):
            sketch.kernels().lists(block, segment.postings, segment.offsets, segment.bits, segment.dead, segment.gone,
                                   lows, highs, lengths)
        for segment, (lows, highs), parts in zip(segments, edges, found, strict=True):
            rows = _votes(segment, tails, lows, highs, lengths, seen, pieces[begin : end + 1], rates[begin:end])
            rows[:, 0] += begin
            parts.append(rows)
        begin = end
    return [np.concatenate(parts) for parts in found]


def _votes(
    segment: _Segment, ends: Longs, lows: NDArray[np.uint32], highs: NDArray[np.uint32], lengths: Ints, seen: Ints,
    pieces: Longs, rates: NDArray[np.float64],
) -> Ints:
    room, begin = 16 * len(ends) + 256, 0
    done: list[Ints] = []
    while begin < len(ends):
        rows = np.empty((room, 3), dtype=np.int32)
        begin, found = sketch.kernels().vote(
            ends, lows, highs, lengths, seen, pieces, rates, segment.postings, segment.starts, segment.dead,
            segment.gone, VISITS, FEWEST, RATIO, SLACK, begin, rows)
        done.append(rows[:found])
        room *= 4
    return done[0] if len(done) == 1 else np.concatenate(done)


def _likeliest(candidates: list[Ints], most: int) -> list[Ints]:
    """Of each query piece's candidates in all segments, the `most` likeliest, earlier ones first."""
    sizes = [len(rows) for rows in candidates]
    if sum(sizes) <= most:
        return candidates
    rows = np.concatenate(candidates)
    if int(np.bincount(rows[:, 0]).max()) <= most:
        return candidates
    home = np.repeat(np.arange(len(candidates)), sizes)
    order = np.lexsort((rows[:, 1], home, -rows[:, 2], rows[:, 0]))
    query = rows[order, 0]
    kept = np.zeros(len(rows), dtype=bool)
    kept[order[np.arange(len(order)) - np.searchsorted(query, query) < most]] = True
    return [part[kept[home == number]] for number, part in enumerate(candidates)]


def _pairs(segment: _Segment, candidates: Ints, letters: NDArray[np.uint8], pieces: Longs) -> tuple[Ints, Ints]:
    """Candidates that share text with their query, aligned: see ``kernels.verify``."""
    begin, room = 0, 8 * len(candidates) + 2048
    done: list[tuple[Ints, Ints]] = []
    while begin < len(candidates):
        pairs = np.empty((len(candidates) - begin, 5), dtype=np.int32)
        stretches = np.empty((room, 3), dtype=np.int32)
        begin, found, lines = sketch.kernels().verify(
            candidates, begin, COVER, letters, pieces, segment.letters, segment.starts, pairs, stretches)
        done.append((pairs[:found], stretches[:lines]))
        room *= 2
    if len(done) == 1:
        return done[0]
    return (_concatenated([pairs for pairs, _ in done], np.int32).reshape(-1, 5),
            _concatenated([lines for _, lines in done], np.int32).reshape(-1, 3))  # fmt: skip


def _ranked(rows: Longs, spans: Ints, counts: Ints, sizes: Longs, containment: float, most: int) -> Copies:
    """Score, choose and order.

    rows: query, key, letters of the entry, aligned letters, bridged letters, for each pair of pieces.
    """
    begins = _offsets(counts)
    order = np.lexsort((rows[:, 1], rows[:, 0]))  # pieces of one pair of texts come together
    first = np.ones(len(order), dtype=bool)
    first[1:] = (rows[order[1:], :2] != rows[order[:-1], :2]).any(axis=1)
    heads = np.flatnonzero(first)
    query, key, theirs, _, _ = rows[order[heads]].T
    ours = sizes[query]
    shorter = np.minimum(ours, theirs)
    shared = np.minimum(np.add.reduceat(rows[order, 3], heads), shorter)
    bridged = np.add.reduceat(rows[order, 4], heads)
    score, likeness = shared / shorter, shared / (ours + theirs - shared)
    in_step = (score >= STEP) & (shared + bridged >= WHOLE * np.maximum(ours, theirs))
    good = ((score >= _least(shorter)) | in_step) & (score >= containment)
    rank = np.lexsort((key, -likeness, -score, query))
    rank = rank[good[rank]]
    place = np.arange(len(rank)) - np.searchsorted(query[rank], query[rank])
    rank = rank[place < most]
    lines, sizes_of = _lines(begins, order, heads, rank)
    return Copies(
        offsets=np.searchsorted(query[rank], np.arange(len(sizes) + 1)).astype(np.int64),
        keys=key[rank], containment=score[rank],
        resemblance=likeness[rank],
        shared=shared[rank].astype(np.int32), span_offsets=_offsets(sizes_of), spans=spans[lines],
    )  # fmt: skip


def _lines(begins: Longs, order: Longs, heads: Longs, rank: Longs) -> tuple[Longs, Longs]:
    """Rows of the stretches of each copy in `rank`, back to back, and how many each has."""
    tails = np.append(heads[1:], len(order))
    pairs = order[_ranges(heads[rank], tails[rank])]
    sizes = begins[pairs + 1] - begins[pairs]
    owners = np.repeat(np.arange(len(rank)), (tails - heads)[rank])
    return _ranges(begins[pairs], begins[pairs + 1]), np.bincount(owners, sizes, len(rank)).astype(np.int64)


def _ranges(begins: Longs, ends: Longs) -> Longs:
    """All numbers from each begin up to its end, back to back."""
    sizes = ends - begins
    if not len(sizes):
        return np.empty(0, dtype=np.int64)
    out: Longs = np.arange(int(sizes.sum())) + np.repeat(begins - np.cumsum(sizes) + sizes, sizes)
    return out


def _none(queries: int) -> Copies:
    empty = np.empty(0)
    return Copies(np.zeros(queries + 1, dtype=np.int64), empty.astype(np.int64), empty, empty, empty.astype(np.int32),
                  np.zeros(1, dtype=np.int64), np.empty((0, 4), dtype=np.int32))  # fmt: skip


def _together(parts: list[Copies]) -> Copies:
    """Results of batches, back to back."""
    if not parts:
        return _none(0)
    if len(parts) == 1:
        return parts[0]

    def shifted(name: str) -> Iterator[Longs]:
        base = 0
        for part in parts:
            values = getattr(part, name)
            yield values[:-1] + base
            base += int(values[-1])
        yield np.array([base], dtype=np.int64)

    return Copies(
        np.concatenate(list(shifted("offsets"))), np.concatenate([part.keys for part in parts]),
        np.concatenate([part.containment for part in parts]), np.concatenate([part.resemblance for part in parts]),
        np.concatenate([part.shared for part in parts]), np.concatenate(list(shifted("span_offsets"))),
        np.concatenate([part.spans for part in parts]),
    )  # fmt: skip
