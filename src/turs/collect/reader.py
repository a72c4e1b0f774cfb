"""What a reader is: declared once, shown everywhere (command line, screens, documentation, tests, demo)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from turs.collect.inputfile import InputFile
from turs.posting import Posting, Reject

OptionKind = Literal["str", "datetime", "map", "bool"]
Read = Callable[[InputFile, Mapping[str, Any]], Iterator[Posting | Reject]]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice a person may make when reading a file.

    kind: ``str``; ``datetime`` (an aware instant, or ISO 8601 with its zone); ``map`` (field name -> column
    name, or ``text=Body, url=Link``); ``bool``. help: one sentence per language.
    """

    name: str
    kind: OptionKind
    default: Any
    help: Mapping[str, str]
    required: bool = False

    def parse(self, value: Any) -> Any:
        """`value` in the type of this option. Raises ValueError where it does not fit."""
        if value is None:
            return self.default
        if self.kind == "str":
            return str(value).strip()
        if self.kind == "bool":
            return _as_bool(value)
        if self.kind == "datetime":
            return _as_instant(value)
        return _as_map(value)


@dataclass(frozen=True, slots=True)
class Example:
    """A small real file of the format and what reading it must give: it feeds tests, documentation and demo.

    name: file name. data: its bytes. bodies: ``Posting.body`` of every posting, in order.
    rejects: codes of every reject, in order. options: with which it is read. beside: files that stand
    beside it, relative path -> bytes. title: what it shows, per language.
    """

    name: str
    data: bytes = field(repr=False)
    title: Mapping[str, str]
    bodies: tuple[str, ...]
    rejects: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of one format. `read` is a generator of postings and rejects; it may raise `Unreadable`.

    suffixes: lower case with the dot. claims_media: True where records name media files beside the file.
    """

    name: str
    version: str
    suffixes: tuple[str, ...]
    title: Mapping[str, str]
    summary: Mapping[str, str]
    options: tuple[Option, ...]
    read: Read = field(repr=False)
    examples: tuple[Example, ...] = field(repr=False)
    claims_media: bool = False

    @property
    def tool(self) -> str:
        """``name/version``, as written into every capture."""
        return f"{self.name}/{self.version}"


SOURCE: Final = Option(
    "source",
    "str",
    "",
    {
        "ar": "اسم المكان الذي نُشر فيه المحتوى (موقع أو قناة أو محطة)؛ يتقدّم على ما يذكره الملف.",
        "en": "Name of the place of publication (site, channel, station); goes before what the file says.",
    },
)
LANGUAGE: Final = Option(
    "language",
    "str",
    "",
    {
        "ar": "وسم لغة النص وفق BCP 47، مثل ar أو en، إن لم يذكره الملف.",
        "en": "Language of the text as a BCP 47 tag such as ar or en, where the file does not say.",
    },
)
TIMEZONE: Final = Option(
    "timezone",
    "str",
    "UTC",
    {
        "ar": "المنطقة الزمنية للتواريخ المكتوبة بلا منطقة، مثل Asia/Baghdad أو ‎+03:00.",
        "en": "Time zone of dates written without one, such as Asia/Baghdad or +03:00.",
    },
)
"""Options that several readers share."""


def _as_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word in {"1", "true", "yes", "on", "نعم"}:
        return True
    if word in {"0", "false", "no", "off", "", "لا"}:
        return False
    raise ValueError(f"not yes or no: {value!r}")


def _as_instant(value: Any) -> datetime | None:
    if value == "":
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    if moment.tzinfo is None:
        raise ValueError(f"no time zone: {value!r}")
    return moment.astimezone(UTC)


def _as_map(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        pairs = [(str(key), str(column)) for key, column in value.items()]
    else:
        pairs = []
        for part in str(value).replace("،", ",").split(","):
            if not part.strip():
                continue
            key, equals, column = part.partition("=")
            if not equals:
                raise ValueError(f"not field=column: {part!r}")
            pairs.append((key.strip(), column.strip()))
    unknown = [key for key, _ in pairs if key not in FIELDS]
    if unknown:
        raise ValueError(f"no such field: {', '.join(unknown)} (known: {', '.join(FIELDS)})")
    return dict(pairs)


FIELDS: Final = ("source", "url", "id", "published_at", "title", "text", "language", "media")
"""Fields a column map may name."""
