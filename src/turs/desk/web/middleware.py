"""Headers that keep every page to ourselves, and the reader's language, digits and theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from .. import preferences

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    f"{directive} {sources}"
    for directive, sources in {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }.items()
)
"""Nothing is ever loaded from, or sent to, anywhere else. No inline script or style."""


class SecurityHeaders:
    """Sets the Content-Security-Policy and its kin on every answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(settings.STATIC_URL):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Preferences:
    """Makes the language, digits, calendar and theme of the reader those of this request.

    A logged-in user's own settings win; before login, the language cookie, then Arabic.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated:
            chosen = preferences.Preferences(user.language, user.digits, user.hijri, user.theme)
        else:
            cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            chosen = preferences.Preferences(cookie if cookie in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        with translation.override(chosen.language), preferences.use(chosen):
            request.LANGUAGE_CODE = chosen.language  # type: ignore[attr-defined]
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        response.headers.setdefault("Content-Language", chosen.language)
        return response


class OwnPassword:
    """Lets nobody past who still has a password that somebody else gave: they choose their own first.

    The programming interface refuses such a session by itself (``turs.desk.api``).
    """

    OPEN = frozenset({"account_change_password", "account_logout", "set_language", "set_theme", "keys"})
    """Names of the addresses that stay open meanwhile."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        user: Any = request.user
        place = request.resolver_match
        if not user.is_authenticated or not user.password_temporary:
            return None
        if place is None or place.namespace == "api" or place.url_name in self.OPEN:
            return None
        address = reverse("account_change_password")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return redirect(address)


class NotAllowed:
    """Gives people a page where Django answers 405 with nothing: a step's address was opened like a page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page
