"""Which postings a bank or a term list found, as their latest examinations recorded it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from .models import Bank, BankEntry, Examination, Posting, TermEntry, TermList

Key = tuple[str, str, str]
"""Bank name, kind, value; or list name, category, term."""


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
    if bank or entry:
        wanted = _entry_keys([entry]) if entry else _entry_keys(bank.entries.select_related("bank"))  # type: ignore[union-attr]
        rows = rows.filter(pk__in=_postings(_matches(rows), wanted))
    if terms or term:
        wanted = _term_keys([term]) if term else _term_keys(terms.terms.select_related("list"))  # type: ignore[union-attr]
        rows = rows.filter(pk__in=_postings(_term_findings(rows), wanted))
    return rows


def tally_banks(rows: QuerySet[Posting], banks: Iterable[Bank]) -> Tally:
    """How many of `rows` each bank and each of its entries found."""
    tally = Tally()
    wanted = _entry_keys(BankEntry.objects.filter(bank__in=list(banks)).select_related("bank"))
    _count(_matches(rows), wanted, tally.entries, tally.banks)
    return tally


def tally_lists(rows: QuerySet[Posting], lists: Iterable[TermList]) -> Tally:
    """How many of `rows` each term list and each of its terms found."""
    tally = Tally()
    wanted = _term_keys(TermEntry.objects.filter(list__in=list(lists)).select_related("list"))
    _count(_term_findings(rows), wanted, tally.terms, tally.lists)
    return tally


def _entry_keys(entries: Iterable[BankEntry]) -> dict[Key, list[tuple[int, uuid.UUID]]]:
    keys: dict[Key, list[tuple[int, uuid.UUID]]] = {}
    for entry in entries:
        keys.setdefault((entry.bank.name, entry.kind, entry.value), []).append((entry.pk, entry.bank_id))
    return keys


def _term_keys(terms: Iterable[TermEntry]) -> dict[Key, list[tuple[int, uuid.UUID]]]:
    keys: dict[Key, list[tuple[int, uuid.UUID]]] = {}
    for term in terms:
        keys.setdefault((term.list.name, term.category, term.text), []).append((term.pk, term.list_id))
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


def _matches(rows: QuerySet[Posting]) -> Iterator[tuple[uuid.UUID, set[Key]]]:
    found = _latest(rows).exclude(result__matches=[]).values_list("posting_id", "result__matches")
    for posting, matches in found.iterator(500):
        yield posting, {
            (str(match.get("bank")), str(match.get("kind")), str(match.get("value"))) for match in _rows(matches)
        }


def _term_findings(rows: QuerySet[Posting]) -> Iterator[tuple[uuid.UUID, set[Key]]]:
    found = _latest(rows).filter(result__findings__icontains='"term"').values_list("posting_id", "result__findings")
    for posting, findings in found.iterator(500):
        keys = {_term_key(finding) for finding in _rows(findings) if finding.get("kind") == "term"}
        yield posting, {key for key in keys if key}


def _term_key(finding: Mapping[str, Any]) -> Key | None:
    """List, category and term of a finding; the term stands in its English reason: “term” of the list “name” occurs."""
    reason = finding.get("reason")
    words = reason.get("en", "") if isinstance(reason, Mapping) else ""
    name = str(finding.get("version", "")).rpartition("/")[0]
    term, mark, _rest = words.removeprefix("“").rpartition(f"” of the list “{name}” occurs")
    return (name, str(finding.get("label")), term) if mark else None


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
