"""Which language a text is written in, how sure we are, and which scripts it mixes.

Script rules answer where a script or a letter settles it; *lingua* (n-gram models, restricted to the
configured languages) answers the rest on the first `SAMPLE` code points. Tags are BCP 47; ``und`` means
nothing to judge by, ``zxx`` no linguistic content (ISO 639-2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from turs.text import letters
from turs.text.folding import _kinds, code_points

VERSION = "language/2"
SAMPLE = 160
"""Letters shown to the model; more costs time and adds no certainty."""

MIXED = 0.1
"""Share from which a second script counts as mixing."""


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

_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\S+|&\w+;")
_KURDISH = re.compile("[ێۆڵڕ]")
_PERSO_URDU = re.compile("[پچژگکیٹڈڑےہھںۓ]")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_HAUSA = re.compile("[ɓɗƙƴƁƊƘƳ]")
_WORD = re.compile(r"[^\W\d_]+")
_FUNCTION_WORDS: Mapping[str, str] = {
    word: tag
    for tag, words in (
        ("en", "the of and to in is that for it with as was on are this by be from at not have has they which you "
               "we our their will been were who but his her its there what when would about"),
        ("fr", "le la les des du et est que qui dans pour sur pas une au aux avec par ce cette ces sont nous vous ils "
               "elle mais ou où leur leurs être été ont plus sa ses"),
        ("tr", "ve bir bu için ile olarak çok daha olan gibi kadar sonra ama değil her ne ki olduğu"),
        ("id", "yang dan di untuk dengan ini itu dari tidak pada akan kami kita adalah dalam oleh juga telah ke sudah"),
        ("so", "waa iyo oo ka ku ayaa in uu waxaa soo ee ay si aan loo lagu ah waxay"),
    )
    for word in words.split()
}
"""Words that tell a language by themselves; where they agree, no model is needed."""
_ENOUGH = 4

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

_BY_SCRIPT = {letters.HEBREW: "he", letters.GREEK: "el", letters.DEVANAGARI: "hi", letters.KANA: "ja",
              letters.HANGUL: "ko", letters.HAN: "zh"}
_LATIN_LANGUAGES = (LinguaLanguage.ENGLISH, LinguaLanguage.FRENCH, LinguaLanguage.TURKISH, LinguaLanguage.INDONESIAN,
                    LinguaLanguage.SOMALI)
_ARABIC_LANGUAGES = (LinguaLanguage.ARABIC, LinguaLanguage.PERSIAN, LinguaLanguage.URDU)


def detect(text: str) -> Language:
    """Language, confidence and scripts of `text`.

    >>> detect("اجتمع الوزراء في العاصمة يوم الخميس").tag
    'ar'
    """
    if not text.strip():
        return UNDETERMINED
    sample = text if len(text) <= 4 * SAMPLE else text[: 4 * SAMPLE]
    clean = _NOISE.sub(" ", sample) if "http" in sample or "#" in sample or "@" in sample or "&" in sample else sample
    counts = np.bincount(_kinds(code_points(clean)), minlength=len(letters.SCRIPT_NAMES) + 1)[1:]
    total = int(counts.sum())
    if total == 0:
        return NO_CONTENT if clean is sample or not any(c.isalpha() for c in sample) else UNDETERMINED
    order = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i]]
    scripts = {letters.SCRIPT_NAMES[i + 1]: round(int(counts[i]) / total, 3) for i in order}
    mixed = len(order) > 1 and counts[order[1]] / total >= MIXED
    tag, confidence = ("und", 0.0) if total < 3 else _judge(clean, order[0] + 1, total)
    return Language(tag, round(confidence, 2), scripts, bool(mixed))


def warm() -> None:
    """Load the models now (about a second) instead of at the first doubtful text."""
    _detector(_LATIN_LANGUAGES)
    _detector(_ARABIC_LANGUAGES)


def _judge(text: str, script: int, size: int) -> tuple[str, float]:
    if script == letters.ARABIC:
        if _KURDISH.search(text):
            return "ckb", 0.95
        if not _PERSO_URDU.search(text) and ("ة" in text or "ال" in text):
            return "ar", 0.99 if size >= 20 else 0.9
        return _ask(_ARABIC_LANGUAGES, text)
    if script == letters.CYRILLIC:
        return ("uk", 0.9) if _UKRAINIAN.search(text) else ("ru", 0.95)
    if script == letters.LATIN:
        return ("ha", 0.9) if _HAUSA.search(text) else (
            _by_words(text) or _in_latin_letters(text) or _ask(_LATIN_LANGUAGES, text))
    if script == letters.HAN and any("\u3040" <= c <= "\u30ff" for c in text):
        return "ja", 0.95
    return (_BY_SCRIPT[script], 0.95) if script in _BY_SCRIPT else ("und", 0.0)


def _by_words(text: str) -> tuple[str, float] | None:
    """The language whose function words a text uses, None where they are few or disagree."""
    counts: dict[str, int] = {}
    words = _WORD.findall(text[: 2 * SAMPLE].lower())
    for word in words:
        if tag := _FUNCTION_WORDS.get(word):
            counts[tag] = counts.get(tag, 0) + 1
    if not counts:
        return None
    best = max(counts, key=lambda tag: (counts[tag], tag))
    others = sum(counts.values()) - counts[best]
    clear = counts[best] >= max(_ENOUGH, 0.15 * len(words)) and others * 5 <= counts[best]
    return (best, 0.97) if clear else None


def _in_latin_letters(text: str) -> tuple[str, float] | None:
    """Arabic as chat writes it (Arabizi): digit letters in two words, or in one beside words of spoken Arabic.

    The tag is ``ar``; that the letters are Latin stands in `Language.scripts`.
    """
    lower = text[: 2 * SAMPLE].lower()
    digits = {word for word in _ARABIZI.findall(lower) if not _NO_ARABIZI.match(word)}
    words = _WORD.findall(lower)
    spoken = len(_ARABIZI_WORDS.intersection(words))
    clear = len(digits) + spoken >= max(2, 0.2 * len(words)) and (digits or spoken >= 3)
    return ("ar", 0.9 if len(digits) >= 2 else 0.8) if clear else None


def _ask(languages: tuple[LinguaLanguage, ...], text: str) -> tuple[str, float]:
    sample = text.strip()[:SAMPLE].encode("utf-8", "replace").decode()  # lone surrogates cannot reach the model
    best = _detector(languages).compute_language_confidence_values(sample)[0]
    if best.value == 0.0:
        return "und", 0.0
    return best.language.iso_code_639_1.name.lower(), best.value


@cache
def _detector(languages: tuple[LinguaLanguage, ...]) -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*languages).with_preloaded_language_models().build()
