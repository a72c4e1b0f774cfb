"""Transcripts: one posting a segment, every cue with its time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from turs.collect import read
from turs.posting import Posting

START = {"station": "إذاعة المثال", "programme": "النشرة", "start": "2026-01-05T21:00:00+03:00", "language": "ar"}


def srt(*cues: tuple[str, str, str]) -> str:
    return "".join(f"{n}\n{begin} --> {end}\n{text}\n\n" for n, (begin, end, text) in enumerate(cues, 1))


def test_a_segment_begins_when_its_first_cue_was_on_air(read_bytes: Any) -> None:
    text = srt(
        ("00:00:10,000", "00:00:12,000", "أول"),
        ("00:00:12,500", "00:00:14,000", "ثان"),
        ("00:02:00,000", "00:02:05,000", "ثالث"),
    )
    postings, rejects = read_bytes("a.srt", text.encode(), START)
    assert rejects == []
    assert [posting.text for posting in postings] == ["أول\nثان", "ثالث"]
    assert postings[0].published_at == datetime(2026, 1, 5, 18, 0, 10, tzinfo=UTC)
    assert postings[1].published_at == datetime(2026, 1, 5, 18, 2, 0, tzinfo=UTC)
    assert (postings[0].source, postings[0].source_kind, postings[0].title) == ("إذاعة المثال", "station", "النشرة")
    for posting in postings:
        for begin, end, offset in posting.extra["cues"]:
            assert begin < end
            assert offset == 0 or posting.text[offset - 1] == "\n"


def test_a_long_programme_is_cut_into_segments(read_bytes: Any) -> None:
    cues = [
        (f"00:{n // 6:02}:{n % 6 * 10:02},000", f"00:{n // 6:02}:{n % 6 * 10 + 9:02},000", f"جملة {n}")
        for n in range(180)
    ]
    postings, _ = read_bytes("a.srt", srt(*cues).encode(), START)
    assert len(postings) == 3
    assert "\n".join(posting.text for posting in postings).split("\n") == [f"جملة {n}" for n in range(180)]


def test_notes_tell_the_station_and_part_the_programmes(read_bytes: Any) -> None:
    text = (
        "WEBVTT - x\nLanguage: fa\n\nNOTE\nstation: إذاعة المثال\nstart: 2026-01-05T06:00:00Z\n\n"
        "NOTE programme: أول\n\n"
        "STYLE\n::cue { color: red }\n\nid-1\n00:01.000 --> 00:02.000 align:start\n<v Some One>س</v>\n\n"
        "NOTE programme: ثان\n\n00:03.000 --> 00:04.000\n<c.red>ص</c> &amp; <00:03.500>ع\n"
    )
    postings, _ = read_bytes("a.vtt", text.encode())
    assert [posting.body for posting in postings] == ["أول\nس", "ثان\nص & ع"]
    assert {posting.source for posting in postings} == {"إذاعة المثال"}
    assert {posting.language for posting in postings} == {"fa"}
    assert postings[1].published_at == datetime(2026, 1, 5, 6, 0, 3, tzinfo=UTC)
    assert "Some One" not in repr(postings)


def test_a_sidecar_tells_what_srt_cannot_and_options_go_before_it(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(srt(("00:00:01,000", "00:00:02,000", "x")))
    (tmp_path / "a.srt.json").write_text(
        json.dumps({"station": "S", "programme": "P", "start": "2026-01-05T06:00:00Z"})
    )
    posting = next(iter(read(path, options={"programme": "Q"})))
    assert isinstance(posting, Posting)
    assert (posting.source, posting.title) == ("S", "Q")
    assert posting.published_at == datetime(2026, 1, 5, 6, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1256"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(read_bytes: Any, encoding: str, end: str) -> None:
    text = srt(("00:00:01,000", "00:00:02,000", "قال المتحدث إن العمل مستمر")).replace("\n", end)
    posting = read_bytes("a.srt", text.encode(encoding))[0][0]
    assert posting.text == "قال المتحدث إن العمل مستمر"
    assert posting.capture.raw in text.encode(encoding)


def test_bad_times_are_told_by_line(read_bytes: Any) -> None:
    text = srt(
        ("00:00:01,000", "00:00:02,000", "a"),
        ("00:00:05,000", "00:00:04,000", "b"),
        ("00:99:00,000", "01:00:00,000", "c"),
    )
    postings, rejects = read_bytes("a.srt", text.encode())
    assert [posting.text for posting in postings] == ["a"]
    assert [(reject.code, reject.line) for reject in rejects] == [("bad_cue", 6), ("bad_cue", 10)]


def test_what_is_no_transcript_is_refused(refusal: Any) -> None:
    assert refusal("a.srt", b"").code == "empty"
    assert refusal("a.srt", b"1\nsome text\n").code == "no_cues"
    assert refusal("a.vtt", b"00:01.000 --> 00:02.000\nx\n").code == "not_webvtt"
    assert refusal("a.srt", b"1", {"start": "2026-01-05T06:00:00"}).code == "bad_option"
    assert refusal("a.srt", bytes(range(256)) * 4).code == "binary"


def test_absurd_hours_do_not_crash(read_bytes: Any) -> None:
    text = srt(("9999:00:00,000", "9999:00:01,000", "x"))
    assert read_bytes("a.srt", text.encode(), {"start": "9999-12-31T00:00:00Z"})[0][0].published_at is None
