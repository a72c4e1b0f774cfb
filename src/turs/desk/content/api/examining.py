"""Examinations over the API: those of a posting, and one of a text that nobody keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import Field

from turs import posting as values
from turs.examine import default_context, examine

from ...coalition import rules
from ...wire import Instant, Strict, Text, actor, policy, refusals
from .. import knowledge
from ..models import Examination, Posting
from ..vocabulary import Genre, Tier
from .shapes import LONGEST_TEXT

router = Router(tags=["postings"])


class ExaminationOut(Schema):
    """What the software saw, with the version of everything that it used. It orders work, it decides nothing."""

    version: str
    at: datetime
    genre: Genre
    tier: Tier
    priority: int
    referable: bool
    result: dict[str, Any]

    @staticmethod
    def resolve_result(row: Examination) -> dict[str, Any]:
        return row.result if isinstance(row.result, dict) else {}


@router.get(
    "/postings/{uuid:id}/examinations",
    response={200: list[ExaminationOut], **refusals(404, 422)},
    summary=_("Examinations of a posting"),
    description=_("Every examination that was made of it, newest first."),
)
def posting_examinations(request: HttpRequest, id: UUID) -> Any:
    asked = policy(request, rules.VIEW)
    return asked.rows(Examination).filter(posting=asked.get(Posting, pk=id))


class ExamineIn(Strict):
    """A text to examine. Nothing of it is kept."""

    text: Text = Field(min_length=1, max_length=LONGEST_TEXT)
    title: Text = Field("", max_length=2000)
    source: Text = Field("", max_length=300)
    url: Text = Field("", max_length=4000)
    language: Text = Field("", max_length=35)
    published_at: Instant | None = None


class ExaminedPosting(Schema):
    """What was examined."""

    id: str
    source: str
    url: str
    published_at: datetime | None
    title: str
    text: str
    language: str


class Examined(Schema):
    """The same line as `turs examine --json`."""

    posting: ExaminedPosting
    examination: dict[str, Any]


@router.post(
    "/examine",
    response={200: Examined, **refusals(413, 422)},
    summary=_("Examine a text"),
    description=_("What the software would see in a text, with the banks and lists of your agency. Nothing is stored."),
)
def examine_text(request: HttpRequest, given: ExamineIn) -> Any:
    policy(request, rules.VIEW)
    agency = actor(request).agency
    value = values.Posting(
        source=given.source, text=given.text, url=given.url, title=given.title, language=given.language,
        published_at=given.published_at,
    )  # fmt: skip
    seen = examine(value, knowledge.context_for(agency) if agency else default_context())
    facts = {name: getattr(value, name) for name in ExaminedPosting.model_fields} | {"language": seen.language.tag}
    spoken = "en" if (get_language() or "").startswith("en") else "ar"
    return {"posting": facts, "examination": seen.as_dict(spoken)}
