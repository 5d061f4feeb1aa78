from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from registration.rules.letters import Passport


class PassportForm(forms.Form):
    """What the consulate reads, exactly as in the passport."""

    name = forms.CharField(
        label=_("Name as in the passport"),
        help_text=_("All names, in the order of the passport."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        strip=False,
    )
    number = forms.CharField(
        label=_("Passport number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    nationality = forms.ChoiceField(label=_("Nationality"))
    born_on = forms.DateField(
        label=_("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
    )
    arrives_on = forms.DateField(label=_("Arrival"), widget=forms.DateInput(attrs={"type": "date"}))
    leaves_on = forms.DateField(
        label=_("Departure"), widget=forms.DateInput(attrs={"type": "date"})
    )
    consulate = forms.CharField(
        label=_("City of the consulate"),
        help_text=_("Where you apply for the visa."),
        strip=False,
    )
    lodging = forms.CharField(
        label=_("Where you stay"),
        required=False,
        help_text=_("Hotel or address, if you know it."),
        strip=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nationality = self.fields["nationality"]
        assert isinstance(nationality, forms.ChoiceField)  # noqa: S101 - for the type checker
        nationality.choices = [("", "—"), *countries]

    @property
    def passport(self) -> Passport:
        return Passport(**self.cleaned_data)


class ApproveForm(forms.Form):
    looked_twice = forms.BooleanField(
        label=_("I looked at the warnings and approve all the same"), required=False
    )


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The person reads it and may ask again."),
        strip=False,
    )
