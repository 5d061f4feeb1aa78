"""An event as the public sees it: what, where, when, what it costs, how to register."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from conference.access import PUBLIC, access
from conference.models import Event
from registration.queries.orders import offer_of


@access(PUBLIC)
@require_GET
def event_page(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = get_object_or_404(Event.objects.published().select_related("venue"), slug=event_slug)
    return render(
        request,
        "registration/event.html",
        {"event": event, "offer": offer_of(event, at=timezone.now())},
    )
