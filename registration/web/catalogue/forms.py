"""
The shape of what organisers type about the catalogue.

Model forms are taken for their fields and words alone: they save nothing and look nothing up.
The operations do, under their locks.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import models
from django.db.models import Q
from django.forms.models import construct_instance
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from conference.models import Event
from registration.models import (
    GroupDiscount,
    PricePhase,
    Quota,
    Society,
    TicketType,
    TicketVariation,
    Workshop,
)
from registration.states import Profession
from registration.web.catalogue.fields import (
    AmountField,
    CurrencyField,
    LineInLanguages,
    MomentField,
    TextInLanguages,
    amount_of,
    typed_amount,
)
from schedule.models import Session
from schedule.states import SessionState

COLOURS = [(str(number), str(number)) for number in range(1, 13)]


if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


class CatalogueForm(_ModelForm):
    """`event` says what may be chosen. `values` are what an operation takes."""

    lists: ClassVar[tuple[str, ...]] = ()
    use_required_attribute = False  # of four languages one is enough

    def __init__(self, *arguments: Any, event: Event, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.event = event
        for field in self.fields.values():
            if isinstance(field, I18nFormField):
                field.required = field.one_required  # in one language, that is
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it is made of the name.")
        if "price" in self.fields and self.instance.pk:
            currency = self.instance.currency
            self.initial["price"] = typed_amount(self.instance.price_minor, currency)
            self.fields["currency"].allow(currency)  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """Each field by itself. What the rows together must be is the operation's to say."""
        without = self._get_validation_exclusions()  # type: ignore[attr-defined] # not in the stubs
        self.instance = construct_instance(self, self.instance, self._meta.fields)
        try:
            self.instance.clean_fields(exclude=without)
        except forms.ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined] # not in the stubs

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "price" in self.fields:
            cleaned["price_minor"] = amount_of(self, "price", cleaned.get("currency", ""))
        return cleaned

    @property
    def values(self) -> Mapping[str, Any]:
        without = {*self.lists, "price"}
        return {name: value for name, value in self.cleaned_data.items() if name not in without}

    @property
    def chosen(self) -> Mapping[str, Any]:
        return {name: self.cleaned_data[name] for name in self.lists}

    def _choices(self, name: str, rows: models.QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = rows


class TicketTypeForm(CatalogueForm):
    lists = ("included",)
    price = AmountField(label=_("Price"), help_text=_("Where no cell of the matrix says another."))
    currency = CurrencyField()
    professions = forms.MultipleChoiceField(
        label=_("Only for these professions"),
        choices=Profession.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for everybody."),
    )
    included = forms.ModelMultipleChoiceField(
        label=_("Workshops inside the ticket"),
        queryset=Workshop.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever buys it from now on gets a seat at no further price."),
    )
    badge_colour = forms.TypedChoiceField(
        label=_("Colour of the badge"), choices=COLOURS, coerce=int
    )

    class Meta:
        model = TicketType
        fields = (
            "name", "description", "price", "currency", "places", "sale_starts_at", "sale_ends_at",
            "professions", "min_per_order", "max_per_order", "included", "shown_from",
            "shown_after", "without_proof", "needs_code", "badge_role", "badge_colour", "slug",
            "is_offered",
        )  # fmt: skip
        widgets = {
            "name": LineInLanguages,
            "description": TextInLanguages,
            "badge_role": LineInLanguages,
        }
        field_classes = {
            "sale_starts_at": MomentField, "sale_ends_at": MomentField, "shown_from": MomentField,
        }  # fmt: skip
        help_texts = {
            "without_proof": _(
                "For a ticket of residents or students: whoever buys it sends a proof, or pays what "
                "this other ticket costs."
            )
        }

    def __init__(self, *arguments: Any, event: Event, **options: Any) -> None:
        super().__init__(*arguments, event=event, **options)
        others = TicketType.objects.filter(event=event).exclude(pk=self.instance.pk)
        self._choices("shown_after", others)
        self._choices("without_proof", others)
        self._choices("included", Workshop.objects.filter(event=event))
        if self.instance.pk:
            included = self.instance.included_workshops
            self.initial["included"] = list(included.values_list("workshop_id", flat=True))


class VariationForm(CatalogueForm):
    class Meta:
        model = TicketVariation
        fields = ("name", "places", "slug", "is_offered")
        widgets = {"name": LineInLanguages}
        help_texts = {
            "places": _("Within the places of its ticket. Left empty: no limit of its own.")
        }


class WorkshopForm(CatalogueForm):
    price = AmountField(label=_("Price"), help_text=_("Where no cell of the matrix says another."))
    currency = CurrencyField()

    class Meta:
        model = Workshop
        fields = ("name", "kind", "session", "price", "currency", "seats", "slug", "is_offered")
        widgets = {"name": LineInLanguages}
        labels = {"session": _("Session of the programme")}
        help_texts = {"session": _("Its door then admits only who has booked a seat.")}

    def __init__(self, *arguments: Any, event: Event, **options: Any) -> None:
        super().__init__(*arguments, event=event, **options)
        free = Q(workshop__isnull=True) & ~Q(state=SessionState.CANCELLED)
        sessions = Session.objects.filter(event=event).filter(
            free | Q(workshop=self.instance.pk or 0)
        )
        self._choices("session", sessions.order_by("starts_at", "pk"))
        self.fields["session"].required = False


class QuotaForm(CatalogueForm):
    lists = ("ticket_types", "workshops")

    class Meta:
        model = Quota
        fields = ("name", "size", "ticket_types", "workshops")
        widgets = {
            "ticket_types": forms.CheckboxSelectMultiple,
            "workshops": forms.CheckboxSelectMultiple,
        }
        labels = {
            "ticket_types": _("Ticket types that share it"),
            "workshops": _("Workshops that share it"),
        }
        help_texts = {"name": _("Only organisers see it.")}

    def __init__(self, *arguments: Any, event: Event, **options: Any) -> None:
        super().__init__(*arguments, event=event, **options)
        self._choices("ticket_types", TicketType.objects.filter(event=event))
        self._choices("workshops", Workshop.objects.filter(event=event))


class PhaseForm(CatalogueForm):
    class Meta:
        model = PricePhase
        fields = ("name", "starts_at", "ends_at", "slug")
        widgets = {"name": LineInLanguages}
        field_classes = {"starts_at": MomentField, "ends_at": MomentField}
        help_texts = {"ends_at": _("From this moment on the next phase may hold.")}


class SocietyForm(CatalogueForm):
    class Meta:
        model = Society
        fields = ("name",)


class GroupDiscountForm(CatalogueForm):
    class Meta:
        model = GroupDiscount
        fields = ("min_people", "percent")
