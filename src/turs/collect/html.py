"""An HTML page: what it says of itself, and all of its visible text but the navigation."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final
from urllib.parse import urlsplit

from turs.collect import languages, limits
from turs.collect.dates import instant, zone_of
from turs.collect.decode import Undecodable, decode
from turs.collect.inputfile import InputFile
from turs.collect.links import absolute, unique
from turs.collect.markup import Unparsable, Visible, is_hidden, parse, visible
from turs.collect.plain import URL
from turs.collect.reader import LANGUAGE, SOURCE, TIMEZONE, Example, Reader
from turs.posting import Posting, Reject

WORDS_SHARE: Final = 0.4
"""Where less than this share of a page's text stands outside blocks of links, the links are its content."""

_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})|"
    rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})",
    re.IGNORECASE,
)
_SPACE: Final = re.compile(r"\s+")
_SAVED_FROM: Final = re.compile(r"saved from url=\(\d+\)(\S{4,2000})")
_DATES: Final = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "dc.date.created",
    "pubdate",
    "publishdate",
    "publish_date",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "date",
)
_SITES: Final = ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "twitter:site_name")
_TITLES: Final = ("og:title", "dc.title", "dcterms.title", "twitter:title", "title")


def declared_charset(data: bytes) -> str:
    """The charset a page declares in its first 4,096 bytes, "" where it declares none."""
    match = _CHARSET.search(data[:4096])
    return (match[1] or match[2]).decode("ascii") if match else ""


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    data = file.content(limits.HTML_BYTES)
    zone = zone_of(options["timezone"])
    try:
        decoded = decode(data, declared_charset(data))
    except Undecodable as error:
        raise file.refuse(error.code) from error
    if not decoded.text.strip("\ufeff \t\r\n\0"):
        raise file.refuse("empty")
    try:
        tree = parse(decoded.text)
    except Unparsable as error:
        raise file.refuse(error.code) from error
    metas = _metas(tree)
    described = _json_ld(tree)
    base, url = _addresses(tree, metas, decoded.text, options["url"])
    everything = visible(tree)
    text = main_text(tree, len(data))
    if len(text) > limits.RECORD_CHARACTERS:
        yield file.reject("record_too_long", 0, text[:200])
        return
    title = _title(tree, metas, described)
    # Most pages repeat their title as the first line of the text; once is what was published.
    text = text.removeprefix(f"{title}\n") if title else text
    if not text and not title:
        raise file.refuse("no_text")
    published, notes = instant(
        _first([*(metas.get(name) for name in _DATES), described.get("datePublished"), _time(tree)]), zone
    )
    extra: dict[str, Any] = dict(notes)
    if everything.hidden:
        # Words a visitor does not see are evidence of a trick, or of nothing; they are not part of the text.
        extra["hidden_text"] = everything.hidden[:2_000]
    direction = str(tree.get("dir") or next((body.get("dir") or "" for body in tree.iter("body")), "")).lower()
    if direction in ("rtl", "ltr"):
        extra["dir"] = direction
    if decoded.replaced:
        extra["replaced_bytes"] = decoded.replaced
    site = _first([*(metas.get(name) for name in _SITES), described.get("publisher")])
    yield Posting(
        source=(options["source"] or site or (urlsplit(url).hostname or ""))[:300],
        source_kind="site",
        url=url,
        published_at=published,
        title=title,
        text=text,
        language=_language(tree, metas) or languages.declared(options["language"]),
        links=unique(absolute(link, base) for link in everything.links),
        extra=extra,
        capture=file.capture(data, "text/html", READER.tool, headers={"encoding": decoded.encoding}),
    )


def main_text(tree: Any, size: int) -> str:
    """The visible text of a page without its navigation. `tree`: the page; `size`: its bytes.

    An extractor takes a page of short numbered articles, such as a declaration or a law, for lists and drops
    most of it; a page of evidence must not lose its middle. So it is asked one thing only: which blocks of
    links belong to the content. Its own text is not taken: it breaks lines at links and bold words.
    """
    root = _container(tree)
    lines = visible(root, navigation=False).text.split("\n")
    words = Counter(visible(root, navigation=False, link_blocks=False).text.split("\n"))
    if sum(len(line) * count for line, count in words.items()) < WORDS_SHARE * sum(map(len, lines)):
        return "\n".join(lines) or visible(root).text  # the links are the page, as in a table of contents
    asked = [not _take(words, line) for line in lines]
    # Most pages have no such block outside their navigation, and nothing to ask.
    extracted = _SPACE.sub("", _extract(tree)) if any(asked) and size <= limits.EXTRACTOR_BYTES else ""
    return "\n".join(
        line for line, ask in zip(lines, asked, strict=True) if not ask or _SPACE.sub("", line) in extracted
    )


def _take(lines: Counter[str], line: str) -> bool:
    if lines[line] <= 0:
        return False
    lines[line] -= 1
    return True


def _container(tree: Any) -> Any:
    mains = [element for element in tree.iter("main") if not is_hidden(element)]
    if len(mains) == 1 and len(visible(mains[0]).text) > 200:
        return mains[0]
    return next(tree.iter("body"), tree)


def _extract(tree: Any) -> str:
    from lxml import etree
    from lxml import html as lxml_html
    from trafilatura import bare_extraction  # a third of a second to import; only pages need it

    # It says on the log what it thinks of a page; here that is nobody's business.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    pruned = deepcopy(tree)
    for element in [element for element in pruned.iter(etree.Element) if is_hidden(element)]:
        if element.getparent() is not None:
            element.drop_tree()
    try:
        page = lxml_html.tostring(pruned, encoding="unicode")
        found = bare_extraction(page, include_comments=False, favor_recall=True, with_metadata=False)
    except Exception:  # an extractor's bug on a strange page must not cost the page
        return ""
    text = getattr(found, "text", None)
    return text.strip() if isinstance(text, str) else ""


def _metas(tree: Any) -> dict[str, str]:
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.strip().lower(), content[:2_000])
    return metas


def _json_ld(tree: Any) -> dict[str, str]:
    """``headline``, ``datePublished`` and the publisher's name of the first article in JSON-LD (schema.org)."""
    answer: dict[str, str] = {}
    for element in list(tree.iter("script"))[:50]:
        if (
            (element.get("type") or "").lower() != "application/ld+json"
            or not element.text
            or len(element.text) > 500_000
        ):
            continue
        try:
            items: list[Any] = [json.loads(element.text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while items:
            item = items.pop(0)
            if isinstance(item, list):
                items = item[:100] + items
            if not isinstance(item, dict):
                continue
            if isinstance(item.get("@graph"), list):
                items = item["@graph"][:100] + items
            for key in ("headline", "datePublished"):
                if isinstance(item.get(key), str):
                    answer.setdefault(key, item[key].strip()[:2_000])
            publisher = item.get("publisher")
            # A person may stand as publisher of a personal page; only an organisation is an outlet.
            if (
                isinstance(publisher, dict)
                and isinstance(publisher.get("name"), str)
                and publisher.get("@type") != "Person"
            ):
                answer.setdefault("publisher", publisher["name"].strip()[:300])
    return answer


def _addresses(tree: Any, metas: Mapping[str, str], text: str, given: str) -> tuple[str, str]:
    """(base of relative links, address of the page): as given, canonical, og:url, or as the browser noted on saving."""
    saved = _SAVED_FROM.search(text[:4_000])
    page = absolute(given) or (absolute(saved[1].removesuffix("-->").rstrip()) if saved else "")
    base_element = next((absolute(element.get("href") or "", page) for element in tree.iter("base")), "")
    base = base_element or page
    canonical = next(
        (
            absolute(element.get("href") or "", base)
            for element in tree.iter("link")
            if "canonical" in (element.get("rel") or "").lower().split()
        ),
        "",
    )
    url = absolute(given) or canonical or absolute(metas.get("og:url", ""), base) or page
    return base or url, url


def _title(tree: Any, metas: Mapping[str, str], described: Mapping[str, str]) -> str:
    heads = [" ".join(element.text_content().split()) for element in tree.iter("h1") if not is_hidden(element)]
    page = [" ".join((element.text or "").split()) for element in tree.iter("title")]
    # The only heading of the page is what its reader sees; <title> often carries the site's name as well.
    return _first([*(metas.get(name) for name in _TITLES[:1]), described.get("headline"), *page[:1], *heads[:1]])[
        :2_000
    ]


def _time(tree: Any) -> str:
    for element in tree.iter("time"):
        if element.get("datetime") and (
            element.get("pubdate") is not None
            or "published" in (element.get("itemprop") or "").lower()
            or "datepublished" in (element.get("itemprop") or "").lower()
        ):
            return str(element.get("datetime"))
    times = [str(element.get("datetime")) for element in tree.iter("time") if element.get("datetime")]
    return times[0] if len(set(times)) == 1 else ""


def _language(tree: Any, metas: Mapping[str, str]) -> str:
    body = next(tree.iter("body"), None)
    xml = "{http://www.w3.org/XML/1998/namespace}lang"
    written = [
        tree.get("lang"),
        tree.get(xml),
        tree.get("xml:lang"),
        body.get("lang") if body is not None else None,
        metas.get("content-language"),
        metas.get("og:locale"),
        metas.get("dc.language"),
    ]
    return _first(languages.declared(tag) for tag in written)


def _first(values: Iterable[str | None]) -> str:
    return next((value.strip() for value in values if value and value.strip()), "")


def shown_text(page: str) -> Visible:
    """Visible text of a page given as text; for tests and notebooks."""
    return visible(parse(page))


READER: Final = Reader(
    name="html",
    version="1",
    suffixes=(".html", ".htm", ".xhtml"),
    title={"ar": "صفحة ويب (HTML)", "en": "Web page (HTML)"},
    summary={
        "ar": "صفحة محفوظة: العنوان والجهة الناشرة والتاريخ والنص. يؤخذ النص المرئي كله ما عدا قوائم التنقل، "
        "ويُحفظ النص المخفي منفصلًا.",
        "en": "A saved page: title, outlet, date and text. All visible text but menus and lists of links is taken; "
        "hidden text is kept apart.",
    },
    options=(SOURCE, URL, LANGUAGE, TIMEZONE),
    read=_read,
    examples=(
        Example(
            name="page.html",
            data=(
                '<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>افتتاح المكتبة</title>'
                '<meta property="og:site_name" content="صحيفة المثال"><link rel="canonical" href="https://daily.example.org/9">'
                '<meta property="article:published_time" content="2026-02-05T07:00:00+03:00"></head><body>'
                '<nav><a href="/">الرئيسية</a></nav><article><h1>افتتاح المكتبة</h1><p>افتُتحت المكتبة العامة اليوم.</p>'
                '<p>وتفتح أبوابها <a href="/hours">كل يوم</a>.</p><p style="display:none">كلمات لا يراها الزائر</p>'
                "</article><script>alert(1)</script></body></html>"
            ).encode(),
            title={"ar": "خبر عربي فيه نص مخفي", "en": "An Arabic story with hidden text"},
            bodies=("افتتاح المكتبة\nافتُتحت المكتبة العامة اليوم.\nوتفتح أبوابها كل يوم.",),
        ),
        Example(
            name="latin.html",
            data=(
                '<html><head><meta charset="iso-8859-1"><title>Été</title></head><body><p>Déjà l’été.</p></body></html>'
            ).encode("cp1252"),
            title={"ar": "صفحة فرنسية بترميز قديم", "en": "A French page in an old encoding"},
            bodies=("Été\nDéjà l’été.",),
        ),
    ),
)
