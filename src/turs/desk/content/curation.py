"""The verbs of banks: make, change, add, import, hold, judge, release, withdraw. Every write is in the ledger.

Each change of a fingerprint carries the number of its ledger entry (`seq`), by which every process follows the banks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from turs.match.banks import LABELS, entry_digest

from ..coalition.models import User
from ..coalition.policy import Policy
from ..coalition.rules import CURATE
from ..ledger.services import record
from .fingerprints import Unusable, fingerprints
from .intake import Refused, storable
from .models import Bank, BankEntry, Opinion, TermList
from .vocabulary import BehaviourLabel, OpinionView, Polarity, Tier

MIN_REASON = 10
"""Characters of a reason: enough for a sentence, too many for a dot."""
TOGETHER = 1000
"""Fingerprints written, and named in one ledger entry, at a time."""
SETTINGS = ("name", "note", "polarity", "tlp", "active", "distance", "containment", "video", "flood")
LIMITS: Mapping[str, tuple[int, int]] = {
    "distance": (0, 63), "containment": (10, 100), "video": (1, 100), "flood": (2, 10_000),
}  # fmt: skip
"""Least and greatest value of each threshold of a bank."""
DETAILS = ("label", "tier", "labels", "producer", "note")
"""What is said about a fingerprint and may be changed; its kind and value never are."""


@dataclass(frozen=True, slots=True)
class Given:
    """A fingerprint as it comes from a file or another program, not checked yet. line: where it stood."""

    kind: str
    value: str
    label: str = ""
    tier: str = Tier.PROMOTIONAL
    labels: tuple[str, ...] = ()
    producer: str = ""
    note: str = ""
    quality: int = 100
    withdrawn: bool = False
    line: int = 0
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """One fingerprint that could not be kept, why, and what to do."""

    line: int
    value: str
    reason: str


@dataclass(slots=True)
class Report:
    """What became of many fingerprints."""

    added: int = 0
    known: int = 0
    withdrawn: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)


# --- banks -----------------------------------------------------------------------------------------
@transaction.atomic
def add_bank(user: User, name: str, *, polarity: str, tlp: str, note: str = "") -> Bank:
    """A new bank of the user's agency."""
    name = own_name(user, Bank, name)
    if polarity not in Polarity.values:
        raise Unusable("polarity", _("There is no such choice. Choose match or suppress."))
    bank = Bank(agency=user.agency, created_by=user, tlp=tlp, name=name, polarity=polarity, note=storable(note).strip())
    bank.seq = record(user, "bank.added", bank, name=name, polarity=polarity, tlp=tlp).seq
    bank.save()
    return bank


@transaction.atomic
def change_bank(user: User, bank: Bank, reason: str, **fields: Any) -> Bank:
    """Change settings of a bank (`SETTINGS`), with the reason. Thresholds outside `LIMITS` raise `Unusable`."""
    bank = curated(user, Bank, bank)
    reason = reason_given(reason)
    for name, value in list(fields.items()):
        if name not in SETTINGS:
            raise Unusable(name, _("This cannot be changed."))
        low, high = LIMITS.get(name, (0, 0))
        if high and not low <= int(value) <= high:
            raise Unusable(name, _("Give a number from %(low)s to %(high)s.") % {"low": low, "high": high})
        if name == "name":
            fields[name] = " ".join(storable(value).split())
            if fields[name] != bank.name:
                fields[name] = own_name(user, Bank, value)
        if name == "note":
            fields[name] = storable(value).strip()
        if name == "polarity" and value not in Polarity.values:
            raise Unusable(name, _("There is no such choice. Choose match or suppress."))
    changed = {name: [getattr(bank, name), value] for name, value in fields.items() if getattr(bank, name) != value}
    if changed:
        for name, (_before, value) in changed.items():
            setattr(bank, name, value)
        bank.seq = record(user, "bank.changed", bank, bank=bank.name, changed=changed, reason=reason).seq
        bank.save(update_fields=[*changed, "seq"])
    return bank


# --- fingerprints ----------------------------------------------------------------------------------
@transaction.atomic
def add_bank_entry(
    user: User, bank: Bank, kind: str, value: str = "", *, data: bytes = b"", tier: str, reason: str, label: str = "",
    labels: Iterable[str] = (), producer: str = "", note: str = "", hold_until: datetime | None = None,
    origin: str = "",
) -> list[BankEntry]:  # fmt: skip
    """Add what was given (see `fingerprints`) to a bank; the entries that are new or back again.

    A withdrawn entry is a tombstone: given again, it is put back and the ledger says so.
    """
    bank = curated(user, Bank, bank)
    reason = reason_given(reason)
    details = _details(label=label, tier=tier, labels=list(labels), producer=producer, note=note)
    entries = []
    for print_ in fingerprints(kind, value, data):
        digest = entry_digest(print_.kind, print_.value)
        known = bank.entries.filter(digest=digest).first()
        if known and not known.withdrawn_at:
            continue
        entry = known or BankEntry(bank=bank, kind=print_.kind, value=print_.value, digest=digest)
        for name, given in details.items():
            setattr(entry, name, given)
        entry.quality, entry.withdrawn_at, entry.quarantined_at, entry.flood = print_.quality, None, None, {}
        entry.added_by, entry.added_at = user, timezone.now()
        entry.hold_until, entry.origin = hold_until, storable(origin)[:300]
        if not entry.pk:
            entry.save()
        verb = "bank.entry_restored" if known else "bank.entry_added"
        act = record(user, verb, bank, bank=bank.name, entry=entry.pk, kind=entry.kind, digest=entry.digest,
                     value=entry.value[:200], tier=tier, reason=reason)  # fmt: skip
        entry.seq = act.seq
        entry.save()
        entries.append(entry)
    if not entries:
        raise Unusable("value" if kind != "file" else "file", _("The bank knows this already."))
    return entries


@transaction.atomic
def add_many(user: User, bank: Bank, given: Iterable[Given], *, origin: str, reason: str) -> Report:
    """Add many fingerprints to a bank, all in one act: those that cannot be kept are in the report, by line.

    Of what a list says about one fingerprint, a withdrawal after its addition counts.

    A tombstone (`Given.withdrawn`) withdraws what the bank holds; a fingerprint that the bank withdrew itself
    stays withdrawn: who imports a list does not overrule a person.
    """
    bank = curated(user, Bank, bank)
    reason, report = reason_given(reason), Report()
    batch: list[tuple[Given, str]] = []
    seen: dict[str, bool] = {}
    for one in given:
        try:
            found = fingerprints(one.kind, one.value)[0]
            details = _details(label=one.label, tier=one.tier, labels=list(one.labels), producer=one.producer,
                               note=one.note)  # fmt: skip
        except Refused as problem:
            report.refused.append(Refusal(one.line, one.value[:80], str(problem)))
            continue
        digest = entry_digest(found.kind, found.value)
        if digest in seen:
            if seen[digest] or not one.withdrawn:
                report.known += 1
                continue
            _write(user, bank, batch, origin, reason, report)
            batch = []
        seen[digest] = one.withdrawn
        batch.append((replace(one, kind=found.kind, value=found.value, **details), digest))
        if len(batch) >= TOGETHER:
            _write(user, bank, batch, origin, reason, report)
            batch = []
    _write(user, bank, batch, origin, reason, report)
    return report


def _write(user: User, bank: Bank, batch: list[tuple[Given, str]], origin: str, reason: str, report: Report) -> None:
    if not batch:
        return
    there = {entry.digest: entry for entry in bank.entries.filter(digest__in=[digest for _one, digest in batch])}
    now = timezone.now()
    new = [
        BankEntry(
            bank=bank, kind=one.kind, value=one.value, digest=digest, quality=one.quality, label=one.label,
            tier=one.tier, labels=list(one.labels), producer=one.producer, note=one.note, origin=storable(origin)[:300],
            added_by=user, added_at=now, disputed=one.disputed,
        )
        for one, digest in batch if digest not in there and not one.withdrawn
    ]  # fmt: skip
    gone = [there[digest] for one, digest in batch
            if one.withdrawn and digest in there and not there[digest].withdrawn_at]  # fmt: skip
    report.added += len(new)
    report.withdrawn += len(gone)
    report.known += len(batch) - len(new) - len(gone)
    report.kinds.update(entry.kind for entry in new)
    if not new and not gone:
        return
    act = record(user, "bank.imported", bank, bank=bank.name, origin=origin, reason=reason, added=len(new),
                 withdrawn=len(gone), digests=[entry.digest for entry in (*new, *gone)])  # fmt: skip
    for entry in new:
        entry.seq = act.seq
    for entry in gone:
        entry.seq, entry.withdrawn_at = act.seq, now
    BankEntry.objects.bulk_create(new)
    BankEntry.objects.bulk_update(gone, ["seq", "withdrawn_at"])


@transaction.atomic
def change_entry(user: User, entry: BankEntry, reason: str, **details: Any) -> BankEntry:
    """Change what is said about a fingerprint (`DETAILS`), with the reason."""
    bank, entry, reason = _held(user, entry, reason)
    clean = _details(**{name: details.get(name, getattr(entry, name)) for name in DETAILS})
    changed = {name: [getattr(entry, name), value] for name, value in clean.items() if getattr(entry, name) != value}
    if changed:
        for name, (_before, value) in changed.items():
            setattr(entry, name, value)
        _recorded(user, "bank.entry_changed", bank, entry, reason, changed=changed)
    return entry


@transaction.atomic
def hold(user: User, entry: BankEntry, until: datetime | None, reason: str) -> BankEntry:
    """Hold a fingerprint back until a moment, or use it again at once (`None`)."""
    bank, entry, reason = _held(user, entry, reason)
    if until is not None and until <= timezone.now():
        raise Unusable("until", _("Choose a moment in the future."))
    entry.hold_until = until
    verb = "bank.entry_held" if until else "bank.entry_hold_ended"
    return _recorded(user, verb, bank, entry, reason, until=until.isoformat() if until else "")


@transaction.atomic
def withdraw_bank_entry(user: User, entry: BankEntry, reason: str) -> BankEntry:
    """Withdraw a fingerprint. It stays as a tombstone, and matches nothing from now on."""
    bank, entry, reason = _held(user, entry, reason)
    if entry.withdrawn_at is None:
        entry.withdrawn_at, entry.quarantined_at = timezone.now(), None
        _recorded(user, "bank.entry_withdrawn", bank, entry, reason, value=entry.value[:200])
    return entry


@transaction.atomic
def release(user: User, entry: BankEntry, reason: str) -> BankEntry:
    """Take a fingerprint out of quarantine: a person looked. It is questioned again at twice as many sources."""
    bank, entry, reason = _held(user, entry, reason)
    if entry.quarantined_at is not None:
        entry.quarantined_at = None
        entry.flood = {**entry.flood, "accepted": entry.flood.get("sources", 0)}
        _recorded(user, "bank.entry_released", bank, entry, reason, sources=entry.flood["accepted"])
    return entry


@transaction.atomic
def give_opinion(user: User, entry: BankEntry, view: str, reason: str = "") -> Opinion:
    """What the user's agency thinks of a fingerprint it sees. Disagreement, with its reason, makes it disputed.

    A disputed fingerprint is still recognised and shown, and raises nothing until its owner has settled the matter.
    """
    policy = Policy(user)
    policy.require(CURATE)
    entry = policy.get(BankEntry, pk=entry.pk)
    if user.agency is None:
        raise Refused(_("Only an agency has an opinion."))
    if view not in OpinionView.values:
        raise Unusable("view", _("There is no such choice. Choose agree, disagree or not sure."))
    if view == OpinionView.DISAGREE:
        reason = reason_given(reason)
    opinion, _new = Opinion.objects.update_or_create(
        entry=entry, agency=user.agency,
        defaults={"view": view, "reason": storable(reason).strip()[:1000], "by": user, "at": timezone.now()},
    )  # fmt: skip
    entry.disputed = entry.opinions.filter(view=OpinionView.DISAGREE).exists()
    _recorded(user, "bank.opinion_given", entry.bank, entry, reason, view=view, disputed=entry.disputed)
    return opinion


# --- what they share -------------------------------------------------------------------------------
def own_name(user: User, model: type[Bank] | type[TermList], name: str) -> str:
    """`name` as the user's agency may give it to a new bank or list."""
    Policy(user).require(CURATE)
    if user.agency is None:
        raise Refused(_("Only an agency can keep banks and term lists."))
    name = " ".join(storable(name).split())
    if not name:
        raise Unusable("name", _("Give it a name."))
    if len(name) > model._meta.get_field("name").max_length:
        raise Unusable("name", _("This is too long."))
    if model.objects.filter(agency=user.agency, name=name).exists():
        raise Unusable("name", _("Your agency has one of this name already. Choose another name."))
    return name


def curated(user: User, model: type[Any], row: Any) -> Any:
    """The row as it is now, of the user's own agency, held until the transaction ends."""
    policy = Policy(user)
    policy.require(CURATE)
    rows = policy.rows(model, own=True).select_for_update(of=("self",))
    return policy.get(model, own=True, queryset=rows, pk=row.pk)


def reason_given(reason: str) -> str:
    """A reason that is one."""
    reason = storable(reason).strip()
    if len(reason) < MIN_REASON:
        raise Unusable("reason", _("Give the reason in a sentence."))
    return reason[:1000]


def _held(user: User, entry: BankEntry, reason: str) -> tuple[Bank, BankEntry, str]:
    bank = curated(user, Bank, entry.bank)
    return bank, bank.entries.get(pk=entry.pk), reason_given(reason)


def _recorded(user: User, verb: str, bank: Bank, entry: BankEntry, reason: str, **facts: Any) -> BankEntry:
    act = record(user, verb, bank, bank=bank.name, entry=entry.pk, kind=entry.kind, digest=entry.digest, **facts,
                 **({"reason": reason} if reason else {}))  # fmt: skip
    entry.seq = act.seq
    entry.save()
    return entry


def _details(*, label: str, tier: str, labels: list[str], producer: str, note: str) -> dict[str, Any]:
    if tier not in Tier.values:
        raise Unusable("tier", _("There is no such tier. Choose one from the list."))
    if unknown := [one for one in labels if one not in BehaviourLabel.values]:
        raise Unusable("labels", _("There is no label %(name)s. Choose from the list.") % {"name": unknown[0][:40]})
    return {
        "label": storable(label).strip()[:200], "tier": tier, "labels": sorted(set(labels)),
        "producer": storable(producer).strip()[:200], "note": storable(note).strip()[:4000],
    }  # fmt: skip


assert set(LABELS) == set(BehaviourLabel.values)
