"""Tables of fingerprints: any delimiter, Arabic or English headers, kind and value or one column a kind.

Written: UTF-8 with a byte order mark, so that spreadsheets show Arabic, and every cell that a spreadsheet would take
for a formula begins with an apostrophe, which reading takes off again (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final

from turs.formats import limits
from turs.formats.reading import Read, Refused, reader, text_of
from turs.formats.record import COLUMNS, Columns, kind_of, read_record, write_record
from turs.formats.signal import Problem, Signal, shown

DELIMITERS: Final = (",", ";", "\t", "|")
_FORMULA: Final = re.compile(r"['=+\-@\t\r]")
_APOSTROPHE: Final = re.compile(r"'(?=['=+\-@\t\r])")


@reader(limits.FILE_BYTES)
def read(data: bytes, kind: str) -> Read:
    """Signals of a table. kind: what rows hold that do not say it; a table without a header is a list of values."""
    text, guessed = text_of(data)
    if guessed:
        yield Problem("encoding_guessed")
    delimiter = delimiter_of(text)
    rows = rows_of(text, delimiter)
    first_line, header = next(((line, cells) for line, cells in rows if cells and any(map(str.strip, cells))), (0, []))
    if len(header) > limits.COLUMNS:
        raise Refused("columns", f"{len(header)} columns", line=first_line)
    columns = Columns(header)
    if not columns.known:
        if not _listlike(header, kind):
            raise Refused("no_columns", delimiter.join(header), line=first_line)
        header, columns = ["value"], Columns(["value"])
        rows = rows_of(text, delimiter)
    elif columns.unused:
        yield Problem("column_unused", first_line, excerpt=shown(", ".join(columns.unused)))
    for line, cells in rows:
        if cells is None:
            yield Problem("quote", line)
        elif len(cells) > len(header) and any(map(str.strip, cells[len(header) :])):
            yield Problem("columns", line, excerpt=shown(delimiter.join(cells)))
        elif any(map(str.strip, cells)):
            yield from read_record(dict(zip(header, cells, strict=False)), columns, kind, line=line)


def _listlike(cells: list[str], kind: str) -> bool:
    """True for the first row of a file that is one value a line, without a header."""
    if len(cells) != 1 or not cells[0].strip():
        return False
    digest = re.fullmatch(r"[0-9a-fA-F]{64}", cells[0].strip())
    return bool(kind) or kind_of("", cells[0])[1] == "" or digest is not None


def delimiter_of(text: str) -> str:
    """The delimiter that splits the header into the most fields that are known, else into the most fields."""
    head = text[:65_536]

    def worth(delimiter: str) -> tuple[int, int]:
        cells = header_of(head, delimiter)
        columns = Columns(cells)
        return (len(columns.fields) + len(columns.kinds), len(cells))

    return max(DELIMITERS, key=worth)


def header_of(head: str, delimiter: str) -> list[str]:
    """The first row of a text, no longer than `limits.COLUMNS`; nothing where it cannot be split."""
    try:
        return next(csv.reader(io.StringIO(head), delimiter=delimiter), [])[: limits.COLUMNS]
    except csv.Error:
        return []


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(line, cells) of every row; apostrophes that guard against formulas are off.

    The cells are `None` for a line whose quotation marks do not fit; the next line is read as a row of its own, so that
    one open quotation mark does not swallow the rest of the file.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    lines = list(io.StringIO(text, newline=""))
    start = 0
    while start < len(lines):
        rows = csv.reader(itertools.islice(lines, start, None), delimiter=delimiter, strict=True)
        here = start
        try:
            for cells in rows:
                yield here + 1, [_APOSTROPHE.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in cells]
                here = start + rows.line_num
            return
        except csv.Error:
            yield here + 1, None
            start = here + 1


def write(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """A table of every field that some signal uses. It carries everything, so that nothing ever goes to `problems`.

    checkpoint: of signals that have none.
    """
    records = [write_record(signal) for signal in signals]
    if checkpoint:
        records = [{**record, "checkpoint": record.get("checkpoint", checkpoint)} for record in records]
    used = [name for name in COLUMNS if name in ("kind", "value") or any(name in record for record in records)]
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(used)
    for record in records:
        table.writerow([_cell(record.get(name, "")) for name in used])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _cell(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        plain = ";".join(value)
        text = plain if plain.split(";") == value and not re.search("[|؛،,]|^\\[", plain) else _json(value)
    elif isinstance(value, (list, dict)):
        text = _json(value)
    else:
        text = "yes" if value is True else str(value)
    return guarded(text)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def sniff(head: str) -> bool:
    """True for text that begins with a header of known columns, or with one bare value."""
    columns = header_of(head, delimiter_of(head))
    found = Columns(columns)
    bare = len(columns) == 1 and kind_of("", columns[0])[1] == ""
    return ("value" in found.fields and len(columns) > 1) or bool(found.kinds) or bare
