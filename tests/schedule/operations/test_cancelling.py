import datetime as dt

import pytest

from conference.kernel.errors import TransitionRefused
from conference.models import HistoryEntry
from schedule.models import Programme, Session
from schedule.operations.cancelling import RoomTaken, cancel_session, restore_session
from schedule.signals import session_cancelled
from tests.conftest import NOON
from tests.schedule.factories import make_session

LATER = NOON + dt.timedelta(hours=1)


def test_a_cancelled_session_keeps_its_place_on_paper_and_raises_its_revision(
    event, room, organiser
) -> None:
    session = make_session(event, room=room)
    heard = []
    receiver = lambda **kwargs: heard.append(kwargs["session"].pk)  # noqa: E731
    session_cancelled.connect(receiver)

    cancel_session(session.pk, actor=organiser, at=LATER)

    session_cancelled.disconnect(receiver)
    session.refresh_from_db()
    assert (session.state, session.cancelled_at, session.revision) == ("cancelled", LATER, 1)
    assert (session.room, session.starts_at, session.changed_at) == (room, NOON, LATER)
    assert Programme.objects.get(event=event).version == 1
    assert heard == [session.pk]
    (entry,) = HistoryEntry.objects.all()
    assert (entry.action, entry.subject_id) == ("session.cancelled", session.pk)


def test_cancelling_twice_is_refused_and_changes_nothing(event, organiser) -> None:
    session = make_session(event)
    cancel_session(session.pk, actor=organiser, at=NOON)
    before = Session.objects.values().get()

    with pytest.raises(TransitionRefused):
        cancel_session(session.pk, actor=organiser, at=LATER)

    assert Session.objects.values().get() == before
    assert HistoryEntry.objects.count() == 1


def test_a_cancelled_session_may_come_back(event, room, organiser) -> None:
    session = make_session(event, room=room)
    cancel_session(session.pk, actor=organiser, at=NOON)

    restore_session(session.pk, actor=organiser, at=LATER)

    session.refresh_from_db()
    assert (session.state, session.cancelled_at, session.revision) == ("confirmed", None, 2)


def test_a_session_whose_room_was_given_away_cannot_come_back(event, room, organiser) -> None:
    session = make_session(event, room=room)
    cancel_session(session.pk, actor=organiser, at=NOON)
    make_session(event, room=room, external_id="test:2", code="other")
    before = Session.objects.filter(pk=session.pk).values().get()

    with pytest.raises(RoomTaken) as refusal:
        restore_session(session.pk, actor=organiser, at=LATER)

    assert refusal.value.code == "room_taken"
    assert Session.objects.filter(pk=session.pk).values().get() == before
    assert HistoryEntry.objects.count() == 1
