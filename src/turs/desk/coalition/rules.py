"""Which role may do what, and who reads a language well enough. No database here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .vocabulary import Level, Role

VIEW = "view"  # read content, within the limits of TLP
IMPORT = "import"  # bring content in
CLAIM = "claim"  # take a case
ASSESS = "assess"  # fill in the assessment form
PROPOSE = "propose"  # propose a decision
CONFIRM = "confirm"  # confirm or return somebody else's decision
RULE = "rule"  # legal ruling on an exclusion
CURATE = "curate"  # banks and term lists
AUDIT = "audit"  # read the ledger of everybody
MANAGE = "manage"  # users, roles, agencies
DIRECTORY = "directory"  # see members, agencies, bodies

READERS = {VIEW, DIRECTORY}
GRANTS: Mapping[str, frozenset[str]] = {
    role: frozenset(verbs)
    for role, verbs in {
        Role.COLLECTOR: READERS | {IMPORT},
        Role.ANALYST: READERS | {IMPORT, CLAIM, ASSESS, PROPOSE, CONFIRM, CURATE},
        Role.LINGUIST: READERS | {CLAIM, ASSESS},
        Role.LEGAL_REVIEWER: READERS | {CLAIM, ASSESS, PROPOSE, CONFIRM, RULE},
        Role.APPROVER: READERS | {CLAIM, CONFIRM},
        Role.REFERRAL_OFFICER: READERS | {CLAIM, ASSESS, PROPOSE},
        Role.PLATFORM_LIAISON: READERS,
        Role.CAMPAIGN_MANAGER: READERS,
        Role.MESSENGER_COORDINATOR: READERS,
        Role.EVALUATOR: READERS,
        Role.EXPERT_READER: READERS | {ASSESS},
        Role.FIU_LIAISON: READERS,
        Role.CRISIS_LEAD: READERS | {IMPORT, CLAIM, ASSESS, PROPOSE, CONFIRM},
        Role.ADVISORY_BOARD: READERS,
        Role.OVERSIGHT_AUDITOR: {AUDIT, DIRECTORY},
        Role.PUBLIC_READER: set(),
        Role.PARTNER_PLATFORM: READERS,
        Role.PARTNER_MEDIA: READERS,
        Role.PARTNER_CSO: READERS,
        Role.ADMIN: {MANAGE, DIRECTORY},
    }.items()
}

LEVELS: tuple[str, ...] = (Level.A1, Level.A2, Level.B1, Level.B2, Level.C1, Level.C2, Level.NATIVE)
DECIDING_LEVEL = Level.B2
"""A decision on text in a language needs a reader at this level or above (guide, safeguard G5)."""
NO_LANGUAGE = frozenset({"und", "zxx", ""})
"""Tags of postings with nothing to read: an image alone, numbers alone."""


def verbs(roles: Iterable[str]) -> frozenset[str]:
    """Everything that somebody with these roles may do."""
    return frozenset().union(*(GRANTS.get(role, frozenset()) for role in roles))


def reads(language: str, skills: Mapping[str, str]) -> bool:
    """Whether somebody with these skills (language to level) reads `language` well enough to decide."""
    if language in NO_LANGUAGE:
        return True
    level = skills.get(language) or skills.get(language.split("-")[0])
    return level is not None and LEVELS.index(level) >= LEVELS.index(DECIDING_LEVEL)
