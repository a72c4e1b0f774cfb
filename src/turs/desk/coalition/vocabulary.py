"""Closed lists of the coalition: kinds, types, roles, levels, TLP. Labels are translated by the screens."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MemberKind(TextChoices):
    STATE = "STATE", pgettext_lazy("member kind", "State")
    IO = "IO", _("International organisation")
    OBSERVER = "OBSERVER", _("Observer")


class AgencyType(TextChoices):
    MFA = "MFA", _("Foreign affairs")
    MOI = "MOI", _("Interior")
    MOD = "MOD", _("Defence")
    MEDIA = "MEDIA", _("Media and information")
    RELIGIOUS = "RELIGIOUS", _("Religious affairs")
    YOUTH = "YOUTH", _("Youth")
    PROSECUTION = "PROSECUTION", _("Prosecution")
    FIU = "FIU", _("Financial intelligence unit")
    REGULATOR = "REGULATOR", _("Regulator")
    CT_POLICE = "CT_POLICE", _("Counter-terrorism police")
    CELL = "CELL", _("Communications cell")
    SECRETARIAT = "SECRETARIAT", _("Secretariat")


class PartnerType(TextChoices):
    SOCIAL_MEDIA_CO = "SOCIAL_MEDIA_CO", pgettext_lazy("partner type", "Platform")
    MEDIA_ORG = "MEDIA_ORG", _("Media organisation")
    RELIGIOUS_INST = "RELIGIOUS_INST", _("Religious institution")
    CVE_CENTRE = "CVE_CENTRE", _("Centre for countering violent extremism")
    MESSAGING_CENTRE = "MESSAGING_CENTRE", _("Messaging centre")
    CSO = "CSO", _("Civil society organisation")
    ACADEMIA = "ACADEMIA", _("University or research institute")
    PRIVATE = "PRIVATE", _("Private company")


class BodyKind(TextChoices):
    WORKING_GROUP = "WORKING_GROUP", _("Working group")
    CELL = "CELL", _("Cell")
    ADVISORY_BOARD = "ADVISORY_BOARD", _("Advisory board")
    TASK_TEAM = "TASK_TEAM", _("Task team")


class MandateRole(TextChoices):
    CO_CHAIR = "CO_CHAIR", _("Co-chair")
    BOARD_CHAIR = "BOARD_CHAIR", _("Chair of the advisory board")
    SPOKESPERSON = "SPOKESPERSON", _("Spokesperson")
    FOCAL_POINT = "FOCAL_POINT", _("Focal point")
    EXPERT = "EXPERT", pgettext_lazy("mandate", "Expert")


class TLP(TextChoices):
    """Traffic Light Protocol 2.0 (FIRST, August 2022). The labels are never translated."""

    CLEAR = "CLEAR", "TLP:CLEAR"
    GREEN = "GREEN", "TLP:GREEN"
    AMBER = "AMBER", "TLP:AMBER"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "RED", "TLP:RED"


TLP_ORDER: tuple[str, ...] = (TLP.CLEAR, TLP.GREEN, TLP.AMBER, TLP.AMBER_STRICT, TLP.RED)


def strictest(*marks: str) -> str:
    """The strictest of some TLP marks: what a derived object carries."""
    return max(marks, key=TLP_ORDER.index)


class Role(TextChoices):
    """Roles of the field (RBAC by agency and TLP)."""

    COLLECTOR = "collector", _("Collector")
    ANALYST = "analyst", _("Analyst")
    LINGUIST = "linguist", _("Linguist")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    APPROVER = "approver", _("Approver")
    REFERRAL_OFFICER = "referral_officer", _("Referral officer")
    PLATFORM_LIAISON = "platform_liaison", _("Platform liaison")
    CAMPAIGN_MANAGER = "campaign_manager", _("Campaign manager")
    MESSENGER_COORDINATOR = "messenger_coordinator", _("Messenger coordinator")
    EVALUATOR = "evaluator", _("Evaluator")
    EXPERT_READER = "expert_reader", _("Expert reader")
    FIU_LIAISON = "fiu_liaison", _("Financial intelligence liaison")
    CRISIS_LEAD = "crisis_lead", _("Crisis lead")
    ADVISORY_BOARD = "advisory_board", pgettext_lazy("role", "Advisory board member")
    OVERSIGHT_AUDITOR = "oversight_auditor", _("Oversight auditor")
    PUBLIC_READER = "public_reader", _("Public reader")
    PARTNER_PLATFORM = "partner_platform", _("Partner: platform")
    PARTNER_MEDIA = "partner_media", _("Partner: media")
    PARTNER_CSO = "partner_cso", _("Partner: civil society")
    ADMIN = "admin", _("Administrator (no content)")


class Level(TextChoices):
    """Language levels of the Common European Framework (Council of Europe, 2020); NATIVE above C2."""

    A1 = "A1", "A1"
    A2 = "A2", "A2"
    B1 = "B1", "B1"
    B2 = "B2", "B2"
    C1 = "C1", "C1"
    C2 = "C2", "C2"
    NATIVE = "NATIVE", pgettext_lazy("language level", "Native")


class Digits(TextChoices):
    AUTO = "auto", _("As the language writes them")
    ARAB = "arab", _("Arabic-Indic (٠١٢٣)")
    LATN = "latn", _("European (0123)")


class Theme(TextChoices):
    AUTO = "auto", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


