"""The desk's forms about money. Amounts are typed in the currency's units, with its own coins."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conference.kernel.money import Money
from registration.models import ProviderAccount
from registration.states import CURRENCIES_OF_PROVIDER, Provider


class AmountField(forms.DecimalField):
    """`cleaned` is in minor units. What has smaller coins than the currency is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, min_value=Decimal("0.01"), **options)
        self.precision = 2
        self.widget.attrs["inputmode"] = "decimal"

    def of(self, currency: str, *, label: str) -> "AmountField":
        self.precision = get_currency_precision(currency)
        self.label = label % {"currency": currency}
        return self

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        if amount is None:
            return None
        minor = amount.scaleb(self.precision)
        if minor != int(minor):
            raise forms.ValidationError(_("This currency has no such small coins."))
        return int(minor)


class RefundForm(forms.Form):
    amount = AmountField()
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For the team alone."),
    )

    def __init__(self, *arguments: Any, refundable: Money, **options: Any) -> None:
        super().__init__(*arguments, **options)
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)  # noqa: S101 - for the type checker
        amount.of(refundable.currency, label=_("Amount in %(currency)s"))


class SentForm(forms.Form):
    external_id = forms.CharField(
        label=gettext_lazy("Identifier of the transfer or receipt"), max_length=100
    )


class SeatForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason, if places have to be raised"), max_length=300, required=False
    )


class InstalmentsForm(forms.Form):
    number = forms.IntegerField(
        label=gettext_lazy("Number of instalments"), min_value=2, max_value=24
    )
    first_on = forms.DateField(
        label=gettext_lazy("First due"), widget=forms.DateInput(attrs={"type": "date"})
    )
    every_days = forms.IntegerField(
        label=gettext_lazy("Days between them"), min_value=1, max_value=180, initial=30
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"),
        min_value=0,
        max_value=30,
        initial=3,
        help_text=gettext_lazy("So long after a missed due date the place is still kept."),
    )


class WaysForm(forms.Form):
    bank_transfer = forms.BooleanField(label=gettext_lazy("Bank transfer"), required=False)
    on_site = forms.BooleanField(label=gettext_lazy("At the congress desk"), required=False)
    days_kept_after_a_part = forms.IntegerField(
        label=gettext_lazy("Days a place stays held after a part was paid"),
        min_value=0,
        max_value=60,
        help_text=gettext_lazy("0 leaves the deadline as it is."),
    )


class AccountForm(forms.Form):
    """Keys are only written, never shown: an empty field leaves them as they are."""

    secret_key = forms.CharField(
        max_length=300, required=False, strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    webhook_secret = forms.CharField(
        max_length=300, required=False, strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    currencies = forms.MultipleChoiceField(
        label=gettext_lazy("Currencies"), widget=forms.CheckboxSelectMultiple
    )
    is_live = forms.BooleanField(label=gettext_lazy("It takes real money"), required=False)
    is_offered = forms.BooleanField(label=gettext_lazy("Offer it to buyers"), required=False)

    def __init__(
        self,
        sent: Any = None,
        *,
        provider: Provider,
        account: ProviderAccount | None,
        sold_in: Collection[str] = (),
    ) -> None:
        offered = [code for code in CURRENCIES_OF_PROVIDER[provider] if code in sold_in]
        initial: dict[str, Any] = {"is_offered": True, "currencies": offered}
        if account is not None:
            initial = {
                "is_offered": account.is_offered,
                "is_live": account.is_live,
                "currencies": account.currencies,
            }
        super().__init__(sent, initial=initial, prefix=provider.value)
        keep = _("There is one. Leave it empty to keep it.") if account else ""
        names = {
            Provider.STRIPE: (_("Secret key"), _("Signing secret of the webhook")),
            Provider.MERCADO_PAGO: (_("Access token"), _("Secret signature of the webhooks")),
        }[provider]
        for field_name, label in zip(("secret_key", "webhook_secret"), names, strict=True):
            self.fields[field_name].label = label
            self.fields[field_name].help_text = keep
        currencies = self.fields["currencies"]
        assert isinstance(currencies, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        kept = account.currencies if account is not None else []
        shown = [
            code
            for code in CURRENCIES_OF_PROVIDER[provider]
            if not offered or code in offered or code in kept
        ]
        currencies.choices = [(code, code) for code in shown]


class StatementForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Statement as CSV"),
        help_text=gettext_lazy("Delimiter, encoding and columns are found by themselves."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency of the account"))

    def __init__(self, *arguments: Any, currencies: list[str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        currency = self.fields["currency"]
        assert isinstance(currency, forms.ChoiceField)  # noqa: S101 - for the type checker
        currency.choices = [(code, code) for code in currencies]


def first_due(today: dt.date) -> dict[str, str]:
    return {"first_on": (today + dt.timedelta(days=7)).isoformat()}
