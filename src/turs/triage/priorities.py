"""How urgently a person should look: a short sum of named points that shows its parts.

Threat to life leads whatever else is true; the tier decides, the rest only orders within it. Tiers after
Tech Against Terrorism's alert tiers (field guide 1.8); the idea of a readable score after *Altitude* (1.11).
Points order work. They say nothing about guilt and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

VERSION = "priority/2"
TIERS = ("threat_to_life", "crisis", "designation", "promotional", "none")

TIER_POINTS: Mapping[str, int] = {"threat_to_life": 80, "crisis": 60, "designation": 40, "promotional": 20, "none": 0}
EXTRA_LIMIT = 19
"""What all extras add together at most: less than the step between two tiers."""

MINORS_POINTS = 8
IMMINENT_POINTS = 8
KNOWN_POINTS = 5
DISGUISE_POINTS = 4
LINKS_POINTS = 3
FUNCTIONS_POINTS = 3
"""For each function beyond the first."""

LISTED_POINTS: Mapping[str, int] = {"slogan": 8, "outlet": 8, "hashtag": 6, "group_name": 2, "name": 2}
"""For a curated term, by its category. A slogan is said by few but its friends; of a group's name everybody talks."""
LISTED_LIMIT = 10
"""What all curated terms of a text add together at most: they bring it before a reader, never into a tier."""
LISTED_NAMES = frozenset(("group_name", "name"))
"""Names add points beside something else only: a name alone would bring all who mention a group before a reader."""

UNSURE_FACTOR = 0.5
"""Cues in a text that is no clear call order less than half as high."""

FUNCTION_TIER: Mapping[str, str] = {
    "threaten": "crisis", "incite": "crisis", "instruct": "crisis", "claim_attack": "crisis",
    "recruit": "promotional", "fundraise": "promotional", "promote_ideas": "promotional",
    "intimidate_local": "crisis", "internal_morale": "promotional", "counter_our_message": "promotional",
}
"""Tier of a function; output in a group's own name is one step higher where it would be promotional. A threat of
violence to come against people, or an incitement with a time, in a clear call is a threat to life."""

_TEXT: Mapping[str, tuple[str, str]] = {
    "threat_to_life": ("خطر على حياة الناس", "threat to life"),
    "crisis": ("أزمة: هجوم أو تحريض عليه أو تعليم له", "crisis: an attack, incitement to one, or instruction"),
    "designation": ("إنتاج باسم جماعة", "output in a group's own name"),
    "promotional": ("ترويج أو دعم", "promotion or support"),
    "minors": ("يخاطب القاصرين أو يذكرهم", "minors are addressed or named"),
    "imminent": ("في وقت قريب", "soon"),
    "known": ("محتوى معروف في بنك", "content known to a bank"),
    "disguise": ("كتابة متخفية", "disguised writing"),
    "slogan": ("شعار من قائمة", "a listed slogan"),
    "outlet": ("منبر إعلامي من قائمة", "a listed outlet"),
    "hashtag": ("وسم من قائمة", "a listed hashtag"),
    "group_name": ("اسم جماعة من قائمة", "a listed group's name"),
    "name": ("اسم من قائمة", "a listed name"),
    "links": ("روابط إلى مواضع أخرى", "links to other places"),
    "functions": ("أكثر من وظيفة", "more than one function"),
    "unsure": ("ليست دعوة واضحة", "not clearly a call"),
    "protected": ("نوع محمي: لا يرفع الأولوية", "protected genre: it never raises priority"),
    "suppressed": ("معروف بأنه غير ضار", "known to be harmless"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One addend: its name, its points, and what it means in Arabic and English."""

    name: str
    points: int
    reason: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Priority:
    """A score from 0 to 100, its tier, and the parts that add up to it."""

    score: int
    tier: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the score is made of.

    functions: labels in the writer's own voice. known_tiers: of the bank entries that matched. listed: categories of
    curated terms found. threatens_life: violence to come, against people or where they will be. timed: with a time.
    """

    functions: frozenset[str] = frozenset()
    known_tiers: tuple[str, ...] = ()
    is_call: bool = False
    speaks_as_group: bool = False
    protected: bool = False
    suppressed: bool = False
    minors: bool = False
    imminent: bool = False
    threatens_life: bool = False
    timed: bool = False
    listed: frozenset[str] = frozenset()
    disguised: bool = False
    links: bool = False


def priority(facts: Facts) -> Priority:
    """The score of a posting.

    Harmless known content is 0. A protected genre is 0 and says so. Otherwise: points of the highest tier, halved
    where only cues speak and the text is no clear call, plus extras up to `EXTRA_LIMIT`. Curated terms alone give
    points and no tier; names alone give none.
    """
    if facts.suppressed:
        return Priority(0, "none", (_part("suppressed", 0),))
    if facts.protected:
        return Priority(0, "none", (_part("protected", 0),))
    tier = highest((*facts.known_tiers, *(_tier(label, facts) for label in facts.functions)))
    listed = tuple(_listed(facts.listed))
    if tier == "none" and not facts.known_tiers:
        if facts.listed <= LISTED_NAMES | (facts.listed - LISTED_POINTS.keys()):
            return Priority(0, "none", ())
        return Priority(sum(part.points for part in listed), "none", listed)
    parts = [_part(tier, TIER_POINTS[tier])] if tier != "none" else []
    if tier != "none" and not facts.is_call and not facts.known_tiers:
        parts.append(_part("unsure", -round(TIER_POINTS[tier] * (1 - UNSURE_FACTOR))))
    extras = [_part(name, points) for name, points, holds in (
        ("minors", MINORS_POINTS, facts.minors),
        ("imminent", IMMINENT_POINTS, facts.imminent),
        ("known", KNOWN_POINTS, bool(facts.known_tiers)),
        ("disguise", DISGUISE_POINTS, facts.disguised),
        ("links", LINKS_POINTS, facts.links),
        ("functions", FUNCTIONS_POINTS * (len(facts.functions) - 1), len(facts.functions) > 1),
    ) if holds]
    extras += listed
    left = EXTRA_LIMIT
    for extra in extras:
        points = min(extra.points, left)
        left -= points
        if points:
            parts.append(Part(extra.name, points, extra.reason))
    return Priority(max(0, min(100, sum(part.points for part in parts))), tier, tuple(parts))


def _listed(categories: Iterable[str]) -> Iterator[Part]:
    left = LISTED_LIMIT
    for name in sorted(LISTED_POINTS.keys() & set(categories), key=lambda name: (-LISTED_POINTS[name], name)):
        points = min(LISTED_POINTS[name], left)
        left -= points
        if points:
            yield _part(name, points)


def highest(tiers: Iterable[str]) -> str:
    """The most urgent of some tiers, ``none`` where there are none."""
    return min(tiers, key=TIERS.index, default="none")


def _tier(label: str, facts: Facts) -> str:
    tier = FUNCTION_TIER[label]
    if facts.is_call and ((label == "threaten" and facts.threatens_life) or (label == "incite" and facts.timed)):
        return "threat_to_life"
    return "designation" if tier == "promotional" and facts.is_call and facts.speaks_as_group else tier


def _part(name: str, points: int) -> Part:
    arabic, english = _TEXT[name]
    return Part(name, points, {"ar": arabic, "en": english})
