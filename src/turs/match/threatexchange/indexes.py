"""Our indexes behind the index interface of the `threatexchange` library: ``query``, ``add``, ``build``, and files.

An index is written as one stream; numbers are little-endian::

    8 bytes   89 54 55 52 53 54 58 0a   ("\\x89TURSTX\\n")
    uint32    version, 1
    uint32    length of the header in bytes
    uint32    CRC-32 of the header
    header    JSON: {"index", "settings", "parts": [{"name", "bytes", "crc32"}, ...]}
    parts     back to back: ``entries`` (`turs.match.threatexchange.entries`), then the files of the index, which are
              snapshots (`turs.match.snapshot`)

Reading trusts nothing in it: sizes and checksums are compared, and `SnapshotDamaged` says what is wrong.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Final, TypeVar

from threatexchange.signal_type.index import (
    IndexMatch,
    IndexMatchUntyped,
    SignalSimilarityInfo,
    SignalSimilarityInfoWithIntDistance,
    SignalTypeIndex,
    T,
)

from turs.match.banks import CONTAINMENT
from turs.match.copies import TextIndex
from turs.match.hamming import HammingIndex, Neighbour
from turs.match.perceptual import BITS, MATCH_DISTANCE
from turs.match.snapshot import SnapshotDamaged
from turs.match.threatexchange import entries as entry_codec
from turs.match.urls import canonical_url
from turs.match.video_index import QUERY_PERCENT, VideoIndex
from turs.match.vpdq import FramePrint, frames_from_text, matchable
from turs.text import normalise

MAGIC: Final = b"\x89TURSTX\n"
VERSION: Final = 1
_LONGEST_HEADER: Final = 1 << 20
_BLOCK: Final = 1 << 20
_FILE: Final = re.compile(r"index(?:\.numbers|\.[0-9a-f]{1,64}\.frames)?")
_AGAIN: Final = "build the index again (threatexchange dataset -r)"

Self = TypeVar("Self", bound="SnapshotIndex[Any]")
Video = TypeVar("Video", bound="VpdqIndex[Any]")


@dataclass(frozen=True)
class TextSimilarity(SignalSimilarityInfo):
    """How much two texts share. containment: of the shorter one, resemblance: of both together, 0 to 1."""

    containment: float
    resemblance: float

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, TextSimilarity):
            return NotImplemented
        return (-self.containment, -self.resemblance) < (-other.containment, -other.resemblance)

    def pretty_str(self) -> str:
        return f"{self.containment:.0%}[{self.resemblance:.0%}]"


@dataclass(frozen=True)
class VideoSimilarity(SignalSimilarityInfo):
    """Percent of the frames of either side that are in the other, as the library's vPDQ extension has it."""

    query_match_percent: float
    compared_match_percent: float

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, VideoSimilarity):
            return NotImplemented
        mine, theirs = -self.query_match_percent, -other.query_match_percent
        return (mine, -self.compared_match_percent) < (theirs, -other.compared_match_percent)

    def pretty_str(self) -> str:
        return f"{self.query_match_percent:.0f}%[{self.compared_match_percent:.0f}%]"


class SnapshotIndex(SignalTypeIndex[T]):
    """What all our indexes share: entries by number, and the stream. One thread may add while others query."""

    NAME: ClassVar[str]

    def __init__(self) -> None:
        self._entries: list[T] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, signal_str: str, entry: T) -> None:
        """Add one entry; the same signal may come again with another. ValueError for what is no signal."""
        self.add_all([(signal_str, entry)])

    def add_all(self, entries: Iterable[tuple[str, T]]) -> None:
        """Add many entries at once, all or none."""
        given = list(entries)
        first = len(self._entries)
        # Before the index, so that whoever finds a number there finds its entry too.
        self._entries.extend(entry for _, entry in given)
        try:
            self._put([signal for signal, _ in given], first)
        except BaseException:
            del self._entries[first:]
            raise

    def _put(self, signals: list[str], first: int) -> None:
        """Index these signals as entries number `first` and following, all or none."""
        raise NotImplementedError

    def serialize(self, fout: BinaryIO) -> None:
        """Write the index. EntryNotStorable (a TypeError) where an entry is of a type that is not allowed."""
        entries = entry_codec.pack(self._entries)
        with tempfile.TemporaryDirectory(prefix="turs-index-") as folder:
            self._save(Path(folder) / "index")
            files = sorted(Path(folder).iterdir())
            parts = [{"name": "entries", "bytes": len(entries), "crc32": zlib.crc32(entries)}]
            parts += [{"name": file.name, "bytes": file.stat().st_size, "crc32": _crc(file)} for file in files]
            described = {"index": self.NAME, "settings": self._settings(), "parts": parts}
            header = json.dumps(described).encode()
            numbers = (VERSION, len(header), zlib.crc32(header))
            fout.write(MAGIC + b"".join(number.to_bytes(4, "little") for number in numbers) + header)
            fout.write(entries)
            for file in files:
                with file.open("rb") as stream:
                    while block := stream.read(_BLOCK):
                        fout.write(block)

    @classmethod
    def deserialize(cls: type[Self], fin: BinaryIO) -> Self:
        """Read an index that `serialize` wrote. SnapshotDamaged where it is none, or not whole."""
        header = _header(fin, cls.NAME)
        with tempfile.TemporaryDirectory(prefix="turs-index-", ignore_cleanup_errors=True) as folder:
            data = b""
            for part in header["parts"]:
                name = part["name"]
                if name == "entries":
                    sink = io.BytesIO()
                    _copy(fin, sink, part)
                    data = sink.getvalue()
                elif _FILE.fullmatch(name):
                    with (Path(folder) / name).open("xb") as stream:
                        _copy(fin, stream, part)
                else:
                    raise SnapshotDamaged(f"the index has a part {name[:100]!r} that does not belong to it: {_AGAIN}")
            try:
                made = cls(**header["settings"])
            except (TypeError, ValueError) as error:
                raise SnapshotDamaged(f"the settings of the index cannot be ({error}): {_AGAIN}") from error
            made._entries = entry_codec.unpack(data)
            made._load(Path(folder) / "index")
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and other processes get the index through its stream, too."""
        sink = io.BytesIO()
        self.serialize(sink)
        return _restored, (type(self), sink.getvalue())

    def _settings(self) -> Mapping[str, Any]:
        return {}

    def _save(self, path: Path) -> None:
        raise NotImplementedError

    def _load(self, path: Path) -> None:
        raise NotImplementedError


def _restored(kind: type[SnapshotIndex[Any]], data: bytes) -> SnapshotIndex[Any]:
    return kind.deserialize(io.BytesIO(data))


class PdqIndex(SnapshotIndex[T]):
    """PDQ hashes within `threshold` bits: exact at any size, whatever the entries are.

    >>> index = PdqIndex([("0" * 64, "a"), ("0" * 63 + "1", "b")])
    >>> [(match.metadata, match.similarity_info.pretty_str()) for match in index.query("0" * 64)]
    [('a', '0'), ('b', '1')]
    """

    NAME = "turs_pdq"

    def __init__(self, entries: Iterable[tuple[str, T]] = (), *, threshold: int = MATCH_DISTANCE) -> None:
        super().__init__()
        if not 0 <= threshold <= BITS:
            raise ValueError(f"threshold {threshold}: choose 0 to {BITS}")
        self.threshold = threshold
        self._index = HammingIndex()
        self.add_all(entries)

    def query(self, query: str) -> list[IndexMatch[T]]:
        """Entries in reach, nearest first; none for "". ValueError for what is no hash."""
        if not query:
            return []
        return self._matches(self._index.search(query, self.threshold))

    def query_all(self, queries: Iterable[str]) -> list[list[IndexMatch[T]]]:
        """The same for many hashes at once, far faster than one by one."""
        found = self._index.search_many(list(queries), self.threshold)
        return [self._matches(found[number]) for number in range(len(found))]

    def _matches(self, found: Iterable[Neighbour]) -> list[IndexMatch[T]]:
        entries = self._entries
        return [IndexMatchUntyped(SignalSimilarityInfoWithIntDistance(bits), entries[number]) for bits, number in found
                if 0 <= number < len(entries)]  # fmt: skip

    def _put(self, signals: list[str], first: int) -> None:
        if len(signals) == 1:
            self._index.add(signals[0], first)
        else:
            self._index.add_many(signals, range(first, first + len(signals)))

    def _settings(self) -> Mapping[str, Any]:
        return {"threshold": self.threshold}

    def _save(self, path: Path) -> None:
        self._index.save(path)

    def _load(self, path: Path) -> None:
        self._index = HammingIndex.load(_present(path))
        _belong(self._index, len(self._entries))


class VpdqIndex(SnapshotIndex[T]):
    """Videos by their frames. Shares of either side, in percent, decide; the library asks for 80 and 0."""

    NAME = "turs_vpdq"

    def __init__(
        self, entries: Iterable[tuple[str, T]] = (), *, query_match_threshold_pct: float = QUERY_PERCENT,
        index_match_threshold_pct: float = 0.0,
    ) -> None:
        super().__init__()
        self.query_match_threshold_pct = float(query_match_threshold_pct)
        self.index_match_threshold_pct = float(index_match_threshold_pct)
        self._index = VideoIndex()
        self.add_all(entries)

    @classmethod
    def build(
        cls: type[Video], entries: Iterable[tuple[str, Any]], query_match_threshold_pct: float = QUERY_PERCENT,
        index_match_threshold_pct: float = 0.0,
    ) -> Video:
        """An index of these entries; shares as for the class."""
        return cls(entries, query_match_threshold_pct=query_match_threshold_pct,
                   index_match_threshold_pct=index_match_threshold_pct)  # fmt: skip

    def query(self, query: str) -> list[IndexMatch[T]]:
        """Entries that share enough frames, those that hold most of the query first; none for ""."""
        found = self._index.search(
            frames_from_text(query), self.query_match_threshold_pct, self.index_match_threshold_pct
        )
        return [
            IndexMatchUntyped(VideoSimilarity(match.query_percent, match.entry_percent), self._entries[match.key])
            for match in found
            if 0 <= match.key < len(self._entries)
        ]

    def _put(self, signals: list[str], first: int) -> None:
        videos: list[tuple[FramePrint, ...]] = []
        for signal in signals:
            frames = matchable(frames_from_text(signal))
            if not frames:
                raise ValueError("a video without a frame of good quality can match nothing: leave it out of the index")
            videos.append(frames)
        self._index.add_many(videos, range(first, first + len(videos)))

    def _settings(self) -> Mapping[str, Any]:
        return {"query_match_threshold_pct": self.query_match_threshold_pct,
                "index_match_threshold_pct": self.index_match_threshold_pct}  # fmt: skip

    def _save(self, path: Path) -> None:
        self._index.save(path)

    def _load(self, path: Path) -> None:
        self._index = VideoIndex.load(_present(path))
        _belong(self._index, len(self._entries))


class TextCopyIndex(SnapshotIndex[T]):
    """Texts, found again by their copies: whole or in part, edited, disguised, embedded.

    threshold: share of the shorter of the two texts that must be found again (`TextIndex` asks for more of short
    texts). A text of fewer than 20 letters is found again only where another reads the same as a whole.
    """

    NAME = "turs_text"

    def __init__(self, entries: Iterable[tuple[str, T]] = (), *, threshold: float = CONTAINMENT) -> None:
        super().__init__()
        if not 0.0 <= threshold <= 1.0:
            raise ValueError(f"threshold {threshold}: choose 0 to 1")
        self.threshold = float(threshold)
        self._index = TextIndex()
        self._numbers: dict[str, list[int]] = {}
        self._firsts: dict[int, list[int]] = {}
        self.add_all(entries)

    def query(self, query: str) -> list[IndexMatch[T]]:
        """Entries that are copies of the text, or hold it, or that it holds; most of the shorter one first."""
        same = self._numbers.get(reads(query), [])
        found: list[IndexMatch[T]] = [
            IndexMatchUntyped(TextSimilarity(1.0, 1.0), self._entries[number]) for number in same
        ]
        for copy in self._index.search(query, self.threshold, max(len(self._firsts), 1)):
            numbers = self._firsts.get(copy.key, [])
            if numbers and numbers is not same:
                info = TextSimilarity(copy.containment, copy.resemblance)
                found += [IndexMatchUntyped(info, self._entries[number]) for number in numbers]
        return found

    def _put(self, signals: list[str], first: int) -> None:
        read = [reads(signal) for signal in signals]
        if not all(read):
            raise ValueError("a text without a single character can match nothing: leave it out of the index")
        new: dict[str, int] = {}
        for number, form in enumerate(read, first):
            if form not in self._numbers:
                new.setdefault(form, number)
        self._index.add_many([signals[number - first] for number in new.values()], list(new.values()))
        for number, form in enumerate(read, first):
            numbers = self._numbers.setdefault(form, [])
            if not numbers:
                self._firsts[number] = numbers
            numbers.append(number)

    def _settings(self) -> Mapping[str, Any]:
        return {"threshold": self.threshold}

    def _save(self, path: Path) -> None:
        self._index.save(path)
        _write_numbers(path.with_name("index.numbers"), self._numbers)

    def _load(self, path: Path) -> None:
        self._index = TextIndex.load(_present(path))
        self._numbers = _numbered(path.with_name("index.numbers"), len(self._entries))
        self._firsts = {numbers[0]: numbers for numbers in self._numbers.values()}


class _ExactIndex(SnapshotIndex[T]):
    """Signals that match only themselves, in whatever spelling."""

    def __init__(self, entries: Iterable[tuple[str, T]] = ()) -> None:
        super().__init__()
        self._numbers: dict[str, list[int]] = {}
        self.add_all(entries)

    @staticmethod
    def _spelled(signal: str) -> str:
        """The one spelling of a signal, "" for what is none."""
        raise NotImplementedError

    def query(self, query: str) -> list[IndexMatch[T]]:
        """Entries of this signal; none for what is no signal."""
        spelled = self._spelled(query)
        numbers = self._numbers.get(spelled, []) if spelled else []
        return [IndexMatchUntyped(SignalSimilarityInfo(), self._entries[number]) for number in numbers]

    def _put(self, signals: list[str], first: int) -> None:
        spelled = [self._spelled(signal) for signal in signals]
        for signal, each in zip(signals, spelled, strict=True):
            if not each:
                raise ValueError(f"{signal[:100]!r} is no signal of {self.NAME}: correct it or leave it out")
        for number, each in enumerate(spelled, first):
            self._numbers.setdefault(each, []).append(number)

    def _save(self, path: Path) -> None:
        _write_numbers(path.with_name("index.numbers"), self._numbers)

    def _load(self, path: Path) -> None:
        self._numbers = _numbered(path.with_name("index.numbers"), len(self._entries))


class ExactTextIndex(_ExactIndex[T]):
    """Digests of texts as they read (`turs.match.text_digest`)."""

    NAME = "turs_text_digest"

    @staticmethod
    def _spelled(signal: str) -> str:
        digest = signal.strip().lower()
        return digest if re.fullmatch("[0-9a-f]{64}", digest) else ""


class UrlIndex(_ExactIndex[T]):
    """Addresses, in whatever spelling (`turs.match.canonical_url`)."""

    NAME = "turs_url"

    @staticmethod
    def _spelled(signal: str) -> str:
        return canonical_url(signal)


def reads(text: str) -> str:
    """A text as it reads: its letters and digits in search form; the text itself where it has none."""
    return "".join(filter(str.isalnum, normalise(text).text)) or text.strip()


# -- the stream --------------------------------------------------------------------------------------------


def _header(fin: BinaryIO, name: str) -> dict[str, Any]:
    fixed = _exactly(fin, 20)
    if fixed[:8] != MAGIC:
        raise SnapshotDamaged(f"this is no index file of Turs: {_AGAIN}")
    version, length, crc = (int.from_bytes(fixed[at : at + 4], "little") for at in (8, 12, 16))
    if version != VERSION:
        raise SnapshotDamaged(f"the index is of version {version}, this program reads {VERSION}: {_AGAIN}")
    if length > _LONGEST_HEADER:
        raise SnapshotDamaged(f"the header of the index claims {length:,} bytes: {_AGAIN}")
    text = _exactly(fin, length)
    if zlib.crc32(text) != crc:
        raise SnapshotDamaged(f"the header of the index has changed (checksum differs): {_AGAIN}")
    try:
        header = json.loads(text)
        sound = isinstance(header["settings"], dict) and all(
            isinstance(part["name"], str) and type(part["bytes"]) is int and part["bytes"] >= 0
            and type(part["crc32"]) is int for part in header["parts"]
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, RecursionError):
        sound = False
    if not sound or len({part["name"] for part in header["parts"]}) != len(header["parts"]):
        raise SnapshotDamaged(f"the header of the index lacks something: {_AGAIN}")
    if header["index"] != name:
        raise SnapshotDamaged(f"this is an index of {header['index']!r}, not of {name!r}: choose the right file")
    found: dict[str, Any] = header
    return found


def _exactly(fin: BinaryIO, count: int) -> bytes:
    data = fin.read(count)
    if len(data) != count:
        raise SnapshotDamaged(f"the index ends too early: {_AGAIN}")
    return data


def _copy(fin: BinaryIO, sink: BinaryIO, part: Mapping[str, Any]) -> None:
    left, crc = part["bytes"], 0
    while left:
        block = fin.read(min(left, _BLOCK))
        if not block:
            raise SnapshotDamaged(f"the index ends too early, in its part {part['name']!r}: {_AGAIN}")
        crc = zlib.crc32(block, crc)
        sink.write(block)
        left -= len(block)
    if crc != part["crc32"]:
        raise SnapshotDamaged(f"the part {part['name']!r} of the index has changed (checksum differs): {_AGAIN}")


def _crc(file: Path) -> int:
    crc = 0
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            crc = zlib.crc32(block, crc)
    return crc


def _present(path: Path) -> Path:
    if not path.is_file():
        raise SnapshotDamaged(f"the index lacks its part {path.name!r}: {_AGAIN}")
    return path


def _belong(index: HammingIndex | VideoIndex, count: int) -> None:
    """The index has as many numbers as there are entries."""
    if len(index) != count:
        raise SnapshotDamaged(f"the index and its entries do not belong together: {_AGAIN}")


def _write_numbers(path: Path, numbers: Mapping[str, list[int]]) -> None:
    path.write_bytes(json.dumps(numbers, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _numbered(path: Path, count: int) -> dict[str, list[int]]:
    """Signal -> numbers of its entries, each number once."""
    try:
        found = json.loads(_present(path).read_bytes().decode("utf-8", "surrogatepass"))
        numbers = [number for each in found.values() for number in each]
        sound = sorted(numbers) == list(range(count)) and all(found.values()) and {*map(type, numbers)} <= {int}
    except (ValueError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise SnapshotDamaged(f"the index and its entries do not belong together: {_AGAIN}")
    answer: dict[str, list[int]] = found
    return answer
