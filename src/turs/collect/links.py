"""Web addresses in text and markup, absolute, in order, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin, urlsplit

from turs.collect.limits import LINKS

_SCHEMES: Final = ("http", "https", "ftp", "tg", "magnet", "ipfs")
_IN_TEXT: Final = re.compile(
    r"(?:(?:https?|ftp|tg|ipfs)://|magnet:\?|(?<![\w@./-])(?=(?:t|telegram)\.me/))[^\s<>\"'«»“”‘’\u0000-\u0020\u060c\u061b]{3,2000}",
    re.IGNORECASE,
)
_TRAILING: Final = ".,;:!?…؟۔*_~|`\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def links_in(text: str) -> Iterable[str]:
    """Addresses written out in `text`; ``t.me/…`` without a scheme counts, as people write it."""
    for match in _IN_TEXT.finditer(text):
        link = match[0].rstrip(_TRAILING)
        for closing, opening in (")(", "][", "}{"):
            while link.endswith(closing) and link.count(closing) > link.count(opening):
                link = link[:-1].rstrip(_TRAILING)
        if link[:5].lower() == "t.me/" or link[:12].lower() == "telegram.me/":
            link = f"https://{link}"
        yield link


def absolute(link: str, base: str = "") -> str:
    """`link` made absolute against `base`, or "" where it leads nowhere a browser would open as a page."""
    link = re.sub(r"[\t\r\n]", "", link.strip())
    if not link or len(link) > 8_000 or link.startswith("#"):
        return ""
    try:
        joined = urljoin(base, link) if base else link
        parts = urlsplit(joined)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES or (parts.scheme.lower() in ("http", "https", "ftp") and not parts.netloc):
        return ""
    return joined


def unique(links: Iterable[str]) -> tuple[str, ...]:
    """`links` without empties and repetitions, at most `limits.LINKS` of them."""
    seen: dict[str, None] = {}
    for link in links:
        if link and link not in seen:
            seen[link] = None
            if len(seen) >= LINKS:
                break
    return tuple(seen)
