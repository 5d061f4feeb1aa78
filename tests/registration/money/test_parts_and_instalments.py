import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.models import EmailMessage
from registration.models import Instalment, WaysOfPayment
from registration.operations.expiring import expire_orders
from registration.operations.instalments import plan_instalments, remind_of_instalments
from registration.queries.money import dues_of, ways_to_pay
from registration.queries.orders import owed_minor
from registration.rules.instalments import Due, dues_with_state, equal_dues
from registration.rules.refusals import InstalmentsRefused, PaymentMethodRefused, PaymentRefused
from registration.states import PaymentMethod
from tests.conftest import NOON, make_event
from tests.registration.money.conftest import pay
from tests.registration.ordering.conftest import buy, make_ticket_type

DAY = dt.timedelta(days=1)
TODAY = NOON.date()


@pytest.fixture
def early_event(db):
    """An event far enough away for instalments."""
    return make_event("curso-lejano", first_day=TODAY + 100 * DAY, last_day=TODAY + 101 * DAY)


@pytest.fixture
def order(early_event):
    from registration.models import RegistrationPolicy

    RegistrationPolicy.objects.create(
        event=early_event, opens_at=NOON - DAY, closes_at=NOON + 90 * DAY, transfer_days=5,
        terms="Be kind.", terms_version="1",
    )  # fmt: skip
    return buy(make_ticket_type(early_event))


def agree(order, *amounts, every_days=30, grace_days=3, first_on=TODAY):
    dues = [
        Due(first_on + position * every_days * DAY, amount)
        for position, amount in enumerate(amounts)
    ]
    return plan_instalments(
        order_id=order.pk, dues=dues, grace_days=grace_days, actor=None, at=NOON
    )


def test_a_part_leaves_the_deadline_unless_the_event_says_otherwise(order, early_event):
    before = order.expires_at
    pay(order, 5000)
    order.refresh_from_db()
    assert (order.state, order.expires_at, owed_minor(order)) == ("pending", before, 13000)

    WaysOfPayment.objects.create(event=early_event, days_kept_after_a_part=10)
    pay(order, 5000, "T-2")

    order.refresh_from_db()
    assert (order.state, order.expires_at) == ("pending", NOON + 10 * DAY)


def test_the_place_is_kept_from_due_to_due_and_confirmed_at_the_end(order):
    agree(order, 6000, 6000, 6000)
    order.refresh_from_db()
    zone = order.event.zone
    assert order.expires_at.astimezone(zone) == dt.datetime.combine(
        TODAY + 4 * DAY, dt.time(), zone
    )

    pay(order, 6000, "T-1")
    order.refresh_from_db()
    assert order.expires_at.astimezone(zone).date() == TODAY + 34 * DAY

    pay(order, 9000, "T-2")
    order.refresh_from_db()
    assert order.expires_at.astimezone(zone).date() == TODAY + 64 * DAY
    assert [due.missing_minor for due in dues_of(order)] == [0, 0, 3000]

    pay(order, 3000, "T-3")
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_a_due_that_is_not_met_frees_the_place_after_its_grace(order):
    agree(order, 9000, 9000)

    assert expire_orders(at=NOON + 3 * DAY) == 0
    assert expire_orders(at=NOON + 4 * DAY) == 1

    order.refresh_from_db()
    assert order.state == "expired"


def test_what_was_paid_before_the_plan_is_not_a_due_of_it(order):
    pay(order, 8000)
    agree(order, 5000, 5000)

    pay(order, 5000, "T-2")

    assert [due.missing_minor for due in dues_of(order)] == [0, 5000]


@pytest.mark.parametrize(
    "amounts", [(18000,), (9000, 8999), (9000, 9001), (18000, 0), (20000, -2000)]
)
def test_a_plan_that_makes_no_sense_is_refused(order, amounts):
    with pytest.raises(InstalmentsRefused):
        agree(order, *amounts)

    assert Instalment.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [{"first_on": TODAY - DAY}, {"every_days": 0}, {"every_days": 120}, {"grace_days": 31}],
)
def test_a_plan_out_of_time_is_refused(order, changes):
    before = order.expires_at

    with pytest.raises(InstalmentsRefused):
        agree(order, 9000, 9000, **changes)

    order.refresh_from_db()
    assert order.expires_at == before


def test_a_new_plan_takes_the_place_of_the_old_one(order):
    agree(order, 9000, 9000)
    agree(order, 6000, 6000, 6000)

    assert [one.amount_minor for one in Instalment.objects.all()] == [6000] * 3


def test_each_due_is_reminded_of_once_and_only_while_it_is_open(order):
    agree(order, 6000, 12000)

    assert remind_of_instalments(at=NOON) == 1
    assert remind_of_instalments(at=NOON) == 0
    pay(order, 6000)
    assert remind_of_instalments(at=NOON + 26 * DAY) == 0
    assert remind_of_instalments(at=NOON + 27 * DAY) == 1

    letters = EmailMessage.objects.filter(kind__endswith="instalment_due").order_by("pk")
    assert ["USD 60" in letters[0].text_body, "USD 120" in letters[1].text_body] == [True, True]


def test_a_due_paid_ahead_is_not_reminded_of(order):
    agree(order, 6000, 12000)
    pay(order, 6000)

    assert remind_of_instalments(at=NOON) == 0


def test_money_at_the_desk_has_receipt_numbers_of_its_own(order, event):
    from registration.models import RegistrationPolicy

    RegistrationPolicy.objects.create(
        event=event, opens_at=NOON - DAY, closes_at=NOON + DAY, terms="x", terms_version="1"
    )
    other = buy(make_ticket_type(event))

    here = pay(order, external_id="0001", method="on_site")
    there = pay(other, external_id="0001", method="on_site")

    assert (here.method, there.method) == ("on_site", "on_site")
    assert (here.order, there.order) == (order, other)


@pytest.mark.parametrize("method", ["card", "mercado_pago", "free", "gold"])
def test_providers_money_is_not_recorded_by_hand(order, method):
    with pytest.raises(PaymentRefused):
        pay(order, method=method)

    assert owed_minor(order) == 18000


def test_an_event_offers_bank_transfer_until_it_says_otherwise(early_event):
    assert ways_to_pay(early_event, currency="USD") == [PaymentMethod.BANK_TRANSFER]

    WaysOfPayment.objects.create(event=early_event, bank_transfer=False, on_site=True)

    assert ways_to_pay(early_event, currency="USD") == [PaymentMethod.ON_SITE]


def test_a_way_that_the_event_does_not_offer_is_refused(early_event, order):
    from tests.registration.ordering.conftest import somebody

    ticket_type = early_event.ticket_types.get()

    with pytest.raises(PaymentMethodRefused):
        buy(ticket_type, attendee=somebody(1), payment_method="card")


@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=8), paid=st.integers(-5, 10**10)
)
def test_dues_are_met_from_the_oldest_and_lose_no_cent(amounts, paid):
    dues = [Due(TODAY + position * DAY, amount) for position, amount in enumerate(amounts)]

    states = dues_with_state(dues, kept_minor=paid)

    missing = sum(state.missing_minor for state in states)
    assert missing == max(sum(amounts) - max(paid, 0), 0)
    met = [state.is_met for state in states]
    assert met == sorted(met, reverse=True)


@given(amount=st.integers(24, 10**10), number=st.integers(2, 24))
def test_equal_instalments_add_up(amount, number):
    dues = equal_dues(amount_minor=amount, number=number, first_on=TODAY, every_days=30)

    assert sum(due.amount_minor for due in dues) == amount
    assert len({due.due_on for due in dues}) == number
