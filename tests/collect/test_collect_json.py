"""JSON Lines, arrays and JSON Feed."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_lines_and_arrays_in_any_encoding(read_bytes: Any, encoding: str, name: str) -> None:
    records = [{"النص": "قال المتحدث إن العمل مستمر", "id": n} for n in range(3)]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    text = "\n".join(lines) if name == "a.jsonl" else "[" + ",\n ".join(lines) + "]"
    postings, rejects = read_bytes(name, text.encode(encoding))
    assert rejects == []
    assert [posting.native_id for posting in postings] == ["0", "1", "2"]
    assert (
        json.loads(
            postings[1].capture.raw.decode(
                encoding if encoding == "cp1256" else postings[1].capture.headers["encoding"]
            )
        )
        == records[1]
    )


def test_dotted_paths_reach_inside(read_bytes: Any) -> None:
    data = b'{"post": {"text": "inside", "meta": {"url": "https://a.example/1"}}}\n'
    posting = read_bytes("a.jsonl", data, {"map": {"text": "post.text", "url": "post.meta.url"}})[0][0]
    assert (posting.text, posting.url) == ("inside", "https://a.example/1")


def test_each_bad_line_is_told_by_its_number(read_bytes: Any) -> None:
    data = b'{"text": "a"}\n\nnot json\n[1]\n{"text": ""}\n{"text": "b"} trailing\n{"text": "\xff"}\n{"text": "c"}\n'
    postings, rejects = read_bytes("a.jsonl", data + '{"text": "نص عربي سليم كثير الحروف"}\n'.encode() * 9)
    assert [posting.text for posting in postings][:2] == ["a", "c"]
    assert [(reject.code, reject.line) for reject in rejects] == [
        ("bad_json", 3),
        ("not_object", 4),
        ("no_text", 5),
        ("bad_json", 6),
        ("record_encoding", 7),
    ]


def test_a_cut_array_gives_what_is_whole(read_bytes: Any) -> None:
    postings, rejects = read_bytes("a.json", b'[{"text": "one"},\n {"text": "two"},\n {"text": "thr')
    assert [posting.text for posting in postings] == ["one", "two"]
    assert [(reject.code, reject.line) for reject in rejects] == [("broken_json", 3)]


@pytest.mark.parametrize("depth", [100, 9_000])
def test_deep_records_are_rejected_and_the_next_is_read(read_bytes: Any, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    for name, text in (
        ("a.jsonl", f'{{"text": "x", "d": {deep}}}\n{{"text": "after"}}\n'),
        ("a.json", f'[{{"text": "x", "d": {deep}}}, {{"text": "after"}}]'),
    ):
        postings, rejects = read_bytes(name, text.encode())
        assert [posting.text for posting in postings] == ["after"]
        assert [reject.code for reject in rejects] == ["too_deep"]


def test_strange_numbers_and_lone_surrogates(read_bytes: Any) -> None:
    data = b'{"text": "a\\ud800b", "id": ' + b"9" * 5_000 + b', "date": NaN}\n{"text": "c\\u0000d", "date": 1e999}\n'
    postings, rejects = read_bytes("a.jsonl", data)
    assert rejects == []
    assert [posting.text for posting in postings] == ["a\N{REPLACEMENT CHARACTER}b", "c\N{REPLACEMENT CHARACTER}d"]
    for posting in postings:
        posting.text.encode("utf-8")


def test_a_lone_object_and_linked_data_are_not_guessed_at(refusal: Any) -> None:
    assert refusal("a.json", b'{"text": "x"}').code == "unknown_format"
    assert (
        refusal("a.json", b'[{"@context": "https://www.w3.org/ns/activitystreams", "content": "x"}]').code
        == "unknown_format"
    )
    assert refusal("a.json", b"").code == "empty"


def test_a_json_feed_is_read(read_bytes: Any) -> None:
    feed = {"version": "https://jsonfeed.org/version/1", "title": "T", "items": [{"id": 7, "content_text": "x & y"}]}
    assert read_bytes("a.json", json.dumps(feed).encode())[0][0].text == "x & y"
