"""What is known: sources, postings, their media, their evidence, how they came in, what the software saw."""

from __future__ import annotations

import builtins
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from turs.match.perceptual import MATCH_DISTANCE

from ..coalition import rules
from ..coalition.models import Agency, Owned, User
from .vocabulary import (
    EntryKind,
    EntryState,
    Genre,
    ImportState,
    LawfulBasis,
    OpinionView,
    Polarity,
    ProducerTier,
    SourceKind,
    Tier,
)


class Source(Owned):
    """Where content comes from: site, feed, channel, station; with its lawful basis. Never a person."""

    name = models.CharField(_("Name"), max_length=300)
    kind = models.CharField(_("Kind"), max_length=10, choices=SourceKind)
    url = models.CharField(_("Address"), max_length=2000, blank=True)
    producer = models.CharField(_("Producer"), max_length=20, choices=ProducerTier, default=ProducerTier.UNKNOWN)
    lawful_basis = models.CharField(
        _("Lawful basis"), max_length=12, choices=LawfulBasis, default=LawfulBasis.UNRECORDED
    )
    authority = models.CharField(_("Reference of the lawful authority"), max_length=200, blank=True)
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["agency", "kind", "name"], name="one_source_per_name")]

    def __str__(self) -> str:
        return self.name


class Import(Owned):
    """One act of bringing content in: its files, its reader, its counts, its rejects."""

    title = models.CharField(max_length=300)
    reader = models.CharField(max_length=20, blank=True)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.QUEUED)
    error = models.CharField(max_length=500, blank=True)
    bytes = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def total(self) -> int:
        return self.added + self.known + self.rejected

    @property
    def percent(self) -> int:
        if self.state == ImportState.DONE:
            return 100
        return min(99, 100 * self.bytes_read // self.bytes) if self.bytes else 0


class ImportFile(models.Model):
    """A file of an import, kept as it came."""

    policy_path = "import_record"

    import_record = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["import_record", "path"], name="one_file_per_path")]

    def __str__(self) -> str:
        return self.path


class RejectedRecord(models.Model):
    """A record that could not be read: nothing is lost silently."""

    policy_path = "import_record"

    import_record = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejects")
    file = models.CharField(max_length=500)
    line = models.PositiveIntegerField(default=0)
    column = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=40)
    reason = models.TextField()
    remedy = models.TextField()
    excerpt = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.code}"


class SmallBlob(models.Model):
    """A small payload by its digest (see ``blobs``). Belongs to no agency: who may see it is known by what names it."""

    digest = models.CharField(max_length=64, primary_key=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.digest


class MediaItem(models.Model):
    """One payload by digest. The same payload in a thousand postings is one item, stored once."""

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=10)
    mime = models.CharField(max_length=100)
    size = models.BigIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    pdq = models.CharField(max_length=64, blank=True, db_index=True)
    quality = models.PositiveSmallIntegerField(default=0)
    stored = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.digest


class Posting(Owned):
    """One publication at one place and time (the container). `id` is the id of the whole chain."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="postings")
    native_id = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=4000, blank=True)
    published_at = models.DateTimeField(null=True, db_index=True)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    declared_language = models.CharField(max_length=35, blank=True)
    language = models.CharField(max_length=8, default="und", db_index=True)
    links = models.JSONField(default=list)
    extra = models.JSONField(default=dict)
    content_key = models.CharField(max_length=80, db_index=True)
    genre = models.CharField(max_length=20, choices=Genre, default=Genre.OTHER, db_index=True)
    tier = models.CharField(max_length=16, choices=Tier, default=Tier.NONE, db_index=True)
    priority = models.PositiveSmallIntegerField(default=0, db_index=True)
    folded = models.TextField(blank=True, editable=False)
    media = models.ManyToManyField(MediaItem, through="PostingMedia", related_name="postings")

    class Meta:
        ordering = ["-published_at", "id"]
        indexes = [
            models.Index(fields=["agency", "content_key"]),
            models.Index(fields=["agency", "-priority"]),
        ]

    def __str__(self) -> str:
        return f"{self.id}"

    @property
    def body(self) -> str:
        """What was examined; see ``turs.posting.Posting.body``."""
        return f"{self.title}\n{self.text}" if self.title and self.text else self.title or self.text

    @property
    def examination(self) -> Examination | None:
        """The latest examination."""
        return self.examinations.order_by("-at").first()

    @staticmethod
    def id_for(agency_id: Any, content_id: str) -> uuid.UUID:
        """The chain id of a posting: from its content-derived id and its owner, so that an import can be repeated."""
        return uuid.uuid5(uuid.UUID(content_id), str(agency_id))


class PostingMedia(models.Model):
    """A payload in its place inside a posting."""

    policy_path = "posting"

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="attachments")
    item = models.ForeignKey(MediaItem, on_delete=models.PROTECT, related_name="places")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["posting", "position"], name="one_media_per_position")]

    def __str__(self) -> str:
        return f"{self.posting_id}#{self.position}"


class Capture(models.Model):
    """The posting as collected: the evidence (Berkeley Protocol 2020). Written once, never changed."""

    policy_path = "posting"

    posting = models.OneToOneField(Posting, on_delete=models.CASCADE, related_name="capture")
    import_record = models.ForeignKey(Import, null=True, on_delete=models.PROTECT, related_name="captures")
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    mime = models.CharField(max_length=100)
    origin = models.CharField(max_length=700)
    method = models.CharField(max_length=24)
    tool = models.CharField(max_length=60)
    headers = models.JSONField(default=dict)
    collector = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    collected_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest


class Examination(models.Model):
    """What the software saw in a posting, with the version of everything that it used."""

    policy_path = "posting"

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="examinations")
    version = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    genre = models.CharField(max_length=20, choices=Genre)
    tier = models.CharField(max_length=16, choices=Tier)
    priority = models.PositiveSmallIntegerField()
    referable = models.BooleanField()
    result = models.JSONField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["posting", "version"], name="one_examination_per_version")]

    def __str__(self) -> str:
        return f"{self.posting_id}@{self.version}"


class Bank(Owned):
    """Curated fingerprints of known content."""

    name = models.CharField(_("Name"), max_length=200)
    polarity = models.CharField(_("Polarity"), max_length=8, choices=Polarity, default=Polarity.MATCH)
    note = models.TextField(_("Note"), blank=True)
    active = models.BooleanField(_("In use"), default=True)
    distance = models.PositiveSmallIntegerField(_("Bits in which a picture may differ"), default=MATCH_DISTANCE)
    containment = models.PositiveSmallIntegerField(_("Percent of a text to be found again"), default=50)
    video = models.PositiveSmallIntegerField(_("Percent of a video to be found again"), default=50)
    flood = models.PositiveSmallIntegerField(_("Sources a day from which a fingerprint is questioned"), default=25)
    seq = models.BigIntegerField(default=0, db_index=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="one_bank_per_name")]

    def __str__(self) -> str:
        return self.name


class BankEntry(models.Model):
    """One fingerprint in a bank. Withdrawn entries stay, as tombstones.

    digest: short name of kind and value (``turs.match.BankEntry.digest``). seq: number of the ledger entry of its last
    change, by which every process follows the banks.
    """

    policy_path = "bank"

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(_("Kind"), max_length=12, choices=EntryKind)
    value = models.TextField(_("Value"))
    digest = models.CharField(max_length=32)
    quality = models.PositiveSmallIntegerField(default=100)
    label = models.CharField(_("Label"), max_length=200, blank=True)
    tier = models.CharField(_("Tier"), max_length=16, choices=Tier, default=Tier.PROMOTIONAL)
    labels = models.JSONField(_("What it shows or does"), default=list, blank=True)
    producer = models.CharField(_("Producing organisation"), max_length=200, blank=True)
    note = models.TextField(_("Note"), blank=True)
    origin = models.CharField(_("Where it came from"), max_length=300, blank=True)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    hold_until = models.DateTimeField(_("Held until"), null=True, blank=True)
    disputed = models.BooleanField(default=False)
    quarantined_at = models.DateTimeField(null=True, blank=True)
    flood = models.JSONField(default=dict, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    seq = models.BigIntegerField(default=0, db_index=True, editable=False)

    class Meta:
        ordering = ["-added_at", "id"]
        verbose_name_plural = "bank entries"
        constraints = [models.UniqueConstraint(fields=["bank", "digest"], name="one_entry_per_value")]
        indexes = [
            models.Index(fields=["bank", "kind"]),
            models.Index(
                fields=["quarantined_at"], condition=Q(quarantined_at__isnull=False), name="entry_quarantined"
            ),
            models.Index(fields=["hold_until"], condition=Q(hold_until__isnull=False), name="entry_held"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value[:40]}"

    @property
    def state(self) -> EntryState:
        """Where it stands; the gravest state first."""
        if self.withdrawn_at:
            return EntryState.WITHDRAWN
        if self.quarantined_at:
            return EntryState.QUARANTINED
        if self.hold_until and self.hold_until > timezone.now():
            return EntryState.HELD
        return EntryState.DISPUTED if self.disputed else EntryState.ACTIVE


class Opinion(models.Model):
    """What an agency that sees a fingerprint thinks of it. One for each agency; the latest counts."""

    policy_path = "entry__bank"

    entry = models.ForeignKey(BankEntry, on_delete=models.CASCADE, related_name="opinions")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    view = models.CharField(max_length=8, choices=OpinionView)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["entry", "agency"], name="one_opinion_per_agency")]

    def __str__(self) -> str:
        return f"{self.entry_id}:{self.view}"


class Sighting(models.Model):
    """A fingerprint was seen in a posting, as its latest examination found it."""

    policy_path = "posting"

    entry = models.ForeignKey(BankEntry, on_delete=models.CASCADE, related_name="sightings")
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="sightings")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    distance = models.PositiveSmallIntegerField(default=0)
    score = models.FloatField(default=1.0)

    class Meta:
        ordering = ["-at", "id"]
        constraints = [models.UniqueConstraint(fields=["entry", "posting"], name="one_sighting_per_posting")]
        indexes = [models.Index(fields=["entry", "at"])]

    def __str__(self) -> str:
        return f"{self.entry_id}@{self.posting_id}"


class TermList(Owned):
    """A curated list of terms with categories."""

    name = models.CharField(_("Name"), max_length=200)
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="one_list_per_name")]

    def __str__(self) -> str:
        return self.name


class TermEntry(models.Model):
    """One term of a list. suppress: phrases that, standing near, make it mean something else."""

    policy_path = "list"

    list = models.ForeignKey(TermList, on_delete=models.CASCADE, related_name="terms")
    text = models.CharField(_("Term"), max_length=200)
    language = models.CharField(_("Language"), max_length=8, blank=True)
    category = models.CharField(_("Category"), max_length=40, default="name")
    suppress = models.JSONField(_("Contexts that silence it"), default=builtins.list, blank=True)  # `list` is a field
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["category", "text"]
        verbose_name_plural = "term entries"
        constraints = [models.UniqueConstraint(fields=["list", "text"], name="one_term_per_text")]

    def __str__(self) -> str:
        return self.text


class Reexamination(Owned):
    """One run of examining an agency's postings again. moved_at: its last sign of life."""

    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=Q(state__in=["queued", "running"]), name="one_reexamination_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.done}/{self.total}"


class Exposure(models.Model):
    """A reader looked at a picture. Shown to that reader alone, never used to judge work (guide, safeguard G7)."""

    policy_verb = rules.VIEW

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exposures")
    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.at}"

    @staticmethod
    def policy_filter(user: User) -> Q:
        return Q(user=user)
