"""Screens of one fingerprint: what it is, where it came from, where it was seen, what people think; and quarantine."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from turs.match.vpdq import frames_from_text
from turs.text import detect

from ...coalition.policy import Policy
from ...coalition.rules import CURATE
from .. import curation, forms, holdings, reading
from ..flood import KEEPS_MATCHING
from ..models import Bank, BankEntry, Opinion, Sighting
from ..vocabulary import BehaviourLabel, EntryKind, EntryState, OpinionView
from .asking import kept, reader_of
from .banks import shown

PAGE = 20
HEAD = 2000
"""Characters of a text by which its language is told."""
SYMBOLS = {OpinionView.AGREE: "thumbs-up", OpinionView.DISAGREE: "thumbs-down", OpinionView.UNSURE: "circle-help"}


@require_GET
def entry(request: HttpRequest, pk: Any, entry: int) -> HttpResponse:
    """One fingerprint."""
    policy = reader_of(request)
    return _page(request, policy, _seen(policy, pk, entry))


def _seen(policy: Policy, pk: Any, entry: int) -> BankEntry:
    rows = policy.rows(BankEntry).select_related("bank", "bank__agency", "added_by")
    return policy.get(BankEntry, queryset=rows, bank=policy.get(Bank, pk=pk), pk=entry)


def _own(request: HttpRequest, pk: Any, entry: int) -> tuple[Policy, BankEntry]:
    policy = reader_of(request)
    policy.require(CURATE)
    return policy, policy.get(BankEntry, own=True, bank=policy.get(Bank, own=True, pk=pk), pk=entry)


def _page(
    request: HttpRequest, policy: Policy, row: BankEntry, **bound: django_forms.Form | None
) -> HttpResponse:
    """The page of an entry; `bound`: a form by its name, which says what is wrong with it."""
    own = policy.rows(BankEntry, own=True).filter(pk=row.pk).exists()
    may_edit = own and policy.may(CURATE) and row.state != EntryState.WITHDRAWN
    seen = policy.rows(Sighting).filter(entry=row)
    lines = seen.select_related("posting", "posting__source", "posting__agency").order_by("-at", "-id")
    lines = lines.defer("posting__text", "posting__folded", "posting__extra", "posting__links")
    page = Paginator(lines.annotate(opening=Left("posting__text", 300)), PAGE).get_page(request.GET.get("page"))
    for sighting in page:
        sighting.headline = reading.headline(sighting.posting.title, sighting.opening)
        sighting.percent = round(100 * sighting.score)
    opinions = list(policy.rows(Opinion).filter(entry=row).select_related("agency", "by").order_by("-at"))
    for opinion in opinions:
        opinion.symbol = SYMBOLS[OpinionView(opinion.view)]
    mine = next((each for each in opinions if each.agency_id == policy.user.agency_id), None)
    told = {name: getattr(row, name) for name in curation.DETAILS}
    offered: dict[str, django_forms.Form] = {}
    if may_edit:
        offered = {
            "hold": forms.HoldForm(auto_id="hold_%s"), "change": forms.DetailsForm(initial=told, auto_id="change_%s"),
            "release": forms.ReasonForm(auto_id="release_%s"), "resume": forms.ReasonForm(auto_id="resume_%s"),
        }  # fmt: skip
    if policy.may(CURATE) and policy.user.agency is not None and row.state != EntryState.WITHDRAWN:
        given = {"view": mine.view, "reason": mine.reason} if mine else None
        offered["opinion"] = forms.OpinionForm(initial=given, auto_id="opinion_%s")
    offered |= {name: form for name, form in bound.items() if form is not None}
    wrong = [name for name, form in bound.items() if form is not None and form.errors]
    facts = {
        "bank": row.bank, "entry": row, "own": own, "may_edit": may_edit, "forms": offered, "wrong": wrong,
        "wrong_form": offered[wrong[0]] if wrong else None, "value": _value(row), "page": page,
        "sources": seen.order_by().values("source").distinct().count(), "opinions": opinions, "mine": mine,
        "labels": [BehaviourLabel(label).label for label in row.labels if label in BehaviourLabel.values],
        "door": f"{reverse('postings')}?entry={row.pk}", "acts": holdings.provenance(row, policy.user),
        "flood": holdings.flood_of(policy, row) if row.state == EntryState.QUARANTINED else None,
        "keeps_matching": row.tier in KEEPS_MATCHING,
    }  # fmt: skip
    return render(request, "content/bank_entry.html", facts, status=422 if wrong else 200)


def _value(row: BankEntry) -> dict[str, Any]:
    """The value of an entry as its page shows it: in a line, and whole."""
    facts = shown(row, 200)
    if row.kind == EntryKind.NEAR_TEXT:
        facts |= {"language": detect(row.value[:HEAD]).tag, "characters": len(row.value)}
    if row.kind == EntryKind.VPDQ:
        frames = frames_from_text(row.value)
        seconds = max((frame.seconds for frame in frames), default=0)
        facts |= {"how": "frames", "frames": len(frames), "seconds": round(seconds)}
    return facts


# --- what people do with it ------------------------------------------------------------------------
def _done(request: HttpRequest, row: BankEntry, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("bank_entry", pk=row.bank_id, entry=row.pk)


@require_POST
def hold(request: HttpRequest, pk: Any, entry: int) -> HttpResponse:
    """Hold a fingerprint back until a moment."""
    policy, row = _own(request, pk, entry)
    form = forms.HoldForm(request.POST, auto_id="hold_%s")
    if kept(form, lambda: curation.hold(policy.user, row, **form.cleaned_data)):
        return _done(request, row, _("The fingerprint is held back. It matches nothing until then."))
    return _page(request, policy, row, hold=form)


@require_POST
def resume(request: HttpRequest, pk: Any, entry: int) -> HttpResponse:
    """Use a fingerprint again that was held back."""
    policy, row = _own(request, pk, entry)
    form = forms.ReasonForm(request.POST, auto_id="resume_%s")
    if kept(form, lambda: curation.hold(policy.user, row, None, form.cleaned_data["reason"])):
        return _done(request, row, _("The fingerprint is in use again."))
    return _page(request, policy, row, resume=form)


@require_POST
def release(request: HttpRequest, pk: Any, entry: int) -> HttpResponse:
    """Take a fingerprint out of quarantine: what it matches is sound."""
    policy, row = _own(request, pk, entry)
    form = forms.ReasonForm(request.POST, auto_id="release_%s")
    if kept(form, lambda: curation.release(policy.user, row, form.cleaned_data["reason"])):
        return _done(request, row, _("The fingerprint is in use again. You are asked again at twice as many sources."))
    return _page(request, policy, row, release=form)


@require_POST
def change(request: HttpRequest, pk: Any, entry: int) -> HttpResponse:
    """Change what is said about a fingerprint."""
    policy, row = _own(request, pk, entry)
    form = forms.DetailsForm(request.POST, auto_id="change_%s")
    if kept(form, lambda: curation.change_entry(policy.user, row, **form.cleaned_data)):
        return _done(request, row, _("What is said about the fingerprint is changed."))
    return _page(request, policy, row, change=form)


@require_POST
def opinion(request: HttpRequest, pk: Any, entry: int) -> HttpResponse:
    """Say what one's own agency thinks of a fingerprint, whoever owns it."""
    policy = reader_of(request)
    policy.require(CURATE)
    row = _seen(policy, pk, entry)
    form = forms.OpinionForm(request.POST, auto_id="opinion_%s")
    if kept(form, lambda: curation.give_opinion(policy.user, row, **form.cleaned_data)):
        return _done(request, row, _("The opinion of your agency is kept."))
    return _page(request, policy, row, opinion=form)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: Any, entry: int) -> HttpResponse:
    """Withdraw a fingerprint, with the reason."""
    policy, row = _own(request, pk, entry)
    form = forms.ReasonForm(request.POST or None)
    if kept(form, lambda: curation.withdraw_bank_entry(policy.user, row, form.cleaned_data["reason"])):
        messages.success(request, _("The fingerprint is withdrawn. It stays in the list of withdrawn ones."))
        return redirect("bank", pk=row.bank_id)
    facts = {"bank": row.bank, "entry": row, "form": form, "value": shown(row, 200)}
    return render(request, "content/bank_withdraw.html", facts, status=422 if form.errors else 200)


# --- quarantine ------------------------------------------------------------------------------------
@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    """Every fingerprint that waits for a person: why, and the two decisions."""
    policy = reader_of(request)
    rows = holdings.in_quarantine(policy)
    chosen = policy.get(Bank, pk=request.GET["bank"]) if request.GET.get("bank") else None
    if chosen:
        rows = rows.filter(bank=chosen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    own = set(policy.rows(BankEntry, own=True).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True))
    seen = holdings.seen_by(policy, page)
    for row in page:
        row.shown, row.mine = shown(row), row.pk in own and policy.may(CURATE)
        row.found, row.in_sources = seen.get(row.pk, (0, 0))
        row.keeps_matching, row.door = row.tier in KEEPS_MATCHING, f"{reverse('postings')}?entry={row.pk}"
    return render(request, "content/bank_quarantine.html", {"page": page, "bank": chosen})
