"""How well a term list finds its terms: coverage of a corpus, recall behind each disguise, false hits, speed.

Recall is measured by putting each term, disguised, into texts of the corpus that hold none of the list, with edits
of a fixed seed; the edits are not the tables that the folding undoes (``turs.evaluation.edits``). What is found in
the corpus itself only behind a disguise is counted apart: there a person has to look, for in honest texts most of it
is chance.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from turs.evaluation import edits
from turs.evaluation.near_duplicates import Rate
from turs.text import Term, TermList, TermScanner, folding, normalise
from turs.text import terms as rules

LEAST = 20
"""Texts below which a corpus measures nothing."""

Disguise = Callable[[str, random.Random], str]


def _edit(edit: edits.Edit) -> Disguise:
    return lambda text, chance: edit(text, chance, ())


def _separated(marks: Sequence[str]) -> Disguise:
    """Letters of one word of the term, the longest, set apart by a mark."""

    def disguise(text: str, chance: random.Random) -> str:
        longest = max(text.split(), key=len)
        return text.replace(longest, chance.choice(marks).join(longest), 1)

    return disguise


def _one_mark(marks: Sequence[str]) -> Disguise:
    """One mark inside the longest word."""

    def disguise(text: str, chance: random.Random) -> str:
        longest = max(text.split(), key=len)
        place = chance.randrange(1, max(2, len(longest)))
        return text.replace(longest, longest[:place] + chance.choice(marks) + longest[place:], 1)

    return disguise


def _elongated(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + text[place] * chance.randint(3, 6) + text[place + 1 :] if text[place].isalpha() else text


_DOTLESS = str.maketrans("بتثجخذزشضظغفقنية", "ٮٮٮححدرسصطعڡٯںىه")


def _dotless(text: str, chance: random.Random) -> str:
    return "".join(
        char.translate(_DOTLESS) if char not in "ني" or place + 1 == len(text) or not text[place + 1].isalpha() else "ٮ"
        for place, char in enumerate(text)
    )


def _clitics(text: str, chance: random.Random) -> str:
    if not "\u0621" <= text[0] <= "\u064a":
        return text
    if text.startswith("ال") and len(text.split()[0]) > 4:
        return chance.choice(("و" + text, "ب" + text, "ف" + text, "لل" + text[2:]))
    return chance.choice(("و", "ب", "ل", "وال", "بال") if text[0] not in "بلوفك" else ("و", "ف")) + text


DISGUISES: Mapping[str, Disguise] = {
    "as_written": lambda text, chance: text,
    "clitics": _clitics,
    **{name: _edit(edits.EDITS[name]) for name in ("diacritics", "tatweel", "letter_forms", "presentation_forms",
                                                   "zero_width", "look_alikes", "arabizi_digits")},
    "elongated": _elongated,
    "spelled_out": _separated((" ", ".", "-", "_", "*", " . ")),
    "broken": _one_mark((".", "*", "•", "~", "|")),
    "emoji_inside": _one_mark(("🔥", "💥", "⚡", "😀")),
    "dotless": _dotless,
}  # fmt: skip
"""Ways in which a term is written, by name; each takes the term and a source of chance."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    hits: in the corpus as it is; behind: of these, found only behind a disguise. terms_seen: terms that occur at
    all. texts_hit: texts with a hit. recall: by disguise, how often the term was found where it was put; a disguise
    is asked only of terms that it changes. false_hits: texts of the corpus with a hit behind a disguise and no other.
    speed: megabytes of UTF-8 a second on one core, folding included.
    """

    texts: int
    megabytes: float
    terms: int
    terms_seen: int
    hits: int
    behind: int
    texts_hit: int
    recall: Mapping[str, Rate]
    false_hits: Rate
    speed: float
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form, with the versions of the rules."""
        plain = {name: getattr(self, name) for name in ("texts", "megabytes", "terms", "terms_seen", "hits", "behind",
                                                        "texts_hit", "speed", "seed")}  # fmt: skip
        return {**plain, "recall": {name: rate.as_dict() for name, rate in self.recall.items()},
                "false_hits": self.false_hits.as_dict(),
                "versions": {"terms": rules.VERSION, "normalise": folding.VERSION}}  # fmt: skip


def measure(texts: Sequence[str], listed: Sequence[Term] = (), *, limit: int = 1000, seed: int = 1) -> Report:
    """Measure a term list on a corpus.

    listed: without any, phrases are drawn from the corpus (`phrases`). limit: terms asked of each disguise, at most.
    ValueError where there is too little to measure by.
    """
    if len(texts) < LEAST:
        raise ValueError(f"{len(texts)} texts are too few to measure by: {LEAST} at least")
    chance = random.Random(seed)
    terms = tuple(listed) or tuple(phrases(texts, min(10_000, 5 * len(texts)), seed))
    scanner = TermScanner([TermList("measured", "1", terms)])
    scanner.places_many(texts[:LEAST])

    begin = time.process_time()
    plain = scanner.places_many(texts, disguised=False)
    seconds = time.process_time() - begin
    rows = scanner.places_many(texts)
    hit_plain, hit_all = set(plain[:, 0].tolist()), set(rows[:, 0].tolist())
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6

    empty = [text for k, text in enumerate(texts) if k not in hit_all and "\n" not in text[:400]] or [""]
    recall = {}
    for name, disguise in DISGUISES.items():
        found = asked = 0
        for term in chance.sample(terms, min(limit, len(terms))):
            written = disguise(term.text, chance)
            if name != "as_written" and written == term.text:
                continue
            around = chance.choice(empty)[:200].split()
            place = chance.randint(0, len(around))
            before = " ".join(around[:place]) + " "
            text = f"{before}{written} {' '.join(around[place:])}"
            asked += 1
            found += any(_same(term, hit.term) and hit.span.start < len(before) + len(written)
                         and hit.span.end > len(before) for hit in scanner.scan(text))
        recall[name] = Rate(found, asked)
    return Report(len(texts), size, len(terms), len(set(rows[:, 1].tolist())), len(rows), len(rows) - len(plain),
                  len(hit_all), recall, Rate(len(hit_all - hit_plain), len(texts)), size / max(seconds, 1e-9), seed)


def phrases(texts: Sequence[str], count: int, seed: int = 1) -> list[Term]:
    """Phrases of one to four words drawn from a corpus, single words of five letters and more: a list to try with."""
    chance, found = random.Random(seed), {}
    for _ in range(20 * count):
        words = chance.choice(texts).split()
        size = min(chance.choice((1, 2, 2, 3, 3, 4)), len(words))
        start = chance.randint(0, len(words) - size)
        phrase = " ".join(word.strip(".,;:!?،؛؟\"'()[]«»-") for word in words[start : start + size])
        if size and len(phrase) >= 5 and all(part.isalpha() for part in phrase.split(" ")):
            found[phrase] = Term(phrase)
        if len(found) == count:
            break
    return list(found.values())


def _same(one: Term, other: Term) -> bool:
    return one.text == other.text or normalise(one.text).text == normalise(other.text).text
