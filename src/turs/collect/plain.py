"""Plain text: the whole file is one posting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from turs.collect import languages, limits
from turs.collect.decode import Undecodable, decode
from turs.collect.inputfile import InputFile
from turs.collect.links import absolute, links_in, unique
from turs.collect.reader import LANGUAGE, SOURCE, Example, Option, Reader
from turs.posting import Posting, Reject

URL: Final = Option(
    "url", "str", "", {"ar": "عنوان الويب الذي نُشر فيه النص.", "en": "Web address where the text was published."}
)
PUBLISHED_AT: Final = Option(
    "published_at",
    "datetime",
    None,
    {
        "ar": "وقت النشر بصيغة ISO 8601 مع المنطقة الزمنية.",
        "en": "Time of publication, as ISO 8601 with its time zone.",
    },
)

_CHAT_LINE: Final = re.compile(
    r"^[\u200e\u200f]?\[?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?"
    r"(?:[\s\u202f][AaPp]\.?[Mm]\.?)?\]?(?: -)? [^:\n]{1,60}: ",
    re.MULTILINE,
)


def is_chat_export(text: str) -> bool:
    """True for WhatsApp and Signal text exports: most paragraphs begin with a date, a time and a name."""
    head = text[:20_000]
    return len(_CHAT_LINE.findall(head)) * 2 >= sum(bool(line.strip()) for line in head.splitlines()) > 0


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    data = file.content(limits.TEXT_BYTES)
    try:
        decoded = decode(data)
    except Undecodable as error:
        raise file.refuse(error.code) from error
    text = decoded.text
    if is_chat_export(text):
        raise file.refuse("chat_export")
    if not text.strip("\ufeff \t\r\n\0"):
        raise file.refuse("empty")
    if len(text) > limits.RECORD_CHARACTERS:
        yield file.reject("record_too_long", 0, text[:200])
        return
    extra: dict[str, Any] = {"replaced_bytes": decoded.replaced} if decoded.replaced else {}
    yield Posting(
        source=options["source"],
        url=absolute(options["url"]),
        published_at=options["published_at"],
        text=text,
        language=languages.declared(options["language"]),
        links=unique(links_in(text)),
        extra=extra,
        capture=file.capture(data, "text/plain", READER.tool, headers={"encoding": decoded.encoding}),
    )


READER: Final = Reader(
    name="text",
    version="1",
    suffixes=(".txt", ".text", ".md", ".markdown"),
    title={"ar": "نص عادي", "en": "Plain text"},
    summary={
        "ar": "الملف كله منشور واحد. يُعرف الترميز من محتواه، ومنه windows-1256 وUTF-16.",
        "en": "The whole file is one posting. The encoding is found from the content, "
        "windows-1256 and UTF-16 included.",
    },
    options=(SOURCE, LANGUAGE, URL, PUBLISHED_AT),
    read=_read,
    examples=(
        Example(
            name="statement.txt",
            data="عقد المنتدى جلسته الأولى أمس.\nالتفاصيل: https://news.example.org/1\n".encode(),
            title={"ar": "نص عربي قصير فيه رابط", "en": "A short Arabic text with a link"},
            bodies=("عقد المنتدى جلسته الأولى أمس.\nالتفاصيل: https://news.example.org/1\n",),
        ),
        Example(
            name="old.txt",
            data="قال المتحدث إن الاجتماع عقد في بغداد أمس.".encode("cp1256"),
            title={"ar": "نص قديم بترميز windows-1256", "en": "An old text in windows-1256"},
            bodies=("قال المتحدث إن الاجتماع عقد في بغداد أمس.",),
        ),
    ),
)
