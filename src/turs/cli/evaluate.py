"""``turs evaluate``: how well the software does its work, on anybody's own texts. One function a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import say

if TYPE_CHECKING:
    from turs.evaluation import language as languages
    from turs.evaluation import terms as phrases
    from turs.evaluation.near_duplicates import Report

app = typer.Typer(help="Measure the software on texts of your own.", no_args_is_help=True)

Limit = typer.Option(1000, "--limit", min=1, help="How many texts each figure rests on, at most.")
Seed = typer.Option(1, "--seed", help="Seed of everything that chance decides; the same seed gives the same figures.")
Column = typer.Option("text", "--column", help="Column of a table, or member of JSON objects, that holds the text.")


@app.command("near-duplicates")
def near_duplicates(
    corpus: Path = typer.Argument(..., help="Text (one a line), CSV, TSV or JSON Lines; may be gzipped."),
    unrelated: Path | None = typer.Option(
        None, "--unrelated", help="Texts that have nothing to do with the corpus: for the rate of false matches."
    ),
    column: str = Column,
    limit: int = Limit,
    seed: int = Seed,
    json: bool = say.Json,
) -> None:
    """Index texts, make edited copies of some, and count how many are found again.

    Copies are made of texts that were held out while the rules were made. Tells recall for each edit with its
    interval, the rate of false matches, and the speed of this machine.
    """
    from turs.evaluation.corpus import CorpusUnreadable, read_corpus
    from turs.evaluation.near_duplicates import measure

    try:
        with say.errors.status("reading …"):
            texts = list(read_corpus(corpus, column))
            others = list(read_corpus(unrelated, column)) if unrelated else []
        with say.errors.status("measuring …") as status:
            report = measure(texts, others, limit=limit, seed=seed, told=lambda step: status.update(f"{step} …"))
    except CorpusUnreadable as problem:
        say.fail(str(problem))
    except ValueError as problem:
        say.fail(str(problem), "Give a larger corpus.", place=str(corpus))
    if json:
        say.line(report.as_dict())
    else:
        show(report)


def show(report: Report) -> None:
    """The report as tables for people."""
    rates = [*report.recall.items(), ("false matches, unrelated texts", report.false_matches),
             ("matches, texts left out of the index", report.left_out)]  # fmt: skip
    say.table(
        ["edit", "share", "95 % interval", "of"],
        [[name.replace("_", " "), f"{rate.value:.4f}", "{:.4f} to {:.4f}".format(*rate.interval), f"{rate.of:,}"]
         for name, rate in rates if rate and rate.of],
    )  # fmt: skip
    say.out.print()
    say.table(["one thread, folding included", "texts a second"],
              [[name.replace("_", " "), f"{value:,.0f}"] for name, value in report.speed.items()])  # fmt: skip
    say.out.print(f"\n{report.indexed:,} texts indexed, {report.index['bytes']:,} bytes, seed {report.seed}")


@app.command("language")
def language(
    file: Path = typer.Argument(..., help="CSV, TSV or JSON Lines with texts and their languages; may be gzipped."),
    column: str = Column,
    label: str = typer.Option("language", "--label", help="Column or member that holds the language (BCP 47)."),
    length: list[int] = typer.Option(
        [20, 50, 0], "--length", min=0, help="Characters of the runs tried; 0 for whole texts. May be repeated."
    ),
    limit: int = Limit,
    seed: int = Seed,
    json: bool = say.Json,
) -> None:
    """Tell the language of labelled texts, whole and cut short, and count how often it is right.

    Tells accuracy for each language and length with its interval, what is taken for what, and the speed of this
    machine.
    """
    from turs.evaluation.corpus import CorpusUnreadable
    from turs.evaluation.language import measure, read_labelled

    try:
        with say.errors.status("reading …"):
            texts = list(read_labelled(file, column, label))
        with say.errors.status("measuring …"):
            report = measure(texts, lengths=length, limit=limit, seed=seed)
    except CorpusUnreadable as problem:
        say.fail(str(problem))
    except ValueError as problem:
        say.fail(str(problem), "Give longer texts, or a smaller --length.", place=str(file))
    if json:
        say.line(report.as_dict())
    else:
        show_languages(report)


def show_languages(report: languages.Report) -> None:
    """The report as tables for people: a line for each language, then what is taken for what."""
    for length, rates in report.accuracy.items():
        name = f"{length} characters" if length else "whole texts"
        rows = [[tag, f"{rate.value:.4f}", "{:.4f} to {:.4f}".format(*rate.interval), f"{rate.of:,}"]
                for tag, rate in rates.items()]  # fmt: skip
        say.table([name, "right", "95 % interval", "of"], [*rows, ["mean", f"{report.mean(length):.4f}", "", ""]])
        wrong = [f"{wanted} as {got}: {times}" for (wanted, got), times in report.confusion[length].items()][:12]
        speed = report.speed[length]
        say.out.print(f"\ntaken: {', '.join(wrong) or 'none for another'}")
        say.out.print(f"{speed['batch']:,.0f} texts a second in a batch, {speed['single']:,.0f} one at a time\n")


@app.command("terms")
def terms(
    corpus: Path = typer.Argument(..., help="Text (one a line), CSV, TSV or JSON Lines; may be gzipped."),
    listed: Path | None = typer.Option(
        None, "--terms", help="Terms: one a line, CSV, TSV or JSON Lines. Else phrases of the corpus are taken."
    ),
    column: str = Column,
    term_column: str = typer.Option("text", "--term-column", help="Column or member that holds the term."),
    limit: int = Limit,
    seed: int = Seed,
    json: bool = say.Json,
) -> None:
    """Look for terms in a corpus, then for the same terms in disguise, and count how many are found.

    Tells how much of the corpus the list covers, recall behind each disguise with its interval, how many texts have
    a hit behind a disguise alone, and the speed of this machine.
    """
    from turs.evaluation.corpus import CorpusUnreadable, read_corpus
    from turs.evaluation.terms import measure
    from turs.text import Term

    try:
        with say.errors.status("reading …"):
            texts = list(read_corpus(corpus, column))
            wanted = [Term(text.strip()) for text in read_corpus(listed, term_column)] if listed else []
        with say.errors.status("measuring …"):
            report = measure(texts, wanted, limit=limit, seed=seed)
    except CorpusUnreadable as problem:
        say.fail(str(problem))
    except ValueError as problem:
        say.fail(str(problem), "Correct the list of terms, or give a larger corpus.", place=str(listed or corpus))
    if json:
        say.line(report.as_dict())
    else:
        show_terms(report)


def show_terms(report: phrases.Report) -> None:
    """The report as a table and a sentence for people."""
    say.table(
        ["written", "found", "95 % interval", "of"],
        [[name.replace("_", " "), f"{rate.value:.4f}", "{:.4f} to {:.4f}".format(*rate.interval), f"{rate.of:,}"]
         for name, rate in report.recall.items() if rate.of],
    )  # fmt: skip
    say.out.print(
        f"\n{report.terms_seen:,} of {report.terms:,} terms occur, in {report.texts_hit:,} of {report.texts:,} texts: "
        f"{report.hits:,} hits, {report.behind:,} of them behind a disguise; {report.false_hits.hits:,} texts have no "
        f"other hit\n{report.speed:,.0f} MB/s on one core, folding included; seed {report.seed}"
    )
