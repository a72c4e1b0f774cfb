"""The one way to write the ledger, and the way to prove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from .models import Entry
from .rules import GENESIS, Fault, Row, canonical, check, digest

_LOCK = 7_463_001
"""PostgreSQL advisory lock: one writer at a time keeps the chain a chain."""


_INSERT = "INSERT INTO ledger_entry ({}) VALUES ({})".format(
    ", ".join(Row._fields), ", ".join(["%s"] * len(Row._fields))
)  # fmt: skip
"""One statement for many rows: an import writes thousands of entries, each of them plain text and a number."""


@dataclass(frozen=True)
class Act:
    """What is to be recorded: the act, its object, its facts, and the posting (`chain`) that it is about, if any."""

    verb: str
    object_type: str
    object_id: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    chain: str = ""


@dataclass(frozen=True)
class Verification:
    """Outcome of reading the whole chain. `head` is ``seq:hash`` of its last entry: keep it elsewhere."""

    entries: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


def record(actor: Any, verb: str, obj: Any, *, chain: Any = "", **detail: Any) -> Row:
    """Record one act of `actor` (a user, or ``None`` for the system) on `obj` (a model instance).

    chain: id of the posting that the act is about.
    """
    return record_many(actor, [Act(verb, obj._meta.model_name, str(obj.pk), detail, str(chain))])[-1]


def record_many(actor: Any, acts: Iterable[Act]) -> list[Row]:
    """Record several acts in order, in the transaction of the write that they describe; the entries as they stand.

    Raises `RuntimeError` outside a transaction: an act and its record stand or fall together.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the ledger is written inside the transaction of the act it records")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Entry.objects.order_by("-seq").values_list("seq", "hash").first() or (0, GENESIS)
    seq, previous = last
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    name, agency = _who(actor)
    chained = []
    for act in acts:
        seq += 1
        row = Row(seq, at, name, agency, act.verb, act.object_type, act.object_id, act.chain,
                  canonical(act.detail), previous, "")  # fmt: skip
        previous = digest(row)
        chained.append(row._replace(hash=previous))
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, chained)
    return chained


def _who(actor: Any) -> tuple[str, str]:
    if actor is None:
        return "system", ""
    agency = getattr(actor, "agency", None) or getattr(actor, "partner", None)
    return actor.get_username(), agency.key if agency else ""


def rows() -> Iterator[Row]:
    """All entries in order, as they stand, a few at a time."""
    with transaction.atomic():
        for values in Entry.objects.order_by("seq").values_list(*Row._fields).iterator(2000):
            yield Row(*values)


def verify(expected_head: str = "") -> Verification:
    """Read the chain from its first entry and report every fault.

    expected_head: a ``seq:hash`` noted earlier; finds entries cut off at the end, which a chain alone cannot show.
    """
    count, head, seen = 0, "", {}
    wanted = expected_head.partition(":")

    def watched() -> Iterator[Row]:
        nonlocal count, head
        for row in rows():
            count, head = count + 1, f"{row.seq}:{row.hash}"
            if expected_head and str(row.seq) == wanted[0]:
                seen["hash"] = row.hash
            yield row

    faults = list(check(watched()))
    if expected_head and seen.get("hash") != wanted[2]:
        at = int(wanted[0]) if wanted[0].isdigit() else 0
        faults.append(Fault(at, "head", f"the noted head {expected_head[:24]}… is not in this ledger"))
    return Verification(count, head, tuple(faults))
