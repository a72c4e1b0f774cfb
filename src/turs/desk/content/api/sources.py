"""Sources over the API: where content comes from, with its lawful basis."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from ...coalition import rules
from ...wire import PAGE, Limit, Text, policy, refusals
from ..models import Source
from ..vocabulary import LawfulBasis, ProducerTier, SourceKind
from .shapes import BY_NAME, Owned, listed

router = Router(tags=["collect"])


class SourceOut(Owned):
    """Where content comes from, with its lawful basis. Never a person."""

    name: str
    kind: SourceKind
    url: str
    producer: ProducerTier
    lawful_basis: LawfulBasis
    authority: str
    note: str


class SourcePage(Schema):
    items: list[SourceOut]
    next: str | None


@router.get(
    "/sources",
    response={200: SourcePage, **refusals(422)},
    summary=_("Sources"),
    description=_("Where content comes from, by name."),
)
def sources(request: HttpRequest, kind: SourceKind | None = None, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(Source).select_related("agency")
    if kind:
        rows = rows.filter(kind=kind)
    return listed(rows, BY_NAME, cursor, limit)


@router.get(
    "/sources/{uuid:id}",
    response={200: SourceOut, **refusals(404, 422)},
    summary=_("One source"),
    description=_("A source with its lawful basis."),
)
def source(request: HttpRequest, id: UUID) -> Any:
    return policy(request, rules.VIEW).get(Source, pk=id)
