"""
A group of three with a workshop and a code, on a phone and by the keyboard alone: from the event
page to the page of the order, which then opens on another device.
"""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registration.models import (
    GroupDiscount,
    Order,
    Price,
    PricePhase,
    Question,
    RegistrationPolicy,
    Voucher,
    Workshop,
)
from tests.browser import PHONE, Look
from tests.conftest import make_event
from tests.registration.ordering.conftest import make_ticket_type

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MOST_TABS = 60


@pytest.fixture
def course():
    now = timezone.now()
    event = make_event(
        "keyboard", first_day=now.date() + dt.timedelta(days=30),
        last_day=now.date() + dt.timedelta(days=31), published_at=now - dt.timedelta(days=1),
    )  # fmt: skip
    RegistrationPolicy.objects.create(
        event=event, opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=20),
        bank_instructions="CBU 011", terms="Be kind.", terms_version="1",
    )  # fmt: skip
    physician = make_ticket_type(event, "physician", places=50)
    make_ticket_type(event, "full", places=0)
    early = PricePhase.objects.create(
        event=event, slug="early", name="Early", starts_at=now - dt.timedelta(days=1),
        ends_at=now + dt.timedelta(days=9),
    )  # fmt: skip
    Price.objects.create(
        event=event, ticket_type=physician, amount_minor=10_000, currency="USD", phase=early,
        income_group="lower_middle",
    )  # fmt: skip
    Workshop.objects.create(
        event=event, slug="ultrasound", name="Ultrasound", price_minor=5000, seats=9
    )
    GroupDiscount.objects.create(event=event, min_people=3, percent=10)
    Voucher.objects.create(
        event=event, code="HALF", effect="percent", percent=50, max_uses=1, made_at=now
    )
    diet = Question.objects.create(
        event=event, slug="diet", kind="one_of", label="Diet", sort_key=1,
        options=[{"value": "all", "label": "Everything"}, {"value": "other", "label": "Another"}],
    )  # fmt: skip
    Question.objects.create(
        event=event, slug="which", kind="line", label="Which one", is_required=True,
        shown_if=diet, shown_if_answer="other", sort_key=2,
    )  # fmt: skip
    return event


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until it is there: whatever cannot be reached so cannot be used."""
    for _ in range(MOST_TABS):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached by the keyboard")


def choose(page: Page, selector: str, word: str) -> None:
    """Type the beginning of a choice, as people do in lists."""
    tab_to(page, selector)
    page.keyboard.type(word, delay=20)


def fill(page: Page, number: int, **fields: str) -> None:
    for name, value in fields.items():
        tab_to(page, f"[name=person-{number}-{name}]")
        page.keyboard.type(value)


def press(page: Page, selector: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Enter")


def test_three_people_register_on_a_phone_by_the_keyboard_alone(course, live_server, look: Look):
    looked = look(f"{live_server.url}/e/{course.slug}/", size=PHONE, locale="en-US")
    page = looked.page
    faults: list[str] = []

    def judge(name: str) -> None:
        faults.extend(f"{name}: {finding}" for finding in looked.findings_of_axe())
        if looked.is_wider_than_the_screen():
            faults.append(f"{name}: wider than the screen")

    # Her price and its reason come before the first field is typed.
    choose(page, "#id_country", "Bolivia")
    choose(page, "#id_profession", "Physician")
    expect(page.locator("#offers")).to_contain_text("Lower-middle income, early")
    expect(page.locator("#offers")).to_contain_text("USD 100.00")
    judge("event")
    page.reload()  # the choice stands in the address
    press(page, "main a[href*='/register/?']")
    page.wait_for_url("**/register/?*")
    tab_to(page, "#id_ticket_0")
    page.keyboard.press("Space")
    tab_to(page, "[name=workshops]")
    page.keyboard.press("Space")
    expect(page.locator("#total")).to_contain_text("USD 150.00")
    judge("choose")
    press(page, "main form .form-actions button")
    page.wait_for_url("**/details/*")

    fill(page, 1, badge_name="Ana", certificate_name="Ana Ruiz", email="ana@example.org")
    judge("details")
    tab_to(page, "[name=person-1-q-diet]")
    expect(page.get_by_label("Which one")).to_be_hidden()
    page.keyboard.press("ArrowUp")  # the last choice of the group
    expect(page.get_by_label("Which one")).to_be_visible()
    for number in (2, 3):
        press(page, "button[value=add]")
        expect(page.locator("[name=people]")).to_have_value(str(number))
        fill(page, number, badge_name=f"Person {number}", email=f"p{number}@example.org")
    expect(page.locator("#summary")).to_contain_text("10 % less as a group")
    press(page, ".checkout-end details:has([name=code]) > summary")
    tab_to(page, "[name=code]")
    page.keyboard.type("half")
    tab_to(page, "button[value=update]")
    page.keyboard.press("Enter")
    # One person uses the code, which is better than the discount; the others have the discount.
    expect(page.locator("#summary")).to_contain_text("with the code HALF")
    expect(page.locator("#summary .lines-total")).to_contain_text("USD 280.00")
    tab_to(page, "[name=terms_accepted]")
    page.keyboard.press("Space")
    press(page, ".checkout-end .form-actions button")

    # Everything that is missing is said at once, and the focus is there.
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary.locator("li")).to_have_count(3)
    judge("details, refused")
    assert Order.objects.count() == 0
    press(page, "[data-error-summary] li:first-child a")
    expect(page.locator("#id_person-1-q-which")).to_be_focused()
    page.keyboard.type("No nuts")
    fill(page, 2, certificate_name="Person Two")
    fill(page, 3, certificate_name="Person Three")
    press(page, ".checkout-end .form-actions button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your 3 places are held")
    judge("order")

    order = Order.objects.get()
    assert (order.total_minor, order.registrations.count()) == (28_000, 3)
    until = order.expires_at
    press(page, ".timer button")
    expect(page.locator("main")).to_contain_text("You have more time to pay.")
    order.refresh_from_db()
    assert order.expires_at > until

    other = look(f"{live_server.url}/o/{order.token}/", locale="en-US", theme="dark").page
    expect(other.get_by_role("heading", level=1)).to_have_text("Your 3 places are held")
    expect(other.locator("main")).to_contain_text("Person 3")
    assert faults == []
    assert [said for said in looked.complaints if "422" not in said] == []
