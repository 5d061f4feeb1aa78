"""Tickets, variations, workshops and shared quotas: added, changed, moved, and what is refused."""

import dataclasses
import datetime as dt

import pytest

from conference.models import HistoryEntry
from registration.models import (
    IncludedWorkshop,
    Price,
    Quota,
    QuotaPlace,
    TicketType,
    TicketVariation,
    Workshop,
)
from registration.operations import cataloguing, setting_quotas
from registration.operations.cancelling import cancel_order
from registration.queries.catalogue_desk import (
    SaleState,
    catalogue_on_the_desk,
    state_of_ticket_type,
)
from registration.rules.catalogue import CatalogueRefused, InUse
from registration.rules.refusals import NothingLikeIt, SoldOut
from tests.conftest import NOON
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = pytest.mark.django_db

NEW = {
    "name": {"es": "Residente", "en": "Resident"}, "price_minor": 9_000, "currency": "USD",
    "places": 20, "badge_role": {"es": "Residente"}, "professions": ["resident"], "slug": "",
}  # fmt: skip


def last_entry() -> tuple[str, dict]:
    entry = HistoryEntry.objects.first()
    return entry.action, entry.data


def test_a_ticket_type_is_added_with_a_short_name_of_its_own(event, policy, ultrasound, by):
    first = cataloguing.add_ticket_type(event=event, values=NEW, included=[ultrasound], **by)
    second = cataloguing.add_ticket_type(event=event, values=NEW, **by)

    assert (first.slug, second.slug) == ("resident", "resident-2")
    assert (first.sort_key, second.sort_key) == (10, 20)
    assert first.name.data == {"es": "Residente", "en": "Resident"}
    assert [each.workshop for each in first.included_workshops.all()] == [ultrasound]
    assert (
        buy(
            first, attendee=dataclasses.replace(somebody(1), profession="resident")
        ).registrations.count()
        == 1
    )
    action, data = last_entry_of(second)
    assert action == "catalogue.added"
    assert data["price_minor"] == 9_000


def last_entry_of(row) -> tuple[str, dict]:
    entry = HistoryEntry.objects.filter(
        subject_type=row._meta.label_lower, subject_id=row.pk
    ).first()
    return entry.action, entry.data


def test_a_change_is_recorded_with_what_was_and_what_is(event, physician_ticket, ultrasound, by):
    cataloguing.change_ticket_type(
        event=event,
        ticket_type_id=physician_ticket.pk,
        values={"price_minor": 20_000, "places": 10, "sale_ends_at": NOON},
        included=[ultrasound],
        **by,
    )

    physician_ticket.refresh_from_db()
    assert (physician_ticket.price_minor, physician_ticket.sale_ends_at) == (20_000, NOON)
    assert last_entry_of(physician_ticket) == (
        "catalogue.changed",
        {
            "price_minor": [18_000, 20_000],
            "sale_ends_at": [None, NOON.isoformat()],
            "included": [[], [ultrasound.pk]],
        },
    )


def test_saving_without_a_change_leaves_no_line_of_history(event, physician_ticket, by):
    cataloguing.change_ticket_type(
        event=event, ticket_type_id=physician_ticket.pk, values={"places": 10}, **by
    )

    assert HistoryEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"places": 1}, "places"),
        ({"min_per_order": 3, "max_per_order": 2}, "max_per_order"),
        ({"sale_starts_at": NOON, "sale_ends_at": NOON}, "sale_ends_at"),
        ({"slug": "student"}, "slug"),
        ({"currency": "usd"}, "currency"),
        ({"badge_colour": 13}, "badge_colour"),
        ({"price_minor": -1}, "price_minor"),
        ({"places": 2**40}, "places"),
    ],
)
def test_a_ticket_type_that_would_make_no_sense_is_refused_and_stays(
    event, physician_ticket, by, values, field
):
    make_ticket_type(event, "student")
    buy(physician_ticket)
    buy(physician_ticket, attendee=somebody(1))
    before = TicketType.objects.filter(pk=physician_ticket.pk).values().get()

    with pytest.raises(CatalogueRefused) as refused:
        cataloguing.change_ticket_type(
            event=event, ticket_type_id=physician_ticket.pk, values=values, **by
        )

    assert refused.value.field == field
    assert TicketType.objects.filter(pk=physician_ticket.pk).values().get() == before
    assert not HistoryEntry.objects.filter(action="catalogue.changed").exists()


def test_tickets_that_would_hide_each_other_for_ever_are_refused(event, by, policy):
    first = make_ticket_type(event, "first")
    second = make_ticket_type(event, "second", shown_after=first)

    for ticket_type, before in ((first, second), (first, first)):
        with pytest.raises(CatalogueRefused) as refused:
            cataloguing.change_ticket_type(
                event=event, ticket_type_id=ticket_type.pk, values={"shown_after": before}, **by
            )
        assert refused.value.field == "shown_after"
    first.refresh_from_db()
    assert first.shown_after is None


def test_nothing_of_another_event_is_changed_or_pointed_at(event, other_event, by, policy):
    here = make_ticket_type(event)
    there = make_ticket_type(other_event)

    with pytest.raises(NothingLikeIt):
        cataloguing.change_ticket_type(
            event=event, ticket_type_id=there.pk, values={"places": 5}, **by
        )
    with pytest.raises(NothingLikeIt):
        cataloguing.change_ticket_type(
            event=event, ticket_type_id=here.pk, values={"shown_after": there}, **by
        )
    foreign = Workshop.objects.create(event=other_event, slug="a", name="A", price_minor=0, seats=1)
    with pytest.raises(NothingLikeIt):
        cataloguing.change_ticket_type(
            event=event, ticket_type_id=here.pk, values={}, included=[foreign], **by
        )
    there.refresh_from_db()
    assert (there.places, IncludedWorkshop.objects.count()) == (10, 0)


def test_what_was_sold_is_not_deleted_but_no_longer_offered(event, physician_ticket, by):
    order = buy(physician_ticket)
    cancel_order(order_id=order.pk, actor=None, at=NOON)

    with pytest.raises(InUse):
        cataloguing.delete_ticket_type(event=event, ticket_type_id=physician_ticket.pk, **by)
    cataloguing.stop_offering(event=event, sold=TicketType, pk=physician_ticket.pk, **by)

    physician_ticket.refresh_from_db()
    assert physician_ticket.is_offered is False
    assert last_entry() == ("catalogue.changed", {"is_offered": [True, False]})


def test_what_was_never_sold_is_deleted(event, physician_ticket, ultrasound, by):
    cataloguing.delete_ticket_type(event=event, ticket_type_id=physician_ticket.pk, **by)
    cataloguing.delete_workshop(event=event, workshop_id=ultrasound.pk, **by)

    assert (TicketType.objects.count(), Workshop.objects.count()) == (0, 0)
    assert [entry.subject_id for entry in HistoryEntry.objects.order_by("pk")] == [
        physician_ticket.pk, ultrasound.pk,
    ]  # fmt: skip


def test_tickets_are_moved_one_place_and_stay_at_the_ends(event, by, policy):
    slugs = ["a", "b", "c"]
    a, _b, c = (make_ticket_type(event, slug) for slug in slugs)

    def order():
        return list(event.ticket_types.values_list("slug", flat=True))

    cataloguing.move_ticket_type(event=event, ticket_type_id=c.pk, is_up=True, **by)
    assert order() == ["a", "c", "b"]
    cataloguing.move_ticket_type(event=event, ticket_type_id=a.pk, is_up=True, **by)
    assert order() == ["a", "c", "b"]
    cataloguing.move_ticket_type(event=event, ticket_type_id=a.pk, is_up=False, **by)
    assert order() == ["c", "a", "b"]


def test_a_variation_is_added_changed_and_kept_once_sold(event, physician_ticket, by):
    online = cataloguing.add_variation(
        event=event, ticket_type_id=physician_ticket.pk,
        values={"name": {"en": "Online"}, "places": 3, "slug": ""}, **by,
    )  # fmt: skip
    priced = cataloguing.add_variation(
        event=event, ticket_type_id=physician_ticket.pk,
        values={"name": {"en": "On site"}, "places": None, "slug": "site"}, **by,
    )  # fmt: skip
    Price.objects.create(
        event=event, ticket_type=physician_ticket, variation=priced, currency="USD", amount_minor=1
    )
    TicketVariation.objects.filter(pk=online.pk).update(places_taken=2)

    with pytest.raises(CatalogueRefused) as refused:
        cataloguing.change_variation(
            event=event, variation_id=online.pk, values={"places": 1}, **by
        )
    with pytest.raises(InUse):
        cataloguing.delete_variation(event=event, variation_id=priced.pk, **by)

    online.refresh_from_db()
    assert (online.slug, online.places, refused.value.field) == ("online", 3, "places")
    assert TicketVariation.objects.count() == 2


def test_a_workshop_keeps_its_seats_and_its_session_is_no_others(event, ultrasound, by, room):
    from tests.schedule.factories import make_session

    session = make_session(event)
    Workshop.objects.filter(pk=ultrasound.pk).update(seats_taken=2, session=session)

    with pytest.raises(CatalogueRefused) as too_few:
        cataloguing.change_workshop(
            event=event, workshop_id=ultrasound.pk, values={"seats": 1}, **by
        )
    with pytest.raises(CatalogueRefused) as same_session:
        cataloguing.add_workshop(
            event=event,
            values={
                "name": {"es": "Vía aérea"}, "kind": "workshop", "session": session,
                "price_minor": 0, "currency": "USD", "seats": 3, "slug": "",
            },
            **by,
        )  # fmt: skip

    assert (too_few.value.field, same_session.value.field) == ("seats", "session")
    assert Workshop.objects.get().seats == 2


def test_changing_what_shares_a_quota_counts_its_places_anew(
    event, physician_ticket, free_ticket, ultrasound, by
):
    buy(physician_ticket, workshops=[ultrasound])
    gone = buy(free_ticket, attendee=somebody(1))
    buy(free_ticket, attendee=somebody(2))
    cancel_order(order_id=gone.pk, actor=None, at=NOON)

    quota = setting_quotas.add_quota(
        event=event, values={"name": "Room", "size": 3},
        ticket_types=[physician_ticket, free_ticket], workshops=[ultrasound], **by,
    )  # fmt: skip
    quota.refresh_from_db()
    assert quota.taken == QuotaPlace.objects.filter(state="active").count() == 3
    with pytest.raises(SoldOut):
        buy(free_ticket, attendee=somebody(3))

    setting_quotas.change_quota(
        event=event, quota_id=quota.pk, values={"name": "Room", "size": 2},
        ticket_types=[physician_ticket], workshops=[], **by,
    )  # fmt: skip
    quota.refresh_from_db()
    assert (quota.taken, quota.size) == (1, 2)
    assert QuotaPlace.objects.get(state="active").registration.ticket_type == physician_ticket
    assert last_entry() == (
        "catalogue.changed",
        {
            "size": [3, 2],
            "ticket_types": [sorted([physician_ticket.pk, free_ticket.pk]), [physician_ticket.pk]],
            "workshops": [[ultrasound.pk], []],
            "taken": [3, 1],
        },
    )
    assert buy(physician_ticket, attendee=somebody(4)).pk
    with pytest.raises(SoldOut):
        buy(physician_ticket, attendee=somebody(5))


def test_a_quota_is_never_made_smaller_than_what_is_taken(event, physician_ticket, free_ticket, by):
    buy(physician_ticket)
    buy(free_ticket, attendee=somebody(1))
    quota = setting_quotas.add_quota(
        event=event, values={"name": "Room", "size": 1},
        ticket_types=[physician_ticket], workshops=[], **by,
    )  # fmt: skip

    with pytest.raises(CatalogueRefused) as refused:
        setting_quotas.change_quota(
            event=event, quota_id=quota.pk, values={"name": "Hall", "size": 1},
            ticket_types=[physician_ticket, free_ticket], workshops=[], **by,
        )  # fmt: skip
    with pytest.raises(InUse):
        setting_quotas.delete_quota(event=event, quota_id=quota.pk, **by)

    assert refused.value.field == "size"
    quota.refresh_from_db()
    assert (quota.name, quota.taken, QuotaPlace.objects.count()) == ("Room", 1, 1)
    assert list(quota.ticket_types.all()) == [physician_ticket]


def test_a_place_that_an_offer_holds_is_not_forgotten_by_the_count(event, physician_ticket, by):
    quota = setting_quotas.add_quota(
        event=event, values={"name": "Room", "size": 3},
        ticket_types=[physician_ticket], workshops=[], **by,
    )  # fmt: skip
    Quota.objects.filter(pk=quota.pk).update(taken=2)

    setting_quotas.change_quota(
        event=event, quota_id=quota.pk, values={"name": "Room", "size": 4},
        ticket_types=[physician_ticket], workshops=[], **by,
    )  # fmt: skip

    quota.refresh_from_db()
    assert (quota.size, quota.taken) == (4, 2)


def test_an_order_that_read_the_old_list_is_counted_by_the_sweeper_once(
    event, physician_ticket, by
):
    quota = setting_quotas.add_quota(
        event=event, values={"name": "Room", "size": 1},
        ticket_types=[physician_ticket], workshops=[], **by,
    )  # fmt: skip
    buy(physician_ticket)
    quota.ticket_types.clear()  # what such an order saw
    buy(physician_ticket, attendee=somebody(1))
    quota.ticket_types.add(physician_ticket)
    soon, later = NOON + dt.timedelta(minutes=1), NOON + dt.timedelta(minutes=6)

    assert setting_quotas.settle_changed_quotas(at=later) == 0
    assert setting_quotas.settle_changed_quotas(at=soon) == 1
    assert setting_quotas.settle_changed_quotas(at=soon) == 0

    quota.refresh_from_db()
    assert (quota.taken, quota.size) == (2, 2)
    assert QuotaPlace.objects.filter(quota=quota, state="active").count() == 2
    entry = HistoryEntry.objects.filter(action="catalogue.changed").get()
    assert (entry.actor, entry.data) == (None, {"taken": [1, 2], "size": [1, 2]})


def test_the_state_of_a_ticket_is_the_first_thing_that_keeps_buyers_from_it(event, policy):
    first = make_ticket_type(event, "first")
    cases = {
        "offered": ({}, SaleState.ON_SALE),
        "stopped": ({"is_offered": False}, SaleState.NOT_OFFERED),
        "early": ({"sale_starts_at": NOON + dt.timedelta(seconds=1)}, SaleState.NOT_YET),
        "late": ({"sale_ends_at": NOON}, SaleState.OVER),
        "hidden": ({"shown_from": NOON + dt.timedelta(seconds=1)}, SaleState.HIDDEN),
        "behind": ({"shown_after": first}, SaleState.HIDDEN),
        "queue": ({"waiting": 1}, SaleState.WAITED_FOR),
        "full": ({"places": 0}, SaleState.SOLD_OUT),
        "faculty": ({"needs_code": True}, SaleState.NEEDS_CODE),
    }

    found = {
        slug: state_of_ticket_type(make_ticket_type(event, slug, **fields), at=NOON)
        for slug, (fields, _state) in cases.items()
    }

    assert found == {slug: state for slug, (_fields, state) in cases.items()}


@pytest.mark.parametrize("number", [1, 3])
def test_the_overview_asks_a_constant_number_of_questions(
    event, policy, number, django_assert_num_queries
):
    for n in range(number):
        ticket_type = make_ticket_type(event, f"t{n}")
        TicketVariation.objects.create(event=event, ticket_type=ticket_type, slug="a", name="A")
        workshop = Workshop.objects.create(
            event=event, slug=f"w{n}", name="W", price_minor=0, seats=1
        )
        IncludedWorkshop.objects.create(ticket_type=ticket_type, workshop=workshop)
        quota = Quota.objects.create(event=event, name=f"q{n}", size=1)
        quota.ticket_types.add(ticket_type)

    with django_assert_num_queries(9):
        found = catalogue_on_the_desk(event, at=NOON)

    assert [len(each.quotas) for each in found.ticket_types] == [1] * number
