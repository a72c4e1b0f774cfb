"""The hash list of Tech Against Terrorism, version 2 (field guide 1.8), in pages with a checkpoint.

``{count, next, previous, checkpoint: "<seconds>,<id>", results: [{hash_digest, algorithm, ideology, file_type, deleted,
updated_on, created_on, id}]}``. A result with ``deleted`` is a tombstone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from turs.formats import limits
from turs.formats.reading import Read, Refused, dumps, emit, json_of, last, reader, refuse, table_of, word_of
from turs.formats.record import kind_of
from turs.formats.signal import Problem, Signal, shown

OWNER: Final = "Tech Against Terrorism"
ALGORITHMS: Final = {"pdq": "PDQ", "md5": "MD5"}
IDEOLOGIES: Final = ("islamist", "far-right")


@reader(limits.TREE_BYTES)
def read(data: bytes, kind: str) -> Read:
    """Signals of one page; each carries the checkpoint of the page."""
    document = json_of(data)
    rows = document if isinstance(document, list) else table_of(document).get("results")
    if not isinstance(rows, list):
        raise Refused("not_this_format", "no list named results")
    checkpoint = word_of(table_of(document).get("checkpoint"))
    for index, row in enumerate(rows):
        place = f"results[{index}]"
        if not isinstance(row, dict):
            yield Problem("bad_record", 0, place, shown(row))
            continue
        digest, algorithm = word_of(row.get("hash_digest")), word_of(row.get("algorithm"))
        deleted, id = row.get("deleted") is True, word_of(row.get("id"))
        found, code = kind_of(algorithm, digest)
        if code and not (deleted and id):
            yield Problem(code, 0, place, shown(f"{algorithm} {digest}"))
            continue
        fields: dict[str, Any] = {
            "kind": found, "value": digest, "labels": [word_of(row.get("ideology"))], "owner": OWNER,
            "first_seen": row.get("created_on"), "updated_at": row.get("updated_on"), "deleted": deleted, "id": id,
            "checkpoint": checkpoint, "extra": {"file_type": word_of(row.get("file_type"))},
        }  # fmt: skip
        made = list(emit(fields, place=place, excerpt=f"{algorithm} {digest}"))
        if deleted and id and not any(isinstance(item, Signal) for item in made):
            # A withdrawal counts even where its digest is not sound: the id names what is withdrawn.
            made += emit({**fields, "kind": "", "value": ""}, place=place)
        yield from made


def write(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """One page. It carries PDQ and MD5 only."""
    given = list(signals)
    rows = []
    for number, signal in enumerate(given):
        if signal.kind not in ALGORITHMS and not (signal.deleted and not signal.kind):
            refuse("cannot_carry_kind", number, signal, problems)
            continue
        rows.append({
            "hash_digest": signal.value, "algorithm": ALGORITHMS.get(signal.kind, ""),
            "ideology": next((label for label in signal.labels if label in IDEOLOGIES), ""),
            "file_type": signal.extra.get("file_type", ""), "deleted": signal.deleted,
            "updated_on": signal.updated_at.timestamp() if signal.updated_at else None,
            "created_on": signal.first_seen.replace(tzinfo=None).isoformat() if signal.first_seen else None,
            "id": int(signal.id) if signal.id.isdigit() else signal.id or None,
        })  # fmt: skip
    mark = checkpoint or last(signal.checkpoint for signal in given)
    return dumps({"count": len(rows), "next": None, "previous": None, "checkpoint": mark, "results": rows})


def checkpoint(data: bytes) -> str:
    """The checkpoint of a page, also of one without results; "" where there is none."""
    try:
        return word_of(table_of(json_of(data)).get("checkpoint"))
    except Refused:
        return ""


def sniff(head: str) -> bool:
    """True for a page of the hash list."""
    page = re.search('"checkpoint"\\s*:', head) and re.search('"results"\\s*:\\s*\\[', head)
    return head[:1] in ("{", "[") and bool(page or re.search('"hash_digest"\\s*:', head))
