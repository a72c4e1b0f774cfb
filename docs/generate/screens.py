"""Screens and keys, from the desk's own addresses and places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from .desk import code, open_desk, said, table, words

L = {"ar": ("الاسم", "العنوان", "ما فيه"), "en": ("Name", "Address", "What is there")}


def addresses() -> dict[str, str]:
    """Name of every address of the desk to its path, those of the API left out."""
    open_desk()
    return dict(_below(get_resolver().url_patterns, "/"))


def _below(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        place = prefix + _plain(str(pattern.pattern))
        if place.startswith("/api/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, place)
        elif pattern.name:
            yield pattern.name, place


def _plain(pattern: str) -> str:
    return re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", pattern).strip("^$")


def screens(language: str, _: str) -> str:
    """Every screen and every step on one, in the words of ``docs/words/screens.toml``."""
    described = words("screens")
    rows = [
        (code(name), code(place), described.get(name, {}).get(language, "–")) for name, place in addresses().items()
    ]
    return table(L[language], rows)


def keys(language: str, _: str) -> str:
    """The letters after ``g``."""
    open_desk()
    from turs.desk.web.navigation import PLACES

    header = {"ar": ("المفتاحان", "إلى أين"), "en": ("Keys", "Where to")}[language]
    return table(header, [(f"<kbd>g</kbd> <kbd>{place.key}</kbd>", said(place.label, language)) for place in PLACES])
