"""The measurement of languages cuts fairly, counts rightly, and refuses what it cannot read with place and remedy."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import language as bench
from turs.cli import evaluate
from turs.evaluation.corpus import CorpusUnreadable
from turs.evaluation.language import Labelled, cuts, measure, read_labelled
from turs.evaluation.near_duplicates import Rate

EN = "The ministers met in the capital on Thursday to talk about working together on water and roads"
AR = "اجتمع الوزراء في العاصمة يوم الخميس لبحث التعاون في شؤون المياه والطرق بين البلدين الجارين"
PL = "Ministrowie spotkali się dzisiaj w stolicy, aby omówić współpracę w sprawie wody i dróg"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f'language,text\nen,"{EN}"\nara,{AR}\npl_PL,"{PL}"\nen,\n'),
        ("a.tsv", f"text\tlanguage\n{EN}\ten\n{AR}\tar-SY\n{PL}\tpl\n"),
        ("a.jsonl", "\n\n".join(json.dumps({"text": text, "language": tag}) for text, tag in
                                ((EN, "EN"), (AR, "arb"), (PL, "pl")))),
    ],
)
def test_labelled_texts_are_read_packed_or_not(tmp_path: Path, name: str, content: str) -> None:
    wanted = [Labelled(EN, "en"), Labelled(AR, "ar"), Labelled(PL, "pl")]
    (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content.encode(), mtime=0))
    assert list(read_labelled(tmp_path / name)) == wanted
    assert list(read_labelled(tmp_path / f"{name}.gz")) == wanted


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"text,lang\nx,en\n", [":1:", "no column 'language'", "--label"]),
        ("a.csv", b"body,language\nx,en\n", [":1:", "no column 'text'", "--column"]),
        ("a.csv", b"text,language\nx,en\ny\n", [":3:", "1 cells of 2", "Quote"]),
        ("a.csv", b"text,language\nx,English\n", [":2:", "'English'", "BCP 47"]),
        ("a.csv", b"text,language\nx,\n", [":2:", "''", "BCP 47"]),
        ("a.csv", b'text,language\n"x,en\n', ["damaged table"]),
        ("a.jsonl", b'{"text": "x", "language": "en"}\n{"text": "x"}\n', [":2:", "no text in 'language'", "--label"]),
        ("a.jsonl", b"{\n", [":1:", "no JSON"]),
        ("a.jsonl", b"\xff\n", [":1:", "UTF-8"]),
        ("a.txt", b"text\n", ["not a CSV", ".jsonl"]),
        ("b.csv", None, ["no such file"]),
    ],
)
def test_what_cannot_be_read_is_told_with_place_and_remedy(
    tmp_path: Path, name: str, content: bytes | None, words: list[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusUnreadable) as problem:
        list(read_labelled(tmp_path / name))
    assert all(word in str(problem.value) for word in (name, *words)), problem.value


def test_runs_are_whole_words_of_about_the_length() -> None:
    runs = cuts([EN, "short"], 20, 30, random.Random(1))
    assert len(runs) == len(set(runs)) > 10
    assert all(16 <= len(run) <= 20 and f" {run} " in f" {EN} " for run in runs)
    assert runs == cuts([EN, "short"], 20, 30, random.Random(1))


def test_right_and_wrong_are_counted_by_language_and_length() -> None:
    texts = [Labelled(EN, "en"), Labelled(AR, "ar"), Labelled(PL, "pl"), Labelled(AR, "fa")]
    report = measure(texts, lengths=(50, 0), limit=10)
    assert report.accuracy[0] == {"ar": Rate(1, 1), "en": Rate(1, 1), "fa": Rate(0, 1), "pl": Rate(1, 1)}
    assert report.confusion[0] == {("fa", "ar"): 1}
    assert report.mean(0) == 0.75
    assert report.accuracy[50]["en"].value == 1
    assert json.loads(json.dumps(report.as_dict()))["lengths"][1]["length"] is None
    with pytest.raises(ValueError, match="no text has 500 characters"):
        measure(texts, lengths=(500,))


def test_the_command_tells_figures_and_refuses_bad_files(tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text(f"text,language\n{EN},en\n{AR},ar\n", encoding="utf-8")
    told = CliRunner().invoke(evaluate.app, ["language", str(good), "--length", "0", "--json"])
    assert told.exit_code == 0
    assert json.loads(told.stdout)["lengths"][0]["accuracy"] == 1.0
    people = CliRunner().invoke(evaluate.app, ["language", str(good), "--length", "20"])
    assert people.exit_code == 0
    assert "20 characters" in people.stdout
    bad = tmp_path / "bad.csv"
    bad.write_text("text,language\nx,klingon\n", encoding="utf-8")
    assert CliRunner().invoke(evaluate.app, ["language", str(bad)]).exit_code != 0


@pytest.mark.parametrize(("size", "least"), [(20, 0.95), (50, 0.99)])
def test_eight_languages_are_told_from_short_runs(size: int, least: float) -> None:
    """Messages of Django, in every installation, which the model has not learned from; posts where they are there."""
    asked = bench.runs(size)
    assert {tag for tag, _ in asked} == set(bench.LANGUAGES)
    report = measure([Labelled(run, tag) for tag, run in asked], lengths=(0,), limit=5000)
    assert report.mean(0) >= least
    assert min(rate.value for rate in report.accuracy[0].values()) >= least - 0.01
