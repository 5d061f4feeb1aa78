import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection

from django.db import transaction

from conference.kernel.background import after_commit
from registration.models import (
    AttendanceDerivation,
    AttendanceInterval,
    Registration,
    ScanEvent,
)
from registration.queries.attendance import registrations_to_derive
from registration.rules.attending import DoorScan, Stay, stays_of
from registration.rules.scanning import PRESENCE_RESULTS
from registration.states import ScanDirection
from schedule.models import Session

# Doors without a network send within a day; a sweep that looks further back finds them all.
LOOK_BACK = dt.timedelta(days=14)

Place = tuple[int, int]  # registration, session


@transaction.atomic
def derive_attendance(registration_ids: Collection[int], *, at: dt.datetime) -> int:
    """
    Make the attendance of these people anew from their scans. The same again changes nothing.

    Returns how many intervals they have now. Called for one person after a scan, and for
    thousands in one go: the number of queries does not depend on them.
    """
    # The lock comes first: scans committed while we wait for it are read, never overwritten.
    ids = list(
        Registration.objects.filter(pk__in=registration_ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    scans, counts = _scans_of(ids)
    wanted = _stays(scans)
    unwanted = []
    for interval in AttendanceInterval.objects.filter(registration__in=ids):
        place = (interval.registration_id, interval.session_id)
        stay = Stay(interval.starts_at, interval.ends_at, interval.basis)  # type: ignore[arg-type] # a word of AttendanceBasis
        if stay in wanted[place]:
            wanted[place].remove(stay)
        else:
            unwanted.append(interval.pk)
    kept = AttendanceInterval.objects.filter(registration__in=ids).exclude(pk__in=unwanted)
    AttendanceInterval.objects.filter(pk__in=unwanted).delete()
    AttendanceInterval.objects.bulk_create(
        [
            AttendanceInterval(
                registration_id=registration_id,
                session_id=session_id,
                starts_at=stay.starts_at,
                ends_at=stay.ends_at,
                basis=stay.basis,
            )
            for (registration_id, session_id), stays in wanted.items()
            for stay in stays
        ],
        batch_size=2000,
    )
    AttendanceDerivation.objects.bulk_create(
        [
            AttendanceDerivation(
                registration_id=registration_id,
                scans_counted=counts[registration_id],
                derived_at=at,
            )
            for registration_id in ids
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["registration"],
        update_fields=["scans_counted", "derived_at"],
    )
    return kept.count()


@transaction.atomic
def rederive_attendance_at(session_ids: Collection[int]) -> int:
    """
    Have the attendance at these sessions made anew, because they were moved or cancelled.

    Returns for how many people. Their derivations are forgotten with the change itself, so that
    no lost wake-up leaves old times standing.
    """
    # Whoever is deriving from the old times finishes first, and is forgotten after it.
    ids = list(
        Registration.objects.filter(
            pk__in=ScanEvent.objects.filter(
                session__in=session_ids, result__in=PRESENCE_RESULTS
            ).values("registration")
        )
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    AttendanceDerivation.objects.filter(registration__in=ids).delete()
    if ids:
        after_commit("registration.derive_forgotten_attendance")
    return len(ids)


def derive_forgotten_attendance(*, at: dt.datetime) -> int:
    """Wake a worker for whoever was scanned since her attendance was derived. Returns how many."""
    forgotten = registrations_to_derive(since=at - LOOK_BACK)
    for registration_id in forgotten:
        after_commit("registration.derive_attendance", registration_id=registration_id)
    return len(forgotten)


def _scans_of(ids: list[int]) -> tuple[dict[Place, list[DoorScan]], Counter[int]]:
    scans: defaultdict[Place, list[DoorScan]] = defaultdict(list)
    counts: Counter[int] = Counter()
    rows = (
        ScanEvent.objects.filter(
            registration__in=ids, session__isnull=False, result__in=PRESENCE_RESULTS
        )
        .order_by()
        .values_list("registration_id", "session_id", "direction", "scanned_at")
    )
    for registration_id, session_id, direction, scanned_at in rows:
        if registration_id is None or session_id is None:
            continue  # the filter has excluded them already
        scans[registration_id, session_id].append(DoorScan(ScanDirection(direction), scanned_at))
        counts[registration_id] += 1
    return scans, counts


def _stays(scans: dict[Place, list[DoorScan]]) -> defaultdict[Place, list[Stay]]:
    sessions = Session.objects.in_bulk({session_id for _registration_id, session_id in scans})
    stays: defaultdict[Place, list[Stay]] = defaultdict(list)
    for (registration_id, session_id), of_one in scans.items():
        session = sessions[session_id]
        starts_at = session.actual_start_at or session.starts_at
        ends_at = session.actual_end_at or session.ends_at
        if starts_at is None or ends_at is None or session.is_cancelled:
            continue  # nobody attends what has no time or did not happen
        stays[registration_id, session_id] = stays_of(
            of_one, session_starts_at=starts_at, session_ends_at=ends_at
        )
    return stays
