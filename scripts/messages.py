#!/usr/bin/env python
"""Translations: ``update`` the catalogue from the code, ``check`` that nothing is missing, ``compile`` it.

Reads Python files and Django templates without the gettext programs (Babel reads both), so that set-up needs none.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "turs"
PO = SOURCES / "desk" / "web" / "locale" / "ar" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURALS = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5)"
"""Arabic plural forms in the order of Django's own catalogue: zero, one, two, few, many, other."""
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date, so that the file changes only when the words do
HEADER = "# Arabic translations of Turs.\n# SPDX-License-Identifier: Apache-2.0\n#"


def new_catalogue() -> Catalog:
    made = Catalog(
        locale="ar", project="Turs", version="1", fuzzy=False, header_comment=HEADER, copyright_holder="Turs",
        msgid_bugs_address="-", last_translator="-", language_team="-", creation_date=EPOCH, revision_date=EPOCH,
    )  # fmt: skip
    made._num_plurals, made._plural_expr = 6, PLURALS
    return made


def extracted() -> Catalog:
    """Every message of the code and the templates."""
    found = new_catalogue()
    for path in sorted(SOURCES.rglob("*")):
        if path.suffix == ".py":
            source = path.read_text(encoding="utf-8")
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            source = templatized(path)
        else:
            continue
        where = path.relative_to(ROOT).as_posix()
        for _line, function, messages, comments in extract_python(
            io.BytesIO(source.encode()), list(KEYWORDS), ["Translators:"], {"encoding": "utf-8"}
        ):
            context, message = split(function, messages)
            if message:
                found.add(message, context=context, locations=[(where, 0)], auto_comments=comments)
    return found


def templatized(path: Path) -> str:
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    from django.utils.translation.template import templatize

    return templatize(path.read_text(encoding="utf-8"), origin=str(path))


def split(function: str, messages: str | tuple[str | None, ...]) -> tuple[str | None, str | tuple[str, ...] | None]:
    """Context and message (a pair for plurals) of one call, as its keyword says."""
    parts = (messages,) if isinstance(messages, str) else messages
    spec = KEYWORDS[function] or (1,)
    context, words = None, []
    for place in spec:
        index = place[0] if isinstance(place, tuple) else place
        value = parts[index - 1] if index <= len(parts) else None
        if value is None:
            return None, None
        if isinstance(place, tuple):
            context = value
        else:
            words.append(value)
    return context, words[0] if len(words) == 1 else tuple(words)


def catalogue() -> Catalog:
    if not PO.exists():
        return new_catalogue()
    with PO.open("rb") as file:
        return read_po(file, locale="ar")


def update() -> None:
    known, merged = catalogue(), extracted()
    for message in merged:
        if message.id and (old := known.get(message.id, message.context)):
            message.string = old.string
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, merged, sort_output=True, omit_header=False, include_lineno=False, width=110)


def missing() -> list[str]:
    """Messages of the code without a complete Arabic translation."""
    known = catalogue()
    problems = []
    for message in extracted():
        if not message.id:
            continue
        old = known.get(message.id, message.context)
        strings = [] if old is None else [old.string] if isinstance(old.string, str) else list(old.string)
        if not strings or not all(strings):
            problems.append(f"{message.locations[0][0]}: {message.id!r}")
    return problems


def check() -> int:
    problems = missing()
    for problem in problems:
        print(f"no Arabic for {problem}", file=sys.stderr)
    if problems:
        print(f"{len(problems)} messages have no Arabic; run make messages and fill them in", file=sys.stderr)
    return 1 if problems else 0


def compile_catalogue() -> None:
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue())


if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "update":
        update()
    elif command == "check":
        sys.exit(check())
    elif command == "compile":
        compile_catalogue()
    else:
        sys.exit("usage: messages.py update | check | compile")
