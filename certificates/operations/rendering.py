"""Making the file of a certificate: rendered, sealed, stored under its hash, and the link sent."""

import contextlib
import datetime as dt

from django.conf import settings
from django.db import transaction

from certificates.exports.certificate_facts import facts_from_json
from certificates.models import Certificate
from certificates.operations.errors import NotRenderable
from certificates.states import CertificateAction
from conference.kernel.background import after_commit
from conference.kernel.job_kinds import FileContent
from conference.models import StoredFile
from conference.operations.emailing import queue_email
from conference.operations.history import record
from conference.operations.jobs import keep_file

FORGOTTEN_AFTER = dt.timedelta(minutes=2)
MOST_AT_ONCE = 200


def render_certificate(certificate_id: int, *, at: dt.datetime) -> Certificate:
    """
    Render and seal outside any lock, then note the file if nobody did so before.

    Whoever comes second leaves a file that nothing names, and sends nothing.

    :raises NotRenderable: if it was superseded or revoked before it had a file.
    """
    certificate = _with_all(certificate_id)
    if certificate.is_ready:
        return certificate
    if not certificate.is_valid:
        raise NotRenderable(f"Certificate {certificate.serial} is not valid any more.")
    # pyHanko takes most of a second to import: workers pay it, the web process does not.
    from certificates.exports.sealing import render_sealed, seal_of  # noqa: PLC0415 - see above

    (sealed,) = render_sealed(
        [facts_from_json(certificate.facts)],
        seal=seal_of(str(settings.SEAL_KEY_FILE), str(settings.SEAL_CERT_FILE)),
        at=at,
    )
    stored = keep_file(FileContent(sealed, "application/pdf"), at=at)
    return _note_file(certificate, stored, at=at)


def render_if_valid(certificate_id: int, *, at: dt.datetime) -> None:
    """For workers: one that ended meanwhile needs no file, and that is no fault."""
    with contextlib.suppress(NotRenderable):
        render_certificate(certificate_id, at=at)


@transaction.atomic
def _note_file(certificate: Certificate, stored: StoredFile, *, at: dt.datetime) -> Certificate:
    first = Certificate.objects.filter(pk=certificate.pk, file__isnull=True).update(
        file=stored, rendered_at=at
    )
    if not first:
        return _with_all(certificate.pk)
    certificate.file, certificate.rendered_at = stored, at
    registration = certificate.registration
    record(
        CertificateAction.CERTIFICATE_SEALED,
        event=registration.event,
        subject=certificate,
        actor=None,
        at=at,
        data={"sha256": stored.sha256},
    )
    queue_email(
        "certificates/email/certificate_ready",
        to_address=registration.email,
        to_name=certificate.facts["name"],
        language=certificate.language,
        event=registration.event,
        about=certificate,
        context={"certificate": certificate, "registration": registration},
        at=at,
    )
    return certificate


def _with_all(certificate_id: int) -> Certificate:
    return Certificate.objects.select_related("registration__event__venue", "file").get(
        pk=certificate_id
    )


@transaction.atomic
def render_forgotten(*, at: dt.datetime) -> int:
    """Wake a worker for each certificate whose wake-up was lost. Returns how many."""
    forgotten = list(
        Certificate.objects.not_rendered()
        .filter(issued_at__lt=at - FORGOTTEN_AFTER)
        .order_by("issued_at")
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    for certificate_id in forgotten:
        after_commit("certificates.render_certificate", certificate_id=certificate_id)
    return len(forgotten)
