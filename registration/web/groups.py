"""The pages of who owns a group: its seats, and the ways in which they get their people."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.limiting import asks_too_often
from conference.models import User
from registration.exports.group_csv import render_group_csv
from registration.imports.group_list import column_in_words, heads_in_words, read_people
from registration.models import Group, GroupSeat
from registration.operations.importing_groups import RowReport, import_people, preview_people
from registration.operations.inviting_groups import close_link, invite_to_group, open_link
from registration.operations.naming import free_seat, name_person
from registration.queries.groups import group_by_token, group_on_its_page
from registration.states import ImportOutcome, NamedBy
from registration.web.catalogue.price_files import TextOrFileForm
from registration.web.forms import AttendeeForm

MOST_INVITATIONS_PER_MINUTE = 60
MOST_NAMES_PER_MINUTE = 60  # each is a letter to somebody
MOST_LISTS_PER_MINUTE = 20


def actor_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def group_or_404(token: str) -> Group:
    group = group_by_token(token)
    if group is None:
        raise Http404
    return group


def number_typed(request: HttpRequest, name: str) -> int:
    """What is no small number is 0, which every operation refuses."""
    typed = request.POST.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0


@access(SECRET_ADDRESS)
@require_GET
@never_cache
def group_page(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, group_or_404(token))


def _page(
    request: HttpRequest,
    group: Group,
    *,
    refusals: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "registration/groups/owner.html",
        {
            "event": group.event,
            "group": group,
            "page": group_on_its_page(group, at=timezone.now()),
            "refusals": refusals or {},
            "typed": request.POST,
            "knows_the_order": group.order.email.casefold() == group.email.casefold(),
        },
        status=status,
    )


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def name(request: HttpRequest, token: str) -> HttpResponse:
    group = group_or_404(token)
    initial = {"profession": group.profession, "country": str(group.country)}
    form = AttendeeForm(request.POST if request.method == "POST" else None, initial=initial)
    for field in form.fields.values():
        field.widget.attrs["autocomplete"] = "off"  # not the owner's own
    status = 200
    if request.method == "POST":
        status = 422
        if asks_too_often(request, what="group-name", most_per_minute=MOST_NAMES_PER_MINUTE):
            form.add_error(None, _("Too many people at once. Please try again in a moment."))
            status = 429
        elif form.is_valid() and _was_named(request, group, form):
            return redirect("registration:group", token)
    return render(
        request,
        "registration/groups/name.html",
        {"event": group.event, "group": group, "form": form},
        status=status,
    )


def _was_named(request: HttpRequest, group: Group, form: AttendeeForm) -> bool:
    try:
        name_person(
            group_id=group.pk,
            attendee=form.details,
            by=NamedBy.OWNER,
            actor=actor_of(request),
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    messages.success(
        request, _("%(name)s has a seat now.") % {"name": form.details.badge_name.strip()}
    )
    return True


def _change(
    request: HttpRequest, token: str, part: str, change: Callable[[Group], str]
) -> HttpResponse:
    """Do it and say so on the group's page, or say there why not, beside what was typed."""
    group = group_or_404(token)
    try:
        said = change(group)
    except GroupSeat.DoesNotExist:
        raise Http404 from None
    except DomainError as refusal:
        return _page(request, group, refusals={part: str(refusal)}, status=422)
    messages.success(request, said)
    return redirect("registration:group", token)


@access(SECRET_ADDRESS)
@require_POST
def invite(request: HttpRequest, token: str) -> HttpResponse:
    if asks_too_often(request, what="invite", most_per_minute=MOST_INVITATIONS_PER_MINUTE):
        words = _("Too many invitations in a minute. Please try again in a moment.")
        return _page(request, group_or_404(token), refusals={"invite": words}, status=429)

    def send(group: Group) -> str:
        seat = invite_to_group(
            group_id=group.pk,
            email=request.POST.get("email", ""),
            by_desk=False,
            actor=actor_of(request),
            at=timezone.now(),
        )
        return _("An invitation is on its way to %(email)s.") % {"email": seat.email}

    return _change(request, token, "invite", send)


@access(SECRET_ADDRESS)
@require_POST
def free(request: HttpRequest, token: str) -> HttpResponse:
    number = number_typed(request, "seat")

    def take_off(group: Group) -> str:
        free_seat(
            group_id=group.pk, number=number, by_desk=False, actor=actor_of(request),
            at=timezone.now(),
        )  # fmt: skip
        return _("Seat %(number)d is free for somebody else.") % {"number": number}

    return _change(request, token, "seats", take_off)


@access(SECRET_ADDRESS)
@require_POST
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A number that is none is refused by the operation as too small."""

    def turn(group: Group) -> str:
        if request.POST.get("do") == "close":
            close_link(group_id=group.pk, actor=actor_of(request), at=timezone.now())
            return _("The link is closed. Whoever came by it keeps her seat.")
        open_link(
            group_id=group.pk, most=number_typed(request, "most"), actor=actor_of(request),
            at=timezone.now(),
        )  # fmt: skip
        return _("The link is open.")

    return _change(request, token, "link", turn)


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def people_list(request: HttpRequest, token: str) -> HttpResponse:
    """
    First a preview that changes nothing, then the same text again to be brought in.

    The preview carries the text itself: nothing is kept between the two.
    """
    group = group_or_404(token)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = TextOrFileForm(*sent)
    reports: list[RowReport] | None = None
    encoding, status = "", 200
    if request.method == "POST":
        status = 422
        if asks_too_often(request, what="list", most_per_minute=MOST_LISTS_PER_MINUTE):
            form.add_error(None, _("Too many lists in a minute. Please try again in a moment."))
            status = 429
        elif form.is_valid():
            try:
                found = read_people(form.cleaned_data["content"])
                asked: dict[str, Any] = {
                    "group_id": group.pk, "lines": found.lines, "by_desk": False,
                    "actor": actor_of(request), "at": timezone.now(),
                }  # fmt: skip
                if "apply" in request.POST:
                    return _brought_in(request, token, import_people(**asked))
                reports, encoding, status = preview_people(**asked), found.encoding, 200
            except DomainError as refusal:
                form.add_error("file", forms.ValidationError(str(refusal), code=refusal.code))
    return render(
        request,
        "registration/groups/list.html",
        {
            "event": group.event,
            "group": group,
            "form": form,
            "reports": [(each, column_in_words(each.column)) for each in reports or ()],
            "is_preview": reports is not None,
            "encoding": encoding,
            "text": _text(form, encoding) if reports is not None else "",
            "will_change": sum(each.outcome in CHANGING for each in reports or ()),
            "refused": sum(each.outcome == ImportOutcome.REFUSED for each in reports or ()),
        },
        status=status,
    )


CHANGING = (ImportOutcome.ADDED, ImportOutcome.CHANGED)
CODECS = {"UTF-16": "utf-16", "Windows-1252": "cp1252"}


def _text(form: TextOrFileForm, encoding: str) -> str:
    content: bytes = form.cleaned_data["content"]
    return content.decode(CODECS.get(encoding, "utf-8-sig"))


def _brought_in(request: HttpRequest, token: str, reports: list[RowReport]) -> HttpResponse:
    changed = sum(each.outcome in CHANGING for each in reports)
    refused = [each for each in reports if each.outcome == ImportOutcome.REFUSED]
    if changed:
        messages.success(
            request,
            ngettext(
                "%(number)d person of the list was added or changed.",
                "%(number)d people of the list were added or changed.",
                changed,
            )
            % {"number": changed},
        )
    else:
        messages.info(request, _("Nothing had to be changed."))
    for each in refused[:20]:
        messages.warning(
            request, _("Row %(number)d: %(words)s") % {"number": each.number, "words": each.words}
        )
    return redirect("registration:group", token)


@access(SECRET_ADDRESS)
@require_GET
def template(_request: HttpRequest, token: str) -> HttpResponse:
    group_or_404(token)
    return _csv("template.csv", [heads_in_words()])


@access(SECRET_ADDRESS)
@require_GET
def people_csv(_request: HttpRequest, token: str) -> HttpResponse:
    """Who sits where, as far as the owner sees it on the page."""
    page = group_on_its_page(group_or_404(token), at=timezone.now())
    head = [_("Seat"), _("State"), _("Name"), _("E-mail"), _("Sessions attended")]
    rows = [
        [
            str(seat.number), str(seat.state.label), seat.name, seat.email,
            str(seat.attendance.sessions) if seat.attendance else "",
        ]
        for seat in page.seats
    ]  # fmt: skip
    return _csv("people.csv", [head, *rows])


def _csv(filename: str, rows: list[list[str]]) -> HttpResponse:
    return HttpResponse(
        render_group_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
