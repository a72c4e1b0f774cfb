"""Which postings a bank or a term list found, as their latest examinations recorded it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from .models import Bank, BankEntry, Examination, Posting, Sighting, TermEntry, TermList

Key = tuple[str, str, str]
"""List name, category, term."""


@dataclass(frozen=True)
class Tally:
    """How many postings were found, by primary key of the bank, bank entry, term list or term."""

    banks: Counter[uuid.UUID] = field(default_factory=Counter)
    entries: Counter[int] = field(default_factory=Counter)
    lists: Counter[uuid.UUID] = field(default_factory=Counter)
    terms: Counter[int] = field(default_factory=Counter)


def matching(
    rows: QuerySet[Posting],
    *,
    bank: Bank | None = None,
    entry: BankEntry | None = None,
    terms: TermList | None = None,
    term: TermEntry | None = None,
) -> QuerySet[Posting]:
    """Those of `rows` that a bank, one of its entries, a term list or one of its terms found (all that are given)."""
    if entry:
        rows = rows.filter(pk__in=Sighting.objects.filter(entry=entry).values("posting"))
    if bank:
        rows = rows.filter(pk__in=Sighting.objects.filter(entry__bank=bank).values("posting"))
    if terms or term:
        wanted = _term_keys([term]) if term else _term_keys(terms.terms.select_related("list"))  # type: ignore[union-attr]
        rows = rows.filter(pk__in=_postings(_term_findings(rows), wanted))
    return rows


def tally_banks(rows: QuerySet[Posting], banks: Iterable[Bank]) -> Tally:
    """How many of `rows` each bank and each of its entries found."""
    seen = Sighting.objects.filter(posting__in=rows.order_by().values("pk"), entry__bank__in=list(banks)).order_by()
    entries = seen.values_list("entry").annotate(n=Count("posting", distinct=True))
    return Tally(
        banks=Counter(dict(seen.values_list("entry__bank").annotate(n=Count("posting", distinct=True)))),
        entries=Counter(dict(entries)),
    )


def tally_lists(rows: QuerySet[Posting], lists: Iterable[TermList]) -> Tally:
    """How many of `rows` each term list and each of its terms found."""
    tally = Tally()
    wanted = _term_keys(TermEntry.objects.filter(list__in=list(lists)).select_related("list"))
    _count(_term_findings(rows), wanted, tally.terms, tally.lists)
    return tally


def _term_keys(terms: Iterable[TermEntry]) -> dict[Key, list[tuple[int, uuid.UUID]]]:
    keys: dict[Key, list[tuple[int, uuid.UUID]]] = {}
    for term in terms:
        keys.setdefault((term.list.name, term.category or "term", term.text), []).append((term.pk, term.list_id))
    return keys


def _count(
    found: Iterator[tuple[uuid.UUID, set[Key]]],
    wanted: Mapping[Key, list[tuple[int, uuid.UUID]]],
    parts: Counter[int],
    wholes: Counter[uuid.UUID],
) -> None:
    for _posting, keys in found:
        hits = {hit for key in keys for hit in wanted.get(key, ())}
        parts.update(part for part, _whole in hits)
        wholes.update({whole for _part, whole in hits})


def _postings(found: Iterator[tuple[uuid.UUID, set[Key]]], wanted: Mapping[Key, Any]) -> list[uuid.UUID]:
    return [posting for posting, keys in found if not keys.isdisjoint(wanted)]


def _latest(rows: QuerySet[Posting]) -> QuerySet[Examination]:
    """The latest examination of every posting of `rows`."""
    last = Examination.objects.filter(posting=OuterRef("pk")).order_by("-at").values("pk")[:1]
    return Examination.objects.filter(pk__in=rows.order_by().values(last=Subquery(last))).order_by()


def _term_findings(rows: QuerySet[Posting]) -> Iterator[tuple[uuid.UUID, set[Key]]]:
    found = _latest(rows).filter(result__findings__icontains='"term"').values_list("posting_id", "result__findings")
    for posting, findings in found.iterator(500):
        yield posting, {_term_key(finding) for finding in _rows(findings) if finding.get("kind") == "term"}


def _term_key(finding: Mapping[str, Any]) -> Key:
    """List, category and term of a finding of a term."""
    name = str(finding.get("version", "")).rpartition("/")[0]
    return name, str(finding.get("label")), str(finding.get("subject"))


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
