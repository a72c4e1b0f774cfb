"""Our signal types keep the contract of the threatexchange library: names, examples, hashes, comparison, indexes.

The rules are those of that library's own tests for signal types and indexes, which its package does not carry.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import re
import subprocess
import sys
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("threatexchange", reason="the extra is not installed: pip install 'turs[threatexchange]'")

from threatexchange.cli.main import _DEFAULT_SIGNAL_TYPES
from threatexchange.content_type.photo import PhotoContent
from threatexchange.content_type.text import TextContent
from threatexchange.content_type.url import URLContent
from threatexchange.content_type.video import VideoContent
from threatexchange.exchanges import fetch_state
from threatexchange.exchanges.impl.fb_threatexchange_api import FBThreatExchangeIndicatorRecord, FBThreatExchangeOpinion
from threatexchange.exchanges.impl.ncmec_api import NCMECSignalMetadata
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
from threatexchange.interface_validation import SignalTypeMapping
from threatexchange.signal_type.index import SignalSimilarityInfoWithIntDistance
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.signal_type.signal_base import CanGenerateRandomSignal, FileHasher, MatchesStr, TextHasher

from turs.match.hamming import distance
from turs.match.snapshot import SnapshotDamaged
from turs.match.threatexchange import (
    SIGNAL_TYPES,
    TX_MANIFEST,
    EntryNotStorable,
    PdqIndex,
    TextCopyIndex,
    TextSimilarity,
    TursPdqSignal,
    TursTextDigestSignal,
    TursTextSignal,
    TursUrlSignal,
    TursVpdqSignal,
    VideoSimilarity,
    VpdqIndex,
    allow,
)

TEXT = "اجتمع الوزراء يوم الخميس في العاصمة لبحث التعاون الثقافي بين البلدين"
DISGUISED = "عاجل: اجتمــع الوزراءُ، يوم الخميس فى العاصمه لبحث التعاون الثقافي بين البلدين 🙂"


def through_a_file(index: Any) -> Any:
    stream = io.BytesIO()
    index.serialize(stream)
    stream.seek(0)
    return type(index).deserialize(stream)


def changed(value: str, bits: int, dice: random.Random) -> str:
    number = int(value, 16)
    for bit in dice.sample(range(256), bits):
        number ^= 1 << bit
    return f"{number:064x}"


@pytest.fixture(params=SIGNAL_TYPES, ids=lambda kind: kind.get_name())
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


# -- Signal types ------------------------------------------------------------------------------------------


def test_the_manifest_is_found_by_its_module_and_clashes_with_nothing() -> None:
    assert ThreatExchangeExtensionManifest.load_from_module_name("turs.match.threatexchange") is TX_MANIFEST
    contents = [PhotoContent, VideoContent, TextContent, URLContent]
    mapping = SignalTypeMapping(contents, [*_DEFAULT_SIGNAL_TYPES, *TX_MANIFEST.signal_types])
    assert {kind.get_name() for kind in SIGNAL_TYPES}.issubset(mapping.signal_type_by_name)


def test_names_are_lower_with_underscore(kind: Any) -> None:
    assert re.fullmatch(r"turs_[a-z_]+", kind.get_name())
    assert kind.get_name() == kind.get_index_cls().NAME
    assert kind.get_content_types()


def test_examples_are_valid_as_they_are_and_match_themselves(kind: Any) -> None:
    assert kind.get_examples()
    for example in kind.get_examples():
        assert kind.validate_signal_str(example) == example
        assert kind.compare_hash(example, example).match


def test_random_signals_are_valid_and_new(kind: Any) -> None:
    assert issubclass(kind, CanGenerateRandomSignal)
    signals = [kind.get_random_signal() for _ in range(20)]
    assert [kind.validate_signal_str(signal) for signal in signals] == signals
    assert len(set(signals)) == 20


def test_what_is_no_signal_is_refused(kind: Any) -> None:
    wrong = ["", "  "] if kind is TursTextSignal else ["", "xyz", "0" * 63, "ftp://x", "[1]"]
    for each in wrong:
        if kind is TursUrlSignal and each == "xyz":
            continue
        with pytest.raises(ValueError):  # noqa: PT011  (the library takes any message)
            kind.validate_signal_str(each)


def test_signals_are_brought_into_one_spelling() -> None:
    assert TursPdqSignal.validate_signal_str(" " + "0F" * 32 + "\n") == "0f" * 32
    assert TursTextDigestSignal.validate_signal_str("0F" * 32) == "0f" * 32
    assert TursTextSignal.validate_signal_str("a ") == "a"
    assert TursUrlSignal.validate_signal_str("HTTPS://T.me/s/Example/1?utm_source=x") == "https://t.me/example/1"
    library = '["' + "0F" * 32 + ',100,1e+01"]'
    assert TursVpdqSignal.validate_signal_str(library) == '["' + "0f" * 32 + ',100,10.0"]'


def test_hashers_give_valid_signals_and_nothing_where_there_is_none(kind: Any, tmp_path: Path) -> None:
    assert issubclass(kind, FileHasher)
    file = tmp_path / "file"
    file.write_bytes(b"\xff\xfe\x00 not a picture")
    signal = kind.hash_from_file(file)
    assert signal == "" or kind.validate_signal_str(signal) == signal
    file.write_bytes(b"")
    assert kind.hash_from_file(file) == ""
    if issubclass(kind, TextHasher):
        text = TEXT if kind is not TursUrlSignal else "https://example.org/a"
        file.write_text(text, "utf-8")
        assert (
            kind.hash_from_file(file) == kind.hash_from_str(text) == kind.validate_signal_str(kind.hash_from_str(text))
        )


def test_a_picture_has_the_hash_that_the_library_gives_it() -> None:
    rows = np.random.default_rng(3).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(rows).resize((400, 300), Image.Resampling.BICUBIC).save(stream, "PNG")
    ours = TursPdqSignal.hash_from_bytes(stream.getvalue())
    assert ours
    assert ours == PdqSignal.hash_from_bytes(stream.getvalue())
    plain = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(plain, "PNG")
    assert TursPdqSignal.hash_from_bytes(plain.getvalue()) == ""  # nothing to see: its quality is too low


def test_pictures_compare_by_bits() -> None:
    dice = random.Random(5)
    value = TursPdqSignal.get_examples()[0]
    for bits, match in ((0, True), (31, True), (32, False)):
        result = TursPdqSignal.compare_hash(value, changed(value, bits, dice))
        assert result == (match, SignalSimilarityInfoWithIntDistance(bits))


@pytest.mark.parametrize(
    ("signal", "haystack", "match"),
    [
        ("", "", True),
        ("نص", "نـصٌّ", True),
        ("a b c d", "ABCD", True),
        ("نص", "نصوص", False),
        (TEXT, DISGUISED, True),
        (TEXT, f"{'كلام آخر لا صلة له بالأمر يسبق الخبر. ' * 4}{TEXT} وكلام يتبعه.", True),
        (TEXT, "افتتح المعرض الدولي للكتاب أبوابه صباح اليوم في العاصمة بمشاركة مئات الناشرين", False),
    ],
)
def test_texts_match_their_copies(signal: str, haystack: str, match: bool) -> None:
    assert issubclass(TursTextSignal, MatchesStr)
    result = TursTextSignal.matches_str(signal, haystack)
    assert result.match is match
    assert TursTextSignal.compare_hash(signal, haystack).match is match
    if match and len(signal) < 20:
        assert result.distance == TextSimilarity(1.0, 1.0)


def test_addresses_match_in_every_spelling() -> None:
    assert TursUrlSignal.matches_str("https://t.me/s/Example/1", "hxxps://t[.]me/example/1?utm_source=x").match
    assert not TursUrlSignal.matches_str("https://t.me/example/1", "https://t.me/example/2").match
    assert not TursUrlSignal.matches_str("no address at all", "no address at all").match
    assert TursUrlSignal.normalize_fb_threatexchange_indicator(
        "UNCLICKABLE_URL", "[h]ttps://a.example", None
    ).startswith("h")


def test_similarities_order_from_close_to_far_and_print_without_blanks() -> None:
    near, far = TextSimilarity(1.0, 0.5), TextSimilarity(0.6, 0.5)
    assert near < far
    assert near <= near
    assert VideoSimilarity(100.0, 50.0) < VideoSimilarity(80.0, 50.0)
    for info in (near, VideoSimilarity(80.0, 50.0)):
        assert not re.search(r"\s", info.pretty_str())


# -- Indexes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 2, 40])
def test_an_index_finds_what_it_was_given_also_after_save_and_load(kind: Any, size: int) -> None:
    signals = [kind.get_random_signal() for _ in range(size)]
    index = kind.get_index_cls().build((signal, number) for number, signal in enumerate(signals))
    for each in (index, through_a_file(index), pickle.loads(pickle.dumps(index))):
        assert len(each) == size
        for number, signal in enumerate(signals):
            found = {match.metadata: match.similarity_info for match in each.query(signal)}
            assert number in found
            assert re.fullmatch(r"\S+", found[number].pretty_str())
        if kind is not TursTextSignal:  # twenty words out of sixteen are never quite strangers
            assert list(each.query(kind.get_random_signal())) == []
        assert list(each.query("")) == []


def test_a_signal_given_twice_is_found_twice(kind: Any) -> None:
    signal = kind.get_examples()[0]
    index = kind.get_index_cls().build([(signal, "first"), (signal, "second")])
    index.add(signal, "third")
    for each in (index, through_a_file(index)):
        assert sorted(match.metadata for match in each.query(signal)) == ["first", "second", "third"]


def test_many_entries_of_one_signal_are_all_found(kind: Any) -> None:
    signal = kind.get_examples()[0]
    index = kind.get_index_cls().build((signal, number) for number in range(300))
    assert sorted(match.metadata for match in index.query(signal)) == list(range(300))


def test_a_loaded_index_takes_more(kind: Any) -> None:
    first, second = kind.get_examples()[0], kind.get_random_signal()
    index = through_a_file(kind.get_index_cls().build([(first, 1)]))
    index.add(second, 2)
    index.add_all([(second, 3)])
    again = through_a_file(index)
    assert {match.metadata for match in again.query(second)} >= {2, 3}
    assert 1 in {match.metadata for match in again.query(first)}


def test_what_is_no_signal_changes_nothing(kind: Any) -> None:
    index = kind.get_index_cls()()
    with pytest.raises(ValueError):  # noqa: PT011
        index.add_all([(kind.get_examples()[0], 1), ("" if kind is TursTextSignal else "[]", 2)])
    assert len(index) == 0
    assert list(index.query(kind.get_examples()[0])) == []


def test_pictures_are_found_exactly_within_the_threshold() -> None:
    dice = random.Random(11)
    known = [f"{dice.getrandbits(256):064x}" for _ in range(300)]
    for threshold in (10, 31, 50):
        index = PdqIndex(enumerated := [(value, number) for number, value in enumerate(known)], threshold=threshold)
        index = through_a_file(index)
        assert index.threshold == threshold
        queries = [
            changed(known[number], bits, dice) for number, bits in enumerate((0, 1, 9, 10, 11, 30, 31, 32, 50, 51))
        ]
        singles = [index.query(query) for query in queries]
        for query, found in zip(queries, singles, strict=True):
            brute = sorted((distance(value, query), number) for value, number in enumerated)
            near = [(bits, number) for bits, number in brute if bits <= threshold]
            assert [(match.similarity_info.distance, match.metadata) for match in found] == near
        assert index.query_all(queries) == singles
    with pytest.raises(ValueError, match="64 hex digits"):
        index.query("12")


def test_texts_are_found_by_their_copies() -> None:
    index = through_a_file(TextCopyIndex([(TEXT, "a"), ("قصير", "b"), (TEXT[: len(TEXT) // 2], "c")]))
    assert next(match.metadata for match in index.query(DISGUISED)) == "a"
    assert {match.metadata for match in index.query(DISGUISED)} == {"a", "c"}
    assert [match.metadata for match in index.query("قصــير!")] == ["b"]
    assert index.query("نص آخر قصير") == []


def test_videos_are_found_by_the_share_of_their_frames() -> None:
    dice = random.Random(2)
    frames = [f"{dice.getrandbits(256):064x}" for _ in range(10)]

    def video(values: list[str], quality: int = 100) -> str:
        return json.dumps([f"{value},{quality},{at:.1f}" for at, value in enumerate(values)])

    whole, half = video(frames), video(frames[:5])
    assert VpdqIndex.build([(whole, 1)]).query(half)[0].similarity_info == VideoSimilarity(100.0, 50.0)
    assert VpdqIndex.build([(half, 1)]).query(whole) == []
    loose = through_a_file(VpdqIndex.build([(half, 1)], query_match_threshold_pct=0))
    assert loose.query(whole)[0].similarity_info == VideoSimilarity(50.0, 100.0)
    assert VpdqIndex.build([(half, 1)], 0, 100).query(whole)[0].metadata == 1
    with pytest.raises(ValueError, match="good quality"):
        VpdqIndex.build([(video(frames, quality=49), 1)])
    assert TursVpdqSignal.compare_hash(half, whole) == (True, VideoSimilarity(100.0, 50.0))
    assert not TursVpdqSignal.compare_hash(whole, half).match


# -- Entries -----------------------------------------------------------------------------------------------


class Colour(Enum):
    RED = "red"


@dataclass
class Own:
    name: str
    colour: Colour
    parts: tuple[int, ...]


@dataclass
class Record(fetch_state.FetchedSignalMetadata):
    note: str


def test_entries_of_every_allowed_type_survive() -> None:
    opinion = FBThreatExchangeOpinion(True, fetch_state.SignalOpinionCategory.POSITIVE_CLASS, {"a", "b"}, 3, None)
    entries: list[Any] = [
        None,
        True,
        7,
        2**70,
        1.5,
        "نص",
        "\ud800",
        b"\xff",
        ["x", [1]],
        ("t", 1),
        {"a", "b"},
        frozenset({1}),
        {"hash_type": "pdq", "system_id": 9},
        {1: "x", (2, 3): "y"},
        {"$": "dollar"},
        datetime(2026, 1, 5, tzinfo=UTC),
        [("Sample", fetch_state.FetchedSignalMetadata())],
        NCMECSignalMetadata({3: {"A1"}}),
        FBThreatExchangeIndicatorRecord([opinion]),
        fetch_state.SignalOpinionCategory.NEGATIVE_CLASS,
        Record("kept"),
    ]
    index = through_a_file(PdqIndex((f"{number:064x}", entry) for number, entry in enumerate(entries)))
    found = [index.query_all([f"{number:064x}"])[0] for number in range(len(entries))]
    back = [next(match.metadata for match in each if match.similarity_info.distance == 0) for each in found]
    assert back == entries
    assert [type(each) for each in back] == [type(each) for each in entries]


def test_an_entry_that_cannot_be_written_is_refused_with_the_remedy_until_it_is_allowed() -> None:
    index = PdqIndex([("0" * 64, [Own("x", Colour.RED, (1, 2))])])
    with pytest.raises(EntryNotStorable, match="allow"):
        through_a_file(index)
    for wrong in (object(), lambda: 1, int):
        with pytest.raises(EntryNotStorable):
            through_a_file(PdqIndex([("0" * 64, wrong)]))
    with pytest.raises(TypeError, match="dataclass"):
        allow(object)
    allow(Own, Colour)
    assert through_a_file(index).query("0" * 64)[0].metadata == [Own("x", Colour.RED, (1, 2))]


def test_a_file_cannot_name_code_to_run() -> None:
    from turs.match.threatexchange.entries import unpack

    for name in (
        "os:system",
        "subprocess:Popen",
        "builtins:eval",
        "threatexchange.cli.main:main",
        "x",
        ":",
        "threatexchange.exchanges.fetch_state:ABC",
        "threatexchange.exchanges.auth:os.system",
    ):
        with pytest.raises(SnapshotDamaged, match="not imported or does not allow"):
            unpack(json.dumps([{"$": name, "v": {"args": "true"}}]).encode())
    for data in (b"{}", b"[", b"\xff", b'[{"$": "tuple"}]', b'[{"$": "bytes", "v": "*"}]', b"[" * 100_000):
        with pytest.raises(SnapshotDamaged):
            unpack(data)


# -- Files -------------------------------------------------------------------------------------------------


def test_a_damaged_file_is_refused_and_never_crashes(kind: Any) -> None:
    stream = io.BytesIO()
    kind.get_index_cls().build((signal, number) for number, signal in enumerate(kind.get_examples())).serialize(stream)
    data = stream.getvalue()
    dice = random.Random(1)
    cuts = [data[:size] for size in (0, 5, 19, 30, len(data) // 2, len(data) - 1)]
    flips = []
    for _ in range(40):
        flipped = bytearray(data)
        flipped[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        flips.append(bytes(flipped))
    for broken in (*cuts, *flips, pickle.dumps({}), data.replace(b"turs_", b"Turs_")):
        with pytest.raises(SnapshotDamaged):
            kind.get_index_cls().deserialize(io.BytesIO(broken))


def test_an_index_of_another_kind_is_refused() -> None:
    stream = io.BytesIO()
    PdqIndex([("0" * 64, 1)]).serialize(stream)
    stream.seek(0)
    with pytest.raises(SnapshotDamaged, match="not of 'turs_text'"):
        TextCopyIndex.deserialize(stream)


def test_no_file_of_ours_is_a_pickle(kind: Any) -> None:
    stream = io.BytesIO()
    kind.get_index_cls().build([(kind.get_examples()[0], 1)]).serialize(stream)
    assert stream.getvalue().startswith(b"\x89TURSTX\n")
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(stream.getvalue())


def test_a_file_cannot_write_outside_its_folder() -> None:
    stream = io.BytesIO()
    PdqIndex([("0" * 64, 1)]).serialize(stream)
    data = stream.getvalue()
    size = int.from_bytes(data[12:16], "little")
    header = json.loads(data[20 : 20 + size])
    for name in ("../index", "/tmp/x", "index/../../x", "other"):
        header["parts"][1]["name"] = name
        text = json.dumps(header).encode()
        forged = data[:12] + len(text).to_bytes(4, "little") + zlib.crc32(text).to_bytes(4, "little") + text
        with pytest.raises(SnapshotDamaged, match="does not belong"):
            PdqIndex.deserialize(io.BytesIO(forged + data[20 + size :]))


# -- The command line of the library -----------------------------------------------------------------------


def test_the_command_line_takes_the_extension_and_matches_with_it(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "threatexchange", *arguments]
        done = subprocess.run(
            command, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    added = run("config", "extensions", "add", "turs.match.threatexchange")
    assert all(f"{kind.get_name()} - {kind.__name__}" in added for kind in SIGNAL_TYPES)
    listed = run("dataset", "-P", "--csv")
    assert f"turs_pdq,{TursPdqSignal.get_examples()[0]},Sample Signals,INVESTIGATION_SEED," in listed
    text = tmp_path / "text.txt"
    text.write_text(TursTextSignal.get_examples()[0].replace("ا", "اـ") + "!", "utf-8")
    assert "Sample Signals" in run("match", "--only-signal", "turs_text", "text", str(text))
    assert "Sample Signals" in run("match", "--only-signal", "turs_text_digest", "text", str(text))
    hashes = tmp_path / "hashes.txt"
    hashes.write_text(changed(TursPdqSignal.get_examples()[0], 20, random.Random(1)) + "\n")
    assert "turs_pdq 20 (Sample Signals)" in run("match", "-H", "--only-signal", "turs_pdq", "photo", str(hashes))

    from turs.formats import Signal, read

    found = [item for item in read(listed.encode()) if isinstance(item, Signal)]
    assert {item.kind for item in found} == {"pdq", "md5", "sha256", "near_text", "text", "url", "vpdq"}


def test_without_the_library_one_sentence_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['threatexchange'] = None\n"
        "try:\n import turs.match.threatexchange\n"
        "except ModuleNotFoundError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip().endswith("pip install 'turs[threatexchange]'"), done.stderr
