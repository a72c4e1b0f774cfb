"""Lucide icons as inline SVG, from the file that ``scripts/vendor.py`` brings in."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

FILE = Path(__file__).resolve().parent / "vendor" / "icons.json"

MIRRORED = frozenset({
    "arrow-left", "arrow-right", "chevron-left", "chevron-right", "chevrons-left", "chevrons-right", "log-out",
    "log-in", "undo-2", "redo-2", "corner-down-left", "corner-down-right", "external-link", "list", "list-checks",
    "list-todo", "scroll-text", "book-open", "send", "reply", "message-square", "search", "text-align-start",
    "panel-left", "panel-right", "columns-2", "newspaper", "file-text", "trending-up",
})  # fmt: skip
"""Icons with a direction. Clocks, media controls and checks keep theirs."""


@cache
def _nodes() -> dict[str, list[tuple[str, dict[str, str]]]]:
    if not FILE.is_file():
        return {}
    nodes: dict[str, list[tuple[str, dict[str, str]]]] = json.loads(FILE.read_text())
    return nodes


@cache
def svg(name: str, extra: str = "") -> SafeString:
    """The icon `name`, hidden from screen readers: words stand beside it.

    Raises LookupError for a name that the set does not have. Before set-up there is no set, and no icon.
    """
    nodes = _nodes()
    if not nodes:
        return SafeString("")
    if name not in nodes:
        raise LookupError(f"no icon {name!r}: see the keys of {FILE}")
    shapes = format_html_join(
        "",
        "<{}{}/>",
        ((tag, format_html_join("", ' {}="{}"', facts.items())) for tag, facts in nodes[name]),
    )
    classes = " ".join(part for part in ("icon", "mirror" if name in MIRRORED else "", extra) if part)
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        classes,
        shapes,
    )


MARK = mark_safe(  # our own drawing
    '<svg class="mark" viewBox="0 0 24 24" width="28" height="28" fill="none" stroke="currentColor" '
    'stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
    '<circle cx="15.8" cy="12" r="6.9"/><path d="M1.3 12h4M3.1 9.3L5.6 12l-2.5 2.7"/></svg>'
)
"""The mark: a round shield and an arrow stopped at its rim, in two strokes."""
