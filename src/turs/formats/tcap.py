"""The alert table of the Terrorist Content Analytics Platform (Tech Against Terrorism; field guide 1.8 and 1.11).

Columns: ID, Description, URL, Domain, Created On (month/day/year), Content Data Type, Extreme Content, PII, Protocol,
the platform, and name, type and ideology of the group. A url may stand without the scheme, which ``Protocol`` gives.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from turs.formats import limits
from turs.formats.csv_ import guarded, header_of, rows_of
from turs.formats.reading import Read, Refused, emit, reader, refuse, text_of
from turs.formats.signal import Problem, Signal, shown

OWNER: Final = "Tech Against Terrorism"
HEADER: Final = (
    "ID", "Description", "URL", "Domain", "Created On", "Content Data Type", "Extreme Content", "PII", "Protocol",
    "Tech Platform → Name", "Terrorist Group → Name", "Terrorist Group → Entity Type", "Terrorist Group → Ideology",
)  # fmt: skip
_EXTRA: Final = {"extreme content": "extreme_content", "pii": "pii", "pi i": "pii", "content data type": "content_type"}


def _neat(name: str) -> str:
    """``Core Terrorist Group - Terrorist Group Fk → Name`` is ``terrorist group → name``, as in other exports."""
    name = " ".join(name.strip().lower().split())
    for group in ("terrorist group", "tech platform"):
        if group in name and "→" in name:
            return f"{group} → {name.rsplit('→', 1)[1].strip()}"
    return name


@reader(limits.FILE_BYTES)
def read(data: bytes, kind: str) -> Read:
    """The address of every alert. labels: the group. source: the platform it was seen on."""
    text, guessed = text_of(data)
    if guessed:
        yield Problem("encoding_guessed")
    header: list[str] = []
    for line, cells in rows_of(text.lstrip("\ufeff"), ","):
        if cells is None:
            yield Problem("quote", line)
        elif not header:
            header = [_neat(name) for name in cells]
            if "url" not in header:
                raise Refused("no_columns", ",".join(cells), line=line)
        elif len(cells) > len(header):
            yield Problem("columns", line, excerpt=shown(",".join(cells)))
        elif any(cell.strip() for cell in cells):
            yield from _alert(dict(zip(header, cells, strict=False)), line)


def _alert(row: dict[str, str], line: int) -> Read:
    address = row.get("url", "").strip()
    if "://" not in address[:12] and address:
        address = f"{row.get('protocol', '').strip() or 'https://'}{address}"
    created = row.get("created on", "").strip()
    at: object = created
    for shape in ("%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%y", "%m/%d/%Y"):
        try:
            at = datetime.strptime(created, shape).replace(tzinfo=UTC)
            break
        except ValueError:
            continue
    yield from emit({
        "kind": "url", "value": address, "labels": [row.get("terrorist group → name", "")], "owner": OWNER,
        "source": row.get("tech platform → name", ""), "first_seen": at, "note": row.get("description", ""),
        "id": row.get("id", ""),
        "extra": {"ideology": row.get("terrorist group → ideology", ""),
                  "entity_type": row.get("terrorist group → entity type", ""),
                  **{ours: row.get(name, "") for name, ours in _EXTRA.items() if row.get(name)}},
    }, line=line, excerpt=address)  # fmt: skip


def write(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """A table of alerts. It carries addresses only, and no withdrawal."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(HEADER)
    for number, signal in enumerate(signals):
        if signal.kind != "url":
            refuse("cannot_carry_kind", number, signal, problems)
            continue
        if signal.deleted:
            refuse("cannot_carry_tombstone", number, signal, problems)
            continue
        scheme, _, rest = signal.value.partition("://")
        domain = rest.split("/", 1)[0]
        created = f"{signal.first_seen:%m/%d/%Y %H:%M:%S}" if signal.first_seen else ""
        extra = signal.extra
        cells = (signal.id, signal.note, rest, domain, created, extra.get("content_type", "URL"),
                 extra.get("extreme_content", ""), extra.get("pii", ""), f"{scheme}://", signal.source,
                 signal.labels[0] if signal.labels else "", extra.get("entity_type", ""),
                 extra.get("ideology", ""))  # fmt: skip
        table.writerow([guarded(cell) for cell in cells])
    return out.getvalue().encode("utf-8")


def sniff(head: str) -> bool:
    """True for the header of such a table."""
    first = [_neat(name) for name in header_of(head, ",")]
    return {"url", "terrorist group → name"} <= set(first)
