"""Banks over the API: fingerprints of content that people have judged."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from turs.formats import FORMATS

from ...coalition import rules
from ...wire import PAGE, Instant, Limit, RowNumber, Strict, Text, actor, policy, refusals
from .. import curation, exchange
from ..curation import LIMITS
from ..fingerprints import Unusable
from ..models import Bank, BankEntry, Opinion
from ..vocabulary import BehaviourLabel, EntryKind, EntryState, OpinionView, Polarity, Tier
from .shapes import BY_NAME, BY_NUMBER, DOWNLOAD, LONGEST_TEXT, Curated, Owned, ReasonIn, Tlp, listed

router = Router(tags=["knowledge"])


def within(threshold: str) -> Any:
    """What a threshold of a bank may be."""
    low, high = LIMITS[threshold]
    return Field(ge=low, le=high)


class BankOut(Owned):
    """Curated fingerprints of known content. distance: bits; containment and video: percent; flood: sources a day."""

    name: str
    polarity: Polarity
    note: str
    active: bool
    distance: int
    containment: int
    video: int
    flood: int


class BankPage(Schema):
    items: list[BankOut]
    next: str | None


class BankEntryOut(Curated):
    """One fingerprint. A withdrawn one stays as a tombstone and matches nothing."""

    id: int
    bank: UUID
    kind: EntryKind
    value: str
    digest: str
    label: str
    tier: Tier
    labels: list[BehaviourLabel]
    producer: str
    note: str
    origin: str
    state: EntryState
    added_at: datetime
    added_by: str | None
    hold_until: datetime | None
    quarantined_at: datetime | None
    disputed: bool
    withdrawn_at: datetime | None

    @staticmethod
    def resolve_bank(row: Any) -> Any:
        return row.bank_id


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
    labels: list[BehaviourLabel] = []
    producer: Text = Field("", max_length=200)
    note: Text = Field("", max_length=4000)
    hold_until: Instant | None = None
    reason: Text = Field(min_length=1, max_length=1000)


class BankChange(ReasonIn):
    """What is to change of a bank; what is left out stays."""

    name: Text | None = Field(None, min_length=1, max_length=200)
    note: Text | None = Field(None, max_length=5000)
    polarity: Polarity | None = None
    tlp: Tlp | None = None
    active: bool | None = None
    distance: Annotated[int, within("distance")] | None = None
    containment: Annotated[int, within("containment")] | None = None
    video: Annotated[int, within("video")] | None = None
    flood: Annotated[int, within("flood")] | None = None


class EntryChange(ReasonIn):
    """What is to change of what is said about a fingerprint; what is left out stays."""

    label: Text | None = Field(None, max_length=200)
    tier: Tier | None = None
    labels: list[BehaviourLabel] | None = None
    producer: Text | None = Field(None, max_length=200)
    note: Text | None = Field(None, max_length=4000)


class HoldIn(ReasonIn):
    """Until when a fingerprint is held back; nothing uses it again at once."""

    until: Instant | None


class OpinionIn(Strict):
    """What the own agency thinks of a fingerprint. Disagreement needs its reason."""

    view: OpinionView
    reason: Text = Field("", max_length=1000)


class OpinionOut(Schema):
    agency: str
    view: OpinionView
    reason: str
    at: datetime

    @staticmethod
    def resolve_agency(row: Any) -> str:
        return str(row.agency.key)


class ListIn(Schema):
    """What goes with a list of fingerprints: its format (told from the content where left out) and the reason."""

    format: Text = ""
    reason: Text


class RefusalOut(Schema):
    line: int
    value: str
    reason: str


class ReportOut(Schema):
    """What became of a list: added, known before, withdrawn by its tombstones, and refused with the reason."""

    added: int
    known: int
    withdrawn: int
    kinds: dict[str, int]
    refused: list[RefusalOut]


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
    made = curation.add_bank(actor(request), given.name, polarity=given.polarity, tlp=given.tlp, note=given.note)
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
    if given.hold_until is not None and given.hold_until <= timezone.now():
        raise Unusable("hold_until", gettext("Choose a moment in the future."))
    added = curation.add_bank_entry(
        actor(request), row, given.kind, given.value, label=given.label, tier=given.tier, reason=given.reason,
        labels=given.labels, producer=given.producer, note=given.note, hold_until=given.hold_until, origin="API",
    )  # fmt: skip
    return Status(201, added)


@router.post(
    "/banks/{uuid:id}/entries/{int:entry}/withdraw",
    response={200: BankEntryOut, **refusals(404, 413, 422)},
    summary=_("Withdraw an entry of a bank"),
    description=_("The fingerprint stays as a tombstone and matches nothing from now on."),
)
def bank_entry_withdraw(request: HttpRequest, id: UUID, entry: RowNumber, given: ReasonIn) -> Any:
    row = policy(request, rules.CURATE).get(BankEntry, own=True, bank_id=id, pk=entry)
    return curation.withdraw_bank_entry(actor(request), row, given.reason)


@router.patch(
    "/banks/{uuid:id}",
    response={200: BankOut, **refusals(404, 413, 422)},
    summary=_("Change a bank"),
    description=_(
        "Name, note, polarity, TLP, thresholds, or whether it is in use at all. Running workers follow in a second."
    ),
)
def bank_change(request: HttpRequest, id: UUID, given: BankChange) -> Any:
    row = policy(request, rules.CURATE).get(Bank, own=True, pk=id)
    return curation.change_bank(actor(request), row, given.reason, **_said(given))


@router.post(
    "/banks/{uuid:id}/import",
    response={200: ReportOut, **refusals(404, 413, 422)},
    summary=_("Import a list into a bank"),
    description=_(
        "A file of fingerprints in any known format: CSV, JSON Lines, the formats of threatexchange, STIX, MISP, "
        "Tech Against Terrorism, NCMEC. The answer reports every record that was refused, with its line and remedy. "
        "Tombstones in the list withdraw what the bank holds."
    ),
)
def bank_import(request: HttpRequest, id: UUID, file: File[UploadedFile], given: Form[ListIn]) -> Any:
    row = policy(request, rules.CURATE).get(Bank, own=True, pk=id)
    if file.size and file.size > exchange.LARGEST_FILE:
        raise RequestDataTooBig
    return exchange.import_list(
        actor(request), row, file.read(), name=file.name or "", format=given.format, reason=given.reason
    )


@router.get(
    "/banks/{uuid:id}/export",
    response={200: bytes, **refusals(404, 422)},
    summary=_("Export a bank"),
    description=_(
        "Every fingerprint of a bank in the format asked for, withdrawn ones as tombstones. The ledger keeps who took "
        "it. The header X-Left-Out counts what the format could not carry."
    ),
    openapi_extra=DOWNLOAD,
)
def bank_export(request: HttpRequest, id: UUID, format: Text = "jsonl") -> Any:
    row = policy(request, rules.VIEW).get(Bank, pk=id)
    data, problems = exchange.export_bank(actor(request), row, format)
    answer = HttpResponse(data, content_type="application/octet-stream")
    suffix = FORMATS[format].suffixes[0]
    answer["Content-Disposition"] = f'attachment; filename="bank-{row.pk}{suffix}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Left-Out"] = str(len(problems))
    return answer


@router.patch(
    "/banks/{uuid:id}/entries/{int:entry}",
    response={200: BankEntryOut, **refusals(404, 413, 422)},
    summary=_("Change an entry of a bank"),
    description=_("Label, tier, behaviour labels, producer, note. The fingerprint itself never changes."),
)
def bank_entry_change(request: HttpRequest, id: UUID, entry: RowNumber, given: EntryChange) -> Any:
    return curation.change_entry(actor(request), _own_entry(request, id, entry), given.reason, **_said(given))


@router.post(
    "/banks/{uuid:id}/entries/{int:entry}/hold",
    response={200: BankEntryOut, **refusals(404, 413, 422)},
    summary=_("Hold an entry back"),
    description=_("It matches nothing until then. Without a moment it is used again at once."),
)
def bank_entry_hold(request: HttpRequest, id: UUID, entry: RowNumber, given: HoldIn) -> Any:
    return curation.hold(actor(request), _own_entry(request, id, entry), given.until, given.reason)


@router.post(
    "/banks/{uuid:id}/entries/{int:entry}/release",
    response={200: BankEntryOut, **refusals(404, 413, 422)},
    summary=_("Release an entry from quarantine"),
    description=_(
        "A person looked at what it matches, and it is sound. It is questioned again at twice as many sources."
    ),
)
def bank_entry_release(request: HttpRequest, id: UUID, entry: RowNumber, given: ReasonIn) -> Any:
    return curation.release(actor(request), _own_entry(request, id, entry), given.reason)


@router.get(
    "/banks/{uuid:id}/entries/{int:entry}/opinions",
    response={200: list[OpinionOut], **refusals(404, 422)},
    summary=_("Opinions on an entry"),
    description=_("What each agency thinks of a fingerprint, with its reason."),
)
def bank_entry_opinions(request: HttpRequest, id: UUID, entry: RowNumber) -> Any:
    asked = policy(request, rules.VIEW)
    row = asked.get(BankEntry, bank_id=id, pk=entry)
    return list(asked.rows(Opinion).filter(entry=row).select_related("agency"))


@router.post(
    "/banks/{uuid:id}/entries/{int:entry}/opinions",
    response={200: OpinionOut, **refusals(404, 413, 422)},
    summary=_("Give an opinion on an entry"),
    description=_(
        "Agree, disagree or not sure. Whoever sees the fingerprint may judge it; one disagreement disputes it."
    ),
)
def bank_entry_opinion_new(request: HttpRequest, id: UUID, entry: RowNumber, given: OpinionIn) -> Any:
    row = policy(request, rules.CURATE).get(BankEntry, bank_id=id, pk=entry)
    return curation.give_opinion(actor(request), row, given.view, given.reason)


@router.get(
    "/quarantine",
    response={200: BankEntryPage, **refusals(422)},
    summary=_("Fingerprints in quarantine"),
    description=_("Those of the banks you see that suddenly matched in too many sources, and wait for a person."),
)
def quarantine(request: HttpRequest, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(BankEntry).exclude(quarantined_at=None).select_related("added_by")
    return listed(rows, BY_NUMBER, cursor, limit)


def _said(given: Schema) -> dict[str, Any]:
    """What a change names, without its reason; a field that is null is left alone."""
    facts = given.dict(exclude_unset=True)
    return {name: value for name, value in facts.items() if name != "reason" and value is not None}


def _own_entry(request: HttpRequest, bank: UUID, entry: int) -> BankEntry:
    return policy(request, rules.CURATE).get(BankEntry, own=True, bank_id=bank, pk=entry)
