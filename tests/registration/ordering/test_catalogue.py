"""What is sold in variations, bundles and quotas, to whom, at which price and why."""

import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from registration.models import (
    Answer,
    GroupDiscount,
    IncludedWorkshop,
    LedgerEntry,
    Order,
    Price,
    PricePhase,
    Question,
    Quota,
    QuotaPlace,
    Registration,
    Society,
    SocietyMember,
    TicketVariation,
    Voucher,
)
from registration.operations.cancelling import cancel_order
from registration.operations.expiring import expire_orders
from registration.operations.paying import record_payment
from registration.rules.questions import AnswerRefused
from registration.rules.refusals import (
    AlreadyRegistered,
    NotForThisProfession,
    NothingLikeIt,
    SoldOut,
    TooManyInOneOrder,
    VoucherRefused,
)
from tests.conftest import NOON
from tests.registration.ordering.conftest import ANA, buy, make_ticket_type, somebody, wish

pytestmark = pytest.mark.django_db


def price(ticket_type, amount_minor, **cell) -> Price:
    return Price.objects.create(
        event=ticket_type.event, ticket_type=ticket_type, amount_minor=amount_minor,
        **{"currency": "USD", **cell},
    )  # fmt: skip


def voucher(event, code="FACULTY", **fields) -> Voucher:
    return Voucher.objects.create(
        event=event, code=code, made_at=NOON,
        **{"effect": "percent", "percent": 100, "max_uses": 2, **fields},
    )  # fmt: skip


def from_(country, *, number=1, profession="resident"):
    return dataclasses.replace(somebody(number), country=country, profession=profession)


def two(ticket_type):
    return [wish(ticket_type, attendee=somebody(number)) for number in (1, 2)]


def test_one_order_registers_several_people_each_with_a_place_of_her_own(
    physician_ticket, ultrasound
):
    people = [
        wish(physician_ticket, attendee=somebody(1)),
        wish(physician_ticket, attendee=somebody(2), workshops=[ultrasound]),
    ]

    order = buy(
        physician_ticket, people=people, payer_email="office@example.org", payer_name="Hospital"
    )

    assert (order.email, order.payer_name, order.total_minor) == (
        "office@example.org",
        "Hospital",
        41_000,
    )
    assert [each.email for each in order.registrations.order_by("pk")] == [
        "person1@example.org", "person2@example.org",
    ]  # fmt: skip
    assert [line.amount_minor for line in LedgerEntry.objects.all()] == [18_000, 23_000]
    physician_ticket.refresh_from_db()
    ultrasound.refresh_from_db()
    assert (physician_ticket.places_taken, ultrasound.seats_taken) == (2, 1)


def test_an_order_that_misses_one_place_takes_none(event, policy):
    few = make_ticket_type(event, places=1)

    with pytest.raises(SoldOut):
        buy(few, people=two(few))

    few.refresh_from_db()
    assert (few.places_taken, Order.objects.count(), Registration.objects.count()) == (0, 0, 0)


def test_one_address_has_one_place_also_within_an_order(physician_ticket):
    with pytest.raises(AlreadyRegistered):
        buy(physician_ticket, people=[wish(physician_ticket), wish(physician_ticket)])

    assert Order.objects.count() == 0


def test_a_ticket_is_sold_to_so_many_people_in_one_order_as_it_says(event, policy):
    pair = make_ticket_type(event, "pair", min_per_order=2, max_per_order=2)

    with pytest.raises(TooManyInOneOrder):
        buy(pair)
    assert Order.objects.count() == 0
    assert buy(pair, people=two(pair)).registrations.count() == 2


def test_a_ticket_for_some_professions_is_not_sold_to_others(event, policy):
    residents = make_ticket_type(event, "resident", professions=["resident"])

    with pytest.raises(NotForThisProfession):
        buy(residents)
    assert Order.objects.count() == 0
    assert buy(residents, attendee=from_("AR")).pk


def test_a_hidden_ticket_is_unknown_until_its_time(event, policy):
    later = make_ticket_type(event, "later", shown_from=NOON)

    with pytest.raises(NothingLikeIt):
        buy(later, at=NOON - dt.timedelta(seconds=1))
    assert buy(later, at=NOON).pk


def test_a_ticket_hidden_behind_another_is_sold_once_that_is_sold_out(event, policy):
    first = make_ticket_type(event, "first", places=1)
    second = make_ticket_type(event, "second", shown_after=first)

    with pytest.raises(NothingLikeIt):
        buy(second)
    buy(first, attendee=somebody(1))
    assert buy(second).pk


def test_a_variation_has_its_own_limit_and_must_be_chosen(event, physician_ticket):
    TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="online", name="Online", places=1
    )

    with pytest.raises(NothingLikeIt):
        buy(physician_ticket)
    order = buy(physician_ticket, people=[wish(physician_ticket, variation="online")])
    with pytest.raises(SoldOut):
        buy(
            physician_ticket,
            people=[wish(physician_ticket, attendee=somebody(2), variation="online")],
        )

    cancel_order(order_id=order.pk, actor=None, at=NOON)
    variation = TicketVariation.objects.get()
    physician_ticket.refresh_from_db()
    assert (variation.places_taken, physician_ticket.places_taken) == (0, 0)


def test_a_workshop_inside_the_ticket_costs_nothing_more_and_takes_a_seat(
    physician_ticket, ultrasound
):
    IncludedWorkshop.objects.create(ticket_type=physician_ticket, workshop=ultrasound)

    order = buy(physician_ticket)

    assert order.total_minor == 18_000
    booking = order.registrations.get().workshop_bookings.get()
    assert (booking.workshop, booking.price_minor) == (ultrasound, 0)
    ultrasound.refresh_from_db()
    assert ultrasound.seats_taken == 1


def test_a_shared_quota_limits_all_that_share_it_and_comes_back_once(
    event, physician_ticket, free_ticket
):
    room = Quota.objects.create(event=event, name="Room", size=2)
    room.ticket_types.add(physician_ticket, free_ticket)
    order = buy(physician_ticket)
    buy(free_ticket, attendee=somebody(1))

    with pytest.raises(SoldOut):
        buy(free_ticket, attendee=somebody(2))
    room.refresh_from_db()
    assert room.taken == QuotaPlace.objects.filter(state="active").count() == 2

    room.ticket_types.remove(physician_ticket)  # what was taken is given back all the same
    cancel_order(order_id=order.pk, actor=None, at=NOON)
    room.refresh_from_db()
    assert room.taken == 1
    free_ticket.refresh_from_db()
    assert free_ticket.places_taken == 1


def test_the_database_refuses_a_quota_taken_beyond_its_size(event):
    with pytest.raises(IntegrityError, match="quota_never_oversold"), transaction.atomic():
        Quota.objects.create(event=event, name="Room", size=2, taken=3)


def test_late_money_takes_the_quota_again_or_waits(event, policy, physician_ticket):
    policy.transfer_days = 1
    policy.save(update_fields=("transfer_days",))
    room = Quota.objects.create(event=event, name="Room", size=1)
    room.ticket_types.add(physician_ticket)
    late = buy(physician_ticket)
    after = late.expires_at
    expire_orders(at=after)
    other = buy(physician_ticket, attendee=somebody(2), at=after)

    record_payment(order_id=late.pk, amount_minor=18_000, external_id="T1", received_at=after, actor=None, at=after)  # fmt: skip

    late.refresh_from_db()
    room.refresh_from_db()
    assert (late.state, room.taken) == ("paid_without_seat", 1)
    assert QuotaPlace.objects.get(state="active").registration.order == other


def test_the_cell_that_names_most_decides_the_price_and_is_its_reason(event, physician_ticket):
    early = PricePhase.objects.create(
        event=event,
        slug="early",
        name="Early",
        starts_at=NOON - dt.timedelta(days=30),
        ends_at=NOON,
    )
    price(physician_ticket, 15_000, phase=early)
    price(physician_ticket, 9_000, profession="resident")
    price(physician_ticket, 4_000, profession="resident", income_group="lower_middle", phase=early)

    def sold(number, country, *, profession="resident", at=NOON):
        return buy(
            physician_ticket, attendee=from_(country, number=number, profession=profession), at=at
        ).registrations.get()

    a_day_before = NOON - dt.timedelta(days=1)
    everything = sold(1, "BO", at=a_day_before)
    assert (everything.price_minor, everything.income_group, everything.income_edition) == (
        4_000, "lower_middle", "FY26",
    )  # fmt: skip
    assert set(everything.price_reason) == {"profession", "income_group", "phase"}
    assert sold(2, "AR", at=a_day_before).price_minor == 9_000
    assert sold(3, "AR", profession="physician", at=a_day_before).price_minor == 15_000
    assert sold(4, "BO").price_minor == 9_000
    regular = sold(5, "US", profession="physician")
    assert (regular.price_minor, regular.price_reason, regular.income_group) == (18_000, {}, "high")


def test_prices_in_another_currency_are_prices_not_conversions(event, physician_ticket):
    price(physician_ticket, 20_000_000, currency="ARS")

    order = buy(physician_ticket, currency="ARS")

    assert (order.total_minor, order.currency) == (20_000_000, "ARS")
    assert LedgerEntry.objects.get().currency == "ARS"


def test_a_member_pays_the_price_of_her_society(event, physician_ticket):
    society = Society.objects.create(event=event, name="SAE")
    SocietyMember.objects.create(society=society, email="Ana@example.org")
    price(physician_ticket, 10_000, society=society)

    assert buy(physician_ticket).total_minor == 10_000
    assert buy(physician_ticket, attendee=somebody(1)).total_minor == 18_000


def test_a_later_change_of_prices_leaves_an_order_as_it_was(event, physician_ticket):
    order = buy(physician_ticket)
    price(physician_ticket, 1_000)

    order.refresh_from_db()
    assert (order.total_minor, order.registrations.get().price_minor) == (18_000, 18_000)
    assert buy(physician_ticket, attendee=somebody(1)).total_minor == 1_000


def test_groups_pay_less_without_a_code(event, physician_ticket):
    GroupDiscount.objects.create(event=event, min_people=2, percent=15)

    order = buy(physician_ticket, people=two(physician_ticket))

    assert order.total_minor == 2 * 15_300
    assert order.registrations.first().price_reason == {"group_percent": 15}


def test_a_code_is_used_as_often_as_it_says_and_comes_back_with_the_place(
    event, free_ticket, physician_ticket
):
    code = voucher(event, percent=50, budget_minor=20_000)
    order = buy(physician_ticket, people=two(physician_ticket), voucher_code="faculty ")

    code.refresh_from_db()
    assert (order.total_minor, code.uses, code.spent_minor) == (18_000, 2, 18_000)
    with pytest.raises(VoucherRefused):
        buy(physician_ticket, attendee=somebody(3), voucher_code="FACULTY")
    assert Order.objects.count() == 1

    cancel_order(order_id=order.pk, actor=None, at=NOON)
    code.refresh_from_db()
    assert (code.uses, code.spent_minor) == (0, 0)


def test_a_code_that_makes_it_free_confirms_at_once(event, physician_ticket):
    voucher(event)

    order = buy(physician_ticket, voucher_code="FACULTY", payment_method="free")

    assert (order.state, order.payment_method, order.total_minor) == ("confirmed", "free", 0)


def test_places_kept_for_a_code_are_sold_to_nobody_else(event, policy):
    few = make_ticket_type(event, places=2, places_taken=2)
    code = voucher(event, keeps_places_of=few, places_kept=2, effect="access", percent=None)

    with pytest.raises(SoldOut):
        buy(few)
    order = buy(few, voucher_code="FACULTY")

    few.refresh_from_db()
    code.refresh_from_db()
    assert (order.total_minor, few.places_taken, code.places_kept, code.uses) == (18_000, 2, 1, 1)


def test_a_code_opens_a_hidden_ticket(event, policy):
    faculty = make_ticket_type(event, "faculty", needs_code=True)
    voucher(event, effect="access", percent=None).ticket_types.add(faculty)

    with pytest.raises(NothingLikeIt):
        buy(faculty)
    assert buy(faculty, voucher_code="FACULTY").total_minor == 18_000


@pytest.mark.parametrize(
    "fields",
    [
        {"valid_until": NOON},
        {"valid_from": NOON + dt.timedelta(seconds=1)},
        {"email": "eva@example.org"},
        {"budget_minor": 17_999},
    ],
)
def test_a_code_that_does_not_hold_is_refused_in_the_same_words(event, physician_ticket, fields):
    code = voucher(event, **fields)

    with pytest.raises(VoucherRefused) as refused:
        buy(physician_ticket, voucher_code="FACULTY")

    assert str(refused.value) == "This code cannot be used here."
    code.refresh_from_db()
    physician_ticket.refresh_from_db()
    assert (code.uses, physician_ticket.places_taken, Order.objects.count()) == (0, 0, 0)


def ask(event, slug, kind, **fields) -> Question:
    return Question.objects.create(event=event, slug=slug, kind=kind, label=slug, **fields)


def test_questions_are_asked_of_each_person_and_kept_clean(event, physician_ticket):
    diet = ask(event, "diet", "one_of", options=[{"value": "vegan", "label": "Vegan"}, {"value": "other", "label": "?"}], sort_key=1)  # fmt: skip
    which = ask(event, "which", "line", is_required=True, shown_if=diet, shown_if_answer="other", sort_key=2)  # fmt: skip

    def answered(number, answers):
        person = wish(physician_ticket, attendee=somebody(number), answers=answers)
        return buy(physician_ticket, people=[person], submission_token=str(number))

    with pytest.raises(AnswerRefused) as refused:
        answered(1, {"diet": "other"})
    assert (refused.value.field, Order.objects.count()) == ("answers.which", 0)
    order = answered(1, {"diet": "other", "which": "  no\tnuts "})
    answered(2, {"diet": "vegan", "which": "never asked"})

    assert list(Answer.objects.filter(registration__order=order).values_list("question", "value")) == [
        (diet.pk, "other"), (which.pk, "no nuts"),
    ]  # fmt: skip
    assert Answer.objects.count() == 3


def test_while_others_wait_a_free_place_is_not_sold(event, policy):
    few = make_ticket_type(event, places=2, waiting=1)

    with pytest.raises(SoldOut):
        buy(few)

    few.refresh_from_db()
    assert (few.places_taken, Order.objects.count()) == (0, 0)


def test_the_organisers_transfer_letter_goes_to_who_pays_and_the_tickets_to_each(
    event, physician_ticket
):
    from conference.models import EmailMessage

    order = buy(physician_ticket, people=two(physician_ticket), payer_email="office@example.org")
    record_payment(order_id=order.pk, amount_minor=36_000, external_id="T1", received_at=NOON, actor=None, at=NOON)  # fmt: skip

    letters = EmailMessage.objects.order_by("pk").values_list("kind", "to_address")
    assert [(kind.rpartition("/")[2], address) for kind, address in letters] == [
        ("placed", "office@example.org"),
        ("confirmed", "person1@example.org"),
        ("confirmed", "office@example.org"),
        ("confirmed", "person2@example.org"),
        ("confirmed", "office@example.org"),
    ]


def test_ana_is_found_with_what_she_pays(physician_ticket):
    registration = buy(physician_ticket).registrations.get()

    assert (registration.email, registration.list_price_minor, registration.price_minor) == (
        ANA.email, 18_000, 18_000,
    )  # fmt: skip
