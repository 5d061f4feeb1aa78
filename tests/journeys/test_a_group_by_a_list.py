"""A hospital buys seats, brings a list with a wrong row, mends it, and one of its people opens her page."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from conference.models import EmailMessage
from registration.models import Group, GroupSeat, Order, Registration, RegistrationPolicy
from registration.operations.paying import record_payment
from tests.browser import PHONE, Look
from tests.conftest import make_event
from tests.registration.groups.conftest import violations
from tests.registration.ordering.conftest import make_ticket_type

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HEAD = "E-mail;Name on the badge;Name on the certificate;Profession;Country of practice;Institution;Language\n"
GOOD = "ana@example.org;Dra. Ana Ñandú;Ana María Ñandú;Physician;Argentina;Hospital Fernández;Spanish\n"
WRONG = "luz@example;Lic. Luz Paz;Luz Paz;Physician;Argentina;Hospital Fernández;\n"
MENDED = WRONG.replace("luz@example;", "luz@example.org;")


@pytest.fixture
def congress(settings, live_server):
    settings.SITE_URL = live_server.url
    now = timezone.now()
    event = make_event(
        "group", first_day=now.date() + dt.timedelta(days=60),
        last_day=now.date() + dt.timedelta(days=62), published_at=now - dt.timedelta(days=1),
    )  # fmt: skip
    RegistrationPolicy.objects.create(
        event=event, opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=50),
        bank_instructions="CBU 011", terms="Be kind.", terms_version="1", group_seats=20,
    )  # fmt: skip
    make_ticket_type(event, places=30)
    return event


def file_of(text: str) -> dict[str, object]:
    return {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}


def test_a_hospital_brings_its_list(congress, live_server, look: Look):
    looked = look(f"{live_server.url}/e/{congress.slug}/", size=PHONE, locale="en-US")
    page = looked.page
    faults: list[str] = []

    def judge(where: str) -> None:
        faults.extend(f"{where}: {finding}" for finding in looked.findings_of_axe())
        if looked.is_wider_than_the_screen():
            faults.append(f"{where}: wider than the screen")

    # She sees what it costs before she types a name.
    page.get_by_role("link", name="Seats for a group").click()
    page.get_by_label("Ticket").select_option("physician")
    page.get_by_label("Seats").fill("3")
    page.get_by_label("Profession of these people").select_option("physician")
    page.get_by_label("Country of practice").select_option("AR")
    page.get_by_role("button", name="Show what it costs").click()
    expect(page.locator("main")).to_contain_text("USD 540.00")
    judge("price")
    page.get_by_label("Name of the group").fill("Hospital Fernández")
    page.get_by_label("E-mail of who names the people").fill("secretary@example.org")
    page.get_by_role("radio", name="Bank transfer").check()
    page.get_by_label("I accept the terms of registration").check()
    page.get_by_role("button", name="Order the seats").click()
    page.wait_for_url("**/o/*/")
    judge("order")

    order = Order.objects.get()
    record_payment(
        order_id=order.pk, amount_minor=54_000, external_id="T1", received_at=timezone.now(),
        actor=None, at=timezone.now(),
    )  # fmt: skip
    letter = EmailMessage.objects.get(kind="registration/email/group_ready")
    page.goto(re.search(r"https?://\S+/g/\w+/", letter.text_body).group())
    expect(page.locator("main")).to_contain_text("3 of 3 seats have no name yet.")
    judge("owner")

    # A list with a wrong row: the report names row and column, and nothing is changed.
    page.get_by_role("link", name="Bring a list (CSV)").click()
    judge("list")
    page.get_by_label("File (CSV)").set_input_files(file_of(HEAD + GOOD + WRONG))
    page.get_by_role("button", name="Look at the list").click()
    report = page.get_by_role("row")
    expect(report.nth(1)).to_contain_text("Added")
    expect(report.nth(2)).to_contain_text("E-mail: Please look at the e-mail address again.")
    judge("report")
    assert Registration.objects.count() == 0

    # Mended, looked at, brought in.
    page.get_by_role("link", name="Choose another file").click()
    page.get_by_label("File (CSV)").set_input_files(file_of(HEAD + GOOD + MENDED))
    page.get_by_role("button", name="Look at the list").click()
    page.get_by_role("button", name="Bring in 2 rows").click()
    expect(page.locator("main")).to_contain_text("1 of 3 seats has no name yet.")
    expect(page.locator("main")).to_contain_text("Dra. Ana Ñandú")
    judge("named")
    before = list(GroupSeat.objects.order_by("pk").values_list())

    # The same again changes nothing, and offers nothing to change.
    page.get_by_role("link", name="Bring a list (CSV)").click()
    page.get_by_label("File (CSV)").set_input_files(file_of(HEAD + GOOD + MENDED))
    page.get_by_role("button", name="Look at the list").click()
    expect(page.locator("main")).to_contain_text("0 rows would be added or changed.")
    expect(page.get_by_role("button", name="Bring in")).to_have_count(0)
    assert list(GroupSeat.objects.order_by("pk").values_list()) == before
    assert Registration.objects.count() == 2

    # One of them opens her own page from her letter, in her language, and shows her attendance.
    hers = EmailMessage.objects.get(to_address="ana@example.org")
    assert hers.language == "es"
    page.goto(re.search(r"https?://\S+/r/\w+/", hers.text_body).group())
    expect(page.get_by_role("heading", level=1)).to_have_text("Dra. Ana Ñandú")
    judge("place")
    page.get_by_role("link", name="What your group sees of you").click()
    judge("showing")
    page.get_by_label("Let the group see how many sessions I attended").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()
    assert GroupSeat.objects.get(number=1).shows_attendance
    assert Group.objects.get().order.state == "confirmed"
    assert violations() == {}
    assert faults == []
    assert looked.complaints == []
