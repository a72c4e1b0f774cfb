"""The evidence a posting gives: words by the part they play, where they stand, and whose voice they are in.

The lists are data (``data/*.json``), so that a reader can see what is looked for and a curator change it.
Everything is found in one pass (`turs.text.TermScanner`); nothing here decides anything.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from turs.posting import Span
from turs.text import Normalised, Term, TermList, TermScanner
from turs.text import terms as text_terms

VERSION = "cues/1"
LONGEST = 60_000
"""Code points of a body that are judged: beyond it a text is a book, and its beginning tells its kind."""

Reason = Mapping[str, str]


class Hit(NamedTuple):
    """A word or phrase with the part it plays. start, end: code points of the original. voice: whose it is.

    voice: ``own``; or ``quoted``, ``reported``, ``negated``, ``condemned`` where it is somebody else's or refused.
    """

    slot: str
    start: int
    end: int
    sentence: int
    voice: str = "own"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All hits of a text, by slot, with its sentences.

    text: the original. sentences: (start, end) of each, outer white space and closing stop left out.
    """

    text: str
    sentences: tuple[tuple[int, int], ...]
    hits: Mapping[str, tuple[Hit, ...]]

    def own(self, slot: str) -> tuple[Hit, ...]:
        """Hits of a slot in the voice of whoever wrote the text."""
        return tuple(hit for hit in self.hits.get(slot, ()) if hit.voice == "own")

    def span(self, start: int, end: int) -> Span:
        """A span of the original text."""
        return Span(start, end, self.text[start:end])

    def sentence_span(self, hit: Hit) -> Span:
        """The whole sentence in which a hit stands."""
        return self.span(*self.sentences[hit.sentence])


@cache
def data(name: str) -> dict[str, Any]:
    """One of the data files: ``lexicon``, ``functions``, ``genres``."""
    text = resources.files("turs.triage").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def data_digest() -> str:
    """SHA-256 over the three data files: changes with any word in them."""
    parts = [json.dumps(data(name), ensure_ascii=False, sort_keys=True) for name in ("lexicon", "functions", "genres")]
    return hashlib.sha256("\n".join([VERSION, text_terms.VERSION, *parts]).encode()).hexdigest()


@cache
def _scanner() -> TermScanner:
    words = data("lexicon")
    terms = tuple(
        Term(phrase, language, slot, clitics=words["clitics"].get(slot, "noun"))
        for slot, languages in words["slots"].items()
        for language, phrases in languages.items()
        for phrase in dict.fromkeys(phrases)
        if any(c.isalnum() for c in phrase)
    )
    return TermScanner([TermList("triage", words["version"], terms)])


_STOP = re.compile(r"[.!?؟۔…]+(?=[\s\"'»”)\]]|$)|[\n\u2028\u2029]+")
_QUOTES = re.compile(r"«[^«»]{1,1500}»|“[^“”]{1,1500}”|„[^„“”]{1,1500}[“”]|\"[^\"\n]{1,1500}\"|״[^״\n]{1,1500}״")
_DATELINE = re.compile(
    r"^\W{0,3}(?:[A-Z\u00c0-\u00dd][\w'’. -]{1,30}(?:, [\w'’. -]{1,25})? ?(?:\([^)\n]{2,30}\) ?[-–—:]?|[-–—]) "
    r"|[\u0621-\u064a ،]{2,30} ?(?:\([^)\n]{2,30}\) ?[-–—:]?|[-–—/]) )",
)
_LAUGHTER = re.compile(r"[😂🤣😆😹]+|ه{4,}|\b(?:ha){2,}h?\b|\blol\b|\bmdr\b", re.IGNORECASE)
_SCRIPTURE = re.compile("[\u0671\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u06dd\u06e1]")

_NEGATION_REACH, _REPORT_SLOTS = 18, ("attribution", "critics", "research", "rights")
_CALL_SLOTS = frozenset((
    "join", "join_noun", "our_ranks", "our_force", "self_naming", "calling", "recruiting", "donate",
    "for_fighting", "threat", "attack_imperative", "how_to", "claim_own", "claim_verb", "we_intro", "glory",
    "move", "local_warning", "morale", "recruit_topic", "money_topic", "threat_topic",
    "attack_topic", "promote_topic", "acclaim",
))


def read(form: Normalised, disguised: bool | None = None) -> Evidence:
    """The evidence in a text. form: its search form. disguised: see `TermScanner.scan`."""
    text = form.original
    sentences = _sentences(text)
    starts = [start for start, _ in sentences]
    found: dict[str, list[Hit]] = {}
    for term, start, end in sorted(_scanner().places(form, disguised), key=lambda place: place[1:]):
        number = max(0, bisect_right(starts, start) - 1)
        found.setdefault(term.category, []).append(Hit(term.category, start, end, number))
    quotes = [match.span() for match in _QUOTES.finditer(text)] if any(q in text for q in "«“„\"״") else []
    _add_shapes(text, quotes, found)
    _give_voices(text, quotes, found)
    return Evidence(text, sentences, {slot: tuple(hits) for slot, hits in found.items()})


def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    out, begin = [], 0
    for end, after in [*(match.span() for match in _STOP.finditer(text)), (len(text), len(text))]:
        part = text[begin:end]
        if part.strip():
            out.append((begin + len(part) - len(part.lstrip()), begin + len(part.rstrip())))
        begin = after
    return tuple(out) or ((0, len(text)),)


def _add_shapes(text: str, quotes: list[tuple[int, int]], found: dict[str, list[Hit]]) -> None:
    """Evidence that is a shape, not a word."""
    dateline = _DATELINE.match(text[:120])
    if dateline:
        found["dateline"] = [Hit("dateline", dateline.start(), dateline.end(), 0)]
    found["laughter"] = [Hit("laughter", *match.span(), 0) for match in _LAUGHTER.finditer(text)][:5]
    signs = [match.span() for match in _SCRIPTURE.finditer(text[:2000])]
    if len(signs) >= 2:
        found["scripture"] = [Hit("scripture", signs[0][0], signs[-1][1], 0)]
    if quotes and found.get("attribution"):
        found["quotation"] = [Hit("quotation", start, end, 0) for start, end in quotes if end - start > 12][:3]


def _give_voices(text: str, quotes: list[tuple[int, int]], found: dict[str, list[Hit]]) -> None:
    """Mark what is quoted, reported, negated or condemned: it is not what the writer says."""
    tellers: dict[int, int] = {}
    for slot in _REPORT_SLOTS:
        for hit in found.get(slot, ()):
            tellers[hit.sentence] = min(tellers.get(hit.sentence, hit.start), hit.start)
    against = {hit.sentence for hit in found.get("against", ())}
    calling = {(hit.start, hit.sentence) for slot in _CALL_SLOTS for hit in found.get(slot, ())}
    # "do not be late" calls as loudly as "come": a refusal that opens a call is part of it.
    negations = sorted((hit.end, hit.start) for hit in found.get("negation", ())
                       if (hit.start, hit.sentence) not in calling)
    ends = [end for end, _ in negations]
    told = bool(tellers) or bool(against)
    whole = len(text.strip())
    negated: list[Hit] = []
    for slot in _CALL_SLOTS & found.keys():
        for place, hit in enumerate(found[slot]):
            voice = "own"
            before = bisect_right(ends, hit.start) - 1
            quote = next(((a, b) for a, b in quotes if a < hit.start and hit.end <= b), None)
            if before >= 0 and hit.start - ends[before] <= _NEGATION_REACH and _one_clause(
                    text[ends[before] : hit.start]):
                voice = "negated"
                if slot in ("join", "donate", "join_noun", "attack_imperative"):
                    negated.append(Hit("negated_call", negations[before][1], hit.end, hit.sentence))
            elif quote and (told or quote[1] - quote[0] < 0.5 * whole):
                voice = "quoted"
            elif hit.sentence in against:
                voice = "condemned"
            elif tellers.get(hit.sentence, hit.start + 1) < hit.start:
                voice = "reported"
            if voice != "own":
                found[slot][place] = Hit(slot, hit.start, hit.end, hit.sentence, voice)
    if negated:
        found["negated_call"] = negated


def _one_clause(between: str) -> bool:
    return len(between.split()) <= 3 and not re.search(r"[,;:،؛.!?؟\n]", between)
