"""Words, and what Arabic joins to them: conjunctions, prepositions, the article, pronouns; a light stemmer.

Affixes are written as they look at search level (``turs.text.folding``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal

from turs.text.folding import Normalised, fold, normalise

Clitics = Literal["noun", "stem", "verb", "particle", "none"]
"""What may be joined to a word: ``noun`` (conjunctions, prepositions, the article; pronouns), ``stem`` (whatever leaves
its light stem the same, so plurals and feminines too), ``verb`` (conjunctions; pronouns), ``particle`` (conjunctions),
``none``."""

_CONJUNCTIONS = ("", "و", "ف", "ا")
_PREPOSITIONS = ("", "ب", "ك", "ل", "س")
ARTICLE = "ال"
DEFINITE_PREFIXES = frozenset(
    c + p + ARTICLE for c, p in product(_CONJUNCTIONS, ("", "ب", "ك", "ع", "ه"))
) | frozenset(c + "لل" for c in _CONJUNCTIONS)
"""What may stand before a noun that has the article, the article included; ع and ه as spoken."""
BARE_PREFIXES = frozenset(c + p for c, p in product(_CONJUNCTIONS, _PREPOSITIONS))
CONJUNCTIONS = frozenset(_CONJUNCTIONS)
PREFIXES = DEFINITE_PREFIXES | BARE_PREFIXES
SUFFIXES = frozenset(("", "ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "كما", "نا", "ي", "ني", "ا"))
"""Pronouns, the first person, and the accusative alef."""

_ALLOWED: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "noun": (PREFIXES, SUFFIXES), "stem": (PREFIXES, SUFFIXES), "verb": (CONJUNCTIONS, SUFFIXES),
    "particle": (CONJUNCTIONS, frozenset(("",))), "none": (frozenset(("",)), frozenset(("",))),
}
SHORTEST_STEM = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its search form, its place in the original, and where it begins in the search form."""

    text: str
    start: int
    end: int
    place: int


def words(text: str | Normalised) -> tuple[Word, ...]:
    """The words of a text (or of its search form), clitics and all: runs of letters, digits and vowel signs.

    >>> [word.text for word in words("قال: والجِهادُ!")]
    ['قال', 'والجهاد']
    """
    form = normalise(text) if isinstance(text, str) else text
    out, start = [], -1
    for i, char in enumerate(form.text + " "):
        if char.isalnum() or (start >= 0 and "\u0900" <= char <= "\u1cff" and not char.isspace()):
            start = i if start < 0 else start
        elif start >= 0:
            out.append(Word(form.text[start:i], *form.span(start, i), start))
            start = -1
    return tuple(out)


def splits(word: str, clitics: Clitics = "noun") -> tuple[tuple[str, str, str], ...]:
    """Every way to read a word of search level as prefix, stem and suffix; the whole word comes first.

    >>> ("وال", "كتاب", "") in splits("والكتاب"), ("", "كتاب", "هم") in splits("كتابهم")
    (True, True)
    """
    before, behind = _ALLOWED[clitics]
    return tuple(
        (word[:i], word[i:j], word[j:])
        for i in range(min(5, len(word)))
        if word[:i] in before
        for j in range(len(word), max(i, len(word) - 4), -1)
        if word[j:] in behind and (j - i >= SHORTEST_STEM or (i == 0 and j == len(word)))
    )


def same_word(one: str, other: str, clitics: Clitics = "noun") -> bool:
    """Whether two written words may be one word with other clitics joined to it.

    >>> same_word("والجِهادَ", "الجهاد"), same_word("رسالتهم", "رسالة"), same_word("اجتهاد", "جهاد")
    (True, True, False)
    """
    if clitics == "stem" and light_stem(fold(one)) == light_stem(fold(other)):
        return True
    return bool(_stems(one, clitics) & _stems(other, clitics))


def _stems(word: str, clitics: Clitics) -> set[str]:
    folded = fold(word)
    found = {stem for _, stem, suffix in splits(folded, clitics)}
    found |= {stem[:-1] + "ه" for _, stem, suffix in splits(folded, clitics) if suffix and stem.endswith("ت")}
    return found


# -- light stemmer -------------------------------------------------------------------------------------------

_LIGHT_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال")
_LIGHT_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


@lru_cache(maxsize=65536)
def light_stem(word: str) -> str:
    """The light stem of an Arabic word of search level, other words as they are: *light10*.

    Finding paraphrases of 1,301 headlines by words in common, it puts 83.2 % first; Snowball's Arabic stemmer 82.9 %,
    whole words 80.5 %.

    Larkey, Ballesteros and Connell (*Light Stemming for Arabic Information Retrieval*, 2007): strip و where three
    letters or more remain, then one article with its preposition, then suffixes, where two letters or more remain.

    >>> light_stem("والكتابات"), light_stem("المسلمون")
    ('كتاب', 'مسلم')
    """
    if not word or not "\u0621" <= word[0] <= "\u064a":
        return word
    if word[0] == "و" and len(word) >= 4:
        word = word[1:]
    for prefix in _LIGHT_PREFIXES:
        if word.startswith(prefix) and len(word) >= len(prefix) + 2:
            word = word[len(prefix) :]
            break
    for suffix in _LIGHT_SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word
