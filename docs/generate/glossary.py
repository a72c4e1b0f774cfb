"""The glossary: words of the design from ``docs/words/glossary.toml``, closed lists from the code."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .desk import code, open_desk, said, table, words

L = {
    "ar": {"word": ("العربية", "الإنجليزية", "المعنى"), "value": ("القيمة", "العربية", "الإنجليزية", "المعنى")},
    "en": {"word": ("English", "Arabic", "Meaning"), "value": ("Value", "English", "Arabic", "Meaning")},
}
OTHER = {"ar": "en", "en": "ar"}
DIRECTION = {"ar": "rtl", "en": "ltr"}


def _both(en: str, ar: str, language: str) -> str:
    """A meaning in the page's language, then in the other."""
    mine, other = (ar, en) if language == "ar" else (en, ar)
    far = OTHER[language]
    return f'{mine} <span class="other" lang="{far}" dir="{DIRECTION[far]}">{other}</span>' if mine else ""


def _foreign(text: str, language: str) -> str:
    return f'<span lang="{language}" dir="{DIRECTION[language]}">{text}</span>'


def words_of(name: str) -> dict[str, Any]:
    return dict(words("glossary")[name])


def words_(language: str, group: str) -> str:
    """A group of words, each with its meaning in both languages."""
    rows = []
    for english, entry in words_of(group).items():
        arabic, means_en, means_ar = entry
        first, second = (arabic, _foreign(english, "en")) if language == "ar" else (english, _foreign(arabic, "ar"))
        rows.append((f"**{first}**", second, _both(means_en, means_ar, language)))
    return table(L[language]["word"], rows)


def choices(path: str) -> Any:
    """A closed list of the desk by ``room.Name``, e.g. ``coalition.Role``."""
    open_desk()
    room, name = path.split(".")
    return getattr(import_module(f"turs.desk.{room}.vocabulary"), name)


def vocabulary(language: str, path: str) -> str:
    """A closed list: value, label in both languages, meaning in both where the label alone does not say it."""
    meanings = words("glossary").get(path, {})
    rows = []
    for choice in choices(path):
        label = choice._label_  # the lazy words, not yet in any language
        en, ar = said(label, "en"), said(label, "ar")
        first, second = (ar, _foreign(en, "en")) if language == "ar" else (en, _foreign(ar, "ar"))
        meaning = _both(*meanings.get(choice.value, ("", "")), language)
        rows.append((code(choice.value), f"**{first}**", second, meaning))
    header = L[language]["value"]
    if not any(row[-1] for row in rows):
        header, rows = header[:-1], [row[:-1] for row in rows]
    return table(header, rows)


def verbs(language: str, _: str) -> str:
    """What may be done, and the roles that grant it."""
    open_desk()
    from turs.desk.coalition import rules
    from turs.desk.coalition.vocabulary import Role

    said_of = words("glossary")["verbs"]
    header = {"ar": ("الفعل", "معناه", "الأدوار"), "en": ("Verb", "Meaning", "Roles")}[language]
    rows = []
    for verb, (en, ar) in said_of.items():
        holders = [said(Role(role)._label_, language) for role, granted in rules.GRANTS.items() if verb in granted]
        rows.append((code(verb), ar if language == "ar" else en, ("، " if language == "ar" else ", ").join(holders)))
    return table(header, rows)


