"""Tables: a posting a row, the physical line of every row that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from turs.collect.columns import match_columns


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_delimiters_and_encodings_are_found(read_bytes: Any, delimiter: str, encoding: str) -> None:
    rows = [["المصدر", "النص", "الرابط"], ["صحيفة المثال", "قال الوزير إن العمل مستمر", "https://a.example/1"]] * 1
    rows.append(["إذاعة المثال", "أعلنت البلدية عن افتتاح الحديقة", "https://a.example/2"])
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    postings, rejects = read_bytes("a.csv", data)
    assert rejects == []
    assert [(posting.source, posting.text, posting.url) for posting in postings] == [tuple(row) for row in rows[1:]]


def test_quoted_line_breaks_keep_physical_line_numbers(read_bytes: Any) -> None:
    data = b'text,url\n"one\ntwo\nthree",\nfour,a,b,c\n"fi""ve",\n'
    postings, rejects = read_bytes("a.csv", data)
    assert [posting.text for posting in postings] == ["one\ntwo\nthree", 'fi"ve']
    assert [posting.capture.origin for posting in postings] == ["a.csv#line=2", "a.csv#line=6"]
    assert postings[0].capture.raw == b'"one\ntwo\nthree",\n'
    assert [(reject.code, reject.line) for reject in rejects] == [("columns", 5)]


def test_a_quotation_that_never_ends_is_told_at_its_beginning(read_bytes: Any) -> None:
    postings, rejects = read_bytes("a.csv", b'text,url\ngood,\n"bad,\nmore,\nstill,\n')
    assert [posting.text for posting in postings] == ["good"]
    assert [(reject.code, reject.line) for reject in rejects] == [("unclosed_quote", 3)]


def test_one_line_in_another_encoding_costs_one_record(read_bytes: Any) -> None:
    data = "text\nأول\n".encode() + "ثان\n".encode("cp1256") + ("ثالث كلمات كثيرة بترميز سليم\n" * 40).encode()
    postings, rejects = read_bytes("a.csv", data)
    assert len(postings) == 41
    assert [(reject.code, reject.line) for reject in rejects] == [("record_encoding", 3)]


def test_the_chosen_map_goes_before_the_names(read_bytes: Any) -> None:
    data = b"text,body two,when\nno,yes,2026-01-01\n"
    posting = read_bytes("a.csv", data, {"map": "text=body two, published_at=#3"})[0][0]
    assert posting.text == "yes"
    assert posting.published_at is not None


def test_a_table_without_names_is_read_by_position(read_bytes: Any) -> None:
    postings, _ = read_bytes("a.csv", b"1,first\n2,second\n", {"map": "text=#2, id=#1", "header": "no"})
    assert [(posting.native_id, posting.text) for posting in postings] == [("1", "first"), ("2", "second")]


def test_a_table_without_text_is_refused_and_names_what_it_has(refusal: Any) -> None:
    reject = refusal("a.csv", b"FilePath,Hash\na.jpg,00ff\n")
    assert (reject.code, reject.line) == ("no_columns", 1)
    assert "FilePath" in reject.excerpt
    assert refusal("a.csv", b"text\nx\n", {"map": "text=absent"}).code == "no_columns"
    assert refusal("a.csv", b"text\nx\n", {"map": "author=text"}).code == "bad_option"


def test_the_line_that_excel_writes_for_itself_is_obeyed(read_bytes: Any) -> None:
    assert read_bytes("a.csv", b"sep=;\r\ntext;url\r\na,b;https://a.example\r\n")[0][0].text == "a,b"


def test_people_are_no_column() -> None:
    names = ["author", "user", "username", "sender", "الكاتب", "المرسل", "from", "screen_name", "text"]
    assert match_columns(names, {}) == {"text": "text"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Post Created", "published_at"),
        ("Page Name", "source"),
        ("createdAt", "published_at"),
        ("نصّ المنشور", "text"),
        ("تاريخ_النشر", "published_at"),
        ("اسم القناة", "source"),
        ("الـرابط", "url"),
        ("\ufeffTEXT", "text"),
        ("full_text", "text"),
    ],
)
def test_names_people_give_to_columns(name: str, field: str) -> None:
    assert match_columns([name], {}) == {field: name}


def test_media_named_by_a_row_is_read_only_from_its_folder(read_bytes: Any, tmp_path: Any) -> None:
    from turs.collect import READERS

    (tmp_path / "pics").mkdir()
    (tmp_path / "pics" / "a.png").write_bytes(READERS["image"].examples[0].data)
    data = b"text,image\none,pics/a.png\ntwo,../a.png\nthree,/etc/hostname\nfour,gone.png\n"
    postings, rejects = read_bytes("a.csv", data)
    assert [len(posting.media) for posting in postings] == [1, 0, 0, 0]
    assert postings[0].media[0].mime == "image/png"
    assert [reject.code for reject in rejects] == ["media_outside", "media_outside", "media_missing"]


def test_zero_bytes_and_tricks_of_direction(read_bytes: Any) -> None:
    data = "text\nخ\u200bبر \u202eمعكوس\n".encode() + b"with\x00zero, and enough words to be text\n"
    postings, rejects = read_bytes("a.tsv", data)
    assert rejects == []
    assert postings[0].text == "خ\u200bبر \u202eمعكوس"
    assert postings[1].text.startswith("with\N{REPLACEMENT CHARACTER}zero")
    assert postings[1].extra["replaced_characters"] == 1
    assert b"\0" in postings[1].capture.raw


def test_an_empty_table_is_refused(refusal: Any) -> None:
    assert refusal("a.csv", b"").code == "empty"
    assert refusal("a.csv", b"\n\n\n").code == "empty"


def test_a_table_of_names_alone_says_so(read_bytes: Any) -> None:
    assert [reject.code for reject in read_bytes("a.csv", b"text,url\n,\n")[1]] == ["no_records"]
