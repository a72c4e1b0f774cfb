"""What the operations on content share: whose a row is, who put an entry in, and in what order rows come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from ...coalition.models import Agency
from ...coalition.vocabulary import TLP
from ...wire import Key, Strict, Text, actor, instant_of, number_of, page, person, text_of

Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
assert set(Tlp.__args__) == set(TLP.values)  # type: ignore[attr-defined]
LONGEST_TEXT = 200_000
NEWEST = [Key("created_at", instant_of, descending=True), Key("id", UUID)]
BY_NAME = [Key("name", text_of), Key("id", UUID)]
BY_NUMBER = [Key("id", number_of)]

DOWNLOAD = {
    "responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}
}
"""For an operation whose answer is a file."""


class Owned(Schema):
    """What every row of content says of itself."""

    id: UUID
    agency: str
    tlp: Tlp
    created_at: datetime

    @staticmethod
    def resolve_agency(row: Any) -> str:
        owner: Agency = row["agency"] if isinstance(row, dict) else row.agency
        return owner.key


class Curated(Schema):
    """An entry that somebody put into a bank or a list. People are named to their own organisation alone."""

    @staticmethod
    def resolve_added_by(row: Any, context: Mapping[str, Any]) -> str | None:
        return person(row.added_by, actor(context["request"]))


class ReasonIn(Strict):
    """Why, in a sentence."""

    reason: Text = Field(min_length=1, max_length=5000)


def listed(rows: QuerySet[Any], order: Sequence[Key], cursor: str, limit: int) -> dict[str, Any]:
    """One page of `rows` in `order`, as the body of an answer."""
    items, following = page(rows, order, cursor, limit)
    return {"items": items, "next": following}
