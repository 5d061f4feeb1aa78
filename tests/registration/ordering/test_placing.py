import datetime as dt

import pytest

from conference.models import EmailMessage, HistoryEntry
from registration.models import Badge, LedgerEntry, Order, Registration, WorkshopBooking
from registration.queries.orders import workshops_offered
from registration.queries.wishes import PersonWish
from registration.rules.questions import AnswerRefused
from registration.rules.references import read_reference
from registration.rules.refusals import (
    AlreadyRegistered,
    NothingLikeIt,
    NotOnSale,
    NotSoldInThisCurrency,
    PaymentMethodRefused,
    SoldOut,
    TermsNotAccepted,
    TooManyInOneOrder,
    VoucherRefused,
    WorkshopFull,
)
from tests.conftest import NOON, make_event
from tests.registration.ordering.conftest import ANA, buy, make_ticket_type, somebody
from tests.schedule.factories import make_session

pytestmark = pytest.mark.django_db


def seats(thing):
    thing.refresh_from_db()
    return getattr(thing, "places_taken", None), getattr(thing, "seats_taken", None)


def nothing_was_written(*things):
    counts = [
        model.objects.count()
        for model in (Order, Registration, WorkshopBooking, LedgerEntry, EmailMessage, HistoryEntry)
    ]
    return counts == [0] * 6 and all(sum(filter(None, seats(thing))) == 0 for thing in things)


def test_a_paid_place_is_held_until_the_transfer_days_are_over(physician_ticket, ultrasound):
    order = buy(physician_ticket, workshops=[ultrasound])

    order.refresh_from_db()
    registration = order.registrations.get()
    assert order.state == registration.state == "pending"
    assert order.expires_at == NOON + dt.timedelta(days=5)
    assert order.total_minor == 23000
    assert order.terms_version == "2027-1"
    assert read_reference(order.reference) == order.reference
    assert (seats(physician_ticket), seats(ultrasound)) == ((1, None), (None, 1))
    assert list(LedgerEntry.objects.values_list("kind", "amount_minor")) == [("charge", 23000)]
    assert registration.badge_name == "Dra. Ana Ñandú"
    assert registration.search_text == (
        "dra. ana nandu ana maria nandu guemes-ibanez ana@example.org hospital fernandez"
    )
    assert Badge.objects.count() == 0
    assert [entry.action for entry in HistoryEntry.objects.all()] == ["order.placed"]


def test_the_letter_of_a_held_place_says_how_to_pay(physician_ticket):
    order = buy(physician_ticket, language="en")

    letter = EmailMessage.objects.get()
    assert letter.kind == "registration/email/placed"
    assert letter.to_address == "ana@example.org"
    for said in (
        f"{order.reference[:4]}-{order.reference[4:]}",
        "CBU 0110599520000012345678",
        f"/o/{order.token}/",
        "USD 180.00",
    ):
        assert said in letter.text_body
        assert said in letter.html_body


def test_a_free_place_is_confirmed_at_once_with_its_badge(free_ticket):
    order = buy(free_ticket)

    order.refresh_from_db()
    registration = order.registrations.get()
    assert (order.state, order.payment_method, order.confirmed_at) == ("confirmed", "free", NOON)
    assert (registration.state, registration.confirmed_at) == ("confirmed", NOON)
    assert registration.badges.get().issued_at == NOON
    assert LedgerEntry.objects.count() == 0
    assert {entry.action for entry in HistoryEntry.objects.all()} == {
        "order.placed",
        "order.confirmed",
    }
    letter = EmailMessage.objects.get()
    assert letter.kind == "registration/email/confirmed"
    assert f"/r/{registration.token}/qr.png" in letter.html_body


def test_the_same_form_sent_twice_is_one_order(physician_ticket):
    first = buy(physician_ticket)
    second = buy(physician_ticket)

    assert first.pk == second.pk
    assert seats(physician_ticket) == (1, None)
    assert EmailMessage.objects.count() == 1


def test_the_same_form_sent_twice_is_one_order_also_when_it_took_the_last_place(event, policy):
    ticket_type = make_ticket_type(event, places=1)

    assert buy(ticket_type).pk == buy(ticket_type).pk


def test_a_second_active_registration_of_the_same_person_is_refused(physician_ticket):
    buy(physician_ticket)

    with pytest.raises(AlreadyRegistered) as refused:
        buy(physician_ticket, submission_token="another form")

    assert (refused.value.code, refused.value.field) == ("already_registered", "email")
    assert seats(physician_ticket) == (1, None)
    assert Order.objects.count() == EmailMessage.objects.count() == 1


def test_the_last_place_is_sold_once(event, policy):
    ticket_type = make_ticket_type(event, places=1)
    buy(ticket_type)

    with pytest.raises(SoldOut) as refused:
        buy(ticket_type, attendee=somebody(1))

    assert (refused.value.code, refused.value.field) == ("sold_out", "ticket_type")
    assert seats(ticket_type) == (1, None)
    assert Registration.objects.count() == 1


def test_a_full_workshop_leaves_the_ticket_untaken(physician_ticket, ultrasound):
    for number in (1, 2):
        buy(physician_ticket, attendee=somebody(number), workshops=[ultrasound])

    with pytest.raises(WorkshopFull):
        buy(physician_ticket, workshops=[ultrasound])

    assert (seats(physician_ticket), seats(ultrasound)) == ((2, None), (None, 2))
    assert not Registration.objects.filter(email="ana@example.org").exists()


def test_an_overdue_hold_makes_room_although_nobody_swept(event, policy):
    ticket_type = make_ticket_type(event, places=1)
    held = buy(ticket_type, at=NOON - dt.timedelta(days=6))

    order = buy(ticket_type, attendee=somebody(1), at=NOON)

    held.refresh_from_db()
    assert (held.state, order.state) == ("expired", "pending")
    assert seats(ticket_type) == (1, None)


def test_an_overdue_hold_of_a_workshop_makes_room_too(physician_ticket, ultrasound):
    for number in (1, 2):
        buy(
            physician_ticket, attendee=somebody(number), workshops=[ultrasound],
            at=NOON - dt.timedelta(days=6 - number),
        )  # fmt: skip

    order = buy(physician_ticket, workshops=[ultrasound])

    assert order.state == "pending"
    assert (seats(physician_ticket), seats(ultrasound)) == ((2, None), (None, 2))
    assert Order.objects.filter(state="expired").count() == 1


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"terms_accepted": False}, TermsNotAccepted, "terms_accepted"),
        ({"payment_method": "free"}, PaymentMethodRefused, "payment_method"),
        ({"payment_method": "shells"}, PaymentMethodRefused, "payment_method"),
        ({"people": [PersonWish(ANA, "unknown")]}, NothingLikeIt, "ticket_type"),
        ({"people": [PersonWish(ANA, "physician", workshops=["no"])]}, NothingLikeIt, "workshops"),
        ({"people": [PersonWish(ANA, "physician", "online")]}, NothingLikeIt, "variation"),
        (
            {"people": [PersonWish(ANA, "physician", answers={"diet": "x"})]},
            AnswerRefused,
            "answers",
        ),
        ({"people": [PersonWish(ANA, "physician")] * 51}, TooManyInOneOrder, "people"),
        ({"voucher_code": "UNKNOWN"}, VoucherRefused, "voucher"),
        ({"currency": "BRL"}, NotSoldInThisCurrency, "currency"),
        ({"at": NOON - dt.timedelta(days=91)}, NotOnSale, None),
        ({"at": NOON + dt.timedelta(days=4)}, NotOnSale, None),
    ],
)
def test_what_cannot_be_sold_is_refused_and_nothing_is_written(
    physician_ticket, changes, error, field
):
    with pytest.raises(error) as refused:
        buy(physician_ticket, **changes)

    assert refused.value.field == field
    assert nothing_was_written(physician_ticket)


def test_a_ticket_of_another_event_does_not_exist(physician_ticket):
    other = make_ticket_type(make_event("other"), "elsewhere")

    with pytest.raises(NothingLikeIt):
        buy(other, event_slug=physician_ticket.event.slug)

    assert nothing_was_written(other, physician_ticket)


def test_a_ticket_outside_its_own_sale_is_refused(event, policy):
    early = make_ticket_type(event, "early", sale_ends_at=NOON)

    with pytest.raises(NotOnSale) as refused:
        buy(early)

    assert refused.value.field == "ticket_type"
    assert nothing_was_written(early)


def test_two_currencies_in_one_order_are_refused(physician_ticket, ultrasound):
    ultrasound.currency = "ARS"
    ultrasound.save(update_fields=("currency",))

    with pytest.raises(NotSoldInThisCurrency):
        buy(physician_ticket, workshops=[ultrasound])

    assert nothing_was_written(physician_ticket, ultrasound)


def test_an_unpublished_event_sells_nothing(physician_ticket, event):
    event.published_at = None
    event.save(update_fields=("published_at",))

    with pytest.raises(NotOnSale):
        buy(physician_ticket)

    assert nothing_was_written(physician_ticket)


def test_the_place_belongs_to_the_account_with_that_address(physician_ticket, stranger, organiser):
    own = buy(physician_ticket, attendee=somebody(1), actor=organiser)
    stranger.email = "Ana@example.org"
    stranger.save(update_fields=("email",))
    hers = buy(physician_ticket, actor=stranger)

    assert own.registrations.get().person is None
    assert hers.registrations.get().person == stranger


def test_a_held_place_costs_few_queries(physician_ticket, django_assert_num_queries):
    buy(physician_ticket, attendee=somebody(1))  # who comes first reads the catalogue

    with django_assert_num_queries(10):  # two of them are the savepoint
        buy(physician_ticket)


def test_a_workshop_is_offered_and_sold_until_its_session_begins(
    event, physician_ticket, ultrasound
):
    begins_at = NOON + dt.timedelta(hours=1)
    ultrasound.session = make_session(event, starts_at=begins_at)
    ultrasound.save(update_fields=("session",))
    a_minute = dt.timedelta(minutes=1)

    assert [one.workshop for one in workshops_offered(event, at=begins_at - a_minute)] == [
        ultrasound
    ]
    assert workshops_offered(event, at=begins_at) == []
    with pytest.raises(NothingLikeIt):
        buy(physician_ticket, workshops=[ultrasound], at=begins_at)
    ultrasound.refresh_from_db()
    assert ultrasound.seats_taken == 0
    assert not Order.objects.exists()
    buy(physician_ticket, workshops=[ultrasound], at=begins_at - a_minute)
    ultrasound.refresh_from_db()
    assert ultrasound.seats_taken == 1
