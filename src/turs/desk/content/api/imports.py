"""Imports over the API: bringing content in, what came of it, and what could not be read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from turs.collect import READERS, Option

from ...coalition import rules
from ...wire import PAGE, Invalid, Limit, Text, actor, policy, refusals
from .. import intake, tasks
from ..models import Import, ImportFile, RejectedRecord
from ..vocabulary import ImportState
from .shapes import BY_NUMBER, NEWEST, Owned, Tlp, listed

router = Router(tags=["collect"])
FIRST_FILES = 100
"""Files that an import shows of itself."""


class ImportOut(Owned):
    """One act of bringing content in, its state and its honest counts."""

    title: str
    reader: str
    options: dict[str, Any]
    state: ImportState
    error: str
    bytes: int
    percent: int
    added: int
    known: int
    rejected: int
    started_at: datetime | None
    finished_at: datetime | None
    files: int

    @staticmethod
    def resolve_files(row: Import) -> int:
        return row.files.count()


class ImportPage(Schema):
    items: list[ImportOut]
    next: str | None


class FileOut(Schema):
    """A file of an import, kept as it came."""

    path: str
    digest: str
    size: int


class ImportDetail(ImportOut):
    """An import with its first files."""

    first_files: list[FileOut]


class RejectOut(Schema):
    """A record that could not be read: where, why, and what to do."""

    id: int
    file: str
    line: int
    column: int
    code: str
    reason: str
    remedy: str
    excerpt: str


class RejectPage(Schema):
    items: list[RejectOut]
    next: str | None


class ImportIn(Schema):
    """What goes with the files: their places inside a folder, the reader and its options, TLP, a title."""

    paths: list[Text] = []
    reader: Text = ""
    options: Text = "{}"
    tlp: Tlp = "AMBER"
    title: Text = ""


@router.post(
    "/imports",
    response={202: ImportOut, **refusals(413, 422)},
    summary=_("Bring content in"),
    description=_(
        "Takes one file or many as a multipart form and queues them; the answer says where to watch. “paths” gives "
        "the place of each file inside its folder, in the same order, for exports that come with a media folder. "
        "“options” is a JSON object with the options of the reader. Without a reader the content decides. Repeating "
        "an import adds nothing."
    ),
)
def import_new(
    request: HttpRequest,
    response: HttpResponse,
    files: File[list[UploadedFile]],
    given: Form[ImportIn],
) -> Any:
    user = actor(request)
    policy(request, rules.IMPORT)
    if given.paths and len(given.paths) != len(files):
        raise Invalid("form.paths", "length", _("Give one path for every file, in the same order."))
    names = given.paths or [file.name or "" for file in files]
    new = intake.open_import(
        user,
        [intake.Upload(name, file.chunks()) for name, file in zip(names, files, strict=True)],
        reader=given.reader,
        options=_options(given.options, given.reader),
        tlp=given.tlp,
        title=given.title,
    )
    tasks.run_import.enqueue(str(new.pk))
    response.headers["Location"] = reverse("api:import_one", kwargs={"id": new.pk})
    return Status(202, new)


def _options(written: str, reader: str) -> dict[str, Any]:
    """The options of a reader out of JSON: known names, fitting values."""
    try:
        found = json.loads(written or "{}", parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()
        if not isinstance(found, dict):
            raise ValueError("object")
    except (ValueError, RecursionError):
        raise Invalid("form.options", "json", _("The options are not a JSON object.")) from None
    known: dict[str, Option] = {
        option.name: option
        for candidate in ([READERS[reader]] if reader in READERS else READERS.values())
        for option in candidate.options
    }
    for name, value in found.items():
        if name not in known:
            raise Invalid("form.options", "unknown", _("The reader has no option with this name."))
        if "\\u0000" in json.dumps(value):
            raise Invalid("form.options", "value", _("The value of an option does not fit."))
        try:
            known[name].parse(value)
        except (ValueError, TypeError, AttributeError, OverflowError):
            raise Invalid("form.options", "value", _("The value of an option does not fit.")) from None
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(word)


@router.get(
    "/imports",
    response={200: ImportPage, **refusals(422)},
    summary=_("Imports"),
    description=_("What was brought in, newest first, with counts."),
)
def imports(request: HttpRequest, state: ImportState | None = None, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(Import).select_related("agency")
    if state:
        rows = rows.filter(state=state)
    return listed(rows, NEWEST, cursor, limit)


@router.get(
    "/imports/{uuid:id}",
    response={200: ImportDetail, **refusals(404, 422)},
    summary=_("One import"),
    description=_("The state of an import while it runs, and its counts when it is done."),
    url_name="import_one",
)
def import_one(request: HttpRequest, id: UUID) -> Any:
    asked = policy(request, rules.VIEW)
    row = asked.get(Import, pk=id)
    row.first_files = list(asked.rows(ImportFile).filter(import_record=row)[:FIRST_FILES])
    return row


@router.get(
    "/imports/{uuid:id}/rejects",
    response={200: RejectPage, **refusals(404, 422)},
    summary=_("Rejects of an import"),
    description=_("Every record that could not be read, with its place, the reason and the remedy."),
)
def import_rejects(request: HttpRequest, id: UUID, cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, rules.VIEW)
    rows = asked.rows(RejectedRecord).filter(import_record=asked.get(Import, pk=id))
    return listed(rows, BY_NUMBER, cursor, limit)
