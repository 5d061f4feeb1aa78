"""
From Brazil by Pix: the buyer comes back before anybody knows whether she paid, closes the page, and
the provider's message comes late. Real HTTP all the way, with the simulator in Mercado Pago's place.
"""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override
from playwright.sync_api import Page, expect

from conference.models import EmailMessage
from registration.models import Order, PaymentAttempt, RegistrationPolicy
from tests.browser import PHONE
from tests.conftest import make_event
from tests.payment_simulator import connect
from tests.registration.ordering.conftest import make_ticket_type
from tools.payment_simulator.messages import _post as send

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EMAIL = "joana.araujo@example.org"


@pytest.fixture
def course(settings, live_server, simulator, monkeypatch):
    settings.SITE_URL = live_server.url
    monkeypatch.setattr(simulator.world, "site", live_server.url)
    now = timezone.now()
    event = make_event(
        "curso", first_day=now.date() + dt.timedelta(days=30),
        last_day=now.date() + dt.timedelta(days=31), published_at=now, languages=["pt-br", "es"],
    )  # fmt: skip
    RegistrationPolicy.objects.create(
        event=event, opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=20),
        terms="Be kind.", terms_version="1",
    )  # fmt: skip
    connect(event, "mercado_pago", currencies=["BRL"])
    return make_ticket_type(event, "curso", price_minor=45_000, currency="BRL")


def in_portuguese(text: str, **values: object) -> str:
    with override("pt-br"):
        return gettext(text) % values


def headline(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(in_portuguese(text))


def register(page: Page, server: str) -> Order:
    page.goto(f"{server}/e/curso/register/details/?country=BR&profession=physician&ticket=curso")
    page.locator("[name=person-1-badge_name]").fill("Joana Araújo")
    page.locator("[name=person-1-certificate_name]").fill("Joana Conceição Araújo")
    page.locator("[name=person-1-email]").fill(EMAIL)
    page.locator("[name=payment][value=mercado_pago]").check()
    page.locator("[name=terms_accepted]").check()
    page.locator(".checkout-end .form-actions button").click()
    page.wait_for_url("**/o/*/")
    return Order.objects.get()


def test_from_brazil_with_a_message_that_comes_late(course, live_server, simulator, look):
    seen = look(f"{live_server.url}/e/curso/", size=PHONE, locale="pt-BR")
    page = seen.page
    assert page.locator("html").get_attribute("lang") == "pt-br"
    order = register(page, live_server.url)
    assert (order.language, order.total.currency, order.state) == ("pt-br", "BRL", "pending")
    assert seen.complaints == []

    page.locator("form button", has_text="Mercado Pago").click()
    page.wait_for_url(f"{simulator.world.public}/pay/*")  # our page led there by itself
    page.get_by_role("button", name="Leave it in process").click()
    page.wait_for_url(f"{live_server.url}/o/*/pay/*/**")
    headline(page, "Your payment is in process")
    seen.complaints.clear()  # the simulator has no picture for the tab
    assert not seen.is_wider_than_the_screen()
    assert seen.findings_of_axe() == []

    # She pays the Pix in her bank's app, and nobody tells us yet.
    page.goto(f"{live_server.url}/o/{order.token}/")
    attempt = PaymentAttempt.objects.get()
    simulator.take_messages()
    simulator.press(attempt, "settle")
    page.reload()
    expect(page.get_by_text(in_portuguese("A payment is in process"))).to_be_visible()
    order.refresh_from_db()
    assert order.state == "pending"

    (late,) = simulator.take_messages()
    assert send(late) == 200

    order.refresh_from_db()
    assert order.state == "confirmed"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(_confirmed())
    letter = EmailMessage.objects.get(kind="registration/email/confirmed")
    assert (letter.to_address, letter.language) == (EMAIL, "pt-br")
    assert send(late) == 200  # and once more: it counts once
    assert order.payments.count() == 1
    assert seen.complaints == []


def _confirmed() -> str:
    with override("pt-br"):
        return ngettext("Your place is confirmed", "Your places are confirmed", 1)
