"""Where content comes from, and by what right: shown to readers, recorded by those who import."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from turs.desk.ledger.models import Entry

from . import rows

FORM = {"producer": "SUPPORTER", "lawful_basis": "PUBLIC", "authority": "", "note": "قناة عامة"}


@pytest.fixture
def collector(world: rows.World, login: Any) -> Any:
    return login(world.user("collector", language="en"))


def test_the_list_counts_and_links_to_the_postings(collector: Any, world: rows.World) -> None:
    place = rows.source(world.cell, name="قناة المثال العامة")
    for day in (1, 3, 2):
        rows.posting(world.cell, place=place, published_at=datetime(2026, 5, day, tzinfo=UTC))
    hidden = rows.posting(world.cell, "RED", place=place)
    page = collector.get("/sources/?q=العامة")
    row = next(iter(page.context["page"]))
    assert (row.count, row.last) == (3, datetime(2026, 5, 3, tzinfo=UTC)), f"not {hidden.pk}, which is for named people"
    door = f"/postings/?source={place.pk}"
    assert f'href="{door}"' in page.content.decode()
    assert collector.get(door).context["page"].paginator.count == 3


def test_filters_stand_in_the_address(collector: Any, world: rows.World) -> None:
    rows.source(world.cell, kind="site", lawful_basis="PUBLIC", producer="MEDIA_REPORT")
    rows.source(world.cell, kind="channel", lawful_basis="UNRECORDED")
    for address, count in (
        ("", 2), ("?kind=site", 1), ("?basis=UNRECORDED", 1), ("?producer=MEDIA_REPORT", 1), ("?kind=nonsense", 2),
        ("?kind=site&basis=UNRECORDED", 0),
    ):  # fmt: skip
        assert collector.get(f"/sources/{address}").context["page"].paginator.count == count, address
    assert collector.get("/sources/").context["unrecorded"] == 1


def test_what_people_record_is_kept_and_in_the_ledger(collector: Any, world: rows.World) -> None:
    place = rows.source(world.cell, authority="", note="")
    assert collector.post(f"/sources/{place.pk}/", FORM).status_code == 302
    place.refresh_from_db()
    assert (place.producer, place.lawful_basis, place.note) == ("SUPPORTER", "PUBLIC", "قناة عامة")
    entry = Entry.objects.get(verb="source.changed")
    assert json.loads(entry.detail)["changed"]["producer"] == ["UNKNOWN", "SUPPORTER"]
    collector.post(f"/sources/{place.pk}/", FORM)
    assert Entry.objects.filter(verb="source.changed").count() == 1, "nothing changed, nothing to record"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"lawful_basis": "AUTHORISED"}, "authority"),
        ({"lawful_basis": "AUTHORISED", "authority": "   "}, "authority"),
        ({"lawful_basis": "BECAUSE"}, "lawful_basis"),
        ({"producer": ""}, "producer"),
        ({"authority": "x" * 201}, "authority"),
        ({"note": "x" * 4001}, "note"),
    ],
)
def test_a_closed_place_needs_its_authority_and_values_must_fit(
    collector: Any, world: rows.World, changes: dict[str, str], where: str
) -> None:
    place = rows.source(world.cell)
    reply = collector.post(f"/sources/{place.pk}/", {**FORM, **changes})
    assert reply.status_code == 422
    assert where in reply.context["form"].errors
    place.refresh_from_db()
    assert place.lawful_basis == "UNRECORDED"


def test_who_only_reads_sees_no_form_and_changes_nothing(world: rows.World, login: Any) -> None:
    place = rows.source(world.cell, note="ملاحظة القارئ")
    reader = login(world.user("linguist"))
    page = reader.get(f"/sources/{place.pk}/")
    assert "ملاحظة القارئ" in page.content.decode()
    assert not page.context["may_edit"]
    assert reader.post(f"/sources/{place.pk}/", FORM).status_code == 403
    assert login(world.user("admin")).get("/sources/").status_code == 403


def test_a_foreign_source_is_not_there_and_a_green_one_is_only_read(world: rows.World, login: Any) -> None:
    stranger = login(world.user("analyst", at=world.police, name="stranger"))
    secret, shared = rows.source(world.cell), rows.source(world.cell, "GREEN")
    assert stranger.get(f"/sources/{secret.pk}/").status_code == 404
    assert stranger.post(f"/sources/{secret.pk}/", FORM).status_code == 404
    assert stranger.get(f"/sources/{shared.pk}/").status_code == 200
    assert stranger.post(f"/sources/{shared.pk}/", FORM).status_code == 404


def test_an_empty_list_teaches(collector: Any) -> None:
    assert "Sources appear by themselves" in collector.get("/sources/").content.decode()


def test_an_address_of_a_source_is_never_a_link(collector: Any, world: rows.World) -> None:
    place = rows.source(world.cell, url="https://channel.example/live")
    page = collector.get(f"/sources/{place.pk}/").content.decode()
    assert "hxxps://channel[.]example/live" in page
    assert 'href="https://channel.example' not in page
