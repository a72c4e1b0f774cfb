"""Examining an agency's postings again: asked for once at a time, seen while it runs, taken up again when cut off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from turs.desk.content import intake, reexamination, tasks
from turs.desk.content.models import Reexamination
from turs.desk.ledger.models import Entry

from . import rows

ASK = "/banks/reexamine/"
BUTTON = "Examine again"


@pytest.fixture
def analyst(world: rows.World, login: Any) -> Any:
    rows.posting(world.cell)
    rows.posting(world.cell)
    return login(world.user("analyst", language="en"))


def ask(client: Any) -> str:
    return str(client.post(ASK, {"from": "terms"}, follow=True).content.decode())


@pytest.mark.parametrize("address", ["/terms/", "/banks/"])
def test_while_it_waits_or_runs_the_page_shows_it_and_offers_no_button(analyst: Any, address: str) -> None:
    assert BUTTON in analyst.get(address).content.decode()
    ask(analyst)
    page = analyst.get(address).content.decode()
    assert BUTTON not in page
    assert "Waiting for a worker" in page
    assert "/banks/reexamine/progress/" in page, "the page asks again by itself"


def test_it_is_asked_for_once_at_a_time(analyst: Any) -> None:
    ask(analyst)
    assert "Your postings are being examined again already." in ask(analyst)
    assert DBTaskResult.objects.count() == 1
    assert Entry.objects.filter(verb="agency.reexamination_asked").count() == 1


def test_how_far_it_is_is_told_while_it_runs(analyst: Any, world: rows.World, monkeypatch: Any) -> None:
    told: list[Any] = []
    monkeypatch.setattr(reexamination, "TELL_EVERY", 0.0)
    whole = intake._examine_again

    def looked_at(*given: Any) -> None:
        whole(*given)
        told.append(analyst.get("/banks/reexamine/progress/?from=terms").context["staleness"]["run"])

    monkeypatch.setattr(intake, "_examine_again", looked_at)
    ask(analyst)
    assert intake.reexamine(world.user("analyst"), world.cell) == 2
    assert [(run.done, run.total, run.percent) for run in told] == [(0, 2, 0), (1, 2, 50)]
    assert Reexamination.objects.get().state == "done"
    page = analyst.get("/banks/reexamine/progress/").content.decode()
    assert "Every posting was examined" in page
    assert "hx-get" not in page, "it has ended, so nothing asks any more"


def test_a_run_that_breaks_can_be_asked_for_again(analyst: Any, world: rows.World, monkeypatch: Any) -> None:
    def breaks(*given: Any) -> None:
        raise RuntimeError("the disk is full")

    ask(analyst)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "_examine_again", breaks)
        with pytest.raises(RuntimeError):
            intake.reexamine(world.user("analyst"), world.cell)
    assert Reexamination.objects.get().state == "failed"
    assert BUTTON in analyst.get("/terms/").content.decode()
    ask(analyst)
    assert intake.reexamine(world.user("analyst"), world.cell) == 2


@pytest.mark.parametrize(("state", "silence"), [("running", reexamination.SILENCE), ("queued", reexamination.LONG)])
def test_a_run_that_gives_no_sign_can_be_asked_for_again(
    analyst: Any, world: rows.World, state: str, silence: timedelta
) -> None:
    ask(analyst)
    Reexamination.objects.update(state=state, moved_at=timezone.now() - silence - timedelta(seconds=1))
    page = analyst.get("/terms/").content.decode()
    assert BUTTON in page
    assert "hx-get" not in page
    assert "The worker examines your postings again." in ask(analyst)
    assert sorted(Reexamination.objects.values_list("state", flat=True)) == ["failed", "queued"]


def test_a_worker_that_starts_takes_up_what_was_cut_off(
    analyst: Any, world: rows.World, django_capture_on_commit_callbacks: Any
) -> None:
    ask(analyst)
    Reexamination.objects.update(state="running")
    DBTaskResult.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.resume() == 1
    assert DBTaskResult.objects.get().args_kwargs["args"] == ["cell", world.user("analyst").username]


def test_another_agency_sees_nothing_of_it(analyst: Any, world: rows.World, login: Any) -> None:
    ask(analyst)
    other = login(world.user("analyst", at=world.police, language="en"))
    assert "run" not in other.get("/terms/").context["staleness"]
    assert login(world.user("collector", language="en")).get("/banks/reexamine/progress/").status_code == 403
