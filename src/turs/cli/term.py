"""``turs term``: names and slogans, with categories."""

from __future__ import annotations

import typer

from . import desk, say
from .curate import do, own, policy_of, show, spelt, tlp_mark

terms = typer.Typer(help="Term lists: names and slogans with categories.", no_args_is_help=True)


@terms.command("list")
def list_terms(as_user: str = desk.As, json: bool = say.Json) -> None:
    """Term lists that an agency sees."""
    models, policy = policy_of(as_user)
    show(json, ["list", "terms", "TLP"], [
        {"list": row.name, "terms": row.terms.filter(withdrawn_at=None).count(), "TLP": row.tlp}
        for row in policy.rows(models.TermList)
    ])  # fmt: skip


@terms.command("add")
def add_term(
    list_name: str = typer.Argument(..., metavar="LIST"),
    text: str = typer.Argument(...),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    language: str = typer.Option("", "--language"),
    category: str = typer.Option("name", "--category", help="group_name, name, outlet, slogan, hashtag or your own."),
    unless: list[str] = typer.Option([], "--unless", help="Words that, standing near, silence it. May repeat."),
    tlp: str = typer.Option("AMBER", "--tlp", help="TLP mark of the list, where it is made now."),
    as_user: str = desk.As,
) -> None:
    """Add a term to a list; the list is made if there is none of that name."""
    models, policy = policy_of(as_user, "curate")
    row = policy.rows(models.TermList, own=True).filter(name=spelt(list_name)).first()
    if row is None:
        row = do(policy, "add_term_list", list_name, tlp=tlp_mark(tlp))
    do(policy, "add_term", row, text, category=category, language=language, suppress=unless, reason=reason)


@terms.command("withdraw")
def withdraw_term(
    list_name: str = typer.Argument(..., metavar="LIST"),
    text: str = typer.Argument(...),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    as_user: str = desk.As,
) -> None:
    """Withdraw a term: it stays in the list as a tombstone and is not looked for any more."""
    _, policy = policy_of(as_user, "curate")
    entry = own(policy, "TermList", list_name).terms.filter(text=spelt(text), withdrawn_at=None).first()
    if entry is None:
        say.fail(f"the list {list_name} has no such term")
    do(policy, "withdraw_term", entry, reason)
