"""A date is what the record says, in UTC, or nothing with the reason; never a guess and never a crash."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.collect.dates import EARLIEST, LATEST, instant, zone_of

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01T15:00:00+03:00",
        "2026-03-01 12:00",
        "2026/03/01 12:00:00",
        "2026.03.01 12:00",
        "Sun, 01 Mar 2026 15:00:00 +0300",
        "٢٠٢٦-٠٣-٠١ ١٢:٠٠",
        "۲۰۲۶/۰۳/۰۱ ۱۲:۰۰",
        "\u200f2026-03-01\u200f 12:00",
        "2026-03-01 12:00 م",
        "2026-03-01 12:00:00 UTC",
        1772366400,
        1772366400.0,
        "1772366400",
        1772366400000,
        1772366400000000,
        "1772366400000000000",
    ],
)
def test_the_same_instant_in_many_hands(written: Any) -> None:
    assert instant(written)[0] == NOON


def test_a_date_without_a_zone_says_which_was_assumed() -> None:
    moment, notes = instant("2026-03-01 15:00", zone_of("Asia/Baghdad"))
    assert moment == NOON
    assert notes == {"zone_assumed": "Asia/Baghdad"}


def test_day_first_is_read_only_where_it_cannot_be_month_first() -> None:
    assert instant("25/03/2026")[0] == datetime(2026, 3, 25, tzinfo=UTC)
    assert instant("3/25/2026")[0] == datetime(2026, 3, 25, tzinfo=UTC)
    assert instant("03/04/2026") == (None, {"date_text": "03/04/2026", "date_note": "ambiguous"})


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("0000-00-00 00:00:00", "out_of_range"),
        ("9999-12-31T23:59:59Z", "out_of_range"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
        ("1447-07-16", "hijri_year"),
        ("١٤٤٧/٠٧/١٦", "hijri_year"),
        ("2026-13-45", "not_a_date"),
        ("yesterday", "not_a_date"),
        ("2026", "not_a_date"),
        (10**30, "out_of_range"),
        (-1, "out_of_range"),
        (float("nan"), "not_a_date"),
        ("9" * 400, "not_a_date"),
    ],
)
def test_absurd_dates_become_nothing_with_a_note(written: Any, note: str) -> None:
    moment, notes = instant(written)
    assert moment is None
    assert notes["date_note"] == note


@pytest.mark.parametrize("written", [None, "", "  ", 0, "0", True, "\u200f"])
def test_no_date_is_no_date(written: Any) -> None:
    assert instant(written) == (None, {})


@given(st.one_of(st.text(max_size=60), st.integers(), st.floats(), st.datetimes().map(str)))
def test_any_value_gives_an_aware_instant_in_range_or_nothing(value: Any) -> None:
    moment, _ = instant(value)
    assert moment is None or (moment.tzinfo is UTC and EARLIEST <= moment < LATEST)
