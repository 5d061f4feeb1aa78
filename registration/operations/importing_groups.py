"""
A list of a group's people brought in: good rows count, the others are reported and change nothing.

The preview is the import itself, rolled back: it cannot say anything else than what will happen.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.errors import DomainError
from conference.models import User
from conference.operations.history import record
from registration.imports.group_list import PersonLine
from registration.models import Group, GroupSeat, Order
from registration.operations.group_seats import lock_group
from registration.operations.naming import correct_locked, given_by, name_locked, require_open
from registration.rules.attendees import AttendeeDetails
from registration.states import GroupAction, GroupSeatState, ImportOutcome, NamedBy


@dataclass(frozen=True, slots=True)
class RowReport:
    """What becomes of one row; `words` say why it is refused or what is left as it is."""

    number: int
    written: str
    outcome: ImportOutcome
    column: str = ""
    words: str = ""


def preview_people(
    *,
    group_id: int,
    lines: Sequence[PersonLine],
    by_desk: bool,
    actor: User | None,
    at: dt.datetime,
) -> list[RowReport]:
    """
    What `import_people` would do now. Nothing is changed.

    :raises NamesAreFixed: if nothing could be changed at all.
    """
    with transaction.atomic():
        reports = import_people(group_id=group_id, lines=lines, by_desk=by_desk, actor=actor, at=at)
        transaction.set_rollback(True)
    return reports


@transaction.atomic
def import_people(
    *,
    group_id: int,
    lines: Sequence[PersonLine],
    by_desk: bool,
    actor: User | None,
    at: dt.datetime,
) -> list[RowReport]:
    """
    Name the people of the rows, correct whom the owner had named otherwise before.

    A person is known by her e-mail: the same list again changes nothing. Who is on no row stays.

    :raises NamesAreFixed: if the owner cannot change names any more.
    """
    order, group = lock_group(group_id)
    require_open(order, group, by_desk=by_desk, at=at)
    reports = []
    rows_of_addresses: dict[str, int] = {}
    for line in lines:
        if line.attendee is None:
            reports.append(_refused(line, line.column, line.fault))
            continue
        first = rows_of_addresses.setdefault(line.attendee.email.casefold(), line.number)
        if first != line.number:
            words = _("Row %(number)d has this address already.") % {"number": first}
            reports.append(_refused(line, "email", words))
            continue
        try:
            with transaction.atomic():
                report = _bring_in(
                    order, group, line, line.attendee, by_desk=by_desk, actor=actor, at=at
                )
        except DomainError as refusal:
            report = _refused(line, refusal.field or "", str(refusal))
        reports.append(report)
    numbers = {
        outcome.value: sum(report.outcome == outcome for report in reports)
        for outcome in ImportOutcome
    }
    if numbers[ImportOutcome.ADDED] or numbers[ImportOutcome.CHANGED]:
        record(
            GroupAction.LIST_IMPORTED, event=group.event, subject=group, actor=actor, at=at,
            data=numbers,
        )  # fmt: skip
    return reports


def _refused(line: PersonLine, column: str, words: str) -> RowReport:
    return RowReport(line.number, line.written, ImportOutcome.REFUSED, column, words)


def _bring_in(
    order: Order,
    group: Group,
    line: PersonLine,
    attendee: AttendeeDetails,
    *,
    by_desk: bool,
    actor: User | None,
    at: dt.datetime,
) -> RowReport:
    seat = _seat_of(group, attendee.email)
    if seat is None:
        name_locked(
            order, group, attendee=attendee, by=NamedBy.DESK if by_desk else NamedBy.LIST,
            language=line.language, actor=actor, at=at,
        )  # fmt: skip
        return RowReport(line.number, line.written, ImportOutcome.ADDED)
    if not seat.given:
        words = _("She came by herself and fills in her own details.")
        return RowReport(line.number, line.written, ImportOutcome.UNCHANGED, "", words)
    if seat.given == given_by(attendee):
        return RowReport(line.number, line.written, ImportOutcome.UNCHANGED)
    correct_locked(order, group, seat, attendee=attendee, by_desk=by_desk, actor=actor, at=at)
    return RowReport(line.number, line.written, ImportOutcome.CHANGED)


def _seat_of(group: Group, email: str) -> GroupSeat | None:
    """The seat of whoever has this address now, or was named by it."""
    named = GroupSeat.objects.select_related("registration").filter(
        group=group, state=GroupSeatState.NAMED
    )
    return (
        named.filter(email__iexact=email).first()
        or named.filter(registration__email__iexact=email).first()
    )
