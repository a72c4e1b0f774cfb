"""What kind of text a posting is, from evidence that a reader can check.

The guard can only protect: a protected genre never raises priority and is never put forward for referral
(Regulation (EU) 2021/784, Article 1(3); field guide 1.2 and 6/G3). It looks at who speaks, in whose name, and
whether the words are the writer's own; names of groups it knows only from the curated lists of whoever uses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from turs.posting import Finding, Span
from turs.triage.evidence import Evidence, Hit, data
from turs.triage.functions import Call

VERSION = "genre/2"
GENRES = ("reporting", "commentary", "research", "religious", "counter_speech", "satire", "official_statement",
          "human_rights", "personal", "call", "other")
PROTECTED = frozenset(GENRES[:8])

NAMED_FROM = 1.0
"""Sum of marks from which a genre is named."""

CALL_FROM = 2.0
"""Sum of call cues and of the group's own voice from which a posting is a call."""

FAR_ABOVE = 5.0
"""Sum from which a text that also carries marks of refusal or of satire is a call all the same."""

MOST_SPANS = 10


@dataclass(frozen=True, slots=True)
class Genre:
    """The kind of a text. score: 0 to 1. protected: excluded from referral until a person decides otherwise."""

    label: str
    score: float
    protected: bool
    findings: tuple[Finding, ...]


def genre(evidence: Evidence, call: Call) -> Genre:
    """The genre of a text, with a finding for each genre that has enough marks, and one for criticism."""
    rules = data("genres")
    sums: dict[str, float] = {}
    weights: dict[str, float] = {}
    spans: dict[str, list[Span]] = {}
    reasons: dict[str, list[dict[str, str]]] = {}
    for mark in rules["marks"]:
        hits = evidence.hits.get(mark["slot"], ())
        if not hits:
            continue
        kind = mark["genre"]
        worth = min(mark["most"], mark["score"] * _apart(hits))
        sums[kind] = sums.get(kind, 0.0) + worth
        spans.setdefault(kind, []).extend(evidence.span(hit.start, hit.end) for hit in hits[:4])
        reasons.setdefault(kind, []).append(mark["reason"])
        if not mark.get("weak"):
            weights[kind] = weights.get(kind, 0.0) + worth
    if evidence.hits.get("own_publication"):
        # A group that publishes about itself reports nothing: it keeps no shelter that reporters have.
        for kind in rules["strips"]:
            for table in (sums, weights):
                table.pop(kind, None)
    against = max((weights.get(kind, 0.0) for kind in rules["weigh"]), default=0.0)
    strength = call.strength - sum(
        min(mark["most"], mark["score"] * _apart(evidence.hits.get(mark["slot"], ()))) for mark in rules["lightens"])
    label = _label(sums, strength, against, call)
    findings = [
        Finding("genre", kind, round(min(1.0, sums[kind] / 2), 2), _joined(reasons[kind]), VERSION,
                _some(spans[kind]), protects=kind in PROTECTED)
        for kind in GENRES
        if kind in sums and sums[kind] >= NAMED_FROM
    ]
    if label == "call":
        findings.insert(0, Finding("genre", "call", round(min(1.0, strength / 4), 2), _joined(call.reasons), VERSION,
                                   _some(call.spans)))
    findings += _criticism(evidence)
    score = strength / 4 if label == "call" else sums.get(label, 0.0) / 2
    return Genre(label, round(min(1.0, score), 2), label in PROTECTED, tuple(findings))


def _apart(hits: Iterable[Hit]) -> int:
    """How many hits there are, those inside one another counted once."""
    count, end = 0, -1
    for hit in hits:
        if hit.start >= end:
            count += 1
        end = max(end, hit.end)
    return count


def _label(sums: dict[str, float], strength: float, against: float, call: Call) -> str:
    refused = max(sums.get("counter_speech", 0.0), sums.get("satire", 0.0))
    if call.cues and strength >= CALL_FROM and strength > against and (refused < NAMED_FROM or strength >= FAR_ABOVE):
        return "call"
    best = max(sums, key=lambda kind: (sums[kind], -GENRES.index(kind)), default="other")
    if sums.get(best, 0.0) >= NAMED_FROM:
        return best
    # Too little to name a kind; the smallest sign of personal talk is enough for that, it protects nothing.
    return "personal" if sums.get("personal", 0.0) > 0 and not call.cues else "other"


def _criticism(evidence: Evidence) -> list[Finding]:
    """Sentences in which critics speak, or in which a name or reason is put at a distance by who reports it."""
    critics = {hit.sentence: hit for hit in evidence.hits.get("critics", ())}
    if not critics:
        return []
    return [Finding(
        "genre", "criticism", 1.0,
        {"ar": "جملة تعرض نقد منتقدين أو مراقبين: نقد مشروع، وليس دعاية.",
         "en": "A sentence that gives the view of critics or observers: legitimate criticism, not propaganda."},
        VERSION, tuple(evidence.sentence_span(critics[number]) for number in sorted(critics))[:MOST_SPANS],
        protects=True)]


def _some(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(dict.fromkeys(spans), key=lambda span: (span.start, span.end))[:MOST_SPANS])


def _joined(reasons: Iterable[dict[str, str]]) -> dict[str, str]:
    unique = list({reason["en"]: reason for reason in reasons}.values())
    return {language: " ".join(reason[language] for reason in unique) for language in ("ar", "en")}
