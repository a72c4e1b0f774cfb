"""Search by example: what is given is looked up, shown beside what knows it, and forgotten."""

from __future__ import annotations

import io
import random
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from turs import match
from turs.desk.content import blobs, curation, example, forms
from turs.desk.content.models import Bank, BankEntry, MediaItem, Posting, PostingMedia
from turs.desk.ledger.models import Entry
from turs.match.vpdq import FramePrint, frames_to_text

from . import rows

pytestmark = pytest.mark.django_db
KNOWN = (
    "نقل مراسلنا في الميناء أن جبهة المثال نشرت بيانا تدعو فيه الشباب إلى الالتحاق بصفوفها، وأن أهل القرية ردوا "
    "عليه ببيان قالوا فيه إنهم لا يعرفون هذه الجماعة ولا يريدون أن يعرفوها."
)
LONGER = f"مقدمة لا شأن لها بما بعدها كتبها شخص آخر.\n\n{KNOWN}\n\nوخاتمة أضافها غيره من عنده في اليوم التالي."
REASON = "Judged in the invented story of the tests."


@pytest.fixture
def bank(world: rows.World) -> Bank:
    return curation.add_bank(world.user("analyst"), "known", polarity="match", tlp="AMBER")


@pytest.fixture
def analyst(world: rows.World, login: Any) -> Any:
    return login(world.user("analyst", language="en"))


def add(world: rows.World, bank: Bank, kind: str, value: str = "", **fields: Any) -> BankEntry:
    given = {"tier": "designation", "reason": REASON, "label": "known", **fields}
    return curation.add_bank_entry(world.user("analyst"), bank, kind, value, **given)[-1]


def picture(quality: int = 90, size: int = 200) -> bytes:
    image, chance = Image.radial_gradient("L").resize((200, 200)).convert("RGB"), random.Random(3)
    for _patch in range(12):
        x, y, wide, high = (chance.randrange(20, 150) for _side in range(4))
        image.paste(tuple(chance.randrange(255) for _part in range(3)), (x, y, x + wide // 2, y + high // 2))
    out = io.BytesIO()
    image.resize((size, size)).save(out, "JPEG", quality=quality)
    return out.getvalue()


def ask(client: Any, text: str = "", data: bytes | None = None, name: str = "given.bin") -> Any:
    given: dict[str, Any] = {"value": text}
    if data is not None:
        given["file"] = SimpleUploadedFile(name, data)
    return client.post("/known/", given)


# --- what is found, side by side ---------------------------------------------------------------------
def test_a_text_is_shown_beside_the_one_that_knows_it(analyst: Any, world: rows.World, bank: Bank) -> None:
    entry = add(world, bank, "near_text", KNOWN)
    page = ask(analyst, LONGER)
    row = page.context["rows"][0]
    assert (row.hit.entry.pk, row.percent, row.hit.match.whole) == (entry.pk, 100, False)
    given, known = row.panes
    assert (given.text, known.text, given.language, known.language) == (LONGER, KNOWN, "ar", "ar")
    shared = "".join(LONGER[span["start"] : span["end"]] for span in given.spans)
    assert "جبهة المثال نشرت بيانا" in shared
    assert "مقدمة" not in shared
    text = page.content.decode()
    assert text.count("<mark") >= 2, "the shared stretches are marked on both sides"
    assert 'id="note-1"' in text
    assert 'href="#note-1"' in text, "a mark leads to its match"


def test_a_picture_is_shown_as_bits_with_its_distance_in_words(analyst: Any, world: rows.World, bank: Bank) -> None:
    curation.add_bank_entry(
        world.user("analyst"), bank, "file", data=picture(), tier="designation", reason=REASON, label="poster"
    )
    page = ask(analyst, data=picture(quality=20, size=120), name="small.jpg")
    (row,) = page.context["rows"]
    differ = match.distance(match.pdq(picture()).value, match.pdq(picture(20, 120)).value)
    assert row.hit.match.distance == differ
    assert row.grid.agree == 256 - differ
    assert sum(cell for line in row.hit.cells for cell in line) == 256 - differ
    assert row.grid.differ.count("M") == differ
    text = page.content.decode()
    assert (f"{differ} of 256 bits differ" in text) or differ == 0
    assert f"{256 - differ} of 256 bits agree" in text, "the figure has a name"
    assert "small.jpg" in text


def test_the_very_same_file_is_known_by_its_bytes(analyst: Any, world: rows.World, bank: Bank) -> None:
    data = b"%PDF-1.7 nothing that anybody could read"
    for kind, value in (("sha256", match.sha256(data)), ("md5", match.md5(data))):
        add(world, bank, kind, value)
    page = ask(analyst, data=data)
    assert {row.hit.match.kind for row in page.context["rows"]} == {"sha256", "md5"}
    assert "byte for byte" in page.content.decode()


def test_an_address_is_known_in_any_spelling(analyst: Any, world: rows.World, bank: Bank) -> None:
    add(world, bank, "url", "https://front.example/poster")
    for spelling in ("HTTPS://Front.Example/poster?utm_source=x#top", "hxxps://front[.]example/poster"):
        page = ask(analyst, spelling)
        if page.status_code == 200:
            assert [row.hit.match.kind for row in page.context["rows"]] == ["url"], spelling
            assert "https://front.example" not in page.content.decode().partition("<main")[2].replace(
                'value="url:https://front.example/poster"', ""
            ), "a collected address is never a link"
    assert ask(analyst, "https://front.example/poster").context["rows"]


def test_a_video_tells_shares_and_stretches(world: rows.World, bank: Bank) -> None:
    chance = random.Random(7)
    frames = [FramePrint(f"{chance.getrandbits(256):064x}", 100, float(second)) for second in range(20)]
    entry = add(world, bank, "vpdq", frames_to_text(frames))
    part = frames_to_text([FramePrint(one.value, 100, one.seconds - 5) for one in frames[5:15]])
    found = example._shares(part, entry.value)
    assert found is not None
    assert (found.query_percent, found.entry_percent) == (100, 50)
    assert [(one.query_from, one.query_to, one.entry_from, one.entry_to) for one in found.stretches] == [(0, 9, 5, 14)]


def test_postings_that_carry_the_example_are_listed_as_far_as_the_reader_sees_them(
    analyst: Any, world: rows.World
) -> None:
    data = picture()
    mark = match.pdq(data)
    item = MediaItem.objects.create(
        digest=blobs.put(data), kind="image", mime="image/jpeg", size=len(data), pdq=mark.value, quality=mark.quality
    )
    own, foreign = rows.posting(world.cell), rows.posting(world.police, "AMBER+STRICT")
    for row in (own, foreign):
        PostingMedia.objects.create(posting=row, item=item, position=1)
    for given in (data, picture(quality=30)):
        page = ask(analyst, data=given)
        assert [near.posting.pk for near in page.context["found"].postings] == [own.pk]
        assert f"/postings/{own.pk}/" in page.content.decode()


def test_a_bank_that_the_reader_does_not_see_says_nothing(world: rows.World, login: Any, bank: Bank) -> None:
    add(world, bank, "near_text", KNOWN)
    stranger = login(world.user("analyst", at=world.police, language="en"))
    page = ask(stranger, KNOWN)
    assert page.context["rows"] == []
    assert "Nobody has judged this before" in page.content.decode()
    curation.change_bank(world.user("analyst"), bank, REASON, tlp="GREEN")
    assert len(ask(stranger, KNOWN).context["rows"]) == 1


def test_harmless_and_disputed_matches_say_so(analyst: Any, world: rows.World, bank: Bank) -> None:
    safe = curation.add_bank(world.user("analyst"), "harmless", polarity="suppress", tlp="AMBER")
    add(world, safe, "near_text", KNOWN)
    doubtful = add(world, bank, "near_text", KNOWN)
    curation.give_opinion(world.user("analyst"), doubtful, "disagree", "This is a report of the news.")
    text = ask(analyst, KNOWN).content.decode()
    assert "Known harmless" in text
    assert "An agency disagrees" in text


# --- nothing is kept ---------------------------------------------------------------------------------
def test_nothing_of_an_example_is_kept(analyst: Any, bank: Bank) -> None:
    before = Entry.objects.count()
    ask(analyst, KNOWN)
    ask(analyst, data=picture())
    assert Entry.objects.count() == before
    assert not any(model.objects.exists() for model in (Posting, MediaItem, BankEntry))
    assert not blobs.exists(match.sha256(picture()))


# --- what cannot be looked up ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "data", "where"),
    [
        ("", None, "file"),
        ("", b"", "file"),
        ("too short", None, "value"),
        ("http://", None, "value"),
        ("x" * 100_001, None, "value"),
        (KNOWN, b"and a file", "value"),
    ],
)
def test_what_cannot_be_looked_up_says_so_at_its_field(
    analyst: Any, text: str, data: bytes | None, where: str
) -> None:
    reply = ask(analyst, text, data)
    assert reply.status_code == 422
    assert where in reply.context["form"].errors


def test_a_file_that_is_too_large_is_not_read(analyst: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 100)
    reply = ask(analyst, data=picture())
    assert reply.status_code == 422
    assert "file" in reply.context["form"].errors


def test_a_broken_picture_is_looked_up_by_its_bytes_and_says_so(analyst: Any, world: rows.World, bank: Bank) -> None:
    broken = picture()[:300]
    add(world, bank, "sha256", match.sha256(broken))
    page = ask(analyst, data=broken)
    assert page.context["found"].unread == "image"
    assert len(page.context["rows"]) == 1
    assert "Only the bytes of this file could be looked up" in page.content.decode()


@pytest.mark.parametrize("text", ["<script>alert(1)</script> " + KNOWN, KNOWN + "\u202e\u200b" + "'\"><img src=x>"])
def test_hostile_words_stay_words(analyst: Any, world: rows.World, bank: Bank, text: str) -> None:
    add(world, bank, "near_text", text, label="<img src=x onerror=alert(1)>")
    page = ask(analyst, text, None)
    assert page.context["rows"]
    shown = page.content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "\u202e" not in re.sub(r"<(textarea)\b.*?</\1>|<input\b.*?>", "", shown, flags=re.S)
    file = analyst.post("/known/", {"value": "", "file": SimpleUploadedFile("<b>x</b>.txt", text.encode())})
    assert "<b>x" not in file.content.decode()


# --- into a bank -------------------------------------------------------------------------------------
def form_of(page: Any) -> dict[str, Any]:
    """The prefilled form of the page, as a browser sends it: its line ends included."""
    prints = [f"{one.kind}:{one.value}".replace("\n", "\r\n") for one in page.context["prints"] if one.chosen]
    bank = page.context["keep"].fields["bank"].queryset.get()
    return {"bank": str(bank.pk), "prints": prints, "label": "poster", "tier": "designation", "reason": REASON}


def test_what_nobody_knows_is_added_from_the_page(analyst: Any, bank: Bank) -> None:
    page = ask(analyst, data=picture())
    assert page.context["alone"], "the form stands open"
    assert analyst.post("/known/keep/", form_of(page)).url == f"/banks/{bank.pk}/"
    assert {entry.kind: entry.value for entry in bank.entries.all()} == {
        "sha256": match.sha256(picture()), "pdq": match.pdq(picture()).value
    }  # fmt: skip
    assert Entry.objects.filter(verb="bank.entry_added").count() == 2
    assert len(ask(analyst, data=picture()).context["rows"]) == 2


def test_a_text_of_many_lines_is_added_as_it_was_looked_up(analyst: Any, bank: Bank) -> None:
    assert analyst.post("/known/keep/", form_of(ask(analyst, LONGER))).status_code == 302
    assert bank.entries.get().value == LONGER
    (row,) = ask(analyst, LONGER.replace("\n", "\r\n")).context["rows"]
    assert row.hit.match.whole


def test_what_the_bank_knows_in_part_is_completed(analyst: Any, world: rows.World, bank: Bank) -> None:
    add(world, bank, "sha256", match.sha256(picture()))
    given = form_of(ask(analyst, data=picture()))
    assert analyst.post("/known/keep/", given).status_code == 302
    assert bank.entries.count() == 2
    again = analyst.post("/known/keep/", given)
    assert again.status_code == 422
    assert "bank" in again.context["keep"].errors
    assert bank.entries.count() == 2


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"prints": []}, "prints"),
        ({"bank": ""}, "bank"),
        ({"bank": "00000000-0000-0000-0000-000000000000"}, "bank"),
        ({"label": ""}, "label"),
        ({"tier": "awful"}, "tier"),
        ({"labels": ["bad"]}, "labels"),
        ({"reason": "no"}, "reason"),
    ],
)
def test_what_cannot_be_added_says_so_at_its_field(
    analyst: Any, bank: Bank, changes: dict[str, Any], where: str
) -> None:
    reply = analyst.post("/known/keep/", {**form_of(ask(analyst, KNOWN)), **changes})
    assert reply.status_code == 422
    assert where in reply.context["keep"].errors
    assert not BankEntry.objects.exists()


@pytest.mark.parametrize("prints", [["smell:x"], ["nonsense"], ["md5:zz"], ["vpdq:["], ["pdq:" + "0" * 63]])
def test_prints_that_no_page_offered_are_refused(analyst: Any, bank: Bank, prints: list[str]) -> None:
    given = {**form_of(ask(analyst, KNOWN)), "prints": prints}
    assert analyst.post("/known/keep/", given).status_code == 422
    assert not BankEntry.objects.exists()


# --- who may -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["collector", "legal_reviewer", "approver"])
def test_who_sees_content_may_look_up_and_who_curates_may_add(world: rows.World, login: Any, role: str) -> None:
    bank = curation.add_bank(world.user("analyst"), "known", polarity="match", tlp="AMBER")
    client = login(world.user(role))
    assert client.get("/known/").status_code == 200
    page = ask(client, KNOWN)
    assert page.status_code == 200
    assert page.context["keep"] is None
    given = {"bank": str(bank.pk), "prints": ["md5:" + "a" * 32], "label": "x", "tier": "none", "reason": REASON}
    assert client.post("/known/keep/", given).status_code == 403
    assert not BankEntry.objects.exists()


@pytest.mark.parametrize("role", ["admin", "oversight_auditor"])
def test_who_sees_no_content_looks_nothing_up(world: rows.World, login: Any, role: str) -> None:
    client = login(world.user(role))
    assert client.get("/known/").status_code == 403
    assert ask(client, KNOWN).status_code == 403


def test_nothing_is_added_to_the_bank_of_another_agency(world: rows.World, login: Any, bank: Bank) -> None:
    curation.change_bank(world.user("analyst"), bank, REASON, tlp="GREEN")
    stranger = login(world.user("analyst", at=world.police))
    given = {"bank": str(bank.pk), "prints": ["md5:" + "a" * 32], "label": "x", "tier": "none", "reason": REASON}
    reply = stranger.post("/known/keep/", given)
    assert reply.status_code == 422
    assert "bank" in reply.context["keep"].errors
    assert not BankEntry.objects.exists()


def test_the_place_has_a_name_and_a_key(analyst: Any) -> None:
    text = analyst.get("/").content.decode()
    assert 'href="/known/" data-go="e"' in text
    assert "Search by example" in text
