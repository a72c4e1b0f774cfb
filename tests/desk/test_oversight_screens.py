"""The ledger on screen: every act in words, found by who, what and when, proved whole, and taken along."""

from __future__ import annotations

import ast
import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

import turs.desk
from turs.desk.coalition import oversight
from turs.desk.ledger import services, words
from turs.desk.ledger.models import Entry
from turs.desk.ledger.services import Act, record_many

from . import rows


@pytest.fixture
def auditor(world: rows.World, login: Any) -> Any:
    return login(world.user("oversight_auditor", language="en"))


def write(user: Any, *acts: Act) -> None:
    with transaction.atomic():
        record_many(user, acts)


def seqs(reply: Any) -> list[int]:
    return [line.entry.seq for line in reply.context["lines"]]


@pytest.mark.parametrize("roles", [("analyst",), ("admin",), ("legal_reviewer",), ("crisis_lead",), ()])
def test_only_oversight_reads_the_ledger(world: rows.World, login: Any, roles: Any) -> None:
    client = login(world.user(*roles))
    assert client.get("/ledger/").status_code == 403
    assert client.get("/ledger/export/").status_code == 403
    assert client.post("/ledger/verify/").status_code == 403


def test_every_page_is_reached_newest_first(auditor: Any) -> None:
    write(None, *(Act("posting.examined", "posting", str(n)) for n in range(120)))
    everything = list(Entry.objects.order_by("-seq").values_list("seq", flat=True))
    seen, address = [], "/ledger/"
    while True:
        reply = auditor.get(address)
        seen += seqs(reply)
        if reply.context["older"] is None:
            break
        address = f"/ledger/?before={reply.context['older']}"
    assert seen == everything
    back = auditor.get(f"/ledger/?after={reply.context['newer']}")
    assert seqs(back) == everything[len(everything) - len(seqs(reply)) - oversight.PAGE :][: oversight.PAGE]


def test_filters_find_by_who_what_and_when(auditor: Any, world: rows.World) -> None:
    analyst, foreigner = world.user("analyst"), world.user("analyst", at=world.police, name="foreigner")
    write(analyst, Act("case.claimed", "case", "case-1", {"n": "needle"}, "posting-1"))
    write(foreigner, Act("case.assessed", "case", "case-2"))
    today = timezone.localdate()
    for address, verbs in (
        ("actor=foreigner", ["case.assessed"]), ("agency=police", ["case.assessed"]),
        ("verb=case.claimed", ["case.claimed"]),
        ("object=case-1", ["case.claimed"]), ("object=posting-1", ["case.claimed"]), ("q=NEEDLE", ["case.claimed"]),
        (f"verb=case.claimed&from={today}&to={today}", ["case.claimed"]),
        (f"verb=case.claimed&from={today + timedelta(days=1)}", []), (f"to={today - timedelta(days=1)}", []),
        ("actor=nobody", []), ("q=%25", []),
    ):  # fmt: skip
        found = auditor.get(f"/ledger/?{address}").context["lines"]
        assert [line.entry.verb for line in found] == verbs, address


@pytest.mark.parametrize(
    "address", ["from=yesterday", "from=2026-02-30", "from=2026-03-02&to=2026-03-01", f"q={'x' * 201}"]
)
def test_a_filter_that_cannot_be_meant_says_so_and_shows_nothing(auditor: Any, address: str) -> None:
    reply = auditor.get(f"/ledger/?{address}")
    assert reply.status_code == 200
    assert reply.context["bad_filter"]
    assert "error-summary" in reply.content.decode()
    assert not seqs(reply)


@pytest.mark.parametrize("place", ["before=x", "before=-1", "before=" + "9" * 40, "after=0", "before=٣"])
def test_a_place_that_is_none_is_the_beginning(auditor: Any, place: str) -> None:
    assert seqs(auditor.get(f"/ledger/?{place}"))[0] == Entry.objects.latest("seq").seq


def test_a_page_costs_the_same_wherever_it_is(auditor: Any, django_assert_max_num_queries: Any) -> None:
    write(None, *(Act("posting.examined", "posting", str(n)) for n in range(300)))
    with django_assert_max_num_queries(16):
        auditor.get("/ledger/?before=200")


# --- in words --------------------------------------------------------------------------------------
def test_an_act_is_a_sentence_in_the_readers_language(world: rows.World) -> None:
    entry = Entry(actor="huda", agency="cell", verb="user.closed", detail='{"username": "<b>omar</b>"}')
    with translation.override("en"):
        assert words.sentence(entry) == "<bdi>huda</bdi> closed the login of <bdi>&lt;b&gt;omar&lt;/b&gt;</bdi>"
    with translation.override("ar"):
        assert words.sentence(entry) == "أغلق <bdi>huda</bdi> دخول <bdi>&lt;b&gt;omar&lt;/b&gt;</bdi>"


@pytest.mark.parametrize("detail", ["{}", "", "[1]", "not json", '{"username": null}', '{"%(actor)s": "%"}'])
def test_a_damaged_detail_breaks_no_sentence(detail: str) -> None:
    for verb in (*words.SENTENCES, "unheard.of"):
        assert words.sentence(Entry(actor="huda", agency="cell", verb=verb, detail=detail))


def test_a_verb_without_a_sentence_is_shown_as_it_stands(auditor: Any) -> None:
    write(None, Act("unheard.of", "posting", "1", {"reason": "a reason given"}))
    page = auditor.get("/ledger/").content.decode()
    assert "unheard.of" in page
    assert "a reason given" in page
    assert "The software" in page


def recorded_verbs() -> set[str]:
    """Every verb that the services write as it stands in their code."""
    found = set()
    for path in Path(turs.desk.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"record", "Act"}:
                at = 1 if node.func.id == "record" else 0
                verb = node.args[at] if len(node.args) > at else None
                parts = [verb.body, verb.orelse] if isinstance(verb, ast.IfExp) else [verb]
                found |= {str(part.value) for part in parts if isinstance(part, ast.Constant)}
    return found


def test_every_verb_that_is_recorded_has_its_sentence() -> None:
    assert len(recorded_verbs()) > 20
    assert recorded_verbs() <= set(words.SENTENCES)


def test_every_sentence_says_in_arabic_who_and_what() -> None:
    for verb, sentence in words.SENTENCES.items():
        with translation.override("ar"):
            arabic = str(sentence)
        with translation.override("en"):
            english = str(sentence)
        assert arabic != english, verb
        names = {part.partition(")")[0] for part in english.split("%(")[1:]}
        assert names == {part.partition(")")[0] for part in arabic.split("%(")[1:]}, verb


# --- the proof -------------------------------------------------------------------------------------
def test_a_whole_ledger_gives_the_head_to_note_down(auditor: Any) -> None:
    head = services.verify().head
    reply = auditor.post("/ledger/verify/")
    assert reply.context["outcome"].sound
    assert head in reply.content.decode()
    write(None, Act("posting.examined", "posting", "1"))
    assert auditor.post("/ledger/verify/", {"head": head}).context["outcome"].sound
    wrong = auditor.post("/ledger/verify/", {"head": "3:" + "0" * 64})
    assert not wrong.context["outcome"].sound
    assert "cut off" in wrong.content.decode()


def test_one_edited_byte_is_found_and_named(auditor: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("UPDATE ledger_entry SET actor = 'somebody' WHERE seq = 2")
    page = auditor.post("/ledger/verify/").content.decode()
    assert "Entry 2 was changed after it was written." in page
    assert 'role="alert"' in page


def test_links_of_the_outcome_lead_back_to_the_list(auditor: Any) -> None:
    reply = auditor.get("/ledger/verify/?verb=case.claimed")
    assert (reply.status_code, reply.url) == (302, "/ledger/?verb=case.claimed")


@pytest.mark.parametrize("head", ["nonsense", "9" * 200, "x:y", "1:"])
def test_a_head_that_is_none_is_not_found(auditor: Any, head: str) -> None:
    assert not auditor.post("/ledger/verify/", {"head": head}).context["outcome"].sound


# --- taking it along -------------------------------------------------------------------------------
def test_the_filtered_ledger_leaves_whole_and_that_is_recorded(auditor: Any, world: rows.World) -> None:
    write(world.user("analyst"), Act("case.claimed", "case", "1", {"reason": "=1+1", "named": "محمد"}))
    reply = auditor.get("/ledger/export/?format=csv&verb=case.claimed")
    table = list(csv.DictReader(io.StringIO(b"".join(reply.streaming_content).decode("utf-8-sig"))))
    entry = Entry.objects.get(verb="case.claimed")
    assert [row["hash"] for row in table] == [entry.hash]
    assert table[0]["detail"] == entry.detail
    written = Entry.objects.get(verb="ledger.exported")
    assert json.loads(written.detail) == {"filters": {"verb": "case.claimed"}, "format": "csv"}
    lines = b"".join(auditor.get("/ledger/export/?format=jsonl").streaming_content).decode().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, written.seq + 1)), "up to this export itself"
    assert json.loads(lines[-1])["detail"]["format"] == "csv"


def test_an_export_with_a_filter_that_cannot_be_meant_is_empty(auditor: Any) -> None:
    reply = auditor.get("/ledger/export/?from=never")
    assert len(b"".join(reply.streaming_content).decode().splitlines()) == 1
