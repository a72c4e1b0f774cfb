"""JSON Feed 1 and 1.1 (jsonfeed.org): a posting an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from turs.collect import languages, limits
from turs.collect.dates import instant
from turs.collect.inputfile import InputFile
from turs.collect.jsonstream import BrokenJson, Value, open_json
from turs.collect.links import absolute, links_in, unique
from turs.collect.markup import text_of
from turs.collect.reader import LANGUAGE, SOURCE, Example, Reader
from turs.posting import Posting, Reject


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    feed, broken = _about(file)
    told = "jsonfeed.org" in str(feed.get("version", "jsonfeed.org" if broken else ""))
    if not told or feed.get("items") != "[":
        if broken:
            raise file.refuse("broken_json", broken.line, broken.excerpt, broken.column)
        raise file.refuse("broken_feed")
    found = False
    with open_json(file) as stream:
        try:
            for key in stream.members():
                if key != "items":
                    stream.skip()
                    continue
                for index in stream.elements():
                    found = True
                    value = stream.value()
                    raw = b"" if value.problem else stream.raw(value.text)
                    yield _item(file, options, feed, value, raw, f"items[{index}]", stream.encoding)
            stream.end()
        except BrokenJson as error:
            found = True
            yield file.reject("broken_json", error.line, error.excerpt, error.column)
    if not found:
        yield file.reject("no_records")


def _about(file: InputFile) -> tuple[dict[str, Any], BrokenJson | None]:
    """What the feed says of itself, its items left out, and the break at which that ended, if any."""
    feed: dict[str, Any] = {}
    with open_json(file) as stream:
        try:
            for key in stream.members():
                if stream.peek() in ("[", "{"):
                    if key == "items":
                        feed[key] = stream.peek()
                    stream.skip()
                else:
                    feed[key] = stream.value().data
        except BrokenJson as error:
            return feed, error
    return feed, None


def _item(
    file: InputFile, options: Mapping[str, Any], feed: Mapping[str, Any], value: Value, raw: bytes, place: str,
    encoding: str,
) -> Posting | Reject:  # fmt: skip
    item = value.data
    if value.problem:
        return file.reject(value.problem, value.line, value.text, value.column)
    if not isinstance(item, dict):
        return file.reject("not_object", value.line, value.text)
    base = absolute(_str(feed.get("home_page_url"))) or absolute(_str(feed.get("feed_url")))
    shown = text_of(_str(item.get("content_html")))
    text = shown.text or _str(item.get("content_text")) or _str(item.get("summary"))
    title = _str(item.get("title")).strip()
    url = absolute(_str(item.get("url")), base)
    if len(text) > limits.RECORD_CHARACTERS or len(title) > limits.RECORD_CHARACTERS:
        return file.reject("record_too_long", value.line, text[:200])
    if not text.strip() and not title:
        return file.reject("no_text", value.line, value.text)
    published_at, notes = instant(item.get("date_published") or item.get("date_modified"))
    given = item.get("attachments")
    attachments = [_str(one.get("url")) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    pages = [_str(item.get("external_url")), _str(item.get("image"))]
    return Posting(
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
        capture=file.capture(raw, "application/feed+json", READER.tool, place, {"encoding": encoding}),
    )


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


READER: Final = Reader(
    name="jsonfeed",
    version="2",
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
