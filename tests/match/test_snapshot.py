"""A snapshot is read back as it was written, or refused with the reason and what to do. It is never trusted."""

from __future__ import annotations

import json
import os
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from turs.match import snapshot
from turs.match.snapshot import SnapshotDamaged

ARRAYS: dict[str, np.ndarray] = {
    "bytes": np.arange(13, dtype=np.uint8),
    "words": np.arange(300, dtype=np.uint64).reshape(100, 3) * np.uint64(0x123456789ABCDEF),
    "halves": np.array([0.5, -1.25], dtype=np.float32),
    "none": np.empty((0, 4), dtype=np.int64),
    "one": np.array(7, dtype=np.int16),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "an index.turs"
    snapshot.write(place, "example", 3, {"next": 12, "name": "ترس"}, ARRAYS)
    return place


def forged(path: Path, change: Callable[[dict[str, Any]], object], cut: slice = slice(None)) -> None:
    """Change the header as somebody would who can compute its checksum."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[12:16], "little")
    header, data = json.loads(raw[24 : 24 + length]), raw[-(-(24 + length) // 64) * 64 :]
    change(header)
    text = json.dumps(header).encode()
    start = raw[:12] + len(text).to_bytes(4, "little")
    whole = start + zlib.crc32(text, zlib.crc32(start)).to_bytes(4, "little") + bytes(4) + text
    path.write_bytes(whole + bytes(-len(whole) % 64) + data[cut])


def test_what_was_written_is_read(path: Path) -> None:
    read = snapshot.read(path, "example", (2, 3))
    assert (read.version, read.meta) == (3, {"next": 12, "name": "ترس"})
    for name, array in ARRAYS.items():
        assert read.arrays[name].dtype == array.dtype
        assert read.arrays[name].shape == array.shape
        assert (read.arrays[name] == array).all()
    read.verify()


def test_arrays_are_mapped_lined_up_and_read_only(path: Path) -> None:
    read = snapshot.read(path, "example", (3,))
    assert read.arrays["words"].ctypes.data % 64 == 0
    with pytest.raises(ValueError, match="read-only"):
        read.arrays["words"][0] = 1


def test_arrays_outlive_the_file(path: Path) -> None:
    words = snapshot.read(path, "example", (3,)).arrays["words"]
    path.unlink()
    assert (words == ARRAYS["words"]).all()


def test_nothing_but_a_header_is_a_snapshot(tmp_path: Path) -> None:
    snapshot.write(tmp_path / "empty", "example", 1, {}, {})
    assert snapshot.read(tmp_path / "empty", "example", (1,)).arrays == {}


def test_a_transposed_array_is_written_in_its_own_order(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.int32).reshape(3, 4).T
    snapshot.write(tmp_path / "x", "example", 1, {}, {"a": array})
    assert (snapshot.read(tmp_path / "x", "example", (1,)).arrays["a"] == array).all()


def test_the_checksum_is_the_one_that_is_documented() -> None:
    """Written again from the docstring, so that other programs can rely on it."""
    top, factor = (1 << 64) - 1, 0x9FB21C651E98DF25

    def slow(raw: bytes) -> int:
        lanes = [(lane + 1) * 0x9E3779B97F4A7C15 & top for lane in range(32)]
        for at in range(len(raw) // 8):
            mixed = (lanes[at % 32] ^ int.from_bytes(raw[8 * at : 8 * at + 8], "little")) * factor & top
            lanes[at % 32] = mixed ^ mixed >> 32
        rest = int.from_bytes(raw[len(raw) // 8 * 8 :], "little")
        total = (rest ^ len(raw)) * factor & top
        for lane in lanes:
            total = (total ^ total >> 32 ^ lane) * factor & top
        return total ^ total >> 32

    for size in (0, 1, 7, 8, 9, 255, 256, 257, 1000, 4096, 5003):
        raw = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8)
        assert snapshot.checksum(raw) == f"{slow(raw.tobytes()):016x}"


def test_any_changed_byte_is_noticed(path: Path) -> None:
    raw = path.read_bytes()
    used = set(range(len(raw)))
    length = int.from_bytes(raw[12:16], "little")
    begin = -(-(24 + length) // 64) * 64
    used -= set(range(20, 24)) | set(range(24 + length, begin))  # between the parts there is nothing to protect
    for entry in json.loads(raw[24 : 24 + length])["arrays"]:
        end = begin + entry["offset"] + entry["bytes"]
        used -= set(range(end, -(-end // 64) * 64))
    for at in sorted(used)[:: 7]:
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x10]) + raw[at + 1 :])
        with pytest.raises(SnapshotDamaged):
            snapshot.read(path, "example", (3,))


def test_without_verifying_the_contents_are_checked_on_request(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    read = snapshot.read(path, "example", (3,), verify=False)
    with pytest.raises(SnapshotDamaged, match=r"'one' have changed.*build the index again"):
        read.verify()


def test_a_file_that_was_cut_off_or_joined_is_refused(path: Path) -> None:
    raw = path.read_bytes()
    for size in (0, 1, 7, 8, 23, 24, 100, len(raw) // 2, len(raw) - 1):
        path.write_bytes(raw[:size])
        with pytest.raises(SnapshotDamaged, match=r"not usable, .*: .*"):
            snapshot.read(path, "example", (3,), verify=False)
    path.write_bytes(raw + b"\0")
    with pytest.raises(SnapshotDamaged, match="cut off or joined"):
        snapshot.read(path, "example", (3,), verify=False)


@pytest.mark.parametrize("content", [
    b"", b"PK\x03\x04 and more", b"\x93NUMPY\x01\x00" + bytes(120), pickle.dumps({"a": [1, 2, 3] * 50}), b"[]" * 400,
])  # fmt: skip
def test_a_foreign_file_is_refused_and_never_unpickled(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "foreign"
    place.write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=r"foreign: not usable, it (is empty|does not begin as a snapshot)"):
        snapshot.read(place, "example", (3,))


def test_another_index_and_another_version_are_refused_by_name(path: Path) -> None:
    with pytest.raises(SnapshotDamaged, match=r"kind 'example', not 'hamming': choose the right file"):
        snapshot.read(path, "hamming", (3,))
    with pytest.raises(SnapshotDamaged, match=r"has version 3 of 'example', this program reads 1, 2: build"):
        snapshot.read(path, "example", (2, 1))
    raw = path.read_bytes()
    path.write_bytes(raw[:8] + b"\x09" + raw[9:])
    with pytest.raises(SnapshotDamaged, match="written in format 9, this program reads 1"):
        snapshot.read(path, "example", (3,))


def test_a_missing_file_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        snapshot.read(tmp_path / "nowhere", "example", (1,))


LIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "an array beyond the end": lambda header: header["arrays"][1].update(offset=1 << 40),
    "an array before the beginning": lambda header: header["arrays"][1].update(offset=-64),
    "an array over another": lambda header: header["arrays"][2].update(offset=0),
    "an array out of line": lambda header: header["arrays"][1].update(offset=65),
    "more rows than bytes": lambda header: header["arrays"][1].update(shape=[1 << 40, 3]),
    "rows that wrap around": lambda header: header["arrays"][1].update(shape=[1 << 47, 1 << 47, 1 << 34], bytes=0),
    "a negative side": lambda header: header["arrays"][1].update(shape=[-100, -3]),
    "a side that is true": lambda header: header["arrays"][4].update(shape=[True]),
    "a fractional size": lambda header: header["arrays"][1].update(bytes=2400.0),
    "objects instead of numbers": lambda header: header["arrays"][0].update(dtype="|O"),
    "a record instead of a number": lambda header: header["arrays"][0].update(dtype="V13"),
    "two parts of one name": lambda header: header["arrays"][1].update(name="bytes"),
    "a description that is no description": lambda header: header["arrays"].append(["bytes"]),
    "no arrays": lambda header: header.pop("arrays"),
    "a version that is no number": lambda header: header.update(version="3"),
    "meta that is a list": lambda header: header.update(meta=[]),
    "less data than there is": lambda header: header.update(bytes=64),
    "more data than there is": lambda header: header.update(bytes=1 << 50),
    "negative data": lambda header: header.update(bytes=-1),
    "another checksum": lambda header: header["arrays"][1].update(checksum="0" * 16),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_header_that_lies_is_refused(path: Path, lie: str) -> None:
    forged(path, LIES[lie])
    with pytest.raises(SnapshotDamaged, match=r"not usable, .*: .*"):
        snapshot.read(path, "example", (3,))


NO_HEADERS = [b"[" * 200_000, b"{", b"\xff\xfe", b"[]", b"null", b'{"bytes": ' + b"9" * 9000 + b"}"]


@pytest.mark.parametrize("text", NO_HEADERS)
def test_a_header_that_is_no_header_is_refused(tmp_path: Path, text: bytes) -> None:
    start = snapshot.MAGIC + (1).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    check = zlib.crc32(text, zlib.crc32(start)).to_bytes(4, "little")
    (tmp_path / "x").write_bytes(start + check + bytes(4) + text + bytes(-(24 + len(text)) % 64))
    with pytest.raises(SnapshotDamaged, match=r"its header (is no JSON|lacks something)"):
        snapshot.read(tmp_path / "x", "example", (1,))


def test_a_header_longer_than_any_is_not_even_read(tmp_path: Path) -> None:
    start = snapshot.MAGIC + (1).to_bytes(4, "little") + (0xFFFFFFFF).to_bytes(4, "little")
    (tmp_path / "x").write_bytes(start + bytes(100))
    with pytest.raises(SnapshotDamaged, match="claims 4,294,967,295 bytes"):
        snapshot.read(tmp_path / "x", "example", (1,))


def test_only_numbers_can_be_written(tmp_path: Path) -> None:
    for array in (np.array(["a"]), np.array([{}], dtype=object), np.array([1j])):
        with pytest.raises(TypeError, match="a snapshot holds"):
            snapshot.write(tmp_path / "x", "example", 1, {}, {"a": array})
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        snapshot.write(path, "example", 4, {}, ARRAYS)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_new_file_does_not_disturb_readers_of_the_old(path: Path) -> None:
    old = snapshot.read(path, "example", (3,))
    snapshot.write(path, "example", 3, {}, {"words": np.zeros((100, 3), dtype=np.uint64)})
    old.verify()
    assert (old.arrays["words"] == ARRAYS["words"]).all()
