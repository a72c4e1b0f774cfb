"""Dates as records write them -> aware UTC instants, or nothing with a note that says why.

Read are ISO 8601, RFC 822/5322, Unix time in seconds to nanoseconds, and day-first or year-first numbers,
in European, Arabic-Indic or Persian digits. What a record does not say is not guessed: a Hijri year is not
converted (calendars differ by a day or two), 03/04/2026 is not a date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Instants outside are no dates of publication. The clock is not asked: reading is the same on any day."""

_DIGITS: Final = {ord(digit): str(index % 10) for index, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_INVISIBLE: Final = dict.fromkeys(
    [0x200B, 0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)
_NUMBER: Final = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,9})?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s,،]+(.*))?", re.DOTALL)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T\s,،]+(.*))?", re.DOTALL)
_YEAR_ZERO: Final = re.compile(r"(?<![+\-\d:.])0\d{3}(?![\d-])")
_CLOCK: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(am|pm|ص|م)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2})?",
    re.IGNORECASE,
)


def zone_of(name: str) -> tzinfo:
    """The time zone called `name`: ``UTC``, an IANA name, or an offset like ``+03:00``. Raises ValueError."""
    name = name.strip()
    if name.upper() in {"", "UTC", "Z", "GMT"}:
        return UTC
    match = re.fullmatch(r"([+-])(\d{2}):?(\d{2})", name)
    if match:
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(offset if match[1] == "+" else -offset)
    try:
        return ZoneInfo(name)
    except Exception as error:  # ZoneInfo raises OSError, ValueError and its own, depending on the name
        raise ValueError(f"no such time zone: {name!r}") from error


def instant(value: Any, zone: tzinfo = UTC) -> tuple[datetime | None, dict[str, str]]:
    """The instant that `value` means, and notes for ``Posting.extra``.

    zone: of dates that carry none. Notes: ``date_text`` (as written, where it was not understood),
    ``date_note`` (``not_a_date``, ``out_of_range``, ``hijri_year``, ``ambiguous``), ``zone_assumed``.
    """
    if value is None or value == "" or isinstance(value, bool):
        return None, {}
    if isinstance(value, (int, float)):
        return _unix(value, str(value)[:40])
    written = str(value).strip()
    text = written.translate(_DIGITS).translate(_INVISIBLE).strip()
    if not text:
        return None, {}
    if len(text) > 100:
        return _no(written, "not_a_date")
    if _NUMBER.fullmatch(text):
        try:
            return _unix(float(text) if "." in text else int(text), written)
        except ValueError:
            return _no(written, "not_a_date")
    moment = _written(text)
    if isinstance(moment, str):
        return _no(written, moment)
    notes: dict[str, str] = {}
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
        notes["zone_assumed"] = str(zone)
    return _checked(moment, written, notes)


def _no(written: str, why: str) -> tuple[None, dict[str, str]]:
    return None, {"date_text": written[:100], "date_note": why}


def _checked(moment: datetime, written: str, notes: dict[str, str]) -> tuple[datetime | None, dict[str, str]]:
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return _no(written, "out_of_range")
    if not EARLIEST <= moment < LATEST:
        return _no(written, "out_of_range")
    return moment, notes


def _unix(number: float, written: str) -> tuple[datetime | None, dict[str, str]]:
    """Unix time; the power of ten tells seconds (ten digits today), milli-, micro- and nanoseconds apart."""
    if number != number or number in (float("inf"), float("-inf")):
        return _no(written, "not_a_date")
    if 1000 <= number <= 2999 and float(number).is_integer():
        return _no(written, "not_a_date")  # a bare year
    if 19_000_101 <= number <= 20_991_231 and float(number).is_integer():
        day = str(int(number))
        return instant(f"{day[:4]}-{day[4:6]}-{day[6:]}")
    for scale in (1, 1_000, 1_000_000, 1_000_000_000):
        if 0 < number / scale < 4_102_444_800:  # 2100-01-01
            return datetime.fromtimestamp(0, UTC) + timedelta(seconds=number / scale), {}
    # Zero stands for "never" in every export that writes it.
    return _no(written, "out_of_range") if number else (None, {})


def _written(text: str) -> datetime | str:
    """A written date as a datetime, naive where it carries no zone, or the note why it is none."""
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        year, month, day = int(match[1]), int(match[2]), int(match[3])
        return _built(year, month, day, match[4])
    match = _YEAR_LAST.fullmatch(text)
    if match:
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if first > 12 >= second:
            return _built(year, second, first, match[4])
        if second > 12 >= first:
            return _built(year, first, second, match[4])
        if first == second:
            return _built(year, first, second, match[4])
        return "ambiguous" if max(first, second) <= 12 else "not_a_date"
    if _YEAR_ZERO.search(text):
        return "out_of_range"  # the parser below would take 0000 for 2000
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        pass
    try:
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return "not_a_date"


def _built(year: int, month: int, day: int, clock: str | None) -> datetime | str:
    if 1300 <= year <= 1500:
        return "hijri_year"  # or Persian solar; either way not a year of our records in the Gregorian calendar
    hour = minute = second = micro = 0
    zone: tzinfo | None = None
    if clock and clock.strip():
        match = _CLOCK.fullmatch(clock.strip())
        if not match:
            return "not_a_date"
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        micro = int((match[4] or "0").ljust(6, "0")[:6])
        half = (match[5] or "").lower()
        if half in {"pm", "م"} and hour < 12:
            hour += 12
        elif half in {"am", "ص"} and hour == 12:
            hour = 0
        if match[6]:
            offset = match[6]
            try:
                zone = zone_of(offset if not re.fullmatch(r"[+-]\d{2}", offset) else offset + ":00")
            except ValueError:
                return "not_a_date"
        if hour == 24 and minute == second == 0:
            return _next_day(year, month, day, zone)
        second = min(second, 59)  # a leap second is no second of its own in any database
    try:
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)
    except ValueError:
        return "out_of_range" if year in (0, 9999) else "not_a_date"


def _next_day(year: int, month: int, day: int, zone: tzinfo | None) -> datetime | str:
    try:
        return datetime(year, month, day, tzinfo=zone) + timedelta(days=1)
    except (ValueError, OverflowError):
        return "not_a_date"
