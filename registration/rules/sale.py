"""When a place may be bought, what it costs, and who may give it back."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Protocol

from django.utils.translation import gettext as _

from conference.kernel.money import Money
from registration.rules.refusals import (
    CurrenciesDiffer,
    NotOnSale,
    PaymentMethodRefused,
)
from registration.states import OrderState, PaymentMethod


class Policy(Protocol):
    opens_at: dt.datetime
    closes_at: dt.datetime


class Holding(Protocol):
    hold_minutes: int
    transfer_days: int


class Changing(Protocol):
    changes_until: dt.datetime | None
    closes_at: dt.datetime


class Extending(Holding, Protocol):
    hold_extensions: int


class Held(Protocol):
    state: str
    payment_method: str
    expires_at: dt.datetime | None
    times_extended: int


class Lasting(Protocol):
    last_day: dt.date

    @property
    def zone(self) -> dt.tzinfo: ...


class OnSale(Protocol):
    is_offered: bool
    sale_starts_at: dt.datetime | None
    sale_ends_at: dt.datetime | None


def require_registration_open(policy: Policy, *, is_published: bool, at: dt.datetime) -> None:
    """:raises NotOnSale: before registration opens and from the moment it closes."""
    if not is_published or at < policy.opens_at:
        raise NotOnSale(_("Registration has not opened yet."))
    if at >= policy.closes_at:
        raise NotOnSale(_("Registration has closed."))


def is_registration_open(policy: Policy, *, is_published: bool, at: dt.datetime) -> bool:
    return is_published and policy.opens_at <= at < policy.closes_at


def is_on_sale(ticket_type: OnSale, *, at: dt.datetime) -> bool:
    return (
        ticket_type.is_offered
        and (ticket_type.sale_starts_at is None or at >= ticket_type.sale_starts_at)
        and (ticket_type.sale_ends_at is None or at < ticket_type.sale_ends_at)
    )


def hold_until(
    policy: Holding, method: PaymentMethod, event: Lasting, *, at: dt.datetime
) -> dt.datetime:
    """
    Until when places are held for who pays in that way, from `at`.

    Online for minutes, for a bank transfer for days, for paying on site until the event's last
    day is over.
    """
    if method == PaymentMethod.BANK_TRANSFER:
        return at + dt.timedelta(days=policy.transfer_days)
    if method == PaymentMethod.ON_SITE:
        after = event.last_day + dt.timedelta(days=1)
        return dt.datetime.combine(after, dt.time(), event.zone)
    return at + dt.timedelta(minutes=policy.hold_minutes)


def extended_until(
    held: Held, policy: Extending, event: Lasting, *, at: dt.datetime
) -> dt.datetime | None:
    """Until when a hold would last if it were extended now; None if it cannot be."""
    if held.state != OrderState.PENDING or held.expires_at is None or held.expires_at <= at:
        return None
    if held.times_extended >= policy.hold_extensions:
        return None
    until = hold_until(policy, PaymentMethod(held.payment_method), event, at=at)
    return until if until > held.expires_at else None


def total_of(prices: Iterable[Money]) -> Money:
    """:raises CurrenciesDiffer: one order is paid in one currency."""
    first, *others = prices
    total = first
    for price in others:
        if price.currency != total.currency:
            raise CurrenciesDiffer(
                _("This ticket and this workshop are sold in different currencies."),
                field="workshops",
            )
        total += price
    return total


def payment_method_for(
    total: Money,
    *,
    wanted: str,
    offered: Collection[PaymentMethod] = (PaymentMethod.BANK_TRANSFER,),
) -> PaymentMethod:
    """
    What costs nothing is free whatever was chosen; else `offered` is how one may pay.

    :raises PaymentMethodRefused: if something costs money and no way to pay it was chosen.
    """
    if total.amount_minor == 0:
        return PaymentMethod.FREE
    if wanted not in offered or wanted == PaymentMethod.FREE:
        raise PaymentMethodRefused(_("Please choose how to pay."), field="payment_method")
    return PaymentMethod(wanted)


def are_changes_open(policy: Changing, *, at: dt.datetime) -> bool:
    """Until the event's date for changes people change their places themselves."""
    return at < (policy.changes_until or policy.closes_at)


def may_cancel_alone(*, state: str, total: Money, first_day: dt.date, today: dt.date) -> bool:
    """A person gives back what she has not paid for; money goes back through the organisers."""
    if state == OrderState.PENDING:
        return True
    return state == OrderState.CONFIRMED and total.amount_minor == 0 and today < first_day
