"""What the worker does."""

from django_tasks import task

from turs import match
from turs.examine import default_context, examine
from turs.posting import Posting
from turs.text import language

from ..coalition.models import Agency, User
from . import intake
from .models import Import, Reexamination
from .vocabulary import ImportState


@task()
def run_import(import_id: str) -> None:
    """Read an import (see ``intake.run``)."""
    intake.run(import_id)


@task()
def reexamine(agency_key: str, username: str) -> int:
    """Examine an agency's postings again (see ``intake.reexamine``)."""
    return intake.reexamine(User.objects.filter(username=username).first(), Agency.objects.get(key=agency_key))


def warm() -> None:
    """Load what the first import of a process would wait for: language models, kernels, rules, word lists."""
    language.warm()
    match.warm()
    examine(Posting("warm", "نص قصير. A short text."), default_context())


def resume() -> int:
    """Queue again what an earlier worker was cut off in; imports can be repeated, so nothing is lost or doubled."""
    cut_off = Import.objects.filter(state=ImportState.RUNNING)
    for work in cut_off:
        run_import.enqueue(str(work.pk))
    again = Reexamination.objects.filter(state=ImportState.RUNNING).select_related("agency", "created_by")
    for run in again:
        reexamine.enqueue(run.agency.key, run.created_by.username if run.created_by else "")
    return len(cut_off) + len(again)
