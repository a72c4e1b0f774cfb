"""Exact fingerprints: a text as it reads, an address in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.match import canonical_url, domain_of, links_in, md5, sha256, text_digest

TEXT = "اجتمع الوزراء يوم الخميس في العاصمة لبحث التعاون"


@pytest.mark.parametrize(
    "copy",
    [
        "اجتمعَ الوزراءُ، يومَ الخميسِ، في العاصِمَةِ لبحث التعاون!",
        "اجتمع الوزراء يوم الخميس فى العاصمه لبحث التعاون",
        "  اجتـــمع\u200b الوزراء\nيوم الخميس في العاصمة 😀 لبحث التعاون  ",
        "\u202bاجتمع الوزراء يوم الخميس في العاصمة لبحث التعاون\u202c",
    ],
)
def test_a_copy_has_the_digest_of_its_text_however_disguised(copy: str) -> None:
    assert text_digest(copy) == text_digest(TEXT)


def test_other_words_have_another_digest_and_short_texts_none() -> None:
    assert text_digest(TEXT) != text_digest(TEXT.replace("الخميس", "الجمعة"))
    assert text_digest("نعم، شكرا") == ""


def test_digests_of_bytes_are_the_published_ones() -> None:
    assert md5(b"abc") == "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321, A.5
    assert sha256(b"abc").startswith("ba7816bf8f01cfea")  # FIPS 180-4


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTPS://Example.ORG:443/A/b?utm_source=x&b=2&a=1#top", "https://example.org/A/b?a=1&b=2"),
        ("http://example.org:80", "http://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("example.org/a", "https://example.org/a"),
        ("https://user:secret@example.org/", "https://example.org/"),
        ("https://t.me/s/Example_Channel/123?before=9", "https://t.me/example_channel/123"),
        ("https://telegram.me/Example_Channel", "https://t.me/example_channel"),
        ("https://t.me/joinchat/AbCdEf", "https://t.me/joinchat/AbCdEf"),
        ("https://t.me/+AbCdEf", "https://t.me/+AbCdEf"),
        ("https://t.me/iv?url=https%3A%2F%2Fexample.org%2Fa&rhash=1", "https://example.org/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3D1", "https://example.org/a"),
        ("https://www.google.com/url?q=https://example.org/b&sa=D", "https://example.org/b"),
        ("https://youtu.be/abcdefghijk?si=x", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("https://m.youtube.com/shorts/abcdefghijk", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("https://archive.org/download/item_1/file.mp4", "https://archive.org/details/item_1"),
        ("https://mobile.twitter.com/Some_Outlet/status/42?s=20", "https://x.com/some_outlet/status/42"),
        ("hxxps://example[.]org/x", "https://example.org/x"),
        ("https://مثال.إختبار/صفحة", "https://xn--mgbh0fb.xn--kgbechtv/%D8%B5%D9%81%D8%AD%D8%A9"),
        ("https://example.org/%7Ea/%2fb", "https://example.org/~a/%2Fb"),
        ("https://example.org/#!/page", "https://example.org/#!/page"),
    ],
)
def test_an_address_has_one_spelling(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "written",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http://a b",
        "file:///etc",
        "https://" + "a" * 5000,
        "https://[::g]/",
        "https://example.org:99999/",
        "mailto:a@b",
    ],
)
def test_what_is_no_web_address_gives_nothing(written: str) -> None:
    assert canonical_url(written) == ""


@given(st.text(max_size=60).map(lambda tail: "https://example.org/" + tail))
def test_canonical_addresses_stay_as_they_are(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@given(st.text(max_size=200))
def test_any_text_can_be_searched_for_addresses(text: str) -> None:
    for written, start, end in links_in(text):
        assert text[start:end] == written


def test_links_are_found_where_they_stand() -> None:
    text = "انظر (https://example.org/a_(b))، أو t.me/Example/5 أو hxxp://x[.]example/y."
    assert [written for written, _, _ in links_in(text)] == [
        "https://example.org/a_(b)",
        "t.me/Example/5",
        "hxxp://x[.]example/y",
    ]


def test_the_domain_is_known_without_the_network() -> None:
    assert domain_of("https://news.city.co.uk/x") == "city.co.uk"
