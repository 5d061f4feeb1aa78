"""The two pages of registering: what she wants, and who she is."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from conference.models import Event
from conference.web.form_rendering import ChoiceWords
from registration.models import Registration, TicketType, Workshop
from registration.queries.orders import TicketTypeOnSale, WorkshopOnSale
from registration.rules.attendees import AttendeeDetails, problems_of
from registration.states import PaymentMethod, Profession
from registration.web.words import places_in_words, price_in_words, workshop_in_words


class ChoiceForm(forms.Form):
    """Page one. Slugs, so that the address of page two says what was chosen."""

    ticket = forms.ChoiceField(
        label=_("Ticket"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose a ticket."),
            "invalid_choice": _("This ticket is not on sale now."),
        },
    )
    workshops = forms.MultipleChoiceField(
        label=_("Workshops"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each has few seats of its own."),
        error_messages={"invalid_choice": _("A workshop you chose is not offered now.")},
    )
    payment = forms.ChoiceField(
        label=_("How would you like to pay?"),
        widget=forms.RadioSelect,
        initial=PaymentMethod.BANK_TRANSFER.value,
        error_messages={"required": _("Please choose how to pay.")},
    )

    def __init__(
        self,
        *args: Any,
        event: Event,
        ticket_types: list[TicketTypeOnSale],
        workshops: list[WorkshopOnSale],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "es"
        self.open_ticket_types = {
            each.ticket_type.slug: each.ticket_type for each in ticket_types if each.is_available
        }
        self.open_workshops = {
            each.workshop.slug: each.workshop for each in workshops if each.seats_left
        }
        self._field("ticket").choices = [
            (
                each.ticket_type.slug,
                ChoiceWords(
                    str(each.ticket_type.name),
                    text=places_in_words(each, event),
                    price=price_in_words(each.ticket_type.price, language),
                ),
            )
            for each in ticket_types
            if each.is_available
        ]
        self._field("workshops").choices = [
            (
                each.workshop.slug,
                ChoiceWords(
                    str(each.workshop.name),
                    text=workshop_in_words(each, event),
                    price=price_in_words(each.workshop.price, language),
                ),
            )
            for each in workshops
            if each.seats_left
        ]
        self._field("payment").choices = [
            (
                PaymentMethod.BANK_TRANSFER.value,
                ChoiceWords(
                    str(PaymentMethod.BANK_TRANSFER.label),
                    text=str(_("We hold your place while the transfer is on its way.")),
                ),
            )
        ]
        if not self.open_workshops:
            del self.fields["workshops"]
        prices = [each.price for each in self.open_ticket_types.values()]
        prices += [each.price for each in self.open_workshops.values()]
        if not any(price.amount_minor for price in prices):
            del self.fields["payment"]

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        return field

    @property
    def chosen_ticket_type(self) -> TicketType | None:
        return self.open_ticket_types.get(self.data.get("ticket", ""))

    @property
    def chosen_workshops(self) -> list[Workshop]:
        wanted = self.data.getlist("workshops") if hasattr(self.data, "getlist") else []
        return [
            self.open_workshops[slug]
            for slug in dict.fromkeys(wanted)
            if slug in self.open_workshops
        ]


class NamesForm(forms.Form):
    """How a person is called, and where she works."""

    badge_name = forms.CharField(
        label=_("Name on the badge"),
        error_messages={"required": _("Please write the name for your badge.")},
        help_text=_("What you like to be called, with your title if you wish."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        strip=False,
    )
    certificate_name = forms.CharField(
        label=_("Name on the certificate"),
        error_messages={"required": _("Please write the name for your certificate.")},
        help_text=_("As in your documents. It is printed exactly like this."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        strip=False,
    )
    institution = forms.CharField(
        label=_("Institution"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        strip=False,
    )

    @classmethod
    def of(cls, registration: Registration) -> "NamesForm":
        return cls(initial={name: getattr(registration, name) for name in cls.base_fields})


class DetailsForm(NamesForm):
    """Page two."""

    field_order = [
        "badge_name", "certificate_name", "email", "profession", "country", "institution",
        "terms_accepted", "submission_token",
    ]  # fmt: skip

    email = forms.CharField(
        label=_("E-mail"),
        error_messages={"required": _("Please write your e-mail address.")},
        help_text=_("Your ticket and your certificate are sent there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    profession = forms.ChoiceField(
        label=_("Profession"), error_messages={"required": _("Please choose your profession.")}
    )
    country = forms.ChoiceField(
        label=_("Country of practice"),
        error_messages={"required": _("Please choose the country where you practise.")},
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    terms_accepted = forms.BooleanField(
        label=_("I accept the terms of registration"),
        error_messages={"required": _("Please accept the terms to register.")},
    )
    submission_token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = [("", "—")]
        profession, country = self.fields["profession"], self.fields["country"]
        assert isinstance(profession, forms.ChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(country, forms.ChoiceField)  # noqa: S101 - for the type checker
        profession.choices = [*empty, *Profession.choices]
        country.choices = [*empty, *countries]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        problems = problems_of(self._details(values))
        for name, refusal in problems.items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, forms.ValidationError(str(refusal), code=refusal.code))
        return values

    @property
    def details(self) -> AttendeeDetails:
        return self._details(self.cleaned_data)

    @staticmethod
    def _details(values: dict[str, Any]) -> AttendeeDetails:
        return AttendeeDetails(
            email=values.get("email", ""),
            badge_name=values.get("badge_name", ""),
            certificate_name=values.get("certificate_name", ""),
            profession=values.get("profession", ""),
            country=values.get("country", ""),
            institution=values.get("institution", ""),
        )
