"""The command line, from the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from turs.cli import app

from .desk import code, table, words

L = {
    "ar": ("الوسيط أو الخيار", "معناه", "الافتراضي", "متغير البيئة"),
    "en": ("Argument or option", "Meaning", "Default", "Variable"),
}


def all_commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name, in the order of ``turs --help``."""
    yield from _below("turs", typer.main.get_command(app))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "list_commands"):
        yield name, command
        return
    context = typer.Context(command)
    for inner in command.list_commands(context):
        yield from _below(f"{name} {inner}", command.get_command(context, inner))


def sentences(command: Any) -> list[str]:
    """Everything that the help of a command says: its own paragraphs, then its parameters."""
    return [*paragraphs(command), *(text for item in command.params if (text := help_of(item)))]


def paragraphs(command: Any) -> list[str]:
    parts = (command.help or "").replace("\f", "").split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def help_of(item: Any) -> str:
    return " ".join((getattr(item, "help", None) or "").split())


def _said(text: str, language: str) -> str:
    return str(words("commands").get(text, text)) if language == "ar" else text


def commands(language: str, _: str) -> str:
    """Every command with its help and options."""
    parts = []
    for name, command in all_commands():
        parts.append(f"### `{name}` {{ #{name.replace(' ', '-')} }}\n")
        parts += [_said(text, language) + "\n" for text in paragraphs(command)]
        if rows := [_row(item, language) for item in command.params]:
            parts.append(table(L[language], rows))
    return "\n".join(parts)


def _row(item: Any, language: str) -> tuple[str, ...]:
    if item.param_type_name == "option":
        name = " ".join(code(each) for each in (*item.opts, *item.secondary_opts))
    else:
        name = code(item.metavar or item.name.upper())
    default = item.default() if callable(item.default) else item.default
    plain = default is None or default is False or default in ("", [], ())
    variables = [item.envvar] if isinstance(item.envvar, str) else list(item.envvar or ())
    return (name, _said(help_of(item), language) or "–", "–" if plain else code(str(default)),
            " ".join(code(each) for each in variables) or "–")  # fmt: skip
