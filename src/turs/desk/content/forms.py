"""Forms of content: bringing in, sources, banks, term lists. What is wrong is said at its field, with the remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from turs.collect import FIELDS, READERS, Option
from turs.formats import FORMATS

from ..coalition.forms import LANGUAGES
from ..coalition.vocabulary import TLP
from ..numerals import digits
from .curation import LIMITS
from .exchange import LARGEST_FILE as LARGEST_LIST
from .fingerprints import FILE, LARGEST_FILE
from .vocabulary import (
    BehaviourLabel,
    EntryKind,
    LawfulBasis,
    OpinionView,
    Polarity,
    ProducerTier,
    TermCategory,
    Tier,
)

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



class Pasted(forms.CharField):
    """A long text as it was before the browser gave it the line ends of a form."""

    def to_python(self, value: Any) -> str:
        return lines(super().to_python(value))


def lines(text: str) -> str:
    """`text` with the line ends of everybody else: a form sends its own."""
    return text.replace("\r\n", "\n")


def later(value: datetime | None) -> datetime | None:
    """A moment, if it is still to come."""
    if value is not None and value <= timezone.now():
        raise forms.ValidationError(gettext("Choose a moment in the future."))
    return value


def _time_zone() -> str:
    return gettext("In the time zone %(zone)s.") % {"zone": timezone.get_current_timezone_name()}


_zone = lazy(_time_zone, str)


def threshold(name: str, label: Any, meaning: Any) -> forms.IntegerField:
    """A threshold of a bank, within its limits."""
    low, high = LIMITS[name]

    def hint() -> str:
        return f"{meaning} " + gettext("From %(low)s to %(high)s.") % {"low": digits(low), "high": digits(high)}

    wrong = _("Give a number from %(low)s to %(high)s.")
    said = lazy(lambda: str(wrong) % {"low": digits(low), "high": digits(high)}, str)()
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, help_text=lazy(hint, str)(),
        widget=forms.NumberInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
    )  # fmt: skip


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


class AtTimes(forms.CharField):
    """A text that is needed at times: its hint says when."""

    at_times = True


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


class DetailsForm(ReasonForm):
    """What is said about a fingerprint."""

    label = forms.CharField(
        label=_("What is it?"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("A few words for the reader of a match."),
    )  # fmt: skip
    tier = forms.ChoiceField(label=_("Tier of a match"), choices=Tier.choices, initial=Tier.PROMOTIONAL)
    labels = forms.MultipleChoiceField(
        label=_("What it shows or does"), choices=BehaviourLabel.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    producer = forms.CharField(
        label=_("Producing organisation"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("The group or outlet that made it. Never a person."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("For whoever judges a match: what to look at, what it is easily mistaken for."),
    )  # fmt: skip
    field_order = ["label", "tier", "labels", "producer", "note", "reason"]


class EntryForm(DetailsForm):
    """Something that a bank should know from now on."""

    kind = forms.ChoiceField(
        label=_("What do you have?"),
        choices=[
            (EntryKind.NEAR_TEXT, _("A text, to be found also when it is changed, cut or embedded")),
            (EntryKind.TEXT, _("A text, to be found only as it reads")),
            (EntryKind.URL, _("An address")),
            (FILE, _("A picture, a video, a document or another file")),
            (EntryKind.SHA256, _("A SHA-256 digest of a file")),
            (EntryKind.MD5, _("An MD5 digest of a file")),
            (EntryKind.PDQ, _("A PDQ fingerprint of a picture")),
            (EntryKind.VPDQ, _("A vPDQ fingerprint of a video")),
        ],
    )
    value = Pasted(
        label=_("The text, address or digest"), required=False, max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Only its fingerprint is kept. A text that is to be found when changed is itself its fingerprint, "
                    "and is kept as it is."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("The file"), required=False, allow_empty_file=True,
        help_text=_("Only its fingerprints are kept, not the file. A picture or a video is also known when it comes "
                    "back altered."),
    )  # fmt: skip
    hold_until = forms.DateTimeField(
        label=_("Hold back until"), required=False, widget=moment(), help_text=_zone(),
    )  # fmt: skip
    field_order = ["kind", "value", "file", "label", "tier", "labels", "producer", "note", "hold_until", "reason"]
    MORE = ("labels", "producer", "note", "hold_until")
    """What few need: behind a fold."""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("kind") == FILE and not found.get("file") and "file" not in self.errors:
            self.add_error("file", gettext("Choose the file."))
        return found

    def clean_hold_until(self) -> datetime | None:
        return later(self.cleaned_data["hold_until"])

    @property
    def first(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name not in (*self.MORE, "reason")]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    @property
    def more_wrong(self) -> bool:
        return any(name in self.errors for name in self.MORE)


class BankSettingsForm(BankForm, ReasonForm):
    """Name, audience and thresholds of a bank."""

    active = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("A bank that is not in use recognises nothing.")
    )
    distance = threshold(
        "distance", _("Bits in which a picture may differ"),
        _("Of 256. 31 is what the authors of PDQ recommend; more finds more, and more that is not the same."),
    )
    containment = threshold(
        "containment", _("Percent of a text to be found again"),
        _("Of the shorter of the two texts. Less finds shorter quotations."),
    )
    video = threshold(
        "video", _("Percent of a video to be found again"), _("Of the frames of either of the two videos.")
    )
    flood = threshold(
        "flood", _("Sources a day from which a fingerprint is questioned"),
        _("A fingerprint seen in so many sources at once is put in quarantine until a person has looked."),
    )
    field_order = ["name", "polarity", "tlp", "active", "distance", "containment", "video", "flood", "note", "reason"]


class ListForm(ReasonForm):
    """A list of fingerprints in a format of the field."""

    file = forms.FileField(
        label=_("The file"), allow_empty_file=True,
        help_text=_("A table, JSON Lines, STIX, MISP, ThreatExchange, Tech Against Terrorism, NCMEC."),
    )  # fmt: skip
    format = forms.ChoiceField(label=_("Format"), required=False, help_text=_("Choose it only where it is mistaken."))
    field_order = ["file", "format", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(name, in_words(each.title)) for name, each in FORMATS.items()]
        self.fields["format"].choices = [("", gettext("Recognise it by its content")), *known]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_LIST:
            limit = {"limit": LARGEST_LIST // 2**20}
            raise forms.ValidationError(gettext("The file is larger than %(limit)s MiB. Split it.") % limit)
        return file


class OpinionForm(forms.Form):
    """What an agency thinks of a fingerprint."""

    view = forms.ChoiceField(
        label=_("What does your agency think?"), choices=OpinionView.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )  # fmt: skip
    reason = AtTimes(
        label=_("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Needed to disagree. Every agency that sees the fingerprint reads it."),
    )  # fmt: skip


class HoldForm(ReasonForm):
    """Until when a fingerprint is held back."""

    until = forms.DateTimeField(
        label=_("Hold back until"), widget=moment(), help_text=_zone(),
        error_messages={"required": _("Choose when it is used again.")},
    )  # fmt: skip
    field_order = ["until", "reason"]


class ExampleForm(forms.Form):
    """Something to be looked up: a file, or a text or an address."""

    file = forms.FileField(label=_("A picture, a video, a document or any file"), required=False, allow_empty_file=True)
    value = Pasted(
        label=_("Or a text or an address"), required=False, max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        file, text = found.get("file"), found.get("value")
        if file and text:
            self.add_error("value", gettext("Give a file or a text, not both: each is looked up by itself."))
        elif file and not file.size:
            self.add_error("file", gettext("The file is empty. Choose another one."))
        elif not file and not text and not self.errors:
            self.add_error("file", gettext("Choose a file, or paste a text or an address below."))
        elif file and file.size > LARGEST_FILE:
            self.add_error("file", gettext("The file is larger than %(limit)s MiB. Give its SHA-256 digest instead.")
                           % {"limit": LARGEST_FILE // 2**20})  # fmt: skip
        return found


class KeepForm(DetailsForm):
    """Fingerprints of an example, to be added to a bank. prints: ``kind:value`` each."""

    bank = forms.ModelChoiceField(None, label=_("Which bank?"), empty_label=None)
    prints = forms.Field(label=_("Which fingerprints?"), required=False, widget=forms.MultipleHiddenInput)
    field_order = ["bank", "prints", "label", "tier", "labels", "producer", "note", "reason"]

    def __init__(self, *args: Any, banks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].queryset = banks

    def clean_prints(self) -> list[tuple[str, str]]:
        given = self.cleaned_data["prints"] or []
        return [(kind, value) for kind, _mark, value in (lines(str(one)).partition(":") for one in given)]


class TermListForm(forms.Form):
    """A new term list."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    tlp = forms.ChoiceField(label=_("Who may see it (TLP)"), choices=TLP.choices, initial=TLP.AMBER)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("What belongs in here, and who looks after it."),
    )  # fmt: skip


OTHER = "other"
"""The choice of a category that the rules do not know."""


def _category_choices() -> list[tuple[str, str]]:
    """Every category with what it means to the rules (``turs.triage``), in the words of a curator."""
    meanings = {
        TermCategory.GROUP_NAME: gettext("tells the rules of whom a text speaks; alone it raises nothing"),
        TermCategory.NAME: gettext("a branch, an alias, an older name; counts like the name of a group"),
        TermCategory.OUTLET: gettext("adds points; as a byline it marks what the group itself published"),
        TermCategory.SLOGAN: gettext("adds points; few but friends of the group say it"),
        TermCategory.HASHTAG: gettext("adds points; counts like a slogan"),
    }
    known = [(str(kind), f"{kind.label} – {words}") for kind, words in meanings.items()]
    return [*known, (OTHER, gettext("Something else – it is marked in the text and raises nothing"))]


class TermForm(ReasonForm):
    """A term that a list should know from now on."""

    text = forms.CharField(
        label=_("Term"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("As people write it. Vowel signs, letter forms, joined prefixes and pronouns are handled."),
    )  # fmt: skip
    category = forms.ChoiceField(
        label=_("What is it?"), choices=_category_choices, widget=forms.RadioSelect,
        help_text=_("The rules use these. A listed word adds points to a text and never gives it a tier by itself."),
        error_messages={"required": _("Choose what it is.")},
    )  # fmt: skip
    own_category = AtTimes(
        label=_("Your own category"), max_length=40, required=False, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Only for something else, for example: title, weapon, place."),
    )  # fmt: skip
    suppress = forms.CharField(
        label=_("Contexts that silence it"), required=False, max_length=3000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("One phrase a line. Where one of them stands close by, the term means something else and is not "
                    "counted there: “the front” beside “weather forecast”."),
    )  # fmt: skip
    language = forms.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?$", label=_("Language"), required=False, max_length=8,
        help_text=_("In which language it is looked at; every language if you are not sure."),
        error_messages={"invalid": _("This is not a language tag. Write for example ar or en.")},
    )  # fmt: skip
    field_order = ["text", "category", "own_category", "suppress", "language", "reason"]
    languages = LANGUAGES

    def clean_suppress(self) -> list[str]:
        return [line for line in self.cleaned_data["suppress"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        own = found.pop("own_category", "").strip()
        if found.get("category") == OTHER:
            found["category"] = own
            if not own and "own_category" not in self.errors:
                self.add_error("own_category", gettext("Give your category a name."))
        return found
