"""
Registering, page two: the people, who pays, and the order.

What is typed goes round with the page, so nothing is lost and no address holds personal data.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conference.access import PUBLIC, access
from conference.kernel.errors import DomainError
from conference.kernel.tokens import new_token
from conference.limiting import MINUTE_SECONDS, asks_too_often
from conference.models import Event, User
from registration.models import Order
from registration.operations.ordering import place_order
from registration.queries.money import ways_to_pay
from registration.queries.offers import Asker, Shop, shop_of
from registration.queries.quotes import Quote, emails_registered, quote_of
from registration.queries.wishes import WishedPlace
from registration.rules.refusals import AlreadyRegistered
from registration.states import PaymentMethod
from registration.web.asking import asker_of
from registration.web.checkout import (
    choice_page,
    published_event,
    too_many_codes,
    tries_too_many_codes,
)
from registration.web.choosing import ChoiceForm
from registration.web.forms import BuyerForm, agreed_money
from registration.web.people_forms import (
    MOST_ON_A_PAGE,
    PersonForm,
    Typed,
    first_person,
    people_after,
    typed_people,
)

# Where a refusal of the operation is shown, of one person and of the order.
FIELD_OF_A_PERSON = {"ticket_type": "ticket", "variation": "ticket", "quota": "ticket"}
FIELD_OF_THE_ORDER = {"voucher": "code", "payment_method": "payment"}


@access(PUBLIC)
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = published_event(event_slug)
    asker = asker_of(request.GET if request.method == "GET" else _with_typed_code(request))
    if tries_too_many_codes(request, asker.voucher_code):
        return too_many_codes(request)
    shop = shop_of(event, voucher_code=asker.voucher_code, at=timezone.now())
    page = DetailsPage(request, event, shop, asker)
    if request.method == "GET":
        choice = ChoiceForm.sent(request.GET, event=event, offer=shop.offer_to(asker))
        if not choice.is_valid():
            return choice_page(request, event, choice, status=422)
        return page.show([first_person(request.GET, request.user)])
    people = typed_people(request.POST)
    if wanted := request.POST.get("do", ""):
        return page.show(people_after(people, wanted))
    return page.place(people)


def _with_typed_code(request: HttpRequest) -> QueryDict:
    """The address, with the code of the page in place of its own."""
    values = request.GET.copy()
    values["code"] = request.POST.get("code", "")
    return values


@dataclass(frozen=True, slots=True)
class Line:
    """One person in the summary; without `place` it cannot be said yet what hers costs."""

    person: PersonForm
    place: WishedPlace | None


@dataclass(frozen=True, slots=True)
class DetailsPage:
    request: HttpRequest
    event: Event
    shop: Shop
    asker: Asker

    def show(self, people: list[Typed]) -> HttpResponse:
        """The page with what was typed, without complaints: she is not done."""
        persons = self._persons(people, is_sent=False)
        quote = self._quote(persons)
        typed = self.request.POST
        initial = {name: typed[name] for name in BuyerForm.base_fields if name in typed}
        initial = {
            "submission_token": new_token(),
            "code": self.asker.voucher_code,
            **initial,
        }
        buyer = BuyerForm(initial=initial, methods=self._methods(persons), total=quote.total)
        return self._render(persons, buyer, quote, status=200)

    def place(self, people: list[Typed]) -> HttpResponse:
        persons = self._persons(people, is_sent=True)
        quote = self._quote(persons)
        buyer = BuyerForm(self.request.POST, methods=self._methods(persons), total=quote.total)
        _refuse_the_same_address_twice(persons)
        if not all([form.is_valid() for form in (*persons, buyer)]):  # noqa: C419 - check them all
            return self._render(persons, buyer, quote, status=422)
        if asks_too_often(self.request, what="order", most_per_minute=settings.ORDERS_PER_MINUTE):
            return self._ask_to_wait(persons, buyer, quote)
        try:
            order = self._order(persons, buyer)
        except DomainError as refusal:
            self._say(refusal, persons, buyer)
            return self._render(persons, buyer, self._quote(persons), status=422)
        return redirect("registration:order", order.token)

    def _ask_to_wait(
        self, persons: list[PersonForm], buyer: BuyerForm, quote: Quote
    ) -> HttpResponse:
        words = _(
            "More orders came from your network than we take in a minute. Please send it again."
        )
        buyer.add_error(None, words)
        response = self._render(persons, buyer, quote, status=429)
        response["Retry-After"] = str(MINUTE_SECONDS)
        return response

    def _order(self, persons: list[PersonForm], buyer: BuyerForm) -> Order:
        """Sold out meanwhile? The operation says so, and knows a form that was sent twice."""
        request, typed = self.request, buyer.cleaned_data
        return place_order(
            event_slug=self.event.slug,
            people=[person.wish for person in persons],
            currency=self._currency(persons),
            voucher_code=typed["code"],
            payer_email=typed["payer_email"],
            payer_name=typed["payer_name"],
            payment_method=typed.get("payment", ""),
            terms_accepted=typed["terms_accepted"],
            submission_token=typed["submission_token"],
            agreed=agreed_money(request.POST.get("agreed", "")),
            language=get_language() or "es",
            actor=request.user if isinstance(request.user, User) else None,
            at=timezone.now(),
        )

    def _persons(self, people: list[Typed], *, is_sent: bool) -> list[PersonForm]:
        return [
            PersonForm(typed, number=number, shop=self.shop, asker=self.asker, is_sent=is_sent)
            for number, typed in enumerate(people, 1)
        ]

    def _currency(self, persons: list[PersonForm]) -> str:
        return persons[0].offer.currency

    def _methods(self, persons: list[PersonForm]) -> list[PaymentMethod]:
        return ways_to_pay(self.event, currency=self._currency(persons))

    def _quote(self, persons: list[PersonForm]) -> Quote:
        return quote_of(
            self.event,
            [person.wish_so_far for person in persons],
            currency=self._currency(persons),
            voucher_code=self.asker.voucher_code,
            at=timezone.now(),
        )

    def _say(self, refusal: DomainError, persons: list[PersonForm], buyer: BuyerForm) -> None:
        """Show a refusal of the operation where it can be mended."""
        name, words = refusal.field or "", str(refusal)
        if isinstance(refusal, AlreadyRegistered):
            there = emails_registered(self.event, [each.wish.attendee.email for each in persons])
            known = [each for each in persons if each.wish.attendee.email.lower() in there]
            for person in known:
                person.add_error("email", words)
            if known:
                return
        if name.startswith("answers."):
            name = "q-" + name.removeprefix("answers.")
        name = FIELD_OF_A_PERSON.get(name, name)
        if len(persons) == 1 and name in persons[0].fields:
            persons[0].add_error(name, words)
            return
        name = FIELD_OF_THE_ORDER.get(name, name)
        buyer.add_error(name if name in buyer.fields else None, words)

    def _render(
        self, persons: list[PersonForm], buyer: BuyerForm, quote: Quote, *, status: int
    ) -> HttpResponse:
        places = quote.wish.places if quote.wish else [None] * len(persons)
        back = self.request.GET.copy()
        return render(
            self.request,
            "registration/details.html",
            {
                "event": self.event,
                "policy": self.shop.policy,
                "persons": persons,
                "buyer": buyer,
                "forms": [*persons, buyer],
                "quote": quote,
                "lines": [Line(*each) for each in zip(persons, places, strict=True)],
                "may_add": len(persons) < MOST_ON_A_PAGE,
                "most": MOST_ON_A_PAGE,
                "next_number": len(persons) + 1,
                "back": back.urlencode(),
                **self._more(),
            },
            status=status,
        )

    def _more(self) -> dict[str, Any]:
        """What a page like this one says beside: of an offer from the waiting list."""
        return {}


def _refuse_the_same_address_twice(persons: list[PersonForm]) -> None:
    addresses = [person.typed.get("email", "").strip().lower() for person in persons]
    several = {address for address, times in Counter(addresses).items() if address and times > 1}
    for person, address in zip(persons, addresses, strict=True):
        if address in several:
            person.add_error(
                "email",
                forms.ValidationError(
                    _("Each person needs an e-mail address of her own."), code="same_email"
                ),
            )
