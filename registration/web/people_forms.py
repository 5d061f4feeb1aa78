"""
Page two: the people of an order, each with her own names, ticket and answers.

What was typed goes round with the page; people are added and taken away by its buttons, so
nothing is kept between requests and nothing is lost.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from conference.models import User
from registration.models import Workshop
from registration.queries.offers import Asker, OfferToHer, Shop, TicketOffer
from registration.queries.wishes import PersonWish
from registration.rules.attendees import AttendeeDetails
from registration.rules.questions import look_at_answers
from registration.states import Profession
from registration.web.choosing import FIELDS_OF_KINDS, workshop_choices, workshop_fields
from registration.web.forms import AttendeeForm, details_of
from registration.web.question_fields import answer_field, answers_in, asked_now, name_of
from registration.web.words import price_in_words

MOST_ON_A_PAGE = 10  # more make a form that nobody fills in; groups have pages of their own
COPIED_TO_THE_NEXT = ("country", "profession", "institution", "ticket")

Typed = MultiValueDict[str, str]


def typed_people(values: QueryDict) -> list[Typed]:
    """What was typed for each person, by the names of her fields."""
    written = values.get("people", "")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 4 else 1
    people = []
    for index in range(1, min(max(number, 1), MOST_ON_A_PAGE) + 1):
        prefix = f"person-{index}-"
        people.append(
            MultiValueDict(
                {
                    name.removeprefix(prefix): values.getlist(name)
                    for name in values
                    if name.startswith(prefix)
                }
            )
        )
    return people


def one_more(people: list[Typed]) -> Typed:
    """A new person beside these, with what is likely the same."""
    last = people[-1]
    return MultiValueDict({name: last.getlist(name) for name in COPIED_TO_THE_NEXT if name in last})


def people_after(people: list[Typed], wanted: str) -> list[Typed]:
    """The people once somebody was added or taken away; anything else only shows the page again."""
    verb, _dash, number = wanted.partition("-")
    if verb == "add" and len(people) < MOST_ON_A_PAGE:
        return [*people, one_more(people)]
    if verb == "remove" and len(people) > 1:
        return [each for index, each in enumerate(people, 1) if str(index) != number] or people
    return people


def first_person(address: QueryDict, user: Any) -> Typed:
    """What the address of page one says, and who is signed in."""
    names = ("country", "profession", "ticket", *FIELDS_OF_KINDS)
    typed: Typed = MultiValueDict(
        {name: address.getlist(name) for name in names if name in address}
    )
    if isinstance(user, User):
        typed["email"] = user.email
        typed["badge_name"] = user.name
    return typed


class PersonForm(AttendeeForm):
    """
    One person. `typed` decides what is offered to her and asked of her; with `is_sent` it is also
    checked.
    """

    field_order = [
        "badge_name", "certificate_name", "email", "institution", "profession", "country",
        "ticket",
    ]  # fmt: skip

    ticket = forms.ChoiceField(
        label=_("Ticket"),
        error_messages={
            "required": _("Please choose a ticket."),
            "invalid_choice": _("This ticket is not on sale now."),
        },
    )

    def __init__(
        self, typed: Typed, *, number: int, shop: Shop, asker: Asker, is_sent: bool
    ) -> None:
        self.number = number
        self.typed = typed
        prefix = f"person-{number}"
        if is_sent:
            sent = MultiValueDict({f"{prefix}-{name}": typed.getlist(name) for name in typed})
            super().__init__(sent, prefix=prefix)
        else:
            super().__init__(prefix=prefix)
        self.offer = self._offer_to_her(shop, asker)
        self.chosen = self._chosen(self.offer.tickets)
        self.questions = shop.questions_for(self.chosen.ticket_type.pk) if self.chosen else []
        self._society_id = asker.society_id
        self._offer_choices(shop)
        self._ask()
        if number > 1:
            for name in ("badge_name", "certificate_name", "email", "institution", "country"):
                self.fields[name].widget.attrs["autocomplete"] = "off"  # not the buyer's own
        if not is_sent:
            for name, field in self.fields.items():
                field.initial = field.widget.value_from_datadict(typed, MultiValueDict(), name)

    def _offer_to_her(self, shop: Shop, asker: Asker) -> OfferToHer:
        profession, country = self.typed.get("profession", ""), self.typed.get("country", "")
        return shop.offer_to(
            Asker(
                country=country if country in countries else "",
                profession=profession if profession in Profession.values else "",
                society_id=asker.society_id,
                currency=asker.currency,
                voucher_code=asker.voucher_code,
            )
        )

    def _chosen(self, tickets: Iterable[TicketOffer]) -> TicketOffer | None:
        value = self.typed.get("ticket", "")
        return next((each for each in tickets if each.value == value), None)

    def _offer_choices(self, shop: Shop) -> None:
        language = get_language() or "es"
        field = self.fields["ticket"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [
            ("", "—"),
            *(
                (each.value, f"{each.name} — {price_in_words(each.price.price, language)}")
                for each in self.offer.tickets_for_her
                if each.price and (each.is_available or each == self.chosen)
            ),
        ]
        included = [workshop.slug for workshop in self.included]
        for name, field in workshop_fields().items():
            field.choices = workshop_choices(
                self.offer.workshops,
                FIELDS_OF_KINDS[name],
                included=included,
                event=shop.event,
                chosen=self.typed.getlist(name),
            )
            if field.choices:
                self.fields[name] = field

    def _ask(self) -> None:
        asked = asked_now(self.questions, self._typed_answers)
        by_id = {question.pk: question for question in self.questions}
        for question in self.questions:
            field = answer_field(question)
            self.fields[name_of(question)] = field
            depends_on = by_id.get(question.shown_if_id or 0)
            field.shown_if = (  # type: ignore[attr-defined] # read by the template
                {
                    "name": self.add_prefix(name_of(depends_on)),
                    "answer": question.shown_if_answer,
                    "is_shown": question.slug in asked,
                }
                if depends_on
                else None
            )

    @property
    def _typed_answers(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for question in self.questions:
            name = name_of(question)
            is_list = question.kind == "some_of"
            found[name] = self.typed.getlist(name) if is_list else self.typed.get(name)
        return found

    @property
    def name(self) -> str:
        """How the page calls her."""
        typed = self.typed.get("badge_name", "").strip()
        return typed or _t("Person %(number)d") % {"number": self.number}

    @property
    def included(self) -> list[Workshop]:
        return self.chosen.included if self.chosen else []

    @property
    def add_ons(self) -> list[forms.BoundField]:
        return [self[name] for name in FIELDS_OF_KINDS if name in self.fields]

    @property
    def answers(self) -> list[forms.BoundField]:
        return [self[name_of(question)] for question in self.questions]

    @property
    def has_problems_in_her_choice(self) -> bool:
        return self.is_bound and any(field.errors for field in (self["ticket"], *self.add_ons))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        _asked, problems = look_at_answers(
            self.questions, answers_in(self.questions, self._typed_answers)
        )
        for slug, refusal in problems.items():
            self.add_error(f"q-{slug}", forms.ValidationError(str(refusal), code=refusal.code))
        return values

    @property
    def wish(self) -> PersonWish:
        """What she asks for, once it is checked."""
        given = answers_in(self.questions, self._typed_answers)
        return self._wish(self.details, given=given)

    @property
    def wish_so_far(self) -> PersonWish:
        """The same of what was typed until now, to say what it costs."""
        typed = details_of({name: self.typed.get(name, "") for name in self.fields})
        return self._wish(typed, given={})

    def _wish(self, details: AttendeeDetails, *, given: dict[str, Any]) -> PersonWish:
        # Looked up before anything is checked, and the database holds no NUL.
        ticket, _dot, variation = self.typed.get("ticket", "").replace("\0", "").partition(".")
        return PersonWish(
            attendee=details,
            ticket_type=ticket,
            variation=variation,
            workshops=[
                slug.replace("\0", "")
                for field in self.add_ons
                for slug in self.typed.getlist(field.name)
            ],
            answers={slug: value for slug, value in given.items() if value},
            society_id=self._society_id,
        )
