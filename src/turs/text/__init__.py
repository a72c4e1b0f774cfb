"""Arabic-first text: normalise with an offset map, language, terms, signs of disguise."""

from turs.text.disguise import Sign, hides, signs
from turs.text.folding import LEVELS, Normalised, fold, fold_codes, fold_many, normalise
from turs.text.language import Language, detect, detect_many
from turs.text.terms import Term, TermHit, TermList, TermScanner
from turs.text.tokens import light_stem, same_word, words

__all__ = [
    "LEVELS", "Language", "Normalised", "Sign", "Term", "TermHit", "TermList", "TermScanner", "detect", "detect_many",
    "fold", "fold_codes", "fold_many", "hides", "light_stem", "normalise", "same_word", "signs", "words",
]
