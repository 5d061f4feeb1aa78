"""Certificates for many, as jobs with progress."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from certificates.models import Certificate
from certificates.operations.issuing import certify_presences
from certificates.operations.rendering import render_together
from conference.models import Event, Job, User
from conference.operations.jobs import request_job
from registration.models import Registration

RENDER_JOB = "certificates"  # subjects: certificates
CERTIFY_JOB = "presence_certificates"  # subjects: registrations


@transaction.atomic
def request_rendering(*, event: Event, actor: User | None, at: dt.datetime) -> Job:
    """
    Make the files that are still missing.

    :raises InputRefused: if none is missing.
    """
    missing = Certificate.objects.not_rendered().filter(registration__event=event)
    return request_job(
        RENDER_JOB,
        event=event,
        subject_ids=list(missing.order_by("pk").values_list("pk", flat=True)),
        options={},
        actor=actor,
        at=at,
    )


@transaction.atomic
def request_presence_certificates(*, event: Event, actor: User | None, at: dt.datetime) -> Job:
    """
    Certify everybody who attended and has no valid certificate yet.

    :raises InputRefused: if everybody has one.
    """
    waiting = (
        Registration.objects.confirmed()
        .filter(event=event, attendance_intervals__isnull=False)
        .exclude(certificates__in=Certificate.objects.valid())
        .distinct()
    )
    return request_job(
        CERTIFY_JOB,
        event=event,
        subject_ids=list(waiting.order_by("pk").values_list("pk", flat=True)),
        options={},
        actor=actor,
        at=at,
    )


def certify_and_render(registration_ids: Sequence[int], *, at: dt.datetime) -> None:
    certificates = certify_presences(registration_ids=registration_ids, actor=None, at=at)
    render_together([certificate.pk for certificate in certificates], at=at)
