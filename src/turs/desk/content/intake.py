"""Bringing content in: an import takes files, reads them, keeps the evidence, examines, and counts honestly.

Repeating an import adds nothing, so an import that was cut off is simply run again.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from turs import collect
from turs import posting as values
from turs.examine import Context, Examination, examine
from turs.text import fold

from ..bulk import insert
from ..coalition.models import Agency, User
from ..coalition.policy import Policy
from ..coalition.rules import IMPORT
from ..home import private_folder
from ..ledger.services import Act, record, record_many
from . import blobs, knowledge, reexamination, signals
from .models import (
    Capture,
    Import,
    ImportFile,
    MediaItem,
    Posting,
    PostingMedia,
    RejectedRecord,
    Source,
)
from .models import Examination as ExaminationRow
from .vocabulary import ImportState, LawfulBasis, SourceKind

log = logging.getLogger(__name__)

BATCH = 200
"""Postings written in one transaction."""
KEPT_REJECTS = 5000
"""Rejected records kept one by one; beyond that they are counted."""
_COUNTS = ("bytes_read", "added", "known", "rejected")
_SOURCE_KINDS = frozenset(SourceKind.values)
SAME_TEXT = 20
"""Folded characters from which equal text means equal content; shorter text says too little."""


class Refused(ValueError):
    """The import cannot begin; the message says why and what to do."""


@dataclass(frozen=True)
class Upload:
    """A file to import: its path inside the upload, and its bytes piece by piece."""

    path: str
    chunks: Iterable[bytes]


def open_import(
    user: User,
    uploads: Sequence[Upload],
    *,
    reader: str = "",
    options: Mapping[str, Any] | None = None,
    tlp: str = "AMBER",
    title: str = "",
) -> Import:
    """Take `uploads` in and queue them. Raises `Refused` for an empty or oversized upload or an unknown reader."""
    Policy(user).require(IMPORT)
    if user.agency is None:
        raise Refused(_("Only an agency can import. Ask your administrator to add you to one."))
    if not uploads:
        raise Refused(_("There is no file here. Choose at least one."))
    if reader and reader not in collect.READERS:
        raise Refused(_("There is no reader with this name. Choose one from the list."))
    kept = _keep_files(uploads)
    with transaction.atomic():
        new = Import.objects.create(
            agency=user.agency, created_by=user, tlp=tlp, reader=reader, options=dict(options or {}),
            title=storable(title)[:300] or PurePosixPath(next(iter(kept))).name,
            bytes=sum(size for _digest, size in kept.values()),
        )  # fmt: skip
        insert(
            ImportFile(import_record=new, path=path, digest=digest, size=size) for path, (digest, size) in kept.items()
        )
        record(user, "import.opened", new, reader=reader, tlp=tlp, files=len(kept), bytes=new.bytes)
    return new


def _keep_files(uploads: Sequence[Upload]) -> dict[str, tuple[str, int]]:
    """Store the bytes of every upload; path to digest and size."""
    drafts = private_folder(settings.HOME / "drafts")
    kept: dict[str, tuple[str, int]] = {}
    room = settings.MAX_UPLOAD_BYTES
    for upload in uploads:
        digest, size = blobs.put_stream(_within(upload.chunks, room), drafts)
        room -= size
        kept[safe_path(upload.path)] = digest, size
    return kept


def _within(chunks: Iterable[bytes], room: int) -> Iterator[bytes]:
    for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            limit = settings.MAX_UPLOAD_BYTES // 2**20
            raise Refused(_("The files are larger than %(limit)s MiB together. Split them.") % {"limit": limit})
        yield chunk


def safe_path(path: str) -> str:
    """`path` as a relative path that cannot leave its folder."""
    parts = [part for part in PurePosixPath(path.replace("\\", "/")).parts if part not in {"/", "..", "."}]
    clean = "/".join("".join(ch if ch.isprintable() else "_" for ch in part)[:150] for part in parts)
    return clean[-500:].lstrip("/") or "file"


def run(import_id: Any) -> Import:
    """Read, keep, examine and count everything of an import. Runs in the worker; safe to run again."""
    work = Import.objects.select_related("agency", "created_by__agency").get(pk=import_id)
    with transaction.atomic():
        work.bytes_read = work.added = work.known = work.rejected = 0
        work.state, work.started_at, work.finished_at, work.error = ImportState.RUNNING, timezone.now(), None, ""
        work.save(update_fields=[*_COUNTS, "state", "started_at", "finished_at", "error"])
        work.rejects.all().delete()
    try:
        files, drafts = list(work.files.all()), private_folder(settings.HOME / "drafts")
        with _patient_collector(), tempfile.TemporaryDirectory(dir=drafts, ignore_cleanup_errors=True) as folder:
            _Run(work, {file.digest for file in files}).consume(_records(work, files, Path(folder)))
    except Exception as problem:  # the import must end in a state that people see, whatever happened
        log.exception("import failed import=%s", work.pk)
        work.refresh_from_db(fields=_COUNTS)
        with transaction.atomic():
            end(work, f"{type(problem).__name__}: {problem}"[:500])
    return work


def end(work: Import, error: str = "") -> None:
    """Say in the caller's transaction how an import ended, and what came of it."""
    work.state = ImportState.FAILED if error else ImportState.DONE
    work.error, work.finished_at = error, timezone.now()
    work.save(update_fields=[*_COUNTS, "state", "error", "finished_at"])
    record(
        work.created_by, "import.ended", work, state=work.state, added=work.added, known=work.known,
        rejected=work.rejected,
    )  # fmt: skip


@contextlib.contextmanager
def _patient_collector() -> Iterator[None]:
    """Look for reference cycles less often meanwhile: an import makes many objects that live as long as their batch."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _records(work: Import, files: list[ImportFile], folder: Path) -> Iterator[values.Posting | values.Reject]:
    """Every record of every file, each under the name that people gave it, in a folder of this import's own."""
    for file in files:
        blobs.lend(file.digest, folder / file.path)
    reader = work.reader or None
    if len(files) > 1:
        yield from collect.read_folder(folder, reader=reader, options=work.options)
        return
    try:
        yield from collect.read(folder / files[0].path, reader=reader, options=work.options)
    except collect.Unreadable as problem:
        yield problem.reject


class _Run:
    """One run of an import: batches in, rows and counts out. files: digests of the import's files."""

    def __init__(self, work: Import, files: set[str]) -> None:
        self.work = work
        self.files = files
        self.context = knowledge.context_for(work.agency)
        self.sources: dict[tuple[str, str], Source] = {}
        self.rejects_kept = 0

    def consume(self, records: Iterator[values.Posting | values.Reject]) -> None:
        postings: list[values.Posting] = []
        rejects: list[values.Reject] = []
        for item in records:
            (postings if isinstance(item, values.Posting) else rejects).append(item)  # type: ignore[arg-type]
            if len(postings) + len(rejects) >= BATCH:
                self.write(postings, rejects)
                postings, rejects = [], []
        self.write(postings, rejects, last=True)

    def write(self, batch: list[values.Posting], rejects: list[values.Reject], last: bool = False) -> None:
        """Write one batch, and with the last one the end of the import: all of it, or nothing."""
        work, owner = self.work, self.work.agency
        keyed = {Posting.id_for(owner.pk, item.id): item for item in batch}
        known = set(Posting.objects.filter(pk__in=keyed).values_list("pk", flat=True))
        examined = [(key, item, examine(item, self.context)) for key, item in keyed.items() if key not in known]
        payloads = self._payloads(item for _key, item, _seen in examined)
        for data in payloads.values():
            if len(data) > blobs.SMALL:
                blobs.put(data)
        work.added += len(examined)
        work.known += len(batch) - len(examined)
        work.rejected += len(rejects)
        work.bytes_read += sum(len(item.capture.raw) for item in batch if item.capture)
        with transaction.atomic():
            blobs.put_small({digest: data for digest, data in payloads.items() if len(data) <= blobs.SMALL})
            self._keep_rejects(rejects)
            rows = self._keep_postings(examined)
            signals.examined.send(sender=Posting, agency=owner, rows=rows)
            if last:
                end(work)
            else:
                work.save(update_fields=_COUNTS)

    def _payloads(self, items: Iterable[values.Posting]) -> dict[str, bytes]:
        """What is to be kept of `items` by its digest; the files of the import are kept already."""
        found: dict[str, bytes] = {}
        for item in items:
            for media in item.media:
                if media.data is not None:
                    found[media.digest] = media.data
            if item.capture:
                found[item.capture.digest] = item.capture.raw
        return {digest: data for digest, data in found.items() if digest not in self.files}

    def _keep_postings(
        self, examined: list[tuple[Any, values.Posting, Examination]]
    ) -> list[tuple[Posting, Examination]]:
        work, rows, media_rows, captures, results = self.work, [], [], [], []
        acts = self._keep_sources(item for _key, item, _seen in examined)
        items: dict[str, MediaItem] = {}
        for key, item, seen in examined:
            row = posting_row(key, item, seen, work, self.sources[self._place(item)])
            rows.append((row, seen))
            for position, media in enumerate(item.media):
                items.setdefault(media.digest, media_row(media, seen))
                media_rows.append(
                    PostingMedia(posting_id=key, item_id=media.digest, position=position, name=media.name[:300])
                )
            evidence, tool = "", ""
            if item.capture:
                kept = capture_row(row, item.capture, work)
                evidence, tool = kept.digest, kept.tool
                captures.append(kept)
            results.append(examination_row(row, seen))
            acts.append(Act("posting.collected", "posting", str(key), {
                "import": str(work.pk), "capture": evidence, "tool": tool, "tlp": work.tlp,
                "media": [media.digest for media in item.media],
            }, str(key)))  # fmt: skip
            acts.append(Act("posting.examined", "posting", str(key), {
                "version": seen.version, "genre": seen.genre, "tier": seen.tier, "priority": seen.priority,
            }, str(key)))  # fmt: skip
        insert((items[digest] for digest in sorted(items)), skip_known=True)
        insert(row for row, _seen in rows)
        insert(media_rows)
        insert(captures)
        insert(results)
        if acts:
            record_many(work.created_by, acts)
        return rows

    def _keep_rejects(self, rejects: list[values.Reject]) -> None:
        kept = rejects[: max(0, KEPT_REJECTS - self.rejects_kept)]
        self.rejects_kept += len(kept)
        insert(
            RejectedRecord(
                import_record=self.work, file=storable(item.file)[:500], line=item.line, column=item.column,
                code=item.code, reason=storable(item.reason), remedy=storable(item.remedy),
                excerpt=storable(item.excerpt)[:200],
            )
            for item in kept
        )  # fmt: skip

    def _place(self, item: values.Posting) -> tuple[str, str]:
        """Kind and name of the source of `item`."""
        kind = item.source_kind if item.source_kind in _SOURCE_KINDS else SourceKind.FILE.value
        return kind, storable(item.source)[:300] or self.work.title

    def _keep_sources(self, items: Iterable[values.Posting]) -> list[Act]:
        """Have the source of every item at hand; the acts of those that are new."""
        acts = []
        authority = str(self.work.options.get("authority", ""))[:200]
        for kind, name in dict.fromkeys(map(self._place, items)):
            if (kind, name) in self.sources:
                continue
            basis = LawfulBasis.AUTHORISED if authority else (
                LawfulBasis.PUBLIC if kind in {"site", "feed", "channel", "station"} else LawfulBasis.UNRECORDED
            )  # fmt: skip
            source, created = Source.objects.get_or_create(
                agency=self.work.agency, kind=kind, name=name,
                defaults={"tlp": self.work.tlp, "created_by": self.work.created_by, "lawful_basis": basis,
                          "authority": authority},
            )  # fmt: skip
            if created:
                facts = {"name": name, "kind": kind, "lawful_basis": basis}
                acts.append(Act("source.added", "source", str(source.pk), facts))
            self.sources[kind, name] = source
        return acts


def storable(text: str) -> str:
    """`text` as a database can keep it: lone surrogates and NUL become U+FFFD, one for one (offsets stay right)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\ufffd")


def posting_row(key: Any, item: values.Posting, seen: Examination, work: Import, source: Source) -> Posting:
    folded = storable(fold(item.body, "search"))
    return Posting(
        id=key, agency=work.agency, tlp=work.tlp, created_by=work.created_by, source=source,
        native_id=storable(item.native_id)[:500], url=storable(item.url)[:4000], published_at=item.published_at,
        title=storable(item.title), text=storable(item.text), declared_language=item.language[:35],
        language=seen.language.tag[:8], links=[storable(link) for link in item.links], extra=dict(item.extra),
        content_key=content_key(item, folded, seen, key), genre=seen.genre, tier=seen.tier, priority=seen.priority,
        folded=folded,
    )  # fmt: skip


def content_key(item: values.Posting, folded: str, seen: Examination, key: Any) -> str:
    """What makes two postings the same content: their folded text, else their first payload, else nothing."""
    if seen.fingerprints.text and len(folded.strip()) >= SAME_TEXT:
        return f"t:{seen.fingerprints.text}"
    return f"m:{item.media[0].digest}" if item.media else f"p:{key}"


def media_row(media: values.Media, seen: Examination) -> MediaItem:
    mark = next((found for found in seen.fingerprints.media if found.digest == media.digest), None)
    return MediaItem(
        digest=media.digest, kind=media.kind, mime=media.mime[:100], size=media.size, width=media.width,
        height=media.height, pdq=mark.pdq if mark else "", quality=mark.quality if mark else 0,
        stored=media.data is not None,
    )  # fmt: skip


def capture_row(row: Posting, capture: values.Capture, work: Import) -> Capture:
    return Capture(
        posting_id=row.pk, import_record_id=work.pk, digest=capture.digest, size=len(capture.raw),
        mime=capture.mime[:100], origin=storable(capture.origin)[:700], method=capture.method, tool=capture.tool,
        headers={storable(k): storable(str(v)) for k, v in capture.headers.items()}, collector_id=work.created_by_id,
    )  # fmt: skip


def examination_row(row: Posting, seen: Examination) -> ExaminationRow:
    return ExaminationRow(
        posting_id=row.pk, version=seen.version, genre=seen.genre, tier=seen.tier, priority=seen.priority,
        referable=seen.referable, result=seen.as_dict(None),
    )  # fmt: skip


def value_of(row: Posting, *, with_bytes: bool = True) -> values.Posting:
    """The posting as the pure value that `examine` takes."""
    media = tuple(
        values.Media(
            kind=place.item.kind, mime=place.item.mime, digest=place.item.digest, size=place.item.size,
            name=place.name, width=place.item.width, height=place.item.height,
            data=blobs.get(place.item.digest) if with_bytes and place.item.stored else None,
        )
        for place in row.attachments.select_related("item")
    )  # fmt: skip
    return values.Posting(
        source=row.source.name, source_kind=row.source.kind, text=row.text, native_id=row.native_id, url=row.url,
        published_at=row.published_at, title=row.title, language=row.declared_language, links=tuple(row.links),
        media=media, extra=row.extra,
    )  # fmt: skip


def reexamine(actor: User | None, agency: Agency) -> int:
    """Examine again every posting of `agency` whose last examination used other versions; how many changed."""
    context: Context = knowledge.context_for(agency)
    stale = Posting.objects.filter(agency=agency).exclude(examinations__version=context.version)
    keys = list(stale.order_by("created_at", "id").values_list("pk", flat=True))
    with reexamination.running(agency, actor, len(keys)) as tell:
        for done, key in enumerate(keys, 1):
            _examine_again(actor, agency, context, key)
            tell(done)
    return len(keys)


def _examine_again(actor: User | None, agency: Agency, context: Context, key: Any) -> None:
    row = Posting.objects.select_related("source", "agency").get(pk=key)
    seen = examine(value_of(row), context)
    with transaction.atomic():
        examination_row(row, seen).save()
        row.genre, row.tier, row.priority = seen.genre, seen.tier, seen.priority
        row.language = seen.language.tag[:8]
        row.save(update_fields=["genre", "tier", "priority", "language"])
        facts = {"version": seen.version, "genre": seen.genre, "tier": seen.tier, "priority": seen.priority}
        record(actor, "posting.examined", row, chain=row.pk, **facts)
        signals.examined.send(sender=Posting, agency=agency, rows=[(row, seen)], again=True)
