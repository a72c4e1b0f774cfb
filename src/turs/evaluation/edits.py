"""Edits that make a copy of a text: how known texts come back. One function an edit, each with its own seed.

An edit takes a text, a source of chance, and the words of other texts (for what replaces or surrounds it);
it returns the copy. Where an edit does not apply (tatweel in an English text), letters stay as they are.
The tables are of how people write, after field guide 7.2 and Unicode Technical Standard 39; they are not
those of ``turs.text``, which has to undo more than this.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence

Edit = Callable[[str, random.Random, Sequence[str]], str]
"""(text, chance, words of other texts in running order) -> copy."""

_VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"
_JOINING = frozenset("بتثجحخسشصضطظعغفقكلمنهيئـ")
_FORMS = {
    "ا": "أإآٱ", "أ": "اإ", "إ": "اأ", "آ": "اأ", "ى": "يی", "ي": "یى", "ة": "ه", "ه": "ة", "ك": "کڪ", "ؤ": "ء",
    "ئ": "ء", "ء": "ئ",
}  # fmt: skip
_LOOKS = {
    "ك": "کڪ", "ي": "یېۍ", "ه": "ھہە", "ب": "ٮپ", "ف": "ڡ", "ق": "ٯ", "ن": "ں", "ر": "ڕ", "د": "ڈ", "ت": "ٹ", "و": "ۆۇ",
    "ج": "چ", "ز": "ژ", "ل": "ڵ",
    "a": "аα", "e": "е", "o": "оο", "p": "рρ", "c": "с", "x": "х", "y": "у", "i": "іι", "s": "ѕ", "j": "ј", "h": "һ",
    "d": "ԁ", "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x", "у": "y", "і": "i", "к": "k", "т": "t",
    "м": "m", "н": "h", "в": "b",
}  # fmt: skip
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_ARABIZI = {"ع": "3", "ح": "7", "ء": "2", "أ": "2", "خ": "5", "ط": "6", "ق": "9", "ص": "9"}
_EMOJI = "😀🔥⚡💥🌹✊👇📌🛑❗"
_ROWS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ", "qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ",
         "фывапролджэ", "ячсмитьбю")  # fmt: skip


def diacritics(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Vowel signs on most letters; accents on Latin and Cyrillic ones."""
    return _each(text, chance, 0.7, lambda char: char + chance.choice(_VOWELS if _is_arabic(char) else "\u0301\u0323"))


def tatweel(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Words drawn out with tatweel between joined letters."""
    return _each(text, chance, 0.4, lambda char: char + "ـ" * chance.randint(1, 4) if char in _JOINING else char)


def letter_forms(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Other spellings of alef, ya, ha, kaf and hamza, as keyboards and habits differ; other case elsewhere."""
    return _each(text, chance, 0.6, lambda char: chance.choice(_FORMS[char]) if char in _FORMS else char.swapcase())


def presentation_forms(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Letters as the shapes of old fonts (Unicode presentation forms); full-width letters elsewhere."""
    forms = _presentation()
    return _each(text, chance, 1.0, lambda char: chance.choice(forms[char]) if char in forms else char)


def look_alikes(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Letters replaced by their likes: neighbours' letters, dotless ones, other scripts."""
    return _each(text, chance, 0.5, lambda char: chance.choice(_LOOKS[char]) if char in _LOOKS else char)


def zero_width(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Characters that show as nothing, between letters."""
    return _each(text, chance, 0.4, lambda char: char + chance.choice(_INVISIBLE))


def arabizi_digits(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Digits for the letters they stand for in chat."""
    return _each(text, chance, 0.7, lambda char: _ARABIZI.get(char, char))


def emoji(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Emoji after words and inside some."""
    words = []
    for word in text.split():
        place = chance.randrange(len(word)) if chance.random() < 0.2 else len(word)
        words.append(word[:place] + chance.choice(_EMOJI) + word[place:] if chance.random() < 0.5 else word)
    return " ".join(words)


def broken_words(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """One word in five written with dots, strokes or spaces between its letters."""
    return " ".join(
        chance.choice((".", "-", "_", "*", " ")).join(word) if chance.random() < 0.2 else word for word in text.split()
    )


def half(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Half of the words, in one run."""
    words = text.split()
    size = (len(words) + 1) // 2
    start = chance.randint(0, len(words) - size)
    return " ".join(words[start : start + size])


def embedded(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Inside other words of three times its length."""
    words, count = text.split(), 0
    start = chance.randrange(max(1, len(others)))
    around: list[str] = []
    while others and count < 3 * len(text):
        around.append(others[(start + len(around)) % len(others)])
        count += len(around[-1]) + 1
    place = chance.randint(0, len(around))
    return " ".join([*around[:place], *words, *around[place:]])


def words_20(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """One word in five replaced by another."""
    return _other_words(text, chance, others, 0.2)


def words_30(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Three words in ten replaced by others."""
    return _other_words(text, chance, others, 0.3)


def typing_10(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """One letter in ten mistyped: a neighbouring key, left out, doubled by another, or swapped with the next."""
    out: list[str] = []
    chars = list(text)
    place = 0
    while place < len(chars):
        char = chars[place]
        place += 1
        if not char.isalpha() or chance.random() >= 0.1:
            out.append(char)
            continue
        kind = chance.randrange(4)
        if kind == 0:
            out.append(_neighbour(char, chance))
        elif kind == 1:
            out.extend((char, _neighbour(char, chance)))
        elif kind == 2 and place < len(chars):
            out.extend((chars[place], char))
            place += 1
    return "".join(out)


def everything(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Half of it, inside other words, and all of that disguised in every way."""
    copy = embedded(half(text, chance, others), chance, others)
    for edit in (look_alikes, letter_forms, arabizi_digits, diacritics, tatweel, zero_width):
        copy = edit(copy, chance, others)
    return copy


EDITS: Mapping[str, Edit] = {
    edit.__name__: edit
    for edit in (diacritics, tatweel, letter_forms, presentation_forms, look_alikes, zero_width, arabizi_digits, emoji,
                 broken_words, half, embedded, words_20, words_30, typing_10, everything)
}  # fmt: skip
"""Every edit by its name, from the lightest to the heaviest."""


def _each(text: str, chance: random.Random, share: float, change: Callable[[str], str]) -> str:
    """`text` with a share of its letters changed."""
    return "".join(change(char) if char.isalpha() and chance.random() < share else char for char in text)


def _is_arabic(char: str) -> bool:
    return "\u0600" <= char <= "\u06ff"


def _other_words(text: str, chance: random.Random, others: Sequence[str], share: float) -> str:
    words = text.split()
    for place in chance.sample(range(len(words)), round(share * len(words))) if others else ():
        words[place] = chance.choice(others)
    return " ".join(words)


def _neighbour(char: str, chance: random.Random) -> str:
    for row in _ROWS:
        place = row.find(char.lower())
        if place >= 0:
            return row[place + 1] if place == 0 or (place + 1 < len(row) and chance.random() < 0.5) else row[place - 1]
    return char


_FORMS_OF: dict[str, str] = {}


def _presentation() -> dict[str, str]:
    """Presentation forms of each letter, from the decompositions of the Unicode data."""
    if not _FORMS_OF:
        for code in (*range(0xFE80, 0xFEF5), *range(0xFF21, 0xFF5B)):
            kind, _, letter = unicodedata.decomposition(chr(code)).partition(" ")
            if kind.startswith("<") and " " not in letter:
                base = chr(int(letter, 16))
                _FORMS_OF[base] = _FORMS_OF.get(base, "") + chr(code)
    return _FORMS_OF
