"""The verbs of content that people do by hand: run again, sources, term lists. Every write is in the ledger.

Those of banks are in `curation`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from turs.text import Term, TermScanner, fold
from turs.text import TermList as TermListValue

from ..coalition.models import User
from ..coalition.policy import Policy
from ..coalition.rules import CURATE, IMPORT
from ..ledger.services import record
from . import reexamination, tasks
from .curation import curated, own_name, reason_given
from .fingerprints import Unusable
from .intake import Refused, storable
from .models import Import, Source, TermEntry, TermList
from .vocabulary import ImportState, LawfulBasis


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


MOST_CONTEXTS, LONGEST_CONTEXT = 20, 100
"""Contexts of a term, and characters of each."""


# --- term lists ------------------------------------------------------------------------------------
@transaction.atomic
def add_term_list(user: User, name: str, *, tlp: str, note: str = "") -> TermList:
    """A new term list of the user's agency."""
    name = own_name(user, TermList, name)
    terms = TermList.objects.create(
        agency=user.agency, created_by=user, tlp=tlp, name=name, note=storable(note).strip()
    )
    record(user, "termlist.added", terms, name=name, tlp=tlp)
    return terms


@transaction.atomic
def add_term(
    user: User, terms: TermList, text: str, *, category: str, language: str = "", suppress: Sequence[str] = (),
    reason: str,
) -> TermEntry:
    """Add a term to a list; a withdrawn one is put back. suppress: contexts in which it means something else."""
    terms = curated(user, TermList, terms)
    reason, text = reason_given(reason), " ".join(storable(text).split())
    try:
        TermScanner([TermListValue("one", "1", (Term(text, language, category),))])
    except ValueError:
        raise Unusable("text", _("A term needs a letter or a digit, or nothing can match it.")) from None
    contexts = _contexts(text, suppress)
    entry = terms.terms.filter(text=text).first()
    if entry and not entry.withdrawn_at:
        raise Unusable("text", _("The list has this term already."))
    verb = "termlist.term_restored" if entry else "termlist.term_added"
    entry = entry or TermEntry(list=terms, text=text)
    entry.category, entry.language, entry.suppress, entry.withdrawn_at = category, language, contexts, None
    entry.added_by, entry.added_at = user, timezone.now()
    entry.save()
    silenced = {"suppress": contexts} if contexts else {}
    record(user, verb, terms, list=terms.name, term=text, category=category, language=language, entry=entry.pk,
           reason=reason, **silenced)  # fmt: skip
    return entry


def _contexts(term: str, phrases: Sequence[str]) -> list[str]:
    """The contexts of a term, each once. Raises `Unusable` for those that would silence it always or never."""
    contexts = list(dict.fromkeys(" ".join(storable(phrase).split()) for phrase in phrases))
    contexts = [phrase for phrase in contexts if phrase]
    if len(contexts) > MOST_CONTEXTS or any(len(phrase) > LONGEST_CONTEXT for phrase in contexts):
        limits = {"n": MOST_CONTEXTS, "length": LONGEST_CONTEXT}
        raise Unusable("suppress", _("Give at most %(n)s contexts of at most %(length)s characters.") % limits)
    for phrase in contexts:
        folded = fold(phrase)
        if not any(character.isalnum() for character in folded):
            raise Unusable("suppress", _("A context needs a letter or a digit: %(phrase)s") % {"phrase": phrase})
        if folded in fold(term):
            words = _("“%(phrase)s” stands in the term itself, which then is never found. Write what stands beside it.")
            raise Unusable("suppress", words % {"phrase": phrase})
    return contexts


@transaction.atomic
def withdraw_term(user: User, entry: TermEntry, reason: str) -> TermEntry:
    """Withdraw a term. It stays in the list as a tombstone, and is not looked for any more."""
    terms = curated(user, TermList, entry.list)
    reason = reason_given(reason)
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
    try:
        reexamination.ask(user, user.agency)
    except reexamination.UnderWay as problem:
        raise Refused(str(problem)) from None
    record(user, "agency.reexamination_asked", user.agency, name=user.agency.key)
    tasks.reexamine.enqueue(user.agency.key, user.username)
