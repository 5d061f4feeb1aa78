"""More time, other workshops, another person, no place: what people do themselves, money first."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from conference.models import HistoryEntry
from registration.models import Order, Refund, RegistrationPolicy, WaysOfPayment
from registration.operations.extending import extend_hold
from registration.operations.paying import record_payment
from registration.rules.refusals import CannotBeExtended
from registration.states import PaymentMethod
from tests.conftest import NOON
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody, wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(event):
    """Open now, and the event is far away: pages read the real clock."""
    today = timezone.now().date()
    event.first_day, event.last_day = today + dt.timedelta(days=60), today + dt.timedelta(days=64)
    event.save(update_fields=("first_day", "last_day"))
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=timezone.now() - dt.timedelta(days=2000),
        closes_at=timezone.now() + dt.timedelta(days=2000),
        transfer_days=5,
        hold_extensions=2,
        refund_steps=[{"days_before": 30, "percent": 50}],
        terms="Be kind.",
        terms_version="1",
    )


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


def paid(order: Order) -> Order:
    record_payment(
        order_id=order.pk, amount_minor=order.total_minor, external_id=order.reference,
        received_at=timezone.now(), actor=None, at=timezone.now(),
    )  # fmt: skip
    order.refresh_from_db()
    return order


def test_a_hold_is_extended_so_often_and_no_more(physician_ticket):
    order = buy(physician_ticket)
    later = NOON + dt.timedelta(days=1)

    extend_hold(order_id=order.pk, actor=None, at=later)
    order = extend_hold(order_id=order.pk, actor=None, at=later + dt.timedelta(days=1))

    assert (order.times_extended, order.expires_at) == (2, later + dt.timedelta(days=6))
    lines = HistoryEntry.objects.filter(action="order.extended").order_by("pk")
    assert [line.data for line in lines] == [{"times": 1}, {"times": 2}]
    with pytest.raises(CannotBeExtended):
        extend_hold(order_id=order.pk, actor=None, at=later + dt.timedelta(days=2))
    order.refresh_from_db()
    assert (order.times_extended, order.expires_at) == (2, later + dt.timedelta(days=6))


def test_a_hold_that_is_over_is_not_extended(physician_ticket):
    order = buy(physician_ticket)
    over = order.expires_at

    with pytest.raises(CannotBeExtended):
        extend_hold(order_id=order.pk, actor=None, at=over)

    order.refresh_from_db()
    assert (order.times_extended, order.expires_at, order.state) == (0, over, "pending")


def test_paying_at_the_desk_has_no_longer_hold_to_give(event, physician_ticket):
    WaysOfPayment.objects.create(event=event, on_site=True)
    order = buy(physician_ticket, payment_method=PaymentMethod.ON_SITE.value)

    with pytest.raises(CannotBeExtended):
        extend_hold(order_id=order.pk, actor=None, at=NOON + dt.timedelta(days=1))


def test_the_order_page_says_until_when_and_gives_more_time(physician_ticket, policy, english):
    order = buy(physician_ticket, at=timezone.now() - dt.timedelta(hours=1))

    words = english.get(f"/o/{order.token}/").content.decode()
    assert re.search(r"Held until \w+ \d+ \w+, \d\d:\d\d \(Buenos Aires\)", words)
    assert "I need more time" in words
    answer = english.post(f"/o/{order.token}/extend/", follow=True)
    assert "You have more time to pay." in answer.content.decode()

    policy.hold_extensions = 1
    policy.save(update_fields=("hold_extensions",))
    assert "I need more time" not in english.get(f"/o/{order.token}/").content.decode()
    refused = english.post(f"/o/{order.token}/extend/", follow=True).content.decode()
    assert "This hold cannot be extended any more." in refused
    order.refresh_from_db()
    assert order.times_extended == 1


def test_she_sees_the_difference_before_her_workshops_change(physician_ticket, ultrasound, english):
    registration = buy(physician_ticket, at=timezone.now()).registrations.get()
    address = f"/r/{registration.token}/workshops/"

    seen = english.get(f"{address}?look=1&workshops=ultrasound").content.decode()
    assert "Change for USD 50.00 more" in seen
    assert registration.workshop_bookings.count() == 0
    unseen = english.post(address, {"workshops": "ultrasound", "agreed": "USD 0"})
    assert unseen.status_code == 422
    assert registration.workshop_bookings.count() == 0

    english.post(address, {"workshops": "ultrasound", "agreed": "USD 5000"})

    assert registration.workshop_bookings.get().workshop == ultrasound
    registration.order.refresh_from_db()
    assert registration.order.total_minor == 23_000
    back = english.get(f"{address}?look=1").content.decode()  # nothing is paid: nothing goes back
    assert "Less to pay" in back
    assert "USD 50.00 back" not in back


def test_a_workshop_that_is_none_is_refused_on_the_page(physician_ticket, english):
    registration = buy(physician_ticket, at=timezone.now()).registrations.get()

    page = english.post(
        f"/r/{registration.token}/workshops/", {"workshops": "x", "agreed": "USD 0"}
    )

    assert page.status_code == 422
    assert "not offered now" in page.content.decode()


EVA = {
    "badge_name": "Eva", "certificate_name": "Eva Ruiz", "email": "eva@example.org",
    "profession": "physician", "country": "AR", "institution": "", "sure": "on",
}  # fmt: skip


def test_she_gives_her_place_away(physician_ticket, english):
    registration = paid(buy(physician_ticket, at=timezone.now())).registrations.get()
    old = registration.token

    refused = english.post(f"/r/{old}/transfer/", EVA | {"email": "eva@", "sure": ""})
    assert refused.status_code == 422
    assert 'value="Eva Ruiz"' in refused.content.decode()
    answer = english.post(f"/r/{old}/transfer/", EVA)

    registration.refresh_from_db()
    assert (registration.email, registration.badge_name) == ("eva@example.org", "Eva")
    assert registration.token not in answer.content.decode()
    assert english.get(f"/r/{old}/").status_code == 404


def test_after_the_date_for_changes_the_organisers_are_asked(policy, physician_ticket, english):
    registration = buy(physician_ticket, at=timezone.now()).registrations.get()
    policy.changes_until = timezone.now() - dt.timedelta(seconds=1)
    policy.save(update_fields=("changes_until",))

    for page in ("workshops", "transfer"):
        answer = english.post(f"/r/{registration.token}/{page}/", EVA, follow=True)
        assert "Please write to the organisers." in answer.content.decode()
    registration.refresh_from_db()
    assert registration.email == "ana@example.org"


def test_what_goes_back_is_shown_first_and_the_second_step_cancels(physician_ticket, english):
    people = [wish(physician_ticket, attendee=somebody(number)) for number in (1, 2)]
    order = paid(buy(physician_ticket, people=people, at=timezone.now()))
    first, second = order.registrations.order_by("pk")

    shown = english.get(f"/r/{first.token}/cancel/").content.decode()
    assert "Cancel and get USD 90.00 back" in shown
    first.refresh_from_db()
    assert first.state == "confirmed"
    english.post(f"/r/{first.token}/cancel/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("cancelled", "confirmed")
    assert Refund.objects.get().amount_minor == 9_000

    rest = english.get(f"/o/{order.token}/cancel/").content.decode()
    assert "You get USD 90.00 back, the way you paid." in rest
    english.post(f"/o/{order.token}/cancel/")
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_once_the_event_begins_nobody_cancels_alone(event, physician_ticket, english):
    order = paid(buy(physician_ticket, at=timezone.now()))
    registration = order.registrations.get()
    event.first_day = timezone.now().date() - dt.timedelta(days=1)
    event.save(update_fields=("first_day",))

    for address in (f"/r/{registration.token}/cancel/", f"/o/{order.token}/cancel/"):
        assert english.get(address).status_code == 302
        answer = english.post(address, follow=True)
        assert "can no longer be cancelled here" in answer.content.decode()
    registration.refresh_from_db()
    assert (registration.state, Refund.objects.count()) == ("confirmed", 0)


def test_who_was_only_registered_by_others_does_not_learn_the_address_of_the_order(
    physician_ticket, english
):
    people = [wish(physician_ticket, attendee=somebody(number)) for number in (1, 2)]
    order = buy(
        physician_ticket, people=people, payer_email="office@example.org", at=timezone.now()
    )

    for registration in order.registrations.all():
        assert order.token not in english.get(f"/r/{registration.token}/").content.decode()
    alone = buy(make_ticket_type(physician_ticket.event, "alone"), at=timezone.now())
    words = english.get(f"/r/{alone.registrations.get().token}/").content.decode()
    assert f"/o/{alone.token}/" in words
