"""The morning board: what must be done now, what is new, what waits for this reader, and the river of seven days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from turs.triage import PROTECTED

from ..coalition import rules as roles
from ..coalition.policy import Policy
from ..content import same
from ..content.models import Posting
from ..content.vocabulary import Tier
from . import queue
from .vocabulary import CaseState

LINES = 6
"""Cases shown of all that is the reader's own: with them the board fits one laptop screen."""
DAYS = 7


@dataclass(frozen=True)
class Part:
    """A number of the board, the list that it counts, and the first lines of that list."""

    key: str
    label: Any
    count: int
    address: str
    query: str
    lines: list[queue.Line]


@dataclass(frozen=True)
class Fresh:
    """What came since the reader last looked. `first` when the reader never said “seen”."""

    since: datetime
    until: datetime
    first: bool
    postings: int
    cases: int
    copies: int
    postings_address: str
    cases_address: str
    copies_address: str


@dataclass(frozen=True)
class Bar:
    """One piece of a bar: a rectangle of the drawing."""

    kind: str
    fill: str
    y: float
    height: float


@dataclass(frozen=True)
class Day:
    """One day of the river: what was published, how much of it raises an alert, how much is protected speech."""

    day: date
    total: int
    alerts: int
    protected: int
    other: int
    address: str
    alerts_address: str
    protected_address: str
    x: float = 0
    middle: float = 0
    top: float = 0
    bars: tuple[Bar, ...] = ()


FILLS = {"alert": "url(#hatch)", "protected": "url(#dots)", "other": ""}
"""Patterns as well as colour; the rest has a plain colour of the theme."""
WIDTH, HEIGHT, FOOT, HEAD = 308, 120, 20, 18
"""The drawing of the river, in its own units: whole width and height, room for the days and for the numbers."""
BAR = 28
"""Width of a bar."""


@dataclass(frozen=True)
class Must:
    """Threats to life that are not closed. Nothing else may stand here.

    read: nobody has judged them. confirm: somebody proposed a decision, and this reader can be the second person.
    elsewhere: another must be the second person, for example because this reader proposed it.
    """

    read: Part
    confirm: Part
    elsewhere: Part

    @property
    def count(self) -> int:
        """How many wait for this reader."""
        return self.read.count + self.confirm.count

    @property
    def parts(self) -> list[Part]:
        """What waits for this reader; what nobody has read comes first."""
        return [part for part in (self.read, self.confirm) if part.count]


def must(policy: Policy) -> Must:
    """The threats to life that are not closed, by what they wait for."""
    threat = {"tier": Tier.THREAT_TO_LIFE.value}
    second = _("Waiting for you as the second person")
    return Must(
        read=_part(policy, "read", pgettext_lazy("cases", "To read"), threat | {"state": CaseState.OPEN.value}, few=2),
        confirm=_part(policy, "confirm", second, threat | {"mine": "confirm"}, few=2),
        elsewhere=_part(policy, "elsewhere", "", threat | {"mine": "elsewhere"}, few=0),
    )


def yours(policy: Policy) -> list[Part]:
    """What waits for this reader: claimed, returned, to confirm, to rule on."""
    wanted = [("claimed", roles.CLAIM), ("returned", roles.PROPOSE), ("confirm", roles.CONFIRM), ("ruling", roles.RULE)]
    labels, parts = dict(queue.MINE), [part for part, verb in wanted if policy.may(verb)]
    return [_part(policy, part, labels[part], {"mine": part}, few=LINES // len(parts)) for part in parts]


def _part(policy: Policy, key: str, label: Any, filters: dict[str, str], few: int) -> Part:
    rows = queue.Filters(filters, policy).rows()
    count = rows.count()
    first = queue.lines(policy, queue.for_lines(rows)[:few]) if count and few else []
    query = f"?{urlencode(filters)}"
    return Part(key, label, count, reverse("queue") + query, query, first)


def waiting(policy: Policy) -> int:
    """Open cases of the queue as it opens."""
    return queue.Filters({}, policy).rows().count()


def fresh(policy: Policy) -> Fresh:
    """What came in since the reader said “seen”, else in the last seven days."""
    now, seen = timezone.now(), policy.user.seen_until
    since = seen or now - timedelta(days=DAYS)
    stamp = since.isoformat()
    came = policy.rows(Posting).filter(created_at__gt=since)
    opened = {"since": stamp, "state": "all"}
    return Fresh(
        since=since,
        until=now,
        first=seen is None,
        postings=came.count(),
        cases=queue.Filters(opened, policy).rows().count(),
        copies=same.known_copies(policy, came).count(),
        postings_address=_postings(since=stamp),
        cases_address=f"{reverse('queue')}?{urlencode(opened)}",
        copies_address=_postings(since=stamp, copies="1"),
    )


def river(policy: Policy) -> list[Day]:
    """Seven days of publication, ending today, or on the last day with content if that is longer ago."""
    rows = policy.rows(Posting)
    newest = rows.filter(published_at__lte=timezone.now()).aggregate(at=Max("published_at"))["at"]
    if newest is None:
        return []
    today, last = timezone.localdate(), timezone.localdate(newest)
    last = today if last >= today - timedelta(days=DAYS) else last
    first = last - timedelta(days=DAYS - 1)
    counted = (
        rows.filter(published_at__gte=_midnight(first), published_at__lt=_midnight(last + timedelta(days=1)))
        .annotate(day=TruncDate("published_at"))
        .values("day")
        .order_by("day")
        .annotate(
            total=Count("pk"),
            alerts=Count("pk", filter=~Q(tier=Tier.NONE)),
            protected=Count("pk", filter=Q(tier=Tier.NONE, genre__in=PROTECTED)),
        )
    )
    found = {row["day"]: row for row in counted}
    days = [first + timedelta(days=step) for step in range(DAYS)]
    highest = max((row["total"] for row in found.values()), default=0) or 1
    return [_day(found.get(day, {}), day, step, highest) for step, day in enumerate(days)]


def _day(row: dict[str, Any], day: date, step: int, highest: int) -> Day:
    """`step`: which of the days; the time axis runs with the direction of reading."""
    total, alerts, protected = row.get("total", 0), row.get("alerts", 0), row.get("protected", 0)
    other = total - alerts - protected
    slot = WIDTH / DAYS
    place = DAYS - 1 - step if get_language_bidi() else step
    scale = (HEIGHT - FOOT - HEAD) / highest
    bars, y = [], float(HEIGHT - FOOT)
    for kind, count in (("alert", alerts), ("protected", protected), ("other", other)):
        y -= count * scale
        if count:
            bars.append(Bar(kind, FILLS[kind], round(y, 2), round(count * scale, 2)))
    span = {"from": day.isoformat(), "to": day.isoformat()}
    return Day(
        day, total, alerts, protected, other, _postings(**span), _postings(**span, tier="any"),
        _postings(**span, tier="none", genre="protected"), x=round(place * slot + (slot - BAR) / 2, 2),
        middle=round(place * slot + slot / 2, 2), top=round(y - 5, 2), bars=tuple(bars),
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _postings(**filters: str) -> str:
    return f"{reverse('postings')}?{urlencode(filters)}"
