"""What the pages say about paying an order."""

import datetime as dt
from dataclasses import dataclass

from conference.kernel.money import Money
from registration.models import Order, PaymentAttempt, Registration
from registration.queries.money import dues_of, ways_to_pay
from registration.queries.orders import owed_minor
from registration.states import (
    PROVIDER_OF_METHOD,
    AttemptState,
    OrderState,
    PaymentMethod,
)


@dataclass(frozen=True, slots=True)
class DueOnThePage:
    due_on: dt.date
    missing: Money

    @property
    def is_met(self) -> bool:
        return self.missing.amount_minor == 0


@dataclass(frozen=True, slots=True)
class WaysOnThePage:
    """How a waiting order can be paid. `now` is what is asked for today: all, or the next due."""

    online: list[PaymentMethod]
    by_bank: bool
    on_site: bool
    owed: Money
    now: Money
    dues: list[DueOnThePage]
    in_process: PaymentAttempt | None

    @property
    def is_a_part(self) -> bool:
        return self.now != self.owed


@dataclass(frozen=True, slots=True)
class AttemptOnItsPage:
    """`story` is the word for what to say; `is_open` that it may change by itself."""

    story: str
    is_open: bool
    owed: Money
    registrations: list[Registration]


def dues_on_the_page(order: Order) -> list[DueOnThePage]:
    return [
        DueOnThePage(one.due.due_on, Money(one.missing_minor, order.currency))
        for one in dues_of(order)
    ]


def ways_on_the_page(order: Order) -> WaysOnThePage:
    owed = Money(max(owed_minor(order), 0), order.currency)
    dues = dues_on_the_page(order)
    due = next((one for one in dues if not one.is_met), None)
    asked_minor = min(due.missing.amount_minor, owed.amount_minor) if due else owed.amount_minor
    ways = ways_to_pay(order.event, currency=order.currency)
    return WaysOnThePage(
        online=[method for method in ways if method in PROVIDER_OF_METHOD],
        by_bank=PaymentMethod.BANK_TRANSFER in ways,
        on_site=PaymentMethod.ON_SITE in ways,
        owed=owed,
        now=Money(asked_minor, order.currency),
        dues=dues,
        in_process=order.payment_attempts.filter(state=AttemptState.PENDING)
        .select_related("account")
        .first(),
    )


def attempt_on_its_page(attempt: PaymentAttempt, *, at: dt.datetime) -> AttemptOnItsPage:
    order = attempt.order
    story = attempt.state
    if attempt.state == AttemptState.APPROVED:
        story = {
            OrderState.CONFIRMED: "paid",
            OrderState.PAID_WITHOUT_SEAT: "no_seat",
            OrderState.PENDING: "part",
        }.get(OrderState(order.state), "kept")
    elif attempt.state == AttemptState.CREATED and at > attempt.deadline_at:
        story = "too_late"
    return AttemptOnItsPage(
        story=story,
        is_open=story in {AttemptState.CREATED, AttemptState.PENDING},
        owed=Money(max(owed_minor(order), 0), order.currency),
        registrations=list(order.registrations.order_by("pk")),
    )
