"""The one value that travels: a posting, its media, its capture, and what a reader could not read.

Readers make postings, ``examine`` reads them, the desk keeps them. Nothing here knows a database, a
model or the network.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://turs.example.org/posting")
"""Namespace of posting ids (RFC 9562, version 5)."""


def sha256(data: bytes) -> str:
    """SHA-256 of `data` as 64 lower-case hex digits (FIPS 180-4)."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Media:
    """One payload carried by a posting.

    kind: ``image``, ``video``, ``audio`` or ``document``.
    mime: media type as found in the bytes, not as claimed by a name.
    digest: SHA-256 of the bytes, hex.
    size: bytes. width, height: pixels, 0 where they do not apply.
    data: the bytes; `None` where only the digest is known (a shared record, a missing file).
    """

    kind: str
    mime: str
    digest: str
    size: int
    name: str = ""
    width: int = 0
    height: int = 0
    data: bytes | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Capture:
    """A posting as collected: the evidence (Berkeley Protocol 2020, chapters VI.C and VI.E).

    raw: the bytes of this record exactly as they stood in the file. mime: their media type.
    origin: file name and place inside it, e.g. ``result.json#messages[12]`` or ``table.csv#line=7``.
    method: how it came: ``import``, ``partner_import``, ``api``, ``broadcast_recording``, ``manual``.
    tool: reader name and version, e.g. ``telegram/1``. headers: transport or file headers, if any.
    """

    raw: bytes = field(repr=False)
    mime: str
    origin: str
    tool: str
    method: str = "import"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the raw bytes, hex."""
        return sha256(self.raw)


@dataclass(frozen=True, slots=True)
class Posting:
    """One publication at one place and time (the container): text, links, media.

    source: name of the place it was published in (outlet, feed, channel, station). Never a person.
    source_kind: ``site``, ``feed``, ``channel``, ``station``, ``table`` or ``file``.
    native_id: the identifier the place itself gave, if any. url: its address, if any.
    published_at: aware UTC instant; `None` if the record does not say.
    text: the text as written (NFC is not applied: evidence is quoted, not mended).
    language: BCP 47 tag as *declared* by the record; "" if it does not say.
    links: absolute URLs found in the record, in order.
    extra: small facts of the format (station, programme, cue times, edited_at ...), JSON-able.
    """

    source: str
    text: str
    source_kind: str = "file"
    native_id: str = ""
    url: str = ""
    published_at: datetime | None = None
    title: str = ""
    language: str = ""
    links: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    capture: Capture | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.published_at is not None and self.published_at.tzinfo is None:
            raise ValueError("published_at must carry a time zone")

    @property
    def id(self) -> str:
        """Content-derived id: the same record read twice, by anyone, has the same id."""
        when = self.published_at.astimezone(UTC).isoformat() if self.published_at else ""
        parts = (self.source, self.native_id, self.url, when, self.title, self.text,
                 *(item.digest for item in self.media))
        return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts).encode("utf-8", "surrogatepass").hex()))

    @property
    def body(self) -> str:
        """What is examined: title and text, joined by a newline where both are present.

        Offsets of findings count Unicode code points of this string.
        """
        return f"{self.title}\n{self.text}" if self.title and self.text else self.title or self.text


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be read: where it stood, why, and what to do about it.

    line: 1-based line in the file, 0 where lines mean nothing.
    column: 1-based character of the line at which the text breaks off, 0 where the whole record is meant.
    code: stable short word for the reason (see ``turs.collect.REASONS``), translated by screens.
    reason, remedy: English sentences, complete without the code.
    excerpt: at most 200 characters of the record.
    """

    file: str
    line: int
    code: str
    reason: str
    remedy: str
    excerpt: str = ""
    column: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the original text: code points `start` to `end` (exclusive) of `Posting.body`."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the software saw, with its evidence and its reason in words.

    kind: family of the finding: ``genre``, ``function``, ``term``, ``script``, ``link``.
    label: the finding inside its family, e.g. ``criticism`` or ``recruit``.
    score: strength from 0 to 1; 1 for exact facts. It orders work, it decides nothing.
    spans: where, in the original text; empty where the finding is about the whole posting.
    reason: a complete sentence per language, keys ``ar`` and ``en``.
    version: name and version of what produced it, e.g. ``genre/1``.
    protects: True where the finding speaks for a protected genre (it can only lower, never raise).
    subject: what was found, as its list has it (the term of a term list); "" where the label says all.
    """

    kind: str
    label: str
    score: float
    reason: Mapping[str, str]
    version: str
    spans: tuple[Span, ...] = ()
    protects: bool = False
    subject: str = ""
