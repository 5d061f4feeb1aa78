import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conference.kernel.errors import TransitionRefused
from conference.models import EmailMessage, HistoryEntry
from registration.models import Badge, LedgerEntry, Payment
from registration.operations.cancelling import cancel_order, cancel_own_order
from registration.operations.confirming import confirm_order
from registration.operations.expiring import expire_order, expire_orders
from registration.operations.paying import record_payment
from registration.queries.orders import owed_minor
from registration.rules.refusals import (
    NotPaid,
    PaymentOfAnotherOrder,
    PaymentRefused,
    TooLateToCancel,
)
from tests.conftest import NOON
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody, wish
from tests.registration.ordering.test_placing import seats

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(days=6)


def pay(order, amount_minor=18000, external_id="T-1", **changes):
    return record_payment(
        **{
            "order_id": order.pk,
            "amount_minor": amount_minor,
            "external_id": external_id,
            "received_at": NOON,
            "actor": None,
            "at": NOON,
            **changes,
        }
    )


def ledger_of(order):
    return list(order.ledger_entries.order_by("pk").values_list("kind", "amount_minor"))


def letters():
    return [kind.rpartition("/")[2] for kind in
            EmailMessage.objects.order_by("pk").values_list("kind", flat=True)]  # fmt: skip


def test_the_whole_money_confirms_the_order(physician_ticket, organiser):
    order = buy(physician_ticket)

    payment = pay(order, actor=organiser)

    order.refresh_from_db()
    registration = order.registrations.get()
    assert (order.state, order.confirmed_at, order.expires_at) == ("confirmed", NOON, None)
    assert (registration.state, registration.confirmed_at) == ("confirmed", NOON)
    assert payment.recorded_by == organiser
    assert ledger_of(order) == [("charge", 18000), ("payment", -18000)]
    assert owed_minor(order) == 0
    assert Badge.objects.filter(registration=registration).count() == 1
    assert letters() == ["placed", "confirmed"]
    assert set(HistoryEntry.objects.values_list("action", flat=True)) == {
        "order.placed",
        "payment.recorded",
        "order.confirmed",
    }


def test_a_part_of_the_money_leaves_the_order_waiting(physician_ticket):
    order = buy(physician_ticket)

    pay(order, 10000)

    order.refresh_from_db()
    assert order.state == "pending"
    assert owed_minor(order) == 8000

    pay(order, 8000, "T-2")

    order.refresh_from_db()
    assert order.state == "confirmed"


def test_the_same_transfer_counts_once(physician_ticket):
    order = buy(physician_ticket)

    assert pay(order, 10000).pk == pay(order, 10000).pk

    assert Payment.objects.count() == 1
    assert owed_minor(order) == 8000


def test_a_transfer_of_another_order_is_refused(physician_ticket):
    first = buy(physician_ticket)
    second = buy(physician_ticket, attendee=somebody(1))
    pay(first)

    with pytest.raises(PaymentOfAnotherOrder):
        pay(second)

    second.refresh_from_db()
    assert second.state == "pending"
    assert ledger_of(second) == [("charge", 18000)]


@pytest.mark.parametrize(
    "changes", [{"amount_minor": 0}, {"amount_minor": -1}, {"external_id": " "}]
)
def test_a_payment_that_makes_no_sense_is_refused(physician_ticket, changes):
    order = buy(physician_ticket)

    with pytest.raises(PaymentRefused):
        pay(order, **changes)

    assert Payment.objects.count() == 0


def test_an_order_is_not_confirmed_while_something_is_owed(physician_ticket, organiser):
    order = buy(physician_ticket)

    with pytest.raises(NotPaid):
        confirm_order(order_id=order.pk, actor=organiser, at=NOON)

    order.refresh_from_db()
    assert order.state == "pending"
    assert letters() == ["placed"]


def test_a_hold_that_is_over_expires_and_gives_back_its_seats_once(physician_ticket, ultrasound):
    order = buy(physician_ticket, workshops=[ultrasound])

    assert expire_orders(at=NOON + dt.timedelta(days=4, hours=23)) == 0
    assert expire_orders(at=LATER) == 1
    assert expire_orders(at=LATER) == 0
    assert expire_order(order_id=order.pk, at=LATER) is False

    order.refresh_from_db()
    assert (order.state, order.ended_at) == ("expired", LATER)
    assert order.registrations.get().state == "expired"
    assert (seats(physician_ticket), seats(ultrasound)) == ((0, None), (None, 0))
    assert ledger_of(order) == [("charge", 23000), ("waiver", -23000)]
    assert letters() == ["placed", "expired"]


def test_late_money_takes_the_same_seats_again(physician_ticket, ultrasound):
    order = buy(physician_ticket, workshops=[ultrasound])
    expire_orders(at=LATER)

    pay(order, 23000, at=LATER)

    order.refresh_from_db()
    registration = order.registrations.get()
    assert (order.state, registration.state) == ("confirmed", "confirmed")
    assert (order.ended_at, registration.ended_at) == (None, None)
    assert (seats(physician_ticket), seats(ultrasound)) == ((1, None), (None, 1))
    assert owed_minor(order) == 0
    assert letters() == ["placed", "expired", "confirmed"]


def test_late_money_without_a_place_left_waits_for_the_organisers(event, policy):
    ticket_type = make_ticket_type(event, places=1)
    order = buy(ticket_type)
    expire_orders(at=LATER)
    buy(ticket_type, attendee=somebody(1), at=NOON + dt.timedelta(days=3))

    pay(order, at=LATER)

    order.refresh_from_db()
    assert order.state == "paid_without_seat"
    assert order.registrations.get().state == "expired"
    assert seats(ticket_type) == (1, None)
    assert owed_minor(order) == -18000
    assert letters()[-1] == "paid_without_seat"
    assert HistoryEntry.objects.filter(action="order.paid_without_seat").get().data == {
        "because": "sold_out"
    }


def test_late_money_for_one_of_two_registrations_of_a_person_waits(physician_ticket):
    order = buy(physician_ticket)
    expire_orders(at=LATER)
    buy(physician_ticket, submission_token="again", at=NOON + dt.timedelta(days=1))

    pay(order, at=LATER)

    order.refresh_from_db()
    assert order.state == "paid_without_seat"
    assert seats(physician_ticket) == (1, None)


def test_a_part_of_the_money_does_not_revive_an_expired_order(physician_ticket):
    order = buy(physician_ticket)
    expire_orders(at=LATER)

    pay(order, 10000, at=LATER)

    order.refresh_from_db()
    assert order.state == "expired"
    assert seats(physician_ticket) == (0, None)


def test_cancelling_gives_back_the_seats_once(physician_ticket, ultrasound, organiser):
    order = buy(physician_ticket, workshops=[ultrasound])
    pay(order, 23000)

    cancel_order(order_id=order.pk, actor=organiser, at=NOON)
    with pytest.raises(TransitionRefused):
        cancel_order(order_id=order.pk, actor=organiser, at=NOON)

    order.refresh_from_db()
    assert (order.state, order.registrations.get().state) == ("cancelled", "cancelled")
    assert (seats(physician_ticket), seats(ultrasound)) == ((0, None), (None, 0))
    assert owed_minor(order) == -23000
    assert letters() == ["placed", "confirmed", "cancelled"]


def test_a_place_without_a_seat_can_be_cancelled_and_gives_nothing_back(event, policy, organiser):
    ticket_type = make_ticket_type(event, places=1)
    order = buy(ticket_type)
    expire_orders(at=LATER)
    buy(ticket_type, attendee=somebody(1), at=NOON + dt.timedelta(days=3))
    pay(order, at=LATER)

    cancel_order(order_id=order.pk, actor=organiser, at=LATER)

    order.refresh_from_db()
    assert order.state == "cancelled"
    assert seats(ticket_type) == (1, None)
    assert owed_minor(order) == -18000


def test_she_cancels_herself_what_she_has_not_paid_for(physician_ticket):
    order = buy(physician_ticket)

    cancel_own_order(order_id=order.pk, actor=None, at=NOON)

    order.refresh_from_db()
    assert order.state == "cancelled"
    assert seats(physician_ticket) == (0, None)


def test_she_cannot_cancel_herself_what_is_paid(physician_ticket):
    order = buy(physician_ticket)
    pay(order)

    with pytest.raises(TooLateToCancel):
        cancel_own_order(order_id=order.pk, actor=None, at=NOON)

    order.refresh_from_db()
    assert order.state == "confirmed"
    assert seats(physician_ticket) == (1, None)


def test_a_cancelled_registration_does_not_block_a_new_one(physician_ticket, organiser):
    cancel_order(order_id=buy(physician_ticket).pk, actor=organiser, at=NOON)

    assert buy(physician_ticket, submission_token="again").state == "pending"


def test_the_ledger_cannot_be_changed(physician_ticket):
    from django.db import DatabaseError, transaction

    buy(physician_ticket)

    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.update(amount_minor=1)

    assert LedgerEntry.objects.get().amount_minor == 18000


def test_an_ending_order_gives_back_in_the_order_in_which_buyers_take(event, policy, ultrasound):
    """A buyer who has the first ticket and wants the workshop would wait for us, and we for her."""
    first, second = make_ticket_type(event, "first"), make_ticket_type(event, "second")
    people = [wish(second, workshops=[ultrasound]), wish(first, attendee=somebody(1))]
    order = buy(first, people=people)

    with CaptureQueriesContext(connection) as captured:
        assert expire_order(order_id=order.pk, at=LATER)

    fought_over = re.compile(
        r'UPDATE "registration_(tickettype|workshop)" .* WHERE "registration_\w+"."id" = (\d+)'
    )
    rows = [found.groups() for each in captured if (found := fought_over.match(each["sql"]))]
    assert rows == [
        ("tickettype", str(first.pk)), ("tickettype", str(second.pk)),
        ("workshop", str(ultrasound.pk)),
    ]  # fmt: skip
    assert [seats(each) for each in (first, second, ultrasound)] == [
        (0, None),
        (0, None),
        (None, 0),
    ]
