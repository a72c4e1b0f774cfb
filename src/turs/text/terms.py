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
from itertools import product

from ahocorasick_rs import AhoCorasick

from turs.posting import Span
from turs.text.disguise import signs
from turs.text.folding import Level, Normalised, fold, normalise

VERSION = "terms/1"
WINDOW = 60
"""Code points to each side in which a suppressing context silences a hit."""

MOST_HITS = 2000
"""Hits kept per text; a text that repeats a term more often says nothing new."""

_WORD = re.compile(r"\w")
_ARABIC_LETTER = re.compile("[\u0621-\u064a\u066e-\u06d3]")

_CONJUNCTIONS = ("", "و", "ف", "ا")
_PREPOSITIONS = ("", "ب", "ك", "ل", "س")
ARTICLE = "ال"
DEFINITE_PREFIXES = frozenset(c + p + ARTICLE for c, p in product(_CONJUNCTIONS, ("", "ب", "ك"))) | frozenset(
    c + "لل" for c in _CONJUNCTIONS
)
"""What may stand before the noun of a term that has the article, the article included."""
BARE_PREFIXES = frozenset(c + p for c, p in product(_CONJUNCTIONS, _PREPOSITIONS))
PREFIXES = DEFINITE_PREFIXES | BARE_PREFIXES
SUFFIXES = frozenset(("", "ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "كما", "نا", "ي", "ني", "ا"))
"""Pronouns, the first person, and the accusative alef, as they look at search level."""


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase to look for.

    text: as people write it. language: BCP 47 tag, "" for any. category: what it tells, e.g. ``group_name``.
    note: why it is listed. suppress: phrases that, standing near, make the hit mean something else.
    exact: no clitics, no pronouns: the word as it is.
    """

    text: str
    language: str = ""
    category: str = ""
    note: str = ""
    suppress: tuple[str, ...] = ()
    exact: bool = False


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

    def scan(self, text: str | Normalised) -> tuple[TermHit, ...]:
        """Every term found in `text` (or in its search form, if at hand), by place; at most `MOST_HITS`."""
        if not self._terms:
            return ()
        form = normalise(text) if isinstance(text, str) else text
        if form.level != "search":
            raise ValueError(f"a scanner reads the search form, not {form.level!r}: pass normalise(text)")
        hits = list(self._hits(form, self._search, set()))
        if self._skeleton is not None and signs(form.original):
            seen = {(hit.term, hit.span.start) for hit in hits}
            hits += self._hits(normalise(form.original, "skeleton"), self._skeleton, seen)
        hits.sort(key=lambda hit: (hit.span.start, hit.span.end, hit.term.text, hit.list_name))
        return tuple(hits[:MOST_HITS])

    def _hits(self, form: Normalised, compiled: _Compiled, seen: set[tuple[Term, int]]) -> Iterator[TermHit]:
        for count, (owner, start, end) in enumerate(compiled.find(form.text)):
            if count == MOST_HITS:
                return
            owning, term = self._terms[owner]
            first, last = form.span(start, end)
            if (term, first) in seen:
                continue
            span = Span(first, last, form.original[first:last])
            yield TermHit(term, owning.name, owning.version, span, start, end,
                          _suppressor(term, form, start, end), form.level == "skeleton")


class _Compiled:
    """An automaton over the folded terms, and the word-boundary rule of each."""

    def __init__(self, terms: Sequence[Term], level: Level) -> None:
        self.patterns: dict[str, list[_Pattern]] = {}
        for owner, term in enumerate(terms):
            for text, prefixes, suffixes in _forms(term, level):
                self.patterns.setdefault(text, []).append(_Pattern(owner, prefixes, suffixes))
        self._keys = list(self.patterns)
        self._rules = [self.patterns[key] for key in self._keys]
        self._automaton = AhoCorasick(self._keys, store_patterns=False) if self._keys else None

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """(number of the term, start, end) of each hit that stands as a word of its own."""
        if self._automaton is None:
            return
        size = len(text)
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            left = start
            while left and start - left < 5 and text[left - 1].isalnum():
                left -= 1
            right = end
            while right < size and right - end < 4 and text[right].isalnum():
                right += 1
            prefix, suffix = text[left:start], text[end:right]
            for rule in self._rules[number]:
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
    if term.exact or not _ARABIC_LETTER.match(text[0]):
        yield text, _NONE, _NONE if term.exact or not _ARABIC_LETTER.match(text[-1]) else SUFFIXES
        return
    definite = text.startswith(ARTICLE) and len(text.split()[0]) >= 5
    stem, prefixes = (text[2:], DEFINITE_PREFIXES) if definite else (text, PREFIXES)
    suffixes = SUFFIXES if _ARABIC_LETTER.match(text[-1]) else _NONE
    yield stem, prefixes, suffixes
    if term.text.rstrip().endswith("ة"):
        yield stem[:-1] + "ت", prefixes, SUFFIXES - {""}


def _suppressor(term: Term, form: Normalised, start: int, end: int) -> str:
    if not term.suppress:
        return ""
    near = form.text[max(0, start - WINDOW) : end + WINDOW]
    return next((phrase for phrase in term.suppress if fold(phrase, form.level) in near), "")
