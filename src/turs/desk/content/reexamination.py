"""One run of examining an agency's postings again: asked for, under way, ended; and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ..coalition.models import Agency, User
from ..coalition.vocabulary import TLP
from .models import Reexamination
from .vocabulary import ImportState

UNDER_WAY = (ImportState.QUEUED, ImportState.RUNNING)
NO_WORKER = timedelta(seconds=15)
"""How long a run may wait before we say that no worker has taken it."""
SILENCE, LONG = timedelta(minutes=2), timedelta(minutes=10)
"""How long a run may give no sign, or wait, before it counts as cut off: its worker may have been stopped."""
TELL_EVERY = 1.0
"""Seconds between two notes of how far a run is."""


class UnderWay(ValueError):
    """The postings are being examined again already."""


@dataclass(frozen=True)
class Run:
    """How far the present run of an agency is, in words and percent. forsaken: no worker has taken it. stopped: it gave
    no sign for long and may be asked for again."""

    words: str
    percent: int
    done: int
    total: int
    forsaken: bool
    stopped: bool


def ask(user: User, agency: Agency) -> Reexamination:
    """Note that a run was asked for. Raises `UnderWay` where one waits or runs already."""
    present = _present(agency)
    if present and not _silent(present):
        raise UnderWay(_("Your postings are being examined again already. This page shows how far it is."))
    if present:
        _end(present, ImportState.FAILED)
    return Reexamination.objects.create(agency=agency, created_by=user, tlp=TLP.AMBER_STRICT)


@contextmanager
def running(agency: Agency, actor: User | None, total: int) -> Iterator[Callable[[int], None]]:
    """A run over `total` postings, as asked for before or begun now; call what it gives with how many are done."""
    work = _present(agency)
    if work and work.state == ImportState.RUNNING:  # cut off: what it left undone is part of this run
        _end(work, ImportState.FAILED)
        work = None
    work = work or Reexamination(agency=agency, created_by=actor, tlp=TLP.AMBER_STRICT)
    work.state, work.total, work.started_at, work.moved_at = ImportState.RUNNING, total, timezone.now(), timezone.now()
    work.save()
    told = time.monotonic()

    def tell(done: int) -> None:
        nonlocal told
        if time.monotonic() - told < TELL_EVERY and done < total:
            return
        told = time.monotonic()
        Reexamination.objects.filter(pk=work.pk).update(done=done, moved_at=timezone.now())

    try:
        yield tell
    except BaseException:
        _end(work, ImportState.FAILED)
        raise
    _end(work, ImportState.DONE)


def present(agency: Agency) -> Run | None:
    """The run of `agency` that waits or runs now, in words; `None` where there is none."""
    work = _present(agency)
    if work is None:
        return None
    waits = work.state == ImportState.QUEUED
    return Run(
        words=_("Waiting for a worker") if waits else _("Examining the postings again"),
        percent=min(99, 100 * work.done // work.total) if work.total else 0,
        done=work.done,
        total=work.total,
        forsaken=waits and timezone.now() - work.created_at > NO_WORKER,
        stopped=_silent(work),
    )


def _present(agency: Agency) -> Reexamination | None:
    return Reexamination.objects.filter(agency=agency, state__in=UNDER_WAY).first()


def _silent(work: Reexamination) -> bool:
    return timezone.now() - work.moved_at > (SILENCE if work.state == ImportState.RUNNING else LONG)


def _end(work: Reexamination, state: Any) -> None:
    Reexamination.objects.filter(pk=work.pk).update(state=state, finished_at=timezone.now())
