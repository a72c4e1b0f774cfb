"""Everything that the page of one posting shows; the page of a case shows it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.dispatch import Signal
from django.utils import timezone

from ..coalition.policy import Policy
from . import evidence, reading, same, words
from .models import Capture, Examination, Exposure, Posting, PostingMedia

PAUSE_AT = 25
"""Pictures looked at in a day from which a pause is suggested (guide, safeguard G7)."""

shown = Signal()
"""Sent when the page of a posting is made: `policy`, `posting`. A room above answers with a `Beside`, or nothing."""


@dataclass(frozen=True)
class Beside:
    """What a room above adds to the page of a posting.

    template: of the panel. facts: its context. acts_on: ids of other objects whose ledger entries belong to the custody
    log of the posting.
    """

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    acts_on: Sequence[Any] = ()


def beside(policy: Policy, posting: Posting) -> list[Beside]:
    """Every answer to `shown`."""
    answers = shown.send(sender=Posting, policy=policy, posting=posting)
    return [answer for _receiver, answer in answers if isinstance(answer, Beside)]


def context(policy: Policy, posting: Posting, acts_on: Sequence[Any] = ()) -> dict[str, Any]:
    """Context of the templates ``content/_reader.html``, ``_evidence.html`` and ``_elsewhere.html``."""
    examinations = list(policy.rows(Examination).filter(posting=posting).order_by("-at", "-id"))
    media = list(policy.rows(PostingMedia).filter(posting=posting).select_related("item"))
    capture = policy.rows(Capture).filter(posting=posting).select_related("import_record", "collector").first()
    return {
        "posting": posting,
        "headline": reading.headline(posting.title, posting.text),
        "reading": reading.of(posting, examinations[0] if examinations else None),
        "examinations": examinations,
        "media": media,
        **(exposures(policy) if media else {}),
        "capture": capture,
        "record": words.record(capture) if capture else None,
        "elsewhere": same.elsewhere(policy, posting),
        "custody": evidence.custody(posting, policy.user, acts_on),
        "own": posting.agency_id == policy.user.agency_id,
        "facts": words.facts(posting),
        "raw_facts": words.raw_facts(posting),
    }


def exposures(policy: Policy) -> dict[str, Any]:
    """How many pictures the reader looked at today, for the reader alone; whether a pause is suggested."""
    today = policy.rows(Exposure).filter(at__date=timezone.localdate()).count()
    return {"exposures": today, "pause": today >= PAUSE_AT}
