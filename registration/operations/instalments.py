"""Paying in parts by agreement: the place is kept while the dues are met."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.money import Money
from conference.models import User
from conference.operations.history import record
from registration.models import Instalment, InstalmentPlan
from registration.operations.locking import lock_order
from registration.operations.telling import tell, tell_buyer
from registration.queries.money import (
    instalments_to_remind_of,
    kept_minor,
    next_due_of,
)
from registration.queries.orders import owed_minor
from registration.rules.instalments import Due, kept_until, require_sensible
from registration.rules.refusals import InstalmentsRefused
from registration.states import OrderState, RegistrationAction

REMIND_BEFORE = dt.timedelta(days=3)


@transaction.atomic
def plan_instalments(
    *, order_id: int, dues: Sequence[Due], grace_days: int, actor: User | None, at: dt.datetime
) -> InstalmentPlan:
    """
    Let a pending order be paid in parts; a plan that was there before is replaced.

    The hold then ends after the first due that is not met and its days of grace.

    :raises InstalmentsRefused: unless the order waits for money and the dues add up to it.
    """
    order = lock_order(order_id)
    if order.state != OrderState.PENDING:
        raise InstalmentsRefused(_("Only an order that waits for payment can be paid in parts."))
    if not 0 <= grace_days <= 30:
        raise InstalmentsRefused(_("Please give from 0 to 30 days of grace."), field="grace_days")
    require_sensible(
        dues,
        owed_minor=owed_minor(order),
        today=at.astimezone(order.event.zone).date(),
        last_day=order.event.last_day,
    )
    InstalmentPlan.objects.filter(order=order).delete()
    plan = InstalmentPlan.objects.create(
        order=order, grace_days=grace_days, paid_before_minor=kept_minor(order), made_by=actor,
        made_at=at,
    )  # fmt: skip
    Instalment.objects.bulk_create(
        Instalment(
            plan=plan, position=position, due_on=due.due_on, amount_minor=due.amount_minor,
            currency=order.currency,
        )
        for position, due in enumerate(dues, start=1)
    )  # fmt: skip
    order.expires_at = kept_until(dues[0].due_on, grace_days=grace_days, zone=order.event.zone)
    order.save(update_fields=("expires_at",))
    record(
        RegistrationAction.INSTALMENTS_PLANNED, event=order.event, subject=order, actor=actor,
        at=at, data={"plan": plan.pk, "instalments": len(dues)},
    )  # fmt: skip
    return plan


def remind_of_instalments(*, at: dt.datetime, most: int = 200) -> int:
    """Write once to everybody whose due comes near and is not met. How many letters."""
    return sum(
        _remind(instalment_id=pk, at=at)
        for pk in list(instalments_to_remind_of(at=at, within=REMIND_BEFORE)[:most])
    )


@transaction.atomic
def _remind(*, instalment_id: int, at: dt.datetime) -> bool:
    instalment = (
        Instalment.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("plan")
        .filter(pk=instalment_id, reminded_at__isnull=True)
        .first()
    )
    if instalment is None:
        return False
    order = lock_order(instalment.plan.order_id)
    instalment.reminded_at = at
    instalment.save(update_fields=("reminded_at",))
    due = next_due_of(order)
    if order.state != OrderState.PENDING or due is None or due.due.due_on > instalment.due_on:
        return False
    amount = Money(due.missing_minor, order.currency).written(order.language)
    asked: dict[str, Any] = {
        "event": order.event,
        "at": at,
        "due_on": due.due.due_on,
        "amount": amount,
    }
    if order.is_for_group:
        tell_buyer("instalment_due", order=order, registrations=[], **asked)
        return True
    registration = order.registrations.order_by("pk").first()
    if registration is None:
        return False
    tell("instalment_due", order=order, registration=registration, **asked)
    return True
