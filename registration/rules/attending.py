"""From scans at the door of a session to the time spent inside it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registration.states import AttendanceBasis, ScanDirection


@dataclass(frozen=True, slots=True)
class DoorScan:
    direction: ScanDirection
    scanned_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """Half-open, inside the session."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    basis: AttendanceBasis


def stays_of(
    scans: Iterable[DoorScan], *, session_starts_at: dt.datetime, session_ends_at: dt.datetime
) -> list[Stay]:
    """
    Pair the scans of one person at one session, in whatever order and however often they came.

    Who was never scanned in but was scanned out was inside from the start; who was not scanned
    out stayed until the end. Both are marked as inferred. A second scan in the same direction
    says nothing new. Every stay is cut to the session.
    """
    cut = (
        Stay(max(stay.starts_at, session_starts_at), min(stay.ends_at, session_ends_at), stay.basis)
        for stay in _paired(scans, session_starts_at, session_ends_at)
    )
    return [stay for stay in cut if stay.starts_at < stay.ends_at]


def _paired(
    scans: Iterable[DoorScan], session_starts_at: dt.datetime, session_ends_at: dt.datetime
) -> Iterator[Stay]:
    inside_since: dt.datetime | None = None
    seen_before = False
    # Of two scans at the same moment the entry comes first: less time, never more.
    for scan in sorted(scans, key=lambda scan: (scan.scanned_at, scan.direction)):
        if scan.direction == ScanDirection.IN:
            inside_since = inside_since or scan.scanned_at
        elif inside_since is not None:
            yield Stay(inside_since, scan.scanned_at, AttendanceBasis.SCAN_PAIR)
            inside_since = None
        elif not seen_before:
            yield Stay(session_starts_at, scan.scanned_at, AttendanceBasis.INFERRED_START)
        seen_before = True
    if inside_since is not None:
        yield Stay(inside_since, session_ends_at, AttendanceBasis.INFERRED_END)
