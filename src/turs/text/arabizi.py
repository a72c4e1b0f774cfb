"""Arabizi: Arabic in Latin letters and digits («7abibi», «3arab»), brought near its Arabic spelling.

There is no standard; the pairs are those of the chat alphabet in common use (field guide 7.2; Darwish, *Arabizi
Detection and Conversion to Arabic*, 2014). Vowels are written or left out at will, so words are compared by their
consonants: `keys` of «jihad» and of «جهاد» are the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product

VERSION = "arabizi/1"

DIGITS = {"2": "ء", "3": "ع", "5": "خ", "6": "ط", "7": "ح", "8": "غ", "9": "ق"}
"""The letter that a digit stands for; 9 is ص for some writers, see `keys` and `candidates`."""
PRIMED = {"3": "غ", "5": "خ", "6": "ظ", "7": "خ", "9": "ض"}
"""The same with an apostrophe behind the digit: the letter with its dot."""

_SOUNDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # as written, class of consonants ("" is a vowel), Arabic spellings
    ("3'", "G", ("غ",)), ("5'", "X", ("خ",)), ("6'", "S", ("ظ",)), ("7'", "X", ("خ",)), ("9'", "D", ("ض",)),
    ("sch", "C", ("ش",)), ("tch", "C", ("تش",)), ("sh", "C", ("ش",)), ("ch", "C", ("ش",)), ("kh", "X", ("خ",)),
    ("gh", "G", ("غ",)), ("th", "S", ("ث", "ذ")), ("dh", "S", ("ذ", "ض", "ظ")), ("dj", "J", ("ج",)),
    ("ou", "", ("و",)), ("oo", "", ("و",)), ("ee", "", ("ي",)), ("ei", "", ("ي",)), ("ai", "", ("ي", "اي")),
    ("aa", "", ("ا",)), ("2", "", ("ء", "أ", "")), ("3", "3", ("ع",)), ("5", "X", ("خ",)), ("6", "T", ("ط",)),
    ("7", "H", ("ح",)), ("8", "G", ("غ", "ق")), ("9", "KS", ("ق", "ص")), ("a", "", ("", "ا")), ("b", "B", ("ب",)),
    ("c", "K", ("ك",)), ("d", "D", ("د", "ض")), ("e", "", ("", "ي", "ا")), ("f", "F", ("ف",)),
    ("g", "JKG", ("ج", "ق", "غ")), ("h", "H", ("ه", "ح")), ("i", "", ("", "ي")), ("j", "J", ("ج",)),
    ("k", "K", ("ك", "ق")), ("l", "L", ("ل",)), ("m", "M", ("م",)), ("n", "N", ("ن",)), ("o", "", ("", "و")),
    ("p", "B", ("ب",)), ("q", "K", ("ق",)), ("r", "R", ("ر",)), ("s", "S", ("س", "ص")), ("t", "T", ("ت", "ط")),
    ("u", "", ("", "و")), ("v", "F", ("ف",)), ("w", "", ("و",)), ("x", "X", ("خ",)), ("y", "", ("ي",)),
    ("z", "S", ("ز", "ظ", "ذ")), ("'", "", ("", "ع", "ء")),
)
_CLASS = {sound: classes for sound, classes, _ in _SOUNDS}
_SPELLINGS = {sound: spellings for sound, _, spellings in _SOUNDS}
_SOUND = re.compile("|".join(re.escape(sound) for sound, _, _ in _SOUNDS))
_ARABIC_CLASS = {
    letter: name
    for name, members in {
        "B": "بپ", "T": "تط", "S": "سصزثذظژ", "J": "جچ", "H": "حهہھ", "X": "خ", "D": "دض", "R": "ر", "C": "ش",
        "3": "ع", "G": "غ", "F": "فڤ", "K": "قكکگ", "L": "ل", "M": "م", "N": "ن",
    }.items()
    for letter in members
}
_LATIN_ARTICLE = re.compile(r"(?:[aei]l[-' ]?|[aei](?:sh|th|dh|[strndz])-)(?=[a-z2-9])")
_WORD = re.compile(r"(?<![^\W_])[a-z2-9]['a-z2-9-]*[a-z2-9](?:')?(?![^\W_])")
_MARKED = re.compile(r"[a-z][235679]|[235679]'?[a-z]{2}")
MOST_KEYS = 8


def words(text: str) -> list[tuple[str, int, int]]:
    """Latin words of a text of search level that may be Arabizi, with their places."""
    return [(match.group(), *match.span()) for match in _WORD.finditer(text)]


def marked(word: str) -> bool:
    """Whether a lower-case word holds a digit that stands for a letter."""
    return _MARKED.search(word) is not None


@lru_cache(maxsize=65536)
def keys(word: str) -> tuple[str, ...]:
    """Consonant keys of one word, Latin or Arabic script: two words may be the same where they share a key.

    The article and a final ة or ه are left out. A Latin word without «3» has a key without ع as well.

    >>> set(keys("da3esh")) & set(keys("داعش"))
    {'D3C'}
    """
    if any(c in _ARABIC_CLASS for c in word):
        return _arabic_keys(word)
    lower = word.lower()
    rest = _LATIN_ARTICLE.sub("", lower, count=1) if _LATIN_ARTICLE.match(lower) else lower
    rest = re.sub("(?<=[aeiou])h$", "", rest)
    options = [_CLASS[sound] for sound in _SOUND.findall(rest) if _CLASS[sound]]
    out = dict.fromkeys(_single("".join(choice)) for choice in islice(product(*options), MOST_KEYS))
    return tuple(key for key in out if key)


def _arabic_keys(word: str) -> tuple[str, ...]:
    rest = word.removeprefix("ال") if len(word) > 4 else word
    if len(rest) > 2 and rest[-1] in "هة":
        rest = rest[:-1]
    strict = _single("".join(_ARABIC_CLASS.get(c, "") for c in rest))
    loose = _single(strict.replace("3", ""))
    return tuple(key for key in dict.fromkeys((strict, loose)) if key)


def candidates(word: str, most: int = 64) -> tuple[str, ...]:
    """Arabic spellings that a Latin word may stand for, likelier ones first, at most `most`.

    >>> "حبيبي" in candidates("7abibi"), "جهاد" in candidates("jihad")
    (True, True)
    """
    lower = word.lower()
    article = _LATIN_ARTICLE.match(lower)
    sounds = _SOUND.findall(lower[article.end() :] if article else lower)
    if not sounds:
        return ()
    options = [_SPELLINGS[sound] for sound in sounds]
    if sounds[0] in "aeiou2":
        options[0] = ("ا", "ع") if sounds[0] != "2" else ("ا", "ء")
    if sounds[-1] in ("a", "e", "ah", "eh") and len(sounds) > 2:
        options[-1] = ("ا", "ة", "ى")
    # Cheap choices first: the sum of the ranks of the choices orders the product.
    ranked = sorted(islice(product(*[tuple(enumerate(each)) for each in options]), 4096),
                    key=lambda choice: sum(rank for rank, _ in choice))
    found = dict.fromkeys(("ال" if article else "") + "".join(part for _, part in choice) for choice in ranked)
    return tuple(islice((each for each in found if each), most))


def _single(key: str) -> str:
    return re.sub(r"(.)\1+", r"\1", key)
