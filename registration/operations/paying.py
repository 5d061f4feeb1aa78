import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.kernel.db import violated_constraint
from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from registration.models import LedgerEntry, Order, Payment, Registration, WorkshopBooking
from registration.operations.confirming import confirm_locked
from registration.operations.taking_seats import take_seats
from registration.operations.telling import tell
from registration.queries.orders import owed_minor, paid_minor
from registration.rules.refusals import (
    AlreadyRegistered,
    PaymentOfAnotherOrder,
    PaymentRefused,
    SoldOut,
    WorkshopFull,
)
from registration.states import (
    ORDER_TRANSITIONS,
    BookingState,
    LedgerKind,
    OrderState,
    PaymentMethod,
    RegistrationAction,
)

PAYMENT_TWICE = "payment_counts_once"
PERSON_TWICE = "registration_one_active_per_person"


@transaction.atomic
def record_payment(
    *,
    order_id: int,
    amount_minor: int,
    external_id: str,
    received_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
) -> Payment:
    """
    Note a bank transfer; the order is confirmed once everything is paid.

    The same `external_id` again counts once. Money for an expired order takes its seats again,
    or waits for the organisers if they are gone.

    :raises PaymentRefused: if the amount or the bank's identifier make no sense.
    :raises PaymentOfAnotherOrder: if that transfer stands at another order or with another amount.
    """
    external_id = external_id.strip()
    if amount_minor <= 0:
        raise PaymentRefused(_("The amount must be more than zero."), field="amount_minor")
    if not external_id or len(external_id) > 100:
        raise PaymentRefused(
            _("Please write the bank's identifier of the transfer, at most 100 characters."),
            field="external_id",
        )
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("event", "event__venue")
        .get(pk=order_id)
    )
    if order.payment_method == PaymentMethod.FREE:
        raise PaymentRefused(_("This order costs nothing."), field="amount_minor")
    known = Payment.objects.filter(method=order.payment_method, external_id=external_id).first()
    if known is None:
        try:
            with transaction.atomic():
                payment = _enter(
                    order, amount_minor=amount_minor, external_id=external_id,
                    received_at=received_at, actor=actor, at=at,
                )  # fmt: skip
        except IntegrityError as error:
            if violated_constraint(error) != PAYMENT_TWICE:
                raise
            known = Payment.objects.get(method=order.payment_method, external_id=external_id)
    if known is not None:
        if known.order_id != order.pk or known.amount_minor != amount_minor:
            raise PaymentOfAnotherOrder(
                _("A transfer with this identifier is recorded already, with something else."),
                field="external_id",
            )
        return known
    record(
        RegistrationAction.PAYMENT_RECORDED, event=order.event, subject=order, actor=actor, at=at,
        data={"payment": payment.pk, "amount_minor": amount_minor},
    )  # fmt: skip
    _follow_the_money(order, actor=actor, at=at)
    return payment


def _enter(
    order: Order,
    *,
    amount_minor: int,
    external_id: str,
    received_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
) -> Payment:
    payment = Payment.objects.create(
        order=order,
        method=order.payment_method,
        amount_minor=amount_minor,
        currency=order.currency,
        external_id=external_id,
        received_at=received_at,
        recorded_by=actor,
        recorded_at=at,
    )
    LedgerEntry.objects.create(
        order=order,
        kind=LedgerKind.PAYMENT,
        amount_minor=-amount_minor,
        currency=order.currency,
        payment=payment,
        entered_at=at,
    )
    return payment


def _follow_the_money(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    if order.state == OrderState.PENDING and owed_minor(order) <= 0:
        confirm_locked(order, actor=actor, at=at)
    elif order.state == OrderState.EXPIRED and paid_minor(order) >= order.total_minor:
        _revive(order, actor=actor, at=at)
    # Money for a cancelled order stands in the ledger as owed to the person.


def _revive(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    registrations = list(order.registrations.select_for_update().order_by("pk"))
    try:
        with transaction.atomic():
            for registration in registrations:
                _take_again(registration, at=at)
            LedgerEntry.objects.create(
                order=order,
                kind=LedgerKind.CHARGE,
                amount_minor=order.total_minor,
                currency=order.currency,
                entered_at=at,
            )
            confirm_locked(order, actor=actor, at=at)
    except (SoldOut, WorkshopFull, AlreadyRegistered) as refusal:
        order.refresh_from_db(fields=("state", "confirmed_at", "ended_at", "expires_at"))
        require_transition(
            ORDER_TRANSITIONS, old=OrderState(order.state), new=OrderState.PAID_WITHOUT_SEAT
        )
        order.state = OrderState.PAID_WITHOUT_SEAT
        order.save(update_fields=("state",))
        record(
            RegistrationAction.PAID_WITHOUT_SEAT, event=order.event, subject=order, actor=actor,
            at=at, data={"because": refusal.code},
        )  # fmt: skip
        for registration in registrations:
            tell(
                "paid_without_seat",
                order=order,
                registration=registration,
                event=order.event,
                at=at,
            )


def _take_again(registration: Registration, *, at: dt.datetime) -> None:
    """Take back the place and exactly the seats that the expiry gave away."""
    others = Registration.objects.filter(
        event_id=registration.event_id, email__iexact=registration.email
    ).holding_a_place()
    if others.exists():
        raise AlreadyRegistered(_("This e-mail is registered for the event already."))
    released = list(
        registration.workshop_bookings.filter(
            state=BookingState.RELEASED, released_at=registration.ended_at
        )
    )
    take_seats(
        ticket_type_id=registration.ticket_type_id,
        workshop_ids=[booking.workshop_id for booking in released],
    )
    WorkshopBooking.objects.bulk_create(
        WorkshopBooking(
            workshop_id=booking.workshop_id,
            registration=registration,
            price_minor=booking.price_minor,
            currency=booking.currency,
            booked_at=at,
        )
        for booking in released
    )
