"""Every address of the desk, found in the resolver: what a test walks, nobody has to list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize


@dataclass(frozen=True)
class Route:
    """One address: a template such as ``/cases/%(pk)s/``, each parameter with its kind, and the view behind it."""

    name: str
    template: str
    kinds: tuple[tuple[str, str], ...]
    view: Callable[..., Any]

    @property
    def open(self) -> bool:
        """Whether the view says that nobody need be logged in."""
        return not getattr(self.view, "login_required", True)

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.name} {self.template}"


def routes() -> list[Route]:
    """Every address but the files of the browser."""
    return list(_walk(get_resolver().url_patterns, "^/", {}))


def _walk(patterns: Any, prefix: str, kinds: Mapping[str, str]) -> Iterator[Route]:
    for item in patterns:
        regex = prefix + item.pattern.regex.pattern.removeprefix("^")
        own = {**kinds, **{name: type(kind).__name__ for name, kind in item.pattern.converters.items()}}
        if isinstance(item, URLResolver):
            yield from _walk(item.url_patterns, regex, own)
        elif isinstance(item, URLPattern):
            for template, names in normalize(re.sub(r"\\Z$", "", regex)):
                yield Route(
                    item.name or "", template, tuple((name, own.get(name, "")) for name in names), item.callback
                )
