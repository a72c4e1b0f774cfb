"""Broken JSON of every kind: where it breaks is told, what is whole before it is kept, nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from turs.collect import REASONS, Unreadable, read, sniff
from turs.posting import Posting, Reject

ARRAY = b'[{"text": "one"},\n {"text": "two"},\n {"text": "three"}]'
LINES = b'{"text": "one"}\n{"text": "two"}\n{"text": "three"}\n'
FEED = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [\n{"id": "1", "content_text": "one"},\n'
    b'{"id": "2", "content_text": "two"},\n{"id": "3", "content_text": "three"}]}'
)
EXPORT = (
    b'{"name": "C", "type": "public_channel", "id": 1, "messages": [\n{"id": 1, "type": "message", "text": "one"},\n'
    b'{"id": 2, "type": "message", "text": "two"},\n{"id": 3, "type": "message", "text": "three"}]}'
)
KINDS = {"a.json": ARRAY, "a.jsonl": LINES, "feed.json": FEED, "result.json": EXPORT}


def place(data: bytes) -> tuple[int, int]:
    """Line and column after the last character of `data`."""
    text = data.decode()
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def collected(read_bytes: Any, name: str, data: bytes, **options: Any) -> tuple[list[Posting], list[Reject]]:
    """As `read_bytes`; a file that is refused whole gives its one reject."""
    try:
        return read_bytes(name, data, **options)  # type: ignore[no-any-return]
    except Unreadable as refused:
        return [], [refused.reject]


@pytest.mark.parametrize("name", KINDS)
def test_a_file_cut_anywhere_keeps_every_whole_record_and_says_where_it_ends(read_bytes: Any, name: str) -> None:
    data = KINDS[name]
    for length in range(1, len(data)):
        cut = data[:length]
        postings, rejects = collected(read_bytes, name, cut)
        ends = [data.index(word) + len(word) for word in (b'"one"}', b'"two"}', b'"three"}')]
        assert [posting.text for posting in postings] == ["one", "two", "three"][: sum(end <= length for end in ends)]
        if name == "a.jsonl" and cut.rstrip(b"\n").endswith(b"}"):
            assert rejects == []
            continue
        (reject,) = rejects
        assert reject.code == ("bad_json" if name == "a.jsonl" else "broken_json"), cut
        assert (reject.line, reject.column) == place(cut), cut
        assert name == "result.json" or reject.excerpt.endswith("▸")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1256"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "feed.json", "result.json"])
def test_a_cut_is_found_in_any_encoding(read_bytes: Any, name: str, encoding: str) -> None:
    words = [f"قال المتحدث إن العمل مستمر {word}" for word in ("أولا", "ثانيا", "ثالثا")]
    text = KINDS[name].decode()
    for english, arabic in zip(("one", "two", "three"), words, strict=True):
        text = text.replace(f'"{english}"', f'"{arabic}"')
    cut = text[: text.index("ثالثا") + 2]
    postings, rejects = read_bytes(name, cut.encode(encoding))
    assert [posting.text for posting in postings] == words[:2]
    assert [(reject.line, reject.column) for reject in rejects] == [place(cut.encode())]
    if encoding.startswith(("utf-16", "utf-32")):
        postings, rejects = read_bytes(name, cut.encode(encoding)[:-1])
        assert [posting.text for posting in postings] == words[:2]
        assert len(rejects) == 1


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b'{"text": "x"', 1, 13),
        (b'{"posts": [{"text": "x"}, {"te', 1, 31),
        (b'{\n "posts": {\n  "a": tru', 3, 11),
        (b'{"a": 1,, "b": 2}', 1, 9),
        (b'{"a": {"b": 1,, "c": 2}, "d": 3}', 1, 15),
        (b'{"a": 1}\n\n} ', 3, 1),
        (b'{"a": 1 "b": 2}', 1, 9),
        (b"{'a': 1}", 1, 2),
        (b"{", 1, 2),
        (b'"only a text', 1, 13),
        (b"nothing of the kind", 1, 1),
        (b'{"name": "C", "type": "public_cha', 1, 34),
        (b'{"version": "https://jsonfeed.org/vers', 1, 39),
        (b'{"@context": "https://www.w3.org/ns/activitystreams", "orderedItems": [{"con', 1, 77),
    ],
)
def test_an_object_that_breaks_before_its_kind_is_known_says_where(
    refusal: Any, data: bytes, line: int, column: int
) -> None:
    reject = refusal("a.json", data)
    assert (reject.code, reject.line, reject.column) == ("broken_json", line, column)
    assert "▸" in reject.excerpt
    for language in ("ar", "en"):
        assert REASONS["broken_json"][language]["reason"]
        assert REASONS["broken_json"][language]["remedy"]


@pytest.mark.parametrize("data", [b'{"text": "x"}', b"{}", b"7", b"null", b'"a text"', b' {"a": [1, {"b": null}]}\n'])
def test_sound_json_of_no_known_kind_is_of_an_unknown_kind(refusal: Any, data: bytes) -> None:
    assert refusal("a.json", data).code == "unknown_format"


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\t ", " \n".encode("utf-16")])
def test_an_empty_file_is_empty(refusal: Any, data: bytes) -> None:
    assert refusal("a.json", data).code == "empty"


@pytest.mark.parametrize("name", ["a.json", "feed.json", "result.json"])
def test_an_empty_array_holds_no_publication(read_bytes: Any, name: str) -> None:
    data = KINDS[name]
    empty = data[: data.index(b"[") + 1] + data[data.rindex(b"]") :]
    postings, rejects = read_bytes(name, empty)
    assert postings == []
    assert [reject.code for reject in rejects] == ["no_records"]


def test_a_page_named_as_json_is_not_taken_for_the_publication(refusal: Any, tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><html><head><title>Error 503</title></head><body><p>Try again later.</p></body></html>"
    for name in ("feed.json", "a.jsonl", "a.ndjson"):
        assert refusal(name, b"\n" + page).code == "page_not_json"
        assert sniff(tmp_path / name) is None


def test_a_kind_is_told_by_the_fields_of_the_object_itself(tmp_path: Path) -> None:
    deep = {"about": 'a text with "messages": [ in it', "inner": {"messages": [], "version": "https://jsonfeed.org/"}}
    late = {"padding": "x" * 200_000, "messages": [{"id": 1, "type": "message", "text": "t"}]}
    feed = {"items": [{"id": "1", "content_text": "y" * 100_000}], "version": "https://jsonfeed.org/version/1"}
    for number, (data, expected) in enumerate(((deep, None), (late, "telegram"), (feed, "jsonfeed"))):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        found = sniff(path)
        assert (found.name if found else None) == expected


def test_damage_in_one_record_costs_that_record_and_names_its_place(read_bytes: Any) -> None:
    postings, rejects = read_bytes("a.json", ARRAY.replace(b'"two"', b"two"))
    assert [posting.text for posting in postings] == ["one", "three"]
    assert [(reject.code, reject.line, reject.column) for reject in rejects] == [("bad_json", 2, 11)]
    assert rejects[0].excerpt == '[{"text": "one"},  {"text": ▸two},  {"text": "three"}]'
    postings, rejects = read_bytes("a.jsonl", LINES.replace(b'"two"', b"two"))
    assert [posting.text for posting in postings] == ["one", "three"]
    assert [(reject.code, reject.line, reject.column) for reject in rejects] == [("bad_json", 2, 10)]
    postings, rejects = read_bytes("feed.json", FEED.replace(b'"two"', b"two"))
    assert [posting.text for posting in postings] == ["one", "three"]
    assert [(reject.code, reject.line) for reject in rejects] == [("bad_json", 3)]


def test_a_forgotten_quotation_mark_is_told_where_it_is_missed(read_bytes: Any) -> None:
    postings, rejects = read_bytes("a.json", ARRAY.replace(b'"two"', b'"two'))
    assert [posting.text for posting in postings] == ["one"]
    assert [(reject.code, reject.line) for reject in rejects] == [("broken_json", 3)]
    assert rejects[0].column == 4


@pytest.mark.parametrize(
    ("name", "more"),
    [("a.json", b' [{"text": "four"}]'), ("feed.json", b"\n{}"), ("result.json", b"\n" + EXPORT)],
)
def test_what_follows_the_end_is_not_lost_in_silence(read_bytes: Any, name: str, more: bytes) -> None:
    postings, rejects = read_bytes(name, KINDS[name] + more)
    assert [posting.text for posting in postings] == ["one", "two", "three"]
    line, column = place(KINDS[name])
    expected = (line, column + 1) if more.startswith(b" ") else (line + 1, 1)
    assert [(reject.code, reject.line, reject.column) for reject in rejects] == [("broken_json", *expected)]


def test_one_object_after_another_is_read_whatever_the_second_is(read_bytes: Any) -> None:
    postings, rejects = read_bytes("a.json", b'{"text": "one"}\n{broken\n{"text": "two"}\n')
    assert [posting.text for posting in postings] == ["one", "two"]
    assert [(reject.code, reject.line) for reject in rejects] == [("bad_json", 2)]


@pytest.mark.parametrize("name", ["feed.json", "result.json", "a.json"])
def test_deep_nesting_and_strange_numbers_cost_no_more_than_their_record(read_bytes: Any, name: str) -> None:
    deep = b'"two", "d": ' + b"[" * 5_000 + b"]" * 5_000
    postings, rejects = read_bytes(name, KINDS[name].replace(b'"two"', deep))
    assert [posting.text for posting in postings] == ["one", "three"]
    assert [reject.code for reject in rejects] == ["too_deep"]
    for strange in (b"NaN", b"-Infinity", b"1e999", b"9" * 10_000):
        postings, rejects = read_bytes(name, KINDS[name].replace(b'"two"', b'"two", "d": ' + strange))
        assert [posting.text for posting in postings] == ["one", "two", "three"]
        assert rejects == []
        assert strange in postings[1].capture.raw


def test_a_nesting_without_end_is_given_up_with_its_place(read_bytes: Any) -> None:
    postings, rejects = read_bytes("a.json", b'[{"text": "one"}, ' + b"[" * 200_000)
    assert [posting.text for posting in postings] == ["one"]
    assert [(reject.code, reject.line) for reject in rejects] == [("broken_json", 1)]
    assert rejects[0].column > 10_000


def test_an_item_of_a_feed_is_kept_as_it_stood(read_bytes: Any) -> None:
    postings, _ = read_bytes("feed.json", FEED)
    assert [posting.capture.raw for posting in postings][:1] == [b'{"id": "1", "content_text": "one"}']
    assert all(posting.capture.raw in FEED for posting in postings)


def test_the_break_in_an_export_shows_nothing_of_what_people_said(read_bytes: Any) -> None:
    data = EXPORT.replace(b'"id": 3,', b'"id": 3, "from": "Somebody",')
    _, rejects = read_bytes("result.json", data[: data.index(b"three")])
    assert [reject.excerpt for reject in rejects] == [""]


def test_a_window_of_the_file_does_not_move_the_place(tmp_path: Path) -> None:
    """The file is read in windows of 256 KiB; line and column count from its beginning all the same."""
    path = tmp_path / "a.json"
    records = [json.dumps({"text": f"{number} " + "x" * 997}) for number in range(900)]
    for separator, expected in ((",", (1, None)), (",\n", (901, 1))):
        text = "[" + separator.join(records) + separator
        path.write_text(text, encoding="utf-8")
        results = list(read(path))
        assert len([one for one in results if isinstance(one, Posting)]) == 900
        reject = results[-1]
        assert isinstance(reject, Reject)
        assert (reject.line, reject.column) == (expected[0], expected[1] or len(text) + 1)
