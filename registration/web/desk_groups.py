"""The organisers' desk: groups, the seats they give, and what only they may still change."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.kernel.tokens import new_token
from conference.states import Role
from registration.models import Group, GroupSeat
from registration.operations.buying_groups import sponsor_group
from registration.operations.naming import free_seat, name_person
from registration.operations.returning_seats import return_seats_of, set_group_dates
from registration.queries.groups import group_on_its_page, groups_of_event
from registration.queries.offers import ticket_value
from registration.states import NamedBy
from registration.web.catalogue.fields import MomentField
from registration.web.forms import AttendeeForm
from registration.web.group_forms import SponsorForm
from registration.web.groups import number_typed

FIELD_OF_CHOICE = {"ticket_type": "ticket", "variation": "ticket", "workshops": "workshop"}


class DatesForm(forms.Form):
    returns_at = MomentField(label=gettext_lazy("Seats without a name go back on sale"))
    names_until = MomentField(label=gettext_lazy("Names change freely until"))


def _sponsor_form(request: Any) -> SponsorForm:
    tickets = [
        (ticket_value(ticket, variation), f"{ticket} · {variation}" if variation else str(ticket))
        for ticket in request.event.ticket_types.order_by("sort_key", "pk").prefetch_related(
            "variations"
        )
        for variation in ([each for each in ticket.variations.all() if each.is_offered] or [None])
    ]
    workshops = [
        (each.slug, str(each.name)) for each in request.event.workshops.order_by("sort_key", "pk")
    ]
    return SponsorForm(
        request.POST or None,
        initial={"submission_token": new_token(), "language": request.LANGUAGE_CODE},
        tickets=tickets,
        workshops=workshops,
        languages=[(code, str(name)) for code, name in settings.LANGUAGES],
    )


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: Any, event_slug: str) -> HttpResponse:
    form = _sponsor_form(request)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            typed = form.cleaned_data
            ticket, _dot, variation = typed["ticket"].partition(".")
            try:
                order = sponsor_group(
                    event_slug=event_slug,
                    ticket_type=ticket,
                    variation=variation,
                    workshops=[typed["workshop"]] if typed["workshop"] else [],
                    seats=typed["seats"],
                    name=typed["name"],
                    email=typed["email"],
                    submission_token=typed["submission_token"],
                    language=typed["language"],
                    actor=request.user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                name = FIELD_OF_CHOICE.get(refusal.field or "", refusal.field)
                form.add_error(name if name in form.fields else None, str(refusal))
            else:
                messages.success(request, _("The seats are reserved, and the owner is told."))
                return redirect("registration:desk_group", event_slug, order.group.pk)
    return render(
        request,
        "registration/desk/groups.html",
        {"event": request.event, "groups": groups_of_event(request.event), "form": form},
        status=status,
    )


def _group(request: Any, group_id: int) -> Group:
    found = (
        Group.objects.filter(event=request.event, pk=group_id)
        .select_related("event__venue", "order", "ticket_type", "variation")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _page(
    request: Any,
    group: Group,
    *,
    naming: AttendeeForm | None = None,
    dates: DatesForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    kept = {"returns_at": group.returns_at, "names_until": group.names_until}
    known = {"profession": group.profession, "country": str(group.country)}
    return render(
        request,
        "registration/desk/group.html",
        {
            "event": request.event,
            "group": group,
            "page": group_on_its_page(group, at=timezone.now()),
            "naming": naming or AttendeeForm(initial=known),
            "dates": dates or DatesForm(initial=kept),
            "refusal": refusal,
        },
        status=status,
    )


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: Any, event_slug: str, group_id: int) -> HttpResponse:
    """The page; a form sent to it sets the group's dates."""
    found = _group(request, group_id)
    with timezone.override(request.event.zone):
        if request.method != "POST":
            return _page(request, found)
        dates = DatesForm(request.POST)
        if dates.is_valid():
            try:
                set_group_dates(
                    group_id=found.pk, actor=request.user, at=timezone.now(), **dates.cleaned_data
                )
            except DomainError as refusal:
                dates.add_error(
                    refusal.field if refusal.field in dates.fields else None, str(refusal)
                )
        if not dates.is_valid():
            return _page(request, found, dates=dates, status=422)
    messages.success(request, _("The dates are saved."))
    return redirect("registration:desk_group", event_slug, group_id)


@access(team(Role.ORGANISER))
@require_POST
def name(request: Any, event_slug: str, group_id: int) -> HttpResponse:
    found = _group(request, group_id)
    form = AttendeeForm(request.POST)
    if form.is_valid():
        try:
            name_person(
                group_id=found.pk, attendee=form.details, by=NamedBy.DESK, actor=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    if not form.is_valid():
        return _page(request, found, naming=form, status=422)
    messages.success(
        request, _("%(name)s has a seat now.") % {"name": form.details.badge_name.strip()}
    )
    return redirect("registration:desk_group", event_slug, group_id)


@access(team(Role.ORGANISER))
@require_POST
def free(request: Any, event_slug: str, group_id: int) -> HttpResponse:
    found = _group(request, group_id)
    number = number_typed(request, "seat")
    try:
        free_seat(
            group_id=found.pk, number=number, by_desk=True, actor=request.user, at=timezone.now()
        )
    except GroupSeat.DoesNotExist:
        raise Http404 from None
    except DomainError as refusal:
        return _page(request, found, refusal=str(refusal), status=422)
    messages.success(request, _("Seat %(number)d is free for somebody else.") % {"number": number})
    return redirect("registration:desk_group", event_slug, group_id)


@access(team(Role.ORGANISER))
@require_POST
def give_back(request: Any, event_slug: str, group_id: int) -> HttpResponse:
    found = _group(request, group_id)
    number = return_seats_of(group_id=found.pk, actor=request.user, at=timezone.now())
    messages.success(
        request,
        ngettext("%(number)d seat is on sale again.", "%(number)d seats are on sale again.", number)
        % {"number": number},
    )
    return redirect("registration:desk_group", event_slug, group_id)
