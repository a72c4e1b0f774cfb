"""Corpora are read whole or refused with file, line and remedy."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from turs.evaluation.corpus import CorpusUnreadable, generated, held_out, read_corpus


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "\ufeffنص أول\n\nنص ثان\n"),
        ("a.csv", 'id,text\n1,نص أول\n2,"نص ثان"\n3,\n'),
        ("a.tsv", "text\tid\nنص أول\t1\nنص ثان\t2\n"),
        ("a.jsonl", '{"text": "نص أول"}\n\n"نص ثان"\n{"text": " "}\n'),
    ],
)
def test_every_kind_is_read_packed_or_not(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(content.encode("utf-8"), mtime=0))
    assert list(read_corpus(path)) == list(read_corpus(packed)) == ["نص أول", "نص ثان"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", "نص\n".encode() + b"\xff\xfe\n", [":2:", "UTF-8"]),
        ("a.csv", b"id,body\n1,x\n", [":1:", "no column 'text'", "--column"]),
        ("a.csv", b"id,text\n1,x\n2\n", [":3:", "1 cells"]),
        ("a.csv", b'text\n"open\n', ["damaged table"]),
        ("a.csv", b"", [":1:", "columns: none"]),
        ("a.jsonl", b'{"text": "x"}\n{"text": \n', [":2:", "no JSON"]),
        ("a.jsonl", b'{"text": 5}\n', [":1:", "no text in 'text'"]),
        ("a.jsonl", b"[" * 100_000 + b"\n", [":1:", "no JSON"]),
        ("a.txt.gz", b"no gzip", ["cannot be read"]),
        ("a.txt.gz", gzip.compress(b"abc\n" * 999, mtime=0)[:-9], ["cannot be read"]),
    ],
)
def test_bad_input_names_file_line_and_remedy(tmp_path: Path, name: str, content: bytes, words: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CorpusUnreadable) as problem:
        list(read_corpus(path))
    assert str(path) in str(problem.value)
    assert all(word in str(problem.value) for word in words), str(problem.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CorpusUnreadable, match="no such file"):
        list(read_corpus(tmp_path / "none.csv"))


def test_generated_texts_are_arabic_of_the_asked_length_and_the_same_for_a_seed() -> None:
    texts = generated(200, seed=2)
    assert texts == generated(200, seed=2) != generated(200, seed=3)
    assert all(90 <= len(text) <= 1000 for text in texts)
    assert len(set(texts)) == 200


def test_seven_tenths_of_texts_are_held_out_and_always_the_same_ones() -> None:
    texts = generated(1000)
    assert 0.65 < sum(map(held_out, texts)) / 1000 < 0.75
    assert [held_out(text) for text in texts] == [held_out(text) for text in texts]
    assert held_out("\ud800") in (True, False)
