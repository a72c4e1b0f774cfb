"""Numbers, dates, languages and addresses are shown as the reader reads them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from turs.desk import times
from turs.desk.coalition.vocabulary import TLP
from turs.desk.content.vocabulary import Genre, Tier
from turs.desk.preferences import Preferences, use
from turs.desk.web import languages
from turs.desk.web.templatetags import turs as tags

NOW = datetime(2026, 7, 5, 14, 5, 9, tzinfo=UTC)


def render(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


@pytest.fixture
def arabic():
    with translation.override("ar"), use(Preferences("ar")):
        yield


@pytest.fixture
def english():
    with translation.override("en"), use(Preferences("en")):
        yield


@pytest.mark.usefixtures("arabic")
def test_arabic_digits() -> None:
    assert tags.n(12345) == "١٢٬٣٤٥"
    assert tags.n(0.5) == "٠٫٥"
    assert tags.digits(2026) == "٢٠٢٦"


@pytest.mark.usefixtures("english")
def test_english_digits() -> None:
    assert tags.n(12345) == "12,345"
    assert tags.n(None) == ""


def test_digits_follow_the_preference_not_the_language() -> None:
    with translation.override("ar"), use(Preferences("ar", digits="latn")):
        assert tags.n(1234) == "1,234"
    with translation.override("en"), use(Preferences("en", digits="arab")):
        assert tags.n(1234) == "١٬٢٣٤"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("past", "words"),
    [(timedelta(seconds=5), "just now"), (timedelta(minutes=1), "1 minute ago"), (timedelta(hours=3), "3 hours ago"),
     (timedelta(days=2), "2 days ago"), (-timedelta(hours=26), "in 1 day"), (timedelta(days=90), "6 April 2026")],
)  # fmt: skip
def test_time_as_people_speak(past: timedelta, words: str) -> None:
    assert times.ago(NOW - past, now=NOW) == words


@pytest.mark.usefixtures("english")
def test_no_time_reads_sixty_minutes_or_twentyfour_hours() -> None:
    assert times.ago(NOW - timedelta(minutes=59, seconds=40), now=NOW) == "1 hour ago"
    assert times.ago(NOW - timedelta(hours=23, minutes=40), now=NOW) == "1 day ago"


@pytest.mark.usefixtures("english")
def test_the_exact_instant_carries_zone_and_hijri_day() -> None:
    assert times.exact(NOW) == "5 July 2026 · 14:05:09 UTC · 20 Muharram 1448 AH"
    with use(Preferences("en", hijri=False)):
        assert times.exact(NOW) == "5 July 2026 · 14:05:09 UTC"


@pytest.mark.usefixtures("arabic")
def test_dates_in_both_calendars() -> None:
    assert times.both(date(2026, 7, 5)) == "٥ يوليو ٢٠٢٦ (٢٠ محرم ١٤٤٨ هـ)"


def test_a_day_may_be_told_with_its_weekday() -> None:
    day = date(2026, 7, 5)
    with translation.override("en"), use(Preferences("en", hijri=False)):
        assert ">Sunday, 5 July 2026<" in tags.date(day, weekday=True)
    with translation.override("ar"), use(Preferences("ar", hijri=False)):
        assert ">الأحد، ٥ يوليو ٢٠٢٦<" in tags.date(day, weekday=True)


def test_a_genre_in_a_row_is_a_word_or_two() -> None:
    with translation.override("en"):
        assert ">Call or claim<" in tags.genre("call", short=True)
        assert ">Claim or call by or for a group<" in tags.genre("call")
        assert all(len(re.sub("<.+?>", "", tags.genre(kind, short=True))) <= 16 for kind in Genre.values)


def test_a_media_type_goes_by_what_people_call_the_format() -> None:
    assert [tags.format_name(mime) for mime in ("image/jpeg", "image/svg+xml", "audio/x-wav", "", None)] == [
        "JPEG", "SVG", "WAV", "", ""
    ]  # fmt: skip


@pytest.mark.usefixtures("english")
def test_a_day_outside_the_hijri_tables_is_shown_in_one_calendar() -> None:
    assert times.both(date(1066, 10, 14)) == "14 October 1066"
    assert times.both(date(9999, 1, 1)) == "1 January 9999"


@pytest.mark.usefixtures("english")
def test_ago_is_a_time_element_that_a_keyboard_reaches() -> None:
    html = render("{% ago when %}|{% ago when row=True %}|{% ago none %}", when=NOW.isoformat(), none=None)
    free, row, nothing = html.split("|")
    assert 'datetime="2026-07-05T14:05:09+00:00"' in free
    assert 'tabindex="0"' in free
    assert "tabindex" not in row
    assert nothing == ""


def test_an_address_cannot_be_opened_by_accident() -> None:
    html = tags.defang("https://user@sub.example.org/a.b?c=<d>")
    assert "hxxps://user@sub[.]example[.]org/a.b?c=&lt;d&gt;" in html
    assert "<a" not in html
    assert 'dir="ltr"' in html
    assert "example[.]org/path" in tags.defang("example.org/path")
    assert tags.host("https://sub.example.org/x") == "sub[.]example[.]org"


def test_an_address_hides_nothing() -> None:
    assert ">RLO</span>" in tags.defang("https://example.org/\u202egpj.exe")


@pytest.mark.parametrize(
    "tag", ["ar", "fa", "ur", "ckb", "tr", "ru", "id", "fr", "en", "so", "ha", "de", "es", "und", "zxx"]
)
def test_every_language_in_use_has_a_name_in_both_languages(tag: str) -> None:
    assert languages.name(tag, "ar") != tag
    assert languages.name(tag, "en") != tag
    assert languages.name(tag, "ar") != languages.name(tag, "en")


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("ar", "rtl"), ("ar-EG", "rtl"), ("fa", "rtl"), ("ckb", "rtl"), ("ku", "ltr"), ("ku-Arab", "rtl"),
     ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("fr", "ltr"), ("und", "auto"), ("", "auto")],
)  # fmt: skip
def test_direction_follows_the_language_and_its_script(tag: str, direction: str) -> None:
    assert languages.direction(tag) == direction


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0\xa0B"), (999, "999\xa0B"), (1400, "1.4\xa0KB"), (184_320, "184\xa0KB"), (5e9, "5.0\xa0GB")],
)
def test_sizes(count: float, words: str) -> None:
    assert tags.size(count) == words


@pytest.mark.usefixtures("english")
def test_badges_know_every_word_of_their_lists() -> None:
    for value in TLP.values:
        assert f">{value and TLP(value).label}<" in tags.tlp(value)
    for value in Tier.values:
        assert str(Tier(value).label) in tags.tier(value)
    for value in Genre.values:
        assert str(Genre(value).label) in tags.genre(value)
    assert tags.tlp("PURPLE") == ""


def test_names_are_isolated_and_escaped() -> None:
    assert tags.bdi("<b>@name") == "<bdi>&lt;b&gt;@name</bdi>"


def test_one_filter_changes_and_the_others_stay() -> None:
    request = RequestFactory().get("/postings/?tier=crisis&q=%D8%A3&page=3")
    context = {"request": request}
    assert render("{% query page=4 %}", **context) == "?tier=crisis&amp;q=%D8%A3&amp;page=4"
    assert render("{% query tier='none' %}", **context) == "?q=%D8%A3&amp;tier=none"
    assert render("{% query tier=None q='' %}", **context) == "/postings/"


@pytest.mark.usefixtures("english")
def test_pagination_says_where_we_are() -> None:
    page = Paginator(range(1234), 50).get_page(2)
    html = render("{% pagination page %}", page=page, request=RequestFactory().get("/x/?tier=crisis"))
    assert "51 to 100 of 1,234" in html
    assert 'rel="next" href="?tier=crisis&amp;page=3"' in html
    assert 'rel="prev" href="?tier=crisis&amp;page=1"' in html
