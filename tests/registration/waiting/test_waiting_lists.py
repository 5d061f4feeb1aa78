"""Joining, offering, accepting, declining, lapsing: nobody is passed and nothing is lost."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from certificates.management.invariants import INVARIANTS
from conference.kernel.errors import TransitionRefused
from conference.models import EmailMessage, HistoryEntry
from registration.models import (
    IncludedWorkshop,
    Order,
    Quota,
    Registration,
    TicketVariation,
    WaitingEntry,
    Workshop,
)
from registration.operations.accepting import accept_offer
from registration.operations.cancelling import cancel_order
from registration.operations.offering import (
    decline_offer,
    lapse_offer,
    look_in,
    offer_by_hand,
    offer_freed_places,
    serve_waiting_lists,
)
from registration.operations.queueing import leave_waiting_list, wait_again, wait_with_fewer
from registration.queries.queueing import people_before
from registration.rules.refusals import (
    AlreadyRegistered,
    AlreadyWaiting,
    NothingLikeIt,
    OfferIsOver,
    OutOfTurn,
    PlacesAreFree,
    SoldOut,
    TermsNotAccepted,
    TooManyInOneOrder,
    WorkshopFull,
)
from tests.conftest import NOON
from tests.registration.ordering.conftest import ANA, buy, make_ticket_type, somebody, wish
from tests.registration.waiting.conftest import join, line, sold_out, states

pytestmark = pytest.mark.django_db


def violations() -> dict[str, list]:
    found = {}
    for sentence, sql in INVARIANTS.items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            if rows := cursor.fetchall():
                found[sentence] = rows
    return found


@pytest.fixture(autouse=True)
def _the_audit_finds_nothing(db):
    yield
    assert violations() == {}


def cancel(order, at=NOON):
    cancel_order(order_id=order.pk, actor=None, at=at)


def accept(entry, *people, at=NOON, **changes):
    product = entry.ticket_type
    return accept_offer(
        **{
            "entry_id": entry.pk,
            "people": people or [wish(product, attendee=ANA)],
            "payment_method": "bank_transfer",
            "terms_accepted": True,
            "language": "en",
            "actor": None,
            "at": at,
            **changes,
        }
    )


def counters(product):
    product.refresh_from_db()
    taken = product.places_taken if hasattr(product, "places") else product.seats_taken
    return taken, product.waiting


def test_nobody_waits_for_what_can_be_bought(event, physician_ticket):
    with pytest.raises(PlacesAreFree):
        join(physician_ticket)

    assert WaitingEntry.objects.count() == 0
    assert counters(physician_ticket) == (0, 0)


def test_who_joins_stands_at_the_end_and_is_told_so(event, policy):
    course, _orders = sold_out(event)

    first = join(course, 1, party_size=2)
    second = join(course, 2)

    assert [people_before(each) for each in (first, second)] == [0, 2]
    assert counters(course) == (1, 3)
    letter = EmailMessage.objects.filter(to_address="waiting2@example.org").get()
    assert letter.subject == "congreso-2027: you are on the waiting list"
    assert "People before you: 2." in letter.text_body
    assert f"/q/{second.token}/" in letter.text_body


def test_a_hold_that_is_over_is_bought_and_not_waited_for(event, policy):
    course, [order] = sold_out(event)

    with pytest.raises(PlacesAreFree):
        join(course, at=order.expires_at)

    order.refresh_from_db()
    assert order.state == "expired"


def test_one_address_stands_once_on_a_list(event, policy):
    course, _orders = sold_out(event)
    join(course, 1)

    with pytest.raises(AlreadyWaiting):
        join(course, 1, email="WAITING1@example.org")

    assert counters(course) == (1, 1)


def test_who_has_a_ticket_does_not_wait_for_one(event, policy):
    course, _orders = sold_out(event)

    with pytest.raises(AlreadyRegistered):
        join(course, email="person1@example.org")

    assert WaitingEntry.objects.count() == 0


def test_a_ticket_that_needs_a_code_has_no_public_list(event, policy):
    hidden = make_ticket_type(event, "hidden", places=0, needs_code=True)

    with pytest.raises(NothingLikeIt):
        join(hidden)


@pytest.mark.parametrize("party_size", [0, 11, -1])
def test_a_party_is_of_one_to_ten(event, policy, party_size):
    course, _orders = sold_out(event)

    with pytest.raises(TooManyInOneOrder):
        join(course, party_size=party_size)


def test_a_freed_place_is_offered_to_the_first_and_sold_to_nobody_else(event, policy):
    course, [order] = sold_out(event)
    first, second = join(course, 1), join(course, 2)
    cancel(order)

    with pytest.raises(SoldOut):
        buy(course, attendee=somebody(9))
    assert offer_freed_places(line(course), at=NOON) == 1

    assert states(first, second) == ["offered", "waiting"]
    assert first.offer_ends_at == NOON + dt.timedelta(hours=48)
    assert counters(course) == (1, 1)
    letter = EmailMessage.objects.get(kind="registration/email/waiting_offered")
    assert (letter.to_address, letter.language) == (first.email, "en")
    assert f"/q/{first.token}/" in letter.text_body
    with pytest.raises(SoldOut):
        buy(course, attendee=somebody(9))


def test_cancelling_wakes_the_line(event, policy, django_capture_on_commit_callbacks):
    course, [order] = sold_out(event)
    entry = join(course)

    with django_capture_on_commit_callbacks(execute=True):
        cancel(order)

    assert states(entry) == ["offered"]


def test_an_offer_stands_for_a_quarter_of_the_time_that_is_left(event, policy):
    policy.closes_at = NOON + dt.timedelta(days=4)
    policy.save(update_fields=("closes_at",))
    course, [order] = sold_out(event)
    entry = join(course)
    cancel(order)

    offer_freed_places(line(course), at=NOON)

    assert states(entry) == ["offered"]
    assert entry.offer_ends_at == NOON + dt.timedelta(days=1)


def offered(event, **fields):
    course, [order] = sold_out(event, **fields)
    entry = join(course, 1)
    cancel(order)
    offer_freed_places(line(course), at=NOON)
    entry.refresh_from_db()
    assert entry.state == "offered"
    return course, entry


def test_accepting_makes_one_order_however_often_it_is_clicked(event, policy):
    course, entry = offered(event)

    order = accept(entry)
    again = accept(entry)

    assert again == order
    assert states(entry) == ["accepted"]
    assert (order.state, order.email, entry.order) == ("pending", entry.email, order)
    assert order.registrations.get().email == ANA.email
    assert counters(course) == (1, 0)
    assert Order.objects.filter(state="pending").count() == 1


def test_an_accepted_place_is_given_back_once_like_any_other(event, policy):
    course, entry = offered(event)

    cancel(accept(entry))

    assert counters(course) == (0, 0)
    assert buy(course, attendee=somebody(9)).pk


def test_what_an_order_refuses_leaves_the_offer_as_it_was(event, policy):
    course, entry = offered(event)

    with pytest.raises(TermsNotAccepted):
        accept(entry, terms_accepted=False)

    assert states(entry) == ["offered"]
    assert counters(course) == (1, 0)
    assert accept(entry).pk


def test_an_offer_is_for_as_many_as_it_says(event, policy):
    course, entry = offered(event)

    with pytest.raises(TooManyInOneOrder):
        accept(entry, wish(course, attendee=somebody(8)), wish(course, attendee=somebody(9)))

    assert states(entry) == ["offered"]
    assert counters(course) == (1, 0)


def test_what_is_added_to_an_offer_is_taken_like_anybodys(event, policy, ultrasound):
    course, entry = offered(event)
    ultrasound.seats = 0
    ultrasound.save(update_fields=("seats",))

    with pytest.raises(WorkshopFull):
        accept(entry, wish(course, workshops=[ultrasound]))

    assert states(entry) == ["offered"]
    ultrasound.seats = 1
    ultrasound.save(update_fields=("seats",))
    accept(entry, wish(course, workshops=[ultrasound]))
    assert counters(ultrasound) == (1, 0)


def test_a_declined_place_goes_to_the_next(event, policy):
    course, entry = offered(event)
    second = join(course, 2)

    decline_offer(entry_id=entry.pk, actor=None, at=NOON)
    offer_freed_places(line(course), at=NOON)

    assert states(entry, second) == ["declined", "offered"]
    assert counters(course) == (1, 0)
    with pytest.raises(OfferIsOver):
        accept(entry)


def test_an_offer_is_over_at_its_deadline_and_the_next_is_served(event, policy):
    course, entry = offered(event)
    second = join(course, 2)

    with pytest.raises(OfferIsOver):
        accept(entry, at=entry.offer_ends_at)

    assert states(entry, second) == ["lapsed", "waiting"]
    assert serve_waiting_lists(at=entry.offer_ends_at) == 1
    assert states(second) == ["offered"]
    assert EmailMessage.objects.filter(kind="registration/email/waiting_lapsed").count() == 1


def test_without_a_sweeper_whoever_is_next_is_served_when_she_looks(event, policy):
    course, entry = offered(event)
    second = join(course, 2)

    page = look_in(token=second.token, at=entry.offer_ends_at)

    assert page.offer_stands

    assert states(entry, second) == ["lapsed", "offered"]


def test_without_a_sweeper_an_overdue_offer_is_sold_when_nobody_waits(event, policy):
    course, entry = offered(event)
    with pytest.raises(SoldOut):
        buy(course, attendee=somebody(9), at=entry.offer_ends_at - dt.timedelta(seconds=1))

    assert buy(course, attendee=somebody(9), at=entry.offer_ends_at).pk

    assert states(entry) == ["lapsed"]
    assert counters(course) == (1, 0)


def test_an_offer_that_lapsed_does_not_lapse_twice(event, policy):
    course, entry = offered(event)

    outcomes = [lapse_offer(entry_id=entry.pk, at=entry.offer_ends_at) for _time in range(2)]

    assert outcomes == [True, False]
    assert counters(course) == (0, 0)


def test_who_let_an_offer_lapse_waits_again_at_the_end(event, policy):
    course, entry = offered(event)
    second, third = join(course, 2), join(course, 3)
    after = entry.offer_ends_at
    serve_waiting_lists(at=after)

    wait_again(entry_id=entry.pk, actor=None, at=after)

    assert states(entry, second, third) == ["waiting", "offered", "waiting"]
    assert (people_before(third), people_before(entry)) == (0, 1)
    assert counters(course) == (1, 2)


def test_nobody_waits_again_for_what_is_free(event, policy):
    course, entry = offered(event)
    decline_offer(entry_id=entry.pk, actor=None, at=NOON)

    with pytest.raises(PlacesAreFree):
        wait_again(entry_id=entry.pk, actor=None, at=NOON)

    assert states(entry) == ["declined"]
    assert counters(course) == (0, 0)


def test_who_leaves_is_counted_no_more_and_the_places_are_everybodys(event, policy):
    course, [order] = sold_out(event)
    entry = join(course)
    cancel(order)

    leave_waiting_list(entry_id=entry.pk, actor=None, at=NOON)

    assert states(entry) == ["left"]
    assert counters(course) == (0, 0)
    assert buy(course, attendee=somebody(9)).pk
    with pytest.raises(TransitionRefused):
        leave_waiting_list(entry_id=entry.pk, actor=None, at=NOON)


def test_a_smaller_party_may_pass_only_with_what_does_not_suffice_for_the_larger(event, policy):
    course, orders = sold_out(event, places=3)
    pair, single, last = join(course, 1, party_size=2), join(course, 2), join(course, 3)

    cancel(orders[0])
    offer_freed_places(line(course), at=NOON)
    assert states(pair, single, last) == ["waiting", "offered", "waiting"]
    assert people_before(last) == 2

    cancel(orders[1])
    cancel(orders[2])
    offer_freed_places(line(course), at=NOON)
    assert states(pair, single, last) == ["offered", "offered", "waiting"]
    assert counters(course) == (3, 1)


def test_a_party_may_become_smaller_and_keeps_its_turn(event, policy):
    course, orders = sold_out(event, places=2)
    pair, single = join(course, 1, party_size=2), join(course, 2)
    for order in orders:
        cancel(order)
    offer_freed_places(line(course), at=NOON)
    assert states(pair, single) == ["offered", "waiting"]

    wait_with_fewer(entry_id=pair.pk, party_size=1, actor=None, at=NOON)
    offer_freed_places(line(course), at=NOON)

    assert states(pair, single) == ["offered", "offered"]
    assert counters(course) == (2, 0)
    with pytest.raises(TooManyInOneOrder):
        wait_with_fewer(entry_id=pair.pk, party_size=2, actor=None, at=NOON)


def test_the_desk_offers_in_order_or_says_why(event, policy, organiser):
    course, [order] = sold_out(event)
    first, second = join(course, 1), join(course, 2)
    with pytest.raises(SoldOut):
        offer_by_hand(entry_id=first.pk, actor=organiser, at=NOON)
    cancel(order)

    with pytest.raises(OutOfTurn):
        offer_by_hand(entry_id=second.pk, actor=organiser, at=NOON)
    assert states(first, second) == ["waiting", "waiting"]

    offer_by_hand(entry_id=second.pk, reason=" She teaches it. ", actor=organiser, at=NOON)
    assert states(first, second) == ["waiting", "offered"]
    assert (second.out_of_turn_reason, second.out_of_turn_by) == ("She teaches it.", organiser)
    assert HistoryEntry.objects.get(action="waiting.offered_out_of_turn").actor == organiser


def test_the_first_is_offered_by_hand_without_a_reason(event, policy, organiser):
    course, [order] = sold_out(event)
    first = join(course, 1)
    cancel(order)

    offer_by_hand(entry_id=first.pk, reason="not needed", actor=organiser, at=NOON)

    assert states(first) == ["offered"]
    assert (first.out_of_turn_reason, first.out_of_turn_by) == ("", None)


def test_an_offer_takes_what_the_ticket_brings_and_gives_it_all_back(event, policy, ultrasound):
    course = make_ticket_type(event, "bundle", places=1)
    kind = TicketVariation.objects.create(
        event=event, ticket_type=course, slug="room", name="In the room", places=1
    )
    IncludedWorkshop.objects.create(ticket_type=course, workshop=ultrasound)
    room = Quota.objects.create(event=event, name="Room", size=5)
    room.ticket_types.add(course)
    room.workshops.add(ultrasound)
    order = buy(course, people=[wish(course, attendee=somebody(1), variation="room")])
    entry = join(course, 1, variation="room")
    cancel(order)

    offer_freed_places(line(course), at=NOON)
    kind.refresh_from_db()
    room.refresh_from_db()
    assert (counters(course), counters(ultrasound)) == ((1, 0), (1, 0))
    assert (kind.places_taken, room.taken) == (1, 2)
    assert violations() == {}

    room.ticket_types.remove(course)  # the order takes less than the offer held
    entry.refresh_from_db()
    accepted = accept(entry)
    room.refresh_from_db()
    assert (counters(course), counters(ultrasound), room.taken) == ((1, 0), (1, 0), 1)
    cancel(accepted)
    kind.refresh_from_db()
    room.refresh_from_db()
    assert (counters(course), counters(ultrasound)) == ((0, 0), (0, 0))
    assert (kind.places_taken, room.taken) == (0, 0)


def test_an_offer_does_not_pass_the_line_of_a_workshop_inside_the_ticket(event, policy, ultrasound):
    course, [order] = sold_out(event)
    IncludedWorkshop.objects.create(ticket_type=course, workshop=ultrasound)
    ultrasound.seats = 0
    ultrasound.save(update_fields=("seats",))
    for_the_workshop, for_the_course = join(ultrasound, 1), join(course, 2)
    cancel(order)
    ultrasound.seats = 1
    ultrasound.save(update_fields=("seats",))

    assert offer_freed_places(line(course), at=NOON) == 0
    assert offer_freed_places(line(ultrasound), at=NOON) == 1

    assert states(for_the_workshop, for_the_course) == ["offered", "waiting"]


def test_a_shared_quota_that_is_full_is_waited_for_and_wakes_the_line(
    event, policy, django_capture_on_commit_callbacks
):
    course, other = make_ticket_type(event, "course"), make_ticket_type(event, "other")
    residents = Quota.objects.create(event=event, name="Residents", size=1)
    residents.ticket_types.add(course, other)
    order = buy(other)
    entry = join(course)

    with django_capture_on_commit_callbacks() as callbacks:
        cancel(order)

    assert "after_commit.<locals>.wake" in [callback.__qualname__ for callback in callbacks]
    assert offer_freed_places(line(course), at=NOON) == 1
    residents.refresh_from_db()
    assert (states(entry), residents.taken) == (["offered"], 1)


def test_a_workshop_is_waited_for_without_a_ticket_and_taken_with_one(
    event, physician_ticket, ultrasound
):
    ultrasound.seats = 1
    ultrasound.save(update_fields=("seats",))
    order = buy(physician_ticket, attendee=somebody(1), workshops=[ultrasound])
    entry = join(ultrasound, 1)
    cancel(order)
    offer_freed_places(line(ultrasound), at=NOON)

    accepted = accept(entry, wish(physician_ticket))

    booking = accepted.registrations.get().workshop_bookings.get()
    assert (booking.workshop, accepted.total_minor) == (ultrasound, 23_000)
    assert (counters(ultrasound), counters(physician_ticket)) == ((1, 0), (1, 0))


def test_a_seat_is_added_to_the_ticket_of_who_waits_with_one(event, physician_ticket, ultrasound):
    ultrasound.seats = 0
    ultrasound.save(update_fields=("seats",))
    small_room = Quota.objects.create(event=event, name="Small room", size=1)
    small_room.workshops.add(ultrasound)
    order = buy(physician_ticket)
    registration = order.registrations.get()
    entry = join(ultrasound, 1, registration_token=registration.token)
    ultrasound.seats = 1
    ultrasound.save(update_fields=("seats",))
    offer_freed_places(line(ultrasound), at=NOON)
    assert states(entry) == ["offered"]

    accepted = [
        accept_offer(entry_id=entry.pk, language="en", actor=None, at=NOON) for _click in range(2)
    ]

    order.refresh_from_db()
    small_room.refresh_from_db()
    assert accepted == [order, order]
    assert (states(entry), order.total_minor) == (["accepted"], 23_000)
    assert [each.workshop for each in registration.workshop_bookings.all()] == [ultrasound]
    assert (counters(ultrasound), small_room.taken) == ((1, 0), 1)


def test_who_waits_with_a_ticket_waits_no_more_without_it(event, physician_ticket, ultrasound):
    ultrasound.seats = 0
    ultrasound.save(update_fields=("seats",))
    order = buy(physician_ticket)
    entry = join(ultrasound, 1, registration_token=order.registrations.get().token)
    next_one = join(ultrasound, 2)
    cancel(order)
    ultrasound.seats = 1
    ultrasound.save(update_fields=("seats",))

    offer_freed_places(line(ultrasound), at=NOON)

    assert states(entry, next_one) == ["left", "offered"]
    assert counters(ultrasound) == (1, 0)


def test_nothing_is_offered_once_registration_is_closed(event, policy):
    course, [order] = sold_out(event)
    entry = join(course)
    cancel(order)

    assert offer_freed_places(line(course), at=policy.closes_at) == 0

    assert states(entry) == ["waiting"]


def test_raised_places_are_found_by_the_sweep(event, policy):
    course, _orders = sold_out(event)
    entry = join(course)
    course.places = 2
    course.save(update_fields=("places",))

    assert serve_waiting_lists(at=NOON) == 1

    assert states(entry) == ["offered"]


HALF_FILLED = {
    "waiting_entry_is_for_one_thing": {"ticket_type": None},
    "waiting_entry_state_has_its_times": {"state": "offered", "offered_at": NOON},
    "waiting_entry_has_an_order_exactly_if_accepted": {
        "state": "accepted", "offered_at": NOON, "offer_ends_at": NOON, "ended_at": NOON,
    },
    "waiting_entry_holds_only_while_offered": {"held_quota_ids": [1]},
    "waiting_entry_party_of_1_to_10": {"party_size": 11},
    "waiting_entry_has_a_name": {"name": ""},
    "waiting_entry_out_of_turn_has_a_reason_and_a_person": {"out_of_turn_reason": "so"},
}  # fmt: skip


@pytest.mark.parametrize("constraint", HALF_FILLED)
def test_the_database_refuses_a_half_filled_entry(event, physician_ticket, constraint):
    fields = {
        "event": event, "ticket_type": physician_ticket, "turn": 1, "email": "a@example.org",
        "name": "A", "language": "es", "joined_at": NOON, **HALF_FILLED[constraint],
    }  # fmt: skip

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        WaitingEntry.objects.create(**fields)


def test_the_database_refuses_an_entry_for_another_events_ticket(other_event, physician_ticket):
    with pytest.raises(IntegrityError, match="of_its_event"), transaction.atomic():
        WaitingEntry.objects.create(
            event=other_event, ticket_type=physician_ticket, turn=1, email="a@example.org",
            name="A", language="es", joined_at=NOON,
        )  # fmt: skip
    assert Registration.objects.count() == Workshop.objects.count() == 0
