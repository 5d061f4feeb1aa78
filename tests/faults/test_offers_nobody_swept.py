"""
The sweeper is dead for a day: offers that are over still count as free (F19).

The control hides what is over from whoever looks, as if only the sweeper could find it.
"""

import pytest

from registration.models import Registration
from registration.operations.cancelling import cancel_order
from registration.operations.offering import look_in, offer_freed_places
from registration.rules.refusals import SoldOut
from tests.conftest import NOON
from tests.registration.ordering.conftest import buy, somebody
from tests.registration.waiting.conftest import join, line, policy, sold_out, states

__all__ = ["policy"]
pytestmark = pytest.mark.django_db
PLACES = 4


@pytest.fixture
def forgotten(event, policy):
    """All places are offered, and the time of every offer is over. Nobody noticed."""
    course, orders = sold_out(event, places=PLACES)
    entries = [join(course, number) for number in range(PLACES)]
    for order in orders:
        cancel_order(order_id=order.pk, actor=None, at=NOON)
    offer_freed_places(line(course), at=NOON)
    assert states(*entries) == ["offered"] * PLACES
    return course, entries, entries[0].offer_ends_at


@pytest.fixture
def only_a_sweeper_could_find_them(monkeypatch):
    monkeypatch.setattr(
        "registration.operations.offering.overdue_offers_holding", lambda *_, **__: []
    )


def test_the_next_in_line_are_served_when_they_look(forgotten):
    course, entries, over = forgotten
    next_ones = [join(course, 10 + number) for number in range(PLACES)]

    pages = [look_in(token=entry.token, at=over) for entry in next_ones]

    assert [page.offer_stands for page in pages] == [True] * PLACES
    assert states(*entries, *next_ones) == ["lapsed"] * PLACES + ["offered"] * PLACES
    course.refresh_from_db()
    assert (course.places_taken, course.waiting) == (PLACES, 0)


def test_buyers_get_the_places_when_nobody_waits(forgotten):
    course, entries, over = forgotten

    for number in range(PLACES):
        buy(course, attendee=somebody(100 + number), at=over)

    assert states(*entries) == ["lapsed"] * PLACES
    assert Registration.objects.holding_a_place().count() == PLACES
    with pytest.raises(SoldOut):
        buy(course, attendee=somebody(200), at=over)


@pytest.mark.usefixtures("only_a_sweeper_could_find_them")
def test_without_looking_for_them_the_places_would_lie_unsold(forgotten):
    course, entries, over = forgotten
    next_one = join(course, 10)

    assert not look_in(token=next_one.token, at=over).offer_stands

    assert states(*entries, next_one) == ["offered"] * PLACES + ["waiting"]


@pytest.mark.usefixtures("only_a_sweeper_could_find_them")
def test_without_looking_for_them_buyers_would_be_refused(forgotten):
    course, _entries, over = forgotten

    with pytest.raises(SoldOut):
        buy(course, attendee=somebody(100), at=over)
