"""Search by example over the API: what a text, an address or a file matches in the banks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from ...coalition import rules
from ...wire import Strict, Text, policy, refusals
from .. import example
from ..fingerprints import LARGEST_FILE, Unusable
from ..vocabulary import EntryKind, Polarity, Tier
from .shapes import LONGEST_TEXT

router = Router(tags=["knowledge"])


class ExampleIn(Strict):
    """A text or an address to look up. Nothing of it is kept."""

    text: Text = Field(min_length=1, max_length=LONGEST_TEXT)


class PrintOut(Schema):
    kind: EntryKind
    value: str
    quality: int


class SpanOut(Schema):
    start: int
    end: int
    quote: str


class MatchOut(Schema):
    """An entry that matches: how near, where in the example, where in the entry."""

    bank: UUID
    bank_name: str
    polarity: Polarity
    entry: int
    kind: EntryKind
    label: str
    tier: Tier
    disputed: bool
    distance: int
    score: float
    whole: bool
    spans: list[SpanOut]
    entry_spans: list[SpanOut]


class ExampleOut(Schema):
    """What an example is known by, the entries that match it, and postings that carry it."""

    prints: list[PrintOut]
    count: int
    matches: list[MatchOut]
    postings: list[UUID]


@router.post(
    "/match",
    response={200: ExampleOut, **refusals(413, 422)},
    summary=_("Search by example: a text or an address"),
    description=_("What it matches in the banks that you see, with aligned passages, and postings that carry it."),
)
def match_text(request: HttpRequest, given: ExampleIn) -> Any:
    return _example(example.search(policy(request, rules.VIEW), text=given.text))


@router.post(
    "/match/file",
    response={200: ExampleOut, **refusals(413, 422)},
    summary=_("Search by example: a file"),
    description=_("A picture, a video, a document or any other file. It is fingerprinted, looked up and forgotten."),
)
def match_file(request: HttpRequest, file: File[UploadedFile]) -> Any:
    asked = policy(request, rules.VIEW)
    if file.size and file.size > LARGEST_FILE:
        raise RequestDataTooBig
    data = file.read()
    if not data:
        raise Unusable("file", gettext("The file is empty. Choose another one."))
    return _example(example.search(asked, data=data))


def _example(found: example.Example) -> dict[str, Any]:
    return {
        "prints": [{"kind": one.kind, "value": one.value, "quality": one.quality} for one in found.prints],
        "count": found.count,
        "matches": [
            {
                "bank": hit.entry.bank_id, "bank_name": hit.entry.bank.name, "polarity": hit.match.polarity,
                "entry": hit.entry.pk, "kind": hit.match.kind, "label": hit.entry.label, "tier": hit.entry.tier,
                "disputed": hit.entry.disputed, "distance": hit.match.distance, "score": hit.match.score,
                "whole": hit.match.whole, "spans": hit.match.spans, "entry_spans": hit.match.entry_spans,
            }
            for hit in found.hits
        ],
        "postings": [near.posting.pk for near in found.postings],
    }  # fmt: skip
