"""Forms of content: bringing in, sources, banks, term lists. What is wrong is said at its field, with the remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from turs.collect import FIELDS, READERS, Option

from ..coalition.vocabulary import TLP
from .fingerprints import FILE
from .vocabulary import EntryKind, LawfulBasis, Polarity, ProducerTier, Tier

OPTION_NAMES: Mapping[str, str | Promise] = {
    "source": _("Name of the source"),
    "language": _("Language of the text"),
    "timezone": _("Time zone"),
    "url": _("Address of the publication"),
    "published_at": _("Time of publication"),
    "map": _("Columns"),
    "header": _("The first line holds the names of the columns"),
    "authority": _("Reference of the lawful authority"),
    "address": _("Address of the channel"),
    "station": _("Station"),
    "programme": _("Programme"),
    "start": _("Start of the broadcast"),
    "content_type": _("Content-Type header"),
}
"""Names of reader options in words; an option that is not listed goes by its own name."""
FIELD_NAMES: Mapping[str, str | Promise] = {
    "text": _("Text"),
    "title": _("Title"),
    "source": _("Source"),
    "url": _("Address"),
    "published_at": _("Time of publication"),
    "language": _("Language"),
    "id": _("Identifier"),
    "media": _("Media files"),
}
"""What a column of a table may hold, in words."""
MOST_TEXT = 1_000_000
"""Characters of a pasted text."""


def in_words(words: Mapping[str, str]) -> str:
    """The sentence of a declared mapping (``ar``, ``en``) in the reader's language."""
    return words["ar" if (get_language() or "ar").startswith("ar") else "en"]


_lazily = lazy(in_words, str)


def moment(**attributes: Any) -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local", "dir": "ltr", **attributes}, format="%Y-%m-%dT%H:%M")


def reader_choices() -> list[tuple[str, str]]:
    """Every reader under its title; first of all, the choice by content."""
    return [("", gettext("Recognise it from the file"))] + [
        (name, in_words(reader.title)) for name, reader in READERS.items()
    ]


def options_of(reader: str) -> list[Option]:
    """The options to ask for: those of `reader`; where it is found by itself, those that several readers share."""
    if reader in READERS:
        return list(READERS[reader].options)
    count = Counter(option.name for each in READERS.values() for option in each.options)
    shared = {option.name: option for each in READERS.values() for option in each.options}
    return [option for name, option in shared.items() if name != "map" and (count[name] > 2 or name == "authority")]


class Files(forms.FileField):
    """Several files at once. An empty file among others is let in: its reader rejects it by name."""

    widget = type("ManyFiles", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty_file=True, max_length=500, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [file for file in (data or []) if file]
        if not given:
            raise forms.ValidationError(gettext("There is no file here. Choose at least one."), code="required")
        if all(file.size == 0 for file in given):
            words = gettext("The file is empty. Save or export it again, then choose it.")
            raise forms.ValidationError(words, code="empty")
        return given


class ImportForm(forms.Form):
    """What both ways of bringing content in ask for: who may see it, and what to call it."""

    tlp = forms.ChoiceField(
        label=_("Who may see it (TLP)"), choices=TLP.choices, initial=TLP.AMBER,
        help_text=_("AMBER: your state or organisation. AMBER+STRICT: your agency. GREEN: the coalition. "
                    "RED: you and people you name."),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Name of this import"), required=False, max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("To find it again. Without a name, the first file gives it."),
    )  # fmt: skip


class UploadForm(ImportForm):
    """Files or a folder, with the reader and its options."""

    files = Files(label=_("Files"))
    reader = forms.ChoiceField(label=_("Kind of file"), required=False)
    field_order = ["files", "reader", "tlp", "title"]

    def __init__(self, *args: Any, reader: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reader"].choices = reader_choices()
        self.fields["reader"].initial = reader
        self.asked = options_of(self.data.get("reader", "") if self.is_bound else reader)
        for option in self.asked:
            self.fields[f"option_{option.name}"] = _option_field(option)

    @property
    def option_fields(self) -> list[forms.BoundField]:
        return [self[f"option_{option.name}"] for option in self.asked]

    @property
    def _shown(self) -> bool:
        """Whether the options of this reader stood on the page: a box that nobody saw was not left empty on purpose."""
        return bool(self.data.get("shown", "-") == (self["reader"].value() or ""))

    @property
    def chosen(self) -> Any:
        """The chosen reader, or None where it is recognised from the file."""
        return READERS.get(self["reader"].value() or "")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found["options"] = options = {}
        for option in self.asked:
            name = f"option_{option.name}"
            if name not in found or (option.kind == "bool" and not self._shown):
                continue
            value = found[name]
            if isinstance(value, datetime):
                value = value.isoformat()
            if value in ("", None):
                continue
            try:
                parsed = option.parse(value)
            except (ValueError, TypeError, OverflowError):
                self.add_error(name, gettext("This value does not fit. %(help)s") % {"help": in_words(option.help)})
                continue
            if value != option.default:
                options[option.name] = parsed if option.kind == "map" else value
        if columns := column_map(self.data):
            options["map"] = columns
        return found


def _option_field(option: Option) -> forms.Field:
    facts: dict[str, Any] = {
        "label": OPTION_NAMES.get(option.name, option.name), "help_text": _lazily(option.help),
        "required": option.required,
    }  # fmt: skip
    if option.kind == "bool":
        return forms.BooleanField(**{**facts, "required": False}, initial=bool(option.default))
    if option.kind == "datetime":
        return forms.DateTimeField(**{**facts, "help_text": _("In universal time (UTC).")}, widget=moment())
    initial = "" if option.kind == "map" else option.default or ""
    return forms.CharField(
        **facts, max_length=1000 if option.kind == "map" else 500, initial=initial,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip


def column_map(data: Mapping[str, Any]) -> dict[str, str]:
    """The column map of a form with a ``map_<field>`` for each field: field -> ``#number``; {} where none is."""
    if not any(f"map_{field}" in data for field in FIELDS):
        return {}
    given = {field: str(data.get(f"map_{field}", "")).strip() for field in FIELDS}
    return {field: column if re.fullmatch(r"#\d{1,4}", column) else "" for field, column in given.items()}


class PasteForm(ImportForm):
    """A text that was copied somewhere, with where and when it was published."""

    text = forms.CharField(
        label=_("Text"), max_length=MOST_TEXT, strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto", "class": "paste"}),
    )  # fmt: skip
    headline = forms.CharField(
        label=_("Title of the publication"), required=False, max_length=500,
        widget=forms.TextInput(attrs={"dir": "auto"}), help_text=_("It is kept as the first line of the text."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Where was it published?"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("The name of the site, channel or station. Never the name of a person."),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address of the publication"), required=False, max_length=2000,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url"}),
    )  # fmt: skip
    published_at = forms.DateTimeField(label=_("Time of publication (UTC)"), required=False, widget=moment())
    field_order = ["text", "headline", "source", "url", "published_at", "tlp", "title"]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(gettext("There is no text here. Paste the text of the publication."))
        return text

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url and not re.match(r"(?i)https?://[^\s/]+", url):
            raise forms.ValidationError(gettext("This is not a web address. It begins with http:// or https://."))
        return url

    @property
    def file(self) -> bytes:
        """The pasted text as the file that is kept as evidence."""
        headline = self.cleaned_data["headline"]
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        return (f"{headline}\n\n{text}" if headline else text).encode("utf-8", "replace")

    @property
    def options(self) -> dict[str, str]:
        """What the reader of plain text is told about it."""
        found = {name: self.cleaned_data[name] for name in ("source", "url") if self.cleaned_data[name]}
        if when := self.cleaned_data["published_at"]:
            found["published_at"] = when.isoformat()
        return found


class SourceForm(forms.Form):
    """What people record about a source."""

    producer = forms.ChoiceField(
        label=_("Who makes it?"), choices=ProducerTier.choices,
        help_text=_("Supporters and citizens get stricter care than the outlets of a group."),
    )  # fmt: skip
    lawful_basis = forms.ChoiceField(label=_("Why may we collect from it?"), choices=LawfulBasis.choices)
    authority = forms.CharField(
        label=_("Reference of the lawful authority"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}), help_text=_("Needed for a closed group or channel."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )


class BankForm(forms.Form):
    """A new bank."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    polarity = forms.ChoiceField(
        label=_("What does a match mean?"), choices=Polarity.choices, initial=Polarity.MATCH,
        widget=forms.RadioSelect,
    )  # fmt: skip
    tlp = forms.ChoiceField(label=_("Who may see it (TLP)"), choices=TLP.choices, initial=TLP.AMBER)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("What belongs in here, and who looks after it."),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """The reason for an act, in a sentence."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("One sentence. It is kept in the ledger."),
    )  # fmt: skip


class EntryForm(ReasonForm):
    """Something that a bank should know from now on."""

    kind = forms.ChoiceField(
        label=_("What do you have?"),
        choices=[
            (EntryKind.TEXT, _("A text")),
            (EntryKind.URL, _("An address")),
            (FILE, _("A picture or another file")),
            (EntryKind.SHA256, _("A SHA-256 digest of a file")),
            (EntryKind.MD5, _("An MD5 digest of a file")),
            (EntryKind.PDQ, _("A PDQ fingerprint of a picture")),
        ],
    )
    value = forms.CharField(
        label=_("The text, address or digest"), required=False, max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Only its fingerprint is kept, not the text itself."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("The file"), required=False, allow_empty_file=True,
        help_text=_("Only its fingerprint is kept, not the file. A picture is also known when it comes back altered."),
    )  # fmt: skip
    label = forms.CharField(
        label=_("What is it?"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("A few words for the reader of a match."),
    )  # fmt: skip
    tier = forms.ChoiceField(label=_("Tier of a match"), choices=Tier.choices, initial=Tier.PROMOTIONAL)
    field_order = ["kind", "value", "file", "label", "tier", "reason"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("kind") == FILE and not found.get("file") and "file" not in self.errors:
            self.add_error("file", gettext("Choose the file."))
        return found


class TermListForm(forms.Form):
    """A new term list."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    tlp = forms.ChoiceField(label=_("Who may see it (TLP)"), choices=TLP.choices, initial=TLP.AMBER)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("What belongs in here, and who looks after it."),
    )  # fmt: skip


class TermForm(ReasonForm):
    """A term that a list should know from now on."""

    text = forms.CharField(
        label=_("Term"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("As people write it. Vowel signs, letter forms, joined prefixes and pronouns are handled."),
    )  # fmt: skip
    category = forms.CharField(
        label=_("Category"), max_length=40, initial="name",
        widget=forms.TextInput(attrs={"dir": "auto", "list": "categories"}),
        help_text=_("What the term tells, for example: name, slogan, title."),
    )  # fmt: skip
    language = forms.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?$", label=_("Language"), required=False, max_length=8,
        widget=forms.TextInput(attrs={"dir": "ltr", "list": "languages"}),
        help_text=_("A tag such as ar or en; empty for every language."),
        error_messages={"invalid": _("This is not a language tag. Write for example ar or en.")},
    )  # fmt: skip
    field_order = ["text", "category", "language", "reason"]
