"""Pages: what a visitor sees is the text, what is hidden is kept apart, nothing is lost to an extractor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest


def page(body: str, head: str = "", attributes: str = "") -> bytes:
    start = f'<!doctype html><html {attributes}><head><meta charset="utf-8">{head}</head>'
    return f"{start}<body>{body}</body></html>".encode()


def test_what_a_page_says_about_itself(read_bytes: Any) -> None:
    head = (
        '<title>افتتاح المكتبة | صحيفة المثال</title><meta property="og:title" content="افتتاح المكتبة">'
        '<meta property="og:site_name" content="صحيفة المثال"><link rel="canonical" href="/n/1">'
        '<base href="https://daily.example.org/x/">'
        '<meta property="article:published_time" content="2026-01-05T08:00:00+03:00">'
        '<meta name="author" content="Some One">'
    )
    postings, _ = read_bytes("a.html", page("<p>نص <a href='../b'>رابط</a></p>", head, 'lang="ar_iq" dir="RTL"'))
    posting = postings[0]
    assert (posting.source, posting.source_kind, posting.title) == ("صحيفة المثال", "site", "افتتاح المكتبة")
    assert posting.url == "https://daily.example.org/n/1"
    assert posting.published_at == datetime(2026, 1, 5, 5, tzinfo=UTC)
    assert (posting.language, posting.extra["dir"]) == ("ar-IQ", "rtl")
    assert posting.links == ("https://daily.example.org/b",)
    assert "Some One" not in repr(posting)


def test_linked_data_gives_outlet_and_date_but_no_person(read_bytes: Any) -> None:
    data = (
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "عنوان", '
        '"datePublished": "2026-01-05T05:00:00Z", "author": {"@type": "Person", "name": "Some One"}, '
        '"publisher": {"@type": "Organization", "name": "صحيفة المثال"}}]}</script>'
        '<script type="application/ld+json">{broken</script>'
    )
    posting = read_bytes("a.html", page("<p>نص</p>", data))[0][0]
    assert (posting.title, posting.source) == ("عنوان", "صحيفة المثال")
    assert posting.published_at == datetime(2026, 1, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "trick",
    [
        "hidden",
        'style="display:none"',
        'style="color:red; visibility : hidden"',
        'style="font-size:0"',
        'style="opacity:0"',
    ],
)
def test_hidden_words_are_kept_apart(read_bytes: Any, trick: str) -> None:
    posting = read_bytes("a.html", page(f"<p>ظاهر</p><div {trick}>خفي <b>جداً</b></div><p>آخر</p>"))[0][0]
    assert posting.text == "ظاهر\nآخر"
    assert posting.extra["hidden_text"] == "خفي جداً"


def test_short_numbered_articles_are_not_lost(read_bytes: Any) -> None:
    articles = "".join(f"<h3>المادة {n}</h3><p>لكل إنسان حق رقم {n}.</p>" for n in range(1, 60))
    posting = read_bytes("a.html", page(f"<nav><a href='/'>الرئيسية</a></nav>{articles}"))[0][0]
    assert all(f"حق رقم {n}." in posting.text for n in range(1, 60))
    assert "الرئيسية" not in posting.text


def test_hostile_markup_is_only_text(read_bytes: Any) -> None:
    body = (
        "<script>alert(1)</script><style>p{}</style><p onclick=alert(2)>كلام</p>"
        "<svg><script>alert(3)</script><text>x</text></svg>"
        "<iframe srcdoc='&lt;script&gt;alert(4)&lt;/script&gt;'></iframe><template><p>alert(5)</p></template>"
        "<a href='javascript:alert(6)'>زر</a> <a href='data:text/html,alert(7)'>آخر</a><!-- alert(8) -->"
        "<object data='file:///etc/passwd'>alert(9)</object><math><mtext>alert(10)</mtext></math>"
    )
    posting = read_bytes("a.html", page(body))[0][0]
    assert posting.text.split() == ["كلام", "زر", "آخر"]
    assert posting.links == ()


def test_deep_nesting_is_refused_not_cut(read_bytes: Any, refusal: Any) -> None:
    assert "قاع" in read_bytes("a.html", page("<div>" * 1_000 + "قاع"))[0][0].text
    assert refusal("a.html", page("<div>" * 50_000 + "قاع")).code == "too_deep"


@pytest.mark.parametrize("encoding", ["cp1256", "utf-16", "utf-16-le", "utf-8-sig"])
def test_pages_in_other_encodings(read_bytes: Any, encoding: str) -> None:
    text = "<html><body><p>قال المتحدث إن الاجتماع عقد في بغداد.</p></body></html>"
    assert read_bytes("a.html", text.encode(encoding))[0][0].text == "قال المتحدث إن الاجتماع عقد في بغداد."


def test_bidirectional_and_zero_width_characters_stay_in_the_text(read_bytes: Any) -> None:
    posting = read_bytes("a.html", page("<p>خ\u200bبر \u202eمعكوس\u202c هنا</p>"))[0][0]
    assert posting.text == "خ\u200bبر \u202eمعكوس\u202c هنا"


def test_the_browser_noted_where_the_page_was_saved_from(read_bytes: Any) -> None:
    data = b"<!-- saved from url=(0026)https://daily.example.org/a -->\n" + page("<p>x <a href='b'>y</a></p>")
    posting = read_bytes("a.html", data)[0][0]
    assert posting.url == "https://daily.example.org/a"
    assert posting.links == ("https://daily.example.org/b",)
    assert posting.source == "daily.example.org"


def test_an_empty_page_is_refused(refusal: Any) -> None:
    assert refusal("a.html", b"").code == "empty"
    assert refusal("a.html", b"\n \n").code == "empty"
    assert refusal("a.html", page("<script>1</script>")).code == "no_text"
    assert refusal("a.html", bytes(range(256)) * 4).code == "binary"


def test_a_truncated_page_gives_what_is_there(read_bytes: Any) -> None:
    data = page("<p>أول</p><p>ثان</p><p>ثالث</p>")
    assert read_bytes("a.html", data[: data.index("ثالث".encode())])[0][0].text == "أول\nثان"
