"""JSON Lines, one signal a line, or one array of them: the form that keeps every field as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from turs.formats import limits
from turs.formats.reading import Read, Refused, json_of, loads, reader, text_of
from turs.formats.record import Columns, read_record, write_record
from turs.formats.signal import Invalid, Problem, Signal, shown

_FIRST_KEYS: Final = re.compile(r'\s*\[?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:')


@reader(limits.FILE_BYTES)
def read(data: bytes, kind: str) -> Read:
    """Signals of every line, or of every element of one array."""
    text, guessed = text_of(data)
    if guessed:
        yield Problem("encoding_guessed")
    if text.lstrip("\ufeff \t\r\n").startswith("["):
        if len(data) > limits.TREE_BYTES:
            raise Refused("too_large", f"{len(data):,} bytes in one array")
        for index, value in enumerate(json_of(data)):
            yield from _record(value, kind, 0, f"[{index}]")
        return
    for line, row in enumerate(text.split("\n"), 1):
        bare = row.strip("\ufeff\x1e \t\r")
        if not bare:
            continue
        try:
            value = loads(bare)
        except Invalid as error:
            yield Problem(error.code, line, excerpt=shown(bare))
            continue
        yield from _record(value, kind, line, "")


def _record(value: Any, kind: str, line: int, place: str) -> Read:
    if not isinstance(value, Mapping):
        yield Problem("bad_record", line, place, shown(value))
        return
    columns = _columns(tuple(value)[: limits.COLUMNS])
    if not columns.known and "id" not in columns.fields:
        yield Problem("no_value", line, place, shown(json.dumps(value, ensure_ascii=False)))
        return
    if columns.unused:
        yield Problem("column_unused", line, place, shown(", ".join(columns.unused)))
    yield from read_record(value, columns, kind, line=line, place=place)


@lru_cache(maxsize=64)
def _columns(names: tuple[str, ...]) -> Columns:
    return Columns(names)


def write(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """One line a signal. It carries everything, so that nothing ever goes to `problems`."""
    lines = []
    for signal in signals:
        record = write_record(signal)
        if checkpoint:
            record.setdefault("checkpoint", checkpoint)
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    return "".join(lines).encode("utf-8")


def sniff(head: str) -> bool:
    """True for an object or an array of objects with a key that says value, or a kind, in its first line."""
    if not _FIRST_KEYS.match(head):
        return False
    keys = re.findall(r'"((?:[^"\\]|\\.){1,60})"\s*:', head.split("}", 1)[0][:8_192])
    return Columns(keys).known
