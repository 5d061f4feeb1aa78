"""What an organiser sees of a programme that the public may not see yet."""

from dataclasses import dataclass

from django.db.models import Count, Q

from conference.models import Event
from schedule.models import Programme, Session, SessionQuerySet
from schedule.queries.choosing import ProgrammeFilter
from schedule.queries.programme import sessions_matching
from schedule.states import SessionState


@dataclass(frozen=True, slots=True)
class ProgrammeOnTheDesk:
    programme: Programme | None
    sessions: int
    cancelled: int
    without_time: int
    without_room: int

    @property
    def is_published(self) -> bool:
        return self.programme is not None and self.programme.is_published


def programme_on_the_desk(event: Event) -> ProgrammeOnTheDesk:
    counts = Session.objects.filter(event=event).aggregate(
        sessions=Count("pk"),
        cancelled=Count("pk", filter=Q(state=SessionState.CANCELLED)),
        without_time=Count("pk", filter=Q(starts_at__isnull=True)),
        without_room=Count("pk", filter=Q(room__isnull=True)),
    )
    return ProgrammeOnTheDesk(programme=Programme.objects.filter(event=event).first(), **counts)


def sessions_on_the_desk(event: Event, *, words: str) -> SessionQuerySet:
    return sessions_matching(event, ProgrammeFilter(query=words))
