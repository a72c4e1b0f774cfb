"""How entries are chained and what a sound chain is. No database here.

The idea is that of hash-linked time-stamping (Haber and Stornetta 1991): each hash covers the entry and the
hash before it, so one changed byte breaks the chain at that entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""


class Row(NamedTuple):
    """One ledger entry as it stands in the database, in the order in which it is hashed."""

    seq: int
    at: str
    actor: str
    agency: str
    verb: str
    object_type: str
    object_id: str
    chain: str
    detail: str
    prev: str
    hash: str


@dataclass(frozen=True)
class Fault:
    """What is wrong, and at which entry."""

    seq: int
    code: str
    text: str


_SORTED = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
_IN_ORDER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Made once: an import writes thousands of entries."""


def canonical(detail: Mapping[str, Any]) -> str:
    """`detail` as JSON with sorted keys and no spaces (after RFC 8785): one value, one string."""
    return _SORTED.encode(detail)


def digest(row: Row) -> str:
    """SHA-256 over the entry's fields, the previous hash included, the own hash left out; hex."""
    return hashlib.sha256(canonical_row(row).encode("utf-8", "surrogatepass")).hexdigest()


def canonical_row(row: Row) -> str:
    return _IN_ORDER.encode(list(row[:-1]))


def check(rows: Iterable[Row]) -> Iterator[Fault]:
    """Faults of a chain, in order: a gap, a broken link, an entry that is not what was hashed."""
    previous, expected = GENESIS, 1
    for row in rows:
        if row.seq != expected:
            yield Fault(row.seq, "gap", f"entry {expected} is missing before entry {row.seq}")
        elif row.prev != previous:
            yield Fault(row.seq, "link", f"entry {row.seq} does not follow from entry {row.seq - 1}")
        if digest(row) != row.hash:
            yield Fault(row.seq, "content", f"entry {row.seq} was changed after it was written")
        previous, expected = row.hash, row.seq + 1
