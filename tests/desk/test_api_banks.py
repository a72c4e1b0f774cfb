"""Banks over the API: who may change what is known, every refusal, and search by example with the places that match."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from samples import TEXT, film, page, picture

from turs import match
from turs.desk.content import curation, exchange
from turs.desk.content.models import Bank, BankEntry, Opinion
from turs.desk.ledger.models import Entry
from turs.desk.ledger.services import verify
from turs.formats import FORMATS

from . import rows

pytestmark = pytest.mark.django_db
BASE = "/api/v1"
REASON = "Judged in the invented story of the tests."
A, B, ZEROS = "a" * 32, "b" * 32, "0" * 64


class Api:
    """What a program calls as somebody: ``api("PATCH", path, field=value)`` with a reason, unless one is given."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.client, self.headers = Client(), headers

    def __call__(self, method: str, path: str, **body: Any) -> Any:
        if method == "GET":
            return self.client.get(f"{BASE}{path}", body, headers=self.headers)
        return self.client.generic(
            method, f"{BASE}{path}", json.dumps(body), content_type="application/json", headers=self.headers
        )

    def change(self, method: str, path: str, **body: Any) -> Any:
        return self(method, path, **{"reason": REASON, **body})

    def upload(self, path: str, data: bytes, name: str = "list.csv", **form: Any) -> Any:
        return self.client.post(f"{BASE}{path}", {"file": SimpleUploadedFile(name, data), **form}, headers=self.headers)


@pytest.fixture
def api(world: rows.World, bearer: Any) -> Callable[..., Api]:
    """``api("analyst")``: as somebody of agency *cell* with this role; ``at=`` another agency."""
    return lambda role="analyst", **fields: Api(bearer(world.user(role, **fields)))


@pytest.fixture
def bank(world: rows.World) -> Bank:
    """The bank *known* (GREEN) of agency *cell*, with one MD5."""
    user = world.user("analyst")
    made = curation.add_bank(user, "known", polarity="match", tlp="GREEN")
    curation.add_bank_entry(user, made, "md5", A, tier="promotional", reason=REASON)
    return made


def entry_of(bank: Bank) -> str:
    return f"/banks/{bank.pk}/entries/{bank.entries.order_by('pk')[0].pk}"


def refused(answer: Any, status: int, word: str = "") -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert word in json.dumps(body, ensure_ascii=False)
    return body


def last(verb: str) -> dict[str, Any]:
    return json.loads(Entry.objects.filter(verb=verb).latest("seq").detail)  # type: ignore[no-any-return]


def acts() -> int:
    return Entry.objects.exclude(verb="token.issued").count()


# --- who may do what -------------------------------------------------------------------------------
def every_change(as_user: Api, bank: Bank) -> dict[str, Any]:
    """The answer to every operation that changes a bank, by its name; opinions apart."""
    entry = entry_of(bank)
    return {
        "change": as_user.change("PATCH", f"/banks/{bank.pk}", distance=9),
        "import": as_user.upload(f"/banks/{bank.pk}/import", f"kind,value\nmd5,{B}\n".encode(), reason=REASON),
        "add": as_user.change("POST", f"/banks/{bank.pk}/entries", kind="md5", value=B),
        "entry": as_user.change("PATCH", entry, label="x"),
        "hold": as_user.change("POST", f"{entry}/hold", until="2999-01-01T00:00:00Z"),
        "release": as_user.change("POST", f"{entry}/release"),
        "withdraw": as_user.change("POST", f"{entry}/withdraw"),
    }


@pytest.mark.parametrize("role", ["collector", "evaluator", "admin", "oversight_auditor", "partner_platform"])
def test_a_role_that_does_not_curate_changes_nothing(api: Any, bank: Bank, role: str) -> None:
    as_user = api(role)
    before = acts()
    for answer in (*every_change(as_user, bank).values(), as_user("POST", "/banks", name="x", polarity="match"),
                   as_user("POST", f"{entry_of(bank)}/opinions", view="agree")):  # fmt: skip
        refused(answer, 403)
    assert acts() == before


def test_rows_of_another_agency_are_not_there_to_be_changed(api: Any, world: rows.World, bank: Bank) -> None:
    """GREEN is for reading and judging, not for changing."""
    foreign = api(at=world.police)
    before = acts()
    for answer in every_change(foreign, bank).values():
        refused(answer, 404)
    assert acts() == before
    assert foreign("GET", f"/banks/{bank.pk}/entries").json()["items"][0]["added_by"] is None, "people stay unnamed"


def test_an_entry_is_found_in_its_own_bank_alone(api: Any, world: rows.World, bank: Bank) -> None:
    other = curation.add_bank(world.user("analyst"), "other", polarity="match", tlp="GREEN")
    path = f"/banks/{other.pk}/entries/{bank.entries.get().pk}"
    analyst = api()
    refused(analyst.change("PATCH", path, label="x"), 404)
    for verb in ("hold", "release", "withdraw"):
        refused(analyst.change("POST", f"{path}/{verb}", **({"until": None} if verb == "hold" else {})), 404)
    refused(analyst("GET", f"{path}/opinions"), 404)
    refused(analyst("POST", f"{path}/opinions", view="agree"), 404)


@pytest.mark.parametrize(
    ("tlp", "family", "others"),
    [("CLEAR", True, True), ("GREEN", True, True), ("AMBER", True, False), ("AMBER+STRICT", False, False),
     ("RED", False, False)],
)  # fmt: skip
def test_tlp_says_who_reads_exports_judges_and_matches(
    api: Any, world: rows.World, tlp: str, family: bool, others: bool
) -> None:
    owner = world.user("analyst")
    bank = curation.add_bank(owner, "known", polarity="match", tlp=tlp)
    curation.add_bank_entry(owner, bank, "near_text", TEXT, tier="promotional", reason=REASON)
    for place, sees in ((world.cell, True), (world.media, family), (world.police, others)):
        somebody = api(at=place)
        status = 200 if sees else 404
        for path in (f"/banks/{bank.pk}", f"/banks/{bank.pk}/entries", f"/banks/{bank.pk}/export"):
            assert somebody("GET", path).status_code == status, (place, path)
        assert somebody("GET", f"{entry_of(bank)}/opinions").status_code == status
        assert somebody("POST", f"{entry_of(bank)}/opinions", view="agree").status_code == status
        matches = somebody("POST", "/match", text=TEXT).json()["matches"]
        assert bool(matches) is (sees and tlp != "RED"), "what is RED is read by people, not matched for an agency"


def test_who_may_not_read_content_searches_nothing(api: Any, bank: Bank) -> None:
    for role in ("admin", "oversight_auditor", "public_reader"):
        somebody = api(role)
        refused(somebody("POST", "/match", text=TEXT), 403)
        refused(somebody.upload("/match/file", b"x"), 403)
        refused(somebody("GET", "/quarantine"), 403)
        refused(somebody("GET", f"/banks/{bank.pk}/export"), 403)
    refused(api("partner_platform")("POST", "/match", text=TEXT), 422, "Only an agency")


# --- settings --------------------------------------------------------------------------------------
def test_a_bank_changes_with_its_reason_and_what_is_not_named_stays(api: Any, bank: Bank) -> None:
    analyst = api()
    given = {"name": "known more", "tlp": "AMBER", "distance": 20, "containment": 80, "video": 60, "flood": 9,
             "active": False, "polarity": "suppress"}  # fmt: skip
    body = analyst.change("PATCH", f"/banks/{bank.pk}", **given).json()
    assert given.items() <= body.items()
    assert body["note"] == bank.note
    written = last("bank.changed")
    assert written["reason"] == REASON
    assert written["changed"]["name"] == ["known", "known more"]
    assert set(written["changed"]) == set(given)
    before = acts()
    assert analyst.change("PATCH", f"/banks/{bank.pk}", distance=20, note=None).json() == body
    assert acts() == before, "what changes nothing is not written down"


@pytest.mark.parametrize(
    "given",
    [{"distance": 64}, {"distance": -1}, {"distance": 10**30}, {"distance": "x"}, {"containment": 9}, {"video": 101},
     {"flood": 1}, {"polarity": "both"}, {"tlp": "PINK"}, {"name": ""}, {"name": " "}, {"name": "x" * 201},
     {"name": "other"}, {"seq": 1}, {"agency": "police"}, {"note": "a\0b"}],
    ids=str,
)  # fmt: skip
def test_an_impossible_setting_is_refused_at_its_field(
    api: Any, world: rows.World, bank: Bank, given: dict[str, Any]
) -> None:
    curation.add_bank(world.user("analyst"), "other", polarity="match", tlp="GREEN")
    before = acts()
    body = refused(api().change("PATCH", f"/banks/{bank.pk}", **given), 422)
    assert body["errors"][0]["place"].split(".")[-1] == next(iter(given))
    assert acts() == before


def test_every_change_needs_a_reason_in_a_sentence(api: Any, bank: Bank) -> None:
    analyst, entry, before = api(), entry_of(bank), acts()
    for method, path, body in (
        ("PATCH", f"/banks/{bank.pk}", {"distance": 9}), ("PATCH", entry, {"label": "x"}),
        ("POST", f"{entry}/hold", {"until": None}), ("POST", f"{entry}/release", {}),
        ("POST", f"{entry}/withdraw", {}), ("POST", f"/banks/{bank.pk}/entries", {"kind": "md5", "value": B}),
        ("POST", f"{entry}/opinions", {"view": "disagree"}),
    ):  # fmt: skip
        refused(analyst(method, path, **body), 422, "reason")
        refused(analyst(method, path, **body, reason="."), 422, "reason")
    refused(analyst.upload(f"/banks/{bank.pk}/import", b"kind,value\n"), 422, "reason")
    assert acts() == before


# --- entries ---------------------------------------------------------------------------------------
def test_an_entry_tells_all_that_is_known_of_it(api: Any, bank: Bank) -> None:
    (item,) = api()("GET", f"/banks/{bank.pk}/entries").json()["items"]
    assert set(item) == {
        "id", "bank", "kind", "value", "digest", "label", "tier", "labels", "producer", "note", "origin", "state",
        "added_at", "added_by", "hold_until", "quarantined_at", "disputed", "withdrawn_at",
    }  # fmt: skip
    assert (item["bank"], item["state"], item["added_by"]) == (str(bank.pk), "active", "analyst.cell")


def test_what_is_said_about_a_fingerprint_changes_and_the_fingerprint_does_not(api: Any, bank: Bank) -> None:
    analyst, path = api(), entry_of(bank)
    given = {"label": "ملصق", "tier": "crisis", "labels": ["glorification"], "producer": "Example Outlet", "note": "n"}
    body = analyst.change("PATCH", path, **given).json()
    assert given.items() <= body.items()
    assert (body["kind"], body["value"]) == ("md5", A)
    assert last("bank.entry_changed")["changed"]["tier"] == ["promotional", "crisis"]
    refused(analyst.change("PATCH", path, value=B), 422, "value")
    refused(analyst.change("PATCH", path, labels=["cruel"]), 422, "labels")
    refused(analyst.change("PATCH", path, tier="urgent"), 422, "tier")
    refused(analyst.change("PATCH", path, label="x" * 201), 422, "label")


@pytest.mark.parametrize(
    "given",
    [{"kind": "md5", "value": "nonsense"}, {"kind": "url", "value": "nowhere"}, {"kind": "near_text", "value": "short"},
     {"kind": "text", "value": " "}, {"kind": "vpdq", "value": "[]"}, {"kind": "colour", "value": "red"},
     {"kind": "md5", "value": A}, {"kind": "md5", "value": B, "labels": ["cruel"]},
     {"kind": "md5", "value": B, "hold_until": "2001-01-01T00:00:00Z"}, {"kind": "file", "value": "x"},
     {"kind": "near_text", "value": "x" * 200_001}],
    ids=lambda given: str(given)[:50],
)  # fmt: skip
def test_what_nothing_could_match_is_refused(api: Any, bank: Bank, given: dict[str, Any]) -> None:
    refused(api().change("POST", f"/banks/{bank.pk}/entries", **given), 422)
    assert bank.entries.count() == 1


def test_a_fingerprint_is_held_until_a_moment_to_come(api: Any, bank: Bank) -> None:
    analyst, path = api(), f"{entry_of(bank)}/hold"
    until = (timezone.now() + timedelta(hours=2)).replace(microsecond=0)
    body = analyst.change("POST", path, until=until.isoformat()).json()
    assert (body["state"], body["hold_until"]) == ("held", until.isoformat().replace("+00:00", "Z"))
    assert last("bank.entry_held")["until"] == until.isoformat()
    for wrong in ("2001-01-01T00:00:00Z", "tomorrow", "0001-01-01T00:00:00+14:00"):
        refused(analyst.change("POST", path, until=wrong), 422, "until")
    refused(analyst.change("POST", path), 422, "until")
    assert analyst.change("POST", path, until=None).json()["state"] == "active"
    assert last("bank.entry_hold_ended")["reason"] == REASON


def test_what_waits_in_quarantine_is_listed_with_its_bank_and_released(api: Any, world: rows.World, bank: Bank) -> None:
    hidden = curation.add_bank(world.user("analyst"), "hidden", polarity="match", tlp="AMBER+STRICT")
    curation.add_bank_entry(world.user("analyst"), hidden, "md5", B, tier="promotional", reason=REASON)
    BankEntry.objects.update(quarantined_at=timezone.now(), flood={"sources": 30})
    analyst = api()
    items = analyst("GET", "/quarantine").json()["items"]
    assert [item["bank"] for item in items] == [str(bank.pk), str(hidden.pk)]
    assert {item["state"] for item in items} == {"quarantined"}
    foreign = api(at=world.police)("GET", "/quarantine").json()["items"]
    assert [item["bank"] for item in foreign] == [str(bank.pk)]
    one = items[0]
    assert analyst.change("POST", f"/banks/{one['bank']}/entries/{one['id']}/release").json()["state"] == "active"
    assert len(analyst("GET", "/quarantine").json()["items"]) == 1
    assert last("bank.entry_released")["sources"] == 30
    paged = analyst("GET", "/quarantine", limit=1).json()
    assert (len(paged["items"]), paged["next"]) == (1, None)
    refused(analyst("GET", "/quarantine", cursor="x"), 422, "cursor")


def test_agencies_judge_with_their_reasons_and_one_disagreement_disputes(
    api: Any, world: rows.World, bank: Bank
) -> None:
    analyst, foreign, path = api(), api(at=world.police), f"{entry_of(bank)}/opinions"
    assert analyst("GET", path).json() == []
    refused(foreign("POST", path, view="disagree"), 422, "reason")
    refused(foreign("POST", path, view="maybe"), 422, "view")
    given = foreign("POST", path, view="disagree", reason="The picture is of a wedding.").json()
    assert set(given) == {"agency", "view", "reason", "at"}
    assert (given["agency"], given["view"]) == ("police", "disagree")
    analyst("POST", path, view="agree")
    assert [row["agency"] for row in analyst("GET", path).json()] == ["police", "cell"]
    (item,) = analyst("GET", f"/banks/{bank.pk}/entries").json()["items"]
    assert (item["state"], item["disputed"]) == ("disputed", True)
    foreign("POST", path, view="unsure")
    assert Opinion.objects.count() == 2
    assert not bank.entries.get().disputed
    assert Entry.objects.filter(verb="bank.opinion_given").count() == 3


def test_a_fingerprint_with_a_number_that_cannot_be_is_not_there(api: Any, bank: Bank) -> None:
    for number in (0, 2**63 - 1, 10**30):
        answer = api().change("POST", f"/banks/{bank.pk}/entries/{number}/release")
        assert answer.status_code in {404, 422}


# --- lists -----------------------------------------------------------------------------------------
def test_a_list_comes_in_with_a_report_of_every_record(api: Any, bank: Bank) -> None:
    data = f"kind,value,tlp\nmd5,{A},\nmd5,{B},\nmd5,{B},\nmd5,nonsense,\npdq,{ZEROS},RED\n".encode()
    answer = api().upload(f"/banks/{bank.pk}/import", data, reason=REASON)
    assert answer.status_code == 200, answer.content
    report = answer.json()
    assert set(report) == {"added", "known", "withdrawn", "kinds", "refused"}
    assert (report["added"], report["known"], report["withdrawn"], report["kinds"]) == (1, 2, 0, {"md5": 1})
    assert [set(one) for one in report["refused"]] == [{"line", "value", "reason"}] * 2
    written = last("bank.imported")
    assert (written["reason"], written["origin"], written["added"]) == (REASON, "csv: list.csv", 1)
    assert verify().sound


def test_refusals_of_a_list_speak_the_callers_language(world: rows.World, bearer: Any, bank: Bank) -> None:
    for language, word in (("ar", "بصمة"), ("en", "fingerprint")):
        caller = Api(bearer(world.user("analyst"), language))
        body = refused(caller.upload(f"/banks/{bank.pk}/import", b"hello there", reason=REASON), 422)
        assert word in body["detail"] or "قائمة" in body["detail"]


@pytest.mark.parametrize(
    ("data", "form", "place"),
    [(b"", {}, "file"), (b"\0\1\2", {}, "file"), (b"hello there", {}, "file"), (b"[]", {}, "file"),
     (b"kind,value\n", {"format": "tea-leaves"}, "format"), (b"kind,value\n", {"format": "a\0b"}, "format")],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused(api: Any, bank: Bank, data: bytes, form: dict[str, str], place: str) -> None:
    body = refused(api().upload(f"/banks/{bank.pk}/import", data, reason=REASON, **form), 422)
    assert body["errors"][0]["place"].split(".")[-1] == place
    assert bank.entries.count() == 1


@pytest.mark.parametrize("data", [TEXT.encode("utf-16"), b'{"kind": "md5", "val', b"{" * 100_000, b"\xff\xfe\xff"])
def test_a_broken_list_adds_nothing_and_says_why(api: Any, bank: Bank, data: bytes) -> None:
    answer = api().upload(f"/banks/{bank.pk}/import", data, reason=REASON)
    assert answer.status_code == 422 or answer.json()["refused"], answer.content
    assert bank.entries.count() == 1
    assert not Entry.objects.filter(verb="bank.imported").exists()


def test_a_list_is_limited_in_size_and_there_must_be_one(api: Any, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LARGEST_FILE", 100)
    analyst = api()
    refused(analyst.upload(f"/banks/{bank.pk}/import", b"x" * 101, reason=REASON), 413)
    refused(
        analyst.client.post(f"{BASE}/banks/{bank.pk}/import", {"reason": REASON}, headers=analyst.headers), 422, "file"
    )


def test_names_of_lists_are_kept_harmlessly(api: Any, bank: Bank) -> None:
    name = "x" * 400 + ".csv"
    assert api().upload(f"/banks/{bank.pk}/import", f"kind,value\nmd5,{B}\n".encode(), name=name, reason=REASON)
    assert len(bank.entries.get(value=B).origin) <= 300


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_what_goes_out_comes_in_again(api: Any, world: rows.World, bank: Bank, format: str) -> None:
    user, analyst = world.user("analyst"), api()
    for kind, value in (("pdq", ZEROS), ("url", "https://example.org/a"), ("md5", B)):
        curation.add_bank_entry(user, bank, kind, value, tier="designation", reason=REASON)
    curation.withdraw_bank_entry(user, bank.entries.get(value=B), REASON)
    answer = analyst("GET", f"/banks/{bank.pk}/export", format=format)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="bank-{bank.pk}{FORMATS[format].suffixes[0]}"'
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    written = last("bank.exported")
    assert (written["format"], written["bytes"]) == (format, len(answer.content))
    copy = curation.add_bank(user, "copy", polarity="match", tlp="GREEN")
    report = analyst.upload(f"/banks/{copy.pk}/import", answer.content, format=format, reason=REASON).json()
    carried = {row.value for row in bank.entries.filter(withdrawn_at=None) if row.kind in FORMATS[format].kinds}
    assert set(copy.entries.values_list("value", flat=True)) == carried
    assert (report["added"], report["refused"]) == (len(carried), [])
    left_out = 4 - len(carried) - ("deleted" in FORMATS[format].keeps)
    assert answer.headers["X-Left-Out"] == str(left_out)


def test_a_format_that_does_not_exist_is_refused_and_nothing_was_taken(api: Any, bank: Bank) -> None:
    for format in ("tea-leaves", "", "a\0b"):
        refused(api()("GET", f"/banks/{bank.pk}/export", format=format), 422, "format")
    assert not Entry.objects.filter(verb="bank.exported").exists()


def test_people_do_not_travel_in_an_export(api: Any, world: rows.World, bank: Bank) -> None:
    curation.give_opinion(world.user("analyst"), bank.entries.get(), "agree", REASON)
    for format in FORMATS:
        assert b"analyst" not in api()("GET", f"/banks/{bank.pk}/export", format=format).content


def test_a_tombstone_travels_to_the_bank_that_still_holds_it(api: Any, world: rows.World, bank: Bank) -> None:
    there, peer = world.user("analyst", at=world.police), api(at=world.police)
    copy = curation.add_bank(there, "copy", polarity="match", tlp="GREEN")
    for expected in ({"added": 1}, {"added": 0, "withdrawn": 1}, {"withdrawn": 0, "known": 1}):
        data = peer("GET", f"/banks/{bank.pk}/export").content
        report = peer.upload(f"/banks/{copy.pk}/import", data, name="peer.jsonl", reason=REASON).json()
        assert expected.items() <= report.items()
        curation.withdraw_bank_entry(world.user("analyst"), bank.entries.get(), REASON)
    assert copy.entries.get().state == "withdrawn"


# --- search by example -----------------------------------------------------------------------------
def put(world: rows.World, bank: Bank, kind: str, value: str = "", data: bytes = b"") -> BankEntry:
    added = curation.add_bank_entry(world.user("analyst"), bank, kind, value, data=data, tier="crisis", label="known",
                                    reason=REASON)  # fmt: skip
    return added[0]


def test_a_text_is_aligned_with_the_entry_that_it_holds(api: Any, world: rows.World, bank: Bank) -> None:
    entry = put(world, bank, "near_text", TEXT)
    text = f"وصلت القافلة إلى القرية بعد يومين من السير في طريق جبلي وعر.\n{TEXT}"
    before = acts()
    body = api()("POST", "/match", text=text).json()
    assert set(body) == {"prints", "count", "matches", "postings"}
    assert {one["kind"] for one in body["prints"]} == {"near_text", "text"}
    assert body["count"] == 1
    (found,) = body["matches"]
    assert (found["bank"], found["bank_name"], found["entry"]) == (str(bank.pk), "known", entry.pk)
    assert (found["kind"], found["polarity"], found["label"], found["tier"]) == (
        "near_text",
        "match",
        "known",
        "crisis",
    )
    assert found["score"] > 0.9
    assert found["spans"]
    for here, there in zip(found["spans"], found["entry_spans"], strict=True):
        assert text[here["start"] : here["end"]] == here["quote"]
        assert TEXT[there["start"] : there["end"]] == there["quote"] == here["quote"]
    assert sum(len(span["quote"]) for span in found["spans"]) > 0.8 * len(TEXT)
    assert acts() == before, "nothing is kept"


def test_an_address_is_found_in_any_spelling(api: Any, world: rows.World, bank: Bank) -> None:
    put(world, bank, "url", "https://example.org/a")
    for text in ("https://example.org/a?utm_source=x", "hxxps://example[.]org/a", " HTTPS://EXAMPLE.ORG/a "):
        body = api()("POST", "/match", text=text).json()
        assert [one["kind"] for one in body["matches"]] == ["url"], text


def test_a_posting_that_carries_the_text_is_named_where_it_may_be_seen(api: Any, world: rows.World) -> None:
    row = rows.posting(world.cell, text=TEXT, content_key=f"t:{match.text_digest(TEXT)}")
    assert api()("POST", "/match", text=TEXT).json()["postings"] == [str(row.pk)]
    assert api(at=world.police)("POST", "/match", text=TEXT).json()["postings"] == []


@pytest.mark.parametrize("text", ["", " ", "short", "https://", "word " * 40_001, "a\0b", "😀" * 100])
def test_an_example_that_says_too_little_or_too_much_is_refused(api: Any, bank: Bank, text: str) -> None:
    refused(api()("POST", "/match", text=text), 422)


def test_a_picture_is_found_with_its_distance(api: Any, world: rows.World, bank: Bank) -> None:
    known = f"{int(match.pdq(picture()).value, 16) ^ (2**7 - 1):064x}"
    entry = put(world, bank, "pdq", known)
    analyst = api()
    body = analyst.upload("/match/file", picture(), name="a.png").json()
    (found,) = body["matches"]
    assert (found["entry"], found["kind"], found["distance"], found["spans"]) == (entry.pk, "pdq", 7, [])
    assert {one["kind"] for one in body["prints"]} == {"sha256", "md5", "pdq"}
    assert all(one["quality"] >= 50 for one in body["prints"])
    curation.change_bank(world.user("analyst"), bank, REASON, distance=6)
    assert analyst.upload("/match/file", picture()).json()["matches"] == []


def test_a_video_and_a_document_are_found_by_what_they_show(api: Any, world: rows.World, bank: Bank) -> None:
    pytest.importorskip("av", reason="needs turs[video]")
    pytest.importorskip("pypdfium2", reason="needs turs[pdf]")
    words = "The forum held its first session yesterday in the capital before many journalists."
    put(world, bank, "file", data=film([1, 2, 3, 4]))
    put(world, bank, "file", data=page(words, shapes=60))
    analyst = api()
    part = analyst.upload("/match/file", film([2, 3])).json()["matches"]
    assert [(one["kind"], one["score"]) for one in part] == [("vpdq", 1.0)]
    other = analyst.upload("/match/file", page(f"{words} It was fine.", shapes=60)).json()["matches"]
    assert {one["kind"] for one in other} == {"near_text", "pdq"}
    (text,) = [one for one in other if one["kind"] == "near_text"]
    assert text["spans"][0]["quote"].startswith("The forum held")


def test_any_file_is_found_by_its_digest(api: Any, world: rows.World, bank: Bank) -> None:
    put(world, bank, "md5", match.md5(b"\0\1\2"))
    (found,) = api().upload("/match/file", b"\0\1\2").json()["matches"]
    assert (found["kind"], found["whole"]) == ("md5", True)


@pytest.mark.parametrize(
    "data", [picture()[:200], b"\x1aE\xdf\xa3" + bytes(200), b"%PDF-1.7 broken", TEXT.encode("utf-16")]
)
def test_a_broken_file_is_still_known_by_its_digests(api: Any, bank: Bank, data: bytes) -> None:
    body = api().upload("/match/file", data).json()
    assert {one["kind"] for one in body["prints"]} == {"sha256", "md5"}


def test_an_empty_a_missing_and_a_huge_file_are_refused(api: Any, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("turs.desk.content.api.matching.LARGEST_FILE", 100)
    analyst = api()
    body = refused(analyst.upload("/match/file", b""), 422, "empty")
    assert body["errors"][0]["place"] == "file"
    refused(analyst.client.post(f"{BASE}/match/file", {}, headers=analyst.headers), 422, "file")
    refused(analyst.upload("/match/file", b"x" * 101), 413)


def test_what_a_bank_no_longer_uses_is_not_found(api: Any, world: rows.World, bank: Bank) -> None:
    entry = put(world, bank, "text", TEXT)
    analyst, user = api(), world.user("analyst")

    def found() -> int:
        return analyst("POST", "/match", text=TEXT).json()["count"]  # type: ignore[no-any-return]

    assert found() == 1
    curation.hold(user, entry, timezone.now() + timedelta(days=1), REASON)
    assert found() == 0
    curation.hold(user, entry, None, REASON)
    curation.change_bank(user, bank, REASON, active=False)
    assert found() == 0
    curation.change_bank(user, bank, REASON, active=True)
    curation.withdraw_bank_entry(user, entry, REASON)
    assert found() == 0


# --- the reference ---------------------------------------------------------------------------------
def test_the_reference_tells_limits_and_files(api: Any) -> None:
    schema = api()("GET", "/openapi.json").json()
    shapes = schema["components"]["schemas"]
    distance = shapes["BankChange"]["properties"]["distance"]["anyOf"][0]
    assert (distance["minimum"], distance["maximum"]) == curation.LIMITS["distance"]
    export = schema["paths"][f"{BASE}/banks/{{id}}/export"]["get"]["responses"]["200"]["content"]
    assert export["application/octet-stream"]["schema"] == {"type": "string", "format": "binary"}
    for path, fields in (("/banks/{id}/import", {"file", "format", "reason"}), ("/match/file", {"file"})):
        form = schema["paths"][f"{BASE}{path}"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
        assert set(form["properties"]) == fields
