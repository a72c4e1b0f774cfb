"""Screens of banks: fingerprints of content that people have judged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ...coalition.models import User
from ...coalition.policy import Policy
from ...coalition.rules import CURATE
from .. import fingerprints, forms, intake, knowledge, matched, services
from ..fingerprints import Unusable
from ..models import Bank, BankEntry, Posting
from ..vocabulary import EntryKind
from .asking import kept, reader_of

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def banks(request: HttpRequest) -> HttpResponse:
    """Every bank that the reader may see, what it holds and what it found; and a new one."""
    policy = reader_of(request)
    form = forms.BankForm() if policy.may(CURATE) else None
    if request.method == "POST":
        policy.require(CURATE)
        form = forms.BankForm(request.POST)
        if made := kept(form, lambda: services.add_bank(policy.user, **form.cleaned_data)):
            messages.success(request, _("The bank is there. Add what it should know."))
            return redirect("bank", pk=made.pk)
    live = Count("entries", filter=Q(entries__withdrawn_at=None))
    rows = policy.rows(Bank).select_related("agency").annotate(live=live).order_by("name", "id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tally = matched.tally_banks(policy.rows(Posting), page)
    for row in page:
        row.found = tally.banks[row.pk]
    facts = {"page": page, "form": form, "opened": bool(form and form.errors), "staleness": staleness(policy)}
    return render(request, "content/banks.html", facts, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def bank(request: HttpRequest, pk: Any) -> HttpResponse:
    """One bank: its entries, what each found; and a new entry."""
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
    entries = policy.rows(BankEntry).filter(bank=row).select_related("added_by", "bank")
    withdrawn = entries.exclude(withdrawn_at=None).count()
    live = entries.filter(withdrawn_at=None).count()
    shown = entries.exclude(withdrawn_at=None) if request.GET.get("withdrawn") else entries.filter(withdrawn_at=None)
    if (kind := request.GET.get("kind", "")) in EntryKind.values:
        shown = shown.filter(kind=kind)
    if words := request.GET.get("q", "").strip()[:200]:
        shown = shown.filter(Q(label__icontains=words) | Q(value__icontains=words))
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    tally = matched.tally_banks(policy.rows(Posting), [row])
    for entry in page:
        entry.found = tally.entries[entry.pk]
    facts = {
        "bank": row, "page": page, "live": live, "withdrawn": withdrawn, "found": tally.banks[row.pk], "form": form,
        "door": f"{reverse('postings')}?bank={row.pk}", "kinds": EntryKind.choices, "kind": kind,
        "staleness": staleness(policy),
        "may_edit": policy.may(CURATE) and policy.rows(Bank, own=True).filter(pk=row.pk).exists(),
        "opened": bool(form.errors), "tombstones": bool(request.GET.get("withdrawn")),
    }  # fmt: skip
    return render(request, "content/bank.html", facts, status=422 if form.errors else 200)


def _add(user: User, row: Bank, given: dict[str, Any]) -> list[BankEntry]:
    file = given["file"] if given["kind"] == fingerprints.FILE else None
    if file and file.size > fingerprints.LARGEST_FILE:
        limit = fingerprints.LARGEST_FILE // 2**20
        raise Unusable("file", _("The file is larger than %(limit)s MiB. Give its SHA-256 digest instead.")
                       % {"limit": limit})  # fmt: skip
    return services.add_bank_entry(
        user, row, given["kind"], given["value"], data=file.read() if file else b"",
        label=given["label"], tier=given["tier"], reason=given["reason"],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: Any, entry: int) -> HttpResponse:
    """Withdraw a fingerprint, with the reason."""
    policy = reader_of(request)
    policy.require(CURATE)
    row = policy.get(Bank, own=True, pk=pk)
    fingerprint = policy.get(BankEntry, own=True, bank=row, pk=entry)
    form = forms.ReasonForm(request.POST or None)
    if kept(form, lambda: services.withdraw_bank_entry(policy.user, fingerprint, form.cleaned_data["reason"])):
        messages.success(request, _("The fingerprint is withdrawn. It stays in the list of withdrawn ones."))
        return redirect("bank", pk=row.pk)
    facts = {"bank": row, "entry": fingerprint, "form": form}
    return render(request, "content/bank_withdraw.html", facts, status=422 if form.errors else 200)


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


def staleness(policy: Policy) -> dict[str, int] | None:
    """How many postings of the reader's agency were last examined with older banks or lists; `None` for others."""
    if not policy.may(CURATE) or policy.user.agency is None:
        return None
    own = policy.rows(Posting, own=True)
    version = knowledge.context_for(policy.user.agency).version
    return {"stale": own.exclude(examinations__version=version).count(), "count": own.count()}
