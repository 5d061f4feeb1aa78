"""What the credit engine is told about a person: her attendance, the sessions, her own talks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from certificates.models import CreditDesignation, SessionCredit
from certificates.rules.credit_types import credit_type_rule
from certificates.rules.facts import AttendedPeriod, CreditInputs, Presentation, SessionFacts
from certificates.states import CreditFlag
from conference.kernel.periods import Period, utc_minute
from registration.models import AttendanceInterval, Registration
from registration.states import AttendanceBasis
from schedule.models import Session, SessionSpeaker
from schedule.states import SpeakerRole

_INFERRED = {
    AttendanceBasis.INFERRED_END: frozenset({CreditFlag.INFERRED_END}),
    AttendanceBasis.INFERRED_START: frozenset({CreditFlag.INFERRED_START}),
}
# Who leads a discussion learns from it like everybody else; who speaks does not.
_TEACHING = (SpeakerRole.SPEAKER, SpeakerRole.PANELLIST, SpeakerRole.INSTRUCTOR)


def designations_of_event(event_id: int) -> list[CreditDesignation]:
    return list(
        CreditDesignation.objects.filter(activity__event_id=event_id)
        .select_related("activity", "credit_type")
        .order_by("pk")
    )


def credit_inputs_of(
    registration: Registration, designations: list[CreditDesignation]
) -> list[CreditInputs]:
    """For each designation, in order. The registration comes with its event."""
    return credit_inputs_of_many([registration], designations)[registration.pk]


def credit_inputs_of_many(
    registrations: Sequence[Registration], designations: list[CreditDesignation]
) -> dict[int, list[CreditInputs]]:
    """
    The same for many people of one event, by registration, in four queries for all of them.

    Who was only in sessions that carry credit shares one tuple of sessions with all like her.
    """
    eligible_for = defaultdict[int, set[str]](set)
    for session_id, code in SessionCredit.objects.filter(designation__in=designations).values_list(
        "session_id", "designation__credit_type__code"
    ):
        eligible_for[session_id].add(code)
    intervals = defaultdict[int, list[AttendanceInterval]](list)
    for interval in AttendanceInterval.objects.filter(registration__in=registrations):
        intervals[interval.registration_id].append(interval)
    visited = {one.session_id for of_person in intervals.values() for one in of_person}
    facts = {
        session.pk: _facts_of(session, frozenset(eligible_for.get(session.pk, ())))
        for session in Session.objects.filter(pk__in=visited.union(eligible_for)).placed()
    }
    eligible = tuple(one for pk, one in facts.items() if pk in eligible_for)
    presentations = _presentations_by_person(registrations, list(facts))
    return {
        registration.pk: _inputs(
            registration,
            designations,
            sessions=eligible + _others(intervals[registration.pk], facts, eligible_for),
            intervals=intervals[registration.pk],
            presentations=presentations[registration.person_id],
        )
        for registration in registrations
    }


def _inputs(
    registration: Registration,
    designations: list[CreditDesignation],
    *,
    sessions: tuple[SessionFacts, ...],
    intervals: list[AttendanceInterval],
    presentations: list[Presentation],
) -> list[CreditInputs]:
    recorded = tuple(
        _attended(interval)
        for interval in intervals
        if _is_a_minute(interval.starts_at, interval.ends_at)
    )
    keys = {session.session_key for session in sessions}
    own = tuple(talk for talk in presentations if talk.session_key in keys)
    return [
        CreditInputs(
            rule=credit_type_rule(designation.credit_type),
            venue_timezone=registration.event.time_zone,
            sessions=sessions,
            designated_credits=designation.maximum,
            recorded=recorded,
            presentations=own,
        )
        for designation in designations
    ]


def _others(
    intervals: list[AttendanceInterval],
    facts: Mapping[int, SessionFacts],
    eligible_for: Container[int],
) -> tuple[SessionFacts, ...]:
    """The sessions without credit in which she was."""
    session_ids = sorted({one.session_id for one in intervals})
    return tuple(facts[pk] for pk in session_ids if pk not in eligible_for and pk in facts)


def _facts_of(session: Session, eligible_for: frozenset[str]) -> SessionFacts:
    actual = None
    if session.actual_start_at and session.actual_end_at:
        actual = Period.between(session.actual_start_at, session.actual_end_at)
    if session.starts_at is None or session.ends_at is None:
        raise ValueError("A session without a time earns nothing; ask for the placed ones.")
    return SessionFacts(
        session_key=str(session.pk),
        planned=Period.between(session.starts_at, session.ends_at),
        actual=actual,
        eligible_for=eligible_for,
        is_cancelled=session.is_cancelled,
    )


def _attended(interval: AttendanceInterval) -> AttendedPeriod:
    return AttendedPeriod(
        session_key=str(interval.session_id),
        period=Period.between(interval.starts_at, interval.ends_at),
        checked_in_at=interval.starts_at,
        flags=_INFERRED.get(AttendanceBasis(interval.basis), frozenset()),
    )


def _presentations_by_person(
    registrations: Sequence[Registration], session_ids: Iterable[int]
) -> defaultdict[int | None, list[Presentation]]:
    presentations = defaultdict[int | None, list[Presentation]](list)
    people = {one.person_id for one in registrations if one.person_id is not None}
    own = SessionSpeaker.objects.filter(
        session__in=session_ids,
        session__starts_at__isnull=False,
        speaker__user_id__in=people,
        role__in=_TEACHING,
    ).select_related("session", "speaker")
    for line in own if people else ():
        session = line.session
        starts_at = line.presents_from or session.actual_start_at or session.starts_at
        ends_at = line.presents_until or session.actual_end_at or session.ends_at
        if starts_at and ends_at and _is_a_minute(starts_at, ends_at):
            presentations[line.speaker.user_id].append(
                Presentation(
                    talk_key=str(session.pk),
                    session_key=str(session.pk),
                    period=Period.between(starts_at, ends_at),
                )
            )
    return presentations


def _is_a_minute(starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """The engine counts whole minutes: a stay of seconds is none."""
    return utc_minute(starts_at) < utc_minute(ends_at)
