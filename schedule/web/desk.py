"""The organiser's desk: a programme in from a file, shown to the public, a session cancelled."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role
from schedule.models import Session
from schedule.operations.cancelling import cancel_session, restore_session
from schedule.operations.importing import import_schedule_file
from schedule.operations.publishing import publish_programme, unpublish_programme
from schedule.queries.desk import programme_on_the_desk, sessions_on_the_desk
from schedule.rules import LONGEST_QUERY
from schedule.web.forms import ScheduleFileForm

PAGE_SIZE = 50


@access(team(Role.ORGANISER))
@require_safe
def desk(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    return _show(request, ScheduleFileForm())


@access(team(Role.ORGANISER))
@require_POST
def import_file(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001
    """The answer is the report itself: sending the same file again changes nothing."""
    form = ScheduleFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = import_schedule_file(
                request.event.pk,
                file.read(),
                filename=file.name,
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            return render(
                request,
                "schedule/desk/report.html",
                {"event": request.event, "report": report, "filename": file.name},
            )
    return _show(request, form)


@access(team(Role.ORGANISER))
@require_POST
def publish(request: Any, event_slug: str) -> HttpResponse:
    return _act(
        request,
        event_slug,
        lambda: publish_programme(request.event.pk, actor=request.user, at=timezone.now()),
        _("Everybody can see the programme now."),
    )


@access(team(Role.ORGANISER))
@require_POST
def unpublish(request: Any, event_slug: str) -> HttpResponse:
    return _act(
        request,
        event_slug,
        lambda: unpublish_programme(request.event.pk, actor=request.user, at=timezone.now()),
        _("The programme is hidden again."),
    )


@access(team(Role.ORGANISER))
@require_POST
def cancel(request: Any, event_slug: str, session_id: int) -> HttpResponse:
    session = _session(request, session_id)
    return _act(
        request,
        event_slug,
        lambda: cancel_session(session.pk, actor=request.user, at=timezone.now()),
        _("“%(title)s” is cancelled.") % {"title": session.title},
    )


@access(team(Role.ORGANISER))
@require_POST
def restore(request: Any, event_slug: str, session_id: int) -> HttpResponse:
    session = _session(request, session_id)
    return _act(
        request,
        event_slug,
        lambda: restore_session(session.pk, actor=request.user, at=timezone.now()),
        _("“%(title)s” takes place.") % {"title": session.title},
    )


def _session(request: Any, session_id: int) -> Session:
    try:
        return Session.objects.get(event=request.event, pk=session_id)
    except Session.DoesNotExist as error:
        raise Http404 from error


def _act(
    request: Any, event_slug: str, operation: Callable[[], object], words: str
) -> HttpResponse:
    try:
        operation()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("schedule:desk", event_slug)


def _show(request: Any, form: ScheduleFileForm) -> HttpResponse:
    words = request.GET.get("q", "")[:LONGEST_QUERY]
    page = Paginator(sessions_on_the_desk(request.event, words=words), PAGE_SIZE)
    return render(
        request,
        "schedule/desk/programme.html",
        {
            "event": request.event,
            "found": programme_on_the_desk(request.event),
            "page": page.get_page(request.GET.get("page")),
            "q": words,
            "form": form,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
