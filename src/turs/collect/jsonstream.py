"""Walk a JSON file of any length with bounded memory, value by value, keeping the exact text of each.

The standard decoder reads one value from a window of the file; the window grows until the value is whole
(RFC 8259). Damage inside one value of an array costs that value, damage between values ends the file.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from turs.collect import limits
from turs.collect.inputfile import InputFile

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_MARKS: Final = re.compile(r'["{}\[\]]')
_WORD: Final = re.compile(r'[^\s,:"{}\[\]]*')
_STRING_END: Final = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_ESCAPED: Final = re.compile("[\udc80-\udcff]")
_BLOCK: Final = 256 * 1024


_BEFORE: Final = 100
_AFTER: Final = 60
"""Characters shown of what stands before and after a break."""


class BrokenJson(ValueError):
    """The file cannot be followed any further. line, column: where, 1-based, in characters; excerpt: see `around`."""

    def __init__(self, line: int, column: int, excerpt: str) -> None:
        super().__init__(f"broken JSON at line {line}, column {column}")
        self.line = line
        self.column = column
        self.excerpt = excerpt


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its text as it stood and the line it began on.

    problem: reject code, "" where it is sound. Of a malformed value (``bad_json``) line and column are the place
    where it breaks, and text is what stands around it.
    """

    data: Any
    text: str
    line: int
    problem: str = ""
    column: int = 0


def around(text: str, place: int, before: str = "") -> str:
    """What stands around index `place` of `text`, with ``▸`` at the place itself; `before` precedes `text`."""
    return (before + text[max(0, place - _BEFORE) : place])[-_BEFORE:] + "▸" + text[place : place + _AFTER]


@contextmanager
def open_json(file: InputFile) -> Iterator[JsonStream]:
    """A reading position at the beginning of `file`, in the encoding it is written in. Raises `Unreadable`."""
    encoding, mark = file.encoding()
    with file.path.open("rb") as source:
        source.seek(mark)
        yield JsonStream(source, encoding)


class JsonStream:
    """A reading position in a JSON file. Every method leaves it after what it took.

    Every method raises `BrokenJson` where the file ends too early or something else stands than must.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        # Bytes that do not fit stay visible as lone surrogates and are rejected with their record.
        self._errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)
        self._stream = stream
        self.encoding = encoding
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._column = 1
        self._passed = ""
        self._ended = False

    @property
    def line(self) -> int:
        """1-based line of the reading position."""
        return self._line

    def raw(self, text: str) -> bytes:
        """The bytes that `text` was read from, exactly (damaged UTF-16 excepted)."""
        return text.encode(self.encoding, self._errors)

    def end(self) -> None:
        """Take the end of the file; anything but white space before it is a break."""
        if self.peek():
            raise self._broken()

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
                raise self._broken()
            key = self.value_or_break()
            self._expect(":")
            yield str(key)
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
            raise self._broken()
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
                    return self._malformed(error.pos, cut)
            if remaining > limits.RECORD_BYTES:
                return self._skipped(line, "record_too_long")
            if not self._fill(block):
                self._ended = True
            block *= 2

    def value_or_break(self) -> Any:
        """The data of one value, `None` where it is too long or too deep to be held; a malformed one is a break."""
        value = self.value()
        if value.problem == "bad_json":
            raise BrokenJson(value.line, value.column, value.text)
        return value.data

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
                    raise self._broken()
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
                raise self._broken()

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
            raise self._broken()

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
                raise self._broken()

    def _skipped(self, line: int, problem: str) -> Value:
        text = self._buffer[self._at : self._at + limits.EXCERPT_CHARACTERS]
        self.skip()
        return Value(None, text, line, problem)

    def _malformed(self, place: int, cut: bool) -> Value:
        """The value here, which breaks at index `place` of the window. cut: it may be that only the end is missing."""
        broken = self._broken(place)
        try:
            self.skip()
        except BrokenJson as end:
            # Nothing after it can be told apart: the break is where the value goes wrong, or where the file ends.
            raise (end if cut else broken) from None
        return Value(None, broken.excerpt, broken.line, "bad_json", broken.column)

    def _between(self, closing: str) -> bool:
        mark = self.peek()
        if mark == closing:
            self._advance(self._at + 1)
            return True
        self._expect(",")
        return False

    def _expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise self._broken()
        self._advance(self._at + 1)

    def _broken(self, place: int | None = None) -> BrokenJson:
        """A break here, or at index `place` of the window."""
        place = self._at if place is None else place
        line, column = self._place(place)
        return BrokenJson(line, column, around(self._buffer, place, self._passed))

    def _place(self, end: int) -> tuple[int, int]:
        """Line and column of index `end` of the window, which does not stand before the reading position."""
        lines = self._buffer.count("\n", self._at, end)
        if lines:
            return self._line + lines, end - self._buffer.rfind("\n", self._at, end)
        return self._line, self._column + end - self._at

    def _advance(self, end: int) -> None:
        self._line, self._column = self._place(end)
        self._at = end

    def _fill(self, size: int = _BLOCK) -> bool:
        data = self._stream.read(size)
        text = self._decoder.decode(data, not data)
        self._passed = (self._passed + self._buffer[max(0, self._at - _BEFORE) : self._at])[-_BEFORE:]
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


def loads(text: str, line: int = 0) -> Value:
    """One JSON text, the whole of line `line`, as a value with its problem, if any."""
    stripped = text.strip(" \t\r\n\ufeff\x1e")  # RFC 7464 begins a record with RS
    try:
        data, end = _decode(stripped, 0)
    except RecursionError:
        return Value(None, text, line, "too_deep")
    except json.JSONDecodeError as error:
        end = len(stripped) if "Unterminated string" in error.msg else error.pos
        cut = end >= len(stripped)
    else:
        cut = False
        if end == len(stripped):
            return Value(data, text, line, _problem(data, stripped))
    place = len(text.rstrip("\r\n")) if cut else text.index(stripped) + end
    return Value(None, around(text.rstrip("\r\n"), place), line, "bad_json", place + 1)


def _problem(data: Any, text: str) -> str:
    if not text.isascii() and _ESCAPED.search(text):
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
