"""The page of a case: who may do what next, what blocks, what was judged and decided before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..coalition import rules as roles
from ..coalition.policy import Policy
from ..coalition.vocabulary import Level
from ..content import page
from ..content.models import Posting
from ..content.page import Beside
from . import rules, services
from .forms import AssessmentForm, DecisionForm, RequestForm, ReturnForm, RulingForm, initial
from .models import Assessment, Case, Decision, Ruling
from .rules import Blocker
from .vocabulary import Answer, CaseState, DecisionState, Exclusion, Function, Outcome

ENOUGH = "x" * rules.MIN_REASON
"""Stands for a reason while none is written: the checklist shows what else is missing."""


@dataclass(frozen=True)
class Check:
    """A line of the checklist: in words, where to mend it, whether it is met."""

    text: str | Promise
    link: str
    met: bool


@dataclass(frozen=True)
class Choice:
    """An outcome, its key, and what blocks it."""

    value: str
    label: str | Promise
    number: int
    blockers: Sequence[Blocker]
    chosen: bool


@dataclass(frozen=True)
class Event:
    """One line in the history of a case."""

    at: Any
    kind: str
    row: Any


class Reader:
    """What `policy.user` may do with `case` now, prepared for its page."""

    def __init__(self, policy: Policy, case: Case) -> None:
        self.policy, self.user, self.case = policy, policy.user, case
        self.standing = services.standing(policy.user, case)

    @cached_property
    def own(self) -> bool:
        """The case belongs to the reader's agency: only that agency decides."""
        return self.policy.rows(Case, own=True).filter(pk=self.case.pk).exists()

    @property
    def open(self) -> bool:
        return self.case.state == CaseState.OPEN

    @property
    def works(self) -> bool:
        """The reader has a part in deciding cases at all."""
        return any(self.policy.may(verb) for verb in (roles.CLAIM, roles.ASSESS, roles.PROPOSE, roles.CONFIRM))

    @property
    def may_claim(self) -> bool:
        free = not rules.to_claim(self.standing) and not self.standing.claimed
        return self.own and self.open and self.policy.may(roles.CLAIM) and free

    @property
    def may_release(self) -> bool:
        return self.own and self.open and self.standing.claimed

    @property
    def sees_assessment(self) -> bool:
        return self.own and self.open and self.policy.may(roles.ASSESS)

    @property
    def may_assess(self) -> bool:
        return self.sees_assessment and not rules.to_assess(self.standing) and self.standing.reads_language

    @property
    def sees_decision(self) -> bool:
        return self.own and self.open and self.policy.may(roles.PROPOSE)

    @property
    def may_propose(self) -> bool:
        return self.sees_decision and self.standing.claimed and self.standing.reads_language

    @property
    def may_rule(self) -> bool:
        return self.own and self.case.state != CaseState.CLOSED and self.policy.may(roles.RULE)

    @property
    def may_confirm(self) -> bool:
        return self.own and self.policy.may(roles.CONFIRM) and not rules.to_confirm(self.standing)

    @property
    def cannot_confirm(self) -> list[Check]:
        """Why somebody who confirms decisions may not confirm this one."""
        if not self.policy.may(roles.CONFIRM):
            return []
        return [_with_link(blocker) for blocker in rules.to_confirm(self.standing)]

    @cached_property
    def decision(self) -> Decision | None:
        return self.policy.rows(Decision).filter(case=self.case).exclude(
            state__in=[DecisionState.UNDONE, DecisionState.RETURNED]
        ).select_related("proposed_by", "confirmed_by").last()  # fmt: skip

    @property
    def undo_until(self) -> Any:
        """Until when the reader can take the own proposal back; `None` if it is not theirs or too late."""
        return undo_until(self.decision, self.user) if self.decision else None

    @property
    def next_step(self) -> str:
        """The one next right action: the only filled button of the page."""
        if self.may_claim and self.standing.reads_language:
            return "claim"
        if self.may_confirm:
            return "confirm"
        if self.may_assess and not self.standing.assessed:
            return "assess"
        if self.may_propose and self.standing.assessed:
            return "propose"
        return "rule" if self.may_rule and self.standing.doubts and self.standing.ruling is None else ""

    @property
    def why_not(self) -> list[Blocker]:
        """Why the forms are closed, in the order in which to mend it."""
        if not (self.sees_assessment or self.sees_decision):
            return []
        found = list(rules.to_assess(self.standing))
        return found if self.standing.reads_language else [rules.LANGUAGE, *found]

    def blockers(self, outcome: str) -> list[Blocker]:
        """What stands in the way of `outcome`, the reason aside."""
        return rules.to_propose(replace(self.standing, outcome=outcome, reason=ENOUGH))

    @cached_property
    def checklist(self) -> list[Check]:
        """Everything a proposal needs, met or not, each with where to mend it."""
        legal = rules.to_refer(self.standing)
        lines: list[tuple[str | Promise, Blocker | None]] = [
            (_("You hold the case"), None if self.standing.claimed else self._claim_blocker()),
            (_("You read the language of the text"), None if self.standing.reads_language else rules.LANGUAGE),
            (_("The assessment is filled in"), None if self.standing.assessed else rules.NO_ASSESSMENT),
        ]
        found = [
            Check(blocker.words if blocker else words, f"#{blocker.anchor}" if blocker and blocker.anchor else "",
                  blocker is None)
            for words, blocker in lines
        ]  # fmt: skip
        if self.standing.assessed:
            found += [Check(blocker.words, f"#{blocker.anchor}", False) for blocker in legal] or [
                Check(_("Nothing protected stands in the way of a referral"), "", True)
            ]
        return found

    def _claim_blocker(self) -> Blocker:
        return rules.CLAIMED_BY_OTHER if self.standing.claimed_by_other else rules.NOT_CLAIMED

    def choices(self, form: DecisionForm) -> list[Choice]:
        """The outcomes with their keys 1 to 5 and what blocks each beyond what blocks them all."""
        every = {outcome: self.blockers(outcome) for outcome in Outcome.values}
        shared = set(every[Outcome.NO_ACTION])
        chosen = form["outcome"].value()
        return [
            Choice(value, Outcome(value).label, number, [one for one in every[value] if one not in shared],
                   value == chosen)
            for number, value in enumerate(Outcome.values, 1)
        ]  # fmt: skip

    @cached_property
    def assessments(self) -> list[Assessment]:
        return list(self.policy.rows(Assessment).filter(case=self.case).select_related("by"))

    @cached_property
    def events(self) -> list[Event]:
        """Assessments, rulings and decisions, oldest first."""
        rulings = self.policy.rows(Ruling).filter(case=self.case).select_related("by")
        decisions = self.policy.rows(Decision).filter(case=self.case).select_related("proposed_by", "confirmed_by")
        found = [Event(row.at, "assessment", shown(row)) for row in self.assessments]
        found += [Event(row.at, "ruling", row) for row in rulings]
        found += [Event(row.proposed_at, "decision", row) for row in decisions]
        return sorted(found, key=lambda event: event.at)

    @property
    def own_assessment(self) -> Assessment | None:
        return next((row for row in reversed(self.assessments) if row.by_id == self.user.pk), None)

    def context(self, **bound: Any) -> dict[str, Any]:
        """The context of ``review/case.html``; `bound` are forms that came back with errors, and `blocked`."""
        facts = page.context(self.policy, self.case.lead, [self.case.pk])
        suggested = facts["reading"].functions
        forms = {
            "assessment_form": AssessmentForm(initial=initial(self.own_assessment)),
            "decision_form": DecisionForm(),
            "ruling_form": RulingForm(prefix="ruling"),
            "return_form": ReturnForm(prefix="return"),
        } | bound
        forms["assessment_form"].suggested = suggested
        return {
            **facts,
            **forms,
            "case": self.case,
            "desk": self,
            "copies": max(0, self.case.copies - 1),
            "choices": self.choices(forms["decision_form"]),
            "blocked": [_with_link(blocker) for blocker in bound.get("blocked", ())],
        }


def _with_link(blocker: Blocker) -> Check:
    return Check(blocker.words, f"#{blocker.anchor}" if blocker.anchor else "", False)


@dataclass(frozen=True)
class Judgement:
    """An assessment in words."""

    by: Any
    level: str
    grade: str
    reliability: str
    credibility: str
    probability: str
    confidence: str
    producer: str
    theme: str
    functions: list[Any]
    doubts: list[tuple[Any, Any]]
    reason: str
    note: str


def shown(row: Assessment) -> Judgement:
    exclusions = row.exclusions if isinstance(row.exclusions, dict) else {}
    doubts = [
        (Exclusion(name).label, Answer(exclusions[name]).label if exclusions.get(name) in Answer.values else "—")
        for name in Exclusion.values
        if exclusions.get(name) != Answer.NO
    ]
    level = Level(row.level).label if row.level in Level.values else ""
    return Judgement(
        row.by, level, f"{row.reliability}{row.credibility}", row.get_reliability_display(),
        row.get_credibility_display(), row.get_probability_display(), row.get_confidence_display(),
        row.get_producer_display(), row.get_theme_display(),
        [Function(name).label for name in row.functions if name in Function.values], doubts, row.exclusion_reason,
        row.note,
    )  # fmt: skip


def undo_until(decision: Decision, user: Any) -> Any:
    """Until when `user` can take `decision` back, or `None`."""
    until = decision.proposed_at + timedelta(seconds=settings.UNDO_SECONDS)
    mine = decision.proposed_by_id == user.pk and decision.state == DecisionState.PROPOSED
    return until if mine and until > timezone.now() else None


@dataclass(frozen=True)
class Undo:
    """An own proposal that can still be taken back."""

    case: Case
    outcome: str
    until: Any


def undoable(policy: Policy) -> list[Undo]:
    """The reader's own proposals of the last seconds, newest first: shown wherever the reader goes next."""
    since = timezone.now() - timedelta(seconds=settings.UNDO_SECONDS)
    rows = policy.rows(Decision).filter(
        proposed_by=policy.user, state=DecisionState.PROPOSED, proposed_at__gt=since
    ).select_related("case").order_by("-proposed_at")[:3]  # fmt: skip
    return [Undo(row.case, row.get_outcome_display(), undo_until(row, policy.user)) for row in rows]


@receiver(page.shown)
def beside_posting(policy: Policy, posting: Posting, **_: Any) -> Beside:
    """The case of a posting, or the way to ask for one."""
    cases = policy.rows(Case).filter(agency=posting.agency_id, content_key=posting.content_key)
    case = cases.select_related("claimed_by").first()
    mine = policy.rows(Posting, own=True).filter(pk=posting.pk).exists()
    may_ask = case is None and mine and policy.may(roles.CLAIM)
    facts = {
        "case": case,
        "lead": case is not None and case.lead_id == posting.pk,
        "may_ask": may_ask,
        "form": RequestForm() if may_ask else None,
        "action": reverse("posting_open_case", args=[posting.pk]),
    }
    return Beside("review/beside_posting.html", facts, [case.pk] if case else [])
