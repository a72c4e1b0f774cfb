"""How the present reader wants numbers, dates and screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Preferences:
    """Language of the screens; digits ``auto``, ``arab`` or ``latn``; Hijri beside Gregorian; theme."""

    language: str = "ar"
    digits: str = "auto"
    hijri: bool = True
    theme: str = "auto"

    @property
    def arabic_digits(self) -> bool:
        return self.digits == "arab" or (self.digits == "auto" and self.language == "ar")

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"


_current: ContextVar[Preferences] = ContextVar("preferences", default=Preferences())  # noqa: B039 (frozen)


def current() -> Preferences:
    return _current.get()


def choose(chosen: Preferences) -> None:
    """Take `chosen` for what is left of this request (the middleware puts back what was before it)."""
    _current.set(chosen)


@contextmanager
def use(chosen: Preferences) -> Iterator[None]:
    token = _current.set(chosen)
    try:
        yield
    finally:
        _current.reset(token)
