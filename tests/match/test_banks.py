"""Banks: what people have judged is recognised, with the bank, the entry and the distance."""

from __future__ import annotations

import pytest

from turs.match import Bank, BankEntry, BankIndex, BankSet, Feature, text_digest

ZEROS = "0" * 64
TEXT = "نص طويل بما يكفي ليعرف ببصمته وحدها"


def test_every_kind_is_found_in_its_bank() -> None:
    entries = (
        BankEntry("sha256", "a" * 64),
        BankEntry("md5", "b" * 32),
        BankEntry("text", text_digest(TEXT)),
        BankEntry("url", "HTTPS://example.org/a?utm_source=x"),
        BankEntry("pdq", ZEROS, "picture", "designation"),
    )
    banks = BankSet([Bank("known", entries=entries)])
    features = [
        Feature("sha256", "a" * 64, "media[0]"),
        Feature("md5", "b" * 32, "media[0]"),
        Feature("text", text_digest(TEXT), "text"),
        Feature("url", "https://example.org/a", "link"),
        Feature("pdq", f"{7:064x}", "media[0]", 90),
    ]
    matches = banks.match(features)
    assert [m.kind for m in matches] == ["sha256", "md5", "text", "url", "pdq"]
    assert matches[-1].distance == 3
    assert matches[-1].entry.tier == "designation"


def test_thirty_one_bits_match_and_thirty_two_do_not() -> None:
    banks = BankSet([Bank("known", entries=(BankEntry("pdq", ZEROS),))])
    assert banks.match([Feature("pdq", f"{2**31 - 1:064x}", "m", 90)])
    assert not banks.match([Feature("pdq", f"{2**32 - 1:064x}", "m", 90)])


def test_quality_49_is_dropped_on_either_side() -> None:
    good = BankSet([Bank("known", entries=(BankEntry("pdq", ZEROS, quality=50),))])
    poor = BankSet([Bank("known", entries=(BankEntry("pdq", ZEROS, quality=49),))])
    assert good.match([Feature("pdq", ZEROS, "m", 50)])
    assert not good.match([Feature("pdq", ZEROS, "m", 49)])
    assert not poor.match([Feature("pdq", ZEROS, "m", 90)])


def test_a_match_keeps_the_polarity_of_its_bank() -> None:
    banks = BankSet([Bank("harmless", "suppress", entries=(BankEntry("url", "https://example.org/"),))])
    assert banks.match([Feature("url", "https://example.org/", "link")])[0].polarity == "suppress"


def test_the_version_changes_with_any_entry() -> None:
    one = BankSet([Bank("b", entries=(BankEntry("md5", "a" * 32),))])
    same = BankSet([Bank("b", entries=(BankEntry("md5", "A" * 32),))])
    two = BankSet([Bank("b", entries=(BankEntry("md5", "a" * 32, note="x"),))])
    assert one.version == same.version != two.version


def test_the_version_does_not_depend_on_the_order_in_which_entries_came() -> None:
    entries = [BankEntry("md5", f"{n:032x}", id=n) for n in range(5)]
    index = BankIndex()
    index.put(Bank("b"))
    index.add("b", reversed(entries))
    index.add("b", [BankEntry("md5", "f" * 32, id=9)])
    index.remove([9])
    assert index.view().version == BankSet([Bank("b", entries=tuple(entries))]).version


def test_a_set_never_changes_while_its_index_does() -> None:
    index = BankIndex()
    index.put(Bank("b"))
    empty = index.view()
    index.add("b", [BankEntry("pdq", ZEROS, id=1)])
    full = index.view()
    index.remove([1])
    feature = Feature("pdq", ZEROS, "m", 90)
    assert [len(each.match([feature])) for each in (empty, full, index.view())] == [0, 1, 0]
    assert [len(each) for each in (empty, full, index.view())] == [0, 1, 0]
    assert empty.version == index.view().version != full.version


def test_a_changed_entry_takes_the_place_of_the_old_one() -> None:
    index = BankIndex()
    index.put(Bank("b"))
    index.add("b", [BankEntry("md5", "a" * 32, "first", id=1)])
    index.add("b", [BankEntry("md5", "a" * 32, "second", id=1)])
    assert [m.entry.label for m in index.view().match([Feature("md5", "a" * 32, "m")])] == ["second"]


def test_compacting_forgets_what_was_removed_and_changes_no_answer() -> None:
    index = BankIndex()
    index.put(Bank("b", distance=3))
    index.add("b", [BankEntry("pdq", f"{2**n:064x}", id=n) for n in range(40)])
    index.remove(range(0, 40, 2))
    fresh = index.compacted()
    feature = Feature("pdq", ZEROS, "m", 90)
    assert index.waste == 0.5
    assert fresh.waste == 0.0
    assert fresh.view().version == index.view().version
    assert fresh.view().match([feature]) == index.view().match([feature])


def test_a_view_sees_the_banks_it_was_asked_for_alone() -> None:
    index = BankIndex()
    for key in ("one", "two"):
        index.put(Bank("same name", key=key, entries=(BankEntry("md5", "a" * 32, key),)))
    found = index.view(["two"]).match([Feature("md5", "a" * 32, "m")])
    assert [(match.bank, match.bank_key, match.entry.label) for match in found] == [("same name", "two", "two")]
    index.drop("two")
    assert not index.view(["two"]).match([Feature("md5", "a" * 32, "m")])


def test_each_bank_keeps_its_own_thresholds() -> None:
    banks = BankSet([
        Bank("strict", entries=(BankEntry("pdq", ZEROS),), distance=3),
        Bank("wide", entries=(BankEntry("pdq", ZEROS),), distance=31),
    ])  # fmt: skip
    assert [m.bank for m in banks.match([Feature("pdq", f"{2**10 - 1:064x}", "m", 90)])] == ["wide"]
    assert [m.bank for m in banks.match([Feature("pdq", f"{7:064x}", "m", 90)])] == ["strict", "wide"]


def test_many_pictures_at_once_give_what_one_by_one_gives() -> None:
    entries = tuple(BankEntry("pdq", f"{3**n % 2**256:064x}", id=n) for n in range(300))
    banks = BankSet([Bank("known", entries=entries)])
    asked = [entry.value for entry in entries[::7]] + ["f" * 64]
    one_by_one = [banks.match([Feature("pdq", value, "")]) for value in asked]
    assert banks.match_pictures(asked) == one_by_one
    assert one_by_one[-1] == ()


def test_a_text_is_found_again_when_embedded_with_its_place_on_both_sides() -> None:
    known = "على أبناء البلدة أن يحضروا اجتماع المجلس المحلي صباح السبت لبحث مشروع الطريق الجديد والمدرسة"
    shown = f"خبر عاجل من مراسلنا قبل قليل: {known.replace('مشروع', 'مَشروع')}! وتابعونا لمزيد من التفاصيل لاحقا."
    banks = BankSet([Bank("texts", entries=(BankEntry("near_text", known, "notice"),))])
    (match,) = banks.match([Feature("near_text", shown, "text")])
    assert match.score > 0.9
    assert not match.whole
    assert match.spans[0].quote == shown[match.spans[0].start : match.spans[0].end]
    assert "مَشروع" in match.spans[0].quote
    assert match.entry_spans[0].start == 0


def test_two_banks_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="give each bank a key"):
        BankSet([Bank("b"), Bank("b")])


@pytest.mark.parametrize(
    "fields", [{"distance": 257}, {"distance": -1}, {"containment": 0.0}, {"video": 101.0}, {"polarity": "both"}]
)
def test_a_bank_with_an_impossible_threshold_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"correct it|choose one"):
        Bank("b", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value"), [
        ("sha256", "xyz"), ("md5", "a" * 31), ("pdq", ""), ("url", "not a url at all"), ("colour", "a"),
        ("near_text", "قصير"), ("near_text", "ا" * 100_001), ("vpdq", "[]"),
    ]
)
def test_an_entry_that_cannot_match_is_refused_with_the_remedy(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"correct it|choose one"):
        BankEntry(kind, value)  # type: ignore[arg-type]
