"""Copies of texts among 100,000 Arabic ones, against rensa's MinHash LSH on folded text: one core, the same data.

``TURS_SHARED`` names a folder with open data; without it, and without one beside the checkout, texts are generated.
Every figure has the folding in it. The peer gets what suits it best: the set of folded words, bands of four rows. It
tells candidates, which nobody has verified: `peer_answers` says how many a query gets.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from turs.evaluation.corpus import generated, held_out, read_corpus
from turs.evaluation.edits import EDITS
from turs.match import sketch
from turs.match.copies import TextIndex
from turs.text import folding

SIZE, QUERIES, ROUNDS = 100_000, 2400, 5
INSERTS, ASKED = 40_000, 20_000
"""Texts a second that must be reached."""

LEAST = {"words_20": 0.98, "words_30": 0.95, "typing_10": 0.93}
"""Recall that must be reached; 0.99 for every other edit."""

ASKED_EDITS = ("diacritics", "tatweel", "letter_forms", "look_alikes", "zero_width", "arabizi_digits", "half",
               "embedded", "words_20", "words_30", "typing_10")  # fmt: skip
PERMUTATIONS, BANDS = 128, 32


def texts(size: int = SIZE) -> list[str]:
    """Passages of classical books where there are some, else invented Arabic; 100 to 1,000 characters."""
    shared = Path(os.environ.get("TURS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = shared / "data" / "openiti_arabic_passages" / "passages.jsonl.gz"
    return list(read_corpus(path))[:size] if path.is_file() else generated(size)


def run() -> list[dict[str, Any]]:
    """Inserts and queries of both, in turn; recall of both for every edit."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    corpus, chance = texts(), random.Random(1)
    sketch.warm()
    TextIndex(corpus[:50]).search_many(corpus[:50])
    outside = set(chance.sample(range(len(corpus)), 2000))
    known = [text for place, text in enumerate(corpus) if place not in outside]
    strangers = [corpus[place] for place in sorted(outside)]
    words = [word for text in strangers for word in text.split()]
    source = [place for place, text in enumerate(known) if held_out(text)]
    wanted = {name: chance.sample(source, QUERIES // (len(ASKED_EDITS) + 1)) for name in ASKED_EDITS}
    asked = {name: [EDITS[name](known[place], chance, words) for place in places] for name, places in wanted.items()}
    asked["unrelated"] = strangers[: QUERIES // (len(ASKED_EDITS) + 1)]
    queries = [text for several in asked.values() for text in several]
    chance.shuffle(queries)

    built, peer_built = [], []
    for _ in range(3):
        built.append(_seconds(lambda: TextIndex(known)))
        peer_built.append(_seconds(lambda: Peer(known)))
    index, peer = TextIndex(known), Peer(known)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: index.search_many(queries)) / len(queries))
        theirs.append(_seconds(lambda: peer.search_many(queries)) / len(queries))
    single = _seconds(lambda: [index.search(text) for text in queries]) / len(queries)
    added = _seconds(lambda: [index.add(text) for text in queries]) / len(queries)
    size = len(known)
    rows = [
        _row("copies of texts: inserts", size, size / median(built), size / median(peer_built), INSERTS),
        _row("copies of texts: queries, a mixture of edits", size, 1 / median(ours), 1 / median(theirs), ASKED),
        _row("copies of texts: queries one by one", size, 1 / single, None, None),
        _row("copies of texts: inserts one by one", size, 1 / added, None, None),
    ]
    index = TextIndex(known)
    for name, places in wanted.items():
        found, theirs_found = index.search_many(asked[name]), peer.search_many(asked[name])
        mine = _share(key in found.keys[found.offsets[k] : found.offsets[k + 1]] for k, key in enumerate(places))
        other = _share(key in theirs_found[k] for k, key in enumerate(places))
        job, target = f"copies of texts: recall, {name.replace('_', ' ')}", LEAST.get(name, 0.99)
        row = _row(job, len(places), mine, other, target, "share")
        answers = {"answers": len(found.keys) / len(places), "peer_answers": sum(map(len, theirs_found)) / len(places)}
        rows.append(row | answers)
    return rows


class Peer:
    """rensa's MinHash LSH over the set of folded words of each text."""

    def __init__(self, known: Sequence[str]) -> None:
        from rensa import RMinHash, RMinHashLSH

        self._hash = RMinHash
        self._index = RMinHashLSH(0.5, PERMUTATIONS, BANDS)
        for place in range(0, len(known), 2000):
            self._index.insert_many(self._sketches(known[place : place + 2000]), place)

    def search_many(self, queries: Sequence[str]) -> list[set[int]]:
        return [set(found) for found in self._index.query_all(self._sketches(queries))]

    def _sketches(self, several: Sequence[str]) -> Any:
        codes, offsets, _ = folding.fold_many(several)
        folded = folding.as_text(codes)
        tokens = [folded[start:end].split() for start, end in pairwise(offsets.tolist())]
        return self._hash.from_token_sets(tokens, PERMUTATIONS, 42)


def _row(
    job: str, size: int, ours: float, peer: float | None, target: float | None, unit: str = "texts/s"
) -> dict[str, Any]:
    return {"job": job, "size": size, "ours": ours, "peer": peer, "ratio": ours / peer if peer else None, "unit": unit,
            "target": f"≥ {target} {unit}" if target else None, "met": ours >= target if target else None,
            "versions": {"rensa": version("rensa"), "sketch": sketch.VERSION}}  # fmt: skip


def _share(found: Iterable[Any]) -> float:
    hits = [bool(each) for each in found]
    return sum(hits) / len(hits)


def _seconds(call: Callable[[], object]) -> float:
    """Processor time of this process: both sides use one thread, and others may be at work on the machine."""
    begin = time.process_time()
    call()
    return time.process_time() - begin


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
