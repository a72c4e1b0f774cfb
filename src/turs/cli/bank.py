"""``turs bank`` and ``turs term``: what is known already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from . import desk, say

banks = typer.Typer(help="Banks: fingerprints of known content.", no_args_is_help=True)
terms = typer.Typer(help="Term lists: names and slogans with categories.", no_args_is_help=True)


@banks.command("list")
def list_banks(as_user: str = desk.As, json: bool = say.Json) -> None:
    """Banks that an agency sees, with their sizes."""
    models, policy = _policy(as_user)
    rows = policy.rows(models.Bank)
    _show(json, ["bank", "polarity", "entries", "TLP"], [
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
    _, policy = _policy(as_user, "curate")
    if polarity not in {"match", "suppress"}:
        say.fail(f"there is no polarity {polarity}", "Use match or suppress.")
    _do(policy, "add_bank", name, polarity=polarity, tlp=_tlp(tlp))


@banks.command("entry")
def add_bank_entry(
    bank: str = typer.Argument(..., help="Name of the bank."),
    kind: str = typer.Argument(..., help="file, sha256, md5, text, url or pdq."),
    value: str = typer.Argument(..., help="A digest, an address, the text itself, or the path of a file."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    label: str = typer.Option("", "--label"),
    tier: str = typer.Option("promotional", "--tier"),
    as_user: str = desk.As,
) -> None:
    """Add a fingerprint to a bank; of a file, its digest and, if it is a picture, its PDQ."""
    _, policy = _policy(as_user, "curate")
    from turs.desk.content.vocabulary import Tier

    if tier not in Tier.values:
        say.fail(f"there is no tier {tier}", f"Use one of {', '.join(Tier.values)}.")
    data = b""
    if kind == "file":
        try:
            data, value = Path(value).read_bytes(), ""
        except OSError as problem:
            say.fail(str(problem.strerror), place=value)
    row = _own(policy, "Bank", bank)
    _do(policy, "add_bank_entry", row, kind, value, data=data, label=label, tier=tier, reason=reason)


@banks.command("withdraw")
def withdraw_bank_entry(
    bank: str = typer.Argument(..., help="Name of the bank."),
    value: str = typer.Argument(..., help="The value as turs bank show prints it."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    as_user: str = desk.As,
) -> None:
    """Withdraw a fingerprint: it stays as a tombstone and matches nothing."""
    _, policy = _policy(as_user, "curate")
    entry = _own(policy, "Bank", bank).entries.filter(value=value, withdrawn_at=None).first()
    if entry is None:
        say.fail(f"the bank {bank} holds no such value", "turs bank show prints what it holds.")
    _do(policy, "withdraw_bank_entry", entry, reason)


@banks.command("show")
def show_bank(
    bank: str = typer.Argument(..., help="Name of the bank."), as_user: str = desk.As, json: bool = say.Json
) -> None:
    """What a bank holds."""
    models, policy = _policy(as_user)
    row = policy.rows(models.Bank).filter(name=bank).first()
    if row is None:
        say.fail(f"there is no bank called {bank}", "turs bank list")
    _show(json, ["kind", "value", "label", "tier", "withdrawn"], [
        {"kind": entry.kind, "value": entry.value, "label": entry.label, "tier": entry.tier,
         "withdrawn": entry.withdrawn_at.date().isoformat() if entry.withdrawn_at else ""}
        for entry in row.entries.all()
    ])  # fmt: skip


@terms.command("list")
def list_terms(as_user: str = desk.As, json: bool = say.Json) -> None:
    """Term lists that an agency sees."""
    models, policy = _policy(as_user)
    _show(json, ["list", "terms", "TLP"], [
        {"list": row.name, "terms": row.terms.filter(withdrawn_at=None).count(), "TLP": row.tlp}
        for row in policy.rows(models.TermList)
    ])  # fmt: skip


@terms.command("add")
def add_term(
    list_name: str = typer.Argument(..., metavar="LIST"),
    text: str = typer.Argument(...),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    language: str = typer.Option("", "--language"),
    category: str = typer.Option("name", "--category"),
    tlp: str = typer.Option("AMBER", "--tlp", help="TLP mark of the list, where it is made now."),
    as_user: str = desk.As,
) -> None:
    """Add a term to a list; the list is made if there is none of that name."""
    models, policy = _policy(as_user, "curate")
    row = policy.rows(models.TermList, own=True).filter(name=list_name).first()
    if row is None:
        row = _do(policy, "add_term_list", list_name, tlp=_tlp(tlp))
    _do(policy, "add_term", row, text, category=category, language=language, reason=reason)


@terms.command("withdraw")
def withdraw_term(
    list_name: str = typer.Argument(..., metavar="LIST"),
    text: str = typer.Argument(...),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    as_user: str = desk.As,
) -> None:
    """Withdraw a term: it stays in the list as a tombstone and is not looked for any more."""
    _, policy = _policy(as_user, "curate")
    entry = _own(policy, "TermList", list_name).terms.filter(text=text, withdrawn_at=None).first()
    if entry is None:
        say.fail(f"the list {list_name} has no such term")
    _do(policy, "withdraw_term", entry, reason)


def _own(policy: Any, model: str, name: str) -> Any:
    from turs.desk.content import models

    row = policy.rows(getattr(models, model), own=True).filter(name=name).first()
    if row is None:
        say.fail(f"there is no {name} that {policy.user.username} may change", "turs bank list, turs term list")
    return row


def _tlp(mark: str) -> str:
    from turs.desk.coalition.vocabulary import TLP

    if mark not in TLP.values:
        say.fail(f"{mark} is no TLP mark", f"Use one of {', '.join(TLP.values)} (TLP 2.0).")
    return mark


def _policy(as_user: str, verb: str = "view") -> tuple[Any, Any]:
    desk.open_desk()
    from turs.desk.coalition.policy import Policy
    from turs.desk.coalition.vocabulary import Role
    from turs.desk.content import models

    policy = Policy(desk.user_named(as_user, Role.ANALYST))
    if not policy.may(verb):
        say.fail(f"{policy.user.username} may not do this", "Name somebody with the role analyst: --as USER.")
    return models, policy


def _do(policy: Any, verb: str, *args: Any, **fields: Any) -> Any:
    from django.core.exceptions import PermissionDenied

    from turs.desk.content import services
    from turs.desk.content.intake import Refused

    try:
        made = getattr(services, verb)(policy.user, *args, **fields)
    except (Refused, PermissionDenied) as problem:
        desk.refused(problem)
    shown = ", ".join(str(each) for each in made) if isinstance(made, list) else str(made)
    say.out.print(f"{verb.replace('_', ' ')}: {say.clean(shown)}", markup=False)
    return made


def _show(json: bool, headers: list[str], facts: list[dict[str, Any]]) -> None:
    if json:
        for fact in facts:
            say.line(fact)
    else:
        say.table(headers, [[fact[name] for name in headers] for fact in facts])
