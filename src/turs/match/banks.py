"""Banks: curated fingerprints of content that people have judged, and the match of a posting against them.

A bank of polarity ``match`` holds what should be recognised; one of polarity ``suppress`` holds what is
known to be harmless and must not come up again. Tiers and labels after field guide 1.6 and 1.8.

`BankIndex` holds many banks, changes while it is read, and gives out `BankSet`: what some of the banks held at one
moment. A set never changes, so that whoever examines with it can name its version.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

from turs.match import digests, perceptual, urls
from turs.posting import Span

if TYPE_CHECKING:
    from turs.match.copies import TextIndex
    from turs.match.exact import ExactIndex
    from turs.match.hamming import HammingIndex
    from turs.match.video_index import VideoIndex

VERSION = "banks/2"
Kind = Literal["sha256", "md5", "text", "near_text", "url", "pdq", "vpdq"]
Polarity = Literal["match", "suppress"]
Tier = Literal["threat_to_life", "crisis", "designation", "promotional", "none"]
KINDS: tuple[str, ...] = get_args(Kind)
TIERS: tuple[str, ...] = get_args(Tier)
LABELS = ("imminent_credible_threat", "graphic_violence", "glorification", "radicalization_recruitment_instruction")
"""What an entry shows or does: the behaviour labels of the GIFCT hash-sharing database (guide 1.6)."""

CONTAINMENT = 0.5
"""Share of the smaller text that must be found again before a bank calls the two texts the same."""
WHOLE = 0.8
"""Resemblance from which a text *is* a known text, and does not merely hold it."""
VIDEO_SHARE = 50.0
"""Percent of the frames of a posting's video, or of the known one, that must be found again."""
LONGEST_TEXT = 100_000
"""Code points of a text that an entry may hold."""

_EXACT = {"sha256", "md5", "text", "url"}
_HEX = {"sha256": 64, "md5": 32, "text": 64, "pdq": 64}
_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One fingerprint.

    kind: ``sha256`` or ``md5`` of a file, ``text`` (see `text_digest`), ``near_text`` (the text itself, found again
    when changed, cut or embedded), ``url`` (any spelling), ``pdq``, ``vpdq`` (frames of a video).
    value: the fingerprint; made lower-case, an address canonical. label: what it is.
    tier: urgency it brings. quality: of a PDQ hash, if known. note: for the reader of a match.
    id: where the entry is kept, if it is kept somewhere. labels: of `LABELS`. producer: the organisation or outlet
    that made it, never a person. disputed: somebody who may judge disagrees with it; it is shown and raises nothing.

    ValueError where nothing could match it.
    """

    kind: Kind
    value: str
    label: str = ""
    tier: Tier = "none"
    note: str = ""
    quality: int = 100
    id: int | None = None
    labels: tuple[str, ...] = ()
    producer: str = ""
    disputed: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind of fingerprint {self.kind!r}: choose one of {', '.join(KINDS)}")
        if self.tier not in TIERS:
            raise ValueError(f"no tier {self.tier!r}: choose one of {', '.join(TIERS)}")
        if unknown := set(self.labels) - set(LABELS):
            raise ValueError(f"no label {', '.join(sorted(unknown))}: choose of {', '.join(LABELS)}")
        object.__setattr__(self, "value", clean_value(self.kind, self.value))

    @property
    def digest(self) -> str:
        """Sixteen bytes, in hex, that tell its kind and value apart from all others: a short name for a long value."""
        return entry_digest(self.kind, self.value)


def clean_value(kind: str, value: str) -> str:
    """The one spelling of a fingerprint; ValueError with the remedy where it is none."""
    if kind == "near_text":
        return _text(value)
    if kind == "vpdq":
        from turs.match.vpdq import frames_from_text, frames_to_text, matchable

        frames = frames_from_text(value)
        if not matchable(frames):
            raise ValueError("vpdq entry holds no frame of enough quality: correct it or leave it out")
        return frames_to_text(frames)
    clean = urls.canonical_url(value) if kind == "url" else value.strip().lower()
    size = _HEX.get(kind)
    if not clean or (size and not re.fullmatch(f"[0-9a-f]{{{size}}}", clean)):
        shape = f"{size} hex digits" if size else "an http(s) address"
        raise ValueError(f"{kind} entry {value[:100]!r} is not {shape}: correct it or leave it out")
    return clean


def _text(value: str) -> str:
    text = value.strip()
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"near_text entry of {len(text):,} code points is longer than {LONGEST_TEXT:,}: "
                         "correct it by giving the passage that matters")
    if not digests.text_digest(text):
        raise ValueError(f"near_text entry {text[:100]!r} has fewer than {digests.SHORTEST} letters: correct it by "
                         "giving the whole text")
    return text


def entry_digest(kind: str, value: str) -> str:
    """Sixteen bytes, in hex, that tell a kind and a clean value apart from all others."""
    return hashlib.blake2b(f"{kind}:{value}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Bank:
    """A named collection of entries with one polarity.

    distance: bits in which a picture may differ. containment: share of the smaller text that must be found again.
    video: percent of frames, of either side, that must be found again. key: tells banks of one name apart.
    """

    name: str
    polarity: Polarity = "match"
    version: str = "1"
    entries: tuple[BankEntry, ...] = ()
    distance: int = perceptual.MATCH_DISTANCE
    containment: float = CONTAINMENT
    video: float = VIDEO_SHARE
    key: str = ""

    def __post_init__(self) -> None:
        if self.polarity not in get_args(Polarity):
            raise ValueError(f"no polarity {self.polarity!r}: choose one of {', '.join(get_args(Polarity))}")
        if not 0 <= self.distance <= perceptual.BITS:
            raise ValueError(f"distance {self.distance} is not within 0 to {perceptual.BITS} bits: correct it")
        if not 0.0 < self.containment <= 1.0 or not 0.0 < self.video <= 100.0:
            raise ValueError("containment is above 0 and at most 1, video above 0 and at most 100 percent: correct it")
        if not self.key:
            object.__setattr__(self, "key", self.name)


@dataclass(frozen=True, slots=True)
class Feature:
    """One fingerprint of a posting, ready to be looked up.

    subject: what it was taken from, e.g. ``text``, ``link``, ``address`` or ``media[0]``. quality: for PDQ.
    """

    kind: Kind
    value: str
    subject: str
    quality: int = 100
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A fingerprint of a posting that a bank knows.

    distance: differing bits of a picture, 0 for other kinds. score: 0 to 1; 1.0 for exact kinds and pictures; of a
    text the containment, of a video the share of its frames that the entry knows. whole: the content is the known
    content, and does not merely hold it. spans: places in the posting. entry_spans: the same in the entry's text.
    """

    bank: str
    bank_version: str
    polarity: Polarity
    entry: BankEntry
    kind: Kind
    subject: str
    distance: int = 0
    spans: tuple[Span, ...] = ()
    score: float = 1.0
    whole: bool = True
    entry_spans: tuple[Span, ...] = ()
    bank_key: str = ""


class BankSet:
    """What banks held at one moment. It never changes; `version` tells it from every other.

    >>> banks = BankSet([Bank("demo", entries=(BankEntry("url", "https://example.org/a?utm_source=x"),))])
    >>> banks.match([Feature("url", "https://example.org/a", "link")])[0].bank
    'demo'
    """

    def __init__(self, banks: Iterable[Bank] = ()) -> None:
        index = BankIndex()
        for bank in banks:
            if bank.key in index:
                raise ValueError(f"two banks have the key {bank.key!r}: give each bank a key of its own")
            index.put(bank)
        self._take(index, None)

    def _take(self, index: BankIndex, keys: Iterable[str] | None) -> None:
        self._index, self._moment = index, index.moment
        chosen = sorted(index.keys() if keys is None else set(keys) & index.keys())
        self._banks = {index.number(key): (order, index.bank(key)) for order, key in enumerate(chosen)}
        held = [bank for _, bank in self._banks.values()]
        self._distance = max((bank.distance for bank in held), default=0)
        parts = [VERSION, digests.VERSION, urls.VERSION, perceptual.VERSION,
                 *(f"{bank.key}\0{bank.version}" for bank in held)]
        self.version = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        self._size = sum(index.size(key) for key in chosen)

    @property
    def banks(self) -> tuple[Bank, ...]:
        """The banks, without their entries; `Bank.version` changes with every entry."""
        return tuple(bank for _, bank in self._banks.values())

    def __len__(self) -> int:
        return self._size

    def holds(self, kind: Kind) -> bool:
        """Whether any entry of this kind may be here, so that its fingerprint is worth taking."""
        return self._index.holds(kind)

    def match(self, features: Iterable[Feature]) -> tuple[Match, ...]:
        """Everything the banks know about these features, in the order of the features, then of the banks by key.

        A PDQ hash of quality below `perceptual.LOWEST_QUALITY`, on either side, matches nothing.
        """
        return tuple(found for feature in features for found in self._one(feature))

    def match_pictures(self, values: Sequence[str], distance: int | None = None) -> list[tuple[Match, ...]]:
        """What the banks know about many PDQ hashes of good quality at once, far faster than one by one.

        distance: bits, instead of that of each bank. ValueError for a value that is no PDQ hash.
        """
        if not self._size or not self.holds("pdq"):
            return [()] * len(values)
        reach = self._distance if distance is None else distance
        near = self._index.pictures.search_many(list(values), reach)
        out: list[tuple[Match, ...]] = [()] * len(values)
        starts = near.offsets.tolist()
        for number, (start, end) in enumerate(pairwise(starts)):
            if start < end:
                feature = Feature("pdq", values[number], "")
                hits = zip(near.keys[start:end].tolist(), near.distances[start:end].tolist(), strict=True)
                out[number] = self._ordered(self._pictures(feature, hits, distance))
        return out

    def _one(self, feature: Feature) -> tuple[Match, ...]:
        if not self._size or not self.holds(feature.kind):
            return ()
        index, kind = self._index, feature.kind
        if kind in _EXACT:
            keys = index.exact.search(entry_digest(kind, feature.value))
            return self._ordered((number, self._found(number, feature)) for number in keys if self._here(number))
        if kind == "pdq":
            if feature.quality < perceptual.LOWEST_QUALITY:
                return ()
            hits = ((near.key, near.distance) for near in index.pictures.search(feature.value, self._distance))
            return self._ordered(self._pictures(feature, hits, None))
        return self._ordered(self._texts(feature) if kind == "near_text" else self._videos(feature))

    def _pictures(
        self, feature: Feature, hits: Iterable[tuple[int, int]], distance: int | None
    ) -> Iterator[tuple[int, Match]]:
        for number, bits in hits:
            if self._here(number) and bits <= (self._bank(number).distance if distance is None else distance):
                yield number, replace(self._found(number, feature), distance=bits)

    def _texts(self, feature: Feature) -> Iterator[tuple[int, Match]]:
        text, offset = feature.value, feature.spans[0].start if feature.spans else 0
        for copy in self._index.texts.search(text):
            if self._here(copy.key) and copy.containment >= self._bank(copy.key).containment:
                entry = self._index.entry(copy.key)
                yield copy.key, replace(
                    self._found(copy.key, feature), score=round(copy.containment, 3), whole=copy.resemblance >= WHOLE,
                    spans=tuple(Span(start + offset, end + offset, text[start:end]) for start, end in copy.query_spans),
                    entry_spans=tuple(Span(start, end, entry.value[start:end]) for start, end in copy.entry_spans),
                )  # fmt: skip

    def _videos(self, feature: Feature) -> Iterator[tuple[int, Match]]:
        from turs.match.vpdq import frames_from_text

        for near in self._index.videos.search(frames_from_text(feature.value)):
            if self._here(near.key) and max(near.query_percent, near.entry_percent) >= self._bank(near.key).video:
                yield near.key, replace(self._found(near.key, feature), score=round(near.query_percent / 100, 3),
                                        whole=near.query_percent >= 100 * WHOLE)  # fmt: skip

    def _here(self, number: int) -> bool:
        return self._index.alive(number, self._moment) and self._index.shelf(number) in self._banks

    def _bank(self, number: int) -> Bank:
        return self._banks[self._index.shelf(number)][1]

    def _found(self, number: int, feature: Feature) -> Match:
        bank = self._bank(number)
        return Match(bank.name, bank.version, bank.polarity, self._index.entry(number), feature.kind, feature.subject,
                     0, feature.spans, bank_key=bank.key)  # fmt: skip

    def _ordered(self, found: Iterable[tuple[int, Match]]) -> tuple[Match, ...]:
        def rank(row: tuple[int, Match]) -> tuple[object, ...]:
            number, match = row
            order = self._banks[self._index.shelf(number)][0]
            return order, match.distance, -match.score, match.entry.digest, number

        rows = list(found)
        return tuple(match for _, match in (sorted(rows, key=rank) if len(rows) > 1 else rows))


class BankIndex:
    """Many banks in one place, changed entry by entry while they are matched: nothing is built anew.

    One writer at a time; any number of threads match through the `BankSet` of `view` meanwhile. A set sees what the
    banks held when it was taken; what is removed later stays visible to it until `compact`.

    >>> index = BankIndex()
    >>> index.put(Bank("demo"))
    >>> index.add("demo", [BankEntry("md5", "a" * 32, id=7)])
    >>> before = index.view()
    >>> index.remove([7])
    >>> len(before.match([Feature("md5", "a" * 32, "m")])), len(index.view().match([Feature("md5", "a" * 32, "m")]))
    (1, 0)
    """

    def __init__(self) -> None:
        self._writing = threading.RLock()
        self._clear()

    def _clear(self) -> None:
        self.moment = 0
        self._shelves: list[_Shelf] = []
        self._numbers: dict[str, int] = {}
        self._entries: list[BankEntry] = []
        self._shelf_of: list[int] = []
        self._since: list[int] = []
        self._until: list[int] = []
        self._places: dict[int, int] = {}
        self._kinds: set[str] = set()
        self._exact: ExactIndex | None = None
        self._pictures: HammingIndex | None = None
        self._texts: TextIndex | None = None
        self._videos: VideoIndex | None = None

    # -- reading -----------------------------------------------------------------------------------

    def __contains__(self, key: str) -> bool:
        return key in self._numbers

    def keys(self) -> set[str]:
        """Keys of the banks."""
        return set(self._numbers)

    def view(self, keys: Iterable[str] | None = None) -> BankSet:
        """What the banks with these keys hold now; all banks for `None`."""
        with self._writing:
            made = BankSet.__new__(BankSet)
            made._take(self, keys)
            return made

    def bank(self, key: str) -> Bank:
        """A bank without its entries, with the version of what it holds."""
        return self._shelves[self._numbers[key]].described()

    def number(self, key: str) -> int:
        return self._numbers[key]

    def size(self, key: str) -> int:
        """Entries that a bank holds."""
        return self._shelves[self._numbers[key]].size

    def holds(self, kind: Kind) -> bool:
        return kind in self._kinds

    def alive(self, number: int, moment: int) -> bool:
        return self._since[number] <= moment < self._until[number]

    def shelf(self, number: int) -> int:
        return self._shelf_of[number]

    def entry(self, number: int) -> BankEntry:
        return self._entries[number]

    @property
    def exact(self) -> ExactIndex:
        """Digests, texts as they read, and addresses, by `BankEntry.digest`."""
        if self._exact is None:
            from turs.match.exact import ExactIndex

            self._exact = ExactIndex(16)
        return self._exact

    @property
    def pictures(self) -> HammingIndex:
        """PDQ hashes of good quality."""
        if self._pictures is None:
            from turs.match.hamming import HammingIndex

            self._pictures = HammingIndex()
        return self._pictures

    @property
    def texts(self) -> TextIndex:
        """Texts that are found again when changed."""
        if self._texts is None:
            from turs.match.copies import TextIndex

            self._texts = TextIndex()
        return self._texts

    @property
    def videos(self) -> VideoIndex:
        """Frames of videos."""
        if self._videos is None:
            from turs.match.video_index import VideoIndex

            self._videos = VideoIndex()
        return self._videos

    # -- writing -----------------------------------------------------------------------------------

    def put(self, bank: Bank) -> None:
        """Add a bank with its entries, or change the name, polarity and thresholds of one that is there."""
        with self._writing:
            number = self._numbers.get(bank.key)
            if number is None:
                self._shelves.append(_Shelf(replace(bank, entries=())))
                self._numbers[bank.key] = len(self._shelves) - 1
            else:
                self._shelves[number].bank = replace(bank, entries=())
            self.moment += 1
            if bank.entries:
                self.add(bank.key, bank.entries)

    def add(self, key: str, entries: Iterable[BankEntry]) -> None:
        """Add entries to a bank. One whose `id` is there already takes its place. KeyError for a bank unknown."""
        with self._writing:
            shelf_number = self._numbers[key]
            shelf, moment = self._shelves[shelf_number], self.moment + 1
            first = len(self._entries)
            for entry in entries:
                if entry.id is not None:
                    if entry.id in self._places:
                        self._end(self._places[entry.id], moment)
                    self._places[entry.id] = len(self._entries)
                self._since.append(moment)
                self._until.append(_NEVER)
                self._shelf_of.append(shelf_number)
                self._entries.append(entry)
                shelf.count(entry, 1)
            self._index(first)
            self.moment = moment

    def remove(self, ids: Iterable[int]) -> None:
        """Take entries out by their `id`; one that is not there is passed over."""
        with self._writing:
            moment = self.moment + 1
            for id in ids:
                if (number := self._places.pop(id, None)) is not None:
                    self._end(number, moment)
            self.moment = moment

    def drop(self, key: str) -> None:
        """Take a whole bank out."""
        with self._writing:
            number = self._numbers.pop(key)
            moment = self.moment + 1
            for place, shelf in enumerate(self._shelf_of):
                if shelf == number and self._until[place] == _NEVER:
                    self._end(place, moment)
                    if (id := self._entries[place].id) is not None:
                        self._places.pop(id, None)
            self.moment = moment

    @property
    def gone(self) -> int:
        """Entries that were removed and that only older sets may still see."""
        return len(self._entries) - sum(shelf.size for shelf in self._shelves)

    @property
    def waste(self) -> float:
        """Share of such entries in all that is kept."""
        return self.gone / len(self._entries) if self._entries else 0.0

    def compacted(self) -> BankIndex:
        """A new index without what was removed; sets taken from this one keep working."""
        with self._writing:
            fresh = BankIndex()
            for key, number in self._numbers.items():
                fresh.put(self._shelves[number].bank)
                fresh.add(key, (self._entries[place] for place, shelf in enumerate(self._shelf_of)
                                if shelf == number and self._until[place] == _NEVER))  # fmt: skip
            return fresh

    def _end(self, number: int, moment: int) -> None:
        self._until[number] = moment
        self._shelves[self._shelf_of[number]].count(self._entries[number], -1)

    def _index(self, first: int) -> None:
        """Make entries from number `first` on findable."""
        new = range(first, len(self._entries))
        by_kind: dict[str, list[int]] = {}
        for number in new:
            by_kind.setdefault(self._entries[number].kind, []).append(number)
        exact = [number for kind in sorted(by_kind.keys() & _EXACT) for number in by_kind[kind]]
        if exact:
            self.exact.add_many([self._entries[number].digest for number in exact], exact)
        pictures = [n for n in by_kind.get("pdq", ()) if self._entries[n].quality >= perceptual.LOWEST_QUALITY]
        if pictures:
            self.pictures.add_many([self._entries[number].value for number in pictures], pictures)
        if texts := by_kind.get("near_text"):
            self.texts.add_many([self._entries[number].value for number in texts], texts)
        if videos := by_kind.get("vpdq"):
            from turs.match.vpdq import frames_from_text

            for number in videos:
                self.videos.add(frames_from_text(self._entries[number].value), number)
        self._kinds |= by_kind.keys()


@dataclass(slots=True)
class _Shelf:
    """A bank in an index. total: sum of the digests of its entries, which does not depend on their order."""

    bank: Bank
    size: int = 0
    total: int = 0

    def count(self, entry: BankEntry, sign: int) -> None:
        self.size += sign
        facts = repr([getattr(entry, each.name) for each in fields(entry) if each.name != "id"])
        digest = hashlib.blake2b(facts.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        self.total = (self.total + sign * int.from_bytes(digest)) % 2**256

    def described(self) -> Bank:
        """The bank, its version made from everything in it."""
        facts = repr([getattr(self.bank, each.name) for each in fields(self.bank) if each.name != "entries"])
        held = hashlib.sha256(f"{facts}\0{self.size}\0{self.total:064x}".encode("utf-8", "surrogatepass"))
        return replace(self.bank, version=held.hexdigest()[:12])
