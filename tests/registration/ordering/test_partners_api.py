"""The organiser's part of the API, as a partner's program sees it."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conference.models import HistoryEntry
from conference.operations.keys import make_key
from conference.states import ApiScope, EventAction
from registration.models import (
    IdempotencyKey,
    LedgerEntry,
    Order,
    Payment,
    Registration,
    RegistrationPolicy,
    ScanEvent,
    ScanPoint,
)
from registration.operations.cancelling import cancel_order
from registration.operations.checking_in import record_scan
from registration.states import ScanDirection, ScanMethod, ScanPointKind
from tests.conftest import NOON, make_event, signed_in
from tests.registration.ordering.conftest import ANA, buy, make_ticket_type, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(event) -> RegistrationPolicy:
    return open_registration(event)


def open_registration(event) -> RegistrationPolicy:
    """Open now and at noon: the API reads the real clock."""
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=timezone.now() - dt.timedelta(days=1),
        closes_at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC),
        terms="Be kind.",
        terms_version="1",
    )


@pytest.fixture
def written(event) -> str:
    at = timezone.now()
    made = make_key(
        event_id=event.pk, name="Agency", scopes=ApiScope.values,
        expires_at=at + dt.timedelta(days=1), actor=None, at=at,
    )  # fmt: skip
    # A first use is noted by a query of its own.
    made.key.last_used_at = at
    made.key.save(update_fields=("last_used_at",))
    return made.written


@pytest.fixture
def ask(event, written):
    def get(path: str, **parameters):
        return Client().get(
            f"/api/v1/events/{event.slug}/desk/{path}",
            parameters,
            headers={"Authorization": f"Api-Key {written}"},
        )

    return get


@pytest.fixture
def send(event, written):
    def post(path: str, body, *, method="post", **headers):
        return getattr(Client(), method)(
            f"/api/v1/events/{event.slug}/desk/{path}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Api-Key {written}", **headers},
        )

    return post


def a_payment(**changes):
    return {
        "amount_minor": 18000,
        "currency": "USD",
        "external_id": "BANK-1",
        "received_at": timezone.now().isoformat(),
        **changes,
    }


def test_an_order_is_listed_with_what_is_owed_and_without_secrets(ask, physician_ticket):
    order = buy(physician_ticket)
    place = order.registrations.get()

    answer = ask("orders/").json()

    assert (answer["next"], answer["previous"]) == (None, None)
    (listed,) = answer["results"]
    assert listed == {
        "reference": order.reference,
        "state": "pending",
        "email": "ana@example.org",
        "language": "es",
        "payment_method": "bank_transfer",
        "total_minor": 18000,
        "owed_minor": 18000,
        "currency": "USD",
        "placed_at": "2027-04-14T15:00:00Z",
        "expires_at": listed["expires_at"],
        "confirmed_at": None,
        "ended_at": None,
        "registrations": [{"uid": str(place.uid), "state": "pending", "ticket_type": "physician"}],
    }
    text = ask("orders/").content.decode() + ask("registrations/").content.decode()
    assert order.token not in text
    assert place.token not in text


def test_pages_follow_each_other_from_the_oldest_on(ask, physician_ticket):
    references = [buy(physician_ticket, attendee=somebody(number)).reference for number in range(5)]

    seen, pages, page = [], 0, ask("orders/", page_size=2).json()
    while True:
        seen += [order["reference"] for order in page["results"]]
        pages += 1
        if page["next"] is None:
            break
        cursor = page["next"].partition("cursor=")[2].partition("&")[0]
        page = ask("orders/", page_size=2, cursor=cursor.replace("%3D", "=")).json()

    assert (seen, pages) == (references, 3)


@pytest.mark.parametrize(
    ("parameters", "status", "field"),
    [
        ({"page_size": "201"}, 400, "page_size"),
        ({"page_size": "0"}, 400, "page_size"),
        ({"state": "everything"}, 400, "state"),
        ({"changed_since": "yesterday"}, 400, "changed_since"),
        ({"changed_since": "0001-01-01T00:00:00+14:00"}, 400, "changed_since"),
        ({"status": "pending"}, 400, "status"),
        ({"cursor": "cD1hYmM="}, 404, None),  # p=abc
        ({"cursor": "cD0xMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMw=="}, 404, None),
        ({"cursor": "ñ"}, 404, None),
        ({"cursor": "bz05OTk5OTk5OTk5OQ=="}, 200, None),  # an offset the library cuts
    ],
)
def test_a_question_that_makes_no_sense_is_refused(ask, event, parameters, status, field):
    answer = ask("orders/", **parameters)

    assert answer.status_code == status
    if field:
        assert list(answer.json()["fields"]) == [field]


def test_lists_are_filtered(ask, event, physician_ticket, free_ticket, organiser):
    old = buy(physician_ticket)
    later = NOON + dt.timedelta(days=1)
    free = buy(free_ticket, attendee=somebody(1), at=later)

    def references(**parameters):
        return [order["reference"] for order in ask("orders/", **parameters).json()["results"]]

    assert references(state="confirmed") == [free.reference]
    assert references(changed_since=later.isoformat()) == [free.reference]
    assert references(changed_since=NOON.isoformat()) == [old.reference, free.reference]

    changed_at = later + dt.timedelta(hours=1)
    cancel_order(order_id=old.pk, actor=organiser, at=changed_at)

    assert references(changed_since=changed_at.isoformat()) == [old.reference]
    (place,) = ask("registrations/", changed_since=changed_at.isoformat()).json()["results"]
    assert (place["order"], place["state"]) == (old.reference, "cancelled")
    students = ask("registrations/", ticket_type="student").json()["results"]
    assert [place["order"] for place in students] == [free.reference]


def test_a_corrected_place_is_a_change_of_its_order(ask, send, physician_ticket):
    order = buy(physician_ticket)
    before = timezone.now()
    uid = order.registrations.get().uid

    answer = send(f"registrations/{uid}/names/", {"badge_name": "Anita Ñandú"}, method="patch")

    assert answer.status_code == 200
    assert (answer.json()["badge_name"], answer.json()["certificate_name"]) == (
        "Anita Ñandú", ANA.certificate_name,
    )  # fmt: skip
    changed = ask("orders/", changed_since=before.isoformat()).json()["results"]
    assert [each["reference"] for each in changed] == [order.reference]
    did = HistoryEntry.objects.filter(action=EventAction.DONE_WITH_A_KEY).get()
    assert did.data["did"] == "registration.details_corrected"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"badge_name": "   "}, "badge_name"),
        ({"badge_name": "W" * 201}, "badge_name"),
        ({"state": "confirmed"}, "state"),
        ({"email": "x@example.org"}, "email"),
    ],
)
def test_names_that_cannot_be_kept_change_nothing(send, physician_ticket, body, field):
    uid = buy(physician_ticket).registrations.get().uid

    answer = send(f"registrations/{uid}/names/", body, method="patch")

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert Registration.objects.get().badge_name == ANA.badge_name


def ticket_of(event):
    open_registration(event)
    return make_ticket_type(event)


def test_unknown_malformed_and_foreign_ones_are_the_same_not_found(
    ask, send, event, physician_ticket
):
    own = buy(physician_ticket)
    foreign = buy(ticket_of(make_event("other-2027")), attendee=somebody(1))
    wrong_check = own.reference[:-1] + ("0" if own.reference[-1] != "0" else "1")

    orders = [
        ask(f"orders/{reference}/")
        for reference in (foreign.reference, wrong_check, "A" * 40, "ñ", "1")
    ]
    places = [
        ask(f"registrations/{uid}/")
        for uid in (foreign.registrations.get().uid, uuid.uuid4(), "1", "x" * 300)
    ]
    actions = [
        send(f"orders/{reference}/cancel/", {}) for reference in (foreign.reference, wrong_check)
    ]

    answers = [*orders, *places, *actions]
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (404, answers[0].content)
    }
    assert Order.objects.get(pk=foreign.pk).state == "pending"
    assert ask(f"orders/{own.reference[:4].lower()}-{own.reference[4:]}/").status_code == 200


def test_an_order_is_cancelled_once_by_its_key(send, physician_ticket):
    order = buy(physician_ticket)
    path = f"orders/{order.reference}/cancel/"

    first = send(path, {}, **{"Idempotency-Key": "k1"})
    again = send(path, {}, **{"Idempotency-Key": "k1"})
    without = send(path, {})

    assert (first.status_code, first.json()["state"]) == (200, "cancelled")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert (without.status_code, without.json()["code"]) == (409, "wrong_state")
    physician_ticket.refresh_from_db()
    assert physician_ticket.places_taken == 0
    (did,) = HistoryEntry.objects.filter(action=EventAction.DONE_WITH_A_KEY)
    assert (did.subject_id, did.data["did"]) == (order.pk, "order.cancelled")


def test_a_payment_confirms_the_order_and_counts_once(send, ask, physician_ticket):
    order = buy(physician_ticket, at=timezone.now())
    path = f"orders/{order.reference}/payments/"
    body = a_payment()

    first = send(path, body, **{"Idempotency-Key": "k1"})
    replay = send(path, body, **{"Idempotency-Key": "k1"})
    other_body = send(path, a_payment(amount_minor=1), **{"Idempotency-Key": "k1"})
    other_key = send(path, body, **{"Idempotency-Key": "k2"})

    assert (first.status_code, first.json()["amount_minor"]) == (201, 18000)
    assert (replay.status_code, replay.json()) == (201, first.json())
    assert (other_body.status_code, other_body.json()["code"]) == (422, "idempotency_key_reused")
    assert (other_key.status_code, other_key.json()["id"]) == (201, first.json()["id"])
    assert Payment.objects.count() == 1
    assert IdempotencyKey.objects.count() == 2
    assert ask(f"orders/{order.reference}/").json()["state"] == "confirmed"
    assert [payment["order"] for payment in ask("payments/").json()["results"]] == [order.reference]
    lines = ask("ledger/", order=order.reference).json()["results"]
    assert [(line["kind"], line["amount_minor"]) for line in lines] == [
        ("charge", 18000),
        ("payment", -18000),
    ]
    assert lines[1]["payment"] == first.json()["id"]


def test_the_same_key_of_another_program_is_another_request(send, event, physician_ticket):
    order = buy(physician_ticket, at=timezone.now())
    path = f"orders/{order.reference}/payments/"
    send(path, a_payment(), **{"Idempotency-Key": "k1"})
    at = timezone.now()
    other = make_key(
        event_id=event.pk, name="Bank", scopes=[ApiScope.PAYMENTS_WRITE],
        expires_at=at + dt.timedelta(days=1), actor=None, at=at,
    ).written  # fmt: skip

    answer = send(
        path, a_payment(external_id="BANK-2"), Authorization=f"Api-Key {other}",
        **{"Idempotency-Key": "k1"},
    )  # fmt: skip

    assert (answer.status_code, answer.json()["external_id"]) == (201, "BANK-2")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -1}, "amount_minor"),
        ({"amount_minor": 1.5}, "amount_minor"),
        ({"amount_minor": 2**53 + 1}, None),
        ({"currency": "ARS"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"external_id": " "}, "external_id"),
        ({"external_id": "x" * 101}, "external_id"),
        ({"received_at": "31/12/2026"}, "received_at"),
        ({"received_at": "1999-01-01T00:00:00Z"}, "received_at"),
        ({"received_at": "9999-12-31T23:59:59Z"}, "received_at"),
        ({"paid": True}, "paid"),
    ],
)
def test_a_payment_that_makes_no_sense_changes_nothing(send, physician_ticket, changes, field):
    order = buy(physician_ticket, at=timezone.now())

    answer = send(f"orders/{order.reference}/payments/", a_payment(**changes))

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ([field] if field else [])
    assert not Payment.objects.exists()
    assert LedgerEntry.objects.count() == 1
    assert Order.objects.get().state == "pending"


def test_the_offer_is_told_with_numbers_hidden_ones_too(ask, event, physician_ticket, ultrasound):
    make_ticket_type(event, "hidden", is_offered=False)
    buy(physician_ticket, workshops=[ultrasound], at=timezone.now())

    tickets = ask("ticket-types/").json()
    workshops = ask("workshops/").json()

    numbers = {
        each["slug"]: (
            each["places"],
            each["places_taken"],
            each["places_left"],
            each["is_on_sale"],
        )
        for each in tickets
    }
    assert numbers == {"physician": (10, 1, 9, True), "hidden": (10, 0, 10, False)}
    (workshop,) = workshops
    assert (workshop["seats"], workshop["seats_taken"], workshop["seats_left"]) == (2, 1, 1)


@pytest.fixture
def scanned(event, free_ticket, organiser):
    """How many people, each of them admitted at the entrance."""
    point = ScanPoint.objects.create(event=event, kind=ScanPointKind.ENTRANCE, name="Main")

    def scan(people: range) -> None:
        for number in people:
            place = buy(free_ticket, attendee=somebody(number)).registrations.get()
            record_scan(
                point_id=point.pk, event_id=event.pk, code=place.badges.get().token,
                direction=ScanDirection.IN, client_uid=uuid.uuid4(), scanned_at=NOON,
                method=ScanMethod.CAMERA, operator=organiser, at=NOON,
            )  # fmt: skip

    return scan


def test_scans_are_listed(ask, scanned):
    scanned(range(2))

    results = ask("scans/", result="ok", received_since=NOON.isoformat()).json()["results"]

    places = [str(scan.registration.uid) for scan in ScanEvent.objects.order_by("pk")]
    assert [scan["registration"] for scan in results] == places
    assert {scan["door"] for scan in results} == {"Main"}
    assert ask("scans/", result="unknown").json()["results"] == []


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("orders/", 3),
        ("registrations/", 3),
        ("payments/", 2),
        ("ledger/", 2),
        ("scans/", 2),
        ("ticket-types/", 2),
        ("workshops/", 2),
    ],
)
def test_a_list_costs_the_same_for_one_row_and_for_three(  # noqa: PLR0917 - fixtures
    ask, event, physician_ticket, ultrasound, scanned, path, queries
):
    """The key is one of them; bookings of people are another one, where there are people."""

    def fill(people: range) -> None:
        scanned(people)
        for number in people:
            buy(physician_ticket, attendee=somebody(100 + number), workshops=[ultrasound])

    ultrasound.seats = 10
    ultrasound.save(update_fields=("seats",))
    fill(range(1))
    with CaptureQueriesContext(connection) as for_one:
        assert ask(path).status_code == 200
    fill(range(1, 3))
    with CaptureQueriesContext(connection) as for_three:
        assert ask(path).status_code == 200

    assert (len(for_one), len(for_three)) == (queries, queries)


def test_the_team_reads_the_same_without_a_key(event, organiser, door_volunteer, physician_ticket):
    buy(physician_ticket)
    path = f"/api/v1/events/{event.slug}/desk/orders/"

    assert len(signed_in(organiser).get(path).json()["results"]) == 1
    assert signed_in(door_volunteer).get(path).status_code == 404
    assert Client().get(path).status_code == 401
