"""Memory stays bounded, limits are said aloud, and no bytes whatever break a reader."""

from __future__ import annotations

import json
import os
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from turs.collect import READERS, Unreadable, limits, read, read_folder, sniff
from turs.posting import Posting, Reject

SUFFIXES = sorted({suffix for reader in READERS.values() for suffix in reader.suffixes} | {"", ".svg", ".zip", ".xyz"})
SEEDS = [example.data for reader in READERS.values() for example in reader.examples]


LONG = "وفيه كلام يكفي لفقرة كاملة من فقرات الأخبار " * 40


def _csv(count: int) -> Iterator[bytes]:
    yield b"text,url\n"
    for n in range(count):
        yield f'"خبر رقم {n} {LONG}\nوسطر ثان",https://a.example/{n}\n'.encode()


def _jsonl(count: int) -> Iterator[bytes]:
    for n in range(count):
        yield (json.dumps({"text": f"خبر رقم {n} {LONG}", "id": n}, ensure_ascii=False) + "\n").encode()


def _array(count: int) -> Iterator[bytes]:
    yield b"["
    for n in range(count):
        yield ("" if n == 0 else ",").encode() + json.dumps(
            {"text": f"خبر رقم {n} {LONG}", "id": n}, ensure_ascii=False
        ).encode()
    yield b"]"


def _telegram(count: int) -> Iterator[bytes]:
    yield '{"name": "قناة", "id": 1, "messages": ['.encode()
    for n in range(count):
        piece = {
            "id": n,
            "type": "message",
            "date_unixtime": "1767351600",
            "text": [f"خبر {n} {LONG}", {"type": "bold", "text": "مهم"}],
        }
        yield ("" if n == 0 else ",\n").encode() + json.dumps(piece, ensure_ascii=False).encode()
    yield b'], "type": "public_channel"}'


@pytest.mark.parametrize(
    ("name", "records"), [("a.csv", _csv), ("a.jsonl", _jsonl), ("a.json", _array), ("result.json", _telegram)]
)
def test_long_files_are_read_in_bounded_memory(
    name: str, records: Callable[[int], Iterator[bytes]], tmp_path: Path
) -> None:
    count = 1_500
    path = tmp_path / name
    with path.open("wb") as stream:
        for piece in records(count):
            stream.write(piece)
    assert path.stat().st_size > 4 * limits.MIB
    next(iter(read(path)))  # imports and tables of codecs are not the file's
    tracemalloc.start()
    read_count = sum(isinstance(item, Posting) for item in read(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_count == count
    assert peak < 4 * limits.MIB


def test_one_endless_line_is_rejected_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RECORD_BYTES", 100_000)
    for name, data in (
        ("a.csv", b"text\n" + b"x" * 5_000_000 + b"\nafter\n"),
        ("a.jsonl", b'{"text": "' + b"x" * 5_000_000 + b'"}\n{"text": "after"}\n'),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        tracemalloc.start()
        results = list(read(path))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert [item.text if isinstance(item, Posting) else item.code for item in results] == [
            "record_too_long",
            "after",
        ]
        assert peak < 4 * limits.MIB


def test_an_endless_value_in_an_array_is_skipped_without_holding_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECORD_BYTES", 100_000)
    path = tmp_path / "a.json"
    path.write_bytes(b'[{"text": "' + b'x\\"\\\\' * 2_000_000 + b'"}, {"text": "after"}]')
    tracemalloc.start()
    results = list(read(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [item.text if isinstance(item, Posting) else item.code for item in results] == ["record_too_long", "after"]
    assert peak < 6 * limits.MIB


def test_a_text_beyond_the_limit_is_a_reject_not_a_posting(read_bytes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RECORD_CHARACTERS", 50)
    long = "x" * 51
    for name, data in (
        ("a.csv", f"text\n{long}\nshort\n"),
        ("a.jsonl", f'{{"text": "{long}"}}\n{{"text": "short"}}\n'),
        ("a.rss", f"<rss><channel><item><title>{long}</title></item><item><title>short</title></item></channel></rss>"),
        (
            "result.json",
            '{"name": "c", "type": "public_channel", "messages": ['
            f'{{"type": "message", "text": "{long}"}}, {{"type": "message", "text": "short"}}]}}',
        ),
    ):
        postings, rejects = read_bytes(name, data.encode())
        assert [posting.body for posting in postings] == ["short"], name
        assert [reject.code for reject in rejects] == ["record_too_long"], name
    for name, data in (("a.txt", long), ("a.html", f"<html><body><p>{long}</p></body></html>")):
        postings, rejects = read_bytes(name, data.encode())
        assert (postings, [reject.code for reject in rejects]) == ([], ["record_too_long"]), name


@pytest.mark.parametrize(
    ("limit", "name"),
    [
        ("TEXT_BYTES", "a.txt"),
        ("HTML_BYTES", "a.html"),
        ("FEED_BYTES", "a.rss"),
        ("TRANSCRIPT_BYTES", "a.srt"),
        ("IMAGE_BYTES", "a.png"),
        ("FILE_BYTES", "a.csv"),
    ],
)
def test_a_file_beyond_its_limit_is_refused(
    refusal: Any, monkeypatch: pytest.MonkeyPatch, limit: str, name: str
) -> None:
    reader = next(reader for reader in READERS.values() if Path(name).suffix in reader.suffixes)
    monkeypatch.setattr(limits, limit, 10)
    assert refusal(name, reader.examples[0].data).code == "too_large"


def test_records_and_seconds_are_bounded(read_bytes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RECORDS", 3)
    postings, rejects = read_bytes("a.csv", b"text\n" + b"x\n" * 10)
    assert (len(postings), rejects[0].code) == (3, "too_many_records")
    monkeypatch.setattr(limits, "SECONDS", 0.0)
    assert read_bytes("a.csv", b"text\n" + b"x\n" * 10)[1][0].code == "too_slow"


def _survives(path: Path, options: dict[str, str] | None = None) -> None:
    sniff(path)
    try:
        for result in read(path, options=options):
            assert isinstance(result, (Posting, Reject))
            if isinstance(result, Posting):
                assert result.id
                result.body.encode("utf-8")
                json.dumps(dict(result.extra), allow_nan=False).encode("utf-8")
                assert result.body.strip() or result.media, repr(result.body)
            else:
                repr(result).encode("utf-8")
    except Unreadable as error:
        repr(error.reject).encode("utf-8")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), suffix=st.sampled_from(SUFFIXES))
@example(data=b"\xff\xfe\x00\x00", suffix=".csv")
@example(data=b"\xff\xfe\x00", suffix=".txt")
@example(data=b"\x00\x00\xfe\xff\xff\xff\xff\xff", suffix=".jsonl")
def test_no_bytes_break_any_reader(data: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(data)
    _survives(path)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.sampled_from(SEEDS),
    suffix=st.sampled_from(SUFFIXES),
    cut=st.floats(0, 1),
    patches=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12)), max_size=5),
)
def test_no_damage_to_a_real_file_breaks_any_reader(
    data: bytes, suffix: str, cut: float, patches: list[tuple[float, bytes]], tmp_path: Path
) -> None:
    damaged = bytearray(data[: max(1, int(len(data) * cut))])
    for place, patch in patches:
        at = int(len(damaged) * place)
        damaged[at : at + len(patch)] = patch
    path = tmp_path / f"file{suffix}"
    path.write_bytes(bytes(damaged))
    _survives(path, {"authority": "TEST"})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(min_size=1, max_size=300), reader=st.sampled_from(sorted(READERS)))
def test_a_wrong_choice_of_reader_breaks_nothing(data: bytes, reader: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with suppress(Unreadable):
        list(read(path, reader))


def test_names_in_rejects_cannot_pretend(tmp_path: Path) -> None:
    path = tmp_path / "photo\u202egnp.exe\u200b\n.zzz"
    path.write_bytes(b"data that no reader knows")
    (reject,) = read_folder(tmp_path)
    assert isinstance(reject, Reject)
    assert reject.file == "photo<U+202E>gnp.exe<U+200B> .zzz"


def test_a_folder_reads_media_with_its_record_and_follows_no_link(tmp_path: Path) -> None:
    png = READERS["image"].examples[0].data
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.csv").write_text("text,image\nx,pic.png\n")
    (folder / "pic.png").write_bytes(png)
    (folder / "other.png").write_bytes(png)
    (folder / "sub" / "b.txt").write_text("hello")
    (folder / ".hidden.txt").write_text("no")
    (folder / "unknown.bin").write_bytes(b"?")
    (tmp_path / "outside.txt").write_text("outside")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    os.mkfifo(folder / "pipe.txt")
    results = list(read_folder(folder))
    postings = [item for item in results if isinstance(item, Posting)]
    assert [posting.capture.origin for posting in postings if posting.capture] == [
        "a.csv#line=2",
        "other.png",
        "sub/b.txt",
    ]
    assert [(item.file, item.code) for item in results if isinstance(item, Reject)] == [
        ("pipe.txt", "missing"),
        ("unknown.bin", "unknown_format"),
    ]


def test_missing_files_and_folders_are_said(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.txt", tmp_path):
        with pytest.raises(Unreadable) as caught:
            read(path)
        assert caught.value.reject.code == "missing"
    with pytest.raises(Unreadable):
        list(read_folder(tmp_path / "gone"))
    (tmp_path / "a.csv").write_text("text\nx\n")
    for reader, options, code in (
        ("nope", {}, "unknown_reader"),
        (None, {"colour": "red"}, "bad_option"),
        (None, {"timezone": "Mars/Base"}, "bad_option"),
        ("table", {"station": "x"}, "bad_option"),
    ):
        with pytest.raises(Unreadable) as caught:
            read(tmp_path / "a.csv", reader, options)
        assert caught.value.reject.code == code
        assert [item.code for item in read_folder(tmp_path, reader, options) if isinstance(item, Reject)] == [code]
    # Options of other readers are left to them where the reader was not chosen: a folder holds many kinds.
    assert len(list(read(tmp_path / "a.csv", options={"station": "x"}))) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<html><body><p " + b"a b c d e " * 40_000 + b">x"),
        ("a.html", b"<html><body>" + b"<a href=x>" * 40_000),
        ("a.html", b"<html>" + b"<" * 2_000_000),
        ("a.rss", b"<rss>" + b"<item" * 400_000),
        ("a.rss", b"<rss><channel>" + b"<![CDATA[" * 200_000),
        ("a.rss", b"<!DOCTYPE rss [" + b"<!ENTITY a '" * 100_000),
        ("a.csv", b"text,url\n" + b'"' * 3_000_000),
        ("a.srt", b"00:00:01,000 --> 00:00:02,000\n" + b"<a" * 1_000_000),
        ("a.txt", b"https://" + b"a)" * 1_000_000),
        ("result.json", b'{"messages":' + b"[" * 3_000_000),
        ("result.json", b'{"messages":["' + b"\\" * 3_000_001),
        ("a.jsonl", b'{"text":' + b"9" * 3_000_000 + b"}\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_files_made_to_be_slow_are_not(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    began = time.process_time()
    _survives(path)
    assert time.process_time() - began < 10  # the slow ways took minutes
