"""Every reader shows what it reads: its own examples come out as they say."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from turs.collect import READERS, REASONS, Example, Reader, read, read_folder, sniff
from turs.posting import Posting, Reject

EXAMPLES = [(reader, example) for reader in READERS.values() for example in reader.examples]
IDS = [f"{reader.name}-{example.name}" for reader, example in EXAMPLES]


def _write(folder: Path, example: Example) -> Path:
    for name, data in {example.name: example.data, **example.beside}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / example.name


@pytest.mark.parametrize(("reader", "example"), EXAMPLES, ids=IDS)
def test_an_example_is_read_as_it_says(reader: Reader, example: Example, tmp_path: Path) -> None:
    path = _write(tmp_path, example)
    assert sniff(path) is reader
    results = list(read(path, options=example.options))
    assert tuple(item.body for item in results if isinstance(item, Posting)) == example.bodies
    assert tuple(item.code for item in results if isinstance(item, Reject)) == example.rejects


@pytest.mark.parametrize(("reader", "example"), EXAMPLES, ids=IDS)
def test_every_posting_carries_its_evidence(reader: Reader, example: Example, tmp_path: Path) -> None:
    path = _write(tmp_path, example)
    for posting in read(path, options=example.options):
        if not isinstance(posting, Posting):
            continue
        capture = posting.capture
        assert capture is not None
        assert capture.tool == f"{reader.name}/{reader.version}"
        assert capture.origin.split("#")[0] == example.name
        assert capture.headers["file_sha256"] == hashlib.sha256(example.data).hexdigest()
        assert capture.headers["file_bytes"] == str(len(example.data))
        if capture.headers.get("raw") != "re-serialised":
            assert capture.raw in example.data
        json.dumps(dict(posting.extra))


@pytest.mark.parametrize(("reader", "example"), EXAMPLES, ids=IDS)
def test_reading_twice_gives_the_same_ids(reader: Reader, example: Example, tmp_path: Path) -> None:
    path = _write(tmp_path, example)
    runs = [[item.id for item in read(path, options=example.options) if isinstance(item, Posting)] for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == len(runs[0])


def test_a_folder_of_examples_is_read_once_each(tmp_path: Path) -> None:
    for index, (_, example) in enumerate(EXAMPLES):
        (tmp_path / f"{index:02}").mkdir()
        _write(tmp_path / f"{index:02}", example)
    results = list(read_folder(tmp_path))
    assert sum(isinstance(item, Posting) for item in results) == sum(len(example.bodies) for _, example in EXAMPLES)
    assert [item.code for item in results if isinstance(item, Reject)] == [
        code for _, example in EXAMPLES for code in example.rejects
    ]


def test_readers_and_reasons_speak_both_languages() -> None:
    for reader in READERS.values():
        texts = [reader.title, reader.summary, *(option.help for option in reader.options)]
        texts += [example.title for example in reader.examples]
        assert all(set(text) == {"ar", "en"} and all(text.values()) for text in texts), reader.name
        assert reader.examples
    for code, words in REASONS.items():
        assert set(words) == {"ar", "en"}, code
        for language in words.values():
            assert language["reason"].strip()
            assert language["remedy"].strip()
            assert language["reason"] != language["remedy"]


def test_every_code_that_the_room_uses_has_a_reason() -> None:
    import re

    import turs.collect

    folder = Path(turs.collect.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    used = set(re.findall(r'(?:refuse|reject|BrokenPicture|NotBeside|Undecodable|Unparsable)\(\s*"(\w+)"', source))
    used |= set(re.findall(r'make_reject\([\w.]+, "(\w+)"', source))
    assert used
    assert used <= REASONS.keys()
