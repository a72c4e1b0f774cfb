"""Every format shows what it reads, keeps what it says it keeps, and loses nothing silently."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from turs.formats import (
    FORMATS,
    KINDS,
    REASONS,
    TIERS,
    TLP,
    Example,
    Format,
    Opinion,
    Problem,
    Signal,
    Unwritable,
    read,
    sniff,
    write,
)
from turs.match import banks

EXAMPLES = [(form, example) for form in FORMATS.values() for example in form.examples]
IDS = [f"{form.name}-{example.name}" for form, example in EXAMPLES]
NAMES = list(FORMATS)
FRAMES = '["' + "0f" * 32 + ',100,0.5", "' + "33" * 32 + ',61,1.0"]'
VALUES = {
    "sha256": "a" * 64,
    "md5": "b" * 32,
    "text": "c" * 64,
    "near_text": "اجتمع «الوزراء»، يوم 'الخميس'; \\ \"هنا\"",
    "url": "https://front.example/poster?a='x'&b=1",
    "pdq": "0f" * 32,
    "vpdq": FRAMES,
}
FULL = Signal(
    kind="pdq",
    value="0f" * 32,
    labels=("glorification", "Example Front", "ملصق"),
    tier="crisis",
    tlp="AMBER+STRICT",
    owner="Example Agency",
    source="demo; list",
    first_seen=datetime(2026, 1, 5, 8, 1, 2, tzinfo=UTC),
    updated_at=datetime(2026, 1, 6, 9, 30, 5, tzinfo=UTC),
    quality=83,
    note="ملصق «جبهة المثال»",
    opinions=(
        Opinion("Example Platform", "disagree", "news", datetime(2026, 1, 7, tzinfo=UTC)),
        Opinion("Another Agency", "agree"),
    ),
    id="x-31",
    group="entry 9",
    checkpoint="1767787200,3107",
    extra={"media": "image", "colour": "red"},
)


def signals_of(items: Any) -> list[Signal]:
    return [item for item in items if isinstance(item, Signal)]


def problems_of(items: Any) -> list[Problem]:
    return [item for item in items if isinstance(item, Problem)]


@pytest.mark.parametrize(("form", "example"), EXAMPLES, ids=IDS)
def test_an_example_is_recognised_and_read_as_it_says(form: Format, example: Example) -> None:
    assert sniff(example.data) is form
    items = list(read(example.data))
    assert tuple((item.kind, item.value) for item in signals_of(items)) == example.values
    assert tuple(item.code for item in problems_of(items)) == example.problems


def test_every_format_has_examples_and_words_in_both_languages() -> None:
    for form in FORMATS.values():
        assert form.examples
        for words in (form.title, form.summary, *(example.title for example in form.examples)):
            assert words["ar"].strip()
            assert words["en"].strip()
            assert words["ar"] != words["en"]


def test_every_reason_has_its_remedy_in_both_languages() -> None:
    for code, words in REASONS.items():
        problem = Problem(code)
        for language in ("ar", "en"):
            assert problem.reason[language].endswith(".")
            assert problem.remedy[language].endswith(".")
            assert set(words[language]) == {"reason", "remedy"}
        assert problem.as_reject("f").reason == problem.reason["en"]


def test_kinds_and_tiers_are_those_of_the_banks() -> None:
    assert KINDS == banks.KINDS
    assert set(TIERS) == set(banks.TIERS)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_format_says_it_keeps_survives(name: str) -> None:
    form = FORMATS[name]
    kind = "pdq" if "pdq" in form.kinds else "url"
    labels = tuple(label.replace(" ", "_") for label in FULL.labels[: 1 if name == "tcap" else 3])
    given = replace(FULL, kind=kind, value=VALUES[kind], labels=labels, group="x-31" if name == "ncmec" else FULL.group)
    if name == "tat":
        given = replace(given, labels=("islamist",), id="31")
    if name in (
        "threatexchange",
        "ncmec",
    ):  # a name of another organisation is kept, the time of its opinion may not be
        timeless = tuple(replace(each, at=None) for each in given.opinions)
        given = replace(given, opinions=timeless if name == "threatexchange" else given.opinions[::-1])
    if name == "tcap":
        given = replace(given, extra={"pii": "NO", "content_type": "URL"})
    (found,) = read(write([given], name), name)
    assert isinstance(found, Signal)
    assert (found.kind, found.value) == (given.kind, given.value)
    for field in sorted(form.keeps):
        assert getattr(found, field) == (False if field == "deleted" else getattr(given, field)), field


@pytest.mark.parametrize("name", [name for name in NAMES if "deleted" in FORMATS[name].keeps])
def test_a_withdrawal_survives(name: str) -> None:
    gone = Signal("md5", "d" * 32, owner="Example Agency", deleted=True, id="77")
    found = signals_of(read(write([gone], name), name))
    assert [item.deleted for item in found] == [True]
    assert found[0].value == gone.value or found[0].id == gone.id


@pytest.mark.parametrize("name", [name for name in NAMES if "checkpoint" in FORMATS[name].keeps])
def test_a_checkpoint_survives_given_with_the_signals_or_with_the_page(name: str) -> None:
    mark = "2026-01-05T08:00:00Z /v2/entries?start=2001&size=1000" if name == "ncmec" else "1767787200.5,3107"
    plain = Signal("md5", "d" * 32, id="77", group="77" if name == "ncmec" else "")
    for data in (write([replace(plain, checkpoint=mark)], name), write([plain], name, checkpoint=mark)):
        assert signals_of(read(data, name))[0].checkpoint == mark
        reader = FORMATS[name].checkpoint
        assert reader is None or reader(data) == mark


@pytest.mark.parametrize("name", ["tat", "ncmec"])
def test_a_page_without_signals_keeps_its_checkpoint(name: str) -> None:
    reader = FORMATS[name].checkpoint
    assert reader is not None
    mark = "1767787200,3107" if name == "tat" else "2026-01-05T08:00:00Z /v2/entries?start=1"
    data = write([], name, checkpoint=mark)
    assert list(read(data, name)) == []
    if name == "tat":
        assert reader(data) == mark
    else:
        assert reader(data).endswith("/v2/entries?start=1")
    assert reader(b"<not") == ""


@pytest.mark.parametrize("name", NAMES)
def test_what_a_format_cannot_carry_is_told_and_never_dropped_silently(name: str) -> None:
    given = [Signal(kind, value) for kind, value in VALUES.items()]
    given += [replace(each, deleted=True, id=f"id-{number}") for number, each in enumerate(given)]
    problems: list[Problem] = []
    found = signals_of(read(write(given, name, problems=problems), name))
    assert len(found) + len(problems) == len(given)
    assert {each.code for each in problems} <= {"cannot_carry_kind", "cannot_carry_tombstone", "cannot_carry_line"}
    if problems:
        with pytest.raises(Unwritable) as caught:
            write(given, name)
        assert caught.value.problem == problems[0]
        assert problems[0].remedy["en"] in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_a_format_carries_comes_back(name: str, kind: str) -> None:
    if kind not in FORMATS[name].kinds:
        with pytest.raises(Unwritable):
            write([Signal(kind, VALUES[kind])], name)
        return
    (found,) = read(write([Signal(kind, VALUES[kind])], name), name)
    assert isinstance(found, Signal)
    assert (found.kind, found.value) == (kind, VALUES[kind])


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_bank_makes_a_sound_file(name: str) -> None:
    assert signals_of(read(write([], name), name)) == []
    assert all(problem.code in ("empty", "no_columns") for problem in problems_of(read(write([], name), name)))


@pytest.mark.parametrize("name", NAMES)
def test_writing_twice_gives_the_same_bytes(name: str) -> None:
    given = [Signal("md5" if "md5" in FORMATS[name].kinds else "url", VALUES["md5" if name != "tcap" else "url"])]
    assert write(given, name) == write(given, name)


def test_unknown_names_are_refused_with_the_choice() -> None:
    with pytest.raises(ValueError, match="choose one of csv"):
        read(b"x", "excel")
    with pytest.raises(ValueError, match="choose one of sha256"):
        read(b"x", "csv", kind="sha1")
    with pytest.raises(ValueError, match="choose one of csv"):
        write([], "excel")


def test_what_no_format_knows_is_told() -> None:
    for data, code in (
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<html></html>", "unknown_format"),
        (b"\x89PNG\r\n\x1a\n\0\0", "unknown_format"),
        (b"{}", "unknown_format"),
    ):
        assert [item.code for item in problems_of(read(data))] == [code]


def test_too_large_and_too_deep_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = b'{"type": "bundle", "objects": ' + b"[" * 200 + b"]" * 200 + b"}"
    assert [item.code for item in problems_of(read(deep, "stix"))] == ["too_deep"]
    assert [item.code for item in problems_of(read(b"[" * 2_000_000, "misp"))] == ["too_deep"]
    big = b" " * (64 * 1024 * 1024) + b"{}"
    assert [item.code for item in problems_of(read(big, "tat"))] == ["too_large"]
    monkeypatch.setattr("turs.formats.limits.RECORDS", 2)
    assert [
        item.code for item in problems_of(read(b"md5\n" + b"a" * 32 + b"\n" + b"b" * 32 + b"\n" + b"c" * 32, "csv"))
    ] == ["too_many_records"]


# -- Whatever comes, nothing is raised ---------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), name=st.sampled_from([*NAMES, None]))
def test_any_bytes_give_signals_or_problems(data: bytes, name: str | None) -> None:
    for item in read(data, name):
        assert isinstance(item, (Signal, Problem))


@pytest.mark.parametrize(("form", "example"), EXAMPLES, ids=IDS)
def test_damaged_files_give_signals_or_problems(form: Format, example: Example) -> None:
    dice = random.Random(7)
    for _ in range(60):
        data = bytearray(example.data)
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(data))
            if dice.random() < 0.3:
                del data[at : at + dice.randint(1, 40)]
            elif dice.random() < 0.5:
                data[at] = dice.choice(b'"{}[],:<>\\0a\xff\n')
            else:
                data[at:at] = dice.choice((b"null", b'"\\ud800"', b"[[[", b"1e999", b"\0", b"\xd8\x00"))
            if not data:
                break
        assert all(isinstance(item, (Signal, Problem)) for item in read(bytes(data), form.name))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "id",
                    "objects",
                    "Event",
                    "info",
                    "Attribute",
                    "value",
                    "data",
                    "indicator",
                    "results",
                    "hash_digest",
                    "algorithm",
                    "descriptors",
                    "hashes",
                    "pattern",
                    "Tag",
                    "name",
                    "kind",
                    "deleted",
                    "opinions",
                    "extra",
                    "labels",
                    "created_by_ref",
                    "object_marking_refs",
                    "extensions",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(value=JSON, name=st.sampled_from(["jsonl", "threatexchange", "stix", "misp", "tat"]), wrap=st.integers(0, 4))
def test_any_json_gives_signals_or_problems(value: Any, name: str, wrap: int) -> None:
    import json

    wrapped = [
        value,
        {"type": "bundle", "objects": [value]},
        {"Event": {"info": "x", "Attribute": [value]}},
        {"data": [value]},
        {"results": [value]},
    ][wrap]
    for item in read(json.dumps(wrapped).encode(), name):
        assert isinstance(item, (Signal, Problem))


# -- What is written is read back, whatever it is ------------------------------------------------------------

NASTY = (
    "aZ7 ;,|:=\"'\\/<>&[]{}()#@+-._%\u060c\u061b\u0627\u0644\u0640\u064e\u0629\u200f\u200c\u2028\u00e9\U0001f642\n\t"
)
WORDS = st.text(NASTY, min_size=1, max_size=12).map(str.strip).filter(bool)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC, microsecond=0))
SIGNALS = st.builds(
    Signal,
    kind=st.just("near_text"),
    value=WORDS,
    labels=st.lists(WORDS, unique=True, max_size=3).map(tuple),
    tier=st.sampled_from(TIERS),
    tlp=st.sampled_from(("", *TLP)),
    owner=WORDS,
    source=WORDS,
    first_seen=st.none() | TIMES,
    updated_at=st.none() | TIMES,
    quality=st.none() | st.integers(0, 100),
    note=WORDS,
    opinions=st.lists(
        st.builds(Opinion, owner=WORDS, view=st.sampled_from(("agree", "disagree")), reason=WORDS),
        max_size=2,
        unique_by=lambda each: each.owner,
    ).map(tuple),
    deleted=st.booleans(),
    id=WORDS,
    group=WORDS,
    checkpoint=WORDS,
    extra=st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), WORDS, max_size=2),
)


@pytest.mark.parametrize("name", ["csv", "jsonl", "stix", "misp"])
def test_any_signal_survives_the_formats_that_keep_everything(name: str) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(signals=st.lists(SIGNALS, min_size=1, max_size=3, unique_by=lambda each: each.value))
    def check(signals: list[Signal]) -> None:
        # A label that begins like a mark, or like our own tags, is one in MISP.
        reserved = ("tlp:", "turs:")
        sound = [
            replace(each, labels=tuple(label for label in each.labels if not label.lower().startswith(reserved)))
            for each in signals
        ]
        found = list(read(write(sound, name), name))
        assert problems_of(found) == []
        if name == "misp":  # one event for each owner and group: their order may differ
            assert {item.value: item for item in signals_of(found)} == {item.value: item for item in sound}
        else:
            assert found == sound

    run: Callable[[], None] = check
    run()
