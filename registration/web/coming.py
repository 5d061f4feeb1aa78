"""The front page: events that are coming, to be chosen from; and those that are over."""

import datetime as dt
from functools import cached_property
from http import HTTPStatus

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conference.access import PUBLIC, access
from conference.kernel.errors import InputRefused
from conference.states import EventKind, EventSubject
from conference.web.momentary import kept_for_a_moment
from registration.queries.coming_events import (
    EventFilter,
    EventGroup,
    EventOnOffer,
    coming_events,
    events_matching,
    grouped,
    past_events,
    read_event_filter,
)

PAST_ON_A_PAGE = 50


class EventsPage:
    """The events that were chosen, and what can be chosen of them."""

    def __init__(self, events: list[EventOnOffer], chosen: EventFilter) -> None:
        self.events = events
        self.chosen = chosen

    @cached_property
    def found(self) -> list[EventOnOffer]:
        return events_matching(self.events, self.chosen)

    @cached_property
    def groups(self) -> list[EventGroup]:
        return grouped(self.found)

    @property
    def has_withdrawal_link(self) -> bool:
        policies = (getattr(one.event, "registration_policy", None) for one in self.events)
        return any(policy.withdrawal_link for policy in policies if policy)

    @cached_property
    def kinds(self) -> list[tuple[str, str]]:
        present = {one.event.kind for one in self.events}
        return [(kind.value, str(kind.label)) for kind in EventKind if kind.value in present]

    @cached_property
    def subjects(self) -> list[tuple[str, str]]:
        present = {subject for one in self.events for subject in one.event.subjects}
        return [(each.value, str(each.label)) for each in EventSubject if each.value in present]

    @cached_property
    def countries(self) -> list[tuple[str, str]]:
        present = {one.event.venue.country for one in self.events}
        named = {country.code: str(country.name) for country in present}
        return sorted(named.items(), key=lambda pair: pair[1])

    @cached_property
    def months(self) -> list[tuple[str, dt.date]]:
        present = sorted({month for one in self.events for month in one.months})
        return [(month, dt.date.fromisoformat(f"{month}-01")) for month in present]

    @cached_property
    def languages(self) -> list[str]:
        present = {language for one in self.events for language in one.event.languages}
        return [code for code, _name in settings.LANGUAGES if code in present]


@access(PUBLIC)
@require_safe
@kept_for_a_moment
def front(request: HttpRequest) -> HttpResponse:
    try:
        chosen, refusal = read_event_filter(request.GET), None
    except InputRefused as refused:
        chosen, refusal = EventFilter(), refused
    page = EventsPage(coming_events(at=timezone.now()), chosen)
    is_part = (
        "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    )
    response = render(
        request,
        "registration/coming_results.html" if is_part else "registration/coming.html",
        {"page": page, "refusal": refusal, "typed": request.GET.get("q", "")[:200]},
        status=HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
    )
    if is_part:
        response["HX-Push-Url"] = (
            f"{request.path}?{chosen.address}" if chosen.address else request.path
        )
    response["Vary"] = "HX-Request"
    return response


@access(PUBLIC)
@require_safe
def past(request: HttpRequest) -> HttpResponse:
    events = past_events(at=timezone.now())
    page: Page[EventOnOffer] = Paginator(events, PAST_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "registration/past.html", {"page": page})
