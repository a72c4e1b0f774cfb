"""The queue: its filters, as they stand in the address, its order, and a case's place in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Case as Choose
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..coalition import rules as roles
from ..coalition.policy import Policy
from ..coalition.vocabulary import TLP
from ..content import listing, reading
from ..content.models import Examination, Source
from ..content.vocabulary import Genre, Tier
from .models import Assessment, Case, Decision, Ruling
from .vocabulary import Answer, CaseState, DecisionState, Exclusion

PAGE = 25
"""Cases on a page of the list."""
WAITING = "waiting"
STATES = [
    (CaseState.OPEN.value, CaseState.OPEN.label),
    (CaseState.PROPOSED.value, CaseState.PROPOSED.label),
    (WAITING, _("Not closed yet")),
    (CaseState.CLOSED.value, CaseState.CLOSED.label),
    ("all", _("Every state")),
]
TABS = [
    (CaseState.OPEN.value, pgettext_lazy("cases", "To read")),
    (CaseState.PROPOSED.value, pgettext_lazy("cases", "To confirm")),
    (CaseState.CLOSED.value, CaseState.CLOSED.label),
]
MINE = [
    ("claimed", _("Claimed by me")),
    ("returned", _("Returned to me")),
    ("confirm", _("Waiting for my confirmation")),
    ("elsewhere", _("Waiting for somebody else's confirmation")),
    ("ruling", _("Waiting for a legal ruling")),
]
FIRST = Choose(When(tier=Tier.THREAT_TO_LIFE, then=Value(0)), default=Value(1), output_field=IntegerField())
ORDER = (FIRST, "-priority", "created_at", "id")
"""Threats to life before everything; then the most urgent; then who has waited longest."""


@dataclass(frozen=True)
class Chip:
    """A filter that is set: what it is, its value, its name in the address, and the address without it."""

    label: Any
    value: Any
    name: str
    address: str


class Filters(forms.Form):
    """Filters of the queue. Without any: the open cases of the reader's own agency."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", CaseState.OPEN.label), *STATES])
    mine = forms.ChoiceField(label=_("My part"), required=False, choices=[listing.ALL, *MINE])
    tier = forms.ChoiceField(label=_("Tier"), required=False, choices=[listing.ALL, *Tier.choices])
    genre = forms.ChoiceField(label=_("Genre"), required=False, choices=[listing.ALL, *Genre.choices])
    language = forms.CharField(label=_("Language"), required=False, max_length=8)
    source = forms.ModelChoiceField(None, label=_("Source"), required=False, empty_label=listing.ALL[1])
    tlp = forms.ChoiceField(label=_("TLP"), required=False, choices=[listing.ALL, *TLP.choices])
    whose = forms.ChoiceField(
        label=_("Agency"), required=False, choices=[("", _("Ours")), ("all", _("All that I may see"))]
    )
    q = forms.CharField(label=_("Words in the text"), required=False, max_length=200)
    since = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, policy: Policy) -> None:
        super().__init__(data)
        self.policy = policy
        self.fields["source"].queryset = policy.rows(Source)  # type: ignore[attr-defined]
        tongues = policy.rows(Case).order_by("language").values_list("language", flat=True).distinct()
        self.languages = list(tongues)

    def clean_since(self) -> Any:
        return listing.instant(self.cleaned_data["since"])

    @property
    def given(self) -> dict[str, str]:
        """The filters that are set, as they stand in the address."""
        return {name: value for name in self.fields if (value := self.data.get(name, ""))}

    @property
    def address(self) -> str:
        """The filters as a query string, with its question mark; "" without any."""
        return f"?{urlencode(self.given)}" if self.given else ""

    @property
    def chips(self) -> list[Chip]:
        """The filters that are set, in words, each with the address without it. The tabs show the state."""
        found = []
        for name, value in self.given.items():
            if name == "state" and value in CaseState.values:
                continue
            rest = {other: kept for other, kept in self.given.items() if other != name}
            field = self.fields[name]
            shown = dict(field.choices).get(value, value) if type(field) is forms.ChoiceField else value
            if name == "source" and self.is_valid():
                shown = self.cleaned_data["source"].name
            if name == "since":
                shown = ""
            found.append(Chip(field.label or _("Opened since you last looked"), shown, name, f"?{urlencode(rest)}"))
        return found

    @property
    def state_now(self) -> str:
        """The state that the list shows."""
        return self.given.get("state") or (WAITING if self.given.get("mine") else CaseState.OPEN.value)

    def rows(self) -> QuerySet[Case]:
        """The cases that pass every filter, in no order yet."""
        own = bool(self.policy.user.agency_id)
        if not self.is_valid():
            return self.policy.rows(Case).none()
        chosen = self.cleaned_data
        found = self.policy.rows(Case, own=own and chosen["whose"] != "all")
        found = found.filter(_state(self.state_now))
        if chosen["mine"]:
            found = mine(self.policy, found, chosen["mine"])
        for name in ("tier", "language", "tlp"):
            if chosen[name]:
                found = found.filter(**{name: chosen[name]})
        if chosen["genre"]:
            found = found.filter(lead__genre=chosen["genre"])
        if chosen["source"]:
            found = found.filter(lead__source=chosen["source"])
        if chosen["since"]:
            found = found.filter(created_at__gt=chosen["since"])
        return found.filter(listing.words_in(chosen["q"], "lead__folded"))


def _state(state: str) -> Q:
    if state == "all":
        return Q()
    return ~Q(state=CaseState.CLOSED) if state == WAITING else Q(state=state)


def mine(policy: Policy, cases: QuerySet[Case], part: str) -> QuerySet[Case]:
    """Those of `cases` that wait for this reader: ``claimed``, ``returned``, ``confirm`` or ``ruling``; ``elsewhere``:
    proposed, and not for this reader to confirm (the own proposals among them)."""
    user, now = policy.user, timezone.now()
    if part == "claimed":
        return cases.filter(state=CaseState.OPEN, claimed_by=user, claimed_until__gt=now)
    if part == "elsewhere":
        here = mine(policy, cases, "confirm").order_by().values("pk")
        return cases.filter(state=CaseState.PROPOSED).exclude(pk__in=here)
    last = policy.rows(Decision).filter(case=OuterRef("pk")).order_by("-proposed_at", "-id")
    if part == "returned":
        cases = cases.filter(state=CaseState.OPEN).exclude(Q(claimed_until__gt=now) & ~Q(claimed_by=user))
        return cases.annotate(
            last_state=Subquery(last.values("state")[:1]), last_by=Subquery(last.values("proposed_by")[:1])
        ).filter(last_state=DecisionState.RETURNED, last_by=user.pk)
    if part == "confirm":
        if not policy.may(roles.CONFIRM):
            return cases.none()
        proposals = policy.rows(Decision).filter(state=DecisionState.PROPOSED).exclude(proposed_by=user)
        readable = [tag for tag in cases.order_by().values_list("language", flat=True).distinct() if policy.reads(tag)]
        proposed = Exists(proposals.filter(case=OuterRef("pk")))
        return cases.filter(proposed, state=CaseState.PROPOSED, language__in=readable)
    if not policy.may(roles.RULE):
        return cases.none()
    clear = {f"exclusions__{name}": Answer.NO for name in Exclusion.values}
    doubted = policy.rows(Assessment).filter(case=OuterRef("pk")).exclude(**clear)
    ruled = policy.rows(Ruling).filter(case=OuterRef("pk"))
    return cases.filter(Exists(doubted), ~Exists(ruled), state=CaseState.OPEN)


@dataclass(frozen=True)
class Line:
    """One case in a list: what it is, and why it stands where it stands."""

    case: Case
    headline: str
    why: list[str]
    claimant: Any

    @property
    def copies(self) -> int:
        """Other postings of the same content, which nobody has to read."""
        return max(0, self.case.copies - 1)


def lines(policy: Policy, cases: Iterable[Case]) -> list[Line]:
    """`cases` as lines, with the first reasons of the last examination in the reader's language."""
    cases = list(cases)
    results: dict[Any, Any] = {}
    seen = policy.rows(Examination).filter(posting__in=[case.lead_id for case in cases]).order_by("at", "id")
    for key, result in seen.values_list("posting", "result"):
        results[key] = result
    return [
        Line(
            case,
            reading.headline(case.lead.title, getattr(case, "opening", "") or ""),
            reading.why(results.get(case.lead_id)),
            case.claimant,
        )
        for case in cases
    ]


def for_lines(cases: QuerySet[Case]) -> QuerySet[Case]:
    """`cases` in their order, with what a line needs and no long texts."""
    return (
        cases.select_related("lead", "lead__source", "claimed_by", "agency")
        .defer("lead__text", "lead__folded", "lead__extra", "lead__links")
        .annotate(opening=Left("lead__text", 300))
        .order_by(*ORDER)
    )


@dataclass(frozen=True)
class Place:
    """Where a case stands in the filtered queue: its number from 1 (0: not in it), of how many, its neighbours."""

    number: int
    count: int
    before: Any = None
    after: Any = None

    @property
    def page(self) -> int:
        return max(0, self.number - 1) // PAGE + 1


def place(cases: QuerySet[Case], case: Case) -> Place:
    keys = list(cases.order_by(*ORDER).values_list("pk", flat=True))
    if case.pk not in keys:
        return Place(0, len(keys), after=keys[0] if keys else None)
    at = keys.index(case.pk)
    return Place(at + 1, len(keys), keys[at - 1] if at else None, keys[at + 1] if at + 1 < len(keys) else None)


def page(policy: Policy, cases: QuerySet[Case], number: Any) -> Page[Any]:
    """One page of the queue; its items are `Line`."""
    found = Paginator(for_lines(cases), PAGE).get_page(number)
    found.object_list = lines(policy, found.object_list)
    return found
