"""The exact index gives the entries with a digest, all of them and no others."""

from __future__ import annotations

import hashlib
import random
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turs.match import exact, snapshot
from turs.match.exact import ExactIndex


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([16, 32]),
    st.lists(st.tuples(st.sampled_from(["add", "many", "remove", "again", "sort"]), st.integers(0, 99)), max_size=40),
    st.booleans(),
)
def test_what_is_added_and_removed_in_turn_is_what_is_found(
    size: int, steps: list[tuple[str, int]], alike: bool
) -> None:
    """alike: digests that share their first bytes, as nobody's hashes do but somebody may make."""
    pool = [("00" * (size - 1) + f"{n:02x}") if alike else digest(n)[: 2 * size] for n in range(40)]
    shortest, exact.SHORTEST_TAIL = exact.SHORTEST_TAIL, 6
    try:
        index, held = ExactIndex(size), {}
        for step, number in steps:
            value = pool[number % 40]
            if step == "add":
                held[index.add(value)] = value
            elif step == "many":
                values = pool[number % 30 : number % 30 + number % 10]
                held.update(zip(index.add_many(values).tolist(), values, strict=True))
            elif step == "sort":
                index._state = index._state.sorted_with()
            elif step == "again" and held:
                key = sorted(held)[number % len(held)]
                assert index.remove(key)
                assert index.add(value, key) == key
                held[key] = value
            else:
                key = sorted(held)[number % len(held)] if held and number % 4 else number
                assert index.remove(key) == (held.pop(key, None) is not None)
            assert len(index) == len(held)
            wanted = [tuple(sorted(key for key, own in held.items() if own == value)) for value in pool]
            assert [index.search(value) for value in pool] == wanted
            many = index.search_many(pool)
            assert [many[i] for i in range(len(many))] == wanted
            assert all(key in index for key in held)
    finally:
        exact.SHORTEST_TAIL = shortest


def test_a_hundred_thousand_are_each_found_alone_and_together() -> None:
    rows = np.random.default_rng(1).integers(0, 256, (100_000, 16), dtype=np.uint8)
    rows[500:520] = rows[7]
    index = ExactIndex(16, rows)
    found = index.search_many(rows)
    assert found[7] == found[510] == index.search(rows[7].tobytes().hex()) == (7, *range(500, 520))
    others = [i for i in range(100_000) if i != 7 and not 500 <= i < 520]
    assert all(found[i] == (i,) for i in others[::97])
    assert len(found.keys) == len(others) + 21 * 21
    strangers = index.search_many(np.random.default_rng(2).integers(0, 256, (1000, 16), dtype=np.uint8))
    assert len(strangers.keys) == 0


@pytest.mark.parametrize("size", [0, 1, 40_000])
def test_digests_of_one_half_need_not_be_of_one_whole(size: int) -> None:
    """Same first sixteen bytes, different rest: never mixed up."""
    index = ExactIndex(32, ["ab" * 16 + f"{n:032x}" for n in range(size)])
    assert index.search("ab" * 16 + "f" * 32) == ()
    if size:
        assert index.search("ab" * 16 + f"{size - 1:032x}") == (size - 1,)


def test_keys_come_in_order_and_go_on_after_the_highest() -> None:
    index = ExactIndex(16, ["00" * 16] * 3, [9, -4, 3])
    assert index.search("00" * 16) == (-4, 3, 9)
    assert index.add("00" * 16) == 10
    assert index.remove(10)
    assert index.add("11" * 16) == 11


@pytest.mark.parametrize("value", ["", "0" * 31, "0" * 33, "g" * 32, " " + "0" * 31, "0" * 64, None, b"0" * 32])
def test_what_is_no_such_digest_is_refused(value: str) -> None:
    index = ExactIndex(16)
    for call in (lambda: index.search(value), lambda: index.add(value), lambda: index.search_many([value])):
        with pytest.raises(ValueError, match="has 32 hex digits"):
            call()
    with pytest.raises(ValueError, match="choose 16 or 32"):
        ExactIndex(20)
    with pytest.raises(ValueError, match="uint8 of shape"):
        index.add_many(np.zeros((1, 32), dtype=np.uint8))


def test_keys_must_be_new_different_and_as_many_as_digests() -> None:
    index = ExactIndex(16, ["00" * 16], [7])
    for keys, words in (([7], "key 7 is there already"), ([1, 2], "one key for each"), ([1 << 63], "into 64 bits")):
        with pytest.raises(ValueError, match=words):
            index.add_many(["11" * 16], keys)
    with pytest.raises(ValueError, match="given twice"):
        index.add_many(["11" * 16] * 2, [8, 8])
    assert index.search("00" * 16) == (7,)
    assert len(index) == 1


def test_a_taken_key_is_seen_among_many_sorted_ones() -> None:
    index = ExactIndex(16, ["11" * 16] * 70_000, range(60_000, 130_000))
    with pytest.raises(ValueError, match="key 129999 is there already"):
        index.add_many(["22" * 16] * 100, range(129_999, 130_099))
    assert index.search("22" * 16) == ()


def test_readers_see_every_entry_while_a_writer_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "SHORTEST_TAIL", 50)
    index, stop, wrong = ExactIndex(32, map(digest, range(1000))), threading.Event(), []

    def read() -> None:
        rng = random.Random(threading.get_ident())
        while not stop.is_set():
            key = rng.randrange(500)
            found, many = index.search(digest(key)), index.search_many([digest(key)])[0]
            if (found, many) != ((key,), (key,)):
                wrong.append((key, found, many))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1000, 4000):
        index.add(digest(number))
        if number % 3 == 0:
            assert index.remove(number - 500)
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(index) == 3000


@pytest.mark.parametrize("size", [0, 1, 2000])
def test_a_loaded_index_is_the_saved_one(tmp_path: Path, size: int) -> None:
    values = [digest(number // 2) for number in range(size)]
    index = ExactIndex(32, values, range(size - 1, -1, -1))
    index.remove(1)
    index.save(tmp_path / "x")
    loaded = ExactIndex.load(tmp_path / "x")
    assert len(loaded) == len(index)
    assert [loaded.search(value) for value in values] == [index.search(value) for value in values]
    assert loaded.add(digest(0)) == index.add(digest(0)) == size
    assert loaded.remove(0)
    assert 0 not in loaded


def test_a_file_that_is_not_whole_or_lies_is_refused(tmp_path: Path) -> None:
    ExactIndex(16, np.random.default_rng(1).integers(0, 256, (500, 16), dtype=np.uint8)).save(tmp_path / "x")
    raw = (tmp_path / "x").read_bytes()
    for name, content in (("cut", raw[:-1]), ("changed", raw[:-9] + b"?" + raw[-8:]), ("foreign", b"\x80\x04.")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(snapshot.SnapshotDamaged, match="not usable"):
            ExactIndex.load(tmp_path / name)
    read = snapshot.read(tmp_path / "x", "exact", (1,))
    beyond, back = read.arrays["offsets"].copy(), read.arrays["offsets"].copy()
    beyond[-1], back[100] = 501, 400
    for arrays in (
        {"offsets": beyond}, {"offsets": back}, {"offsets": beyond[:-1]}, {"keys": read.arrays["keys"][1:]},
        {"order": read.arrays["order"] + np.uint32(1)}, {"digests": read.arrays["digests"].reshape(250, 32)},
    ):  # fmt: skip
        snapshot.write(tmp_path / "y", "exact", 1, read.meta, {**read.arrays, **arrays})
        with pytest.raises(snapshot.SnapshotDamaged, match="do not belong together: build the index again"):
            ExactIndex.load(tmp_path / "y")
    for meta in ({"digest": 32}, {"digest": 0}, {"next": 5}, {"next": None}):
        snapshot.write(tmp_path / "y", "exact", 1, {**read.meta, **meta}, read.arrays)
        with pytest.raises(snapshot.SnapshotDamaged, match="do not belong together"):
            ExactIndex.load(tmp_path / "y")
