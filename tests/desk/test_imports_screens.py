"""Bringing content in through the screen: what is taken, what is refused and where it says so, what is shown."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from turs.collect import READERS
from turs.desk.content import columns, intake
from turs.desk.content.intake import Upload
from turs.desk.content.models import Import, ImportFile, Posting, RejectedRecord
from turs.desk.ledger.models import Entry

from . import rows

TABLE = "العنوان,النص,الرابط\nخبر,نص الخبر الأول كاملا,https://news.example.org/1\nخبر ثان,,\n".encode()


def file(name: str = "a.txt", data: bytes = "نص المثال كاملا هنا".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def collector(world: rows.World, login: Any) -> Any:
    return login(world.user("collector", language="en"))


def send(client: Any, *files: SimpleUploadedFile, **fields: Any) -> Any:
    return client.post("/imports/new/", {"files": list(files), "reader": "", "tlp": "AMBER", **fields})


def test_files_are_taken_in_kept_and_queued(collector: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reply = send(collector, file(), file("b.txt", b"another text"), title="two files", tlp="GREEN")
    work = Import.objects.get()
    assert reply.status_code == 302
    assert reply.url == f"/imports/{work.pk}/"
    assert (work.title, work.tlp, work.state) == ("two files", "GREEN", "queued")
    assert set(work.files.values_list("path", flat=True)) == {"a.txt", "b.txt"}
    assert Entry.objects.filter(verb="import.opened", object_id=str(work.pk)).count() == 1
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(work.pk)]


def test_a_folder_keeps_its_shape_and_cannot_leave_it(collector: Any) -> None:
    send(collector, file("result.json"), file("p.png"), paths=["export/result.json", "../../../etc/p.png"])
    assert set(ImportFile.objects.values_list("path", flat=True)) == {"export/result.json", "etc/p.png"}


def test_two_files_of_one_name_are_both_kept(collector: Any) -> None:
    send(collector, file("a.txt", b"first text"), file("a.txt", b"second text"))
    assert set(ImportFile.objects.values_list("path", flat=True)) == {"a.txt", "a (2).txt"}


def test_the_columns_of_a_table_go_by_their_names(collector: Any, world: rows.World) -> None:
    table = b",title\nthe text of a posting that is long enough,first\n"
    chosen = {"map_text": "#1", "map_title": "#2", "map_url": ""}
    work = intake.run(intake.open_import(
        world.user("collector"), [Upload("a.csv", [table])], options={"map": {"text": "#1", "title": "#2"}},
    ).pk)  # fmt: skip
    page = collector.get(f"/imports/{work.pk}/").content.decode()
    shown = page.partition("How it was read")[2].partition("<details")[0]
    assert "Text: column 1 · Title: title" in shown
    assert "#1" not in shown
    assert "#1" in page.partition("How it was read")[2].partition("<details")[2], "the raw form stays to be found"
    assert ">column 1</option>" in page, "a column without a name goes by its number in words"
    assert collector.post(f"/imports/{work.pk}/again/", chosen).status_code == 302


def test_a_name_full_of_tricks_becomes_a_plain_one(collector: Any) -> None:
    send(collector, file("x" * 300 + "\u202egpj.txt"))
    path = ImportFile.objects.get().path
    assert "\u202e" not in path
    assert len(path) <= 500


@pytest.mark.parametrize(
    ("files", "fields", "where", "words"),
    [
        ([], {}, "files", "Choose at least one"),
        ([("a.txt", b"")], {}, "files", "The file is empty"),
        ([("a.txt", b"text")], {"reader": "nonsense"}, "reader", ""),
        ([("a.txt", b"text")], {"tlp": "PURPLE"}, "tlp", ""),
        ([("a.txt", b"text")], {"title": "x" * 301}, "title", ""),
        ([("a.csv", TABLE)], {"reader": "table", "option_map": "nonsense"}, "option_map", "does not fit"),
        ([("a.csv", TABLE)], {"reader": "table", "option_map": "colour=Red"}, "option_map", "does not fit"),
        ([("a.srt", b"1")], {"reader": "transcript", "option_start": "yesterday"}, "option_start", ""),
        ([("a.txt", b"text")], {"reader": "text", "option_source": "x" * 501}, "option_source", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    collector: Any, files: Any, fields: Any, where: str, words: str
) -> None:
    reply = send(collector, *(file(*each) for each in files), **fields)
    assert reply.status_code == 422
    assert words in " ".join(reply.context["form"].errors[where])
    assert f'href="#id_{where}' in reply.content.decode(), "the summary leads to the field"
    assert not Import.objects.exists()


def test_an_empty_file_among_others_is_let_in_for_its_reader_to_reject(collector: Any) -> None:
    assert send(collector, file("a.txt"), file("empty.txt", b"")).status_code == 302
    work = intake.run(Import.objects.get().pk)
    assert (work.added, work.rejected) == (1, 1)
    assert work.rejects.get().code == "empty"


def test_too_much_at_once_is_refused_with_the_limit(collector: Any, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 2**20
    reply = send(collector, file("a.txt", b"x" * 2**19), file("b.txt", b"y" * (2**19 + 1)))
    assert reply.status_code == 422
    assert "1 MiB" in reply.content.decode()
    assert not Import.objects.exists()


def test_a_script_that_sends_files_gets_the_words_or_the_way(collector: Any) -> None:
    by_script = {"headers": {"X-Requested-With": "XMLHttpRequest"}}
    refused = collector.post("/imports/new/", {"tlp": "AMBER"}, **by_script)
    assert refused.status_code == 422
    assert "Choose%20at%20least%20one" in refused.headers["X-Problem"]
    taken = collector.post("/imports/new/", {"files": [file()], "tlp": "AMBER"}, **by_script)
    assert taken.headers["HX-Redirect"] == f"/imports/{Import.objects.get().pk}/"


@pytest.mark.parametrize("reader", ["", *READERS])
def test_every_reader_is_offered_with_its_own_options(collector: Any, reader: str) -> None:
    form = collector.get("/imports/new/", {"reader": reader}).context["form"]
    assert [name for name, _title in form.fields["reader"].choices] == ["", *READERS]
    shown = {bound.name.removeprefix("option_") for bound in form.option_fields}
    if reader:
        assert shown == {option.name for option in READERS[reader].options}
    else:
        assert {"source", "language", "authority"} <= shown, "a closed channel needs its authority with any reader"


def test_options_travel_to_the_reader(collector: Any) -> None:
    cues = "1\n00:00:01,000 --> 00:00:04,000\nأهلا بكم في البرنامج\n".encode()
    send(
        collector, file("evening.srt", cues), reader="transcript", option_station="إذاعة المثال",
        option_programme="المساء", option_start="2026-03-01T18:00",
    )  # fmt: skip
    work = intake.run(Import.objects.get().pk)
    assert work.error == ""
    posting = Posting.objects.get()
    assert posting.source.name == "إذاعة المثال"
    assert posting.published_at.isoformat() == "2026-03-01T18:00:01+00:00"


@pytest.mark.parametrize(
    ("fields", "options"),
    [
        ({}, {}),  # the page showed other options: nobody saw the box
        ({"shown": "table"}, {"header": False}),
        ({"shown": "table", "option_header": "on"}, {}),
    ],
)
def test_a_box_that_nobody_saw_was_not_left_empty(collector: Any, fields: Any, options: Any) -> None:
    send(collector, file("t.csv", TABLE), reader="table", **fields)
    assert Import.objects.get().options == options


PASTE = {
    "text": "نص ملصق من صفحة عامة.\r\nسطره الثاني.", "headline": "عنوان المثال", "source": "صحيفة المثال",
    "url": "https://daily.example.org/9", "published_at": "2026-03-01T18:30", "tlp": "GREEN",
}  # fmt: skip


def test_a_pasted_text_becomes_a_posting_with_its_evidence(collector: Any) -> None:
    assert collector.post("/imports/new/?how=paste", PASTE).status_code == 302
    work = intake.run(Import.objects.get().pk)
    posting = Posting.objects.get()
    assert (work.title, work.added, posting.tlp) == ("عنوان المثال", 1, "GREEN")
    assert posting.text == "عنوان المثال\n\nنص ملصق من صفحة عامة.\nسطره الثاني."
    assert (posting.source.name, posting.url) == ("صحيفة المثال", "https://daily.example.org/9")
    assert posting.published_at.isoformat() == "2026-03-01T18:30:00+00:00"
    assert posting.capture.size == len(posting.text.encode())


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", ""), ("text", " \n "), ("source", ""), ("source", "x" * 301), ("url", "javascript:alert(1)"),
     ("published_at", "32 March"), ("tlp", ""), ("headline", "x" * 501)],
)  # fmt: skip
def test_a_bad_paste_says_where(collector: Any, field: str, value: str) -> None:
    reply = collector.post("/imports/new/?how=paste", {**PASTE, field: value})
    assert reply.status_code == 422
    assert field in reply.context["form"].errors
    if field != "text":
        assert "نص ملصق" in reply.content.decode(), "what was written stays"
    assert not Import.objects.exists()


@pytest.mark.parametrize("roles", [("linguist",), ("legal_reviewer",), ("admin",), ("oversight_auditor",), ()])
def test_only_who_imports_brings_in(world: rows.World, login: Any, roles: Any) -> None:
    client = login(world.user(*roles))
    assert client.get("/imports/new/").status_code == 403
    assert send(client, file()).status_code == 403
    assert client.post("/imports/columns/").status_code == 403
    assert not Import.objects.exists()


def test_who_belongs_to_no_agency_is_told_so(world: rows.World, login: Any) -> None:
    somebody = world.user("collector", at=world.platform, name="guest", language="en")
    client = login(somebody)
    assert "You belong to no agency" in client.get("/imports/new/").content.decode()
    assert send(client, file()).status_code == 422
    assert not Import.objects.exists()


# --- columns ---------------------------------------------------------------------------------------
def test_columns_are_proposed_from_their_names() -> None:
    found = columns.look(TABLE)
    assert found is not None
    assert found.names == ("العنوان", "النص", "الرابط")
    assert found.chosen == {"title": 1, "text": 2, "url": 3}
    assert found.rows[0][1] == "نص الخبر الأول كاملا"
    assert found.enough


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1256"])
def test_columns_are_seen_in_any_encoding(encoding: str) -> None:
    found = columns.look(TABLE.decode().encode(encoding))
    assert found is not None
    assert found.names[1] == "النص"


def test_a_long_table_is_looked_at_by_its_beginning() -> None:
    head = (TABLE * 2000)[: columns.HEAD]
    found = columns.look(head)
    assert found is not None
    assert len(found.rows) == columns.ROWS


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\xff" * 50, b"\xff\xfe", b"\n\n\n"])
def test_what_is_no_table_has_no_columns(data: bytes) -> None:
    assert columns.look(data) is None


def test_a_column_that_is_not_there_is_left_out_of_the_proposal() -> None:
    found = columns.look(TABLE, {"text": "#2", "url": "#9"})
    assert found is not None
    assert found.chosen["text"] == 2


def test_the_columns_are_shown_before_the_file_is_sent(collector: Any) -> None:
    reply = collector.post("/imports/columns/", {"head": file("t.csv", TABLE)})
    page = reply.content.decode()
    assert "نص الخبر الأول" in page
    assert '<option value="#2" selected>' in page
    assert collector.post("/imports/columns/", {"head": file("t.csv", b"\0\0")}).content.strip() == b""
    assert collector.post("/imports/columns/").content.strip() == b""


def test_columns_can_be_corrected_after_the_fact(collector: Any, django_capture_on_commit_callbacks: Any) -> None:
    send(collector, file("odd.csv", "أ,ب\nنص المثال الأول,https://a.example/1\n".encode()), reader="table")
    work = intake.run(Import.objects.get().pk)
    assert (work.added, work.rejects.get().code) == (0, "no_columns")
    page = collector.get(f"/imports/{work.pk}/")
    assert [field["name"] for field in page.context["columns"]["fields"]][:2] == ["map_text", "map_title"]
    with django_capture_on_commit_callbacks(execute=True):
        collector.post(f"/imports/{work.pk}/again/", {"map_text": "#1", "map_url": "#2", "map_title": "nonsense"})
    work = intake.run(work.pk)
    assert (work.added, work.rejected) == (1, 0)
    assert Posting.objects.get().text == "نص المثال الأول"
    assert Entry.objects.get(verb="import.repeated").object_id == str(work.pk)


# --- one import ------------------------------------------------------------------------------------
def test_a_real_import_from_upload_to_result(collector: Any) -> None:
    """Every example of every reader, as one folder."""
    files, paths = [], []
    for reader in READERS.values():
        for example in reader.examples:
            for name, data in {example.name: example.data, **example.beside}.items():
                files.append(file(name.rpartition("/")[2], data))
                paths.append(f"all/{reader.name}-{example.name}/{name}")
    assert send(collector, *files, paths=paths).status_code == 302
    work = intake.run(Import.objects.get().pk)
    assert work.error == ""
    page = collector.get(f"/imports/{work.pk}/").content.decode()
    assert f'href="/postings/?import={work.pk}"' in page
    assert work.added == Posting.objects.filter(capture__import_record=work).count() > 10
    assert f'href="/imports/{work.pk}/rejects/"' in page
    assert work.files.count() == len(files)
    again = intake.run(work.pk)
    assert (again.added, again.known) == (0, work.added), "the same thing twice adds nothing"
    listed = collector.get(f"/postings/?import={work.pk}")
    assert listed.context["page"].paginator.count == work.added


def test_progress_asks_again_until_the_end(collector: Any, world: rows.World) -> None:
    work = rows.import_(world.cell, state="queued", added=0)
    moving = collector.get(f"/imports/{work.pk}/progress/").content.decode()
    assert 'hx-trigger="every 1s"' in moving
    Import.objects.update(state="running", bytes=200, bytes_read=50, added=3)
    assert 'value="25"' in collector.get(f"/imports/{work.pk}/progress/").content.decode()
    Import.objects.update(state="done", finished_at=timezone.now())
    assert "hx-trigger" not in collector.get(f"/imports/{work.pk}/progress/").content.decode()


def test_it_says_when_no_worker_takes_an_import(collector: Any, world: rows.World) -> None:
    work = rows.import_(world.cell, state="queued", added=0)
    assert "turs worker" not in collector.get(f"/imports/{work.pk}/").content.decode()
    Import.objects.update(created_at=timezone.now() - timedelta(seconds=16))
    assert "turs worker" in collector.get(f"/imports/{work.pk}/").content.decode()


def test_a_failed_import_says_why_and_can_be_run_again(
    collector: Any, world: rows.World, django_capture_on_commit_callbacks: Any
) -> None:
    work = rows.import_(world.cell, state="failed", error="OSError: no space", added=0)
    assert "OSError: no space" in collector.get(f"/imports/{work.pk}/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert collector.post(f"/imports/{work.pk}/again/").status_code == 302
    work.refresh_from_db()
    assert (work.state, work.error) == ("queued", "")
    assert DBTaskResult.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        collector.post(f"/imports/{work.pk}/again/")
    assert DBTaskResult.objects.count() == 1, "an import that waits already is not queued twice"


def test_a_stopped_run_can_be_asked_for_again_after_a_while(collector: Any, world: rows.World) -> None:
    work = rows.import_(world.cell, state="running", started_at=timezone.now())
    collector.post(f"/imports/{work.pk}/again/")
    work.refresh_from_db()
    assert work.state == "running"
    Import.objects.update(started_at=timezone.now() - timedelta(minutes=11))
    collector.post(f"/imports/{work.pk}/again/")
    work.refresh_from_db()
    assert work.state == "queued"


def test_rejects_are_said_in_the_readers_language(world: rows.World, login: Any) -> None:
    work = rows.import_(world.cell, rejected=2)
    for code, reason in (("no_text", "never shown"), ("unheard_of", "a reason of its own")):
        RejectedRecord.objects.create(
            import_record=work, file="a.csv", line=3, code=code, reason=reason, remedy="remedy", excerpt="=1+1"
        )
    arabic = login(world.user("analyst")).get(f"/imports/{work.pk}/rejects/").content.decode()
    assert "السجل بلا نص ولا وسائط مقروءة." in arabic
    assert "never shown" not in arabic
    assert "a reason of its own" in arabic
    one = login(world.user("analyst")).get(f"/imports/{work.pk}/rejects/?code=no_text")
    assert one.context["page"].paginator.count == 1


def test_rejects_leave_as_a_table_that_runs_nothing(collector: Any, world: rows.World) -> None:
    work = rows.import_(world.cell, rejected=1)
    RejectedRecord.objects.create(
        import_record=work, file="a.csv", line=3, code="no_text", reason="r", remedy="m", excerpt="=HYPERLINK(1)"
    )
    reply = collector.get(f"/imports/{work.pk}/rejects/?format=csv")
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    header, line = csv.reader(io.StringIO(text))
    assert header[:4] == ["File", "Line", "Column", "Code"]
    assert line[:4] == ["a.csv", "3", "", "no_text"]
    assert line[4].startswith("The record has neither text")
    assert line[6] == "'=HYPERLINK(1)"


def test_the_list_counts_what_it_links_to(collector: Any, world: rows.World) -> None:
    for state in ("queued", "done", "done", "failed"):
        rows.import_(world.cell, state=state)
    rows.import_(world.police, "AMBER")
    page = collector.get("/imports/")
    assert page.context["count"] == 4
    for value, _label, number in page.context["states"]:
        assert collector.get("/imports/", {"state": value}).context["page"].paginator.count == number
    assert collector.get("/imports/", {"state": "nonsense", "page": "x"}).status_code == 200


def test_an_empty_list_teaches(collector: Any) -> None:
    assert "Nothing was brought in yet" in collector.get("/imports/").content.decode()
    assert "No import passes" in collector.get("/imports/?q=x").content.decode()


def test_a_foreign_import_is_not_there(world: rows.World, login: Any) -> None:
    work = rows.import_(world.cell, "AMBER")
    stranger = login(world.user("analyst", at=world.police, name="stranger"))
    for address in ("", "progress/", "rejects/", "rejects/?format=csv"):
        assert stranger.get(f"/imports/{work.pk}/{address}").status_code == 404
    assert stranger.post(f"/imports/{work.pk}/again/").status_code == 404


def test_the_coalition_reads_a_green_import_but_does_not_run_it(world: rows.World, login: Any) -> None:
    work = rows.import_(world.cell, "GREEN")
    stranger = login(world.user("analyst", at=world.police, name="stranger"))
    page = stranger.get(f"/imports/{work.pk}/")
    assert page.status_code == 200
    assert not page.context["may_repeat"]
    assert stranger.post(f"/imports/{work.pk}/again/").status_code == 404
