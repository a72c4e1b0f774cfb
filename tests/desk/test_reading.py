"""What stands beside a text, and in which order: what weighs most for a decision comes first."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from turs.desk.content import reading, words
from turs.examine import Context, examine
from turs.match import Bank, BankEntry
from turs.match.digests import text_digest
from turs.posting import Posting as Value
from turs.text import Term, TermList

from . import rows

THREAT = (
    "إلى من ينوي حضور لقاء دار البلدية في عين المثال يوم 26 نوفمبر 2026: اللقاء لن يمر بسلام. سنستهدف القاعة ومن فيها، "
    "ومن يدخلها فقد اختار مصيره. جبهة المثال https://channel.example.org/7"
)
CONTEXT = Context(
    banks=(Bank("calls", entries=(BankEntry("url", "https://channel.example.org/7", "a channel"),)),),
    terms=(TermList("names", "1", (Term("جبهة المثال", "ar", "group_name"),)),),
)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def seen(row: Any, **result: Any) -> reading.Reading:
    examination = row.examination
    examination.result = {**examination.result, **result}
    return reading.of(row, examination)


def span(text: str, part: str) -> dict[str, Any]:
    return {"start": text.index(part), "end": text.index(part) + len(part), "quote": part}


def finding(kind: str, label: str, protects: bool = False, *spans: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "label": label, "protects": protects, "spans": list(spans), "score": 1.0, "version": "x/1",
            "reason": {"ar": label, "en": label}}  # fmt: skip


def test_a_threat_is_told_first_and_how_news_opens_last(world: rows.World) -> None:
    row = rows.posting(world.cell, text=THREAT)
    result = examine(Value(source="s", text=THREAT), CONTEXT).as_dict()
    notes = seen(row, **result).notes
    kinds = [note.kind for note in notes]
    assert (notes[0].kind, notes[0].label) == ("function", "threaten")
    assert list(dict.fromkeys(kinds)) == ["function", "match", "term", "genre"]
    assert notes[-1].protects
    assert notes[-1].label == "reporting"
    assert [note.number for note in notes] == list(range(1, len(notes) + 1))


def test_notes_stand_by_their_weight_whatever_the_order_of_the_text(world: rows.World) -> None:
    row = rows.posting(world.cell, text="abcdefghij")
    told = [
        ("genre", "reporting", True), ("genre", "call", False), ("script", "zero_width", False),
        ("term", "slogan", False), ("function", "recruit", True), ("function", "recruit", False),
        ("function", "instruct", False), ("strange", "new", False), ("function", "threaten", False),
    ]  # fmt: skip
    given = [finding(*facts, span(row.text, row.text[place])) for place, facts in enumerate(told)]
    notes = seen(row, findings=given).notes
    assert [(note.kind, note.label, note.protects) for note in notes] == [
        ("function", "threaten", False), ("function", "instruct", False), ("function", "recruit", False),
        ("function", "recruit", True), ("term", "slogan", False), ("script", "zero_width", False),
        ("genre", "call", False), ("strange", "new", False), ("genre", "reporting", True),
    ]  # fmt: skip


def test_known_content_is_marked_where_it_stands(world: rows.World) -> None:
    row = rows.posting(world.cell, title="Title", text="Look at https://channel.example.org/7 today")
    link = {"bank": "calls", "bank_version": "1", "polarity": "match", "kind": "url", "subject": "link", "distance": 0,
            "label": "a channel", "tier": "designation", "value": "https://channel.example.org/7",
            "spans": [span(row.body, "https://channel.example.org/7")]}  # fmt: skip
    picture = {**link, "kind": "pdq", "value": "0" * 64, "subject": "media[0]", "spans": []}
    found = seen(row, matches=[picture, link])
    [mark] = found.text_marks
    assert row.text[mark.start : mark.end] == "https://channel.example.org/7"
    assert mark.kind == "match"
    assert [match.note for match in found.matches] == [0, mark.note], "a picture has no place in the text"
    assert found.notes[mark.note - 1].reason == "Address (URL): “a channel” in the bank “calls”"


def test_a_text_that_is_known_as_a_whole_is_not_painted_over(world: rows.World) -> None:
    text = "بيان كامل من جبهة المثال عن يوم طويل في مكان بعيد، نشرته القناة مرارا ثم حذفته."
    bank = Bank("calls", entries=(BankEntry("text", text_digest(text), "a statement"),))
    result = examine(Value(source="s", title="عنوان", text=text), Context((bank,), CONTEXT.terms)).as_dict()
    found = seen(rows.posting(world.cell, title="عنوان", text=text), **result)
    [known] = found.text_known
    assert found.notes[known - 1].kind == "match"
    assert found.title_known == ()
    assert all(mark.kind != "match" for mark in found.text_marks)
    assert any(mark.kind == "term" for mark in found.text_marks), "what else stands in it is still marked"


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("table.csv#line=7", ("table.csv", 7, 0)),
        ("result.json#messages[12]", ("result.json", 0, 13)),
        ("a#b.rss#entry[0]", ("a#b.rss", 0, 1)),
        ("page.html", ("page.html", 0, 0)),
        ("x.json#chats.list[2].messages[4]", ("x.json", 0, 5)),
        ("strange#place", ("strange#place", 0, 0)),
    ],
)
def test_a_place_in_a_file_is_counted_as_people_count(origin: str, told: tuple[str, int, int]) -> None:
    assert words.place(origin) == told


def test_facts_of_a_format_have_words_and_never_name_people(world: rows.World) -> None:
    extra = {"begin": 3725.4, "edited_at": "2026-01-02T03:04:05+00:00", "chat_type": "public_channel", "chat_id": "9",
             "forwarded": True, "author": "somebody", "forwarded_from": "somebody", "note": ""}  # fmt: skip
    row = rows.posting(world.cell, extra=extra)
    told = {str(fact.label): fact for fact in words.facts(row)}
    assert set(told) == {"Begins in the broadcast at", "Edited", "Kind of channel", "Forwarded from elsewhere"}
    assert told["Begins in the broadcast at"].clock == "1:02:05"
    assert told["Edited"].when is not None
    assert str(told["Kind of channel"].text) == "Public channel"
    assert str(told["Forwarded from elsewhere"].text) == "Yes"
    assert "chat_id" in dict(words.raw_facts(row))
    assert "somebody" not in str(words.raw_facts(row))
