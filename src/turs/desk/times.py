"""Instants as people say them, in both calendars and in the reader's digits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from .numerals import digits
from .preferences import current

MONTHS_AR = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
             "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")  # fmt: skip
MONTHS_EN = ("January", "February", "March", "April", "May", "June",
             "July", "August", "September", "October", "November", "December")  # fmt: skip
DAYS_AR = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _arabic() -> bool:
    return (get_language() or "ar").startswith("ar")


def instant(value: Any) -> datetime | None:
    """`value` (a datetime or an ISO 8601 text; naive means UTC) as an aware datetime, `None` if it is not one."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def gregorian(day: date) -> str:
    """5 July 2026, ٥ يوليو ٢٠٢٦."""
    months = MONTHS_AR if _arabic() else MONTHS_EN
    return digits(f"{day.day} {months[day.month - 1]} {day.year}")


def weekday(day: date) -> str:
    """Sunday, الأحد."""
    return (DAYS_AR if _arabic() else DAYS_EN)[day.weekday()]


def comma() -> str:
    return "،" if _arabic() else ","


def hijri(day: date) -> str:
    """The day in the Umm al-Qura calendar, "" outside its tables (1343 to 1500 AH)."""
    from hijridate import Gregorian

    try:
        found = Gregorian(day.year, day.month, day.day).to_hijri()
    except OverflowError:
        return ""
    language = "ar" if _arabic() else "en"
    return digits(f"{found.day} {found.month_name(language)} {found.year} {found.notation(language)}")


def both(day: date) -> str:
    """The day in both calendars, or in one if the reader prefers."""
    second = hijri(day) if current().hijri else ""
    return f"{gregorian(day)} ({second})" if second else gregorian(day)


def zone(moment: datetime) -> str:
    name = moment.tzname() or ""
    return gettext("UTC") if name == "UTC" else name


def clock(moment: datetime, seconds: bool = False) -> str:
    return digits(f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}")


def exact(moment: datetime, seconds: bool = True) -> str:
    """Everything about an instant: day, time, zone, and the Hijri day if wanted."""
    local = timezone.localtime(moment)
    parts = [gregorian(local.date()), f"{clock(local, seconds)} {zone(local)}"]
    if current().hijri and (second := hijri(local.date())):
        parts.append(second)
    return (" · ").join(parts)


FAR = 30
"""Days beyond which the day itself says more than a distance."""


def recent(moment: datetime, now: datetime | None = None) -> bool:
    return round(abs(((now or timezone.now()) - moment).total_seconds()) / 86400) <= FAR


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, or until when: 3 hours ago, in 2 days; beyond thirty days the day itself."""
    seconds = int(((now or timezone.now()) - moment).total_seconds())
    past, size = seconds >= 0, abs(seconds)
    if size < 45:
        return gettext("just now") if past else gettext("in a moment")
    minutes, hours, days = round(size / 60), round(size / 3600), round(size / 86400)
    if days > FAR:
        return gregorian(timezone.localtime(moment).date())
    if minutes < 60:
        text, count = _minutes(past, minutes), minutes
    elif hours < 24:
        text, count = _hours(past, hours), hours
    else:
        text, count = _days(past, days), days
    return text % {"n": digits(count)}


def _minutes(past: bool, n: int) -> str:
    if past:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", n)
    return ngettext("in %(n)s minute", "in %(n)s minutes", n)


def _hours(past: bool, n: int) -> str:
    if past:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", n)
    return ngettext("in %(n)s hour", "in %(n)s hours", n)


def _days(past: bool, n: int) -> str:
    if past:
        return ngettext("%(n)s day ago", "%(n)s days ago", n)
    return ngettext("in %(n)s day", "in %(n)s days", n)
