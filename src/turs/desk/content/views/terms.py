"""Screens of term lists: words that an examination looks for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...coalition.rules import CURATE
from .. import forms, matched, services
from ..models import Posting, TermEntry, TermList
from ..vocabulary import TermCategory
from .asking import kept, reader_of
from .banks import staleness

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """Every term list that the reader may see, what it holds and where it was found; and a new one."""
    policy = reader_of(request)
    form = forms.TermListForm() if policy.may(CURATE) else None
    if request.method == "POST":
        policy.require(CURATE)
        form = forms.TermListForm(request.POST)
        if made := kept(form, lambda: services.add_term_list(policy.user, **form.cleaned_data)):
            messages.success(request, _("The list is there. Add its terms."))
            return redirect("termlist", pk=made.pk)
    live = Count("terms", filter=Q(terms__withdrawn_at=None))
    rows = policy.rows(TermList).select_related("agency").annotate(live=live).order_by("name", "id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tally = matched.tally_lists(policy.rows(Posting), page)
    for row in page:
        row.found = tally.lists[row.pk]
    facts = {"page": page, "form": form, "opened": bool(form and form.errors), "staleness": staleness(policy)}
    return render(request, "content/terms.html", facts, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def termlist(request: HttpRequest, pk: Any) -> HttpResponse:
    """One term list: its terms, where each was found; and a new term."""
    policy = reader_of(request)
    if request.method == "POST":
        policy.require(CURATE)
        row = policy.get(TermList, own=True, pk=pk)
        form = forms.TermForm(request.POST)
        if kept(form, lambda: services.add_term(policy.user, row, **form.cleaned_data)):
            messages.success(request, _("The term is added."))
            return redirect("termlist", pk=row.pk)
    else:
        row = policy.get(TermList, queryset=policy.rows(TermList).select_related("agency", "created_by"), pk=pk)
        form = forms.TermForm()
    everything = policy.rows(TermEntry).filter(list=row).select_related("added_by", "list")
    shown = everything.filter(withdrawn_at__isnull=not request.GET.get("withdrawn"))
    if category := request.GET.get("category", "")[:40]:
        shown = shown.filter(category=category)
    if words := request.GET.get("q", "").strip()[:200]:
        shown = shown.filter(text__icontains=words)
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    tally = matched.tally_lists(policy.rows(Posting), [row])
    for term in page:
        term.found, term.kind = tally.terms[term.pk], _in_words(term.category)
    facts = {
        "list": row, "page": page, "form": form, "opened": bool(form.errors), "found": tally.lists[row.pk],
        "live": everything.filter(withdrawn_at=None).count(),
        "withdrawn": everything.exclude(withdrawn_at=None).count(),
        "categories": [
            (name, _in_words(name))
            for name in everything.order_by("category").values_list("category", flat=True).distinct()
        ],
        "door": f"{reverse('postings')}?terms={row.pk}", "category": category,
        "tombstones": bool(request.GET.get("withdrawn")), "staleness": staleness(policy),
        "may_edit": policy.may(CURATE) and policy.rows(TermList, own=True).filter(pk=row.pk).exists(),
    }  # fmt: skip
    return render(request, "content/termlist.html", facts, status=422 if form.errors else 200)


def _in_words(category: str) -> Any:
    return TermCategory(category).label if category in TermCategory.values else category


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: Any, term: int) -> HttpResponse:
    """Withdraw a term, with the reason."""
    policy = reader_of(request)
    policy.require(CURATE)
    row = policy.get(TermList, own=True, pk=pk)
    entry = policy.get(TermEntry, own=True, list=row, pk=term)
    form = forms.ReasonForm(request.POST or None)
    if kept(form, lambda: services.withdraw_term(policy.user, entry, form.cleaned_data["reason"])):
        messages.success(request, _("The term is withdrawn. It stays in the list of withdrawn ones."))
        return redirect("termlist", pk=row.pk)
    facts = {"list": row, "term": entry, "form": form}
    return render(request, "content/term_withdraw.html", facts, status=422 if form.errors else 200)
