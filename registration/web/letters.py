"""A person's letter to a consulate, and the page at which anybody checks one."""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conference.access import PUBLIC, SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.models import User
from registration.models import Registration, VisaLetter
from registration.operations.inviting import request_letter, withdraw_letter
from registration.queries.letters import (
    file_of_letter,
    letter_verification_of,
    letters_of_person,
    own_letter,
)
from registration.states import WithdrawalCause
from registration.web.letter_forms import PassportForm

logger = logging.getLogger(__name__)


def _registration(token: str) -> Registration:
    return get_object_or_404(
        Registration.objects.select_related("event__venue", "order"), token=token
    )


def _actor(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """How her letter stands; POST asks for one."""
    registration = _registration(token)
    form = PassportForm(
        request.POST or None,
        initial={
            "name": registration.certificate_name,
            "arrives_on": registration.event.first_day.isoformat(),
            "leaves_on": registration.event.last_day.isoformat(),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            request_letter(
                registration_id=registration.pk,
                passport=form.passport,
                actor=_actor(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The organisers review it. We write to you."))
            return redirect("registration:letter", token)
    return render(
        request,
        "registration/letters/of_person.html",
        {
            "event": registration.event,
            "registration": registration,
            "letters": letters_of_person(registration, at=timezone.now()),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@access(SECRET_ADDRESS)
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """She typed something wrong, or does not travel: a new one may be asked for."""
    registration = _registration(token)
    found = letters_of_person(registration, at=timezone.now()).letter
    if found is None:
        raise Http404
    try:
        withdraw_letter(
            letter_id=found.pk,
            cause=WithdrawalCause.BY_HERSELF,
            actor=_actor(request),
            at=timezone.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The letter is withdrawn."))
    return redirect("registration:letter", token)


@access(SECRET_ADDRESS)
@require_GET
@never_cache
def letter_file(request: HttpRequest, token: str, public_id: str) -> HttpResponse:
    found = own_letter(_registration(token), public_id)
    if found is None or not found.is_valid:
        raise Http404
    if not found.is_ready:
        messages.info(request, _("Your letter is being prepared. It takes a minute at most."))
        return redirect("registration:letter", token)
    return pdf_of_letter(request, found)


def pdf_of_letter(request: HttpRequest, letter: VisaLetter) -> HttpResponse:
    try:
        content = file_of_letter(letter)
    except (OSError, ValueError):
        logger.exception("The file of letter %s cannot be read", letter.written_number)
        return render(request, "registration/documents/file_unreadable.html", status=503)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="letter-{letter.written_number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _kept_private(response: HttpResponse) -> HttpResponse:
    """Not indexed, not stored, and the address with its identifier goes to no other site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


@access(PUBLIC)
@require_GET
def verification(request: HttpRequest, public_id: str) -> HttpResponse:
    found = letter_verification_of(public_id)
    if found is None:
        # The same bytes for whatever is not there; it is told nothing about why.
        return _kept_private(render(request, "registration/letters/unknown.html", status=404))
    return _kept_private(
        render(
            request,
            "registration/letters/verification.html",
            {"found": found, "letter": found.letter, "event": found.event},
        )
    )
