"""Feeds: every entry with its own evidence, no entity ever expanded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

RSS = '<rss version="2.0"><channel><title>وكالة المثال</title>{}</channel></rss>'


def test_each_entry_carries_its_own_bytes(read_bytes: Any) -> None:
    data = RSS.format(
        "<!-- <item>not one</item> --><item><title>أول</title>"
        "<description><![CDATA[<item>x</item>]]></description></item>"
        "\n<item><title>ثان</title></item>"
    ).encode()
    postings, _ = read_bytes("a.rss", data)
    assert [posting.title for posting in postings] == ["أول", "ثان"]
    assert postings[0].capture.raw.startswith("<item><title>أول".encode())
    assert postings[1].capture.raw == "<item><title>ثان</title></item>".encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1256"])
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="utf-8"?>'])
def test_arabic_in_any_encoding_declared_or_not(read_bytes: Any, encoding: str, declaration: str) -> None:
    item = "<item><title>افتتاح المعرض</title><description>قال المنظمون إن الأبواب مفتوحة للجميع.</description></item>"
    postings, _ = read_bytes("a.xml", (declaration + RSS.format(item)).encode(encoding))
    assert postings[0].source == "وكالة المثال"
    assert postings[0].body == "افتتاح المعرض\nقال المنظمون إن الأبواب مفتوحة للجميع."


def test_an_entity_bomb_stays_a_word(read_bytes: Any) -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(12)
    )
    postings, _ = read_bytes("a.rss", (bomb + "]>" + RSS.format("<item><title>x &m; y</title></item>")).encode())
    assert len(postings[0].title) < 20
    assert "haha" not in postings[0].title


def test_an_external_entity_is_not_fetched(read_bytes: Any, tmp_path: Any) -> None:
    (tmp_path / "secret").write_text("SECRET")
    head = (
        f'<!DOCTYPE rss [<!ENTITY s SYSTEM "file://{tmp_path}/secret"><!ENTITY % p SYSTEM "http://dtd.example/"> %p;]>'
    )
    postings, _ = read_bytes("a.rss", (head + RSS.format("<item><title>x &s;</title></item>")).encode())
    assert "SECRET" not in postings[0].body


def test_scripts_in_an_entry_are_no_text(read_bytes: Any) -> None:
    item = (
        "<item><title>t</title><description><![CDATA[<p>قبل</p><script>alert(1)</script><p onclick='x()'>بعد</p>"
        "<a href='javascript:alert(1)'>زر</a><a href='https://a.example/'>رابط</a>]]></description></item>"
    )
    postings, _ = read_bytes("a.rss", RSS.format(item).encode())
    assert "alert" not in postings[0].text
    assert postings[0].text.startswith("قبل\nبعد")
    assert postings[0].links == ("https://a.example/",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 05 Jan 2026 08:00:00 +0300", datetime(2026, 1, 5, 5, tzinfo=UTC)),
        ("2026-01-05T08:00:00+03:00", datetime(2026, 1, 5, 5, tzinfo=UTC)),
        ("Mon, 05 Jan 0000 08:00:00 GMT", None),
        ("9999-12-31T00:00:00Z", None),
        ("16 رجب 1447", None),
    ],
)
def test_dates_of_entries(read_bytes: Any, written: str, expected: datetime | None) -> None:
    postings, _ = read_bytes("a.rss", RSS.format(f"<item><title>t</title><pubDate>{written}</pubDate></item>").encode())
    assert postings[0].published_at == expected
    if expected is None:
        assert postings[0].extra["date_note"]


def test_authors_are_not_carried(read_bytes: Any) -> None:
    item = "<item><title>t</title><author>someone@example.org (Some One)</author><description>d</description></item>"
    postings, _ = read_bytes("a.rss", RSS.format(item).encode())
    assert "Some One" not in repr(postings[0])


def test_a_cut_feed_gives_what_is_whole_and_says_so(read_bytes: Any) -> None:
    data = RSS.format("<item><title>أول</title></item><item><title>ثان</title></item>").encode()
    postings, rejects = read_bytes("a.rss", data[: data.index("ثان".encode())])
    assert postings[0].title == "أول"
    assert rejects[-1].code == "broken_feed"


def test_a_feed_without_entries_says_so(read_bytes: Any) -> None:
    assert read_bytes("a.rss", RSS.format("").encode())[1][0].code == "no_records"


def test_lists_of_addresses_and_error_pages_are_no_feeds(refusal: Any) -> None:
    assert (
        refusal("a.xml", b'<?xml version="1.0"?><urlset><url><loc>https://a.example</loc></url></urlset>').code
        == "address_list"
    )
    assert refusal("a.opml", b'<opml version="2.0"><body/></opml>').code == "address_list"
    assert refusal("a.rss", b"<html><body>503</body></html>", reader="feed").code == "broken_feed"
    assert refusal("a.rss", b"   \n").code == "empty"
    assert refusal("a.xml", b"<catalog><book/></catalog>").code == "unknown_format"


def test_deep_nesting_does_no_harm(read_bytes: Any) -> None:
    item = "<item><title>t</title><description>" + "<b>" * 20_000 + "x</description></item>"
    postings, rejects = read_bytes("a.rss", RSS.format(item).encode())
    assert len(postings) + len(rejects) >= 1
