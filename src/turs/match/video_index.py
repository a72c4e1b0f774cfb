"""Search among videos by their frames: which known video is in this one, how much of it, and where.

Every frame of good quality is one entry of an exact `HammingIndex`. Shares are those of vPDQ: of the *distinct* hashes
of quality 50 and more on one side, the percentage that have a frame within the distance on the other side.

A copy that was cut out of a longer known video has a high share of its own frames found (`query_percent`) and a low
share of the entry's (`entry_percent`); a long video that embeds a known one, the other way round.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from turs.match import snapshot
from turs.match.hamming import HammingIndex
from turs.match.keys import Keys
from turs.match.perceptual import MATCH_DISTANCE
from turs.match.vpdq import FramePrint, matchable

VERSION = "video index/1"
KIND: Final = "video"
FORMATS: Final = (1,)
QUERY_PERCENT: Final = 80.0
"""Share of the looked-up video from which threatexchange calls two videos the same; of the other it asks nothing."""

GAP: Final = 5.0
"""Seconds without a match that end a stretch, and by which the two sides may drift apart between two frames."""

_PLACE_BITS: Final = 20
_PLACES: Final = 1 << _PLACE_BITS
"""A frame is known to the inner index as: number of its video, then its place in it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part found again, in seconds on either side. frames: how many of the looked-up frames support it."""

    query_from: float
    query_to: float
    entry_from: float
    entry_to: float
    frames: int


@dataclass(frozen=True, slots=True)
class VideoMatch:
    """A known video that shares frames with the one looked up.

    query_percent: of the looked-up frames that are in the entry. entry_percent: of the entry's frames that are in the
    looked-up video. stretches: where, in the order of the looked-up video.
    """

    key: int
    query_percent: float
    entry_percent: float
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    key: int
    seconds: NDArray[np.float64] = field(repr=False)


class VideoIndex:
    """Known videos by integer key, each as its frames; one writer and many readers at the same time.

    >>> frames = [FramePrint("0f" * 32, 100, 0.0), FramePrint("33" * 32, 100, 1.0)]
    >>> index = VideoIndex()
    >>> index.add(frames, key=7)
    7
    >>> index.search(frames[:1])[0].entry_percent
    50.0
    """

    def __init__(self) -> None:
        self._frames = HammingIndex()
        self._entries: dict[int, _Entry] = {}  # by number; what is not in here is found by nobody
        self._numbers: dict[int, int] = {}
        self._next_number = self._next_key = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: int) -> bool:
        return key in self._numbers

    def add(self, frames: Iterable[FramePrint], key: int | None = None) -> int:
        """Add a video and return its key (the next free one where none is given). ValueError if the key is taken.

        Frames of low quality and repeated hashes are left out; a video of none but those is held and never found.
        """
        return int(self.add_many([frames], None if key is None else [key])[0])

    def add_many(self, videos: Iterable[Iterable[FramePrint]], keys: Iterable[int] | None = None) -> Keys:
        """Add many videos at once, faster than one by one; all or none."""
        kept = [matchable(frames) for frames in videos]
        own = list(range(self._next_key, self._next_key + len(kept))) if keys is None else [int(key) for key in keys]
        if len(own) != len(kept) or len(set(own)) != len(own):
            raise ValueError(f"{len(kept)} videos with {len(set(own))} different keys: give every video its own key")
        if taken := [key for key in own if key in self._numbers]:
            raise ValueError(f"key {taken[0]} is taken: remove that video first, or choose another key")
        if any(len(frames) > _PLACES for frames in kept):
            raise ValueError(f"a video has more than {_PLACES:,} frames: take fewer frames a second")
        numbers = range(self._next_number, self._next_number + len(kept))
        places = [np.arange(len(frames), dtype=np.int64) + (number << _PLACE_BITS)
                  for number, frames in zip(numbers, kept, strict=True)]
        if any(kept):
            self._frames.add_many([frame.value for frames in kept for frame in frames], np.concatenate(places))
        for number, key, frames in zip(numbers, own, kept, strict=True):
            self._entries[number] = _Entry(key, np.array([frame.seconds for frame in frames], dtype=np.float64))
            self._numbers[key] = number
        self._next_number = numbers.stop
        self._next_key = max(self._next_key, *(key + 1 for key in own)) if own else self._next_key
        return np.array(own, dtype=np.int64)

    def remove(self, key: int) -> bool:
        """Take a video out; False where it is not in."""
        number = self._numbers.pop(key, None)
        if number is None:
            return False
        entry = self._entries.pop(number)  # first, so that no reader sees a video with part of its frames
        for place in range(len(entry.seconds)):
            self._frames.remove((number << _PLACE_BITS) + place)
        return True

    def search(
        self, frames: Iterable[FramePrint], query_percent: float = 0.0, entry_percent: float = 0.0,
        distance: int = MATCH_DISTANCE,
    ) -> tuple[VideoMatch, ...]:
        """Videos that share frames with this one, those that hold most of it first.

        query_percent, entry_percent: least shares, 0 to 100; with 0 one shared frame is enough. threatexchange takes
        80 and 0 (`QUERY_PERCENT`); for known videos embedded in longer ones ask for entry_percent instead.
        """
        query = matchable(frames)
        if not query or not self._numbers:
            return ()
        found = self._frames.search_many([frame.value for frame in query], distance)
        rows = np.repeat(np.arange(len(query)), np.diff(found.offsets))
        numbers, places = found.keys >> _PLACE_BITS, found.keys & (_PLACES - 1)
        order = np.lexsort((places, rows, numbers))
        rows, places, numbers = rows[order], places[order], numbers[order]
        bits = np.asarray(found.distances)[order]
        times = np.array([frame.seconds for frame in query], dtype=np.float64)
        bounds = np.flatnonzero(np.diff(numbers, prepend=-1, append=-1)).tolist()
        matches = []
        for start, end in pairwise(bounds):
            entry = self._entries.get(int(numbers[start]))
            if entry is None:
                continue
            own_rows, own_places = rows[start:end], places[start:end]
            if own_places.max() >= len(entry.seconds):
                continue  # a snapshot of somebody else's making
            own_share = 100.0 * (1 + np.count_nonzero(np.diff(own_rows))) / len(query)
            entry_share = 100.0 * len(np.unique(own_places)) / len(entry.seconds)
            if own_share >= query_percent and entry_share >= entry_percent:
                parts = _stretches(times[own_rows], entry.seconds[own_places], bits[start:end])
                matches.append(VideoMatch(entry.key, own_share, entry_share, tuple(parts)))
        return tuple(sorted(matches, key=lambda match: (-match.query_percent, -match.entry_percent, match.key)))

    def describe(self) -> dict[str, int | str]:
        """Version, videos, frames, and bytes held."""
        inner = self._frames.describe()
        own = sum(entry.seconds.nbytes + 200 for entry in self._entries.values())
        return {"version": VERSION, "videos": len(self._numbers), "frames": len(self._frames),
                "bytes": int(inner.get("bytes", 0)) + own}

    def save(self, path: str | Path) -> None:
        """Write a snapshot: the videos at `path`, and their frames beside it in the file that `path` names.

        Every save writes the frames under a new name, then changes `path` at once, then takes away the frames of
        before: whoever stops in between leaves a whole snapshot.
        """
        path = Path(path)
        token = secrets.token_hex(8)
        numbers = np.array(sorted(self._entries), dtype=np.int64)
        entries = [self._entries[number] for number in numbers.tolist()]
        offsets = np.zeros(len(entries) + 1, dtype=np.int64)
        np.cumsum([len(entry.seconds) for entry in entries], out=offsets[1:])
        self._frames.save(_frames_path(path, token))
        meta = {"frames": token, "next_number": self._next_number, "next_key": self._next_key}
        arrays = {"keys": np.array([entry.key for entry in entries], dtype=np.int64), "numbers": numbers,
                  "offsets": offsets, "seconds": np.concatenate([np.zeros(0), *(entry.seconds for entry in entries)])}
        snapshot.write(path, KIND, FORMATS[-1], meta, arrays)
        for old in path.parent.iterdir():
            if old.name.startswith(f"{path.name}.") and old.suffix == ".frames" and old != _frames_path(path, token):
                old.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: str | Path, verify: bool = True) -> VideoIndex:
        """The index of a snapshot, memory-mapped. verify: compare all checksums. `snapshot.SnapshotDamaged`."""
        path = Path(path)
        read = snapshot.read(path, KIND, FORMATS, verify)
        token, next_number, next_key = (read.meta.get(name) for name in ("frames", "next_number", "next_key"))
        arrays: list[Any] = [read.arrays.get(name) for name in ("keys", "numbers", "offsets", "seconds")]
        again = "build the index again from its videos"
        if not isinstance(token, str) or not token.isalnum() or not _belong(arrays, next_number, next_key):
            raise snapshot.SnapshotDamaged(f"{path}: its videos and frames do not belong together: {again}")
        keys, numbers, offsets, seconds = arrays
        index = cls()
        try:
            index._frames = HammingIndex.load(_frames_path(path, token), verify)
        except FileNotFoundError as error:
            missing = f"{path}: the file of its frames is missing: bring it, or {again}"
            raise snapshot.SnapshotDamaged(missing) from error
        for key, number, (start, end) in zip(keys.tolist(), numbers.tolist(), pairwise(offsets.tolist()), strict=True):
            index._entries[number] = _Entry(key, seconds[start:end])
            index._numbers[key] = number
        index._next_number, index._next_key = read.meta["next_number"], read.meta["next_key"]
        return index


def _frames_path(path: Path, token: str) -> Path:
    return path.with_name(f"{path.name}.{token}.frames")


def _belong(arrays: list[Any], next_number: object, next_key: object) -> bool:
    """Whether the parts of a snapshot fit each other."""
    if any(array is None or array.ndim != 1 for array in arrays) or not isinstance(next_key, int):
        return False
    keys, numbers, offsets, seconds = arrays
    return (
        [array.dtype.str for array in arrays] == ["<i8", "<i8", "<i8", "<f8"]
        and len(keys) == len(numbers) == len(offsets) - 1
        and isinstance(next_number, int)
        and bool(offsets[0] == 0 and offsets[-1] == len(seconds) and (np.diff(offsets) >= 0).all())
        and bool((np.diff(numbers, prepend=-1) > 0).all() and (numbers < next_number).all())
        and len(np.unique(keys)) == len(keys)
        and bool((keys < next_key).all())
    )


def _stretches(query: NDArray[np.float64], entry: NDArray[np.float64], bits: NDArray[np.uint16]) -> Iterator[Stretch]:
    """Pairs of times that lie on one line, joined. query, entry: seconds of every pair of frames in reach."""
    order = np.lexsort((entry, bits, query))
    query, entry = query[order], entry[order]
    starts = np.flatnonzero(np.diff(query, prepend=-np.inf))
    ends = np.append(starts[1:], len(query))
    first_q = last_q = first_e = last_e = 0.0
    frames = 0
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        now, choices = float(query[start]), entry[start:end]
        expected = last_e + (now - last_q)
        nearest = float(choices[np.argmin(np.abs(choices - expected))])
        if frames and now - last_q <= GAP and abs(nearest - expected) <= GAP:
            last_q, last_e, frames = now, max(nearest, last_e), frames + 1
            continue
        if frames:
            yield Stretch(first_q, last_q, first_e, last_e, frames)
        first_q = last_q = now
        first_e = last_e = float(choices[0])  # the nearest hash, then the earliest
        frames = 1
    if frames:
        yield Stretch(first_q, last_q, first_e, last_e, frames)
