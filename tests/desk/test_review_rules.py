"""What must hold before a case goes on: the rules alone, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from turs.desk.review import rules
from turs.desk.review.rules import Standing
from turs.desk.review.vocabulary import Outcome, Probability

READY = Standing(
    claimed=True, reads_language=True, assessed=True, doubts=False, protected_genre=False,
    probability=Probability.LIKELY, reason="An open call to violence.",
)  # fmt: skip
REMARK = "It names no group, and it threatens a place and an hour."


def codes(standing: Standing) -> list[str]:
    return [blocker.code for blocker in rules.to_propose(standing)]


@pytest.mark.parametrize("outcome", Outcome.values)
@pytest.mark.parametrize("probability", ["", *Probability.values])
def test_what_goes_against_the_assessment_needs_a_remark(outcome: str, probability: str) -> None:
    below_even = probability in {"almost-no-chance", "very-unlikely", "unlikely"}
    grave = outcome in {"emergency", "refer"}
    standing = replace(READY, outcome=outcome, probability=probability)
    assert codes(standing) == (["against_assessment"] if below_even and grave else [])
    assert codes(replace(standing, remark=REMARK)) == []


@pytest.mark.parametrize("remark", ["", "   ", "x" * (rules.MIN_REASON - 1)])
def test_a_dot_is_no_remark(remark: str) -> None:
    against = replace(READY, outcome=Outcome.EMERGENCY, probability=Probability.VERY_UNLIKELY, remark=remark)
    assert codes(against) == ["against_assessment"]


def test_a_threat_to_life_that_nobody_assessed_needs_no_remark() -> None:
    assert codes(replace(READY, outcome=Outcome.EMERGENCY, assessed=False, doubts=True, probability="")) == []
