"""Forms of coalition: users, one's own preferences and tokens, filters of the ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .models import User
from .vocabulary import Digits, Level, Role, Theme

LANGUAGES: tuple[str, ...] = (
    "ar", "en", "fr", "fa", "ckb", "kmr", "ku", "tr", "ur", "ps", "prs", "ru", "de", "es", "it", "pt", "nl", "so", "sw",
    "ha", "ff", "am", "ti", "bn", "hi", "ta", "id", "ms", "fil", "tl", "th", "uz", "tg", "ky", "kk", "ug", "sq", "bs",
    "uk", "pl", "sv", "da", "el", "he", "zh", "ja", "ko", "ber", "yo", "arz", "az", "sd",
)  # fmt: skip
"""Languages that somebody may be said to read, the frequent ones first (BCP 47)."""
OF_PARTNERS = frozenset({Role.PARTNER_PLATFORM, Role.PARTNER_MEDIA, Role.PARTNER_CSO, Role.PUBLIC_READER})
"""Roles that nobody of an agency holds."""
SKILLS = 4
"""Rows for languages in the form of a user."""
USERNAME = RegexValidator(
    r"^\w[\w.-]*\Z", _("Use letters, digits and . _ - only, and begin with a letter or a digit.")
)


class LedgerFilter(forms.Form):
    """Filters of the ledger."""

    actor = forms.CharField(
        label=_("Who"), required=False, max_length=150, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    agency = forms.CharField(label=_("Agency"), required=False, max_length=64)
    verb = forms.CharField(label=_("Act"), required=False, max_length=64, widget=forms.TextInput(attrs={"dir": "ltr"}))
    object = forms.CharField(
        label=_("Identifier"), required=False, max_length=64, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    q = forms.CharField(
        label=_("Words in the detail"), required=False, max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("from", pgettext_lazy("date", "From")), ("to", pgettext_lazy("date", "Until"))):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"})
            )

    @property
    def first_day(self) -> forms.BoundField:
        return self["from"]

    @property
    def last_day(self) -> forms.BoundField:
        return self["to"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("from") and found.get("to") and found["from"] > found["to"]:
            self.add_error("to", gettext("The last day is before the first one."))
        return found


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the screens look to their reader."""

    language = forms.ChoiceField(
        label=_("Language of the screens"), choices=[("ar", "العربية"), ("en", "English")], widget=forms.RadioSelect
    )
    digits = forms.ChoiceField(label=_("Digits"), choices=Digits.choices, widget=forms.RadioSelect)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ["language", "digits", "hijri", "theme"]
        labels = {"hijri": _("Show Hijri dates beside Gregorian ones")}


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(
        label=_("Name of the token"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Which program uses it."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Valid for how many days?"), min_value=1, max_value=366, initial=90,
        widget=forms.NumberInput(attrs={"dir": "ltr"}), help_text=_("From 1 to 366."),
    )  # fmt: skip


class RolesForm(forms.Form):
    """What a user of an agency may do, and which languages the user reads."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=[(value, label) for value, label in Role.choices if value not in OF_PARTNERS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The least that the work needs. An administrator sees no content, and so holds no other role."),
    )  # fmt: skip

    def __init__(self, *args: Any, skills: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [*(skills or {}).items()]
        tags = dict.fromkeys([*LANGUAGES, *(skills or {})])
        languages = [("", ""), *((tag, tag) for tag in tags)]  # named by the template
        for number in range(max(SKILLS, len(rows) + 1)):
            tag, level = rows[number] if number < len(rows) else ("", "")
            shown = {"n": number + 1}
            self.fields[f"language_{number}"] = forms.ChoiceField(
                label=gettext("Language %(n)s") % shown, required=False, choices=languages, initial=tag
            )
            self.fields[f"level_{number}"] = forms.ChoiceField(
                label=gettext("Level of language %(n)s") % shown, required=False, initial=level,
                choices=[("", _("No level")), *Level.choices],
            )  # fmt: skip

    @property
    def skill_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        numbers = [name.rpartition("_")[2] for name in self.fields if name.startswith("language_")]
        return [(self[f"language_{number}"], self[f"level_{number}"]) for number in numbers]

    def clean_roles(self) -> list[str]:
        roles: list[str] = self.cleaned_data["roles"]
        if Role.ADMIN in roles and len(roles) > 1:
            raise forms.ValidationError(
                gettext("An administrator sees no content: choose the administrator alone, or the other roles.")
            )
        return roles

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found["languages"] = languages = {}
        for language, level in self.skill_rows:
            tag, degree = found.get(language.name, ""), found.get(level.name, "")
            if tag and not degree:
                self.add_error(level.name, gettext("Choose the level of this language."))
            elif degree and not tag:
                self.add_error(language.name, gettext("Choose the language of this level."))
            elif tag in languages:
                self.add_error(language.name, gettext("This language is chosen twice."))
            elif tag:
                languages[tag] = degree
        return found


class UserForm(RolesForm):
    """A new user of the administrator's agency."""

    username = forms.CharField(
        label=_("User name"), max_length=150, validators=[USERNAME],
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "none"}),
        help_text=_("For the login. Letters, digits and . _ - only. It stands in the ledger and is never given away."),
    )  # fmt: skip
    display_name = forms.CharField(
        label=_("Display name"), max_length=150, required=False, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("As colleagues know this person."),
    )  # fmt: skip
    field_order = ["username", "display_name", "roles"]

    def clean_username(self) -> str:
        """In lower case: logging in does not tell «Huda» from «huda»."""
        return str(self.cleaned_data["username"]).lower()
