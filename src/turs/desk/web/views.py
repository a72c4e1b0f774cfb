"""Language, theme, keys: what belongs to every page and to no room."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..coalition.services import set_preferences
from ..coalition.vocabulary import Theme


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the form was on, never to another site."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language of the screens: in a cookie, and with the user when logged in."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest(_("This language is not offered."))
    user: Any = request.user
    if user.is_authenticated:
        set_preferences(user, language=language)
    answer = _back(request)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax", secure=request.is_secure()
    )
    return answer


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme of the screens with the user."""
    theme = request.POST.get("theme", "")
    if theme not in Theme.values:
        return HttpResponseBadRequest(_("This theme is not offered."))
    user: Any = request.user
    set_preferences(user, theme=theme)
    return _back(request)


def keys(request: HttpRequest) -> HttpResponse:
    """All keys on a page of their own, for those who want to print them."""
    return render(request, "keys.html")
