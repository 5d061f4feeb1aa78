import datetime as dt

import pytest

from conference.kernel.errors import InputRefused
from conference.kernel.money import Money
from registration.models import Order, Price, PricePhase, Quota, Registration, TicketType
from registration.queries.coming_events import (
    EventFilter,
    coming_events,
    events_matching,
    grouped,
    past_events,
    read_event_filter,
)
from registration.rules.coming import Standing, months_between, places_within
from tests.conftest import NOON, make_event
from tests.registration.coming.conftest import COMING, open_registration, sell


def slugs(events) -> list[str]:
    return [one.event.slug for one in events]


def test_what_is_not_over_and_published_is_coming_the_next_first(everything):
    assert slugs(coming_events(at=COMING)) == ["eco", "congreso-2027", "tox"]
    assert slugs(past_events(at=COMING)) == ["congreso-2026"]


def test_an_event_says_how_it_stands_and_what_it_costs(everything):
    ultrasound, congress, toxicology = coming_events(at=COMING)

    assert (congress.standing, congress.places_left) == (Standing.OPEN, 100)
    assert congress.prices_from == [Money(6000, "USD")]
    assert not congress.is_free
    assert (ultrasound.standing, ultrasound.places_left) == (Standing.SOLD_OUT, 0)
    assert ultrasound.is_free
    assert ultrasound.prices_from == []
    assert (toxicology.standing, toxicology.prices_from) == (Standing.NOT_ANNOUNCED, [])


def test_before_and_after_its_window_nothing_is_sold(congress):
    policy = congress.registration_policy
    (before,) = coming_events(at=policy.opens_at - dt.timedelta(seconds=1))
    (closed,) = coming_events(at=policy.closes_at)

    assert (before.standing, before.opens_at) == (Standing.OPENS_LATER, policy.opens_at)
    assert (closed.standing, closed.opens_at, closed.places_left) == (Standing.CLOSED, None, 0)


def test_a_price_whose_sale_is_over_and_a_ticket_not_offered_are_not_said(congress):
    sell(congress, "early", 1000, sale_ends_at=COMING)
    sell(congress, "secret", 500, is_offered=False)
    sell(congress, "later", 5000, sale_starts_at=COMING + dt.timedelta(days=1))

    (one,) = coming_events(at=COMING)

    assert one.prices_from == [Money(5000, "USD")]
    assert one.places_left == 100


def test_a_cell_of_the_price_matrix_may_be_the_lowest_price(congress):
    physician = congress.ticket_types.get(slug="physician")
    early = PricePhase.objects.create(
        event=congress, slug="early", name="Early", starts_at=COMING - dt.timedelta(days=9),
        ends_at=COMING,
    )  # fmt: skip
    cell = {"event": congress, "ticket_type": physician, "currency": "USD"}
    Price.objects.create(**cell, amount_minor=1000, phase=early)
    Price.objects.create(**cell, amount_minor=4000, profession="resident")

    (one,) = coming_events(at=COMING)

    assert one.prices_from == [Money(4000, "USD")]


def test_what_needs_a_code_or_waits_for_another_is_not_told_of(congress):
    physician = congress.ticket_types.get(slug="physician")
    sell(congress, "faculty", 100, needs_code=True)
    sell(congress, "late", 200, shown_after=physician)
    sell(congress, "hidden", 300, shown_from=COMING + dt.timedelta(seconds=1))

    (one,) = coming_events(at=COMING)
    assert (one.prices_from, one.places_left) == ([Money(6000, "USD")], 100)

    TicketType.objects.filter(pk=physician.pk).update(places_taken=50)
    (one,) = coming_events(at=COMING)
    assert (one.prices_from, one.places_left) == ([Money(200, "USD")], 100)


def test_a_shared_quota_limits_what_is_left(congress):
    room = Quota.objects.create(event=congress, name="Room", size=40, taken=5)
    room.ticket_types.set(congress.ticket_types.all())

    (one,) = coming_events(at=COMING)

    assert one.places_left == 35


def test_while_people_wait_newcomers_are_sent_to_the_waiting_list(congress):
    congress.ticket_types.update(waiting=1)

    (one,) = coming_events(at=COMING)

    assert (one.standing, one.places_left) == (Standing.WAITING_LIST, 0)


@pytest.mark.parametrize(
    ("left", "quotas", "expected"),
    [
        ({}, [], 0),
        ({1: 5, 2: -3}, [], 5),
        ({1: 5, 2: 5}, [(7, {1, 2})], 7),
        ({1: 5, 2: 5}, [(7, {1, 2}), (1, {2})], 6),
        ({1: 5, 2: 5}, [(0, {1})], 5),
        ({1: 5}, [(-2, {1})], 0),
    ],
)
def test_places_within_shared_limits(left, quotas, expected):
    assert places_within(left, quotas) == expected


def test_prices_are_told_by_currency(congress):
    sell(congress, "pesos", 9_000_000, currency="ARS")

    (one,) = coming_events(at=COMING)

    assert one.prices_from == [Money(9_000_000, "ARS"), Money(6000, "USD")]


def test_a_place_whose_hold_is_over_counts_as_free(ultrasound):
    order = Order.objects.create(
        event=ultrasound, reference="AAAA", submission_token="form", email="ana@example.org",
        language="es", payment_method="bank_transfer", total_minor=100, currency="USD",
        terms_version="1", placed_at=COMING, expires_at=COMING,
    )  # fmt: skip
    Registration.objects.create(
        event=ultrasound, order=order, ticket_type=ultrasound.ticket_types.get(),
        email="ana@example.org", language="es", badge_name="Ana", certificate_name="Ana",
        profession="physician", country="AR", price_minor=100, currency="USD",
        registered_at=COMING,
    )  # fmt: skip

    (one,) = [each for each in coming_events(at=COMING) if each.event == ultrasound]

    assert (one.standing, one.places_left) == (Standing.OPEN, 1)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({}, ["eco", "congreso-2027", "tox"]),
        ({"kind": "course"}, ["eco", "tox"]),
        ({"subject": "ultrasound"}, ["eco"]),
        ({"country": "BR"}, ["tox"]),
        ({"month": "2027-04"}, ["eco", "congreso-2027"]),
        ({"month": "2027-05"}, ["tox"]),
        ({"month": "2027-06"}, ["tox"]),
        ({"language": "en"}, ["congreso-2027"]),
        ({"q": "ecografia CRÍTICA"}, ["eco"]),
        ({"q": "sao paulo"}, ["tox"]),
        ({"q": "brazil"}, ["tox"]),
        ({"q": "sociedad"}, ["eco", "congreso-2027", "tox"]),
        ({"q": "nothing like it"}, []),
        ({"kind": "course", "country": "AR"}, ["eco"]),
    ],
)
def test_readers_choose(everything, address, expected):
    chosen = read_event_filter(address)

    assert slugs(events_matching(coming_events(at=COMING), chosen)) == expected


@pytest.mark.parametrize(
    "address",
    [
        {"kind": "party"},
        {"subject": "x"},
        {"country": "Brasil"},
        {"month": "2027-13"},
        {"month": "2027-04\n"},
        {"language": "klingon"},
        {"q": "a" * 101},
    ],
)
def test_a_choice_that_no_link_has_is_refused(address):
    with pytest.raises(InputRefused) as refused:
        read_event_filter(address)

    assert refused.value.field == next(iter(address))


def test_a_choice_has_one_way_to_be_written():
    chosen = EventFilter(kind="course", month="2027-04", query="vía aérea")

    assert chosen.address == "kind=course&month=2027-04&q=v%C3%ADa+a%C3%A9rea"


def test_the_courses_of_a_congress_stand_with_it(everything):
    groups = grouped(coming_events(at=COMING))

    assert [(group.lead.event.slug, slugs(group.courses)) for group in groups] == [
        ("congreso-2027", ["eco"]),
        ("tox", []),
    ]


def test_a_course_stands_alone_where_its_congress_was_not_chosen(everything):
    chosen = EventFilter(kind="course")

    groups = grouped(events_matching(coming_events(at=COMING), chosen))

    assert [group.lead.event.slug for group in groups] == ["eco", "tox"]


def test_an_event_over_new_year_is_in_both_months():
    assert months_between(dt.date(2027, 12, 30), dt.date(2028, 1, 2)) == ["2027-12", "2028-01"]


@pytest.mark.parametrize("courses", [1, 3])
def test_however_many_events_there_are_five_queries_tell_of_them(
    congress, courses, django_assert_num_queries
):
    for number in range(courses):
        course = make_event(f"course-{number}", kind="course", congress=congress)
        open_registration(course)
        sell(course, "seat", 100)

    with django_assert_num_queries(5):
        events = coming_events(at=COMING)
        texts = [f"{one.event.venue} {one.event.congress} {one.months}" for one in events]

    assert len(texts) == courses + 1


def test_today_is_the_last_day_of_what_is_coming(congress):
    last_evening = NOON.replace(month=4, day=18)

    assert slugs(coming_events(at=last_evening)) == ["congreso-2027"]
    assert slugs(past_events(at=last_evening + dt.timedelta(days=1))) == ["congreso-2027"]
