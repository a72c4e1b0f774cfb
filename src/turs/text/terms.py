"""Curated terms, and one pass over a text that finds all of them as written.

Matching happens on the search form (see ``turs.text.folding``), so vowel signs, tatweel and letter
forms do not matter; spans always quote the original. Arabic joins conjunctions, prepositions, the
article and pronouns to the word: a term is found under them («والجهاد» holds «الجهاد») but not inside
another word. Where a text shows signs of disguise, its skeleton is scanned as well.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, product
from typing import Literal

from ahocorasick_rs import AhoCorasick

from turs.posting import Span
from turs.text.disguise import signs
from turs.text.folding import Level, Normalised, fold, normalise

VERSION = "terms/1"
WINDOW = 60
"""Code points to each side in which a suppressing context silences a hit."""

MOST_HITS = 2000
"""Hits kept per text; a text that repeats a term more often says nothing new."""

Clitics = Literal["noun", "verb", "particle", "none"]

_WORD = re.compile(r"\w")
_ARABIC_LETTER = re.compile("[\u0621-\u064a\u066e-\u06d3]")

_CONJUNCTIONS = ("", "و", "ف", "ا")
_PREPOSITIONS = ("", "ب", "ك", "ل", "س")
ARTICLE = "ال"
DEFINITE_PREFIXES = frozenset(
    c + p + ARTICLE for c, p in product(_CONJUNCTIONS, ("", "ب", "ك", "ع", "ه"))
) | frozenset(c + "لل" for c in _CONJUNCTIONS)
"""What may stand before the noun of a term that has the article, the article included; ع and ه as spoken."""
BARE_PREFIXES = frozenset(c + p for c, p in product(_CONJUNCTIONS, _PREPOSITIONS))
CONJUNCTIONS = frozenset(_CONJUNCTIONS)
PREFIXES = DEFINITE_PREFIXES | BARE_PREFIXES
SUFFIXES = frozenset(("", "ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "كما", "نا", "ي", "ني", "ا"))
"""Pronouns, the first person, and the accusative alef, as they look at search level."""


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase to look for.

    text: as people write it. language: BCP 47 tag, "" for any. category: what it tells, e.g. ``group_name``.
    note: why it is listed. suppress: phrases that, standing near, make the hit mean something else.
    clitics: what Arabic may join to it: ``noun`` (conjunctions, prepositions, the article; pronouns), ``verb``
    (conjunctions; pronouns), ``particle`` (conjunctions), ``none``.
    """

    text: str
    language: str = ""
    category: str = ""
    note: str = ""
    suppress: tuple[str, ...] = ()
    clitics: Clitics = "noun"


@dataclass(frozen=True, slots=True)
class TermList:
    """A named, versioned list of terms, as one curator keeps it."""

    name: str
    version: str
    terms: tuple[Term, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over name, version and every term."""
        data = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class TermHit:
    """A term found in a text.

    span: in the original text. start, end: in the scanned form. suppressed_by: the context that silences it, or "".
    disguised: found only in the skeleton, that is, behind look-alikes or separators.
    """

    term: Term
    list_name: str
    list_version: str
    span: Span
    start: int
    end: int
    suppressed_by: str = ""
    disguised: bool = False


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A compiled form of a term: the folded text, and what may stand around it in its word."""

    owner: int
    prefixes: frozenset[str]
    suffixes: frozenset[str]


class TermScanner:
    """All terms of some lists, compiled once; scanning is linear in the text (Aho and Corasick 1975).

    >>> scanner = TermScanner([TermList("demo", "1", (Term("الجهاد", "ar", "religion"),))])
    >>> [hit.span.quote for hit in scanner.scan("والجِهاد")]
    ['الجِهاد']
    """

    def __init__(self, lists: Iterable[TermList], disguise: bool = True) -> None:
        self.lists = tuple(lists)
        self._terms: list[tuple[TermList, Term]] = [(each, term) for each in self.lists for term in each.terms]
        self._search = _Compiled([term for _, term in self._terms], "search")
        self._skeleton = _Compiled([term for _, term in self._terms], "skeleton") if disguise else None

    def __len__(self) -> int:
        return len(self._terms)

    def scan(self, text: str | Normalised, disguised: bool | None = None) -> tuple[TermHit, ...]:
        """Every term found in `text` (or in its search form, if at hand), by place; at most `MOST_HITS`.

        disguised: whether the skeleton is read too; None looks for signs of disguise first.
        """
        hits = [
            TermHit(term, owner.name, owner.version, Span(first, last, form.original[first:last]), start, end,
                    _suppressor(term, form, start, end), form.level == "skeleton")
            for form, owner, term, start, end, first, last in self._found(text, disguised)
        ]
        hits.sort(key=lambda hit: (hit.span.start, hit.span.end, hit.term.text, hit.list_name))
        return tuple(hits[:MOST_HITS])

    def places(self, text: str | Normalised, disguised: bool | None = None) -> list[tuple[Term, int, int]]:
        """As `scan`, but only (term, start, end) in the original, unsorted and without contexts: for word lists."""
        form = normalise(text) if isinstance(text, str) else text
        if not self._terms or (bool(signs(form.original)) if disguised is None else disguised):
            return [(term, first, last) for _, _, term, _, _, first, last in self._found(form, disguised)]
        # One pass over plain lists: the same as `_found`, where nothing is hidden.
        sources, size, whole = form.sources.tolist(), len(form.text), len(form.original)
        ends = [*sources[1:], whole] if len(sources) == size else sources[1:]
        return [(self._terms[number][1], sources[start], max(ends[end - 1], sources[end - 1] + 1))
                for number, start, end in islice(self._search.find(form.text), MOST_HITS)]

    def _found(
        self, text: str | Normalised, disguised: bool | None
    ) -> Iterator[tuple[Normalised, TermList, Term, int, int, int, int]]:
        if not self._terms:
            return
        form = normalise(text) if isinstance(text, str) else text
        if form.level != "search":
            raise ValueError(f"a scanner reads the search form, not {form.level!r}: pass normalise(text)")
        hidden = bool(signs(form.original)) if disguised is None else disguised
        seen: set[tuple[int, int]] | None = set() if hidden and self._skeleton is not None else None
        for number, start, end in islice(self._search.find(form.text), MOST_HITS):
            first, last = form.span(start, end)
            if seen is not None:
                seen.add((number, first))
            yield form, *self._terms[number], start, end, first, last
        if seen is None or self._skeleton is None:
            return
        form = normalise(form.original, "skeleton")
        for number, start, end in islice(self._skeleton.find(form.text), MOST_HITS):
            first, last = form.span(start, end)
            if (number, first) not in seen:
                yield form, *self._terms[number], start, end, first, last


class _Compiled:
    """An automaton over the folded terms, and the word-boundary rule of each."""

    def __init__(self, terms: Sequence[Term], level: Level) -> None:
        self.patterns: dict[str, list[_Pattern]] = {}
        for owner, term in enumerate(terms):
            for text, prefixes, suffixes in _forms(term, level):
                self.patterns.setdefault(text, []).append(_Pattern(owner, prefixes, suffixes))
        self._keys = list(self.patterns)
        self._rules = [self.patterns[key] for key in self._keys]
        self._bare_left = [all(rule.prefixes == _NONE for rule in rules) for rules in self._rules]
        self._bare_right = [all(rule.suffixes == _NONE for rule in rules) for rules in self._rules]
        self._automaton = AhoCorasick(self._keys, store_patterns=False) if self._keys else None

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """(number of the term, start, end) of each hit that stands as a word of its own."""
        if self._automaton is None:
            return
        size, rules = len(text), self._rules
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            prefix = suffix = ""
            if start and text[start - 1].isalnum():
                if self._bare_left[number]:
                    continue
                left = start - 1
                while left and start - left < 5 and text[left - 1].isalnum():
                    left -= 1
                prefix = text[left:start]
            if end < size and text[end].isalnum():
                if self._bare_right[number]:
                    continue
                right = end + 1
                while right < size and right - end < 4 and text[right].isalnum():
                    right += 1
                suffix = text[end:right]
            for rule in rules[number]:
                if prefix in rule.prefixes and suffix in rule.suffixes:
                    # The article belongs to a term that has it.
                    begin = start - 2 if rule.prefixes is DEFINITE_PREFIXES else start
                    yield rule.owner, begin, end


_NONE = frozenset(("",))


def _forms(term: Term, level: Level) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """The folded forms to look for, each with the prefixes and suffixes its word may carry."""
    text = fold(term.text, level)
    if not _WORD.search(text):
        raise ValueError(f"term {term.text!r} holds no letter or digit: nothing can match it; remove it from the list")
    arabic_start, arabic_end = _ARABIC_LETTER.match(text[0]), _ARABIC_LETTER.match(text[-1])
    suffixes = SUFFIXES if arabic_end and term.clitics in ("noun", "verb") else _NONE
    if not arabic_start or term.clitics == "none":
        yield text, _NONE, suffixes
        return
    if term.clitics != "noun":
        yield text, CONJUNCTIONS, suffixes
        return
    definite = text.startswith(ARTICLE) and len(text.split()[0]) >= 5
    stem, prefixes = (text[2:], DEFINITE_PREFIXES) if definite else (text, PREFIXES)
    yield stem, prefixes, suffixes
    if term.text.rstrip().endswith("ة"):
        yield stem[:-1] + "ت", prefixes, SUFFIXES - {""}


def _suppressor(term: Term, form: Normalised, start: int, end: int) -> str:
    if not term.suppress:
        return ""
    near = form.text[max(0, start - WINDOW) : end + WINDOW]
    return next((phrase for phrase in term.suppress if fold(phrase, form.level) in near), "")
