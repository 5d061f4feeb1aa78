"""What people change themselves: workshops, whose place it is, and giving it back."""

import dataclasses
import datetime as dt

import pytest

from conference.kernel.errors import TransitionRefused
from conference.models import EmailMessage, HistoryEntry
from registration.models import (
    Badge,
    IncludedWorkshop,
    LedgerEntry,
    Order,
    Price,
    Refund,
    Workshop,
    WorkshopBooking,
)
from registration.operations.cancelling import cancel_own_order, cancel_registration
from registration.operations.changing import change_workshops
from registration.operations.expiring import release_unpaid_additions
from registration.operations.paying import record_payment
from registration.operations.transferring import transfer_place
from registration.queries.orders import owed_minor
from registration.queries.refunds import cancellation_of
from registration.rules.refunds import amount_back, percent_back
from registration.rules.refusals import (
    AlreadyRegistered,
    NothingChanges,
    TooLateToCancel,
    TooLateToChange,
    TransferCostsMore,
    WorkshopFull,
)
from tests.conftest import NOON
from tests.registration.ordering.conftest import ANA, buy, somebody, wish

pytestmark = pytest.mark.django_db
LONG_BEFORE = NOON - dt.timedelta(days=60)


@pytest.fixture
def refunds(policy):
    policy.refund_steps = [{"days_before": 30, "percent": 100}, {"days_before": 7, "percent": 50}]
    policy.save(update_fields=("refund_steps",))
    return policy


@pytest.fixture
def airway(event, policy) -> Workshop:
    return Workshop.objects.create(
        event=event, slug="airway", name="Airway", price_minor=7000, seats=1
    )


def pay(order, amount_minor=None, *, at=LONG_BEFORE) -> Order:
    amount_minor = owed_minor(order) if amount_minor is None else amount_minor
    record_payment(
        order_id=order.pk, amount_minor=amount_minor, external_id=f"T{order.pk}-{amount_minor}-{at}",
        received_at=at, actor=None, at=at,
    )  # fmt: skip
    order.refresh_from_db()
    return order


def bought(ticket_type, **changes) -> Order:
    return pay(buy(ticket_type, at=LONG_BEFORE, **changes))


def place_in(order):
    return order.registrations.get()


def change(registration, *slugs, at=LONG_BEFORE):
    return change_workshops(
        registration_id=registration.pk, workshops=slugs, by_herself=True, actor=None, at=at
    )


def cancel(registration, *, by_herself=True, at=LONG_BEFORE):
    return cancel_registration(
        registration_id=registration.pk, by_herself=by_herself, actor=None, at=at
    )


def lines(order):
    return [(line.kind, line.reason, line.amount_minor) for line in order.ledger_entries.all()]


def taken(thing) -> int:
    thing.refresh_from_db()
    return thing.places_taken if hasattr(thing, "places_taken") else thing.seats_taken


@pytest.mark.parametrize(
    ("days", "percent"), [(31, 100), (30, 100), (29, 50), (7, 50), (6, 0), (-1, 0)]
)
def test_what_goes_back_falls_by_steps(days, percent):
    steps = [{"days_before": 30, "percent": 100}, {"days_before": 7, "percent": 50}]

    assert percent_back(steps, days_before=days) == percent
    assert amount_back(999, 50) == 500


def test_cancelling_one_of_two_sends_back_what_the_rule_says_and_keeps_the_other(
    refunds, event, physician_ticket
):
    order = bought(
        physician_ticket, people=[wish(physician_ticket, attendee=somebody(n)) for n in (1, 2)]
    )
    first, second = order.registrations.order_by("pk")
    ten_days_before = dt.datetime.combine(event.first_day, dt.time(15), dt.UTC) - dt.timedelta(
        days=10
    )

    told = cancellation_of(first, at=ten_days_before)
    done = cancel(first, at=ten_days_before)

    assert told == done
    assert (done.price.amount_minor, done.fee.amount_minor, done.refund.amount_minor) == (
        18_000,
        9_000,
        9_000,
    )
    first.refresh_from_db()
    second.refresh_from_db()
    order.refresh_from_db()
    assert (first.state, second.state, order.state, order.total_minor) == (
        "cancelled", "confirmed", "confirmed", 27_000,
    )  # fmt: skip
    assert taken(physician_ticket) == 1
    assert Refund.objects.get().amount_minor == 9_000
    assert lines(order)[-2:] == [("waiver", "cancellation", -18_000), ("charge", "fee", 9_000)]
    assert owed_minor(order) == -9_000  # until the refund has left


def test_cancelling_the_last_place_cancels_the_order(refunds, physician_ticket, ultrasound):
    order = bought(physician_ticket, workshops=[ultrasound])

    cancel(place_in(order))

    order.refresh_from_db()
    assert order.state == "cancelled"
    assert (taken(physician_ticket), taken(ultrasound)) == (0, 0)
    assert Refund.objects.get().amount_minor == 23_000
    with pytest.raises(TooLateToCancel):
        cancel(place_in(order))
    with pytest.raises(TransitionRefused):
        cancel(place_in(order), by_herself=False)
    assert Refund.objects.count() == 1


def test_without_a_rule_only_the_organisers_cancel_what_was_paid(physician_ticket):
    order = bought(physician_ticket)

    with pytest.raises(TooLateToCancel):
        cancel(place_in(order))
    assert place_in(order).state == "confirmed"
    done = cancel(place_in(order), by_herself=False)
    assert (done.refund.amount_minor, place_in(order).state) == (0, "cancelled")


def test_a_whole_order_is_cancelled_with_its_refund(refunds, physician_ticket):
    order = bought(
        physician_ticket, people=[wish(physician_ticket, attendee=somebody(n)) for n in (1, 2)]
    )

    cancel_own_order(order_id=order.pk, actor=None, at=LONG_BEFORE)

    order.refresh_from_db()
    assert (order.state, sum(each.amount_minor for each in Refund.objects.all())) == (
        "cancelled",
        36_000,
    )


def test_cancelling_a_place_that_waits_for_money_lowers_what_is_owed(
    refunds, physician_ticket, free_ticket
):
    people = [wish(physician_ticket, attendee=somebody(1)), wish(free_ticket, attendee=somebody(2))]
    order = buy(physician_ticket, people=people, at=LONG_BEFORE)

    cancel(order.registrations.get(ticket_type=physician_ticket))

    order.refresh_from_db()
    assert (order.state, order.total_minor, order.payment_method) == ("confirmed", 0, "free")
    assert Refund.objects.count() == 0


def test_workshops_are_swapped_and_the_difference_is_owed_with_a_deadline(
    physician_ticket, ultrasound, airway
):
    order = bought(physician_ticket, workshops=[ultrasound])

    done = change(place_in(order), "airway")

    order.refresh_from_db()
    assert (done.difference.amount_minor, order.state, order.total_minor) == (
        2_000,
        "confirmed",
        25_000,
    )
    assert (taken(ultrasound), taken(airway), owed_minor(order)) == (0, 1, 2_000)
    held = WorkshopBooking.objects.get(state="active")
    assert held.must_be_paid_by == LONG_BEFORE + dt.timedelta(days=5)
    pay(order, 2_000)
    held.refresh_from_db()
    assert (held.state, held.must_be_paid_by) == ("active", None)


def test_an_addition_nobody_pays_is_lost_alone(physician_ticket, airway):
    order = bought(physician_ticket)
    change(place_in(order), "airway")
    over = LONG_BEFORE + dt.timedelta(days=5)

    assert release_unpaid_additions(at=over - dt.timedelta(seconds=1)) == 0
    assert release_unpaid_additions(at=over) == 1
    assert release_unpaid_additions(at=over) == 0

    order.refresh_from_db()
    assert (order.state, owed_minor(order), taken(airway), taken(physician_ticket)) == (
        "confirmed",
        0,
        0,
        1,
    )


def test_an_unpaid_addition_whose_time_is_over_gives_way_to_the_next_buyer(
    physician_ticket, airway
):
    order = bought(physician_ticket)
    change(place_in(order), "airway")

    other = buy(
        physician_ticket,
        attendee=somebody(1),
        workshops=[airway],
        at=LONG_BEFORE + dt.timedelta(days=5),
    )

    assert other.registrations.get().workshop_bookings.get().workshop == airway
    assert taken(airway) == 1


def test_a_cheaper_workshop_sends_the_rest_back(physician_ticket, ultrasound, airway):
    order = bought(physician_ticket, workshops=[airway])

    change(place_in(order), "ultrasound")

    assert Refund.objects.get().amount_minor == 2_000
    assert owed_minor(order) == -2_000


def test_a_full_workshop_changes_nothing(physician_ticket, ultrasound, airway):
    buy(physician_ticket, attendee=somebody(1), workshops=[airway], at=LONG_BEFORE)
    order = bought(physician_ticket, workshops=[ultrasound])
    before = (lines(order), HistoryEntry.objects.count())

    with pytest.raises(WorkshopFull):
        change(place_in(order), "airway")

    assert (lines(order), HistoryEntry.objects.count()) == before
    assert (taken(ultrasound), taken(airway)) == (1, 1)


def test_a_workshop_inside_the_ticket_stays(physician_ticket, ultrasound):
    IncludedWorkshop.objects.create(ticket_type=physician_ticket, workshop=ultrasound)
    order = bought(physician_ticket)

    with pytest.raises(NothingChanges):
        change(place_in(order))
    assert taken(ultrasound) == 1


def test_changes_end_on_the_day_the_event_says(policy, physician_ticket, ultrasound):
    order = bought(physician_ticket)
    policy.changes_until = LONG_BEFORE + dt.timedelta(days=10)
    policy.save(update_fields=("changes_until",))

    with pytest.raises(TooLateToChange):
        change(place_in(order), "ultrasound", at=policy.changes_until)
    assert taken(ultrasound) == 0


def transfer(registration, attendee, *, by_herself=True):
    return transfer_place(
        registration_id=registration.pk,
        attendee=attendee,
        by_herself=by_herself,
        actor=None,
        at=LONG_BEFORE,
    )


def test_a_place_given_to_somebody_else_has_a_new_address_and_badge(physician_ticket):
    place = place_in(bought(physician_ticket))
    old_badge = Badge.objects.get()

    given = transfer(place, somebody(7))

    assert (given.email, given.token == place.token, given.person) == (
        "person7@example.org",
        False,
        None,
    )
    old_badge.refresh_from_db()
    assert old_badge.revoked_at == LONG_BEFORE
    assert Badge.objects.filter(registration=place, revoked_at__isnull=True).count() == 1
    assert list(EmailMessage.objects.order_by("pk").values_list("kind", "to_address"))[-2:] == [
        ("registration/email/confirmed", "person7@example.org"),
        ("registration/email/place_transferred", ANA.email),
    ]
    assert taken(physician_ticket) == 1


def test_a_place_is_not_given_to_who_has_one(physician_ticket):
    place = place_in(bought(physician_ticket))
    buy(physician_ticket, attendee=somebody(1), at=LONG_BEFORE)

    with pytest.raises(AlreadyRegistered):
        transfer(place, somebody(1))
    place.refresh_from_db()
    assert place.email == ANA.email


def test_a_cheap_place_is_not_given_to_who_would_pay_more(event, physician_ticket):
    Price.objects.create(
        event=event,
        ticket_type=physician_ticket,
        profession="resident",
        currency="USD",
        amount_minor=9_000,
    )
    place = place_in(
        bought(physician_ticket, attendee=dataclasses.replace(ANA, profession="resident"))
    )

    with pytest.raises(TransferCostsMore):
        transfer(place, somebody(2))
    place.refresh_from_db()
    assert place.email == ANA.email
    assert transfer(place, somebody(2), by_herself=False).email == "person2@example.org"
    assert LedgerEntry.objects.filter(kind="charge").count() == 1
