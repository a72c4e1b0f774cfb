"""Postings over the API: what was published, its evidence and the custody of it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema
from pydantic import Field

from ...coalition import rules
from ...coalition.models import User
from ...coalition.policy import Policy
from ...wire import (
    PAGE,
    Instant,
    Key,
    Label,
    Limit,
    Text,
    actor,
    instant_of,
    number_of,
    own_words,
    page,
    policy,
    refusals,
)
from .. import evidence
from ..listing import words_in
from ..models import Import, Posting, Source
from ..vocabulary import Genre, SourceKind, Tier
from .examining import ExaminationOut
from .shapes import Owned

router = Router(tags=["postings"])
SHOWN_FACTS = ("station", "programme", "edited_at", "cues", "forwarded", "width", "height")
"""Facts of a format that the API gives. Names of people and accounts are not among them (guide, safeguard G1)."""


class SourceRef(Schema):
    """The source of a posting, in short."""

    id: UUID
    name: str
    kind: SourceKind


class PostingOut(Owned):
    """One publication at one place and time. `id` is the id of the whole chain."""

    source: SourceRef | None
    import_: UUID | None = Field(serialization_alias="import")
    url: str
    published_at: datetime | None
    title: str
    text: str
    declared_language: str
    language: str
    genre: Genre
    tier: Tier
    priority: int
    links: list[str]
    facts: dict[str, Any]

    @staticmethod
    def resolve_import_(row: Posting) -> Any:
        return row.seen_import

    @staticmethod
    def resolve_source(row: Posting) -> Any:
        return row.seen_source

    @staticmethod
    def resolve_facts(row: Posting) -> dict[str, Any]:
        return own_words(row.extra, SHOWN_FACTS) if isinstance(row.extra, Mapping) else {}


class PostingPage(Schema):
    items: list[PostingOut]
    next: str | None


class CaptureOut(Schema):
    """The posting as collected: digest and size of the raw bytes, how and when they came (Berkeley Protocol 2020)."""

    digest: str
    size: int
    mime: str
    origin: str
    method: str
    tool: str
    collected_at: datetime


class MediaOut(Schema):
    """A payload in its place inside the posting."""

    position: int
    digest: str
    kind: str
    mime: str
    size: int
    width: int
    height: int
    stored: bool


class StepOut(Schema):
    """One line of the custody log. People are named to their own organisation alone."""

    seq: int
    at: datetime
    actor: str | None
    agency: str
    verb: str
    words: Label
    reason: str
    hash: str


class PostingDetail(PostingOut):
    """A posting with its evidence, its latest examination and its custody log."""

    capture: CaptureOut | None
    media: list[MediaOut]
    examination: ExaminationOut | None
    custody: list[StepOut]

    @staticmethod
    def resolve_capture(row: Posting) -> Any:
        return getattr(row, "capture", None)

    @staticmethod
    def resolve_media(row: Posting) -> Any:
        return row.seen_media

    @staticmethod
    def resolve_custody(row: Posting) -> Any:
        return row.seen_custody


class PostingFilter(Schema):
    """Which postings; all filters must hold. `q` is folded as the search of the screens folds it."""

    source: UUID | None = None
    import_: UUID | None = Field(None, alias="import")
    genre: Genre | None = None
    tier: Tier | None = None
    language: Text = ""
    agency: Text = ""
    q: Text = Field("", max_length=500)
    published_from: Instant | None = None
    published_to: Instant | None = None
    order: Literal["newest", "priority"] = "newest"


ORDERS: Mapping[str, list[Key]] = {
    "newest": [Key("published_at", instant_of, descending=True), Key("id", UUID)],
    "priority": [Key("priority", number_of, descending=True), Key("id", UUID)],
}


@router.get(
    "/postings",
    response={200: PostingPage, **refusals(422)},
    by_alias=True,
    summary=_("Postings"),
    description=_(
        "What you may see, newest first or most urgent first. The cursor of a page stays right while new postings "
        "arrive: none is given twice and none is left out."
    ),
)
def posting_list(request: HttpRequest, wanted: Query[PostingFilter], cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, rules.VIEW)
    rows = _wanted(asked.rows(Posting).select_related("agency", "capture"), wanted)
    items, following = page(rows, ORDERS[wanted.order], cursor, limit)
    return {"items": with_parents(asked, items), "next": following}


def _wanted(rows: QuerySet[Posting], wanted: PostingFilter) -> QuerySet[Posting]:
    exact: dict[str, Any] = {
        "source_id": wanted.source,
        "capture__import_record_id": wanted.import_,
        "genre": wanted.genre,
        "tier": wanted.tier,
        "language": wanted.language,
        "agency__key": wanted.agency,
        "published_at__gte": wanted.published_from,
        "published_at__lt": wanted.published_to,
    }
    found = rows.filter(**{name: value for name, value in exact.items() if value})
    return found.filter(words_in(wanted.q, "folded"))


def with_parents(asked: Policy, items: list[Posting]) -> list[Posting]:
    """`items`, each with its source and import where these too may be seen: a stricter parent stays hidden."""
    places = asked.rows(Source).in_bulk([row.source_id for row in items])
    origins = {
        row.pk: row.capture.import_record_id
        for row in items
        if hasattr(row, "capture") and row.capture.import_record_id
    }
    visible = set(asked.rows(Import).filter(pk__in=origins.values()).values_list("pk", flat=True))
    for row in items:
        row.seen_source = places.get(row.source_id)
        row.seen_import = origins.get(row.pk) if origins.get(row.pk) in visible else None
    return items


def detail_of(request: HttpRequest, id: UUID) -> Posting:
    """One posting with everything its detail shows, or `Http404`."""
    asked = policy(request, rules.VIEW)
    row = asked.get(Posting, pk=id)
    with_parents(asked, [row])
    row.seen_media = [
        {"position": place.position, **own_words(vars(place.item), MediaOut.model_fields)}
        for place in row.attachments.select_related("item")
    ]
    row.seen_custody = _custody(row, actor(request))
    return row


def _custody(row: Posting, asking: User) -> list[dict[str, Any]]:
    return [
        {"seq": step.seq, "at": step.at, "actor": step.actor or None, "agency": step.agency, "verb": step.verb,
         "words": strip_tags(step.sentence), "reason": step.reason, "hash": step.hash}
        for step in evidence.custody(row, asking)
    ]  # fmt: skip


@router.get(
    "/postings/{uuid:id}/evidence",
    response={200: bytes, **refusals(404, 410, 422)},
    summary=_("Raw evidence of a posting"),
    description=_("The bytes exactly as they were collected, as a download. The ledger records who took them."),
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def posting_evidence(request: HttpRequest, id: UUID) -> Any:
    row = policy(request, rules.VIEW).get(Posting, own=True, pk=id)
    data = evidence.take_out(actor(request), row, row.capture)
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.pk}.bin"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Repr-Digest"] = f"sha-256=:{_base64(row.capture.digest)}:"
    return response


def _base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()
