"""Writers of the story's files: RSS, Atom, HTML, Telegram Desktop export, CSV, JSON Lines, SRT, WebVTT.

Each takes the postings of one place and gives the bytes of one file. They write the formats as their
specifications say (RSS 2.0, RFC 4287, RFC 4180, W3C WebVTT); what is broken is broken on purpose, in `BROKEN`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from turs.demo.places import Place
from turs.demo.plan import Item

LOCAL: Final = timezone(timedelta(hours=3))
"""Zone of the invented coalition; feeds write it, as feeds do."""

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "saha": {"id": "المعرّف", "published_at": "تاريخ النشر", "url": "الرابط", "language": "اللغة", "text": "النص"},
    "tips": {"id": "رقم البلاغ", "published_at": "التاريخ", "url": "الرابط", "text": "المحتوى"},
    "square-en": {
        "id": "post_id",
        "published_at": "created_at",
        "url": "permalink",
        "language": "lang",
        "text": "body",
    },
    "place-fr": {"id": "id", "published_at": "date", "url": "lien", "language": "langue", "text": "texte"},
    "majlis": {"id": "id", "published_at": "time", "url": "link", "text": "content"},
}
"""Place -> field of a posting -> name of its column: the column map that its reader is given."""


def paragraphs(text: str) -> list[str]:
    """Paragraphs of a text of the story."""
    return [part for part in text.split("\n\n") if part]


def rss(place: Place, items: Sequence[Item], *, broken: bool) -> bytes:
    """RSS 2.0; `broken` adds an item with nothing in it but its identifier."""
    language = items[0].language if items else "ar"
    body = "".join(
        f'<item><title>{escape(i.title)}</title><link>{i.url}</link><guid isPermaLink="true">{i.url}</guid>'
        f"<pubDate>{format_datetime(i.at.astimezone(LOCAL))}</pubDate>"
        f"<description>{escape(''.join(f'<p>{escape(p)}</p>' for p in paragraphs(i.text)))}</description></item>\n"
        for i in items
    )
    if broken:
        body += f'<item><guid isPermaLink="false">{place.host}/cut-off</guid></item>\n'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n'
        f"<title>{escape(place.name)}</title><link>https://{place.host}/</link>"
        f"<description>{escape(place.name)}</description><language>{language}</language>\n{body}</channel></rss>\n"
    ).encode()


def atom(place: Place, items: Sequence[Item]) -> bytes:
    """Atom (RFC 4287), each entry with its own language."""
    updated = _stamp(items[-1].at) if items else "2000-01-01T00:00:00Z"
    body = "".join(
        f'<entry xml:lang="{i.language}"><id>{i.url}</id><title>{escape(i.title)}</title>'
        f'<link rel="alternate" href="{i.url}"/>'
        f"<published>{_stamp(i.at)}</published><updated>{_stamp(i.edited_at or i.at)}</updated>"
        f'<content type="html">{escape("".join(f"<p>{escape(p)}</p>" for p in paragraphs(i.text)))}</content></entry>\n'
        for i in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>https://{place.host}/</id><title>{escape(place.name)}</title><updated>{updated}</updated>\n{body}</feed>\n"
    ).encode()


def page(item: Item) -> bytes:
    """One article as an outlet's page: with the menu, sidebar and footer that an extractor must leave out."""
    place, language = item.place, item.language
    direction = "rtl" if language == "ar" else "ltr"
    menu = {
        "ar": ("الرئيسية", "الأخبار", "اتصل بنا"),
        "en": ("Home", "News", "Contact"),
        "fr": ("Accueil", "Actualités", "Contact"),
    }
    foot = {"ar": "جميع الحقوق محفوظة", "en": "All rights reserved", "fr": "Tous droits réservés"}
    links = "".join(f'<a href="https://{place.host}/{n}">{escape(word)}</a> ' for n, word in enumerate(menu[language]))
    body = "\n".join(f"<p>{escape(p)}</p>" for p in paragraphs(item.text))
    title, name = escape(item.title), escape(place.name)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8"/>\n'
        f'<title>{title}</title>\n<link rel="canonical" href="{item.url}"/>\n'
        f'<meta property="og:site_name" content="{name}"/>'
        f'<meta property="og:title" content="{title}"/><meta property="og:url" content="{item.url}"/>'
        f'<meta property="article:published_time" content="{_stamp(item.at)}"/></head>\n<body><nav>{links}</nav>\n'
        f'<aside><time datetime="{_stamp(item.at)}">{_stamp(item.at)[:10]}</time></aside>\n'
        f"<main><article><h1>{title}</h1>\n{body}\n"
        f"</article></main><footer>{foot[language]} {name}</footer></body></html>\n"
    ).encode()


def channel(place: Place, items: Sequence[Item], sizes: Mapping[str, tuple[int, int]], *, broken: bool) -> bytes:
    """``result.json`` of a public channel as Telegram Desktop exports it; pictures are named under ``photos/``.

    sizes: picture -> width and height. `broken` adds an empty message and one whose photo is not there.
    """
    identifier = 1_000_000 + sum(map(ord, place.key))
    first = items[0].at if items else datetime(2000, 1, 1, tzinfo=UTC)
    base = {"from": place.name, "from_id": f"channel{identifier}"}
    messages: list[dict[str, Any]] = [
        {
            "id": 1,
            "type": "service",
            **_when("date", first - timedelta(hours=1)),
            "actor": place.name,
            "actor_id": f"channel{identifier}",
            "action": "create_channel",
            "title": place.name,
            "text": "",
            "text_entities": [],
        }
    ]
    for item in items:
        message: dict[str, Any] = {"id": item.number, "type": "message", **_when("date", item.at)}
        if item.edited_at:
            message |= _when("edited", item.edited_at)
        message |= base
        if item.forwarded_from:
            message |= {"forwarded_from": item.forwarded_from, "forwarded_from_id": "channel1000001"}
        if item.picture:
            width, height = sizes[item.picture]
            message |= {"photo": f"photos/{item.picture}", "width": width, "height": height}
        entities = list(_entities(item))
        plain = len(entities) == 1 and entities[0]["type"] == "plain"
        message["text"] = entities[0]["text"] if plain else [e["text"] if e["type"] == "plain" else e for e in entities]
        message["text_entities"] = entities
        messages.append(message)
    if broken:
        last = items[-1].at if items else first
        empty = {
            "type": "message",
            **_when("date", last + timedelta(seconds=30)),
            **base,
            "text": "",
            "text_entities": [],
        }
        messages.append({"id": 90001, **empty})
        messages.append({"id": 90002, **empty, "photo": "photos/never-saved.jpg", "width": 400, "height": 300})
    export = {"name": place.name, "type": "public_channel", "id": identifier, "messages": messages}
    return json.dumps(export, ensure_ascii=False, indent=1).encode()


def table(place: Place, items: Sequence[Item], *, broken: bool) -> bytes:
    """CSV (RFC 4180) under the column names of `COLUMNS`; `broken` adds a cut line and one without text.

    The first posting of a broken table has a date that does not exist.
    """
    columns = COLUMNS[place.key]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns.values())
    for index, item in enumerate(items):
        row = _record(item)
        if broken and index == 0:
            row["published_at"] = f"{item.at.year}-02-31 25:61"
        writer.writerow(row[name] for name in columns)
        if broken and index == len(items) // 2:
            out.write(f"{place.key}-9001,2000\r\n")
            writer.writerow(
                {**row, "id": f"{place.key}-9002", "url": f"https://{place.host}/9002", "text": ""}[name]
                for name in columns
            )
    mark = "\ufeff" if place.key == "tips" else ""
    return (mark + out.getvalue()).encode()


def lines(place: Place, items: Sequence[Item], *, broken: bool) -> bytes:
    """JSON Lines; `broken` adds a line cut off in the middle, one that is no object and one without text."""
    columns = COLUMNS[place.key]
    written = [
        _json_line({columns[name]: value for name, value in _record(item).items() if name in columns}) for item in items
    ]
    if broken:
        middle = len(written) // 2
        empty = {
            columns["id"]: f"{place.key}-9003",
            columns["published_at"]: "2000-01-01T00:00:00Z",
            columns["text"]: "",
        }
        cut = '{"' + columns["id"] + f'": "{place.key}-9001", "' + columns["text"] + '": "Coupure de courant'
        written[middle:middle] = [cut, '["not", "a", "record"]', _json_line(empty)]
    return ("\n".join(written) + "\n").encode()


def subtitles(item: Item, *, vtt: bool, broken: bool) -> bytes:
    """A broadcast transcript, a cue for every stretch of up to twelve words; `broken` adds a cue with a bad time."""
    point = "." if vtt else ","
    blocks: list[str] = ["WEBVTT"] if vtt else []
    clock = 0.0
    for number, words in enumerate(_stretches(item), start=1):
        length = 1.0 + 0.42 * len(words.split())
        times = f"{_clock(clock, point)} --> {_clock(clock + length, point)}"
        blocks.append(f"{times}\n{words}" if vtt else f"{number}\n{times}\n{words}")
        clock += length + 0.2
    if broken:
        blocks.append(f"{len(blocks) + 1}\n00:99:--,000 --> later\n...")
    return ("\n\n".join(blocks) + "\n").encode()


def _stretches(item: Item) -> Iterator[str]:
    for part in (item.title, *paragraphs(item.text)):
        for sentence in re.split(r"(?<=[.؟!?]) ", part):
            words = sentence.split()
            for start in range(0, len(words), 12):
                yield " ".join(words[start : start + 12])


def _record(item: Item) -> dict[str, str]:
    return {
        "id": native_id(item),
        "published_at": _stamp(item.at),
        "url": item.url,
        "language": item.language,
        "text": item.text,
    }


def native_id(item: Item) -> str:
    """The identifier that a posting carries in its file; "" where its kind of file has none."""
    if item.place.kind in {"csv", "jsonl"}:
        return f"{item.place.key}-{item.number}"
    return {"channel": str(item.number), "feed": item.url, "atom": item.url}.get(item.place.kind, "")


def _json_line(record: Mapping[str, str]) -> str:
    return json.dumps(record, ensure_ascii=False)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _when(name: str, at: datetime) -> dict[str, str]:
    """The two forms of an instant in an export: local time without zone, and Unix time."""
    return {name: at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M:%S"), f"{name}_unixtime": str(int(at.timestamp()))}


def _clock(seconds: float, point: str) -> str:
    milli = round(seconds * 1000)
    return f"{milli // 3_600_000:02}:{milli // 60_000 % 60:02}:{milli // 1000 % 60:02}{point}{milli % 1000:03}"


_MARKED: Final = re.compile(r"https://[^\s]+|#\w+")


def _entities(item: Item) -> Iterable[dict[str, str]]:
    """Text of a message in entities: a bold title, links, hashtags, plain text between."""
    if item.title:
        yield {"type": "bold", "text": item.title}
    text = f"\n{item.text}" if item.title else item.text
    at = 0
    for match in _MARKED.finditer(text):
        if match.start() > at:
            yield {"type": "plain", "text": text[at : match.start()]}
        yield {"type": "link" if match[0].startswith("https") else "hashtag", "text": match[0]}
        at = match.end()
    if at < len(text):
        yield {"type": "plain", "text": text[at:]}
