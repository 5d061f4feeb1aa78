import datetime as dt
import logging
import uuid

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Exists, OuterRef, Value
from django.utils.translation import gettext as _

from conference.kernel.background import after_commit
from conference.kernel.db import violated_constraint
from conference.kernel.errors import DomainError, InputRefused
from conference.kernel.tokens import ALPHABET, TOKEN_LENGTH, token_hash
from conference.models import User
from registration.models import Badge, ScanEvent, ScanPoint, WorkshopBooking
from registration.operations.telling_partners import announce_check_in
from registration.queries.attendance import ScanAnswer, answer_to, last_passage
from registration.rules.scanning import (
    PRESENCE_RESULTS,
    Holder,
    believed_time,
    normalise_code,
    passage,
    turned_away,
)
from registration.states import (
    BookingState,
    RegistrationState,
    ScanDirection,
    ScanMethod,
    ScanPointKind,
    ScanResult,
)

logger = logging.getLogger(__name__)


class ScanPointClosed(DomainError):
    code = "scan_point_closed"


class ScanConflict(DomainError):
    code = "scan_conflict"


@transaction.atomic
def record_scan(
    *,
    point_id: int,
    event_id: int,
    code: str,
    direction: ScanDirection,
    client_uid: uuid.UUID,
    scanned_at: dt.datetime | None,
    method: ScanMethod,
    operator: User | None,
    at: dt.datetime,
) -> ScanAnswer:
    """
    Keep a scan and answer it. Whatever was read is kept and answered, unknown codes too.

    A scan sent again (the same `client_uid`) counts once and gets its first answer. Of all the
    entrances one admits a person per day; the database decides which.

    :raises InputRefused: if the event has no such door.
    :raises ScanPointClosed: if the door is closed.
    :raises ScanConflict: if `client_uid` came before with another badge, door or direction.
    """
    point = _open_point(point_id, event_id)
    token = normalise_code(code)
    badge = _find_badge(token, point)
    believed, clock_warning = believed_time(scanned_at, at=at)
    scan = ScanEvent(
        event=point.event,
        client_uid=client_uid,
        point=point,
        session=point.session,
        registration=badge.registration if badge else None,
        token_hash=token_hash(token),
        direction=direction,
        method=method,
        entrance_day=(
            believed.astimezone(point.event.zone).date()
            if badge and point.kind == ScanPointKind.ENTRANCE
            else None
        ),
        scanned_at=believed,
        received_at=at,
        clock_warning=clock_warning,
        operator=operator,
    )
    previous = _judge(scan, badge)
    if not _keep(scan):
        return _first_answer(scan)
    if badge and scan.session_id and scan.result in PRESENCE_RESULTS:
        after_commit("registration.derive_attendance", registration_id=badge.registration_id)
    if badge and scan.entrance_day and scan.result == ScanResult.OK:
        announce_check_in(scan, badge.registration, at=at)
    return answer_to(scan, previous=previous)


def _open_point(point_id: int, event_id: int) -> ScanPoint:
    point = (
        ScanPoint.objects.filter(pk=point_id, event=event_id)
        .select_related("event", "session__workshop")
        .first()
    )
    if point is None:
        raise InputRefused(_("This event has no such door."), field="point")
    if not point.is_open:
        raise ScanPointClosed(_("This door is closed. Choose another one."), field="point")
    return point


def _find_badge(token: str, point: ScanPoint) -> Badge | None:
    if len(token) != TOKEN_LENGTH or not set(token) <= set(ALPHABET):
        return None
    has_booked: Exists | Value = Value(value=True, output_field=BooleanField())
    badges = Badge.objects.filter(token=token, registration__event=point.event)
    if point.session is not None:
        if hasattr(point.session, "workshop"):
            has_booked = Exists(
                WorkshopBooking.objects.filter(
                    workshop=point.session.workshop,
                    registration=OuterRef("registration"),
                    state=BookingState.ACTIVE,
                )
            )
        # One after the other, so that “already in” is true. Entrances need no lock: a unique
        # index decides there.
        badges = badges.select_for_update(of=("self",), no_key=True)
    return (
        badges.select_related("registration__ticket_type").annotate(has_booked=has_booked).first()
    )


def _judge(scan: ScanEvent, badge: Badge | None) -> ScanEvent | None:
    """Set the result of the scan; return the passage before it, if that was looked for."""
    refusal = turned_away(
        Holder(
            state=RegistrationState(badge.registration.state),
            badge_is_revoked=badge.revoked_at is not None,
            has_booked=badge.has_booked,  # type: ignore[attr-defined] # annotated
        )
        if badge
        else None
    )
    if refusal is not None:
        scan.result = refusal
        return None
    direction = ScanDirection(scan.direction)
    if scan.session_id is None and direction == ScanDirection.IN:
        scan.result = ScanResult.OK  # unless the unique index says otherwise
        return None
    previous = last_passage(scan)
    scan.result = passage(
        direction, last=ScanDirection(previous.direction) if previous is not None else None
    )
    return previous


def _keep(scan: ScanEvent) -> bool:
    """Insert the scan, as “already in” if another door was faster; False if it came before."""
    try:
        with transaction.atomic():
            scan.save(force_insert=True)
    except IntegrityError as error:
        scan.pk = None
        if violated_constraint(error) == "scan_sent_twice_counts_once":
            return False
        if violated_constraint(error) != "scan_admits_once_a_day":
            raise
        scan.result = ScanResult.ALREADY_IN
        return _keep(scan)
    return True


def _first_answer(scan: ScanEvent) -> ScanAnswer:
    kept = ScanEvent.objects.select_related("event", "registration__ticket_type").get(
        client_uid=scan.client_uid
    )
    for field in ("event_id", "point_id", "token_hash", "direction"):
        if getattr(kept, field) != getattr(scan, field):
            # The row of the first stands; what the second held is only here.
            logger.warning(
                "Scan %s came again with another %s: door %s, badge hash %s.",
                scan.client_uid, field, scan.point_id, scan.token_hash,
            )  # fmt: skip
            raise ScanConflict(
                _("This scan was sent before with other content. Scan the badge again."),
                field="client_uid",
            )
    return answer_to(kept)
