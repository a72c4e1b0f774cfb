"""The ledger on screen, for oversight: who did what, in words; filters in the address; the proof; the way out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from .. import numerals
from ..ledger import services, words
from ..ledger.models import Entry
from .forms import LedgerFilter
from .models import Agency, Partner
from .policy import Policy
from .rules import AUDIT
from .tables import csv_response, jsonl_response

PAGE = 50
FIELDS = ("seq", "at", "actor", "agency", "verb", "object_type", "object_id", "chain", "detail", "prev", "hash")
"""Columns of an export: everything that the hashes cover, and the hashes."""
FAULTS = {
    "gap": _("Entries are missing before entry %(seq)s."),
    "link": _("Entry %(seq)s does not follow from the one before it."),
    "content": _("Entry %(seq)s was changed after it was written."),
    "head": _("The noted head is not in this ledger: entries were cut off or replaced."),
}
"""What a fault means, by its code."""
MOST_FAULTS = 50
"""Faults shown; one edit breaks little, a rewritten ledger breaks everything."""


@dataclass(frozen=True)
class Line:
    """An entry as the page shows it."""

    entry: Entry
    sentence: SafeString
    reason: str
    detail: str
    agency: str

    @property
    def next(self) -> int:
        """The entry after this one: a page that begins before it begins with this entry."""
        return self.entry.seq + 1


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The newest entries that pass the filters of the address, a page at a time by the number of the entry."""
    policy = _auditor(request)
    return render(request, "coalition/ledger.html", _facts(request, policy))


def _facts(request: HttpRequest, policy: Policy) -> dict[str, Any]:
    everything = policy.rows(Entry)
    form = LedgerFilter(request.GET or None)
    newest = everything.order_by("-seq").values_list("seq", flat=True).first() or 0
    entries, older, newer = _page(_filtered(everything, form), request.GET)
    names = {row.key: row.name for model in (Agency, Partner) for row in policy.rows(model)}
    return {
        "form": form,
        "lines": [
            Line(entry, words.sentence(entry), words.reason(entry), _pretty(entry), names.get(entry.agency, ""))
            for entry in entries
        ],
        "older": older,
        "newer": newer,
        "count": newest,
        "bad_filter": form.is_bound and not form.is_valid(),
        "narrowed": any(value for name, value in request.GET.items() if name not in {"before", "after"}),
        "agencies": names,
        "address": reverse("ledger"),
        "verbs": sorted(words.SENTENCES),
        "filters": _without_place(request),
    }


def _filtered(rows: QuerySet[Entry], form: LedgerFilter) -> QuerySet[Entry]:
    """`rows` that pass the filters; none if a filter cannot be meant."""
    if not form.is_bound:
        return rows
    if not form.is_valid():
        return rows.none()
    wanted = form.cleaned_data
    for name in ("actor", "agency", "verb"):
        if wanted[name]:
            rows = rows.filter(**{name: wanted[name]})
    if wanted["object"]:
        rows = rows.filter(Q(object_id=wanted["object"]) | Q(chain=wanted["object"]))
    if wanted["from"]:
        rows = rows.filter(at__gte=_midnight(wanted["from"]))
    if wanted["to"]:
        rows = rows.filter(at__lt=_midnight(wanted["to"] + timedelta(days=1)))
    if wanted["q"]:
        rows = rows.filter(detail__icontains=wanted["q"])
    return rows


def _midnight(day: date) -> str:
    """The beginning of `day` as the ledger writes instants: text that sorts as time."""
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC).isoformat()


def _page(rows: QuerySet[Entry], address: Any) -> tuple[list[Entry], int | None, int | None]:
    """One page, newest first, and from which entries the older and the newer page go on (`None`: there is none)."""
    before, after = _number(address.get("before")), _number(address.get("after"))
    if after:
        found = list(rows.filter(seq__gt=after).order_by("seq")[: PAGE + 1])
        more, page = len(found) > PAGE, found[:PAGE][::-1]
        return page, page[-1].seq if page else None, page[0].seq if more else None
    found = list((rows.filter(seq__lt=before) if before else rows).order_by("-seq")[: PAGE + 1])
    page = found[:PAGE]
    return page, page[-1].seq if len(found) > PAGE else None, page[0].seq if before and page else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _pretty(entry: Entry) -> str:
    """The detail of an entry for a person to read; as it stands if it is damaged."""
    try:
        return json.dumps(json.loads(entry.detail), ensure_ascii=False, indent=2, sort_keys=True)
    except ValueError:
        return entry.detail


def _without_place(request: HttpRequest) -> str:
    """The filters of the address without the place in the list, to go on with."""
    values = request.GET.copy()
    for name in ("before", "after", "format"):
        values.pop(name, None)
    return values.urlencode()


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Read the whole chain now, and say whether every entry is what was written. A GET leads on to the list."""
    policy = _auditor(request)
    if request.method != "POST":
        return redirect(f"{reverse('ledger')}?{request.GET.urlencode()}")
    noted = request.POST.get("head", "").strip()[:100]
    outcome = services.verify(noted)
    faults = [
        {"seq": fault.seq,
         "words": FAULTS[fault.code] % {"seq": numerals.number(fault.seq)} if fault.code in FAULTS else fault.text}
        for fault in outcome.faults[:MOST_FAULTS]
    ]
    facts = {
        **_facts(request, policy), "outcome": outcome, "faults": faults, "noted": noted,
        "more_faults": max(0, len(outcome.faults) - MOST_FAULTS), "checked_at": timezone.now(),
    }  # fmt: skip
    return render(request, "coalition/ledger.html", facts)


@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The entries that pass the filters, oldest first, as ``?format=csv`` or ``jsonl``; the export is recorded."""
    policy = _auditor(request)
    form = LedgerFilter(request.GET)
    rows = _filtered(policy.rows(Entry), form)
    last = rows.order_by("-seq").first()
    kind = "jsonl" if request.GET.get("format") == "jsonl" else "csv"
    with transaction.atomic():
        filters = {name: str(value) for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
        services.record(request.user, "ledger.exported", request.user, format=kind, filters=filters)
    # What was asked for is what stood there before this export wrote its own entry.
    rows = rows.filter(seq__lte=last.seq if last else 0).order_by("seq")
    name = f"ledger-{timezone.now():%Y%m%d-%H%M%S}.{kind}"
    if kind == "jsonl":
        return jsonl_response(name, _objects(rows))
    return csv_response(name, FIELDS, rows.values_list(*FIELDS).iterator(2000))


def _objects(rows: QuerySet[Entry]) -> Iterator[dict[str, Any]]:
    for values in rows.values(*FIELDS).iterator(2000):
        yield {**values, "detail": _loaded(values["detail"])}


def _loaded(detail: str) -> Any:
    try:
        return json.loads(detail)
    except ValueError:
        return detail


def _auditor(request: HttpRequest) -> Policy:
    if not request.user.is_authenticated:
        raise PermissionDenied
    policy = Policy(request.user)
    policy.require(AUDIT)
    return policy
