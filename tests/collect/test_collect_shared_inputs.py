"""Real files that nobody here wrote are read as their manifest expects, or refused with a clear reason."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from turs.collect import REASONS, Unreadable, read, sniff
from turs.collect.markup import parse, visible
from turs.posting import Posting, Reject


def _read(path: Path, options: dict[str, str] | None = None) -> tuple[list[Posting], list[Reject]]:
    try:
        results = list(read(path, options=options))
    except Unreadable as error:
        return [], [error.reject]
    return [item for item in results if isinstance(item, Posting)], [
        item for item in results if isinstance(item, Reject)
    ]


@pytest.mark.parametrize("folder", ["01_feeds", "02_html", "03_social", "04_subtitles", "06_images", "07_pdf"])
def test_every_file_is_read_or_refused_with_a_reason(shared: Path, folder: str) -> None:
    read_count = 0
    for path in sorted((shared / "inputs" / folder).iterdir()):
        postings, rejects = _read(path)
        assert postings or rejects, path.name
        assert all(reject.code in REASONS for reject in rejects)
        read_count += bool(postings)
        for posting in postings:
            assert posting.body or posting.media, path.name
            assert posting.capture is not None
    assert read_count > 0


def test_feeds_with_published_answers(shared: Path) -> None:
    checked = 0
    for answer_path in sorted((shared / "inputs" / "01_feeds").glob("feed-rs__*.serde.json")):
        answer = json.loads(answer_path.read_text("utf-8"))
        name = answer_path.name.removesuffix(".serde.json")
        path = next(other for other in answer_path.parent.iterdir() if other.name in (f"{name}.xml", f"{name}.json"))
        postings, rejects = _read(path)
        entries = answer["entries"]
        assert len(postings) + len(rejects) == len(entries), path.name
        titles = Counter(_words(entry["title"]["content"]) for entry in entries if entry["title"])
        titles.pop("", None)
        found = Counter(_words(posting.title) for posting in postings)
        assert not titles - found, path.name
        if answer["title"]:
            assert {_words(posting.source) for posting in postings} == {_words(answer["title"]["content"])}, path.name
        checked += 1
    assert checked >= 25


def _words(text: str) -> str:
    return " ".join(visible(parse(f"<p>{text}</p>")).text.split())


def test_feed_encodings_with_published_answers(shared: Path) -> None:
    """The "Expect:" comments of feedparser's own tests, where they state a text of the first entry."""
    pattern = re.compile(
        r"""Expect:\s*not bozo and entries\[0\]\['(title|description|summary)'\] == u?('.*?'|\".*?\")\s*$""",
        re.MULTILINE,
    )
    checked = 0
    for path in sorted((shared / "inputs" / "01_feeds").glob("feedparser__*.xml")):
        data = path.read_bytes()
        encoding = "utf-8" if b"Expect" in data else "utf-16"
        source = data.decode(encoding, "replace")
        match = pattern.search(source)
        if not match:
            continue
        expected = ast.literal_eval(match[2])
        header = re.search(r"Header:\s*Content-type:\s*(.+)", source, re.IGNORECASE)
        postings, rejects = _read(path, {"content_type": header[1].strip()} if header else None)
        words = _words(expected)
        if not words:
            continue
        assert postings, (path.name, rejects)
        assert words in " ".join(postings[0].body.split()) or " ".join(postings[0].body.split()) in words, (
            path.name,
            words,
            postings[0].body,
        )
        checked += 1
    assert checked >= 10


def test_pages_keep_a_good_share_of_the_published_text(shared: Path) -> None:
    for expected_path in sorted((shared / "inputs" / "02_html").glob("readability__*__expected.html")):
        source = expected_path.with_name(expected_path.name.replace("__expected", "__source"))
        if not source.exists():
            continue
        expected = Counter(visible(parse(expected_path.read_text("utf-8"))).text.split())
        (posting,) = _read(source)[0]
        missing = expected - Counter(posting.body.split())
        assert missing.total() <= 0.05 * expected.total() + 1, source.name


def test_the_universal_declaration_is_whole(shared: Path) -> None:
    for name, article, last in (
        ("arb", "المادة", 30),
        ("fra", "Article", 30),
        ("ind", "Pasal", 30),
        ("urd", "دفعہ", 30),
    ):
        path = shared / "inputs" / "02_html" / f"udhr__{name}.html"
        (posting,) = _read(path)[0]
        page = visible(parse(path.read_text("utf-8"))).text
        assert len(posting.text) >= 0.95 * len(page), name
        assert posting.text.count(article) >= last - 1, name


def test_long_arabic_pages_keep_their_letters(shared: Path) -> None:
    published = {
        "advanced-administration": 17_119,
        "sect.installation-steps": 13_260,
        "sect.debian-internals": 8_916,
        "sect.package-meta-information": 8_133,
        "index": 6_737,
        "sect.user-space": 6_533,
        "apt": 6_367,
        "sect.becoming-package-maintainer": 6_223,
    }
    for name, letters in published.items():
        (posting,) = _read(shared / "inputs" / "02_html" / f"handbook-ar__{name}.html")[0]
        assert len(re.findall("[\u0621-\u064a]", posting.body)) >= 0.9 * letters, name


def test_subtitles(shared: Path) -> None:
    folder = shared / "inputs" / "04_subtitles"
    for name in (
        "webvtt_py__invalid.vtt",
        "webvtt_py__invalid_format1.srt",
        "webvtt_py__invalid_format3.srt",
        "ttconv__invalid__bad-signature.vtt",
    ):
        postings, rejects = _read(folder / name)
        assert not postings, name
        assert rejects[0].code in ("not_webvtt", "no_cues"), name
    for name in ("webvtt_py__invalid_timeframe.vtt", "webvtt_py__missing_timeframe.srt"):
        postings, rejects = _read(folder / name)
        assert postings, name
        assert [reject.code for reject in rejects] == ["bad_cue"], name
    utf8, old = _read(folder / "pysrt__utf-8.srt")[0], _read(folder / "pysrt__windows-1252.srt")[0]
    assert [posting.text for posting in utf8] == [posting.text for posting in old]
    assert sum(len(posting.extra["cues"]) for posting in utf8) == 1332


def test_images(shared: Path) -> None:
    counts: Counter[str] = Counter()
    for path in sorted((shared / "inputs" / "06_images").iterdir()):
        if path.suffix.lower() not in (".jpg", ".jpeg", ".png", ".gif", ".webp"):
            continue
        postings, rejects = _read(path)
        if re.search(r"broken\.|broken_data|truncated_(?:image|jpeg|end)", path.name):
            assert rejects[0].code == "image_broken", path.name
        elif "bomb" in path.name:
            assert rejects[0].code == "image_too_large", path.name
        else:
            assert postings, path.name
            assert postings[0].media[0].width > 0
            assert "gps" not in json.dumps(dict(postings[0].extra)).lower()
        counts["read" if postings else "refused"] += 1
    assert counts["read"] > 50


def test_private_conversations_are_refused(shared: Path) -> None:
    for name in ("whatsapp__test_ddmmyy_24hrs.txt", "whatsapp__test_mmddyyyy_12hrs.txt", "signal__test_export.txt"):
        assert _read(shared / "inputs" / "03_social" / f"chat-miner__{name}")[1][0].code == "chat_export"
    assert _read(shared / "inputs" / "03_social" / "whatstk__pokemon.txt")[1][0].code == "chat_export"


def test_activity_streams_that_must_fail_are_not_read(shared: Path) -> None:
    for path in (shared / "inputs" / "03_social").glob("activitystreams__fail__*.json"):
        assert sniff(path) is None
        assert _read(path)[0] == []


def test_both_reports_are_one_posting_each(shared: Path) -> None:
    for path in sorted((shared / "field").glob("*.txt")):
        (posting,) = _read(path)[0]
        assert posting.text == path.read_text("utf-8")
