"""The organiser's desk: who waits for what, and an offer by hand."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role
from registration.models import WaitingEntry
from registration.operations.offering import offer_by_hand
from registration.queries.waiting_pages import lists_on_the_desk


@access(team(Role.ORGANISER))
@require_GET
def lists(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    return _page(request)


def _page(request: Any, *, refused: int = 0, refusal: str = "", status: int = 200) -> HttpResponse:
    return render(
        request,
        "registration/desk/waiting.html",
        {
            "event": request.event,
            "lists": lists_on_the_desk(request.event),
            "refused": refused,
            "refusal": refusal,
            "reason": request.POST.get("reason", "")[:300],
        },
        status=status,
    )


@access(team(Role.ORGANISER))
@require_POST
def offer(request: Any, event_slug: str, entry_id: int) -> HttpResponse:
    if not WaitingEntry.objects.filter(event=request.event, pk=entry_id).exists():
        raise Http404
    try:
        entry = offer_by_hand(
            entry_id=entry_id,
            reason=request.POST.get("reason", "").replace("\0", ""),
            actor=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        return _page(request, refused=entry_id, refusal=str(refusal), status=422)
    messages.success(request, _("Offered to %(name)s.") % {"name": entry.name})
    return redirect("registration:desk_waiting", event_slug)
