"""Curated terms, and one pass over a text that finds all of them as written.

Matching happens on the search form (see ``turs.text.folding``), so vowel signs, tatweel and letter forms do not
matter; spans always quote the original. Arabic joins conjunctions, prepositions, the article and pronouns to the
word: a term is found under them («والجهاد» holds «الجهاد») but not inside another word. Where a text shows signs of
disguise, its skeleton is scanned as well, and where it has letters without dots, its rasm; Arabic in Latin letters
is compared by its consonants (``turs.text.arabizi``).

Words are hashed, not spelled through an automaton: the time does not depend on how many terms there are
(``turs.text.term_kernels.scan``).
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import accumulate, pairwise
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from turs.posting import Span
from turs.text import arabizi, disguise, folding
from turs.text.folding import Level, Normalised, fold, normalise
from turs.text.tokens import ARTICLE, CONJUNCTIONS, DEFINITE_PREFIXES, PREFIXES, SUFFIXES, Clitics, light_stem
from turs.text.tokens import words as words_of

__all__ = ["MOST_HITS", "VERSION", "WINDOW", "Clitics", "Term", "TermHit", "TermList", "TermScanner", "warm"]

VERSION = "terms/2"
WINDOW = 60
"""Code points to each side in which a suppressing context silences a hit."""

MOST_HITS = 2000
"""Hits kept per text; a text that repeats a term more often says nothing new."""

BATCH = 1 << 18
"""Code points scanned at a time in bulk: few enough to stay in the cache of a core."""

SHORTEST_KEY = 3
"""Consonants below which a Latin word says too little to be an Arabic one."""


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase to look for.

    text: as people write it. language: BCP 47 tag, "" for any. category: what it tells, e.g. ``group_name``.
    note: why it is listed. suppress: phrases that, standing near, make the hit mean something else.
    clitics: what Arabic may join to it, see `turs.text.tokens.Clitics`. valid_from, valid_until: first and last day
    of publication for which the term tells what it tells; `None` is open.
    """

    text: str
    language: str = ""
    category: str = ""
    note: str = ""
    suppress: tuple[str, ...] = ()
    clitics: Clitics = "noun"
    valid_from: date | None = None
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the term tells what it tells in what was published on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class TermList:
    """A named, versioned list of terms, as one curator keeps it. owner: who keeps it. tlp: who may see it."""

    name: str
    version: str
    terms: tuple[Term, ...] = ()
    owner: str = ""
    tlp: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over name, version and every term."""
        data = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=date.isoformat)
        return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class TermHit:
    """A term found in a text.

    span: in the original text. start, end: in the scanned form. suppressed_by: the context that silences it, or "".
    disguised: found only behind a disguise: look-alikes, separators, missing dots, Latin letters.
    """

    term: Term
    list_name: str
    list_version: str
    span: Span
    start: int
    end: int
    suppressed_by: str = ""
    disguised: bool = False


class _Found(NamedTuple):
    """A hit: number of the term, place in the scanned form, place in the original, and how it was found."""

    term: int
    start: int
    end: int
    first: int
    last: int
    form: Normalised
    disguised: bool = False
    further: bool = False
    """Not found by the scan of the search form."""


class TermScanner:
    """All terms of some lists, compiled once; scanning is linear in the text and reads it once.

    Safe for many threads. A hundred thousand phrases take about a second to compile.

    >>> scanner = TermScanner([TermList("demo", "1", (Term("الجهاد", "ar", "religion"),))])
    >>> [hit.span.quote for hit in scanner.scan("والجِهاد")]
    ['الجِهاد']
    """

    def __init__(self, lists: Iterable[TermList], disguise: bool = True) -> None:
        self.lists = tuple(lists)
        self._terms: list[tuple[TermList, Term]] = [(each, term) for each in self.lists for term in each.terms]
        self._disguise = disguise
        self._search = _Compiled(self.terms, "search")

    def __len__(self) -> int:
        return len(self._terms)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, in the order of the lists."""
        return tuple(term for _, term in self._terms)

    def scan(
        self, text: str | Normalised, disguised: bool | None = None, on: date | None = None
    ) -> tuple[TermHit, ...]:
        """Every term found in `text` (or in its search form, if at hand), by place; at most `MOST_HITS`.

        disguised: whether the text is read behind its disguise too; None looks for signs of one first. on: day of
        publication; terms not valid then are left out.
        """
        hits = []
        for found in self._found(text, disguised):
            owner, term = self._terms[found.term]
            if on is None or term.valid_on(on):
                span = Span(found.first, found.last, found.form.original[found.first : found.last])
                hits.append(TermHit(term, owner.name, owner.version, span, found.start, found.end,
                                    _suppressor(term, found.form, found.start, found.end), found.disguised))
        hits.sort(key=lambda hit: (hit.span.start, hit.span.end, hit.term.text, hit.list_name))
        return tuple(hits[:MOST_HITS])

    def places(self, text: str | Normalised, disguised: bool | None = None) -> list[tuple[Term, int, int]]:
        """As `scan`, but only (term, start, end) in the original, unsorted and without contexts: for word lists."""
        form = normalise(text) if isinstance(text, str) else text
        terms = self._terms
        if form.level == "search" and not self._by_stem and not self._hidden(form.original, disguised):
            return [(terms[number][1], first, last) for _, number, _, _, first, last in self._search.find(form)]
        return [(terms[found.term][1], found.first, found.last) for found in self._found(form, disguised)]

    def places_many(self, texts: Iterable[str], disguised: bool | None = None) -> NDArray[np.int32]:
        """`places` of many texts at once, for work in bulk: rows (number of the text, of the term, start, end).

        Numbers of terms count through `terms`. Memory is bounded by the hits and a batch of texts.
        """
        blocks, base = [np.empty((0, 4), dtype=np.int32)], 0
        for batch in _batches(texts):
            for hits in self._search.find_many(batch):
                blocks.append(hits[:, (0, 1, 4, 5)] + np.array((base, 0, 0, 0), dtype=np.int32))
            for number, text in enumerate(batch, base):
                hidden = self._hidden(text, disguised)
                if hidden or self._by_stem:
                    more = [(number, found.term, found.first, found.last)
                            for found in self._found(text, hidden) if found.further]
                    blocks.append(np.array(more, dtype=np.int32).reshape(-1, 4))
            base += len(batch)
        return np.concatenate(blocks)

    def _hidden(self, text: str, disguised: bool | None) -> bool:
        if not self._disguise or not self._terms:
            return False
        return disguise.hides(text) if disguised is None else disguised

    def _found(self, text: str | Normalised, disguised: bool | None) -> Iterator[_Found]:
        form = normalise(text) if isinstance(text, str) else text
        if form.level != "search":
            raise ValueError(f"a scanner reads the search form, not {form.level!r}: pass normalise(text)")
        seen, stretches = set(), set()
        for _, number, start, end, first, last in self._search.find(form):
            seen.add((number, first))
            stretches.add((first, last))
            yield _Found(number, start, end, first, last, form)
        for found in self._same_stems(form) if self._by_stem else ():
            if (found.term, found.first) not in seen:
                seen.add((found.term, found.first))
                yield found
        if not self._hidden(form.original, disguised):
            return
        # What reads as a listed term as it stands is not read a second time as another.
        starts = [start for start, _ in sorted(stretches)]
        ends = list(accumulate((end for _, end in sorted(stretches)), max))
        for found in self._behind(form):
            before = bisect_right(starts, found.first)
            if (found.term, found.first) not in seen and not (before and ends[before - 1] >= found.last):
                seen.add((found.term, found.first))
                yield found

    def _behind(self, form: Normalised) -> Iterator[_Found]:
        """What is found behind look-alikes and separators, without dots, in Latin letters."""
        readings = [normalise(form.original, "skeleton")]
        if _NINE.search(form.original):  # ق for most writers, ص for others; one code point for one, so places stay
            readings.append(replace(normalise(_NINE.sub("ص", form.original), "skeleton"), original=form.original))
        for other in readings:
            for _, number, start, end, first, last in self._skeleton.find(other):
                yield _Found(number, start, end, first, last, other, True, True)
        if disguise.DOTLESS.search(form.original):
            other = normalise(form.original, "rasm")
            for _, number, start, end, first, last in self._rasm.find(other):
                if disguise.DOTLESS.search(form.original, first, last):
                    yield _Found(number, start, end, first, last, other, True, True)
        for number, start, end in self._in_latin_letters(form):
            yield _Found(number, start, end, *form.span(start, end), form, True, True)

    @cached_property
    def _by_stem(self) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
        """Terms compared by their light stems, by the first of them."""
        out: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for number, term in enumerate(self.terms):
            if term.clitics == "stem":
                stems = tuple(light_stem(word.text) for word in words_of(term.text))
                out.setdefault(stems[0], []).append((number, stems))
        return out

    def _same_stems(self, form: Normalised) -> Iterator[_Found]:
        words = words_of(form)
        stems = [light_stem(word.text) for word in words]
        for i, stem in enumerate(stems):
            for number, wanted in self._by_stem.get(stem, ()):
                if tuple(stems[i : i + len(wanted)]) == wanted:
                    first, last = words[i], words[i + len(wanted) - 1]
                    end = last.place + len(last.text)
                    yield _Found(number, first.place, end, first.start, last.end, form, further=True)

    @cached_property
    def _skeleton(self) -> _Compiled:
        return _Compiled(self.terms, "skeleton")

    @cached_property
    def _rasm(self) -> _Compiled:
        return _Compiled(self.terms, "rasm")

    @cached_property
    def _by_sound(self) -> dict[str, list[tuple[int, tuple[tuple[str, ...], ...]]]]:
        """Terms in Arabic script by each consonant key of their first word, with the keys of every word."""
        out: dict[str, list[tuple[int, tuple[tuple[str, ...], ...]]]] = {}
        for number, term in enumerate(self.terms):
            words = term.text.split()
            if all(map(_ARABIC_LETTER.search, words)):
                keys = tuple(map(arabizi.keys, words))
                if all(keys) and sum(len(each[0]) for each in keys) >= SHORTEST_KEY:
                    for key in keys[0]:
                        out.setdefault(key, []).append((number, keys))
        return out

    def _in_latin_letters(self, form: Normalised) -> Iterator[tuple[int, int, int]]:
        """(number, start, end) of Arabic terms that stand in Latin letters with digits among them."""
        words = arabizi.words(form.text)
        marked = [arabizi.marked(word) for word, _, _ in words]
        if not any(marked):
            return
        keys = [set(arabizi.keys(word)) for word, _, _ in words]
        for i, (_, start, _) in enumerate(words):
            for number, wanted in (each for key in sorted(keys[i]) for each in self._by_sound.get(key, ())):
                end = i + len(wanted)
                if end <= len(words) and any(marked[i:end]) and all(
                        near & set(one) for near, one in zip(keys[i:end], wanted, strict=True)):
                    yield number, start, words[end - 1][2]


_ARABIC_LETTER = re.compile("[\u0621-\u064a\u066e-\u06d3]")
_NINE = re.compile("(?<=[\u0621-\u064a])[9٩۹](?!['’])|[9٩۹](?=[\u0621-\u064a])")


def warm() -> None:
    """Compile the loops of folding, signs and terms, or load them from the cache: seconds once, tenths of one after."""
    scanner = TermScanner([TermList("warm", "1", (Term("داعش"),))])
    for text in ("د.ا.ع.ش", "e\u0301 \u06a1", "da3esh"):
        for level in folding.LEVELS:
            normalise(text, level)
        scanner.scan(text)
    scanner.places_many(["داعش"])


@cache
def _kernels() -> ModuleType:
    """The compiled loops, imported at first use."""
    from turs.text import term_kernels

    return term_kernels


class _Compiled:
    """The terms folded to one level, as the tables that ``turs.text.term_kernels.scan`` reads."""

    def __init__(self, terms: Sequence[Term], level: Level) -> None:
        k, self._level = _kernels(), level
        rows: list[tuple[str, int, int, int]] = []
        for owner, text in enumerate(_folded([term.text for term in terms], level)):
            rows += [(wording, owner, before, behind) for wording, before, behind in _forms(terms[owner], text, level)]
        texts = [row[0] for row in rows]
        pool = folding.code_points("".join(texts))
        wordings = np.zeros((len(rows), k.PLACE + 1), dtype=np.int32)
        wordings[:, : k.LEAD] = np.array([row[1:] for row in rows], dtype=np.int32).reshape(-1, 3)
        wordings[:, k.LEAD :] = k.shapes(pool, np.cumsum([0, *map(len, texts)], dtype=np.int64), folding.kinds())
        self._sieve = np.zeros(_power(len(rows) // 4), dtype=np.uint64)  # about eight bits a wording, twice
        hashes = k.hash_all(pool, wordings, folding.kinds(), self._sieve)
        order = np.argsort(hashes, kind="stable")
        self._table = np.zeros(_power(2 * len(rows)), dtype=np.uint64)
        self._records = np.empty(len(pool) + k.HEADER * len(rows), dtype=np.int32)
        k.record_all(pool, wordings[order], hashes[order], self._table, self._records)
        self._affixes = _affixes(level)

    def find(self, form: Normalised) -> list[list[int]]:
        """Hits in a form as rows: 0, number of the term, start, end, place in the original; at most `MOST_HITS`."""
        codes = folding.code_points(form.text)
        bounds, sizes = np.array((0, len(codes)), dtype=np.int64), np.array((len(form.original),), dtype=np.int64)
        _, hits = self._scan(codes, bounds, form.sources, sizes, MOST_HITS)
        found: list[list[int]] = hits.tolist()
        return found

    def find_many(self, texts: Sequence[str]) -> Iterator[NDArray[np.int32]]:
        """The hits of many texts, as blocks of rows like those of `find` with the number of the text first."""
        codes, bounds, sources = folding.fold_many(texts, self._level)
        sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        done = 0
        while done < len(texts):
            room = MOST_HITS + len(codes) // 8
            read, hits = self._scan(folding.read_only(codes), bounds[done:], sources, sizes[done:], room)
            hits[:, 0] += done
            yield hits
            done += read

    def _scan(self, codes: NDArray[np.int32], bounds: NDArray[np.int64], sources: NDArray[np.int32],
              sizes: NDArray[np.int64], room: int) -> tuple[int, NDArray[np.int32]]:
        hits = np.empty((room, 6), dtype=np.int32)
        if not self._records.size:
            return len(sizes), hits[:0]
        read, count = _kernels().scan(codes, bounds, sources, sizes, folding.kinds(), self._affixes,
                                             self._table, self._sieve, self._records, MOST_HITS, hits)
        return read, hits[:count]


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch, size = [], 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _power(size: int) -> int:
    return 1 << max(6, int(size).bit_length())


def _folded(texts: Sequence[str], level: Level) -> Iterator[str]:
    codes, offsets, _ = folding.fold_many(texts, level)
    whole, ends = folding.as_text(codes), offsets.tolist()
    return (whole[start:end].strip() for start, end in pairwise(ends))


def _forms(term: Term, text: str, level: Level) -> Iterator[tuple[str, int, int]]:
    """The folded forms to look for, each with the classes of prefix and suffix that its word may carry."""
    k = _kernels()
    if not any(map(str.isalnum, text)):
        raise ValueError(f"term {term.text!r} holds no letter or digit: nothing can match it; remove it from the list")
    arabic_start, arabic_end = _ARABIC_LETTER.match(text[0]), _ARABIC_LETTER.match(text[-1])
    behind = k.SUFFIX_ANY if arabic_end and term.clitics in ("noun", "stem", "verb") else k.SUFFIX_NONE
    if not arabic_start or term.clitics == "none":
        yield text, k.PREFIX_NONE, behind
        return
    if term.clitics not in ("noun", "stem"):
        yield text, k.PREFIX_CONJUNCTION, behind
        return
    definite = text.startswith(ARTICLE) and len(text.split()[0]) >= 5
    stem, before = (text[2:], k.PREFIX_DEFINITE) if definite else (text, k.PREFIX_ANY)
    yield stem, before, behind
    if term.text.rstrip().endswith("ة"):
        yield stem[:-1] + fold("ت", level), before, k.SUFFIX_SOME


@cache
def _affixes(level: Level) -> NDArray[np.uint8]:
    """The affixes at a level, as ``turs.text.term_kernels.scan`` reads them."""
    k = _kernels()
    out = np.zeros(k.AFFIXES, dtype=np.uint8)
    ahead = sorted({char for prefix in PREFIXES for char in fold(prefix, level)})
    after = sorted({char for suffix in SUFFIXES for char in fold(suffix, level)})
    for number, char in enumerate(ahead, 1):
        out[k.LETTERS + ord(char) - 0x600] |= number
    for number, char in enumerate(after, 1):
        out[k.LETTERS + ord(char) - 0x600] |= number << 4
    for prefix in PREFIXES - {""}:
        folded = fold(prefix, level)
        at = k.PREFIXES + sum((ahead.index(char) + 1) * 10**i for i, char in enumerate(folded))
        if prefix in DEFINITE_PREFIXES:
            article = len(folded) - len(fold(prefix[:-2], level))
            out[at] = out[at] & 15 | k.PREFIX_DEFINITE | k.PREFIX_ANY | article << 4
        else:
            out[at] |= k.PREFIX_ANY
        if prefix in CONJUNCTIONS:
            out[at] |= k.PREFIX_CONJUNCTION
    for suffix in SUFFIXES - {""}:
        folded = fold(suffix, level)
        at = k.SUFFIXES + sum((after.index(char) + 1) * 8**i for i, char in enumerate(reversed(folded)))
        out[at] = k.SUFFIX_ANY | k.SUFFIX_SOME
    return out


def _suppressor(term: Term, form: Normalised, start: int, end: int) -> str:
    if not term.suppress:
        return ""
    near = form.text[max(0, start - WINDOW) : end + WINDOW]
    return next((phrase for phrase in term.suppress if fold(phrase, form.level) in near), "")
