"""``turs``: the command line. One file a command group; every command has ``--json``; exit codes mean something.

Exit codes: 0 done; 1 something is wrong with what was asked about (a damaged record, rejects under ``--strict``);
2 the command was misused, or refused; 3 a needed part of the installation is missing.
"""

from __future__ import annotations

import os
from typing import Any

import typer
from typer.core import TyperGroup

from turs import __version__

from . import bank, case, coalition, collect, demo, evaluate, examine, ledger, match, people, serve, term

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # see turs.desk

CONTENTS = ("import", "readers", "examine", "reexamine", "fingerprint", "match", "bank", "term", "evaluate", "case",
            "ledger", "evidence", "demo", "serve", "worker", "upgrade", "coalition", "user")  # fmt: skip


class Contents(TyperGroup):
    """Lists commands in the order of the work, not of the alphabet."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=CONTENTS.index)


app = typer.Typer(
    name="turs",
    cls=Contents,
    help="Repel terrorist propaganda, lawfully and in the open.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COLLECT, EXAMINE, DECIDE, TRUST, RUN = (
    "Collect: bring content in",
    "Examine: see what is there",
    "Decide: people and their cases",
    "Trust: the record",
    "Run: this installation",
)

app.command("import", rich_help_panel=COLLECT)(collect.import_)
app.command("readers", rich_help_panel=COLLECT)(collect.readers)
app.command("examine", rich_help_panel=EXAMINE)(examine.examine)
app.command("reexamine", rich_help_panel=EXAMINE)(examine.reexamine)
app.command("fingerprint", rich_help_panel=EXAMINE)(match.fingerprint)
app.command("match", rich_help_panel=EXAMINE)(match.match)
app.add_typer(bank.banks, name="bank", rich_help_panel=EXAMINE)
app.add_typer(term.terms, name="term", rich_help_panel=EXAMINE)
app.add_typer(evaluate.app, name="evaluate", rich_help_panel=EXAMINE)
app.add_typer(case.app, name="case", rich_help_panel=DECIDE)
app.add_typer(ledger.app, name="ledger", rich_help_panel=TRUST)
app.command("evidence", rich_help_panel=TRUST)(ledger.evidence)
app.command("demo", rich_help_panel=RUN)(demo.demo)
app.command("serve", rich_help_panel=RUN)(serve.serve)
app.command("worker", rich_help_panel=RUN)(serve.worker)
app.command("upgrade", rich_help_panel=RUN)(serve.upgrade)
app.add_typer(coalition.app, name="coalition", rich_help_panel=RUN)
app.add_typer(people.app, name="user", rich_help_panel=RUN)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"turs {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass


def main() -> None:
    """Entry point of the ``turs`` program."""
    app()
