"""What the record of a posting says of itself, in words for people. The raw form stands beside it for who needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from turs.collect import READERS

from .forms import in_words
from .models import Capture, Posting

WAYS: Mapping[str, Promise] = {
    "import": _("Imported from a file"),
    "partner_import": _("Given by a partner"),
    "api": _("Sent by a program"),
    "broadcast_recording": _("Recorded from a broadcast"),
    "manual": _("Written down by hand"),
}
"""How content comes in (``turs.posting.Capture.method``)."""
RECORDS: Mapping[str, Promise] = {
    "application/json": _("JSON record"),
    "application/feed+json": _("Entry of a feed"),
    "application/xml": _("Entry of a feed"),
    "application/x-subrip": _("Part of a broadcast transcript"),
    "text/vtt": _("Part of a broadcast transcript"),
    "text/csv": _("Row of a table"),
    "text/html": _("Web page"),
    "text/plain": _("Plain text"),
}
"""What the raw record of a posting is, by its media type."""
FACTS: Mapping[str, Promise] = {
    "station": _("Station"),
    "programme": _("Programme"),
    "begin": _("Begins in the broadcast at"),
    "end": _("Ends in the broadcast at"),
    "edited_at": _("Edited"),
    "chat_type": _("Kind of channel"),
    "forwarded": _("Forwarded from elsewhere"),
    "authority": _("Reference of the lawful authority"),
    "date_text": _("Date as written"),
    "date_note": _("About the date"),
    "url_text": _("Address as written"),
    "hidden_text": _("Text that the page hides"),
    "media_missing": _("Media that did not come with it"),
    "replaced_bytes": _("Unreadable bytes"),
    "replaced_characters": _("Unreadable characters"),
}
"""The small facts of a format (``Posting.extra``) that mean something to a reader."""
VALUES: Mapping[str, Promise] = {
    "public_channel": _("Public channel"),
    "public_supergroup": _("Public group"),
    "private_channel": _("Closed channel"),
    "private_supergroup": _("Closed group"),
    "private_group": _("Closed group"),
    "not_a_date": _("This is not a date"),
    "out_of_range": _("It lies outside the years that can be meant"),
    "True": pgettext_lazy("answer", "Yes"),
    "False": pgettext_lazy("answer", "No"),
}
PEOPLE = frozenset({"author", "from", "from_id", "user", "username", "actor", "forwarded_from"})
"""Facts that may name a person: never shown."""


@dataclass(frozen=True)
class Fact:
    """One fact: what it is, its value as text, or as an instant, or as a time on the clock of a broadcast."""

    label: Any
    text: Any = ""
    when: datetime | None = None
    clock: str = ""


@dataclass(frozen=True)
class Record:
    """The raw record of a posting in words: what it is, where it stood, what read it, and the way it came.

    line, number: of the record in its file, from 1; 0 where the file is the record, or counts otherwise.
    """

    kind: Any
    file: str
    line: int
    number: int
    reader: str
    way: Any


def record(capture: Capture) -> Record:
    """`capture` in words; what has none is told as it stands."""
    mime = capture.mime
    kind = RECORDS.get(mime, _("Picture") if mime.startswith("image/") else _("File"))
    reader = READERS.get(capture.tool.partition("/")[0])
    return Record(
        kind, *place(capture.origin), in_words(reader.title) if reader else capture.tool,
        WAYS.get(capture.method, capture.method),
    )  # fmt: skip


def place(origin: str) -> tuple[str, int, int]:
    """File, line and number of a record that stood at ``table.csv#line=7`` or ``result.json#messages[12]``."""
    file, _mark, inside = origin.rpartition("#")
    line, number = re.fullmatch(r"line=(\d{1,9})", inside), re.search(r"\[(\d{1,9})\]$", inside)
    if not file or not (line or number):
        return origin, 0, 0
    return file, int(line[1]) if line else 0, int(number[1]) + 1 if number else 0


def facts(posting: Posting) -> list[Fact]:
    """The facts of `posting` that have words, in their order."""
    extra = _plain(posting)
    return [_fact(name, extra[name]) for name in FACTS if name in extra]


def raw_facts(posting: Posting) -> list[tuple[str, str]]:
    """Every fact as the format names it. Never the name of a person."""
    return [(name, str(value)[:300]) for name, value in sorted(_plain(posting).items())]


def _plain(posting: Posting) -> dict[str, str | int | float]:
    extra = posting.extra if isinstance(posting.extra, Mapping) else {}
    return {
        str(name): value
        for name, value in extra.items()
        if name not in PEOPLE and isinstance(value, str | int | float) and value != ""
    }


def _fact(name: str, value: str | int | float) -> Fact:
    text = str(value)[:300]
    if name.endswith("_at"):
        try:
            return Fact(FACTS[name], when=datetime.fromisoformat(text))
        except ValueError:
            pass
    if name in {"begin", "end"} and isinstance(value, int | float) and 0 <= value < 1e7:
        minutes, seconds = divmod(int(value), 60)
        return Fact(FACTS[name], clock=f"{minutes // 60}:{minutes % 60:02}:{seconds:02}")
    return Fact(FACTS[name], VALUES.get(text, text))
