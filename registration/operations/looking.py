"""Somebody waits for the news about a payment: have the provider asked now, not in two minutes."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from conference.kernel.background import after_commit
from registration.models import PaymentAttempt
from registration.states import OPEN_ATTEMPTS

NOT_MORE_OFTEN_THAN = dt.timedelta(seconds=5)


def look_soon(*, attempt_id: int, at: dt.datetime) -> PaymentAttempt:
    """
    Wake a worker that asks the provider, unless somebody has just asked or nothing is open.

    Returns the attempt as it is now.
    """
    with transaction.atomic():
        since_asked = Q(fetched_at__isnull=True) | Q(fetched_at__lte=at - NOT_MORE_OFTEN_THAN)
        woken = PaymentAttempt.objects.filter(
            since_asked, pk=attempt_id, state__in=OPEN_ATTEMPTS
        ).exclude(provider_reference="")
        if woken.update(fetched_at=at):
            after_commit("registration.ask_about_attempt", attempt_id=attempt_id)
    return PaymentAttempt.objects.select_related("order", "order__event", "account").get(
        pk=attempt_id
    )
