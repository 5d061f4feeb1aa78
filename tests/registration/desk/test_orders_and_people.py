import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from conference.models import User
from registration.exports.registrations_csv import harmless
from registration.models import LedgerEntry, Order, Payment, Registration
from registration.queries.desk import desk_numbers, orders_found, registrations_found
from registration.rules.attendees import searchable
from registration.states import LedgerKind, OrderState, PaymentMethod, RegistrationState
from tests.certificates.badges.people import make_registration, make_ticket_type
from tests.conftest import NOON, signed_in


@pytest.fixture
def ticket_type(event):
    return make_ticket_type(event, places=10, places_taken=1)


def registered(ticket_type, name="Lucía Núñez", email="lucia@example.org", **fields):
    return make_registration(
        ticket_type, email=email, badge_name=name, search_text=searchable(name, email), **fields
    )


@pytest.fixture
def pending(ticket_type) -> Order:
    """An order of 180 dollars that waits for its bank transfer."""
    registration = registered(
        ticket_type, state=RegistrationState.PENDING, confirmed_at=None, price_minor=18_000
    )
    order = registration.order
    order.state, order.confirmed_at = OrderState.PENDING, None
    order.payment_method, order.total_minor = PaymentMethod.BANK_TRANSFER, 18_000
    order.expires_at = NOON + dt.timedelta(days=365)
    order.save()
    LedgerEntry.objects.create(
        order=order,
        kind=LedgerKind.CHARGE,
        amount_minor=18_000,
        currency="USD",
        entered_at=NOON,
    )
    return order


def client_of(user: User):
    client = signed_in(user)
    client.cookies["django_language"] = "en"
    return client


def payment_address(order: Order) -> str:
    return reverse("registration:desk_payment", args=[order.event.slug, order.pk])


def transfer(**fields) -> dict[str, str]:
    return {"amount": "180.00", "external_id": "BANK-1", "received_on": today(), **fields}


def today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


def test_a_recorded_transfer_confirms_the_order(pending, organiser):
    response = client_of(organiser).post(payment_address(pending), transfer())

    assert response.status_code == 302
    pending.refresh_from_db()
    assert pending.state == OrderState.CONFIRMED
    payment = Payment.objects.get()
    assert (payment.amount_minor, payment.external_id, payment.recorded_by) == (
        18_000,
        "BANK-1",
        organiser,
    )


def test_the_same_transfer_twice_counts_once(pending, organiser):
    client = client_of(organiser)

    client.post(payment_address(pending), transfer())
    client.post(payment_address(pending), transfer())

    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"amount": "-5"},
        {"amount": "1.234"},
        {"amount": "1e30"},
        {"amount": "NaN"},
        {"external_id": ""},
        {"external_id": "x" * 101},
        {"received_on": "yesterday"},
        {"received_on": "9999-12-31"},
        {"received_on": "0001-01-01"},
    ],
)
def test_a_wrong_transfer_is_refused_keeps_what_was_typed_and_changes_nothing(
    pending, organiser, wrong
):
    response = client_of(organiser).post(payment_address(pending), transfer(**wrong))

    assert response.status_code == 422
    page = response.content.decode()
    for value in transfer(**wrong).values():
        assert f'value="{value}"' in page or not value
    assert Payment.objects.count() == 0
    pending.refresh_from_db()
    assert pending.state == OrderState.PENDING


def test_an_order_is_cancelled_once(pending, organiser):
    address = reverse("registration:desk_cancel_order", args=[pending.event.slug, pending.pk])
    client = client_of(organiser)

    first = client.post(address, follow=True).content.decode()
    second = client.post(address, follow=True).content.decode()

    pending.refresh_from_db()
    assert pending.state == OrderState.CANCELLED
    assert "its places are free again" in first
    assert "cannot become" in second


def test_the_order_of_another_event_does_not_exist_here(pending, other_event, other_organiser):
    client = client_of(other_organiser)
    here = [other_event.slug, pending.pk]

    assert client.get(reverse("registration:desk_order", args=here)).status_code == 404
    for name in ("desk_payment", "desk_cancel_order"):
        response = client.post(reverse(f"registration:{name}", args=here), transfer())
        assert response.status_code == 404
    pending.refresh_from_db()
    assert (pending.state, Payment.objects.count()) == (OrderState.PENDING, 0)


@pytest.mark.parametrize("words", ["nunez", "NÚÑEZ lucia", "lucia@", "Núñ"])
def test_search_knows_no_accents_and_no_case(event, ticket_type, words):
    lucia = registered(ticket_type)
    registered(ticket_type, name="João Pires", email="joao@example.org")

    assert list(registrations_found(event, state="", words=words)) == [lucia]
    assert list(orders_found(event, state="", words=words)) == [lucia.order]


def test_orders_are_found_by_their_reference(event, ticket_type):
    order = registered(ticket_type).order

    assert list(orders_found(event, state="", words=order.reference.lower())) == [order]
    assert list(orders_found(event, state="pending", words="")) == []


def test_the_numbers_of_the_desk_add_up(event, pending, ticket_type):
    registered(ticket_type, name="Ana", email="ana@example.org")

    numbers = desk_numbers(event, at=NOON)

    assert (numbers.confirmed, numbers.pending, numbers.needs_a_seat) == (1, 1, 0)
    assert [(money.amount_minor, money.currency) for money in numbers.awaited] == [(18_000, "USD")]
    assert numbers.received == []
    assert (numbers.checked_in, numbers.checked_in_today) == (0, 0)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_formula_becomes_a_text(start):
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert harmless("Ana = Bea") == "Ana = Bea"


def test_the_spreadsheet_holds_whom_the_filter_shows_and_no_formula(event, ticket_type, organiser):
    registered(ticket_type, name="=HYPERLINK(1)", email="evil@example.org")
    registered(ticket_type, name="João Pires", email="joao@example.org")
    address = reverse("registration:desk_people_csv", args=[event.slug])

    everybody = client_of(organiser).get(address)
    one = client_of(organiser).get(address + "?q=joao")

    assert everybody["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(everybody.content.decode("utf-8-sig"))))
    assert [row[2] for row in rows] == ["Name on the badge", "'=HYPERLINK(1)", "João Pires"]
    assert len(list(csv.reader(io.StringIO(one.content.decode("utf-8-sig"))))) == 2


@pytest.mark.parametrize("name", ["desk_people", "desk_orders"])
def test_lists_cost_the_same_for_one_and_for_three(
    event, ticket_type, organiser, django_assert_max_num_queries, name
):
    client = client_of(organiser)
    address = reverse(f"registration:{name}", args=[event.slug])
    for person in range(3):
        registered(ticket_type, email=f"p{person}@example.org")
        with django_assert_max_num_queries(8):
            page = client.get(address).content.decode()
        assert page.count(f"p{person}@example.org") == 1


@pytest.mark.parametrize("name", ["desk", "desk_people", "desk_orders"])
@pytest.mark.parametrize("nonsense", ["?page=x", "?state=queen", "?q=" + "a " * 3000, "?q=%25_"])
def test_nonsense_in_the_address_is_no_error(event, ticket_type, organiser, name, nonsense):
    registered(ticket_type)
    address = reverse(f"registration:{name}", args=[event.slug])

    assert client_of(organiser).get(address + nonsense).status_code == 200


def test_an_organiser_sees_her_events_and_a_volunteer_her_doors(
    event, other_event, organiser, door_volunteer, stranger
):
    address = reverse("registration:my_events")

    assert f'href="/desk/{event.slug}/"' in client_of(organiser).get(address).content.decode()
    assert other_event.slug not in client_of(organiser).get(address).content.decode()
    at_the_door = client_of(door_volunteer).get(address).content.decode()
    assert f'href="/desk/{event.slug}/"' not in at_the_door
    assert f'href="/door/{event.slug}/"' in at_the_door
    assert "You are in no team yet." in client_of(stranger).get(address).content.decode()


def test_badges_are_ordered_from_the_desk(event, ticket_type, organiser):
    registered(ticket_type)
    address = reverse("certificates:badges", args=[event.slug])

    refused = client_of(organiser).post(address, {"layout": "a5"})
    ordered = client_of(organiser).post(address, {"layout": "fold"})

    assert refused.status_code == 422
    job = event.jobs.get()
    assert (job.kind, job.options["layout"]) == ("badges", "fold")
    assert ordered["Location"] == reverse("conference:job", args=[event.slug, job.uid])
    assert Registration.objects.count() == 1
