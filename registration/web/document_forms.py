"""What is typed about papers: to whom, how much comes back, which code the tax office gave."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.models import Issuer
from registration.operations.describing_issuer import IssuerDetails
from registration.rules.documents import LONGEST_ADDRESS, Recipient
from registration.states import TaxNumberKind


class RecipientForm(forms.Form):
    """A hospital or a company that pays, or the buyer herself."""

    name = forms.CharField(
        label=gettext_lazy("Name of the hospital, company or person"),
        error_messages={"required": gettext_lazy("Please write whom it is made out to.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        strip=False,
    )
    tax_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of tax number"),
        required=False,
        choices=[("", "—"), *TaxNumberKind.choices],
    )
    tax_number = forms.CharField(
        label=gettext_lazy("Tax number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy(
            "With or without dots and hyphens. We check its digits, except for other countries."
        ),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )

    @property
    def recipient(self) -> Recipient:
        return Recipient(
            name=self.cleaned_data["name"],
            tax_kind=self.cleaned_data["tax_kind"],
            tax_number=self.cleaned_data["tax_number"],
            address=self.cleaned_data["address"],
        )


class CreditForm(forms.Form):
    amount = forms.DecimalField(max_digits=12, min_value=Decimal("0.01"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It is printed on the credit note."),
    )

    def __init__(self, *arguments: Any, currency: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.precision = get_currency_precision(currency)
        amount = self.fields["amount"]
        amount.label = _("Amount in %(currency)s") % {"currency": currency}
        amount.widget.attrs["inputmode"] = "decimal"

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount != amount.quantize(Decimal(1).scaleb(-self.precision)):
            raise forms.ValidationError(_("This currency has no such small coins."))
        return amount

    @property
    def amount_minor(self) -> int:
        return int(self.cleaned_data["amount"].scaleb(self.precision))


class AuthorisationForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Authorisation code (CAE)"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("The code expires on"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class IssuerForm(forms.ModelForm):  # type: ignore[type-arg] # generic only in the stubs
    """The shape of what is typed; `describe_issuer` checks and keeps it."""

    papers_by_themselves = forms.BooleanField(
        label=gettext_lazy("Write receipts and credit notes by themselves"),
        help_text=gettext_lazy(
            "A receipt for each payment and a credit note for each refund from now on, with a"
            " letter to who paid."
        ),
        required=False,
        initial=True,
    )

    class Meta:
        model = Issuer
        fields = [
            "legal_name", "tax_kind", "tax_number", "address", "phone", "authority",
            "signer_name", "signer_office", "migration_register", "passport_days",
        ]  # fmt: skip
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "authority": gettext_lazy(
                "With a tax office, an invoice gets its file when its code is here."
            ),
            "signer_name": gettext_lazy("For letters to consulates."),
            "migration_register": gettext_lazy("In Argentina: RENURE. Consulates ask for it."),
        }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk:
            self.initial["papers_by_themselves"] = self.instance.papers_since is not None

    def clean_passport_days(self) -> int:
        days: int = self.cleaned_data["passport_days"]
        if days > 365:
            raise forms.ValidationError(_("Passports are deleted within a year at the latest."))
        return days

    @property
    def details(self) -> IssuerDetails:
        return IssuerDetails(**self.cleaned_data)
