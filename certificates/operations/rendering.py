"""Making the file of a certificate: rendered, sealed, stored under its hash, and the link sent."""

import contextlib
import datetime as dt
from collections.abc import Sequence

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
    (certificate,) = _with_all([certificate_id])
    if certificate.is_ready:
        return certificate
    if not certificate.is_valid:
        raise NotRenderable(f"Certificate {certificate.serial} is not valid any more.")
    _make_files([certificate], at=at)
    return certificate if certificate.is_ready else _with_all([certificate_id])[0]


def render_if_valid(certificate_id: int, *, at: dt.datetime) -> None:
    """For workers: one that ended meanwhile needs no file, and that is no fault."""
    with contextlib.suppress(NotRenderable):
        render_certificate(certificate_id, at=at)


def render_together(certificate_ids: Sequence[int], *, at: dt.datetime) -> None:
    """The same for many, which are laid out in one go. Who has a file keeps it."""
    waiting = [one for one in _with_all(certificate_ids) if one.is_valid and not one.is_ready]
    if waiting:
        _make_files(waiting, at=at)


def _make_files(certificates: Sequence[Certificate], *, at: dt.datetime) -> None:
    # pyHanko takes most of a second to import: workers pay it, the web process does not.
    from certificates.exports.sealing import render_sealed, seal_of  # noqa: PLC0415 - see above

    sealed = render_sealed(
        [facts_from_json(certificate.facts) for certificate in certificates],
        seal=seal_of(str(settings.SEAL_KEY_FILE), str(settings.SEAL_CERT_FILE)),
        at=at,
    )
    stored = [keep_file(FileContent(pdf, "application/pdf"), at=at) for pdf in sealed]
    with transaction.atomic():
        for certificate, file in zip(certificates, stored, strict=True):
            _note_file(certificate, file, at=at)


def _note_file(certificate: Certificate, stored: StoredFile, *, at: dt.datetime) -> None:
    first = Certificate.objects.filter(pk=certificate.pk, file__isnull=True).update(
        file=stored, rendered_at=at
    )
    if not first:
        return
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


def _with_all(certificate_ids: Sequence[int]) -> list[Certificate]:
    """In order of their keys, in which they are also written: two workers cannot lock each other."""
    return list(
        Certificate.objects.select_related("registration__event__venue", "file")
        .filter(pk__in=certificate_ids)
        .order_by("pk")
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
