"""``turs bank`` and ``turs term``: what is known already."""

from __future__ import annotations

from typing import Any

import typer

from . import desk, say

banks = typer.Typer(help="Banks: fingerprints of known content.", no_args_is_help=True)
terms = typer.Typer(help="Term lists: names and slogans with categories.", no_args_is_help=True)


@banks.command("list")
def list_banks(as_user: str = desk.As, json: bool = say.Json) -> None:
    """Banks that an agency sees, with their sizes."""
    from_desk, policy = _policy(as_user)
    rows = policy.rows(from_desk.Bank)
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
    _do(as_user, "add_bank", name=name, polarity=polarity, tlp=tlp)


@banks.command("entry")
def add_bank_entry(
    bank: str = typer.Argument(..., help="Name of the bank."),
    kind: str = typer.Argument(..., help="sha256, md5, text, url or pdq."),
    value: str = typer.Argument(..., help="A digest, an address, or for text the text itself."),
    label: str = typer.Option("", "--label"),
    tier: str = typer.Option("promotional", "--tier"),
    as_user: str = desk.As,
) -> None:
    """Add a fingerprint to a bank."""
    from_desk, policy = _policy(as_user, "curate")
    row = policy.rows(from_desk.Bank, own=True).filter(name=bank).first()
    if row is None:
        say.fail(f"there is no bank called {bank} that {policy.user.username} may change", "turs bank list")
    _do(as_user, "add_bank_entry", bank=row, kind=kind, value=value, label=label, tier=tier)


@terms.command("list")
def list_terms(as_user: str = desk.As, json: bool = say.Json) -> None:
    """Term lists that an agency sees."""
    from_desk, policy = _policy(as_user)
    _show(json, ["list", "terms", "TLP"], [
        {"list": row.name, "terms": row.terms.filter(withdrawn_at=None).count(), "TLP": row.tlp}
        for row in policy.rows(from_desk.TermList)
    ])  # fmt: skip


@terms.command("add")
def add_term(
    list_name: str = typer.Argument(..., metavar="LIST"),
    text: str = typer.Argument(...),
    language: str = typer.Option("", "--language"),
    category: str = typer.Option("name", "--category"),
    as_user: str = desk.As,
) -> None:
    """Add a term to a list; the list is made if there is none of that name."""
    from_desk, policy = _policy(as_user, "curate")
    row = policy.rows(from_desk.TermList, own=True).filter(name=list_name).first()
    if row is None:
        row = _do(as_user, "add_term_list", name=list_name)
    _do(as_user, "add_term", list=row, text=text, language=language, category=category)


def _policy(as_user: str, verb: str = "view") -> tuple[Any, Any]:
    desk.open_desk()
    from turs.desk.coalition.policy import Policy
    from turs.desk.coalition.vocabulary import Role
    from turs.desk.content import models

    policy = Policy(desk.user_named(as_user, Role.ANALYST))
    if not policy.may(verb):
        say.fail(f"{policy.user.username} may not do this", "Name somebody with the role analyst: --as USER.")
    return models, policy


def _do(as_user: str, verb: str, **fields: Any) -> Any:
    _, policy = _policy(as_user, "curate")
    from django.core.exceptions import PermissionDenied, ValidationError

    from turs.desk.content import services

    try:
        made = getattr(services, verb)(policy.user, **fields)
    except ValidationError as problem:
        say.fail("; ".join(problem.messages))
    except (ValueError, PermissionDenied) as problem:
        desk.refused(problem)
    say.out.print(f"{verb.replace('_', ' ')}: {say.clean(str(made))}", markup=False)
    return made


def _show(json: bool, headers: list[str], facts: list[dict[str, Any]]) -> None:
    if json:
        for fact in facts:
            say.line(fact)
    else:
        say.table(headers, [[fact[name] for name in headers] for fact in facts])
