"""What every operation of the API shares: safe text, problem objects, pages that stay stable while rows arrive."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple, TypeVar, cast

from django.db.models import F, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from .coalition.models import User
from .coalition.policy import Policy

M = TypeVar("M", bound=Model)
T = TypeVar("T")
PAGE = 50
LARGEST_PAGE = 200
LARGEST_NUMBER = 2**63 - 1


# --- what comes in ---------------------------------------------------------------------------------
def _storable(value: str) -> str:
    if "\0" in value:
        raise ValueError("nul")
    return value


def _instant(value: datetime) -> datetime:
    """An instant in UTC; a time without a zone is UTC. Refuses what no calendar can turn into UTC."""
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise ValueError("range") from None


Text = Annotated[str, AfterValidator(_storable)]
"""Text as every database can keep it: no NUL (a lone surrogate is refused before)."""
Instant = Annotated[datetime, AfterValidator(_instant)]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE)]
RowNumber = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
Label = Annotated[str, BeforeValidator(str)]
"""A translated word: lazy until the answer is written."""


class Strict(Schema):
    """A body in which a misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


def actor(request: HttpRequest) -> User:
    """Who asks: the user of the session or of the token."""
    return cast(User, request.auth)  # type: ignore[attr-defined]


def policy(request: HttpRequest, verb: str = "") -> Policy:
    """What the asking user may do; `PermissionDenied` where no role grants `verb`."""
    found = Policy(actor(request))
    if verb:
        found.require(verb)
    return found


# --- what goes out ---------------------------------------------------------------------------------
class FieldProblem(Schema):
    """One thing that is wrong: where (a field, or an anchor), a stable code, and words."""

    place: str
    code: str
    message: str


class Problem(Schema):
    """A problem as in RFC 9457, in the caller's language."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def refusals(*codes: int) -> dict[int, Any]:
    """The answers that say no: 401 and 403 everywhere, others where an operation can give them."""
    return dict.fromkeys(sorted({400, 401, 403, *codes}), Problem)


class Invalid(ValueError):
    """Input that has the right shape and still makes no sense: field, code, words."""

    def __init__(self, place: str, code: str, message: Any) -> None:
        self.place, self.code, self.message = place, code, message
        super().__init__(str(message))


class OrganisationRef(Schema):
    """An agency or partner, named in the caller's language."""

    key: str
    name: str


def person(user: User | None, asking: User) -> str | None:
    """The login of `user` where both work for the same organisation; people elsewhere stay unnamed."""
    if user is None or user.organisation is None or user.organisation != asking.organisation:
        return None
    return user.get_username()


# --- pages -----------------------------------------------------------------------------------------
class Key(NamedTuple):
    """One column of an order. `parse` turns its text in a cursor back into a value and raises ValueError."""

    name: str
    parse: Callable[[Any], Any]
    descending: bool = False


def instant_of(value: Any) -> datetime | None:
    return None if value is None else _instant(datetime.fromisoformat(value))


def number_of(value: Any) -> int:
    if not isinstance(value, int) or abs(value) > LARGEST_NUMBER:
        raise ValueError("number")
    return value


def text_of(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("text")
    value.encode()
    return _storable(value)


def page(rows: QuerySet[M], order: Sequence[Key], cursor: str, limit: int) -> tuple[list[M], str | None]:
    """Up to `limit` rows after `cursor` in `order` (its last column unique), and the cursor of the next page.

    A cursor names the last row seen, so rows that arrive or leave in between neither repeat nor hide others.
    Empty values come last.
    """
    ordering = [
        F(key.name).desc(nulls_last=True) if key.descending else F(key.name).asc(nulls_last=True) for key in order
    ]
    if cursor:
        rows = rows.filter(_after(order, _decode(order, cursor)))
    found = list(rows.order_by(*ordering)[: limit + 1])
    if len(found) <= limit:
        return found, None
    return found[:limit], _encode(order, found[limit - 1])


def _after(order: Sequence[Key], values: Sequence[Any]) -> Q:
    beyond, same = Q(pk__in=[]), Q()
    for key, value in zip(order, values, strict=True):
        if value is None:
            same &= Q(**{f"{key.name}__isnull": True})
            continue
        step = Q(**{f"{key.name}__{'lt' if key.descending else 'gt'}": value}) | Q(**{f"{key.name}__isnull": True})
        beyond |= same & step
        same &= Q(**{key.name: value})
    return beyond


def _encode(order: Sequence[Key], row: Model) -> str:
    values = [getattr(row, key.name) for key in order]
    plain = [value.isoformat() if isinstance(value, datetime) else _plain(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value


def _decode(order: Sequence[Key], cursor: str) -> list[Any]:
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(order):
            raise ValueError("length")
        return [key.parse(value) for key, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise Invalid("query.cursor", "cursor", _("This cursor is not one of ours. Start again without it.")) from None


def own_words(value: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Of `value`, the facts in `names` alone."""
    return {name: value[name] for name in names if name in value}
