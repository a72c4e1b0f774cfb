"""Ledger entries in words: one sentence for every act, in the reader's language.

The verbs are those that the services record. A verb that is not listed is shown as it stands: the record is never
hidden because nobody has written a sentence for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import numerals, times
from .models import Entry

SENTENCES: Mapping[str, str | Promise] = {
    # coming in
    "import.opened": _("%(actor)s began an import (files: %(files)s)"),
    "import.repeated": _("%(actor)s ran an import again"),
    "import.ended": _("An import ended: %(added)s new, %(known)s known already, %(rejected)s rejected"),
    "source.added": _("A new source was recorded: %(name)s"),
    "source.changed": _("%(actor)s changed what is recorded about the source %(name)s"),
    "posting.collected": _("A posting was collected and its evidence kept"),
    "posting.examined": _("A posting was examined"),
    "media.revealed": _("A picture of a posting was looked at"),
    "capture.verified": _("%(actor)s checked the stored bytes of a posting"),
    "recipient.named": _("%(actor)s named the recipients of a row (TLP:RED)"),
    "capture.accessed": _("%(actor)s downloaded the evidence of a posting"),
    # what is known
    "bank.added": _("%(actor)s made the bank %(name)s"),
    "bank.entry_added": _("%(actor)s added a fingerprint to the bank %(bank)s"),
    "bank.entry_restored": _("%(actor)s put a withdrawn fingerprint back into the bank %(bank)s"),
    "bank.entry_withdrawn": _("%(actor)s withdrew a fingerprint from the bank %(bank)s"),
    "bank.changed": _("%(actor)s changed the settings of the bank %(bank)s"),
    "bank.imported": _("%(actor)s imported a list into the bank %(bank)s: %(added)s new, %(withdrawn)s withdrawn"),
    "bank.exported": _("%(actor)s exported the bank %(bank)s (%(format)s)"),
    "bank.entry_changed": _("%(actor)s changed what is said about a fingerprint of the bank %(bank)s"),
    "bank.entry_held": _("%(actor)s held back a fingerprint of the bank %(bank)s"),
    "bank.entry_hold_ended": _("%(actor)s took a fingerprint of the bank %(bank)s into use again"),
    "bank.entry_quarantined": _(
        "A fingerprint of the bank %(bank)s matched in %(sources)s sources at once and was put in quarantine"
    ),
    "bank.entry_released": _("%(actor)s released a fingerprint of the bank %(bank)s from quarantine"),
    "bank.opinion_given": _("%(actor)s gave an opinion on a fingerprint of the bank %(bank)s"),
    "termlist.added": _("%(actor)s made the term list %(name)s"),
    "termlist.term_added": _("%(actor)s added the term %(term)s to the list %(list)s"),
    "termlist.term_restored": _("%(actor)s put the withdrawn term %(term)s back into the list %(list)s"),
    "termlist.term_withdrawn": _("%(actor)s withdrew the term %(term)s from the list %(list)s"),
    "agency.reexamination_asked": _("%(actor)s asked that the postings of %(name)s be examined again"),
    # deciding
    "case.opened": _("A case was opened"),
    "case.copy_seen": _("A copy of the content of a case was seen"),
    "case.claimed": _("%(actor)s took a case"),
    "case.released": _("%(actor)s gave a case back"),
    "case.assessed": _("%(actor)s assessed a case"),
    "case.ruled": _("%(actor)s gave a legal ruling on a case"),
    "case.proposed": _("%(actor)s proposed a decision"),
    "case.confirmed": _("%(actor)s confirmed the decision that %(proposed_by)s proposed"),
    "case.returned": _("%(actor)s returned a proposed decision"),
    "case.undone": _("%(actor)s took a proposed decision back"),
    # who is who
    "member.added": _("The member %(key)s joined the record"),
    "member.changed": _("What is recorded about the member %(key)s was changed"),
    "agency.added": _("The agency %(key)s joined the record"),
    "agency.changed": _("What is recorded about the agency %(key)s was changed"),
    "partner.added": _("The partner %(key)s joined the record"),
    "partner.changed": _("What is recorded about the partner %(key)s was changed"),
    "body.added": _("The body %(key)s joined the record"),
    "body.changed": _("What is recorded about the body %(key)s was changed"),
    "mandate.given": _("%(holder)s was given a mandate in %(body)s"),
    "user.added": _("%(actor)s added the user %(username)s"),
    "user.roles_set": _("%(actor)s set the roles of %(username)s"),
    "user.languages_set": _("%(actor)s set the languages of %(username)s"),
    "user.opened": _("%(actor)s opened the login of %(username)s"),
    "user.closed": _("%(actor)s closed the login of %(username)s"),
    "user.password_set": _("%(actor)s gave %(username)s a new password"),
    "user.password_chosen": _("%(actor)s chose a new password of their own"),
    "user.preferences_set": _("%(actor)s changed the look of the own screens"),
    "token.issued": _("%(actor)s made an API token called %(name)s"),
    "token.withdrawn": _("%(actor)s withdrew the API token %(name)s"),
    "ledger.exported": _("%(actor)s exported ledger entries"),
}
"""Verb to its sentence; the names in it are the actor and the facts of the entry's detail."""


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


class _Facts(dict[str, SafeString]):
    def __missing__(self, name: str) -> SafeString:
        return mark_safe("…")


def facts_of(entry: Entry) -> dict[str, Any]:
    """The detail of an entry; empty if it is not readable, for example after it was tampered with."""
    try:
        facts = json.loads(entry.detail)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def actor_of(entry: Entry) -> str:
    """Who acted, as people say it: the software has no user name."""
    return gettext("The software") if entry.actor == "system" and not entry.agency else entry.actor


def sentence(entry: Entry) -> SafeString:
    """`entry` as one safe HTML sentence; every name in it keeps its own direction."""
    words = SENTENCES.get(entry.verb)
    if words is None:
        return format_html("<bdi>{}</bdi> · <bdi>{}</bdi>", actor_of(entry), entry.verb)
    named = {name: format_html("<bdi>{}</bdi>", _shown(value)) for name, value in facts_of(entry).items()}
    return mark_safe(str(words) % _Facts(named, actor=format_html("<bdi>{}</bdi>", actor_of(entry))))


def reason(entry: Entry) -> str:
    """The reason that somebody gave for the act, "" if none was asked for."""
    found = facts_of(entry).get("reason", "")
    return found if isinstance(found, str) else ""


def _shown(value: Any) -> str:
    """A fact of an entry as people read it: counts and instants in their digits and calendar, names as they are."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return numerals.number(value)
    if isinstance(value, str) and _INSTANT.match(value) and (moment := times.instant(value)):
        return times.exact(moment)
    return str(value)[:200]
