"""The evidence of a posting: who touched it, whether the stored bytes are still those, and looking at its pictures."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils.safestring import SafeString
from PIL import Image

from turs.match import ImageUnreadable
from turs.match.perceptual import decode

from ..coalition.models import User
from ..ledger import words
from ..ledger.models import Entry
from ..ledger.services import record
from . import blobs
from .models import Capture, Exposure, ImportFile, MediaItem, Posting, PostingMedia

THUMB = 160
"""Longest side of a thumbnail in pixels (guide, safeguard G7)."""
FULL = 1600
"""Longest side of a picture on a screen."""


@dataclass(frozen=True)
class Step:
    """One line of the custody log: an act on the evidence, in words, as the ledger keeps it.

    `actor` and `reason` are for the own agency; of others it is told which agency acted, not who.
    """

    seq: int
    at: str
    actor: str
    agency: str
    verb: str
    sentence: SafeString
    reason: str
    hash: str


@dataclass(frozen=True)
class Check:
    """Stored bytes and whether they are what their digest says: ``sound``, ``altered`` or ``missing``."""

    what: str
    digest: str
    size: int
    outcome: str

    @property
    def sound(self) -> bool:
        return self.outcome == "sound"


def custody(posting: Posting, asking: User, others: Iterable[Any] = ()) -> list[Step]:
    """What the ledger says about a posting that `asking` may see, and about `others`, the ids of its cases.

    The posting's own acts carry its id as their `chain`; a copy shows those of the case that its content has.
    """
    ids = [str(other) for other in others]
    entries = Entry.objects.filter(Q(chain=str(posting.pk)) | Q(object_id__in=ids)).order_by("seq")
    return [step(entry, asking) for entry in entries]


def step(entry: Entry, asking: User) -> Step:
    own = asking.organisation.key if asking.organisation else ""
    actor, reason = entry.actor, words.reason(entry)
    if entry.agency not in {"", own}:
        entry.actor, actor, reason = entry.agency, "", ""
    sentence = words.sentence(entry)
    return Step(entry.seq, entry.at, actor, entry.agency, entry.verb, sentence, reason, entry.hash)


@transaction.atomic
def take_out(user: User, posting: Posting, capture: Capture) -> bytes:
    """The raw bytes as collected. Raises `blobs.Damaged` or `FileNotFoundError`. The ledger keeps who took them."""
    data = blobs.get(capture.digest)
    record(user, "capture.accessed", posting, chain=posting.pk, capture=capture.digest)
    return data


@transaction.atomic
def verify(user: User, posting: Posting) -> list[Check]:
    """Hash again everything that is stored of a posting, and write the outcome into the ledger."""
    checks = []
    capture = Capture.objects.filter(posting=posting).first()
    if capture:
        checks.append(Check("capture", capture.digest, capture.size, _outcome(capture.digest)))
    for place in posting.attachments.select_related("item"):
        if place.item.stored:
            checks.append(Check(place.name or "media", place.item_id, place.item.size, _outcome(place.item_id)))
    outcomes = {check.digest: check.outcome for check in checks}
    record(user, "capture.verified", posting, chain=posting.pk, outcomes=outcomes)
    return checks


def _outcome(digest: str) -> str:
    try:
        blobs.get(digest)
    except blobs.Damaged:
        return "altered"
    except (OSError, ValueError):
        return "missing"
    return "sound"


@transaction.atomic
def reveal(user: User, place: PostingMedia) -> None:
    """Note that a reader looked at a picture, for that reader's own count.

    The ledger says that it was looked at, not by whom: what somebody had to see is theirs to know (safeguard G7).
    """
    Exposure.objects.create(user=user, item_id=place.item_id)
    record(None, "media.revealed", place.posting, chain=place.posting_id, item=place.item_id)


def picture(item: MediaItem, size: str) -> bytes:
    """A picture as WebP made anew from its pixels: no metadata, no trick of a file format reaches the reader.

    size: ``thumb`` (grey, at most `THUMB` pixels) or ``full``. Raises `Http404` for what cannot be shown.
    """
    if item.kind != "image" or not item.stored:
        raise Http404("picture")
    try:
        pixels = decode(blobs.get(item.digest))
    except (ImageUnreadable, blobs.Damaged, OSError) as problem:
        raise Http404("picture") from problem
    shown = Image.fromarray(pixels)
    side = THUMB if size == "thumb" else FULL
    shown.thumbnail((side, side))
    if size == "thumb":
        shown = shown.convert("L").convert("RGB")
    target = io.BytesIO()
    shown.save(target, "WEBP", quality=80)
    return target.getvalue()


def verify_all() -> Iterator[tuple[str, str]]:
    """Every stored digest once, with its outcome: ``sound``, ``altered`` or ``missing``."""
    held = Capture.objects.values_list("digest").union(
        MediaItem.objects.filter(stored=True).values_list("digest"), ImportFile.objects.order_by().values_list("digest")
    )
    for (digest,) in held:
        yield digest, _outcome(digest)
