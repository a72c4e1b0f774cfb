"""Banks: curated fingerprints of content that people have judged, and the match of a posting against them.

A bank of polarity ``match`` holds what should be recognised; one of polarity ``suppress`` holds what is
known to be harmless and must not come up again. Tiers after field guide 1.8.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from turs.match import digests, hamming, perceptual, urls
from turs.posting import Span

VERSION = "banks/1"
Kind = Literal["sha256", "md5", "text", "url", "pdq"]
Polarity = Literal["match", "suppress"]
Tier = Literal["threat_to_life", "crisis", "designation", "promotional", "none"]
KINDS: tuple[str, ...] = get_args(Kind)
TIERS: tuple[str, ...] = get_args(Tier)
_HEX = {"sha256": 64, "md5": 32, "text": 64, "pdq": 64}


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One fingerprint.

    kind: ``sha256`` or ``md5`` of a file, ``text`` (see `text_digest`), ``url`` (any spelling), ``pdq``.
    value: the fingerprint; made lower-case, an address canonical. label: what it is.
    tier: urgency it brings. quality: of a PDQ hash, if known. note: for the reader of a match.
    """

    kind: Kind
    value: str
    label: str = ""
    tier: Tier = "none"
    note: str = ""
    quality: int = 100

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind of fingerprint {self.kind!r}: choose one of {', '.join(KINDS)}")
        if self.tier not in TIERS:
            raise ValueError(f"no tier {self.tier!r}: choose one of {', '.join(TIERS)}")
        value = urls.canonical_url(self.value) if self.kind == "url" else self.value.strip().lower()
        size = _HEX.get(self.kind)
        if not value or (size and not re.fullmatch(f"[0-9a-f]{{{size}}}", value)):
            shape = f"{size} hex digits" if size else "an http(s) address"
            raise ValueError(f"{self.kind} entry {self.value[:100]!r} is not {shape}: correct it or leave it out")
        object.__setattr__(self, "value", value)


@dataclass(frozen=True, slots=True)
class Bank:
    """A named, versioned collection of entries with one polarity."""

    name: str
    polarity: Polarity = "match"
    version: str = "1"
    entries: tuple[BankEntry, ...] = ()
    distance: int = perceptual.MATCH_DISTANCE

    @property
    def digest(self) -> str:
        """SHA-256 over everything in the bank."""
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


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
    """A fingerprint of a posting that a bank knows. distance: differing bits, 0 for exact kinds."""

    bank: str
    bank_version: str
    polarity: Polarity
    entry: BankEntry
    kind: Kind
    subject: str
    distance: int = 0
    spans: tuple[Span, ...] = ()


class BankSet:
    """Banks compiled for look-up. Immutable; `version` changes with any of their contents.

    >>> banks = BankSet([Bank("demo", entries=(BankEntry("url", "https://example.org/a?utm_source=x"),))])
    >>> banks.match([Feature("url", "https://example.org/a", "link")])[0].bank
    'demo'
    """

    def __init__(self, banks: Iterable[Bank] = ()) -> None:
        self.banks = tuple(banks)
        parts = [VERSION, digests.VERSION, urls.VERSION, perceptual.VERSION, *(bank.digest for bank in self.banks)]
        self.version = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        self._exact: dict[tuple[str, str], list[tuple[Bank, BankEntry]]] = {}
        self._images: list[tuple[Bank, tuple[BankEntry, ...], hamming.HammingIndex]] = []
        for bank in self.banks:
            images = tuple(e for e in bank.entries if e.kind == "pdq" and e.quality >= perceptual.LOWEST_QUALITY)
            if images:
                self._images.append((bank, images, hamming.HammingIndex(e.value for e in images)))
            for entry in bank.entries:
                if entry.kind != "pdq":
                    self._exact.setdefault((entry.kind, entry.value), []).append((bank, entry))

    def __len__(self) -> int:
        return sum(len(bank.entries) for bank in self.banks)

    def match(self, features: Iterable[Feature]) -> tuple[Match, ...]:
        """Everything the banks know about these features, in the order of the features, then of the banks.

        A PDQ hash of quality below `perceptual.LOWEST_QUALITY`, on either side, matches nothing.
        """
        return tuple(found for feature in features for found in self._one(feature))

    def _one(self, feature: Feature) -> Iterator[Match]:
        for bank, entry in self._exact.get((feature.kind, feature.value), ()):
            yield _match(bank, entry, feature, 0)
        if feature.kind == "pdq" and feature.quality >= perceptual.LOWEST_QUALITY:
            for bank, entries, index in self._images:
                for near in index.search(feature.value, bank.distance):
                    yield _match(bank, entries[near.position], feature, near.distance)


def _match(bank: Bank, entry: BankEntry, feature: Feature, distance: int) -> Match:
    return Match(bank.name, bank.version, bank.polarity, entry, feature.kind, feature.subject, distance, feature.spans)
