"""Content over the API: readers, sources, imports, postings with their evidence, banks and term lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from turs import posting as values
from turs.collect import READERS, Option
from turs.examine import default_context, examine

from ..coalition import rules
from ..coalition.models import Agency, User
from ..coalition.vocabulary import TLP
from ..wire import (
    PAGE,
    Instant,
    Invalid,
    Key,
    Label,
    Limit,
    RowNumber,
    Strict,
    Text,
    actor,
    instant_of,
    number_of,
    own_words,
    page,
    person,
    policy,
    refusals,
    text_of,
)
from . import evidence, intake, knowledge, services, tasks
from .listing import words_in
from .models import (
    Bank,
    BankEntry,
    Examination,
    Import,
    ImportFile,
    Posting,
    RejectedRecord,
    Source,
    TermEntry,
    TermList,
)
from .vocabulary import EntryKind, Genre, ImportState, LawfulBasis, Polarity, ProducerTier, SourceKind, Tier

collecting = Router(tags=["collect"])
postings = Router(tags=["postings"])
curating = Router(tags=["knowledge"])

Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
assert set(Tlp.__args__) == set(TLP.values)  # type: ignore[attr-defined]
SHOWN_FACTS = ("station", "programme", "edited_at", "cues", "forwarded", "width", "height")
"""Facts of a format that the API gives. Names of people and accounts are not among them (guide, safeguard G1)."""
LONGEST_TEXT = 200_000


class Owned(Schema):
    """What every row of content says of itself."""

    id: UUID
    agency: str
    tlp: Tlp
    created_at: datetime

    @staticmethod
    def resolve_agency(row: Any) -> str:
        owner: Agency = row["agency"] if isinstance(row, dict) else row.agency
        return owner.key


def _newest() -> list[Key]:
    return [Key("created_at", instant_of, descending=True), Key("id", UUID)]


def _by_name() -> list[Key]:
    return [Key("name", text_of), Key("id", UUID)]


# --- readers and sources ---------------------------------------------------------------------------
class Words(Schema):
    """A sentence in both languages."""

    ar: str
    en: str


class OptionOut(Schema):
    """One choice when reading a file."""

    name: str
    kind: str
    required: bool
    help: Words


class ReaderOut(Schema):
    """A format that can be read."""

    name: str
    version: str
    suffixes: list[str]
    title: Words
    summary: Words
    options: list[OptionOut]


@collecting.get(
    "/readers",
    response={200: list[ReaderOut], **refusals()},
    summary=_("Readers"),
    description=_("Every format that can be brought in, with its options."),
)
def readers(request: HttpRequest) -> Any:
    return list(READERS.values())


class SourceOut(Owned):
    """Where content comes from, with its lawful basis. Never a person."""

    name: str
    kind: SourceKind
    url: str
    producer: ProducerTier
    lawful_basis: LawfulBasis
    authority: str
    note: str


class SourcePage(Schema):
    items: list[SourceOut]
    next: str | None


@collecting.get(
    "/sources",
    response={200: SourcePage, **refusals(422)},
    summary=_("Sources"),
    description=_("Where content comes from, by name."),
)
def sources(request: HttpRequest, kind: SourceKind | None = None, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(Source).select_related("agency")
    if kind:
        rows = rows.filter(kind=kind)
    items, following = page(rows, _by_name(), cursor, limit)
    return {"items": items, "next": following}


@collecting.get(
    "/sources/{uuid:id}",
    response={200: SourceOut, **refusals(404, 422)},
    summary=_("One source"),
    description=_("A source with its lawful basis."),
)
def source(request: HttpRequest, id: UUID) -> Any:
    return policy(request, rules.VIEW).get(Source, pk=id)


# --- imports ---------------------------------------------------------------------------------------
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
    code: str
    reason: str
    remedy: str
    excerpt: str


class RejectPage(Schema):
    items: list[RejectOut]
    next: str | None


FIRST_FILES = 100


class ImportIn(Schema):
    """What goes with the files: their places inside a folder, the reader and its options, TLP, a title."""

    paths: list[Text] = []
    reader: Text = ""
    options: Text = "{}"
    tlp: Tlp = "AMBER"
    title: Text = ""


@collecting.post(
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


@collecting.get(
    "/imports",
    response={200: ImportPage, **refusals(422)},
    summary=_("Imports"),
    description=_("What was brought in, newest first, with counts."),
)
def imports(request: HttpRequest, state: ImportState | None = None, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(Import).select_related("agency")
    if state:
        rows = rows.filter(state=state)
    items, following = page(rows, _newest(), cursor, limit)
    return {"items": items, "next": following}


@collecting.get(
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


@collecting.get(
    "/imports/{uuid:id}/rejects",
    response={200: RejectPage, **refusals(404, 422)},
    summary=_("Rejects of an import"),
    description=_("Every record that could not be read, with its place, the reason and the remedy."),
)
def import_rejects(request: HttpRequest, id: UUID, cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, rules.VIEW)
    rows = asked.rows(RejectedRecord).filter(import_record=asked.get(Import, pk=id))
    items, following = page(rows, [Key("id", number_of)], cursor, limit)
    return {"items": items, "next": following}


# --- postings --------------------------------------------------------------------------------------
class SourceRef(Schema):
    """The source of a posting, in short."""

    id: UUID
    name: str
    kind: SourceKind


class PostingOut(Owned):
    """One publication at one place and time. `id` is the id of the whole chain."""

    source: SourceRef | None
    import_: UUID | None = Field(serialization_alias="import")
    url: str
    published_at: datetime | None
    title: str
    text: str
    declared_language: str
    language: str
    genre: Genre
    tier: Tier
    priority: int
    links: list[str]
    facts: dict[str, Any]

    @staticmethod
    def resolve_import_(row: Posting) -> Any:
        return row.seen_import

    @staticmethod
    def resolve_source(row: Posting) -> Any:
        return row.seen_source

    @staticmethod
    def resolve_facts(row: Posting) -> dict[str, Any]:
        return own_words(row.extra, SHOWN_FACTS) if isinstance(row.extra, Mapping) else {}


class PostingPage(Schema):
    items: list[PostingOut]
    next: str | None


class CaptureOut(Schema):
    """The posting as collected: digest and size of the raw bytes, how and when they came (Berkeley Protocol 2020)."""

    digest: str
    size: int
    mime: str
    origin: str
    method: str
    tool: str
    collected_at: datetime


class MediaOut(Schema):
    """A payload in its place inside the posting."""

    position: int
    digest: str
    kind: str
    mime: str
    size: int
    width: int
    height: int
    stored: bool


class ExaminationOut(Schema):
    """What the software saw, with the version of everything that it used. It orders work, it decides nothing."""

    version: str
    at: datetime
    genre: Genre
    tier: Tier
    priority: int
    referable: bool
    result: dict[str, Any]

    @staticmethod
    def resolve_result(row: Examination) -> dict[str, Any]:
        return row.result if isinstance(row.result, dict) else {}


class StepOut(Schema):
    """One line of the custody log. People are named to their own organisation alone."""

    seq: int
    at: datetime
    actor: str | None
    agency: str
    verb: str
    words: Label
    reason: str
    hash: str


class PostingDetail(PostingOut):
    """A posting with its evidence, its latest examination and its custody log."""

    capture: CaptureOut | None
    media: list[MediaOut]
    examination: ExaminationOut | None
    custody: list[StepOut]

    @staticmethod
    def resolve_capture(row: Posting) -> Any:
        return getattr(row, "capture", None)

    @staticmethod
    def resolve_media(row: Posting) -> Any:
        return row.seen_media

    @staticmethod
    def resolve_custody(row: Posting) -> Any:
        return row.seen_custody


class PostingFilter(Schema):
    """Which postings; all filters must hold. `q` is folded as the search of the screens folds it."""

    source: UUID | None = None
    import_: UUID | None = Field(None, alias="import")
    genre: Genre | None = None
    tier: Tier | None = None
    language: Text = ""
    agency: Text = ""
    q: Text = Field("", max_length=500)
    published_from: Instant | None = None
    published_to: Instant | None = None
    order: Literal["newest", "priority"] = "newest"


ORDERS: Mapping[str, list[Key]] = {
    "newest": [Key("published_at", instant_of, descending=True), Key("id", UUID)],
    "priority": [Key("priority", number_of, descending=True), Key("id", UUID)],
}


@postings.get(
    "/postings",
    response={200: PostingPage, **refusals(422)},
    by_alias=True,
    summary=_("Postings"),
    description=_(
        "What you may see, newest first or most urgent first. The cursor of a page stays right while new postings "
        "arrive: none is given twice and none is left out."
    ),
)
def posting_list(request: HttpRequest, wanted: Query[PostingFilter], cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, rules.VIEW)
    rows = _wanted(asked.rows(Posting).select_related("agency", "capture"), wanted)
    items, following = page(rows, ORDERS[wanted.order], cursor, limit)
    return {"items": with_parents(asked, items), "next": following}


def _wanted(rows: QuerySet[Posting], wanted: PostingFilter) -> QuerySet[Posting]:
    exact: dict[str, Any] = {
        "source_id": wanted.source,
        "capture__import_record_id": wanted.import_,
        "genre": wanted.genre,
        "tier": wanted.tier,
        "language": wanted.language,
        "agency__key": wanted.agency,
        "published_at__gte": wanted.published_from,
        "published_at__lt": wanted.published_to,
    }
    found = rows.filter(**{name: value for name, value in exact.items() if value})
    return found.filter(words_in(wanted.q, "folded"))


def with_parents(asked: Any, items: list[Posting]) -> list[Posting]:
    """`items`, each with its source and import where these too may be seen: a stricter parent stays hidden."""
    places = asked.rows(Source).in_bulk([row.source_id for row in items])
    origins = {
        row.pk: row.capture.import_record_id
        for row in items
        if hasattr(row, "capture") and row.capture.import_record_id
    }
    visible = set(asked.rows(Import).filter(pk__in=origins.values()).values_list("pk", flat=True))
    for row in items:
        row.seen_source = places.get(row.source_id)
        row.seen_import = origins.get(row.pk) if origins.get(row.pk) in visible else None
    return items


def detail_of(request: HttpRequest, id: UUID) -> Posting:
    """One posting with everything its detail shows, or `Http404`."""
    asked = policy(request, rules.VIEW)
    row = asked.get(Posting, pk=id)
    with_parents(asked, [row])
    row.seen_media = [
        {"position": place.position, **own_words(vars(place.item), MediaOut.model_fields)}
        for place in row.attachments.select_related("item")
    ]
    row.seen_custody = _custody(row, actor(request))
    return row


def _custody(row: Posting, asking: User) -> list[dict[str, Any]]:
    return [
        {"seq": step.seq, "at": step.at, "actor": step.actor or None, "agency": step.agency, "verb": step.verb,
         "words": strip_tags(step.sentence), "reason": step.reason, "hash": step.hash}
        for step in evidence.custody(row, asking)
    ]  # fmt: skip


@postings.get(
    "/postings/{uuid:id}/evidence",
    response={200: bytes, **refusals(404, 410, 422)},
    summary=_("Raw evidence of a posting"),
    description=_("The bytes exactly as they were collected, as a download. The ledger records who took them."),
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def posting_evidence(request: HttpRequest, id: UUID) -> Any:
    row = policy(request, rules.VIEW).get(Posting, own=True, pk=id)
    data = evidence.take_out(actor(request), row, row.capture)
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.pk}.bin"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Repr-Digest"] = f"sha-256=:{_base64(row.capture.digest)}:"
    return response


def _base64(digest: str) -> str:
    import base64

    return base64.b64encode(bytes.fromhex(digest)).decode()


@postings.get(
    "/postings/{uuid:id}/examinations",
    response={200: list[ExaminationOut], **refusals(404, 422)},
    summary=_("Examinations of a posting"),
    description=_("Every examination that was made of it, newest first."),
)
def posting_examinations(request: HttpRequest, id: UUID) -> Any:
    asked = policy(request, rules.VIEW)
    return asked.rows(Examination).filter(posting=asked.get(Posting, pk=id))


class ExamineIn(Strict):
    """A text to examine. Nothing of it is kept."""

    text: Text = Field(min_length=1, max_length=LONGEST_TEXT)
    title: Text = Field("", max_length=2000)
    source: Text = Field("", max_length=300)
    url: Text = Field("", max_length=4000)
    language: Text = Field("", max_length=35)
    published_at: Instant | None = None


class ExaminedPosting(Schema):
    """What was examined."""

    id: str
    source: str
    url: str
    published_at: datetime | None
    title: str
    text: str
    language: str


class Examined(Schema):
    """The same line as `turs examine --json`."""

    posting: ExaminedPosting
    examination: dict[str, Any]


@postings.post(
    "/examine",
    response={200: Examined, **refusals(413, 422)},
    summary=_("Examine a text"),
    description=_("What the software would see in a text, with the banks and lists of your agency. Nothing is stored."),
)
def examine_text(request: HttpRequest, given: ExamineIn) -> Any:
    policy(request, rules.VIEW)
    agency = actor(request).agency
    value = values.Posting(
        source=given.source, text=given.text, url=given.url, title=given.title, language=given.language,
        published_at=given.published_at,
    )  # fmt: skip
    seen = examine(value, knowledge.context_for(agency) if agency else default_context())
    facts = {name: getattr(value, name) for name in ExaminedPosting.model_fields} | {"language": seen.language.tag}
    spoken = "en" if (get_language() or "").startswith("en") else "ar"
    return {"posting": facts, "examination": seen.as_dict(spoken)}


# --- banks and term lists --------------------------------------------------------------------------
class BankOut(Owned):
    """Curated fingerprints of known content."""

    name: str
    polarity: Polarity
    note: str


class BankPage(Schema):
    items: list[BankOut]
    next: str | None


class BankEntryOut(Schema):
    """One fingerprint. A withdrawn one stays as a tombstone and matches nothing."""

    id: int
    kind: EntryKind
    value: str
    label: str
    tier: Tier
    added_at: datetime
    added_by: str | None
    withdrawn_at: datetime | None


class BankEntryPage(Schema):
    items: list[BankEntryOut]
    next: str | None


class BankIn(Strict):
    """A new bank of the own agency."""

    name: Text = Field(min_length=1, max_length=200)
    polarity: Polarity
    tlp: Tlp = "AMBER"
    note: Text = Field("", max_length=5000)


class BankEntryIn(Strict):
    """What the bank should know: a digest, an address, or a text (kept as its digest alone)."""

    kind: EntryKind
    value: Text = Field(min_length=1, max_length=LONGEST_TEXT)
    label: Text = Field("", max_length=200)
    tier: Tier = Tier.PROMOTIONAL
    reason: Text = Field(min_length=1, max_length=1000)


class ReasonIn(Strict):
    """Why, in a sentence."""

    reason: Text = Field(min_length=1, max_length=5000)


class TermListOut(Owned):
    """A curated list of terms."""

    name: str
    note: str


class TermListPage(Schema):
    items: list[TermListOut]
    next: str | None


class TermOut(Schema):
    """One term. A withdrawn one stays as a tombstone and is not looked for."""

    id: int
    text: str
    language: str
    category: str
    added_at: datetime
    added_by: str | None
    withdrawn_at: datetime | None


class TermPage(Schema):
    items: list[TermOut]
    next: str | None


class TermListIn(Strict):
    """A new term list of the own agency."""

    name: Text = Field(min_length=1, max_length=200)
    tlp: Tlp = "AMBER"
    note: Text = Field("", max_length=5000)


class TermIn(Strict):
    """A term to look for."""

    text: Text = Field(min_length=1, max_length=200)
    category: Text = Field("name", min_length=1, max_length=40)
    language: Text = Field("", max_length=8)
    reason: Text = Field(min_length=1, max_length=1000)


_BY_NUMBER = [Key("id", number_of)]


def _entry_of(entry: BankEntry, asking: User) -> dict[str, Any]:
    return own_words(vars(entry), BankEntryOut.model_fields) | {"added_by": person(entry.added_by, asking)}


def _term_of(entry: TermEntry, asking: User) -> dict[str, Any]:
    return own_words(vars(entry), TermOut.model_fields) | {"added_by": person(entry.added_by, asking)}


@curating.get(
    "/banks",
    response={200: BankPage, **refusals(422)},
    summary=_("Banks"),
    description=_("Banks of fingerprints that you may see, by name."),
)
def banks(request: HttpRequest, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(Bank).select_related("agency")
    items, following = page(rows, _by_name(), cursor, limit)
    return {"items": items, "next": following}


@curating.post(
    "/banks",
    response={201: BankOut, **refusals(413, 422)},
    summary=_("Add a bank"),
    description=_(
        "A new bank of your agency: “match” for known propaganda, “suppress” for what is known to be harmless."
    ),
)
def bank_new(request: HttpRequest, given: BankIn) -> Any:
    made = services.add_bank(actor(request), given.name, polarity=given.polarity, tlp=given.tlp, note=given.note)
    return Status(201, made)


@curating.get(
    "/banks/{uuid:id}",
    response={200: BankOut, **refusals(404, 422)},
    summary=_("One bank"),
    description=_("A bank; its entries have an address of their own."),
)
def bank(request: HttpRequest, id: UUID) -> Any:
    return policy(request, rules.VIEW).get(Bank, pk=id)


@curating.get(
    "/banks/{uuid:id}/entries",
    response={200: BankEntryPage, **refusals(404, 422)},
    summary=_("Entries of a bank"),
    description=_("Every fingerprint in the order in which it came, the withdrawn ones included."),
)
def bank_entries(request: HttpRequest, id: UUID, cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, rules.VIEW)
    rows = asked.rows(BankEntry).filter(bank=asked.get(Bank, pk=id)).select_related("added_by")
    items, following = page(rows, _BY_NUMBER, cursor, limit)
    return {"items": [_entry_of(item, actor(request)) for item in items], "next": following}


@curating.post(
    "/banks/{uuid:id}/entries",
    response={201: list[BankEntryOut], **refusals(404, 413, 422)},
    summary=_("Add to a bank"),
    description=_("Adds a fingerprint with its reason. A withdrawn one that is given again is put back."),
)
def bank_entry_new(request: HttpRequest, id: UUID, given: BankEntryIn) -> Any:
    row = policy(request, rules.CURATE).get(Bank, own=True, pk=id)
    added = services.add_bank_entry(
        actor(request), row, given.kind, given.value, label=given.label, tier=given.tier, reason=given.reason
    )
    return Status(201, [_entry_of(entry, actor(request)) for entry in added])


@curating.post(
    "/banks/{uuid:id}/entries/{int:entry}/withdraw",
    response={200: BankEntryOut, **refusals(404, 413, 422)},
    summary=_("Withdraw an entry of a bank"),
    description=_("The fingerprint stays as a tombstone and matches nothing from now on."),
)
def bank_entry_withdraw(request: HttpRequest, id: UUID, entry: RowNumber, given: ReasonIn) -> Any:
    row = policy(request, rules.CURATE).get(BankEntry, own=True, bank_id=id, pk=entry)
    return _entry_of(services.withdraw_bank_entry(actor(request), row, given.reason), actor(request))


@curating.get(
    "/terms",
    response={200: TermListPage, **refusals(422)},
    summary=_("Term lists"),
    description=_("Term lists that you may see, by name."),
)
def term_lists(request: HttpRequest, cursor: Text = "", limit: Limit = PAGE) -> Any:
    rows = policy(request, rules.VIEW).rows(TermList).select_related("agency")
    items, following = page(rows, _by_name(), cursor, limit)
    return {"items": items, "next": following}


@curating.post(
    "/terms",
    response={201: TermListOut, **refusals(413, 422)},
    summary=_("Add a term list"),
    description=_("A new term list of your agency."),
)
def term_list_new(request: HttpRequest, given: TermListIn) -> Any:
    return Status(201, services.add_term_list(actor(request), given.name, tlp=given.tlp, note=given.note))


@curating.get(
    "/terms/{uuid:id}",
    response={200: TermListOut, **refusals(404, 422)},
    summary=_("One term list"),
    description=_("A term list; its terms have an address of their own."),
)
def term_list(request: HttpRequest, id: UUID) -> Any:
    return policy(request, rules.VIEW).get(TermList, pk=id)


@curating.get(
    "/terms/{uuid:id}/entries",
    response={200: TermPage, **refusals(404, 422)},
    summary=_("Terms of a list"),
    description=_("Every term in the order in which it came, the withdrawn ones included."),
)
def terms(request: HttpRequest, id: UUID, cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, rules.VIEW)
    rows = asked.rows(TermEntry).filter(list=asked.get(TermList, pk=id)).select_related("added_by")
    items, following = page(rows, _BY_NUMBER, cursor, limit)
    return {"items": [_term_of(item, actor(request)) for item in items], "next": following}


@curating.post(
    "/terms/{uuid:id}/entries",
    response={201: TermOut, **refusals(404, 413, 422)},
    summary=_("Add a term"),
    description=_("Adds a term with its reason. A withdrawn one that is given again is put back."),
)
def term_new(request: HttpRequest, id: UUID, given: TermIn) -> Any:
    row = policy(request, rules.CURATE).get(TermList, own=True, pk=id)
    added = services.add_term(
        actor(request), row, given.text, category=given.category, language=given.language, reason=given.reason
    )
    return Status(201, _term_of(added, actor(request)))


@curating.post(
    "/terms/{uuid:id}/entries/{int:entry}/withdraw",
    response={200: TermOut, **refusals(404, 413, 422)},
    summary=_("Withdraw a term"),
    description=_("The term stays as a tombstone and is not looked for from now on."),
)
def term_withdraw(request: HttpRequest, id: UUID, entry: RowNumber, given: ReasonIn) -> Any:
    row = policy(request, rules.CURATE).get(TermEntry, own=True, list_id=id, pk=entry)
    return _term_of(services.withdraw_term(actor(request), row, given.reason), actor(request))
