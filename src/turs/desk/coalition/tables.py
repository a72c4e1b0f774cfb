"""Tables that leave the desk as CSV or JSON Lines, a few rows at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.http import StreamingHttpResponse


class _Echo:
    def write(self, value: str) -> str:
        return value


def cell(value: Any) -> str:
    """`value` as a spreadsheet may open it: what would run as a formula is quoted (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def csv_response(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """`rows` under `header` as a CSV download called `name`, UTF-8 with its mark so that spreadsheets read Arabic."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow([cell(value) for value in header])
        for row in rows:
            yield writer.writerow([cell(value) for value in row])

    return _download(name, "text/csv; charset=utf-8", lines())


def jsonl_response(name: str, rows: Iterable[Mapping[str, Any]]) -> StreamingHttpResponse:
    """`rows` as a JSON Lines download called `name`."""
    return _download(
        name, "application/x-ndjson; charset=utf-8", (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    )


def _download(name: str, kind: str, lines: Iterable[str]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
