"""Screens of banks: what each holds and found, its settings, the lists that come in and go out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from turs.formats import FORMATS

from ...coalition.models import User
from ...coalition.policy import Policy
from ...coalition.rules import CURATE
from ...coalition.tables import csv_response
from ...numerals import digits
from .. import blobs, curation, exchange, fingerprints, forms, holdings, intake, knowledge, reexamination, services
from ..fingerprints import Unusable
from ..models import Bank, BankEntry, Posting, Sighting
from ..vocabulary import EntryKind, EntryState, Tier
from .asking import kept, reader_of

PAGE = 50
REPORTS = "bank_reports"
"""In the session: bank to the digest of the report of the list that this person imported last."""
CARRIED: Mapping[str, Any] = {
    "labels": gettext_lazy("labels"),
    "tier": gettext_lazy("tier"),
    "tlp": gettext_lazy("TLP mark"),
    "owner": gettext_lazy("agency"),
    "first_seen": gettext_lazy("when it was added"),
    "quality": gettext_lazy("quality of a picture"),
    "note": gettext_lazy("notes"),
    "opinions": gettext_lazy("opinions"),
    "deleted": gettext_lazy("withdrawals"),
}
"""What we give out with a fingerprint (``Format.keeps``), in words."""


@require_http_methods(["GET", "HEAD", "POST"])
def banks(request: HttpRequest) -> HttpResponse:
    """Every bank that the reader may see, what it holds and what it found; and a new one."""
    policy = reader_of(request)
    form = forms.BankForm() if policy.may(CURATE) else None
    if request.method == "POST":
        policy.require(CURATE)
        form = forms.BankForm(request.POST)
        if made := kept(form, lambda: curation.add_bank(policy.user, **form.cleaned_data)):
            messages.success(request, _("The bank is there. Add what it should know."))
            return redirect("bank", pk=made.pk)
    rows = holdings.with_counts(policy.rows(Bank).select_related("agency")).order_by("name", "id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    kinds = holdings.kinds_of(policy, page)
    seen = policy.rows(Sighting).filter(entry__bank__in=list(page)).order_by()
    counts = dict(seen.values_list("entry__bank").annotate(n=Count("posting", distinct=True)))
    for row in page:
        row.found = counts.get(row.pk, 0)
        row.kinds = [(kind, holdings.KIND_SHORT[kind], number) for kind, number in kinds.get(row.pk, ())]
    facts = {
        "page": page, "form": form, "opened": bool(form and form.errors), "staleness": staleness(policy),
        "entries": policy.rows(BankEntry).filter(withdrawn_at=None).count(),
        "quarantine": holdings.in_quarantine(policy).count(),
    }  # fmt: skip
    return render(request, "content/banks.html", facts, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def bank(request: HttpRequest, pk: Any) -> HttpResponse:
    """One bank: its thresholds, what it holds, what it found, its entries; and a new entry."""
    policy = reader_of(request)
    if request.method == "POST":
        policy.require(CURATE)
        row = policy.get(Bank, own=True, pk=pk)
        form = forms.EntryForm(request.POST, request.FILES)
        if added := kept(form, lambda: _add(policy.user, row, form.cleaned_data)):
            words = ngettext("%(n)s fingerprint added.", "%(n)s fingerprints added.", len(added))
            messages.success(request, words % {"n": len(added)})
            return redirect("bank", pk=row.pk)
    else:
        row = policy.get(Bank, queryset=policy.rows(Bank).select_related("agency", "created_by"), pk=pk)
        form = forms.EntryForm()
    held, found = holdings.held(policy, row), holdings.found(policy, row)
    narrowed = _narrowed(policy, row, request)
    page = Paginator(narrowed, PAGE).get_page(request.GET.get("page"))
    seen = holdings.seen_by(policy, page)
    for entry in page:
        entry.found, entry.in_sources = seen.get(entry.pk, (0, 0))
        entry.shown = shown(entry)
    own = policy.rows(Bank, own=True).filter(pk=row.pk).exists()
    state = request.GET.get("state", "")
    facts = {
        "bank": row, "page": page, "held": held, "live": held.live, "found": found.postings, "statistics": found,
        "never": held.never, "kind_rows": _kind_rows(held), "quarantined": held.states[EntryState.QUARANTINED],
        "tabs": [("", _("In the bank"), held.live), *((name, EntryState(name).label, held.states[name])
                                                     for name in EntryState.values)],
        "state": state if state in EntryState.values else "", "form": form,
        "opened": bool(form.errors or request.GET.get("add")), "weeks": _weeks(found),
        "door": f"{reverse('postings')}?bank={row.pk}", "staleness": staleness(policy),
        "filters": [("kind", _("Kind"), EntryKind.choices, request.GET.get("kind", "")),
                    ("tier", _("Tier"), Tier.choices, request.GET.get("tier", "")),
                    ("seen", _("Seen"), [("yes", _("Seen in postings")), ("never", _("Never seen"))],
                     request.GET.get("seen", ""))],
        "narrowed": any(request.GET.get(name) for name in ("kind", "tier", "seen", "q", "state")),
        "may_edit": own and policy.may(CURATE), "own": own,
    }  # fmt: skip
    return render(request, "content/bank.html", facts, status=422 if form.errors else 200)


def _narrowed(policy: Policy, row: Bank, request: HttpRequest) -> QuerySet[BankEntry]:
    """The entries of a bank that pass the filters in the address; withdrawn ones where they are asked for."""
    asked = request.GET
    rows = holdings.lines(policy.rows(BankEntry).filter(bank=row)).order_by("-added_at", "-id")
    state = asked.get("state", "")
    rows = rows.filter(holdings.in_state(state) if state in EntryState.values else Q(withdrawn_at=None))
    for name, known in (("kind", EntryKind.values), ("tier", Tier.values)):
        if asked.get(name, "") in known:
            rows = rows.filter(**{name: asked[name]})
    if asked.get("seen") in {"yes", "never"}:
        never = holdings.never_seen(policy)
        rows = rows.filter(never if asked["seen"] == "never" else ~never)
    if words := asked.get("q", "").strip()[:200]:
        rows = rows.filter(
            Q(label__icontains=words) | Q(value__icontains=words) | Q(producer__icontains=words)
            | Q(note__icontains=words)
        )  # fmt: skip
    return rows


def _weeks(found: holdings.Found) -> list[dict[str, Any]]:
    return [
        {"words": digits(date_format(week.begins, "j F")), "begins": week.begins, "ends": week.ends,
         "count": week.count}
        for week in found.weeks
    ]  # fmt: skip


def _kind_rows(held: holdings.Held) -> list[dict[str, Any]]:
    """What a bank holds, kind by kind: the number in all, and in every state but withdrawn."""
    states = [state for state in EntryState.values if state != EntryState.WITHDRAWN and held.states[state]]
    return [
        {
            "kind": kind, "words": holdings.KIND_SHORT[kind],
            "count": sum(counts.values()) - counts[EntryState.WITHDRAWN],
            "states": [(state, EntryState(state).label, counts[state]) for state in states
                       if state != EntryState.ACTIVE and counts[state]],
        }
        for kind, counts in held.kinds
    ]  # fmt: skip


def shown(entry: BankEntry, length: int = 60) -> dict[str, Any]:
    """The value of an entry in one line: `how` it is to be shown, and its `text`. Of a line of a list, its opening."""
    value = entry.opening if hasattr(entry, "opening") else entry.value
    if entry.kind == EntryKind.NEAR_TEXT:
        return {"how": "text", "text": " ".join(value[: 4 * length].split())[:length]}
    if entry.kind == EntryKind.URL:
        return {"how": "url", "text": value[: 2 * length]}
    return {"how": "digest", "text": f"{value[2:18] if entry.kind == EntryKind.VPDQ else value[:16]}…"}


def _add(user: User, row: Bank, given: dict[str, Any]) -> list[BankEntry]:
    file = given["file"] if given["kind"] == fingerprints.FILE else None
    if file and file.size > fingerprints.LARGEST_FILE:
        limit = fingerprints.LARGEST_FILE // 2**20
        raise Unusable("file", _("The file is larger than %(limit)s MiB. Give its SHA-256 digest instead.")
                       % {"limit": limit})  # fmt: skip
    return curation.add_bank_entry(
        user, row, given["kind"], given["value"], data=file.read() if file else b"",
        label=given["label"], tier=given["tier"], labels=given["labels"], producer=given["producer"],
        note=given["note"], hold_until=given["hold_until"], reason=given["reason"],
    )  # fmt: skip


# --- settings --------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, pk: Any) -> HttpResponse:
    """Change name, audience and thresholds of a bank, with the reason."""
    policy = reader_of(request)
    policy.require(CURATE)
    row = policy.get(Bank, own=True, pk=pk)
    if request.method == "POST":
        form = forms.BankSettingsForm(request.POST)
        if kept(form, lambda: curation.change_bank(policy.user, row, **form.cleaned_data)):
            messages.success(request, _("The settings are kept. Every worker follows in a second."))
            return redirect("bank", pk=row.pk)
    else:
        form = forms.BankSettingsForm(initial={name: getattr(row, name) for name in curation.SETTINGS})
    status = 422 if form.errors else 200
    return render(request, "content/bank_settings.html", {"bank": row, "form": form}, status=status)


# --- lists in and out ------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest, pk: Any) -> HttpResponse:
    """Import a list of fingerprints; the report of what became of it is the next page."""
    policy = reader_of(request)
    policy.require(CURATE)
    row = policy.get(Bank, own=True, pk=pk)
    form = forms.ListForm(request.POST, request.FILES) if request.method == "POST" else forms.ListForm()
    if request.method == "POST" and (report := kept(form, lambda: _import(policy.user, row, form.cleaned_data))):
        digest = blobs.put(_packed(report, form.cleaned_data["file"].name))
        request.session[REPORTS] = {**request.session.get(REPORTS, {}), str(row.pk): digest}
        return redirect("bank_report", pk=row.pk)
    facts = {
        "bank": row, "form": form,
        "formats": [{"title": forms.in_words(each.title), "summary": forms.in_words(each.summary),
                     "suffixes": " ".join(each.suffixes)} for each in FORMATS.values()],
    }  # fmt: skip
    return render(request, "content/bank_import.html", facts, status=422 if form.errors else 200)


def _import(user: User, row: Bank, given: dict[str, Any]) -> curation.Report:
    file = given["file"]
    return exchange.import_list(
        user, row, file.read(), name=file.name, format=given["format"], reason=given["reason"]
    )


def _packed(report: curation.Report, name: str) -> bytes:
    """A report as bytes: it is kept as long as the session that made it, outside of the session."""
    facts = {
        "name": name, "added": report.added, "known": report.known, "withdrawn": report.withdrawn,
        "kinds": dict(report.kinds), "refused": [[one.line, one.value, one.reason] for one in report.refused],
    }  # fmt: skip
    return json.dumps(facts).encode()


@require_GET
def report(request: HttpRequest, pk: Any) -> HttpResponse:
    """What became of the list that this person imported last into a bank; ``?format=csv``: the refusals as a table."""
    policy = reader_of(request)
    policy.require(CURATE)
    row = policy.get(Bank, own=True, pk=pk)
    try:
        facts = json.loads(blobs.get(request.session.get(REPORTS, {})[str(row.pk)]))
    except (KeyError, OSError, ValueError, blobs.Damaged) as problem:
        raise Http404("report") from problem
    if request.GET.get("format") == "csv":
        header = [_("Line or record"), _("Value"), _("Reason")]
        return csv_response(f"refused-{str(row.pk)[:8]}.csv", header, facts["refused"])
    page = Paginator(facts["refused"], PAGE).get_page(request.GET.get("page"))
    kinds = [(kind, holdings.KIND_SHORT[kind], number) for kind, number in facts["kinds"].items()]
    context = {"bank": row, "report": facts, "page": page, "kinds": kinds, "staleness": staleness(policy)}
    return render(request, "content/bank_report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def give_out(request: HttpRequest, pk: Any) -> HttpResponse:
    """Choose a format, with what it cannot carry (GET); the file, which the ledger notes (POST)."""
    policy = reader_of(request)
    row = policy.get(Bank, pk=pk)
    chosen, problem = request.POST.get("format", ""), ""
    if request.method == "POST":
        try:
            data, left_out = exchange.export_bank(policy.user, row, chosen)
        except Unusable as refused:
            problem = str(refused)
        else:
            answer = HttpResponse(data, content_type="application/octet-stream")
            name = f"bank-{str(row.pk)[:8]}{FORMATS[chosen].suffixes[0]}"
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
            answer["X-Left-Out"] = str(len(left_out))
            return answer
    rows = policy.rows(BankEntry).filter(bank=row).order_by()
    counts = dict(rows.values_list("kind").annotate(n=Count("pk")))
    facts = {"bank": row, "choices": _formats(counts), "count": sum(counts.values()), "problem": problem}
    return render(request, "content/bank_export.html", facts, status=422 if problem else 200)


def _formats(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Every format with what it would leave of a bank that holds so many of each kind."""
    return [
        {
            "name": each.name, "title": forms.in_words(each.title), "summary": forms.in_words(each.summary),
            "kinds": [(holdings.KIND_SHORT[kind], counts[kind]) for kind in EntryKind.values
                      if counts.get(kind) and kind not in each.kinds],
            "left": sum(number for kind, number in counts.items() if kind not in each.kinds),
            "fields": [words for name, words in CARRIED.items() if name not in each.keeps],
        }
        for each in FORMATS.values()
    ]  # fmt: skip


# --- examining again -------------------------------------------------------------------------------
@require_GET
def reexamine_progress(request: HttpRequest) -> HttpResponse:
    """How far examining again is: the part of a page that asks again until it has ended."""
    policy = reader_of(request)
    policy.require(CURATE)
    place = "terms" if request.GET.get("from") == "terms" else "banks"
    return render(request, "content/stale.html", {"staleness": staleness(policy), "from": place})


@require_POST
def reexamine(request: HttpRequest) -> HttpResponse:
    """Have the agency's postings examined again with the banks and lists as they stand."""
    policy = reader_of(request)
    policy.require(CURATE)
    try:
        services.ask_reexamination(request.user)  # type: ignore[arg-type]
    except intake.Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The worker examines your postings again. New matches appear as it goes."))
    return redirect("terms" if request.POST.get("from") == "terms" else "banks")


def staleness(policy: Policy) -> dict[str, Any] | None:
    """How many postings of the reader's agency were last examined with older banks or lists; `None` for others.

    ``run``: how far they are being examined again, where that is under way.
    """
    if not policy.may(CURATE) or policy.user.agency is None:
        return None
    own = policy.rows(Posting, own=True)
    version = knowledge.context_for(policy.user.agency).version
    facts: dict[str, Any] = {"stale": own.exclude(examinations__version=version).count(), "count": own.count()}
    run = reexamination.present(policy.user.agency)
    return facts | {"run": run} if run else facts
