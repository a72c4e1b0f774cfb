"""Evidence is kept once, unaltered, and with the rows that speak of it or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from turs.desk.bulk import insert
from turs.desk.content import blobs, evidence, intake, tasks
from turs.desk.content.models import Capture, Import, MediaItem, Posting, SmallBlob, Source
from turs.desk.ledger.models import Entry
from turs.desk.ledger.services import verify
from turs.posting import sha256

from . import rows

pytestmark = pytest.mark.django_db


def table(*texts: str) -> bytes:
    return "".join(json.dumps({"text": text, "source": "s"}, ensure_ascii=False) + "\n" for text in texts).encode()


def opened(user: Any, data: bytes, name: str = "posts.jsonl") -> Import:
    return intake.open_import(user, [intake.Upload(name, [data])])


def files() -> set[str]:
    place = blobs.local_path("0" * 64)
    assert place
    return {path.name for path in place.parent.parent.rglob("*") if path.is_file()}


LONG = "كلمة " * blobs.SMALL


def test_a_small_record_is_a_row_a_large_one_and_an_upload_are_files(world: rows.World) -> None:
    data = table("خبر قصير من أخبار اليوم", LONG)
    intake.run(opened(world.user("analyst"), data).pk)
    small, large = Capture.objects.order_by("size")
    assert set(SmallBlob.objects.values_list("pk", flat=True)) == {small.digest}
    assert files() == {sha256(data), large.digest}
    assert blobs.get(small.digest) + blobs.get(large.digest) == data
    assert {outcome for _digest, outcome in evidence.verify_all()} == {"sound"}


def test_what_was_uploaded_is_not_kept_again_as_a_record(world: rows.World) -> None:
    data = "خبر قصير من أخبار اليوم".encode()
    intake.run(opened(world.user("analyst"), data, "a.txt").pk)
    assert Capture.objects.get().digest == sha256(data)
    assert files() == {sha256(data)}
    assert not SmallBlob.objects.exists()


def test_one_record_in_many_imports_is_kept_once(world: rows.World) -> None:
    for number in range(3):
        more = table(f"خبر آخر رقم {number} من أخبار اليوم")
        intake.run(opened(world.user("analyst", at=world.cell), table("خبر واحد في كل مكان") + more).pk)
        intake.run(opened(world.user("analyst", at=world.police, name="other"), table("خبر واحد في كل مكان")).pk)
    assert Capture.objects.filter(posting__text="خبر واحد في كل مكان").count() == 2
    assert SmallBlob.objects.count() == 4


def test_an_altered_row_is_found_out_as_an_altered_file_is(world: rows.World) -> None:
    intake.run(opened(world.user("analyst"), table("خبر قصير من أخبار اليوم", LONG)).pk)
    capture = Capture.objects.order_by("size")[0]
    SmallBlob.objects.update(data=blobs.get(capture.digest)[:-2] + b"!\n")
    with pytest.raises(blobs.Damaged):
        blobs.get(capture.digest)
    assert dict(evidence.verify_all())[capture.digest] == "altered"
    SmallBlob.objects.all().delete()
    with pytest.raises(FileNotFoundError):
        blobs.get(capture.digest)
    assert dict(evidence.verify_all())[capture.digest] == "missing"


def test_a_failing_batch_leaves_no_evidence_without_its_posting(
    world: rows.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    work = opened(world.user("analyst"), table("خبر قصير من أخبار اليوم"))
    with monkeypatch.context() as patch:
        patch.setattr(intake.signals.examined, "send", fail)
        assert intake.run(work.pk).state == "failed"
    assert not SmallBlob.objects.exists()
    assert not Source.objects.exists()
    work.refresh_from_db()
    assert (work.added, work.known, work.rejected, work.bytes_read) == (0, 0, 0, 0)
    assert intake.run(work.pk).added == 1
    assert verify().sound


def test_an_import_that_was_cut_off_is_taken_up_again(world: rows.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine stops in the middle of the third batch."""
    monkeypatch.setattr(intake, "BATCH", 2)
    texts = [f"خبر رقم {number} من أخبار اليوم" for number in range(7)]
    work = opened(world.user("analyst"), table(*texts))
    keep, calls = intake._Run._keep_postings, []

    def stop(run: Any, examined: Any) -> Any:
        calls.append(len(examined))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return keep(run, examined)

    with monkeypatch.context() as patch:
        patch.setattr(intake._Run, "_keep_postings", stop)
        with pytest.raises(KeyboardInterrupt):
            intake.run(work.pk)
    work.refresh_from_db()
    assert (work.state, work.added, Posting.objects.count()) == ("running", 4, 4)
    assert tasks.resume() == 1
    done = intake.run(work.pk)
    assert (done.state, done.added, done.known) == ("done", 3, 4)
    assert set(Posting.objects.values_list("text", flat=True)) == set(texts)
    assert Entry.objects.filter(verb="posting.collected").count() == 7
    assert Entry.objects.filter(verb="import.ended").count() == 1
    assert verify().sound


def test_a_file_is_lent_under_its_name_and_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = blobs.put(b"a page")
    blobs.lend(digest, tmp_path / "one" / "page.html")
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", refused)
        blobs.lend(digest, tmp_path / "two" / "page.html")
        with pytest.raises(FileNotFoundError):
            blobs.lend(sha256(b"another page"), tmp_path / "three" / "page.html")
    for folder in ("one", "two"):
        assert (tmp_path / folder / "page.html").read_bytes() == b"a page"
        (tmp_path / folder / "page.html").unlink()
    assert blobs.get(digest) == b"a page"


def refused(*_: Any) -> None:
    raise OSError("this disk has no second names")


def test_rows_inserted_at_once_are_what_the_models_make_of_them(world: rows.World) -> None:
    lead = rows.posting(world.cell, mark="m")
    names = [field.attname for field in Posting._meta.concrete_fields if field.name != "id"]
    fields = {name: getattr(lead, name) for name in names}
    copies = [Posting(**fields) for _ in range(3)]
    with transaction.atomic():
        insert(copies)
    for copy in copies:
        found = Posting.objects.get(pk=copy.pk)
        assert {name: getattr(found, name) for name in fields} == fields
        assert not copy._state.adding
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(copies[:1])
    item = MediaItem(digest="a" * 64, kind="image", mime="image/png", size=1)
    with transaction.atomic():
        insert([item])
        insert([MediaItem(digest="a" * 64, kind="image", mime="image/gif", size=2)], skip_known=True)
        insert([])
    assert MediaItem.objects.get(pk="a" * 64).mime == "image/png"
