"""Closed lists of the review: exclusions, grades, probabilities, functions, themes, outcomes."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseState(TextChoices):
    OPEN = "open", _("Waiting for a reader")
    PROPOSED = "proposed", _("Waiting for a second person")
    CLOSED = "closed", _("Closed")


class Answer(TextChoices):
    NO = "NO", pgettext_lazy("answer", "No")
    YES = "YES", pgettext_lazy("answer", "Yes")
    UNSURE = "UNSURE", pgettext_lazy("answer", "Unsure")


class Exclusion(TextChoices):
    """What is protected (Regulation (EU) 2021/784, Article 1(3); guide, safeguard G3)."""

    EDUCATIONAL = "educational", _("Teaching")
    JOURNALISTIC = "journalistic", _("Journalism")
    ARTISTIC = "artistic", _("Art")
    RESEARCH = "research", pgettext_lazy("exclusion", "Research")
    COUNTER_TERRORISM = "counter_terrorism", _("Preventing or countering terrorism")
    POLEMIC = "polemic_public_debate", _("Polemic or controversial views in public debate")
    RELIGIOUS = "religious_ordinary", _("Ordinary religious speech")
    HUMAN_RIGHTS = "human_rights_documentation", _("Documenting human-rights violations")
    SATIRE = "satire", pgettext_lazy("exclusion", "Satire")


class Reliability(TextChoices):
    """Admiralty grade of the source. F is unknown, not medium."""

    A = "A", _("A – Completely reliable")
    B = "B", _("B – Usually reliable")
    C = "C", _("C – Fairly reliable")
    D = "D", _("D – Not usually reliable")
    E = "E", _("E – Unreliable")
    F = "F", _("F – Cannot be judged")


class Credibility(TextChoices):
    """Admiralty grade of the information. 6 is unknown, not medium."""

    ONE = "1", _("1 – Confirmed by other sources")
    TWO = "2", _("2 – Probably true")
    THREE = "3", _("3 – Possibly true")
    FOUR = "4", _("4 – Doubtful")
    FIVE = "5", _("5 – Improbable")
    SIX = "6", _("6 – Cannot be judged")


class Probability(TextChoices):
    """Estimative language of ICD 203, with its ranges in percent."""

    ALMOST_NO_CHANCE = "almost-no-chance", _("Almost no chance (1–5 %)")
    VERY_UNLIKELY = "very-unlikely", _("Very unlikely (5–20 %)")
    UNLIKELY = "unlikely", _("Unlikely (20–45 %)")
    ROUGHLY_EVEN = "roughly-even", _("Roughly even chance (45–55 %)")
    LIKELY = "likely", _("Likely (55–80 %)")
    VERY_LIKELY = "very-likely", _("Very likely (80–95 %)")
    ALMOST_CERTAIN = "almost-certain", _("Almost certain (95–99 %)")


class Confidence(TextChoices):
    """Confidence in the judgement, kept apart from probability (ICD 203)."""

    LOW = "low", pgettext_lazy("confidence", "Low")
    MODERATE = "moderate", pgettext_lazy("confidence", "Moderate")
    HIGH = "high", pgettext_lazy("confidence", "High")


class Function(TextChoices):
    """What a message is for."""

    PROMOTE_IDEAS = "promote_ideas", _("Promotes ideas")
    RECRUIT = "recruit", _("Recruits")
    INCITE = "incite", _("Incites")
    THREATEN = "threaten", _("Threatens")
    INSTRUCT = "instruct", _("Instructs")
    CLAIM_ATTACK = "claim_attack", _("Claims an attack")
    FUNDRAISE = "fundraise", _("Raises funds")
    INTIMIDATE_LOCAL = "intimidate_local", _("Intimidates local people")
    INTERNAL_MORALE = "internal_morale", _("Keeps up morale")
    COUNTER_OUR_MESSAGE = "counter_our_message", _("Answers our message")


class Theme(TextChoices):
    """Winter (2015), Documenting the Virtual Caliphate: six themes."""

    MERCY = "mercy", _("Mercy")
    BELONGING = "belonging", _("Belonging")
    BRUTALITY = "brutality", _("Brutality")
    VICTIMHOOD = "victimhood", _("Victimhood")
    WAR = "war", _("War")
    UTOPIA = "utopia", _("Utopia")


class Outcome(TextChoices):
    PROTECTED = "protected", _("Protected speech")
    NO_ACTION = "no_action", _("Not propaganda: nothing to do")
    MONITOR = "monitor", _("Keep watching")
    REFER = "refer", _("Propaganda: prepare a referral")
    EMERGENCY = "emergency", _("Threat to life: pass on at once")


class DecisionState(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    RETURNED = "returned", _("Returned")
    UNDONE = "undone", _("Taken back")
