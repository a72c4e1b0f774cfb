"""``turs bank``: fingerprints of what is known already."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from . import desk, say
from .curate import content, do, own, policy_of, show, spelt, tlp_mark

banks = typer.Typer(help="Banks: fingerprints of known content.", no_args_is_help=True)
MOST_SHOWN = 50
"""Records that were left out, shown to people; programs get all of them."""


@banks.command("list")
def list_banks(as_user: str = desk.As, json: bool = say.Json) -> None:
    """Banks that an agency sees, with their sizes."""
    models, policy = policy_of(as_user)
    rows = policy.rows(models.Bank)
    show(json, ["bank", "polarity", "entries", "TLP"], [
        {"bank": row.name, "polarity": row.polarity, "entries": row.entries.filter(withdrawn_at=None).count(),
         "TLP": row.tlp} for row in rows
    ])  # fmt: skip


@banks.command("add")
def add_bank(
    name: str,
    polarity: str = typer.Option("match", help="match: known propaganda; suppress: known harmless."),
    tlp: str = typer.Option("AMBER"),
    as_user: str = desk.As,
) -> None:
    """Make a bank."""
    _, policy = policy_of(as_user, "curate")
    if polarity not in {"match", "suppress"}:
        say.fail(f"there is no polarity {polarity}", "Use match or suppress.")
    do(policy, "add_bank", name, polarity=polarity, tlp=tlp_mark(tlp))


@banks.command("entry")
def add_bank_entry(
    bank: str = typer.Argument(..., help="Name of the bank."),
    kind: str = typer.Argument(..., help="file, near_text, text, url, pdq, vpdq, sha256 or md5."),
    value: str = typer.Argument(..., help="A digest, an address, the text itself, or the path of a file."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    label: str = typer.Option("", "--label"),
    tier: str = typer.Option("promotional", "--tier"),
    as_user: str = desk.As,
) -> None:
    """Add a fingerprint to a bank; of a file, its digest and, if it is a picture, its PDQ."""
    _, policy = policy_of(as_user, "curate")
    from turs.desk.content.fingerprints import LARGEST_FILE
    from turs.desk.content.vocabulary import Tier

    if tier not in Tier.values:
        say.fail(f"there is no tier {tier}", f"Use one of {', '.join(Tier.values)}.")
    row = own(policy, "Bank", bank)
    data = b""
    if kind == "file":
        data, value = content(Path(value), LARGEST_FILE), ""
    do(policy, "add_bank_entry", row, kind, value, data=data, label=label, tier=tier, reason=reason)


@banks.command("withdraw")
def withdraw_bank_entry(
    bank: str = typer.Argument(..., help="Name of the bank."),
    value: str = typer.Argument(..., help="The value or the number, as turs bank show prints it."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    as_user: str = desk.As,
) -> None:
    """Withdraw a fingerprint: it stays as a tombstone and matches nothing."""
    _, policy = policy_of(as_user, "curate")
    from turs.desk.content.intake import storable

    entries = own(policy, "Bank", bank).entries.filter(withdrawn_at=None)
    meant = {"pk": int(value)} if _is_number(value) else {"value": storable(value)}
    entry = entries.filter(**meant).first()
    if entry is None:
        say.fail(f"the bank {bank} holds no such value", "turs bank show prints what it holds.")
    do(policy, "withdraw_bank_entry", entry, reason)


@banks.command("set")
def set_bank(
    bank: str = typer.Argument(..., help="Name of the bank."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    active: bool | None = typer.Option(None, "--active/--inactive", help="Whether it is used at all."),
    distance: int | None = typer.Option(None, help="Bits in which a picture may differ."),
    containment: int | None = typer.Option(None, help="Percent of a text that must be found again."),
    video: int | None = typer.Option(None, help="Percent of a video that must be found again."),
    flood: int | None = typer.Option(None, help="Sources a day from which a fingerprint is questioned."),
    as_user: str = desk.As,
) -> None:
    """Change how a bank matches. Every running worker follows within a second."""
    _, policy = policy_of(as_user, "curate")
    given = {"active": active, "distance": distance, "containment": containment, "video": video, "flood": flood}
    fields = {name: value for name, value in given.items() if value is not None}
    if not fields:
        say.fail("nothing was said to change", "turs bank set --help lists what can change.")
    do(policy, "change_bank", own(policy, "Bank", bank), reason, **fields)


@banks.command("hold")
def hold_entry(
    bank: str = typer.Argument(..., help="Name of the bank."),
    number: int = typer.Argument(..., help="Number of the fingerprint, as turs bank show prints it."),
    until: datetime | None = typer.Option(None, help="When it is used again (UTC); left out, it is used at once."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    as_user: str = desk.As,
) -> None:
    """Hold a fingerprint back for a time: it matches nothing until then."""
    _, policy = policy_of(as_user, "curate")
    do(policy, "hold", _entry(policy, bank, number), until.replace(tzinfo=UTC) if until else None, reason)


@banks.command("release")
def release_entry(
    bank: str = typer.Argument(..., help="Name of the bank."),
    number: int = typer.Argument(..., help="Number of the fingerprint, as turs bank quarantine prints it."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    as_user: str = desk.As,
) -> None:
    """Take a fingerprint out of quarantine, after somebody looked at what it matches."""
    _, policy = policy_of(as_user, "curate")
    do(policy, "release", _entry(policy, bank, number), reason)


@banks.command("quarantine")
def list_quarantine(as_user: str = desk.As, json: bool = say.Json) -> None:
    """Fingerprints that suddenly matched in too many sources, and wait for a person."""
    models, policy = policy_of(as_user)
    rows = policy.rows(models.BankEntry).exclude(quarantined_at=None).select_related("bank")
    show(json, ["number", "bank", "kind", "label", "sources", "usual"], [
        {"number": row.pk, "bank": row.bank.name, "kind": row.kind, "label": row.label,
         "sources": row.flood.get("sources"), "usual": row.flood.get("usual")} for row in rows
    ])  # fmt: skip


@banks.command("opinion")
def give_opinion(
    number: int = typer.Argument(..., help="Number of the fingerprint, as turs bank show prints it."),
    view: str = typer.Argument(..., help="agree, disagree or unsure."),
    reason: str = typer.Option("", "--reason", help="Why, in a sentence; needed to disagree."),
    as_user: str = desk.As,
) -> None:
    """Say what your agency thinks of a fingerprint. One disagreement makes it disputed."""
    models, policy = policy_of(as_user, "curate")
    row = policy.rows(models.BankEntry).filter(pk=number).first() if _is_number(str(number)) else None
    if row is None:
        say.fail(f"there is no fingerprint {number} that {policy.user.username} may see", "turs bank show")
    do(policy, "give_opinion", row, view, reason)


@banks.command("import")
def import_bank(
    bank: str = typer.Argument(..., help="Name of the bank."),
    path: Path = typer.Argument(..., exists=True, dir_okay=False, help="A list of fingerprints."),
    format: str = typer.Option("", "--format", help="Format of the list; told from its content where left out."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    as_user: str = desk.As,
    json: bool = say.Json,
) -> None:
    """Add a whole list to a bank: CSV, JSON Lines, threatexchange, STIX, MISP, Tech Against Terrorism, NCMEC."""
    _, policy = policy_of(as_user, "curate")
    from turs.desk.content import exchange
    from turs.desk.content.intake import Refused

    row = own(policy, "Bank", bank)
    data = content(path, exchange.LARGEST_FILE)
    try:
        report = exchange.import_list(policy.user, row, data, name=path.name, format=format, reason=reason)
    except Refused as problem:
        say.fail(str(problem), place=str(path))
    counts = {"added": report.added, "known": report.known, "withdrawn": report.withdrawn}
    if json:
        refused = [{"line": one.line, "value": one.value, "reason": one.reason} for one in report.refused]
        say.line({**counts, "kinds": dict(report.kinds), "refused": refused})
    else:
        say.table(["added", "known", "withdrawn", "refused"], [[*counts.values(), len(report.refused)]])
        if report.refused:
            rows = [[one.line, say.flat(one.value), one.reason] for one in report.refused[:MOST_SHOWN]]
            say.table(["line", "value", "why"], rows)
    if report.refused and not any(counts.values()):
        raise typer.Exit(say.WRONG)


@banks.command("export")
def export_bank(
    bank: str = typer.Argument(..., help="Name of the bank."),
    path: Path = typer.Argument(..., help="The file to write."),
    format: str = typer.Option("jsonl", "--format", help="Format of the list."),
    as_user: str = desk.As,
) -> None:
    """Write a bank as a list, withdrawn fingerprints as tombstones. The ledger keeps that you took it."""
    models, policy = policy_of(as_user)
    from turs.desk.content import exchange
    from turs.desk.content.intake import Refused

    row = _seen(models, policy, bank)
    if path.is_dir() or not path.parent.is_dir():  # before the ledger says that it was taken
        say.fail("no file can be written here", "Name a file in a folder that exists.", place=str(path))
    try:
        data, problems = exchange.export_bank(policy.user, row, format)
    except Refused as problem:
        say.fail(str(problem))
    try:
        path.write_bytes(data)
    except OSError as problem:
        say.fail(str(problem.strerror), place=str(path))
    for one in problems[:MOST_SHOWN]:
        say.errors.print(say.flat(f"{one.excerpt}: {one.reason['en']} {one.remedy['en']}"), markup=False)
    say.out.print(f"{say.flat(str(path))}: {len(data)} bytes, {len(problems)} left out", markup=False)


@banks.command("show")
def show_bank(
    bank: str = typer.Argument(..., help="Name of the bank."), as_user: str = desk.As, json: bool = say.Json
) -> None:
    """What a bank holds."""
    models, policy = policy_of(as_user)
    row = _seen(models, policy, bank)
    show(json, ["number", "kind", "value", "label", "tier", "state"], [
        {"number": entry.pk, "kind": entry.kind, "value": entry.value if json else entry.value[:64],
         "label": entry.label, "tier": entry.tier, "state": entry.state}
        for entry in row.entries.all()
    ])  # fmt: skip


def _seen(models: Any, policy: Any, name: str) -> Any:
    """The bank of this name that the user sees: the own agency's first, since agencies may use one name."""
    rows = policy.rows(models.Bank).filter(name=spelt(name)).order_by("created_at", "pk")
    row = rows.filter(agency=policy.user.agency).first() or rows.first()
    if row is None:
        say.fail(f"there is no bank called {name}", "turs bank list")
    return row


def _entry(policy: Any, bank: str, number: int) -> Any:
    entry = own(policy, "Bank", bank).entries.filter(pk=number).first() if _is_number(str(number)) else None
    if entry is None:
        say.fail(f"the bank {bank} has no fingerprint {number}", "turs bank show prints the numbers.")
    return entry


def _is_number(text: str) -> bool:
    """Whether this can be the number of a row: digests that happen to have digits alone are longer."""
    return text.isascii() and text.isdigit() and len(text) < 19
