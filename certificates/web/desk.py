"""The organiser's pages about certificates."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certificates.models import Certificate
from certificates.operations.bulk import request_presence_certificates, request_rendering
from certificates.operations.revoking import reissue_certificate, revoke_certificate
from certificates.queries.certificates import certificates_of_event
from certificates.states import CertificateState, CorrectionReason
from certificates.web.forms import ReissueForm, RevokeForm
from certificates.web.refusals import show_refusal
from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role

PAGE_SIZE = 50


@access(team(Role.ORGANISER))
@require_GET
def listing(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    state, words = request.GET.get("state", ""), request.GET.get("q", "")
    found = certificates_of_event(request.event, state=state, words=words)
    return render(
        request,
        "certificates/desk/list.html",
        {
            "event": request.event,
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "state": state,
            "q": words,
            "states": CertificateState.choices,
        },
    )


@access(team(Role.ORGANISER))
@require_GET
def one(request: Any, event_slug: str, certificate_id: int) -> HttpResponse:  # noqa: ARG001
    return _show(request, _certificate(request, certificate_id))


@access(team(Role.ORGANISER))
@require_POST
def revoke(request: Any, event_slug: str, certificate_id: int) -> HttpResponse:
    certificate = _certificate(request, certificate_id)
    form = RevokeForm(request.POST, prefix="revoke")
    if form.is_valid():
        try:
            revoke_certificate(
                certificate_id=certificate.pk,
                reason=CorrectionReason(form.cleaned_data["reason"]),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The certificate was revoked and the person was told."))
            return redirect("certificates:desk_one", event_slug, certificate.pk)
    return _show(request, certificate, revoke_form=form)


@access(team(Role.ORGANISER))
@require_POST
def reissue(request: Any, event_slug: str, certificate_id: int) -> HttpResponse:
    certificate = _certificate(request, certificate_id)
    form = ReissueForm(request.POST, prefix="reissue")
    if form.is_valid():
        try:
            new = reissue_certificate(
                certificate_id=certificate.pk,
                name=form.cleaned_data["name"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("A corrected certificate was issued."))
            return redirect("certificates:desk_one", event_slug, new.pk)
    return _show(request, certificate, reissue_form=form)


@access(team(Role.ORGANISER))
@require_POST
def render_missing(request: Any, event_slug: str) -> HttpResponse:
    return _order(request, event_slug, request_rendering)


@access(team(Role.ORGANISER))
@require_POST
def certify_all(request: Any, event_slug: str) -> HttpResponse:
    return _order(request, event_slug, request_presence_certificates)


def _order(request: Any, event_slug: str, order: Any) -> HttpResponse:
    try:
        job = order(event=request.event, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(
            request, _("Started: %(total)s certificates to make.") % {"total": job.total}
        )
    return redirect("certificates:desk", event_slug)


def _certificate(request: Any, certificate_id: int) -> Certificate:
    return get_object_or_404(
        Certificate.objects.select_related(
            "registration", "claim__designation__credit_type", "file", "replaces"
        ),
        pk=certificate_id,
        activity__event=request.event,
    )


def _show(
    request: HttpRequest,
    certificate: Certificate,
    *,
    revoke_form: RevokeForm | None = None,
    reissue_form: ReissueForm | None = None,
) -> HttpResponse:
    refused = revoke_form is not None or reissue_form is not None
    return render(
        request,
        "certificates/desk/one.html",
        {
            "event": certificate.activity.event,
            "certificate": certificate,
            "successor": getattr(certificate, "replaced_by", None),
            "revoke_form": revoke_form or RevokeForm(prefix="revoke"),
            "reissue_form": reissue_form
            or ReissueForm(prefix="reissue", initial={"name": certificate.facts["name"]}),
        },
        status=422 if refused else 200,
    )
