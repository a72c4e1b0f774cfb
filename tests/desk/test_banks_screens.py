"""Banks and term lists: what is known, kept as fingerprints; added and withdrawn with a reason; found in postings."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult
from PIL import Image

from turs import match
from turs.desk.content import curation, intake
from turs.desk.content.intake import Upload
from turs.desk.content.models import Bank, BankEntry, Posting, TermEntry, TermList
from turs.desk.ledger.models import Entry

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
