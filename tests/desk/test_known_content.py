"""Banks in the desk: every process follows a change at once, and nothing about a fingerprint is decided by software."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from turs.desk.content import curation, exchange, flood, knowledge, sightings
from turs.desk.content.curation import Given
from turs.desk.content.fingerprints import Unusable
from turs.desk.content.models import BankEntry, Sighting
from turs.desk.ledger.models import Entry
from turs.desk.ledger.services import verify
from turs.match import Feature

from . import rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
REASON = "Judged in the invented story of the tests."
ZEROS = "0" * 64


@pytest.fixture
def bank(world: rows.World) -> Any:
    return curation.add_bank(world.user("analyst"), "known", polarity="match", tlp="GREEN")


def add(world: rows.World, bank: Any, kind: str = "pdq", value: str = ZEROS, **fields: Any) -> BankEntry:
    given = {"tier": "designation", "reason": REASON, **fields}
    return curation.add_bank_entry(world.user("analyst"), bank, kind, value, **given)[0]


def matched(agency: Any, kind: str = "pdq", value: str = ZEROS) -> int:
    return len(knowledge.banks_for(agency).match([Feature(kind, value, "m", 90)]))  # type: ignore[arg-type]


# --- following ---------------------------------------------------------------------------------------
def test_a_process_follows_every_change_without_building_anew(world: rows.World, bank: Any) -> None:
    index = knowledge.live.index
    assert matched(world.cell) == 0
    entry = add(world, bank)
    assert matched(world.cell) == matched(world.police) == 1
    curation.withdraw_bank_entry(world.user("analyst"), entry, REASON)
    assert matched(world.cell) == 0
    add(world, bank)
    assert matched(world.cell) == 1
    curation.change_bank(world.user("analyst"), bank, REASON, active=False)
    assert matched(world.cell) == 0
    curation.change_bank(world.user("analyst"), bank, REASON, active=True)
    assert matched(world.cell) == 1
    assert knowledge.live.index is index


def test_a_new_process_knows_what_the_old_one_knew(world: rows.World, bank: Any) -> None:
    add(world, bank)
    version = knowledge.banks_for(world.cell).version
    knowledge.forget()
    assert knowledge.banks_for(world.cell).version == version


def test_an_agency_matches_with_the_banks_that_tlp_lets_it_see(world: rows.World) -> None:
    secret = curation.add_bank(world.user("analyst"), "own", polarity="match", tlp="AMBER+STRICT")
    add(world, secret)
    assert (matched(world.cell), matched(world.media), matched(world.police)) == (1, 0, 0)


def test_thresholds_of_a_bank_take_effect_at_once(world: rows.World, bank: Any) -> None:
    add(world, bank)
    near = f"{2**20 - 1:064x}"
    assert matched(world.cell, value=near) == 1
    curation.change_bank(world.user("analyst"), bank, REASON, distance=10)
    assert matched(world.cell, value=near) == 0


# --- holding and judging -----------------------------------------------------------------------------
def test_a_held_fingerprint_matches_when_its_time_has_come(world: rows.World, bank: Any) -> None:
    entry = add(world, bank, hold_until=timezone.now() + timedelta(hours=1))
    assert (matched(world.cell), entry.state) == (0, "held")
    BankEntry.objects.filter(pk=entry.pk).update(hold_until=timezone.now())  # the hour is over; nothing else changed
    knowledge.live.checked = timezone.now() - timedelta(minutes=1)
    assert matched(world.cell) == 1


def test_a_hold_ends_early_when_somebody_says_so(world: rows.World, bank: Any) -> None:
    entry = add(world, bank)
    held = curation.hold(world.user("analyst"), entry, timezone.now() + timedelta(days=1), REASON)
    assert (held.state, matched(world.cell)) == ("held", 0)
    curation.hold(world.user("analyst"), entry, None, REASON)
    assert matched(world.cell) == 1
    with pytest.raises(Unusable, match="future"):
        curation.hold(world.user("analyst"), entry, timezone.now() - timedelta(days=1), REASON)


def test_one_disagreement_disputes_a_fingerprint_until_it_is_taken_back(world: rows.World, bank: Any) -> None:
    entry, elsewhere = add(world, bank), world.user("analyst", at=world.police)
    curation.give_opinion(elsewhere, entry, "disagree", "The picture is of a wedding, not of a parade.")
    (found,) = knowledge.banks_for(world.cell).match([Feature("pdq", ZEROS, "m", 90)])
    assert found.entry.disputed
    curation.give_opinion(elsewhere, entry, "agree")
    entry.refresh_from_db()
    assert not entry.disputed
    assert entry.opinions.count() == 1
    with pytest.raises(Unusable, match="reason"):
        curation.give_opinion(elsewhere, entry, "disagree")


def test_only_the_owner_changes_a_bank_and_only_who_sees_it_judges(world: rows.World) -> None:
    secret = curation.add_bank(world.user("analyst"), "own", polarity="match", tlp="AMBER+STRICT")
    entry = add(world, secret)
    foreign = world.user("analyst", at=world.police)
    for act in (
        lambda: curation.give_opinion(foreign, entry, "agree"),
        lambda: curation.change_bank(foreign, secret, REASON, active=False),
        lambda: curation.withdraw_bank_entry(foreign, entry, REASON),
        lambda: curation.add_many(foreign, secret, [Given("md5", "a" * 32)], origin="x", reason=REASON),
    ):
        with pytest.raises(Http404):
            act()
    with pytest.raises(PermissionDenied):
        curation.change_bank(world.user("evaluator"), secret, REASON, active=False)


@pytest.mark.parametrize(
    "fields", [{"distance": 64}, {"containment": 5}, {"video": 0}, {"flood": 1}, {"polarity": "both"}, {"seq": 9}]
)
def test_a_bank_takes_no_impossible_setting(world: rows.World, bank: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(Unusable) as refused:
        curation.change_bank(world.user("analyst"), bank, REASON, **fields)
    assert refused.value.field == next(iter(fields))


# --- the flood guard ---------------------------------------------------------------------------------
def seen_in(world: rows.World, entry: BankEntry, sources: int, times: int = 1, days_ago: float = 0) -> None:
    """Sightings of `entry` in so many sources, each so many times."""
    at = timezone.now() - timedelta(days=days_ago)
    for _source in range(sources):
        place = rows.source(world.cell)
        for number in range(times):
            row = rows.posting(world.cell, place=place)
            Sighting.objects.create(entry=entry, posting=row, source=place, at=at - timedelta(minutes=number))


def guard(entry: BankEntry) -> BankEntry:
    sightings.guard({entry.pk: timezone.now()})
    entry.refresh_from_db()
    return entry


def test_a_fingerprint_in_many_sources_at_once_is_quarantined_and_asks_a_person(world: rows.World, bank: Any) -> None:
    curation.change_bank(world.user("analyst"), bank, REASON, flood=5)
    entry = add(world, bank, tier="promotional")
    seen_in(world, entry, sources=5)
    assert guard(entry).state == "quarantined"
    assert entry.flood["sources"] == 5
    assert matched(world.cell) == 0
    assert Entry.objects.filter(verb="bank.entry_quarantined", actor="system").count() == 1
    curation.release(world.user("analyst"), entry, REASON)
    assert matched(world.cell) == 1
    assert guard(entry).state == "active"  # questioned again at twice as many sources, not before
    seen_in(world, entry, sources=5)
    assert guard(entry).state == "quarantined"


def test_one_source_that_repeats_itself_is_one_source(world: rows.World, bank: Any) -> None:
    curation.change_bank(world.user("analyst"), bank, REASON, flood=5)
    entry = add(world, bank)
    seen_in(world, entry, sources=1, times=12)
    assert guard(entry).state == "active"


def test_what_spreads_in_an_attack_keeps_matching_while_a_person_is_asked(world: rows.World, bank: Any) -> None:
    curation.change_bank(world.user("analyst"), bank, REASON, flood=4)
    entry = add(world, bank, tier="crisis")
    seen_in(world, entry, sources=4)
    assert guard(entry).state == "quarantined"
    assert matched(world.cell) == 1


def test_what_is_usual_is_no_flood() -> None:
    assert not flood.floods(30, [10] * 14, 25)
    assert flood.floods(41, [10] * 14, 25)
    assert not flood.floods(24, [0] * 14, 25)


# --- lists -------------------------------------------------------------------------------------------
def test_a_list_comes_in_with_a_report_of_everything_that_could_not(world: rows.World, bank: Any) -> None:
    add(world, bank, "md5", "b" * 32)
    lines = ["kind,value,tlp", f"md5,{'a' * 32},", f"md5,{'b' * 32},", "md5,nonsense,", f"pdq,{ZEROS},RED"]
    data = "\n".join([*lines, lines[1]]).encode()
    report = exchange.import_list(world.user("analyst"), bank, data, name="list.csv", reason=REASON)
    assert (report.added, report.known) == (1, 2)
    assert len(report.refused) == 2
    assert any("RED" in one.reason for one in report.refused)
    assert Entry.objects.filter(verb="bank.imported").count() == 1
    assert verify().sound
    assert matched(world.cell, "md5", "a" * 32) == 1


def test_a_withdrawal_in_a_list_reaches_the_bank_and_a_list_does_not_overrule_a_person(
    world: rows.World, bank: Any
) -> None:
    user = world.user("analyst")
    entry = add(world, bank, "md5", "a" * 32)
    curation.add_many(user, bank, [Given("md5", "a" * 32, withdrawn=True)], origin="peer", reason=REASON)
    entry.refresh_from_db()
    assert entry.state == "withdrawn"
    report = curation.add_many(user, bank, [Given("md5", "a" * 32)], origin="peer", reason=REASON)
    entry.refresh_from_db()
    assert (report.known, entry.state) == (1, "withdrawn")


@pytest.mark.parametrize("format", ["jsonl", "csv", "stix", "threatexchange"])
def test_what_goes_out_comes_in_again(world: rows.World, bank: Any, format: str) -> None:
    user = world.user("analyst")
    for kind, value in (("pdq", ZEROS), ("md5", "a" * 32), ("sha256", "c" * 64), ("url", "https://example.org/a")):
        add(world, bank, kind, value)
    data, problems = exchange.export_bank(user, bank, format)
    other = curation.add_bank(user, "copy", polarity="match", tlp="GREEN")
    report = exchange.import_list(user, other, data, name="copy", reason=REASON)
    assert report.added == 4 - len(problems)
    assert not report.refused
    assert Entry.objects.filter(verb="bank.exported").exists()


@pytest.mark.parametrize("data", [b"", b"\0\1\2\3", b"hello there", b"{" * 100_000, "نص".encode("utf-16")])
def test_a_file_that_is_no_list_is_refused_whole_or_reported(world: rows.World, bank: Any, data: bytes) -> None:
    before = BankEntry.objects.count()
    try:
        report = exchange.import_list(world.user("analyst"), bank, data, name="x", reason=REASON)
    except Unusable:
        report = None
    assert report is None or report.refused
    assert BankEntry.objects.count() == before

def test_a_name_is_kept_in_one_spelling_however_it_is_given(world: rows.World, bank: Any) -> None:
    user = world.user("analyst")
    curation.change_bank(user, bank, REASON, name="  two   words ", note=" n ")
    bank.refresh_from_db()
    assert (bank.name, bank.note) == ("two words", "n")
    before = Entry.objects.count()
    curation.change_bank(user, bank, REASON, name=" two words")
    assert Entry.objects.count() == before
    with pytest.raises(Unusable, match="long"):
        curation.add_bank(user, "x" * 201, polarity="match", tlp="GREEN")


def test_a_withdrawal_after_its_addition_in_one_list_counts(world: rows.World, bank: Any) -> None:
    both = [Given("md5", "a" * 32), Given("md5", "a" * 32, withdrawn=True), Given("md5", "a" * 32)]
    report = curation.add_many(world.user("analyst"), bank, both, origin="peer", reason=REASON)
    assert (report.added, report.withdrawn, report.known) == (1, 1, 1)
    assert BankEntry.objects.get().state == "withdrawn"
    assert matched(world.cell, "md5", "a" * 32) == 0
