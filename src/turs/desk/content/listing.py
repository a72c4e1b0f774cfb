"""The list of postings: its filters, as they stand in the address, and the rows they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Left
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from turs.text import normalise
from turs.triage import PROTECTED

from ..coalition.policy import Policy
from ..coalition.vocabulary import TLP
from . import matched, same
from .models import Bank, BankEntry, Posting, Source, TermEntry, TermList
from .vocabulary import Genre, Tier

PAGE = 50
"""Postings on a page of the list."""
ALL = ("", pgettext_lazy("filter", "All"))


class Filters(forms.Form):
    """Filters of the list of postings. A value that cannot be meant leaves nothing, and says so."""

    q = forms.CharField(label=_("Words in the text"), required=False, max_length=200)
    source = forms.ModelChoiceField(None, label=_("Source"), required=False, empty_label=ALL[1])
    genre = forms.ChoiceField(
        label=_("Genre"), required=False, choices=[ALL, ("protected", _("Protected speech")), *Genre.choices]
    )
    tier = forms.ChoiceField(label=_("Tier"), required=False, choices=[ALL, ("any", _("Any alert")), *Tier.choices])
    language = forms.CharField(label=_("Language"), required=False, max_length=8)
    tlp = forms.ChoiceField(label=_("TLP"), required=False, choices=[ALL, *TLP.choices])
    since = forms.CharField(required=False, widget=forms.HiddenInput)
    media = forms.BooleanField(label=_("With pictures or media"), required=False)
    copies = forms.BooleanField(label=_("Known when it came"), required=False)
    same = forms.UUIDField(required=False, widget=forms.HiddenInput)
    bank = forms.ModelChoiceField(None, required=False, widget=forms.HiddenInput)
    entry = forms.ModelChoiceField(None, required=False, widget=forms.HiddenInput)
    terms = forms.ModelChoiceField(None, required=False, widget=forms.HiddenInput)
    term = forms.ModelChoiceField(None, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, policy: Policy) -> None:
        super().__init__(data)
        self.policy = policy
        self.fields["import"] = forms.UUIDField(required=False, widget=forms.HiddenInput)
        for name, label in (("from", _("Published from")), ("to", _("Published until"))):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date"})
            )
        tongues = policy.rows(Posting).order_by("language").values_list("language", flat=True).distinct()
        self.languages = list(tongues)
        for name, model in {
            "source": Source, "bank": Bank, "entry": BankEntry, "terms": TermList, "term": TermEntry
        }.items():  # fmt: skip
            self.fields[name].queryset = policy.rows(model)  # type: ignore[attr-defined]

    def clean_since(self) -> datetime | None:
        return instant(self.cleaned_data["since"])

    def rows(self) -> QuerySet[Posting]:
        """The postings that the reader may see and that pass every filter."""
        everything = self.policy.rows(Posting)
        if not self.is_valid():
            return everything.none()
        chosen = self.cleaned_data
        found = everything
        for name, lookup in PLAIN.items():
            if chosen[name]:
                found = found.filter(**{lookup: chosen[name]})
        if chosen["from"]:
            found = found.filter(published_at__gte=_midnight(chosen["from"]))
        if chosen["to"]:
            found = found.filter(published_at__lt=_midnight(chosen["to"] + timedelta(days=1)))
        if chosen["genre"]:
            found = found.filter(genre__in=PROTECTED if chosen["genre"] == "protected" else [chosen["genre"]])
        if chosen["tier"]:
            found = found.exclude(tier=Tier.NONE) if chosen["tier"] == "any" else found.filter(tier=chosen["tier"])
        if chosen["media"]:
            found = found.filter(attachments__isnull=False).distinct()
        if chosen["copies"]:
            found = same.known_copies(self.policy, found)
        if chosen["same"]:
            key = everything.filter(pk=chosen["same"]).values("content_key")
            found = found.filter(content_key__in=key)
        known = {name: chosen[name] for name in ("bank", "entry", "terms", "term") if chosen[name]}
        if known:
            found = matched.matching(found, **known)
        return found.filter(words_in(chosen["q"], "folded"))


@dataclass(frozen=True)
class Chip:
    """A filter without a field of its own: what it does, and the address without it."""

    words: Any
    address: str


CHIPS: Mapping[str, Any] = {
    "since": _("Came in since you last looked"),
    "import": _("From one import"),
    "same": _("With one content"),
    "bank": _("Matches one bank"),
    "entry": _("Matches one fingerprint"),
    "terms": _("Has words of one list"),
    "term": _("Has one term"),
}


def chips(given: QueryDict) -> list[Chip]:
    """The filters of `given` that no field shows."""
    found = []
    for name, words in CHIPS.items():
        if given.get(name):
            rest = given.copy()
            rest.pop(name)
            rest.pop("page", None)
            found.append(Chip(words, f"?{rest.urlencode()}"))
    return found


PLAIN = {
    "source": "source", "language": "language", "tlp": "tlp", "since": "created_at__gt",
    "import": "capture__import_record",
}  # fmt: skip
"""Filters that are one comparison."""


def words_in(query: str, field: str) -> Q:
    """Every word of `query`, normalised as the stored text was: spelling, vowel signs and case do not matter."""
    found = Q()
    for word in normalise(query or "", "search").text.split():
        found &= Q(**{f"{field}__contains": word})
    return found


def instant(text: str) -> datetime | None:
    """An ISO 8601 instant from an address; a plus sign that became a space is mended."""
    try:
        value = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    return value if value.tzinfo else timezone.make_aware(value)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def lines(rows: QuerySet[Posting]) -> QuerySet[Posting]:
    """`rows` with what a line of a list needs, and no more: long texts stay in the database."""
    return (
        rows.select_related("source", "agency")
        .defer("text", "folded", "extra", "links")
        .annotate(opening=Left("text", 300))
        .order_by(F("published_at").desc(nulls_last=True), "id")
    )
