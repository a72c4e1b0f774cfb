"""Screens of review: the morning board, the queue, the case and everything that is done to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..coalition import rules as roles
from ..coalition import services as people
from ..coalition.policy import Policy
from ..content.models import Posting
from . import board as morning
from . import queue as cases
from . import reader, services
from .forms import AssessmentForm, DecisionForm, RequestForm, ReturnForm, RulingForm
from .models import Case
from .rules import LANGUAGE, Blocked


# --- the morning board -----------------------------------------------------------------------------
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What needs the reader now. Roles without content get a board of their own work."""
    policy = Policy(request.user)
    facts: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.localtime()}
    if policy.may(roles.VIEW):
        facts |= {
            "must": morning.must(policy),
            "fresh": morning.fresh(policy),
            "yours": morning.yours(policy),
            "river": morning.river(policy),
            "waiting": morning.waiting(policy),
            "undoable": reader.undoable(policy),
            "width": morning.WIDTH,
            "height": morning.HEIGHT,
            "bar": morning.BAR,
            "line": morning.HEIGHT - morning.FOOT,
            "foot": morning.HEIGHT - 5,
        }
    return render(request, "review/board.html", facts)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The reader has seen what was new at the moment the board was made; what came later stays new."""
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is None or timezone.is_naive(until) or until > timezone.now():
        until = timezone.now()
    people.set_preferences(request.user, seen_until=until)
    return redirect("board")


# --- the queue and the reader beside it ---------------------------------------------------------------
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The cases that wait, the most urgent first, with the first of them open beside the list."""
    policy = _policy(request)
    filters = cases.Filters(request.GET, policy)
    rows = filters.rows()
    page = cases.page(policy, rows, request.GET.get("page"))
    facts = _list(policy, filters, page)
    if page.object_list:
        first = policy.get(Case, queryset=_whole(policy), pk=page.object_list[0].case.pk)
        facts |= reader.Reader(policy, first).context() | {
            "place": cases.Place(page.start_index(), page.paginator.count)
        }
    return render(request, "review/queue.html", facts | {"alone": True})


@require_GET
def case(request: HttpRequest, pk: Any) -> HttpResponse:
    """One case: read, judge, decide; the list it came from beside it."""
    return _case_page(request, pk)


def _case_page(request: HttpRequest, pk: Any, status: int = 200, **bound: Any) -> HttpResponse:
    policy = _policy(request)
    row = policy.get(Case, queryset=_whole(policy), pk=pk)
    filters = cases.Filters(request.GET, policy)
    rows = filters.rows()
    place = cases.place(rows, row)
    page = cases.page(policy, rows, request.GET.get("page") or place.page)
    facts = _list(policy, filters, page) | reader.Reader(policy, row).context(**bound) | {"place": place}
    return render(request, "review/queue.html", facts, status=status)


def _policy(request: HttpRequest) -> Policy:
    policy = Policy(request.user)
    policy.require(roles.VIEW)
    return policy


def _whole(policy: Policy) -> Any:
    return policy.rows(Case).select_related("lead", "lead__source", "lead__agency", "claimed_by", "agency")


def _list(policy: Policy, filters: cases.Filters, page: Any) -> dict[str, Any]:
    return {
        "filters": filters,
        "page": page,
        "count": page.paginator.count,
        "address": filters.address,
        "narrowed": bool(filters.given),
        "states": cases.TABS,
        "state_now": filters.state_now,
        "selects": [filters[name] for name in ("state", "mine", "tier", "genre", "source", "tlp", "whose")],
        "undoable": reader.undoable(policy),
    }


# --- what is done to a case -----------------------------------------------------------------------------
def _act(view: Callable[[HttpRequest, Any], HttpResponse]) -> Callable[[HttpRequest, Any], HttpResponse]:
    """Something done to a case, by POST. A page that came back with errors stands at this address: whoever loads it
    again, or changes the language there, is led to the case."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, pk: Any) -> HttpResponse:
        if request.method == "POST":
            return view(request, pk)
        policy = _policy(request)
        row = policy.get(Case, pk=pk)
        return redirect(reverse("case", args=[row.pk]) + cases.Filters(request.GET, policy).address)

    return answer


def _do(request: HttpRequest, pk: Any, act: Callable[[Case], Any], *, to_next: str = "", **bound: Any) -> HttpResponse:
    """Do `act` to the case; then back to it, or with `to_next` (words for the reader) on to the next in the queue."""
    policy = _policy(request)
    row = policy.get(Case, pk=pk)
    filters = cases.Filters(request.GET, policy)
    place = cases.place(filters.rows(), row) if to_next else None
    try:
        act(row)
    except Blocked as problem:
        return _case_page(request, pk, status=409, blocked=problem.blockers, **bound)
    if place is None:
        return redirect(reverse("case", args=[row.pk]) + filters.address)
    following = place.after or place.before
    if following in {None, row.pk}:
        messages.success(request, to_next)
        return redirect(reverse("queue") + filters.address)
    messages.success(request, to_next + " " + _("This is the next case."))
    return redirect(reverse("case", args=[following]) + filters.address)


@_act
def claim(request: HttpRequest, pk: Any) -> HttpResponse:
    return _do(request, pk, lambda row: services.claim(request.user, row))


@_act
def release(request: HttpRequest, pk: Any) -> HttpResponse:
    return _do(request, pk, lambda row: services.release(request.user, row))


@_act
def assess(request: HttpRequest, pk: Any) -> HttpResponse:
    """Keep the assessment. Somebody who does not read the language is told so before anything is kept."""
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        return _case_page(request, pk, status=422, assessment_form=form)

    def act(row: Case) -> None:
        if not Policy(request.user).reads(row.language):
            raise Blocked([LANGUAGE])
        services.assess(request.user, row, form.judgement())

    answer = _do(request, pk, act, assessment_form=form)
    if answer.status_code == 302:
        messages.success(request, _("The assessment is kept."))
        answer["Location"] += "#decision"
    return answer


@_act
def rule(request: HttpRequest, pk: Any) -> HttpResponse:
    form = RulingForm(request.POST, prefix="ruling")
    if not form.is_valid():
        return _case_page(request, pk, status=422, ruling_form=form)
    words = form.cleaned_data
    answer = _do(
        request, pk,
        lambda row: services.rule(request.user, row, may_refer=words["may_refer"], reason=words["reason"]),
        ruling_form=form,
    )  # fmt: skip
    if answer.status_code == 302:
        messages.success(request, _("The ruling is kept."))
        answer["Location"] += "#ruling"
    return answer


@_act
def propose(request: HttpRequest, pk: Any) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _case_page(request, pk, status=422, decision_form=form)
    words = form.cleaned_data
    return _do(
        request, pk,
        lambda row: services.propose(request.user, row, words["outcome"], words["reason"], words["remark"]),
        to_next=_("Proposed. A second person decides whether it stands."), decision_form=form,
    )  # fmt: skip


@_act
def undo(request: HttpRequest, pk: Any) -> HttpResponse:
    return _do(request, pk, lambda row: services.undo(request.user, row))


@_act
def confirm(request: HttpRequest, pk: Any) -> HttpResponse:
    return _do(
        request, pk, lambda row: services.confirm(request.user, row),
        to_next=_("Confirmed. The decision stands and the case is closed."),
    )  # fmt: skip


@_act
def return_(request: HttpRequest, pk: Any) -> HttpResponse:
    form = ReturnForm(request.POST, prefix="return")
    if not form.is_valid():
        return _case_page(request, pk, status=422, return_form=form)
    return _do(
        request, pk, lambda row: services.return_(request.user, row, form.cleaned_data["answer"]),
        to_next=_("Returned with your reason."), return_form=form,
    )  # fmt: skip


@require_POST
def open_case(request: HttpRequest, pk: Any) -> HttpResponse:
    """Ask that a person reads a posting, with a reason; the case opens at once."""
    policy = _policy(request)
    policy.require(roles.CLAIM)
    posting = policy.get(Posting, own=True, pk=pk)
    form = RequestForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason in a sentence."))
        return redirect(reverse("posting", args=[posting.pk]) + "#ask")
    try:
        opened = services.open_case(request.user, posting, form.cleaned_data["reason"])
    except Blocked as problem:
        messages.error(request, " ".join(str(blocker.words) for blocker in problem.blockers))
        return redirect(reverse("posting", args=[posting.pk]) + "#ask")
    return redirect("case", pk=opened.pk)
