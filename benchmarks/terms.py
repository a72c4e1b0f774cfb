"""Curated phrases found in Arabic texts, folding included, against an automaton on the same folded text: one core.

The peer is ahocorasick-rs where it is installed. It gets the text folded by us and only lists where its phrases stand,
inside words too; it does not see clitics, whole words, or the place in the original.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from turs.evaluation.terms import phrases
from turs.text import Term, TermList, TermScanner, normalise
from turs.text import terms as rules

from .copies import texts

SIZES = {10_000: 60, 100_000: 40}
"""Phrases, and the megabytes of UTF-8 a second and core that must be reached."""
SCANNED, ROUNDS = 10_000, 5


def run() -> list[dict[str, Any]]:
    """Phrases of one to four words drawn from texts other than those that are scanned; ours and peer's in turn."""
    corpus = texts()
    scanned, others = corpus[:SCANNED], corpus[SCANNED:]
    size = sum(len(text.encode()) for text in scanned) / 1e6
    rows = []
    for count, target in SIZES.items():
        listed = phrases(others, count)
        scanner = TermScanner([TermList("benchmark", "1", tuple(listed))])
        scanner.places_many(scanned[:100], disguised=False)
        peer = _peer(listed)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(size / _seconds(lambda: scanner.places_many(scanned, disguised=False)))  # noqa: B023
            if peer:
                theirs.append(size / _seconds(lambda: peer(scanned)))  # noqa: B023
        row = {"job": f"terms, {count:,} phrases, folding included", "size": len(listed), "ours": median(ours),
               "unit": "MB/s", "versions": {"terms": rules.VERSION}, "target": target}
        if theirs:
            row |= {"peer": median(theirs), "ratio": median(ours) / median(theirs)}
        rows.append(row)
    return rows


def _peer(listed: list[Term]) -> Callable[[list[str]], int] | None:
    try:
        from ahocorasick_rs import AhoCorasick
    except ImportError:
        return None
    automaton = AhoCorasick([normalise(term.text).text.strip() for term in listed], store_patterns=False)

    def scan(scanned: list[str]) -> int:
        return sum(len(automaton.find_matches_as_indexes(normalise(text).text, overlapping=True)) for text in scanned)

    return scan


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
