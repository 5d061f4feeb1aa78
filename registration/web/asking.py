"""What a buyer says before she types anything: it decides her prices and stands in addresses."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from registration.queries.offers import Asker, OfferToHer
from registration.states import Profession

LONGEST_CODE = 40
NO_SOCIETY = "0"


def asker_of(values: QueryDict) -> Asker:
    """Read an address; what makes no sense in it is as if it were not there."""
    country = values.get("country", "")
    profession = values.get("profession", "")
    society = values.get("society", "")
    return Asker(
        country=country if country in countries else "",
        profession=profession if profession in Profession.values else "",
        society_id=(int(society) or None) if society.isascii() and society.isdigit() and len(society) < 10 else None,
        currency=values.get("currency", "")[:3],
        voucher_code=values.get("code", "").strip().replace("\0", ""),
    )  # fmt: skip


class AskerForm(forms.Form):
    """No personal data: an address is shared, logged and kept by browsers."""

    country = forms.ChoiceField(
        label=_("Country of practice"),
        error_messages={"required": _("Please choose the country where you practise.")},
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    profession = forms.ChoiceField(
        label=_("Profession"), error_messages={"required": _("Please choose your profession.")}
    )
    society = forms.ChoiceField(
        label=_("Member of"),
        help_text=_("Your e-mail must be the one your society knows."),
    )
    currency = forms.ChoiceField(label=_("Currency"))
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=500,
        help_text=_("If the organisers or a sponsor gave you one."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, offer: OfferToHer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        empty = ("", "—")
        self.choice_field("country").choices = [empty, *countries]
        self.choice_field("profession").choices = [empty, *Profession.choices]
        self.choice_field("society").choices = [
            (NO_SOCIETY, str(_("No society"))), *((str(each.pk), each.name) for each in offer.societies)
        ]  # fmt: skip
        self.choice_field("currency").choices = [(each, each) for each in offer.currencies]
        if not offer.societies:
            del self.fields["society"]
        if len(offer.currencies) < 2:
            del self.fields["currency"]

    def choice_field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        return field

    def clean_code(self) -> str:
        if self.offer.voucher_is_refused:
            raise forms.ValidationError(_("This code cannot be used here."), code="voucher")
        return self.offer.asker.voucher_code

    @classmethod
    def initial_of(cls, offer: OfferToHer) -> dict[str, Any]:
        asker = offer.asker
        return {
            "country": asker.country,
            "profession": asker.profession,
            "society": str(asker.society_id or NO_SOCIETY),
            "currency": offer.currency,
            "code": asker.voucher_code,
        }
