"""A file that breaks off is imported as far as it is whole, and people are told where it ends and what to do."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from turs.desk.content import intake
from turs.desk.content.models import Import, Posting

from . import rows

pytestmark = pytest.mark.django_db

CUT = b'[{"text": "the first news of the day"},\n {"text": "the second news of the day"},\n {"text": "the thi'


def bring_in(user: Any, data: bytes, name: str = "posts.json") -> Import:
    return intake.run(intake.open_import(user, [intake.Upload(name, [data])]).pk)


def test_what_is_whole_is_kept_and_the_break_is_told(world: rows.World) -> None:
    work = bring_in(world.user("analyst"), CUT)
    assert (work.state, work.added, work.rejected) == ("done", 2, 1)
    reject = work.rejects.get()
    assert (reject.file, reject.line, reject.column, reject.code) == ("posts.json", 3, 19, "broken_json")
    assert reject.excerpt.endswith('{"text": "the thi▸')


def test_the_whole_file_adds_what_was_missing_and_nothing_twice(world: rows.World) -> None:
    user = world.user("analyst")
    bring_in(user, CUT)
    work = bring_in(user, CUT + b'rd news of the day"}]')
    assert (work.added, work.known, work.rejected) == (1, 2, 0)
    assert Posting.objects.count() == 3


@pytest.mark.parametrize(("language", "place", "words"), [("ar", "٣:١٩", "مقطوعة"), ("en", "3:19", "breaks off")])
def test_people_read_the_place_the_reason_and_the_remedy(
    world: rows.World, login: Any, language: str, place: str, words: str
) -> None:
    work = bring_in(world.user("analyst"), CUT)
    reader = login(world.user("analyst", name="reader", language=language))
    page = reader.get(f"/imports/{work.pk}/rejects/").content.decode()
    assert f'<bdi dir="ltr">{place}</bdi>' in page
    assert words in page
    table = b"".join(reader.get(f"/imports/{work.pk}/rejects/?format=csv").streaming_content).decode("utf-8-sig")
    assert next(iter(list(csv.reader(io.StringIO(table)))[1:]))[:4] == ["posts.json", "3", "19", "broken_json"]


def test_a_program_reads_the_same(world: rows.World, client: Any, bearer: Any) -> None:
    user = world.user("analyst")
    work = bring_in(user, CUT)
    (item,) = client.get(f"/api/v1/imports/{work.pk}/rejects", headers=bearer(user)).json()["items"]
    assert (item["line"], item["column"], item["code"]) == (3, 19, "broken_json")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"name": "C", "type": "public_chan', "broken_json"),
        (b"<!doctype html><html><body><p>Try again later.</p></body></html>", "page_not_json"),
        (b'{"a": 1}', "unknown_format"),
        (b"[]", "no_records"),
        (b"\xef\xbb\xbf", "empty"),
    ],
)
def test_a_file_without_any_record_says_why(world: rows.World, data: bytes, code: str) -> None:
    work = bring_in(world.user("analyst"), data)
    assert (work.state, work.added, work.rejected) == ("done", 0, 1)
    assert work.rejects.get().code == code
