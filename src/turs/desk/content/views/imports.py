"""Screens of imports: bring content in, watch it arrive, see what was rejected and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from turs.collect import READERS, REASONS

from ...coalition.policy import Policy
from ...coalition.rules import IMPORT
from ...coalition.tables import csv_response
from .. import columns, forms, intake, services, tasks
from ..intake import Refused, Upload
from ..models import Import, ImportFile, Posting, RejectedRecord
from ..vocabulary import ImportState
from .asking import reader_of

PAGE = 50
NO_WORKER = timedelta(seconds=15)
"""How long an import may wait before we say that no worker has taken it."""
LONG = timedelta(minutes=10)
"""How long a run may take before it may be asked for again: its worker may have been stopped."""
SYMBOLS = {
    ImportState.QUEUED: "hourglass", ImportState.RUNNING: "loader", ImportState.DONE: "circle-check",
    ImportState.FAILED: "circle-alert",
}  # fmt: skip


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Every import that the reader may see, newest first."""
    policy = reader_of(request)
    everything = policy.rows(Import)
    rows = everything
    if (state := request.GET.get("state", "")) in ImportState.values:
        rows = rows.filter(state=state)
    if words := request.GET.get("q", "").strip()[:200]:
        rows = rows.filter(title__icontains=words)
    if request.GET.get("rejects"):
        rows = rows.filter(rejected__gt=0)
    page = Paginator(rows.select_related("agency", "created_by"), PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.symbol = SYMBOLS[row.state]
    counts = dict(everything.order_by().values_list("state").annotate(Count("pk")))
    return render(
        request,
        "content/imports.html",
        {
            "page": page,
            "count": sum(counts.values()),
            "waiting": counts.get(ImportState.QUEUED, 0) + counts.get(ImportState.RUNNING, 0),
            "failed": counts.get(ImportState.FAILED, 0),
            "states": [(value, label, counts.get(value, 0)) for value, label in ImportState.choices],
            "narrowed": any(value for name, value in request.GET.items() if name != "page"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Bring content in: files or a folder, or (``?how=paste``) a pasted text."""
    policy = reader_of(request)
    policy.require(IMPORT)
    paste = request.GET.get("how") == "paste"
    if request.method == "POST":
        form: Any = forms.PasteForm(request.POST) if paste else forms.UploadForm(request.POST, _file_lists(request))
        if form.is_valid():
            try:
                return _begin(request, form, paste)
            except Refused as problem:
                form.add_error("text" if paste else "files", str(problem))
    elif paste:
        form = forms.PasteForm()
    else:
        reader = request.GET.get("reader", "")
        form = forms.UploadForm(reader=reader if reader in READERS else "")
    return _refused(request, form) if form.is_bound and _by_script(request) else _new_page(request, form, paste)


def _file_lists(request: HttpRequest) -> dict[str, list[Any]]:
    return {"files": [*request.FILES.getlist("files"), *request.FILES.getlist("folder")]}


def _new_page(request: HttpRequest, form: Any, paste: bool) -> HttpResponse:
    facts = {
        "form": form, "paste": paste, "no_agency": request.user.agency is None,  # type: ignore[union-attr]
        "readers": [
            {"title": forms.in_words(reader.title), "summary": forms.in_words(reader.summary),
             "suffixes": " ".join(reader.suffixes)}
            for reader in READERS.values()
        ],
        "summary": forms.in_words(form.chosen.summary) if not paste and form.chosen else "",
    }  # fmt: skip
    return render(request, "content/import_new.html", facts, status=422 if form.is_bound else 200)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _refused(request: HttpRequest, form: Any) -> HttpResponse:
    """What is wrong, for the script that sent the files: the page with the form stays as it is."""
    words = " ".join(
        f"{form[name].label}: {error}" if name != "__all__" else str(error)
        for name, errors in form.errors.items()
        for error in errors
    )
    return HttpResponse(words, "text/plain; charset=utf-8", 422, headers={"X-Problem": quote(words)})


def _begin(request: HttpRequest, form: Any, paste: bool) -> HttpResponse:
    given = form.cleaned_data
    if paste:
        name = f"{timezone.now():%Y-%m-%d-%H%M%S}.txt"
        title = given["title"] or given["headline"] or given["source"]
        uploads, reader, options = [Upload(name, [form.file])], "text", form.options
    else:
        uploads, title = _uploads(request, given["files"]), given["title"]
        reader, options = given["reader"], given["options"]
    user: Any = request.user
    work = intake.open_import(user, uploads, reader=reader, options=options, tlp=given["tlp"], title=title)
    tasks.run_import.enqueue(str(work.pk))
    address = reverse("import", args=[work.pk])
    if _by_script(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _uploads(request: HttpRequest, files: list[Any]) -> list[Upload]:
    """The files under their relative paths; a path that is there twice gets a number, so that nothing is lost."""
    paths = request.POST.getlist("paths")
    names = paths if len(paths) == len(files) else [file.name for file in files]
    taken: set[str] = set()
    uploads = []
    for name, file in zip(names, files, strict=True):
        path, number = intake.safe_path(name), 1
        while path in taken:
            number += 1
            plain = PurePosixPath(intake.safe_path(name))
            path = intake.safe_path(str(plain.with_name(f"{plain.stem} ({number}){plain.suffix}")))
        taken.add(path)
        uploads.append(Upload(path, file.chunks()))
    return uploads


@require_POST
def look_at_columns(request: HttpRequest) -> HttpResponse:
    """The columns of a table whose first bytes are sent: its header, a few rows, and a proposal."""
    policy = reader_of(request)
    policy.require(IMPORT)
    file = request.FILES.get("head")
    found = columns.look(file.read(columns.HEAD)) if file else None
    return render(request, "content/import_columns.html", {"columns": _column_fields(found)})


def _column_fields(found: columns.Columns | None) -> dict[str, Any] | None:
    """What the form of a column map shows."""
    if found is None:
        return None
    names = [(f"#{number}", columns.called(found.names, f"#{number}")) for number in range(1, len(found.names) + 1)]
    return {
        "names": [words for _number, words in names], "rows": found.rows, "enough": found.enough, "choices": names,
        "fields": [
            {"name": f"map_{field}", "label": forms.FIELD_NAMES[field],
             "chosen": f"#{found.chosen[field]}" if field in found.chosen else ""}
            for field in forms.FIELD_NAMES
        ],
    }  # fmt: skip


@require_GET
def show(request: HttpRequest, pk: Any) -> HttpResponse:
    """One import: how far it is, what came of it, its files."""
    policy = reader_of(request)
    work = _get(policy, pk)
    files = policy.rows(ImportFile).filter(import_record=work)
    found = Paginator(files, PAGE).get_page(request.GET.get("page"))
    facts = {**_facts(policy, work), "page": found, "options": _options_in_words(policy, work)}
    return render(request, "content/import.html", facts)


@require_GET
def progress(request: HttpRequest, pk: Any) -> HttpResponse:
    """How far an import is: the part of its page that asks again until the import has ended."""
    policy = reader_of(request)
    return render(request, "content/import_progress.html", _facts(policy, _get(policy, pk)))


def _facts(policy: Policy, work: Import) -> dict[str, Any]:
    now = timezone.now()
    queued, running = work.state == ImportState.QUEUED, work.state == ImportState.RUNNING
    begun = work.started_at or work.created_at
    own = policy.may(IMPORT) and policy.rows(Import, own=True).filter(pk=work.pk).exists()
    return {
        "work": work,
        "moving": queued or running,
        "symbol": SYMBOLS[ImportState(work.state)],
        "forsaken": queued and now - begun > NO_WORKER,
        "long": running and now - begun > LONG,
        "words": _words(work, queued, running),
        "collected": policy.rows(Posting).filter(capture__import_record=work).count(),
        "reader_title": forms.in_words(READERS[work.reader].title) if work.reader in READERS else "",
        "seconds": _seconds(work),
        "may_repeat": own and not (queued and now - begun <= NO_WORKER) and not (running and now - begun <= LONG),
        "columns": _table_columns(policy, work) if own and not queued and not running else None,
        "kept_rejects": policy.rows(RejectedRecord).filter(import_record=work).count(),
    }


def _words(work: Import, queued: bool, running: bool) -> str:
    if queued:
        return _("Waiting for a worker")
    if running:
        return _("Reading, keeping the evidence, examining")
    return _("The import failed") if work.state == ImportState.FAILED else _("The import is complete")


def _seconds(work: Import) -> int | None:
    if work.started_at and work.finished_at:
        return max(1, round((work.finished_at - work.started_at).total_seconds()))
    return None


def _options_in_words(policy: Policy, work: Import) -> list[tuple[Any, Any, str]]:
    """The options of an import as label, value, and ``language`` or ``instant`` where the page has words for those."""
    shown: list[tuple[Any, Any, str]] = []
    for name, value in work.options.items():
        kind = {"language": "language", "start": "instant", "published_at": "instant"}.get(name, "")
        if isinstance(value, dict):
            names = _table_names(policy, work)
            value = " · ".join(
                f"{forms.FIELD_NAMES.get(field, field)}: {columns.called(names, column)}"
                for field, column in value.items()
                if column
            )
        elif isinstance(value, bool):
            value = pgettext("answer", "Yes") if value else pgettext("answer", "No")
        shown.append((forms.OPTION_NAMES.get(name, name), str(value), kind))
    return shown


def _table_names(policy: Policy, work: Import) -> tuple[str, ...]:
    """The header row of the first table of an import; () where there is none."""
    found = _first_table(policy, work)
    return found.names if found else ()


def _table_columns(policy: Policy, work: Import) -> dict[str, Any] | None:
    """The columns of the first table of an import, so that they can be corrected; `None` where there is none."""
    return _column_fields(_first_table(policy, work))


def _first_table(policy: Policy, work: Import) -> columns.Columns | None:
    tables = policy.rows(ImportFile).filter(import_record=work, path__iregex=r"\.(csv|tsv|tab)$")
    file = tables.first()
    if file is None:
        return None
    chosen = work.options.get("map")
    return columns.head_of(file.digest, chosen if isinstance(chosen, dict) else None)


@require_POST
def again(request: HttpRequest, pk: Any) -> HttpResponse:
    """Run an import again, with other columns if they were corrected. What is there already is not added twice."""
    policy = reader_of(request)
    policy.require(IMPORT)
    work = policy.get(Import, own=True, pk=pk)
    if not _facts(policy, work)["may_repeat"]:
        messages.warning(request, _("This import is running already."))
        return redirect("import", pk=work.pk)
    chosen = forms.column_map(request.POST)
    options = {**work.options, "map": chosen} if chosen else None
    services.repeat_import(request.user, work, options)  # type: ignore[arg-type]
    tasks.run_import.enqueue(str(work.pk))
    return redirect("import", pk=work.pk)


@require_GET
def rejects(request: HttpRequest, pk: Any) -> HttpResponse:
    """What could not be read: file, place, reason, remedy; ``?format=csv`` as a table."""
    policy = reader_of(request)
    work = _get(policy, pk)
    rows = policy.rows(RejectedRecord).filter(import_record=work)
    codes = list(rows.order_by().values_list("code").annotate(Count("pk")).order_by("-pk__count", "code"))
    if code := request.GET.get("code", "")[:40]:
        rows = rows.filter(code=code)
    if request.GET.get("format") == "csv":
        header = [_("File"), _("Line"), _("Column"), _("Code"), _("Reason"), _("What to do"), _("Excerpt")]
        return csv_response(f"rejects-{str(work.pk)[:8]}.csv", header, _csv_rows(rows, get_language() or "ar"))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.reason, row.remedy = _in_words(row, get_language() or "ar")
    return render(
        request,
        "content/import_rejects.html",
        {
            "work": work, "page": page, "code": code, "kept": sum(number for _code, number in codes),
            "codes": [(name, _reason_of(name), number) for name, number in codes],
        },
    )  # fmt: skip


def _csv_rows(rows: QuerySet[RejectedRecord], language: str) -> Iterator[list[Any]]:
    for row in rows.iterator(500):
        yield [row.file, row.line or "", row.column or "", row.code, *_in_words(row, language), row.excerpt]


def _in_words(row: RejectedRecord, language: str) -> tuple[str, str]:
    """Reason and remedy in the reader's language where the code is known, else as they were recorded."""
    known = REASONS.get(row.code, {}).get("ar" if language.startswith("ar") else "en")
    return (known["reason"], known["remedy"]) if known else (row.reason, row.remedy)


def _reason_of(code: str) -> str:
    return forms.in_words({tag: words["reason"] for tag, words in REASONS[code].items()}) if code in REASONS else code


def _get(policy: Policy, pk: Any) -> Import:
    return policy.get(Import, queryset=policy.rows(Import).select_related("agency", "created_by"), pk=pk)
