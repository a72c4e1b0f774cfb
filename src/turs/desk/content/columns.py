"""Which columns a table has: its header row, a few rows under it, and which column is taken for what."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from turs.collect import FIELDS
from turs.collect.columns import match_columns
from turs.collect.decode import Undecodable, decode
from turs.collect.table import guess_delimiter

from ..numerals import digits
from . import blobs

HEAD = 64 * 1024
"""Bytes of a table that are looked at."""
ROWS = 3
"""Rows shown under the header."""
MOST_COLUMNS = 60
"""Columns shown; a table may have more."""


@dataclass(frozen=True)
class Columns:
    """names: the header row. rows: what stands under it. chosen: field -> number of its column, from 1.

    Fields are those of ``turs.collect.FIELDS``. `enough`: a posting can be made of the chosen columns.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chosen: Mapping[str, int]

    @property
    def enough(self) -> bool:
        return bool({"text", "title", "media"} & self.chosen.keys())


def look(head: bytes, chosen: Mapping[str, str] | None = None) -> Columns | None:
    """The columns of a table that begins with `head` (its first `HEAD` bytes); `None` if it is no table.

    chosen: a column map made earlier; it goes before the automatic proposal, a column that is not there is left out.
    """
    try:
        text = decode(head[: len(head) - len(head) % 4] if len(head) >= HEAD else head).text.lstrip("\ufeff")
    except Undecodable:
        return None
    lines = text.splitlines(keepends=True)
    if len(head) >= HEAD:
        lines = lines[:-1] or lines
    if lines and lines[0].strip().lower().startswith("sep="):
        lines = lines[1:]
    try:
        rows = [row for row in csv.reader(lines, delimiter=guess_delimiter("".join(lines[:50]))) if any(row)]
    except csv.Error:
        return None
    if not rows:
        return None
    names = [name.strip() for name in rows[0]]
    wanted = {field: column for field, column in (chosen or {}).items() if _there(names, column)}
    proposal = match_columns(names, wanted)
    return Columns(
        tuple(names[:MOST_COLUMNS]),
        tuple(tuple(cell[:80] for cell in row[:MOST_COLUMNS]) for row in rows[1 : ROWS + 1]),
        {field: names.index(proposal[field]) + 1 for field in FIELDS if field in proposal},
    )


def _there(names: list[str], column: str) -> bool:
    try:
        match_columns(names, {"text": column})
    except KeyError:
        return False
    return True


def called(names: Sequence[str], column: str) -> str:
    """What people call a column (``#4`` or its name): its name in the header row `names`, else its number in words."""
    if not column.startswith("#") or not column[1:].isdigit():
        return column
    number = int(column[1:])
    name = names[number - 1] if 0 < number <= len(names) else ""
    return name or gettext("column %(n)s") % {"n": digits(number)}


def head_of(digest: str, chosen: Mapping[str, str] | None = None) -> Columns | None:
    """The columns of a stored table; `None` if its bytes are gone or are no table."""
    try:
        return look(blobs.head(digest, HEAD), chosen)
    except OSError:
        return None
