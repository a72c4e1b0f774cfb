"""What an agency examines with: the rules that ship with Turs, and the banks and term lists that TLP lets it see.

Banks of all agencies stand in one index in each process. A change is an entry of the ledger, and carries its number:
every process asks for the numbers it has not seen, and changes those entries alone.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable

from django.db.models import Count, Max, Prefetch, Q
from django.utils import timezone

from turs import match
from turs.examine import Context, default_context
from turs.text import Term, TermScanner
from turs.text import TermList as TermListValue

from ..coalition.models import Agency
from ..coalition.policy import agency_sees
from .flood import KEEPS_MATCHING
from .models import Bank, BankEntry, TermEntry, TermList

KEPT = 8
"""Contexts and compiled term lists kept in one process, the latest used."""
WASTE, LEAST_WASTE = 0.25, 1000
"""Share and number of removed entries from which the index is made anew."""
TOGETHER = 5000
"""Entries read and indexed at a time."""


class Live:
    """The banks of all agencies in this process, as they were at the ledger entry `seq`."""

    def __init__(self) -> None:
        self.index = match.BankIndex()
        self.seq = 0
        self.checked = timezone.now()
        self._asked = 0.0
        self._updating = threading.Lock()

    def refresh(self, patience: float = 0.0) -> match.BankIndex:
        """The index with every change that is committed by now, or was `patience` seconds ago."""
        if patience and time.monotonic() - self._asked < patience:
            return self.index
        with self._updating:
            self._asked = time.monotonic()
            newest = max(model.objects.aggregate(n=Max("seq"))["n"] or 0 for model in (Bank, BankEntry))
            now = timezone.now()
            ended = Q(hold_until__gt=self.checked, hold_until__lte=now)
            if newest < self.seq:  # another database, or one brought back from a copy
                self.index, self.seq = match.BankIndex(), 0
            changed = Q(seq__gt=self.seq, seq__lte=newest) | ended
            for bank in Bank.objects.filter(seq__gt=self.seq, seq__lte=newest).order_by("seq", "pk"):
                self._put(bank)
            self._apply(BankEntry.objects.filter(changed).order_by("id").iterator(TOGETHER))
            self.seq, self.checked = newest, now
            if self.index.waste > WASTE and self.index.gone > LEAST_WASTE:
                self.index = self.index.compacted()
            return self.index

    def _put(self, bank: Bank) -> None:
        key = str(bank.pk)
        was = key in self.index
        if not bank.active:
            if was:
                self.index.drop(key)
            return
        self.index.put(bank_value(bank))
        if not was and self.seq:  # at the start every entry is read anyway
            self._apply(bank.entries.order_by("id").iterator(TOGETHER))

    def _apply(self, rows: Iterable[BankEntry]) -> None:
        added: dict[str, list[match.BankEntry]] = {}
        gone: list[int] = []
        for row in rows:
            key = str(row.bank_id)
            if key in self.index and matches(row):
                added.setdefault(key, []).append(entry_value(row))
            else:
                gone.append(row.pk)
            if len(gone) + sum(map(len, added.values())) >= TOGETHER:
                self._change(added, gone)
                added, gone = {}, []
        self._change(added, gone)

    def _change(self, added: dict[str, list[match.BankEntry]], gone: list[int]) -> None:
        self.index.remove(gone)
        for key, entries in added.items():
            self.index.add(key, entries)


live = Live()
_contexts: OrderedDict[tuple[object, ...], Context] = OrderedDict()
_scanners: OrderedDict[tuple[object, ...], TermScanner] = OrderedDict()


def forget() -> None:
    """Start again from the database, as a new process does."""
    global live
    live = Live()
    _contexts.clear()
    _scanners.clear()


def banks_for(agency: Agency, patience: float = 0.0) -> match.BankSet:
    """What the banks that `agency` sees hold; at most `patience` seconds old."""
    index = live.refresh(patience)
    seen = Bank.objects.filter(agency_sees(agency), active=True).values_list("pk", flat=True)
    return index.view(str(pk) for pk in seen)


def context_for(agency: Agency) -> Context:
    """The context of `agency` as its banks and lists stand now. Compiled once for one state of them."""
    banks = banks_for(agency)
    lists = (agency.pk, *_state_of_lists(agency))
    key = (banks.version, *lists)
    if key not in _contexts:
        if lists not in _scanners:
            _scanners[lists] = TermScanner((*default_context().scanner.lists, *lists_of(agency)))
        _contexts[key] = Context(banks, _scanners[lists])
    for kept, used in ((_contexts, key), (_scanners, lists)):
        if used in kept:
            kept.move_to_end(used)  # type: ignore[attr-defined]
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return _contexts[key]


def matches(row: BankEntry) -> bool:
    """Whether an entry is looked for now: not withdrawn, not held back, not in quarantine (see `KEEPS_MATCHING`)."""
    held = row.hold_until is not None and row.hold_until > timezone.now()
    quarantined = row.quarantined_at is not None and row.tier not in KEEPS_MATCHING
    return not (row.withdrawn_at or held or quarantined)


def bank_value(row: Bank) -> match.Bank:
    """A bank as the library knows it, without entries."""
    return match.Bank(
        row.name, row.polarity, key=str(row.pk), distance=row.distance, containment=row.containment / 100,
        video=float(row.video),
    )  # type: ignore[arg-type]  # fmt: skip


def entry_value(row: BankEntry) -> match.BankEntry:
    """An entry as the library knows it."""
    return match.BankEntry(
        row.kind, row.value, row.label, row.tier, quality=row.quality, id=row.pk, labels=tuple(row.labels),
        producer=row.producer, disputed=row.disputed,
    )  # type: ignore[arg-type]  # fmt: skip


def _state_of_lists(agency: Agency) -> tuple[object, ...]:
    """Changes whenever a list, or anything in one, does: terms are added, put back, withdrawn, not edited."""
    lists = TermList.objects.filter(agency_sees(agency))
    changes = Count("pk"), Max("pk"), Count("withdrawn_at"), Max("withdrawn_at"), Max("added_at")
    return (*lists.order_by("pk").values_list("pk", "name"),
            *TermEntry.objects.filter(list__in=lists).aggregate(*changes).values())  # fmt: skip


def lists_of(agency: Agency) -> list[TermListValue]:
    live_terms = Prefetch("terms", TermEntry.objects.filter(withdrawn_at=None).order_by("id"))
    rows = TermList.objects.filter(agency_sees(agency)).prefetch_related(live_terms).order_by("pk")
    found = []
    for row in rows:
        terms = tuple(
            Term(entry.text, entry.language, entry.category, suppress=tuple(entry.suppress))
            for entry in row.terms.all()
        )
        found.append(TermListValue(row.name, _version(terms), terms))
    return found


def _version(parts: tuple[object, ...]) -> str:
    """A version that changes with the contents, and only with them."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
