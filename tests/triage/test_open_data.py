"""False alarms on open data that nobody here wrote: news, scripture, counter-speech, criticism."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from turs.examine import examine
from turs.posting import Posting

Rows = Callable[[Path], Iterable[str]]


def column(path: str, name: str, **where: str) -> Rows:
    def rows(data: Path) -> Iterable[str]:
        with gzip.open(data / path, "rt", encoding="utf-8") as file:
            yield from (r[name] for r in csv.DictReader(file) if all(r[k] == v for k, v in where.items()))

    return rows


def critical(data: Path) -> Iterable[str]:
    path = data / "pan24_critical_vs_conspiracy" / "pan24_oppositional_test_en.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from (row["text"] for row in map(json.loads, file) if row["category"] == "CRITICAL")


HATECHECK = "multilingual_hatecheck/mhc_cases.csv.gz"
NEWS_POSTS = "fignews2024/fignews_iaa_text.csv.gz"


@pytest.mark.parametrize(
    ("most", "rows"),
    [
        pytest.param(0.005, column("wikinews_ar_sentences/sentences.csv.gz", "text"), id="Arabic news"),
        pytest.param(0.005, column("ans_arabic_news_stance/stance_dev.csv.gz", "s1"), id="Arabic headlines"),
        pytest.param(0.001, column("quran_ar_negatives/quran_ar.csv.gz", "text_ar"), id="scripture"),
        pytest.param(
            0.02,
            column("hatecheck_en/hatecheck_cases.csv.gz", "test_case", label_gold="non-hateful"),
            id="HateCheck en",
        ),
        pytest.param(0.02, column(HATECHECK, "test_case", lang="arabic", label_gold="non-hateful"), id="HateCheck ar"),
        pytest.param(0.02, column(HATECHECK, "test_case", lang="french", label_gold="non-hateful"), id="HateCheck fr"),
        pytest.param(0.005, column(NEWS_POSTS, "Text", **{"Source Language": "Arabic"}), id="war news posts ar"),
        pytest.param(0.005, column(NEWS_POSTS, "English MT"), id="war news posts en"),
        pytest.param(0.005, column(NEWS_POSTS, "Text", **{"Source Language": "French"}), id="war news posts fr"),
        pytest.param(0.02, critical, id="PAN24 critical"),
    ],
)
def test_almost_nothing_lawful_is_put_forward(shared: Path, most: float, rows: Rows) -> None:
    if not (shared / "data").is_dir():
        pytest.skip("no open data sets in the shared folder")
    seen = [examine(Posting("open data", text)) for text in rows(shared / "data")]
    assert len(seen) > 200
    assert sum(e.genre == "call" or e.referable for e in seen) <= most * len(seen)
