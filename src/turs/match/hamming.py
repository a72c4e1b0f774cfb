"""Exact search among 256-bit codes (PDQ) by Hamming distance: all that is in reach is found, nothing is approximate.

Entries stand in sixteen tables, one for each piece of 16 bits: codes that differ in at most 31 bits agree on one piece
to within one bit (multi-index hashing). What was added last stands in a tail, which is compared outright until it has
grown long enough to be worked into the tables. See `turs.match.kernels.hamming` for the inner loops.

Reading is safe from any number of threads while one of them writes: a change makes a new state, and one assignment
puts it in place; a removal is one byte besides. Bytes an entry: 32 for the code, 16 times 5 in the tables, 8 for the
key; 4.2 MB besides, once there are tables.

References: M. Norouzi, A. Punjani, D. J. Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing", IEEE
TPAMI 36(6), 2014; J. Qin, C. Xiao, "Pigeonring: A Principle for Faster Thresholded Similarity Search", VLDB 2018.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from turs.match import snapshot
from turs.match.keys import TOP, Keys, new_keys
from turs.match.perceptual import MATCH_DISTANCE

if TYPE_CHECKING:
    from types import ModuleType

VERSION: Final = "hamming/2"
KIND: Final = "hamming"
FORMATS: Final = (1,)
BITS: Final = 256

SHORTEST_TAIL: Final = 16384
"""Entries that are compared outright (a few microseconds) before it pays to build tables for them."""
_TAIL_SHARE: Final = 256
"""A longer tail is allowed to a larger index: one entry in so many."""
_HITS: Final = 256
"""Hits for which there is room at once; for more the search is done again."""
_BATCH: Final = 16384
"""Queries handed to the kernel together."""

Words = NDArray[np.uint64]


class Neighbour(NamedTuple):
    """An entry in reach. distance: differing bits. key: of the entry."""

    distance: int
    key: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Entries in reach of many queries: those of query i stand at offsets[i] to offsets[i + 1], nearest first.

    offsets: int64, shape (queries + 1,). keys: int64. distances: uint16.

    >>> found = HammingIndex(["0" * 64, "f" * 64]).search_many(["0" * 64, "e" * 64, "f" * 63 + "7"])
    >>> found[2]
    (Neighbour(distance=1, key=1),)
    """

    offsets: NDArray[np.int64]
    keys: Keys
    distances: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, query: int) -> tuple[Neighbour, ...]:
        if not 0 <= query < len(self):
            raise IndexError(f"no query {query}: there were {len(self)}")
        at = slice(int(self.offsets[query]), int(self.offsets[query + 1]))
        return tuple(map(Neighbour, self.distances[at].tolist(), self.keys[at].tolist()))


class HammingIndex:
    """All entries within a distance of a code, nearest first, then by key.

    codes: 64 hex digits each, or an array of uint8 of shape (n, 32). keys: one integer of 64 bits for each, all
    different; 0, 1, 2 … where none are given. Codes may repeat. ValueError for what is no code or a key given twice.

    >>> HammingIndex(["0" * 64, "f" * 64]).search("0" * 63 + "3")
    (Neighbour(distance=2, key=0),)
    """

    def __init__(self, codes: Iterable[str] | NDArray[np.uint8] = (), keys: Iterable[int] | Keys | None = None) -> None:
        self._writing = threading.RLock()
        self._spare: list[_Work] = []
        self._next = 0
        self._state = _State()
        self.add_many(codes, keys)

    def __len__(self) -> int:
        return self._state.live

    def __contains__(self, key: object) -> bool:
        return isinstance(key, (int, np.integer)) and self._state.place(int(key)) >= 0

    # -- reading -----------------------------------------------------------------------------------

    def search(self, code: str, distance: int = MATCH_DISTANCE) -> tuple[Neighbour, ...]:
        """Entries that differ from `code` (64 hex digits) in at most `distance` bits (0 to 256).

        Up to 31 bits the time hardly grows with the index; from 64 bits on everything is compared.
        """
        try:
            packed = bytes.fromhex(code)
        except (TypeError, ValueError):
            _refuse(code)
        if len(packed) != 32 or len(code) != 64:
            _refuse(code)
        if not 0 <= distance <= BITS:
            raise ValueError(f"distance {distance}: choose 0 to {BITS}")
        state = self._state
        if not state.live:
            return ()
        try:
            work = self._spare.pop()
        except IndexError:
            work = _Work(_HITS)
        found = state.search_one(state.address, packed, distance, work.address, work.room)
        if not found:
            self._spare.append(work)
            return ()
        while found > work.room:
            work = _Work(found)
            found = state.search_one(state.address, packed, distance, work.address, work.room)
        values = work.hits[: 3 * found].tolist()
        if work.room == _HITS:
            self._spare.append(work)
        if found == 1:
            return (Neighbour(values[1], values[2]),)
        return tuple(sorted(map(Neighbour, values[1::3], values[2::3])))

    def search_many(self, codes: Iterable[str] | NDArray[np.uint8], distance: int = MATCH_DISTANCE) -> Neighbours:
        """The same for many codes at once, several times as fast as one by one."""
        if not 0 <= distance <= BITS:
            raise ValueError(f"distance {distance}: choose 0 to {BITS}")
        queries, state = _words(codes), self._state
        parts = [
            _search_block(state, queries[first : first + _BATCH], distance, first)
            for first in range(0, len(queries) if state.live else 0, _BATCH)
        ]
        hits = np.concatenate(parts) if parts else np.empty((0, 3), dtype=np.int64)
        offsets = np.zeros(len(queries) + 1, dtype=np.int64)
        np.cumsum(np.bincount(hits[:, 0], minlength=len(queries)), out=offsets[1:])
        return Neighbours(offsets, np.ascontiguousarray(hits[:, 2]), hits[:, 1].astype(np.uint16))

    def describe(self) -> dict[str, int | str]:
        """Version, entries, those of them in the tail, removed ones that still take place, and bytes held."""
        state = self._state
        return {"version": VERSION, "entries": state.live, "tail": state.tail_size, "removed": state.gone_count,
                "bytes": state.nbytes, "next": self._next}  # fmt: skip

    # -- writing -----------------------------------------------------------------------------------

    def add(self, code: str, key: int | None = None) -> int:
        """Add an entry and return its key: the given one, or one more than the highest so far."""
        packed = np.frombuffer(_packed(code), dtype="<u8")
        with self._writing:
            state = self._state
            key = self._next if key is None else int(key)
            if state.place(key) >= 0:
                raise ValueError(f"key {key} is there already: remove that entry first, or choose another key")
            if not -TOP - 1 <= key < TOP:
                raise ValueError(f"key {key} does not fit into 64 bits")
            if state.tail_size < state.longest_tail:
                self._state = state.with_one(packed, key)
            else:
                self._state = state.rebuilt(packed.reshape(1, 4), np.array([key], dtype=np.int64))
            self._next = max(self._next, key + 1)
        return key

    def add_many(self, codes: Iterable[str] | NDArray[np.uint8], keys: Iterable[int] | Keys | None = None) -> Keys:
        """Add many entries at once, all or none; returns their keys."""
        new = _words(codes)
        with self._writing:
            state = self._state
            given = new_keys(len(new), keys, self._next, state.taken, "code")
            if not len(new):
                return given
            if state.tail_size + len(new) <= state.longest_tail:
                self._state = state.with_many(new, given)
            else:
                self._state = state.rebuilt(new, given)
            self._next = max(self._next, int(given.max()) + 1)
        return given

    def remove(self, key: int) -> bool:
        """Take an entry out; False where there is none with this key."""
        with self._writing:
            state = self._state
            place = state.place(key)
            if place < 0:
                return False
            state = state.without(place, key)
            if state.gone_count > max(SHORTEST_TAIL, state.size >> 3):
                state = state.rebuilt()
            self._state = state
        return True

    # -- snapshots ---------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write a snapshot (`turs.match.snapshot`): codes, keys and, for more than a few entries, the tables."""
        with self._writing:
            state, upcoming = self._state, self._next
        if state.tail_size or state.gone_count:
            state = state.rebuilt()
        codes, keys = state.entries()
        arrays: dict[str, NDArray[Any]] = {"codes": codes, "keys": keys}
        if state.size:
            arrays |= {"offsets": state.offsets, "nexts": state.nexts, "numbers": state.numbers}
        meta = {"bits": BITS, "next": upcoming, "width": state.width}
        snapshot.write(path, KIND, FORMATS[-1], meta, arrays)

    @classmethod
    def load(cls, path: str | Path, verify: bool = True) -> HammingIndex:
        """The index of a snapshot, memory-mapped; entries that come later stay in memory.

        verify: compare all checksums. SnapshotDamaged where the file is not what it should be.
        """
        read = snapshot.read(path, KIND, FORMATS, verify)
        index = cls()
        index._state, index._next = _loaded(read)
        return index


def distance(a: str, b: str) -> int:
    """Bits in which two hashes of 64 hex digits differ."""
    return (int.from_bytes(_packed(a), "big") ^ int.from_bytes(_packed(b), "big")).bit_count()


# -- states ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tail:
    """Room for entries that are in no table. What lies within the size that a state knows is never changed again.

    heads: shape (2, room), the first and the second words of the codes. slots: place of every key.
    """

    codes: Words
    heads: Words
    keys: Keys
    slots: dict[int, int]

    @classmethod
    def of(cls, room: int) -> _Tail:
        room = -(-room // 8) * 8
        return cls(np.zeros((room, 4), np.uint64), np.zeros((2, room), np.uint64), np.zeros(room, np.int64), {})

    def put(self, at: int, codes: Words, keys: Keys) -> None:
        stop = at + len(keys)
        self.codes[at:stop] = codes
        self.heads[:, at:stop] = codes[:, :2].T
        self.keys[at:stop] = keys
        self.slots.update(zip(keys.tolist(), range(at, stop), strict=True))

    def grown(self, size: int, room: int) -> _Tail:
        """A copy of the first `size` entries, with room for more."""
        new = _Tail.of(room)
        new.codes[:size], new.keys[:size] = self.codes[:size], self.keys[:size]
        new.heads[:, :size] = self.heads[:, :size]
        new.slots.update(self.slots)
        return new


_NO_WORDS: Final = np.empty((0, 4), dtype=np.uint64)
_NO_KEYS: Final = np.empty(0, dtype=np.int64)
_NO_BYTES: Final = np.empty(0, dtype=np.uint8)


@dataclass(slots=True)
class _State:
    """What the index holds at one moment; not changed once it is in place.

    codes, keys: of the entries in the tables, by ascending key; their place is their number there. offsets, nexts,
    numbers, width: the tables. gone: bitmap of removed entries, or empty; the tail's stand behind those of the tables.
    """

    codes: Words = field(default_factory=lambda: _NO_WORDS)
    keys: Keys = field(default_factory=lambda: _NO_KEYS)
    offsets: NDArray[np.uint32] = field(default_factory=lambda: np.empty((0, 0), dtype=np.uint32))
    nexts: NDArray[np.uint16] = field(default_factory=lambda: np.empty(0, dtype=np.uint16))
    numbers: NDArray[np.uint8] = field(default_factory=lambda: _NO_BYTES)
    width: int = 3
    gone: NDArray[np.uint8] = field(default_factory=lambda: _NO_BYTES)
    gone_count: int = 0
    tail: _Tail = field(default_factory=lambda: _Tail.of(0))
    tail_size: int = 0
    size: int = field(init=False)
    live: int = field(init=False)
    search_one: Any = field(init=False)
    address: int = field(init=False)
    _plan: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.keys)
        self.live = self.size + self.tail_size - self.gone_count
        if not self.size and not self.tail_size:
            return
        kernels = _kernels()
        tail, plan = self.tail, np.zeros(kernels.PLAN, dtype=np.int64)
        plan[kernels.SIZE], plan[kernels.WIDTH] = self.size, self.width
        plan[kernels.TAIL], plan[kernels.TAIL_ROOM] = self.tail_size, tail.heads.shape[1]
        for place, array in (
            (kernels.OFFSETS, self.offsets), (kernels.NEXTS, self.nexts), (kernels.NUMBERS, self.numbers),
            (kernels.CODES, self.codes), (kernels.KEYS, self.keys), (kernels.TAIL_CODES, tail.codes),
            (kernels.TAIL_HEADS, tail.heads), (kernels.TAIL_KEYS, tail.keys),
        ):  # fmt: skip
            plan[place] = array.ctypes.data
        plan[kernels.GONE] = self.gone.ctypes.data if self.gone_count else 0
        self._plan, self.address, self.search_one = plan, plan.ctypes.data, kernels.search_one

    @property
    def longest_tail(self) -> int:
        return max(SHORTEST_TAIL, self.size // _TAIL_SHARE)

    @property
    def nbytes(self) -> int:
        tail = self.tail
        tables = (self.codes, self.keys, self.offsets, self.nexts, self.numbers, self.gone)
        return sum(array.nbytes for array in (*tables, tail.codes, tail.heads, tail.keys)) + 100 * len(tail.slots)

    def place(self, key: int) -> int:
        """Where an entry is: its number, behind those of the tables its place in the tail; -1 if there is none."""
        slot = self.tail.slots.get(key, -1)
        if slot >= 0:
            return self.size + slot
        if not self.size or not -TOP <= key < TOP:
            return -1
        number = int(np.searchsorted(self.keys, key))
        return number if number < self.size and self.keys[number] == key and not self._is_gone(number) else -1

    def taken(self, keys: Keys) -> int | None:
        """The first of these ascending keys that is there."""
        if self.size and keys[0] <= self.keys[-1]:
            at = np.minimum(np.searchsorted(self.keys, keys), self.size - 1)
            for key in keys[self.keys[at] == keys].tolist():
                if self.place(key) >= 0:
                    return int(key)
        slots = self.tail.slots
        return next((key for key in keys.tolist() if key in slots), None) if slots else None

    def with_one(self, code: Words, key: int) -> _State:
        return self.with_many(code.reshape(1, 4), np.array([key], dtype=np.int64))

    def with_many(self, codes: Words, keys: Keys) -> _State:
        """The same with more in the tail."""
        tail, total = self.tail, self.tail_size + len(keys)
        if total > len(tail.keys):
            tail = tail.grown(self.tail_size, min(max(64, 2 * total), max(total, self.longest_tail)))
        tail.put(self.tail_size, codes, keys)
        gone, needed = self.gone, (self.size + len(tail.keys) + 7) // 8
        if self.gone_count and len(gone) < needed:
            gone = np.concatenate((gone, np.zeros(needed - len(gone), dtype=np.uint8)))
        return self._changed(tail=tail, tail_size=total, gone=gone)

    def without(self, place: int, key: int) -> _State:
        """The same with an entry marked as removed: one byte, which earlier states see as well."""
        gone = self.gone if self.gone_count else np.zeros((self.size + len(self.tail.keys) + 7) // 8, dtype=np.uint8)
        gone[place >> 3] |= 1 << (place & 7)
        self.tail.slots.pop(key, None)
        return self._changed(gone=gone, gone_count=self.gone_count + 1)

    def _changed(self, **parts: Any) -> _State:
        same = {name: getattr(self, name) for name in _PARTS}
        return _State(**(same | parts))

    def _is_gone(self, place: int) -> bool:
        return bool(self.gone_count and self.gone[place >> 3] >> (place & 7) & 1)

    def entries(self) -> tuple[Words, Keys]:
        """Codes and keys of all entries that are not removed, by ascending key."""
        tail, size = self.tail, self.tail_size
        codes = np.concatenate((self.codes, tail.codes[:size])) if size else self.codes
        keys = np.concatenate((self.keys, tail.keys[:size])) if size else self.keys
        if self.gone_count:
            stays = np.unpackbits(self.gone, bitorder="little")[: len(keys)] == 0
            codes, keys = codes[stays], keys[stays]
        if size and (keys[1:] < keys[:-1]).any():
            order = np.argsort(keys, kind="stable")
            codes, keys = codes[order], keys[order]
        return codes, keys

    def rebuilt(self, codes: Words = _NO_WORDS, keys: Keys = _NO_KEYS) -> _State:
        """A state with these entries too, all in the tables, or in the tail where they are few."""
        own, own_keys = self.entries()
        if len(keys):
            own, own_keys = np.concatenate((own, codes)), np.concatenate((own_keys, keys))
            if (own_keys[1:] < own_keys[:-1]).any():
                order = np.argsort(own_keys, kind="stable")
                own, own_keys = own[order], own_keys[order]
        return _tabled(own, own_keys) if len(own_keys) > SHORTEST_TAIL else _State().with_many(own, own_keys)


_PARTS: Final = ("codes", "keys", "offsets", "nexts", "numbers", "width", "gone", "gone_count", "tail", "tail_size")


def _tabled(codes: Words, keys: Keys) -> _State:
    """A state with all entries, by ascending key, in the tables."""
    kernels, size = _kernels(), len(keys)
    if size >= 1 << 32:
        raise ValueError(f"{size:,} entries: one index holds up to {1 << 32:,}; use several")
    width = 3 if size < 1 << 24 else 4
    offsets = _line_up((kernels.PIECES, kernels.STRIDE), np.dtype(np.uint32))
    nexts = _line_up((kernels.PIECES * size + kernels.PAD,), np.dtype(np.uint16))
    numbers = _line_up((kernels.PIECES * size * width + 8,), np.dtype(np.uint8))
    nexts[kernels.PIECES * size :], numbers[kernels.PIECES * size * width :] = 0, 0
    own = _line_up((size, 4), np.dtype(np.uint64))
    own[:] = codes
    kernels.build(own.view(np.uint16), offsets, nexts, numbers, width)
    return _State(own, np.ascontiguousarray(keys), offsets, nexts, numbers, width)


def _line_up(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """An array that begins with a cache line."""
    size = int(np.prod(shape)) * dtype.itemsize
    room = np.empty(size + 64, dtype=np.uint8)
    start = -room.ctypes.data % 64
    return room[start : start + size].view(dtype).reshape(shape)


def _loaded(read: snapshot.Snapshot) -> tuple[_State, int]:
    """State and next key of a snapshot; whatever the kernels rely on is checked here."""
    arrays, meta = read.arrays, read.meta
    again = "build the index again from its codes"
    codes, keys, width, upcoming = arrays.get("codes"), arrays.get("keys"), meta.get("width"), meta.get("next")
    if (
        codes is None or keys is None or codes.dtype != np.uint64 or keys.dtype != np.int64
        or codes.shape != (*keys.shape, 4) or keys.ndim != 1 or meta.get("bits") != BITS
        or type(upcoming) is not int or not 0 <= upcoming <= TOP or (keys[1:] <= keys[:-1]).any()
        or (len(keys) and keys[-1] >= upcoming and keys[-1] >= 0)
    ):  # fmt: skip
        raise snapshot.SnapshotDamaged(f"{read.path}: its codes and keys do not belong together: {again}")
    if "offsets" not in arrays:
        if len(keys) > SHORTEST_TAIL:
            return _tabled(codes, keys), upcoming
        return (_State().with_many(codes, keys) if len(keys) else _State()), upcoming
    kernels, size = _kernels(), len(keys)
    offsets, nexts, numbers = arrays["offsets"], arrays.get("nexts"), arrays.get("numbers")
    if (
        not size or nexts is None or numbers is None or width not in (3, 4) or size >= 1 << 8 * width
        or offsets.shape != (kernels.PIECES, kernels.STRIDE) or offsets.dtype != np.uint32
        or nexts.shape != (kernels.PIECES * size + kernels.PAD,) or nexts.dtype != np.uint16
        or numbers.shape != (kernels.PIECES * size * width + 8,) or numbers.dtype != np.uint8
        or not kernels.offsets_hold(offsets.ctypes.data, size)
    ):  # fmt: skip
        raise snapshot.SnapshotDamaged(f"{read.path}: its tables do not belong to its {size:,} codes: {again}")
    return _State(codes, keys, offsets, nexts, numbers, width), upcoming


# -- calls of the kernels --------------------------------------------------------------------------


class _Work:
    """Scratch memory of one call, and room for its hits."""

    __slots__ = ("_words", "address", "hits", "room")

    def __init__(self, room: int) -> None:
        work = _kernels().WORK
        self._words = np.zeros(work + 3 * room, dtype=np.int64)
        self.address, self.room, self.hits = self._words.ctypes.data, room, self._words[work:]


def _search_block(state: _State, queries: Words, distance: int, first: int) -> NDArray[np.int64]:
    """Hits of some queries, shape (hits, 3): number of the query counted from `first`, distance, key; in that order."""
    kernels = _kernels()
    queries = np.ascontiguousarray(queries)
    order = np.ascontiguousarray(np.argsort(np.ascontiguousarray(queries.view(np.uint16).T), axis=1, kind="stable"))
    work = _Work(max(_HITS, 2 * len(queries)))
    while True:
        found = kernels.search_many(
            state.address, queries.ctypes.data, order.ctypes.data, len(queries), distance, work.address, work.room)
        if found <= work.room:
            break
        work = _Work(found)
    hits = work.hits[: 3 * found].reshape(-1, 3)
    hits = hits[np.lexsort((hits[:, 2], hits[:, 1], hits[:, 0]))]
    hits[:, 0] += first
    return hits


def _kernels() -> ModuleType:
    global _module
    if _module is None:
        from turs.match.kernels import hamming

        _module = hamming
    return _module


_module: ModuleType | None = None


def warm() -> None:
    """Compile the kernels, or load what was compiled before: some seconds the first time, a fifth of one later."""
    _kernels().warm()


# -- codes -----------------------------------------------------------------------------------------


def _words(codes: Iterable[str] | NDArray[np.uint8]) -> Words:
    """Codes as 64-bit words, shape (n, 4)."""
    if isinstance(codes, np.ndarray):
        if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] != BITS // 8:
            raise ValueError(f"codes are {codes.dtype} of shape {codes.shape}: give uint8 of shape (n, {BITS // 8})")
        return np.ascontiguousarray(codes).view("<u8")
    texts = list(codes)
    try:
        packed = bytes.fromhex("".join(texts))
        whole = len(packed) == 32 * len(texts) and {*map(len, texts)} <= {64}
    except (TypeError, ValueError):
        whole = False
    if not whole:
        packed = b"".join([_packed(text) for text in texts])  # finds the one that is wrong
    return np.frombuffer(bytearray(packed), dtype="<u8").reshape(-1, 4)


def _packed(code: str) -> bytes:
    try:
        packed = bytes.fromhex(code)
    except (TypeError, ValueError):
        _refuse(code)
    if len(packed) != 32 or len(code) != 64:
        _refuse(code)
    return packed


def _refuse(code: object) -> NoReturn:
    raise ValueError(f"a PDQ hash has 64 hex digits, this has not: {code!r:.90}")
