"""The public programme: by day, room, track, language and word; and each session."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conference.access import PUBLIC, access
from conference.kernel.errors import InputRefused
from schedule.queries import (
    ProgrammeFilter,
    ProgrammeHead,
    programme_head,
    programme_of_one,
    read_filter,
)
from schedule.rules import programme_day
from schedule.web.answers import page_answer
from schedule.web.page import ProgrammePage, programme_address


def head_or_404(event_slug: str) -> ProgrammeHead:
    head = programme_head(event_slug)
    if head is None:
        raise Http404
    return head


@access(PUBLIC)
@require_safe
def programme(request: HttpRequest, event_slug: str) -> HttpResponseBase:
    head = head_or_404(event_slug)
    if not head.is_published:
        return render(request, "schedule/not_published.html", {"event": head.event})
    try:
        chosen = read_filter(request.GET)
    except InputRefused as refusal:
        return _refused(request, head, refusal)
    page = ProgrammePage(head, chosen)
    is_part = (
        "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    )
    answer = page_answer(
        request,
        head,
        kind="part" if is_part else "page",
        address=chosen.address,
        make=page.render_results if is_part else page.render,
        is_worth_keeping=lambda: not chosen.query and page.has_sessions(),
    )
    if is_part:
        answer["HX-Push-Url"] = (
            f"{request.path}?{chosen.address}" if chosen.address else request.path
        )
    return answer


def _refused(request: HttpRequest, head: ProgrammeHead, refusal: InputRefused) -> HttpResponse:
    """Say what cannot be read, and show the whole programme's choices again."""
    return render(
        request,
        "schedule/programme.html",
        {
            "event": head.event,
            "page": ProgrammePage(head, ProgrammeFilter()),
            "refusal": refusal,
            "typed": request.GET.get("q", "")[:200],
        },
        status=HTTPStatus.BAD_REQUEST,
    )


@access(PUBLIC)
@require_safe
def session(request: HttpRequest, event_slug: str, code: str) -> HttpResponseBase:
    head = head_or_404(event_slug)
    if not head.is_published:
        raise Http404
    address = programme_address(head.event_slug)

    def make(asked: HttpRequest) -> HttpResponse:
        facts = programme_of_one(head, code, address=address)
        if facts is None:
            raise Http404
        (shown,) = facts.sessions
        day = programme_day(shown.starts_at, facts.zone) if shown.starts_at else None
        return render(
            asked, "schedule/session.html", {"event": head.event, "session": shown, "day": day}
        )

    return page_answer(
        request, head, kind=f"session {code}", address="", make=make, is_worth_keeping=lambda: True
    )
