import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import TextChoices

from conference.kernel.ready_insert import insert
from conference.models import Event, HistoryEntry, User


def record(
    action: TextChoices,
    *,
    event: Event | None,
    subject: models.Model,
    actor: User | None,
    at: dt.datetime,
    data: Mapping[str, Any] | None = None,
) -> HistoryEntry:
    """
    Write a past fact in the transaction of the change it tells about.

    `data` holds ids and codes only, never names or addresses.
    """
    return insert(
        HistoryEntry(
            event=event,
            occurred_at=at,
            actor=actor,
            action=action.value,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
            data=dict(data or {}),
        )
    )
