"""Anybody may check a certificate: from its QR code, or by its typed code."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from certificates.queries.certificates import public_id_of_code, verification_of
from certificates.rules.public_ids import CodeMistyped
from certificates.web.forms import CodeForm
from conference.access import PUBLIC, access
from conference.limiting import MINUTE_SECONDS, asks_too_often
from conference.web.momentary import keep_while

MOST_CODES_PER_MINUTE = 30
HEAD_HOLDS_SECONDS = 60


def _kept_private(response: HttpResponse) -> HttpResponse:
    """Not indexed, not stored, and the address with its identifier goes to no other site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    """The same bytes for whatever is not there; it is told nothing about why."""
    return _kept_private(render(request, "certificates/verification_unknown.html", status=404))


def _too_often(request: HttpRequest) -> HttpResponse:
    response = _kept_private(render(request, "429.html", status=429))
    response["Retry-After"] = str(MINUTE_SECONDS)
    return response


@access(PUBLIC)
@require_GET
def verification(request: HttpRequest, public_id: str) -> HttpResponse:
    if asks_too_often(
        request, what="certificate", most_per_minute=settings.CERTIFICATE_LOOKUPS_PER_MINUTE
    ):
        return _too_often(request)
    found = verification_of(public_id)
    if found is None:
        return _unknown(request)
    made_at = time.monotonic()
    page = render(request, "certificates/verification.html", {"found": found, "event": found.event})
    # The event's name and days in the page's head may be a minute old; the certificate never is.
    return keep_while(
        _kept_private(page),
        lambda: time.monotonic() - made_at < HEAD_HOLDS_SECONDS and found.still_holds(),
    )


@access(PUBLIC)
@require_GET
def by_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and asks_too_often(
        request, what="certificate-code", most_per_minute=MOST_CODES_PER_MINUTE
    ):
        return _too_often(request)
    if form.is_bound and form.is_valid():
        try:
            public_id = public_id_of_code(form.cleaned_data["code"])
        except CodeMistyped:
            form.add_error(
                "code",
                _("That is not a code of ours. Compare each character with the certificate."),
            )
        else:
            if public_id is None:
                return _unknown(request)
            return _kept_private(redirect("certificates:verification", public_id))
    return _kept_private(
        render(
            request,
            "certificates/verification_by_code.html",
            {"form": form},
            status=422 if form.errors else 200,
        )
    )
