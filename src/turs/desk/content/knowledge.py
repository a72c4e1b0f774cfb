"""What an agency examines with: the rules that ship with Turs, and the banks and term lists that TLP lets it see."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace

from django.db.models import Count, Max, Prefetch

from turs.examine import Context, default_context
from turs.match import Bank as BankValue
from turs.match import BankEntry as EntryValue
from turs.text import Term
from turs.text import TermList as TermListValue

from ..coalition.models import Agency
from ..coalition.policy import agency_sees
from .models import Bank, BankEntry, TermEntry, TermList

KEPT = 8
"""Contexts kept compiled in one process, the latest used."""
_kept: OrderedDict[tuple[object, ...], Context] = OrderedDict()


def context_for(agency: Agency) -> Context:
    """The context of `agency` as its banks and lists stand now. Compiled once for one state of them."""
    state = (agency.pk, *_state(agency))
    if state not in _kept:
        base = default_context()
        _kept[state] = replace(
            base, banks=(*base.banks, *banks_of(agency)), terms=(*base.terms, *lists_of(agency))
        )  # fmt: skip
    _kept.move_to_end(state)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[state]


def _state(agency: Agency) -> tuple[object, ...]:
    """Changes whenever a bank or list, or anything in one, does: entries are added, put back, withdrawn, not edited."""
    banks = Bank.objects.filter(agency_sees(agency))
    lists = TermList.objects.filter(agency_sees(agency))
    facts: list[object] = [
        *banks.order_by("pk").values_list("pk", "name", "polarity"),
        *lists.order_by("pk").values_list("pk", "name"),
    ]
    changes = Count("pk"), Max("pk"), Count("withdrawn_at"), Max("withdrawn_at"), Max("added_at")
    for entries in (BankEntry.objects.filter(bank__in=banks), TermEntry.objects.filter(list__in=lists)):
        facts += entries.aggregate(*changes).values()
    return tuple(facts)


def banks_of(agency: Agency) -> list[BankValue]:
    live = Prefetch("entries", BankEntry.objects.filter(withdrawn_at=None).order_by("id"))
    rows = Bank.objects.filter(agency_sees(agency)).prefetch_related(live).order_by("pk")
    found = []
    for row in rows:
        entries = tuple(
            EntryValue(kind=entry.kind, value=entry.value, label=entry.label, tier=entry.tier)
            for entry in row.entries.all()
        )
        found.append(BankValue(row.name, row.polarity, _version(entries), entries))
    return found


def lists_of(agency: Agency) -> list[TermListValue]:
    live = Prefetch("terms", TermEntry.objects.filter(withdrawn_at=None).order_by("id"))
    rows = TermList.objects.filter(agency_sees(agency)).prefetch_related(live).order_by("pk")
    found = []
    for row in rows:
        terms = tuple(Term(entry.text, entry.language, entry.category) for entry in row.terms.all())
        found.append(TermListValue(row.name, _version(terms), terms))
    return found


def _version(parts: tuple[object, ...]) -> str:
    """A version that changes with the contents, and only with them."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
