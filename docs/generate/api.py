"""Operations of the REST API, from its own OpenAPI document; who may call each from ``docs/words/api.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .desk import code, open_desk, said, table, words

L = {
    "ar": ("العملية", "ما تفعله", "لمن"),
    "en": ("Operation", "What it does", "Who may call it"),
}
EVERYBODY = {"ar": "كل من دخل", "en": "everybody logged in"}


def all_operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Tag, method, address and description object of every operation."""
    open_desk()
    from turs.desk.api import api

    for address, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield operation["tags"][0], method.upper(), address, operation


def operations(language: str, _: str) -> str:
    """Every operation under its chapter."""
    open_desk()
    from turs.desk.api import TAGS

    who = words("api")
    parts = []
    for tag, title in TAGS:
        rows = [
            (code(name := f"{method} {address}"), _described(operation, language), _who(who.get(name), language))
            for kind, method, address, operation in all_operations()
            if kind == tag
        ]
        if rows:
            parts += [f"### {said(title, language)} {{ #{tag} }}\n", table(L[language], rows)]
    return "\n".join(parts)


def _described(operation: dict[str, Any], language: str) -> str:
    summary, more = said(str(operation["summary"]), language), str(operation.get("description", ""))
    return f"**{summary}**. {said(more, language)}" if more else summary


def _who(verb: str | None, language: str) -> str:
    if verb is None:
        return "–"
    return code(verb) if verb else EVERYBODY[language]
