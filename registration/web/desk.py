"""The organiser's desk: the event on one page, and its people."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from conference.access import SIGNED_IN, access, team
from conference.queries import events_organised_by, events_with_a_door_for, jobs_of_event
from conference.states import Role
from registration.exports.registrations_csv import RegistrationRow, render_registrations_csv
from registration.models import Registration
from registration.queries.desk import desk_numbers, events_of_team, registrations_found
from registration.queries.questions_desk import answers_in_words, questions_on_the_desk
from registration.rules.references import written_reference
from registration.states import RegistrationState

PAGE_SIZE = 50


@access(SIGNED_IN)
@require_GET
def my_events(request: Any) -> HttpResponse:
    return render(
        request,
        "registration/desk/my_events.html",
        {
            "organised": events_of_team(events_organised_by(request.user)),
            "with_a_door": events_with_a_door_for(request.user).select_related("venue"),
        },
    )


@access(team(Role.ORGANISER))
@require_GET
def dashboard(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    return render(
        request,
        "registration/desk/dashboard.html",
        {
            "event": request.event,
            "numbers": desk_numbers(request.event, at=timezone.now()),
            "jobs": jobs_of_event(request.event)[:5],
        },
    )


@access(team(Role.ORGANISER))
@require_GET
def people(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    filters = _filters(request)
    found = registrations_found(request.event, **filters)
    return render(
        request,
        "registration/desk/people.html",
        {
            "event": request.event,
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "filters": filters,
            "states": RegistrationState.choices,
            "ticket_types": request.event.ticket_types.all(),
            "query": request.GET.urlencode(),
        },
    )


@access(team(Role.ORGANISER))
@require_GET
def people_csv(request: Any, event_slug: str) -> HttpResponse:
    found = list(registrations_found(request.event, **_filters(request)))
    questions = list(questions_on_the_desk(request.event))
    answers = answers_in_words(each.pk for each in found)
    rows = [
        _row(each, tuple(answers.get(each.pk, {}).get(one.pk, "") for one in questions))
        for each in found
    ]
    head = (
        _("Reference"), _("State"), _("Name on the badge"), _("Name on the certificate"),
        _("E-mail"), _("Profession"), _("Country of practice"), _("Institution"),
        _("Ticket type"), _("Price"), _("Currency"), _("Registered (UTC)"),
        *(str(question.label) for question in questions),
    )  # fmt: skip
    return HttpResponse(
        render_registrations_csv(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="registrations-{event_slug}.csv"'},
    )


def _filters(request: Any) -> dict[str, str]:
    return {
        "state": request.GET.get("state", ""),
        "words": request.GET.get("q", ""),
        "ticket_type": request.GET.get("ticket_type", ""),
    }


def _row(registration: Registration, answers: tuple[str, ...]) -> RegistrationRow:
    return RegistrationRow(
        reference=written_reference(registration.order.reference),
        state=registration.get_state_display(),
        badge_name=registration.badge_name,
        certificate_name=registration.certificate_name,
        email=registration.email,
        profession=registration.get_profession_display(),
        country=str(registration.country.name),
        institution=registration.institution,
        ticket_type=str(registration.ticket_type.name),
        price=str(registration.price.amount),
        currency=registration.currency,
        registered_at=registration.registered_at.strftime("%Y-%m-%d %H:%M"),
        answers=answers,
    )
