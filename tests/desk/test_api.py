"""The REST API: every operation, both ways in, pages that stay stable, problems in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from turs.desk.coalition import services as coalition
from turs.desk.coalition.models import ApiToken
from turs.desk.content import intake
from turs.desk.ledger.models import Entry
from turs.desk.review.models import Case, Decision

from . import rows

pytestmark = pytest.mark.django_db
BASE = "/api/v1"
Bearer = Callable[..., dict[str, str]]


def get(client: Client, headers: dict[str, str], path: str, **query: Any) -> Any:
    return client.get(f"{BASE}{path}", query, headers=headers)


def post(client: Client, headers: dict[str, str], path: str, body: Any = None) -> Any:
    return client.post(f"{BASE}{path}", json.dumps(body or {}), content_type="application/json", headers=headers)


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "errors"}
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


# --- ways in ---------------------------------------------------------------------------------------
def test_a_token_acts_as_its_user(client: Client, world: rows.World, bearer: Bearer) -> None:
    body = get(client, bearer(world.user("analyst")), "/me").json()
    assert body["username"] == "analyst.cell"
    assert body["agency"] == {"key": "cell", "name": "Example cell"}
    assert body["partner"] is None
    assert body["roles"] == ["analyst"]
    assert {"view", "claim", "propose"} <= set(body["verbs"])
    assert {"language": "ar", "level": "NATIVE"} in body["skills"]


def test_nobody_enters_without_a_name(client: Client, world: rows.World) -> None:
    for path in ("/me", "/postings", "/ledger", "/openapi.json", "/", "/nothing"):
        answer = client.get(f"{BASE}{path}")
        is_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get(f"{BASE}/docs").status_code == 302
    is_problem(client.post(f"{BASE}/banks", "{}", content_type="application/json"), 401)


@pytest.mark.parametrize("value", ["", "x", "turs_x", "turs_" + "x" * 5000, "turs_عربي", "turs_\udc80"])
def test_a_token_that_is_none_is_refused(client: Client, world: rows.World, value: str, caplog: Any) -> None:
    is_problem(client.get(f"{BASE}/me", headers={"Authorization": f"Bearer {value}"}), 401)
    assert "reason=" in caplog.text
    assert "turs_x" not in caplog.text, "what somebody showed is not written down"


def test_a_token_ends(client: Client, world: rows.World, bearer: Bearer) -> None:
    user = world.user("analyst")
    headers = bearer(user)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    is_problem(get(client, headers, "/me"), 401)
    headers = bearer(user)
    coalition.withdraw_token(user, user.tokens.latest("created_at"))
    is_problem(get(client, headers, "/me"), 401)
    headers = bearer(user)
    assert get(client, headers, "/me").status_code == 200
    coalition.set_active(None, user, False)
    is_problem(get(client, headers, "/me"), 401)


def test_a_bad_token_is_refused_though_the_session_is_good(world: rows.World, login: Any) -> None:
    client = login(world.user("analyst"))
    assert client.get(f"{BASE}/me").status_code == 200
    is_problem(client.get(f"{BASE}/me", headers={"Authorization": "Bearer turs_wrong"}), 401)


def test_a_session_changes_nothing_without_the_csrf_token(world: rows.World, login: Any) -> None:
    client = login(world.user("analyst"), enforce_csrf_checks=True)
    given = {"name": "one", "polarity": "match"}
    assert client.get(f"{BASE}/me").status_code == 200
    is_problem(client.post(f"{BASE}/banks", given, content_type="application/json"), 403)
    client.get("/account/password/change/")
    secret = "a" * 32
    client.cookies["csrftoken"] = secret
    answer = client.post(f"{BASE}/banks", given, content_type="application/json", headers={"X-CSRFToken": secret})
    assert answer.status_code == 201, answer.content


def test_a_token_needs_no_csrf_token(world: rows.World, bearer: Bearer) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = post(client, bearer(world.user("analyst")), "/banks", {"name": "one", "polarity": "match"})
    assert answer.status_code == 201


# --- the coalition ---------------------------------------------------------------------------------
def test_who_is_who(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("analyst"))
    assert [row["key"] for row in get(client, headers, "/members").json()] == ["north", "south"]
    agencies = get(client, headers, "/agencies").json()
    assert {row["key"]: row["member"] for row in agencies} == {"cell": "north", "media": "north", "police": "south"}
    assert agencies[0]["type_label"] == "Communications cell"
    assert [row["type"] for row in get(client, headers, "/partners").json()] == ["SOCIAL_MEDIA_CO"]
    is_problem(get(client, bearer(world.user("public_reader")), "/members"), 403)


# --- content ---------------------------------------------------------------------------------------
def test_readers_are_those_of_collect(client: Client, world: rows.World, bearer: Bearer) -> None:
    from turs.collect import READERS

    listed = get(client, bearer(world.user("analyst")), "/readers").json()
    assert [row["name"] for row in listed] == list(READERS)
    assert all(row["title"]["ar"] and row["title"]["en"] for row in listed)


def test_an_import_is_accepted_queued_and_read_by_the_worker(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("collector"))
    form = {
        "files": [
            SimpleUploadedFile("a.txt", "نص عربي قصير للتجربة عن المثال".encode()),
            SimpleUploadedFile("b.txt", b"A short English text about an example."),
        ],
        "paths": ["folder/a.txt", "folder/deep/b.txt"],
        "tlp": "GREEN",
        "title": "تجربة",
    }
    answer = client.post(f"{BASE}/imports", form, headers=headers)
    assert answer.status_code == 202, answer.content
    body = answer.json()
    assert answer.headers["Location"] == f"{BASE}/imports/{body['id']}"
    assert (body["state"], body["tlp"], body["agency"], body["files"]) == ("queued", "GREEN", "cell", 2)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [body["id"]]
    intake.run(body["id"])
    done = client.get(answer.headers["Location"], headers=headers).json()
    assert (done["state"], done["added"], done["rejected"], done["percent"]) == ("done", 2, 0, 100)
    assert [file["path"] for file in done["first_files"]] == ["folder/a.txt", "folder/deep/b.txt"]
    found = get(client, headers, "/postings", **{"import": body["id"]}).json()["items"]
    assert len(found) == 2
    assert {item["import"] for item in found} == {body["id"]}


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({}, "body"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "options": "["}, "form.options"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "options": "[1]"}, "form.options"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "options": '{"no_such": 1}'}, "form.options"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "options": '{"source": NaN}'}, "form.options"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "options": '{"source": "\\ud800"}'}, "form.options"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "options": '{"source": "\\u0000"}'}, "form.options"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "paths": ["a", "b"]}, "form.paths"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "tlp": "PINK"}, "form.tlp"),
        ({"files": [SimpleUploadedFile("a.txt", b"x")], "reader": "no_such"}, "body"),
    ],
)
def test_an_import_that_cannot_begin_says_why(
    client: Client, world: rows.World, bearer: Bearer, form: dict[str, Any], place: str
) -> None:
    headers = bearer(world.user("collector"))
    body = is_problem(client.post(f"{BASE}/imports", form, headers=headers), 422)
    assert any(error["place"].startswith(place) or place == "body" for error in body["errors"])
    assert get(client, headers, "/imports").json()["items"] == []


def test_an_import_is_limited_in_size(client: Client, world: rows.World, bearer: Bearer, settings: Any) -> None:
    headers = bearer(world.user("collector"))
    settings.MAX_UPLOAD_BYTES = 10
    form = {"files": [SimpleUploadedFile("a.txt", b"x" * 11)]}
    is_problem(client.post(f"{BASE}/imports", form, headers=headers), 422)
    form = {"files": [SimpleUploadedFile("a.txt", b"x" * (2 * 1024 * 1024))]}
    is_problem(client.post(f"{BASE}/imports", form, headers=headers), 413)


def test_a_body_is_limited_in_size(client: Client, world: rows.World, bearer: Bearer, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    is_problem(post(client, bearer(world.user("analyst")), "/examine", {"text": "x" * 200}), 413)


def test_rejects_of_an_import_page_by_page(client: Client, world: rows.World, bearer: Bearer) -> None:
    user = world.user("analyst")
    origin = rows.import_(world.cell, by=user)
    for line in range(5):
        rows.content.RejectedRecord.objects.create(
            import_record=origin, file="a.csv", line=line, code="bad_date", reason="r", remedy="m"
        )
    headers = bearer(user)
    seen, cursor = [], ""
    while True:
        body = get(client, headers, f"/imports/{origin.pk}/rejects", limit=2, cursor=cursor).json()
        seen += [item["line"] for item in body["items"]]
        if not (cursor := body["next"]):
            break
    assert seen == [0, 1, 2, 3, 4]


def test_one_id_from_import_to_ledger(client: Client, world: rows.World, bearer: Bearer) -> None:
    analyst, second = world.user("analyst"), world.user("approver")
    row = rows.posting(world.cell, by=analyst)
    case = rows.case(world.cell, lead=row, by=analyst)
    mine, other = bearer(analyst), bearer(second)
    assert post(client, mine, f"/cases/{case.pk}/claim").json()["claimed_by"] == "analyst.cell"
    assert post(client, mine, f"/cases/{case.pk}/assess", rows.ASSESSMENT).status_code == 200
    proposal = {"outcome": "monitor", "reason": "a reason in a sentence"}
    assert post(client, mine, f"/cases/{case.pk}/propose", proposal).json()["state"] == "proposed"
    done = post(client, other, f"/cases/{case.pk}/confirm").json()
    assert (done["state"], done["posting"]) == ("closed", str(row.pk))
    assert done["decisions"][0]["proposed_by"] == "analyst.cell"
    assert done["decisions"][0]["confirmed_by"] == "approver.cell"
    whole = get(client, mine, f"/postings/{row.pk}").json()
    assert whole["case"] == str(case.pk)
    assert whole["capture"]["digest"] == row.capture.digest
    assert whole["examination"]["version"] == "context-1"
    answer = client.get(f"{BASE}/postings/{row.pk}/evidence", headers=mine)
    assert answer.content == b'{"n": ' + answer.content[6:]
    audit = get(client, bearer(world.user("oversight_auditor")), "/ledger", chain=str(row.pk)).json()
    verbs = [item["verb"] for item in audit["items"]][::-1]
    assert verbs == ["case.claimed", "case.assessed", "case.proposed", "case.confirmed", "capture.accessed"]
    custody = get(client, mine, f"/postings/{row.pk}").json()["custody"]
    assert [step["verb"] for step in custody][-1] == "capture.accessed"
    assert custody[-1]["actor"] == "analyst.cell"


def test_evidence_comes_as_it_was_collected(client: Client, world: rows.World, bearer: Bearer) -> None:
    raw = b"<script>alert(1)</script>\0\xff"
    row = rows.posting(world.cell, raw=raw)
    answer = get(client, bearer(world.user("analyst")), f"/postings/{row.pk}/evidence")
    assert answer.content == raw
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert Entry.objects.filter(verb="capture.accessed", chain=str(row.pk), actor="analyst.cell").count() == 1


def test_damaged_evidence_is_not_given(client: Client, world: rows.World, bearer: Bearer) -> None:
    from turs.desk.content import blobs

    row = rows.posting(world.cell)
    place = blobs.local_path(row.capture.digest)
    assert place is not None
    place.write_bytes(b"something else")
    headers = bearer(world.user("analyst"))
    is_problem(get(client, headers, f"/postings/{row.pk}/evidence"), 410)
    place.unlink()
    is_problem(get(client, headers, f"/postings/{row.pk}/evidence"), 410)


def test_a_posting_names_no_account(client: Client, world: rows.World, bearer: Bearer) -> None:
    """Content, never people (guide, safeguard G1)."""
    extra = {"author": "some_handle", "forwarded_from": "some_handle", "chat_id": 77_777, "station": "إذاعة المثال"}
    row = rows.posting(world.cell, extra=extra)
    headers = bearer(world.user("analyst"))
    for path in ("/postings", f"/postings/{row.pk}", f"/postings/{row.pk}/examinations"):
        text = get(client, headers, path).content.decode()
        assert "some_handle" not in text
        assert "77777" not in text
    assert get(client, headers, f"/postings/{row.pk}").json()["facts"] == {"station": "إذاعة المثال"}


def test_people_are_named_to_their_own_agency_alone(client: Client, world: rows.World, bearer: Bearer) -> None:
    analyst = world.user("analyst")
    row = rows.posting(world.cell, "GREEN", by=analyst)
    case = rows.case(world.cell, "GREEN", lead=row, claimed_by=analyst)
    rows.assessment(case, analyst)
    headers = bearer(world.user("analyst", at=world.police))
    client.get(f"{BASE}/postings/{row.pk}/evidence", headers=bearer(analyst))
    for path in (f"/cases/{case.pk}", "/cases", f"/postings/{row.pk}"):
        assert "analyst.cell" not in get(client, headers, path).content.decode()
    assert get(client, headers, f"/cases/{case.pk}").json()["claimed"] is True


def test_filters_of_postings(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("analyst"))
    one = rows.posting(world.cell, text="الجِهاد الأكبر", folded="الجهاد الاكبر", genre="religious", tier="none")
    two = rows.posting(world.cell, text="call", language="en", genre="call", tier="crisis", priority=90)

    def ids(**query: Any) -> list[str]:
        answer = get(client, headers, "/postings", **query)
        assert answer.status_code == 200, answer.content
        return [item["id"] for item in answer.json()["items"]]

    assert ids() == [str(two.pk), str(one.pk)]
    assert ids(order="priority") == [str(two.pk), str(one.pk)]
    assert ids(q="الجهادُ") == [str(one.pk)]
    assert ids(q="no such word") == []
    assert ids(genre="religious") == ids(language="ar") == ids(tier="none") == [str(one.pk)]
    assert ids(source=str(two.source_id)) == ids(**{"import": str(two.capture.import_record_id)}) == [str(two.pk)]
    assert ids(agency="media") == []
    cut = two.published_at.isoformat()
    assert ids(published_from=cut) == [str(two.pk)]
    assert ids(published_to=cut) == [str(one.pk)]


@pytest.mark.parametrize(
    "query",
    [
        {"genre": "no_such"}, {"source": "x"}, {"limit": 0}, {"limit": 201}, {"limit": "x"}, {"q": "a\0b"},
        {"published_from": "yesterday"}, {"published_from": "0001-01-01T00:00:00+14:00"}, {"cursor": "x"},
        {"cursor": "W10"}, {"cursor": "WzEsMl0"}, {"cursor": "عربي"}, {"order": "random"},
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_said(
    client: Client, world: rows.World, bearer: Bearer, query: dict[str, Any]
) -> None:
    body = is_problem(get(client, bearer(world.user("analyst")), "/postings", **query), 422)
    assert body["errors"][0]["place"].startswith("query.")


@pytest.mark.parametrize("order", ["newest", "priority"])
def test_pages_stay_right_while_postings_arrive(client: Client, world: rows.World, bearer: Bearer, order: str) -> None:
    """None twice, none left out: also with equal and with missing dates."""
    headers = bearer(world.user("analyst"))
    now = timezone.now()
    dates = [None, None, None, now, now, now - timedelta(days=1), None, now - timedelta(days=2)]
    there = {str(rows.posting(world.cell, published_at=when, priority=n % 3).pk) for n, when in enumerate(dates)}
    seen: list[str] = []
    cursor = ""
    while True:
        body = get(client, headers, "/postings", limit=3, cursor=cursor, order=order).json()
        seen += [item["id"] for item in body["items"]]
        rows.posting(world.cell, published_at=now + timedelta(days=1), priority=99)
        rows.posting(world.cell, published_at=None, priority=1)
        if not (cursor := body["next"]):
            break
        assert len(seen) < 60
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_a_stricter_parent_stays_hidden(client: Client, world: rows.World, bearer: Bearer) -> None:
    """A GREEN posting of an AMBER+STRICT source does not give the source away."""
    owner = world.user("analyst")
    row = rows.posting(
        world.cell, "GREEN", place=rows.source(world.cell, "AMBER+STRICT", mark=rows.MARK),
        origin=rows.import_(world.cell, "RED", by=owner, mark=rows.MARK),
    )  # fmt: skip
    headers = bearer(world.user("analyst", at=world.police))
    for path in ("/postings", f"/postings/{row.pk}"):
        assert rows.MARK not in get(client, headers, path).content.decode()
    body = get(client, headers, f"/postings/{row.pk}").json()
    assert body["source"] is None
    assert body["import"] is None


def test_examining_stores_nothing(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("analyst"))
    entries = Entry.objects.count()
    given = {"text": "نشرت وزارة الخارجية بياناً عن مؤتمر المثال.", "title": "خبر", "source": "https://example.org"}
    body = post(client, headers, "/examine", given).json()
    assert body["posting"]["text"] == given["text"]
    assert {"version", "genre", "findings", "matches", "priority", "referable", "reasons"} <= set(body["examination"])
    assert Entry.objects.count() == entries
    assert get(client, headers, "/postings").json()["items"] == []
    again = post(client, headers, "/examine", given).json()
    assert again == body


def test_sources_and_imports_are_listed(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("analyst"))
    row = rows.posting(world.cell)
    assert [item["id"] for item in get(client, headers, "/sources", kind="channel").json()["items"]] == [
        str(row.source_id)
    ]
    assert get(client, headers, "/sources", kind="feed").json()["items"] == []
    assert get(client, headers, f"/sources/{row.source_id}").json()["name"] == row.source.name
    assert len(get(client, headers, "/imports", state="done").json()["items"]) == 1


# --- review ----------------------------------------------------------------------------------------
def test_what_the_rules_do_not_allow_yet_is_a_conflict_with_every_reason(
    client: Client, world: rows.World, bearer: Bearer
) -> None:
    linguist = world.user("analyst", languages={"en": "C1"})
    case = rows.case(world.cell)
    body = is_problem(
        post(client, bearer(linguist), f"/cases/{case.pk}/propose", {"outcome": "refer", "reason": "short"}), 409
    )
    codes = {error["code"] for error in body["errors"]}
    assert {"not_claimed", "language", "no_assessment", "no_reason"} <= codes
    assert all(error["message"] for error in body["errors"])
    assert not Decision.objects.exists()


def test_against_the_own_assessment_a_threat_to_life_needs_a_remark(
    client: Client, world: rows.World, bearer: Bearer
) -> None:
    analyst = world.user("analyst")
    case = rows.case(world.cell, claimed_by=analyst)
    rows.assessment(case, analyst, probability="very-unlikely")
    proposal = {"outcome": "emergency", "reason": "a place and an hour are named"}
    refused = is_problem(post(client, bearer(analyst), f"/cases/{case.pk}/propose", proposal), 409)
    assert "against_assessment" in str(refused)
    proposal["remark"] = "no group speaks, yet the threat is exact"
    done = post(client, bearer(analyst), f"/cases/{case.pk}/propose", proposal).json()
    assert done["decisions"][-1]["remark"] == proposal["remark"]


def test_the_proposer_does_not_confirm(client: Client, world: rows.World, bearer: Bearer) -> None:
    analyst = world.user("analyst")
    case = rows.case(world.cell, claimed_by=analyst)
    rows.assessment(case, analyst)
    headers = bearer(analyst)
    post(client, headers, f"/cases/{case.pk}/propose", {"outcome": "no_action", "reason": "a reason in a sentence"})
    body = is_problem(post(client, headers, f"/cases/{case.pk}/confirm"), 409)
    assert body["errors"][0]["code"] == "own_proposal"
    assert post(client, headers, f"/cases/{case.pk}/undo").json()["state"] == "open"


def test_claim_release_rule_and_return(client: Client, world: rows.World, bearer: Bearer) -> None:
    analyst, legal = bearer(world.user("analyst")), bearer(world.user("legal_reviewer"))
    case = rows.case(world.cell)
    post(client, analyst, f"/cases/{case.pk}/claim")
    is_problem(post(client, legal, f"/cases/{case.pk}/claim"), 409)
    assert get(client, analyst, "/cases", mine=True).json()["items"][0]["id"] == str(case.pk)
    assert get(client, legal, "/cases", mine=True).json()["items"] == []
    assert post(client, analyst, f"/cases/{case.pk}/release").json()["claimed"] is False
    ruled = post(client, legal, f"/cases/{case.pk}/rule", {"may_refer": False, "reason": "a reason in a sentence"})
    assert ruled.json()["rulings"][0]["may_refer"] is False
    post(client, analyst, f"/cases/{case.pk}/claim")
    unsure = rows.ASSESSMENT | {"exclusions": rows.ASSESSMENT["exclusions"] | {"satire": "UNSURE"}}
    is_problem(post(client, analyst, f"/cases/{case.pk}/assess", unsure), 422)
    told = unsure | {"exclusion_reason": "it may be a joke, and a known one"}
    assert post(client, analyst, f"/cases/{case.pk}/assess", told).status_code == 200
    post(client, analyst, f"/cases/{case.pk}/propose", {"outcome": "monitor", "reason": "a reason in a sentence"})
    back = post(client, legal, f"/cases/{case.pk}/return", {"answer": "please look at it again"}).json()
    assert (back["state"], back["decisions"][0]["state"]) == ("open", "returned")


def test_a_posting_is_put_before_people_by_hand(client: Client, world: rows.World, bearer: Bearer) -> None:
    row = rows.posting(world.cell, genre="reporting", priority=0)
    headers = bearer(world.user("analyst"))
    is_problem(post(client, headers, f"/postings/{row.pk}/case", {"reason": "."}), 409)
    answer = post(client, headers, f"/postings/{row.pk}/case", {"reason": "somebody should read this"})
    assert answer.status_code == 201
    assert client.get(answer.headers["Location"], headers=headers).json()["posting"] == str(row.pk)
    assert [item["posting"] for item in get(client, headers, "/cases", posting=row.pk).json()["items"]] == [str(row.pk)]


def test_nobody_opens_a_case_for_another_agency(client: Client, world: rows.World, bearer: Bearer) -> None:
    row = rows.posting(world.cell, "GREEN")
    headers = bearer(world.user("analyst", at=world.police))
    assert get(client, headers, f"/postings/{row.pk}").status_code == 200
    is_problem(post(client, headers, f"/postings/{row.pk}/case", {"reason": "somebody should read this"}), 404)
    assert not Case.objects.exists()


def test_cases_come_most_urgent_first(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("analyst"))
    made = [rows.case(world.cell, priority=n, tier="crisis" if n == 3 else "none") for n in (1, 3, 2)]
    listed = get(client, headers, "/cases").json()["items"]
    assert [item["priority"] for item in listed] == [3, 2, 1]
    assert [item["id"] for item in get(client, headers, "/cases", tier="crisis").json()["items"]] == [str(made[1].pk)]


def test_a_missing_role_is_refused_and_a_hidden_row_is_not_there(
    client: Client, world: rows.World, bearer: Bearer
) -> None:
    case = rows.case(world.cell)
    is_problem(post(client, bearer(world.user("collector")), f"/cases/{case.pk}/claim"), 403)
    is_problem(get(client, bearer(world.user("admin")), f"/cases/{case.pk}"), 403)
    is_problem(get(client, bearer(world.user("analyst", at=world.police)), f"/cases/{case.pk}"), 404)
    is_problem(get(client, bearer(world.user("analyst")), "/ledger"), 403)


# --- knowledge -------------------------------------------------------------------------------------
def test_a_bank_and_its_entries(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("analyst"))
    bank = post(client, headers, "/banks", {"name": "bank", "polarity": "match", "tlp": "GREEN"}).json()
    assert get(client, headers, f"/banks/{bank['id']}").json() == bank
    is_problem(post(client, headers, "/banks", {"name": "bank", "polarity": "match"}), 422)
    given = {"kind": "url", "value": "https://example.org/a", "reason": "seen in a known channel"}
    added = post(client, headers, f"/banks/{bank['id']}/entries", given)
    assert added.status_code == 201, added.content
    entry = added.json()[0]
    assert entry["added_by"] == "analyst.cell"
    path = f"/banks/{bank['id']}/entries/{entry['id']}/withdraw"
    is_problem(post(client, headers, path, {"reason": "."}), 422)
    assert post(client, headers, path, {"reason": "it was added by mistake"}).json()["withdrawn_at"]
    listed = get(client, headers, f"/banks/{bank['id']}/entries").json()["items"]
    assert [item["id"] for item in listed] == [entry["id"]]
    foreign = bearer(world.user("analyst", at=world.police))
    assert get(client, foreign, f"/banks/{bank['id']}").status_code == 200
    is_problem(post(client, foreign, f"/banks/{bank['id']}/entries", given), 404)
    is_problem(post(client, foreign, path, {"reason": "it was added by mistake"}), 404)
    assert [item["id"] for item in get(client, headers, "/banks").json()["items"]] == [bank["id"]]


def test_a_term_list_and_its_terms(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("analyst"))
    terms = post(client, headers, "/terms", {"name": "قائمة المثال"}).json()
    assert get(client, headers, f"/terms/{terms['id']}").json() == terms
    given = {"text": "جبهة المثال", "reason": "the name of the example", "language": "ar"}
    added = post(client, headers, f"/terms/{terms['id']}/entries", given)
    assert added.status_code == 201, added.content
    path = f"/terms/{terms['id']}/entries/{added.json()['id']}/withdraw"
    assert post(client, headers, path, {"reason": "it was added by mistake"}).json()["withdrawn_at"]
    assert len(get(client, headers, f"/terms/{terms['id']}/entries").json()["items"]) == 1
    assert len(get(client, headers, "/terms").json()["items"]) == 1


# --- the ledger ------------------------------------------------------------------------------------
def test_the_ledger_is_read_and_proved(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("oversight_auditor"))
    everything, cursor = [], ""
    while True:
        body = get(client, headers, "/ledger", limit=7, cursor=cursor).json()
        everything += body["items"]
        if not (cursor := body["next"]):
            break
    numbers = [item["seq"] for item in everything]
    assert numbers == list(range(len(numbers), 0, -1))
    assert get(client, headers, "/ledger", verb="token.issued").json()["items"][0]["actor"] == "oversight_auditor.cell"
    moment = everything[3]["at"]
    assert {item["seq"] for item in get(client, headers, "/ledger", since=moment, limit=200).json()["items"]} == {
        item["seq"] for item in everything if item["at"] >= moment
    }
    proof = get(client, headers, "/ledger/verify").json()
    assert proof == {"sound": True, "entries": len(numbers), "head": proof["head"], "faults": []}
    assert get(client, headers, "/ledger/verify", head=proof["head"]).json()["sound"] is True
    assert get(client, headers, "/ledger/verify", head="3:" + "0" * 64).json()["faults"][0]["code"] == "head"


# --- problems --------------------------------------------------------------------------------------
def test_problems_speak_the_callers_language(client: Client, world: rows.World, bearer: Bearer) -> None:
    user = world.user("analyst")
    for language in ("ar", "en"):
        answer = get(client, bearer(user, language), "/postings", limit="x")
        body = is_problem(answer, 422)
        assert answer.headers["Content-Language"] == language
        arabic = any("\u0600" <= letter <= "\u06ff" for letter in body["title"])
        assert arabic == (language == "ar")
    headers = bearer(user)
    del headers["Accept-Language"]
    assert get(client, headers, "/postings", limit="x").headers["Content-Language"] == user.language == "ar"
    headers["Accept-Language"] = "fr, en;q=0.4, ar;q=0.9"
    assert get(client, headers, "/postings", limit="x").headers["Content-Language"] == "ar"
    assert client.get(f"{BASE}/me", headers={"Accept-Language": "en-GB"}).json()["title"] == "Log in first"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"text": "\\ud800"}', b'{"text": "a\\u0000"}', b"1"])
def test_a_body_that_cannot_be_read_is_refused(client: Client, world: rows.World, bearer: Bearer, body: bytes) -> None:
    answer = client.post(
        f"{BASE}/examine", body, content_type="application/json", headers=bearer(world.user("analyst"))
    )
    assert answer.status_code in {400, 422}
    is_problem(answer, answer.status_code)


def test_a_broken_form_is_refused(client: Client, world: rows.World, bearer: Bearer) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=é"):
        answer = client.post(
            f"{BASE}/imports", b"--x\r\nnothing", content_type=content_type, headers=bearer(world.user("collector"))
        )
        assert answer.status_code in {400, 422}
        is_problem(answer, answer.status_code)


def test_a_misspelt_field_is_an_error(client: Client, world: rows.World, bearer: Bearer) -> None:
    body = is_problem(post(client, bearer(world.user("analyst")), "/examine", {"text": "x", "txet": "y"}), 422)
    assert body["errors"] == [
        {"place": "body.given.txet", "code": "extra_forbidden", "message": "There is no field with this name."}
    ]


def test_other_addresses_and_methods_are_problems_too(client: Client, world: rows.World, bearer: Bearer) -> None:
    headers = bearer(world.user("analyst"))
    is_problem(get(client, headers, "/no/such/place"), 404)
    is_problem(get(client, headers, "/"), 404)
    is_problem(get(client, headers, "/postings/not-an-id"), 404)
    answer = client.delete(f"{BASE}/me", headers=headers)
    is_problem(answer, 405)
    assert answer.headers["Allow"] == "GET"


def test_a_fault_of_ours_gives_nothing_away(
    client: Client, world: rows.World, bearer: Bearer, monkeypatch: Any, caplog: Any
) -> None:
    from turs.desk.coalition import api

    def broken(*args: Any) -> None:
        raise RuntimeError("secret inside")

    headers = bearer(world.user("oversight_auditor"))
    monkeypatch.setattr(api, "verify", broken)
    answer = get(client, headers, "/ledger/verify")
    is_problem(answer, 500)
    assert "secret" not in answer.content.decode()
    assert "secret inside" in caplog.text


# --- the reference ---------------------------------------------------------------------------------
def test_every_operation_explains_itself(client: Client, world: rows.World, bearer: Bearer) -> None:
    for language in ("ar", "en"):
        schema = get(client, bearer(world.user("analyst"), language), "/openapi.json").json()
        names = set()
        for address, operations in schema["paths"].items():
            for method, operation in operations.items():
                where = f"{method} {address}"
                assert operation["summary"], where
                assert operation["description"].strip(), where
                assert len(operation["tags"]) == 1, where
                assert operation["security"], where
                names.add(operation["operationId"])
                answers = operation["responses"]
                assert {"401", "403"} <= set(answers), where
                assert any(status.startswith("2") for status in answers), where
                for status, answer in answers.items():
                    kind = "application/problem+json" if status >= "4" else None
                    assert answer["content"], where
                    assert kind is None or list(answer["content"]) == [kind], where
        assert len(names) == sum(len(operations) for operations in schema["paths"].values())
        assert {tag["name"] for tag in schema["tags"]} == {
            operation["tags"][0] for operations in schema["paths"].values() for operation in operations.values()
        }


def test_the_reference_page_names_every_operation(world: rows.World, login: Any) -> None:
    client = login(world.user("analyst"))
    page = client.get(f"{BASE}/docs").content.decode()
    schema = client.get(f"{BASE}/openapi.json").json()
    for address, operations in schema["paths"].items():
        assert address in page
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in page
    assert "<script>" not in page
    assert "style=" not in page
