"""Walk a JSON file of any length with bounded memory, value by value, keeping the exact text of each.

The standard decoder reads one value from a window of the file; the window grows until the value is whole
(RFC 8259). Damage inside one value of an array costs that value, damage between values ends the file.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from turs.collect import limits

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_MARKS: Final = re.compile(r'["{}\[\]]')
_WORD: Final = re.compile(r'[^\s,:"{}\[\]]*')
_STRING_END: Final = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_BLOCK: Final = 256 * 1024


class BrokenJson(ValueError):
    """The file cannot be followed any further. line: where."""

    def __init__(self, line: int) -> None:
        super().__init__(f"broken JSON at line {line}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its text as it stood and the line it began on; problem: reject code, "" where it is sound."""

    data: Any
    text: str
    line: int
    problem: str = ""


class JsonStream:
    """A reading position in a JSON file. Every method leaves it after what it took."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        # Bytes that do not fit stay visible as lone surrogates and are rejected with their record.
        errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._stream = stream
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._ended = False

    @property
    def line(self) -> int:
        """1-based line of the reading position."""
        return self._line

    def peek(self) -> str:
        """The next character that is not white space, "" at the end. Nothing is taken."""
        while True:
            match = _SPACE.match(self._buffer, self._at)
            assert match is not None  # the pattern matches everywhere
            self._advance(match.end())
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._fill():
                return ""

    def members(self) -> Iterator[str]:
        """Keys of the object here; the caller takes or skips each value before asking for the next key."""
        self._expect("{")
        if self.peek() == "}":
            self._advance(self._at + 1)
            return
        while True:
            if self.peek() != '"':
                raise BrokenJson(self._line)
            key = self.value()
            if key.problem:
                raise BrokenJson(key.line)
            self._expect(":")
            yield str(key.data)
            if self._between("}"):
                return

    def elements(self) -> Iterator[int]:
        """Indexes of the array here; the caller takes or skips each element."""
        self._expect("[")
        if self.peek() == "]":
            self._advance(self._at + 1)
            return
        index = 0
        while True:
            yield index
            index += 1
            if self._between("]"):
                return

    def value(self) -> Value:
        """Take one value. One that is too long, too deep or malformed inside comes back with its problem."""
        if not self.peek():
            raise BrokenJson(self._line)
        line = self._line
        block = _BLOCK
        while True:
            remaining = len(self._buffer) - self._at
            try:
                data, end = _decode(self._buffer, self._at)
                if end < len(self._buffer) or self._ended:
                    text = self._buffer[self._at : end]
                    self._advance(end)
                    return Value(data, text, line, _problem(data, text))
            except RecursionError:
                return self._skipped(line, "too_deep")
            except json.JSONDecodeError as error:
                cut = "Unterminated string" in error.msg or error.pos > len(self._buffer) - 16
                if not cut or self._ended:
                    return self._skipped(line, "bad_json")
            if remaining > limits.RECORD_BYTES:
                return self._skipped(line, "record_too_long")
            if not self._fill(block):
                self._ended = True
            block *= 2

    def skip(self) -> None:
        """Leave one value out, however long or deep, without holding it."""
        first = self.peek()
        if first not in ("{", "[", '"'):
            self._skip_word()
            return
        depth = 0
        while True:
            match = _MARKS.search(self._buffer, self._at)
            if match is None:
                self._advance(len(self._buffer))
                if not self._fill():
                    raise BrokenJson(self._line)
                continue
            self._advance(match.end())
            mark = match[0]
            if mark == '"':
                self._skip_string()
            elif mark in "{[":
                depth += 1
            else:
                depth -= 1
            if depth <= 0:
                return
            if depth > limits.JSON_SKIP_DEPTH:
                raise BrokenJson(self._line)

    def _skip_word(self) -> None:
        """Leave out a number or a word such as ``true``, or what stands in the place of one."""
        taken = False
        while True:
            match = _WORD.match(self._buffer, self._at)
            assert match is not None  # the pattern matches everywhere
            taken = taken or match.end() > self._at
            self._advance(match.end())
            if self._at < len(self._buffer) or not self._fill():
                break
        if not taken:
            raise BrokenJson(self._line)

    def _skip_string(self) -> None:
        while True:
            match = _STRING_END.match(self._buffer, self._at)
            if match:
                self._advance(match.end())
                return
            # Keep an odd run of backslashes at the end for the next window: it escapes what comes.
            kept = len(self._buffer) - len(self._buffer.rstrip("\\"))
            self._advance(max(self._at, len(self._buffer) - (kept % 2)))
            if not self._fill():
                raise BrokenJson(self._line)

    def _skipped(self, line: int, problem: str) -> Value:
        text = self._buffer[self._at : self._at + limits.EXCERPT_CHARACTERS]
        self.skip()
        return Value(None, text, line, problem)

    def _between(self, closing: str) -> bool:
        mark = self.peek()
        if mark == closing:
            self._advance(self._at + 1)
            return True
        self._expect(",")
        return False

    def _expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise BrokenJson(self._line)
        self._advance(self._at + 1)

    def _advance(self, end: int) -> None:
        self._line += self._buffer.count("\n", self._at, end)
        self._at = end

    def _fill(self, size: int = _BLOCK) -> bool:
        data = self._stream.read(size)
        text = self._decoder.decode(data, not data)
        self._buffer = self._buffer[self._at :] + text
        self._at = 0
        return bool(data)


def _never(_: str) -> None:
    """NaN and Infinity are no JSON numbers; they become null."""


_DECODER: Final = json.JSONDecoder(parse_constant=_never, strict=False)
_LENIENT: Final = json.JSONDecoder(
    parse_constant=_never, strict=False, parse_int=lambda digits: int(digits) if len(digits) < 400 else None
)


def _decode(text: str, start: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of thousands of digits
        return _LENIENT.raw_decode(text, start)


def loads(text: str) -> Value:
    """One JSON text as a value with its problem, if any."""
    try:
        stripped = text.strip(" \t\r\n\ufeff")
        data, end = _decode(stripped, 0)
    except RecursionError:
        return Value(None, text, 0, "too_deep")
    except ValueError:
        return Value(None, text, 0, "bad_json")
    return Value(data, stripped, 0, "bad_json" if end != len(stripped) else _problem(data, stripped))


def _problem(data: Any, text: str) -> str:
    if not text.isascii() and any("\udc80" <= character <= "\udcff" for character in text):
        return "record_encoding"
    # Depth can only be great where the brackets are many.
    if text.count("[") + text.count("{") > limits.JSON_DEPTH and _depth(data) > limits.JSON_DEPTH:
        return "too_deep"
    return ""


def _depth(data: Any) -> int:
    deepest = 0
    stack = [(data, 1)]
    while stack:
        item, depth = stack.pop()
        if isinstance(item, (dict, list)):
            deepest = max(deepest, depth)
            if depth > limits.JSON_DEPTH:
                return depth
            stack.extend((child, depth + 1) for child in (item.values() if isinstance(item, dict) else item))
    return deepest
