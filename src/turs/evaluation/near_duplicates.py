"""How well copies are found: recall of each edit, false matches, speed, on anybody's corpus.

Copies are made of texts that were held out while rules and thresholds were made (`corpus.held_out`), with
edits of a fixed seed. Part of the corpus stays outside the index: it lends the words of the edits, and tells
how often a text that was never indexed is matched all the same.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from turs.evaluation.corpus import held_out
from turs.evaluation.edits import EDITS
from turs.match import copies, sketch
from turs.text import folding

LEAST = 20
"""Texts below which a corpus measures nothing."""

STRANGERS = 2000
"""Texts left out of the index, at most; never more than a tenth."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval (Wilson 1927)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.hits, self.of)

    def as_dict(self) -> dict[str, Any]:
        low, high = self.interval
        return {"hits": self.hits, "of": self.of, "value": self.value, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    recall: by edit, how many copies brought their text back. false_matches: unrelated texts that matched
    something. left_out: the same for texts of the corpus that are not in the index; where texts of a corpus
    quote each other, these matches are true. speed: texts a second, of one thread, folding included.
    """

    texts: int
    indexed: int
    seed: int
    recall: Mapping[str, Rate]
    false_matches: Rate | None
    left_out: Rate
    speed: Mapping[str, float]
    index: Mapping[str, int | str]

    def as_dict(self) -> dict[str, Any]:
        facts = {name: value for name, value in asdict(self).items() if name in ("texts", "indexed", "seed")}
        return {
            **facts,
            "recall": {name: rate.as_dict() for name, rate in self.recall.items()},
            "false_matches": self.false_matches.as_dict() if self.false_matches else None,
            "left_out": self.left_out.as_dict(),
            "speed": dict(self.speed),
            "index": dict(self.index),
            "versions": {"copies": copies.VERSION, "sketch": sketch.VERSION, "normalise": folding.VERSION},
        }


def wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """95 % interval of a share (Wilson score), (0, 1) where nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle = share + spread / 2
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def measure(
    corpus: Sequence[str], unrelated: Sequence[str] = (), *, limit: int = 1000, seed: int = 1,
    told: Callable[[str], None] = lambda step: None,
) -> Report:
    """Index a corpus and look for edited copies of its texts.

    unrelated: texts that have nothing to do with it. limit: copies made by each edit, and unrelated texts
    asked for. told: is called with the name of each step. ValueError where the corpus is too small.
    """
    texts = _long_enough(list(dict.fromkeys(corpus)))
    if len(texts) < LEAST:
        raise ValueError(f"{len(texts)} different texts of {sketch.SHORTEST} letters or more: {LEAST} are needed")
    chance = random.Random(seed)
    strangers = set(chance.sample(range(len(texts)), min(STRANGERS, len(texts) // 10)))
    known = [text for place, text in enumerate(texts) if place not in strangers]
    outside = [texts[place] for place in sorted(strangers)]
    words = [word for text in outside for word in text.split()]
    eligible = [place for place, text in enumerate(known) if held_out(text)] or list(range(len(known)))
    chosen = chance.sample(eligible, min(limit, len(eligible)))
    sketch.warm()
    copies.TextIndex(known[:1]).search_many(known[:1])

    told("index")
    index = copies.TextIndex()
    seconds = _seconds(lambda: index.add_many(known))
    speed = {"inserts": len(known) / seconds}
    recall, made = {}, []
    for name, edit in EDITS.items():
        told(name)
        source = random.Random(f"{seed} {name}")
        queries = [edit(known[place], source, words) for place in chosen]
        made += queries
        found = index.search_many(queries)
        hits = sum(key in found.keys[found.offsets[k] : found.offsets[k + 1]] for k, key in enumerate(chosen))
        recall[name] = Rate(hits, len(chosen))
    told("unrelated")
    asked = _long_enough(list(dict.fromkeys(unrelated)))
    asked = asked if len(asked) <= limit else chance.sample(asked, limit)
    told("speed")
    some = chance.sample(made, min(len(made), 5000))
    speed["queries"] = len(some) / _seconds(lambda: index.search_many(some))
    few = some[:500]
    speed["single_queries"] = len(few) / _seconds(lambda: [index.search(text) for text in few])
    speed["unrelated_queries"] = len(outside) / _seconds(lambda: index.search_many(outside)) if outside else math.nan
    return Report(
        texts=len(texts), indexed=len(index), seed=seed, recall=recall,
        false_matches=_matched(index, asked) if unrelated else None, left_out=_matched(index, outside),
        speed=speed, index=index.describe(),
    )  # fmt: skip


def measure_pairs(pairs: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, Any]]:
    """What near-duplicate matching says of labelled pairs: by label, pairs, those that match, mean containment.

    Pairs with a text of fewer than ``SHORTEST`` letters count as not matching. A match says that the wording
    is shared, not that the meaning is: a headline and its contradiction are near-duplicates.
    """
    scores: dict[str, list[float]] = {}
    for one, two, label in pairs:
        found = copies.TextIndex((one,)).search(two)
        scores.setdefault(label, []).append(found[0].containment if found else 0.0)
    return {
        label: {"pairs": len(values), "matched": Rate(sum(value > 0 for value in values), len(values)).as_dict(),
                "containment_of_matches": float(np.mean([v for v in values if v])) if any(values) else 0.0}
        for label, values in sorted(scores.items())
    }  # fmt: skip


def _matched(index: copies.TextIndex, texts: Sequence[str]) -> Rate:
    """Texts that match anything."""
    return Rate(int((np.diff(index.search_many(texts).offsets) > 0).sum()), len(texts))


def _long_enough(texts: Sequence[str]) -> list[str]:
    counts = sketch.letter_counts(texts).tolist()
    return [text for text, count in zip(texts, counts, strict=True) if count >= sketch.SHORTEST]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
