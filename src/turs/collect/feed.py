"""RSS 0.9x to 2.0, RSS 1.0 (RDF), Atom and CDF feeds: a posting an entry.

No entity that a feed declares is ever expanded and nothing outside is fetched: the document type is cut out
before the parser sees the file, which ends entity bombs and external entities alike.
"""

from __future__ import annotations

import calendar
import io
import re
import xml.parsers.expat as expat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from turs.collect import languages, limits
from turs.collect.dates import EARLIEST, LATEST, instant
from turs.collect.decode import Undecodable, codec_of, decode, wide_encoding
from turs.collect.inputfile import InputFile
from turs.collect.links import absolute, links_in, unique
from turs.collect.markup import Visible, text_of
from turs.collect.plain import URL
from turs.collect.reader import LANGUAGE, SOURCE, Example, Option, Reader
from turs.posting import Posting, Reject

CONTENT_TYPE: Final = Option(
    "content_type",
    "str",
    "",
    {
        "ar": "ترويسة Content-Type التي جاءت مع الخلاصة، إن عُرفت.",
        "en": "The Content-Type header that came with the feed, if known.",
    },
)

_DECLARED: Final = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})[\"']")
_ROOT: Final = re.compile(
    r"<(?:[\w.-]{1,40}:)?(rss|feed|rdf|channel|rdf:RDF|urlset|sitemapindex|opml|html|svg)\b", re.IGNORECASE
)
_PIECES: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(?P<close>/?)(?:[\w.-]{1,40}:)?(?P<name>item|entry)(?=[\s/>])[^<>]*?(?P<empty>/?)>",
    re.DOTALL | re.IGNORECASE,
)
_NAMED: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_NAMES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DOCTYPE: Final = re.compile(r"<!DOCTYPE(?P<body>[^\[>]{0,2000})(?P<subset>\[)?", re.IGNORECASE)


def root_of(text: str) -> str:
    """Local name of the root element, lower case, after declarations and comments; "" where there is none."""
    text = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    text = re.sub(r"<\?.*?(?:\?>|\Z)", "", text, flags=re.DOTALL)
    match = re.search(r"<([A-Za-z_][\w.-]{0,60})(?::([\w.-]{1,60}))?", without_doctype(text))
    return (match[2] or match[1]).lower() if match else ""


def without_doctype(text: str) -> str:
    """`text` without its document type declaration, internal subset included."""
    match = _DOCTYPE.search(text)
    if not match:
        return text
    end = match.end()
    if match["subset"]:
        # The subset ends at the first "]" outside quotation marks and comments.
        inside = re.compile(r"\"[^\"]*\"|'[^']*'|<!--.*?(?:-->|\Z)|\]", re.DOTALL)
        for piece in inside.finditer(text, end):
            if piece[0] == "]":
                end = piece.end()
                break
        else:
            return text[: match.start()]
    close = text.find(">", end)
    return text[: match.start()] + (text[close + 1 :] if close >= 0 else "")


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    data = file.content(limits.FEED_BYTES)
    text, encoding, headers = _prepared(file, data, options["content_type"])
    problem = _malformed(text, headers) if len(text) > limits.LOOSE_FEED_BYTES else None
    if problem:
        raise file.refuse("broken_feed", *problem)
    import feedparser  # only feeds need it

    try:
        parsed = feedparser.parse(
            io.BytesIO(text), response_headers=headers, resolve_relative_uris=True, sanitize_html=True
        )
    except Exception as error:  # the parser gives up in many ways; all mean the same to a reader
        raise file.refuse("broken_feed", excerpt=type(error).__name__) from error
    if not parsed.get("version") and not parsed.entries and not parsed.feed:
        raise file.refuse("broken_feed")
    feed = parsed.feed
    base = absolute(options["url"]) or absolute(_str(feed.get("link")))
    source = options["source"] or text_of(_str(feed.get("title"))).text.replace("\n", " ")[:300]
    language = languages.declared(feed.get("language")) or languages.declared(options["language"])
    pieces = _pieces(data, encoding, len(parsed.entries))
    for index, entry in enumerate(parsed.entries):
        raw = pieces[index] if pieces else data
        facts = {"encoding": encoding, "format": _str(parsed.get("version")) or "xml"}
        if not pieces:
            facts["raw"] = "whole file"
        capture = file.capture(raw, "application/xml", READER.tool, f"entry[{index}]", facts)
        posting = _entry(entry, base, source, language)
        if len(posting.text) > limits.RECORD_CHARACTERS or len(posting.title) > limits.RECORD_CHARACTERS:
            yield file.reject("record_too_long", 0, posting.title or posting.text)
        elif not posting.title and not posting.text:
            yield file.reject("no_text", 0, raw[:200].decode("utf-8", "replace"))
        else:
            yield replace(posting, capture=capture)
    if not parsed.entries:
        if parsed.bozo and not _ended(data, encoding):
            raise file.refuse("broken_feed")
        yield file.reject("no_records")
    elif parsed.bozo and not _ended(data, encoding):
        yield file.reject("broken_feed")


def _prepared(file: InputFile, data: bytes, content_type: str) -> tuple[bytes, str, dict[str, str]]:
    """(bytes for the parser, encoding of the file, headers for the parser).

    The parser follows RFC 3023 well; only where it would be misled is the file decoded here: no declaration,
    a declaration that is not true, or a document type to be cut out.
    """
    declared = _DECLARED.match(data[:400].lstrip(b"\xef\xbb\xbf"))
    label = declared[1].decode("ascii") if declared else ""
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    try:
        decoded = decode(data, (charset[1] if charset else "") or label)
    except Undecodable as error:
        raise file.refuse(error.code) from error
    text = decoded.text
    if not text.strip("\ufeff \t\r\n\0"):
        raise file.refuse("empty")
    if "<" not in text:
        raise file.refuse("broken_feed")
    root = root_of(text[:65_536])
    if root in ("urlset", "sitemapindex", "opml"):
        raise file.refuse("address_list")
    if root in ("html", "svg"):
        raise file.refuse("broken_feed" if root == "html" else "svg")
    doctype = re.search(r"<!DOCTYPE", text, re.IGNORECASE) is not None
    lies = bool(label) and codec_of(label) not in ("", decoded.encoding) and not charset
    bare = not label and not charset and decoded.encoding != "utf-8" and not wide_encoding(data)
    if doctype or lies or bare or not content_type or len(data) > limits.LOOSE_FEED_BYTES:
        text = re.sub(r"^[\ufeff\s]*<\?xml[^>]*\?>", "", without_doctype(text), count=1)
        return text.encode("utf-8", "replace"), decoded.encoding, {"content-type": "application/xml; charset=utf-8"}
    return data, decoded.encoding, {"content-type": content_type}


def _malformed(data: bytes, headers: Mapping[str, str]) -> tuple[int, str] | None:
    """(line, what) of the first error of a large feed, `None` where it is well-formed XML.

    The feed parser mends small broken feeds; on large ones its mending can take hours.
    """
    if "utf-8" not in headers.get("content-type", ""):
        return None
    text = _NAMED.sub(lambda match: "" if match[1] not in _XML_NAMES else match[0], data.decode("utf-8", "replace"))
    parser = expat.ParserCreate("utf-8")
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        return error.lineno, expat.ErrorString(error.code)
    return None


def _entry(entry: Any, base: str, source: str, language: str) -> Posting:
    title_detail = entry.get("title_detail") or {}
    title = _plain(_str(entry.get("title")), _str(title_detail.get("type"))).text.replace("\n", " ")
    contents = [content for content in entry.get("content") or [] if _str(content.get("value")).strip()]
    # Several forms of one text: HTML before plain before others, the longest of a kind.
    contents.sort(
        key=lambda content: ("html" in _str(content.get("type")), len(_str(content.get("value")))), reverse=True
    )
    if contents:
        value, kind = _str(contents[0].get("value")), _str(contents[0].get("type"))
        tag = languages.declared(contents[0].get("language"))
    else:
        detail = entry.get("summary_detail") or {}
        value, kind, tag = (
            _str(entry.get("summary")),
            _str(detail.get("type")),
            languages.declared(detail.get("language")),
        )
    shown = _plain(value, kind)
    url = absolute(_str(entry.get("link")), base)
    base = url or base
    enclosures = [_str(item.get("href")) for item in entry.get("enclosures") or []]
    media = [_str(item.get("url")) for item in entry.get("media_content") or []]
    published_at, notes = _published(entry)
    extra: dict[str, Any] = dict(notes)
    if shown.hidden:
        extra["hidden_text"] = shown.hidden[:2_000]
    return Posting(
        source=source,
        source_kind="feed",
        native_id=_str(entry.get("id"))[:500],
        url=url,
        published_at=published_at,
        title=title,
        text=shown.text,
        language=tag or languages.declared(title_detail.get("language")) or language,
        links=unique(
            [url, *(absolute(link, base) for link in [*shown.links, *enclosures, *media]), *links_in(shown.text)]
        ),
        extra=extra,
    )


def _plain(value: str, kind: str) -> Visible:
    if kind == "text/plain" and not re.search(r"<\w+[^>]*>|&#?\w+;", value):
        return Visible(value.strip(), "")
    return text_of(value)


def _published(entry: Any) -> tuple[datetime | None, dict[str, str]]:
    for name in ("published", "updated", "created"):
        parsed, written = entry.get(f"{name}_parsed"), _str(entry.get(name))
        if not written and not parsed:
            continue
        moment, notes = instant(written)
        if moment or not parsed or notes.get("date_note") != "not_a_date":
            return moment, notes
        # Forms that only feed parsers know: week dates, month names of other languages.
        try:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=calendar.timegm(parsed))
        except (ValueError, OverflowError, TypeError):
            return None, notes
        return (moment, {}) if EARLIEST <= moment < LATEST else (None, {**notes, "date_note": "out_of_range"})
    return None, {}


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _pieces(data: bytes, encoding: str, count: int) -> list[bytes]:
    """The bytes of every ``<item>`` or ``<entry>``, in order; none where they cannot be told apart."""
    try:
        text = data.decode(encoding)
        if text.encode(encoding) != data:
            return []
    except (UnicodeError, LookupError):
        return []
    pieces: list[str] = []
    start, depth = 0, 0
    for match in _PIECES.finditer(text):
        if match["name"] is None:
            continue
        if match["empty"]:
            if not depth:
                pieces.append(match[0])
        elif match["close"]:
            depth -= 1
            if depth == 0:
                pieces.append(text[start : match.end()])
            if depth < 0:
                return []
        else:
            if depth == 0:
                start = match.start()
            depth += 1
    return [piece.encode(encoding) for piece in pieces] if len(pieces) == count and depth == 0 else []


def _ended(data: bytes, encoding: str) -> bool:
    """True where the root element is closed: the file is whole, however untidy inside."""
    tail = data[-4096:].decode(encoding, "replace")
    return (
        re.search(
            r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>?\s*(?:<!--.*?-->\s*)*$",
            tail.strip("\0 \r\n\t"),
            re.IGNORECASE | re.DOTALL,
        )
        is not None
    )


READER: Final = Reader(
    name="feed",
    version="1",
    suffixes=(".rss", ".atom", ".rdf", ".xml"),
    title={"ar": "خلاصة RSS أو Atom", "en": "RSS or Atom feed"},
    summary={
        "ar": "كل مادة في الخلاصة منشور، واسم الخلاصة هو المصدر. لا تُوسَّع كيانات XML ولا يُجلب شيء من الخارج.",
        "en": "Every entry is a posting; the title of the feed is the source. "
        "XML entities are not expanded and nothing is fetched.",
    },
    options=(SOURCE, URL, LANGUAGE, CONTENT_TYPE),
    read=_read,
    examples=(
        Example(
            name="news.rss",
            data=(
                '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>وكالة المثال</title>'
                "<link>https://agency.example.org/</link><language>ar</language>\n"
                "<item><title>اجتماع وزاري</title><link>/n/1</link><guid>1</guid>"
                "<pubDate>Mon, 05 Jan 2026 08:00:00 +0300</pubDate>"
                "<description>&lt;p&gt;عُقد الاجتماع &lt;b&gt;صباحاً&lt;/b&gt;.&lt;/p&gt;</description></item>\n"
                "<item><title>تاريخ غريب</title><pubDate>9999-12-31</pubDate><description>نص.</description></item>\n"
                "</channel></rss>\n"
            ).encode(),
            title={"ar": "خلاصة عربية فيها تاريخ لا يصح", "en": "An Arabic feed with a date that cannot be"},
            bodies=("اجتماع وزاري\nعُقد الاجتماع صباحاً.", "تاريخ غريب\nنص."),
        ),
        Example(
            name="notes.atom",
            data=(
                b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><id>urn:x</id>'
                b"<entry><id>urn:x:1</id><title>One</title><updated>2026-01-06T10:00:00Z</updated>"
                b'<link href="https://notes.example.org/1"/><content type="html">'
                b"&lt;p&gt;First&lt;/p&gt;&lt;p&gt;Second&lt;/p&gt;"
                b"</content></entry></feed>"
            ),
            title={"ar": "خلاصة Atom صغيرة", "en": "A small Atom feed"},
            bodies=("One\nFirst\nSecond",),
        ),
    ),
)
