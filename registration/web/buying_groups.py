"""
Seats for a group: what seats stands in the address, with the price; then who names and who pays.
"""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
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
from registration.operations.buying_groups import buy_group
from registration.queries.group_wishes import GroupWish, group_wish_of
from registration.queries.money import ways_to_pay
from registration.queries.offers import Asker, OfferToHer, offer_to
from registration.web.checkout import published_event
from registration.web.forms import agreed_money
from registration.web.group_forms import GroupBuyerForm, GroupChoiceForm

FIELD_OF_CHOICE = {
    "ticket_type": "ticket", "variation": "ticket", "quota": "ticket", "workshops": "workshop",
}  # fmt: skip


@access(PUBLIC)
@require_http_methods(["GET", "POST"])
def buy(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = published_event(event_slug)
    offer = offer_to(event, Asker(), at=timezone.now())
    if offer.policy is None or not offer.policy.group_seats:
        raise Http404
    if "ticket" not in request.GET:
        return _page(request, event, offer, GroupChoiceForm(offer=offer))
    choice = GroupChoiceForm(request.GET, offer=offer)
    wish = _wish(event, choice) if choice.is_valid() else None
    if wish is None:
        return _page(request, event, offer, choice, status=422)
    methods = ways_to_pay(event, currency=wish.currency)
    if request.method == "GET":
        initial = {"submission_token": new_token()}
        if isinstance(request.user, User):
            initial["email"] = request.user.email
        buyer = GroupBuyerForm(initial=initial, methods=methods, total=wish.total)
        return _page(request, event, offer, choice, wish=wish, buyer=buyer)
    buyer = GroupBuyerForm(request.POST, methods=methods, total=wish.total)
    if not buyer.is_valid():
        return _page(request, event, offer, choice, wish=wish, buyer=buyer, status=422)
    if asks_too_often(request, what="order", most_per_minute=settings.ORDERS_PER_MINUTE):
        buyer.add_error(
            None,
            _("More orders came from your network than we take in a minute. Please send it again."),
        )
        response = _page(request, event, offer, choice, wish=wish, buyer=buyer, status=429)
        response["Retry-After"] = str(MINUTE_SECONDS)
        return response
    typed = buyer.cleaned_data
    try:
        order = buy_group(
            event_slug=event_slug,
            **choice.wanted,
            name=typed["name"],
            email=typed["email"],
            payer_name=typed["payer_name"],
            payer_email=typed["payer_email"],
            payment_method=typed.get("payment", ""),
            terms_accepted=typed["terms_accepted"],
            submission_token=typed["submission_token"],
            agreed=agreed_money(request.POST.get("agreed", "")),
            language=get_language() or "es",
            actor=request.user if isinstance(request.user, User) else None,
            at=timezone.now(),
        )
    except DomainError as refusal:
        buyer.add_error(refusal.field if refusal.field in buyer.fields else None, str(refusal))
        return _page(request, event, offer, choice, wish=wish, buyer=buyer, status=422)
    return redirect("registration:order", order.token)


def _wish(event: Event, choice: GroupChoiceForm) -> GroupWish | None:
    try:
        return group_wish_of(event_slug=event.slug, **choice.wanted, at=timezone.now())
    except DomainError as refusal:
        name = FIELD_OF_CHOICE.get(refusal.field or "", refusal.field)
        choice.add_error(name if name in choice.fields else None, str(refusal))
    return None


def _page(
    request: HttpRequest,
    event: Event,
    offer: OfferToHer,
    choice: GroupChoiceForm,
    *,
    wish: GroupWish | None = None,
    buyer: GroupBuyerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "event": event,
        "offer": offer,
        "policy": offer.policy,
        "choice": choice,
        "wish": wish,
        "buyer": buyer,
    }
    return render(request, "registration/groups/buy.html", context, status=status)
