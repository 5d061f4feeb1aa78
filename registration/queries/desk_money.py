"""What the desk shows about money: what waits for somebody, and one order's payments."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum

from conference.kernel.money import Money
from conference.models import Event
from registration.models import (
    Order,
    Payment,
    PaymentAttempt,
    ProviderAccount,
    Refund,
    StatementLine,
    WebhookMessage,
)
from registration.queries.orders import owed_minor
from registration.queries.paying import DueOnThePage, dues_on_the_page
from registration.states import (
    PROVIDER_OF_METHOD,
    REFUND_OPEN,
    AttemptState,
    OrderState,
    RefundState,
    StatementLineState,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order with money of somebody, and how much."""

    order: Order
    money: Money


@dataclass(frozen=True, slots=True)
class MoneyDesk:
    """Everything about money that waits for an organiser."""

    without_seat: list[Waiting]
    to_send: list[Refund]
    on_their_way: list[Refund]
    failed: list[Refund]
    owed_by_us: list[Waiting]
    in_review: list[PaymentAttempt]
    taken_back: list[Refund]
    open_lines: int
    wrong_signatures: int

    @property
    def is_clear(self) -> bool:
        return not (
            self.without_seat or self.to_send or self.on_their_way or self.failed
            or self.owed_by_us or self.in_review or self.open_lines or self.wrong_signatures
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrdersMoney:
    payments: list[Payment]
    refunds: list[Refund]
    attempts: list[PaymentAttempt]
    dues: list[DueOnThePage]
    owed: Money
    refundable: Money


def money_desk(event: Event, *, at: dt.datetime) -> MoneyDesk:
    refunds = (
        Refund.objects.filter(order__event=event)
        .select_related("order", "payment", "requested_by")
        .prefetch_related("order__registrations")
    )
    open_refunds = refunds.filter(state__in=REFUND_OPEN)
    by_provider = Q(payment__method__in=PROVIDER_OF_METHOD)
    return MoneyDesk(
        without_seat=_kept(
            Order.objects.filter(event=event, state=OrderState.PAID_WITHOUT_SEAT), negated=False
        ),
        to_send=list(open_refunds.exclude(by_provider)),
        on_their_way=list(open_refunds.filter(by_provider)),
        failed=list(
            refunds.filter(state=RefundState.FAILED, ended_at__gt=at - dt.timedelta(days=30))
        ),
        owed_by_us=_owed_by_us(event),
        in_review=list(
            PaymentAttempt.objects.filter(
                order__event=event, state=AttemptState.REVIEW, reviewed_at__isnull=True
            ).select_related("order", "account")
        ),
        taken_back=list(refunds.filter(cause="chargeback")),
        open_lines=StatementLine.objects.filter(event=event, state=StatementLineState.OPEN).count(),
        wrong_signatures=WebhookMessage.objects.filter(
            account__event=event, signature_ok=False, received_at__gt=at - dt.timedelta(days=1)
        ).count(),
    )


def _kept(orders: QuerySet[Order], *, negated: bool) -> list[Waiting]:
    sums = orders.annotate(
        kept=Sum(F("payments__amount_minor") - F("payments__refunded_minor"))
    ).prefetch_related("registrations")
    sign = -1 if negated else 1
    return [Waiting(order, Money(sign * (order.kept or 0), order.currency)) for order in sums]


def _owed_by_us(event: Event) -> list[Waiting]:
    """Paid too much, or cancelled after it was paid, and no refund asked for it yet."""
    negative = (
        Order.objects.filter(event=event)
        .exclude(state=OrderState.PAID_WITHOUT_SEAT)
        .annotate(owed=Sum("ledger_entries__amount_minor"))
        .filter(owed__lt=0)
        .prefetch_related("registrations", "refunds")
        .order_by("pk")
    )
    found = []
    for order in negative:
        promised = sum(one.amount_minor for one in order.refunds.all() if one.state in REFUND_OPEN)
        if -order.owed > promised:
            found.append(Waiting(order, Money(-order.owed - promised, order.currency)))
    return found


def orders_money(order: Order) -> OrdersMoney:
    payments = list(order.payments.select_related("attempt").order_by("received_at", "pk"))
    refundable = sum(payment.refundable.amount_minor for payment in payments)
    return OrdersMoney(
        payments=payments,
        refunds=list(order.refunds.select_related("payment", "requested_by")),
        attempts=list(order.payment_attempts.select_related("account")),
        dues=dues_on_the_page(order),
        owed=Money(owed_minor(order), order.currency),
        refundable=Money(refundable, order.currency),
    )


def accounts_of(event: Event) -> dict[str, ProviderAccount]:
    return {one.provider: one for one in ProviderAccount.objects.filter(event=event)}
