"""
Registering on two pages. What was chosen on the first stands in the address of the second, so
nothing is kept between them and the browser's back button works.
"""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from conference.access import PUBLIC, access
from conference.kernel.errors import DomainError
from conference.kernel.tokens import new_token
from conference.models import Event, User
from registration.operations.ordering import place_order
from registration.queries.orders import Offer, offer_of
from registration.queries.wishes import PersonWish
from registration.rules.refusals import CurrenciesDiffer
from registration.rules.sale import total_of
from registration.web.forms import ChoiceForm, DetailsForm
from registration.web.words import price_in_words


def _event(event_slug: str) -> Event:
    return get_object_or_404(Event.objects.published().select_related("venue"), slug=event_slug)


def _choice(event: Event, offer: Offer, values: QueryDict | None) -> ChoiceForm:
    return ChoiceForm(
        values, event=event, ticket_types=offer.ticket_types, workshops=offer.workshops
    )


@access(PUBLIC)
@require_GET
def choose(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = _event(event_slug)
    offer = offer_of(event, at=timezone.now())
    form = _choice(event, offer, request.GET if "ticket" in request.GET else None)
    return _choice_page(request, event, offer, form, status=200)


def _choice_page(
    request: HttpRequest, event: Event, offer: Offer, form: ChoiceForm, *, status: int
) -> HttpResponse:
    return render(
        request,
        "registration/choose.html",
        {"event": event, "offer": offer, "form": form, "total": _total_in_words(form)},
        status=status,
    )


@access(PUBLIC)
@require_GET
def show_total(request: HttpRequest, event_slug: str) -> HttpResponse:
    """What the choice so far costs, for htmx; without it the button of page one shows the same."""
    event = _event(event_slug)
    form = _choice(event, offer_of(event, at=timezone.now()), request.GET)
    return render(request, "registration/choose.html#total", {"total": _total_in_words(form)})


def _total_in_words(form: ChoiceForm) -> str:
    if not form.is_bound or form.chosen_ticket_type is None:
        return ""
    prices = [form.chosen_ticket_type.price, *(each.price for each in form.chosen_workshops)]
    try:
        return price_in_words(total_of(prices), get_language() or "es")
    except CurrenciesDiffer as refusal:
        return str(refusal)


@access(PUBLIC)
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = _event(event_slug)
    offer = offer_of(event, at=timezone.now())
    choice = _choice(event, offer, request.GET)
    if request.method == "GET":
        if not choice.is_valid():
            return _choice_page(request, event, offer, choice, status=422)
        initial = {"submission_token": new_token()}
        if isinstance(request.user, User):
            initial |= {"email": request.user.email, "badge_name": request.user.name}
        return _details_page(request, event, offer, choice, DetailsForm(initial=initial))
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _details_page(request, event, offer, choice, form, status=422)
    # Sold out meanwhile? The operation says so, and knows a form that was sent twice.
    try:
        order = place_order(
            event_slug=event.slug,
            people=[
                PersonWish(
                    attendee=form.details,
                    ticket_type=request.GET.get("ticket", ""),
                    workshops=request.GET.getlist("workshops"),
                )
            ],
            payment_method=request.GET.get("payment", ""),
            terms_accepted=form.cleaned_data["terms_accepted"],
            submission_token=form.cleaned_data["submission_token"],
            language=get_language() or "es",
            actor=request.user if isinstance(request.user, User) else None,
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _details_page(request, event, offer, choice, form, status=422)
    return redirect("registration:order", order.token)


def _details_page(
    request: HttpRequest,
    event: Event,
    offer: Offer,
    choice: ChoiceForm,
    form: DetailsForm,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "registration/details.html",
        {
            "event": event,
            "offer": offer,
            "choice": choice,
            "form": form,
            "total": _total_in_words(choice),
        },
        status=status,
    )
