"""What is still to be paid of what was added to a paid order."""

from django.db.models import F, Min, Sum

from registration.models import LedgerEntry, Order, StatusProof, WorkshopBooking
from registration.queries.orders import owed_minor
from registration.queries.refunds import price_of_place
from registration.states import RegistrationState


def owed_for_additions_minor(order: Order) -> int:
    """
    What is owed for the seats and people that wait for their money; not positive if they are paid.

    What is owed because somebody's status was not proved takes no seat from anybody. But a
    difference that was paid before something was added pays for nothing else.
    """
    people = order.registrations.filter(must_be_paid_by__isnull=False)
    seats = WorkshopBooking.objects.filter(registration__order=order, must_be_paid_by__isnull=False)
    times = (
        people.aggregate(first=Min("registered_at"))["first"],
        seats.aggregate(first=Min("booked_at"))["first"],
    )
    since = min((time for time in times if time is not None), default=None)
    if since is None:
        return owed_minor(order)
    charged = StatusProof.objects.of_held_places().filter(
        registration__order=order, charged_at__isnull=False
    )
    difference = Sum(F("full_price_minor") - F("status_price_minor"))
    before = charged.filter(charged_at__lt=since).aggregate(sum=difference)["sum"] or 0
    after = charged.filter(charged_at__gte=since).aggregate(sum=difference)["sum"] or 0
    entered = LedgerEntry.objects.filter(order=order, entered_at__lt=since)
    owed_before = entered.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return owed_minor(order) - min(before, max(owed_before, 0)) - after


def price_of_additions_minor(order: Order) -> int:
    """What the seats and people cost that wait for their money."""
    people = order.registrations.filter(must_be_paid_by__isnull=False)
    seats = WorkshopBooking.objects.filter(
        registration__order=order, must_be_paid_by__isnull=False
    ).exclude(registration__state=RegistrationState.PENDING)
    seats_minor = seats.aggregate(sum=Sum("price_minor"))["sum"] or 0
    return seats_minor + sum(price_of_place(person) for person in people)
