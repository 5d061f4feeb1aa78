"""All badges of an event as one job: chunks are rendered by the workers, then joined."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.exports.badge_pdf import BadgeFacts, BadgeLayout, merge_pdfs, render_badges
from conference.kernel import content_store
from conference.kernel.errors import InputRefused
from conference.kernel.job_kinds import FileContent
from conference.models import Event, Job, User
from conference.operations.jobs import request_job
from conference.states import JobItemState
from registration.models import Badge, Registration
from registration.queries.desk import without_a_printed_badge

BADGES_JOB = "badges"
BADGES_PER_ITEM = 24  # six full sheets of four; one render of that many stays small in memory


@transaction.atomic
def request_badges(
    *,
    event_id: int,
    layout: str,
    actor: User | None,
    at: dt.datetime,
    only_new: bool = False,
) -> Job:
    """
    Order the badges of everybody who is confirmed; with `only_new`, of who has none printed yet.

    Who is on which piece is frozen in the job's options, so that a piece done again after a
    crash holds the same people.

    :raises InputRefused: if there is no such layout, or nobody to print for.
    """
    if layout not in BadgeLayout.values:
        raise InputRefused(_("There is no such layout of badges."), field="layout")
    event = Event.objects.get(pk=event_id)
    registrations = (
        without_a_printed_badge(event)
        if only_new
        else Registration.objects.confirmed().filter(event=event)
    )
    registration_ids = list(
        registrations.order_by("search_text", "pk").values_list("pk", flat=True)
    )
    if not registration_ids:
        raise InputRefused(_("There is nobody to print a badge for."))
    _give_everybody_a_badge(registration_ids, at=at)
    pieces = range(0, len(registration_ids), BADGES_PER_ITEM)
    return request_job(
        BADGES_JOB,
        event=event,
        subject_ids=range(len(pieces)),
        options={
            "layout": layout,
            "registrations": registration_ids,
            "badges_per_item": BADGES_PER_ITEM,
        },
        actor=actor,
        at=at,
    )


def _give_everybody_a_badge(registration_ids: list[int], *, at: dt.datetime) -> None:
    """Whoever has no current code gets one; two who ask at once make one (the row is unique)."""
    with_badge = set(
        Badge.objects.filter(
            registration_id__in=registration_ids, revoked_at__isnull=True
        ).values_list("registration_id", flat=True)
    )
    Badge.objects.bulk_create(
        (
            Badge(registration_id=registration_id, issued_at=at)
            for registration_id in registration_ids
            if registration_id not in with_badge
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )


def render_piece(job_id: int, piece: int) -> FileContent | None:
    """The badges of one piece; who was cancelled meanwhile gets none. None if nobody is left."""
    options = Job.objects.values_list("options", flat=True).get(pk=job_id)
    registration_ids = _people_of(options, pieces=[piece])
    facts = _facts_of(registration_ids)
    if not facts:
        return None
    return FileContent(
        render_badges(facts, layout=BadgeLayout(options["layout"])), "application/pdf"
    )


def finish_badges(job_id: int, *, at: dt.datetime) -> FileContent | None:
    """Join the pieces in order, and note whose badge is on paper. May run again after a crash."""
    job = Job.objects.get(pk=job_id)
    done = list(
        job.items.filter(state=JobItemState.DONE, result__isnull=False)
        .order_by("position")
        .values_list("subject_id", "result__sha256")
    )
    if not done:
        return None
    root = Path(settings.MEDIA_ROOT)
    joined = merge_pdfs([content_store.load(root, sha256) for _piece, sha256 in done])
    Badge.objects.filter(
        registration_id__in=_people_of(job.options, pieces=[piece for piece, _sha256 in done]),
        registration__in=Registration.objects.confirmed(),
        revoked_at__isnull=True,
        printed_at__isnull=True,
        issued_at__lte=job.requested_at,
    ).update(printed_at=at)
    return FileContent(joined, "application/pdf")


def _people_of(options: dict[str, Any], *, pieces: Iterable[int]) -> list[int]:
    everybody: list[int] = options["registrations"]
    per_item: int = options["badges_per_item"]
    return [
        registration_id
        for piece in pieces
        for registration_id in everybody[piece * per_item : (piece + 1) * per_item]
    ]


def _facts_of(registration_ids: list[int]) -> list[BadgeFacts]:
    badges = (
        Badge.objects.filter(
            registration_id__in=registration_ids,
            registration__in=Registration.objects.confirmed(),
            revoked_at__isnull=True,
        )
        .select_related("registration__event", "registration__ticket_type")
        .order_by("pk")
    )
    by_registration = {badge.registration_id: badge for badge in badges}
    return [
        _facts(by_registration[registration_id])
        for registration_id in registration_ids
        if registration_id in by_registration
    ]


def _facts(badge: Badge) -> BadgeFacts:
    registration = badge.registration
    event, ticket_type = registration.event, registration.ticket_type
    with translation.override(registration.language):
        return BadgeFacts(
            name=registration.badge_name,
            institution=registration.institution,
            country=str(registration.country.name),
            role=str(ticket_type.badge_role),
            colour=ticket_type.badge_colour,
            token=badge.token,
            language=registration.language,
            event_name=event.short_name,
            first_day=event.first_day,
            last_day=event.last_day,
        )
