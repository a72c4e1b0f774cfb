"""Screens of the coalition: who is who, the users of one's agency, one's own settings."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import forms, services
from .models import Agency, ApiToken, Body, Mandate, Member, Partner, User
from .policy import Policy
from .rules import DIRECTORY, MANAGE
from .vocabulary import AgencyType, BodyKind, MemberKind, PartnerType

MOST_TOKENS = 20
"""Tokens that one user may have at a time."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs of a first password: none that looks like another."""


# --- who is who ------------------------------------------------------------------------------------
@require_GET
def coalition(request: HttpRequest) -> HttpResponse:
    """Who is in the coalition: members, agencies, partners or bodies (``?show=``), with filters."""
    policy = _policy(request)
    policy.require(DIRECTORY)
    today = timezone.localdate()
    show = request.GET.get("show", "")
    show = show if show in _LISTS else "members"
    counts = {
        "states": policy.rows(Member).filter(kind=MemberKind.STATE).count(),
        "organisations": policy.rows(Member).filter(kind=MemberKind.IO).count(),
        "observers": policy.rows(Member).filter(kind=MemberKind.OBSERVER).count(),
        "members": policy.rows(Member).count(),
        "agencies": policy.rows(Agency).count(),
        "partners": policy.rows(Partner).count(),
        "bodies": policy.rows(Body).filter(_in_force(today)).count(),
        "all_bodies": policy.rows(Body).count(),
    }
    facts = {"show": show, "counts": counts, "words": _words(request), **_LISTS[show](request, policy, today)}
    return render(request, "coalition/coalition.html", facts)


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


def _named(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(Q(name_ar__icontains=words) | Q(name_en__icontains=words)) if words else rows


def _kinds(rows: QuerySet[Any], field: str, choices: Any) -> list[tuple[str, Any, int]]:
    """Every kind that occurs, with its label and how many there are."""
    counts = Counter(rows.order_by().values_list(field, flat=True))
    return [(value, label, counts[value]) for value, label in choices.choices if counts[value]]


def _members(request: HttpRequest, policy: Policy, today: date) -> dict[str, Any]:
    rows, kind = policy.rows(Member), request.GET.get("kind", "")
    kinds = _kinds(rows, "kind", MemberKind)
    rows = rows.filter(kind=kind) if kind in MemberKind.values else rows
    rows = _named(rows, _words(request)).annotate(agency_count=Count("agencies")).order_by("key")
    return {"rows": rows, "kinds": kinds, "kind": kind}


def _agencies(request: HttpRequest, policy: Policy, today: date) -> dict[str, Any]:
    rows, kind = policy.rows(Agency).select_related("member"), request.GET.get("kind", "")
    kinds = _kinds(rows, "type", AgencyType)
    rows = rows.filter(type=kind) if kind in AgencyType.values else rows
    return {"rows": _named(rows, _words(request)), "kinds": kinds, "kind": kind}


def _partners(request: HttpRequest, policy: Policy, today: date) -> dict[str, Any]:
    rows, kind = policy.rows(Partner), request.GET.get("kind", "")
    kinds = _kinds(rows, "type", PartnerType)
    rows = rows.filter(type=kind) if kind in PartnerType.values else rows
    return {"rows": _named(rows, _words(request)), "kinds": kinds, "kind": kind}


def _bodies(request: HttpRequest, policy: Policy, today: date) -> dict[str, Any]:
    rows, kind = policy.rows(Body), request.GET.get("kind", "")
    kinds = _kinds(rows, "kind", BodyKind)
    rows = rows.filter(kind=kind) if kind in BodyKind.values else rows
    when = request.GET.get("when", "")
    if when == "current":
        rows = rows.filter(_in_force(today))
    elif when == "ended":
        rows = rows.filter(valid_to__lt=today)
    mandates = policy.rows(Mandate).select_related("agency", "partner")
    rows = _named(rows, _words(request)).prefetch_related(Prefetch("mandates", mandates))
    found = list(rows)
    for body in found:
        body.standing = standing(body, today)
        body.current = [mandate for mandate in body.mandates.all() if standing(mandate, today) == "current"]
        body.past = [mandate for mandate in body.mandates.all() if standing(mandate, today) != "current"]
        for mandate in body.past:
            mandate.standing = standing(mandate, today)
    return {"rows": found, "kinds": kinds, "kind": kind, "when": when}


_LISTS = {"members": _members, "agencies": _agencies, "partners": _partners, "bodies": _bodies}


def _in_force(today: date) -> Q:
    return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))


def standing(row: Body | Mandate, today: date) -> str:
    """Whether a body or mandate is ``current``, ``ended`` or ``coming`` on the day `today` (both ends included)."""
    if row.valid_to is not None and row.valid_to < today:
        return "ended"
    return "coming" if row.valid_from > today else "current"


@require_GET
def member(request: HttpRequest, key: str) -> HttpResponse:
    """One member: its agencies, and what they hold in the bodies of the coalition."""
    policy = _policy(request)
    policy.require(DIRECTORY)
    row = policy.get(Member, key=key)
    today = timezone.localdate()
    agencies = policy.rows(Agency).filter(member=row)
    mandates = list(policy.rows(Mandate).filter(agency__member=row).select_related("agency", "body"))
    for mandate in mandates:
        mandate.standing = standing(mandate, today)
    facts = {
        "member": row, "agencies": agencies, "count": agencies.count(),
        "current": [mandate for mandate in mandates if mandate.standing == "current"],
        "others": [mandate for mandate in mandates if mandate.standing != "current"],
    }  # fmt: skip
    return render(request, "coalition/member.html", facts)


# --- users -----------------------------------------------------------------------------------------
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """The users of the administrator's agency."""
    policy = _manager(request)
    everything = policy.rows(User)
    rows = everything.prefetch_related("grants", "skills").order_by("-is_active", "username")
    if (login := request.GET.get("login", "")) in {"open", "closed"}:
        rows = rows.filter(is_active=login == "open")
    if words := _words(request):
        rows = rows.filter(Q(username__icontains=words) | Q(display_name__icontains=words))
    facts = {
        "rows": rows, "words": words, "login": login, "count": everything.count(), "agency": policy.user.agency,
        "closed": everything.filter(is_active=False).count(),
    }  # fmt: skip
    return render(request, "coalition/users.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def new_user(request: HttpRequest) -> HttpResponse:
    """Add a user to the administrator's agency; the first password is shown once, here."""
    policy = _manager(request)
    if policy.user.agency is None:
        raise PermissionDenied(_("Only an administrator of an agency adds users."))
    form = forms.UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, password = form.cleaned_data, new_password()
        try:
            added = services.add_user(
                policy.user, given["username"], password=password, roles=given["roles"],
                languages=given["languages"], display_name=given["display_name"], agency=policy.user.agency,
                temporary=True,
            )  # fmt: skip
        except ValidationError as problem:
            _tell(form, problem)
        else:
            return render(request, "coalition/password.html", {"person": added, "password": password, "added": True})
    return render(request, "coalition/user_new.html", {"form": form}, status=422 if form.errors else 200)


def _tell(form: Any, problem: ValidationError) -> None:
    """Put what the model refuses at its field."""
    found = problem.message_dict if hasattr(problem, "error_dict") else {"__all__": problem.messages}
    for name, errors in found.items():
        for error in errors:
            form.add_error(name if name in form.fields else None, error)


@require_http_methods(["GET", "HEAD", "POST"])
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One user of the administrator's agency: roles, languages, login."""
    policy = _manager(request)
    person = policy.get(User, pk=pk)
    held = list(person.grants.values_list("role", flat=True))
    skills = dict(person.skills.values_list("language", "level"))
    himself = person == policy.user
    form = forms.RolesForm(request.POST or None, initial={"roles": held}, skills=skills)
    if request.method == "POST" and form.is_valid():
        roles, languages = form.cleaned_data["roles"], form.cleaned_data["languages"]
        if himself and set(roles) != set(held):
            form.add_error("roles", _("Nobody changes the own roles. Ask another administrator of your agency."))
        else:
            if set(roles) != set(held):
                services.set_roles(policy.user, person, roles)
            if languages != skills:
                services.set_languages(policy.user, person, languages)
            messages.success(request, _("Saved, and written into the ledger."))
            return redirect("user", pk=person.pk)
    facts = {"person": person, "form": form, "himself": himself}
    return render(request, "coalition/user.html", facts, status=422 if form.errors else 200)


@require_POST
def user_login(request: HttpRequest, pk: int) -> HttpResponse:
    """Close or open a login. Nobody closes the own one."""
    policy = _manager(request)
    person = policy.get(User, pk=pk)
    active = request.POST.get("active") == "1"
    if person == policy.user:
        messages.error(request, _("Nobody closes the own login. Ask another administrator of your agency."))
    elif person.is_active != active:
        services.set_active(policy.user, person, active)
        messages.success(request, _("The login is open.") if active else _("The login is closed."))
    return redirect("user", pk=person.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a user a new password, shown once, here. Whoever is logged in with the old one is logged out."""
    policy = _manager(request)
    person = policy.get(User, pk=pk)
    if request.method != "POST":  # the page of the password, asked for again: it is shown once
        return redirect("user", pk=person.pk)
    if person == policy.user:
        messages.error(request, _("Change your own password on its own page."))
        return redirect("account_change_password")
    password = new_password()
    services.set_password(policy.user, person, password)
    return render(request, "coalition/password.html", {"person": person, "password": password, "added": False})


def new_password() -> str:
    """A password to be read to somebody once: four groups of five signs, about 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _sign in range(5)) for _group in range(4))


# --- me --------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """One's own settings: how the screens look, roles and languages, login, tokens."""
    reader = _policy(request).user
    form = forms.PreferencesForm(request.POST or None, instance=reader)
    if request.method == "POST" and form.is_valid():
        services.set_preferences(reader, **form.cleaned_data)
        return redirect("me")
    if form.errors:
        reader.refresh_from_db()
    return _me(request, form, forms.TokenForm())


def _me(request: HttpRequest, form: Any, token_form: Any, value: str = "") -> HttpResponse:
    reader = _policy(request).user
    facts = {
        "form": form, "token_form": token_form, "value": value,
        "tokens": reader.tokens.all(), "now": timezone.now(),
        "grants": reader.grants.all(), "skills": reader.skills.all(),
        "exposures": reader.exposures.filter(at__gte=timezone.localtime().replace(hour=0, minute=0, second=0)).count(),
    }  # fmt: skip
    return render(request, "coalition/me.html", facts, status=422 if form.errors or token_form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def issue_token(request: HttpRequest) -> HttpResponse:
    """Make an API token; its value is shown once, here."""
    reader = _policy(request).user
    if request.method != "POST":  # the page of the token, asked for again: it is shown once
        return redirect("me")
    form = forms.TokenForm(request.POST)
    value = ""
    if form.is_valid():
        if reader.tokens.filter(expires_at__gt=timezone.now()).count() >= MOST_TOKENS:
            form.add_error(None, _("You have many tokens already. Withdraw one that is not used any more."))
        else:
            _token, value = services.issue_token(reader, form.cleaned_data["name"], form.cleaned_data["days"])
            form = forms.TokenForm()
    return _me(request, forms.PreferencesForm(instance=reader), form, value)


@require_POST
def withdraw_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own API tokens."""
    reader = _policy(request).user
    token: ApiToken | None = reader.tokens.filter(pk=pk).first()
    if token is None:
        raise Http404("ApiToken")
    services.withdraw_token(reader, token)
    messages.success(request, _("The token is withdrawn. Programs that use it are shut out now."))
    return redirect("me")


def _policy(request: HttpRequest) -> Policy:
    if not request.user.is_authenticated:
        raise PermissionDenied
    return Policy(request.user)


def _manager(request: HttpRequest) -> Policy:
    policy = _policy(request)
    policy.require(MANAGE)
    return policy
