"""Banks and term lists: what is known, kept as fingerprints; added and withdrawn with a reason; found in postings."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from turs import match
from turs.desk.content import curation, forms, holdings, intake, sightings
from turs.desk.content.intake import Upload
from turs.desk.content.models import Bank, BankEntry, Posting, Sighting, TermEntry, TermList
from turs.desk.content.vocabulary import EntryState
from turs.desk.ledger.models import Entry
from turs.formats import FORMATS

from . import rows

TEXT = "عقد المنتدى جلسته الأولى أمس في العاصمة بحضور واسع من الصحفيين."
GIVEN = {
    "kind": "text", "value": TEXT, "label": "بيان المنتدى", "tier": "promotional",
    "reason": "حكم عليه محللان من قبل.",
}  # fmt: skip
TERM = {"text": "جبهة المثال", "category": "name", "language": "ar", "reason": "اسم الجماعة المختلقة."}


@pytest.fixture
def analyst(world: rows.World, login: Any) -> Any:
    return login(world.user("analyst", language="en"))


@pytest.fixture
def bank(world: rows.World) -> Bank:
    return curation.add_bank(world.user("analyst"), "bank", polarity="match", tlp="AMBER")


@pytest.fixture
def terms(world: rows.World) -> TermList:
    made: TermList = TermList.objects.create(agency=world.cell, name="list", created_by=world.user("analyst"))
    return made


def picture(kind: str = "PNG") -> bytes:
    image = Image.radial_gradient("L").rotate(30).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def flat() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(out, "PNG")
    return out.getvalue()


def last(verb: str) -> dict[str, Any]:
    return json.loads(Entry.objects.filter(verb=verb).latest("seq").detail)  # type: ignore[no-any-return]


# --- banks -----------------------------------------------------------------------------------------
def test_a_bank_is_made_and_opened(analyst: Any) -> None:
    form = {"name": "  مواد   معروفة ", "polarity": "suppress", "tlp": "GREEN", "note": "n"}
    reply = analyst.post("/banks/", form)
    made = Bank.objects.get()
    assert reply.url == f"/banks/{made.pk}/"
    assert (made.name, made.polarity, made.tlp) == ("مواد معروفة", "suppress", "GREEN")
    assert last("bank.added")["name"] == "مواد معروفة"
    again = analyst.post("/banks/", form)
    assert again.status_code == 422
    assert "name" in again.context["form"].errors


@pytest.mark.parametrize(
    ("changes", "where"),
    [({"name": ""}, "name"), ({"name": "x" * 201}, "name"), ({"polarity": "both"}, "polarity"), ({"tlp": ""}, "tlp")],
)
def test_a_bank_that_does_not_fit_is_not_made(analyst: Any, changes: dict[str, str], where: str) -> None:
    reply = analyst.post("/banks/", {"name": "b", "polarity": "match", "tlp": "AMBER", "note": "", **changes})
    assert reply.status_code == 422
    assert where in reply.context["form"].errors
    assert not Bank.objects.exists()


@pytest.mark.parametrize(
    ("given", "kind", "value"),
    [
        ({}, "text", match.text_digest(TEXT)),
        ({"kind": "url", "value": "HTTPS://News.Example.org/a?utm_source=x#top"}, "url", "https://news.example.org/a"),
        ({"kind": "sha256", "value": " " + "AB" * 32}, "sha256", "ab" * 32),
        ({"kind": "md5", "value": "0f" * 16}, "md5", "0f" * 16),
        ({"kind": "pdq", "value": "0f" * 32}, "pdq", "0f" * 32),
    ],
)
def test_what_is_given_is_kept_as_its_fingerprint(analyst: Any, bank: Bank, given: Any, kind: str, value: str) -> None:
    assert analyst.post(f"/banks/{bank.pk}/", {**GIVEN, **given}).status_code == 302
    entry = bank.entries.get()
    assert (entry.kind, entry.value, entry.tier, entry.label) == (kind, value, "promotional", "بيان المنتدى")
    written = last("bank.entry_added")
    assert (written["value"], written["reason"]) == (value, GIVEN["reason"])
    assert TEXT not in analyst.get(f"/banks/{bank.pk}/").content.decode(), "a bank keeps no content"


def test_a_picture_is_known_by_its_bytes_and_by_its_looks(analyst: Any, bank: Bank) -> None:
    data = picture()
    given = {**GIVEN, "kind": "file", "value": "", "file": SimpleUploadedFile("p.png", data)}
    analyst.post(f"/banks/{bank.pk}/", given)
    found = {entry.kind: entry.value for entry in bank.entries.all()}
    assert found == {"sha256": match.sha256(data), "pdq": match.pdq(data).value}


@pytest.mark.parametrize("data", [flat(), b"%PDF-1.7 no picture", picture()[:200]])
def test_what_has_no_looks_is_known_by_its_bytes_alone(analyst: Any, bank: Bank, data: bytes) -> None:
    analyst.post(f"/banks/{bank.pk}/", {**GIVEN, "kind": "file", "file": SimpleUploadedFile("f", data)})
    assert [entry.kind for entry in bank.entries.all()] == ["sha256"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"value": ""}, "value"),
        ({"value": "قصير"}, "value"),
        ({"kind": "url", "value": "not an address"}, "value"),
        ({"kind": "url", "value": "javascript:alert(1)"}, "value"),
        ({"kind": "sha256", "value": "abc"}, "value"),
        ({"kind": "md5", "value": "zz" * 16}, "value"),
        ({"kind": "pdq", "value": "0" * 63}, "value"),
        ({"kind": "smell"}, "kind"),
        ({"kind": "file"}, "file"),
        ({"kind": "file", "file": SimpleUploadedFile("empty", b"")}, "file"),
        ({"tier": "awful"}, "tier"),
        ({"label": ""}, "label"),
        ({"reason": ""}, "reason"),
        ({"reason": "short"}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
    ],
)
def test_what_cannot_be_kept_says_so_at_its_field(analyst: Any, bank: Bank, changes: Any, where: str) -> None:
    reply = analyst.post(f"/banks/{bank.pk}/", {**GIVEN, **changes})
    assert reply.status_code == 422
    assert where in reply.context["form"].errors
    assert not BankEntry.objects.exists()
    assert not Entry.objects.filter(verb="bank.entry_added").exists()


def test_nothing_is_kept_twice(analyst: Any, bank: Bank) -> None:
    analyst.post(f"/banks/{bank.pk}/", GIVEN)
    reply = analyst.post(f"/banks/{bank.pk}/", {**GIVEN, "value": TEXT + " !"})
    assert reply.status_code == 422
    assert BankEntry.objects.count() == 1, "the same words in other dress are the same text"


def test_a_withdrawn_entry_stays_as_a_tombstone_and_can_come_back(analyst: Any, bank: Bank) -> None:
    analyst.post(f"/banks/{bank.pk}/", GIVEN)
    entry = bank.entries.get()
    address = f"/banks/{bank.pk}/entries/{entry.pk}/withdraw/"
    assert analyst.get(address).status_code == 200
    assert analyst.post(address, {"reason": "no"}).status_code == 422
    assert analyst.post(address, {"reason": "تبيّن أنه خبر لا دعاية."}).status_code == 302
    entry.refresh_from_db()
    assert entry.withdrawn_at
    assert last("bank.entry_withdrawn")["reason"] == "تبيّن أنه خبر لا دعاية."
    assert analyst.get(f"/banks/{bank.pk}/").context["page"].paginator.count == 0
    assert analyst.get(f"/banks/{bank.pk}/?state=withdrawn").context["page"].paginator.count == 1
    analyst.post(f"/banks/{bank.pk}/", GIVEN)
    entry.refresh_from_db()
    assert entry.withdrawn_at is None
    assert last("bank.entry_restored")["entry"] == entry.pk


# --- term lists ------------------------------------------------------------------------------------
def test_a_list_and_its_terms(analyst: Any) -> None:
    assert analyst.post("/terms/", {"name": "أسماء", "tlp": "AMBER", "note": ""}).status_code == 302
    made = TermList.objects.get()
    assert analyst.post("/terms/", {"name": "أسماء", "tlp": "AMBER", "note": ""}).status_code == 422
    assert analyst.post(f"/terms/{made.pk}/", TERM).status_code == 302
    entry = made.terms.get()
    assert (entry.text, entry.category, entry.language) == ("جبهة المثال", "name", "ar")
    assert last("termlist.term_added")["reason"] == TERM["reason"]
    address = f"/terms/{made.pk}/entries/{entry.pk}/withdraw/"
    assert analyst.post(address, {"reason": "لم يعد مستعملاً."}).status_code == 302
    entry.refresh_from_db()
    assert entry.withdrawn_at
    assert analyst.post(f"/terms/{made.pk}/", TERM).status_code == 302
    entry.refresh_from_db()
    assert entry.withdrawn_at is None


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"text": ""}, "text"),
        ({"text": "!!! ..."}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"category": ""}, "category"),
        ({"category": "x" * 41}, "category"),
        ({"language": "Arabic!"}, "language"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_term_that_cannot_be_found_is_not_kept(
    analyst: Any, terms: TermList, changes: dict[str, str], where: str
) -> None:
    reply = analyst.post(f"/terms/{terms.pk}/", {**TERM, **changes})
    assert reply.status_code == 422
    assert where in reply.context["form"].errors
    assert not TermEntry.objects.exists()


# --- what they find --------------------------------------------------------------------------------
def bring_in(user: Any, *texts: str) -> None:
    uploads = [Upload(f"{number}.txt", [text.encode()]) for number, text in enumerate(texts)]
    assert intake.run(intake.open_import(user, uploads, reader="text", options={"source": "s"}).pk).error == ""


def test_numbers_are_doors_to_what_they_count(analyst: Any, world: rows.World, bank: Bank, terms: TermList) -> None:
    analyst.post(f"/banks/{bank.pk}/", GIVEN)
    analyst.post(f"/terms/{terms.pk}/", TERM)
    bring_in(
        world.user("analyst"), TEXT, TEXT + "!", f"قال المتحدث إن {TERM['text']} لم ترد.", "نص آخر لا شأن له بشيء."
    )
    for list_address, address, name, part in (
        ("/banks/", f"/banks/{bank.pk}/", "bank", "entry"),
        ("/terms/", f"/terms/{terms.pk}/", "terms", "term"),
    ):
        count = 2 if name == "bank" else 1
        assert next(iter(analyst.get(list_address).context["page"])).found == count
        page = analyst.get(address)
        entry = next(iter(page.context["page"]))
        assert (page.context["found"], entry.found) == (count, count)
        whole = bank.pk if name == "bank" else terms.pk
        for door in (f"/postings/?{name}={whole}", f"/postings/?{part}={entry.pk}"):
            assert f'href="{door}"' in page.content.decode()
            assert analyst.get(door).context["page"].paginator.count == count, door


def test_examining_again_finds_what_was_added_since(
    analyst: Any, world: rows.World, bank: Bank, django_capture_on_commit_callbacks: Any
) -> None:
    bring_in(world.user("analyst"), TEXT)
    assert analyst.get("/banks/").context["staleness"] == {"stale": 0, "count": 1}
    analyst.post(f"/banks/{bank.pk}/", GIVEN)
    assert analyst.get("/banks/").context["staleness"] == {"stale": 1, "count": 1}
    with django_capture_on_commit_callbacks(execute=True):
        assert analyst.post("/banks/reexamine/", {"from": "terms"}).url == "/terms/"
    assert DBTaskResult.objects.get().args_kwargs["args"] == ["cell", world.user("analyst").username]
    assert Entry.objects.filter(verb="agency.reexamination_asked").count() == 1
    intake.reexamine(world.user("analyst"), world.cell)
    assert analyst.get("/banks/").context["staleness"] == {"stale": 0, "count": 1}
    assert analyst.get(f"/banks/{bank.pk}/").context["found"] == Posting.objects.count() == 1


# --- who may ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("roles", [("collector",), ("legal_reviewer",), ("approver",)])
def test_who_does_not_curate_reads_and_changes_nothing(
    world: rows.World, login: Any, bank: Bank, terms: TermList, roles: Any
) -> None:
    client = login(world.user(*roles))
    for address, form in ((f"/banks/{bank.pk}/", GIVEN), (f"/terms/{terms.pk}/", TERM)):
        assert client.get(address).status_code == 200
        assert client.post(address, form).status_code == 403
    for address in ("/banks/", "/terms/", "/banks/reexamine/"):
        assert client.post(address, {}).status_code == 403
    assert not BankEntry.objects.exists()


def test_an_administrator_and_an_auditor_see_none(world: rows.World, login: Any) -> None:
    for role in ("admin", "oversight_auditor"):
        assert {login(world.user(role)).get(address).status_code for address in ("/banks/", "/terms/")} == {403}


def test_a_foreign_bank_is_not_there_and_a_green_one_is_only_read(world: rows.World, login: Any) -> None:
    stranger = login(world.user("analyst", at=world.police, name="stranger"))
    for tlp, status in (("AMBER", 404), ("GREEN", 200)):
        known, words = rows.bank(world.cell, tlp), rows.term_list(world.cell, tlp)
        for address, form in ((f"/banks/{known.pk}/", GIVEN), (f"/terms/{words.pk}/", TERM)):
            assert stranger.get(address).status_code == status
            assert stranger.post(address, form).status_code == 404
        entry, term = known.entries.get(), words.terms.get()
        for address in (
            f"/banks/{known.pk}/entries/{entry.pk}/withdraw/", f"/terms/{words.pk}/entries/{term.pk}/withdraw/"
        ):  # fmt: skip
            assert stranger.get(address).status_code == 404
            assert stranger.post(address, {"reason": "a long enough reason"}).status_code == 404


def test_an_entry_of_another_bank_is_not_withdrawn_here(analyst: Any, world: rows.World, bank: Bank) -> None:
    other = rows.bank(world.cell).entries.get()
    reply = analyst.post(f"/banks/{bank.pk}/entries/{other.pk}/withdraw/", {"reason": "a long enough reason"})
    assert reply.status_code == 404


def test_empty_lists_teach(analyst: Any) -> None:
    assert "There is no bank yet" in analyst.get("/banks/").content.decode()
    assert "There is no term list yet" in analyst.get("/terms/").content.decode()

# --- one bank: what it holds and found --------------------------------------------------------------
REASON = "Judged in the invented story of the tests."
ENTRY = {"tier": "designation", "reason": REASON}


def add(world: rows.World, bank: Bank, kind: str = "md5", value: str = "a" * 32, **fields: Any) -> BankEntry:
    return curation.add_bank_entry(world.user("analyst"), bank, kind, value, **{**ENTRY, **fields})[0]


def see(entry: BankEntry, *postings: Posting, at: Any = None) -> None:
    for row in postings:
        Sighting.objects.create(entry=entry, posting=row, source=row.source, at=at or row.published_at)


def quarantined(world: rows.World, bank: Bank, sources: int = 5, **fields: Any) -> BankEntry:
    """An entry that flooded."""
    curation.change_bank(world.user("analyst"), bank, REASON, flood=sources)
    entry, now = add(world, bank, **fields), timezone.now()
    for _number in range(sources):
        see(entry, rows.posting(world.cell), at=now)
    with transaction.atomic():
        sightings.guard({entry.pk: now})
    entry.refresh_from_db()
    assert entry.quarantined_at
    return entry


def address_of(entry: BankEntry, verb: str = "") -> str:
    return f"/banks/{entry.bank_id}/entries/{entry.pk}/{verb}{'/' if verb else ''}"


def test_the_states_of_a_list_are_those_of_each_entry(world: rows.World, bank: Bank) -> None:
    later = timezone.now() + timedelta(days=1)
    for number, fields in enumerate(
        [{}, {"hold_until": later}, {"hold_until": timezone.now()}, {"disputed": True},
         {"disputed": True, "quarantined_at": later}, {"withdrawn_at": later, "quarantined_at": later},
         {"hold_until": later, "disputed": True}]
    ):  # fmt: skip
        BankEntry.objects.create(bank=bank, kind="md5", value=f"{number:032x}", digest=f"{number}", **fields)
    for state in EntryState.values:
        told = {entry.pk for entry in BankEntry.objects.all() if entry.state == state}
        assert {entry.pk for entry in BankEntry.objects.filter(holdings.in_state(state))} == told, state
        assert told, state


def test_a_bank_counts_what_it_holds_and_found_and_every_number_is_a_door(
    analyst: Any, world: rows.World, bank: Bank
) -> None:
    seen, never = add(world, bank), add(world, bank, "url", "https://example.org/never", tier="promotional")
    here = timezone.now()
    place = rows.source(world.cell)
    found = [rows.posting(world.cell, place=place, published_at=here) for _number in range(3)]
    see(seen, *found)
    see(seen, rows.posting(world.police, "AMBER+STRICT", published_at=here))
    page = analyst.get(f"/banks/{bank.pk}/")
    facts = page.context["statistics"]
    assert (facts.postings, facts.sources, facts.weeks[-1].count, facts.highest) == (3, 1, 3, 3), "visible ones only"
    assert [(entry.pk, postings, sources) for entry, postings, sources in facts.most] == [(seen.pk, 3, 1)]
    assert (page.context["never"], page.context["held"].live) == (1, 2)
    assert [entry.pk for entry in analyst.get(f"/banks/{bank.pk}/?seen=never").context["page"]] == [never.pk]
    assert [entry.pk for entry in analyst.get(f"/banks/{bank.pk}/?seen=yes").context["page"]] == [seen.pk]
    week = facts.weeks[-1]
    door = f"/postings/?bank={bank.pk}&from={week.begins.isoformat()}&to={week.ends.isoformat()}"
    assert f'href="{door.replace("&", "&amp;")}"' in page.content.decode()
    assert analyst.get(door).context["page"].paginator.count == 3


@pytest.mark.parametrize(
    ("query", "left"),
    [("kind=url", {"page"}), ("kind=smell", {"file", "page"}), ("tier=promotional", {"page"}), ("q=Annual", {"file"}),
     ("q=example.org", {"page"}), ("q=nothing+like+it", set()), ("state=withdrawn", {"gone"}),
     ("state=active&kind=md5", {"file"})],
)  # fmt: skip
def test_the_filters_of_a_bank(analyst: Any, world: rows.World, bank: Bank, query: str, left: set[str]) -> None:
    add(world, bank, label="file", note="Annual report")
    add(world, bank, "url", "https://example.org/x", label="page", tier="promotional")
    gone = add(world, bank, "pdq", "0" * 64, label="gone")
    curation.withdraw_bank_entry(world.user("analyst"), gone, REASON)
    assert {entry.label for entry in analyst.get(f"/banks/{bank.pk}/?{query}").context["page"]} == left


def test_the_list_of_banks_counts_kinds_and_what_waits(analyst: Any, world: rows.World, bank: Bank) -> None:
    quarantined(world, bank)
    add(world, bank, "url", "https://example.org/a")
    doubtful = add(world, bank, "url", "https://example.org/b")
    curation.give_opinion(world.user("analyst"), doubtful, "disagree", "This is a page of the weather service.")
    page = analyst.get("/banks/")
    row = next(iter(page.context["page"]))
    assert [(kind, number) for kind, _words, number in row.kinds] == [("md5", 1), ("url", 2)]
    assert (row.live, row.quarantined, row.disputed, row.found) == (3, 1, 1, 5)
    text = page.content.decode()
    for door in (f"/banks/quarantine/?bank={bank.pk}", f"/banks/{bank.pk}/?state=disputed", "/known/"):
        assert f'href="{door}"' in text
    assert analyst.get(f"/banks/{bank.pk}/?state=disputed").context["page"].paginator.count == 1


def test_a_bank_of_ten_thousand_is_read_page_by_page(analyst: Any, world: rows.World, bank: Bank) -> None:
    def fill(first: int, last: int) -> None:
        BankEntry.objects.bulk_create(
            [BankEntry(bank=bank, kind="md5", value=f"{n:032x}", digest=f"{n:032x}") for n in range(first, last)], 2000
        )

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert analyst.get(address).status_code == 200
        return len(seen)

    address = f"/banks/{bank.pk}/"
    fill(0, 60)
    analyst.get(address)
    before = queries(address)
    fill(60, 10_000)
    page = analyst.get(f"{address}?page=200")
    assert (page.context["page"].paginator.count, len(page.context["page"])) == (10_000, 50)
    assert queries(address) <= before, "as many questions to the database as for sixty"
    assert len(page.content) < 200_000


# --- settings ---------------------------------------------------------------------------------------
SETTINGS = {
    "name": "bank", "polarity": "match", "tlp": "AMBER", "active": "on", "distance": "31", "containment": "50",
    "video": "50", "flood": "25", "note": "", "reason": REASON,
}  # fmt: skip


def test_settings_change_with_their_reason_and_are_told_in_words(analyst: Any, bank: Bank) -> None:
    address = f"/banks/{bank.pk}/settings/"
    assert analyst.get(address).context["form"]["distance"].value() == 31
    given = {**SETTINGS, "distance": "9", "flood": "7", "active": ""}
    assert analyst.post(address, given).status_code == 302
    bank.refresh_from_db()
    assert (bank.distance, bank.flood, bank.active) == (9, 7, False)
    assert last("bank.changed")["changed"] == {"distance": [31, 9], "flood": [25, 7], "active": [True, False]}
    page = analyst.get(f"/banks/{bank.pk}/").content.decode()
    assert "<strong>9</strong> of 256 bits" in page
    assert "This bank is not in use" in page


@pytest.mark.parametrize(
    ("changes", "where"),
    [({"distance": "64"}, "distance"), ({"distance": "x"}, "distance"), ({"containment": "9"}, "containment"),
     ({"video": "0"}, "video"), ({"flood": "1"}, "flood"), ({"flood": ""}, "flood"), ({"name": ""}, "name"),
     ({"name": "taken"}, "name"), ({"polarity": "both"}, "polarity"), ({"tlp": "PINK"}, "tlp"),
     ({"reason": "short"}, "reason"), ({"reason": ""}, "reason")],
)  # fmt: skip
def test_impossible_settings_say_so_at_their_field(
    analyst: Any, world: rows.World, bank: Bank, changes: Any, where: str
) -> None:
    curation.add_bank(world.user("analyst"), "taken", polarity="match", tlp="AMBER")
    reply = analyst.post(f"/banks/{bank.pk}/settings/", {**SETTINGS, **changes})
    assert reply.status_code == 422
    assert where in reply.context["form"].errors
    assert not Entry.objects.filter(verb="bank.changed").exists()


# --- lists in and out -------------------------------------------------------------------------------
LIST = f"kind,value,label\nmd5,{'c' * 32},one\nmd5,nonsense,<b>bold</b>\nurl,=cmd(),\nmd5,{'a' * 32},known\n"


def bring(client: Any, bank: Bank, data: str | bytes = LIST, **given: str) -> Any:
    content = data.encode() if isinstance(data, str) else data
    file = SimpleUploadedFile("list <i>.csv", content)
    return client.post(f"/banks/{bank.pk}/import/", {"file": file, "format": "", "reason": REASON, **given})


def test_a_list_comes_in_and_every_refusal_is_reported_line_by_line(
    analyst: Any, world: rows.World, bank: Bank
) -> None:
    add(world, bank)
    assert bring(analyst, bank).url == f"/banks/{bank.pk}/import/report/"
    page = analyst.get(f"/banks/{bank.pk}/import/report/")
    report = page.context["report"]
    assert (report["added"], report["known"], report["withdrawn"]) == (1, 1, 0)
    assert [line for line, _value, _reason in page.context["page"]] == [3, 4]
    assert all(reason for _line, _value, reason in page.context["page"])
    text = page.content.decode()
    assert "<b>bold" not in text
    assert "list <i>" not in text
    table = read(analyst.get(f"/banks/{bank.pk}/import/report/?format=csv"))
    assert len(table.strip().splitlines()) == 3


def read(reply: Any) -> str:
    return b"".join(reply.streaming_content).decode()


def test_a_report_is_for_who_made_it(analyst: Any, world: rows.World, login: Any, bank: Bank) -> None:
    address = f"/banks/{bank.pk}/import/report/"
    assert analyst.get(address).status_code == 404
    bring(analyst, bank)
    assert analyst.get(address).status_code == 200
    assert login(world.user("analyst", name="colleague")).get(address).status_code == 404


@pytest.mark.parametrize(
    ("data", "given", "where"),
    [(b"", {}, "file"), (b"hello there", {}, "file"), (b"\0\1", {}, "file"), (LIST, {"format": "smoke"}, "format"),
     (LIST, {"reason": "no"}, "reason"), (LIST, {"reason": ""}, "reason")],
)  # fmt: skip
def test_a_list_that_cannot_be_read_says_so_at_its_field(
    analyst: Any, bank: Bank, data: str | bytes, given: dict[str, str], where: str
) -> None:
    reply = bring(analyst, bank, data, **given)
    assert reply.status_code == 422
    assert where in reply.context["form"].errors
    assert not BankEntry.objects.exists()


def test_a_list_larger_than_the_limit_is_not_even_read(analyst: Any, bank: Bank, monkeypatch: Any) -> None:
    monkeypatch.setattr(forms, "LARGEST_LIST", 10)
    assert "file" in bring(analyst, bank).context["form"].errors


def test_a_bank_goes_out_in_a_chosen_format_and_the_ledger_knows_who_took_it(
    analyst: Any, world: rows.World, bank: Bank
) -> None:
    add(world, bank, note="a note")
    add(world, bank, "url", "https://example.org/a")
    page = analyst.get(f"/banks/{bank.pk}/export/")
    lacks = {each["name"]: (each["left"], len(each["fields"])) for each in page.context["choices"]}
    assert set(lacks) == set(FORMATS)
    assert lacks["jsonl"] == (0, 0)
    assert lacks["ncmec"][0] == 1, "it has no addresses"
    assert not Entry.objects.filter(verb="bank.exported").exists(), "to look is not to take"
    reply = analyst.post(f"/banks/{bank.pk}/export/", {"format": "ncmec"})
    assert (reply["X-Left-Out"], reply["Content-Disposition"].split(".")[-1]) == ("1", 'xml"')
    assert last("bank.exported")["format"] == "ncmec"
    assert analyst.post(f"/banks/{bank.pk}/export/", {"format": "smoke"}).status_code == 422


# --- one fingerprint --------------------------------------------------------------------------------
def test_a_fingerprint_is_shown_with_all_that_is_known_of_it(analyst: Any, world: rows.World, bank: Bank) -> None:
    given = {
        **GIVEN, "kind": "near_text", "labels": ["glorification"], "producer": "وكالة المثال",
        "note": "انتبه للاقتباس.", "hold_until": "2099-01-01T10:00",
    }  # fmt: skip
    assert analyst.post(f"/banks/{bank.pk}/", given).status_code == 302
    entry = bank.entries.get()
    assert (entry.labels, entry.producer, entry.state) == (["glorification"], "وكالة المثال", "held")
    see(entry, rows.posting(world.cell), rows.posting(world.police, "AMBER+STRICT"))
    page = analyst.get(address_of(entry))
    text = page.content.decode()
    for words in (TEXT, "وكالة المثال", "انتبه للاقتباس.", "Glorification", "added a fingerprint", GIVEN["reason"]):
        assert words in text, words
    assert 'lang="ar" dir="rtl"' in text
    assert page.context["page"].paginator.count == 1, "a foreign posting is not shown"
    assert f'href="/postings/?entry={entry.pk}"' in text


def test_an_address_is_never_a_link(analyst: Any, world: rows.World, bank: Bank) -> None:
    entry = add(world, bank, "url", "https://front.example/poster")
    for page in (address_of(entry), f"/banks/{bank.pk}/", address_of(entry, "withdraw")):
        text = analyst.get(page).content.decode()
        assert "hxxps://front[.]example" in text
        assert "https://front.example" not in text


HOSTILE = "<script>alert(1)</script>\u202e'\"{{ 7 }}"


def test_hostile_words_stay_words(analyst: Any, world: rows.World, bank: Bank) -> None:
    entry = quarantined(world, bank, label=HOSTILE, producer=HOSTILE, note=HOSTILE)
    curation.give_opinion(world.user("analyst"), entry, "disagree", HOSTILE)
    curation.change_bank(world.user("analyst"), bank, REASON, name=HOSTILE, note=HOSTILE)
    for address in (
        "/banks/", f"/banks/{bank.pk}/", address_of(entry), address_of(entry, "withdraw"), "/banks/quarantine/",
        f"/banks/{bank.pk}/settings/", f"/banks/{bank.pk}/import/", f"/banks/{bank.pk}/export/",
    ):  # fmt: skip
        text = analyst.get(address).content.decode()
        assert "<script>alert" not in text, address
        assert "script&gt;alert(1)" in text, address
        shown = re.sub(r"<(textarea|title)\b.*?</\1>|<input\b.*?>", "", text, flags=re.S)
        assert "\u202e" not in shown, f"{address}: a hidden character is shown"


@pytest.mark.parametrize(
    ("verb", "given", "acts", "state"),
    [
        ("hold", {"until": "2099-01-01T00:00", "reason": REASON}, "bank.entry_held", "held"),
        ("change", {"label": "new", "tier": "crisis", "labels": ["glorification"], "producer": "", "note": "",
                    "reason": REASON}, "bank.entry_changed", "active"),
        ("opinion", {"view": "disagree", "reason": REASON}, "bank.opinion_given", "disputed"),
        ("opinion", {"view": "agree", "reason": ""}, "bank.opinion_given", "active"),
        ("withdraw", {"reason": REASON}, "bank.entry_withdrawn", "withdrawn"),
    ],
)  # fmt: skip
def test_what_people_do_with_a_fingerprint(
    analyst: Any, world: rows.World, bank: Bank, verb: str, given: dict[str, Any], acts: str, state: str
) -> None:
    entry = add(world, bank)
    reply = analyst.post(address_of(entry, verb), given)
    assert reply.status_code == 302
    entry.refresh_from_db()
    assert entry.state == state
    assert last(acts)["entry"] == entry.pk
    assert analyst.get(address_of(entry)).status_code == 200


@pytest.mark.parametrize(
    ("verb", "given", "form", "where"),
    [
        ("hold", {"until": "", "reason": REASON}, "hold", "until"),
        ("hold", {"until": "2001-01-01T00:00", "reason": REASON}, "hold", "until"),
        ("hold", {"until": "2099-01-01T00:00", "reason": "no"}, "hold", "reason"),
        ("resume", {"reason": ""}, "resume", "reason"),
        ("release", {"reason": "no"}, "release", "reason"),
        ("change", {"label": "", "tier": "crisis", "reason": REASON}, "change", "label"),
        ("change", {"label": "x", "tier": "awful", "reason": REASON}, "change", "tier"),
        ("change", {"label": "x", "tier": "crisis", "labels": ["bad"], "reason": REASON}, "change", "labels"),
        ("change", {"label": "x", "tier": "crisis", "reason": "no"}, "change", "reason"),
        ("opinion", {"view": "", "reason": ""}, "opinion", "view"),
        ("opinion", {"view": "perhaps", "reason": ""}, "opinion", "view"),
        ("opinion", {"view": "disagree", "reason": ""}, "opinion", "reason"),
        ("opinion", {"view": "disagree", "reason": "no"}, "opinion", "reason"),
    ],
)
def test_what_cannot_be_done_says_so_at_its_field(
    analyst: Any, world: rows.World, bank: Bank, verb: str, given: dict[str, Any], form: str, where: str
) -> None:
    entry = add(world, bank)
    before = Entry.objects.count()
    reply = analyst.post(address_of(entry, verb), given)
    assert reply.status_code == 422
    assert where in reply.context["forms"][form].errors
    assert Entry.objects.count() == before


def test_a_hold_ends_when_somebody_says_so(analyst: Any, world: rows.World, bank: Bank) -> None:
    entry = add(world, bank, hold_until=timezone.now() + timedelta(days=1))
    assert "Use it again now" in analyst.get(address_of(entry)).content.decode()
    assert analyst.post(address_of(entry, "resume"), {"reason": REASON}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "active"


def test_an_opinion_of_another_agency_is_read_and_its_people_stay_unnamed(
    world: rows.World, login: Any, bank: Bank
) -> None:
    bank = curation.change_bank(world.user("analyst"), bank, REASON, tlp="GREEN")
    entry = add(world, bank, label="poster")
    foreign = world.user("analyst", at=world.police, language="en")
    stranger = login(foreign)
    text = stranger.get(address_of(entry)).content.decode()
    assert "added a fingerprint" in text
    assert world.user("analyst").username not in text
    assert REASON not in text, "why it was added is for its own agency"
    assert stranger.post(address_of(entry, "opinion"), {"view": "disagree", "reason": "A wedding."}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "disputed"
    own = login(world.user("analyst", name="owner", language="en")).get(address_of(entry)).content.decode()
    assert "A wedding." in own
    assert foreign.username not in own


# --- quarantine -------------------------------------------------------------------------------------
def test_what_floods_waits_with_the_reasons_and_the_two_decisions(analyst: Any, world: rows.World, bank: Bank) -> None:
    entry = quarantined(world, bank, label="logo")
    page = analyst.get("/banks/quarantine/")
    assert [row.pk for row in page.context["page"]] == [entry.pk]
    assert entry.flood["sources"] == 5
    shown = analyst.get(address_of(entry))
    flood = shown.context["flood"]
    assert (flood.count, len(flood.sources), len(flood.postings)) == (5, 5, 5)
    text = shown.content.decode()
    for words in (address_of(entry, "release"), address_of(entry, "withdraw"), "Is this fingerprint sound"):
        assert words in text
    assert analyst.post(address_of(entry, "release"), {"reason": REASON}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "active"
    assert "Nothing is in quarantine" in analyst.get("/banks/quarantine/").content.decode()


def test_quarantine_shows_what_the_reader_sees_and_its_owner_decides(
    world: rows.World, login: Any, bank: Bank
) -> None:
    entry = quarantined(world, bank)
    stranger = login(world.user("analyst", at=world.police, language="en"))
    assert stranger.get("/banks/quarantine/").context["page"].paginator.count == 0
    assert stranger.get(f"/banks/quarantine/?bank={bank.pk}").status_code == 404
    curation.change_bank(world.user("analyst"), bank, REASON, tlp="GREEN")
    row = next(iter(stranger.get("/banks/quarantine/").context["page"]))
    assert (row.pk, row.mine, row.found) == (entry.pk, False, 0), "foreign postings stay foreign"
    text = stranger.get(address_of(entry)).content.decode()
    assert address_of(entry, "release") not in text
    assert address_of(entry, "withdraw") not in text
    assert "You may see none of the postings" in text
    for verb in ("release", "withdraw", "hold", "change", "resume"):
        assert stranger.post(address_of(entry, verb), {"reason": REASON}).status_code == 404


@pytest.mark.parametrize("filters", ["bank=no-uuid", "bank=00000000-0000-0000-0000-000000000000"])
def test_a_filter_for_a_bank_that_is_not_there_is_a_404(analyst: Any, filters: str) -> None:
    assert analyst.get(f"/banks/quarantine/?{filters}").status_code == 404


# --- who may ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["collector", "legal_reviewer", "approver"])
def test_who_does_not_curate_reads_a_fingerprint_and_changes_nothing(
    world: rows.World, login: Any, bank: Bank, role: str
) -> None:
    entry = quarantined(world, bank)
    client = login(world.user(role))
    assert client.get(address_of(entry)).status_code == 200
    assert client.get("/banks/quarantine/").status_code == 200
    before = Entry.objects.count()
    for verb in ("hold", "resume", "release", "change", "opinion", "withdraw"):
        given = {"reason": REASON, "until": "2099-01-01T00:00", "view": "agree", "label": "x", "tier": "none"}
        assert client.post(address_of(entry, verb), given).status_code == 403, verb
    for part in ("settings", "import", "import/report"):
        assert client.get(f"/banks/{bank.pk}/{part}/").status_code == 403, part
    assert Entry.objects.count() == before
    assert client.post(f"/banks/{bank.pk}/export/", {"format": "csv"}).status_code == 200, "who sees it may take it"


def test_every_part_of_a_foreign_bank_is_not_there(world: rows.World, login: Any, bank: Bank) -> None:
    entry = quarantined(world, bank)
    stranger = login(world.user("analyst", at=world.police))
    for part in ("", "settings/", "import/", "import/report/", "export/"):
        assert stranger.get(f"/banks/{bank.pk}/{part}").status_code == 404, part
    assert stranger.post(f"/banks/{bank.pk}/export/", {"format": "csv"}).status_code == 404
    assert stranger.get(address_of(entry)).status_code == 404
    given = {"reason": REASON, "until": "2099-01-01T00:00", "view": "agree", "label": "x", "tier": "none"}
    for verb in ("hold", "resume", "release", "change", "opinion", "withdraw"):
        assert stranger.post(address_of(entry, verb), given).status_code == 404, verb
    entry.refresh_from_db()
    assert entry.state == "quarantined"


def test_an_entry_is_found_in_its_own_bank_alone(analyst: Any, world: rows.World, bank: Bank) -> None:
    other = curation.add_bank(world.user("analyst"), "other", polarity="match", tlp="AMBER")
    entry = add(world, other)
    assert analyst.get(f"/banks/{bank.pk}/entries/{entry.pk}/").status_code == 404
    reply = analyst.post(f"/banks/{bank.pk}/entries/{entry.pk}/hold/", {"until": "2099-01-01T00:00", "reason": REASON})
    assert reply.status_code == 404
