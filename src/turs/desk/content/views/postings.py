"""Screens of postings: the list, one posting, its evidence, its pictures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .. import blobs, evidence, listing, page, reading
from ..models import Capture, Posting, PostingMedia
from .asking import reader_of

CHOSEN = ("source", "genre", "tier", "tlp", "from", "to", "language", "media", "copies")
"""Filters behind “More filters”: open when one of them is set."""


@require_GET
def postings(request: HttpRequest) -> HttpResponse:
    """Every posting that the reader may see, with search and filters in the address."""
    policy = reader_of(request)
    filters = listing.Filters(request.GET, policy)
    found = Paginator(listing.lines(filters.rows()), listing.PAGE).get_page(request.GET.get("page"))
    for row in found:
        row.headline = reading.headline(row.title, row.opening)
    return render(
        request,
        "content/postings.html",
        {
            "filters": filters,
            "page": found,
            "count": found.paginator.count,
            "everything": policy.rows(Posting).count(),
            "narrowed": any(value for name, value in request.GET.items() if name != "page"),
            "bad_filter": bool(filters.errors),
            "chosen": any(request.GET.get(name) for name in CHOSEN),
            "selects": [filters[name] for name in ("source", "genre", "tier", "tlp", "from", "to")],
            "hidden": [(name, value) for name in listing.CHIPS if (value := request.GET.get(name))],
            "chips": listing.chips(request.GET),
        },
    )


@require_GET
def posting(request: HttpRequest, pk: Any) -> HttpResponse:
    """One posting: text, findings, evidence, custody, the same content elsewhere."""
    return _page(request, pk)


@require_POST
def verify(request: HttpRequest, pk: Any) -> HttpResponse:
    """Hash the stored bytes again, now, and say what came out."""
    policy = reader_of(request)
    checks = evidence.verify(request.user, policy.get(Posting, pk=pk))
    return _page(request, pk, checks=checks, checks_sound=all(check.sound for check in checks))


def _page(request: HttpRequest, pk: Any, **more: Any) -> HttpResponse:
    policy = reader_of(request)
    rows = policy.rows(Posting).select_related("source", "agency")
    row = policy.get(Posting, queryset=rows, pk=pk)
    panels = page.beside(policy, row)
    acts_on = [key for panel in panels for key in panel.acts_on]
    facts = {**page.context(policy, row, acts_on), "panels": panels, **more}
    return render(request, "content/posting.html", facts)


@require_GET
def raw(request: HttpRequest, pk: Any) -> HttpResponse:
    """The evidence as collected, byte for byte, as a download that no browser opens.

    For the owner alone: the record as collected may name people, which nothing else in the desk does (safeguard G1).
    """
    policy = reader_of(request)
    row = policy.get(Posting, own=True, pk=pk)
    capture = policy.get(Capture, posting=row)
    try:
        data = evidence.take_out(request.user, row, capture)
    except (blobs.Damaged, OSError):
        messages.error(
            request,
            _("The stored bytes are missing or were altered. Check them below, and tell your administrator."),
        )
        return redirect("posting", pk=row.pk)
    return HttpResponse(
        data,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{capture.digest}.bin"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@require_GET
def media(request: HttpRequest, pk: Any, position: int) -> HttpResponse:
    """A picture of a posting, made anew; ``?size=thumb`` grey and small, ``full`` otherwise."""
    place = _place(request, pk, position)
    size = "full" if request.GET.get("size") == "full" else "thumb"
    return HttpResponse(
        evidence.picture(place.item, size),
        content_type="image/webp",
        headers={"X-Content-Type-Options": "nosniff", "Content-Disposition": "inline"},
    )


@require_POST
def reveal(request: HttpRequest, pk: Any, position: int) -> HttpResponse:
    """The reader holds a picture to see it: one more in the reader's own count, which the page then shows."""
    policy = reader_of(request)
    evidence.reveal(request.user, _place(request, pk, position))
    if not request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return render(request, "content/posting_exposures.html", {**page.exposures(policy), "swapped": True})


def _place(request: HttpRequest, pk: Any, position: int) -> PostingMedia:
    policy = reader_of(request)
    rows = policy.rows(PostingMedia).select_related("item")
    return policy.get(PostingMedia, queryset=rows, posting_id=pk, position=position)
