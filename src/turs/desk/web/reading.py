"""The text of a posting as safe HTML: evidence marked, hidden characters shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..numerals import digits

KINDS = ("genre", "function", "term", "script", "link", "match", "indicator")
"""Families of findings that have a pattern of their own; every other one looks like ``term``."""

LABELS = {
    0x00AD: "SHY", 0x061C: "ALM", 0x180E: "MVS", 0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM",
    0x200F: "RLM", 0x2028: "LS", 0x2029: "PS", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO",
    0x202E: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xFEFF: "BOM",
}  # fmt: skip
"""Characters that hide, or that turn the direction of what follows, by their Unicode abbreviations."""
_JOINERS = {0x200C, 0x200D}


@dataclass(frozen=True)
class Mark:
    """A span of the text, the number of the note that explains it, and its pattern."""

    start: int
    end: int
    note: int
    kind: str = "term"
    protects: bool = False


FIELDS = ("start", "end", "note", "kind", "protects")


def marks(spans: Iterable[Any]) -> list[Mark]:
    """`spans` (mappings or objects with start, end, and perhaps note, kind, protects) as marks.

    A span without a note of its own is numbered by its place, from 1.
    """
    found = []
    for place, span in enumerate(spans, 1):
        facts = span if isinstance(span, Mapping) else {name: getattr(span, name, None) for name in FIELDS}
        found.append(
            Mark(
                int(facts["start"]),
                int(facts["end"]),
                int(facts.get("note") or place),
                str(facts.get("kind") or "term"),
                bool(facts.get("protects")),
            )
        )
    return found


def _hidden(text: str, at: int) -> str:
    """How to show the character at `at` if it would hide or cannot be sent, else ""."""
    code = ord(text[at])
    if code in _JOINERS and 0 < at < len(text) - 1:
        before, after = (unicodedata.category(text[at + step])[0] for step in (-1, 1))
        if before in "LMS" and after in "LMS":  # spelling of Persian, Urdu, Indic; and emoji
            return ""
    if code in LABELS:
        return LABELS[code]
    category = unicodedata.category(text[at])
    unsendable = category == "Cs" or (category == "Cc" and text[at] not in "\n\t\r") or 0xE0000 <= code <= 0xE007F
    return f"U+{code:04X}" if unsendable or code & 0xFFFE == 0xFFFE else ""


def pieces(text: str) -> list[str]:
    """`text` as HTML, character by character: hidden ones become a small label that says what stands there."""
    shown = []
    for at, character in enumerate(text):
        if label := _hidden(text, at):
            title = f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
            shown.append(f'<span class="ctl" dir="ltr" title="{escape(title)}">{escape(label)}</span>')
        elif character == "\r":
            shown.append("" if text[at + 1 : at + 2] == "\n" else "\n")
        else:
            shown.append(str(escape(character)))
    return shown


def _word_end(text: str, at: int) -> int:
    """Where the word around `at` ends: a reference never stands inside a word, whose letters must join."""
    while 0 < at < len(text) and all(unicodedata.category(text[at + step])[0] in "LMN" for step in (-1, 0)):
        at += 1
    return at


def highlight(text: str, spans: Iterable[Any]) -> SafeString:
    """`text` with a ``<mark>`` for every span and, after it, the number of its note, a link to ``#note-N``.

    Spans count code points, may overlap, and are cut to the text; empty ones are dropped.
    """
    found = [
        Mark(max(0, mark.start), min(len(text), mark.end), mark.note, mark.kind, mark.protects) for mark in marks(spans)
    ]
    found = sorted((mark for mark in found if mark.start < mark.end), key=lambda mark: (mark.start, -mark.end))
    references: dict[int, list[int]] = {}
    for mark in found:
        notes = references.setdefault(_word_end(text, mark.end), [])
        if mark.note not in notes:
            notes.append(mark.note)
    shown = pieces(text)
    cuts = sorted({0, len(text), *references, *(mark.start for mark in found), *(mark.end for mark in found)})
    parts = []
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        if start in references:
            parts.append("".join(_reference(note) for note in references[start]))
        if start == end:
            continue
        piece = "".join(shown[start:end])
        here = [mark for mark in found if mark.start <= start and end <= mark.end]
        parts.append(_marked(piece, here) if here else piece)
    return mark_safe("".join(parts))  # every piece was escaped in pieces, the rest is ours


def _marked(piece: str, here: list[Mark]) -> str:
    kinds = sorted({mark.kind if mark.kind in KINDS else "term" for mark in here})
    classes = ["hl", *(f"hl-{kind}" for kind in kinds)]
    if any(mark.protects for mark in here):
        classes.append("hl-protects")
    if len(here) > 1:
        classes.append("hl-many")
    notes = " ".join(str(note) for note in sorted({mark.note for mark in here}))
    return f'<mark class="{" ".join(classes)}" data-notes="{notes}">{piece}</mark>'


def _reference(note: int) -> str:
    return f'<a class="hl-ref" href="#note-{note}" data-note="{note}">{digits(note)}</a>'
