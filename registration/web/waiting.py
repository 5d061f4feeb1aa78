"""Waiting for a place: joining a list, and the page of somebody who waits."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conference.access import PUBLIC, SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.limiting import asks_too_often
from conference.models import Event, User
from registration.models import WaitingEntry
from registration.operations.offering import decline_offer, look_in
from registration.operations.queueing import (
    join_waiting_list,
    leave_waiting_list,
    wait_again,
    wait_with_fewer,
)
from registration.queries.waiting_pages import ListToJoin, list_to_join
from registration.web.waiting_forms import FewerForm, JoinForm

KINDS = ("ticket", "workshop")
MOST_JOINS_PER_MINUTE = 10


def actor_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@access(PUBLIC)
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, event_slug: str, kind: str, slug: str) -> HttpResponse:
    event = get_object_or_404(Event.objects.published().select_related("venue"), slug=event_slug)
    place = request.GET.get("place", "")[:26]
    found = (
        list_to_join(event, kind=kind, slug=slug, registration_token=place, at=timezone.now())
        if kind in KINDS
        else None
    )
    if found is None:
        raise Http404
    if request.method == "GET":
        return _join_page(request, event, found, JoinForm(of=found, initial=_known(request)))
    if asks_too_often(request, what="waiting-list", most_per_minute=MOST_JOINS_PER_MINUTE):
        return render(request, "registration/waiting_too_often.html", status=429)
    form = JoinForm(request.POST, of=found)
    if not form.is_valid():
        return _join_page(request, event, found, form, status=422)
    registration = found.registration
    try:
        entry = join_waiting_list(
            event=event,
            kind=kind,
            slug=slug,
            party_size=1 if registration else form.cleaned_data["party_size"],
            email=registration.email if registration else form.cleaned_data["email"],
            name=registration.badge_name if registration else form.cleaned_data["name"],
            language=get_language() or "es",
            variation=form.cleaned_data.get("variation", ""),
            registration_token=registration.token if registration else "",
            actor=actor_of(request),
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _join_page(request, event, found, form, status=422)
    return redirect("registration:waiting_entry", entry.token)


def _known(request: HttpRequest) -> dict[str, str]:
    user = actor_of(request)
    return {"email": user.email, "name": user.name} if user else {}


def _join_page(
    request: HttpRequest, event: Event, found: ListToJoin, form: JoinForm, *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "registration/waiting_join.html",
        {"event": event, "list": found, "form": form},
        status=status,
    )


@access(SECRET_ADDRESS)
@require_GET
def entry_page(request: HttpRequest, token: str) -> HttpResponse:
    try:
        page = look_in(token=token, at=timezone.now())
    except WaitingEntry.DoesNotExist:
        raise Http404 from None
    return render(
        request,
        "registration/waiting_entry.html",
        {
            "event": page.entry.event,
            "page": page,
            "entry": page.entry,
            "fewer": FewerForm(sizes=page.smaller_parties),
        },
    )


def _change(
    request: HttpRequest, token: str, change: Callable[[WaitingEntry], object], done: str
) -> HttpResponse:
    """Do it, or say why not, on her page."""
    entry = get_object_or_404(WaitingEntry, token=token)
    try:
        change(entry)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("registration:waiting_entry", token)


@access(SECRET_ADDRESS)
@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    return _change(
        request, token,
        lambda entry: decline_offer(entry_id=entry.pk, actor=actor_of(request), at=timezone.now()),
        _("Thank you. The place goes to the next in line."),
    )  # fmt: skip


@access(SECRET_ADDRESS)
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    return _change(
        request, token,
        lambda entry: leave_waiting_list(
            entry_id=entry.pk, actor=actor_of(request), at=timezone.now()
        ),
        _("You have left the list."),
    )  # fmt: skip


@access(SECRET_ADDRESS)
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    return _change(
        request, token,
        lambda entry: wait_again(entry_id=entry.pk, actor=actor_of(request), at=timezone.now()),
        _("You wait again, at the end of the list."),
    )  # fmt: skip


@access(SECRET_ADDRESS)
@require_POST
def fewer(request: HttpRequest, token: str) -> HttpResponse:
    """A number that is none is refused by the operation as too small."""
    wanted = request.POST.get("party_size", "")
    size = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 3 else 0
    return _change(
        request, token,
        lambda entry: wait_with_fewer(
            entry_id=entry.pk, party_size=size, actor=actor_of(request), at=timezone.now()
        ),
        _("Changed. Your place in the line is the same."),
    )  # fmt: skip
