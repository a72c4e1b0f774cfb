"""Priority: threat to life leads, protected text is never raised, and the parts add up."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from turs.triage import FUNCTIONS, TIERS, Facts, priority
from turs.triage.priorities import EXTRA_LIMIT, FUNCTION_TIER, TIER_POINTS


def test_the_parts_add_up_to_the_score() -> None:
    for label, known, sure, flag in product(FUNCTIONS, ((), ("crisis",)), (True, False), (True, False)):
        seen = priority(Facts(frozenset((label,)), known, sure, minors=flag, imminent=flag, links=flag, disguised=flag))
        assert seen.score == sum(part.points for part in seen.parts)
        assert 0 <= seen.score <= 100


def test_threat_to_life_leads_whatever_else_is_true() -> None:
    threat = priority(Facts(frozenset(("threaten",)), is_call=True, threatens_life=True))
    worst_else = priority(
        Facts(
            frozenset(FUNCTIONS) - {"threaten", "incite"},
            ("crisis",),
            True,
            True,
            minors=True,
            imminent=True,
            disguised=True,
            links=True,
        )
    )
    assert threat.tier == "threat_to_life"
    assert threat.score > worst_else.score


def test_tiers_stand_further_apart_than_all_extras_reach() -> None:
    points = [TIER_POINTS[tier] for tier in TIERS]
    assert all(a - b > EXTRA_LIMIT for a, b in pairwise(points))


@pytest.mark.parametrize("flag", ["protected", "suppressed"])
def test_protected_and_harmless_content_is_never_raised(flag: str) -> None:
    facts = Facts(frozenset(FUNCTIONS), ("threat_to_life",), True, True, minors=True, imminent=True, **{flag: True})
    seen = priority(facts)
    assert (seen.score, seen.tier) == (0, "none")
    assert seen.parts[0].name == flag


def test_output_in_a_groups_own_name_is_one_step_up() -> None:
    plain = priority(Facts(frozenset(("recruit",)), is_call=True))
    official = priority(Facts(frozenset(("recruit",)), is_call=True, speaks_as_group=True))
    assert (plain.tier, official.tier) == ("promotional", "designation")


def test_cues_without_a_clear_call_order_half_as_high() -> None:
    threat = frozenset(("threaten",))
    assert priority(Facts(threat)).score == priority(Facts(threat, is_call=True)).score / 2


def test_every_function_has_a_tier() -> None:
    assert set(FUNCTION_TIER) == set(FUNCTIONS)
