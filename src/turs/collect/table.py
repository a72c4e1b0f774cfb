"""Tables as text: CSV, TSV and what spreadsheets export, a posting a row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from turs.collect import limits
from turs.collect.columns import match_columns
from turs.collect.dates import zone_of
from turs.collect.inputfile import InputFile
from turs.collect.lines import Line, Lines, open_lines
from turs.collect.reader import LANGUAGE, SOURCE, TIMEZONE, Example, Option, Reader
from turs.collect.record import posting_of
from turs.posting import Posting, Reject

MAP: Final = Option(
    "map",
    "map",
    {},
    {
        "ar": "أي عمود يحمل ماذا، مثل: text=المحتوى, url=الرابط، أو ‎#3 للعمود الثالث؛ يتقدّم على التعرّف الآلي.",
        "en": "Which column holds what, for example: text=Body, url=Link, or #3 for the third column; "
        "goes before the automatic choice.",
    },
)
HEADER: Final = Option(
    "header",
    "bool",
    True,
    {"ar": "هل السطر الأول أسماء الأعمدة؟", "en": "Whether the first line holds the names of the columns."},
)
DELIMITERS: Final = (",", ";", "\t", "|", "،", "؛")
NO_DELIMITER: Final = "\x1f"
_SAMPLE_LINES: Final = 50


class _Broken(Exception):
    """A physical line that cannot be part of a record."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Feeder:
    """Hands physical lines to the csv module and remembers those of the record being built."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.taken: list[Line] = []
        self.size = 0
        self.ended = False

    def __iter__(self) -> _Feeder:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        self.size += len(line.text)
        if line.problem:
            raise _Broken(line.problem)
        if self.size > limits.RECORD_BYTES:
            raise _Broken("record_too_long")
        return line.text

    def clear(self) -> None:
        self.taken = []
        self.size = 0


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    zone = zone_of(options["timezone"])
    with open_lines(file) as lines:
        stream = iter(lines)
        ahead: deque[Line] = deque()
        for line in stream:
            ahead.append(line)
            if len(ahead) >= _SAMPLE_LINES:
                break
        delimiter = ""
        if ahead and ahead[0].text.strip().lower().startswith("sep=") and len(ahead[0].text.strip()) <= 5:
            # Excel writes and obeys this line.
            delimiter = ahead[0].text.strip("\r\n \ufeff")[4:] or "\t"
            ahead.popleft()
        delimiter = delimiter or guess_delimiter("".join(line.text for line in ahead if not line.problem))
        yield from _rows(file, options, lines, _Feeder(_chain(ahead, stream)), delimiter, zone)


def _chain(ahead: deque[Line], rest: Iterator[Line]) -> Iterator[Line]:
    while ahead:
        yield ahead.popleft()
    yield from rest


def _rows(
    file: InputFile, options: Mapping[str, Any], lines: Lines, feeder: _Feeder, delimiter: str, zone: Any
) -> Iterator[Posting | Reject]:
    # The csv module's own bound on a field is one number for the whole process.
    csv.field_size_limit(max(csv.field_size_limit(), limits.RECORD_BYTES))
    rows = csv.reader(feeder, delimiter=delimiter)
    names: list[str] = []
    columns: dict[str, int] = {}
    heading = b""
    found = False
    while True:
        feeder.clear()
        try:
            row = next(rows)
        except StopIteration:
            break
        except (csv.Error, _Broken) as error:
            taken = feeder.taken or [Line(0, "")]
            code = error.code if isinstance(error, _Broken) else "columns"
            found = True
            yield file.reject(code, taken[0].number, taken[0].text)
            if not columns:
                raise file.refuse("no_columns", taken[0].number, taken[0].text) from error
            continue
        line = feeder.taken[0].number if feeder.taken else 0
        written = "".join(part.text for part in feeder.taken)
        if not any(cell.strip() for cell in row):
            continue
        if not columns:
            if len(row) > limits.COLUMNS:
                raise file.refuse("no_columns", line, written)
            first_is_record = not options["header"]
            names = [f"#{index + 1}" for index in range(len(row))] if first_is_record else _distinct(row)
            try:
                chosen = match_columns(names, options["map"])
            except KeyError as error:
                raise file.refuse("no_columns", line, f"{error.args[0]} ∉ {', '.join(names)}") from error
            if not {"text", "title", "media"} & chosen.keys():
                raise file.refuse("no_columns", line, ", ".join(names))
            columns = {field: names.index(name) for field, name in chosen.items()}
            if not first_is_record:
                heading = lines.raw(written)
                continue
        found = True
        if feeder.ended and len(feeder.taken) > 1 and _unclosed(written, delimiter):
            yield file.reject("unclosed_quote", line, written)
            continue
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            yield file.reject("columns", line, written)
            continue
        if len(row) <= max(columns.values()) and len(row) < len(names) and len(row) <= columns.get("text", 0):
            yield file.reject("columns", line, written)
            continue
        fields = {field: row[index] for field, index in columns.items() if index < len(row)}
        headers = {"encoding": lines.encoding, "delimiter": "" if delimiter == NO_DELIMITER else delimiter}
        if heading:
            headers["columns"] = heading.decode(lines.encoding, "replace").strip("\r\n")[:4_000]
        capture = file.capture(lines.raw(written), "text/csv", READER.tool, f"line={line}", headers)
        yield from posting_of(
            fields, file, line, capture, source=options["source"], language=options["language"], zone=zone
        )
    if not columns:
        raise file.refuse("empty")
    if not found:
        yield file.reject("no_records")


def _distinct(row: list[str]) -> list[str]:
    """Header names without marks, each one once (a second «text» becomes ``text #5``)."""
    names: list[str] = []
    for index, cell in enumerate(row):
        name = cell.strip().strip("\ufeff")
        names.append(name if name and name not in names else f"{name} #{index + 1}".strip())
    return names


def _unclosed(written: str, delimiter: str) -> bool:
    """True where the last record of the file ends inside a quotation."""
    try:
        list(csv.reader(written.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def guess_delimiter(sample: str) -> str:
    """The delimiter that cuts the rows of `sample` into the most even number of columns.

    Where the first row has one column under all of them, it is a list of texts, whose commas are commas: the
    unit separator, which no text holds, stands for "none".
    """
    best, best_score = NO_DELIMITER, 0.0
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample.splitlines(keepends=True), delimiter=delimiter) if row]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        even = sum(width == widths[0] for width in widths) / len(widths)
        score = even * min(widths[0], 20) ** 0.5
        if score > best_score:
            best, best_score = delimiter, score
    return best


READER: Final = Reader(
    name="table",
    version="1",
    suffixes=(".csv", ".tsv", ".tab"),
    title={"ar": "جدول CSV أو TSV", "en": "CSV or TSV table"},
    summary={
        "ar": "كل صف منشور. تُعرف الأعمدة من أسمائها بالعربية والإنجليزية، أو تُحدَّد بخيار map. "
        "لا تُقرأ أعمدة أسماء الأشخاص.",
        "en": "Every row is a posting. Columns are known by their Arabic or English names, or named with the option "
        "«map». Columns of people's names are not read.",
    },
    options=(MAP, HEADER, SOURCE, LANGUAGE, TIMEZONE),
    read=_read,
    claims_media=True,
    examples=(
        Example(
            name="monitoring.csv",
            data=(
                "المصدر;الرابط;تاريخ النشر;العنوان;النص\r\n"
                'صحيفة المثال;https://daily.example.org/7;2026-02-03 09:15;افتتاح المعرض;"افتُتح المعرض اليوم\r\n'
                'بحضور واسع."\r\n'
                "صحيفة المثال;https://daily.example.org/8;2026-02-04 10:00;بلا متن;\r\n"
            ).encode("utf-8-sig"),
            title={
                "ar": "تصدير إكسل بفاصلة منقوطة وسطر داخل خانة",
                "en": "A spreadsheet export with semicolons and a line break inside a field",
            },
            bodies=("افتتاح المعرض\nافتُتح المعرض اليوم\r\nبحضور واسع.", "بلا متن"),
        ),
        Example(
            name="broken.csv",
            data=b"text,url\nfirst,https://a.example\n,\n one,two,three,four\nlast,https://b.example\n",
            title={"ar": "صف فيه خانات زائدة", "en": "A row with too many fields"},
            bodies=("first", "last"),
            rejects=("columns",),
        ),
    ),
)
