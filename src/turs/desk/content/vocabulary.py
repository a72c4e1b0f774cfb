"""Closed lists of content: kinds of source, producers, lawful bases, states of an import."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SourceKind(TextChoices):
    SITE = "site", _("Website")
    FEED = "feed", _("News feed")
    CHANNEL = "channel", _("Channel")
    STATION = "station", _("Broadcast station")
    TABLE = "table", _("Table of posts")
    FILE = "file", _("Single files")


class ProducerTier(TextChoices):
    """Who makes what a source publishes."""

    CENTRAL_OUTLET = "CENTRAL_OUTLET", _("Central outlet of a group")
    PROVINCIAL_OUTLET = "PROVINCIAL_OUTLET", _("Provincial outlet of a group")
    AFFILIATED_AGENCY = "AFFILIATED_AGENCY", _("Affiliated news agency")
    UNOFFICIAL_OUTLET = "UNOFFICIAL_OUTLET", _("Unofficial outlet")
    SUPPORTER = "SUPPORTER", _("Supporters")
    PERPETRATOR = "PERPETRATOR", _("Perpetrator of an attack")
    MEDIA_REPORT = "MEDIA_REPORT", _("Media")
    RESEARCH_COPY = "RESEARCH_COPY", _("Research copy")
    UNKNOWN = "UNKNOWN", pgettext_lazy("producer", "Unknown")


class LawfulBasis(TextChoices):
    """Why we may collect from a source at all."""

    PUBLIC = "PUBLIC", _("Published to everybody")
    AUTHORISED = "AUTHORISED", _("Closed place, with a recorded lawful authority")
    PARTNER = "PARTNER", _("Given by a partner")
    UNRECORDED = "UNRECORDED", _("Not recorded yet")


class ImportState(TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", pgettext_lazy("import", "Done")
    FAILED = "failed", pgettext_lazy("import", "Failed")


class Genre(TextChoices):
    """What kind of text a posting is. All but the last three are protected: they block a referral."""

    REPORTING = "reporting", _("Reporting")
    COMMENTARY = "commentary", _("Commentary and criticism")
    RESEARCH = "research", _("Research and education")
    RELIGIOUS = "religious", _("Religious text and preaching")
    COUNTER_SPEECH = "counter_speech", _("Counter-speech")
    SATIRE = "satire", _("Satire and art")
    OFFICIAL_STATEMENT = "official_statement", _("Official statement")
    HUMAN_RIGHTS = "human_rights", _("Human-rights documentation")
    PERSONAL = "personal", _("Personal talk")
    CALL = "call", _("Claim or call by or for a group")
    OTHER = "other", _("Other or unsure")


class Tier(TextChoices):
    """Tiers of alert (Tech Against Terrorism, Terrorist Content Analytics Platform, July 2023)."""

    THREAT_TO_LIFE = "threat_to_life", _("Threat to life")
    CRISIS = "crisis", _("Crisis")
    DESIGNATION = "designation", _("Output of a listed group")
    PROMOTIONAL = "promotional", _("Promotional")
    NONE = "none", pgettext_lazy("tier", "None")


class Polarity(TextChoices):
    MATCH = "match", _("Match: known propaganda")
    SUPPRESS = "suppress", _("Suppress: known harmless")


class EntryKind(TextChoices):
    SHA256 = "sha256", _("File digest (SHA-256)")
    MD5 = "md5", _("File digest (MD5)")
    TEXT = "text", _("Text digest")
    URL = "url", _("Address (URL)")
    PDQ = "pdq", _("Picture fingerprint (PDQ)")
