"""Term lists over the API: words that an examination looks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema, Status
from pydantic import Field

from ...coalition import rules
from ...wire import PAGE, Limit, RowNumber, Strict, Text, actor, policy, refusals
from .. import services
from ..models import TermEntry, TermList
from .shapes import BY_NAME, BY_NUMBER, Curated, Owned, ReasonIn, Tlp, listed

router = Router(tags=["knowledge"])


class TermListOut(Owned):
    """A curated list of terms."""

    name: str
    note: str


class TermListPage(Schema):
    items: list[TermListOut]
    next: str | None


class TermOut(Curated):
    """One term. A withdrawn one stays as a tombstone and is not looked for."""

    id: int
    text: str
    language: str
    category: str
    suppress: list[str]
    added_at: datetime
    added_by: str | None
    withdrawn_at: datetime | None


class TermPage(Schema):
    items: list[TermOut]
    next: str | None


class TermListIn(Strict):
    """A new term list of the own agency."""

    name: Text = Field(min_length=1, max_length=200)
    tlp: Tlp = "AMBER"
    note: Text = Field("", max_length=5000)


class TermIn(Strict):
    """A term to look for. `category`: group_name, name, outlet, slogan and hashtag mean something to the rules; every
    other is marked only. `suppress`: phrases that, standing near, make it mean something else."""

    text: Text = Field(min_length=1, max_length=200)
    category: Text = Field("name", min_length=1, max_length=40)
    language: Text = Field("", max_length=8)
    suppress: list[Text] = Field([], max_length=services.MOST_CONTEXTS)
    reason: Text = Field(min_length=1, max_length=1000)


@router.get(
    "/terms",
    response={200: TermListPage, **refusals(422)},
    summary=_("Term lists"),
    description=_("Term lists that you may see, by name."),
)
def term_lists(request: HttpRequest, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(TermList).select_related("agency")
    return listed(rows, BY_NAME, cursor, limit)


@router.post(
    "/terms",
    response={201: TermListOut, **refusals(413, 422)},
    summary=_("Add a term list"),
    description=_("A new term list of your agency."),
)
def term_list_new(request: HttpRequest, given: TermListIn) -> Any:
    return Status(201, services.add_term_list(actor(request), given.name, tlp=given.tlp, note=given.note))


@router.get(
    "/terms/{uuid:id}",
    response={200: TermListOut, **refusals(404, 422)},
    summary=_("One term list"),
    description=_("A term list; its terms have an address of their own."),
)
def term_list(request: HttpRequest, id: UUID) -> Any:
    return policy(request, rules.VIEW).get(TermList, pk=id)


@router.get(
    "/terms/{uuid:id}/entries",
    response={200: TermPage, **refusals(404, 422)},
    summary=_("Terms of a list"),
    description=_("Every term in the order in which it came, the withdrawn ones included."),
)
def terms(request: HttpRequest, id: UUID, cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, rules.VIEW)
    rows = asked.rows(TermEntry).filter(list=asked.get(TermList, pk=id)).select_related("added_by")
    return listed(rows, BY_NUMBER, cursor, limit)


@router.post(
    "/terms/{uuid:id}/entries",
    response={201: TermOut, **refusals(404, 413, 422)},
    summary=_("Add a term"),
    description=_("Adds a term with its reason. A withdrawn one that is given again is put back."),
)
def term_new(request: HttpRequest, id: UUID, given: TermIn) -> Any:
    row = policy(request, rules.CURATE).get(TermList, own=True, pk=id)
    added = services.add_term(
        actor(request), row, given.text, category=given.category, language=given.language, suppress=given.suppress,
        reason=given.reason,
    )  # fmt: skip
    return Status(201, added)


@router.post(
    "/terms/{uuid:id}/entries/{int:entry}/withdraw",
    response={200: TermOut, **refusals(404, 413, 422)},
    summary=_("Withdraw a term"),
    description=_("The term stays as a tombstone and is not looked for from now on."),
)
def term_withdraw(request: HttpRequest, id: UUID, entry: RowNumber, given: ReasonIn) -> Any:
    row = policy(request, rules.CURATE).get(TermEntry, own=True, list_id=id, pk=entry)
    return services.withdraw_term(actor(request), row, given.reason)
