import pytest

from conference.kernel.errors import TransitionRefused
from conference.models import HistoryEntry
from registration.models import Badge, Overbooking, Refund
from registration.operations.cancelling import cancel_order
from registration.operations.giving_seats import give_seat, send_back_and_cancel
from registration.queries.orders import owed_minor
from registration.rules.refusals import ReasonMissing
from tests.registration.money.conftest import LATER, ledger_of, paid_without_seat, pay
from tests.registration.ordering.conftest import buy
from tests.registration.ordering.test_placing import seats

pytestmark = pytest.mark.django_db


def test_a_place_that_is_free_by_now_is_simply_taken(event, policy, organiser):
    order, ticket_type = paid_without_seat(event)
    cancel_order(
        order_id=ticket_type.registrations.get(state="pending").order_id, actor=organiser, at=LATER
    )

    give_seat(order_id=order.pk, reason="", actor=organiser, at=LATER)

    order.refresh_from_db()
    ticket_type.refresh_from_db()
    assert order.state == "confirmed"
    assert (ticket_type.places, ticket_type.places_taken) == (1, 1)
    assert owed_minor(order) == 0
    assert Overbooking.objects.count() == 0
    assert Badge.objects.filter(registration__order=order).count() == 1


def test_nothing_is_overbooked_without_a_reason(event, policy, organiser):
    order, ticket_type = paid_without_seat(event)

    with pytest.raises(ReasonMissing):
        give_seat(order_id=order.pk, reason="  ", actor=organiser, at=LATER)

    order.refresh_from_db()
    ticket_type.refresh_from_db()
    assert (order.state, ticket_type.places) == ("paid_without_seat", 1)


def test_places_are_raised_by_what_is_missing_with_the_reason_and_by_whom(
    event, policy, ultrasound, organiser
):
    ultrasound.seats = 1
    ultrasound.save(update_fields=("seats",))
    order, ticket_type = paid_without_seat(event, workshops=[ultrasound])

    give_seat(order_id=order.pk, reason="Our mistake", actor=organiser, at=LATER)

    order.refresh_from_db()
    ticket_type.refresh_from_db()
    ultrasound.refresh_from_db()
    assert order.state == "confirmed"
    assert (ticket_type.places, ticket_type.places_taken) == (2, 2)
    assert (ultrasound.seats, ultrasound.seats_taken) == (1, 1)
    overbooking = Overbooking.objects.get()
    assert (overbooking.ticket_type, overbooking.more_places, overbooking.reason) == (
        ticket_type, 1, "Our mistake",
    )  # fmt: skip
    assert (overbooking.decided_by, overbooking.decided_at) == (organiser, LATER)
    entry = HistoryEntry.objects.get(action="order.overbooked")
    assert (entry.subject_id, entry.actor, entry.data["more_places"]) == (
        ticket_type.pk, organiser, 1,
    )  # fmt: skip
    assert owed_minor(order) == 0


def test_an_order_that_waits_for_nothing_gets_no_seat(physician_ticket, organiser):
    order = buy(physician_ticket)
    pay(order)

    with pytest.raises(TransitionRefused):
        give_seat(order_id=order.pk, reason="why not", actor=organiser, at=LATER)

    assert seats(physician_ticket) == (1, None)


def test_all_the_money_is_asked_back_and_the_order_ends(event, policy, organiser):
    order, ticket_type = paid_without_seat(event)

    (refund,) = send_back_and_cancel(order_id=order.pk, reason="Full", actor=organiser, at=LATER)

    order.refresh_from_db()
    assert order.state == "cancelled"
    assert (refund.amount_minor, refund.state) == (18000, "created")
    assert seats(ticket_type) == (1, None)
    with pytest.raises(TransitionRefused):
        send_back_and_cancel(order_id=order.pk, reason="Full", actor=organiser, at=LATER)
    assert Refund.objects.count() == 1
    assert ledger_of(order)[-1] == ("payment", -18000)
