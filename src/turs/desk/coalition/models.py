"""Who is who: members, agencies, partners, users, roles, languages, bodies, mandates; and what owning a row means."""

from __future__ import annotations

import hashlib
import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import rules
from .vocabulary import (
    TLP,
    AgencyType,
    BodyKind,
    Digits,
    Level,
    MandateRole,
    MemberKind,
    PartnerType,
    Role,
    Theme,
)


class Named(models.Model):
    """Something with a name in both languages and a short stable key."""

    key = models.SlugField(max_length=64, unique=True)
    name_ar = models.CharField(_("Arabic name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_ar if (get_language() or "ar").startswith("ar") else self.name_en


class Member(Named):
    """A state or an international organisation."""

    policy_verb = rules.DIRECTORY

    kind = models.CharField(max_length=10, choices=MemberKind)
    iso2 = models.CharField(max_length=2, blank=True)
    joined = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["key"]


class Agency(Named):
    """A member's ministry or centre: the tenant. Every row of content is owned by one."""

    policy_verb = rules.DIRECTORY

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="agencies")
    type = models.CharField(max_length=16, choices=AgencyType)

    class Meta:
        ordering = ["key"]
        verbose_name_plural = "agencies"


class Partner(Named):
    """A platform, media organisation, religious institution, centre or civil-society organisation."""

    policy_verb = rules.DIRECTORY

    type = models.CharField(max_length=20, choices=PartnerType)
    since = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["key"]


class User(AbstractUser):
    """Somebody who logs in: of one agency or of one partner, never of both.

    password_temporary: somebody else chose the password; at the next login it must be changed before anything else.
    """

    policy_verb = rules.MANAGE

    display_name = models.CharField(_("Display name"), max_length=150, blank=True)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="users")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="users")
    language = models.CharField(_("Language of the screens"), max_length=5, default="ar")
    digits = models.CharField(_("Digits"), max_length=5, choices=Digits, default=Digits.AUTO)
    hijri = models.BooleanField(_("Show Hijri dates"), default=True)
    theme = models.CharField(_("Theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    seen_until = models.DateTimeField(null=True, blank=True)
    password_temporary = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_of_agency_or_partner", condition=~Q(agency__isnull=False, partner__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @staticmethod
    def policy_filter(user: User) -> Q:
        """An administrator manages the users of the own agency."""
        return Q(agency=user.agency, agency__isnull=False)

    @property
    def organisation(self) -> Agency | Partner | None:
        return self.agency or self.partner


class RoleGrant(models.Model):
    """A role held by a user from one day to another."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=24, choices=Role)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["role"]
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role")]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.role}"


class LanguageSkill(models.Model):
    """How well a user reads a language (CEFR)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="skills")
    language = models.CharField(max_length=8)
    level = models.CharField(max_length=6, choices=Level)

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["user", "language"], name="one_level_per_language")]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.language}={self.level}"


class Body(Named):
    """A working group, cell, board or task team, with terms of reference and dates."""

    policy_verb = rules.DIRECTORY

    kind = models.CharField(max_length=16, choices=BodyKind)
    terms_ar = models.TextField(blank=True)
    terms_en = models.TextField(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["key"]
        verbose_name_plural = "bodies"

    @property
    def terms(self) -> str:
        return self.terms_ar if (get_language() or "ar").startswith("ar") else self.terms_en


class Mandate(models.Model):
    """A role in a body, held by an agency or partner from one date to another, on the strength of an instrument."""

    policy_verb = rules.DIRECTORY

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="mandates")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=16, choices=MandateRole)
    instrument_ar = models.CharField(max_length=200, blank=True)
    instrument_en = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="mandate_of_agency_or_partner",
                condition=Q(agency__isnull=False, partner__isnull=True) | Q(agency__isnull=True, partner__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_id}:{self.role}"

    @property
    def holder(self) -> Agency | Partner | None:
        return self.agency or self.partner

    @property
    def instrument(self) -> str:
        return self.instrument_ar if (get_language() or "ar").startswith("ar") else self.instrument_en


class Owned(models.Model):
    """A row that belongs to an agency and carries a TLP mark. Reach it through ``policy.Policy`` alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    tlp = models.CharField(_("TLP"), max_length=12, choices=TLP, default=TLP.AMBER)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        abstract = True


class NamedRecipient(models.Model):
    """TLP:RED is for named recipients: this user may see this row."""

    object_type = models.CharField(max_length=32)
    object_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="red_rows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id", "user"], name="one_naming_per_recipient")
        ]

    def __str__(self) -> str:
        return f"{self.object_type}:{self.object_id}->{self.user_id}"


class ApiToken(models.Model):
    """A key for programs: acts as its user, with that user's roles. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.name}"

    @staticmethod
    def digest_of(value: str) -> str:
        return hashlib.sha256(value.encode()).hexdigest()
