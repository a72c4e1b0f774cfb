"""``turs case``: the queue from the command line. The person who acts shows an API token."""

from __future__ import annotations

import json as jsonlib
from typing import Any

import typer

from . import desk, say

app = typer.Typer(help="The queue: read, claim, assess, decide, confirm.", no_args_is_help=True)
CaseId = typer.Argument(..., metavar="CASE", help="Id of the case.")


@app.command("list")
def list_(
    state: str = typer.Option("open", help="open, proposed, closed or all."),
    limit: int = typer.Option(30, "-n", min=1),
    token: str = desk.Token,
    json: bool = say.Json,
) -> None:
    """Cases, most urgent first."""
    user = _actor(token)
    from turs.desk.coalition.policy import Policy
    from turs.desk.review.models import Case

    rows = Policy(user).rows(Case, own=True).select_related("lead__source").order_by("-priority", "created_at", "id")
    if state != "all":
        rows = rows.filter(state=state)
    facts = [_facts(case) for case in rows[:limit]]
    if json:
        for fact in facts:
            say.line(fact)
        return
    say.table(
        ["case", "priority", "tier", "lang", "copies", "source", "text"],
        [[f["id"], f["priority"], f["tier"], f["language"], f["copies"], f["source"], f["excerpt"]] for f in facts],
    )


@app.command()
def show(case: str = CaseId, token: str = desk.Token, json: bool = say.Json) -> None:
    """One case: its text, why it is here, what was decided."""
    user = _actor(token)
    found = _case(user, case)
    fact = _facts(found) | {
        "text": found.lead.body,
        "reasons": (found.lead.examination.result.get("reasons", []) if found.lead.examination else []),
        "decisions": [
            {"outcome": d.outcome, "state": d.state, "reason": d.reason, "remark": d.remark,
             "proposed_by": d.proposed_by.username, "confirmed_by": d.confirmed_by.username if d.confirmed_by else None}
            for d in found.decisions.select_related("proposed_by", "confirmed_by")
        ],
    }  # fmt: skip
    if json:
        say.line(fact)
    else:
        say.out.print(say.clean(jsonlib.dumps(fact, ensure_ascii=False, indent=2, default=str)), markup=False)


@app.command()
def claim(case: str = CaseId, token: str = desk.Token) -> None:
    """Take a case for yourself, for a while."""
    _act(token, case, "claim")


@app.command()
def release(case: str = CaseId, token: str = desk.Token) -> None:
    """Give a claimed case back."""
    _act(token, case, "release")


@app.command()
def assess(
    case: str = CaseId,
    form: str = typer.Argument(..., help="The assessment as JSON, or - to read it from standard input."),
    token: str = desk.Token,
) -> None:
    """Keep a structured assessment; the fields are those of the API's assess operation."""
    user = _actor(token)
    from turs.desk.review.forms import AssessmentForm

    text = typer.get_text_stream("stdin").read() if form == "-" else form
    try:
        fields = jsonlib.loads(text)
    except ValueError as problem:
        say.fail(f"the assessment is no JSON: {problem}")
    filled = AssessmentForm.of(fields if isinstance(fields, dict) else {})
    if not filled.is_valid():
        faults = "; ".join(f"{name}: {' '.join(messages)}" for name, messages in filled.errors.items())
        say.fail(faults, "The fields are those of POST /api/v1/cases/{id}/assess.")
    _act_as(user, case, "assess", filled.judgement())


@app.command()
def propose(
    case: str = CaseId,
    outcome: str = typer.Argument(..., help="protected, no_action, monitor, refer or emergency."),
    reason: str = typer.Argument(..., help="Why, in a sentence."),
    remark: str = typer.Option("", "--remark", help="Why a referral or a threat to life against the assessment."),
    token: str = desk.Token,
) -> None:
    """Propose an outcome; a second person confirms it."""
    desk.open_desk()
    from turs.desk.review.vocabulary import Outcome

    if outcome not in Outcome.values:
        say.fail(f"there is no outcome {outcome}", f"Use one of {', '.join(Outcome.values)}.")
    _act(token, case, "propose", outcome, reason, remark)


@app.command()
def undo(case: str = CaseId, token: str = desk.Token) -> None:
    """Take your own proposal back, within a minute."""
    _act(token, case, "undo")


@app.command()
def confirm(case: str = CaseId, answer: str = typer.Argument(""), token: str = desk.Token) -> None:
    """Confirm somebody else's proposal."""
    _act(token, case, "confirm", answer)


@app.command("return")
def return_(
    case: str = CaseId, reason: str = typer.Argument(..., help="Why, in a sentence."), token: str = desk.Token
) -> None:
    """Send somebody else's proposal back."""
    _act(token, case, "return_", reason)


def _actor(token: str) -> Any:
    desk.open_desk()
    return desk.user_of(token)


def _case(user: Any, case: str) -> Any:
    from django.http import Http404

    from turs.desk.coalition.policy import Policy
    from turs.desk.review.models import Case

    try:
        return Policy(user).get(Case, own=True, pk=case)
    except Http404:
        say.fail(f"there is no case {case} that you may see", "turs case list shows yours.")


def _act(token: str, case: str, verb: str, *args: Any) -> None:
    _act_as(_actor(token), case, verb, *args)


def _act_as(user: Any, case: str, verb: str, *args: Any) -> None:
    from django.core.exceptions import PermissionDenied

    from turs.desk.review import services
    from turs.desk.review.rules import Blocked

    found = _case(user, case)
    try:
        getattr(services, verb)(user, found, *args)
    except (Blocked, PermissionDenied) as problem:
        desk.refused(problem)
    found.refresh_from_db()
    say.line(_facts(found))


def _facts(case: Any) -> dict[str, Any]:
    decision = case.decision
    return {
        "id": str(case.pk), "posting": str(case.lead_id), "state": case.state, "priority": case.priority,
        "tier": case.tier, "language": case.language, "copies": case.copies, "source": case.lead.source.name,
        "claimed_by": case.claimant.username if case.claimant else None,
        "outcome": decision.outcome if decision else None, "excerpt": " ".join(case.lead.body.split())[:80],
    }  # fmt: skip
