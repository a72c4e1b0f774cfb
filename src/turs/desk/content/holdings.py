"""What banks hold and what they found, as far as a reader may see it: counts, states, weeks, floods, provenance."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Left, TruncWeek
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from ..coalition.models import User
from ..coalition.policy import Policy
from ..ledger.models import Entry
from .evidence import Step, step
from .flood import WINDOW
from .models import Bank, BankEntry, Posting, Sighting, Source
from .vocabulary import EntryKind, EntryState

WEEKS = 12
"""Weeks of the chart of a bank."""
MOST_SEEN = 5
"""Entries named as most seen."""
SHOWN = 10
"""Sources, postings and acts that a page lists; the others are behind a number."""
OPENING = 300
"""Characters of a value that a line of a list may need."""
EXAMPLES = 6
"""Postings by which a reader judges a flood."""
KIND_SHORT: Mapping[str, Any] = {
    EntryKind.SHA256: "SHA-256",
    EntryKind.MD5: "MD5",
    EntryKind.TEXT: pgettext_lazy("short kind", "Texts, as they read"),
    EntryKind.NEAR_TEXT: pgettext_lazy("short kind", "Texts, also changed"),
    EntryKind.URL: pgettext_lazy("short kind", "Addresses"),
    EntryKind.PDQ: pgettext_lazy("short kind", "Pictures"),
    EntryKind.VPDQ: pgettext_lazy("short kind", "Videos"),
}
"""Kinds of fingerprints where there is room for a word or two."""


@dataclass(frozen=True)
class Week:
    """One week, Monday to Sunday, and the postings published in it that a bank found."""

    begins: date
    ends: date
    count: int


@dataclass(frozen=True)
class Found:
    """What a bank found among what the reader may see. most: (entry, postings, sources), the most seen first."""

    postings: int = 0
    sources: int = 0
    last: datetime | None = None
    weeks: tuple[Week, ...] = ()
    most: tuple[tuple[BankEntry, int, int], ...] = ()

    @property
    def highest(self) -> int:
        return max((week.count for week in self.weeks), default=0)


@dataclass(frozen=True)
class Held:
    """What a bank holds. states: of every entry; kinds: (kind, number in each state) without withdrawn ones."""

    states: Mapping[str, int] = field(default_factory=dict)
    kinds: tuple[tuple[EntryKind, Mapping[str, int]], ...] = ()
    never: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None

    @property
    def live(self) -> int:
        return sum(self.states.values()) - self.states.get(EntryState.WITHDRAWN, 0)


@dataclass(frozen=True)
class Flood:
    """The day in which an entry was seen last: sources with their postings, and the newest postings."""

    begins: datetime
    ends: datetime
    count: int
    sources: tuple[Source, ...]
    postings: tuple[Posting, ...]


def lines(entries: QuerySet[BankEntry]) -> QuerySet[BankEntry]:
    """`entries` as a list needs them: of long texts and videos only the `opening` leaves the database."""
    return entries.defer("value").annotate(opening=Left("value", OPENING))


# --- states ----------------------------------------------------------------------------------------
def in_state(state: str, prefix: str = "") -> Q:
    """Entries in `state`, as `BankEntry.state` tells it: the gravest comes first. prefix: of the relation to them."""

    def q(**lookups: Any) -> Q:
        return Q(**{prefix + name: value for name, value in lookups.items()})

    gravest_first = {
        EntryState.WITHDRAWN: q(withdrawn_at__isnull=False),
        EntryState.QUARANTINED: q(quarantined_at__isnull=False),
        EntryState.HELD: q(hold_until__isnull=False, hold_until__gt=timezone.now()),
        EntryState.DISPUTED: q(disputed=True),
    }  # fmt: skip
    condition = Q()
    for name, here in gravest_first.items():
        if name == state:
            return condition & here
        condition &= ~here
    return condition


def with_counts(banks: QuerySet[Bank]) -> QuerySet[Bank]:
    """`banks` with the number of their entries: `live` (not withdrawn), `quarantined`, `disputed`, `held`."""
    return banks.annotate(
        live=Count("entries", filter=Q(entries__withdrawn_at=None)),
        **{name: Count("entries", filter=in_state(name, "entries__"))
           for name in (EntryState.QUARANTINED.value, EntryState.DISPUTED.value, EntryState.HELD.value)},
    )  # fmt: skip


def kinds_of(policy: Policy, banks: Iterable[Bank]) -> dict[uuid.UUID, list[tuple[str, int]]]:
    """Bank to (kind, entries that are not withdrawn), in the order of `EntryKind`."""
    rows = policy.rows(BankEntry).filter(bank__in=list(banks), withdrawn_at=None).order_by()
    counts = {(bank, kind): n for bank, kind, n in rows.values_list("bank", "kind").annotate(n=Count("pk"))}
    found: dict[uuid.UUID, list[tuple[str, int]]] = {}
    for kind in EntryKind.values:
        for (bank, each), number in counts.items():
            if each == kind:
                found.setdefault(bank, []).append((kind, number))
    return found


def in_quarantine(policy: Policy) -> QuerySet[BankEntry]:
    """Entries that wait for a person, of every bank that the reader sees; the longest waiting first."""
    rows = policy.rows(BankEntry).filter(in_state(EntryState.QUARANTINED))
    return lines(rows).select_related("bank", "bank__agency").order_by("quarantined_at", "id")


# --- one bank --------------------------------------------------------------------------------------
def held(policy: Policy, bank: Bank) -> Held:
    """What `bank` holds."""
    rows = policy.rows(BankEntry).filter(bank=bank).order_by()
    counting = {state: Count("pk", filter=in_state(state)) for state in EntryState.values}
    by_kind = {row.pop("kind"): row for row in rows.values("kind").annotate(**counting)}
    states = {state: sum(row[state] for row in by_kind.values()) for state in EntryState.values}
    kinds = tuple(
        (EntryKind(kind), by_kind[kind])
        for kind in EntryKind.values
        if sum(by_kind.get(kind, {}).values()) > by_kind.get(kind, {}).get(EntryState.WITHDRAWN, 0)
    )
    live = rows.filter(withdrawn_at=None)
    ends = live.aggregate(oldest=Min("added_at"), newest=Max("added_at"))
    return Held(states, kinds, live.filter(never_seen(policy)).count(), ends["oldest"], ends["newest"])


def never_seen(policy: Policy) -> Q:
    """Entries that no posting matches which the reader may see."""
    return ~Q(Exists(policy.rows(Sighting).filter(entry=OuterRef("pk")).order_by()))


def found(policy: Policy, bank: Bank) -> Found:
    """What `bank` found among the postings that the reader may see."""
    seen = policy.rows(Sighting).filter(entry__bank=bank).order_by()
    facts = seen.aggregate(n=Count("posting", distinct=True), s=Count("source", distinct=True), last=Max("at"))
    if not facts["n"]:
        return Found()
    most = seen.values("entry").annotate(n=Count("posting"), s=Count("source", distinct=True)).order_by("-n", "entry")
    top = list(most[:MOST_SEEN])
    entries = policy.rows(BankEntry).in_bulk([row["entry"] for row in top])
    return Found(
        facts["n"], facts["s"], facts["last"], _weeks(seen),
        tuple((entries[row["entry"]], row["n"], row["s"]) for row in top if row["entry"] in entries),
    )  # fmt: skip


def _weeks(seen: QuerySet[Sighting]) -> tuple[Week, ...]:
    """The last `WEEKS` weeks, oldest first, by the time of publication, which is what the list of postings filters."""
    today = timezone.localdate()
    this = today - timedelta(days=today.weekday())
    first = this - timedelta(weeks=WEEKS - 1)
    begins = timezone.make_aware(datetime.combine(first, time.min))
    ends = timezone.make_aware(datetime.combine(this + timedelta(weeks=1), time.min))
    rows = seen.filter(posting__published_at__gte=begins, posting__published_at__lt=ends)
    by_week = rows.annotate(week=TruncWeek("posting__published_at")).values_list("week")
    counts = {
        timezone.localtime(week).date(): n for week, n in by_week.annotate(n=Count("posting", distinct=True))
    }
    days = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return tuple(Week(day, day + timedelta(days=6), counts.get(day, 0)) for day in days)


def seen_by(policy: Policy, entries: Iterable[BankEntry]) -> dict[int, tuple[int, int]]:
    """Entry to the postings and sources in which it was seen, among those that the reader may see."""
    rows = policy.rows(Sighting).filter(entry__in=[entry.pk for entry in entries]).order_by()
    counts = rows.values_list("entry").annotate(n=Count("posting"), s=Count("source", distinct=True))
    return {entry: (postings, sources) for entry, postings, sources in counts}


# --- one entry -------------------------------------------------------------------------------------
def flood_of(policy: Policy, entry: BankEntry) -> Flood | None:
    """What made an entry flood, as far as the reader may see it; `None` where nothing of it may be seen."""
    seen = policy.rows(Sighting).filter(entry=entry).order_by()
    last = seen.aggregate(last=Max("at"))["last"]
    if last is None:
        return None
    day = seen.filter(at__gt=last - WINDOW)
    counts: Counter[Any] = Counter(dict(day.values_list("source").annotate(n=Count("posting"))))
    sources = policy.rows(Source).in_bulk([key for key, _number in counts.most_common(SHOWN)])
    for key, source in sources.items():
        source.times = counts[key]  # type: ignore[attr-defined]
    ordered = sorted(sources.values(), key=lambda row: (-counts[row.pk], row.name))
    postings = policy.rows(Posting).filter(pk__in=day.values("posting")).select_related("source", "agency")
    newest = tuple(postings.order_by("-published_at", "id")[:EXAMPLES])
    return Flood(last - WINDOW, last, len(counts), tuple(ordered), newest)


def provenance(entry: BankEntry, asking: User) -> list[Step]:
    """What the ledger says about an entry, newest first. People and reasons are named inside their agency alone."""
    own = f'"entry":{entry.pk}'  # detail is canonical JSON: a quote inside of somebody's words is escaped
    acts = Entry.objects.filter(object_type="bank", object_id=str(entry.bank_id)).filter(
        Q(detail__contains=f"{own},") | Q(detail__contains=f"{own}}}")
        | Q(verb="bank.imported", detail__contains=f'"{entry.digest}"')
    )  # fmt: skip
    return [step(act, asking) for act in acts.order_by("-seq")[: 5 * SHOWN]]
