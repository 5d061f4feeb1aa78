"""A person's own pages, behind the secret address of her registration."""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certificates.operations.claiming import claim_credits
from certificates.operations.evaluating import submit_evaluation
from certificates.operations.issuing import certify_presence
from certificates.queries.certificates import file_of, own_certificate
from certificates.queries.standing import DesignationStanding, Standing, standing_of
from certificates.queries.statements import statement_text
from certificates.rules.statements import fill_statement, plain_text
from certificates.states import StatementKind
from certificates.web.forms import ClaimForm, EvaluationForm
from certificates.web.refusals import show_refusal
from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from registration.models import Registration

logger = logging.getLogger(__name__)


def _registration(token: str) -> Registration:
    return get_object_or_404(
        Registration.objects.select_related("event__venue", "person"), token=token
    )


def _standing(registration: Registration) -> Standing:
    standing = standing_of(registration, at=timezone.now())
    if standing is None:
        raise Http404
    return standing


@access(SECRET_ADDRESS)
@require_GET
@never_cache
def credits(request: HttpRequest, token: str) -> HttpResponse:  # noqa: A001 - the page's name
    registration = _registration(token)
    standing = _standing(registration)
    partial = "#certificates" if getattr(request, "htmx", False) else ""
    return render(
        request,
        f"certificates/credits.html{partial}",
        {"event": registration.event, "registration": registration, "standing": standing},
    )


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def evaluation(request: HttpRequest, token: str) -> HttpResponse:
    registration = _registration(token)
    standing = _standing(registration)
    form = EvaluationForm(request.POST or None, questions=standing.activity.questions.all())
    if request.method == "POST" and form.is_valid():
        try:
            submit_evaluation(
                registration_id=registration.pk, answers=form.answers(), at=timezone.now()
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. Your answers were kept without your name."))
            return redirect("certificates:credits", token)
    return render(
        request,
        "certificates/evaluation.html",
        {
            "event": registration.event,
            "registration": registration,
            "standing": standing,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def claim(request: HttpRequest, token: str, designation_id: int) -> HttpResponse:
    registration = _registration(token)
    line = _line(_standing(registration), designation_id)
    form = ClaimForm(
        request.POST or None,
        initial={"claimed": line.proposed},
        increment=line.rule.increment,
        allowed=line.proposed,
        attestation=_attestation(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            claim_credits(
                registration_id=registration.pk,
                designation_id=designation_id,
                claimed=form.cleaned_data["claimed"],
                attested=form.cleaned_data["attested"],
                actor=request.user if request.user.is_authenticated else None,
                at=timezone.now(),
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your credits were claimed."))
            return redirect("certificates:credits", token)
    return render(
        request,
        "certificates/claim.html",
        {"event": registration.event, "registration": registration, "line": line, "form": form},
        status=422 if form.errors else 200,
    )


def _line(standing: Standing, designation_id: int) -> DesignationStanding:
    for line in standing.designations:
        if line.designation.pk == designation_id:
            return line
    raise Http404


def _attestation() -> str:
    text = statement_text(
        StatementKind.ATTESTATION, credit_code="", language=get_language() or "es"
    )
    return plain_text(fill_statement(text, {})) or _("I claim only the credit for what I attended.")


@access(SECRET_ADDRESS)
@require_http_methods(["POST"])
def presence_certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Of participation or attendance, without credits."""
    registration = _registration(token)
    try:
        certify_presence(
            registration_id=registration.pk,
            actor=request.user if request.user.is_authenticated else None,
            at=timezone.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("certificates:credits", token)


@access(SECRET_ADDRESS)
@require_GET
@never_cache
def certificate_file(request: HttpRequest, token: str, public_id: str) -> HttpResponse:
    registration = _registration(token)
    certificate = own_certificate(registration, public_id)
    if certificate is None:
        raise Http404
    if not certificate.is_valid:
        return redirect("certificates:verification", public_id)
    if not certificate.is_ready:
        messages.info(request, _("Your certificate is being prepared. It takes a minute at most."))
        return redirect("certificates:credits", token)
    try:
        content = file_of(certificate)
    except (OSError, ValueError):
        # Gone or changed on the disk: never handed out. The audit names it, a person mends it.
        logger.exception("The file of certificate %s cannot be read", certificate.serial)
        return render(
            request,
            "certificates/file_unreadable.html",
            {"event": registration.event, "certificate": certificate},
            status=503,
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{certificate.serial}.pdf"'
    return response
