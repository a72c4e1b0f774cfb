"""What must hold before a case goes on. Pure rules: no database, no clock but the one passed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from .vocabulary import Outcome, Probability

UNLIKELY = frozenset({Probability.ALMOST_NO_CHANCE, Probability.VERY_UNLIKELY, Probability.UNLIKELY})
"""Probabilities below even (ICD 203)."""
GRAVE = frozenset({Outcome.EMERGENCY, Outcome.REFER})
"""Outcomes that say that it is propaganda, or worse: against the assessment, they need a remark of their own."""
MIN_REASON = 10
"""Characters of a reason: enough for a sentence, too many for a dot."""


@dataclass(frozen=True)
class Blocker:
    """One thing that still stands in the way, in words, and where to mend it (an anchor on the case page)."""

    code: str
    words: str
    anchor: str = ""


class Blocked(Exception):
    """The step may not be taken yet. Carries every reason at once, not just the first."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        self.blockers = tuple(blockers)
        super().__init__("; ".join(str(blocker.words) for blocker in blockers))


CLOSED = Blocker("closed", _("This case is closed already."))
NOT_OPEN = Blocker("not_open", _("A decision was proposed already and waits for a second person."))
NOT_CLAIMED = Blocker("not_claimed", _("Claim the case first."), "claim")
CLAIMED_BY_OTHER = Blocker("claimed_by_other", _("Somebody else is working on this case."), "claim")
LANGUAGE = Blocker(
    "language", _("You need level B2 or better in the language of this text to decide on it."), "language"
)
NO_ASSESSMENT = Blocker("no_assessment", _("Fill in the assessment first."), "assessment")
NO_REASON = Blocker("no_reason", _("Give the reason in a sentence."), "id_reason")
AGAINST = Blocker(
    "against_assessment",
    _("The assessment says that it is unlikely to be propaganda: say in the remark why you propose this all the same."),
    "id_remark",
)
DOUBT = Blocker(
    "exclusion",
    _("The exclusion test has an answer that is yes or unsure: a legal reviewer must decide before a referral."),
    "ruling",
)
PROTECTED = Blocker(
    "protected_genre",
    _("The examination found protected speech: a legal reviewer must decide before a referral."),
    "ruling",
)
RULED_OUT = Blocker("ruled_out", _("A legal reviewer ruled that this must not be referred."), "ruling")
OWN_RULING = Blocker("own_ruling", _("The legal ruling must come from somebody else than the proposer."), "ruling")
NOTHING_PROPOSED = Blocker("nothing_proposed", _("There is no decision to confirm."))
OWN_PROPOSAL = Blocker("own_proposal", _("You proposed this decision: another person must confirm it."))
NOT_YOURS = Blocker("not_yours", _("Only the person who proposed the decision can take it back."))
TOO_LATE = Blocker("too_late", _("The time to take the decision back is over. Ask the second person to return it."))


@dataclass(frozen=True)
class Standing:
    """Everything the rules look at, gathered by the service.

    outcome: the outcome in question, or "" while none is chosen. doubts: exclusions not answered NO.
    probability: in the proposer's own assessment, else in the last one; "" without any. remark: why the outcome is
    proposed against it.
    ruling: `None` without a legal ruling, else whether it lets the case go on; `ruled_by_proposer` its independence.
    """

    closed: bool = False
    proposed: bool = False
    claimed: bool = False
    claimed_by_other: bool = False
    reads_language: bool = False
    assessed: bool = False
    doubts: bool = True
    protected_genre: bool = True
    ruling: bool | None = None
    ruled_by_proposer: bool = False
    is_proposer: bool = False
    probability: str = ""
    outcome: str = ""
    reason: str = ""
    remark: str = ""

    @property
    def unlikely(self) -> bool:
        """The assessment holds propaganda to be less likely than not."""
        return self.probability in UNLIKELY


def to_claim(standing: Standing) -> list[Blocker]:
    """Why this person may not take the case: who cannot read it would only keep it from those who can."""
    if standing.closed:
        return [CLOSED]
    if standing.claimed_by_other:
        return [CLAIMED_BY_OTHER]
    return [] if standing.reads_language else [LANGUAGE]


def to_assess(standing: Standing) -> list[Blocker]:
    if standing.closed:
        return [CLOSED]
    if standing.proposed:
        return [NOT_OPEN]
    return _claim(standing) + ([] if standing.reads_language else [LANGUAGE])


def to_propose(standing: Standing) -> list[Blocker]:
    """Why this outcome may not be proposed yet. A threat to life needs no form, only a reader and a reason; against
    an assessment that is there, it needs a remark as well."""
    if standing.closed:
        return [CLOSED]
    if standing.proposed:
        return [NOT_OPEN]
    found = _claim(standing)
    if not standing.reads_language:
        found.append(LANGUAGE)
    if not standing.assessed and standing.outcome != Outcome.EMERGENCY:
        found.append(NO_ASSESSMENT)
    if len(standing.reason.strip()) < MIN_REASON:
        found.append(NO_REASON)
    if standing.outcome in GRAVE and standing.unlikely and len(standing.remark.strip()) < MIN_REASON:
        found.append(AGAINST)
    if standing.outcome == Outcome.REFER:
        found += to_refer(standing)
    return found


def to_refer(standing: Standing) -> list[Blocker]:
    """Protected speech never goes to a platform without an independent legal ruling: UNSURE blocks."""
    if standing.ruling is False:
        return [RULED_OUT]
    if standing.ruling is True:
        return [OWN_RULING] if standing.ruled_by_proposer else []
    found = []
    if standing.doubts and standing.assessed:
        found.append(DOUBT)
    if standing.protected_genre:
        found.append(PROTECTED)
    return found


def to_confirm(standing: Standing) -> list[Blocker]:
    """Why this person may not confirm or return the proposed decision."""
    if standing.closed:
        return [CLOSED]
    if not standing.proposed:
        return [NOTHING_PROPOSED]
    found = []
    if standing.is_proposer:
        found.append(OWN_PROPOSAL)
    if not standing.reads_language:
        found.append(LANGUAGE)
    return found


def to_undo(standing: Standing, proposed_at: datetime, now: datetime, seconds: int) -> list[Blocker]:
    if not standing.proposed:
        return [NOTHING_PROPOSED]
    if not standing.is_proposer:
        return [NOT_YOURS]
    return [TOO_LATE] if now - proposed_at > timedelta(seconds=seconds) else []


def _claim(standing: Standing) -> list[Blocker]:
    if standing.claimed:
        return []
    return [CLAIMED_BY_OTHER if standing.claimed_by_other else NOT_CLAIMED]
