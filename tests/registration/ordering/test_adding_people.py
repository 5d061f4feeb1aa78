"""A person who is added to an order: priced first, held for her own money, lost alone."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from conference.kernel.errors import TransitionRefused
from conference.kernel.money import Money
from conference.models import EmailMessage, HistoryEntry
from registration.models import Badge, GroupDiscount, LedgerEntry, Registration
from registration.operations.adding_people import add_person
from registration.operations.cancelling import (
    cancel_order,
    cancel_own_order,
    cancel_registration,
)
from registration.operations.expiring import expire_what_is_over
from registration.operations.paying import record_payment
from registration.operations.refunding import record_refund_sent
from registration.queries.additions import addition_quote, may_add_people
from registration.queries.orders import owed_minor, ticket_types_offered
from registration.queries.refunds import cancellations_of
from registration.rules.refusals import (
    AlreadyRegistered,
    PriceChanged,
    SoldOut,
    TermsNotAccepted,
    TooManyInOneOrder,
)
from tests.conftest import NOON
from tests.registration.ordering.conftest import ANA, buy, make_ticket_type, somebody, wish

pytestmark = pytest.mark.django_db
BEFORE = NOON - dt.timedelta(days=40)
OVER = BEFORE + dt.timedelta(days=5)  # what the policy gives a bank transfer
BEA = somebody(7)


@pytest.fixture
def order(policy, physician_ticket):
    """Of one physician, paid."""
    return pay(buy(physician_ticket, at=BEFORE))


def pay(order, *, at=BEFORE):
    amount_minor = owed_minor(order)
    record_payment(
        order_id=order.pk, amount_minor=amount_minor, external_id=f"T{order.pk}-{at}",
        received_at=at, actor=None, at=at,
    )  # fmt: skip
    order.refresh_from_db()
    return order


def add(order, ticket_type, *, at=BEFORE, workshops=(), attendee=BEA, **changes):
    added = add_person(
        **{
            "order_id": order.pk,
            "person": wish(ticket_type, attendee=attendee, workshops=workshops),
            "terms_accepted": True,
            "actor": None,
            "at": at,
            **changes,
        }
    )
    order.refresh_from_db()
    return added


def ledger(order):
    return list(order.ledger_entries.values_list("kind", "reason", "amount_minor"))


def letters():
    found = EmailMessage.objects.order_by("pk").values_list("kind", "to_address")
    return [(kind.removeprefix("registration/email/"), to) for kind, to in found]


def nothing_was_added(order, ticket_type):
    ticket_type.refresh_from_db()
    assert order.registrations.count() == ticket_type.places_taken == 1
    assert ledger(order) == [("charge", "order", 18000), ("payment", "", -18000)]


def test_she_is_held_for_her_own_money_and_confirmed_with_it(order, physician_ticket, ultrasound):
    quote = addition_quote(order, wish(physician_ticket, attendee=BEA), at=BEFORE)
    assert quote.total == Money(18000, "USD")

    added = add(order, physician_ticket, workshops=[ultrasound], agreed=Money(23000, "USD"))

    assert (added.state, added.must_be_paid_by) == ("pending", OVER)
    assert (order.state, order.total_minor, owed_minor(order)) == ("confirmed", 41000, 23000)
    assert order.registrations.get(email=ANA.email).state == "confirmed"
    assert ledger(order)[2:] == [("charge", "change", 23000)]
    assert letters()[-1] == ("person_added", ANA.email)
    assert "USD 230,00" in EmailMessage.objects.latest("pk").text_body

    pay(order, at=BEFORE + dt.timedelta(days=1))

    added.refresh_from_db()
    assert (added.state, added.must_be_paid_by) == ("confirmed", None)
    assert Badge.objects.filter(registration=added, revoked_at=None).count() == 1
    assert letters()[-1][0] == "confirmed"
    assert owed_minor(order) == 0
    assert expire_what_is_over(at=OVER) == 0
    assert HistoryEntry.objects.filter(action="registration.added").get().subject_id == added.pk


def test_unpaid_she_is_lost_alone_and_her_seats_are_free(order, physician_ticket, ultrasound):
    added = add(order, physician_ticket, workshops=[ultrasound])

    assert expire_what_is_over(at=OVER - dt.timedelta(seconds=1)) == 0
    assert expire_what_is_over(at=OVER) == 1
    assert expire_what_is_over(at=OVER) == 0

    added.refresh_from_db()
    order.refresh_from_db()
    physician_ticket.refresh_from_db()
    ultrasound.refresh_from_db()
    assert (added.state, order.state, order.total_minor) == ("expired", "confirmed", 18000)
    assert (physician_ticket.places_taken, ultrasound.seats_taken) == (1, 0)
    assert owed_minor(order) == 0
    assert letters()[-1] == ("person_lapsed", ANA.email)
    assert HistoryEntry.objects.filter(action="registration.lapsed").count() == 1
    cancel_order(order_id=order.pk, actor=None, at=OVER)
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_her_overdue_place_goes_to_the_next_buyer_while_nobody_sweeps(event, policy):
    ticket_type = make_ticket_type(event, places=2)
    order = pay(buy(ticket_type, at=BEFORE))
    added = add(order, ticket_type)
    with pytest.raises(SoldOut):
        buy(ticket_type, attendee=somebody(1), at=OVER - dt.timedelta(seconds=1))
    assert ticket_types_offered(event, at=OVER)[0].places_left == 1

    buy(ticket_type, attendee=somebody(1), at=OVER)

    added.refresh_from_db()
    ticket_type.refresh_from_db()
    assert (added.state, ticket_type.places_taken) == ("expired", 2)


def test_late_money_for_her_is_kept_and_owed_to_who_paid(order, physician_ticket):
    add(order, physician_ticket)
    expire_what_is_over(at=OVER)

    record_payment(
        order_id=order.pk, amount_minor=18000, external_id="late", received_at=OVER, actor=None,
        at=OVER,
    )  # fmt: skip

    assert owed_minor(order) == -18000


def test_what_costs_nothing_is_confirmed_at_once(order, free_ticket):
    added = add(order, free_ticket)

    assert (added.state, added.must_be_paid_by) == ("confirmed", None)
    assert Badge.objects.filter(registration=added).count() == 1
    assert letters()[-1][0] == "confirmed"
    assert (order.total_minor, owed_minor(order)) == (18000, 0)


def test_a_free_order_can_be_added_to_for_money(free_ticket, physician_ticket):
    order = buy(free_ticket, at=BEFORE)

    added = add(order, physician_ticket)

    assert (order.payment_method, order.total_minor) == ("bank_transfer", 18000)
    assert (added.state, added.must_be_paid_by) == ("pending", OVER)
    expire_what_is_over(at=OVER)
    added.refresh_from_db()
    assert (added.state, owed_minor(order)) == ("expired", 0)


def test_money_that_is_left_on_the_order_pays_for_her(order, physician_ticket):
    record_payment(
        order_id=order.pk, amount_minor=18000, external_id="twice", received_at=BEFORE, actor=None,
        at=BEFORE,
    )  # fmt: skip

    added = add(order, physician_ticket)

    assert (added.state, owed_minor(order)) == ("confirmed", 0)


def test_an_order_that_waits_shares_its_hold_with_her(physician_ticket):
    order = buy(physician_ticket, at=BEFORE)

    added = add(order, physician_ticket, at=BEFORE + dt.timedelta(days=1))

    assert (added.state, added.must_be_paid_by) == ("pending", None)
    assert (order.state, order.total_minor, owed_minor(order)) == ("pending", 36000, 36000)
    pay(order, at=BEFORE + dt.timedelta(days=2))
    assert set(order.registrations.values_list("state", flat=True)) == {"confirmed"}


def test_a_form_sent_twice_adds_her_once(order, physician_ticket):
    first = add(order, physician_ticket)
    again = add(order, physician_ticket)

    assert again == first
    assert order.registrations.count() == 2
    assert owed_minor(order) == 18000


def test_one_more_makes_the_group_and_its_discount_counts_for_her(order, physician_ticket, event):
    GroupDiscount.objects.create(event=event, min_people=2, percent=10)

    added = add(order, physician_ticket, agreed=Money(16200, "USD"))

    assert (added.price_minor, added.list_price_minor) == (16200, 18000)
    assert added.price_reason["group_percent"] == 10


def test_refusals_change_nothing(order, physician_ticket):
    with pytest.raises(TermsNotAccepted):
        add(order, physician_ticket, terms_accepted=False)
    with pytest.raises(PriceChanged):
        add(order, physician_ticket, agreed=Money(1, "USD"))
    with pytest.raises(AlreadyRegistered):
        add(
            order,
            physician_ticket,
            attendee=ANA.__class__(**{**_fields(ANA), "certificate_name": "Eve"}),
        )
    physician_ticket.max_per_order = 1
    physician_ticket.save(update_fields=("max_per_order",))
    with pytest.raises(TooManyInOneOrder):
        add(order, physician_ticket)

    nothing_was_added(order, physician_ticket)


def _fields(attendee):
    return {name: getattr(attendee, name) for name in attendee.__slots__}


def test_a_full_ticket_adds_nobody(event, policy):
    ticket_type = make_ticket_type(event, places=1)
    order = pay(buy(ticket_type, at=BEFORE))

    with pytest.raises(SoldOut):
        add(order, ticket_type)

    nothing_was_added(order, ticket_type)


def test_nobody_is_added_to_an_order_that_has_ended(order, physician_ticket):
    cancel_order(order_id=order.pk, actor=None, at=BEFORE)
    order.refresh_from_db()

    assert not may_add_people(order, at=BEFORE)
    with pytest.raises(TransitionRefused):
        add(order, physician_ticket)
    assert Registration.objects.count() == 1


def test_cancelling_her_before_she_is_paid_costs_and_gives_back_nothing(
    order, physician_ticket, policy
):
    policy.refund_steps = [{"days_before": 1, "percent": 50}]
    policy.save(update_fields=("refund_steps",))
    added = add(order, physician_ticket)
    (_, hers), (_, added_ones) = cancellations_of(order, at=BEFORE)
    assert (hers.fee.amount_minor, hers.refund.amount_minor) == (9000, 9000)
    assert (added_ones.fee.amount_minor, added_ones.refund.amount_minor) == (0, 0)

    cancel_registration(registration_id=added.pk, by_herself=True, actor=None, at=BEFORE)

    order.refresh_from_db()
    added.refresh_from_db()
    assert (added.state, added.must_be_paid_by, order.state) == ("cancelled", None, "confirmed")
    assert (owed_minor(order), order.total_minor) == (0, 18000)
    assert order.refunds.count() == 0


def test_cancelling_the_whole_order_ends_her_too(order, physician_ticket, policy):
    policy.refund_steps = [{"days_before": 1, "percent": 50}]
    policy.save(update_fields=("refund_steps",))
    added = add(order, physician_ticket)

    cancel_own_order(order_id=order.pk, actor=None, at=BEFORE)

    order.refresh_from_db()
    added.refresh_from_db()
    physician_ticket.refresh_from_db()
    assert (order.state, added.state, physician_ticket.places_taken) == (
        "cancelled",
        "cancelled",
        0,
    )
    assert [refund.amount_minor for refund in order.refunds.all()] == [9000]


def test_the_database_knows_no_confirmed_place_that_still_waits_for_its_money(order):
    with (
        pytest.raises(IntegrityError, match="registration_added_waits_while_pending"),
        transaction.atomic(),
    ):
        order.registrations.update(must_be_paid_by=OVER)
    assert LedgerEntry.objects.filter(order=order).count() == 2


# --- The page ------------------------------------------------------------------------------------


@pytest.fixture
def now(policy):
    """The page reads the clock: registration is open today."""
    from django.utils import timezone

    today = timezone.now()
    policy.opens_at, policy.closes_at = today - dt.timedelta(days=1), today + dt.timedelta(days=90)
    policy.save(update_fields=("opens_at", "closes_at"))
    return today


TYPED = {
    "people": "1",
    "person-1-badge_name": BEA.badge_name,
    "person-1-certificate_name": BEA.certificate_name,
    "person-1-email": BEA.email,
    "person-1-profession": "physician",
    "person-1-country": "AR",
    "person-1-ticket": "physician",
    "terms_accepted": "on",
    "agreed": "USD 18000",
}


@pytest.fixture
def open_order(now, physician_ticket):
    return pay(buy(physician_ticket, at=now), at=now)


def test_the_page_tells_the_difference_first_and_then_adds(open_order, client):
    page = f"/o/{open_order.token}/add/"
    english = {"accept-language": "en"}
    assert page in client.get(f"/o/{open_order.token}/", headers=english).content.decode()

    shown = client.get(page, headers=english)
    assert "More to pay" in shown.content.decode()
    assert "Who is added" in shown.content.decode()
    assert "Be kind." in shown.content.decode()
    assert shown.context["quote"].total == Money(18000, "USD")
    assert shown.context["person"]["profession"].value() == "physician"

    updated = client.post(page, {**TYPED, "do": "update"}, headers=english)
    assert (updated.status_code, open_order.registrations.count()) == (200, 1)
    response = client.post(page, TYPED, headers=english)

    assert (response.status_code, response["Location"]) == (302, f"/o/{open_order.token}/")
    assert open_order.registrations.get(email=BEA.email).state == "pending"
    order_page = client.get(f"/o/{open_order.token}/", headers=english).content.decode()
    assert "Something you added is not paid yet" in order_page
    assert "It is held until" in order_page


@pytest.mark.parametrize(
    "changes",
    [
        {"person-1-email": "a@b.co\r\nBcc: x@y"},
        {"person-1-ticket": "physician\x00"},
        {"person-1-badge_name": "   "},
        {"terms_accepted": ""},
        {"agreed": "USD 1"},
        {"people": "x"},
        {"person-1-country": "XX"},
    ],
)
def test_the_page_keeps_what_was_typed_when_it_refuses(open_order, client, changes):
    page = f"/o/{open_order.token}/add/"

    response = client.post(page, {**TYPED, **changes}, headers={"accept-language": "en"})

    if "people" in changes:  # one person whatever is written there
        assert response.status_code == 302
        return
    assert response.status_code == 422
    assert open_order.registrations.count() == 1
    assert BEA.certificate_name in response.content.decode()


def test_the_page_leads_back_when_nobody_can_be_added(open_order, client):
    cancel_order(order_id=open_order.pk, actor=None, at=BEFORE)

    response = client.get(f"/o/{open_order.token}/add/")

    assert (response.status_code, response["Location"]) == (302, f"/o/{open_order.token}/")
    assert "/add/" not in client.get(f"/o/{open_order.token}/").content.decode()


def test_money_back_for_another_place_pays_for_nobody_who_was_added(
    policy, physician_ticket, organiser
):
    policy.refund_steps = [{"days_before": 1, "percent": 100}]
    policy.save(update_fields=("refund_steps",))
    order = pay(
        buy(
            physician_ticket,
            people=[wish(physician_ticket), wish(physician_ticket, attendee=somebody(1))],
            at=BEFORE,
        )
    )
    added = add(order, physician_ticket)
    later = BEFORE + dt.timedelta(days=1)
    cancel_registration(
        registration_id=order.registrations.get(email=somebody(1).email).pk, by_herself=False,
        actor=organiser, at=later,
    )  # fmt: skip

    record_refund_sent(
        refund_id=order.refunds.get().pk, external_id="back", actor=organiser, at=later
    )

    assert owed_minor(order) == 18000
    assert expire_what_is_over(at=OVER) == 1
    added.refresh_from_db()
    assert (added.state, owed_minor(order)) == ("expired", 0)
