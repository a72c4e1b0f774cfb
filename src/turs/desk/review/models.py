"""What people decide: cases, assessments, rulings, decisions by two persons."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..coalition.models import Owned, User
from ..content.models import Posting
from ..content.vocabulary import ProducerTier, Tier
from .vocabulary import (
    Answer,
    CaseState,
    Confidence,
    Credibility,
    DecisionState,
    Exclusion,
    Outcome,
    Probability,
    Reliability,
    Theme,
)


class Case(Owned):
    """One human task: one content, however often it was posted. Nobody is shown the same thing twice."""

    lead = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+")
    content_key = models.CharField(max_length=80)
    language = models.CharField(max_length=8, default="und")
    state = models.CharField(max_length=8, choices=CaseState, default=CaseState.OPEN, db_index=True)
    tier = models.CharField(max_length=16, choices=Tier, default=Tier.NONE)
    priority = models.PositiveSmallIntegerField(default=0, db_index=True)
    copies = models.PositiveIntegerField(default=1)
    claimed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="claims")
    claimed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-priority", "created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["agency", "content_key"], name="one_case_per_content")]

    def __str__(self) -> str:
        return f"{self.id}"

    @property
    def claimant(self) -> User | None:
        """Who holds the case now; a claim that ran out is no claim."""
        return self.claimed_by if self.claimed_until and self.claimed_until > timezone.now() else None

    @property
    def decision(self) -> Decision | None:
        """The decision that stands: proposed or confirmed."""
        return self.decisions.filter(state__in=[DecisionState.PROPOSED, DecisionState.CONFIRMED]).last()


class Assessment(models.Model):
    """One reader's structured judgement of a case."""

    policy_path = "case"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assessments")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    exclusions = models.JSONField(default=dict)
    exclusion_reason = models.TextField(_("Why"), blank=True)
    reliability = models.CharField(_("Reliability of the source"), max_length=1, choices=Reliability)
    credibility = models.CharField(_("Credibility of the information"), max_length=1, choices=Credibility)
    probability = models.CharField(_("How likely is it propaganda of a group?"), max_length=20, choices=Probability)
    confidence = models.CharField(_("Confidence"), max_length=8, choices=Confidence)
    producer = models.CharField(_("Producer"), max_length=20, choices=ProducerTier)
    functions = models.JSONField(default=list)
    theme = models.CharField(_("Main theme"), max_length=12, choices=Theme, blank=True)
    note = models.TextField(_("Note"), blank=True)
    level = models.CharField(max_length=6, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.case_id} by {self.by_id}"

    @property
    def doubts(self) -> list[str]:
        """Exclusions answered YES or UNSURE, or not at all: each blocks a referral."""
        return [name for name in Exclusion.values if self.exclusions.get(name) != Answer.NO]


class Ruling(models.Model):
    """A legal reviewer's decision on an exclusion: the case may, or may not, go on to a referral."""

    policy_path = "case"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="rulings")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    may_refer = models.BooleanField()
    reason = models.TextField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.case_id} may_refer={self.may_refer}"


class Decision(models.Model):
    """The outcome of a case: proposed by one person, confirmed by another."""

    policy_path = "case"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(_("Outcome"), max_length=10, choices=Outcome)
    reason = models.TextField(_("Reason"))
    remark = models.TextField(_("Why against the assessment?"), blank=True)
    state = models.CharField(max_length=9, choices=DecisionState, default=DecisionState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="proposer_is_not_approver",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["proposed", "confirmed"]), name="one_standing_decision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.outcome} ({self.state})"
