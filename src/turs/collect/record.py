"""One row or object of named fields -> one posting, with its media, and rejects for what is amiss."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final

from turs.collect import languages, limits
from turs.collect.beside import NotBeside, read_media
from turs.collect.dates import instant
from turs.collect.inputfile import InputFile
from turs.collect.links import absolute, links_in, unique
from turs.posting import Capture, Media, Posting, Reject

_SEVERAL: Final = re.compile(r"\s*[;|\n]\s*")


def plain(value: Any) -> str:
    """A field as text: numbers written out, lists and objects ignored."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)


def posting_of(
    fields: Mapping[str, Any],
    file: InputFile,
    line: int,
    capture: Capture,
    *,
    source: str,
    language: str,
    zone: tzinfo,
) -> Iterator[Posting | Reject]:
    """The posting of `fields` (keys: ``columns.NAMES``). source, language: as chosen; zone: of naive dates."""
    text, title = plain(fields.get("text")), plain(fields.get("title")).strip()
    if len(text) > limits.RECORD_CHARACTERS or len(title) > limits.RECORD_CHARACTERS:
        yield file.reject("record_too_long", line, text[:200])
        return
    media: list[Media] = []
    links: list[str] = []
    extra: dict[str, Any] = {}
    for name in media_names(fields.get("media")):
        if absolute(name):
            links.append(absolute(name))
            continue
        try:
            item, facts, code = read_media(file.path.parent, name)
        except NotBeside as error:
            yield file.reject(error.code, line, name)
            continue
        media.append(item)
        extra.update(facts)
        if code:
            yield file.reject(code, line, name)
    if not text.strip() and not title and not media:
        yield file.reject("no_text", line, capture.raw[:400].decode("utf-8", "replace"))
        return
    published_at, notes = instant(fields.get("published_at"), zone)
    extra.update(notes)
    written_url = plain(fields.get("url")).strip()
    url = absolute(written_url)
    if written_url and not url:
        extra["url_text"] = written_url[:500]
    yield Posting(
        source=source or plain(fields.get("source")).strip()[:300],
        source_kind="table",
        native_id=plain(fields.get("id")).strip()[:500],
        url=url,
        published_at=published_at,
        title=title,
        text=text,
        language=languages.declared(fields.get("language")) or languages.declared(language),
        links=unique([*links_in(title), *links_in(text), *links]),
        media=tuple(media),
        extra=extra,
        capture=capture,
    )


def media_names(value: Any) -> list[str]:
    """File names in a media field: one, several divided by ``;`` or ``|``, or a list."""
    if isinstance(value, list):
        return [name.strip() for name in value if isinstance(name, str) and name.strip()][:100]
    text = plain(value).strip()
    return [name for name in _SEVERAL.split(text) if name][:100] if text else []
