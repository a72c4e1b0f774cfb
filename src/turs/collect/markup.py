"""HTML as a reader sees it: what is visible, what is hidden, in blocks of lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from turs.collect.limits import HTML_ATTRIBUTES

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_NEVER: Final = frozenset(
    [
        "script",
        "style",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "noscript",
        "svg",
        "math",
        "canvas",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "audio",
        "video",
        "select",
        "textarea",
        "datalist",
    ]
)
_AROUND: Final = frozenset({"nav", "footer", "aside", "button"})
_CONTAINERS: Final = frozenset(["div", "ul", "ol", "table", "section", "nav", "aside", "td", "dl", "p"])
_AROUND_ROLES: Final = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar"})
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:px|em|pt|%)?\s*(?:;|$)|"
    r"opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)",
    re.IGNORECASE,
)
_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")
_XML_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*>", re.DOTALL)
_LONG_TAG: Final = re.compile(r"<[A-Za-z][^>]{8000,}")
_NO_TAGS: Final = re.compile(
    r"<script\b.*?(?:</script|\Z)|<style\b.*?(?:</style|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
LINK_SHARE: Final = 0.6
"""A block more than this share of whose text is links is navigation, not text."""


class Unparsable(ValueError):
    """No tree could be made of the markup. `code`: ``broken_page`` or ``too_deep``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Visible:
    """text: visible blocks, a line each. hidden: text that a reader of the page does not see."""

    text: str
    hidden: str
    links: list[str] = field(default_factory=list)


def parse(text: str) -> Any:
    """The tree of an HTML page. Scripts are not run, nothing is fetched. Raises `Unparsable`."""
    text = _XML_DECLARATION.sub("", text, count=1).replace("\0", "\N{REPLACEMENT CHARACTER}")
    if _overgrown(text):
        raise Unparsable("broken_page")
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unparsable("broken_page") from error
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        # The parser drops what is below and after: half a page must not pass for the page.
        raise Unparsable("too_deep")
    return tree


def _overgrown(text: str) -> bool:
    """True where one tag carries more attributes than any page does."""
    if _LONG_TAG.search(text) is None:
        return False
    bare = _NO_TAGS.sub("", text)  # in a script "<" is a comparison
    return any(
        len(re.split(r"[\s/]+", _QUOTED.sub("", match[0]))) > HTML_ATTRIBUTES for match in _LONG_TAG.finditer(bare)
    )


def text_of(fragment: str) -> Visible:
    """A fragment of HTML, as feeds carry it, as visible text with its links (as written)."""
    if "<" not in fragment and "&" not in fragment:
        return Visible(fragment.strip(), "")
    try:
        tree = parse(f"<html><body>{fragment}</body></html>")
    except Unparsable:
        return Visible(fragment.strip(), "")
    return visible(tree)


def is_hidden(element: Any) -> bool:
    """True where the page itself hides the element: ``hidden``, or a style in the element."""
    if element.tag in ("html", "body"):
        return False  # scripts of the page hide the whole of it until they have run
    if "hidden" in element.attrib and str(element.get("hidden")).lower() != "until-found":
        return True
    if element.tag == "input":
        return True
    style = element.get("style")
    return bool(style and len(style) < 4_000 and _HIDING.search(style))


def visible(root: Any, *, navigation: bool = True, link_blocks: bool = True) -> Visible:
    """Visible text under `root`. navigation: elements that say they are navigation, footers or asides count too;
    link_blocks: so do blocks that are mostly links."""
    pieces: list[str] = []
    hidden: list[str] = []
    links: list[str] = []
    dropped = set() if link_blocks else _link_blocks(root)
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    skipping: Any = None
    for event, element in walk:
        if event in ("comment", "pi"):
            pieces.append(_SPACE.sub(" ", element.tail or "") if element is not root else "")
            continue
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            secret = is_hidden(element)
            drop = secret or tag in _NEVER or (not navigation and _is_around(element, tag)) or element in dropped
            if drop and element is not root:
                if secret:
                    hidden.append(_SPACE.sub(" ", "".join(element.itertext(tag=None, with_tail=False))))
                skipping = element
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                pieces.append("\n")
            elif tag in ("td", "th"):
                pieces.append(" ")
            href = element.get("href") if tag in ("a", "area") else None
            if href:
                links.append(href)
            if element.text:
                pieces.append(element.text if _in_pre(element) else _SPACE.sub(" ", element.text))
        else:
            if element is not skipping and tag in _BLOCKS:
                pieces.append("\n")
            if element is not root and element.tail:
                pieces.append(_SPACE.sub(" ", element.tail))
            skipping = None
    return Visible(_tidy("".join(pieces)), _tidy("\n".join(hidden)), links)


def _in_pre(element: Any) -> bool:
    return bool(element.tag == "pre")


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
    text = re.sub(r"\n{2,}", "\n", text)
    return re.sub(r" {2,}", " ", text).strip(" \n\t")


def _is_around(element: Any, tag: str) -> bool:
    return tag in _AROUND or str(element.get("role", "")).lower() in _AROUND_ROLES


def _link_blocks(root: Any) -> set[Any]:
    """Blocks that are mostly links (three or more): menus, lists of other stories."""
    measure: dict[Any, tuple[int, int, int]] = {}
    blocks: set[Any] = set()
    for _, element in etree.iterwalk(root, events=("end",)):
        tag = element.tag if isinstance(element.tag, str) else ""
        length = linked = count = 0
        if tag not in _NEVER:
            length = len((element.text or "").strip())
            for child in element:
                a, b, c = measure.pop(child, (0, 0, 0))
                length, linked, count = length + a + len((child.tail or "").strip()), linked + b, count + c
            if tag == "a":
                linked, count = length, 1
        measure[element] = (length, linked, count)
        if tag in _CONTAINERS and count >= 3 and length and linked / length > LINK_SHARE:
            blocks.add(element)
    return blocks
