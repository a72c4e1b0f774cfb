"""MkDocs hooks: each page in its own language and direction, and reference pages generated from the code.

A line ``<!-- turs: NAME -->`` (or ``<!-- turs: NAME argument -->``) in a page is replaced by what ``generate`` makes
under that name in the page's language, so that readers, commands, settings, screens and operations cannot drift.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from generate import BLOCKS
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

NAMES = {"ar": "العربية", "en": "English"}
MARKER = re.compile(r"^<!-- turs: ([a-z-]+)(?: (.+?))? -->$", re.MULTILINE)

_shown: dict[str, Navigation] = {}


def language_of(path: str) -> str:
    """The language of a page: its first folder; the front page is Arabic first, the decisions are in English."""
    first = PurePosixPath(path).parts[0]
    return first if first in NAMES else "ar" if first == "index.md" else "en"


def sibling_of(path: str, language: str) -> str:
    """The same page in `language`; for a page without one, the front page of that language."""
    first, *rest = PurePosixPath(path).parts
    return PurePosixPath(language, *rest).as_posix() if first in NAMES else f"{language}/index.md"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    language = language_of(page.file.src_uri)
    return MARKER.sub(lambda found: BLOCKS[found[1]](language, found[2] or ""), markdown)


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Keep one navigation for each language, and no step from a page of one language to one of the other."""
    for section in nav.items:
        if isinstance(section, Section):
            pages = [page for page in nav.pages if section in page.ancestors]
            language = language_of(pages[0].file.src_uri)
            for item in section.children:
                item.parent = None
            _shown[language] = Navigation(section.children, pages)
            _shown[language].homepage = pages[0]
            pages[0].previous_page = pages[-1].next_page = None
    for page in nav.pages:
        if page.is_homepage:
            page.next_page = None
    return nav


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Navigation) -> dict[str, Any]:
    path = page.file.src_uri
    language = language_of(path)
    config.theme["language"] = language
    config.theme["direction"] = None  # the theme takes it from the language
    config.extra["alternate"] = [
        {"name": name, "lang": other, "link": PurePosixPath(sibling_of(path, other)).with_suffix(".html").as_posix()}
        for other, name in NAMES.items()
    ]
    context["nav"] = _shown[language]
    return context
