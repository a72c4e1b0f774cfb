"""The evidence a posting gives: words by the part they play, where they stand, and whose voice they are in.

The lists are data (``data/*.json``), so that a reader can see what is looked for and a curator change it.
Everything is found in one pass (`turs.text.TermScanner`); nothing here decides anything.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Any, NamedTuple

from turs.posting import Span
from turs.text import Normalised, Term, TermList, TermScanner
from turs.text import terms as text_terms

VERSION = "cues/2"
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


_LEAD_SLOTS = frozenset(("lead_verb", "public_thing", "news_time", "first_person"))
"""How news opens: looked for in the first `LEAD` code points only."""
LEAD = 300


def spelled(phrase: str) -> Iterator[str]:
    """Every wording of a phrase of the word list: ``[a|b] c`` stands for ``a c`` and ``b c``."""
    parts = [part.split("|") if inside else [part] for part, inside in zip(
        re.split(r"[\[\]]", phrase), (False, True) * (phrase.count("[") + 1), strict=False)]
    yield from ("".join(choice) for choice in product(*parts))


@cache
def _scanner(lead: bool) -> TermScanner:
    words = data("lexicon")
    terms = tuple(
        Term(wording, language, slot, clitics=words["clitics"].get(slot, "noun"))
        for slot, languages in words["slots"].items() if (slot in _LEAD_SLOTS) == lead
        for language, phrases in languages.items()
        for wording in dict.fromkeys(each for phrase in phrases for each in spelled(phrase))
        if any(c.isalnum() for c in wording)
    )
    return TermScanner([TermList("triage", words["version"], terms)])


_STOP = re.compile(r"[.!?؟۔…]+(?=[\s\"'»”)\]]|$)|[\n\u2028\u2029]+")
_QUOTES = re.compile(r"«[^«»]{1,1500}»|“[^“”]{1,1500}”|„[^„“”]{1,1500}[“”]|\"[^\"\n]{1,1500}\"|״[^״\n]{1,1500}״")
_DATELINE = re.compile(
    r"^\W{0,3}(?:[A-Z\u00c0-\u00dd][\w'’. -]{1,30}(?:, [\w'’. -]{1,25})? ?(?:\([^)\n]{2,30}\) ?[-–—:]?|[-–—]) "
    r"|[\u0621-\u064a ،]{2,30} ?(?:\([^)\n]{2,30}\) ?[-–—:]?|[-–—/]) )",
)
_LAUGHTER = re.compile(r"[😂🤣😆😹]+|ه{4,}|\b(?:ha){2,}h?\b|\blol\b|\bmdr\b", re.IGNORECASE)
_LAUGHS = ("😂", "🤣", "😆", "😹", "هههه", "haha", "lol", "mdr")
_SCRIPTURE = re.compile("[\u0671\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u06dd\u06e1]")

_NEGATION_REACH, _REPORT_SLOTS = 18, ("attribution", "critics", "research", "rights")
_CALL_SLOTS = frozenset((
    "join", "join_noun", "our_ranks", "our_force", "self_naming", "calling", "recruiting", "donate",
    "for_fighting", "threat", "attack_imperative", "how_to", "claim_own", "claim_verb", "we_intro", "glory",
    "move", "local_warning", "morale", "recruit_topic", "money_topic", "threat_topic",
    "attack_topic", "promote_topic", "acclaim", "menace", "harm_we", "blast_we", "hit_we", "harm_you", "attack_them",
    "harm_they", "blast_they", "hit_they", "fate", "harm_you_they",
))
_TOPICS = frozenset(slot for slot in _CALL_SLOTS if slot.endswith("_topic"))
_DISTANCE = ("outside", "analysis", "hedge", "critics")
"""Where a text is at a distance from its subject, what it merely speaks of is not its own."""
_TOLD_OF = frozenset(("harm_they", "blast_they", "hit_they", "fate", "harm_you_they"))
"""What somebody else will do or suffer: a telling voice anywhere in the text, before or after, reports it."""


LISTED: Mapping[str, str] = {"group_name": "armed_group", "name": "armed_group", "outlet": "listed_outlet",
                             "slogan": "listed_slogan", "hashtag": "listed_slogan"}
"""The part that a curated term plays, by its category; other categories play none."""


def read(form: Normalised, disguised: bool | None = None, listed: Iterable[tuple[str, int, int]] = ()) -> Evidence:
    """The evidence in a text.

    form: its search form. disguised: see `TermScanner.scan`. listed: (category, start, end) in the original of the
    curated terms that were found; see `LISTED`.
    """
    text = form.original
    sentences = _sentences(text)
    starts = [start for start, _ in sentences]
    found: dict[str, list[Hit]] = {}
    places = [(start, end, term.category) for term, start, end in _scanner(False).places(form, disguised)]
    places += [(start, end, term.category) for term, start, end in _scanner(True).places(_lead(form), False)]
    places += [(start, end, LISTED[kind]) for kind, start, end in listed if kind in LISTED and end <= len(text)]
    for start, end, slot in sorted(set(places)):
        number = max(0, bisect_right(starts, start) - 1)
        found.setdefault(slot, []).append(Hit(slot, start, end, number))
    quotes = [match.span() for match in _QUOTES.finditer(text)] if any(q in text for q in "«“„\"״") else []
    _add_shapes(text, sentences, quotes, found)
    if "attack_imperative" in found:
        found["attack_imperative"] = _without_past(text, found)
    own_name = _own_publication(text, quotes, found)
    if own_name:
        found["own_publication"] = own_name
    _give_voices(text, quotes, found)
    return Evidence(text, sentences, {slot: tuple(hits) for slot, hits in found.items()})


def _lead(form: Normalised) -> Normalised:
    if len(form.text) <= LEAD:
        return form
    cut = form.text.rfind(" ", 0, LEAD)
    cut = cut if cut > 0 else LEAD
    return Normalised(form.text[:cut], form.level, form.original, form.sources[: cut + 1])


def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    out, begin = [], 0
    for end, after in [*(match.span() for match in _STOP.finditer(text)), (len(text), len(text))]:
        part = text[begin:end]
        if part.strip():
            out.append((begin + len(part) - len(part.lstrip()), begin + len(part.rstrip())))
        begin = after
    return tuple(out) or ((0, len(text)),)


def _add_shapes(text: str, sentences: tuple[tuple[int, int], ...], quotes: list[tuple[int, int]],
                found: dict[str, list[Hit]]) -> None:
    """Evidence that is a shape, not a word."""
    dateline = _DATELINE.match(text[:120])
    if dateline:
        found["dateline"] = [Hit("dateline", dateline.start(), dateline.end(), 0)]
    lower = text.lower()
    if any(sign in lower for sign in _LAUGHS):
        found["laughter"] = [Hit("laughter", *match.span(), 0) for match in _LAUGHTER.finditer(text)][:5]
    signs = [match.span() for match in _SCRIPTURE.finditer(text[:2000])] if not text.isascii() else []
    if len(signs) >= 2:
        found["scripture"] = [Hit("scripture", signs[0][0], signs[-1][1], 0)]
    if quotes and found.get("attribution"):
        found["quotation"] = [Hit("quotation", start, end, 0) for start, end in quotes if end - start > 12][:3]
    lead = _news_lead(text, sentences, found)
    if lead:
        found["news_lead"] = [lead]


def _without_past(text: str, found: dict[str, list[Hit]]) -> list[Hit]:
    """Arabic writes "they blew up" and "blow up!" alike: after the men who did it, it is the past."""
    doers = [hit for slot in ("force", "armed_group") for hit in found.get(slot, ())
             if text[max(0, hit.start - 3) : hit.start].strip() != "يا"]
    return [hit for hit in found["attack_imperative"] if not ("\u0600" <= text[hit.start] <= "\u06ff" and any(
        0 <= hit.start - doer.end <= 15 and _one_clause(text[doer.end : hit.start]) for doer in doers))]


_NUMBER = re.compile(r"\d")


def _news_lead(text: str, sentences: tuple[tuple[int, int], ...], found: dict[str, list[Hit]]) -> Hit | None:
    """The sentence that opens a text as news does: what happened, to what public thing, when or how many.

    Arabic puts the verb first; English and French name the subject first. Nobody speaks of himself in it.
    """
    verbs = found.get("lead_verb")
    if not verbs:
        return None
    personal = {hit.sentence for slot in ("first_person", "personal") for hit in found.get(slot, ())}
    things = {hit.sentence for hit in found.get("public_thing", ())}
    times = {hit.sentence for hit in found.get("news_time", ())}
    for verb in verbs:
        start, end = sentences[verb.sentence]
        if verb.sentence > 2 or verb.sentence in personal or text[start:end].count(" ") < 4:
            continue
        opens = verb.start - start <= 2
        arabic = "\u0600" <= text[verb.start] <= "\u06ff"
        marks = (verb.sentence in things) + (verb.sentence in times or bool(_NUMBER.search(text, start, end)))
        if marks >= (1 if opens and arabic else 2):
            return Hit("news_lead", start, end, verb.sentence)
    return None


OWN_FROM = 1.5
"""Sum of marks from which a text is a group's own publication, however much it looks like news."""


def _own_publication(text: str, quotes: list[tuple[int, int]], found: dict[str, list[Hit]]) -> list[Hit]:
    """The marks by which a group publishes about itself; empty where they are few or an outside voice speaks.

    "Our fighters", "we in the Front", a listed outlet as the byline, listed slogans, praise: whoever reports on a
    group from outside attributes such words or puts them in quotation marks.
    """
    if not _SELF_SLOTS & found.keys():
        return []
    tellers: dict[int, int] = {}
    for slot in ("outside", *_REPORT_SLOTS):
        for hit in found.get(slot, ()):
            tellers[hit.sentence] = min(tellers.get(hit.sentence, hit.start), hit.start)

    def bare(slot: str, told: bool = True) -> list[Hit]:
        return [hit for hit in found.get(slot, ()) if not any(a < hit.start and hit.end <= b for a, b in quotes)
                and not (told and tellers.get(hit.sentence, hit.start) < hit.start)]

    groups = found.get("armed_group", ())
    named = [hit for hit in bare("we_intro", False) if any(0 <= group.start - hit.end <= 12 for group in groups)]
    byline = [hit for hit in found.get("listed_outlet", ()) if hit.start < 60 and _BYLINE_END.match(text, hit.end)]
    slogans, force, naming = bare("listed_slogan", False), bare("our_force"), bare("self_naming", False)
    praise = bare("partisan")
    own = (1.0 * bool(byline) + 0.75 * min(2, len(slogans)) + 1.0 * bool(force) + 1.0 * bool(naming or named)
           + 0.5 * bool(praise) + 0.75 * bool(bare("hostile", False)) + 0.25 * bool(bare("we")))
    outside = [hit for slot in ("outside", "hedge", "critics", "research", "rights", "satire", "analysis")
               for hit in found.get(slot, ())]
    if own < OWN_FROM or own <= 0.75 * len(outside) + (0.5 if quotes and tellers else 0.0):
        return []
    return [*byline, *slogans, *force, *naming, *named, *praise][:5]


_BYLINE_END = re.compile(r"\s*(?:[:|.\n–—-]|$)")
_SELF_SLOTS = frozenset(("our_force", "self_naming", "we_intro", "listed_outlet", "listed_slogan"))


def _give_voices(text: str, quotes: list[tuple[int, int]], found: dict[str, list[Hit]]) -> None:
    """Mark what is quoted, reported, negated or condemned: it is not what the writer says."""
    tellers: dict[int, int] = {}
    # A group that publishes about itself "announces" its own words.
    for slot in ("outside",) if "own_publication" in found else ("outside", *_REPORT_SLOTS):
        for hit in found.get(slot, ()):
            tellers[hit.sentence] = min(tellers.get(hit.sentence, hit.start), hit.start)
    distant = "own_publication" not in found and any(found.get(slot) for slot in _DISTANCE)
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
            elif tellers.get(hit.sentence, hit.start + 1) < hit.start or (
                    tellers and slot in _TOLD_OF) or (distant and slot in _TOPICS):
                voice = "reported"
            if voice != "own":
                found[slot][place] = Hit(slot, hit.start, hit.end, hit.sentence, voice)
    if negated:
        found["negated_call"] = negated


def _one_clause(between: str) -> bool:
    return len(between.split()) <= 3 and not re.search(r"[,;:،؛.!?؟\n]", between)
