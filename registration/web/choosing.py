"""Page one: what she wants. Everything is named as in the address of the next page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from conference.kernel.money import Money
from conference.web.form_rendering import ChoiceWords
from registration.queries.offers import OfferToHer, TicketOffer, WorkshopOffer
from registration.states import WorkshopKind
from registration.web.asking import AskerForm
from registration.web.words import price_in_words, workshop_in_words

# One field for each kind of workshop, by the name it has in addresses.
FIELDS_OF_KINDS = {
    "workshops": WorkshopKind.WORKSHOP,
    "social": WorkshopKind.SOCIAL,
    "material": WorkshopKind.MATERIAL,
}


@dataclass(frozen=True)
class TicketRow:
    """One ticket of page one; without `input_id` it is shown and cannot be chosen."""

    offer: TicketOffer
    input_id: str
    is_chosen: bool


def workshop_fields() -> dict[str, forms.MultipleChoiceField]:
    labels = {
        "workshops": (_("Workshops"), _("Each has few seats of its own.")),
        "social": (_("Social programme"), None),
        "material": (_("Material"), None),
    }
    return {
        name: forms.MultipleChoiceField(
            label=label,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=help_text or "",
            error_messages={"invalid_choice": _("Something you chose here is not offered now.")},
        )
        for name, (label, help_text) in labels.items()
    }


def workshop_choices(
    offers: Iterable[WorkshopOffer],
    kind: WorkshopKind,
    *,
    included: Iterable[str],
    event: Any,
    chosen: Iterable[str] = (),
) -> list[tuple[str, ChoiceWords]]:
    """
    What can be added; `included` is in the ticket already.

    What was `chosen` stays, though it may be full by now: a form sent twice took the seat itself.
    """
    language = get_language() or "es"
    without, kept = set(included), set(chosen)
    return [
        (
            each.workshop.slug,
            ChoiceWords(
                str(each.workshop.name),
                text=workshop_in_words(each, event),
                price=price_in_words(each.price, language) if each.price else "",
            ),
        )
        for each in offers
        if each.workshop.kind == kind
        and (each.is_available or each.workshop.slug in kept)
        and each.workshop.slug not in without
    ]


class ChoiceForm(AskerForm):
    ticket = forms.ChoiceField(
        label=_("Ticket"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose a ticket."),
            "invalid_choice": _("This ticket is not on sale now."),
        },
    )

    def __init__(self, *args: Any, event: Any, offer: OfferToHer, **kwargs: Any) -> None:
        super().__init__(*args, offer=offer, **kwargs)
        self.available = [each.value for each in offer.tickets_for_her if each.is_available]
        self.choice_field("ticket").choices = [(value, value) for value in self.available]
        for name, field in workshop_fields().items():
            field.choices = workshop_choices(
                offer.workshops, FIELDS_OF_KINDS[name], included=(), event=event
            )
            if field.choices:
                self.fields[name] = field

    @classmethod
    def looked_at(cls, values: QueryDict, *, event: Any, offer: OfferToHer) -> "ChoiceForm":
        """As the address says, without complaining about what is not chosen yet."""
        chosen = {name: values.getlist(name) for name in FIELDS_OF_KINDS}
        initial = cls.initial_of(offer) | chosen | {"ticket": values.get("ticket", "")}
        return cls(initial=initial, event=event, offer=offer)

    @classmethod
    def sent(cls, values: QueryDict, *, event: Any, offer: OfferToHer) -> "ChoiceForm":
        """As the address says, checked; what it leaves to the page is as the page shows it."""
        shown = cls.initial_of(offer)
        whole = values.copy()
        for name in ("society", "currency"):
            whole.setdefault(name, shown[name])
        return cls(whole, event=event, offer=offer)

    @property
    def ticket_rows(self) -> list[TicketRow]:
        available = self.available
        chosen = self["ticket"].value() or (available[0] if len(available) == 1 else "")
        return [
            TicketRow(
                offer=each,
                input_id=f"id_ticket_{available.index(each.value)}"
                if each.value in available
                else "",
                is_chosen=each.value == chosen,
            )
            for each in self.offer.tickets_for_her
        ]

    @property
    def add_ons(self) -> list[forms.BoundField]:
        return [self[name] for name in FIELDS_OF_KINDS if name in self.fields]

    @property
    def full_workshops(self) -> list[WorkshopOffer]:
        return [each for each in self.offer.workshops if each.seats_left < 1]

    @property
    def total(self) -> Money | None:
        """What the choice so far costs one person; None while no ticket is chosen."""
        row = next((row for row in self.ticket_rows if row.is_chosen and row.input_id), None)
        if row is None or row.offer.price is None:
            return None
        wanted = {slug for field in self.add_ons for slug in field.value() or ()}
        wanted -= {workshop.slug for workshop in row.offer.included}
        total = row.offer.price.price
        for each in self.offer.workshops:
            if each.workshop.slug in wanted and each.price:
                total += each.price
        return total
