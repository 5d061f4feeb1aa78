"""The pages of people of a group: taking one's seat, and what the owner sees of her."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.limiting import MINUTE_SECONDS, asks_too_often
from conference.models import User
from registration.models import GroupSeat, Registration, RegistrationPolicy
from registration.operations.inviting_groups import set_showing, take_group_seat
from registration.operations.naming import leave_group
from registration.queries.catalogue import catalogue_of
from registration.queries.groups import JoinPage, join_page_of, seat_of_person
from registration.web.group_forms import JoinGroupForm, ShowingForm
from registration.web.question_fields import answer_field, answers_in, name_of

MOST_JOINS_PER_MINUTE = 60  # a hospital's people share one network address


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    page = join_page_of(token, at=timezone.now())
    if page is None:
        raise Http404
    policy = RegistrationPolicy.objects.get(event=page.group.event_id)
    questions = catalogue_of(policy).questions_for(page.group.ticket_type_id)
    fields = {name_of(question): answer_field(question) for question in questions}
    form = JoinGroupForm(request.POST if request.method == "POST" else None, initial=_known(page))
    form.fields.update(fields)
    for field in fields.values():
        field.required = False  # the rules of questions say what is wrong with an answer
    if request.method == "GET":
        return _join_page(request, page, policy, form)
    if asks_too_often(request, what="group-join", most_per_minute=MOST_JOINS_PER_MINUTE):
        form.add_error(None, _("Too many people at once. Please try again in a moment."))
        response = _join_page(request, page, policy, form, status=429)
        response["Retry-After"] = str(MINUTE_SECONDS)
        return response
    if not form.is_valid():
        return _join_page(request, page, policy, form, status=422)
    given = answers_in(questions, form.cleaned_data)
    try:
        seat = take_group_seat(
            token=token,
            attendee=form.details,
            language=get_language() or "es",
            answers={slug: value for slug, value in given.items() if value},
            shows_attendance=form.cleaned_data["shows_attendance"],
            shows_credits=form.cleaned_data["shows_credits"],
            actor=request.user if isinstance(request.user, User) else None,
            at=timezone.now(),
        )
    except DomainError as refusal:
        name = (refusal.field or "").replace("answers.", "q-")
        form.add_error(name if name in form.fields else None, str(refusal))
        return _join_page(request, page, policy, form, status=422)
    assert seat.registration is not None  # noqa: S101 - it has just been named
    messages.success(request, _("The seat is yours."))
    return redirect("registration:place", seat.registration.token)


def _known(page: JoinPage) -> dict[str, Any]:
    group = page.group
    return {
        "email": page.email, "profession": group.profession, "country": str(group.country),
    }  # fmt: skip


def _join_page(
    request: HttpRequest,
    page: JoinPage,
    policy: RegistrationPolicy,
    form: JoinGroupForm,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "registration/groups/join.html",
        {
            "event": page.group.event,
            "page": page,
            "group": page.group,
            "policy": policy,
            "form": form,
        },
        status=status,
    )


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def own_group(request: HttpRequest, token: str) -> HttpResponse:
    """What her group's owner sees of her, and leaving the group."""
    registration = get_object_or_404(Registration.objects.select_related("event"), token=token)
    seat = seat_of_person(registration.pk)
    if seat is None:
        raise Http404
    actor = request.user if isinstance(request.user, User) else None
    form = ShowingForm(
        request.POST if request.method == "POST" else None,
        initial={
            "shows_attendance": seat.shows_attendance, "shows_credits": seat.shows_credits,
        },
    )  # fmt: skip
    refusal_words, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("do") == "leave":
                leave_group(registration_id=registration.pk, actor=actor, at=timezone.now())
                messages.success(request, _("You have left the group. Your place has ended."))
                return redirect("registration:place", token)
            set_showing(
                registration_id=registration.pk,
                attendance=form.cleaned_data["shows_attendance"],
                credits=form.cleaned_data["shows_credits"],
                actor=actor,
                at=timezone.now(),
            )
        except GroupSeat.DoesNotExist:  # taken off it since the page was read
            raise Http404 from None
        except DomainError as refusal:
            refusal_words, status = str(refusal), 422
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("registration:own_group", token)
    return render(
        request,
        "registration/groups/own.html",
        {
            "event": registration.event,
            "registration": registration,
            "group": seat.group,
            "seat": seat,
            "form": form,
            "refusal": refusal_words,
            "may_leave": timezone.now() < seat.group.names_until,
        },
        status=status,
    )
