"""What a posting asks or does to its readers: recruit, raise funds, threaten … with the words that show it.

A cue counts only in the writer's own voice. The same words quoted, reported, negated or condemned are
shown too, but they speak for the writer, not against.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from turs.posting import Finding, Span
from turs.triage.evidence import Evidence, Hit, data

VERSION = "functions/2"
FUNCTIONS = ("promote_ideas", "recruit", "incite", "threaten", "instruct", "claim_attack", "fundraise",
             "intimidate_local", "internal_morale", "counter_our_message")
"""Function labels (field guide 4.1); cues exist for all but the last."""

MOST_SPANS = 10
_NOT_OWN: Mapping[str, Mapping[str, str]] = {
    "quoted": {"ar": "الكلام مقتبس وليس كلام الكاتب.", "en": "The words are quoted, not the writer's own."},
    "reported": {"ar": "الكلام منقول عن غيره.", "en": "The words are reported of somebody else."},
    "negated": {"ar": "الكلام منفي أو منهي عنه.", "en": "The words are negated."},
    "condemned": {"ar": "الكلام مذكور لرفضه.", "en": "The words are mentioned to reject them."},
}


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue that was found. voice: ``own`` or why it is not (see `turs.triage.evidence.Hit`).

    life: the cue is violence to come, against people or where they will be.
    """

    id: str
    label: str
    score: float
    span: Span
    voice: str
    reason: dict[str, str]
    sentence: int
    life: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """How much a text speaks as a group that calls its readers to something.

    strength: sum over distinct cues in the own voice, plus evidence of a group's own voice. spans, reasons: from both.
    """

    cues: tuple[Cue, ...]
    strength: float
    spans: tuple[Span, ...]
    reasons: tuple[dict[str, str], ...]
    speaks_as_group: bool
    threatens_life: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of the data file, ready for use. needs: for each part, the slots that can play it. must: those
    without which it cannot hold.
    """

    id: str
    label: str
    score: float
    reason: dict[str, str]
    needs: tuple[tuple[str, ...], ...]
    must: frozenset[str]
    within: int
    ordered: bool
    across: bool
    life: bool
    unless: tuple[str, ...]


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_rule(each) for each in data("functions")["cues"])


def _rule(row: Mapping[str, Any]) -> _Rule:
    needs = tuple(tuple(need.split("|")) for need in row["needs"])
    return _Rule(row["id"], row["label"], row["score"], row["reason"], needs,
                 frozenset(slots[0] for slots in needs if len(slots) == 1), row["within"], row.get("ordered", True),
                 row.get("across", False), row.get("life", False),
                 tuple(row["unless"].split("|")) if "unless" in row else ())


def cues(evidence: Evidence) -> tuple[Cue, ...]:
    """Every cue of the data file found in a text, whoever's voice it is in, by place."""
    found = []
    hits = evidence.hits
    present = hits.keys()
    for rule in _rules():
        if not rule.must <= present:
            continue
        first, *rest = [_hits(evidence, slots) for slots in rule.needs]
        barred = {hit.sentence for hit in _hits(evidence, rule.unless)}
        for hit in first[:50]:
            if hit.sentence in barred:
                continue
            partners = [_partner(hit, others, rule.within, rule.ordered, rule.across) for others in rest]
            parts = [hit, *(partner for partner in partners if partner is not None)]
            if len(parts) <= len(rest):
                continue
            voice = next((each.voice for each in parts if each.voice != "own"), "own")
            span = evidence.span(min(each.start for each in parts), max(each.end for each in parts))
            found.append(Cue(rule.id, rule.label, rule.score, span, voice, rule.reason, hit.sentence, rule.life))
    return tuple(sorted(found, key=lambda cue: (cue.span.start, cue.span.end, cue.id)))


def call(evidence: Evidence, found: tuple[Cue, ...]) -> Call:
    """The case that a text is a call by or for a group."""
    own = [cue for cue in found if cue.voice == "own"]
    best: dict[str, Cue] = {}
    for cue in own:
        best.setdefault(cue.id, cue)
    strength, spans, reasons = sum(cue.score for cue in best.values()), [cue.span for cue in best.values()], [
        cue.reason for cue in best.values()]
    as_group = False
    if not own:
        return Call((), 0.0, (), (), False)
    for voice in data("functions")["voice"]:
        hits = evidence.own(voice["slot"])
        if "then" in voice:
            then = evidence.hits.get(voice["then"], ())
            hits = tuple(hit for hit in hits if _partner(hit, then, voice["within"], ordered=True, across=False))
        if hits and ("with" not in voice or any(cue.label == voice["with"] for cue in own)):
            strength += voice["score"]
            as_group = as_group or voice["score"] >= 1
            spans.append(evidence.span(hits[0].start, hits[0].end))
            reasons.append(voice["reason"])
    return Call(tuple(own), round(strength, 2), tuple(spans), tuple(reasons), as_group,
                any(cue.life for cue in own))


def findings(found: tuple[Cue, ...], sure: bool) -> tuple[Finding, ...]:
    """One finding per function and voice. sure: the posting is a call, so the words mean what they say."""
    grouped: dict[tuple[str, str], list[Cue]] = {}
    for cue in found:
        grouped.setdefault((cue.label, cue.voice), []).append(cue)
    out = []
    for label in FUNCTIONS:
        for voice in ("own", *_NOT_OWN):
            group = grouped.get((label, voice))
            if not group:
                continue
            reasons = list({cue.id: cue.reason for cue in group}.values())
            reason = {language: " ".join(each[language] for each in reasons) for language in ("ar", "en")}
            score = 0.0
            if voice == "own":
                score = round(min(1.0, sum({cue.id: cue.score for cue in group}.values()) / 2), 2) * (1 if sure else .5)
            else:
                reason = {language: f"{reason[language]} {_NOT_OWN[voice][language]}" for language in reason}
            spans = tuple(dict.fromkeys(cue.span for cue in group))[:MOST_SPANS]
            out.append(Finding("function", label, score, reason, VERSION, spans, protects=voice != "own"))
    return tuple(out)


def _hits(evidence: Evidence, slots: tuple[str, ...]) -> tuple[Hit, ...]:
    """Hits of any of some slots."""
    if len(slots) == 1:
        return evidence.hits.get(slots[0], ())
    return tuple(hit for slot in slots for hit in evidence.hits.get(slot, ()))


def _partner(hit: Hit, others: Iterable[Hit], within: int, ordered: bool, across: bool) -> Hit | None:
    """The nearest of some other hits in the same sentence (or the next, where the rule says so) and within reach,
    in order unless the rule says not."""
    best, nearest = None, within
    for other in others:
        if abs(other.sentence - hit.sentence) > across:
            continue
        if other.start >= hit.end:
            gap = other.start - hit.end
        elif not ordered and other.end <= hit.start:
            gap = hit.start - other.end
        else:
            continue
        if gap < nearest or (gap == nearest and best is None):
            best, nearest = other, gap
    return best
