"""Reads about doors: their answers, who came, who is in."""

import datetime as dt
import itertools
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from conference.models import Event
from registration.models import ScanEvent, ScanPoint
from registration.rules.scanning import PRESENCE_RESULTS
from registration.states import (
    RegistrationState,
    ScanDirection,
    ScanPointKind,
    ScanResult,
)

TONES = {
    ScanResult.OK: "ok",
    ScanResult.OUT: "ok",
    ScanResult.ALREADY_IN: "warn",
    ScanResult.NOT_IN: "warn",
}


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """What the door says. `reason` is empty where nothing needs explaining."""

    scan_id: int
    result: ScanResult
    name: str
    ticket_type: str
    reason: str
    previous_door: str
    previous_at: dt.datetime | None
    scanned_at: dt.datetime
    clock_warning: bool

    @property
    def word(self) -> str:
        return str(self.result.label)

    @property
    def tone(self) -> str:
        """The colour of the screen: ok, warn or danger."""
        return TONES.get(self.result, "danger")


def last_passage(scan: ScanEvent) -> ScanEvent | None:
    """Return what the person did last at this session, or at the entrances that day, before it."""
    scans = ScanEvent.objects.filter(
        registration=scan.registration,
        session=scan.session,
        entrance_day=scan.entrance_day,
        result__in=PRESENCE_RESULTS,
    )
    if scan.pk is not None:
        scans = scans.filter(pk__lt=scan.pk)
    if scan.session_id is not None:
        # Of a door without a network we may hear late; its people passed when they passed.
        scans = scans.filter(scanned_at__lte=scan.scanned_at)
    return scans.select_related("point").order_by("-scanned_at", "-pk").first()


def answer_to(scan: ScanEvent, *, previous: ScanEvent | None = None) -> ScanAnswer:
    """Say what a recorded scan is answered; the same scan is answered the same every time."""
    result = ScanResult(scan.result)
    registration = scan.registration
    previous = (previous or last_passage(scan)) if result == ScanResult.ALREADY_IN else None
    return ScanAnswer(
        scan_id=scan.pk,
        result=result,
        name=registration.badge_name if registration else "",
        ticket_type=str(registration.ticket_type.badge_role) if registration else "",
        reason=_reason(scan, result, previous),
        previous_door=previous.point.name if previous else "",
        previous_at=previous.scanned_at if previous else None,
        scanned_at=scan.scanned_at,
        clock_warning=scan.clock_warning,
    )


def _reason(scan: ScanEvent, result: ScanResult, previous: ScanEvent | None) -> str:
    if previous is not None:
        where_and_when = {
            "time": previous.scanned_at.astimezone(scan.event.zone).strftime("%H:%M"),
            "door": previous.point.name,
        }
        if previous.direction == ScanDirection.OUT:
            return _("Went out at %(time)s, %(door)s.") % where_and_when
        return _("Came in at %(time)s, %(door)s.") % where_and_when
    if (
        result == ScanResult.UNPAID
        and scan.registration is not None
        and scan.registration.state == RegistrationState.EXPIRED
    ):
        return _(
            "The place was not paid in time. Please send this person to the registration desk."
        )
    return {
        ScanResult.NOT_IN: _("No entry was scanned here. The exit counts all the same."),
        ScanResult.UNKNOWN: _(
            "This is not a code of this event. Try again, or send this person to the registration desk."
        ),
        ScanResult.UNPAID: _(
            "The payment has not arrived. Please send this person to the registration desk."
        ),
        ScanResult.CANCELLED: _(
            "The registration was cancelled. Please send this person to the registration desk."
        ),
        ScanResult.REPLACED: _("There is a newer badge. Ask for that one."),
        ScanResult.NOT_ENROLLED: _(
            "This workshop is not booked with this registration. The registration desk knows what is free."
        ),
    }.get(result, "")


@dataclass(frozen=True, slots=True)
class Doors:
    """The open doors of an event: entrances, sessions about to be on, and all other sessions."""

    event: Event
    entrances: list[ScanPoint]
    soon: list[ScanPoint]
    others: list[ScanPoint]

    @property
    def all(self) -> list[ScanPoint]:
        return [*self.entrances, *self.soon, *self.others]

    @property
    def others_by_day(self) -> list[tuple[dt.date | None, list[ScanPoint]]]:
        """The other sessions by the day of the event's zone; those without a time come last."""

        def day(point: ScanPoint) -> dt.date | None:
            starts_at = point.session.starts_at if point.session else None
            return starts_at.astimezone(self.event.zone).date() if starts_at else None

        return [(key, list(points)) for key, points in itertools.groupby(self.others, key=day)]


def doors_of(event: Event, *, at: dt.datetime) -> Doors:
    points = list(
        ScanPoint.objects.filter(event=event, is_open=True)
        .select_related("session", "session__room")
        .order_by("session__starts_at", "name")
    )
    sessions = [point for point in points if point.kind == ScanPointKind.SESSION]
    soon = [point for point in sessions if _is_soon(point, at)]
    return Doors(
        event=event,
        entrances=[point for point in points if point.kind == ScanPointKind.ENTRANCE],
        soon=soon,
        others=[point for point in sessions if point not in soon],
    )


def _is_soon(point: ScanPoint, at: dt.datetime) -> bool:
    session = point.session
    if session is None or session.starts_at is None or session.ends_at is None:
        return False
    return session.starts_at - dt.timedelta(hours=2) <= at < session.ends_at + dt.timedelta(hours=1)


def check_ins_per_day(event: Event) -> dict[dt.date, int]:
    """Return how many people were admitted at the entrances, by day."""
    return {
        day: people
        for day, people in ScanEvent.objects.filter(
            event=event, result=ScanResult.OK, entrance_day__isnull=False
        )
        .order_by("entrance_day")
        .values_list("entrance_day")
        .annotate(people=Count("pk"))
        if day is not None
    }


def people_checked_in(event: Event) -> int:
    """Return how many people have been admitted on any day."""
    return (
        ScanEvent.objects.filter(event=event, result=ScanResult.OK, entrance_day__isnull=False)
        .values("registration")
        .distinct()
        .count()
    )


def registrations_inside(session_id: int, *, at: dt.datetime) -> list[int]:
    """Return the ids of those whose last passage at the session until then was inwards."""
    latest = (
        ScanEvent.objects.filter(
            session=session_id, result__in=PRESENCE_RESULTS, scanned_at__lte=at
        )
        .order_by("registration_id", "-scanned_at", "-pk")
        .distinct("registration_id")
        .values_list("registration_id", "direction")
    )
    return [
        registration_id
        for registration_id, direction in latest
        if direction == ScanDirection.IN and registration_id is not None
    ]


def registrations_to_derive(*, since: dt.datetime, most: int = 500) -> list[int]:
    """Return whose attendance was derived from fewer scans than there are; looks at recent ones."""
    recent = ScanEvent.objects.filter(
        received_at__gte=since, session__isnull=False, result__in=PRESENCE_RESULTS
    ).values("registration_id")
    counted = (
        ScanEvent.objects.filter(
            registration__in=recent, session__isnull=False, result__in=PRESENCE_RESULTS
        )
        .order_by()
        .values_list("registration_id", "registration__attendance_derivation__scans_counted")
        .annotate(scans=Count("pk"))
        .filter(
            ~Q(scans=F("registration__attendance_derivation__scans_counted"))
            | Q(registration__attendance_derivation__isnull=True)
        )
    )
    return [registration_id for registration_id, _counted, _scans in counted[:most]]
