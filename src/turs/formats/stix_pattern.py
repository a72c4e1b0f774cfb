"""STIX 2.1 patterns (part 9 of the standard): as much as it takes to find the fingerprints a pattern stands for.

A pattern stands for fingerprints where each of them alone would make it true or, inside one observation, where the
other conditions only say more about the same file. A sequence, a negation, a count or a condition on something else
narrows it; taking the fingerprint alone would then say more than the sender did, and the pattern is told as complex.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from turs.formats import limits

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<string>'(?:[^'\\]|\\.)*')
        |(?P<constant>[tbh]'(?:[^'\\]|\\.)*')
        |(?P<operator><=|>=|!=|<>|==|=|<|>)
        |(?P<bracket>[\[\]()])
        |(?P<comma>,)
        |(?P<number>[+-]?\d+(?:\.\d+)?)
        |(?P<word>[A-Za-z_][A-Za-z0-9_-]*(?::[A-Za-z_][A-Za-z0-9_-]*)?(?:\.(?:[A-Za-z_][A-Za-z0-9_-]*|'(?:[^'\\]|\\.)*')
                  |\[(?:\*|\d+)\])*))""",
    re.VERBOSE | re.DOTALL,
)
_SAME_FILE: Final = frozenset({"name", "size", "mime_type", "name_enc", "magic_number_hex"})
"""Properties of ``file`` that say nothing that a digest of it does not settle."""


class Unsound(ValueError):
    """The pattern does not follow the grammar."""


class Complex(ValueError):
    """The pattern is sound but asks for more than single fingerprints."""


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: ``object:path = value``. path: e.g. ``hashes.SHA-256``; values: of ``=`` or ``IN``."""

    type: str
    path: str
    values: tuple[str, ...]


def terms(pattern: str) -> tuple[Term, ...]:
    """The equalities that a pattern stands for, in order. Raises `Unsound` or `Complex`."""
    if len(pattern) > limits.PATTERN_CHARACTERS:
        raise Complex(f"{len(pattern):,} characters")
    return tuple(_Parser(pattern).pattern())


def quoted(text: str) -> str:
    """`text` as a string of a pattern."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)


class _Parser:
    """Recursive descent, no deeper than `limits.DEPTH`."""

    def __init__(self, pattern: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at, end = 0, len(pattern.rstrip())
        while at < end:
            found = _TOKEN.match(pattern, at)
            if found is None or found.lastgroup is None:
                raise Unsound(f"at character {at + 1}: {pattern[at : at + 20]!r}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.at = 0
        self.depth = 0
        self.complex = ""

    def pattern(self) -> Iterator[Term]:
        found = list(self.observations())
        if self.at < len(self.tokens):
            raise Unsound(f"nothing is expected at {self.peek()!r}")
        if self.complex:
            raise Complex(self.complex)
        yield from found

    # observation expressions: [..] AND/OR/FOLLOWEDBY [..], with qualifiers

    def observations(self) -> list[Term]:
        found = self.observation()
        while (word := self.peek().upper()) in ("AND", "OR", "FOLLOWEDBY"):
            self.at += 1
            if word != "OR":
                self.complex = word
            found += self.observation()
        return found

    def observation(self) -> list[Term]:
        if self.peek() == "(":
            self.enter()
            found = self.observations()
            self.leave(")")
        elif self.peek() == "[":
            self.enter()
            found = self.comparisons()
            self.leave("]")
        else:
            raise Unsound(f"[ is expected, not {self.peek()!r}")
        while (word := self.peek().upper()) in ("WITHIN", "REPEATS", "START"):
            self.complex = word
            self.at += 1
            wanted = {"WITHIN": ("number", "SECONDS"), "REPEATS": ("number", "TIMES"),
                      "START": ("constant", "STOP", "constant")}[word]  # fmt: skip
            for part in wanted:
                if part in ("number", "constant"):
                    self.take(part)
                elif self.take("word").upper() != part:
                    raise Unsound(f"{part} is expected")
        return found

    # comparisons of one observation: OR of ANDs

    def comparisons(self) -> list[Term]:
        found = self.conjunction()
        while self.peek().upper() == "OR":
            self.at += 1
            found += self.conjunction()
        return found

    def conjunction(self) -> list[Term]:
        groups = [self.comparison()]
        while self.peek().upper() == "AND":
            self.at += 1
            groups.append(self.comparison())
        found = [term for group in groups for term in group]
        hashed = any(term.path.startswith("hashes.") for term in found)
        if len(groups) > 1 and not (hashed and all(_of_a_file(term) for term in found)):
            self.complex = "AND"
        return found

    def comparison(self) -> list[Term]:
        if self.peek() == "(":
            self.enter()
            found = self.comparisons()
            self.leave(")")
            return found
        if self.peek().upper() in ("NOT", "EXISTS"):
            self.complex = self.take("word").upper()
            if self.complex == "EXISTS" or self.peek().upper() == "EXISTS":
                if self.peek().upper() == "EXISTS":
                    self.at += 1
                self.take("word")
                return []
            return self.comparison()
        path = self.take("word")
        kind, _, inner = path.partition(":")
        if not inner:
            raise Unsound(f"{path!r} is no object path")
        if self.peek().upper() == "NOT":
            self.complex = "NOT"
            self.at += 1
        group, token = self.next()
        word = token.upper()
        if word == "IN":
            self.leave_only("(")
            values = [self.literal()]
            while self.peek() == ",":
                self.at += 1
                values.append(self.literal())
            self.leave_only(")")
        elif group == "operator" or word in ("LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"):
            values = [self.literal()]
            if token not in ("=", "=="):
                self.complex = word
        else:
            raise Unsound(f"an operator is expected, not {token!r}")
        parts = (part.replace("'", "") for part in re.findall(r"'(?:[^'\\]|\\.)*'|[^.]+", inner))
        return [Term(kind, ".".join(parts), tuple(values))]

    def literal(self) -> str:
        group, token = self.next()
        if group == "string":
            return _unquoted(token)
        if group == "constant":
            return token
        if group == "number" or token.lower() in ("true", "false"):
            return token
        raise Unsound(f"a value is expected, not {token!r}")

    # tokens

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise Unsound("it ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, group: str) -> str:
        found, token = self.next()
        if found != group:
            raise Unsound(f"a {group} is expected, not {token!r}")
        return token

    def enter(self) -> None:
        self.at += 1
        self.depth += 1
        if self.depth > limits.DEPTH:
            raise Complex(f"nested deeper than {limits.DEPTH}")

    def leave(self, bracket: str) -> None:
        self.depth -= 1
        self.leave_only(bracket)

    def leave_only(self, bracket: str) -> None:
        if self.next()[1] != bracket:
            raise Unsound(f"{bracket} is expected")


def _of_a_file(term: Term) -> bool:
    return term.type == "file" and (term.path.startswith("hashes.") or term.path in _SAME_FILE)
