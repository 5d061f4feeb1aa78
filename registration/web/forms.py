"""How a person is called, and what else an order needs beside its people."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from conference.kernel.errors import InputRefused
from conference.kernel.money import Money
from conference.kernel.texts import clean_email, clean_name
from conference.web.form_rendering import ChoiceWords
from registration.models import Registration
from registration.rules.attendees import AttendeeDetails, problems_of
from registration.states import PaymentMethod, Profession
from registration.web.asking import LONGEST_CODE


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


class AttendeeForm(NamesForm):
    """One person, all of her."""

    field_order = [
        "badge_name", "certificate_name", "email", "institution", "profession", "country",
    ]  # fmt: skip

    email = forms.CharField(
        label=_("E-mail"),
        error_messages={"required": _("Please write the e-mail address.")},
        help_text=_("The ticket and the certificate are sent there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    profession = forms.ChoiceField(
        label=_("Profession"), error_messages={"required": _("Please choose the profession.")}
    )
    country = forms.ChoiceField(
        label=_("Country of practice"),
        error_messages={"required": _("Please choose the country of practice.")},
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profession, country = self.fields["profession"], self.fields["country"]
        assert isinstance(profession, forms.ChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(country, forms.ChoiceField)  # noqa: S101 - for the type checker
        profession.choices = [("", "—"), *Profession.choices]
        country.choices = [("", "—"), *countries]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name, refusal in problems_of(details_of(values)).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, forms.ValidationError(str(refusal), code=refusal.code))
        return values

    @property
    def details(self) -> AttendeeDetails:
        return details_of(self.cleaned_data)


def details_of(values: Mapping[str, Any]) -> AttendeeDetails:
    return AttendeeDetails(
        email=values.get("email", "").strip(),
        badge_name=values.get("badge_name", ""),
        certificate_name=values.get("certificate_name", ""),
        profession=values.get("profession", ""),
        country=values.get("country", ""),
        institution=values.get("institution", ""),
    )


PAYMENT_WORDS = {
    PaymentMethod.CARD: _("On the pages of Stripe, in the next step."),
    PaymentMethod.MERCADO_PAGO: _("On the pages of Mercado Pago, in the next step."),
    PaymentMethod.BANK_TRANSFER: _("We hold the places while the transfer is on its way."),
    PaymentMethod.ON_SITE: _("We hold the places; bring the reference of your order."),
}


class BuyerForm(forms.Form):
    """What page two asks once, however many people it is for."""

    payer_name = forms.CharField(
        label=_("Name of who pays"),
        required=False,
        help_text=_("A person, a hospital, a company."),
        strip=False,
    )
    payer_email = forms.CharField(
        label=_("E-mail of who pays"),
        required=False,
        help_text=_("How to pay and the receipt are sent there; each ticket to its person."),
        widget=forms.EmailInput(attrs={"inputmode": "email"}),
    )
    code = forms.CharField(
        label=_("Code"),
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    payment = forms.ChoiceField(
        label=_("How would you like to pay?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how to pay.")},
    )
    terms_accepted = forms.BooleanField(
        label=_("I accept the terms of registration"),
        error_messages={"required": _("Please accept the terms to register.")},
    )
    submission_token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, *args: Any, methods: list[PaymentMethod], total: Money | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        payment = self.fields["payment"]
        assert isinstance(payment, forms.ChoiceField)  # noqa: S101 - for the type checker
        payment.choices = [
            (each.value, ChoiceWords(str(each.label), text=str(PAYMENT_WORDS.get(each, ""))))
            for each in methods
        ]
        if methods:
            payment.initial = methods[0].value
        if total is not None and total.amount_minor == 0:
            del self.fields["payment"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if len(code) > LONGEST_CODE:
            raise forms.ValidationError(_("This code cannot be used here."), code="voucher")
        return code

    def clean_payer_name(self) -> str:
        return _cleaned(lambda raw: clean_name(raw, field="", required=False), self, "payer_name")

    def clean_payer_email(self) -> str:
        return _cleaned(lambda raw: clean_email(raw, field=""), self, "payer_email")


def _cleaned(clean: Callable[[str], str], form: forms.Form, name: str) -> str:
    """What the kernel makes of a field that may stay empty."""
    typed = form.cleaned_data[name].strip()
    if not typed:
        return ""
    try:
        return clean(typed)
    except InputRefused as refusal:
        raise forms.ValidationError(str(refusal), code=refusal.code) from refusal


def agreed_money(written: str) -> Money:
    """An amount a page showed, as it wrote it down; what nobody was shown agrees with nothing."""
    currency, _space, amount = written.partition(" ")
    if amount.removeprefix("-").isdigit() and amount.isascii() and len(amount) < 16:
        return Money(int(amount), currency)
    return Money(0, "")
