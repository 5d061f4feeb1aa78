"""
One more person on an order that exists.

She shares the hold of an order that waits. On a confirmed one she is held for her own money, as a
workshop that is added is: whoever is confirmed stays confirmed, and only she is lost if nobody pays.
"""

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.db import refuse_on
from conference.kernel.errors import TransitionRefused
from conference.kernel.money import Money
from conference.models import User
from conference.operations.history import record
from registration.models import LedgerEntry, Order, Registration
from registration.operations.additions import keep_paid_additions
from registration.operations.confirming import issue_badge
from registration.operations.expiring import expire_overdue_holds
from registration.operations.locking import lock_order
from registration.operations.offering import lapse_overdue_offers
from registration.operations.ordering import claims_of_wish
from registration.operations.registering import register
from registration.operations.taking_seats import take_seats
from registration.operations.telling import tell, tell_buyer
from registration.queries.additions import may_add_people, tickets_held
from registration.queries.orders import charged_minor, owed_minor
from registration.queries.wishes import PersonWish, Wish, require_seats_in_sight, wish_of
from registration.rules.refusals import (
    AlreadyRegistered,
    PriceChanged,
    SoldOut,
    TermsNotAccepted,
    WorkshopFull,
)
from registration.rules.sale import hold_until
from registration.states import (
    LedgerKind,
    LedgerReason,
    OrderState,
    PaymentMethod,
    RegistrationAction,
)


def add_person(
    *,
    order_id: int,
    person: PersonWish,
    terms_accepted: bool,
    actor: User | None,
    at: dt.datetime,
    agreed: Money | None = None,
) -> Registration:
    """
    Take a place and seats for one more person of an order, at today's price. `agreed` is the
    difference that was shown.

    The same person sent twice is one place. What costs nothing is confirmed at once, as is what the
    order has money left for.

    :raises TransitionRefused: if the order holds no places any more, or registration has closed.
    :raises PriceChanged: if it costs something else than was agreed.
    :raises SoldOut, WorkshopFull, AlreadyRegistered, NotOnSale, TermsNotAccepted, InputRefused:
    """
    if not terms_accepted:
        raise TermsNotAccepted(_("Please accept the terms to register."), field="terms_accepted")
    person = replace(person, attendee=person.attendee.cleaned())
    may_clear = True
    while True:
        order = Order.objects.select_related("event").get(pk=order_id)
        added = _place_of_the_same(order, person)
        if added is not None:
            return added
        wish = _wish(order, person, at=at)
        if agreed is not None and wish.total != agreed:
            raise PriceChanged(
                _("The total is %(total)s now. Please look at it and send the form again.")
                % {"total": wish.total.written(order.language)}
            )
        try:
            require_seats_in_sight(wish)
            with transaction.atomic():
                return _add(order_id, person, wish, actor=actor, at=at)
        except (SoldOut, WorkshopFull):
            # Outside the attempt, which holds no lock any more: no deadlock with other buyers.
            claims = claims_of_wish(wish)
            if not may_clear or not (
                expire_overdue_holds(claims=claims, at=at)
                + lapse_overdue_offers(claims=claims, at=at)
            ):
                raise
            may_clear = False


def _wish(order: Order, person: PersonWish, *, at: dt.datetime) -> Wish:
    return wish_of(
        event_slug=order.event.slug,
        people=[person],
        currency=order.currency,
        voucher_code="",
        beside=tickets_held(order),
        at=at,
    )


def _place_of_the_same(order: Order, person: PersonWish) -> Registration | None:
    """A form sent twice: this order holds her place already."""
    return (
        order.registrations.holding_a_place()
        .filter(
            email__iexact=person.attendee.email,
            certificate_name=person.attendee.certificate_name,
            ticket_type__slug=person.ticket_type,
        )
        .first()
    )


def _add(
    order_id: int, person: PersonWish, wish: Wish, *, actor: User | None, at: dt.datetime
) -> Registration:
    order = lock_order(order_id)
    added = _place_of_the_same(order, person)
    if added is not None:
        return added
    if not may_add_people(order, at=at):
        raise TransitionRefused(_("Nobody can be added to this order any more."))
    (place,) = wish.places
    is_owed = order.state == OrderState.CONFIRMED and place.total_minor > 0
    method = PaymentMethod(order.payment_method)
    if method == PaymentMethod.FREE:
        method = PaymentMethod.BANK_TRANSFER
    until = hold_until(wish.policy, method, order.event, at=at) if is_owed else None
    taken = AlreadyRegistered(_("This e-mail is registered for the event already."), field="email")
    with refuse_on("registration_one_active_per_person", taken):
        registration = register(
            order, place=place, wish=wish, actor=actor, at=at, must_be_paid_by=until
        )
    record(
        RegistrationAction.PLACE_ADDED, event=order.event, subject=registration, actor=actor, at=at,
        data={"order": order.pk, "difference_minor": place.total_minor},
    )  # fmt: skip
    if place.total_minor:
        _charge(order, registration, amount_minor=place.total_minor, method=method, at=at)
    if registration.is_confirmed:
        issue_badge(registration, at=at)
        tell("confirmed", order=order, registration=registration, event=order.event, at=at)
    elif owed_minor(order) <= 0:  # there was money left
        keep_paid_additions(order, at=at)
        registration.refresh_from_db()
    else:
        tell_buyer(
            "person_added", order=order, registrations=[registration], event=order.event, at=at,
            to_pay=wish.total.written(order.language) if place.total_minor else "",
            until=until or order.expires_at,
        )  # fmt: skip
    take_seats(claims_of_wish(wish))
    return registration


def _charge(
    order: Order,
    registration: Registration,
    *,
    amount_minor: int,
    method: PaymentMethod,
    at: dt.datetime,
) -> None:
    LedgerEntry.objects.create(
        order=order, kind=LedgerKind.CHARGE, reason=LedgerReason.CHANGE, amount_minor=amount_minor,
        currency=order.currency, registration=registration, entered_at=at,
    )  # fmt: skip
    order.total_minor, order.payment_method = charged_minor(order), method
    order.save(update_fields=("total_minor", "payment_method"))
