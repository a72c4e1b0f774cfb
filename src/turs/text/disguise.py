"""Signs that a text was written to escape reading machines: overrides, invisible letters, mixed scripts.

A sign is a fact about characters, never a judgement about the writer: Persian joins words with U+200C,
and a lone direction mark is ordinary. Unicode Technical Reports 36 (security) and 9 (bidirectional).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

VERSION = "disguise/1"
MOST = 20
"""Places reported per sign; more adds nothing for a reader."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of disguise and where it stands: code points of the original text."""

    label: str
    places: tuple[tuple[int, int], ...]


_ARABIC = "\u0620-\u064a\u066e-\u06d3"
_CYRILLIC = "\u0400-\u052f"
_LATIN = "A-Za-z\u00c0-\u024f"
_PATTERNS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (label, re.compile(hint), re.compile(pattern))
    for label, hint, pattern in (
        ("bidi_override", "[\u202d\u202e]", "[\u202d\u202e][^\u202c\n]{0,200}\u202c?"),
        ("zero_width", "[\u200b\u2060\ufeff\u00ad\u200c\u200d]",
         "(?<=[^\\W\\d_])[\u200b\u2060\ufeff\u00ad]+(?=[^\\W\\d_])"
         "|(?<=[^\\W\\d_])[\u200c\u200d]{2,}(?=[^\\W\\d_])"
         f"|(?<=[{_LATIN}{_CYRILLIC}])[\u200c\u200d]+(?=[{_LATIN}{_CYRILLIC}])"),
        ("mixed_script_word", f"[{_CYRILLIC}]",
         f"(?<!\\w)(?=[{_LATIN}{_CYRILLIC}]{{3,64}}(?!\\w))(?=[{_LATIN}]*[{_CYRILLIC}])"
         f"(?=[{_CYRILLIC}]*[{_LATIN}])[{_LATIN}{_CYRILLIC}]+"),
        ("spelled_out", "[^\\W\\d_][ ._*·•|~-][^\\W\\d_](?![^\\W\\d_])",
         "(?<![^\\W\\d_])[^\\W\\d_](?:[ ._*·•|~-]{1,2}[^\\W\\d_](?![^\\W\\d_])){3,40}"),
        ("broken_word", f"[{_ARABIC}][.*_·•|~][{_ARABIC}]",
         f"(?<![{_ARABIC}.])[{_ARABIC}]{{1,12}}[.*_·•|~][{_ARABIC}](?![{_ARABIC}.])"),
        ("dotless_letters", "[\u066e\u066f\u06a1]", "[\u066e\u066f\u06a1]+"),
        ("piled_marks", "[\u0300-\u036f\u064b-\u065f\u20d0-\u20ff]{5}",
         "[\u0300-\u036f\u064b-\u065f\u20d0-\u20ff]{5,}"),
        ("broken_encoding", "[\ud800-\udfff]", "[\ud800-\udfff]+"),
    )
)


def signs(text: str) -> tuple[Sign, ...]:
    """Every sign found in `text`, in a fixed order, with at most `MOST` places each.

    >>> [s.label for s in signs("د ا ع ش")]
    ['spelled_out']
    """
    if text.isascii() and "." not in text and " " not in text:
        return ()
    found = []
    for label, hint, pattern in _PATTERNS:
        if hint.search(text) is None:
            continue
        places: list[tuple[int, int]] = []
        for match in pattern.finditer(text):
            places.append(match.span())
            if len(places) == MOST:
                break
        if places:
            found.append(Sign(label, tuple(places)))
    return tuple(found)
