"""Reads about money: how an order may be paid, and until when a part of it keeps the place."""

import datetime as dt

from django.db.models import F, QuerySet, Sum

from conference.models import Event
from registration.models import (
    Instalment,
    InstalmentPlan,
    Order,
    Payment,
    ProviderAccount,
    WaysOfPayment,
)
from registration.rules.instalments import (
    Due,
    DueWithState,
    dues_with_state,
    kept_until,
)
from registration.states import METHOD_OF_PROVIDER, OrderState, PaymentMethod, Provider


def kept_minor(order: Order) -> int:
    """What was paid and neither went back nor is about to."""
    kept = Payment.objects.filter(order=order).aggregate(
        sum=Sum(F("amount_minor") - F("refunded_minor"))
    )["sum"]
    return kept or 0


def ways_of(event: Event) -> WaysOfPayment:
    """What the event switched on; the defaults if nobody has touched them."""
    try:
        return event.ways_of_payment  # read with the event, where buyers come in crowds
    except WaysOfPayment.DoesNotExist:
        return WaysOfPayment(event=event)


def ways_without_provider(event: Event) -> list[PaymentMethod]:
    ways = ways_of(event)
    is_on = {PaymentMethod.BANK_TRANSFER: ways.bank_transfer, PaymentMethod.ON_SITE: ways.on_site}
    return [method for method, is_offered in is_on.items() if is_offered]


def ways_to_pay(event: Event, *, currency: str) -> list[PaymentMethod]:
    """How something in that currency may be paid at the event, the quickest way first."""
    accounts = ProviderAccount.objects.filter(event=event, is_offered=True).order_by("-provider")
    methods = [
        METHOD_OF_PROVIDER[Provider(account.provider)]
        for account in accounts
        if currency in account.currencies
    ]
    return methods + ways_without_provider(event)


def plan_of(order: Order) -> InstalmentPlan | None:
    return InstalmentPlan.objects.filter(order=order).prefetch_related("instalments").first()


def dues_of(order: Order) -> list[DueWithState]:
    """The dues of its instalment plan with what is missing of each; none without a plan."""
    plan = plan_of(order)
    if plan is None:
        return []
    dues = [Due(one.due_on, one.amount_minor) for one in plan.instalments.all()]
    return dues_with_state(dues, kept_minor=kept_minor(order) - plan.paid_before_minor)


def next_due_of(order: Order) -> DueWithState | None:
    return next((due for due in dues_of(order) if not due.is_met), None)


def hold_after_a_part(order: Order, *, at: dt.datetime) -> dt.datetime | None:
    """Until when a pending order keeps its place now that a part was paid; None: as before."""
    plan = plan_of(order)
    due = next_due_of(order)
    if plan is not None and due is not None:
        return kept_until(due.due.due_on, grace_days=plan.grace_days, zone=order.event.zone)
    days = ways_of(order.event).days_kept_after_a_part
    return at + dt.timedelta(days=days) if days else None


def instalments_to_remind_of(*, at: dt.datetime, within: dt.timedelta) -> QuerySet[Instalment, int]:
    """Instalments of waiting orders that fall due soon and of which nobody was reminded."""
    return (
        Instalment.objects.filter(
            reminded_at__isnull=True,
            due_on__lte=(at + within).date(),
            plan__order__state=OrderState.PENDING,
        )
        .order_by("due_on", "pk")
        .values_list("pk", flat=True)
    )
