"""The forms of groups: buying seats, naming people, taking one's own seat."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from conference.kernel.errors import InputRefused
from conference.kernel.texts import clean_email, clean_name
from registration.queries.offers import OfferToHer
from registration.rules.groups import MOST_SEATS
from registration.states import Profession
from registration.web.forms import AttendeeForm, BuyerForm


class GroupChoiceForm(forms.Form):
    """What seats, and for whom. No personal data: it stands in the address."""

    ticket = forms.ChoiceField(
        label=_("Ticket"),
        error_messages={
            "required": _("Please choose a ticket."),
            "invalid_choice": _("This ticket is not on sale now."),
        },
    )
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=MOST_SEATS,
        error_messages={"required": _("Please write how many seats you need.")},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    profession = forms.ChoiceField(
        label=_("Profession of these people"),
        help_text=_("The seats have the price of this profession and country."),
        error_messages={"required": _("Please choose the profession.")},
    )
    country = forms.ChoiceField(
        label=_("Country of practice"),
        error_messages={"required": _("Please choose the country of practice.")},
    )
    workshop = forms.ChoiceField(label=_("Workshop for each of them"), required=False)

    def __init__(self, *args: Any, offer: OfferToHer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "ticket": [
                ("", "—"),
                *((each.value, each.name) for each in offer.tickets if each.is_on_sale),
            ],
            "profession": [("", "—"), *Profession.choices],
            "country": [("", "—"), *countries],
            "workshop": [
                ("", str(_("None"))),
                *((each.workshop.slug, str(each.workshop.name)) for each in offer.workshops),
            ],
        }
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = found
        if not offer.workshops:
            del self.fields["workshop"]

    @property
    def wanted(self) -> dict[str, Any]:
        """As the operations ask for it, once it is checked."""
        typed = self.cleaned_data
        ticket, _dot, variation = typed["ticket"].partition(".")
        return {
            "ticket_type": ticket,
            "variation": variation,
            "workshops": [typed["workshop"]] if typed.get("workshop") else [],
            "profession": typed["profession"],
            "country": typed["country"],
            "seats": typed["seats"],
        }


class _OwnerForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the group"),
        help_text=_("A hospital, a department, a company."),
        error_messages={"required": _("Please write the name of the group.")},
        strip=False,
    )
    email = forms.CharField(
        label=_("E-mail of who names the people"),
        help_text=_("The address of the group's page is sent there."),
        error_messages={"required": _("Please write the e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    submission_token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_name(self) -> str:
        return _kept(lambda text: clean_name(text, field="name"), self.cleaned_data["name"])

    def clean_email(self) -> str:
        return _kept(lambda text: clean_email(text, field="email"), self.cleaned_data["email"])


def _kept(clean: Any, text: str) -> str:
    try:
        cleaned: str = clean(text)
    except InputRefused as refusal:
        raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
    return cleaned


class GroupBuyerForm(_OwnerForm, BuyerForm):
    """Who names the people and who pays: the rest of an order."""

    field_order = [
        "name", "email", "payer_name", "payer_email", "payment", "terms_accepted",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code"]


class SponsorForm(_OwnerForm):
    """Seats that the organisers give."""

    field_order = ["name", "email", "language", "ticket", "seats", "workshop"]

    ticket = forms.ChoiceField(
        label=_("Ticket"), error_messages={"required": _("Please choose a ticket.")}
    )
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=MOST_SEATS,
        error_messages={"required": _("Please write how many seats you need.")},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    workshop = forms.ChoiceField(label=_("Workshop for each of them"), required=False)
    language = forms.ChoiceField(label=_("Language"))

    def __init__(
        self,
        *args: Any,
        tickets: list[tuple[str, str]],
        workshops: list[tuple[str, str]],
        languages: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "ticket": [("", "—"), *tickets],
            "workshop": [("", str(_("None"))), *workshops],
            "language": languages,
        }
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = found


class JoinGroupForm(AttendeeForm):
    """Her own details, and what she lets the group's owner see of her."""

    shows_attendance = forms.BooleanField(
        label=_("Let the group see how many sessions I attended"), required=False
    )
    shows_credits = forms.BooleanField(label=_("Let the group see my credits"), required=False)
    terms_accepted = forms.BooleanField(
        label=_("I accept the terms of registration"),
        error_messages={"required": _("Please accept the terms to register.")},
    )


class ShowingForm(forms.Form):
    shows_attendance = forms.BooleanField(
        label=_("Let the group see how many sessions I attended"), required=False
    )
    shows_credits = forms.BooleanField(label=_("Let the group see my credits"), required=False)
