"""
Registering, page one: what is offered to her. What she chooses stands in the address of page two,
so nothing is kept between them and the browser's back button works.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from conference.access import PUBLIC, access
from conference.limiting import MINUTE_SECONDS, asks_too_often
from conference.models import Event
from registration.queries.offers import offer_to
from registration.web.asking import asker_of
from registration.web.choosing import ChoiceForm

CODES_A_MINUTE = 40  # typed codes of one address; a hospital shares one


def published_event(event_slug: str) -> Event:
    return get_object_or_404(Event.objects.published().select_related("venue"), slug=event_slug)


def tries_too_many_codes(request: HttpRequest, code: str) -> bool:
    return bool(code) and asks_too_often(request, what="code", most_per_minute=CODES_A_MINUTE)


def too_many_codes(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(MINUTE_SECONDS)
    return response


@access(PUBLIC)
@require_GET
def choose(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = published_event(event_slug)
    asker = asker_of(request.GET)
    if tries_too_many_codes(request, asker.voucher_code):
        return too_many_codes(request)
    offer = offer_to(event, asker, at=timezone.now())
    form = ChoiceForm.looked_at(request.GET, event=event, offer=offer)
    return choice_page(request, event, form, status=200)


def choice_page(
    request: HttpRequest, event: Event, form: ChoiceForm, *, status: int
) -> HttpResponse:
    return render(
        request,
        "registration/choose.html",
        {"event": event, "offer": form.offer, "form": form},
        status=status,
    )
