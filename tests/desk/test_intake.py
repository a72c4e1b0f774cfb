"""Bringing content in: nothing twice, nothing lost, nothing half-written, one id all the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from turs.desk.coalition.services import name_recipients
from turs.desk.content import blobs, curation, intake, tasks
from turs.desk.content.models import Capture, Examination, Import, MediaItem, Posting, Source
from turs.desk.ledger.models import Entry
from turs.desk.ledger.services import verify
from turs.desk.review import services as review
from turs.desk.review.models import Case

from . import rows

pytestmark = pytest.mark.django_db

CALL = "نحن جبهة المثال ندعوكم: انضموا إلى صفوفنا اليوم وقاتلوا معنا، راسلوا قناتنا https://t.me.example/example_front_1"
NEWS = "قالت وزارة الشباب في بيان إن برنامجا جديدا للتسامح سيبدأ الشهر المقبل، وأوضح متحدث باسمها أن التسجيل مفتوح."


def table(*records: dict[str, Any]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def bring_in(user: Any, *files: tuple[str, bytes], **options: Any) -> Import:
    uploads = [intake.Upload(name, iter([data])) for name, data in files]
    return intake.run(intake.open_import(user, uploads, **options).pk)


def known(user: Any, text: str) -> None:
    bank = curation.add_bank(user, "معروف", polarity="match", tlp="GREEN")
    curation.add_bank_entry(user, bank, "text", text, tier="designation", reason="نص معروف من قبل في القصة المخترعة")


def test_importing_the_same_thing_twice_adds_nothing(world: rows.World) -> None:
    user = world.user("analyst")
    file = "posts.jsonl", table({"text": NEWS, "source": "ضفاف"}, {"text": CALL, "source": "قناة"})
    first, second = bring_in(user, file), bring_in(user, file)
    assert (first.added, first.known) == (2, 0)
    assert (second.added, second.known) == (0, 2)
    assert Posting.objects.count() == Examination.objects.count() == Capture.objects.count() == 2


def test_every_rejected_record_is_kept_with_file_line_reason_and_remedy(world: rows.World) -> None:
    data = table({"text": NEWS, "source": "ضفاف"}) + b"{broken\n" + table({"text": CALL, "source": "قناة"})
    work = bring_in(world.user("analyst"), ("posts.jsonl", data))
    assert (work.added, work.rejected) == (2, 1)
    reject = work.rejects.get()
    assert (reject.file, reject.line) == ("posts.jsonl", 2)
    assert reject.reason
    assert reject.remedy


def test_the_evidence_is_the_record_as_it_stood_in_the_file(world: rows.World) -> None:
    first, second = table({"text": NEWS, "source": "ضفاف"}), table({"text": CALL, "source": "قناة"})
    bring_in(world.user("analyst"), ("posts.jsonl", first + second))
    capture = Capture.objects.get(posting__text=CALL)
    assert blobs.get(capture.digest).strip() == second.strip()
    assert capture.tool.startswith("json/")
    assert "posts.jsonl" in capture.origin
    assert capture.collector == world.user("analyst")


def test_altered_evidence_is_found_out(world: rows.World) -> None:
    bring_in(world.user("analyst"), ("a.txt", NEWS.encode()))
    capture = Capture.objects.get()
    place = blobs.local_path(capture.digest)
    assert place
    place.write_bytes(place.read_bytes()[:-1] + b"!")
    with pytest.raises(blobs.Damaged):
        blobs.get(capture.digest)


def test_one_payload_in_many_postings_is_stored_once(world: rows.World) -> None:
    from PIL import Image

    folder = Path("media")
    picture = _picture(Image.linear_gradient("L").resize((320, 240)).convert("RGB"))
    message = {"id": 1, "type": "message", "date": "2026-01-02T10:00:00", "date_unixtime": "1767348000", "text": NEWS,
               "photo": "media/p.png"}  # fmt: skip
    messages = [message | {"id": number, "text": f"{NEWS} {number}"} for number in range(1, 21)]
    export = {"name": "قناة المثال", "type": "public_channel", "id": 7, "messages": messages}
    work = bring_in(
        world.user("analyst"), ("result.json", json.dumps(export).encode()), (str(folder / "p.png"), picture),
        reader="telegram",
    )  # fmt: skip
    assert work.added == 20, list(work.rejects.values("code", "reason"))
    assert MediaItem.objects.count() == 1
    assert MediaItem.objects.get().postings.count() == 20
    assert len(MediaItem.objects.get().pdq) == 64


def _picture(image: Any) -> bytes:
    import io

    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_a_failing_batch_leaves_nothing_half_written(world: rows.World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(intake.signals.examined, "send", fail)
        work = bring_in(world.user("analyst"), ("a.txt", NEWS.encode()))
    assert work.state == "failed"
    assert "disk is full" in work.error
    assert not Posting.objects.exists()
    assert not Capture.objects.exists()
    assert not Entry.objects.filter(verb="posting.collected").exists()
    assert intake.run(work.pk).added == 1


def test_an_import_cut_off_is_queued_again_when_the_worker_starts(world: rows.World) -> None:
    work = bring_in(world.user("analyst"), ("a.txt", NEWS.encode()))
    Import.objects.filter(pk=work.pk).update(state="running")
    assert tasks.resume() == 1


def test_text_that_a_database_cannot_keep_is_kept_as_evidence_all_the_same(world: rows.World) -> None:
    data = b'{"source": "s", "text": "before \\ud800 \\u0000 after, and enough of it to read"}\n'
    work = bring_in(world.user("analyst"), ("a.jsonl", data))
    assert work.added == 1, list(work.rejects.values())
    assert "\x00" not in Posting.objects.get().text
    assert blobs.get(Capture.objects.get().digest).strip() == data.strip()


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [("../../etc/passwd", "etc/passwd"), ("/etc/passwd", "etc/passwd"), ("a\\..\\b.txt", "a/b.txt"), ("", "file"),
     ("\u202egnp.exe", "_gnp.exe"), ("x" * 900 + ".txt", None)],
)  # fmt: skip
def test_upload_paths_cannot_leave_their_folder(hostile: str, safe: str | None) -> None:
    found = intake.safe_path(hostile)
    assert not found.startswith("/")
    assert ".." not in found.split("/")
    assert len(found) <= 500
    assert safe is None or found == safe


class TestQueue:
    def test_known_propaganda_is_one_case_however_often_it_is_posted(self, world: rows.World) -> None:
        user = world.user("analyst")
        known(user, CALL)
        disguised = CALL.replace("المثال", "المـثـال")
        posts = [{"text": text, "source": f"قناة {n}"} for n, text in enumerate([CALL, disguised, CALL])]
        bring_in(user, ("a.jsonl", table(*posts)))
        case = Case.objects.get()
        assert case.copies == 3
        assert case.tier == "designation"

    def test_reporting_never_becomes_a_case_by_itself(self, world: rows.World) -> None:
        bring_in(world.user("analyst"), ("a.txt", NEWS.encode()))
        assert Posting.objects.get().priority == 0
        assert not Case.objects.exists()

    def test_banks_changed_later_reach_earlier_postings(self, world: rows.World) -> None:
        user, text = world.user("analyst"), "كلام عادي عن الطريق والمطر والسوق لا يقول شيئا يستحق النظر فيه اليوم."
        bring_in(user, ("a.txt", text.encode()))
        assert not Case.objects.exists()
        known(user, text)
        assert intake.reexamine(user, world.cell) == 1
        assert intake.reexamine(user, world.cell) == 0
        assert Posting.objects.get().examinations.count() == 2
        assert Case.objects.get().tier == "designation"


class TestRed:
    def test_red_is_for_its_importer_and_named_recipients(self, world: rows.World) -> None:
        from turs.desk.coalition.policy import Policy

        owner, other = world.user("analyst"), world.user("analyst", name="second")
        work = bring_in(owner, ("a.txt", NEWS.encode()), tlp="RED")
        assert Policy(owner).rows(Posting).exists()
        assert not Policy(other).rows(Posting).exists()
        name_recipients(owner, [work, *Posting.objects.all(), *Source.objects.all()], [other])
        assert Policy(other).rows(Posting).exists()
        assert Entry.objects.filter(verb="recipient.named").count() == 3


def test_one_id_goes_from_import_to_api(world: rows.World, login: Any, client: Client) -> None:
    one, two = world.user("analyst"), world.user("analyst", name="second")
    known(one, CALL)
    work = bring_in(one, ("call.txt", CALL.encode()))
    posting = Posting.objects.get()
    case = Case.objects.get(lead=posting)
    review.claim(one, case)
    review.assess(one, case, dict(rows.ASSESSMENT))
    review.propose(one, case, "refer", "دعوة صريحة إلى القتال باسم جبهة المثال")
    review.confirm(two, case)

    custody = list(Entry.objects.filter(chain=str(posting.pk)).values_list("verb", flat=True))
    assert custody == ["posting.collected", "posting.examined", "case.opened", "case.claimed", "case.assessed",
                       "case.proposed", "case.confirmed"]  # fmt: skip
    answer = login(two).get(f"/api/v1/postings/{posting.pk}").json()
    assert answer["id"] == str(posting.pk)
    assert answer["case"] == str(case.pk) or str(case.pk) in json.dumps(answer)
    assert work.captures.get().posting_id == posting.pk
    assert verify().sound
