"""The demo story: deterministic, of the size asked for, in every language and strand, benign throughout."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from turs.demo import STRANDS, Story, places, write_story
from turs.demo.disguise import DISGUISES, disguised
from turs.demo.grammar import LANGUAGES, rules
from turs.demo.pictures import pictures
from turs.demo.plan import WALLETS

END = datetime(2026, 11, 22, 6, tzinfo=UTC)
"""End of the story that the fixture writes."""

RESERVED = re.compile(r"(?:^|\.)(?:example|test|invalid|example\.(?:org|com|net))$")
NAMESPACES = ("www.w3.org",)
"""Hosts that name a format in a file and are not linked to."""
REAL_NAMES = re.compile(
    r"داعش|القاعدة|الدولة الإسلامية|حماس|طالبان|حزب الله|بوكو حرام|الحوثي|"
    r"\b(?:ISIS|ISIL|Daesh|Daech|Al[- ]Qa[ei]da|Hamas|Taliban|Hezbollah|Hizbullah|Boko Haram|Al[- ]Shabaab|Houthi)\b|"
    r"\b(?:Facebook|Twitter|YouTube|TikTok|Interpol|Europol|Al[- ]Jazeera)\b",
    re.IGNORECASE,
)


def truths(story: Story) -> list[dict[str, Any]]:
    return [json.loads(line) for line in story.truth.read_text("utf-8").splitlines()]


def contents(folder: Path) -> dict[str, str]:
    """Path -> digest of every file below."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in found}


def written(story: Story) -> dict[Path, str]:
    """Every text file that is imported, and its text."""
    texts = {".rss", ".atom", ".html", ".json", ".csv", ".jsonl", ".srt", ".vtt"}
    found = sorted(path for path in (story.folder / "content").rglob("*") if path.suffix in texts)
    return {path: path.read_text("utf-8") for path in found}


def test_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_story(tmp_path / name, end=END, seed=3, size=400)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


def test_another_seed_tells_another_story(tmp_path: Path) -> None:
    for seed in (3, 4):
        write_story(tmp_path / str(seed), end=END, seed=seed, size=150)
    shared = contents(tmp_path / "3").items() & contents(tmp_path / "4").items()
    assert not any(path.endswith((".rss", ".csv", "result.json")) for path, _ in shared)


@pytest.mark.parametrize("size", [100, 200, 333, 1000])
def test_a_story_has_the_size_asked_for(tmp_path: Path, size: int) -> None:
    story = write_story(tmp_path, end=END, size=size)
    assert abs(story.postings - size) <= 0.05 * size
    assert len(truths(story)) == story.postings


def test_a_clock_without_zone_and_a_story_too_short_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_story(tmp_path, end=datetime(2026, 11, 22))
    with pytest.raises(ValueError, match="too short"):
        write_story(tmp_path, end=END, size=99)
    assert not list(tmp_path.iterdir())


def test_a_new_story_leaves_nothing_of_the_old_one_and_spares_what_is_not_its_own(tmp_path: Path) -> None:
    write_story(tmp_path / "again", end=END - timedelta(days=3), size=150)
    write_story(tmp_path / "again", end=END, size=120)
    write_story(tmp_path / "once", end=END, size=120)
    assert contents(tmp_path / "again") == contents(tmp_path / "once")
    mine = tmp_path / "mine" / "content" / "letter.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(FileExistsError, match="empty folder"):
        write_story(tmp_path / "mine", end=END, size=120)
    assert mine.read_text() == "mine"


def test_counts_are_those_of_the_truths(story: Story) -> None:
    assert abs(story.postings - 2000) <= 100
    assert 8 <= story.rejects <= 15
    rows = Counter(row["file"] for row in truths(story))
    for file in story.files:
        below = [
            n
            for name, n in rows.items()
            if (story.folder / name == file.path or file.path in (story.folder / name).parents)
        ]
        assert sum(below) == file.postings, file.path


def test_ninety_days_and_no_day_after_the_end(story: Story) -> None:
    moments = [datetime.fromisoformat(row["at"]) for row in truths(story) if row["at"]]
    assert END - timedelta(days=90) <= min(moments) < END - timedelta(days=88)
    assert END - timedelta(hours=12) < max(moments) <= END


def test_every_language_and_strand_has_its_share(story: Story) -> None:
    rows = truths(story)
    languages = Counter(row["language"] for row in rows if row["language"])
    assert 0.55 < languages["ar"] / len(rows) < 0.68
    assert 0.15 < languages["en"] / len(rows) < 0.25
    assert 0.15 < languages["fr"] / len(rows) < 0.25
    strands = Counter(row["strand"] for row in rows)
    assert strands.keys() == STRANDS.keys()
    assert min(strands.values()) >= 30
    benign = sum(n for strand, n in strands.items() if strand not in {"front", "sympathiser"})
    assert benign > 0.8 * len(rows)


def test_every_strand_is_told_in_every_language(story: Story) -> None:
    told = {(row["strand"], row["language"]) for row in truths(story)}
    assert {(strand, language) for strand in STRANDS for language in LANGUAGES} <= told


def test_it_is_not_the_same_sentence_again(story: Story) -> None:
    sentences: Counter[str] = Counter()
    for text in written(story).values():
        sentences.update(s for s in re.split(r"[.؟?!\n]|<[^>]+>|&lt;", text) if len(s.split()) > 5)
    assert len(sentences) > 3000


def test_one_threat_to_life_and_news_that_quote_it_afterwards(story: Story) -> None:
    rows = truths(story)
    threats = [row for row in rows if row["topic"] == "front.threat_to_life"]
    assert len(threats) == 1
    assert END - timedelta(hours=24) < datetime.fromisoformat(threats[0]["at"]) < END
    quoted = [row for row in rows if row["topic"] == "event.threat"]
    assert len(quoted) >= 5
    assert {row["strand"] for row in quoted} == {"reporting"}
    assert min(row["at"] for row in quoted) > threats[0]["at"]


def test_what_the_front_says_changes_with_the_battle(story: Story) -> None:
    start = END - timedelta(days=90)
    days = [
        (row["topic"], (datetime.fromisoformat(row["at"]) - start).days)
        for row in truths(story)
        if row["strand"] == "front" and row["at"] and not row["copy_of"]
    ]
    funds = [day for topic, day in days if topic == "front.fund"]
    assert funds
    assert min(funds) >= places.MOVED
    assert {"front.recruit", "front.claim", "front.threaten", "front.instruct", "front.move", "front.known"} <= {
        t for t, _ in days
    }


def test_copies_name_their_original_and_come_after_it(story: Story) -> None:
    rows = truths(story)
    keys = {row["source"]: row["file"].split("/")[2] for row in rows if row["file"].startswith("content/channels/")}
    originals = {f"{keys[row['source']]}/{row['native_id']}": row for row in rows if row["source"] in keys}
    copies = [row for row in rows if row["copy_of"]]
    assert {row["how"] for row in copies} == {"repost", "diacritics", "tatweel", "zero_width", "spaced", "twin_letters"}
    for row in copies:
        assert originals[row["copy_of"]]["at"] < row["at"]


def test_every_file_is_sound_for_the_standard_library(story: Story) -> None:
    broken_lines = 0
    for path, text in written(story).items():
        if path.suffix in {".rss", ".atom"}:
            ET.fromstring(text)
        elif path.suffix == ".json":
            json.loads(text)
        elif path.suffix == ".csv":
            widths = Counter(len(row) for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
            assert len(widths) <= 2
        elif path.suffix == ".jsonl":
            for line in text.splitlines():
                try:
                    json.loads(line)
                except ValueError:
                    broken_lines += 1
    assert broken_lines == 1


def test_only_reserved_domains(story: Story) -> None:
    for path, text in written(story).items():
        for host in re.findall(r"https?://([^/\s\"'<>&,\\)؛،]+)", text):
            assert RESERVED.search(host.rstrip(".")) or host in NAMESPACES, (path, host)


def test_every_domain_written_without_scheme_is_reserved_too() -> None:
    for language in LANGUAGES:
        for lines in rules(language).values():
            for host in re.findall(
                r"[a-z][a-z0-9-]+(?:\.[a-z][a-z0-9-]+)+", " ".join(re.sub(r"\{[^}]*\}", "", x) for x in lines)
            ):
                assert RESERVED.search(host), host


def test_no_real_organisation_is_named(story: Story) -> None:
    for path, text in written(story).items():
        assert not (found := REAL_NAMES.search(text)), (path, found)


def test_wallets_are_published_test_vectors(story: Story) -> None:
    found = set()
    for text in written(story).values():
        found |= set(
            re.findall(r"\bbc1[0-9a-z]{11,71}\b|\b0x[0-9a-fA-F]{40}\b|\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b", text)
        )
    assert found == set(WALLETS)


def test_pictures_are_few_small_and_of_every_edit(story: Story) -> None:
    found = {
        sha256(path.read_bytes()).hexdigest(): path
        for path in (story.folder / "content").rglob("*")
        if path.suffix in {".jpg", ".png", ".gif", ".webp"}
    }
    assert 55 <= len(found) <= 100
    assert max(path.stat().st_size for path in found.values()) < 120_000
    edits = {
        path.stem.split("-")[2]
        for path in found.values()
        if path.stem.count("-") == 2 and path.stem.startswith("poster")
    }
    assert edits == {"crop", "recompress", "resize", "overlay", "grey", "mirror", "webp", "gif", "bright"}


def test_a_reupload_is_near_its_original_and_another_poster_is_not() -> None:
    pdqhash = pytest.importorskip("pdqhash")
    import numpy as np
    from PIL import Image

    drawn = pictures(7)

    def fingerprint(name: str) -> Any:
        with Image.open(io.BytesIO(drawn[name])) as image:
            bits, quality = pdqhash.compute(np.asarray(image.convert("RGB")))
        assert quality >= 50, (name, quality)
        return bits

    prints = {name: fingerprint(name) for name in drawn if re.fullmatch(r"poster-\d\d.*", name)}
    originals = [name for name in prints if len(name) == len("poster-01.jpg")]
    for name, bits in prints.items():
        mine = prints[f"{name[:9]}.jpg"]
        if "mirror" not in name and "crop" not in name:
            assert int((bits != mine).sum()) <= 31, name
        for other in originals:
            if other[:9] != name[:9]:
                assert int((bits != prints[other]).sum()) > 31, (name, other)


def test_owners_and_marks(story: Story) -> None:
    marks = Counter(dict.fromkeys(("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"), 0))
    owners: Counter[str] = Counter()
    for file in story.files:
        marks[file.tlp] += 1
        owners[file.agency] += file.postings
        assert bool(file.recipients) == (file.tlp == "RED")
        json.dumps(dict(file.options))
    assert min(marks.values()) >= 1
    assert marks["RED"] == 1
    assert owners["wahat-cell"] > 0.7 * story.postings
    assert len(owners) >= 7


def test_a_disguise_changes_the_words_and_leaves_addresses_and_wallets() -> None:
    text = f"راسلوا قناة السراج الجديدة https://t.me.example/example_front_2 وتبرعوا {WALLETS[0]} لرجال المثال الصادقين"
    for how in DISGUISES:
        rng = random.Random(1)
        copy = disguised(text, how, rng)
        assert (copy == text) == (how == "repost")
        assert "https://t.me.example/example_front_2" in copy
        assert WALLETS[0] in copy
        assert disguised(WALLETS[1], how, rng) == WALLETS[1]
