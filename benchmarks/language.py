"""Telling the language of short texts, against lingua restricted to the same languages: one core, the same texts.

The texts are the messages of Django in eight languages, which every installation has and no model of ours has learned
from, and posts and news of the open data where ``TURS_SHARED`` or a folder beside the checkout holds them. They are
cut to runs of whole words. Accuracy is the mean over languages.
"""

from __future__ import annotations

import csv
import gettext
import gzip
import importlib.util
import json
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import fmean, median
from typing import Any

from turs.evaluation.language import cuts
from turs.text import language

LANGUAGES = ("ar", "en", "fa", "fr", "id", "ru", "tr", "ur")
LIMIT, ROUNDS = 400, 5
TARGETS = {50: 0.99, 20: 0.95}
SPEED = 10_000

_HELD = re.compile(r"%\(\w+\)\w|%\w|<[^>]*>|\{[^}]*\}|https?://\S+|[@#]\S+|&\w+;")


def messages(tag: str) -> list[str]:
    """Messages of Django longer than 30 characters, without placeholders; those that spell date formats left out."""
    spec = importlib.util.find_spec("django")
    root = Path(next(iter(spec.submodule_search_locations or ()))) if spec else Path()
    texts: dict[str, None] = {}
    for path in sorted(root.glob(f"**/locale/{'fr' if tag == 'en' else tag}/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        pairs = ((key, new) for key, new in catalog.items() if key and isinstance(key, str) and key != new)
        texts.update((" ".join(_HELD.sub(" ", key if tag == "en" else new).split()), None) for key, new in pairs)
    return [text for text in texts if len(text) > 30 and "uuuu" not in text]


def posts() -> dict[tuple[str, str], list[str]]:
    """Posts and news by source and language, where the open data is there."""
    root = Path(os.environ.get("TURS_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
    found: dict[tuple[str, str], list[str]] = {}

    def add(source: str, tag: str, text: str) -> None:
        found.setdefault((source, tag), []).append(" ".join(_HELD.sub(" ", text).split()))

    for row in _rows(root / "fignews2024/fignews_iaa_text.csv.gz"):
        if tag := {"Arabic": "ar", "English": "en", "French": "fr"}.get(row["Source Language"]):
            add("news posts", tag, row["Text"])
    for tag in ("ar", "en", "fr"):
        for row in _rows(root / f"mlma_hate/mlma_{tag}.csv.gz"):
            add("tweets", tag, row["tweet"].replace("@user", " ").replace("@url", " "))
    telegram = root / "unlp2025_telegram_manipulation/train.jsonl.gz"
    if telegram.is_file():
        with gzip.open(telegram, "rt", encoding="utf-8") as lines:
            for line in lines:
                post = json.loads(line)
                if post["lang"] == "ru":
                    add("Telegram posts", "ru", post["content"])
    return found


def runs(size: int) -> list[tuple[str, str]]:
    """(language, run of words) of a length; those mostly in the language's own script."""
    sources = {("messages", tag): messages(tag) for tag in LANGUAGES} | posts()
    own = {"ru": "[\u0400-\u04ff]", **dict.fromkeys(("ar", "fa", "ur"), "[\u0600-\u06ff]")}
    return [
        (tag, run)
        for (source, tag), texts in sources.items()
        for run in cuts(texts, size, LIMIT, random.Random(f"{source} {tag} {size}"))
        if len(re.findall(own.get(tag, "[A-Za-z\u00c0-\u024f]"), run)) >= 0.9 * sum(map(str.isalpha, run))
    ]


def run() -> list[dict[str, Any]]:
    """Accuracy and speed of both, in turn, for each length."""
    ask = peer()
    language.warm()
    rows: list[dict[str, Any]] = []
    for size, target in TARGETS.items():
        asked = runs(size)
        texts = [text for _, text in asked]
        ours_at, peer_at, single_at = [], [], []
        ours: list[str] = []
        theirs: list[str] = []
        for _ in range(ROUNDS):
            seconds, ours = _timed(lambda texts=texts: [one.tag for one in language.detect_many(texts)])
            ours_at.append(seconds)
            seconds, _ = _timed(lambda texts=texts: [language.detect(text).tag for text in texts])
            single_at.append(seconds)
            seconds, theirs = _timed(lambda texts=texts: [ask(text) for text in texts])
            peer_at.append(seconds)
        right, peer_right = _accuracy(asked, ours), _accuracy(asked, theirs)
        rows.append(_row(f"language, {size} characters, accuracy", len(texts), right, peer_right, "share", target))
        for name, seconds in (("batch", ours_at), ("one at a time", single_at)):
            rows.append(_row(f"language, {size} characters, {name}", len(texts), len(texts) / median(seconds),
                             len(texts) / median(peer_at), "texts/s", SPEED))
    return rows


def peer() -> Callable[[str], str]:
    """lingua, told which languages there are."""
    from lingua import Language, LanguageDetectorBuilder

    names = ("ARABIC", "ENGLISH", "PERSIAN", "FRENCH", "INDONESIAN", "RUSSIAN", "TURKISH", "URDU", "SOMALI",
             "UKRAINIAN")
    languages = [getattr(Language, name) for name in names]
    detector = LanguageDetectorBuilder.from_languages(*languages).with_preloaded_language_models().build()

    def ask(text: str) -> str:
        answer = detector.detect_language_of(text)
        return answer.iso_code_639_1.name.lower() if answer else "und"

    return ask


def _accuracy(asked: list[tuple[str, str]], answers: list[str]) -> float:
    hits: dict[str, list[bool]] = {}
    for (tag, _), answer in zip(asked, answers, strict=True):
        hits.setdefault(tag, []).append(answer == tag)
    return fmean(map(fmean, hits.values()))


def _row(job: str, size: int, ours: float, peer: float, unit: str, target: float) -> dict[str, Any]:
    versions = {"language": language.VERSION, "lingua-language-detector": version("lingua-language-detector")}
    return {"job": job, "size": size, "ours": round(ours, 4), "peer": round(peer, 4), "ratio": round(ours / peer, 2),
            "unit": unit, "target": f"≥ {target:,} {unit}", "met": ours >= target, "versions": versions}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _timed(work: Callable[[], list[str]]) -> tuple[float, list[str]]:
    start = time.perf_counter()
    answers = work()
    return time.perf_counter() - start, answers
