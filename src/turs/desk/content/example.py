"""Search by example: what a text, a picture, a video or another file matches in the banks, and where we hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from turs import match
from turs.match import Feature, Match
from turs.match.banks import entry_digest
from turs.match.prints import file_kind
from turs.match.video_index import VideoIndex, VideoMatch
from turs.match.vpdq import frames_from_text
from turs.posting import Span

from ..coalition.models import User
from ..coalition.policy import Policy
from ..coalition.rules import VIEW
from . import curation, holdings, knowledge
from .fingerprints import FILE, Fingerprint, Unusable, fingerprints
from .intake import Refused, storable
from .models import Bank, BankEntry, Posting, PostingMedia
from .same import SHOWN, Near, pictures_near
from .vocabulary import EntryKind

MOST_MATCHES = 100
"""Matches that a page shows; the strongest."""
SHOWS = frozenset({"image", "video", "document"})
"""Kinds of files that are known by what they show, too."""
BYTES = frozenset({EntryKind.SHA256, EntryKind.MD5})
ADDRESSES = ("http://", "https://", "hxxp://", "hxxps://")


@dataclass(frozen=True)
class Hit:
    """An entry that the example matches, and the fingerprint of the example by which it does.

    cells: of a picture, 256 bits, True where both agree, row by row. video: of a video, the shares and the stretches.
    postings, sources: in which the entry was seen, among those that the reader may see.
    """

    match: Match
    entry: BankEntry
    given: Fingerprint
    cells: tuple[tuple[bool, ...], ...] = ()
    video: VideoMatch | None = None
    postings: int = 0
    sources: int = 0


@dataclass(frozen=True)
class Example:
    """What an example is known by, and what knows it. `text` is what was given as text.

    count: matches, of which `hits` are the strongest. unread: ``image``, ``video`` or ``document`` for a file of which
    no more than its bytes could be read.
    """

    prints: tuple[Fingerprint, ...]
    hits: tuple[Hit, ...]
    count: int
    postings: tuple[Near, ...]
    text: str = ""
    unread: str = ""


def search(policy: Policy, *, text: str = "", data: bytes = b"") -> Example:
    """Look an example up in the banks that the user sees, and among the postings. Nothing is kept.

    Raises `Unusable` for what gives no fingerprint, `Refused` for a user of no agency.
    """
    policy.require(VIEW)
    if policy.user.agency is None:
        raise Refused(_("Only an agency has banks to search."))
    text = storable(text).strip()
    prints = _of_file(data) if data else _of_words(text)
    banks = knowledge.banks_for(policy.user.agency)
    found = banks.match([_feature(number, one) for number, one in enumerate(prints)])
    strongest = sorted(found, key=lambda one: (not one.whole, -one.score, one.distance))[:MOST_MATCHES]
    wanted = {one.entry.id for one in strongest if one.entry.id is not None}
    entries = policy.rows(BankEntry).select_related("bank", "bank__agency", "added_by").in_bulk(wanted)
    seen = holdings.seen_by(policy, entries.values())
    hits = tuple(
        _hit(one, entries[one.entry.id], prints[int(one.subject)], seen)
        for one in strongest
        if one.entry.id is not None and one.entry.id in entries
    )
    return Example(tuple(prints), hits, len(found), _postings(policy, prints), text, _unread(data, prints))


@transaction.atomic
def keep(user: User, bank: Bank, chosen: Sequence[tuple[str, str]], **details: Any) -> list[BankEntry]:
    """Add fingerprints of an example, (kind, value) each, to a bank. Those that it knows are passed over.

    details: as of `curation.add_bank_entry`. Raises `Unusable` where the bank knows all of them.
    """
    if not chosen:
        raise Unusable("prints", _("Choose at least one fingerprint."))
    bank = curation.curated(user, Bank, bank)
    try:
        clean = dict.fromkeys(one for kind, value in chosen for one in fingerprints(kind, value))
    except Unusable as problem:
        raise Unusable("prints", str(problem)) from None
    digests = {entry_digest(one.kind, one.value): one for one in clean}
    known = set(bank.entries.filter(digest__in=digests, withdrawn_at=None).values_list("digest", flat=True))
    if known == digests.keys():
        raise Unusable("bank", _("The bank knows this already."))
    return [
        entry
        for digest, one in digests.items()
        if digest not in known
        for entry in curation.add_bank_entry(user, bank, one.kind, one.value, **details)
    ]


def _of_words(text: str) -> list[Fingerprint]:
    """An address if it is one, else a text, near and exact."""
    if text.lower().startswith(ADDRESSES) and len(text.split()) == 1:
        return fingerprints(EntryKind.URL, text)
    return [*fingerprints(EntryKind.NEAR_TEXT, text), *fingerprints(EntryKind.TEXT, text)]


def _of_file(data: bytes) -> list[Fingerprint]:
    """What a bank would keep of a file, and the digests by which a list of others may know it."""
    prints = fingerprints(FILE, data=data)
    more = [Fingerprint(EntryKind.MD5, match.md5(data))]
    more += [fingerprints(EntryKind.TEXT, one.value)[0] for one in prints if one.kind == EntryKind.NEAR_TEXT]
    return list(dict.fromkeys([*prints, *more]))


def _unread(data: bytes, prints: Sequence[Fingerprint]) -> str:
    """What a file was meant to be, where it is known by its bytes alone."""
    kind = file_kind(data) if data else "file"
    return kind if kind in SHOWS and all(one.kind in BYTES for one in prints) else ""


def _feature(number: int, one: Fingerprint) -> Feature:
    """`one` to be looked up; its number is the subject of what it matches."""
    spans = (Span(0, len(one.value), one.value),) if one.kind == EntryKind.NEAR_TEXT else ()
    return Feature(one.kind.value, one.value, str(number), one.quality, spans)  # type: ignore[arg-type]


def _hit(found: Match, entry: BankEntry, given: Fingerprint, seen: Mapping[int, tuple[int, int]]) -> Hit:
    cells = _cells(given.value, entry.value) if found.kind == EntryKind.PDQ else ()
    video = _shares(given.value, entry.value) if found.kind == EntryKind.VPDQ else None
    return Hit(found, entry, given, cells, video, *seen.get(entry.pk, (0, 0)))


def _cells(own: str, known: str) -> tuple[tuple[bool, ...], ...]:
    """Which of the 16 times 16 bits of two pictures agree."""
    differ = int(own, 16) ^ int(known, 16)
    return tuple(tuple(not differ >> (255 - 16 * row - column) & 1 for column in range(16)) for row in range(16))


def _shares(own: str, known: str) -> VideoMatch | None:
    """How much of either video is in the other, and where."""
    index = VideoIndex()
    index.add(frames_from_text(known), 0)
    return next(iter(index.search(frames_from_text(own))), None)


def _postings(policy: Policy, prints: Sequence[Fingerprint]) -> tuple[Near, ...]:
    """Postings that carry the example: the same text or file, then pictures that are nearly the same."""
    files = [one.value for one in prints if one.kind == EntryKind.SHA256]
    texts = [f"t:{one.value}" for one in prints if one.kind == EntryKind.TEXT]
    same = Q(pk__in=policy.rows(PostingMedia).filter(item__in=files).values("posting")) | Q(content_key__in=texts)
    exact = policy.rows(Posting).filter(same).select_related("source", "agency").order_by("published_at", "id")
    found = [Near(row, 0) for row in exact[:SHOWN]]
    if marks := [one.value for one in prints if one.kind == EntryKind.PDQ]:
        known = {near.posting.pk for near in found}
        found += [near for near in pictures_near(policy, marks) if near.posting.pk not in known]
    return tuple(found[:SHOWN])
