"""Which language a text is written in, how sure we are, and which scripts it mixes.

The main script decides first; where several configured languages share a script, a model of ours judges by the
letters inside words (``data/language.md`` is its card, `turs.text.language_kernels` its loops). Tags are BCP 47;
``und`` means nothing to judge by or a language that we do not know, ``zxx`` no linguistic content (ISO 639-2).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from turs.text import letters
from turs.text.folding import code_points

VERSION = "language/3"
SAMPLE = 1000
"""Code points of a text that are looked at; more costs time and adds no certainty."""

MIXED = 0.1
"""Share from which a second script counts as mixing."""

LEAST = 3
"""Letters below which a text says nothing."""

CLASSES: Mapping[int, tuple[str, ...]] = {
    letters.ARABIC: ("ar", "fa", "ur", "ckb", "ps", "und"),
    letters.LATIN: ("en", "fr", "tr", "id", "so", "ha", "ku", "de", "es", "it", "nl", "pt", "und"),
    letters.CYRILLIC: ("ru", "uk", "und"),
}
"""Languages that the model tells apart, by script; ``und`` stands for some thirty that it was shown as foreign."""

UNEXPECTED: Mapping[str, float] = {**dict.fromkeys(("de", "es", "it", "ku", "nl", "ps", "pt"), -1.0), "und": -1.5}
"""Logarithm of the odds that a text is in a language outside the field's usual ones, before it is looked at."""

MODEL = Path(__file__).with_name("data") / "language.npz"
SCALE = 40.0
"""Steps of a weight as it is stored."""
_FAR = 12 * SCALE
"""Evidence behind the best from where a language has no chance worth counting."""


@dataclass(frozen=True, slots=True)
class Language:
    """Language of a text.

    tag: BCP 47 tag, ``und`` or ``zxx``. confidence: 0 to 1.
    scripts: share of letters by ISO 15924 script code, largest first. mixed: two scripts or more share it.
    """

    tag: str
    confidence: float
    scripts: Mapping[str, float] = field(default_factory=dict)
    mixed: bool = False


UNDETERMINED = Language("und", 0.0)
NO_CONTENT = Language("zxx", 1.0)

_WORD = re.compile(r"[^\W\d_]+")
_ARABIZI = re.compile(
    r"(?<![^\W_])(?:[a-z]+(?:[23579]+['’]?[a-z]+)+[23579]?|[23579][a-z]{2,}(?:[23579][a-z]*)*|[a-z]{2,}[2379])(?![^\W_])"
)
"""A Latin word with a digit that stands for an Arabic letter: ``7abibi``, ``ma3``, ``so2al``."""
_NO_ARABIZI = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|km|kg|cm|mm|ml|gb|mb|px|min|sec|hrs?|days?|years?|ème|eme|ers?|[a-z])$|"
    r"(?:mp|co|ps|v|h|b|x|web|covid|area|route|wifi|usb|iso|sha|md|utf|html|css|level|part|top|win|day|week|year|vol|"
    r"page|no|nr|chapter|figure|table|base|log|vp|es|python|windows|example)\d"
)
_ARABIZI_WORDS = frozenset(re.findall(r"\w+", """
    wallah wallahi yalla inshallah inchallah nchallah mashallah hamdulillah hamdella el ya habibi habibti khouya khoya
    chno shou shu wach wesh mesh mish mosh msh mafi fi bel bil ana enta enti ntoma nta kteer ktir kif kifak kifkon keef
    lyoum elyom bokra bukra allah wala ely eli illi hada hadi haza rah raha bas bass akhi akhoy shabab chabab sho leh
    lesh leish wein win men mn kol koll kolna bladna zwin bezzaf barcha dyal walo salam sabah zay zayy ahl
    """))
"""Words of spoken Arabic as they are often written in Latin letters; they only help where a digit letter stands."""
_CERTAIN = 0.98
"""Confidence from which Latin letters without a digit among them cannot be Arabic."""
_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\S+|&\w+;")

_BY_SCRIPT = {letters.HEBREW: "he", letters.GREEK: "el", letters.DEVANAGARI: "hi", letters.KANA: "ja",
              letters.HANGUL: "ko", letters.HAN: "zh"}

KNOWN = frozenset(_BY_SCRIPT.values()).union(*CLASSES.values()) - {"und"}
"""Tags that `detect` can give, but for ``und`` and ``zxx``."""


def detect(text: str) -> Language:
    """Language, confidence and scripts of `text`.

    >>> detect("اجتمع الوزراء في العاصمة يوم الخميس").tag
    'ar'
    """
    return detect_many((text,))[0]


def detect_many(texts: Sequence[str]) -> list[Language]:
    """The same for many texts, in their order; many at once cost a fraction of the time."""
    samples = [_sample(text) for text in texts]
    if not any(samples):
        return [UNDETERMINED] * len(samples)
    model = _model()
    bounds = np.zeros(len(samples) + 1, dtype=np.int64)
    np.cumsum([len(sample) for sample in samples], out=bounds[1:])
    counts = np.zeros((len(samples), len(letters.SCRIPT_NAMES) + 1), dtype=np.int64)
    scores = np.zeros((len(samples), model.weights.shape[1]), dtype=np.int32)
    model.kernels.judge(code_points("".join(samples)), bounds, model.symbols, model.scripts, model.bases, model.bits,
                        model.priors, model.weights, counts, scores)
    return [_language(sample, *row) for sample, *row in zip(samples, counts.tolist(), scores.tolist(), strict=True)]


def warm() -> None:
    """Load the model and its compiled loops now (about a second) instead of at the first text."""
    detect("warm")


# -- one text ----------------------------------------------------------------------------------------------


def _sample(text: str) -> str:
    """The beginning of a text, its accents on their letters; empty where nothing but space is."""
    sample = text[:SAMPLE]
    if not sample.strip():
        sample = text.lstrip()[:SAMPLE]
    return unicodedata.normalize("NFC", sample)


def _language(sample: str, counts: list[int], scores: list[int]) -> Language:
    """counts: letters by script, before them the digits beside Latin letters. scores: evidence by language."""
    total = sum(counts) - counts[0]
    if total == 0:
        if not sample:
            return UNDETERMINED
        return UNDETERMINED if any(map(str.isalpha, sample)) else NO_CONTENT
    most = max(counts[1:])
    script = counts.index(most, 1)
    if most == total:
        scripts, mixed = {letters.SCRIPT_NAMES[script]: 1.0}, False
    else:
        order = sorted((number for number in letters.SCRIPT_NAMES if counts[number]), key=lambda n: (-counts[n], n))
        scripts = {letters.SCRIPT_NAMES[number]: round(counts[number] / total, 3) for number in order}
        mixed = counts[order[1]] / total >= MIXED
    if total < LEAST:
        return Language("und", 0.0, scripts, mixed)
    if script not in CLASSES:
        tag = _BY_SCRIPT.get(script, "und")
        if script == letters.HAN and letters.SCRIPT_NAMES[letters.KANA] in scripts:
            tag = "ja"
        return Language(tag, 0.95 if tag != "und" else 0.0, scripts, mixed)
    tag, confidence = _best(CLASSES[script], scores)
    if script == letters.LATIN and (counts[0] or confidence < _CERTAIN):
        tag, confidence = _in_latin_letters(sample) or (tag, confidence)
    return Language(tag, confidence, scripts, mixed)


def _best(tags: tuple[str, ...], scores: list[int]) -> tuple[str, float]:
    """The language with most evidence, and its probability."""
    most = max(scores[: len(tags)])
    tag = tags[scores.index(most)]
    if tag == "und":
        return tag, 0.0
    close = [score for score in scores[: len(tags)] if most - score < _FAR]
    return tag, round(1 / sum(math.exp((score - most) / SCALE) for score in close), 2) if len(close) > 1 else 1.0


def _in_latin_letters(text: str) -> tuple[str, float] | None:
    """Arabic as chat writes it (Arabizi): digit letters in two words, or in one beside words of spoken Arabic.

    The tag is ``ar``; that the letters are Latin stands in `Language.scripts`.
    """
    lower = _NOISE.sub(" ", text[:320].lower())
    digits = {word for word in _ARABIZI.findall(lower) if not _NO_ARABIZI.match(word)}
    words = _WORD.findall(lower)
    spoken = len(_ARABIZI_WORDS.intersection(words))
    clear = len(digits) + spoken >= max(2, 0.2 * len(words)) and (digits or spoken >= 3)
    return ("ar", 0.9 if len(digits) >= 2 else 0.8) if clear else None


# -- the model ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Model:
    """Tables of the model: see `turs.text.language_kernels.judge`."""

    kernels: ModuleType
    symbols: NDArray[np.int32]
    scripts: NDArray[np.uint8]
    bases: NDArray[np.int64]
    bits: NDArray[np.int64]
    priors: NDArray[np.int32]
    weights: NDArray[np.int8]


@cache
def _model() -> _Model:
    from turs.text import language_kernels as kernels

    with np.load(MODEL, allow_pickle=False) as file:
        named, sizes, weights = file["tags"], file["bits"], np.ascontiguousarray(file["weights"])
    held = [" ".join((letters.SCRIPT_NAMES[script], *tags)) for script, tags in CLASSES.items()]
    if named.tolist() != held or weights.shape != (int((1 << sizes).sum()), kernels.COLUMNS):
        raise ValueError(f"{MODEL} is not the model of {VERSION}: install Turs again, or train it anew")
    count = len(letters.SCRIPT_NAMES) + 1
    bits, bases = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    priors = np.zeros((count, kernels.COLUMNS), dtype=np.int32)
    base = 0
    for (script, tags), size in zip(CLASSES.items(), sizes.tolist(), strict=True):
        bits[script], bases[script] = size, base
        base += 1 << size
        priors[script, : len(tags)] = [round(SCALE * UNEXPECTED.get(tag, 0.0)) for tag in tags]
    return _Model(kernels, symbol_table(), letters.script_numbers(), bases, bits, priors, weights)


@cache
def symbol_table() -> NDArray[np.int32]:
    """Symbol by code point of planes 0 and 1: the lower-case letter it stands for, 0 for what is no letter,
    -1 for what is not seen (marks, tatweel, joiners)."""
    scripts = letters.script_numbers()
    symbols = np.where(scripts > 0, np.arange(scripts.size, dtype=np.int32), 0).astype(np.int32)
    for code in np.flatnonzero(np.isin(scripts, list(CLASSES))).tolist():
        letter = unicodedata.normalize("NFKC", chr(code)).lower()
        symbols[code] = next((ord(c) for c in letter if c.isalpha()), 0)
    for code in range(scripts.size):
        if unicodedata.category(chr(code)) in ("Mn", "Me", "Cf"):
            symbols[code] = -1
    symbols[0x2B0:0x300] = 0  # modifier letters stand for apostrophes
    symbols[0x200C] = 0  # the non-joiner parts what Persian writes as one word
    symbols[0x640] = -1
    symbols.flags.writeable = False
    return symbols
