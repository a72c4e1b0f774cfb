"""The ledger proves itself: nothing is changed, removed, put in or cut off without being found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from turs.desk.coalition.models import Member
from turs.desk.coalition.services import put
from turs.desk.ledger.models import AppendOnly, Entry
from turs.desk.ledger.rules import GENESIS, Row, canonical, check, digest
from turs.desk.ledger.services import _INSERT, Act, record_many, rows, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten() -> list[Row]:
    """A ledger of ten entries."""
    for number in range(5):
        put(None, Member, f"m{number}", kind="STATE", name_ar="عضو", name_en="Member")
    with transaction.atomic():
        record_many(
            None, [Act("posting.examined", "posting", str(n), {"n": n, "كلمة": "قيمة"}, f"c{n}") for n in range(5)]
        )
    found = list(rows())
    assert len(found) == 10
    return found


@contextmanager
def broken_lock() -> Iterator[Any]:
    """A cursor of somebody who owns the database file and took the triggers away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER ledger_no_update")
            cursor.execute("DROP TRIGGER ledger_no_delete")
        yield cursor


def test_a_sound_ledger_is_sound(ten: list[Row]) -> None:
    found = verify()
    assert found.sound
    assert found.entries == 10
    assert found.head == f"10:{ten[-1].hash}"
    assert ten[0].prev == GENESIS
    assert verify(found.head).sound


@pytest.mark.parametrize("field", [name for name in Row._fields if name not in {"seq"}])
@pytest.mark.parametrize("seq", [1, 5, 10])
def test_one_edited_byte_is_found_at_its_entry(ten: list[Row], field: str, seq: int) -> None:
    """Guide, acceptance rule 19."""
    value = getattr(ten[seq - 1], field)
    edited = (chr(ord(value[0]) ^ 1) + value[1:]) if value else "x"
    with broken_lock() as cursor:
        cursor.execute(f"UPDATE ledger_entry SET {field} = %s WHERE seq = %s", [edited, seq])
    found = verify()
    assert not found.sound
    assert found.faults[0].seq == seq
    assert {fault.seq for fault in found.faults} <= {seq, seq + 1}


def test_an_entry_that_was_edited_and_hashed_again_breaks_the_next(ten: list[Row]) -> None:
    forged = ten[4]._replace(actor="somebody-else")
    forged = forged._replace(hash=digest(forged))
    with broken_lock() as cursor:
        cursor.execute("UPDATE ledger_entry SET actor = %s, hash = %s WHERE seq = 5", [forged.actor, forged.hash])
    assert [(fault.seq, fault.code) for fault in verify().faults] == [(6, "link")]


def test_a_removed_entry_is_a_gap(ten: list[Row]) -> None:
    with broken_lock() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE seq = 4")
    assert [(fault.seq, fault.code) for fault in verify().faults] == [(5, "gap")]


def test_a_cut_off_tail_is_found_with_a_noted_head(ten: list[Row]) -> None:
    head = verify().head
    with broken_lock() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE seq > 7")
    assert verify().sound, "a chain alone cannot show that its end is missing"
    found = verify(head)
    assert [fault.code for fault in found.faults] == ["head"]


def test_a_ledger_written_anew_is_found_with_a_noted_head(ten: list[Row]) -> None:
    head = verify().head
    previous, anew = GENESIS, []
    for row in ten:
        row = row._replace(actor="nobody", prev=previous)
        previous = digest(row)
        anew.append(row._replace(hash=previous))
    with broken_lock() as cursor:
        for row in anew:
            cursor.execute(
                "UPDATE ledger_entry SET actor = %s, prev = %s, hash = %s WHERE seq = %s",
                [row.actor, row.prev, row.hash, row.seq],
            )
    assert verify().sound
    assert not verify(head).sound


@pytest.mark.parametrize("head", ["", "x", ":", "99:" + "0" * 64, "ten:abc"])
def test_a_head_that_is_none_is_not_an_error(ten: list[Row], head: str) -> None:
    assert verify(head).sound == (head == "")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger_entry SET actor = 'x'", "UPDATE ledger_entry SET actor = actor WHERE seq = 3",
     "DELETE FROM ledger_entry", "DELETE FROM ledger_entry WHERE seq = 10"],
)  # fmt: skip
def test_the_database_itself_refuses_to_change_an_entry(ten: list[Row], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(rows()) == ten


def test_an_entry_cannot_be_put_over_another(ten: list[Row]) -> None:
    """SQLite's REPLACE removes the old row without asking the triggers for DELETE."""
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is a statement of SQLite")
    columns = ", ".join(Row._fields)
    values = "seq, at, 'x', agency, verb, object_type, object_id, chain, detail, prev, hash"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"REPLACE INTO ledger_entry ({columns}) SELECT {values} FROM ledger_entry WHERE seq = 3")
    assert list(rows()) == ten


def test_the_model_refuses_as_well(ten: list[Row]) -> None:
    entry = Entry.objects.get(seq=3)
    for change in (entry.save, entry.delete):
        with pytest.raises(AppendOnly):
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(seq=3).update(actor="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all().delete()


def test_a_failing_transaction_leaves_neither_row_nor_entry() -> None:
    before = Entry.objects.count()

    def write_and_fail() -> None:
        with transaction.atomic():
            put(None, Member, "gone", kind="STATE", name_ar="عضو", name_en="Member")
            assert Entry.objects.count() == before + 1
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_and_fail()
    assert not Member.objects.filter(key="gone").exists()
    assert Entry.objects.count() == before
    assert verify().sound


def test_facts_have_one_spelling() -> None:
    assert canonical({"b": 1, "a": "جملة"}) == canonical({"a": "جملة", "b": 1}) == '{"a":"جملة","b":1}'


def test_check_is_pure_and_needs_no_database() -> None:
    first = Row(1, "t", "a", "", "v", "o", "1", "", "{}", GENESIS, "")
    first = first._replace(hash=digest(first))
    second = Row(2, "t", "a", "", "v", "o", "1", "", "{}", first.hash, "")
    second = second._replace(hash=digest(second))
    assert list(check([first, second])) == []
    assert [fault.code for fault in check([second])] == ["gap"]
    assert [fault.code for fault in check([first, second._replace(verb="w")])] == ["content"]


@pytest.fixture
def big() -> None:
    """Twenty thousand entries of a hundred people, written as the service writes them, but not chained."""
    plain = Row(0, "2026-01-01T00:00:00", "", "", "", "posting", "", "", "{}", GENESIS, GENESIS)
    with connection.cursor() as cursor:
        cursor.executemany(
            _INSERT,
            [
                plain._replace(seq=n, actor=f"user-{n % 100}", agency=f"agency-{n % 90}", verb=f"verb-{n % 80}",
                               object_id=str(n))
                for n in range(1, 20_001)
            ],
        )  # fmt: skip
        cursor.execute("ANALYZE ledger_entry")


@pytest.mark.parametrize("name", ["agency", "verb", "actor"])
def test_a_filter_of_a_big_ledger_is_followed_in_its_order(big: None, name: str) -> None:
    """The newest page of a filter is read from its index as it stands: nothing else is read, nothing is sorted."""
    rule = {name: {"agency": "agency-7", "verb": "verb-7", "actor": "user-7"}[name]}
    page = Entry.objects.filter(**rule).order_by("-seq")
    plan = page[:51].explain()
    assert f"ledger_{name}_seq" in plan
    assert not re.search("TEMP B-TREE|Sort", plan)
    assert not re.search("TEMP B-TREE|Sort", page.filter(seq__lt=9_000)[:51].explain())
    assert [entry.seq for entry in page[:2]] == sorted((entry.seq for entry in page), reverse=True)[:2]


def test_each_filter_has_one_index() -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Entry._meta.db_table)
    indexes = sorted(facts["columns"] for facts in found.values() if facts["index"] and not facts["primary_key"])
    for name in ("agency", "verb", "actor"):
        assert [columns for columns in indexes if columns[0] == name] == [[name, "seq"]]


WRITER = """
import sys, django
django.setup()
from django.db import transaction
from turs.desk.ledger.services import Act, record_many
for number in range(40):
    with transaction.atomic():
        record_many(None, [Act("test.written", "test", f"{sys.argv[1]}-{number}-{part}") for part in range(3)])
"""


def test_two_processes_that_write_at_once_keep_the_chain(tmp_path: Path, settings: Any) -> None:
    environment = {
        **os.environ, "TURS_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "turs.desk.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'scratch.sqlite3'}", "TURS_LOG": "ERROR",
    }  # fmt: skip
    scratch = ""
    if connection.vendor == "postgresql":
        scratch = f"turs_scratch_{os.getpid()}"
        url = os.environ["TURS_TEST_DATABASE_URL"]
        environment["DATABASE_URL"] = re.sub(r"/[^/]*$", f"/{scratch}", url)
        database(f"CREATE DATABASE {scratch}")

    def run(code: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            text=True,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def done(process: subprocess.Popen[str]) -> str:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    try:
        done(
            run(
                "import django; django.setup(); from django.core.management import call_command;"
                "call_command('migrate', verbosity=0)"
            )
        )
        writers = [run(WRITER, name) for name in ("one", "two")]
        for writer in writers:
            done(writer)
        said = done(
            run(
                "import django; django.setup(); from turs.desk.ledger.services import verify; v = verify();"
                "print(v.sound, v.entries)"
            )
        )
        assert said.split() == ["True", "240"]
    finally:
        if scratch:
            database(f"DROP DATABASE IF EXISTS {scratch} WITH (FORCE)")


def database(statement: str) -> None:
    """Run a statement that no transaction may hold, on the server of the tests."""
    import psycopg

    with psycopg.connect(os.environ["TURS_TEST_DATABASE_URL"], autocommit=True) as link:
        link.execute(statement)
