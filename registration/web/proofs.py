"""The person's proof of her status: what is asked, until when, what otherwise; and her file."""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.limiting import MINUTE_SECONDS, asks_too_often
from registration.models import Registration, StatusProof
from registration.operations.proving import submit_proof
from registration.queries.own_place import own_place
from registration.queries.proofs import ProofOfPerson, file_of_proof, proof_of_person
from registration.web.orders import actor_of
from registration.web.proof_forms import ProofForm

MOST_FILES_PER_MINUTE = 30  # a hospital's people share one network address
logger = logging.getLogger(__name__)
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg"}


def _found(token: str) -> tuple[Registration, ProofOfPerson]:
    registration = get_object_or_404(
        Registration.objects.select_related(
            "event__venue", "order__event", "ticket_type", "status_proof__file"
        ),
        token=token,
    )
    found = proof_of_person(registration, at=timezone.now())
    if found is None:
        raise Http404
    return registration, found


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """How her proof stands; POST sends a file."""
    registration, found = _found(token)
    if request.method == "GET":
        return _page(request, registration, found, ProofForm())
    form = ProofForm(request.POST, request.FILES)
    if asks_too_often(request, what="proof", most_per_minute=MOST_FILES_PER_MINUTE):
        form.add_error(None, _("Please wait a minute and send it again."))
        response = _page(request, registration, found, form, status=429)
        response["Retry-After"] = str(MINUTE_SECONDS)
        return response
    if not form.is_valid():
        return _page(request, registration, found, form, status=422)
    try:
        submit_proof(
            proof_id=found.proof.pk,
            raw=form.cleaned_data["file"].read(),
            said=form.cleaned_data["said"],
            actor=actor_of(request),
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, registration, found, form, status=422)
    messages.success(request, _("We have it. The organisers look at it, and we write to you."))
    return redirect("registration:proof", token)


def _page(
    request: HttpRequest,
    registration: Registration,
    found: ProofOfPerson,
    form: ProofForm,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "registration/proofs/of_person.html",
        {
            "event": registration.event,
            "registration": registration,
            "found": found,
            "proof": found.proof,
            "own": own_place(registration, at=timezone.now()),
            "form": form,
        },
        status=status,
    )


@access(SECRET_ADDRESS)
@require_GET
@never_cache
def proof_file(request: HttpRequest, token: str) -> HttpResponse:
    _registration, found = _found(token)
    return private_file(request, found.proof)


def private_file(request: HttpRequest, proof: StatusProof) -> HttpResponse:
    """
    What somebody sent us, for whoever may see it: a picture in the page, a PDF as a download.

    The browser is told to run nothing of it, to guess nothing about it and to keep nothing.
    """
    if proof.file is None:
        raise Http404
    try:
        content = file_of_proof(proof)
    except (OSError, ValueError):
        logger.exception("The file of proof %s cannot be read", proof.pk)
        return render(request, "registration/documents/file_unreadable.html", status=503)
    response = HttpResponse(content, content_type=proof.media_type)
    way = "inline" if proof.is_picture else "attachment"
    name = f"proof-{proof.pk}.{SUFFIXES.get(proof.media_type, 'bin')}"
    response["Content-Disposition"] = f'{way}; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
