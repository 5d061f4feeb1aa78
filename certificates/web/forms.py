from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import EvaluationQuestion
from certificates.operations.evaluating import HIGHEST_SCORE, LONGEST_ANSWER, LOWEST_SCORE
from certificates.states import CorrectionReason


class EvaluationForm(forms.Form):
    """One field for each question: a number from 1 to 5, or words."""

    def __init__(self, *args: Any, questions: Iterable[EvaluationQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[f"question_{question.pk}"] = _field_for(question)

    def answers(self) -> dict[int, int | str]:
        return {
            int(name.removeprefix("question_")): value for name, value in self.cleaned_data.items()
        }


def _field_for(question: EvaluationQuestion) -> forms.Field:
    label, required = str(question.text), question.is_required
    if not question.is_scale:
        return forms.CharField(
            label=label,
            required=required,
            max_length=LONGEST_ANSWER,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    return forms.TypedChoiceField(
        label=label,
        required=required,
        coerce=int,
        empty_value="",
        choices=[(score, str(score)) for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1)],
        widget=forms.RadioSelect,
    )


class ClaimForm(forms.Form):
    """The stepper starts at what can be claimed; less is always allowed."""

    claimed = forms.DecimalField(label=_("Credits to claim"), max_digits=6, decimal_places=2)
    attested = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, increment: Decimal, allowed: Decimal, attestation: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claimed"].widget.attrs |= {
            "step": str(increment),
            "min": str(increment),
            "max": str(allowed),
        }
        self.fields["attested"].label = attestation


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code on the certificate"),
        help_text=_("Twelve letters and digits, below the QR code."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class RevokeForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *CorrectionReason.choices],
        help_text=_("The person reads it in a letter; strangers read only its class."),
    )


class ReissueForm(forms.Form):
    name = forms.CharField(
        label=_("Name on the certificate"), max_length=200, widget=forms.TextInput()
    )
