"""What the screens of content share: who asks, and a form that says what a service refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form
from django.http import HttpRequest

from ...coalition.policy import Policy
from ...coalition.rules import VIEW
from ..intake import Refused

T = TypeVar("T")


def reader_of(request: HttpRequest) -> Policy:
    """The policy of the asking user, who may see content."""
    policy = Policy(request.user)  # type: ignore[arg-type]
    policy.require(VIEW)
    return policy


def kept(form: Form, keep: Callable[[], T]) -> T | None:
    """What `keep` made of a valid form; `None` where `form` now says what is wrong, at the field that can mend it."""
    if not form.is_valid():
        return None
    try:
        return keep()
    except Refused as problem:
        form.add_error(getattr(problem, "field", None), str(problem))
        return None
