"""
A resident buys at the resident's price on a phone, uploads her proof, a reviewer approves it by the
keyboard alone, and her page says so: in a real browser.
"""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings as ours
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from conference.models import EmailMessage, Event
from conference.operations.opening import add_member
from conference.states import Role
from registration.models import Order, Price, RegistrationPolicy, StatusProof
from registration.operations.expecting_proofs import ask_for_proofs
from registration.operations.paying import record_payment
from tests.browser import PHONE, Look, Looked
from tests.conftest import make_event, make_user
from tests.registration.ordering.conftest import make_ticket_type
from tests.registration.proofs.conftest import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EMAIL = "rita.souza@example.org"


@pytest.fixture
def congress(settings, live_server) -> Event:
    settings.SITE_URL = live_server.url
    now = timezone.now()
    event = make_event(
        "congreso", first_day=now.date() + dt.timedelta(days=60),
        last_day=now.date() + dt.timedelta(days=63), published_at=now,
    )  # fmt: skip
    RegistrationPolicy.objects.create(
        event=event, opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=50),
        terms="Be kind.", terms_version="1", proof_professions=["resident"],
    )  # fmt: skip
    physician = make_ticket_type(event, "congress", price_minor=18_000)
    Price.objects.create(
        event=event, ticket_type=physician, profession="resident", currency="USD",
        amount_minor=9_000,
    )  # fmt: skip
    return event


@pytest.fixture
def reviewer(congress):
    user = make_user("reviewer@example.org", name="Elena Review")
    add_member(congress, user=user, role=Role.ORGANISER, actor=None, at=timezone.now())
    return user


def headline(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def is_good(seen: Looked) -> None:
    assert seen.findings_of_axe() == []
    assert not seen.is_wider_than_the_screen()


def buys(page: Page, server: str) -> Order:
    page.goto(
        f"{server}/e/congreso/register/details/?country=BR&profession=resident&ticket=congress"
    )
    expect(page.locator("#summary")).to_contain_text("Resident physician")
    expect(page.locator("#summary")).to_contain_text("without a proof the ticket costs USD 180.00")
    page.locator("[name=person-1-badge_name]").fill("Rita Souza")
    page.locator("[name=person-1-certificate_name]").fill("Rita de Souza Ñandú")
    page.locator("[name=person-1-email]").fill(EMAIL)
    page.locator("[name=terms_accepted]").check()
    page.locator(".checkout-end .form-actions button").click()
    page.wait_for_url("**/o/*/")
    return Order.objects.get()


def is_paid_and_asked(order: Order) -> str:
    """The address in the letter that asks for the proof."""
    at = timezone.now()
    assert order.total_minor == 9_000
    record_payment(
        order_id=order.pk, amount_minor=9_000, external_id="T-1", received_at=at, actor=None, at=at
    )
    assert ask_for_proofs(at=at) == 1
    letter = EmailMessage.objects.get(kind="registration/email/proof_asked")
    assert letter.to_address == EMAIL
    return re.search(r"https?://\S+/r/\w+/proof/", letter.text_body).group()


def signs_in(page: Page, user, server: str) -> None:
    client = Client()
    client.force_login(user)
    name = ours.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])


def test_a_resident_proves_it_and_a_reviewer_approves_by_keyboard(
    congress, reviewer, live_server, look: Look, tmp_path: Path
):
    seen = look(f"{live_server.url}/e/congreso/", size=PHONE, locale="en-US")
    page = seen.page
    order = buys(page, live_server.url)
    asked = is_paid_and_asked(order)

    page.goto(asked.removesuffix("proof/"))
    expect(page.locator("main")).to_contain_text("Please prove your status")
    expect(page.locator("main")).to_contain_text("USD 180.00")
    is_good(seen)
    page.get_by_role("link", name="Send the proof").click()
    headline(page, "Proof of your status")
    is_good(seen)
    wrong = tmp_path / "card.pdf"
    wrong.write_bytes(b"<html><script>alert(1)</script></html>")
    page.get_by_label("Picture or PDF").set_input_files(wrong)
    page.get_by_label("Something the reviewer should know").fill("My residency ends in June.")
    page.get_by_role("button", name="Send the proof").click()
    expect(page.locator("main")).to_contain_text("This is no PDF, JPG or PNG")
    expect(page.get_by_label("Something the reviewer should know")).to_have_value(
        "My residency ends in June."
    )
    is_good(seen)
    card = tmp_path / "card.png"
    card.write_bytes(picture(size=(800, 500)))
    page.get_by_label("Picture or PDF").set_input_files(card)
    page.get_by_role("button", name="Send the proof").click()
    expect(page.locator("main")).to_contain_text("The organisers look at it")
    sent = page.get_by_alt_text("The picture you sent")
    expect(sent).to_have_js_property("naturalWidth", 800)
    is_good(seen)

    desk = look(f"{live_server.url}/", locale="en-US")
    signs_in(desk.page, reviewer, live_server.url)
    desk.page.goto(f"{live_server.url}/desk/congreso/proofs/")
    headline(desk.page, "Proofs of status")
    is_good(desk)
    desk.page.keyboard.press("j")
    headline(desk.page, "Rita de Souza Ñandú")
    expect(desk.page.locator("blockquote")).to_have_text("My residency ends in June.")
    expect(desk.page.locator("img.proof-picture")).to_have_js_property("naturalWidth", 800)
    is_good(desk)
    desk.page.keyboard.press("r")
    assert desk.page.evaluate("document.activeElement.name") == "choice"
    desk.page.locator("h1").click()  # leaves the reasons again
    desk.page.keyboard.press("a")
    desk.page.wait_for_url("**/desk/congreso/proofs/")
    expect(desk.page.locator("main")).to_contain_text("No proof waits for review.")

    page.goto(asked)
    expect(page.locator("main")).to_contain_text("Your status is proved")
    expect(page.locator("main")).to_contain_text("USD 90.00")
    is_good(seen)
    proof = StatusProof.objects.get()
    assert (proof.state, proof.decided_by) == ("approved", reviewer)
    assert EmailMessage.objects.filter(kind="registration/email/proof_approved").count() == 1
    said = [each for each in seen.complaints if not each.startswith("htmx:")]
    assert [each.partition(" (")[0][-3:] for each in said] == ["422"]
    assert desk.complaints == []
