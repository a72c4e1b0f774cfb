"""The verbs of content that people do by hand: run again, sources, banks, term lists. Every write is in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from turs.text import Term, TermScanner
from turs.text import TermList as TermListValue

from ..coalition.models import User
from ..coalition.policy import Policy
from ..coalition.rules import CURATE, IMPORT
from ..ledger.services import record
from . import tasks
from .fingerprints import Unusable, fingerprints
from .intake import Refused, storable
from .models import Bank, BankEntry, Import, Source, TermEntry, TermList
from .vocabulary import ImportState, LawfulBasis

MIN_REASON = 10
"""Characters of a reason: enough for a sentence, too many for a dot."""


# --- imports ---------------------------------------------------------------------------------------
@transaction.atomic
def repeat_import(user: User, work: Import, options: Mapping[str, Any] | None = None) -> Import:
    """Queue an import again, with other reader options if given. What is there already stays and is not added twice."""
    policy = Policy(user)
    policy.require(IMPORT)
    rows = policy.rows(Import, own=True).select_for_update(of=("self",))
    work = policy.get(Import, own=True, queryset=rows, pk=work.pk)
    if options is not None:
        work.options = dict(options)
    # Until the worker begins, `started_at` is when the run was asked for.
    work.state, work.error, work.started_at, work.finished_at = ImportState.QUEUED, "", timezone.now(), None
    work.bytes_read = work.added = work.known = work.rejected = 0
    work.save()
    record(user, "import.repeated", work, **({"options": work.options} if options is not None else {}))
    return work


# --- sources ---------------------------------------------------------------------------------------
@transaction.atomic
def change_source(user: User, source: Source, **fields: str) -> Source:
    """Change producer, lawful basis, authority or note of a source.

    Raises `Unusable` for a closed place without the reference of its authority (guide, safeguard G2).
    """
    policy = Policy(user)
    policy.require(IMPORT)
    source = policy.get(Source, own=True, pk=source.pk)
    before = {name: getattr(source, name) for name in fields}
    for name, value in fields.items():
        setattr(source, name, storable(value).strip())
    if source.lawful_basis == LawfulBasis.AUTHORISED and not source.authority:
        raise Unusable("authority", _("A closed place needs the reference of the lawful authority."))
    changed = {name: [before[name], getattr(source, name)] for name in fields if before[name] != getattr(source, name)}
    if changed:
        source.save(update_fields=list(changed))
        record(user, "source.changed", source, name=source.name, changed=changed)
    return source


# --- banks -----------------------------------------------------------------------------------------
@transaction.atomic
def add_bank(user: User, name: str, *, polarity: str, tlp: str, note: str = "") -> Bank:
    """A new bank of the user's agency."""
    name = _own_name(user, Bank, name)
    bank = Bank.objects.create(
        agency=user.agency, created_by=user, tlp=tlp, name=name, polarity=polarity, note=storable(note).strip()
    )
    record(user, "bank.added", bank, name=name, polarity=polarity, tlp=tlp)
    return bank


@transaction.atomic
def add_bank_entry(
    user: User, bank: Bank, kind: str, value: str = "", *, data: bytes = b"", label: str = "", tier: str, reason: str
) -> list[BankEntry]:
    """Add what was given (see `fingerprints`) to a bank; the entries that are new or back again.

    A withdrawn entry is a tombstone: given again, it is put back and the ledger says so.
    """
    bank = _curated(user, Bank, bank)
    reason = _reason(reason)
    entries = []
    for of_kind, mark in fingerprints(kind, value, data):
        entry = bank.entries.filter(kind=of_kind, value=mark).first()
        if entry and not entry.withdrawn_at:
            continue
        verb = "bank.entry_restored" if entry else "bank.entry_added"
        entry = entry or BankEntry(bank=bank, kind=of_kind, value=mark)
        entry.label, entry.tier, entry.withdrawn_at = storable(label).strip()[:200], tier, None
        entry.added_by, entry.added_at = user, timezone.now()
        entry.save()
        record(user, verb, bank, bank=bank.name, entry=entry.pk, kind=of_kind, value=mark, tier=tier, reason=reason)
        entries.append(entry)
    if not entries:
        raise Unusable("value" if kind != "file" else "file", _("The bank knows this already."))
    return entries


@transaction.atomic
def withdraw_bank_entry(user: User, entry: BankEntry, reason: str) -> BankEntry:
    """Withdraw a fingerprint. It stays as a tombstone, and matches nothing from now on."""
    bank = _curated(user, Bank, entry.bank)
    reason = _reason(reason)
    entry = bank.entries.get(pk=entry.pk)
    if entry.withdrawn_at is None:
        entry.withdrawn_at = timezone.now()
        entry.save(update_fields=["withdrawn_at"])
        record(user, "bank.entry_withdrawn", bank, bank=bank.name, entry=entry.pk, kind=entry.kind, value=entry.value,
               reason=reason)  # fmt: skip
    return entry


# --- term lists ------------------------------------------------------------------------------------
@transaction.atomic
def add_term_list(user: User, name: str, *, tlp: str, note: str = "") -> TermList:
    """A new term list of the user's agency."""
    name = _own_name(user, TermList, name)
    terms = TermList.objects.create(
        agency=user.agency, created_by=user, tlp=tlp, name=name, note=storable(note).strip()
    )
    record(user, "termlist.added", terms, name=name, tlp=tlp)
    return terms


@transaction.atomic
def add_term(user: User, terms: TermList, text: str, *, category: str, language: str = "", reason: str) -> TermEntry:
    """Add a term to a list; a withdrawn one is put back."""
    terms = _curated(user, TermList, terms)
    reason, text = _reason(reason), " ".join(storable(text).split())
    try:
        TermScanner([TermListValue("one", "1", (Term(text, language, category),))])
    except ValueError:
        raise Unusable("text", _("A term needs a letter or a digit, or nothing can match it.")) from None
    entry = terms.terms.filter(text=text).first()
    if entry and not entry.withdrawn_at:
        raise Unusable("text", _("The list has this term already."))
    verb = "termlist.term_restored" if entry else "termlist.term_added"
    entry = entry or TermEntry(list=terms, text=text)
    entry.category, entry.language, entry.withdrawn_at = category, language, None
    entry.added_by, entry.added_at = user, timezone.now()
    entry.save()
    record(user, verb, terms, list=terms.name, term=text, category=category, language=language, entry=entry.pk,
           reason=reason)  # fmt: skip
    return entry


@transaction.atomic
def withdraw_term(user: User, entry: TermEntry, reason: str) -> TermEntry:
    """Withdraw a term. It stays in the list as a tombstone, and is not looked for any more."""
    terms = _curated(user, TermList, entry.list)
    reason = _reason(reason)
    entry = terms.terms.get(pk=entry.pk)
    if entry.withdrawn_at is None:
        entry.withdrawn_at = timezone.now()
        entry.save(update_fields=["withdrawn_at"])
        record(user, "termlist.term_withdrawn", terms, list=terms.name, term=entry.text, entry=entry.pk, reason=reason)
    return entry


@transaction.atomic
def ask_reexamination(user: User) -> None:
    """Have every posting of the user's agency examined again with the banks and lists as they stand now."""
    Policy(user).require(CURATE)
    if user.agency is None:
        raise Refused(_("Only an agency has postings to examine."))
    record(user, "agency.reexamination_asked", user.agency, name=user.agency.key)
    tasks.reexamine.enqueue(user.agency.key, user.username)


def _own_name(user: User, model: type[Bank] | type[TermList], name: str) -> str:
    Policy(user).require(CURATE)
    if user.agency is None:
        raise Refused(_("Only an agency can keep banks and term lists."))
    name = " ".join(storable(name).split())
    if model.objects.filter(agency=user.agency, name=name).exists():
        raise Unusable("name", _("Your agency has one of this name already. Choose another name."))
    return name


def _curated(user: User, model: type[Any], row: Any) -> Any:
    """The row as it is now, of the user's own agency, held until the transaction ends."""
    policy = Policy(user)
    policy.require(CURATE)
    rows = policy.rows(model, own=True).select_for_update(of=("self",))
    return policy.get(model, own=True, queryset=rows, pk=row.pk)


def _reason(reason: str) -> str:
    reason = storable(reason).strip()
    if len(reason) < MIN_REASON:
        raise Unusable("reason", _("Give the reason in a sentence."))
    return reason[:1000]
