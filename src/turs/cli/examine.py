"""``turs examine`` and ``turs reexamine``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from . import desk, say
from .collect import options_of


def examine(
    paths: list[Path] = typer.Argument(..., help="Readable files or folders."),
    reader: str = typer.Option("", "--reader", "-r", help="Name of the reader; recognised by itself otherwise."),
    option: list[str] = typer.Option([], "--option", "-o", help="Option of the reader, name=value. May repeat."),
    language: str = typer.Option("en", "--lang", help="Language of the reasons: ar or en."),
    json: bool = say.Json,
) -> None:
    """See what the software sees in files, without a database: genre, findings with their words, priority.

    Nothing is stored and nothing is decided. Same input and same version, same output.
    """
    from turs.examine import as_line, default_context
    from turs.examine import examine as look
    from turs.posting import Reject

    if language not in {"ar", "en"}:
        say.fail(f"--lang {language} is not known", "Use ar or en.")
    context, rejected = default_context(), 0
    for item in records(paths, reader, options_of(option)):
        if isinstance(item, Reject):
            rejected += 1
            place = say.place(item.file, item.line, item.column)
            say.errors.print(say.clean(f"{place}: {item.reason} {item.remedy}"), markup=False)
            continue
        seen = look(item, context)
        if json:
            say.line(as_line(item, seen, language))
        else:
            show(item, seen.as_dict(language))
    sys.stdout.flush()
    if rejected:
        raise typer.Exit(say.WRONG)


def records(paths: list[Path], reader: str, options: dict[str, str]) -> Iterator[Any]:
    from turs import collect

    if reader and reader not in collect.READERS:
        say.fail(f"there is no reader called {reader}", f"Known: {', '.join(collect.READERS)}.")
    for path in paths:
        if not path.exists():
            say.fail("there is no such file or folder", place=str(path))
        try:
            if path.is_dir():
                yield from collect.read_folder(path, reader=reader or None, options=options)
            else:
                yield from collect.read(path, reader=reader or None, options=options)
        except collect.Unreadable as problem:
            yield problem.reject


def show(item: Any, seen: dict[str, Any]) -> None:
    head = item.title or item.text.strip().partition("\n")[0]
    say.out.print(f"[bold]{say.clean(item.source)}[/bold]", say.clean(head[:90]), sep="  ")
    say.out.print(
        f"  {seen['genre']} · {seen['language']['tag']} · priority {seen['priority']} ({seen['tier']}) · "
        f"{'may be referred by people' if seen['referable'] else 'not referable'}"
    )
    for reason in seen["reasons"]:
        say.out.print(f"  – {say.clean(str(reason))}", markup=False)
    for finding in seen["findings"]:
        quotes = " … ".join(span["quote"] for span in finding["spans"][:3])
        say.out.print(f"    {finding['kind']}/{finding['label']}: «{say.clean(quotes)}»", markup=False)


def reexamine(as_user: str = desk.As, json: bool = say.Json) -> None:
    """Examine an agency's postings again after banks, term lists or the program changed."""
    desk.open_desk()
    from turs.desk.coalition.vocabulary import Role
    from turs.desk.content import intake

    user = desk.user_named(as_user, Role.ANALYST)
    if user.agency is None:
        say.fail(f"{user.username} belongs to no agency", "Name an analyst of an agency with --as.")
    count = intake.reexamine(user, user.agency)
    if json:
        say.line({"agency": user.agency.key, "examined": count})
    else:
        say.out.print(f"{user.agency.key}: {count} postings examined again")
