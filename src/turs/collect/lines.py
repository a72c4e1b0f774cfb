"""Physical lines of a text file of any length, each with its number, in bounded memory."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from turs.collect import limits
from turs.collect.inputfile import InputFile

_ESCAPED: Final = re.compile("[\udc80-\udcff]")


class Line(NamedTuple):
    """number: 1-based. text: with its line end. problem: reject code, "" where it is sound."""

    number: int
    text: str
    problem: str = ""


class Lines:
    """Lines of `stream`, decoded. encoding: Python codec name."""

    def __init__(self, stream: io.TextIOWrapper, encoding: str) -> None:
        self._stream = stream
        self.encoding = encoding
        self._wide = encoding.startswith(("utf-16", "utf-32"))

    def __iter__(self) -> Iterator[Line]:
        number = 0
        limit = limits.RECORD_BYTES
        while text := self._stream.readline(limit):
            number += 1
            if len(text) >= limit and text[-1] not in "\r\n":
                excerpt = text[: limits.EXCERPT_CHARACTERS]
                while text and text[-1] not in "\r\n":
                    text = self._stream.readline(limit)
                yield Line(number, excerpt, "record_too_long")
            elif text.isascii() or not self.damaged(text):
                yield Line(number, text)
            else:
                yield Line(number, text, "record_encoding")

    def damaged(self, text: str) -> bool:
        """True where bytes of the line did not fit the encoding."""
        return "\N{REPLACEMENT CHARACTER}" in text if self._wide else _ESCAPED.search(text) is not None

    def raw(self, text: str) -> bytes:
        """The bytes that `text` was read from, exactly (damaged UTF-16 excepted)."""
        return text.encode(self.encoding, "replace" if self._wide else "surrogateescape")


@contextmanager
def open_lines(file: InputFile) -> Iterator[Lines]:
    """Lines of `file` in the encoding it is written in. Raises `Unreadable`."""
    encoding, mark = file.encoding()
    with file.path.open("rb") as stream:
        stream.seek(mark)
        errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        with io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="") as text:
            yield Lines(text, encoding)
