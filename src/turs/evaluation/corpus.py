"""Texts to measure with: anybody's file, or generated ones where there is none.

A file is plain text (a text a line), CSV or TSV with a header, or JSON Lines; each may be gzipped (``.gz``).
What cannot be read ends the work with file, line and remedy: a measurement over half a corpus is worth nothing.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

LONGEST_LINE = 16_000_000
"""Code points of one line; more is refused, so that a file which is no corpus cannot fill the memory."""

HELD_OUT = 0.7
"""Share of texts that were never looked at while rules and thresholds were made: figures come from them."""


class CorpusUnreadable(ValueError):
    """A corpus cannot be read. The message names file, line and remedy."""

    def __init__(self, path: Path, line: int, reason: str, remedy: str) -> None:
        super().__init__(f"{path}:{line}: {reason}. {remedy}" if line else f"{path}: {reason}. {remedy}")


def read_corpus(path: Path, column: str = "text") -> Iterator[str]:
    """Texts of a file, in its order, empty ones left out.

    column: of CSV and TSV, and member of JSON objects. CorpusUnreadable at the first thing that is wrong.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix != ".gz"), "")
    found = lines(path, ".gz" in suffixes[-1:])
    if kind in (".csv", ".tsv"):
        yield from _table(path, found, column, "\t" if kind == ".tsv" else ",")
    elif kind in (".jsonl", ".ndjson", ".json"):
        for number, line in enumerate(found, start=1):
            if line.strip() and (text := _member(path, number, line, column)).strip():
                yield text
    else:
        yield from (line.rstrip("\r\n") for line in found if line.strip())


def held_out(text: str) -> bool:
    """Whether a text belongs to the part that nothing was tuned on. The same answer for the same text always."""
    digest = hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return digest[0] >= 256 * (1 - HELD_OUT)


def generated(size: int, seed: int = 1, shortest: int = 100, longest: int = 1000) -> list[str]:
    """Invented Arabic texts of `shortest` to `longest` characters: words of roots in patterns, frequent ones often.

    They mean nothing, but their letters, word lengths and repetitions are those of Arabic (Zipf's law).
    """
    chance = random.Random(seed)
    words = _words(chance)
    weights = [1 / (rank + 3) for rank in range(len(words))]
    stream = iter(chance.choices(words, weights, k=size * (longest // 5 + 8)))
    texts = []
    for _ in range(size):
        wanted, parts, length = chance.randint(shortest, longest), [], 0
        while length < wanted:
            word = next(stream)
            parts.append(word + ("،" if chance.random() < 0.06 else "." if chance.random() < 0.05 else ""))
            length += len(parts[-1]) + 1
        texts.append(" ".join(parts)[:wanted].strip())
    return texts


_CONSONANTS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
_PATTERNS = ("{}{}{}", "{}ا{}{}", "م{}{}و{}", "ت{}{}ي{}", "{}{}ا{}", "ا{}ت{}ا{}", "است{}{}{}", "ا{}{}{}", "م{}ا{}{}ة",
             "{}{}ي{}", "ي{}{}{}", "{}{}{}ات", "م{}{}{}", "{}وا{}{}", "ت{}{}{}ون", "ان{}{}ا{}")  # fmt: skip
_CLITICS = ("", "", "", "ال", "ال", "و", "وال", "ب", "بال", "لل", "ف", "ك")
_TAILS = ("", "", "", "", "ه", "ها", "هم", "نا", "ة", "ين")
_SMALL = (
    "من", "في", "على", "إلى", "أن", "عن", "مع", "ما", "لا", "هذا", "هذه", "التي", "الذي", "كان", "قد", "بين", "بعد",
    "قبل", "كل", "ذلك", "حتى", "أو", "ثم", "لم", "لن", "إن", "هو", "هي", "كما", "عند", "غير",
)  # fmt: skip


def _words(chance: random.Random, count: int = 40_000) -> list[str]:
    """Small words, then content words, most frequent first."""
    roots = ["".join(chance.sample(_CONSONANTS, 3)) for _ in range(3000)]
    made = {
        chance.choice(_CLITICS) + chance.choice(_PATTERNS).format(*chance.choice(roots)) + chance.choice(_TAILS): None
        for _ in range(count)
    }
    return [*_SMALL, *made]


def lines(path: Path, packed: bool) -> Iterator[str]:
    if not path.is_file():
        raise CorpusUnreadable(path, 0, "there is no such file", "Give a text, CSV, TSV or JSON Lines file")
    number = 0
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            while line := file.readline(4 * LONGEST_LINE + 1):
                number += 1
                if len(line) > 4 * LONGEST_LINE:
                    raise CorpusUnreadable(path, number, f"over {4 * LONGEST_LINE:,} bytes in a line", "Break it up")
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise CorpusUnreadable(path, number, f"not UTF-8 ({error.reason} at byte {error.start + 1} of the line)",
                               "Save the file as UTF-8") from error
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusUnreadable(path, number, f"cannot be read ({error})", "Check it, or unpack it first") from error


def _table(path: Path, lines: Iterator[str], column: str, delimiter: str) -> Iterator[str]:
    before = csv.field_size_limit(LONGEST_LINE)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        if column not in header:
            raise CorpusUnreadable(path, 1, f"no column {column!r} (columns: {', '.join(header) or 'none'})",
                                   "Name the column with --column")
        place = header.index(column)
        for row in rows:
            if len(row) <= place:
                if row:
                    raise CorpusUnreadable(path, rows.line_num, f"{len(row)} cells where column {column!r} is number "
                                           f"{place + 1}", "Quote cells that hold the separator")
            elif row[place].strip():
                yield row[place]
    except csv.Error as error:
        raise CorpusUnreadable(path, rows.line_num, f"damaged table ({error})", "Write it again as CSV, with quotes") \
            from error
    finally:
        csv.field_size_limit(before)


def _member(path: Path, number: int, line: str, column: str) -> str:
    try:
        value = json.load(io.StringIO(line))
    except (ValueError, RecursionError) as error:
        raise CorpusUnreadable(path, number, f"no JSON ({str(error) or 'nested too deeply'})",
                               "Write one JSON object a line") from error
    text = value.get(column) if isinstance(value, dict) else value
    if not isinstance(text, str):
        raise CorpusUnreadable(path, number, f"no text in {column!r}", "Name the member with --column")
    return text
