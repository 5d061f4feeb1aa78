"""An order as its own page shows it: who is in it, what each costs, and until when it is held."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from conference.kernel.money import Money
from registration.models import Group, Order, Registration, RegistrationPolicy, WorkshopBooking
from registration.queries.additions import may_add_people
from registration.queries.groups import group_of_order
from registration.queries.money import kept_minor
from registration.queries.orders import owed_minor
from registration.queries.refunds import may_cancel_herself
from registration.rules.sale import extended_until
from registration.states import BookingState, OrderState


@dataclass(frozen=True, slots=True)
class PersonOnOrder:
    registration: Registration
    bookings: list[WorkshopBooking]

    @property
    def discount_minor(self) -> int:
        return max(self.registration.list_price_minor - self.registration.price_minor, 0)

    @property
    def list_price(self) -> Money:
        """What the ticket cost before the discount; orders from before discounts have none."""
        listed = max(self.registration.list_price_minor, self.registration.price_minor)
        return Money(listed, self.registration.currency)


@dataclass(frozen=True, slots=True)
class OrderOnItsPage:
    """A hold that is over is shown as over, swept or not."""

    order: Order
    policy: RegistrationPolicy | None
    people: list[PersonOnOrder]
    owed: Money
    paid: Money
    is_waiting: bool
    is_overdue: bool
    may_be_extended: bool
    may_be_cancelled: bool
    may_add_people: bool
    group: Group | None

    @property
    def places(self) -> int:
        return self.group.seats if self.group else len(self.people)

    @property
    def owes_for_additions(self) -> bool:
        """Whether something was added to what is paid, and is not paid for yet."""
        return self.order.state == OrderState.CONFIRMED and self.owed.amount_minor > 0

    @property
    def owes_full_price(self) -> bool:
        """Whether somebody's status was not proved in time."""
        proofs = (getattr(each.registration, "status_proof", None) for each in self.people)
        return self.owes_for_additions and any(each and each.is_charged for each in proofs)

    @property
    def additions_until(self) -> dt.datetime | None:
        limits = [person.registration.must_be_paid_by for person in self.people]
        limits += [each.must_be_paid_by for person in self.people for each in person.bookings]
        return min((limit for limit in limits if limit), default=None)


def order_on_its_page(order: Order, *, at: dt.datetime) -> OrderOnItsPage:
    bookings = defaultdict(list)
    active = WorkshopBooking.objects.filter(registration__order=order, state=BookingState.ACTIVE)
    for booking in active.select_related("workshop").order_by("pk"):
        bookings[booking.registration_id].append(booking)
    registrations = order.registrations.select_related(
        "ticket_type", "variation", "status_proof"
    ).order_by("pk")
    group = group_of_order(order)
    policy = RegistrationPolicy.objects.filter(event_id=order.event_id).first()
    is_pending = order.state == OrderState.PENDING
    is_overdue = is_pending and order.expires_at is not None and order.expires_at <= at
    return OrderOnItsPage(
        order=order,
        policy=policy,
        # The people of a group are nobody's business here: its owner's page says what she may see.
        people=[] if group else [PersonOnOrder(each, bookings[each.pk]) for each in registrations],
        group=group,
        owed=Money(max(owed_minor(order), 0), order.currency),
        paid=Money(kept_minor(order), order.currency),
        is_waiting=is_pending and not is_overdue,
        is_overdue=is_overdue,
        may_be_extended=policy is not None
        and extended_until(order, policy, order.event, at=at) is not None,
        may_add_people=may_add_people(order, at=at),
        may_be_cancelled=not is_overdue and may_cancel_herself(order, at=at),
    )
