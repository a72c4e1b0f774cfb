"""Examine: pure, deterministic, explained; known content is recognised; nothing hostile stops it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from turs.examine import Context, as_line, default_context, examine
from turs.match import Bank, BankEntry, pdq, sha256, text_digest
from turs.posting import Media, Posting
from turs.text import Term, TermList

CALL = "يا شباب، انضموا إلى صفوف جبهة المثال، مقاتلونا بانتظاركم الليلة: https://t.me/s/Example_Front/5?utm_source=x"
NEWS = (
    "قال وزير الخارجية في مؤتمر صحفي أمس إن الاجتماع ناقش دعوة جبهة المثال: «انضموا إلى صفوفنا»، "
    "بحسب وكالة أنباء محلية."
)


def picture(kind: str = "PNG", size: tuple[int, int] = (320, 240)) -> bytes:
    seed = np.random.default_rng(5).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(seed).resize(size, Image.Resampling.BICUBIC).save(buffer, kind)
    return buffer.getvalue()


def media(data: bytes, kind: str = "image") -> Media:
    return Media(kind, "image/png", sha256(data), len(data), data=data)


def test_the_same_posting_gives_the_same_bytes_in_every_process() -> None:
    code = (
        "import json,sys;from turs.examine import *;from turs.posting import Posting;"
        f"p=Posting('x',{CALL!r},title='t');print(json.dumps(as_line(p,examine(p)),sort_keys=False))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1


def test_a_line_has_the_documented_fields() -> None:
    posting = Posting("channel", CALL, url="https://example.org/1", published_at=datetime(2026, 1, 2, tzinfo=UTC))
    line = as_line(posting, examine(posting))
    assert list(line) == ["posting", "examination"]
    assert set(line["posting"]) == {"id", "source", "url", "published_at", "title", "text", "language"}
    assert line["posting"]["published_at"] == "2026-01-02T00:00:00Z"
    assert {"version", "genre", "findings", "matches", "priority", "referable", "reasons"} <= set(line["examination"])
    json.dumps(line)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_reasons_are_given_in_the_language_of_the_reader(language: str) -> None:
    seen = examine(Posting("x", CALL))
    one, both = seen.as_dict(language), seen.as_dict()
    assert one["reasons"] == [reason[language] for reason in both["reasons"]]
    assert all(isinstance(f["reason"], str) for f in one["findings"])
    with pytest.raises(ValueError, match="choose ar, en or None"):
        seen.as_dict("xx")


def test_title_and_text_are_examined_together_and_spans_count_the_body() -> None:
    posting = Posting("x", "إلى صفوف جبهة المثال، مقاتلونا بانتظاركم، انضموا إلى صفوفنا", title="بيان")
    for finding in examine(posting).findings:
        for span in finding.spans:
            assert posting.body[span.start : span.end] == span.quote


def test_out_links_are_canonical_and_once_each() -> None:
    posting = Posting("x", CALL, links=("https://t.me/Example_Front/5", "https://example.org/b#x"))
    assert examine(posting).fingerprints.links == ("https://t.me/example_front/5", "https://example.org/b")


def test_the_version_changes_with_every_bank_and_term() -> None:
    bank = Bank("b", entries=(BankEntry("md5", "a" * 32),))
    terms = TermList("t", "1", (Term("كلمة"),))
    contexts = (
        Context(),
        Context((bank,)),
        Context((), (terms,)),
        Context((bank,), (terms,)),
        Context((replace(bank, version="2"),)),
        Context((), (replace(terms, version="2"),)),
    )
    versions = {context.version for context in contexts}
    assert len(versions) == 6
    assert default_context().version == Context().version
    assert examine(Posting("x", "y"), Context((bank,))).version == Context((bank,)).version


TEXT = "صورة من احتفال المدرسة بنهاية العام، مع أطيب التمنيات للجميع"


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (BankEntry("text", text_digest(TEXT), "known text", "crisis"), "text"),
        (BankEntry("url", "https://www.example.org/a?utm_source=x", "known page", "crisis"), "url"),
        (BankEntry("sha256", sha256(picture()), "known file", "crisis"), "sha256"),
        (BankEntry("pdq", pdq(picture()).value, "known picture", "crisis"), "pdq"),
    ],
)
def test_known_content_is_recognised_and_raises_by_the_tier_of_its_entry(entry: BankEntry, kind: str) -> None:
    disguised = TEXT.replace("صورة", "صُـورة")
    posting = Posting("x", disguised, links=("https://www.example.org/a",), media=(media(picture()),))
    seen = examine(posting, Context((Bank("known", entries=(entry,)),)))
    assert [(m.kind, m.bank, m.polarity) for m in seen.matches] == [(kind, "known", "match")]
    assert (seen.tier, seen.referable) == ("crisis", True)
    assert seen.priority >= 60
    assert any("known" in reason["en"] and "known" in reason["ar"] for reason in seen.reasons)


def test_a_recompressed_smaller_picture_is_still_known() -> None:
    bank = Bank("known", entries=(BankEntry("pdq", pdq(picture()).value, "picture", "designation"),))
    seen = examine(Posting("x", "", media=(media(picture("JPEG", (200, 150))),)), Context((bank,)))
    assert seen.matches[0].distance <= 31
    assert seen.tier == "designation"


def test_what_is_known_to_be_harmless_comes_last() -> None:
    known = Bank("known", entries=(BankEntry("url", "https://t.me/example_front/5", tier="threat_to_life"),))
    harmless = Bank("harmless", "suppress", entries=(BankEntry("text", text_digest(CALL)),))
    seen = examine(Posting("x", CALL), Context((known, harmless)))
    assert {m.polarity for m in seen.matches} == {"match", "suppress"}
    assert (seen.priority, seen.referable) == (0, False)
    assert any("harmless" in reason["en"] for reason in seen.reasons)


def test_a_match_inside_a_report_is_explained_but_raises_nothing() -> None:
    bank = Bank("known", entries=(BankEntry("url", "https://t.me/example_front/5", "channel", "threat_to_life"),))
    seen = examine(Posting("agency", NEWS, links=("https://t.me/Example_Front/5",)), Context((bank,)))
    assert (seen.genre, seen.priority, seen.referable) == ("reporting", 0, False)
    text = " ".join(reason["en"] for reason in seen.reasons)
    assert "channel" in text
    assert "protected" in text


def test_terms_are_reported_with_their_list_and_its_version() -> None:
    terms = TermList("names", "7", (Term("جبهة المثال", "ar", "group_name"), Term("المثال", suppress=("جبهة",))))
    seen = examine(Posting("x", "ورد اسم جَبهة المثال هنا"), Context((), (terms,)))
    found = [f for f in seen.findings if f.kind == "term"]
    assert [(f.label, f.version, f.spans[0].quote) for f in found] == [("group_name", "names/7", "جَبهة المثال")]


def test_tricks_of_writing_are_a_finding_with_their_place() -> None:
    seen = examine(Posting("x", "د ا ع ش \u202eabc\u202c ji\u200bhad"))
    found = {f.label: f for f in seen.findings if f.kind == "script"}
    assert set(found) == {"spelled_out", "bidi_override", "zero_width"}
    assert found["spelled_out"].spans[0].quote == "د ا ع ش"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an image",
        picture()[:2000],
        b"GIF89a" + b"\xff" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    ],
)
def test_hostile_media_become_a_finding(data: bytes) -> None:
    seen = examine(Posting("x", "text", media=(media(data),)))
    assert [f.label for f in seen.findings if f.kind == "media"] == ["media_unreadable"]
    assert seen.fingerprints.media[0].note.startswith("image_")


def test_media_without_bytes_are_noted_and_matched_by_digest() -> None:
    item = Media("video", "video/mp4", "a" * 64, 10)
    seen = examine(Posting("x", "", media=(item,)), Context((Bank("k", entries=(BankEntry("sha256", "a" * 64),)),)))
    assert seen.fingerprints.media[0].note == "bytes_absent"
    assert len(seen.matches) == 1


def test_a_picture_of_low_quality_is_kept_but_never_matched() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (200, 200), (90, 90, 90)).save(buffer, "PNG")
    flat = buffer.getvalue()
    bank = Bank("k", entries=(BankEntry("pdq", pdq(flat).value),))
    seen = examine(Posting("x", "", media=(media(flat),)), Context((bank,)))
    assert seen.fingerprints.media[0].note == "low_quality"
    assert seen.matches == ()


MARKS = '«»"“”\u202e\ud800\u0000انضموالجبهة جبهة.\n:/'


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(MARKS)), max_size=200), st.text(max_size=30))
def test_no_text_makes_it_fail_and_every_span_quotes_the_body(text: str, title: str) -> None:
    posting = Posting("x", text, title=title)
    seen = examine(posting)
    json.dumps(as_line(posting, seen), ensure_ascii=False).encode("utf-8")
    for finding in seen.findings:
        for span in finding.spans:
            assert posting.body[span.start : span.end] == span.quote


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("انضموا إلى جبهة المثال " * 450_000, id="a repeated call"),
        pytest.param("a" * 10_000_000, id="one letter"),
        pytest.param("«" * 10_000_000, id="open quotes"),
        pytest.param("https://example.org/a " * 450_000, id="addresses"),
        pytest.param("h" + "\u0301" * 100_000, id="piled marks"),
        pytest.param("\ud800\x00" * 50_000, id="half characters"),
        pytest.param("د.ا" * 1_000_000, id="broken words"),
        pytest.param("A" + "b-" * 2_000_000, id="hyphens"),
    ],
)
def test_ten_megabytes_in_one_line_take_seconds(text: str) -> None:
    begin = time.perf_counter()
    examine(Posting("x", text))
    assert time.perf_counter() - begin < 20


def test_a_harmless_picture_excuses_itself_and_not_the_words_beside_it() -> None:
    harmless = Bank("harmless", "suppress", entries=(BankEntry("sha256", sha256(picture())),))
    known = Bank("known", entries=(BankEntry("pdq", pdq(picture()).value, "poster", "crisis"),))
    alone = examine(Posting("x", "", media=(media(picture()),)), Context((harmless, known)))
    assert (alone.priority, alone.referable, alone.tier) == (0, False, "none")
    beside = examine(Posting("x", CALL, media=(media(picture()),)), Context((harmless, known)))
    assert beside.referable
    assert beside.priority == examine(Posting("x", CALL, media=(media(picture()),)), Context()).priority > 0


def test_a_call_does_not_hide_behind_a_harmless_text_that_it_carries() -> None:
    verse = "يوم الحصاد في قريتنا يوم فرح للجميع، نجتمع فيه منذ الفجر ونغني حتى المساء ثم نعود إلى بيوتنا راضين"
    harmless = Bank("harmless", "suppress", entries=(BankEntry("near_text", verse),))
    assert examine(Posting("x", verse), Context((harmless,))).priority == 0
    carried = examine(Posting("x", f"{verse}\n{CALL}"), Context((harmless,)))
    assert carried.matches
    assert not any("needs no review" in reason["en"] for reason in carried.reasons)


def test_a_disputed_fingerprint_is_shown_and_raises_nothing() -> None:
    entry = BankEntry("text", text_digest(TEXT), "known text", "crisis", disputed=True)
    seen = examine(Posting("x", TEXT), Context((Bank("known", entries=(entry,)),)))
    assert (len(seen.matches), seen.tier, seen.priority, seen.referable) == (1, "none", 0, False)
    assert any("disputed" in reason["en"] and "متنازع" in reason["ar"] for reason in seen.reasons)


def test_a_changed_copy_of_a_known_text_is_recognised_and_shown_side_by_side() -> None:
    entry = BankEntry("near_text", TEXT, "known text", "crisis", id=7)
    changed = TEXT.replace("المدرسة", "المَـدرسة") + " وإلى اللقاء"
    shown = examine(Posting("x", changed), Context((Bank("k", entries=(entry,)),)))
    (found,) = shown.as_dict("en")["matches"]
    assert (found["kind"], found["entry"], found["value"]) == ("near_text", 7, entry.digest)
    assert found["score"] > 0.9
    assert found["spans"][0]["quote"].startswith("صورة")
    assert found["entry_spans"][0]["start"] == 0
