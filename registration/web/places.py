"""A person's page: her ticket, her names, her places."""

import io

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from conference.access import SECRET_ADDRESS, SIGNED_IN, access
from conference.kernel.errors import DomainError
from conference.models import User
from registration.models import Badge, Registration
from registration.operations.correcting import correct_names
from registration.queries.orders import place_of, registrations_of
from registration.queries.own_place import own_place
from registration.queries.proofs import proof_of_person
from registration.web.forms import NamesForm

QUIET_ZONE_MODULES = 4  # what the standard asks for, so that every scanner finds the code


def _registration(token: str) -> Registration:
    return get_object_or_404(
        Registration.objects.select_related(
            "event",
            "event__venue",
            "order",
            "order__event",
            "ticket_type",
            "variation",
            "status_proof",
        ),
        token=token,
    )


@access(SECRET_ADDRESS)
@require_GET
def place(request: HttpRequest, token: str) -> HttpResponse:
    registration = _registration(token)
    return _place_page(request, registration, NamesForm.of(registration))


@access(SECRET_ADDRESS)
@require_POST
def names(request: HttpRequest, token: str) -> HttpResponse:
    registration = _registration(token)
    form = NamesForm(request.POST)
    if not form.is_valid():
        return _place_page(request, registration, form, status=422)
    try:
        correct_names(
            registration_id=registration.pk,
            by_herself=True,
            actor=request.user if isinstance(request.user, User) else None,
            at=timezone.now(),
            **form.cleaned_data,
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _place_page(request, registration, form, status=422)
    messages.success(request, _("Your names are saved."))
    return redirect("registration:place", token)


def _place_page(
    request: HttpRequest, registration: Registration, form: NamesForm, *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "registration/place.html",
        {
            "event": registration.event,
            "registration": registration,
            "place": place_of(registration),
            "own": own_place(registration, at=timezone.now()),
            "proof": proof_of_person(registration, at=timezone.now()),
            "form": form,
        },
        status=status,
    )


@access(SECRET_ADDRESS)
@require_GET
def qr_svg(_request: HttpRequest, token: str) -> HttpResponse:
    """The code of the ticket as a drawing, for the page."""
    return _qr(token, kind="svg", media_type="image/svg+xml")


@access(SECRET_ADDRESS)
@require_GET
def qr_png(_request: HttpRequest, token: str) -> HttpResponse:
    """The same as a picture, for letters: mail programs show no drawings."""
    return _qr(token, kind="png", media_type="image/png")


def _qr(token: str, *, kind: str, media_type: str) -> HttpResponse:
    badge = Badge.objects.filter(registration__token=token, revoked_at__isnull=True).first()
    if badge is None:
        raise Http404
    drawing = io.BytesIO()
    segno.make_qr(badge.token, error="m").save(
        drawing, kind=kind, scale=8, border=QUIET_ZONE_MODULES, light="#ffffff"
    )
    response = HttpResponse(drawing.getvalue(), content_type=media_type)
    response["Cache-Control"] = "private, max-age=300"
    return response


@access(SIGNED_IN)
@require_GET
def my_registrations(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101 - the declared access sees to it
    return render(
        request,
        "registration/my_registrations.html",
        {"registrations": registrations_of(request.user)},
    )
