"""Banks over the API: fingerprints of content that people have judged."""

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
from ..models import Bank, BankEntry
from ..vocabulary import EntryKind, Polarity, Tier
from .shapes import BY_NAME, BY_NUMBER, LONGEST_TEXT, Curated, Owned, ReasonIn, Tlp, listed

router = Router(tags=["knowledge"])


class BankOut(Owned):
    """Curated fingerprints of known content."""

    name: str
    polarity: Polarity
    note: str


class BankPage(Schema):
    items: list[BankOut]
    next: str | None


class BankEntryOut(Curated):
    """One fingerprint. A withdrawn one stays as a tombstone and matches nothing."""

    id: int
    kind: EntryKind
    value: str
    label: str
    tier: Tier
    added_at: datetime
    added_by: str | None
    withdrawn_at: datetime | None


class BankEntryPage(Schema):
    items: list[BankEntryOut]
    next: str | None


class BankIn(Strict):
    """A new bank of the own agency."""

    name: Text = Field(min_length=1, max_length=200)
    polarity: Polarity
    tlp: Tlp = "AMBER"
    note: Text = Field("", max_length=5000)


class BankEntryIn(Strict):
    """What the bank should know: a digest, an address, or a text (kept as its digest alone)."""

    kind: EntryKind
    value: Text = Field(min_length=1, max_length=LONGEST_TEXT)
    label: Text = Field("", max_length=200)
    tier: Tier = Tier.PROMOTIONAL
    reason: Text = Field(min_length=1, max_length=1000)


@router.get(
    "/banks",
    response={200: BankPage, **refusals(422)},
    summary=_("Banks"),
    description=_("Banks of fingerprints that you may see, by name."),
)
def banks(request: HttpRequest, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(Bank).select_related("agency")
    return listed(rows, BY_NAME, cursor, limit)


@router.post(
    "/banks",
    response={201: BankOut, **refusals(413, 422)},
    summary=_("Add a bank"),
    description=_(
        "A new bank of your agency: “match” for known propaganda, “suppress” for what is known to be harmless."
    ),
)
def bank_new(request: HttpRequest, given: BankIn) -> Any:
    made = services.add_bank(actor(request), given.name, polarity=given.polarity, tlp=given.tlp, note=given.note)
    return Status(201, made)


@router.get(
    "/banks/{uuid:id}",
    response={200: BankOut, **refusals(404, 422)},
    summary=_("One bank"),
    description=_("A bank; its entries have an address of their own."),
)
def bank(request: HttpRequest, id: UUID) -> Any:
    return policy(request, rules.VIEW).get(Bank, pk=id)


@router.get(
    "/banks/{uuid:id}/entries",
    response={200: BankEntryPage, **refusals(404, 422)},
    summary=_("Entries of a bank"),
    description=_("Every fingerprint in the order in which it came, the withdrawn ones included."),
)
def bank_entries(request: HttpRequest, id: UUID, cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, rules.VIEW)
    rows = asked.rows(BankEntry).filter(bank=asked.get(Bank, pk=id)).select_related("added_by")
    return listed(rows, BY_NUMBER, cursor, limit)


@router.post(
    "/banks/{uuid:id}/entries",
    response={201: list[BankEntryOut], **refusals(404, 413, 422)},
    summary=_("Add to a bank"),
    description=_("Adds a fingerprint with its reason. A withdrawn one that is given again is put back."),
)
def bank_entry_new(request: HttpRequest, id: UUID, given: BankEntryIn) -> Any:
    row = policy(request, rules.CURATE).get(Bank, own=True, pk=id)
    added = services.add_bank_entry(
        actor(request), row, given.kind, given.value, label=given.label, tier=given.tier, reason=given.reason
    )
    return Status(201, added)


@router.post(
    "/banks/{uuid:id}/entries/{int:entry}/withdraw",
    response={200: BankEntryOut, **refusals(404, 413, 422)},
    summary=_("Withdraw an entry of a bank"),
    description=_("The fingerprint stays as a tombstone and matches nothing from now on."),
)
def bank_entry_withdraw(request: HttpRequest, id: UUID, entry: RowNumber, given: ReasonIn) -> Any:
    row = policy(request, rules.CURATE).get(BankEntry, own=True, bank_id=id, pk=entry)
    return services.withdraw_bank_entry(actor(request), row, given.reason)
