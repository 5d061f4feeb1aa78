"""
Taking an offered place: page two of registering, for as many people as the offer is for.

Only the ticket is fixed; what was typed goes round with the page as it does there.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.models import User
from registration.models import Order, WaitingEntry
from registration.operations.accepting import accept_offer
from registration.operations.offering import look_in
from registration.queries.offers import Shop, shop_of, ticket_value
from registration.queries.queueing import with_what_was_offered
from registration.queries.quotes import Quote, quote_of
from registration.queries.wishes import PersonWish
from registration.web.asking import asker_of
from registration.web.checkout import too_many_codes, tries_too_many_codes
from registration.web.details import DetailsPage
from registration.web.forms import BuyerForm, agreed_money
from registration.web.people_forms import PersonForm, Typed, typed_people


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponse:
    try:
        page = look_in(token=token, at=timezone.now())
    except WaitingEntry.DoesNotExist:
        raise Http404 from None
    entry = page.entry
    if entry.order is not None:
        return redirect("registration:order", entry.order.token)
    if not page.offer_stands:
        return redirect("registration:waiting_entry", token)
    if entry.registration is not None:
        return _take_the_seat(request, entry)
    asker = asker_of(request.POST)
    if tries_too_many_codes(request, asker.voucher_code):
        return too_many_codes(request)
    shop = shop_of(entry.event, voucher_code=asker.voucher_code, at=timezone.now())
    take_page = TakePage(request, entry.event, _only_what_is_offered(shop, entry), asker, entry)
    if request.method == "GET":
        return take_page.show(_blank_people(entry))
    people = typed_people(request.POST)
    people = [*people, *_blank_people(entry)[len(people) :]][: entry.party_size]
    if request.POST.get("do"):
        return take_page.show(people)
    return take_page.place(people)


def _take_the_seat(request: HttpRequest, entry: WaitingEntry) -> HttpResponse:
    """One button: who she is and how she pays stands with her ticket."""
    if request.method == "GET":
        return render(
            request, "registration/waiting_take_seat.html", {"event": entry.event, "entry": entry}
        )
    try:
        order = accept_offer(
            entry_id=entry.pk,
            language=entry.language,
            actor=request.user if isinstance(request.user, User) else None,
            at=timezone.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("registration:waiting_entry", entry.token)
    return redirect("registration:order", order.token)


def _only_what_is_offered(shop: Shop, entry: WaitingEntry) -> Shop:
    """The ticket of the offer alone; for a workshop every ticket on sale."""
    if entry.ticket_type is None:
        return shop
    shown = [each for each in shop.shown if each.ticket_type.pk == entry.ticket_type_id]
    return replace(shop, shown=shown)


def _blank_people(entry: WaitingEntry) -> list[Typed]:
    people: list[Typed] = [MultiValueDict() for _person in range(entry.party_size)]
    people[0]["email"] = entry.email
    people[0]["badge_name"] = entry.name
    return people


@dataclass(frozen=True)
class TakePage(DetailsPage):
    entry: WaitingEntry

    def _persons(self, people: list[Typed], *, is_sent: bool) -> list[PersonForm]:
        if self.entry.ticket_type is not None:
            for typed in people:
                typed["ticket"] = ticket_value(self.entry.ticket_type, self.entry.variation)
        return [
            PersonForm(typed, number=number, shop=self.shop, asker=self.asker, is_sent=is_sent)
            for number, typed in enumerate(people, 1)
        ]

    def _wishes(self, wishes: list[PersonWish]) -> list[PersonWish]:
        return [with_what_was_offered(wish, self.entry) for wish in wishes]

    def _quote(self, persons: list[PersonForm]) -> Quote:
        return quote_of(
            self.event,
            self._wishes([person.wish_so_far for person in persons]),
            currency=self._currency(persons),
            voucher_code=self.asker.voucher_code,
            at=timezone.now(),
        )

    def _order(self, persons: list[PersonForm], buyer: BuyerForm) -> Order:
        request, typed = self.request, buyer.cleaned_data
        return accept_offer(
            entry_id=self.entry.pk,
            people=[person.wish for person in persons],
            currency=self._currency(persons),
            voucher_code=typed["code"],
            payer_email=typed["payer_email"],
            payer_name=typed["payer_name"],
            payment_method=typed.get("payment", ""),
            terms_accepted=typed["terms_accepted"],
            agreed=agreed_money(request.POST.get("agreed", "")),
            language=get_language() or "es",
            actor=request.user if isinstance(request.user, User) else None,
            at=timezone.now(),
        )

    def _more(self) -> dict[str, Any]:
        return {"offered": self.entry, "may_add": False}
