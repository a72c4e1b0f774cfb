"""The places of the desk: what the side, the bottom bar and ``g`` + letter lead to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """name: of the URL. icon: Lucide's. key: letter after ``g`` (the physical key). verb: who may go; "" for all."""

    name: str
    label: object
    icon: str
    key: str
    verb: str = ""
    address: str = ""
    here: bool = False


PLACES = (
    Place("board", _("Board"), "layout-dashboard", "b"),
    Place("queue", _("Queue"), "list-checks", "q", "view"),
    Place("postings", _("Postings"), "newspaper", "p", "view"),
    Place("imports", _("Imports"), "folder-up", "i", "view"),
    Place("sources", _("Sources"), "radio-tower", "s", "view"),
    Place("banks", _("Banks"), "library", "k", "view"),
    Place("example", _("Search by example"), "scan-search", "e", "view"),
    Place("coalition", _("Coalition"), "landmark", "o", "directory"),
    Place("users", _("Users"), "users", "u", "manage"),
    Place("ledger", _("Ledger"), "scroll-text", "l", "audit"),
    Place("me", _("Settings"), "settings", "m"),
)
FIRST = 4
"""So many places stand in the bottom bar of a phone; the others are behind “More”."""


def places(may: Collection[str], path: str) -> list[Place]:
    """The places open to a reader who may do `may`, the one that `path` is in marked as here."""
    found = []
    for place in PLACES:
        if place.verb and place.verb not in may:
            continue
        try:
            address = reverse(place.name)
        except NoReverseMatch:
            continue
        found.append((place, address))
    inside = [address for _place, address in found if path == address or (address != "/" and path.startswith(address))]
    here = max(inside, key=len, default="")
    return [
        Place(place.name, place.label, place.icon, place.key, place.verb, address, address == here)
        for place, address in found
    ]
