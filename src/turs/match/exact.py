"""Exact look-up of digests: which entries have this very SHA-256, MD5, or other digest of 16 or 32 bytes.

Entries stand sorted by digest, then key. What was added last is in a dictionary, until there is so much of it that it
pays to sort it in. Reading is safe from any number of threads while one of them writes.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from turs.match import snapshot
from turs.match.keys import TOP, Keys, new_keys

if TYPE_CHECKING:
    from types import ModuleType

VERSION: Final = "exact/1"
KIND: Final = "exact"
FORMATS: Final = (1,)
SIZES: Final = (16, 32)
"""Bytes of a digest that an index may hold."""

SHORTEST_TAIL: Final = 32768
"""Entries that the dictionary takes before anything is sorted; later one in `_TAIL_SHARE` of all."""
_TAIL_SHARE: Final = 16

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Found:
    """Entries with the digests of many queries: those of query i stand at offsets[i] to offsets[i + 1], by key.

    offsets: int64, shape (queries + 1,). keys: int64.
    """

    offsets: NDArray[np.int64]
    keys: Keys

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, query: int) -> tuple[int, ...]:
        if not 0 <= query < len(self):
            raise IndexError(f"no query {query}: there were {len(self)}")
        return tuple(self.keys[int(self.offsets[query]) : int(self.offsets[query + 1])].tolist())


class ExactIndex:
    """Entries by digest. Digests may repeat; keys are integers of 64 bits, unique.

    size: bytes of a digest, 16 or 32. digests: hex, or an array of uint8 of shape (n, size). keys: 0, 1, 2 … where
    none are given. ValueError for what is no such digest, or a key given twice.

    >>> ExactIndex(16, ["00" * 16, "ff" * 16, "00" * 16]).search("00" * 16)
    (0, 2)
    """

    def __init__(
        self, size: int = 32, digests: Iterable[str] | Bytes = (), keys: Iterable[int] | Keys | None = None
    ) -> None:
        if size not in SIZES:
            raise ValueError(f"digests of {size} bytes: choose {' or '.join(map(str, SIZES))}")
        self.size = size
        self._writing = threading.RLock()
        self._next = 0
        self._state = _State(np.empty((0, size), dtype=np.uint8))
        self.add_many(digests, keys)

    def __len__(self) -> int:
        return self._state.live

    def __contains__(self, key: object) -> bool:
        return isinstance(key, (int, np.integer)) and self._state.holds(int(key))

    # -- reading -----------------------------------------------------------------------------------

    def search(self, digest: str) -> tuple[int, ...]:
        """Keys of the entries with this digest, ascending."""
        packed, state = self._packed(digest), self._state
        tail = state.tail.get(packed, ())
        if state.sorted_size:
            found = state.find_one(*state.places, packed)
            if found:
                keys = state.kept(found >> 32, found & 0xFFFFFFFF)
                return tuple(keys) if not tail else tuple(sorted((*keys, *tail)))
        return tail if len(tail) < 2 else tuple(sorted(tail))

    def search_many(self, digests: Iterable[str] | Bytes) -> Found:
        """The same for many digests at once, faster than one by one."""
        queries, state = self._rows(digests), self._state
        firsts, counts = np.zeros((2, len(queries)), dtype=np.int64)
        if state.sorted_size and len(queries):
            _kernels().find_many(*state.places, queries.ctypes.data, firsts, counts)
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        keys = state.keys[np.arange(total) + np.repeat(firsts - ends + counts, counts)]
        rows = np.repeat(np.arange(len(queries)), counts)
        if state.gone_count:
            stays = ~state.gone[np.arange(total) + np.repeat(firsts - ends + counts, counts)]
            keys, rows = keys[stays], rows[stays]
        if state.tail:
            raw, size = queries.tobytes(), self.size
            late = [(row, key) for row in range(len(queries))
                    for key in state.tail.get(raw[size * row : size * row + size], ())]  # fmt: skip
            if late:
                pairs = np.array(late, dtype=np.int64)
                rows, keys = np.concatenate((rows, pairs[:, 0])), np.concatenate((keys, pairs[:, 1]))
                order = np.lexsort((keys, rows))
                rows, keys = rows[order], keys[order]
        offsets = np.zeros(len(queries) + 1, dtype=np.int64)
        np.cumsum(np.bincount(rows, minlength=len(queries)), out=offsets[1:])
        return Found(offsets, keys)

    def describe(self) -> dict[str, int | str]:
        """Version, bytes of a digest, entries, those of them not yet sorted in, removed ones, and bytes held."""
        state = self._state
        return {"version": VERSION, "digest": self.size, "entries": state.live, "tail": len(state.tail_keys),
                "removed": state.gone_count, "bytes": state.nbytes, "next": self._next}  # fmt: skip

    # -- writing -----------------------------------------------------------------------------------

    def add(self, digest: str, key: int | None = None) -> int:
        """Add an entry and return its key: the given one, or one more than the highest so far."""
        return int(self.add_many([digest], None if key is None else [key])[0])

    def add_many(self, digests: Iterable[str] | Bytes, keys: Iterable[int] | Keys | None = None) -> Keys:
        """Add many entries at once, all or none; returns their keys."""
        rows = self._rows(digests)
        with self._writing:
            state = self._state
            given = new_keys(len(rows), keys, self._next, state.taken, "digest")
            if not len(rows):
                return given
            if len(state.tail_keys) + len(rows) <= max(SHORTEST_TAIL, state.sorted_size // _TAIL_SHARE):
                state.put(rows, given)
            else:
                self._state = state.sorted_with(rows, given)
            self._next = max(self._next, int(given.max()) + 1)
        return given

    def remove(self, key: int) -> bool:
        """Take an entry out; False where there is none with this key."""
        with self._writing:
            state = self._state
            if not state.holds(key):
                return False
            if not state.drop(key):
                state = state.without(key)
                if state.gone_count > max(SHORTEST_TAIL, state.sorted_size // 8):
                    state = state.sorted_with()
                self._state = state
        return True

    # -- snapshots ---------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write a snapshot (`turs.match.snapshot`)."""
        with self._writing:
            state, upcoming = self._state.sorted_with(), self._next
        meta = {"digest": self.size, "next": upcoming}
        arrays: dict[str, NDArray[Any]] = {
            "digests": state.digests, "keys": state.keys, "offsets": state.offsets, "order": state.order}
        snapshot.write(path, KIND, FORMATS[-1], meta, arrays)

    @classmethod
    def load(cls, path: str | Path, verify: bool = True) -> ExactIndex:
        """The index of a snapshot, memory-mapped; entries that come later stay in memory.

        verify: compare all checksums. SnapshotDamaged where the file is not what it should be.
        """
        read = snapshot.read(path, KIND, FORMATS, verify)
        width, upcoming = read.meta.get("digest"), read.meta.get("next")
        digests, keys, offsets, order = (read.arrays.get(name) for name in ("digests", "keys", "offsets", "order"))
        if (
            width not in SIZES or type(upcoming) is not int or not 0 <= upcoming <= TOP
            or digests is None or keys is None or offsets is None or order is None
            or keys.ndim != 1 or digests.shape != (len(keys), width) or order.shape != keys.shape
            or digests.dtype != np.uint8 or keys.dtype != np.int64
            or offsets.dtype != np.uint32 or order.dtype != np.uint32
            or offsets.shape != (_kernels().VALUES + 1,)
            or not _kernels().offsets_hold(offsets.ctypes.data, len(keys))
            or (len(keys) and (int(order.max()) >= len(keys) or int(keys.max()) >= max(upcoming, 0) > 0))
        ):  # fmt: skip
            raise snapshot.SnapshotDamaged(
                f"{path}: its digests and keys do not belong together: build the index again from its digests")
        index = cls(width)
        index._state, index._next = _State(digests, keys, offsets, order), upcoming
        return index

    # -- digests -----------------------------------------------------------------------------------

    def _packed(self, digest: str) -> bytes:
        try:
            packed = bytes.fromhex(digest)
        except (TypeError, ValueError):
            self._refuse(digest)
        if len(packed) != self.size or len(digest) != 2 * self.size:
            self._refuse(digest)
        return packed

    def _rows(self, digests: Iterable[str] | Bytes) -> Bytes:
        if isinstance(digests, np.ndarray):
            if digests.dtype != np.uint8 or digests.ndim != 2 or digests.shape[1] != self.size:
                raise ValueError(f"digests are {digests.dtype} of shape {digests.shape}: "
                                 f"give uint8 of shape (n, {self.size})")  # fmt: skip
            return np.ascontiguousarray(digests)
        packed = b"".join([self._packed(digest) for digest in digests])
        return np.frombuffer(packed, dtype=np.uint8).reshape(-1, self.size)

    def _refuse(self, digest: object) -> NoReturn:
        raise ValueError(f"a digest here has {2 * self.size} hex digits, this has not: {digest!r:.90}")


def warm() -> None:
    """Compile the kernels, or load what was compiled before."""
    _kernels().warm()


def _kernels() -> ModuleType:
    from turs.match.kernels import exact

    return exact


@dataclass(slots=True)
class _State:
    """What the index holds: entries sorted by digest, then key, which are not changed, and those not sorted in yet.

    order: places by ascending key. gone: which of the sorted are removed. tail: keys by digest; tail_keys: the other
    way. Every change of the tail is one assignment in a dictionary, so that a reader sees it whole or not at all.
    """

    digests: Bytes
    keys: Keys = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    offsets: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(65537, dtype=np.uint32))
    order: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, dtype=np.uint32))
    gone: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    gone_count: int = 0
    tail: dict[bytes, tuple[int, ...]] = field(default_factory=dict)
    tail_keys: dict[int, bytes] = field(default_factory=dict)
    sorted_size: int = field(init=False)
    places: tuple[int, int, int, int] = field(init=False)
    find_one: Any = field(init=False)

    def __post_init__(self) -> None:
        self.sorted_size = len(self.keys)
        self.places = (self.digests.ctypes.data, self.offsets.ctypes.data, self.sorted_size, self.digests.shape[1])
        self.find_one = _kernels().find_one if self.sorted_size else None

    @property
    def live(self) -> int:
        return self.sorted_size - self.gone_count + len(self.tail_keys)

    @property
    def nbytes(self) -> int:
        arrays = (self.digests, self.keys, self.offsets, self.order, self.gone)
        return sum(array.nbytes for array in arrays) + 320 * len(self.tail_keys)

    def kept(self, first: int, count: int) -> list[int]:
        """Keys at some places, without the removed."""
        keys: list[int] = self.keys[first : first + count].tolist()
        if self.gone_count:
            return [key for key, gone in zip(keys, self.gone[first : first + count].tolist(), strict=True) if not gone]
        return keys

    def place(self, key: int) -> int:
        """Place of a key among the sorted, removed or not; -1 for none."""
        if not self.sorted_size or not -TOP - 1 <= key <= TOP:
            return -1
        keys, order = self.keys, self.order
        at = bisect_left(range(self.sorted_size), key, key=lambda turn: int(keys[order[turn]]))
        return int(order[at]) if at < self.sorted_size and keys[order[at]] == key else -1

    def holds(self, key: int) -> bool:
        if key in self.tail_keys:
            return True
        place = self.place(key)
        return place >= 0 and not (self.gone_count and self.gone[place])

    def taken(self, keys: Keys) -> int | None:
        """The first of these ascending keys that is there."""
        few = keys if len(keys) < 64 else keys[np.isin(keys, self.keys)]
        late = (key for key in keys.tolist() if key in self.tail_keys) if self.tail_keys else ()
        return min((key for key in (*few.tolist(), *late) if self.holds(key)), default=None)

    def put(self, rows: Bytes, keys: Keys) -> None:
        """Add to the tail."""
        raw, size = rows.tobytes(), rows.shape[1]
        for number, key in enumerate(keys.tolist()):
            digest = raw[size * number : size * number + size]
            self.tail_keys[key] = digest
            self.tail[digest] = (*self.tail.get(digest, ()), key)

    def drop(self, key: int) -> bool:
        """Remove from the tail; False where it is not there."""
        digest = self.tail_keys.pop(key, None)
        if digest is None:
            return False
        left = tuple(other for other in self.tail[digest] if other != key)
        if left:
            self.tail[digest] = left
        else:
            del self.tail[digest]
        return True

    def without(self, key: int) -> _State:
        """The same with one of the sorted entries marked as removed: one byte, which earlier states see as well."""
        gone = self.gone if self.gone_count else np.zeros(self.sorted_size, dtype=np.bool_)
        gone[self.place(key)] = True
        return _State(self.digests, self.keys, self.offsets, self.order, gone, self.gone_count + 1,
                      self.tail, self.tail_keys)  # fmt: skip

    def sorted_with(self, rows: Bytes | None = None, keys: Keys | None = None) -> _State:
        """A state with these entries too, everything sorted and nothing removed left."""
        digests, own, size = self.digests, self.keys, self.digests.shape[1]
        if self.gone_count:
            digests, own = digests[~self.gone], own[~self.gone]
        elif not self.tail_keys and rows is None:
            return self
        tail = np.frombuffer(b"".join(self.tail_keys.values()), dtype=np.uint8).reshape(-1, size)
        parts, names = [digests, tail], [own, np.fromiter(self.tail_keys, np.int64, len(self.tail_keys))]
        if rows is not None and keys is not None:
            parts, names = [*parts, rows], [*names, keys]
        return _sorted(np.concatenate(parts), np.concatenate(names))


def _sorted(digests: Bytes, keys: Keys) -> _State:
    if len(keys) >= 1 << 31:
        raise ValueError(f"{len(keys):,} entries: one index holds up to {1 << 31:,}; use several")
    if (keys[1:] < keys[:-1]).any():
        by_key = np.argsort(keys, kind="stable")
        digests, keys = digests[by_key], keys[by_key]
    heads = np.ascontiguousarray(digests[:, :8]).view(">u8").reshape(-1).astype(np.uint64)
    order = np.argsort(heads, kind="stable")
    heads, found = heads[order], digests[order]
    alike = heads[1:] == heads[:-1]
    if alike.any() and (found[1:][alike] != found[:-1][alike]).any():
        words = digests.view(">u8").astype(np.uint64)
        order = np.lexsort((keys, *words.T[::-1]))
        heads, found = words[order, 0], digests[order]
    offsets = np.zeros(65537, dtype=np.uint32)
    np.cumsum(np.bincount((heads >> np.uint64(48)).astype(np.int64), minlength=65536), out=offsets[1:])
    places: NDArray[np.uint32] = np.empty(len(keys), dtype=np.uint32)
    places[order] = np.arange(len(keys))  # keys were ascending: place of the i-th key
    return _State(found, keys[order], offsets, places)
