"""The row under which every change of a programme is made, one after the other."""

import datetime as dt

from schedule.models import Programme


def lock_programme(event_id: int, *, at: dt.datetime) -> Programme:
    """
    The programme of the event, locked until the transaction ends; a new draft if there is none.

    It is the first lock of every operation on sessions, so two of them never wait for each
    other crosswise.
    """
    Programme.objects.get_or_create(event_id=event_id, defaults={"changed_at": at})
    return (
        Programme.objects.select_for_update(of=("self",))
        .select_related("event")
        .get(event_id=event_id)
    )


def raise_version(programme: Programme, *, at: dt.datetime) -> None:
    """Let pages and exports know that something of the locked programme has changed."""
    programme.version += 1
    programme.changed_at = at
    programme.save(update_fields=("version", "changed_at"))
