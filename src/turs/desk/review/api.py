"""Review over the API: cases, and the eight verbs by which people decide on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from ..coalition import rules as roles
from ..coalition.models import User
from ..content.api.postings import PostingDetail, detail_of
from ..content.api.shapes import Owned, ReasonIn
from ..content.models import Posting
from ..content.vocabulary import ProducerTier, Tier
from ..wire import (
    PAGE,
    Instant,
    Invalid,
    Key,
    Limit,
    Strict,
    Text,
    actor,
    instant_of,
    number_of,
    page,
    person,
    policy,
    refusals,
)
from . import services
from .forms import AssessmentForm
from .models import Assessment, Case, Decision, Ruling
from .vocabulary import (
    Answer,
    CaseState,
    Confidence,
    Credibility,
    DecisionState,
    Exclusion,
    Function,
    Outcome,
    Probability,
    Reliability,
    Theme,
)

router = Router(tags=["review"])


class PostingOfChain(PostingDetail):
    """A posting with its evidence, examination and custody, and the case that people work on, if there is one."""

    case: UUID | None


@router.get(
    "/postings/{uuid:id}",
    response={200: PostingOfChain, **refusals(404, 422)},
    by_alias=True,
    tags=["postings"],
    summary=_("One posting"),
    description=_("A posting with its capture, media, latest examination, case and custody log."),
)
def posting(request: HttpRequest, id: UUID) -> Any:
    row: Any = detail_of(request, id)
    cases = policy(request, roles.VIEW).rows(Case)
    row.case = cases.filter(agency=row.agency, content_key=row.content_key).values_list("pk", flat=True).first()
    return row


class CaseOut(Owned):
    """One human task: one content, however often it was posted. `posting`: the id of the chain."""

    posting: UUID
    state: CaseState
    tier: Tier
    priority: int
    copies: int
    language: str
    claimed: bool
    claimed_by: str | None
    claimed_until: datetime | None
    closed_at: datetime | None


class CasePage(Schema):
    items: list[CaseOut]
    next: str | None


class AssessmentOut(Schema):
    """One reader's structured judgement."""

    by: str | None
    at: datetime
    exclusions: dict[str, Answer]
    exclusion_reason: str
    reliability: Reliability
    credibility: Credibility
    probability: Probability
    confidence: Confidence
    producer: ProducerTier
    functions: list[str]
    theme: str
    note: str
    level: str


class RulingOut(Schema):
    """A legal reviewer's decision on an exclusion."""

    by: str | None
    at: datetime
    may_refer: bool
    reason: str


class DecisionOut(Schema):
    """An outcome: proposed by one person, confirmed by another."""

    id: int
    outcome: Outcome
    reason: str
    remark: str
    state: DecisionState
    proposed_by: str | None
    proposed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    answer: str


class CaseDetail(CaseOut):
    """A case with everything that people wrote about it, oldest first."""

    assessments: list[AssessmentOut]
    rulings: list[RulingOut]
    decisions: list[DecisionOut]


class CaseFilter(Schema):
    """Which cases; all filters must hold. `mine`: those that you hold now."""

    state: CaseState | None = None
    tier: Tier | None = None
    language: Text = ""
    posting: UUID | None = None
    created_from: Instant | None = None
    mine: bool = False


MOST_URGENT = [
    Key("priority", number_of, descending=True),
    Key("created_at", instant_of),
    Key("id", UUID),
]


def _facts(row: Any, names: Iterable[str], asking: User, *people: str) -> dict[str, Any]:
    """`names` of `row`; people by their login, where the asking user may know it."""
    facts = {name: getattr(row, name) for name in names if name not in people}
    return facts | {name: person(getattr(row, name), asking) for name in people}


def _brief(case: Case, asking: User) -> dict[str, Any]:
    claimant = case.claimant
    names = set(CaseOut.model_fields) - {"posting", "agency", "claimed", "claimed_by", "claimed_until"}
    return _facts(case, names, asking) | {
        "agency": case.agency,
        "posting": case.lead_id,
        "claimed": claimant is not None,
        "claimed_by": person(claimant, asking),
        "claimed_until": case.claimed_until if claimant else None,
    }


def _whole(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The case as it stands now, with what was written about it."""
    asking, asked = actor(request), policy(request, roles.VIEW)
    case = asked.get(Case, pk=case.pk)

    def about(model: Any, shape: type[Schema], *people: str) -> list[dict[str, Any]]:
        rows = asked.rows(model).filter(case=case).select_related(*people)
        return [_facts(row, shape.model_fields, asking, *people) for row in rows]

    return _brief(case, asking) | {
        "assessments": about(Assessment, AssessmentOut, "by"),
        "rulings": about(Ruling, RulingOut, "by"),
        "decisions": about(Decision, DecisionOut, "proposed_by", "confirmed_by"),
    }


@router.get(
    "/cases",
    response={200: CasePage, **refusals(422)},
    summary=_("Cases"),
    description=_("What waits for people, most urgent first; a posting's case with “posting”."),
)
def cases(request: HttpRequest, wanted: Query[CaseFilter], cursor: Text = "", limit: Limit = PAGE) -> Any:
    asked = policy(request, roles.VIEW)
    rows = asked.rows(Case).select_related("agency", "claimed_by")
    exact: dict[str, Any] = {
        "state": wanted.state,
        "tier": wanted.tier,
        "language": wanted.language,
        "created_at__gte": wanted.created_from,
        "claimed_by": actor(request) if wanted.mine else None,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.posting:
        same = asked.rows(Posting).filter(pk=wanted.posting)
        rows = rows.filter(content_key__in=same.values("content_key"), agency__in=same.values("agency"))
    items, following = page(rows, MOST_URGENT, cursor, limit)
    return {"items": [_brief(item, actor(request)) for item in items], "next": following}


@router.get(
    "/cases/{uuid:id}",
    response={200: CaseDetail, **refusals(404, 422)},
    summary=_("One case"),
    description=_("A case with its assessments, legal rulings and decisions."),
    url_name="case_one",
)
def case_one(request: HttpRequest, id: UUID) -> Any:
    return _whole(request, policy(request, roles.VIEW).get(Case, pk=id))


@router.post(
    "/postings/{uuid:id}/case",
    response={201: CaseDetail, **refusals(404, 409, 413, 422)},
    summary=_("Put a posting before people"),
    description=_("Opens a case about a posting by hand, with a reason; the case that exists already is given back."),
)
def case_open(request: HttpRequest, response: HttpResponse, id: UUID, given: ReasonIn) -> Any:
    row = policy(request, roles.CLAIM).get(Posting, own=True, pk=id)
    case = services.open_case(actor(request), row, given.reason)
    response.headers["Location"] = reverse("api:case_one", kwargs={"id": case.pk})
    return Status(201, _whole(request, case))


def _verb(name: str, summary: Any, description: Any) -> Any:
    """Declares what people do to one case; each answers with the case as it stands then."""
    answers: dict[int, Any] = {200: CaseDetail, **refusals(404, 409, 413, 422)}
    return router.post(f"/cases/{{uuid:id}}/{name}", response=answers, summary=summary, description=description)


def _own(request: HttpRequest, id: UUID, verb: str) -> Case:
    return policy(request, verb).get(Case, own=True, pk=id)


@_verb("claim", _("Claim a case"), _("Takes the case for yourself for a time; nobody else can work on it meanwhile."))
def case_claim(request: HttpRequest, id: UUID) -> Any:
    return _whole(request, services.claim(actor(request), _own(request, id, roles.CLAIM)))


@_verb("release", _("Give a case back"), _("Ends your claim, so that somebody else can take the case."))
def case_release(request: HttpRequest, id: UUID) -> Any:
    return _whole(request, services.release(actor(request), _own(request, id, roles.CLAIM)))


class AssessmentIn(Strict):
    """The structured judgement. An exclusion that is not answered NO stands in the way of a referral."""

    exclusions: dict[Exclusion, Answer]
    exclusion_reason: Text = Field("", max_length=5000)
    reliability: Reliability
    credibility: Credibility
    probability: Probability
    confidence: Confidence
    producer: ProducerTier
    functions: list[Function] = Field([], max_length=len(Function.values))
    theme: Theme | None = None
    note: Text = Field("", max_length=5000)


@_verb(
    "assess",
    _("Assess a case"),
    _(
        "Keeps your judgement: exclusion test, Admiralty grades, probability and confidence, functions and theme. "
        "Needs your claim. A later assessment follows this one; nothing is overwritten."
    ),
)
def case_assess(request: HttpRequest, id: UUID, given: AssessmentIn) -> Any:
    case = _own(request, id, roles.ASSESS)
    return _whole(request, services.assess(actor(request), case, _judgement(given)).case)


def _judgement(given: AssessmentIn) -> dict[str, Any]:
    """What the form of the screens makes of it: one set of rules for both."""
    form = AssessmentForm.of(given.model_dump(mode="json"))
    for place, messages in form.errors.items():
        raise Invalid(f"body.{place}", "form", " ".join(messages))
    return form.judgement()


class RulingIn(Strict):
    """Whether the case may go on to a referral, and why."""

    may_refer: bool
    reason: Text = Field(min_length=1, max_length=5000)


@_verb(
    "rule",
    _("Rule on an exclusion"),
    _("A legal reviewer says whether protected speech stands in the way of a referral."),
)
def case_rule(request: HttpRequest, id: UUID, given: RulingIn) -> Any:
    case = _own(request, id, roles.RULE)
    return _whole(request, services.rule(actor(request), case, may_refer=given.may_refer, reason=given.reason).case)


class ProposalIn(Strict):
    """An outcome and its reason. `remark`: why, where the outcome goes against the assessment."""

    outcome: Outcome
    reason: Text = Field(min_length=1, max_length=5000)
    remark: Text = Field("", max_length=5000)


@_verb(
    "propose",
    _("Propose a decision"),
    _(
        "Proposes the outcome. Nothing follows from it until a second person confirms it. A referral or a threat to "
        "life against an assessment below even needs a remark."
    ),
)
def case_propose(request: HttpRequest, id: UUID, given: ProposalIn) -> Any:
    case = _own(request, id, roles.PROPOSE)
    decision = services.propose(actor(request), case, given.outcome, given.reason, given.remark)
    return _whole(request, decision.case)


@_verb("undo", _("Take a proposal back"), _("Takes your own proposal back, within the time for it."))
def case_undo(request: HttpRequest, id: UUID) -> Any:
    return _whole(request, services.undo(actor(request), _own(request, id, roles.PROPOSE)).case)


class AnswerIn(Strict):
    """What the second person says to the proposal."""

    answer: Text = Field("", max_length=5000)


@_verb(
    "confirm",
    _("Confirm a decision"),
    _("Confirms somebody else's proposal: the decision stands and the case is closed."),
)
def case_confirm(request: HttpRequest, id: UUID, given: AnswerIn) -> Any:
    return _whole(request, services.confirm(actor(request), _own(request, id, roles.CONFIRM), given.answer).case)


@_verb("return", _("Return a decision"), _("Sends somebody else's proposal back, with the reason in “answer”."))
def case_return(request: HttpRequest, id: UUID, given: AnswerIn) -> Any:
    return _whole(request, services.return_(actor(request), _own(request, id, roles.CONFIRM), given.answer).case)
