"""The same content elsewhere, among what the reader may see: equal text, equal payload, near pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from turs.match import HammingIndex
from turs.match.perceptual import LOWEST_QUALITY, MATCH_DISTANCE

from ..coalition.policy import Policy
from .models import Posting, PostingMedia

SHOWN = 20
"""Postings listed on a page; the rest are behind the number."""


@dataclass(frozen=True)
class Near:
    """A posting that carries a picture close to one of this posting."""

    posting: Posting
    distance: int


@dataclass(frozen=True)
class Elsewhere:
    """Where else this content was seen. `count` counts all, `postings` are the first of them."""

    count: int
    postings: list[Posting]
    near: list[Near]

    @property
    def total(self) -> int:
        return self.count + len(self.near)


def elsewhere(policy: Policy, posting: Posting) -> Elsewhere:
    """Other postings with the same content, and those with a picture within `MATCH_DISTANCE` bits of one of its own."""
    copies = policy.rows(Posting).filter(content_key=posting.content_key).exclude(pk=posting.pk)
    listed = list(copies.select_related("source", "agency").order_by("published_at", "id")[:SHOWN])
    return Elsewhere(copies.count(), listed, near_pictures(policy, posting, copies))


def near_pictures(policy: Policy, posting: Posting, copies: QuerySet[Posting]) -> list[Near]:
    """Postings with a near picture, nearest first; those that are copies anyway are left out."""
    own = [
        place.item.pdq
        for place in posting.attachments.select_related("item")
        if len(place.item.pdq) == 64 and place.item.quality >= LOWEST_QUALITY
    ]
    return pictures_near(policy, own, policy.rows(PostingMedia).exclude(posting=posting).exclude(posting__in=copies))


def pictures_near(policy: Policy, values: Sequence[str], places: QuerySet[PostingMedia] | None = None) -> list[Near]:
    """Postings with a picture within `MATCH_DISTANCE` bits of one of these PDQ hashes, nearest first.

    places: where to look; everywhere the reader may for `None`.
    """
    if not values:
        return []
    visible = policy.rows(PostingMedia) if places is None else places
    candidates = [
        (value, key)
        for value, key in visible.filter(item__quality__gte=LOWEST_QUALITY)
        .exclude(item__pdq="")
        .values_list("item__pdq", "posting")
        if len(value) == 64
    ]
    if not candidates:
        return []
    index = HammingIndex(value for value, _key in candidates)
    nearest: dict[object, int] = {}
    for value in values:
        for found in index.search(value, MATCH_DISTANCE):
            key = candidates[found.key][1]
            nearest[key] = min(found.distance, nearest.get(key, found.distance))
    keys = sorted(nearest, key=lambda key: (nearest[key], str(key)))[:SHOWN]
    rows = policy.rows(Posting).select_related("source", "agency").in_bulk(keys)
    return [Near(rows[key], nearest[key]) for key in keys if key in rows]


def known_copies(policy: Policy, postings: QuerySet[Posting]) -> QuerySet[Posting]:
    """Those of `postings` whose content the same agency held already when they came: nobody had to read them."""
    earlier = policy.rows(Posting).filter(
        agency=OuterRef("agency"), content_key=OuterRef("content_key"), created_at__lt=OuterRef("created_at")
    )
    return postings.filter(Exists(earlier))
