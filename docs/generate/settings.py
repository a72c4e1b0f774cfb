"""Every environment variable that the program reads, found in its source, described in ``docs/words/settings.toml``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .desk import SOURCE, code, table, words

FILES = ("desk/settings.py", "desk/home.py", "cli/desk.py")
L = {"ar": ("المتغير", "الافتراضي", "معناه"), "en": ("Variable", "Default", "Meaning")}
NAME = re.compile(r"(TURS_[A-Z_]+|DATABASE_URL)")


def variables() -> dict[str, str]:
    """Name of every variable to its default as written in the code, "" where the program works one out."""
    found: dict[str, str] = {}
    for file in FILES:
        for node in ast.walk(ast.parse((SOURCE / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for name, default in _read(node):
                    found.setdefault(name, default)
    return found


def _read(call: ast.Call) -> Iterator[tuple[str, str]]:
    function = ast.unparse(call.func)
    if function == "dj_database_url.config":
        yield "DATABASE_URL", ""
    for keyword in call.keywords:
        if keyword.arg == "envvar" and isinstance(keyword.value, ast.Constant):
            yield str(keyword.value.value), ""
    if function in {"os.environ.get", "_flag", "_list"} and call.args and isinstance(call.args[0], ast.Constant):
        name = str(call.args[0].value)
        if NAME.fullmatch(name):
            yield name, _default(call.args[1]) if len(call.args) > 1 else ("0" if function == "_flag" else "")


def _default(node: ast.expr) -> str:
    try:
        return str(ast.literal_eval(node))
    except ValueError:
        text = ast.unparse(node)
        return str(eval_product(text)) if re.fullmatch(r"[\d *]+", text) else ""


def eval_product(text: str) -> int:
    """``512 * 1024 * 1024`` as a number."""
    value = 1
    for part in text.split("*"):
        value *= int(part)
    return value


def settings(language: str, _: str) -> str:
    """Every variable with its default and its meaning. Raises `KeyError` for one that nobody has described."""
    described = words("settings")
    rows = [(code(name), code(default) if default else described[name].get(f"default_{language}", "–"),
             described[name][language]) for name, default in sorted(variables().items())]  # fmt: skip
    return table(L[language], rows)
