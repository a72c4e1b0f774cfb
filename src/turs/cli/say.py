"""How commands speak: errors that teach, JSON on demand, tables otherwise."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

WRONG, MISUSED, MISSING = 1, 2, 3

Json = typer.Option(False, "--json", help="Print JSON, one object a line.")

errors = Console(stderr=True, highlight=False, soft_wrap=True)
out = Console(highlight=False, soft_wrap=True)


def fail(message: str, hint: str = "", *, place: str = "", code: int = MISUSED) -> NoReturn:
    """End the command: where, what, and what to do about it."""
    where = f"{flat(place)}: " if place else ""
    errors.print(Text(f"turs: {where}{clean(message)}", style="bold"))
    if hint:
        errors.print(Text(f"  {clean(hint)}"))
    raise typer.Exit(code)


def place(file: str, line: int = 0, column: int = 0) -> str:
    """``file:line:column``, as far as it is known."""
    return ":".join(str(part) for part in (file, line, column) if part)


def line(value: Any) -> None:
    """One JSON object on one line of standard output; lone surrogates are escaped, never a crash."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A plain table for people."""
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for header in headers:
        shown.add_column(header, overflow="fold")
    for row in rows:
        shown.add_row(*(Text("" if cell is None else clean(str(cell))) for cell in row))
    out.print(shown)


def clean(text: str) -> str:
    """`text` without control characters that a terminal would obey."""
    return "".join(ch if ch.isprintable() or ch == "\n" else "\ufffd" for ch in text)


def flat(text: str) -> str:
    """`clean` text on one line: for names from elsewhere, which must not pass for lines of ours."""
    return clean(text).replace("\n", "\ufffd")


def progress(quiet: bool = False) -> Progress:
    """A progress bar on standard error; nothing where that is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=quiet or not errors.is_terminal,
    )
