"""How often the language of a text is told rightly: by language and length, on anybody's labelled texts.

A length is tried by cutting runs of whole words at random places, no longer than so many characters and no
shorter than four fifths of them. The same seed cuts the same runs.
"""

from __future__ import annotations

import csv
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from turs.evaluation import corpus
from turs.evaluation.corpus import CorpusUnreadable
from turs.evaluation.near_duplicates import Rate
from turs.text import language

WHOLE = 0
"""Length that stands for texts as they are."""

LENGTHS = (20, 50, WHOLE)
SHORTEST = 0.8
"""Share of the length asked for that a run of words has at least."""

ROUNDS = 3
"""Times the speed is measured; the middle one counts."""

_THREE = {
    "ara": "ar", "arb": "ar", "fas": "fa", "per": "fa", "pes": "fa", "urd": "ur", "eng": "en", "fra": "fr", "fre": "fr",
    "tur": "tr", "ind": "id", "som": "so", "hau": "ha", "rus": "ru", "ukr": "uk", "heb": "he", "deu": "de", "ger": "de",
    "spa": "es", "ita": "it", "nld": "nl", "dut": "nl", "por": "pt", "pus": "ps", "pbu": "ps", "hin": "hi", "ell": "el",
    "gre": "el", "jpn": "ja", "kor": "ko", "zho": "zh", "chi": "zh",
}
"""Codes of ISO 639-2 and 639-3 for what BCP 47 writes with two letters."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and the BCP 47 tag of its language, without region or script."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    accuracy: by length (0: whole texts) and language. confusion: by length, how often a language (first) was
    taken for another (second), most frequent first. speed: texts a second by length, in one batch and one at a
    time. A language that the software does not know is right when it says ``und``.
    """

    texts: int
    seed: int
    accuracy: Mapping[int, Mapping[str, Rate]]
    confusion: Mapping[int, Mapping[tuple[str, str], int]]
    speed: Mapping[int, Mapping[str, float]]

    def mean(self, length: int) -> float:
        """Accuracy of a length, each language counting the same."""
        return fmean(rate.value for rate in self.accuracy[length].values())

    def as_dict(self) -> dict[str, Any]:
        return {
            "texts": self.texts,
            "seed": self.seed,
            "lengths": [
                {
                    "length": length or None,
                    "accuracy": self.mean(length),
                    "languages": {tag: rate.as_dict() for tag, rate in rates.items()},
                    "confusion": [
                        {"language": wanted, "taken_for": got, "times": times}
                        for (wanted, got), times in self.confusion[length].items()
                    ],
                    "texts_a_second": dict(self.speed[length]),
                }
                for length, rates in self.accuracy.items()
            ],
            "versions": {"language": language.VERSION},
        }


def read_labelled(path: Path, column: str = "text", label: str = "language") -> Iterator[Labelled]:
    """Labelled texts of a CSV, TSV or JSON Lines file (may be gzipped), in its order.

    column, label: of a table, or members of JSON objects. CorpusUnreadable, with file, line and remedy, at the
    first thing that is wrong; empty texts are left out.
    """
    kind = next((suffix.lower() for suffix in reversed(path.suffixes) if suffix.lower() != ".gz"), "")
    lines = corpus.lines(path, path.suffix.lower() == ".gz")
    if kind in (".csv", ".tsv"):
        rows = _table(path, lines, (column, label), "\t" if kind == ".tsv" else ",")
    elif kind in (".jsonl", ".ndjson", ".json"):
        rows = _objects(path, lines, (column, label))
    else:
        raise CorpusUnreadable(path, 0, "not a CSV, TSV or JSON Lines file",
                               f"Give one with {column!r} and {label!r}, and the ending .csv, .tsv or .jsonl")
    for number, text, tag in rows:
        if text.strip():
            yield Labelled(text, _tag(path, number, tag))


def measure(
    texts: Sequence[Labelled], *, lengths: Sequence[int] = LENGTHS, limit: int = 1000, seed: int = 1
) -> Report:
    """Tell the language of up to `limit` runs of words for each language and length.

    ValueError where no language has a text long enough for a length.
    """
    by_language: dict[str, list[str]] = {}
    for one in dict.fromkeys(texts):
        by_language.setdefault(one.language, []).append(one.text)
    language.warm()
    accuracy: dict[int, Mapping[str, Rate]] = {}
    confusion: dict[int, Mapping[tuple[str, str], int]] = {}
    speed: dict[int, Mapping[str, float]] = {}
    for length in lengths:
        asked = [
            (tag, run)
            for tag in sorted(by_language)
            for run in cuts(by_language[tag], length, limit, random.Random(f"{seed} {tag} {length}"))
        ]
        if not asked:
            raise ValueError(f"no text has {length} characters")
        runs = [run for _, run in asked]
        answers = [answer.tag for answer in language.detect_many(runs)]
        wanted = Counter(tag for tag, _ in asked)
        wrong = Counter(
            (tag, answer) for (tag, _), answer in zip(asked, answers, strict=True) if answer != _expected(tag)
        )
        missed = Counter({tag: sum(n for (one, _), n in wrong.items() if one == tag) for tag in wanted})
        accuracy[length] = {tag: Rate(wanted[tag] - missed[tag], wanted[tag]) for tag in wanted}
        confusion[length] = dict(sorted(wrong.items(), key=lambda item: (-item[1], item[0])))
        speed[length] = {"batch": _speed(runs, batch=True), "single": _speed(runs[:2000], batch=False)}
    return Report(len(texts), seed, accuracy, confusion, speed)


def cuts(texts: Sequence[str], length: int, limit: int, chance: random.Random) -> list[str]:
    """Up to `limit` different runs of words of a length, from random texts and places; texts as they are for 0."""
    if length == WHOLE:
        return list(texts) if len(texts) <= limit else chance.sample(list(texts), limit)
    held = [words for text in texts if len(text) >= SHORTEST * length and (words := text.split())]
    found: dict[str, None] = {}
    for _ in range(10 * limit if held else 0):
        words = chance.choice(held)
        run, place = "", chance.randrange(len(words))
        while place < len(words) and len(longer := f"{run} {words[place]}".strip()) <= length:
            run, place = longer, place + 1
        if len(run) >= SHORTEST * length and sum(map(str.isalpha, run)) >= len(run) / 2:
            found[run] = None
            if len(found) == limit:
                break
    return list(found)


def _expected(tag: str) -> str:
    return tag if tag in language.KNOWN else "und"


def _speed(texts: Sequence[str], *, batch: bool) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        if batch:
            language.detect_many(texts)
        else:
            for text in texts:
                language.detect(text)
        seconds.append(time.perf_counter() - start)
    return len(texts) / sorted(seconds)[ROUNDS // 2]


def _tag(path: Path, number: int, label: str) -> str:
    first = re.split("[-_]", label.strip().lower())[0]
    if not re.fullmatch("[a-z]{2,3}", first):
        raise CorpusUnreadable(path, number, f"{label!r} is no language tag", "Write a BCP 47 tag, as in: ar, fa, ckb")
    return _THREE.get(first, first)


def _table(path: Path, lines: Iterator[str], names: tuple[str, str], delimiter: str) -> Iterator[tuple[int, str, str]]:
    before = csv.field_size_limit(corpus.LONGEST_LINE)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        for name in names:
            if name not in header:
                raise CorpusUnreadable(path, 1, f"no column {name!r} (columns: {', '.join(header) or 'none'})",
                                       "Name the columns with --column and --label")
        text, label = map(header.index, names)
        for row in rows:
            if len(row) > max(text, label):
                yield rows.line_num, row[text], row[label]
            elif row:
                raise CorpusUnreadable(path, rows.line_num, f"{len(row)} cells of {len(header)}",
                                       "Quote cells that hold the separator")
    except csv.Error as error:
        raise CorpusUnreadable(path, rows.line_num, f"damaged table ({error})", "Write it again as CSV, with quotes") \
            from error
    finally:
        csv.field_size_limit(before)


def _objects(path: Path, lines: Iterator[str], names: tuple[str, str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CorpusUnreadable(path, number, f"no JSON ({str(error) or 'nested too deeply'})",
                                   "Write one JSON object a line") from error
        found = [value.get(name) if isinstance(value, dict) else None for name in names]
        for name, member in zip(names, found, strict=True):
            if not isinstance(member, str):
                raise CorpusUnreadable(path, number, f"no text in {name!r}",
                                       "Name the members with --column and --label")
        yield number, str(found[0]), str(found[1])
