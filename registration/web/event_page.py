"""An event as the public sees it: what, where, when, what it costs her, how to register."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from conference.access import PUBLIC, access
from conference.web.momentary import kept_for_a_moment
from registration.queries.offers import offer_to
from registration.web.asking import AskerForm, asker_of
from registration.web.checkout import published_event, too_many_codes, tries_too_many_codes


@access(PUBLIC)
@require_GET
@kept_for_a_moment
def event_page(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = published_event(event_slug)
    asker = asker_of(request.GET)
    if tries_too_many_codes(request, asker.voucher_code):
        return too_many_codes(request)
    offer = offer_to(event, asker, at=timezone.now())
    return render(
        request,
        "registration/event.html",
        {
            "event": event,
            "offer": offer,
            "form": AskerForm(initial=AskerForm.initial_of(offer), offer=offer),
            "carried": request.GET.urlencode(),
        },
    )
