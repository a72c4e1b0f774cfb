"""What the demo coalition already knows: banks of known content and a list of terms about the Example Front.

Fingerprints are not written here: whoever loads a bank computes them from the story's own files and texts, so that
they are always those of the software in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from turs.demo.grammar import rules

_DESIGNATION: Final = "designation"
_POSTERS: Final = (1, 2, 3, 5, 7, 8, 10, 11)
"""Posters of the front that analysts have banked; the others are new to the coalition."""
_BANKED_TEXTS: Final = {"ar": 4, "en": 1, "fr": 1}
"""How many of the known texts of each language are banked; the rest are left to find."""


def _texts() -> list[dict[str, str]]:
    return [
        {"kind": "text", "text": text, "label": f"Example Front statement {language}-{number}", "tier": _DESIGNATION}
        for language, count in _BANKED_TEXTS.items()
        for number, text in enumerate(rules(language)["front.known"][:count], start=1)
    ]


def _pictures() -> list[dict[str, str]]:
    names = [*(f"poster-{number:02}.jpg" for number in _POSTERS), "emblem.png"]
    return [
        {"kind": kind, "path": f"bank/{name}", "label": f"Example Front {name.partition('.')[0]}", "tier": _DESIGNATION}
        for name in names
        for kind in ("file", "image")
    ]


_ADDRESSES: Final = (
    ("https://t.me.example/example_front_1", "Example Front, first channel"),
    ("https://t.me.example/example_front_2", "Example Front, second channel"),
    ("https://siraj.example/101", "Siraj Example Agency, statement"),
)

BANKS: Final[tuple[Mapping[str, Any], ...]] = (
    {
        "key": "example-front",
        "name_ar": "المحتوى المعروف لجبهة المثال",
        "name_en": "Known content of the Example Front",
        "polarity": "match",
        "agency": "wahat-cell",
        "tlp": "GREEN",
        "entries": (
            *_texts(),
            *_pictures(),
            *({"kind": "url", "url": url, "label": label, "tier": "promotional"} for url, label in _ADDRESSES),
        ),
    },
    {
        "key": "harmless",
        "name_ar": "محتوى معروف لا يعنينا",
        "name_en": "Known and harmless",
        "polarity": "suppress",
        "agency": "wahat-cell",
        "tlp": "GREEN",
        "entries": tuple(
            {"kind": kind, "path": f"bank/{name}", "label": label, "tier": "none"}
            for name, label in (
                ("outlet-logo.png", "Logo of Dhifaf News"),
                ("national-poster.jpg", "Wahat National Day poster"),
            )
            for kind in ("file", "image")
        ),
    },
)
"""Banks. Entry kinds: ``file`` (SHA-256 of the file at ``path``), ``image`` (PDQ of it), ``text``, ``url``.

``path`` is inside the folder of the story. ``tier`` after guide 1.8.
"""

TERMS: Final[Mapping[str, Any]] = {
    "key": "example-front-terms",
    "name_ar": "أسماء جبهة المثال وشعاراتها",
    "name_en": "Names and slogans of the Example Front",
    "agency": "wahat-cell",
    "tlp": "GREEN",
    "terms": (
        *(
            {"text": text, "language": language, "category": "group_name"}
            for language, text in (
                ("ar", "جبهة المثال"),
                ("ar", "رجال المثال"),
                ("en", "Example Front"),
                ("fr", "Front de l'Exemple"),
                ("", "jabhat al mithal"),
            )
        ),
        *(
            {"text": text, "language": language, "category": "outlet"}
            for language, text in (
                ("ar", "وكالة سراج المثال"),
                ("ar", "إذاعة السراج"),
                ("en", "Siraj Example Agency"),
                ("fr", "Agence Siraj de l'Exemple"),
            )
        ),
        *(
            {"text": text, "language": language, "category": "slogan"}
            for language in ("ar", "en", "fr")
            for text in rules(language)["front.slogan"]
        ),
        *(
            {"text": text, "language": language, "category": "hashtag"}
            for language, text in (
                ("ar", "#السراج_لا_ينطفئ"),
                ("ar", "#صف_واحد"),
                ("en", "#LanternNeverGoesOut"),
                ("fr", "#LanterneAllumée"),
            )
        ),
    ),
}
"""The term list: ``text``, ``language`` (BCP 47, "" for any) and ``category``. A term alone never means propaganda:
news, preachers and researchers use every one of them."""
