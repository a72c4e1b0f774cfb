"""Whole lists of fingerprints, in the formats of the field, into a bank and out of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from turs.formats import FORMATS, TLP, Problem, Signal, Unwritable, read, sniff, write
from turs.formats import Opinion as OpinionValue

from ..coalition.models import User
from ..coalition.policy import Policy
from ..coalition.rules import VIEW
from ..ledger.services import record
from .curation import Given, Refusal, Report, add_many
from .fingerprints import Unusable
from .models import Bank, BankEntry, Opinion
from .vocabulary import BehaviourLabel, Tier

LARGEST_FILE = 256 * 2**20
"""Bytes of a list."""


def import_list(user: User, bank: Bank, data: bytes, *, name: str, format: str = "", reason: str) -> Report:
    """Add everything in a file to a bank; what cannot be kept is in the report, with its place and remedy.

    name: of the file. format: a key of ``turs.formats.FORMATS``; told from the content where it is "".
    """
    if not data:
        raise Unusable("file", _("The file is empty. Choose another one."))
    if len(data) > LARGEST_FILE:
        raise Unusable("file", _("The file is larger than %(limit)s MiB. Split it.") % {"limit": LARGEST_FILE // 2**20})
    if format and format not in FORMATS:
        raise Unusable("format", _("There is no such format. Choose one from the list."))
    found = FORMATS.get(format) or sniff(data)
    if found is None:
        raise Unusable("file", _("This is no list of fingerprints that we know. Choose its format or another file."))
    refused: list[Refusal] = []
    report = add_many(user, bank, _given(read(data, found.name), bank, refused), origin=f"{found.name}: {name}",
                      reason=reason)  # fmt: skip
    if not (report.added or report.known or report.withdrawn or report.refused or refused):
        raise Unusable("file", _("There is no fingerprint in this file. Choose another one."))
    report.refused = sorted([*refused, *report.refused], key=lambda one: one.line)
    return report


def _given(items: Iterator[Signal | Problem], bank: Bank, refused: list[Refusal]) -> Iterator[Given]:
    """What of a list may come into this bank."""
    language = "ar" if (get_language() or "ar").startswith("ar") else "en"
    for number, item in enumerate(items, 1):
        if isinstance(item, Problem):
            if not item.passed_over:
                words = f"{item.reason[language]} {item.remedy[language]}"
                refused.append(Refusal(item.line, item.excerpt or item.place, words))
            continue
        if not item.value:
            words = _("A withdrawal that names no fingerprint cannot be matched here.")
            refused.append(Refusal(number, item.id, words))
            continue
        if item.extra.get("to_ids") == "false" or item.extra.get("object"):
            words = _("The file mentions it and does not call it known content. Add it by hand if you have judged it.")
            refused.append(Refusal(number, item.value[:80], words))
            continue
        if item.tlp and TLP.index(item.tlp) > TLP.index(bank.tlp):
            words = _("It is marked TLP:%(mark)s, more narrowly than this bank. Import it into a bank of that mark.")
            refused.append(Refusal(number, item.value[:80], words % {"mark": item.tlp}))
            continue
        known = [label for label in item.labels if label in BehaviourLabel.values]
        others = [label for label in item.labels if label not in known]
        yield Given(
            item.kind, item.value, ", ".join(others), item.tier if item.tier in Tier.values else Tier.PROMOTIONAL,
            tuple(known), "", item.note, 100 if item.quality is None else item.quality, item.deleted, number,
            item.disputed,
        )  # fmt: skip


@transaction.atomic
def export_bank(user: User, bank: Bank, format: str) -> tuple[bytes, list[Problem]]:
    """A bank in a format, withdrawn entries as tombstones; and what the format could not carry. Kept in the ledger."""
    policy = Policy(user)
    policy.require(VIEW)
    bank = policy.get(Bank, pk=bank.pk)
    if format not in FORMATS:
        raise Unusable("format", _("There is no such format. Choose one from the list."))
    problems: list[Problem] = []
    rows = policy.rows(BankEntry).filter(bank=bank).order_by("id")
    rows = rows.prefetch_related(Prefetch("opinions", Opinion.objects.select_related("agency")))
    try:
        data = write([signal_of(row, bank) for row in rows], format, problems=problems)
    except Unwritable as problem:
        raise Unusable("format", str(problem)) from None
    record(user, "bank.exported", bank, bank=bank.name, format=format, tlp=bank.tlp, bytes=len(data))
    return data, problems


def signal_of(row: BankEntry, bank: Bank) -> Signal:
    """An entry as it travels. The people who curated it stay unnamed."""
    opinions = tuple(OpinionValue(one.agency.key, one.view, one.reason, one.at) for one in row.opinions.all())
    return Signal(
        row.kind, row.value, tuple(label for label in (row.label, *row.labels) if label), row.tier, bank.tlp,
        bank.agency.key, bank.name, row.added_at, row.withdrawn_at or row.added_at, row.quality, row.note, opinions,
        row.withdrawn_at is not None, str(row.pk),
    )  # type: ignore[arg-type]  # fmt: skip
