"""Screens of sources: where content comes from, and by what right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...coalition.policy import Policy
from ...coalition.rules import IMPORT
from .. import forms, services
from ..models import Import, Posting, Source
from ..vocabulary import LawfulBasis, ProducerTier, SourceKind
from .asking import kept, reader_of

PAGE = 50


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """Every source that the reader may see, with what came from it."""
    policy = reader_of(request)
    everything = policy.rows(Source)
    rows = everything
    for name, field, values in (
        ("kind", "kind", SourceKind.values),
        ("basis", "lawful_basis", LawfulBasis.values),
        ("producer", "producer", ProducerTier.values),
    ):
        if (value := request.GET.get(name, "")) in values:
            rows = rows.filter(**{field: value})
    if words := request.GET.get("q", "").strip()[:200]:
        rows = rows.filter(name__icontains=words)
    page = Paginator(rows.select_related("agency"), PAGE).get_page(request.GET.get("page"))
    seen = _postings_of(policy, list(page))
    for row in page:
        row.count, row.last = seen.get(row.pk, (0, None))
    return render(
        request,
        "content/sources.html",
        {
            "page": page,
            "count": everything.count(),
            "unrecorded": everything.filter(lawful_basis=LawfulBasis.UNRECORDED).count(),
            "filters": [
                ("kind", _("Kind"), SourceKind.choices, request.GET.get("kind", "")),
                ("producer", _("Producer"), ProducerTier.choices, request.GET.get("producer", "")),
                ("basis", _("Lawful basis"), LawfulBasis.choices, request.GET.get("basis", "")),
            ],
            "narrowed": any(value for name, value in request.GET.items() if name != "page"),
        },
    )


def _postings_of(policy: Policy, rows: list[Source]) -> dict[Any, tuple[int, Any]]:
    """Number of postings and time of the latest, of each source."""
    found = policy.rows(Posting).filter(source__in=rows).order_by().values("source")
    return {
        row["source"]: (row["count"], row["last"])
        for row in found.annotate(count=Count("pk", distinct=True), last=Max("published_at"))
    }


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, pk: Any) -> HttpResponse:
    """One source: what came from it, and what people record about it."""
    policy = reader_of(request)
    if request.method == "POST":
        policy.require(IMPORT)
        row = policy.get(Source, own=True, pk=pk)
        form = forms.SourceForm(request.POST)
        if kept(form, lambda: services.change_source(policy.user, row, **form.cleaned_data)):
            messages.success(request, _("Saved, and written into the ledger."))
            return redirect("source", pk=row.pk)
    else:
        row = policy.get(Source, queryset=policy.rows(Source).select_related("agency", "created_by"), pk=pk)
        form = forms.SourceForm(
            initial={name: getattr(row, name) for name in ("producer", "lawful_basis", "authority", "note")}
        )
    count, last = _postings_of(policy, [row]).get(row.pk, (0, None))
    brought = policy.rows(Import).filter(captures__posting__source=row).distinct()
    may_edit = policy.may(IMPORT) and policy.rows(Source, own=True).filter(pk=row.pk).exists()
    return render(
        request,
        "content/source.html",
        {"source": row, "form": form, "count": count, "last": last, "imports": brought[:5], "may_edit": may_edit,
         "door": f"{reverse('postings')}?source={row.pk}"},
        status=422 if form.errors else 200,
    )  # fmt: skip
