"""What a door answers, and which clock it believes: pure, without a database."""

import datetime as dt
import re
from dataclasses import dataclass

from registration.states import RegistrationState, ScanDirection, ScanResult

# A volunteer's telephone may have been without a network for the whole day; a clock that runs
# ahead has no such excuse.
OLDEST = dt.timedelta(hours=25)
AHEAD = dt.timedelta(minutes=2)

_SEPARATORS = re.compile(r"[\s\-‐-―−_.]+")
_MISREAD = str.maketrans("OIL", "011")

# The answers that say where a person was; the others turned her away.
PRESENCE_RESULTS = frozenset(
    {ScanResult.OK, ScanResult.ALREADY_IN, ScanResult.OUT, ScanResult.NOT_IN}
)


def normalise_code(code: str) -> str:
    """Read a typed code as it was meant: capitals, no separators, O as 0, I and L as 1."""
    return _SEPARATORS.sub("", code).upper().translate(_MISREAD)


def believed_time(scanned_at: dt.datetime | None, *, at: dt.datetime) -> tuple[dt.datetime, bool]:
    """Return when the scan happened, and whether the device's clock could not be believed."""
    if scanned_at is not None and at - OLDEST <= scanned_at <= at + AHEAD:
        return scanned_at, False
    return at, True


@dataclass(frozen=True, slots=True)
class Holder:
    """What the door knows of the badge it was shown."""

    state: RegistrationState
    badge_is_revoked: bool
    has_booked: bool = True


def turned_away(holder: Holder | None) -> ScanResult | None:
    """Return why this badge opens no door here; None if it does."""
    if holder is None:
        return ScanResult.UNKNOWN
    if holder.badge_is_revoked:
        return ScanResult.REPLACED
    if holder.state == RegistrationState.CANCELLED:
        return ScanResult.CANCELLED
    if holder.state != RegistrationState.CONFIRMED:
        return ScanResult.UNPAID
    if not holder.has_booked:
        return ScanResult.NOT_ENROLLED
    return None


def passage(direction: ScanDirection, *, last: ScanDirection | None) -> ScanResult:
    """Answer somebody who may pass, by the way she went last through this door."""
    is_inside = last == ScanDirection.IN
    if direction == ScanDirection.IN:
        return ScanResult.ALREADY_IN if is_inside else ScanResult.OK
    return ScanResult.OUT if is_inside else ScanResult.NOT_IN
