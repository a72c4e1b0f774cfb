"""Closed lists of content: kinds of source, producers, lawful bases, states of an import."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.functional import Promise
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


GENRE_SHORT: Mapping[str, Promise] = {
    Genre.COMMENTARY: pgettext_lazy("short", "Commentary"),
    Genre.RESEARCH: pgettext_lazy("short", "Research"),
    Genre.RELIGIOUS: pgettext_lazy("short", "Religious"),
    Genre.OFFICIAL_STATEMENT: pgettext_lazy("short", "Official"),
    Genre.HUMAN_RIGHTS: pgettext_lazy("short", "Human rights"),
    Genre.SATIRE: pgettext_lazy("short", "Satire"),
    Genre.CALL: pgettext_lazy("short", "Call or claim"),
    Genre.OTHER: pgettext_lazy("short", "Other"),
}
"""What genres are called where there is room for a word or two; the others are short already."""


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


class TermCategory(TextChoices):
    """Categories of terms that the rules know (``turs.triage``); a list may have others, which are marked only."""

    GROUP_NAME = "group_name", _("Name of a group")
    NAME = "name", _("Other name of a group")
    OUTLET = "outlet", _("Media outlet of a group")
    SLOGAN = "slogan", pgettext_lazy("term", "Slogan")
    HASHTAG = "hashtag", pgettext_lazy("term", "Hashtag")


class EntryKind(TextChoices):
    SHA256 = "sha256", _("File digest (SHA-256)")
    MD5 = "md5", _("File digest (MD5)")
    TEXT = "text", _("Text digest")
    NEAR_TEXT = "near_text", _("Text, also when changed")
    URL = "url", _("Address (URL)")
    PDQ = "pdq", _("Picture fingerprint (PDQ)")
    VPDQ = "vpdq", _("Video fingerprint (vPDQ)")


class EntryState(TextChoices):
    """Where a fingerprint stands. Only the first and the last but one are looked for."""

    ACTIVE = "active", pgettext_lazy("fingerprint", "In use")
    HELD = "held", pgettext_lazy("fingerprint", "Held back")
    QUARANTINED = "quarantined", pgettext_lazy("fingerprint", "In quarantine")
    DISPUTED = "disputed", pgettext_lazy("fingerprint", "Disputed")
    WITHDRAWN = "withdrawn", pgettext_lazy("fingerprint", "Withdrawn")


class OpinionView(TextChoices):
    """What an agency thinks of a fingerprint (the exchange's positive, negative and undecided class)."""

    AGREE = "agree", _("I agree")
    DISAGREE = "disagree", _("I disagree")
    UNSURE = "unsure", pgettext_lazy("opinion", "Not sure")


class BehaviourLabel(TextChoices):
    """What banked content shows or does (behaviour labels of the GIFCT hash-sharing database)."""

    THREAT = "imminent_credible_threat", _("Imminent credible threat")
    VIOLENCE = "graphic_violence", _("Graphic violence against defenceless people")
    GLORIFICATION = "glorification", _("Glorification of terrorist acts")
    RECRUITMENT = "radicalization_recruitment_instruction", _("Radicalisation, recruitment, instruction")
