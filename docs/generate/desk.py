"""The desk as documentation sees it: its settings without its state, its words in both languages."""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "turs"
WORDS = ROOT / "docs" / "words"
PO = SOURCE / "desk" / "web" / "locale" / "ar" / "LC_MESSAGES" / "django.po"


@cache
def open_desk() -> None:
    """Set Django up with a throw-away home: building the documentation makes no secret and no database."""
    from django.apps import apps

    if apps.ready:
        return
    os.environ["TURS_SECRET_KEY"] = "documentation"
    os.environ["TURS_HOME"] = tempfile.mkdtemp(prefix="turs-docs-")
    os.environ["DATABASE_URL"] = "sqlite:///:memory:"
    os.environ["DJANGO_SETTINGS_MODULE"] = "turs.desk.settings"
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en")
    shutil.rmtree(os.environ["TURS_HOME"], ignore_errors=True)


@cache
def catalogue() -> Catalog:
    """The translations of the screens, read from their source: the same word everywhere."""
    with PO.open("rb") as file:
        return read_po(file, locale="ar")


def said(words: Any, language: str) -> str:
    """A translatable `words` of the desk (lazy or not) in `language`; English where it is not translated yet."""
    args = getattr(words, "_args", None) or (str(words),)
    english = str(args[-1])
    if language == "en":
        return english
    found = catalogue().get(english, context=args[0] if len(args) > 1 else None)
    return str(found.string) if found and isinstance(found.string, str) and found.string else english


@cache
def words(name: str) -> dict[str, Any]:
    """A file of ``docs/words/``."""
    return tomllib.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))


def cell(text: str) -> str:
    """`text` as one cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines) + "\n"


def code(text: str) -> str:
    """`text` as inline code, whatever it holds."""
    return f"`{text}`" if "`" not in text else f"`` {text} ``"
