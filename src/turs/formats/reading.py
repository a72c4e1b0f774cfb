"""What all formats share when they read: limits, decoding, JSON with limits, and the making of signals."""

from __future__ import annotations

import codecs
import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

from turs.formats import limits
from turs.formats.signal import Invalid, Problem, Signal, Unwritable, instant, shown, sound, strictest, tlp_mark

Read = Iterator[Signal | Problem]
_Body = Callable[[bytes, str], Read]
_SHORTENED: Final = ("owner", "source", "note", "id", "group", "checkpoint")


class Refused(ValueError):
    """The rest of the file cannot be read; `problem` says why."""

    def __init__(self, code: str, excerpt: object = "", *, line: int = 0, place: str = "") -> None:
        self.problem = Problem(code, line, place, shown(excerpt))
        super().__init__(code)


class Reader(Protocol):
    """Reads one format. kind: what records hold that do not say their kind. Nothing is raised for any content."""

    def __call__(self, data: bytes, *, kind: str = "") -> Read: ...


def reader(most_bytes: int) -> Callable[[_Body], Reader]:
    """A reader from its body: the limits of the file are kept, and a refusal becomes the last problem."""

    def wrap(body: _Body) -> Reader:
        @functools.wraps(body)
        def read(data: bytes, *, kind: str = "") -> Read:
            count = 0
            try:
                if len(data) > most_bytes:
                    raise Refused("too_large", f"{len(data):,} bytes, at most {most_bytes:,}")
                if not data.strip(b"\xef\xbb\xbf\0 \t\r\n"):
                    raise Refused("empty")
                for item in body(data, kind):
                    count += 1
                    if count > limits.RECORDS:
                        raise Refused("too_many_records")
                    yield item
            except Refused as refusal:
                yield refusal.problem

        return read

    return wrap


def text_of(data: bytes) -> tuple[str, bool]:
    """The text of a file, and whether its encoding was guessed: byte order mark, UTF-8, else Windows Arabic.

    Raises `Refused` for binary data.
    """
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
                       (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if data.startswith(mark):
            try:
                return data.decode(name), False
            except UnicodeDecodeError as error:
                raise Refused("encoding", error) from error
    if b"\0" in data[:4096]:
        raise Refused("encoding", "binary data")
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        return data.decode("cp1256"), True


def json_of(data: bytes) -> Any:
    """The JSON document of a file. Raises `Refused`; no deeper than `limits.DEPTH`."""
    try:
        return loads(text_of(data)[0])
    except Invalid as error:
        raise Refused(error.code, error) from error


def loads(text: str) -> Any:
    """One JSON value. Raises `Invalid` with ``bad_json`` or ``too_deep``."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise Invalid("too_deep", "nested too deep") from error
    except ValueError as error:
        raise Invalid("bad_json", str(error)) from error
    level: list[Any] = [value]
    for _ in range(limits.DEPTH):
        level = [child for each in level for child in _children(each) if isinstance(child, (dict, list))]
        if not level:
            return value
    raise Invalid("too_deep", f"nested deeper than {limits.DEPTH}")


def _children(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def dumps(value: Any) -> bytes:
    """JSON as every format here writes it: UTF-8, Arabic readable, a newline at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def items_of(value: Any) -> list[Any]:
    """`value` if it is a list, else nothing."""
    return value if isinstance(value, list) else []


def table_of(value: Any) -> Mapping[str, Any]:
    """`value` if it is a JSON object, else nothing."""
    return value if isinstance(value, dict) else {}


def word_of(value: Any) -> str:
    """Text or a number as clean text; "" for everything else."""
    if isinstance(value, str) or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return sound(value)
    return ""


def emit(fields: Mapping[str, Any], *, line: int = 0, place: str = "", excerpt: object = "") -> Read:
    """The signal of these fields, and a problem for each of them that does not fit.

    ``labels`` and ``opinions`` are any iterables; ``tlp`` is one mark or many, in any spelling, of which the strictest
    counts; dates are as `instant` takes them. A field beside kind and value that does not fit is left out or cut, with
    its problem; kind, value and tier decide whether there is a signal at all.
    """
    draft = dict(fields)

    def tell(code: str, what: object) -> Problem:
        return Problem(code, line, place, shown(what))

    for name in ("first_seen", "updated_at"):
        try:
            draft[name] = instant(draft.get(name))
        except Invalid as error:
            yield tell(error.code, draft.pop(name))
    marks = draft.get("tlp", "")
    found = []
    for mark in (marks,) if isinstance(marks, str) else tuple(marks):
        named = tlp_mark(str(mark)) if mark else ""
        if named is None or (named == "RED" and "RED" not in str(mark).upper()):
            yield tell("tlp_unknown", mark)
        found.append("RED" if named is None else named)
    draft["tlp"] = strictest(*found)
    for name in _SHORTENED:
        if not draft.get(name):
            draft[name] = ""
            continue
        text = sound(draft[name])
        if len(text) > limits.FIELD_CHARACTERS:
            yield tell("field_too_long", f"{name}: {text[:100]}")
            text = text[: limits.FIELD_CHARACTERS - 1] + "…"
        draft[name] = text
    labels = dict.fromkeys(label for label in map(sound, draft.get("labels", ())) if label)
    kept = [label for label in labels if len(label) <= limits.FIELD_CHARACTERS][: limits.LABELS]
    if len(kept) < len(labels):
        yield tell("field_too_long", f"{len(labels)} labels")
    draft["labels"] = tuple(kept)
    opinions = tuple(draft.get("opinions", ()))
    if len(opinions) > limits.OPINIONS:
        yield tell("field_too_long", f"{len(opinions)} opinions")
    draft["opinions"] = opinions[: limits.OPINIONS]
    extra = {str(key): sound(text) for key, text in dict(draft.get("extra", {})).items() if text not in ("", None)}
    for key in [key for key, text in extra.items() if len(text) > limits.FIELD_CHARACTERS]:
        yield tell("field_too_long", f"{key}: {extra.pop(key)[:100]}")
    draft["extra"] = extra
    draft["value"] = draft.get("value") or ""
    draft["kind"] = draft.get("kind") or ""
    try:
        yield Signal(**draft)
    except Invalid as error:
        yield tell(error.code, excerpt or f"{draft['kind']} {draft['value']}")


def quality_of(value: Any) -> int | None:
    """A quality from 0 to 100 out of a number or its text; `None` for nothing. Raises `Invalid`."""
    if value is None or value == "":
        return None
    try:
        number = float(value)
        if isinstance(value, bool) or not 0 <= number <= 100:
            raise ValueError(value)
    except (TypeError, ValueError) as error:
        raise Invalid("bad_quality", f"{shown(value)!r} is not 0 to 100") from error
    return int(number)


class Writer(Protocol):
    """Writes one format. problems: takes what the format cannot carry; without it the first such signal raises
    `Unwritable`. checkpoint: of the page, where the signals do not say it."""

    def __call__(
        self, signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = ""
    ) -> bytes: ...


def refuse(code: str, number: int, signal: Signal, problems: list[Problem] | None) -> None:
    """Tell that signal `number` cannot be written."""
    problem = Problem(code, 0, f"signal {number + 1}", shown(f"{signal.kind} {signal.value or signal.id}"))
    if problems is None:
        raise Unwritable(problem)
    problems.append(problem)


def last(values: Iterable[str]) -> str:
    """The last of some texts that is not empty: the checkpoint of a page."""
    return next((value for value in reversed(list(values)) if value), "")


def number_of(*parts: str) -> str:
    """A number below 2^48, always the same for the same parts, for interfaces that know things by number only."""
    return str(int.from_bytes(hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()[:6]))
