"""The programme for other programs: calendar, schedule.json, schedule.xml."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from conference.access import PUBLIC, access
from conference.kernel.errors import InputRefused
from schedule.exports.programme_ical import render_programme_ical
from schedule.exports.schedule_json import render_schedule_json
from schedule.exports.schedule_xml import render_schedule_xml
from schedule.queries import (
    ProgrammeFacts,
    ProgrammeFilter,
    ProgrammeHead,
    programme_facts,
    programme_of_one,
    read_filter,
)
from schedule.web.answers import file_answer
from schedule.web.page import programme_address
from schedule.web.programme import head_or_404

CALENDAR = "text/calendar; charset=utf-8"


def _published(event_slug: str) -> ProgrammeHead:
    head = head_or_404(event_slug)
    if not head.is_published:
        raise Http404
    return head


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


@access(PUBLIC)
@require_safe
def programme_ical(request: HttpRequest, event_slug: str) -> HttpResponseBase:
    """The calendar of the whole programme, or of the part that the address chooses."""
    head = _published(event_slug)
    try:
        chosen = read_filter(request.GET)
    except InputRefused as refusal:
        return HttpResponse(f"{refusal}\n", status=400, content_type="text/plain; charset=utf-8")
    facts: list[ProgrammeFacts] = []

    def make() -> bytes:
        facts.append(
            programme_facts(head, chosen=chosen, address=programme_address(head.event_slug))
        )
        (found,) = facts
        return render_programme_ical(found, sessions=found.sessions, name=found.title, host=_host())

    return file_answer(
        request,
        head,
        kind="ical",
        address=chosen.address,
        media_type=CALENDAR,
        filename=f"{event_slug}.ics",
        make=make,
        is_worth_keeping=lambda: not chosen.query and bool(facts[0].sessions),
    )


@access(PUBLIC)
@require_safe
def session_ical(request: HttpRequest, event_slug: str, code: str) -> HttpResponseBase:
    head = _published(event_slug)

    def make() -> bytes:
        facts = programme_of_one(head, code, address=programme_address(head.event_slug))
        if facts is None:
            raise Http404
        (session,) = facts.sessions
        return render_programme_ical(
            facts, sessions=facts.sessions, name=session.title, host=_host()
        )

    return file_answer(
        request,
        head,
        kind=f"ical {code}",
        address="",
        media_type=CALENDAR,
        filename=f"{event_slug}-{code}.ics",
        make=make,
        is_worth_keeping=lambda: True,
    )


def _whole(
    request: HttpRequest,
    event_slug: str,
    *,
    filename: str,
    media_type: str,
    render: Callable[[ProgrammeFacts], bytes],
) -> HttpResponseBase:
    head = _published(event_slug)
    return file_answer(
        request,
        head,
        kind=filename,
        address="",
        media_type=media_type,
        filename=filename,
        make=lambda: render(
            programme_facts(
                head, chosen=ProgrammeFilter(), address=programme_address(head.event_slug)
            )
        ),
        is_worth_keeping=lambda: True,
    )


@access(PUBLIC)
@require_safe
def schedule_json(request: HttpRequest, event_slug: str) -> HttpResponseBase:
    return _whole(
        request,
        event_slug,
        filename="schedule.json",
        media_type="application/json",
        render=render_schedule_json,
    )


@access(PUBLIC)
@require_safe
def schedule_xml(request: HttpRequest, event_slug: str) -> HttpResponseBase:
    return _whole(
        request,
        event_slug,
        filename="schedule.xml",
        media_type="application/vnd.c3voc.schedule+xml; charset=utf-8",
        render=render_schedule_xml,
    )
