"""Arabic-first text: normalise with an offset map, language, terms, signs of disguise."""

from turs.text.disguise import Sign, signs
from turs.text.folding import LEVELS, Normalised, fold, normalise
from turs.text.language import Language, detect, detect_many
from turs.text.terms import Term, TermHit, TermList, TermScanner

__all__ = ["LEVELS", "Language", "Normalised", "Sign", "Term", "TermHit", "TermList", "TermScanner", "detect",
           "detect_many", "fold", "normalise", "signs"]
