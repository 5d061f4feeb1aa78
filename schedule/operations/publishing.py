import datetime as dt

from django.db import transaction

from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from schedule.models import Programme
from schedule.operations.releasing import lock_programme, raise_version
from schedule.signals import programme_published
from schedule.states import PROGRAMME_TRANSITIONS, ProgrammeAction, ProgrammeState


@transaction.atomic
def publish_programme(event_id: int, *, actor: User | None, at: dt.datetime) -> Programme:
    """
    Show the programme of an event to everybody.

    :raises TransitionRefused: if it is published already.
    """
    programme = lock_programme(event_id, at=at)
    require_transition(
        PROGRAMME_TRANSITIONS,
        old=ProgrammeState(programme.state),
        new=ProgrammeState.PUBLISHED,
    )
    programme.state = ProgrammeState.PUBLISHED
    programme.published_at = at
    programme.save(update_fields=("state", "published_at"))
    raise_version(programme, at=at)
    _record(ProgrammeAction.PUBLISHED, programme, actor=actor, at=at)
    programme_published.send(Programme, event=programme.event)
    return programme


@transaction.atomic
def unpublish_programme(event_id: int, *, actor: User | None, at: dt.datetime) -> Programme:
    """
    Hide the programme of an event again.

    :raises TransitionRefused: if it is not published.
    """
    programme = lock_programme(event_id, at=at)
    require_transition(
        PROGRAMME_TRANSITIONS, old=ProgrammeState(programme.state), new=ProgrammeState.DRAFT
    )
    programme.state = ProgrammeState.DRAFT
    programme.published_at = None
    programme.save(update_fields=("state", "published_at"))
    raise_version(programme, at=at)
    _record(ProgrammeAction.UNPUBLISHED, programme, actor=actor, at=at)
    return programme


def _record(
    action: ProgrammeAction, programme: Programme, *, actor: User | None, at: dt.datetime
) -> None:
    record(
        action,
        event=programme.event,
        subject=programme,
        actor=actor,
        at=at,
        data={"version": programme.version},
    )
