import datetime as dt
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.db import refuse_on
from conference.kernel.errors import DomainError
from conference.models import Event, Membership, User, Venue
from conference.operations.history import record
from conference.states import EventAction, Role


class SlugTaken(DomainError):
    code: ClassVar[str] = "slug_taken"


@transaction.atomic
def add_member(
    event: Event, *, user: User, role: Role, actor: User | None, at: dt.datetime
) -> Membership:
    """Give a person a role in the team of an event; the same twice changes nothing."""
    membership, created = Membership.objects.get_or_create(
        event=event, user=user, role=role, defaults={"added_at": at}
    )
    if created:
        record(
            EventAction.MEMBER_ADDED, event=event, subject=membership, actor=actor, at=at,
            data={"user": user.pk, "role": role.value},
        )  # fmt: skip
    return membership


@transaction.atomic
def publish_event(event_id: int, *, actor: User | None, at: dt.datetime) -> Event:
    """Show an event to the public; a published one stays as it is."""
    event = Event.objects.select_for_update().get(pk=event_id)
    if event.published_at is None:
        event.published_at = at
        event.save(update_fields=("published_at",))
        record(EventAction.PUBLISHED, event=event, subject=event, actor=actor, at=at)
    return event


@transaction.atomic
def open_event(*, venue: Venue, actor: User | None, at: dt.datetime, **facts: Any) -> Event:
    """
    Make a new event that the public does not see yet. `facts` are the other fields of `Event`.

    :raises SlugTaken: if another event has that short name.
    """
    with refuse_on(
        "event_slug_unique_whatever_case",
        SlugTaken(_("Another event has this short name."), field="slug"),
    ):
        event = Event.objects.create(venue=venue, **facts)
    record(EventAction.CREATED, event=event, subject=event, actor=actor, at=at)
    return event
