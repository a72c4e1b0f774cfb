"""JSON Feed 1 and 1.1 (jsonfeed.org): a posting an item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from turs.collect import languages, limits
from turs.collect.dates import instant
from turs.collect.decode import Undecodable, decode
from turs.collect.inputfile import InputFile
from turs.collect.jsonstream import loads
from turs.collect.links import absolute, links_in, unique
from turs.collect.markup import text_of
from turs.collect.reader import LANGUAGE, SOURCE, Example, Reader
from turs.posting import Posting, Reject


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    data = file.content(limits.FEED_BYTES)
    try:
        decoded = decode(data)
    except Undecodable as error:
        raise file.refuse(error.code) from error
    value = loads(decoded.text)
    if value.problem:
        raise file.refuse("broken_json" if value.problem == "bad_json" else value.problem)
    feed = value.data
    if (
        not isinstance(feed, dict)
        or "jsonfeed.org" not in str(feed.get("version"))
        or not isinstance(feed.get("items"), list)
    ):
        raise file.refuse("broken_feed")
    base = absolute(_str(feed.get("home_page_url"))) or absolute(_str(feed.get("feed_url")))
    for index, item in enumerate(feed["items"]):
        if not isinstance(item, dict):
            yield file.reject("not_object", 0, str(item)[:200])
            continue
        shown = text_of(_str(item.get("content_html")))
        text = shown.text or _str(item.get("content_text")) or _str(item.get("summary"))
        title = _str(item.get("title")).strip()
        url = absolute(_str(item.get("url")), base)
        if len(text) > limits.RECORD_CHARACTERS or len(title) > limits.RECORD_CHARACTERS:
            yield file.reject("record_too_long", 0, text[:200])
            continue
        if not text.strip() and not title:
            yield file.reject("no_text", 0, json.dumps(item, ensure_ascii=False)[:200])
            continue
        published_at, notes = instant(item.get("date_published") or item.get("date_modified"))
        attachments = [_str(one.get("url")) for one in item.get("attachments") or [] if isinstance(one, dict)]
        pages = [_str(item.get("external_url")), _str(item.get("image"))]
        # Items are read from the parsed whole; the record is written again, and the capture says so.
        raw = json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        headers = {"encoding": decoded.encoding, "raw": "re-serialised"}
        yield Posting(
            source=options["source"] or _str(feed.get("title"))[:300],
            source_kind="feed",
            native_id=str(item.get("id") or "")[:500],
            url=url,
            published_at=published_at,
            title=title,
            text=text,
            language=languages.declared(item.get("language"))
            or languages.declared(feed.get("language"))
            or languages.declared(options["language"]),
            links=unique(
                [
                    url,
                    *(absolute(link, url or base) for link in [*shown.links, *attachments, *pages] if link),
                    *links_in(text),
                ]
            ),
            extra={**notes, **({"hidden_text": shown.hidden[:2_000]} if shown.hidden else {})},
            capture=file.capture(raw, "application/feed+json", READER.tool, f"items[{index}]", headers),
        )
    if not feed["items"]:
        yield file.reject("no_records")


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


READER: Final = Reader(
    name="jsonfeed",
    version="1",
    suffixes=(".json",),
    title={"ar": "خلاصة JSON Feed", "en": "JSON Feed"},
    summary={
        "ar": "خلاصة بصيغة JSON Feed 1 أو 1.1: كل مادة منشور.",
        "en": "A feed in JSON Feed 1 or 1.1: every item is a posting.",
    },
    options=(SOURCE, LANGUAGE),
    read=_read,
    examples=(
        Example(
            name="feed.json",
            data=(
                '{"version": "https://jsonfeed.org/version/1.1", "title": "مدونة المثال", "language": "ar", "items": ['
                '{"id": "1", "url": "https://blog.example.org/1", "content_html": "<p>تدوينة أولى</p>", '
                '"date_published": "2026-01-07T12:00:00Z"}, {"id": "2"}]}'
            ).encode(),
            title={"ar": "مادتان إحداهما فارغة", "en": "Two items, one of them empty"},
            bodies=("تدوينة أولى",),
            rejects=("no_text",),
        ),
    ),
)
