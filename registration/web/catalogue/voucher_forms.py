"""The shape of what organisers type about codes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from conference.models import Event
from registration.models import TicketType, Voucher
from registration.operations.making_vouchers import MOST_AT_ONCE
from registration.web.catalogue.fields import (
    AmountField,
    CurrencyField,
    MomentField,
    amount_of,
    typed_amount,
)
from registration.web.catalogue.forms import CatalogueForm

MOST_USES = 10_000


class VoucherForm(CatalogueForm):
    """One voucher as it is. `amount` and `budget` are in its currency."""

    lists = ("ticket_types",)
    amount = AmountField(label=_("Amount"), required=False)
    budget = AmountField(
        label=_("Budget"), required=False, help_text=_("It gives off no more than that in all.")
    )
    currency = CurrencyField(
        required=False, help_text=_("Of the amount and the budget."), initial="USD"
    )
    max_uses = forms.IntegerField(
        label=_("How often each can be used"), min_value=1, max_value=MOST_USES, initial=1
    )

    class Meta:
        model = Voucher
        fields = (
            "code", "purpose", "effect", "percent", "amount", "currency", "max_uses", "budget",
            "valid_from", "valid_until", "ticket_types", "keeps_places_of", "email",
        )  # fmt: skip
        widgets = {"ticket_types": forms.CheckboxSelectMultiple}
        field_classes = {"valid_from": MomentField, "valid_until": MomentField}
        labels = {"keeps_places_of": _("Keeps places of this ticket")}
        help_texts = {
            "purpose": _("For example faculty, or the name of a sponsor. You can filter by it."),
            "ticket_types": _("None chosen: for every ticket."),
            "email": _("Nobody else can use it."),
        }

    def __init__(self, *arguments: Any, event: Event, **options: Any) -> None:
        super().__init__(*arguments, event=event, **options)
        tickets = TicketType.objects.filter(event=event)
        self._choices("ticket_types", tickets)
        self._choices("keeps_places_of", tickets)
        voucher = self.instance
        if voucher.pk:
            self.initial["amount"] = typed_amount(voucher.amount_minor, voucher.currency or "USD")
            self.initial["budget"] = typed_amount(voucher.budget_minor, voucher.currency or "USD")
            self.fields["currency"].allow(voucher.currency)  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        return code.strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        currency = cleaned.get("currency") or ""
        cleaned["amount_minor"] = amount_of(self, "amount", currency)
        cleaned["budget_minor"] = amount_of(self, "budget", currency)
        return cleaned

    @property
    def values(self) -> Mapping[str, Any]:
        own = {"amount", "budget", *self.lists, *self.more}
        return {name: value for name, value in self.cleaned_data.items() if name not in own}

    more: tuple[str, ...] = ()


class NewVouchersForm(VoucherForm):
    """One with a code of one's own choice, or many with drawn ones."""

    more = ("number", "begins_with", "places_each")
    number = forms.IntegerField(
        label=_("How many vouchers"), min_value=1, max_value=MOST_AT_ONCE, initial=1
    )
    begins_with = forms.RegexField(
        r"^[A-Za-z0-9-]*$",
        label=_("Codes begin with"),
        max_length=20,
        required=False,
        help_text=_("Eight letters and digits are drawn behind it."),
    )
    places_each = forms.IntegerField(
        label=_("Places kept for each"),
        min_value=0,
        max_value=1_000,
        initial=0,
        required=False,
        help_text=_("Taken from what others can buy, until the code is used or over."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["code"].required = False
        self.fields["code"].help_text = _("Left empty, codes are drawn.")
        self.order_fields(["number", "begins_with", "code"])

    @property
    def chosen(self) -> Mapping[str, Any]:
        return {
            "ticket_types": self.cleaned_data["ticket_types"],
            "number": self.cleaned_data["number"],
            "prefix": self.cleaned_data["begins_with"],
            "places_each": self.cleaned_data["places_each"] or 0,
        }


class InvitationForm(VoucherForm):
    """A voucher for one person, who is written to."""

    more = ("name", "language", "places_each")
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)
    places_each = forms.BooleanField(label=_("Keep a place for this person"), required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        del self.fields["code"], self.fields["max_uses"]
        self.fields["email"].required = True
        self.fields["email"].help_text = _(
            "The letter goes there, and nobody else can use the code."
        )
        self.order_fields(["email", "name", "language"])

    def clean_code(self) -> str:
        return ""

    @property
    def chosen(self) -> Mapping[str, Any]:
        return {
            "ticket_types": self.cleaned_data["ticket_types"],
            "name": self.cleaned_data["name"],
            "language": self.cleaned_data["language"],
            "places_each": int(self.cleaned_data["places_each"]),
        }


class PlacesForm(forms.Form):
    number = forms.IntegerField(label=_("Number of places"), min_value=1, max_value=10_000)
