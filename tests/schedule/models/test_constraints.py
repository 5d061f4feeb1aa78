"""What the database itself refuses, also with half a row."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from conference.kernel.db import violated_constraint
from conference.models import Room
from schedule.models import Programme, SessionSpeaker, Speaker
from schedule.states import SpeakerRole
from tests.conftest import NOON
from tests.schedule.factories import give_speaker, make_session, make_track

HALF_AN_HOUR = dt.timedelta(minutes=30)
SECOND = {"external_id": "test:2", "code": "second"}


def refused_by(make) -> str | None:
    """The constraint that stops `make`; None if nothing does."""
    try:
        with transaction.atomic():
            make()
    except IntegrityError as error:
        return violated_constraint(error)
    return None


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [(NOON, None), (None, NOON), (NOON, NOON), (NOON, NOON - HALF_AN_HOUR)],
)
def test_a_session_has_both_times_or_none_and_ends_after_it_starts(
    event, starts_at, ends_at
) -> None:
    assert (
        refused_by(lambda: make_session(event, starts_at=starts_at, ends_at=ends_at))
        == "session_both_times_or_none"
    )
    assert refused_by(lambda: make_session(event, starts_at=None, ends_at=None)) is None


@pytest.mark.parametrize(
    ("actual_start_at", "actual_end_at"), [(NOON, None), (None, NOON), (NOON, NOON)]
)
def test_a_session_has_both_actual_times_or_none(event, actual_start_at, actual_end_at) -> None:
    assert (
        refused_by(
            lambda: make_session(
                event, actual_start_at=actual_start_at, actual_end_at=actual_end_at
            )
        )
        == "session_both_actual_times_or_none"
    )


@pytest.mark.parametrize(
    "fields", [{"state": "cancelled"}, {"cancelled_at": NOON}, {"state": "postponed"}]
)
def test_a_cancelled_session_has_its_time_and_no_other_has(event, fields) -> None:
    assert refused_by(lambda: make_session(event, **fields)) == "session_cancelled_has_its_time"


def test_a_session_is_of_a_known_kind(event) -> None:
    assert refused_by(lambda: make_session(event, kind="rave")) == "session_kind_is_known"


@pytest.mark.parametrize("minutes", [-29, -15, 0, 15, 29])
def test_a_room_holds_one_session_at_a_time(event, room, minutes) -> None:
    make_session(event, room=room)

    assert (
        refused_by(
            lambda: make_session(
                event, room=room, starts_at=NOON + dt.timedelta(minutes=minutes), **SECOND
            )
        )
        == "session_room_not_double_booked"
    )


@pytest.mark.parametrize("minutes", [-30, 30])
def test_sessions_may_follow_each_other_without_a_pause(event, room, minutes) -> None:
    make_session(event, room=room)

    assert (
        refused_by(
            lambda: make_session(
                event, room=room, starts_at=NOON + dt.timedelta(minutes=minutes), **SECOND
            )
        )
        is None
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"room": None},
        {"starts_at": None, "ends_at": None},
        {"state": "cancelled", "cancelled_at": NOON},
    ],
)
def test_a_session_without_room_or_time_or_that_is_cancelled_blocks_nothing(
    event, room, fields
) -> None:
    make_session(event, **{"room": room, **fields})

    assert refused_by(lambda: make_session(event, room=room, **SECOND)) is None


def test_a_room_of_another_event_is_refused(event, other_event) -> None:
    foreign = Room.objects.create(event=other_event, name="Aula", slug="aula")

    assert refused_by(lambda: make_session(event, room=foreign)) == "session_room_of_its_event"


def test_a_track_of_another_event_is_refused(event, other_event) -> None:
    foreign = make_track(other_event)

    assert refused_by(lambda: make_session(event, track=foreign)) == "session_track_of_its_event"


def test_identifiers_and_addresses_are_unique_within_an_event_only(event, other_event) -> None:
    make_session(event)

    assert (
        refused_by(lambda: make_session(event, code="other"))
        == "session_external_id_unique_in_event"
    )
    assert (
        refused_by(lambda: make_session(event, external_id="test:2"))
        == "session_code_unique_in_event"
    )
    assert refused_by(lambda: make_session(other_event)) is None


@pytest.mark.parametrize("colour", [0, 13])
def test_a_track_has_one_of_twelve_colours(event, colour) -> None:
    assert refused_by(lambda: make_track(event, colour=colour)) == "track_colour_from_1_to_12"


@pytest.mark.parametrize(
    "fields",
    [{"state": "published"}, {"published_at": NOON}, {"state": "hidden", "published_at": NOON}],
)
def test_a_published_programme_has_its_time_and_no_other_has(event, fields) -> None:
    assert (
        refused_by(lambda: Programme.objects.create(event=event, changed_at=NOON, **fields))
        == "programme_published_has_its_time"
    )


def test_a_person_has_each_role_in_a_session_once(event) -> None:
    session = make_session(event)
    speaker = give_speaker(session, "Ana")

    assert (
        refused_by(lambda: SessionSpeaker.objects.create(session=session, speaker=speaker))
        == "session_speaker_once_per_role"
    )
    assert (
        refused_by(
            lambda: SessionSpeaker.objects.create(
                session=session, speaker=speaker, role=SpeakerRole.CHAIR
            )
        )
        is None
    )


@pytest.mark.parametrize(
    ("presents_from", "presents_until"), [(NOON, None), (None, NOON), (NOON, NOON)]
)
def test_a_presentation_has_both_times_or_none(event, presents_from, presents_until) -> None:
    session = make_session(event)

    assert (
        refused_by(
            lambda: give_speaker(
                session, "Ana", presents_from=presents_from, presents_until=presents_until
            )
        )
        == "session_speaker_presents_both_times_or_none"
    )


def test_a_role_in_a_session_is_a_known_one(event) -> None:
    session = make_session(event)

    assert (
        refused_by(lambda: give_speaker(session, "Ana", role="heckler"))
        == "session_speaker_role_is_known"
    )


def test_a_speaker_is_known_once_in_an_event(event) -> None:
    Speaker.objects.create(event=event, external_id="id:1", name="Ana")

    assert (
        refused_by(lambda: Speaker.objects.create(event=event, external_id="id:1", name="Bea"))
        == "speaker_external_id_unique_in_event"
    )
