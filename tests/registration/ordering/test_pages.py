import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from conference.web import momentary
from registration.models import Order, Registration, RegistrationPolicy
from registration.operations.paying import record_payment
from tests.conftest import make_user, signed_in
from tests.registration.ordering.conftest import buy, make_ticket_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(event):
    """Open now: pages read the real clock."""
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=timezone.now() - dt.timedelta(days=1),
        closes_at=timezone.now() + dt.timedelta(days=30),
        bank_instructions="CBU 0110599520000012345678",
        terms="Be kind.",
        terms_version="1",
    )


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


CHOICE = "?country=AR&profession=physician&ticket=physician&workshops=ultrasound"


def typed_person(number=1, **changes):
    person = {
        "badge_name": "Dra. Ana Ñandú",
        "certificate_name": "Ana María Ñandú",
        "email": f"ana{number}@example.org",
        "profession": "physician",
        "country": "AR",
        "institution": "Hospital Fernández",
        "ticket": "physician",
        "workshops": "ultrasound",
        **changes,
    }
    return {f"person-{number}-{name}": value for name, value in person.items()}


def typed(agreed="USD 23000", **changes):
    """The page as it is sent for one person; `changes` are hers if she has such a field."""
    order = {
        "people": "1",
        "payment": "bank_transfer",
        "terms_accepted": "on",
        "submission_token": "a-form",
        "agreed": agreed,
    }
    order |= {name: changes.pop(name) for name in list(changes) if name in order}
    return order | typed_person(**changes)


def test_the_event_page_says_what_costs_what(event, physician_ticket, ultrasound, english):
    make_ticket_type(event, "resident", price_minor=9000, places=0)

    page = english.get(f"/e/{event.slug}/")

    assert page.status_code == 200
    words = page.content.decode()
    for said in (
        "USD 180.00",
        "10 places left",
        "Sold out",
        "2 places left",
        "Centro de Convenciones",
    ):
        assert said in words
    assert f'href="/e/{event.slug}/register/"' in words


def test_an_unpublished_event_has_no_page(event, english):
    event.published_at = None
    event.save(update_fields=("published_at",))

    for address in ("", "register/", "register/details/"):
        assert english.get(f"/e/{event.slug}/{address}").status_code == 404


def test_registering_before_it_opens_is_not_offered(event, policy, physician_ticket, english):
    policy.opens_at = timezone.now() + dt.timedelta(days=1)
    policy.save(update_fields=("opens_at",))

    assert "Registration opens on" in english.get(f"/e/{event.slug}/").content.decode()
    assert "Registration opens on" in english.get(f"/e/{event.slug}/register/").content.decode()


def test_the_total_follows_the_choice(event, physician_ticket, ultrasound, english):
    answer = english.get(f"/e/{event.slug}/register/{CHOICE}")

    assert '<strong class="numeric">USD 230.00</strong>' in answer.content.decode()


def test_a_choice_that_is_none_comes_back_with_422(event, physician_ticket, english):
    page = english.get(f"/e/{event.slug}/register/details/{CHOICE}&ticket=unknown")

    assert page.status_code == 422
    assert "This ticket is not on sale now." in page.content.decode()


def test_registering_places_an_order_and_shows_how_to_pay(
    event, physician_ticket, ultrasound, english
):
    page = english.get(f"/e/{event.slug}/register/details/{CHOICE}")
    assert page.status_code == 200
    assert "USD 230.00" in page.content.decode()

    answer = english.post(f"/e/{event.slug}/register/details/{CHOICE}", typed())

    order = Order.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/o/{order.token}/")
    assert (order.total_minor, order.language) == (23000, "en")
    words = english.get(f"/o/{order.token}/").content.decode()
    for said in (f"{order.reference[:4]}-{order.reference[4:]}", "CBU 0110599520000012345678"):
        assert said in words


def test_a_form_sent_twice_is_one_order(event, physician_ticket, ultrasound, english):
    type(ultrasound).objects.update(seats=1)  # the first takes the last
    address = f"/e/{event.slug}/register/details/{CHOICE}"

    first, second = (english.post(address, typed())["Location"] for _ in range(2))

    assert first == second
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"badge_name": " "}, "cannot be empty"),
        ({"badge_name": ""}, "Please write the name for your badge."),
        ({"badge_name": "A" + "\u0301" * 199}, "too many marks"),
        ({"certificate_name": "W" * 201}, "Please shorten it to 200 characters."),
        ({"email": "a@localhost"}, "Please look at the e-mail address again."),
        ({"email": "x" * 300}, "Please look at the e-mail address again."),
        ({"terms_accepted": ""}, "Please accept the terms"),
        ({"payment": "gold"}, "gold"),
        ({"ticket": "unknown"}, "This ticket is not on sale now."),
        ({"workshops": "unknown"}, "not offered now"),
        ({"email": "a@b.co\r\nBcc: x@example.org"}, "Please look at the e-mail address again."),
        ({"country": "XX"}, "XX"),
        ({"badge_name": "a\x00b"}, "Null characters are not allowed"),
    ],
)
@pytest.mark.usefixtures("physician_ticket", "ultrasound")
def test_a_refused_form_keeps_what_was_typed(event, english, changes, said):
    address = f"/e/{event.slug}/register/details/{CHOICE}"

    page = english.post(address, typed(**changes))

    assert page.status_code == 422
    words = page.content.decode()
    assert said in words
    assert "Hospital Fernández" in words
    assert 'value="a-form"' in words
    assert Order.objects.count() == 0


def test_sold_out_meanwhile_is_said_on_the_form(event, policy, english):
    make_ticket_type(event, places=0)

    page = english.post(
        f"/e/{event.slug}/register/details/{CHOICE}", typed("USD 18000", workshops="")
    )

    assert page.status_code == 422
    assert "no place of this kind left" in page.content.decode()
    assert Order.objects.count() == 0


def test_hostile_words_are_shown_as_words(event, physician_ticket, ultrasound, english):
    hostile = '"><img src=x onerror=alert(1)>'
    english.post(f"/e/{event.slug}/register/details/{CHOICE}", typed(badge_name=hostile))

    registration = Registration.objects.get()
    for address in (f"/r/{registration.token}/", f"/o/{registration.order.token}/"):
        words = english.get(address).content.decode()
        assert "<img src=x" not in words
        assert "&lt;img src=x" in words


def test_she_cancels_a_held_order_by_its_secret_address(physician_ticket, english):
    order = buy(physician_ticket, at=timezone.now())

    answer = english.post(f"/o/{order.token}/cancel/", follow=True)

    order.refresh_from_db()
    assert order.state == "cancelled"
    assert "Your order is cancelled." in answer.content.decode()


def test_she_cannot_cancel_a_paid_order_there(physician_ticket, english):
    order = buy(physician_ticket, at=timezone.now())
    record_payment(
        order_id=order.pk, amount_minor=18000, external_id="T", received_at=timezone.now(),
        actor=None, at=timezone.now(),
    )  # fmt: skip

    assert "Cancel this order" not in english.get(f"/o/{order.token}/").content.decode()
    answer = english.post(f"/o/{order.token}/cancel/", follow=True)

    order.refresh_from_db()
    assert order.state == "confirmed"
    assert "can no longer be cancelled here" in answer.content.decode()


def test_the_ticket_shows_its_code_once_it_is_confirmed(free_ticket, physician_ticket, english):
    confirmed = buy(free_ticket, at=timezone.now()).registrations.get()
    badge = confirmed.badges.get()

    words = english.get(f"/r/{confirmed.token}/").content.decode()
    drawing = english.get(f"/r/{confirmed.token}/qr.svg")
    picture = english.get(f"/r/{confirmed.token}/qr.png")

    assert badge.token[:4] + " " + badge.token[4:8] in words
    assert drawing["Content-Type"] == "image/svg+xml"
    assert b"<svg" in drawing.content
    assert picture.content.startswith(b"\x89PNG")


def test_an_unpaid_place_has_no_code(physician_ticket, english):
    registration = buy(physician_ticket, at=timezone.now()).registrations.get()

    assert "qr.svg" not in english.get(f"/r/{registration.token}/").content.decode()
    assert english.get(f"/r/{registration.token}/qr.svg").status_code == 404
    assert english.get(f"/r/{registration.token}/qr.png").status_code == 404


def test_she_corrects_her_names(free_ticket, english):
    registration = buy(free_ticket, at=timezone.now()).registrations.get()
    address = f"/r/{registration.token}/names/"
    names = {"badge_name": "Ana", "certificate_name": "  Ana  Núñez ", "institution": ""}

    refused = english.post(address, {**names, "badge_name": ""})
    assert refused.status_code == 422
    answer = english.post(address, names)

    registration.refresh_from_db()
    assert answer.status_code == 302
    assert (registration.badge_name, registration.certificate_name) == ("Ana", "Ana Núñez")
    assert registration.search_text == "ana ana nunez ana@example.org"


def test_an_unknown_address_is_not_found(db, english):
    for address in ("/o/NOBODY/", "/r/NOBODY/", f"/r/{'9' * 400}/", "/r/NOBODY/qr.svg", "/e/x/"):
        assert english.get(address).status_code == 404, address


def test_my_registrations_asks_who_one_is_and_lists_only_mine(
    physician_ticket, free_ticket, stranger, english
):
    buy(physician_ticket, at=timezone.now())
    mine = Registration.objects.get()
    Registration.objects.update(person=stranger)
    buy(free_ticket, at=timezone.now(), attendee=_eva())

    assert english.get("/my/").status_code == 302
    words = signed_in(stranger).get("/my/").content.decode()

    assert f"/r/{mine.token}/" in words
    assert words.count('href="/r/') == 1


def _eva():
    from tests.registration.ordering.conftest import somebody

    return somebody(7)


def test_a_price_and_a_place_that_changed_are_seen_within_two_seconds(
    event, physician_ticket, english, monkeypatch
):
    now = [100.0]
    monkeypatch.setattr(momentary.time, "monotonic", lambda: now[0])
    pages = (f"/e/{event.slug}/", f"/api/v1/events/{event.slug}/ticket-types/")
    before = [english.get(page).content for page in pages]
    physician_ticket.price_minor, physician_ticket.places = 12_300, 7
    physician_ticket.save(update_fields=("price_minor", "places"))

    assert [len(english.get(page).content) for page in pages] == [len(one) for one in before]
    now[0] += 2
    after = [english.get(page).content.decode() for page in pages]

    assert "USD 123.00" in after[0]
    assert "7 places left" in after[0]
    assert '"places_left":7' in after[1]


def test_the_event_page_of_somebody_signed_in_is_given_to_nobody_else(
    event, physician_ticket, english
):
    member = signed_in(make_user("ana@example.org"))
    stranger_before = english.get(f"/e/{event.slug}/").content.decode()

    hers = member.get(f"/e/{event.slug}/").content.decode()
    stranger_after = english.get(f"/e/{event.slug}/").content.decode()

    assert "/accounts/logout/" in hers
    assert "/accounts/logout/" not in stranger_before + stranger_after


def test_a_crowd_of_strangers_asks_postgresql_once_a_second(
    event, physician_ticket, english, django_assert_num_queries
):
    english.get(f"/e/{event.slug}/")

    with django_assert_num_queries(0):
        for _stranger in range(3):
            english.get(f"/e/{event.slug}/")
