"""From a full course, by its waiting list, to a confirmed place: in a real browser, on a phone."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from conference.models import EmailMessage
from registration.models import Order, RegistrationPolicy, WaitingEntry
from registration.operations.cancelling import cancel_order
from registration.operations.paying import record_payment
from tests.browser import PHONE
from tests.conftest import make_event
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EMAIL = "ines.nandu@example.org"


@pytest.fixture
def full_course(settings, live_server):
    settings.SITE_URL = live_server.url
    now = timezone.now()
    event = make_event(
        "curso-eco", first_day=now.date().replace(year=now.year + 1),
        last_day=now.date().replace(year=now.year + 1), published_at=now,
    )  # fmt: skip
    RegistrationPolicy.objects.create(
        event=event, opens_at=now.replace(year=now.year - 1),
        closes_at=now.replace(year=now.year + 1), terms="Be kind.", terms_version="1",
    )  # fmt: skip
    course = make_ticket_type(event, "course", places=1)
    return course, buy(course, attendee=somebody(1), at=now)


def link_in_the_letter(kind: str) -> str:
    letter = EmailMessage.objects.get(kind=f"registration/email/waiting_{kind}")
    assert letter.to_address == EMAIL
    return re.search(r"https?://\S+/q/\w+/", letter.text_body).group()


def fill_in(page: Page) -> None:
    page.get_by_label("Name on the certificate").fill("Inés Ñandú Güemes")
    page.get_by_label("Profession").select_option("physician")
    page.get_by_label("Country of practice").select_option("AR")
    page.wait_for_load_state("networkidle")


def test_from_a_full_course_by_the_waiting_list_to_a_confirmed_place(
    full_course, live_server, look
):
    course, order = full_course
    seen = look(f"{live_server.url}/e/curso-eco/", size=PHONE, locale="en-US")
    page = seen.page

    page.get_by_role("link", name="Join the waiting list").first.click()
    page.get_by_label("Your name").fill("Inés Ñandú")
    page.get_by_label("E-mail").fill("ines.nandu")
    page.get_by_role("button", name="Join the waiting list").click()
    expect(page.get_by_label("Your name")).to_have_value("Inés Ñandú")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_role("button", name="Join the waiting list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are on the waiting list")
    assert seen.findings_of_axe() == []
    assert not seen.is_wider_than_the_screen()

    cancel_order(order_id=order.pk, actor=None, at=timezone.now())
    assert WaitingEntry.objects.get().state == "offered"  # a worker was woken, and served her
    page.goto(link_in_the_letter("offered"))
    expect(page.get_by_role("heading", level=1)).to_have_text("A place is kept for you")
    assert seen.findings_of_axe() == []
    assert not seen.is_wider_than_the_screen()

    page.get_by_role("link", name="Take the place").click()
    expect(page.get_by_label("E-mail", exact=True)).to_have_value(EMAIL)
    fill_in(page)
    assert seen.findings_of_axe() == []
    assert not seen.is_wider_than_the_screen()
    page.get_by_role("button", name="Reserve my place").click()  # without the terms
    expect(page.get_by_label("Name on the certificate")).to_have_value("Inés Ñandú Güemes")
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Reserve my place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your place is held")

    taken = Order.objects.get(email=EMAIL)
    record_payment(
        order_id=taken.pk, amount_minor=taken.total_minor, external_id="T-1",
        received_at=timezone.now(), actor=None, at=timezone.now(),
    )  # fmt: skip
    registration = taken.registrations.get()
    page.goto(f"{live_server.url}/r/{registration.token}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inés Ñandú")
    course.refresh_from_db()
    assert (registration.state, course.places_taken, course.waiting) == ("confirmed", 1, 0)
    # The two forms that were refused on purpose; the browser says nothing else.
    # htmx tells there, too, when a newer choice took the place of a question under way.
    said = [each for each in seen.complaints if not each.startswith("htmx:")]
    assert [each.partition(" (")[0][-3:] for each in said] == ["422", "422"]
