"""Tables and lines: any delimiter and encoding, headers in two languages, and every odd row told with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from turs.formats import Opinion, Problem, Signal, read, sniff, write

MD5, SHA256, PDQ = "b" * 32, "a" * 64, "0f" * 32


def one(data: str | bytes, name: str | None = None, kind: str = "") -> Signal:
    (item,) = read(data.encode() if isinstance(data, str) else data, name, kind=kind)
    assert isinstance(item, Signal), item
    return item


def codes(data: str | bytes, name: str | None = None, kind: str = "") -> list[tuple[int, str]]:
    items = read(data.encode() if isinstance(data, str) else data, name, kind=kind)
    return [(item.line, item.code) for item in items if isinstance(item, Problem)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_delimiter_and_encoding_are_recognised(delimiter: str, encoding: str) -> None:
    rows = [["النوع", "البصمة", "الوسوم", "ملاحظة"], ["MD5", MD5, "ملصق", "كتب، مجلات"]]
    signal = one("\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert (signal.kind, signal.value, signal.labels, signal.note) == ("md5", MD5, ("ملصق",), "كتب، مجلات")


def test_windows_arabic_is_read_and_said() -> None:
    data = f"النوع;البصمة;الوسوم\nMD5;{MD5};ملصق\n".encode("cp1256")
    assert codes(data) == [(0, "encoding_guessed")]
    assert [item.labels for item in read(data) if isinstance(item, Signal)] == [("ملصق",)]


@pytest.mark.parametrize("header", ["sha256", "SHA-256", "hash_sha256", "Video SHA256"])
def test_a_column_may_be_named_by_its_kind(header: str) -> None:
    assert one(f"{header},note\n{SHA256.upper()},x\n").value == SHA256


def test_one_row_may_hold_several_kinds() -> None:
    items = list(read(f"md5,sha256,pdq,owner\n{MD5},{SHA256},,Example Agency\n,,{PDQ},\n".encode()))
    assert [(item.kind, item.owner) for item in items if isinstance(item, Signal)] == [
        ("md5", "Example Agency"),
        ("sha256", "Example Agency"),
        ("pdq", ""),
    ]


def test_a_list_without_a_header_is_read_where_its_kind_is_sure_or_named() -> None:
    assert one(MD5).kind == "md5"
    assert one("hxxps://front[.]example/a b").value == "https://front.example/a%20b"
    assert codes(SHA256, "csv") == [(1, "no_kind")]
    assert one(SHA256, "csv", kind="pdq").kind == "pdq"
    assert one(SHA256, kind="sha256").kind == "sha256"


def test_odd_rows_are_told_with_their_line_and_the_others_are_read() -> None:
    rows = (
        "kind,value,tier",
        f"md5,{MD5},",
        f"sha1,{'c' * 40},",
        "md5,xyz,",
        f"file,{MD5},",
        "md5,,",
        f"md5,{MD5},urgent",
        "",
        f'md5,"{MD5}',
        f"md5,{MD5},,9",
    )
    data = "\n".join(rows)
    assert codes(data) == [
        (3, "other_kind"),
        (4, "bad_value"),
        (5, "kind"),
        (6, "no_value"),
        (7, "bad_tier"),
        (9, "quote"),
        (10, "columns"),
    ]
    assert len([item for item in read(data.encode()) if isinstance(item, Signal)]) == 1


def test_a_field_that_does_not_fit_is_told_and_the_signal_is_kept() -> None:
    data = f"md5,tlp,quality,first seen,deleted,opinions\n{MD5},purple,300,yesterday,perhaps,[{{}}]\n".encode()
    items = list(read(data))
    assert sorted(item.code for item in items if isinstance(item, Problem)) == [
        "bad_date",
        "bad_field",
        "bad_opinion",
        "bad_quality",
        "tlp_unknown",
    ]
    (signal,) = [item for item in items if isinstance(item, Signal)]
    assert (signal.tlp, signal.deleted) == ("RED", False)  # nobody may widen a mark that is not understood


def test_columns_that_are_not_known_are_named() -> None:
    items = list(read(f"md5,user name,colour\n{MD5},somebody,red\n".encode()))
    assert isinstance(items[0], Problem)
    assert (items[0].code, items[0].excerpt, items[0].passed_over) == ("column_unused", "user name, colour", True)
    assert "somebody" not in repr(items[1])  # content, never people


@pytest.mark.parametrize(
    ("cell", "deleted"), [("yes", True), ("نعم", True), ("2026-01-05", True), ("0", False), ("لا", False)]
)
def test_withdrawal_is_read_as_people_write_it(cell: str, deleted: bool) -> None:
    assert one(f"md5,withdrawn\n{MD5},{cell}\n").deleted is deleted


def test_tlp_is_read_in_every_spelling() -> None:
    for cell, mark in (
        ("tlp:amber", "AMBER"),
        ("TLP:AMBER+STRICT", "AMBER+STRICT"),
        ("white", "CLEAR"),
        ("Green", "GREEN"),
        ("amber; red", "RED"),
        ("", ""),
    ):
        assert one(f"md5,tlp\n{MD5},{cell}\n").tlp == mark


def test_a_spreadsheet_never_sees_a_formula() -> None:
    given = Signal("md5", MD5, labels=("=1+1",), owner="@cmd", source="'quoted", note="-2+3|x")
    data = write([given], "csv")
    for cell in data.decode("utf-8-sig").splitlines()[1].split(","):
        assert cell[:1] not in ("=", "+", "-", "@")
    assert one(data) == given


def test_labels_may_hold_separators() -> None:
    given = Signal("md5", MD5, labels=("a;b", "c,d", "هـ، و", "[x]"))
    assert one(write([given], "csv")) == given
    assert one(f"md5,labels\n{MD5},ملصق، خبر؛ تعليق\n").labels == ("ملصق", "خبر", "تعليق")


def test_lines_of_json_say_their_line() -> None:
    data = f'{{"md5": "{MD5}"}}\n\n{{"kind": "md5"}}\n{{"kind": "md5", \n7\n{{"name": "x"}}\n'
    assert codes(data, "jsonl") == [(3, "no_value"), (4, "bad_json"), (5, "bad_record"), (6, "no_value")]
    assert one(f'[{{"signal_type": "video_md5", "signal_str": "{MD5}", "tags": ["a", "b"]}}]').labels == ("a", "b")


def test_json_holds_every_field_in_its_own_type() -> None:
    at = datetime(2026, 1, 5, 8, 0, 0, 125000, tzinfo=UTC)
    given = Signal(
        "pdq",
        PDQ,
        ("x",),
        "crisis",
        "RED",
        "A",
        "B",
        at,
        at,
        0,
        "n\nm",
        (Opinion("C", "unsure", "r", at),),
        True,
        "1",
        "2",
        "3",
        {"k": "v"},
    )
    assert one(write([given], "jsonl")) == given


# -- Alerts of the Terrorist Content Analytics Platform ----------------------------------------------------


def test_an_alert_takes_its_scheme_from_the_protocol_and_its_date_is_american() -> None:
    signal = one(
        "ID,Description,URL,Domain,Created On,Protocol,Core Tech Platform - Tech Platform → Name,"
        "Core Terrorist Group - Terrorist Group Fk → Name\n"
        '41,"Poster, old",front.example/x,front.example,2/1/26 16:41:59,http://,Example Platform,Example Front\n'
    )
    assert signal.value == "http://front.example/x"
    assert (signal.labels, signal.source, signal.id) == (("Example Front",), "Example Platform", "41")
    assert signal.first_seen == datetime(2026, 2, 1, 16, 41, 59, tzinfo=UTC)


def test_the_published_alert_table_is_read_whole(shared: Path) -> None:
    data = (shared / "inputs/08_exchange/altitude__fake_tcap_data.csv").read_bytes()
    form = sniff(data)
    assert form is not None
    assert form.name == "tcap"
    items = list(read(data))
    assert len(items) == 9
    assert all(isinstance(item, Signal) and item.value.startswith("https://") and item.first_seen for item in items)
    assert list(read(write([item for item in items if isinstance(item, Signal)], "tcap"))) == items
