"""What the ledger says is said in the language and digits of its reader; what it exports stays as it was written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import translation

from turs.desk.coalition.services import set_preferences
from turs.desk.ledger import words
from turs.desk.ledger.models import Entry
from turs.desk.preferences import Preferences, use

from . import rows

ENDED = {"state": "done", "added": 12345, "known": 0, "rejected": 7}


def said(verb: str, reader: Preferences, **facts: Any) -> str:
    entry = Entry(actor="cell-analyst-1", agency="cell", verb=verb, detail=json.dumps(facts))
    with translation.override(reader.language), use(reader):
        return str(words.sentence(entry))


@pytest.mark.parametrize(
    ("reader", "added", "rejected"),
    [
        (Preferences("ar"), "١٢٬٣٤٥", "٧"),
        (Preferences("ar", digits="arab"), "١٢٬٣٤٥", "٧"),
        (Preferences("ar", digits="latn"), "12,345", "7"),
        (Preferences("en"), "12,345", "7"),
        (Preferences("en", digits="arab"), "١٢٬٣٤٥", "٧"),
    ],
)
def test_counts_in_a_sentence_have_the_digits_of_its_reader(reader: Preferences, added: str, rejected: str) -> None:
    sentence = said("import.ended", reader, **ENDED)
    assert f"<bdi>{added}</bdi>" in sentence
    assert f"<bdi>{rejected}</bdi>" in sentence


def test_a_name_keeps_its_digits() -> None:
    sentence = said("bank.added", Preferences("ar"), name="list 2026-01-05")
    assert "<bdi>cell-analyst-1</bdi>" in sentence
    assert "<bdi>list 2026-01-05</bdi>" in sentence


def test_an_instant_in_a_sentence_is_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(words.SENTENCES, "test.until", "%(until)s")  # type: ignore[attr-defined]
    until = "2026-07-05T14:05:00+00:00"
    assert "٥ يوليو ٢٠٢٦" in said("test.until", Preferences("ar"), until=until)
    assert "5 July 2026" in said("test.until", Preferences("en"), until=until)


@pytest.mark.django_db
def test_custody_and_ledger_follow_the_preference_and_the_export_does_not(world: rows.World, login: Any) -> None:
    analyst, auditor = world.user("analyst"), world.user("oversight_auditor")
    from turs.desk.content import intake

    data = b"".join(b'{"text": "news %d of the day, long enough"}\n' % number for number in range(12))
    work = intake.run(intake.open_import(analyst, [intake.Upload("posts.jsonl", [data])]).pk)
    assert work.added == 12
    for digits, shown, other in (("auto", "١٢", "12"), ("latn", "12", "١٢")):
        set_preferences(auditor, language="ar", digits=digits, hijri=False, theme="auto")
        page = login(auditor).get("/ledger/?verb=import.ended").content.decode()
        assert f"<bdi>{shown}</bdi>" in page
        assert f"<bdi>{other}</bdi>" not in page
        export = b"".join(login(auditor).get("/ledger/export/?format=jsonl&verb=import.ended"))
        assert json.loads(export)["detail"]["added"] == 12


@pytest.mark.django_db
def test_a_program_gets_the_digits_of_its_user(world: rows.World, client: Any, bearer: Any) -> None:
    from turs.desk.ledger.services import record

    analyst = world.user("analyst")
    row = rows.posting(world.cell, by=analyst)
    from django.db import transaction

    with transaction.atomic():
        record(analyst, "import.ended", row, chain=row.pk, **ENDED)
    for language, digits, shown in (("ar", "auto", "١٢٬٣٤٥"), ("ar", "latn", "12,345"), ("en", "auto", "12,345")):
        set_preferences(analyst, language="ar", digits=digits, hijri=False, theme="auto")
        reply = client.get(f"/api/v1/postings/{row.pk}", headers=bearer(analyst, language)).json()
        assert shown in reply["custody"][-1]["words"]
