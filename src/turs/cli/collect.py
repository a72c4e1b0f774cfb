"""``turs import`` and ``turs readers``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from . import desk, say


def options_of(pairs: list[str]) -> dict[str, str]:
    """``["station=Radio", ...]`` as a dict; ends the command over a pair without ``=``."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            say.fail(f"--option {pair} is not of the form name=value", "turs readers lists the options of each reader.")
        found[name.strip()] = value
    return found


def files_below(path: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a folder with its path inside it, in order; or the file itself."""
    if path.is_file():
        yield path.name, path
        return
    for found in sorted(path.rglob("*")):
        if found.is_file() and not found.is_symlink():
            yield found.relative_to(path).as_posix(), found


def chunks(path: Path, size: int = 1 << 20) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(size):
            yield chunk


def import_(
    paths: list[Path] = typer.Argument(..., help="Files or folders. A folder is one import."),
    reader: str = typer.Option("", "--reader", "-r", help="Name of the reader; recognised by itself otherwise."),
    option: list[str] = typer.Option([], "--option", "-o", help="Option of the reader, name=value. May repeat."),
    tlp: str = typer.Option("AMBER", "--tlp", help="CLEAR, GREEN, AMBER, AMBER+STRICT or RED."),
    title: str = typer.Option("", "--title", help="What to call this import."),
    strict: bool = typer.Option(False, "--strict", help="Exit with 1 if any record was rejected."),
    as_user: str = desk.As,
    json: bool = say.Json,
) -> None:
    """Bring files in: keep the evidence, examine, put before people what needs them.

    Importing the same thing twice adds nothing. What cannot be read is listed with file, line, reason and remedy.
    """
    for path in paths:
        if not path.exists():
            say.fail("there is no such file or folder", place=str(path))
    desk.open_desk()
    from turs.desk.coalition.vocabulary import TLP, Role
    from turs.desk.content import intake

    if tlp not in TLP.values:
        say.fail(f"{tlp} is no TLP mark", f"Use one of {', '.join(TLP.values)} (TLP 2.0).")
    user = desk.user_named(as_user, Role.COLLECTOR)
    given = options_of(option)
    bad = False
    for path in paths:
        uploads = [intake.Upload(name, chunks(found)) for name, found in files_below(path)]
        try:
            work = intake.open_import(
                user, uploads, reader=reader, options=given, tlp=tlp, title=title or path.name
            )  # fmt: skip
        except (intake.Refused, PermissionError) as problem:
            say.fail(str(problem), place=str(path))
        except Exception as problem:
            if type(problem).__name__ != "PermissionDenied":
                raise
            desk.refused(f"{user.username} may not import")
        with progress_of(work, quiet=json):
            work = intake.run(work.pk)
        report(work, json)
        bad = bad or work.state == "failed" or (strict and work.rejected > 0)
    if bad:
        raise typer.Exit(say.WRONG)


@contextlib.contextmanager
def progress_of(work: Any, quiet: bool) -> Iterator[None]:
    """A bar that follows the import's own counts while it runs in this process."""
    import threading

    from django.db import connection

    from turs.desk.content.models import Import

    with say.progress(quiet) as bar:
        task, done = bar.add_task(work.title, total=max(work.bytes, 1)), threading.Event()

        def watch() -> None:
            while not done.wait(0.5):
                read = Import.objects.filter(pk=work.pk).values_list("bytes_read", flat=True).first() or 0
                bar.update(task, completed=min(read, work.bytes))
            connection.close()

        watcher = threading.Thread(target=watch, daemon=True)
        if not bar.disable:
            watcher.start()
        try:
            yield
        finally:
            done.set()
            if watcher.is_alive():
                watcher.join()


def report(work: Any, json: bool) -> None:
    rejects = list(work.rejects.values("file", "line", "column", "code", "reason", "remedy")[:1000])
    if json:
        say.line(
            {"import": str(work.pk), "title": work.title, "state": work.state, "added": work.added,
             "known": work.known, "rejected": work.rejected, "error": work.error, "rejects": rejects}
        )  # fmt: skip
        return
    say.out.print(f"{say.clean(work.title)}: {work.added} added, {work.known} known already, {work.rejected} rejected")
    if work.error:
        say.errors.print(f"  failed: {say.clean(work.error)}")
    for reject in rejects[:20]:
        place = say.place(reject["file"], reject["line"], reject["column"])
        words = f"{place}: {reject['reason']} {reject['remedy']}"
        say.errors.print(f"  {say.clean(words)}", markup=False)
    if len(rejects) > 20:
        say.errors.print(f"  … and {work.rejected - 20} more: see the import on screen, or use --json")


def readers(json: bool = say.Json) -> None:
    """What can be read, and with which options."""
    from turs.collect import READERS

    if json:
        for reader in READERS.values():
            say.line(
                {"name": reader.name, "version": reader.version, "suffixes": list(reader.suffixes),
                 "summary": dict(reader.summary),
                 "options": [{"name": o.name, "kind": o.kind, "help": dict(o.help), "required": o.required}
                             for o in reader.options]}
            )  # fmt: skip
        return
    for reader in READERS.values():
        say.out.print(f"[bold]{reader.name}[/bold] ({', '.join(reader.suffixes)})  {reader.summary['en']}")
        for option in reader.options:
            say.out.print(f"    {option.name}  {option.help['en']}", markup=False)
