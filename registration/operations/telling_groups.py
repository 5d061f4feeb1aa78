"""Letters to the owner of a group and to whom she invites, each in the reader's language."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from conference.operations.emailing import queue_email
from registration.models import Group, GroupSeat


def tell_owner(kind: str, *, group: Group, at: dt.datetime, **context: Any) -> None:
    """`kind` is a folder of registration/email/ such as group_ready."""
    queue_email(
        f"registration/email/{kind}",
        to_address=group.email,
        to_name=group.name,
        language=group.language,
        event=group.event,
        about=group,
        context={
            "group": group,
            "group_url": settings.SITE_URL + reverse("registration:group", args=[group.token]),
            **context,
        },
        at=at,
    )


def tell_invited(seat: GroupSeat, *, group: Group, at: dt.datetime) -> None:
    queue_email(
        "registration/email/group_invited",
        to_address=seat.email,
        to_name="",
        language=group.language,
        event=group.event,
        about=group,
        context={
            "group": group,
            "join_url": settings.SITE_URL + reverse("registration:join_group", args=[seat.token]),
        },
        at=at,
    )
