"""One file to be read: its name, size and digest, and how its captures and rejects are made."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from turs.collect import limits
from turs.collect.decode import Undecodable, stream_encoding
from turs.collect.reasons import REASONS
from turs.collect.show import shown
from turs.posting import Capture, Reject

BLOCK = 1024 * 1024


class Unreadable(ValueError):
    """The whole file cannot be read; `reject` says why and what to do."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(f"{reject.file}: {reject.reason} {reject.remedy}")
        self.reject = reject


def make_reject(file: str, code: str, line: int = 0, excerpt: str = "", column: int = 0) -> Reject:
    """A reject with the English sentences of `code`; name and excerpt are made safe to show."""
    words = REASONS[code]["en"]
    return Reject(shown(file), line, code, words["reason"], words["remedy"], shown(excerpt), column)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as it stood when it was opened. name: what people call it. size: bytes. digest: SHA-256, hex."""

    path: Path
    name: str
    size: int
    digest: str

    @classmethod
    def open(cls, path: Path, name: str = "") -> InputFile:
        """Look at `path`: measure it and take its digest without holding it. Raises `Unreadable`."""
        name = shown(name or path.name, 1_000)
        try:
            # Asked before opening: to open a named pipe is to wait for its writer for ever.
            if not stat.S_ISREG(path.stat().st_mode):
                raise Unreadable(make_reject(name, "missing"))
            with path.open("rb") as stream:
                status = os.fstat(stream.fileno())
                if status.st_size > limits.FILE_BYTES:
                    raise Unreadable(make_reject(name, "too_large", excerpt=f"{status.st_size} bytes"))
                digest = hashlib.sha256()
                while block := stream.read(BLOCK):
                    digest.update(block)
                return cls(path, name, stream.tell(), digest.hexdigest())
        except (OSError, ValueError) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable(make_reject(name, "missing", excerpt=type(error).__name__)) from error

    def content(self, limit: int) -> bytes:
        """The whole content. Raises `Unreadable` above `limit` bytes or where the file holds nothing."""
        if self.size > limit:
            raise self.refuse("too_large", excerpt=f"{self.size} > {limit} bytes")
        with self.path.open("rb") as stream:
            data = stream.read(limit + 1)
        if not data:
            raise self.refuse("empty")
        return data

    def head(self, length: int = 65_536) -> bytes:
        """The first `length` bytes."""
        with self.path.open("rb") as stream:
            return stream.read(length)

    def encoding(self) -> tuple[str, int]:
        """Encoding of the text, and the bytes of its mark to leave out. Raises `Unreadable`."""
        if self.size == 0:
            raise self.refuse("empty")
        try:
            return stream_encoding(self.path)
        except Undecodable as error:
            raise self.refuse(error.code) from error

    def reject(self, code: str, line: int = 0, excerpt: str = "", column: int = 0) -> Reject:
        """A record of this file that could not be read."""
        return make_reject(self.name, code, line, excerpt, column)

    def refuse(self, code: str, line: int = 0, excerpt: str = "", column: int = 0) -> Unreadable:
        """The exception that says that this whole file cannot be read."""
        return Unreadable(self.reject(code, line, excerpt, column))

    def capture(
        self, raw: bytes, mime: str, tool: str, place: str = "", headers: Mapping[str, str] | None = None
    ) -> Capture:
        """The evidence of one record: its bytes `raw`, its `place` in the file, and the facts of the file."""
        origin = f"{self.name}#{place}" if place else self.name
        facts = {"file_sha256": self.digest, "file_bytes": str(self.size), **(headers or {})}
        return Capture(raw=raw, mime=mime, origin=origin, tool=tool, headers=facts)
