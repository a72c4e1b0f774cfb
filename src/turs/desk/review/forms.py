"""What people fill in on a case: assessment, ruling, decision, return, request for review.

Nothing is preselected: an answer is somebody's answer, never the software's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..content.forms import AtTimes
from ..content.vocabulary import ProducerTier
from .rules import MIN_REASON
from .vocabulary import (
    Answer,
    Confidence,
    Credibility,
    Exclusion,
    Function,
    Outcome,
    Probability,
    Reliability,
    Theme,
)

CHOOSE = ("", pgettext_lazy("choice", "Choose"))
EXCLUSION = "exclusion_"


def _reason(label: Any, kind: type[forms.CharField] = forms.CharField, **options: Any) -> forms.CharField:
    return kind(
        label=label,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Give the reason in a sentence.")},
        **options,
    )


def _one_of(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[CHOOSE, *choices], **options)


class AssessmentForm(forms.Form):
    """One reader's structured judgement (guide 4.1, 4.6 and safeguard G3)."""

    exclusion_reason = _reason(
        _("Why do you answer so?"),
        AtTimes,
        required=False,
        help_text=_("Needed where an answer is yes or unsure: say what in the text speaks for it."),
    )
    reliability = _one_of(_("Reliability of the source"), Reliability.choices)
    credibility = _one_of(_("Credibility of the information"), Credibility.choices)
    probability = _one_of(_("How likely is it propaganda of a group?"), Probability.choices)
    confidence = _one_of(
        _("How sure are you of this judgement?"),
        Confidence.choices,
        help_text=_("It depends on how good your evidence is. It is not the probability said again."),
    )
    producer = _one_of(_("Who made it?"), ProducerTier.choices)
    functions = forms.MultipleChoiceField(
        label=_("What is the message for?"),
        choices=Function.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose all that apply."),
    )
    theme = forms.ChoiceField(label=_("Main theme"), choices=[("", _("No theme stands out")), *Theme.choices],
                              required=False)  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )

    def __init__(self, *args: Any, suggested: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggested = suggested
        for name, label in Exclusion.choices:
            self.fields[EXCLUSION + name] = forms.ChoiceField(
                label=label,
                choices=Answer.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Answer no, yes or unsure.")},
            )
        self.order_fields([EXCLUSION + name for name in Exclusion.values])  # as the page shows them, and its errors

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> AssessmentForm:
        """The form filled in by a program: the fields as one mapping, the nine answers under ``exclusions``."""
        answers = fields.get("exclusions")
        answers = answers if isinstance(answers, dict) else {}
        plain = {name: value for name, value in fields.items() if name != "exclusions" and value is not None}
        return cls(plain | {EXCLUSION + str(name): answer for name, answer in answers.items()})

    @property
    def questions(self) -> list[forms.BoundField]:
        """The nine questions of the exclusion test."""
        return [self[EXCLUSION + name] for name in Exclusion.values]

    @property
    def function_boxes(self) -> list[tuple[Any, bool]]:
        """The functions, each with whether the software saw signs of it."""
        return [(box, box.data["value"] in self.suggested) for box in self["functions"]]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        doubts = any(found.get(EXCLUSION + name) in {Answer.YES, Answer.UNSURE} for name in Exclusion.values)
        if doubts and len(found.get("exclusion_reason", "").strip()) < MIN_REASON:
            self.add_error("exclusion_reason", _("Give the reason in a sentence."))
        return found

    def judgement(self) -> dict[str, Any]:
        """What ``services.assess`` keeps."""
        found = dict(self.cleaned_data)
        found["exclusions"] = {name: found.pop(EXCLUSION + name) for name in Exclusion.values}
        return found


def initial(assessment: Any) -> dict[str, Any]:
    """The reader's own earlier assessment as the start of the next one."""
    if assessment is None:
        return {}
    names = ("exclusion_reason", "reliability", "credibility", "probability", "confidence", "producer", "functions",
             "theme", "note")  # fmt: skip
    answers = {EXCLUSION + name: answer for name, answer in assessment.exclusions.items()}
    return {name: getattr(assessment, name) for name in names} | answers


class DecisionForm(forms.Form):
    """The outcome that is proposed, and why."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an outcome.")},
    )
    reason = _reason(_("Reason"), help_text=_("One sentence that the second person and an appeal can judge."))
    remark = _reason(
        _("Why against the assessment?"),
        AtTimes,
        required=False,
        help_text=_("Needed for a referral or a threat to life: the assessment holds propaganda to be unlikely."),
    )


class RulingForm(forms.Form):
    """A legal reviewer's word on the exclusions."""

    may_refer = forms.TypedChoiceField(
        label=_("May this go on to a referral?"),
        choices=[("yes", _("Yes: no exclusion protects it")), ("no", _("No: it is protected"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    reason = _reason(_("Reason"))


class ReturnForm(forms.Form):
    """Why a proposal goes back."""

    answer = _reason(_("What should be looked at again?"))


class RequestForm(forms.Form):
    """Why a posting should be read by a person although the software did not put it forward."""

    reason = _reason(_("Why should a person read this?"))
