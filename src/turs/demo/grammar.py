"""A seeded grammar that composes the texts of the demo story from the lists in ``words/``.

The notation (explained at the top of ``words/ar.txt``) is a context-free grammar with two additions: a symbol
with a star is drawn once and repeated in the same text, and ``{#a-b}`` is a whole number from a to b.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("ar", "en", "fr")
_SLOT: Final = re.compile(r"\{([^{}]+)\}")
_DEPTH: Final = 12


_FROM_DAY: Final = re.compile(r"@(\d+) (.+)")
_EDGES: Final = str.maketrans({"␣": " ", "⏎": "\n"})


@cache
def rules(language: str) -> Mapping[str, tuple[str, ...]]:
    """Symbol -> alternatives of the grammar of one language (``ar``, ``en`` or ``fr``), ``@56`` and all.

    Raises ValueError for a line outside any list or a symbol without alternatives.
    """
    text = resources.files("turs.demo").joinpath("words", f"{language}.txt").read_text("utf-8")
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("# "):
            continue
        if line.startswith("[") and line.endswith("]"):
            current = found.setdefault(line[1:-1], [])
        elif current is None:
            raise ValueError(f"words/{language}.txt line {number}: text before the first [symbol]")
        else:
            current.append(line)
    empty = [symbol for symbol, lines in found.items() if not lines]
    if empty:
        raise ValueError(f"words/{language}.txt: no alternatives for {', '.join(empty)}")
    return MappingProxyType({symbol: tuple(lines) for symbol, lines in found.items()})


class Voice:
    """Speaks one language: draws every list like a deck of cards, so that it repeats itself as late as possible."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self.language = language
        self._rules = rules(language)
        self._rng = rng
        self._decks: dict[str, list[str]] = {}
        self._day = 0
        self._said: set[tuple[str, str]] = set()

    def say(self, symbol: str, day: int, bound: Mapping[str, str] = MappingProxyType({})) -> str:
        """A text for `symbol` on `day` of the story (0 to 89).

        bound: values of slots that no list holds (dates, channels, wallets). Raises KeyError for an unknown slot.
        """
        self._day, self._said = day, set()
        return self._expand(self._draw(symbol), dict(bound), 0).translate(_EDGES)

    def _draw(self, symbol: str) -> str:
        """The next card of the deck that may be said today and was not said in this text; a new deck where none is."""
        for fresh, again in ((False, False), (True, False), (True, True)):
            deck = self._shuffled(symbol) if fresh else self._decks.get(symbol, [])
            for index in range(len(deck) - 1, -1, -1):
                match = _FROM_DAY.fullmatch(deck[index])
                card = match[2] if match else deck[index]
                if (match and int(match[1]) > self._day) or (not again and (symbol, card) in self._said):
                    continue
                del deck[index]
                self._decks[symbol] = deck
                self._said.add((symbol, card))
                return card
        raise ValueError(f"words/{self.language}.txt: [{symbol}] has nothing to say on day {self._day}")

    def _shuffled(self, symbol: str) -> list[str]:
        try:
            deck = list(self._rules[symbol])
        except KeyError:
            raise KeyError(f"words/{self.language}.txt has no [{symbol}]") from None
        self._rng.shuffle(deck)
        return deck

    def _expand(self, text: str, bound: dict[str, str], depth: int) -> str:
        if depth > _DEPTH:
            raise RecursionError(f"words/{self.language}.txt: lists that name each other: {text[:60]!r}")

        def fill(match: re.Match[str]) -> str:
            slot = match[1]
            if slot.startswith("#"):
                low, high = slot[1:].split("-")
                return str(self._rng.randint(int(low), int(high)))
            if slot in bound:
                return bound[slot]
            if not slot.endswith("*"):
                return self._expand(self._draw(slot), bound, depth + 1)
            bound[slot] = self._expand(self._draw(slot[:-1]), bound, depth + 1)
            return bound[slot]

        return _SLOT.sub(fill, text)
