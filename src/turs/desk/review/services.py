"""The verbs of review: open, claim, assess, rule, propose, undo, confirm, return. Every one writes the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from turs.triage import PROTECTED

from ..bulk import insert
from ..coalition import rules as roles
from ..coalition.models import Agency, User
from ..coalition.policy import Policy
from ..coalition.vocabulary import strictest
from ..content.models import Posting
from ..content.signals import examined
from ..ledger.services import Act, record, record_many
from . import rules
from .models import Assessment, Case, Decision, Ruling
from .rules import Blocked, Blocker, Standing
from .vocabulary import CaseState, DecisionState, Outcome

if TYPE_CHECKING:
    from turs.examine import Examination


def needs_person(posting: Posting) -> bool:
    """Whether a posting goes to the queue: it has a priority and is not protected speech."""
    return posting.priority > 0 and posting.genre not in PROTECTED


@receiver(examined)
def queue(agency: Agency, rows: Sequence[tuple[Posting, Examination]], again: bool = False, **_: Any) -> None:
    """Put examined postings before people: one case for one content, however often it was posted."""
    if not rows:
        return
    keys = {row.content_key for row, _ in rows}
    cases = {case.content_key: case for case in Case.objects.filter(agency=agency, content_key__in=keys)}
    new: dict[str, Case] = {}
    acts: list[Act] = []
    for row, _seen in rows:
        case = cases.get(row.content_key) or new.get(row.content_key)
        if case is None:
            if not needs_person(row):
                continue
            case = new[row.content_key] = Case(
                agency=agency, tlp=row.tlp, lead=row, content_key=row.content_key, language=row.language,
                tier=row.tier, priority=row.priority, created_by=row.created_by,
            )  # fmt: skip
            acts.append(Act("case.opened", "case", str(case.pk), {"priority": row.priority}, str(row.pk)))
            continue
        if not again:
            case.copies += 1
            acts.append(Act("case.copy_seen", "case", str(case.pk), {}, str(row.pk)))
        case.tlp = strictest(case.tlp, row.tlp)
        if row.priority > case.priority and needs_person(row):
            case.priority, case.tier = row.priority, row.tier
    insert(new.values())
    Case.objects.bulk_update(
        [cases[key] for key in keys & cases.keys()], ["copies", "tlp", "priority", "tier"], batch_size=200
    )
    if acts:
        record_many(None, acts)


@transaction.atomic
def open_case(user: User, posting: Posting, reason: str) -> Case:
    """Put a posting before people by hand, whatever the software thought of it."""
    policy = Policy(user)
    policy.require(roles.CLAIM)
    posting = policy.get(Posting, own=True, pk=posting.pk)
    _need_reason(reason)
    case, created = Case.objects.get_or_create(
        agency=posting.agency, content_key=posting.content_key,
        defaults={"tlp": posting.tlp, "lead": posting, "language": posting.language, "tier": posting.tier,
                  "priority": max(posting.priority, 1), "created_by": user},
    )  # fmt: skip
    if created:
        record(user, "case.opened", case, chain=posting.pk, reason=reason)
    return case


@transaction.atomic
def claim(user: User, case: Case) -> Case:
    """Take the case: exclusive, and it expires."""
    case = _locked(user, case, roles.CLAIM)
    _check(rules.to_claim(standing(user, case)))
    case.claimed_by = user
    _extend(case)
    record(user, "case.claimed", case, chain=case.lead_id, until=case.claimed_until.isoformat())
    return case


@transaction.atomic
def release(user: User, case: Case) -> Case:
    """Give a claimed case back."""
    case = _locked(user, case, roles.CLAIM)
    if case.claimant == user:
        case.claimed_by = case.claimed_until = None
        case.save(update_fields=["claimed_by", "claimed_until"])
        record(user, "case.released", case, chain=case.lead_id)
    return case


@transaction.atomic
def assess(user: User, case: Case, fields: Mapping[str, Any]) -> Assessment:
    """Keep the reader's structured judgement. A later one by the same reader follows it; nothing is overwritten."""
    case = _locked(user, case, roles.ASSESS)
    _check(rules.to_assess(standing(user, case)))
    level = Policy(user).skills.get(case.language, "")
    assessment = Assessment.objects.create(case=case, by=user, level=level, **fields)
    _extend(case)
    record(user, "case.assessed", case, chain=case.lead_id, assessment=assessment.pk,
           doubts=assessment.doubts, probability=assessment.probability)  # fmt: skip
    return assessment


@transaction.atomic
def rule(user: User, case: Case, *, may_refer: bool, reason: str) -> Ruling:
    """A legal reviewer decides whether an exclusion stands in the way of a referral."""
    case = _locked(user, case, roles.RULE)
    if case.state == CaseState.CLOSED:
        raise Blocked([rules.CLOSED])
    _need_reason(reason)
    ruling = Ruling.objects.create(case=case, by=user, may_refer=may_refer, reason=reason)
    record(user, "case.ruled", case, chain=case.lead_id, may_refer=may_refer, reason=reason)
    return ruling


@transaction.atomic
def propose(user: User, case: Case, outcome: str, reason: str, remark: str = "") -> Decision:
    """Propose the outcome of a case. Nothing follows from it until a second person confirms.

    remark: why, where the outcome goes against the assessment (see `rules.AGAINST`).
    """
    case = _locked(user, case, roles.PROPOSE)
    _check(rules.to_propose(standing(user, case, outcome=outcome, reason=reason, remark=remark)))
    decision = Decision.objects.create(
        case=case, outcome=Outcome(outcome), reason=reason, remark=remark.strip(), proposed_by=user
    )
    case.state = CaseState.PROPOSED
    case.save(update_fields=["state"])
    remarked = {"remark": decision.remark} if decision.remark else {}
    record(user, "case.proposed", case, chain=case.lead_id, decision=decision.pk, outcome=outcome, reason=reason,
           **remarked)  # fmt: skip
    return decision


@transaction.atomic
def undo(user: User, case: Case) -> Decision:
    """Take one's own proposal back, within the time for it."""
    case = _locked(user, case, roles.PROPOSE)
    decision = case.decision
    where = standing(user, case)
    _check(
        rules.to_undo(where, decision.proposed_at, timezone.now(), settings.UNDO_SECONDS)
        if decision
        else [rules.NOTHING_PROPOSED]
    )
    return _reopen(user, case, decision, DecisionState.UNDONE, "")


@transaction.atomic
def confirm(user: User, case: Case, answer: str = "") -> Decision:
    """Confirm somebody else's proposal: the decision now stands, and the case is closed."""
    case = _locked(user, case, roles.CONFIRM)
    _check(rules.to_confirm(standing(user, case)))
    decision = case.decision
    decision.state, decision.confirmed_by = DecisionState.CONFIRMED, user
    decision.confirmed_at, decision.answer = timezone.now(), answer
    decision.save()
    case.state, case.closed_at, case.claimed_by, case.claimed_until = CaseState.CLOSED, timezone.now(), None, None
    case.save(update_fields=["state", "closed_at", "claimed_by", "claimed_until"])
    record(user, "case.confirmed", case, chain=case.lead_id, decision=decision.pk, outcome=decision.outcome,
           proposed_by=decision.proposed_by.username)  # fmt: skip
    return decision


@transaction.atomic
def return_(user: User, case: Case, answer: str) -> Decision:
    """Send somebody else's proposal back with a reason."""
    case = _locked(user, case, roles.CONFIRM)
    _check(rules.to_confirm(standing(user, case)))
    _need_reason(answer)
    return _reopen(user, case, case.decision, DecisionState.RETURNED, answer)


def standing(user: User, case: Case, *, outcome: str = "", reason: str = "", remark: str = "") -> Standing:
    """What the rules need to know about `case` as seen by `user`."""
    policy = Policy(user)
    decision = case.decision
    assessment = case.assessments.last()
    own = case.assessments.filter(by=user).last() or assessment
    ruling = case.rulings.last()
    claimant = case.claimant
    return Standing(
        closed=case.state == CaseState.CLOSED,
        proposed=case.state == CaseState.PROPOSED,
        claimed=claimant == user,
        claimed_by_other=claimant not in {None, user},
        reads_language=policy.reads(case.language),
        assessed=assessment is not None,
        doubts=assessment is None or bool(assessment.doubts),
        protected_genre=case.lead.genre in PROTECTED,
        ruling=ruling.may_refer if ruling else None,
        ruled_by_proposer=bool(ruling and ruling.by_id == user.pk),
        is_proposer=bool(decision and decision.proposed_by_id == user.pk),
        probability=own.probability if own else "",
        outcome=outcome,
        reason=reason,
        remark=remark,
    )


def _locked(user: User, case: Case, verb: str) -> Case:
    """The case as it is now, of the user's own agency, held until the transaction ends."""
    policy = Policy(user)
    policy.require(verb)
    rows = policy.rows(Case, own=True).select_for_update(of=("self",)).select_related("lead", "claimed_by")
    return policy.get(Case, own=True, queryset=rows, pk=case.pk)


def _extend(case: Case) -> None:
    case.claimed_until = timezone.now() + timedelta(seconds=settings.CLAIM_SECONDS)
    case.save(update_fields=["claimed_by", "claimed_until"])


def _reopen(user: User, case: Case, decision: Decision | None, state: str, answer: str) -> Decision:
    assert decision is not None
    decision.state, decision.answer = DecisionState(state), answer
    decision.save(update_fields=["state", "answer"])
    case.state = CaseState.OPEN
    case.save(update_fields=["state"])
    record(user, f"case.{state}", case, chain=case.lead_id, decision=decision.pk, reason=answer)
    return decision


def _check(blockers: list[Blocker]) -> None:
    if blockers:
        raise Blocked(blockers)


def _need_reason(reason: str) -> None:
    if len(reason.strip()) < rules.MIN_REASON:
        raise Blocked([rules.NO_REASON])
