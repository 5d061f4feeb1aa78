"""What a person changes herself, each shown with what it costs or gives back before it is done."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.web.form_rendering import ChoiceWords
from registration.models import Registration
from registration.operations.cancelling import cancel_registration
from registration.operations.changing import change_workshops
from registration.operations.transferring import transfer_place
from registration.queries.changes import WorkshopChange, workshop_change_of
from registration.queries.own_place import (
    WorkshopsOfPlace,
    cancellation_on_its_page,
    own_place,
    workshops_of_place,
)
from registration.web.forms import AttendeeForm, agreed_money
from registration.web.orders import actor_of
from registration.web.words import price_in_words, workshop_in_words


def _registration(token: str) -> Registration:
    return get_object_or_404(
        Registration.objects.select_related(
            "event", "event__venue", "order", "order__event", "ticket_type", "variation"
        ),
        token=token,
    )


def _too_late(request: HttpRequest, token: str) -> HttpResponse:
    messages.error(
        request, _("This can no longer be changed here. Please write to the organisers.")
    )
    return redirect("registration:place", token)


class WorkshopsForm(forms.Form):
    workshops = forms.MultipleChoiceField(
        label=gettext_lazy("Workshops and more"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("Something you chose here is not offered now.")
        },
    )

    def __init__(
        self, *args: object, of: WorkshopsOfPlace, event: object, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # as a form takes them
        language = get_language() or "es"
        field = self.fields["workshops"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = [
            (
                each.workshop.slug,
                ChoiceWords(
                    str(each.workshop.name),
                    text=workshop_in_words(each, event),  # type: ignore[arg-type] # an event
                    price=price_in_words(each.price, language) if each.price else "",
                ),
            )
            for each in of.offers
            if each.workshop.slug not in of.included
            and (each.is_available or each.workshop.slug in of.held)
        ]


class TransferForm(AttendeeForm):
    sure = forms.BooleanField(
        label=gettext_lazy("I give my place away and keep no ticket"),
        error_messages={"required": gettext_lazy("Please confirm that you give your place away.")},
    )


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
def workshops(request: HttpRequest, token: str) -> HttpResponse:
    """She chooses, sees the difference, and only then confirms it."""
    registration = _registration(token)
    at = timezone.now()
    if not own_place(registration, at=at).may_change:
        return _too_late(request, token)
    of = workshops_of_place(registration, at=at)
    if request.method == "GET" and "look" not in request.GET:
        form = WorkshopsForm(initial={"workshops": of.held}, of=of, event=registration.event)
        return _workshops_page(request, registration, of, form, None)
    typed = request.POST if request.method == "POST" else request.GET
    form = WorkshopsForm(typed, of=of, event=registration.event)
    if not form.is_valid():
        return _workshops_page(request, registration, of, form, None, status=422)
    wanted = form.cleaned_data["workshops"]
    try:
        if request.method == "GET":
            change = workshop_change_of(registration, wanted=wanted, at=at)
            return _workshops_page(request, registration, of, form, change)
        change_workshops(
            registration_id=registration.pk,
            workshops=wanted,
            by_herself=True,
            agreed=agreed_money(request.POST.get("agreed", "")),
            actor=actor_of(request),
            at=at,
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _workshops_page(request, registration, of, form, None, status=422)
    messages.success(request, _("Your workshops are changed."))
    registration.order.refresh_from_db()
    if own_place(registration, at=at).knows_the_order:
        return redirect("registration:order", registration.order.token)
    return redirect("registration:place", token)


def _workshops_page(
    request: HttpRequest,
    registration: Registration,
    of: WorkshopsOfPlace,
    form: WorkshopsForm,
    change: WorkshopChange | None,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "registration/place_workshops.html",
        {
            "event": registration.event,
            "registration": registration,
            "included": [each.workshop for each in of.offers if each.workshop.slug in of.included],
            "full": of.full,
            "form": form,
            "change": change,
        },
        status=status,
    )


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, token: str) -> HttpResponse:
    registration = _registration(token)
    at = timezone.now()
    if not own_place(registration, at=at).may_change:
        return _too_late(request, token)
    if request.method == "GET":
        same = {"profession": registration.profession, "country": str(registration.country)}
        return _transfer_page(request, registration, TransferForm(initial=same))
    form = TransferForm(request.POST)
    if not form.is_valid():
        return _transfer_page(request, registration, form, status=422)
    try:
        transfer_place(
            registration_id=registration.pk,
            attendee=form.details,
            by_herself=True,
            actor=actor_of(request),
            at=at,
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _transfer_page(request, registration, form, status=422)
    return render(
        request,
        "registration/place_given_away.html",
        {"event": registration.event, "name": form.details.badge_name},
    )


def _transfer_page(
    request: HttpRequest, registration: Registration, form: TransferForm, *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "registration/place_transfer.html",
        {"event": registration.event, "registration": registration, "form": form},
        status=status,
    )


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """What cancelling gives back is shown first; the second step does it."""
    registration = _registration(token)
    at = timezone.now()
    if request.method == "POST":
        try:
            cancel_registration(
                registration_id=registration.pk, by_herself=True, actor=actor_of(request), at=at
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your place is cancelled."))
        return redirect("registration:place", token)
    cancellation = cancellation_on_its_page(registration, at=at)
    if cancellation is None:
        return _too_late(request, token)
    return render(
        request,
        "registration/place_cancel.html",
        {"event": registration.event, "registration": registration, "cancellation": cancellation},
    )
