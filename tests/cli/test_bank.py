"""``turs bank`` and ``turs match`` in the desk: who may change what is known, and that the ledger knows of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from desk import rows
from django.utils import timezone, translation
from samples import TEXT, film, page, picture
from typer.testing import CliRunner

from turs.cli import app
from turs.desk.content import curation, knowledge
from turs.desk.content.models import Bank, BankEntry, Opinion, TermEntry, TermList
from turs.desk.ledger.models import Entry
from turs.desk.ledger.services import verify
from turs.formats import FORMATS
from turs.match import md5, pdq, sha256, text_digest

pytestmark = pytest.mark.django_db
REASON = ("--reason", "Judged in the invented story of the tests.")
A, B, C = (letter * 32 for letter in "abc")
ESCAPES = "\x1b[2J\x07\u202e"


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Files of the desk stay in a folder of the test; a command speaks English, the process what it spoke before."""
    settings.HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    knowledge.forget()  # a test's database is rolled back behind the back of this process
    with translation.override(translation.get_language()):
        yield
    knowledge.forget()


@pytest.fixture
def world(db: None) -> rows.World:
    """With an analyst in every agency: analyst.cell, analyst.media (same member), analyst.police (another member)."""
    made = rows.World.build()
    for agency in (made.cell, made.media, made.police):
        made.user("analyst", at=agency)
    return made


def turs(*args: Any, by: str = "analyst.cell") -> Result:
    done = CliRunner().invoke(app, [str(arg) for arg in args], env={"TURS_USER": by, "COLUMNS": "300"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def lines(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def refused(done: Result, word: str) -> None:
    assert done.exit_code == 2, done.output
    assert word in done.stderr


def file(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def last(verb: str) -> dict[str, Any]:
    return json.loads(Entry.objects.filter(verb=verb).latest("seq").detail)


@pytest.fixture
def bank(world: rows.World) -> Bank:
    """The bank *known* (GREEN) of agency *cell*, with one MD5."""
    user = world.user("analyst")
    made = curation.add_bank(user, "known", polarity="match", tlp="GREEN")
    curation.add_bank_entry(user, made, "md5", A, tier="promotional", label="a poster", reason=REASON[1])
    return made


def number(value: str = A) -> int:
    return BankEntry.objects.get(value=value).pk


# -- who may do what -------------------------------------------------------------------------------
CHANGES = [
    ("add", "more"), ("entry", "known", "md5", B, *REASON), ("withdraw", "known", A, *REASON),
    ("set", "known", "--distance", "10", *REASON), ("hold", "known", "NUMBER", "--until", "2999-01-01", *REASON),
    ("release", "known", "NUMBER", *REASON), ("import", "known", "FILE", *REASON),
]  # fmt: skip
"""Every command that changes a bank."""


def filled(args: tuple[str, ...], folder: Path) -> list[str]:
    known = file(folder, "list.csv", f"kind,value\nmd5,{C}\n")
    return [{"NUMBER": str(number()), "FILE": str(known)}.get(arg, arg) for arg in args]


@pytest.mark.parametrize("role", ["collector", "evaluator", "admin", "oversight_auditor", "partner_platform"])
def test_a_role_that_does_not_curate_changes_nothing(world: rows.World, bank: Bank, tmp_path: Path, role: str) -> None:
    by = world.user(role).username
    before = Entry.objects.latest("seq").seq
    for args in (*CHANGES, ("opinion", "NUMBER", "agree")):
        refused(turs("bank", *filled(args, tmp_path), by=by), "may not do this")
    assert Entry.objects.latest("seq").seq == before


def test_another_agency_reads_a_green_bank_and_changes_nothing(bank: Bank, tmp_path: Path) -> None:
    before = Entry.objects.latest("seq").seq
    for args in CHANGES[1:]:
        refused(turs("bank", *filled(args, tmp_path), by="analyst.police"), "may change")
    assert Entry.objects.latest("seq").seq == before
    assert lines(turs("bank", "show", "known", "--json", by="analyst.police"))


@pytest.mark.parametrize(
    ("tlp", "family", "others"),
    [("CLEAR", True, True), ("GREEN", True, True), ("AMBER", True, False), ("AMBER+STRICT", False, False),
     ("RED", False, False)],
)  # fmt: skip
def test_tlp_says_who_sees_a_bank(world: rows.World, tmp_path: Path, tlp: str, family: bool, others: bool) -> None:
    assert turs("bank", "add", "known", "--tlp", tlp).exit_code == 0
    assert turs("bank", "entry", "known", "md5", A, *REASON).exit_code == 0
    for who, sees in (("analyst.cell", True), ("analyst.media", family), ("analyst.police", others)):
        assert bool(lines(turs("bank", "list", "--json", by=who))) is sees
        for command in (("show", "known"), ("export", "known", tmp_path / "x"), ("opinion", number(), "agree")):
            assert turs("bank", *command, by=who).exit_code == (0 if sees else 2), (who, command)


@pytest.mark.parametrize("role", ["admin", "oversight_auditor", "public_reader"])
def test_who_may_not_read_content_neither_lists_nor_matches(
    world: rows.World, bank: Bank, tmp_path: Path, role: str
) -> None:
    by = world.user(role).username
    path = file(tmp_path, "a.bin", b"x")
    for args in (("bank", "list"), ("bank", "show", "known"), ("bank", "export", "known", tmp_path / "o"),
                 ("bank", "quarantine"), ("match", path)):  # fmt: skip
        refused(turs(*args, by=by), "may not do this")
    assert not (tmp_path / "o").exists()


def test_somebody_unknown_is_misuse(world: rows.World) -> None:
    refused(turs("bank", "list", by="nobody.here"), "no user called nobody.here")


def test_the_own_bank_goes_before_one_of_the_same_name_elsewhere(bank: Bank) -> None:
    turs("bank", "add", "known", "--tlp", "GREEN", by="analyst.police")
    assert [row["value"] for row in lines(turs("bank", "show", "known", "--json"))] == [A]
    assert lines(turs("bank", "show", "known", "--json", by="analyst.police")) == []
    assert [row["value"] for row in lines(turs("bank", "show", "known", "--json", by="analyst.media"))] == [A]


# -- banks -----------------------------------------------------------------------------------------
def test_a_bank_is_made_listed_and_written_down(world: rows.World) -> None:
    assert turs("bank", "add", "  مواد   معروفة ", "--polarity", "suppress", "--tlp", "GREEN").exit_code == 0
    assert lines(turs("bank", "list", "--json")) == [
        {"bank": "مواد معروفة", "polarity": "suppress", "entries": 0, "TLP": "GREEN"}
    ]
    assert last("bank.added") == {"name": "مواد معروفة", "polarity": "suppress", "tlp": "GREEN"}
    assert turs("bank", "show", " مواد  معروفة").exit_code == 0


@pytest.mark.parametrize(
    ("args", "word"),
    [(["known"], "already"), ([" "], "name"), (["x", "--polarity", "both"], "match or suppress"),
     (["x", "--tlp", "PINK"], "TLP 2.0")],
)  # fmt: skip
def test_a_bank_that_does_not_fit_is_not_made(bank: Bank, args: list[str], word: str) -> None:
    refused(turs("bank", "add", *args), word)
    assert Bank.objects.count() == 1


def test_settings_change_with_a_reason_and_take_effect(bank: Bank) -> None:
    done = turs("bank", "set", "known", "--distance", 12, "--containment", 70, "--video", 60, "--flood", 9, *REASON)
    assert done.exit_code == 0, done.output
    bank.refresh_from_db()
    assert (bank.distance, bank.containment, bank.video, bank.flood) == (12, 70, 60, 9)
    assert last("bank.changed")["changed"]["distance"] == [31, 12]
    assert last("bank.changed")["reason"] == REASON[1]
    assert turs("bank", "set", "known", "--inactive", *REASON).exit_code == 0
    bank.refresh_from_db()
    assert not bank.active


def test_a_change_that_changes_nothing_is_not_written_down(bank: Bank) -> None:
    before = Entry.objects.latest("seq").seq
    assert turs("bank", "set", "known", "--distance", 31, *REASON).exit_code == 0
    assert Entry.objects.latest("seq").seq == before


@pytest.mark.parametrize(
    ("args", "word"),
    [(["--distance", "64"], "0 to 63"), (["--distance", "-1"], "0 to 63"), (["--containment", "9"], "10 to 100"),
     (["--video", "101"], "1 to 100"), (["--flood", "1"], "2 to 10000"), (["--distance", "x"], "--distance"),
     (["--distance", str(10**30)], "0 to 63"), ([], "nothing was said")],
)  # fmt: skip
def test_an_impossible_threshold_is_refused(bank: Bank, args: list[str], word: str) -> None:
    refused(turs("bank", "set", "known", *args, *REASON), word)
    bank.refresh_from_db()
    assert (bank.distance, bank.containment, bank.video, bank.flood) == (31, 50, 50, 25)


def test_every_change_needs_a_reason_in_a_sentence(bank: Bank, tmp_path: Path) -> None:
    before = Entry.objects.latest("seq").seq
    for args in CHANGES[1:]:
        given = filled(args, tmp_path)
        refused(turs("bank", *given[:-2]), "--reason")
        refused(turs("bank", *given[:-1], "."), "Give the reason in a sentence")
    assert Entry.objects.latest("seq").seq == before


# -- fingerprints ----------------------------------------------------------------------------------
def test_a_fingerprint_is_added_shown_and_written_down(bank: Bank) -> None:
    assert lines(turs("bank", "show", "known", "--json")) == [
        {"number": number(), "kind": "md5", "value": A, "label": "a poster", "tier": "promotional", "state": "active"}
    ]
    written = last("bank.entry_added")
    assert (written["value"], written["entry"], written["reason"]) == (A, number(), REASON[1])
    table = turs("bank", "show", "known").stdout
    assert all(word in table for word in ("number", "state", str(number()), A, "active"))


def test_a_long_text_is_cut_in_the_table_and_whole_for_programs(bank: Bank) -> None:
    assert turs("bank", "entry", "known", "near_text", TEXT, *REASON).exit_code == 0
    assert TEXT in [row["value"] for row in lines(turs("bank", "show", "known", "--json"))]
    assert TEXT not in turs("bank", "show", "known").stdout


def test_a_file_is_kept_as_what_it_can_be_recognised_by(bank: Bank, tmp_path: Path) -> None:
    data = picture()
    assert turs("bank", "entry", "known", "file", file(tmp_path, "a.png", data), *REASON).exit_code == 0
    kept = set(bank.entries.values_list("kind", "value"))
    assert {("sha256", sha256(data)), ("pdq", pdq(data).value)} <= kept


@pytest.mark.parametrize(
    ("kind", "value", "word"),
    [("md5", "nonsense", "32 signs"), ("pdq", "0" * 63, "64 signs"), ("url", "not an address", "web address"),
     ("near_text", "short", "too short"), ("near_text", "word " * 30_000, "longer than"), ("text", " ", "nothing here"),
     ("vpdq", "{", "no fingerprint of a video"), ("colour", "red", "no such kind"), ("md5", A, "knows this already")],
)  # fmt: skip
def test_what_nothing_could_match_is_refused(bank: Bank, kind: str, value: str, word: str) -> None:
    refused(turs("bank", "entry", "known", kind, value, *REASON), word)
    assert bank.entries.count() == 1


def test_a_file_that_is_missing_empty_or_endless_is_refused(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("turs.desk.content.fingerprints.LARGEST_FILE", 2**20)
    for path, word in ((tmp_path / "no", "No such file"), (tmp_path, "directory"), ("/dev/zero", "larger than 1 MiB"),
                       (file(tmp_path, "empty", b""), "is empty")):  # fmt: skip
        refused(turs("bank", "entry", "known", "file", path, *REASON), word)
    assert bank.entries.count() == 1


def test_an_unknown_tier_or_bank_is_refused(bank: Bank) -> None:
    refused(turs("bank", "entry", "known", "md5", B, "--tier", "urgent", *REASON), "no tier urgent")
    refused(turs("bank", "entry", "unknown", "md5", B, *REASON), "there is no unknown")
    for command in (["show", "no"], ["export", "no", "x"]):
        refused(turs("bank", *command), "no bank called no")


def test_a_fingerprint_is_withdrawn_by_value_or_number_and_put_back(bank: Bank) -> None:
    for name in (A, number()):
        assert turs("bank", "withdraw", "known", name, *REASON).exit_code == 0
        (row,) = lines(turs("bank", "show", "known", "--json"))
        assert row["state"] == "withdrawn"
        assert last("bank.entry_withdrawn")["reason"] == REASON[1]
        refused(turs("bank", "withdraw", "known", name, *REASON), "no such value")
        assert turs("bank", "entry", "known", "md5", A, *REASON).exit_code == 0
        assert last("bank.entry_restored")["entry"] == number()
    assert lines(turs("bank", "list", "--json"))[0]["entries"] == 1
    assert bank.entries.count() == 1


def test_a_digest_of_digits_is_no_number(bank: Bank) -> None:
    digits = "1" * 32
    assert turs("bank", "entry", "known", "md5", digits, *REASON).exit_code == 0
    assert turs("bank", "withdraw", "known", digits, *REASON).exit_code == 0
    assert BankEntry.objects.get(value=digits).state == "withdrawn"


def test_a_held_fingerprint_waits_and_is_taken_into_use_again(bank: Bank) -> None:
    until = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S")
    assert turs("bank", "hold", "known", number(), "--until", until, *REASON).exit_code == 0
    assert lines(turs("bank", "show", "known", "--json"))[0]["state"] == "held"
    assert BankEntry.objects.get().hold_until.strftime("%Y-%m-%dT%H:%M:%S") == until
    assert last("bank.entry_held")["until"].startswith(until)
    assert turs("bank", "hold", "known", number(), *REASON).exit_code == 0
    assert lines(turs("bank", "show", "known", "--json"))[0]["state"] == "active"
    assert last("bank.entry_hold_ended")["reason"] == REASON[1]


def test_a_hold_in_the_past_or_of_nothing_is_refused(bank: Bank) -> None:
    refused(turs("bank", "hold", "known", number(), "--until", "2001-01-01", *REASON), "future")
    refused(turs("bank", "hold", "known", number(), "--until", "tomorrow", *REASON), "--until")
    for unknown in (number() + 1, 0, 10**30):
        refused(turs("bank", "hold", "known", unknown, *REASON), "no fingerprint")
        refused(turs("bank", "release", "known", unknown, *REASON), "no fingerprint")


def test_what_waits_in_quarantine_is_listed_and_released(bank: Bank) -> None:
    facts = {"sources": 40, "usual": 2}
    BankEntry.objects.update(quarantined_at=timezone.now(), flood=facts)
    waiting = {"number": number(), "bank": "known", "kind": "md5", "label": "a poster", **facts}
    assert lines(turs("bank", "quarantine", "--json")) == [waiting]
    assert lines(turs("bank", "quarantine", "--json", by="analyst.police")) == [waiting], "of banks that one sees"
    assert turs("bank", "release", "known", number(), *REASON).exit_code == 0
    assert lines(turs("bank", "quarantine", "--json")) == []
    assert last("bank.entry_released")["sources"] == 40


def test_whoever_sees_a_fingerprint_may_judge_it_and_one_disagreement_disputes_it(bank: Bank) -> None:
    refused(turs("bank", "opinion", number(), "disagree", by="analyst.police"), "reason")
    refused(turs("bank", "opinion", number(), "maybe", by="analyst.police"), "agree, disagree")
    for unknown in (number() + 1, 0, 10**30):
        refused(turs("bank", "opinion", unknown, "agree"), "no fingerprint")
    assert turs("bank", "opinion", number(), "disagree", *REASON, by="analyst.police").exit_code == 0
    assert lines(turs("bank", "show", "known", "--json"))[0]["state"] == "disputed"
    written = last("bank.opinion_given")
    assert (written["view"], written["disputed"], written["reason"]) == ("disagree", True, REASON[1])
    assert turs("bank", "opinion", number(), "agree", by="analyst.police").exit_code == 0
    assert lines(turs("bank", "show", "known", "--json"))[0]["state"] == "active"
    assert Opinion.objects.count() == 1


# -- lists -----------------------------------------------------------------------------------------
def test_a_list_comes_in_with_a_report_of_every_record(bank: Bank, tmp_path: Path) -> None:
    known = file(tmp_path, "l.csv", f"kind,value,tlp\nmd5,{A},\nmd5,{B},\nmd5,{B},\nmd5,nonsense,\npdq,{A * 2},RED\n")
    (report,) = lines(turs("bank", "import", "known", known, *REASON, "--json"))
    assert {key: report[key] for key in ("added", "known", "withdrawn", "kinds")} == {
        "added": 1, "known": 2, "withdrawn": 0, "kinds": {"md5": 1}
    }  # fmt: skip
    assert [set(one) for one in report["refused"]] == [{"line", "value", "reason"}] * 2
    assert any("RED" in one["reason"] for one in report["refused"])
    assert last("bank.imported")["added"] == 1
    assert last("bank.imported")["origin"] == "csv: l.csv"
    again = turs("bank", "import", "known", known, *REASON)
    assert again.exit_code == 0
    assert "refused" in again.stdout
    assert Entry.objects.filter(verb="bank.imported").count() == 1, "nothing new, nothing written"


def test_a_tombstone_in_a_list_withdraws_and_a_list_does_not_put_back(bank: Bank, tmp_path: Path) -> None:
    gone = file(tmp_path, "l.jsonl", json.dumps({"kind": "md5", "value": A, "deleted": True}))
    (report,) = lines(turs("bank", "import", "known", gone, *REASON, "--json"))
    assert (report["added"], report["withdrawn"]) == (0, 1)
    assert BankEntry.objects.get().state == "withdrawn"
    back = file(tmp_path, "back.csv", f"kind,value\nmd5,{A}\n")
    (report,) = lines(turs("bank", "import", "known", back, *REASON, "--json"))
    assert (report["added"], report["known"]) == (0, 1)
    assert BankEntry.objects.get().state == "withdrawn"


@pytest.mark.parametrize("data", [b"", b"\0\1\2\3", b"hello there", b"[]"])
def test_a_file_that_is_no_list_is_refused(bank: Bank, tmp_path: Path, data: bytes) -> None:
    done = turs("bank", "import", "known", file(tmp_path, "list", data), *REASON)
    assert done.exit_code == 2, done.output
    assert "list" in done.stderr
    assert bank.entries.count() == 1


@pytest.mark.parametrize(
    "data", [b'{"kind": "md5", "value": "' + b"\n" * 50, b"kind,value\nmd5,nonsense\n", TEXT.encode("utf-16"),
             b'{"type": "bundle", "objects": [' + b"[" * 500],
)  # fmt: skip
def test_a_list_of_which_nothing_can_be_kept_fails_and_says_why(bank: Bank, tmp_path: Path, data: bytes) -> None:
    done = turs("bank", "import", "known", file(tmp_path, "list", data), *REASON)
    assert done.exit_code in (1, 2), done.output
    assert done.output.strip()
    assert bank.entries.count() == 1
    assert not Entry.objects.filter(verb="bank.imported").exists()


def test_a_list_in_an_old_arabic_encoding_is_read(bank: Bank, tmp_path: Path) -> None:
    known = file(tmp_path, "l.csv", f"النوع;البصمة;الوسوم\nMD5;{B};ملصق\n".encode("cp1256"))
    (report,) = lines(turs("bank", "import", "known", known, *REASON, "--json"))
    assert report["added"] == 1
    assert BankEntry.objects.get(value=B).label == "ملصق"


def test_lists_and_formats_that_cannot_be_used_are_misuse(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = file(tmp_path, "l.csv", f"kind,value\nmd5,{B}\n")
    refused(turs("bank", "import", "known", known, "--format", "tea-leaves", *REASON), "no such format")
    refused(turs("bank", "import", "known", tmp_path / "no", *REASON), "no")
    refused(turs("bank", "import", "known", tmp_path, *REASON), "directory")
    refused(turs("bank", "export", "known", tmp_path / "x", "--format", "tea-leaves"), "no such format")
    monkeypatch.setattr("turs.desk.content.exchange.LARGEST_FILE", 2**20)
    refused(turs("bank", "import", "known", "/dev/zero", *REASON), "larger than 1 MiB")
    assert bank.entries.count() == 1


@pytest.mark.parametrize("format", ["jsonl", "csv", "stix", "misp", "threatexchange", "threatexchange-csv", "tat"])
def test_what_goes_out_comes_in_again(bank: Bank, tmp_path: Path, format: str) -> None:
    for kind, value in (("md5", B), ("pdq", "0" * 64), ("url", "https://example.org/a")):
        assert turs("bank", "entry", "known", kind, value, *REASON).exit_code == 0
    turs("bank", "withdraw", "known", B, *REASON)
    out = tmp_path / "out"
    done = turs("bank", "export", "known", out, "--format", format)
    assert done.exit_code == 0, done.output
    assert f"{out.stat().st_size} bytes" in done.stdout
    written = last("bank.exported")
    assert (written["format"], written["bytes"], written["tlp"]) == (format, out.stat().st_size, "GREEN")
    turs("bank", "add", "copy", "--tlp", "GREEN")
    (report,) = lines(turs("bank", "import", "copy", out, "--format", format, *REASON, "--json"))
    carried = {"tat": {A, "0" * 64}}.get(format, {A, "0" * 64, "https://example.org/a"})
    assert set(BankEntry.objects.filter(bank__name="copy").values_list("value", flat=True)) == carried
    assert report["refused"] == []
    tombstone = "deleted" not in FORMATS[format].keeps  # which has one of the four entries to tell
    assert f"{3 - len(carried) + tombstone} left out" in done.stdout
    assert verify().sound


def test_a_tombstone_travels_to_the_bank_that_still_holds_it(bank: Bank, tmp_path: Path) -> None:
    turs("bank", "add", "peer", "--tlp", "GREEN", by="analyst.police")
    for _ in range(2):
        assert turs("bank", "export", "known", tmp_path / "out").exit_code == 0
        lines(turs("bank", "import", "peer", tmp_path / "out", *REASON, "--json", by="analyst.police"))
        turs("bank", "withdraw", "known", A, *REASON)
    assert BankEntry.objects.get(bank__name="peer").state == "withdrawn"


def test_a_file_that_cannot_be_written_is_refused_before_the_ledger_says_it_was_taken(
    bank: Bank, tmp_path: Path
) -> None:
    for path in (tmp_path, tmp_path / "no" / "out"):
        refused(turs("bank", "export", "known", path), str(path))
    assert not Entry.objects.filter(verb="bank.exported").exists()


# -- the terminal ----------------------------------------------------------------------------------
def test_what_others_wrote_does_not_command_the_terminal(bank: Bank, tmp_path: Path) -> None:
    turs("bank", "add", f"x{ESCAPES}", "--tlp", "GREEN")
    turs("bank", "entry", "known", "md5", B, "--label", f"x{ESCAPES}", *REASON)
    known = file(tmp_path, f"l{ESCAPES}.csv", f"kind,value\nmd5,{ESCAPES}\nmd5,{C}\n")
    for args in (["list"], ["show", "known"], ["import", "known", known, *REASON], ["show", f"no{ESCAPES}"],
                 ["import", "known", file(tmp_path, f"e{ESCAPES}", b""), *REASON]):  # fmt: skip
        assert not set(turs("bank", *args).output) & set(ESCAPES) - set("[2J"), args


def test_names_that_no_database_can_hold_are_not_there(bank: Bank) -> None:
    broken = os.fsdecode(b"\xff")
    for args in (["show", broken], ["export", broken, "x"], ["withdraw", "known", broken, *REASON],
                 ["entry", broken, "md5", B, *REASON]):  # fmt: skip
        assert turs("bank", *args).exit_code == 2, args


# -- match in the desk -----------------------------------------------------------------------------
class TestMatch:
    def test_files_are_looked_up_in_the_banks_that_a_user_sees(self, bank: Bank, tmp_path: Path) -> None:
        turs("bank", "entry", "known", "md5", md5(b"x"), "--tier", "crisis", "--label", "leaflet", *REASON)
        turs("bank", "add", "secret", "--tlp", "AMBER+STRICT")
        turs("bank", "entry", "secret", "sha256", sha256(b"x"), *REASON)
        path, before = file(tmp_path, "a.bin", b"x"), Entry.objects.count()
        (own,) = lines(turs("match", "--json", path))
        assert sorted(match["bank"] for match in own["matches"]) == ["known", "secret"]
        (other,) = lines(turs("match", "--json", path, by="analyst.police"))
        (match,) = other["matches"]
        assert (match["bank"], match["entry"], match["label"], match["tier"]) == (
            "known", number(md5(b"x")), "leaflet", "crisis"
        )  # fmt: skip
        assert Entry.objects.count() == before, "nothing is stored"

    def test_what_is_withdrawn_held_or_out_of_use_matches_nothing(self, bank: Bank, tmp_path: Path) -> None:
        turs("bank", "entry", "known", "md5", md5(b"x"), *REASON)
        path = file(tmp_path, "a.bin", b"x")

        def count() -> int:
            return len(lines(turs("match", "--json", path))[0]["matches"])

        held = ("bank", "hold", "known", number(md5(b"x")))
        for off, on in (
            ([*held, "--until", "2999-01-01"], held), (["bank", "set", "known", "--inactive"],
             ["bank", "set", "known", "--active"]),
            (["bank", "withdraw", "known", md5(b"x")], ["bank", "entry", "known", "md5", md5(b"x")]),
        ):  # fmt: skip
            assert count() == 1
            assert turs(*off, *REASON).exit_code == 0
            assert count() == 0
            assert turs(*on, *REASON).exit_code == 0
        assert count() == 1

    def test_texts_pictures_videos_and_documents_are_found_again(self, bank: Bank, tmp_path: Path) -> None:
        pytest.importorskip("av", reason="needs turs[video]")
        pytest.importorskip("pypdfium2", reason="needs turs[pdf]")
        words = "The forum held its first session yesterday in the capital before many journalists."
        files = {
            "near_text": file(tmp_path, "a.txt", TEXT),
            "pdq": file(tmp_path, "a.png", picture()),
            "vpdq": file(tmp_path, "a.mkv", film([1, 2, 3])),
            "sha256": file(tmp_path, "a.pdf", page(words)),
        }
        for path in files.values():
            assert turs("bank", "entry", "known", "file", path, *REASON).exit_code == 0
        for kind, path in files.items():
            (seen,) = lines(turs("match", "--json", path))
            assert {kind, "sha256"} <= {match["kind"] for match in seen["matches"]}, kind
            assert all(match["whole"] for match in seen["matches"])

    def test_harmless_content_says_so(self, world: rows.World, tmp_path: Path) -> None:
        turs("bank", "add", "harmless", "--polarity", "suppress")
        turs("bank", "entry", "harmless", "text", TEXT, *REASON)
        assert BankEntry.objects.get().value == text_digest(TEXT)
        assert "(suppress)" in turs("match", file(tmp_path, "a.txt", TEXT)).stdout

    def test_whoever_belongs_to_no_agency_names_a_list(self, world: rows.World, tmp_path: Path) -> None:
        done = turs("match", file(tmp_path, "a.bin", b"x"), by=world.user("partner_platform").username)
        refused(done, "--against")


# -- terms -----------------------------------------------------------------------------------------
def test_a_term_is_added_listed_and_withdrawn_by_its_own_agency(world: rows.World) -> None:
    name = ("names", "جبهة  المثال")
    assert turs("term", "add", *name, "--tlp", "GREEN", "--language", "ar", *REASON).exit_code == 0
    assert lines(turs("term", "list", "--json")) == [{"list": "names", "terms": 1, "TLP": "GREEN"}]
    refused(turs("term", "add", *name, *REASON), "already")
    refused(turs("term", "withdraw", *name, *REASON, by="analyst.police"), "may change")
    refused(turs("term", "add", *name, *REASON, by=world.user("evaluator").username), "may not do this")
    assert turs("term", "withdraw", *name, *REASON).exit_code == 0
    refused(turs("term", "withdraw", *name, *REASON), "no such term")
    assert TermEntry.objects.get().withdrawn_at
    assert TermList.objects.count() == 1
    assert Entry.objects.filter(verb__startswith="termlist.").count() == 3
