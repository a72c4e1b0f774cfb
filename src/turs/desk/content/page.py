"""Everything that the page of one posting shows; the page of a case shows it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.dispatch import Signal
from django.utils import timezone

from ..coalition.policy import Policy
from . import evidence, reading, same
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
    today = policy.rows(Exposure).filter(at__date=timezone.localdate()).count() if media else 0
    return {
        "posting": posting,
        "headline": reading.headline(posting.title, posting.text),
        "reading": reading.of(posting, examinations[0] if examinations else None),
        "examinations": examinations,
        "media": media,
        "exposures": today,
        "pause": today >= PAUSE_AT,
        "capture": policy.rows(Capture).filter(posting=posting).select_related("import_record", "collector").first(),
        "elsewhere": same.elsewhere(policy, posting),
        "custody": evidence.custody(posting, policy.user, acts_on),
        "own": posting.agency_id == policy.user.agency_id,
        "facts": facts_of(posting),
    }


def facts_of(posting: Posting) -> list[tuple[str, str]]:
    """The small facts of the format (`extra`) that can be shown as text. Never the handle of a person."""
    extra = posting.extra if isinstance(posting.extra, Mapping) else {}
    hidden = {"author", "from", "from_id", "user", "username", "actor", "forwarded_from"}
    return [
        (str(name), str(value)[:300])
        for name, value in sorted(extra.items(), key=lambda pair: str(pair[0]))
        if name not in hidden and isinstance(value, str | int | float) and value != ""
    ]
