"""Banks: what people have judged is recognised, with the bank, the entry and the distance."""

from __future__ import annotations

import pytest

from turs.match import Bank, BankEntry, BankSet, Feature, text_digest

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
    two = BankSet([Bank("b", entries=(BankEntry("md5", "a" * 32, note="x"),))])
    assert one.version == BankSet(one.banks).version != two.version


@pytest.mark.parametrize(
    ("kind", "value"), [("sha256", "xyz"), ("md5", "a" * 31), ("pdq", ""), ("url", "not a url at all"), ("colour", "a")]
)
def test_an_entry_that_cannot_match_is_refused_with_the_remedy(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"correct it|choose one"):
        BankEntry(kind, value)  # type: ignore[arg-type]
