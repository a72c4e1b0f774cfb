"""The coalition over the API: who I am, who the members are, and the ledger for those who oversee."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from ..ledger.models import Entry
from ..ledger.services import verify
from ..wire import (
    PAGE,
    Instant,
    Key,
    Label,
    Limit,
    OrganisationRef,
    Text,
    actor,
    number_of,
    page,
    policy,
    refusals,
)
from . import rules
from .models import Agency, Member, Partner

router = Router(tags=["coalition"])
oversight = Router(tags=["ledger"])


class Skill(Schema):
    """A language (BCP 47) and how well it is read (CEFR, or NATIVE)."""

    language: str
    level: str


class Me(Schema):
    """The asking user, with what the roles of this moment allow."""

    username: str
    display_name: str
    agency: OrganisationRef | None
    partner: OrganisationRef | None
    language: str
    roles: list[str]
    verbs: list[str]
    skills: list[Skill]


class MemberOut(Schema):
    """A state or an international organisation."""

    key: str
    name_ar: str
    name_en: str
    kind: str
    kind_label: Label
    iso2: str
    joined: date | None

    @staticmethod
    def resolve_kind_label(row: Member) -> Any:
        return row.get_kind_display()


class AgencyOut(Schema):
    """A member's ministry or centre."""

    key: str
    name_ar: str
    name_en: str
    type: str
    type_label: Label
    member: str

    @staticmethod
    def resolve_type_label(row: Agency) -> Any:
        return row.get_type_display()

    @staticmethod
    def resolve_member(row: Agency) -> str:
        return row.member.key


class PartnerOut(Schema):
    """A platform, media organisation, religious institution, centre or civil-society organisation."""

    key: str
    name_ar: str
    name_en: str
    type: str
    type_label: Label
    since: date | None

    @staticmethod
    def resolve_type_label(row: Partner) -> Any:
        return row.get_type_display()


class EntryOut(Schema):
    """One act in the ledger. hash: SHA-256 over the entry and the hash before it. chain: the posting it is about."""

    seq: int
    at: datetime
    actor: str
    agency: str
    verb: str
    object_type: str
    object_id: str
    chain: str
    detail: dict[str, Any]
    prev: str
    hash: str

    @staticmethod
    def resolve_detail(row: Entry) -> dict[str, Any]:
        """The recorded facts; where somebody altered them on disk, the characters that stand there."""
        try:
            facts = json.loads(row.detail)
        except ValueError:
            facts = None
        return facts if isinstance(facts, dict) else {"unreadable": row.detail}


class EntryPage(Schema):
    items: list[EntryOut]
    next: str | None


class FaultOut(Schema):
    """What is wrong with the chain, and at which entry."""

    seq: int
    code: str
    text: str


class VerificationOut(Schema):
    """Outcome of reading the whole chain. Keep `head` elsewhere and give it back next time."""

    sound: bool
    entries: int
    head: str
    faults: list[FaultOut]


@router.get(
    "/me",
    response={200: Me, **refusals()},
    summary=_("Who I am"),
    description=_("The asking user: organisation, roles, what they allow, languages."),
)
def me(request: HttpRequest) -> Any:
    user, mine = actor(request), policy(request)
    return {
        "username": user.username,
        "display_name": user.display_name,
        "agency": user.agency,
        "partner": user.partner,
        "language": user.language,
        "roles": sorted(mine.roles),
        "verbs": sorted(mine.verbs),
        "skills": [{"language": language, "level": level} for language, level in sorted(mine.skills.items())],
    }


@router.get(
    "/members",
    response={200: list[MemberOut], **refusals()},
    summary=_("Members"),
    description=_("States and international organisations of the coalition."),
)
def members(request: HttpRequest) -> Any:
    return policy(request, rules.DIRECTORY).rows(Member)


@router.get(
    "/agencies",
    response={200: list[AgencyOut], **refusals()},
    summary=_("Agencies"),
    description=_("Ministries and centres of the members. Every row of content belongs to one."),
)
def agencies(request: HttpRequest) -> Any:
    return policy(request, rules.DIRECTORY).rows(Agency).select_related("member")


@router.get(
    "/partners",
    response={200: list[PartnerOut], **refusals()},
    summary=_("Partners"),
    description=_("Platforms, media, religious institutions, centres and civil society."),
)
def partners(request: HttpRequest) -> Any:
    return policy(request, rules.DIRECTORY).rows(Partner)


class LedgerFilter(Schema):
    """Which entries; all filters must hold."""

    actor: Text = ""
    agency: Text = ""
    verb: Text = ""
    object_type: Text = ""
    object_id: Text = ""
    chain: Text = ""
    since: Instant | None = None
    until: Instant | None = None


@oversight.get(
    "",
    response={200: EntryPage, **refusals(422)},
    summary=_("The ledger"),
    description=_(
        "Who did what to which row, newest first, for the oversight role. “chain” is the id of a posting and gives "
        "everything that happened to it, from the import to the confirmed decision."
    ),
)
def ledger(request: HttpRequest, wanted: Query[LedgerFilter], cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.AUDIT).rows(Entry)
    exact = wanted.model_dump(exclude={"since", "until"})
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since.isoformat(timespec="microseconds"))
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until.isoformat(timespec="microseconds"))
    items, following = page(rows, [Key("seq", number_of, descending=True)], cursor, limit)
    return {"items": items, "next": following}


@oversight.get(
    "/verify",
    response={200: VerificationOut, **refusals(422)},
    summary=_("Prove the ledger"),
    description=_(
        "Reads the whole chain and names every entry that was changed, removed or put in. With “head”, a value noted "
        "earlier, it also finds entries cut off at the end."
    ),
)
def ledger_verify(request: HttpRequest, head: Text = "") -> Any:
    policy(request, rules.AUDIT)
    outcome = verify(head)
    faults = [{"seq": fault.seq, "code": fault.code, "text": fault.text} for fault in outcome.faults]
    return {"sound": outcome.sound, "entries": outcome.entries, "head": outcome.head, "faults": faults}
