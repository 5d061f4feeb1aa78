"""A session that will not take place stays visible, as cancelled, and frees its room."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.db import refuse_on
from conference.kernel.errors import DomainError
from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from schedule.models import Session
from schedule.operations.placing import ROOM_TAKEN
from schedule.operations.releasing import lock_programme, raise_version
from schedule.signals import session_cancelled
from schedule.states import SESSION_TRANSITIONS, ProgrammeAction, SessionState


class RoomTaken(DomainError):
    code = "room_taken"


@transaction.atomic
def cancel_session(session_id: int, *, actor: User | None, at: dt.datetime) -> Session:
    """
    Cancel a session.

    :raises TransitionRefused: if it is cancelled already.
    """
    return _change_state(session_id, SessionState.CANCELLED, actor=actor, at=at)


@transaction.atomic
def restore_session(session_id: int, *, actor: User | None, at: dt.datetime) -> Session:
    """
    Let a cancelled session take place after all.

    :raises TransitionRefused: if it is not cancelled.
    :raises RoomTaken: if another session has its room by now.
    """
    with refuse_on(
        ROOM_TAKEN, RoomTaken(_("Another session has its room at that time. Move one of them."))
    ):
        return _change_state(session_id, SessionState.CONFIRMED, actor=actor, at=at)


def _change_state(
    session_id: int, new: SessionState, *, actor: User | None, at: dt.datetime
) -> Session:
    event_id = Session.objects.values_list("event_id", flat=True).get(pk=session_id)
    programme = lock_programme(event_id, at=at)
    session = Session.objects.select_for_update(of=("self",)).get(pk=session_id)

    require_transition(SESSION_TRANSITIONS, old=SessionState(session.state), new=new)

    cancels = new is SessionState.CANCELLED
    session.state = new
    session.cancelled_at = at if cancels else None
    session.revision += 1
    session.changed_at = at
    session.save(update_fields=("state", "cancelled_at", "revision", "changed_at"))
    raise_version(programme, at=at)
    record(
        ProgrammeAction.SESSION_CANCELLED if cancels else ProgrammeAction.SESSION_RESTORED,
        event=programme.event,
        subject=session,
        actor=actor,
        at=at,
    )
    if cancels:
        session_cancelled.send(Session, session=session)
    return session
