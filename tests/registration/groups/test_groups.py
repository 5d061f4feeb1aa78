"""Buying seats, naming people, freeing and returning seats: nothing is oversold and nothing lost."""

import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from conference.models import EmailMessage, HistoryEntry
from registration.models import (
    Badge,
    Group,
    GroupDiscount,
    GroupSeat,
    IncludedWorkshop,
    Order,
    Price,
    Quota,
    QuotaPlace,
    Registration,
    StatusProof,
    TicketVariation,
    WorkshopBooking,
)
from registration.operations.cancelling import cancel_order, cancel_own_order, cancel_registration
from registration.operations.changing import change_workshops
from registration.operations.expecting_proofs import ask_for_proofs, expire_proofs
from registration.operations.expiring import expire_orders
from registration.operations.group_seats import lock_group
from registration.operations.inviting_groups import invite_to_group, take_group_seat
from registration.operations.naming import correct_locked, free_seat, leave_group
from registration.operations.queueing import join_waiting_list
from registration.operations.returning_seats import (
    return_seats_of,
    return_unused_seats,
    set_group_dates,
)
from registration.operations.setting_quotas import add_quota, change_quota
from registration.operations.transferring import transfer_place
from registration.queries.documents import lines_of_order
from registration.queries.orders import owed_minor
from registration.rules.catalogue import CatalogueRefused
from registration.rules.groups import (
    GroupDatesRefused,
    GroupIsFull,
    GroupSeatsRefused,
    NamesAreFixed,
    PlaceOfAGroup,
    SeatCostsMore,
)
from registration.rules.refusals import (
    AlreadyRegistered,
    NotForThisProfession,
    PriceChanged,
    SoldOut,
    TermsNotAccepted,
    TooLateToCancel,
    WorkshopFull,
)
from registration.states import NamedBy
from tests.conftest import NOON
from tests.registration.groups.conftest import (
    BEFORE,
    bought,
    name,
    paid,
    sponsored,
    states,
    taken,
    violations,
)
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = pytest.mark.django_db
RETURN_DAY = dt.datetime(2027, 4, 1, 2, 59, tzinfo=dt.UTC)  # the end of a day, two weeks before
LAST_DAY = dt.datetime(2027, 4, 12, 2, 59, tzinfo=dt.UTC)  # three days before


@pytest.fixture(autouse=True)
def _the_audit_finds_nothing(db):
    yield
    assert violations() == {}


def letters(address: str) -> list[str]:
    found = EmailMessage.objects.filter(to_address=address).order_by("pk")
    return [each.kind.rpartition("/")[2] for each in found]


def ledger(group) -> list[tuple[str, int]]:
    return list(group.order.ledger_entries.order_by("pk").values_list("kind", "amount_minor"))


def actions(group) -> list[str]:
    lines = HistoryEntry.objects.filter(subject_type="registration.group", subject_id=group.pk)
    return list(lines.order_by("pk").values_list("action", flat=True))


def test_a_group_takes_its_seats_at_once_and_nobody_has_a_badge(physician_ticket):
    group = bought(physician_ticket, seats=4)

    assert taken(physician_ticket) == 4
    assert states(group) == ["free"] * 4
    assert (group.order.state, group.order.total_minor) == ("pending", 72_000)
    assert ledger(group) == [("charge", 72_000)]
    assert (group.returns_at, group.names_until) == (RETURN_DAY, LAST_DAY)
    assert (Registration.objects.count(), Badge.objects.count()) == (0, 0)
    assert letters("secretary@example.org") == ["placed"]
    assert actions(group) == ["group.bought"]


def test_a_paid_group_is_confirmed_and_its_owner_gets_the_address_of_its_page(physician_ticket):
    group = paid(bought(physician_ticket))

    assert group.order.state == "confirmed"
    assert letters("secretary@example.org") == ["placed", "group_ready"]
    letter = EmailMessage.objects.get(kind="registration/email/group_ready")
    assert f"/g/{group.token}/" in letter.text_body
    assert "3 seats (Physician) are reserved for Hospital Fernández." in letter.text_body


def test_seats_that_are_not_there_are_refused_and_nothing_is_written(event, policy):
    course = make_ticket_type(event, "course", places=2)

    with pytest.raises(SoldOut):
        bought(course, seats=3)

    assert (Order.objects.count(), Group.objects.count(), taken(course)) == (0, 0, 0)


def test_a_group_finds_places_whose_hold_is_over(event, policy):
    course = make_ticket_type(event, "course", places=3)
    buy(course, at=BEFORE)

    group = bought(course, seats=3, at=BEFORE + dt.timedelta(days=30))

    assert (taken(course), states(group)) == (3, ["free"] * 3)


def test_a_buyer_finds_the_places_of_a_group_whose_hold_is_over(event, policy, ultrasound):
    course = make_ticket_type(event, "course", places=2)
    bought(course, seats=2, workshops=["ultrasound"])

    buy(course, at=BEFORE + dt.timedelta(days=6), workshops=[ultrasound])

    assert (taken(course), taken(ultrasound)) == (1, 1)
    assert Order.objects.get(is_for_group=True).state == "expired"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"seats": 1}, GroupSeatsRefused),
        ({"seats": 51}, GroupSeatsRefused),
        ({"terms_accepted": False}, TermsNotAccepted),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(physician_ticket, changes, refusal):
    with pytest.raises(refusal):
        bought(physician_ticket, **changes)

    assert (Order.objects.count(), taken(physician_ticket)) == (0, 0)


def test_an_event_without_groups_sells_none(physician_ticket, policy):
    policy.group_seats = 0
    policy.save(update_fields=("group_seats",))

    with pytest.raises(GroupSeatsRefused):
        bought(physician_ticket)


def test_a_form_sent_twice_is_one_group(physician_ticket):
    assert bought(physician_ticket).pk == bought(physician_ticket).pk
    assert (Group.objects.count(), taken(physician_ticket)) == (1, 3)


def test_the_automatic_discount_counts_the_seats(event, physician_ticket):
    GroupDiscount.objects.create(event=event, min_people=3, percent=10)

    group = bought(physician_ticket, seats=3)

    assert (group.price_minor, group.list_price_minor) == (16_200, 18_000)
    assert (group.order.total_minor, group.price_reason) == (48_600, {"group_percent": 10})


def test_a_price_that_was_not_the_one_shown_is_refused(physician_ticket):
    from conference.kernel.money import Money

    with pytest.raises(PriceChanged):
        bought(physician_ticket, agreed=Money(1, "USD"))

    assert taken(physician_ticket) == 0


def test_seats_hold_the_variation_the_workshops_and_the_quotas(event, physician_ticket, ultrasound):
    ultrasound.seats = 10
    ultrasound.save(update_fields=("seats",))
    online = TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="online", name="Online", places=5
    )
    room = Quota.objects.create(event=event, name="Room", size=8)
    room.ticket_types.add(physician_ticket)
    room.workshops.add(ultrasound)
    group = bought(physician_ticket, variation="online", workshops=["ultrasound"])

    online.refresh_from_db()
    room.refresh_from_db()
    assert (online.places_taken, taken(ultrasound), room.taken) == (3, 3, 6)
    assert group.order.total_minor == 3 * 23_000

    seat = name(group)
    booking = WorkshopBooking.objects.get(registration=seat.registration)
    assert (booking.workshop, booking.price_minor, booking.state) == (ultrasound, 5_000, "active")
    assert QuotaPlace.objects.filter(registration=seat.registration, state="active").count() == 2
    assert seat.registration.variation == online
    room.refresh_from_db()
    assert (taken(physician_ticket), taken(ultrasound), room.taken) == (3, 3, 6)
    assert violations() == {}

    free_seat(group_id=group.pk, number=1, by_desk=False, actor=None, at=BEFORE)
    room.refresh_from_db()
    assert (taken(physician_ticket), taken(ultrasound), room.taken) == (3, 3, 6)
    assert violations() == {}

    again = name(group, 2)
    assert again.registration.workshop_bookings.filter(state="active").count() == 1


def test_seats_without_a_name_count_in_a_quota_that_is_made_later(
    event, physician_ticket, ultrasound, organiser
):
    ultrasound.seats = 9
    ultrasound.save(update_fields=("seats",))
    group = paid(bought(physician_ticket, workshops=["ultrasound"]))
    name(group)
    made = {"event": event, "ticket_types": [physician_ticket], "actor": organiser, "at": BEFORE}
    with pytest.raises(CatalogueRefused):
        add_quota(**made, values={"name": "Room", "size": 5}, workshops=[ultrasound])

    room = add_quota(**made, values={"name": "Room", "size": 6}, workshops=[ultrasound])

    room.refresh_from_db()
    assert (room.taken, violations()) == (6, {})
    with pytest.raises(SoldOut):
        buy(physician_ticket, attendee=somebody(9), at=BEFORE)
    name(group, 2)
    change_quota(**made, quota_id=room.pk, values={"name": "Room", "size": 6}, workshops=[])
    room.refresh_from_db()
    assert (room.taken, violations()) == (3, {})
    return_unused_seats(at=RETURN_DAY)
    room.refresh_from_db()
    assert room.taken == 2


def test_a_full_workshop_refuses_the_group_as_a_whole(physician_ticket, ultrasound):
    with pytest.raises(WorkshopFull):
        bought(physician_ticket, workshops=["ultrasound"])

    assert (taken(physician_ticket), taken(ultrasound)) == (0, 0)


def test_a_workshop_inside_the_ticket_is_held_too(event, physician_ticket, ultrasound):
    IncludedWorkshop.objects.create(ticket_type=physician_ticket, workshop=ultrasound)

    group = bought(physician_ticket, seats=2)

    assert (taken(ultrasound), group.order.total_minor) == (2, 36_000)


def test_a_named_person_has_a_place_like_anybodys(physician_ticket):
    group = paid(bought(physician_ticket))

    seat = name(group)

    registration = seat.registration
    assert (seat.state, seat.number, seat.named_by) == ("named", 1, "owner")
    assert (registration.order, registration.state) == (group.order, "confirmed")
    assert (registration.price_minor, registration.email) == (18_000, "person1@example.org")
    assert registration.badges.filter(revoked_at__isnull=True).count() == 1
    assert taken(physician_ticket) == 3
    assert letters("person1@example.org") == ["confirmed"]
    assert letters("secretary@example.org") == ["placed", "group_ready"]
    assert actions(group) == ["group.bought", "group.named"]


def test_who_is_named_before_the_order_is_paid_gets_her_badge_with_the_payment(physician_ticket):
    group = bought(physician_ticket)
    seat = name(group)
    assert (seat.registration.state, Badge.objects.count()) == ("pending", 0)

    paid(group)

    seat.registration.refresh_from_db()
    assert (seat.registration.state, Badge.objects.count()) == ("confirmed", 1)
    assert letters("person1@example.org") == ["confirmed"]


def test_a_full_group_names_nobody_more(physician_ticket):
    group = bought(physician_ticket, seats=2)
    name(group, 1)
    name(group, 2)

    with pytest.raises(GroupIsFull):
        name(group, 3)

    assert Registration.objects.count() == 2


def test_who_is_registered_already_takes_no_second_place(physician_ticket):
    buy(physician_ticket, attendee=somebody(1), at=BEFORE)
    group = bought(physician_ticket)

    with pytest.raises(AlreadyRegistered):
        name(group, 1)

    assert states(group) == ["free"] * 3


def test_names_change_freely_until_the_day_and_after_it_only_at_the_desk(physician_ticket):
    group = paid(bought(physician_ticket))
    name(group, 1)
    name(group, 2)

    free_seat(group_id=group.pk, number=1, by_desk=False, actor=None, at=LAST_DAY - dt.timedelta(1))
    for act in (
        lambda: name(group, 3, at=LAST_DAY),
        lambda: free_seat(group_id=group.pk, number=2, by_desk=False, actor=None, at=LAST_DAY),
    ):
        with pytest.raises(NamesAreFixed):
            act()
    assert states(group) == ["free", "named", "free"]

    name(group, 3, by=NamedBy.DESK, at=LAST_DAY)
    free_seat(group_id=group.pk, number=2, by_desk=True, actor=None, at=LAST_DAY)

    assert states(group) == ["named", "free", "free"]


def test_a_freed_seat_ends_the_place_and_keeps_the_money_and_the_counters(physician_ticket):
    group = paid(bought(physician_ticket))
    registration = name(group).registration

    free_seat(group_id=group.pk, number=1, by_desk=False, actor=None, at=BEFORE)

    registration.refresh_from_db()
    assert (registration.state, registration.ended_at) == ("cancelled", BEFORE)
    assert (taken(physician_ticket), states(group)) == (3, ["free"] * 3)
    assert ledger(group) == [("charge", 54_000), ("payment", -54_000)]
    assert letters("person1@example.org") == ["confirmed", "group_seat_freed"]
    seat = name(group, 1)  # and she may come back
    assert (seat.number, seat.registration.pk != registration.pk) == (1, True)


def test_who_leaves_gives_the_seat_to_the_group_and_not_to_everybody(physician_ticket):
    group = paid(bought(physician_ticket))
    registration = name(group).registration

    leave_group(registration_id=registration.pk, actor=None, at=BEFORE)

    assert (taken(physician_ticket), states(group)) == (3, ["free"] * 3)
    assert letters("secretary@example.org")[-1] == "group_left"
    with pytest.raises(GroupSeat.DoesNotExist):
        leave_group(registration_id=registration.pk, actor=None, at=BEFORE)


def test_a_person_of_a_group_changes_nothing_that_others_paid(physician_ticket, ultrasound):
    group = paid(bought(physician_ticket))
    registration = name(group).registration
    hers = {"registration_id": registration.pk, "by_herself": True, "actor": None, "at": BEFORE}

    with pytest.raises((PlaceOfAGroup, TooLateToCancel)):
        cancel_registration(**hers)
    with pytest.raises(PlaceOfAGroup):
        change_workshops(**hers, workshops=["ultrasound"])
    with pytest.raises(PlaceOfAGroup):
        transfer_place(**hers, attendee=somebody(9))
    with pytest.raises(TooLateToCancel):
        cancel_own_order(order_id=group.order_id, actor=None, at=BEFORE)
    ultrasound.seats = 0
    ultrasound.save(update_fields=("seats",))
    with pytest.raises(PlaceOfAGroup):
        join_waiting_list(
            event=group.event, kind="workshop", slug="ultrasound", party_size=1,
            email=registration.email, name="Person", language="en",
            registration_token=registration.token, actor=None, at=BEFORE,
        )  # fmt: skip

    registration.refresh_from_db()
    assert (registration.state, registration.email) == ("confirmed", "person1@example.org")


def test_a_seat_is_for_people_whose_ticket_costs_no_more(event, physician_ticket):
    Price.objects.create(
        event=event, ticket_type=physician_ticket, profession="physician", currency="USD",
        amount_minor=30_000,
    )  # fmt: skip
    group = bought(physician_ticket)  # for nurses of Uruguay
    physician = somebody(1)
    physician = type(physician)(**{
        **{name: getattr(physician, name) for name in physician.__slots__}, "profession": "physician",
    })  # fmt: skip

    with pytest.raises(SeatCostsMore):
        name(group, attendee=physician)
    assert states(group) == ["free"] * 3

    Price.objects.all().delete()
    name(group, attendee=physician)
    assert states(group) == ["named", "free", "free"]


def test_each_person_of_a_group_proves_the_status_its_price_is_for(event, physician_ticket, policy):
    Price.objects.create(
        event=event, ticket_type=physician_ticket, profession="nurse", currency="USD",
        amount_minor=9_000,
    )  # fmt: skip
    policy.proof_professions = ["nurse"]
    policy.save(update_fields=("proof_professions",))
    group = paid(bought(physician_ticket))
    assert group.price_minor == 9_000

    proof = StatusProof.objects.get(registration=name(group).registration)

    assert (proof.profession, proof.state) == ("nurse", "missing")
    assert (proof.status_price_minor, proof.full_price_minor) == (9_000, 18_000)


def test_a_cheaper_status_on_a_seat_is_proved_like_the_one_it_was_bought_for(
    event, physician_ticket, policy
):
    for profession, amount_minor in (("nurse", 9_000), ("student", 6_000)):
        Price.objects.create(
            event=event, ticket_type=physician_ticket, profession=profession, currency="USD",
            amount_minor=amount_minor,
        )  # fmt: skip
    policy.proof_professions = ["nurse", "student"]
    policy.save(update_fields=("proof_professions",))
    group = paid(bought(physician_ticket))
    student = type(somebody(1))("s@example.org", "S", "S", "student", "UY")

    registration = name(group, attendee=student).registration

    proof = StatusProof.objects.get(registration=registration)
    assert (proof.profession, proof.full_price_minor) == ("student", 18_000)
    assert registration.price_reason["to_be_proved"] == "student"


def test_a_ticket_for_a_profession_is_for_no_other(event, policy):
    nurses = make_ticket_type(event, "nurses", professions=["nurse"])
    group = bought(nurses)
    student = type(somebody(1))("s@example.org", "S", "S", "student", "UY")

    with pytest.raises(NotForThisProfession):
        name(group, attendee=student)

    assert states(group) == ["free"] * 3


def test_unused_seats_go_back_on_their_day_once(physician_ticket):
    group = paid(bought(physician_ticket))
    name(group)
    early = RETURN_DAY - dt.timedelta(seconds=1)

    assert return_unused_seats(at=early) == 0
    assert return_unused_seats(at=RETURN_DAY) == 2
    assert return_unused_seats(at=RETURN_DAY) == 0

    assert (taken(physician_ticket), states(group)) == (1, ["named", "returned", "returned"])
    assert ledger(group) == [("charge", 54_000), ("payment", -54_000)]
    assert letters("secretary@example.org") == ["placed", "group_ready", "group_returned"]
    assert actions(group) == ["group.bought", "group.named", "group.returned"]
    with pytest.raises(GroupIsFull):
        name(group, 2, at=RETURN_DAY)


def test_who_waits_gets_the_seats_that_go_back(event, policy):
    course = make_ticket_type(event, "course", places=3)
    group = paid(bought(course))
    entry = join_waiting_list(
        event=event, kind="ticket", slug="course", party_size=1, email="w@example.org", name="W",
        language="en", actor=None, at=BEFORE,
    )  # fmt: skip
    from registration.operations.offering import serve_waiting_lists

    return_unused_seats(at=RETURN_DAY)
    serve_waiting_lists(at=RETURN_DAY)

    entry.refresh_from_db()
    assert (entry.state, states(group)) == ("offered", ["returned"] * 3)


def test_seats_that_were_never_paid_are_not_charged_once_they_go_back(physician_ticket):
    group = bought(physician_ticket)
    Order.objects.filter(pk=group.order_id).update(expires_at=NOON.replace(year=2028))
    name(group)

    assert return_unused_seats(at=RETURN_DAY) == 2

    group.order.refresh_from_db()
    assert (group.order.state, group.order.total_minor) == ("pending", 18_000)
    assert ledger(group) == [("charge", 54_000), ("waiver", -36_000)]


def test_an_unpaid_group_without_a_name_ends_on_the_day(physician_ticket):
    group = bought(physician_ticket)
    Order.objects.filter(pk=group.order_id).update(expires_at=NOON.replace(year=2028))

    assert return_unused_seats(at=RETURN_DAY) == 3

    group.order.refresh_from_db()
    assert (group.order.state, taken(physician_ticket)) == ("cancelled", 0)


def test_an_organiser_returns_seats_early_and_moves_the_dates(physician_ticket, organiser):
    group = paid(bought(physician_ticket))
    with pytest.raises(GroupDatesRefused):
        set_group_dates(
            group_id=group.pk, returns_at=LAST_DAY, names_until=RETURN_DAY, actor=organiser,
            at=BEFORE,
        )  # fmt: skip
    set_group_dates(
        group_id=group.pk, returns_at=LAST_DAY, names_until=LAST_DAY, actor=organiser, at=BEFORE
    )
    assert return_unused_seats(at=RETURN_DAY) == 0

    assert return_seats_of(group_id=group.pk, actor=organiser, at=RETURN_DAY) == 3
    assert actions(group) == ["group.bought", "group.dates_changed", "group.returned"]


def test_who_buys_late_has_three_days_to_name(physician_ticket):
    late = NOON - dt.timedelta(days=1)

    group = bought(physician_ticket, at=late)

    assert group.returns_at == group.names_until == late + dt.timedelta(days=3)


def test_a_hold_that_runs_out_ends_names_and_seats_alike(physician_ticket):
    group = bought(physician_ticket)
    registration = name(group).registration

    assert expire_orders(at=BEFORE + dt.timedelta(days=6)) == 1

    registration.refresh_from_db()
    assert (registration.state, states(group)) == ("expired", ["returned"] * 3)
    assert (taken(physician_ticket), ledger(group)[1]) == (0, ("waiver", -54_000))
    with pytest.raises(NamesAreFixed):
        name(group, 2)


def test_late_money_brings_names_and_seats_back(physician_ticket):
    group = bought(physician_ticket)
    registration = name(group).registration
    expire_orders(at=BEFORE + dt.timedelta(days=6))

    paid(group, at=BEFORE + dt.timedelta(days=7))

    registration.refresh_from_db()
    assert (group.order.state, registration.state) == ("confirmed", "confirmed")
    assert (states(group), taken(physician_ticket)) == (["named", "free", "free"], 3)
    assert sum(amount for _kind, amount in ledger(group)) == 0


def test_late_money_without_places_waits_for_the_organisers(event, policy, organiser):
    from registration.operations.giving_seats import give_seat

    course = make_ticket_type(event, "course", places=3)
    group = bought(course)
    name(group)
    later = BEFORE + dt.timedelta(days=7)
    expire_orders(at=BEFORE + dt.timedelta(days=6))
    buy(course, attendee=somebody(8), at=later)

    paid(group, at=later)
    assert group.order.state == "paid_without_seat"
    assert states(group) == ["returned"] * 3

    give_seat(order_id=group.order_id, reason="They paid.", actor=organiser, at=later)
    group.order.refresh_from_db()
    course.refresh_from_db()
    assert (group.order.state, course.places, course.places_taken) == ("confirmed", 4, 4)
    assert states(group) == ["named", "free", "free"]


def test_cancelling_the_order_gives_everything_back(physician_ticket, organiser):
    group = paid(bought(physician_ticket))
    name(group)

    cancel_order(order_id=group.order_id, actor=organiser, at=BEFORE)

    assert (taken(physician_ticket), states(group)) == (0, ["returned"] * 3)
    assert letters("person1@example.org") == ["confirmed", "cancelled"]
    assert letters("secretary@example.org")[-1] == "cancelled"


def test_the_desk_cancels_one_person_and_the_others_keep_their_seats(physician_ticket, organiser):
    group = paid(bought(physician_ticket))
    registration = name(group).registration

    cancel_registration(
        registration_id=registration.pk, by_herself=False, actor=organiser, at=BEFORE
    )

    group.order.refresh_from_db()
    assert (group.order.state, taken(physician_ticket)) == ("confirmed", 2)
    assert states(group) == ["returned", "free", "free"]


@pytest.mark.parametrize("end", ["order", "place", "seat"])
def test_a_person_of_a_group_never_reads_the_address_of_the_order(physician_ticket, organiser, end):
    group = paid(bought(physician_ticket))
    registration = name(group).registration
    if end == "order":
        cancel_order(order_id=group.order_id, actor=organiser, at=BEFORE)
    elif end == "place":
        cancel_registration(
            registration_id=registration.pk, by_herself=False, actor=organiser, at=BEFORE
        )
    else:
        free_seat(group_id=group.pk, number=1, by_desk=True, actor=organiser, at=BEFORE)

    hers = EmailMessage.objects.filter(to_address="person1@example.org")
    assert hers.count() == 2
    for letter in hers:
        for secret in (group.order.token, group.token):
            assert secret not in letter.text_body + letter.html_body
    for letter in EmailMessage.objects.filter(to_address="secretary@example.org"):
        assert registration.token not in letter.text_body + letter.html_body


def test_organisers_give_seats_free_of_charge(event, policy, organiser):
    hidden = make_ticket_type(event, "faculty", is_offered=False, needs_code=True)

    group = sponsored(hidden, organiser, seats=5)

    assert (group.order.state, group.order.total_minor, taken(hidden)) == ("confirmed", 0, 5)
    assert letters("sponsor@example.org") == ["group_ready"]
    seat = name(group)
    assert (seat.registration.price_minor, seat.registration.state) == (0, "confirmed")


def test_the_paper_names_the_seats_and_no_people(physician_ticket):
    group = paid(bought(physician_ticket))
    name(group)

    lines = lines_of_order(group.order, total_minor=54_000, language="en")

    assert [(line.description, line.quantity, line.amount_minor) for line in lines] == [
        ("Physician: Hospital Fernández", 3, 54_000)
    ]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "named"}, "group_seat_state_has_its_facts"),
        ({"state": "invited", "email": "a@example.org"}, "group_seat_state_has_its_facts"),
        ({"state": "returned"}, "group_seat_state_has_its_facts"),
        ({"email": "a@example.org"}, "group_seat_state_has_its_facts"),
        ({"shows_credits": True}, "group_seat_shows_only_by_consent"),
    ],
)
def test_the_database_refuses_half_a_seat(physician_ticket, change, constraint):
    group = bought(physician_ticket)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        group.group_seats.filter(number=1).update(**change)


def test_the_database_refuses_a_stranger_on_a_seat(physician_ticket):
    group = bought(physician_ticket)
    other = buy(physician_ticket, at=BEFORE).registrations.get()

    with pytest.raises(IntegrityError, match="a seat of a group"), transaction.atomic():
        group.group_seats.filter(number=1).update(
            state="named", registration=other, named_at=BEFORE, named_by="owner"
        )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"names_until": BEFORE}, "group_seats_return_before_names_are_fixed"),
        ({"is_sponsored": True}, "group_sponsored_is_free"),
        ({"profession": ""}, "group_bought_says_for_whom"),
        ({"join_used": 1}, "group_link_never_overused"),
        ({"name": ""}, "group_has_a_name"),
        ({"seats": 0}, "group_has_a_seat"),
    ],
)
def test_the_database_refuses_half_a_group(physician_ticket, change, constraint):
    group = bought(physician_ticket)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Group.objects.filter(pk=group.pk).update(**change)


def _of_nurses_who_prove_it(event, ticket_type, policy):
    for profession in ("nurse", "student"):
        Price.objects.create(
            event=event, ticket_type=ticket_type, profession=profession, currency="USD",
            amount_minor=9_000,
        )  # fmt: skip
    policy.proof_professions = ["nurse"]
    policy.save(update_fields=("proof_professions",))
    return paid(bought(ticket_type))


def test_the_full_price_of_who_did_not_prove_it_ends_with_her_seat(event, physician_ticket, policy):
    group = _of_nurses_who_prove_it(event, physician_ticket, policy)
    seat = name(group, attendee=dataclasses.replace(somebody(1), profession="nurse"))
    ask_for_proofs(at=BEFORE)
    expire_proofs(at=BEFORE + dt.timedelta(days=60))
    assert owed_minor(group.order) == 9_000

    free_seat(
        group_id=group.pk, number=seat.number, by_desk=False, actor=None,
        at=BEFORE + dt.timedelta(days=61),
    )  # fmt: skip

    group.order.refresh_from_db()
    assert (owed_minor(group.order), group.order.total_minor) == (0, 27_000)


def test_a_proof_outlives_a_corrected_country_and_is_asked_with_a_corrected_profession(
    event, physician_ticket, policy
):
    group = _of_nurses_who_prove_it(event, physician_ticket, policy)
    student = dataclasses.replace(somebody(1), profession="student")
    seat = name(group, by=NamedBy.LIST, attendee=student)
    assert not StatusProof.objects.exists()

    def correct(**changes):
        order, locked = lock_group(group.pk)
        correct_locked(
            order, locked, GroupSeat.objects.get(pk=seat.pk),
            attendee=dataclasses.replace(student, **changes), by_desk=False, actor=None, at=BEFORE,
        )  # fmt: skip

    with transaction.atomic():
        correct(profession="nurse")
    proof = StatusProof.objects.get(registration=seat.registration)
    assert (proof.profession, proof.state, proof.full_price_minor) == ("nurse", "missing", 18_000)
    StatusProof.objects.update(asked_at=BEFORE)
    with transaction.atomic():
        correct(profession="nurse", country="CL")
    proof.refresh_from_db()
    assert proof.asked_at == BEFORE


def test_an_address_that_took_a_seat_by_another_address_is_refused(physician_ticket):
    group = paid(bought(physician_ticket))
    invited = invite_to_group(
        group_id=group.pk, email=somebody(1).email, by_desk=False, actor=None, at=BEFORE
    )
    take_group_seat(
        token=invited.token, attendee=somebody(2), language="en", shows_attendance=False,
        shows_credits=False, actor=None, at=BEFORE,
    )  # fmt: skip

    with pytest.raises(AlreadyRegistered):
        name(group, 1)

    assert states(group) == ["named", "free", "free"]
