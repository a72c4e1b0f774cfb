"""Readers, reject codes and limits, from ``turs.collect``."""

from __future__ import annotations

import ast
from itertools import pairwise

from turs.collect import READERS, REASONS, Example, Option, Reader

from .desk import SOURCE, code, table

L = {
    "ar": {
        "suffixes": "اللواحق", "version": "الإصدار", "option": "الخيار", "kind": "النوع", "default": "الافتراضي",
        "help": "معناه", "examples": "أمثلة", "options": "الخيارات", "gives": "ما يُقرأ منه", "postings": "منشورات",
        "rejects": "سجلات مرفوضة", "none": "لا شيء", "with": "بالخيارات", "code": "الرمز", "reason": "السبب",
        "remedy": "العلاج", "file": "ملف ثنائي حجمه {n} بايت.", "required": "لازم", "limit": "الحد", "value": "القيمة",
        "what": "معناه (كما في الشيفرة)",
    },
    "en": {
        "suffixes": "Suffixes", "version": "Version", "option": "Option", "kind": "Kind", "default": "Default",
        "help": "Meaning", "examples": "Examples", "options": "Options", "gives": "What is read from it",
        "postings": "postings", "rejects": "rejected records", "none": "none", "with": "with the options",
        "code": "Code", "reason": "Reason", "remedy": "Remedy", "file": "A binary file of {n} bytes.",
        "required": "required", "limit": "Limit", "value": "Value", "what": "Meaning",
    },
}  # fmt: skip


def readers(language: str, _: str) -> str:
    """Every reader with its options and its examples."""
    return "\n".join(_reader(reader, language) for reader in READERS.values())


def _reader(reader: Reader, language: str) -> str:
    say = L[language]
    parts = [
        f"## {reader.title[language]} {{ #{reader.name} }}\n",
        f"{reader.summary[language]}\n",
        f"{code(reader.name)} · {say['version']} {reader.version} · {say['suffixes']}: "
        + " ".join(code(suffix) for suffix in reader.suffixes) + "\n",
        f"**{say['options']}**\n",
        table((say["option"], say["kind"], say["default"], say["help"]),
              [_option(option, language) for option in reader.options]),
        f"**{say['examples']}**\n",
        *(_example(example, language) for example in reader.examples),
    ]  # fmt: skip
    return "\n".join(parts)


def _option(option: Option, language: str) -> tuple[str, ...]:
    default = L[language]["required"] if option.required else code(str(option.default)) if option.default else "–"
    return code(option.name), code(option.kind), default, option.help[language]


def _example(example: Example, language: str) -> str:
    say = L[language]
    options = " ".join(code(f"--option {name}={value}") for name, value in example.options.items())
    rejects = ", ".join(code(name) for name in example.rejects)
    return (
        f"{example.title[language]} ({code(example.name)}{', ' + say['with'] + ' ' + options if options else ''})\n\n"
        f"{_shown(example.data, language)}\n\n"
        f"{say['gives']}: {len(example.bodies)} {say['postings']}; {say['rejects']}: {rejects or say['none']}.\n"
    )


def _shown(data: bytes, language: str) -> str:
    """The example as text where it is text, in a fence longer than any inside it."""
    for encoding in ("utf-8", "utf-16") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8", "cp1256"):
        try:
            text = data.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        if all(ch.isprintable() or ch in "\r\n\t" or ch in "\u200b\u200c\u200d\u200e\u200f" for ch in text):
            return f"~~~~~~text\n{text.rstrip()}\n~~~~~~"
    return L[language]["file"].format(n=len(data))


def rejects(language: str, _: str) -> str:
    """Every reject code, why it is given and what to do."""
    say = L[language]
    rows = [(code(name), words[language]["reason"], words[language]["remedy"]) for name, words in REASONS.items()]
    return table((say["code"], say["reason"], say["remedy"]), rows)


def limits(language: str, _: str) -> str:
    """Every limit of the readers, with the sentence that stands under it in the code."""
    from turs.collect import limits as room

    say = L[language]
    body = ast.parse((SOURCE / "collect" / "limits.py").read_text(encoding="utf-8")).body
    rows = []
    for node, following in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(following, ast.Expr):
            value = getattr(room, node.target.id)
            sentence = f'<span lang="en" class="ltr">{following.value.value}</span>'  # type: ignore[attr-defined]
            rows.append((code(node.target.id), f"{value:,}", sentence))
    return table((say["limit"], say["value"], say["what"]), rows)
