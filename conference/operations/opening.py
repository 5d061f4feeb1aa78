import datetime as dt

from django.db import transaction

from conference.models import Event, Membership, User
from conference.operations.history import record
from conference.states import EventAction, Role


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
