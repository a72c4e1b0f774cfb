"""Records as JSON: JSON Lines, and one array of objects, a posting an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from turs.collect.columns import match_columns
from turs.collect.dates import zone_of
from turs.collect.inputfile import InputFile
from turs.collect.jsonstream import BrokenJson, Value, loads, open_json
from turs.collect.lines import open_lines
from turs.collect.reader import LANGUAGE, SOURCE, TIMEZONE, Example, Reader
from turs.collect.record import posting_of
from turs.collect.table import MAP
from turs.posting import Posting, Reject


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    if file.size == 0:
        raise file.refuse("empty")
    known: dict[tuple[str, ...], dict[str, str]] = {}
    found = False
    values = _array(file) if file.head(4096).lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"[" else _lines(file)
    for value, place, raw, encoding in values:
        found = True
        if value.problem:
            yield file.reject(value.problem, value.line, value.text, value.column)
            continue
        if not isinstance(value.data, dict):
            yield file.reject("not_object", value.line, value.text)
            continue
        record = _flat(value.data, options["map"])
        names = tuple(record)
        if names not in known:
            try:
                known[names] = match_columns(names, {})
            except KeyError:
                known[names] = {}
            # A field that this record does not have is no mistake in JSON, where fields come and go.
            known[names].update({field: name for field, name in options["map"].items() if name in record})
            if len(known) > 10_000:
                known = {names: known[names]}
        fields = {field: record[name] for field, name in known[names].items()}
        capture = file.capture(raw, "application/json", READER.tool, place, {"encoding": encoding})
        yield from posting_of(
            fields,
            file,
            value.line,
            capture,
            source=options["source"],
            language=options["language"],
            zone=zone_of(options["timezone"]),
        )
    if not found:
        yield file.reject("no_records")


def _flat(data: dict[str, Any], chosen: Mapping[str, str]) -> dict[str, Any]:
    """The object's own fields, and those that the map names by a dotted path such as ``post.text``."""
    record = dict(data)
    for path in chosen.values():
        if path not in record and "." in path:
            value: Any = data
            for key in path.split("."):
                value = value.get(key) if isinstance(value, dict) else None
            if value is not None:
                record[path] = value
    return record


def _array(file: InputFile) -> Iterator[tuple[Value, str, bytes, str]]:
    with open_json(file) as stream:
        try:
            for index in stream.elements():
                value = stream.value()
                yield value, f"[{index}]", b"" if value.problem else stream.raw(value.text), stream.encoding
            stream.end()
        except BrokenJson as error:
            # What stood before the damage has been read; the rest is told as one reject.
            yield Value(None, error.excerpt, error.line, "broken_json", error.column), "", b"", stream.encoding


def _lines(file: InputFile) -> Iterator[tuple[Value, str, bytes, str]]:
    with open_lines(file) as lines:
        for line in lines:
            if line.problem:
                yield Value(None, line.text, line.number, line.problem), "", b"", lines.encoding
            elif line.text.strip(" \t\r\n\x1e\ufeff"):
                value = loads(line.text, line.number)
                yield value, f"line={line.number}", b"" if value.problem else lines.raw(line.text), lines.encoding


READER: Final = Reader(
    name="json",
    version="1",
    suffixes=(".jsonl", ".ndjson", ".json"),
    title={"ar": "سجلات JSON Lines أو مصفوفة JSON", "en": "JSON Lines or JSON array"},
    summary={
        "ar": "كل كائن منشور. تُعرف الحقول من أسمائها، أو تُحدَّد بخيار map، ومنه المسارات المنقوطة مثل post.text.",
        "en": "Every object is a posting. Fields are known by their names, or named with the option «map», dotted "
        "paths such as post.text included.",
    },
    options=(MAP, SOURCE, LANGUAGE, TIMEZONE),
    read=_read,
    claims_media=True,
    examples=(
        Example(
            name="posts.jsonl",
            data=(
                '{"source": "موقع المثال", "id": 41, "text": "خبر أول", "published_at": "2026-01-05T08:00:00+03:00"}\n'
                '{"source": "موقع المثال", "id": 42, "text": "خبر ثان\n'
                '{"source": "موقع المثال", "id": 43, "text": "خبر ثالث", "published_at": "1447-07-16"}\n'
            ).encode(),
            title={
                "ar": "ثلاثة أسطر أحدها مقطوع وآخر بتاريخ هجري",
                "en": "Three lines, one cut off and one with a Hijri date",
            },
            bodies=("خبر أول", "خبر ثالث"),
            rejects=("bad_json",),
        ),
        Example(
            name="posts.json",
            data=b'[{"title": "Notice", "content": "Opening hours"}, 7]',
            title={"ar": "مصفوفة فيها عنصر ليس كائنًا", "en": "An array with an element that is no object"},
            bodies=("Notice\nOpening hours",),
            rejects=("not_object",),
        ),
    ),
)
