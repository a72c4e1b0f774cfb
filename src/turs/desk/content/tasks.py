"""What the worker does."""

from django_tasks import task

from ..coalition.models import Agency, User
from . import intake
from .models import Import
from .vocabulary import ImportState


@task()
def run_import(import_id: str) -> None:
    """Read an import (see ``intake.run``)."""
    intake.run(import_id)


@task()
def reexamine(agency_key: str, username: str) -> int:
    """Examine an agency's postings again (see ``intake.reexamine``)."""
    return intake.reexamine(User.objects.filter(username=username).first(), Agency.objects.get(key=agency_key))


def resume() -> int:
    """Queue again what an earlier worker was cut off in; imports can be repeated, so nothing is lost or doubled."""
    cut_off = Import.objects.filter(state=ImportState.RUNNING)
    for work in cut_off:
        run_import.enqueue(str(work.pk))
    return len(cut_off)
