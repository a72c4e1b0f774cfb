"""Where fingerprints were seen: written with every examination, read by counts, statistics and the flood guard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from turs.examine import Examination

from ..ledger.services import record
from . import flood
from .models import BankEntry, Posting, Sighting

_TOGETHER = 500


def keep(sender: Any, rows: Sequence[tuple[Posting, Examination]], again: bool = False, **_rest: Any) -> None:
    """Write what an examination recognised, in its transaction, and question what floods."""
    if again:
        Sighting.objects.filter(posting__in=[row.pk for row, _seen in rows]).delete()
    made: dict[tuple[int, Any], Sighting] = {}
    for row, seen in rows:
        for match in seen.matches:
            if match.entry.id is not None:
                made.setdefault((match.entry.id, row.pk), Sighting(
                    entry_id=match.entry.id, posting=row, source_id=row.source_id,
                    at=row.published_at or row.created_at, distance=match.distance, score=match.score,
                ))  # fmt: skip
    if made:
        Sighting.objects.bulk_create(made.values(), batch_size=_TOGETHER, ignore_conflicts=True)
        guard({sighting.entry_id: sighting.at for sighting in sorted(made.values(), key=lambda one: one.at)})


def guard(latest: dict[int, datetime]) -> list[BankEntry]:
    """Quarantine the entries that flood; `latest`: entry to the time of its newest sighting. Those questioned."""
    questioned = []
    rows = BankEntry.objects.filter(pk__in=latest, quarantined_at=None, withdrawn_at=None).select_related("bank")
    counts = {entry.pk: sources_by_window(entry, latest[entry.pk]) for entry in rows}
    for entry in rows:
        now, *before = counts[entry.pk]
        limit = max(entry.bank.flood, 2 * int(entry.flood.get("accepted", 0)))
        if flood.floods(now, before, limit):
            facts = {"sources": now, "usual": sorted(before)[len(before) // 2], "limit": limit}
            entry.quarantined_at, entry.flood = timezone.now(), {**entry.flood, **facts}
            act = record(None, "bank.entry_quarantined", entry.bank, bank=entry.bank.name, entry=entry.pk,
                         kind=entry.kind, digest=entry.digest, **facts)  # fmt: skip
            entry.seq = act.seq
            entry.save(update_fields=["quarantined_at", "flood", "seq"])
            questioned.append(entry)
    return questioned


def sources_by_window(entry: BankEntry, until: datetime) -> list[int]:
    """Distinct sources in the window that ends at `until` and in each of the `flood.BEFORE` windows before it."""
    begins = until - (flood.BEFORE + 1) * flood.WINDOW
    seen = Sighting.objects.filter(entry=entry, at__gt=begins, at__lte=until).values_list("source", "at").distinct()
    sources: defaultdict[int, set[Any]] = defaultdict(set)
    for source, at in seen.iterator(2000):
        sources[int((until - at) / flood.WINDOW)].add(source)
    return [len(sources[window]) for window in range(flood.BEFORE + 1)]
