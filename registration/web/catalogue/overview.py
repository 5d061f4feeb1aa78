"""Everything that is sold, on one page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conference.access import access, team
from conference.states import Role
from registration.queries.catalogue_desk import catalogue_on_the_desk


@access(team(Role.ORGANISER))
@require_safe
def overview(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    return render(
        request,
        "registration/catalogue/overview.html",
        {
            "event": request.event,
            "catalogue": catalogue_on_the_desk(request.event, at=timezone.now()),
        },
    )
