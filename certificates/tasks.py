"""The long work of this app. Each kind is registered in a block of its own."""

from collections.abc import Sequence

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.operations import badges, bulk, rendering
from conference.kernel.job_kinds import FileContent, JobKind, register_job_kind


# --- Badges --------------------------------------------------------------------------------------
def _finish_badges(job_id: int) -> FileContent | None:
    return badges.finish_badges(job_id, at=timezone.now())


register_job_kind(
    JobKind(
        name=badges.BADGES_JOB,
        do_item=badges.render_piece,
        finish=_finish_badges,
        title=_("Badges"),
        items_at_once=1,  # a piece is 24 badges: a second of work
    )
)


# --- Certificates --------------------------------------------------------------------------------
@shared_task(name="certificates.render_certificate")
def render_certificate(certificate_id: int) -> None:
    rendering.render_if_valid(certificate_id, at=timezone.now())


@shared_task(name="certificates.render_forgotten")
def render_forgotten() -> None:
    rendering.render_forgotten(at=timezone.now())


def _render_one(_job_id: int, certificate_id: int) -> None:
    rendering.render_if_valid(certificate_id, at=timezone.now())


def _render_together(_job_id: int, certificate_ids: Sequence[int]) -> None:
    rendering.render_together(certificate_ids, at=timezone.now())


def _certify_one(_job_id: int, registration_id: int) -> None:
    bulk.certify_and_render([registration_id], at=timezone.now())


def _certify_together(_job_id: int, registration_ids: Sequence[int]) -> None:
    bulk.certify_and_render(registration_ids, at=timezone.now())


# A second of work, for somebody may be waiting for hers meanwhile; enough to share a layout.
CERTIFICATES_AT_ONCE = 6

register_job_kind(
    JobKind(
        name=bulk.RENDER_JOB,
        do_item=_render_one,
        do_together=_render_together,
        items_at_once=CERTIFICATES_AT_ONCE,
        title=_("Files of certificates"),
    )
)
register_job_kind(
    JobKind(
        name=bulk.CERTIFY_JOB,
        do_item=_certify_one,
        do_together=_certify_together,
        items_at_once=CERTIFICATES_AT_ONCE,
        title=_("Certificates of presence"),
    )
)
