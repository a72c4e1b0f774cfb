"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .. import preferences
from ..coalition.policy import Policy


def page(request: HttpRequest) -> dict[str, Any]:
    """`prefs`: the reader's preferences. `may`: what the reader may do, e.g. ``{% if "import" in may %}``."""
    user = getattr(request, "user", None)
    verbs = Policy(user).verbs if user is not None and user.is_authenticated else frozenset()
    return {"prefs": preferences.current(), "may": verbs}
