"""The Hamming index finds exactly what comparing with every entry finds: at every distance, for any codes."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from turs.match import hamming, snapshot
from turs.match.hamming import HammingIndex, Neighbour, distance

Codes = NDArray[np.uint8]


def text(code: Codes) -> str:
    return code.tobytes().hex()


def uniform(size: int, seed: int) -> Codes:
    return np.random.default_rng(seed).integers(0, 256, (size, 32), dtype=np.uint8)


def skewed(size: int, seed: int) -> Codes:
    """Codes as pictures give them: many variants of few originals, whose pieces are few of the 65,536 there are."""
    rng = np.random.default_rng(seed)
    favourites = rng.integers(0, 65536, 60, dtype=np.uint16)
    ranks = np.minimum(rng.zipf(1.3, (max(1, size // 20), 16)) - 1, 59)
    originals = favourites[ranks].view(np.uint8).reshape(-1, 32)
    codes = originals[rng.integers(0, len(originals), size)]
    return codes ^ flips(rng, size, 12)


def flips(rng: np.random.Generator, size: int, most: int) -> Codes:
    """Up to `most` bits set in each row."""
    bits = np.zeros((size, 256), dtype=np.uint8)
    for _ in range(most):
        rows = rng.random(size) < 0.5
        bits[rows, rng.integers(0, 256, int(rows.sum()))] ^= 1
    return np.packbits(bits, axis=1)


def brute(codes: Codes, query: Codes, most: int) -> list[tuple[int, int]]:
    """Distance and place of every entry in reach, by comparing with all."""
    bits = np.bitwise_count(codes ^ query).sum(axis=1, dtype=np.int64)
    near = np.flatnonzero(bits <= most)
    return sorted(zip(bits[near].tolist(), near.tolist(), strict=True))


@pytest.fixture(scope="module", params=[uniform, skewed], ids=["uniform", "skewed"])
def big(request: pytest.FixtureRequest) -> tuple[Codes, HammingIndex]:
    """Enough entries for tables to be used at every distance up to 63."""
    codes = request.param(180_000, 7)
    return codes, HammingIndex(codes)


def test_every_distance_finds_what_brute_force_finds(big: tuple[Codes, HammingIndex]) -> None:
    codes, index = big
    rng = np.random.default_rng(3)
    queries = np.concatenate([codes[rng.integers(0, len(codes), 3)] ^ flips(rng, 3, most) for most in (1, 30, 60, 120)])
    queries = np.concatenate((queries, uniform(1, 1)))
    every = [np.bitwise_count(codes ^ query).sum(axis=1, dtype=np.int64) for query in queries]
    order = [np.argsort(bits, kind="stable") for bits in every]
    for most in [*range(33), 40, 47, 48, 55, 63, 64, 90, 128, 256]:
        found = index.search_many(queries, most)
        for number, query in enumerate(queries):
            wanted = order[number][: np.count_nonzero(every[number] <= most)]
            at = slice(int(found.offsets[number]), int(found.offsets[number + 1]))
            assert (found.keys[at] == wanted).all()
            assert (found.distances[at] == every[number][wanted]).all()
            if len(wanted) < 1000 or number == 0:
                assert [near.key for near in index.search(text(query), most)] == wanted.tolist()


def test_thirty_one_bits_spread_as_evenly_as_can_be_are_found(big: tuple[Codes, HammingIndex]) -> None:
    """The hardest case: two bits in every piece but one, which alone leads to the entry."""
    codes, index = big
    rng = random.Random(5)
    for alone in range(16):
        place = rng.randrange(len(codes))
        code = codes[place].copy()
        for piece in range(16):
            for bit in rng.sample(range(16), 1 if piece == alone else 2):
                code[2 * piece + bit // 8] ^= 1 << bit % 8
        found = index.search(text(code))
        assert Neighbour(31, place) in found
        assert list(found) == brute(codes, code, 31)
        assert index.search(text(code), 30) == tuple(near for near in found if near.distance <= 30)


def test_many_at_once_is_each_alone(big: tuple[Codes, HammingIndex]) -> None:
    codes, index = big
    rng = np.random.default_rng(11)
    for count in (1, 2, 15, 16, 17, 700):
        queries = codes[rng.integers(0, len(codes), count)] ^ flips(rng, count, 40)
        found = index.search_many([text(query) for query in queries])
        assert len(found) == count
        assert [found[i] for i in range(count)] == [index.search(text(query)) for query in queries]
        assert (found.offsets.dtype, found.keys.dtype, found.distances.dtype) == (np.int64, np.int64, np.uint16)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 256), st.sampled_from([1, 2, 9, 63, 5000]), st.booleans())
def test_small_and_large_indexes_are_exact(seed: int, most: int, size: int, early: bool) -> None:
    rng = np.random.default_rng(seed)
    codes = skewed(size, seed) if seed % 2 else uniform(size, seed)
    shortest, hamming.SHORTEST_TAIL = hamming.SHORTEST_TAIL, 8 if early else 16384
    try:
        index = HammingIndex(codes)
    finally:
        hamming.SHORTEST_TAIL = shortest
    query = codes[rng.integers(size)] ^ flips(rng, 1, min(most, 60) + 1)[0]
    assert list(index.search(text(query), most)) == brute(codes, query, most)
    assert list(index.search_many(query[None], most)[0]) == brute(codes, query, most)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "many", "remove", "again", "search", "reload"]), st.integers(0, 999)),
                max_size=40))  # fmt: skip
def test_what_is_added_and_removed_in_turn_is_what_is_found(steps: list[tuple[str, int]]) -> None:
    shortest, hamming.SHORTEST_TAIL = hamming.SHORTEST_TAIL, 12  # so that tables are built all the time
    try:
        index, held = HammingIndex(), {}
        pool = skewed(300, 1)
        for step, number in steps:
            code = pool[number % 300]
            if step == "add":
                held[index.add(text(code))] = code
            elif step == "many":
                for at, key in enumerate(index.add_many(pool[number % 280 : number % 280 + number % 20]).tolist()):
                    held[key] = pool[number % 280 + at]
            elif step == "again" and held:
                key = sorted(held)[number % len(held)]
                assert index.remove(key)
                assert index.add(text(code), key) == key
                held[key] = code
            elif step == "remove":
                key = sorted(held)[number % len(held)] if held and number % 5 else number
                assert index.remove(key) == (held.pop(key, None) is not None)
            elif step == "reload":
                index._state = index._state.rebuilt()
            keys = sorted(held)
            codes = np.array([held[key] for key in keys], dtype=np.uint8).reshape(-1, 32)
            wanted = [(bits, keys[place]) for bits, place in brute(codes, code, 31)]
            assert list(index.search(text(code))) == wanted
            assert list(index.search_many(code[None])[0]) == wanted
            assert len(index) == len(held)
            assert all(key in index for key in keys[:5])
    finally:
        hamming.SHORTEST_TAIL = shortest


def test_an_index_of_nothing_finds_nothing() -> None:
    index = HammingIndex()
    assert index.search("0" * 64, 256) == ()
    assert len(index.search_many([])) == 0
    assert index.search_many(["0" * 64])[0] == ()
    assert len(index) == 0
    assert 0 not in index
    assert not index.remove(0)


def test_an_index_of_one_finds_it_at_its_distance_and_not_below() -> None:
    index = HammingIndex(["f" * 64])
    assert index.search("f" * 63 + "0", 4) == (Neighbour(4, 0),)
    assert index.search("f" * 63 + "0", 3) == ()
    assert index.search("0" * 64, 256) == (Neighbour(256, 0),)
    assert index.search("0" * 64, 255) == ()


@pytest.mark.parametrize("size", [3, 40_000])
def test_repeated_codes_are_all_found_by_key(size: int) -> None:
    index = HammingIndex(["ab" * 32] * size)
    assert index.search("ab" * 32) == tuple(Neighbour(0, key) for key in range(size))
    assert index.search_many(["ab" * 32])[0] == index.search("ab" * 32)


def test_equal_distances_come_by_key_whatever_the_order_of_adding() -> None:
    codes = [f"{1 << bit:064x}" for bit in range(200)]
    keys = random.Random(1).sample(range(-100, 10_000), 200)
    found = HammingIndex(codes, keys).search("0" * 64, 1)
    assert [near.key for near in found] == sorted(keys)
    one_by_one = HammingIndex()
    for code, key in zip(codes, keys, strict=True):
        one_by_one.add(code, key)
    assert one_by_one.search("0" * 64, 1) == found


def test_keys_go_on_after_the_highest_and_are_not_used_again() -> None:
    index = HammingIndex(["0" * 64, "1" * 64], [5, 2])
    assert index.add("2" * 64) == 6
    assert index.remove(6)
    assert index.add_many(["3" * 64, "4" * 64]).tolist() == [7, 8]


def test_letters_of_a_code_may_be_large() -> None:
    assert HammingIndex(["AB" * 32]).search("ab" * 32) == (Neighbour(0, 0),)


NO_CODES = ["", "0" * 63, "0" * 65, "g" * 64, "0 " * 32, " " + "0" * 63, "٠" * 64, b"0" * 64, None]


@pytest.mark.parametrize("code", NO_CODES)
def test_what_is_no_code_is_refused_everywhere(code: str) -> None:
    index = HammingIndex(["0" * 64])
    for call in (lambda: index.search(code), lambda: index.search_many(["0" * 64, code]), lambda: index.add(code),
                 lambda: index.add_many([code]), lambda: distance("0" * 64, code)):  # fmt: skip
        with pytest.raises(ValueError, match="64 hex digits"):
            call()
    assert len(index) == 1


def test_spaces_do_not_shift_codes_into_each_other() -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        HammingIndex(["0" * 62 + "  ", "0" * 64])


@pytest.mark.parametrize("distance", [-1, 257])
def test_a_distance_that_cannot_be_is_refused(distance: int) -> None:
    index = HammingIndex(["0" * 64])
    with pytest.raises(ValueError, match="choose 0 to 256"):
        index.search("0" * 64, distance)
    with pytest.raises(ValueError, match="choose 0 to 256"):
        index.search_many(["0" * 64], distance)


def test_keys_must_be_new_different_and_as_many_as_codes() -> None:
    index = HammingIndex(["0" * 64], [7])
    for codes, keys, words in (
        (["1" * 64], [7], "key 7 is there already"), (["1" * 64, "2" * 64], [8, 8], "key 8 is given twice"),
        (["1" * 64], [1, 2], "one key for each code"), (["1" * 64], [1 << 63], "does not fit into 64 bits"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            index.add_many(codes, keys)
    with pytest.raises(ValueError, match="key 7 is there already"):
        index.add("1" * 64, 7)
    assert index.search("1" * 64, 256) == (Neighbour(64, 7),)


def test_an_array_of_another_shape_is_refused() -> None:
    for codes in (np.zeros((2, 31), dtype=np.uint8), np.zeros(32, dtype=np.uint8), np.zeros((1, 32), dtype=np.int64)):
        with pytest.raises(ValueError, match="uint8 of shape"):
            HammingIndex(codes)


def test_the_codes_that_were_given_may_change_afterwards() -> None:
    codes = uniform(20_000, 1)
    index, query = HammingIndex(codes), text(codes[3])
    codes[:] = 0
    assert index.search(query, 0) == (Neighbour(0, 3),)


def test_a_removed_entry_is_gone_from_tables_and_tail() -> None:
    codes = uniform(40_000, 2)
    index = HammingIndex(codes[:39_000])
    index.add_many(codes[39_000:])
    for key in (0, 38_999, 39_000, 39_999):
        assert index.remove(key)
        assert not index.remove(key)
        assert key not in index
        assert index.search(text(codes[key])) == ()
        assert index.search(text(codes[key]), 0) == index.search_many(codes[key : key + 1], 0)[0] == ()
        assert key not in [near.key for near in index.search(text(codes[key]), 256)]
    assert len(index) == 39_996


def test_many_removals_give_their_memory_back() -> None:
    codes = uniform(60_000, 3)
    index = HammingIndex(codes)
    for key in range(50_000):
        assert index.remove(key)
    assert len(index) == 10_000
    assert int(index.describe()["bytes"]) < 10_000 * 400
    assert index.search(text(codes[55_000])) == (Neighbour(0, 55_000),)


def test_an_entry_of_a_large_index_takes_at_most_135_bytes() -> None:
    index = HammingIndex(uniform(400_000, 1))
    assert (int(index.describe()["bytes"]) - 16 * 65552 * 4) / 400_000 <= 120.1
    # with 4.2 MB of offsets that makes 124.2 bytes at a million


def test_readers_see_every_entry_while_a_writer_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamming, "SHORTEST_TAIL", 64)
    codes = uniform(6000, 4)
    index, stop, wrong = HammingIndex(codes[:2000]), threading.Event(), []

    def read() -> None:
        rng = random.Random(threading.get_ident())
        while not stop.is_set():
            key = rng.randrange(1000)
            found = index.search(text(codes[key]), 20)
            many = index.search_many(codes[:4], 20)
            if found != (Neighbour(0, key),) or many.keys.tolist() != [0, 1, 2, 3]:
                wrong.append((key, found, many))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for key in range(2000, 6000):
        index.add(text(codes[key]))
        if key % 3 == 0:
            assert index.remove(key - 1000)
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(index) == 6000 - len(range(2001, 6000, 3))


# -- snapshots -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 500, 30_000])
def test_a_loaded_index_is_the_saved_one(tmp_path: Path, size: int) -> None:
    codes = skewed(size + 3, 9)
    index = HammingIndex(codes[:size], range(10, 10 + size))
    if size > 2:
        index.add_many(codes[size:], [5, -3, 10_000_000])
        index.remove(11)
    index.save(tmp_path / "x")
    loaded = HammingIndex.load(tmp_path / "x")
    assert len(loaded) == len(index)
    assert loaded.describe()["next"] == index.describe()["next"]
    queries = codes[-300:]
    found, again = index.search_many(queries, 40), loaded.search_many(queries, 40)
    assert (found.offsets == again.offsets).all()
    assert (found.keys == again.keys).all()
    assert (found.distances == again.distances).all()
    assert loaded.add("0" * 64) == index.add("0" * 64)
    assert Neighbour(0, int(index.describe()["next"]) - 1) in loaded.search("0" * 64)
    if size:
        assert loaded.remove(10)
        assert 10 not in loaded
        loaded.save(tmp_path / "y")
        assert len(HammingIndex.load(tmp_path / "y")) == len(loaded)


def forge(path: Path, into: Path, meta: dict[str, object] | None = None, **arrays: NDArray[np.generic]) -> Path:
    """The same snapshot with other contents, and right checksums."""
    read = snapshot.read(path, "hamming", (1,))
    snapshot.write(into, "hamming", 1, {**read.meta, **(meta or {})}, {**read.arrays, **arrays})
    return into


def test_a_snapshot_made_to_deceive_is_refused(tmp_path: Path) -> None:
    HammingIndex(uniform(20_000, 1)).save(tmp_path / "x")
    read = snapshot.read(tmp_path / "x", "hamming", (1,))
    offsets = read.arrays["offsets"].copy()
    beyond, back, late = offsets.copy(), offsets.copy(), offsets.copy()
    beyond[3, 70:] = 4_000_000_000
    back[15, 1000] = offsets[15, 1000] + 50
    late[0, 0] = 1
    for number, arrays in enumerate((
        {"offsets": beyond}, {"offsets": back}, {"offsets": late}, {"offsets": offsets[:, :-1]},
        {"nexts": read.arrays["nexts"][:-1]}, {"numbers": read.arrays["numbers"][:-9]},
        {"codes": read.arrays["codes"][:-1]}, {"keys": read.arrays["keys"][:-1]}, {"keys": read.arrays["keys"][::-1]},
        {"codes": read.arrays["codes"].astype(np.int64)}, {"offsets": offsets.astype(np.int32)},
    )):  # fmt: skip
        forge(tmp_path / "x", tmp_path / str(number), **arrays)
        with pytest.raises(snapshot.SnapshotDamaged, match=r"do(es)? not belong.*: build the index again"):
            HammingIndex.load(tmp_path / str(number))
    lies = ({"width": 4}, {"width": 2}, {"width": "3"}, {"bits": 64}, {"next": 3}, {"next": 1 << 63}, {"next": 4e4})
    for meta in lies:
        forge(tmp_path / "x", tmp_path / "meta", meta)
        with pytest.raises(snapshot.SnapshotDamaged, match="do not belong"):
            HammingIndex.load(tmp_path / "meta")


def test_false_numbers_in_a_snapshot_never_lead_outside(tmp_path: Path) -> None:
    """They are met only when a bucket is read; whatever they are, the answer is made of entries that there are."""
    codes = uniform(20_000, 1)
    HammingIndex(codes).save(tmp_path / "x")
    numbers = np.full(16 * 20_000 * 3 + 8, 255, dtype=np.uint8)
    loaded = HammingIndex.load(forge(tmp_path / "x", tmp_path / "y", numbers=numbers))
    assert all(loaded.search(text(code)) == () for code in codes[:200])
    nexts = np.zeros(16 * 20_000 + 32, dtype=np.uint16)
    loaded = HammingIndex.load(forge(tmp_path / "x", tmp_path / "z", nexts=nexts))
    assert all(near.distance <= 31 for code in codes[:200] for near in loaded.search(text(code)))


def test_a_damaged_or_foreign_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    HammingIndex(uniform(20_000, 1)).save(tmp_path / "x")
    raw = bytearray((tmp_path / "x").read_bytes())
    raw[len(raw) // 2] ^= 4
    (tmp_path / "damaged").write_bytes(raw)
    (tmp_path / "cut").write_bytes(raw[:-1000])
    (tmp_path / "foreign").write_bytes(b"\x80\x04\x95 a pickle")
    for name in ("damaged", "cut", "foreign"):
        with pytest.raises(snapshot.SnapshotDamaged, match=rf"{name}: not usable, .*: .*"):
            HammingIndex.load(tmp_path / name)
