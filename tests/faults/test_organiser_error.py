"""
Fault F21: an organiser cancels what she did not mean, or would delete a whole event.

The cancellation is taken back by one press; the event cannot be deleted by anybody. The control takes
the check of free places away: then the same press gives one place to two people.
"""

import datetime as dt

import pytest
from django.db.models import ProtectedError

from certificates.management.invariants import INVARIANTS
from conference.kernel.errors import DomainError, TransitionRefused
from conference.models import EmailMessage, HistoryEntry
from registration.models import Voucher, WorkshopBooking
from registration.operations import restoring
from registration.operations.additions import release_unpaid_addition
from registration.operations.cancelling import cancel_order
from registration.operations.changing import change_workshops
from registration.operations.confirming import confirm_order
from registration.operations.paying import record_payment
from registration.operations.refunding import request_refund
from registration.operations.restoring import restore_order
from registration.queries.orders import owed_minor
from registration.queries.restoring import may_be_restored
from registration.rules.refusals import AlreadyRegistered, CannotRestore, SoldOut
from tests.conftest import NOON, signed_in
from tests.registration.money.test_audit_of_money import violations
from tests.registration.ordering.conftest import (  # noqa: F401 - fixtures
    ANA,
    buy,
    make_ticket_type,
    policy,
    somebody,
    ultrasound,
    wish,
)

pytestmark = pytest.mark.django_db
BEFORE = NOON - dt.timedelta(days=40)
MINUTE = dt.timedelta(minutes=1)
FOLLOWS = "A registration follows its order"


@pytest.fixture
def ticket_type(event, policy):  # noqa: F811
    return make_ticket_type(event, places=2)


@pytest.fixture
def order(ticket_type, ultrasound, event):  # noqa: F811
    """Two people, a workshop and a code, paid."""
    Voucher.objects.create(
        event=event, code="HALF", effect="percent", percent=50, max_uses=1, made_at=BEFORE
    )
    people = [
        wish(ticket_type, workshops=[ultrasound]),
        wish(ticket_type, attendee=somebody(1)),
    ]
    order = buy(ticket_type, people=people, voucher_code="HALF", at=BEFORE)
    record_payment(
        order_id=order.pk, amount_minor=order.total_minor, external_id="T-1", received_at=BEFORE,
        actor=None, at=BEFORE,
    )  # fmt: skip
    order.refresh_from_db()
    return order


def facts(order) -> list:
    """What the order is to the outside."""
    order.refresh_from_db()
    people = order.registrations.order_by("pk")
    return [
        order.state, order.total_minor, owed_minor(order),
        [
            (
                one.state, one.token, one.price_minor,
                sorted(one.workshop_bookings.filter(state="active").values_list("workshop")),
                list(one.badges.filter(revoked_at=None).values_list("token", flat=True)),
            )
            for one in people
        ],
        [(t.places_taken, t.waiting) for t in order.event.ticket_types.order_by("pk")],
        [w.seats_taken for w in order.event.workshops.order_by("pk")],
        [v.uses for v in Voucher.objects.order_by("pk")],
    ]  # fmt: skip


def press_cancel(order, organiser, *, at=BEFORE + MINUTE):
    cancel_order(order_id=order.pk, actor=organiser, at=at)
    order.refresh_from_db()


def test_f21_a_cancellation_by_mistake_is_taken_back_whole(order, organiser):
    before = facts(order)
    press_cancel(order, organiser)
    assert facts(order) != before

    restore_order(order_id=order.pk, actor=organiser, at=BEFORE + 4 * MINUTE)

    assert facts(order) == before
    assert FOLLOWS in INVARIANTS
    assert violations() == []
    assert HistoryEntry.objects.get(action="order.restored").actor == organiser
    letters = EmailMessage.objects.filter(kind="registration/email/restored")
    assert sorted(letters.values_list("to_address", flat=True)) == [ANA.email, somebody(1).email]
    press_cancel(order, organiser, at=BEFORE + 5 * MINUTE)
    restore_order(order_id=order.pk, actor=organiser, at=BEFORE + 6 * MINUTE)
    assert facts(order) == before


def test_f21_who_had_not_paid_gets_her_time_again(ticket_type, organiser):
    order = buy(ticket_type, at=BEFORE)
    press_cancel(order, organiser)

    restore_order(order_id=order.pk, actor=organiser, at=BEFORE + 4 * MINUTE)

    order.refresh_from_db()
    assert (order.state, order.expires_at) == (
        "pending", BEFORE + dt.timedelta(days=5) + 4 * MINUTE,
    )  # fmt: skip
    assert owed_minor(order) == 18000
    assert set(order.registrations.values_list("state", flat=True)) == {"pending"}


def test_f21_a_seat_that_was_added_and_not_paid_waits_for_its_money_again(order, organiser):
    person = order.registrations.get(email=somebody(1).email)
    change_workshops(
        registration_id=person.pk, workshops=["ultrasound"], by_herself=True, actor=None,
        at=BEFORE + MINUTE,
    )  # fmt: skip
    owed = owed_minor(order)
    press_cancel(order, organiser, at=BEFORE + 2 * MINUTE)

    restore_order(order_id=order.pk, actor=organiser, at=BEFORE + 4 * MINUTE)

    bookings = WorkshopBooking.objects.filter(registration__order=order, state="active")
    (added,) = bookings.filter(must_be_paid_by__isnull=False)
    assert (added.registration, owed_minor(order), bookings.count()) == (person, owed, 2)
    assert owed == added.price_minor > 0
    assert release_unpaid_addition(booking_id=added.pk, at=added.must_be_paid_by)
    order.refresh_from_db()
    assert (order.state, owed_minor(order), bookings.count()) == ("confirmed", 0, 1)
    assert violations() == []


def refuses(order, organiser, refusal, *, at=BEFORE + 4 * MINUTE):
    before = facts(order)
    with pytest.raises(refusal):
        restore_order(order_id=order.pk, actor=organiser, at=at)
    assert facts(order) == before


def test_f21_a_place_that_somebody_has_taken_meanwhile_is_hers(order, ticket_type, organiser):
    press_cancel(order, organiser)
    buy(ticket_type, attendee=somebody(5), at=BEFORE + 2 * MINUTE)

    refuses(order, organiser, SoldOut)


def test_f21_control_without_taking_the_places_two_people_would_have_one(
    order, ticket_type, organiser, monkeypatch
):
    press_cancel(order, organiser)
    buy(ticket_type, attendee=somebody(5), at=BEFORE + 2 * MINUTE)
    monkeypatch.setattr(restoring, "take_seats", lambda _claims: None)

    restore_order(order_id=order.pk, actor=organiser, at=BEFORE + 4 * MINUTE)

    ticket_type.refresh_from_db()
    holding = ticket_type.registrations.filter(state__in=["pending", "confirmed"]).count()
    assert holding > ticket_type.places
    assert any("Places taken are the active registrations" in one for one in violations())


def test_f21_a_person_who_came_back_by_another_order_is_not_doubled(event, policy, organiser):  # noqa: F811
    ticket_type = make_ticket_type(event, places=9)
    order = buy(ticket_type, at=BEFORE)
    press_cancel(order, organiser)
    buy(ticket_type, at=BEFORE + 2 * MINUTE, submission_token="again")

    refuses(order, organiser, AlreadyRegistered)


def test_f21_it_is_too_late_after_thirty_days_or_when_money_went_back(order, organiser):
    press_cancel(order, organiser)
    refuses(order, organiser, CannotRestore, at=BEFORE + MINUTE + dt.timedelta(days=30))
    request_refund(order_id=order.pk, amount_minor=100, reason="x", actor=organiser, at=BEFORE)

    refuses(order, organiser, CannotRestore)


def test_f21_no_other_operation_wakes_what_is_cancelled(order, organiser):
    press_cancel(order, organiser)
    before = facts(order)

    with pytest.raises(TransitionRefused):
        confirm_order(order_id=order.pk, actor=organiser, at=BEFORE + 2 * MINUTE)

    assert facts(order) == before


def test_f21_what_is_not_cancelled_is_not_restored(order, organiser):
    refuses(order, organiser, DomainError)


def test_f21_an_event_with_orders_cannot_be_deleted_by_anybody(order):
    with pytest.raises(ProtectedError):
        order.event.delete()


def test_f21_the_desk_has_the_button_and_only_while_it_helps(ticket_type, organiser, other_event):
    from django.utils import timezone

    policy_of = ticket_type.event.registration_policy
    policy_of.closes_at = timezone.now() + dt.timedelta(days=900)
    policy_of.opens_at = timezone.now() - dt.timedelta(days=1)
    policy_of.save()
    order = buy(ticket_type, at=timezone.now())
    desk, address = signed_in(organiser), f"/desk/{order.event.slug}/orders/{order.pk}/"
    assert "/restore" not in desk.get(address).content.decode()
    desk.post(f"{address}cancel")
    assert f"{address}restore" in desk.get(address).content.decode()
    assert desk.post(f"/desk/{other_event.slug}/orders/{order.pk}/restore").status_code == 404

    response = desk.post(f"{address}restore")

    order.refresh_from_db()
    assert (response.status_code, order.state) == (302, "pending")
    assert not may_be_restored(order, at=timezone.now())


def test_f21_who_paid_meanwhile_is_confirmed_when_it_is_taken_back(ticket_type, organiser):
    order = buy(ticket_type, at=BEFORE)
    press_cancel(order, organiser)
    record_payment(
        order_id=order.pk, amount_minor=18000, external_id="T-2", received_at=BEFORE,
        actor=None, at=BEFORE + 2 * MINUTE,
    )  # fmt: skip

    restore_order(order_id=order.pk, actor=organiser, at=BEFORE + 4 * MINUTE)

    order.refresh_from_db()
    assert (order.state, owed_minor(order)) == ("confirmed", 0)
    assert order.registrations.get().badges.filter(revoked_at=None).count() == 1
    assert violations() == []
