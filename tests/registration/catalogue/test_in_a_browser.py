"""Every page of the catalogue at 360 and 1440 px, light and dark: no fault, none wider than the screen."""

import dataclasses
import datetime as dt

import pytest
from django.conf import settings as django_settings

from registration.models import PricePhase, Quota, Society, TicketVariation, Workshop
from registration.operations import making_vouchers, questioning
from registration.operations.setting_prices import set_prices
from registration.rules.price_cells import ColumnKey, RowKey
from tests.browser import PHONE
from tests.conftest import NOON, signed_in
from tests.registration.catalogue.conftest import address
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rich(event, physician_ticket, ultrasound, by):
    """An event that uses everything the catalogue has."""
    resident = make_ticket_type(
        event, "resident", price_minor=9_000, professions=["resident"], sale_ends_at=NOON
    )
    make_ticket_type(event, "faculty", needs_code=True, shown_after=resident)
    TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="online", name="Online", places=5
    )
    TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="site", name="On site", sort_key=2
    )
    Workshop.objects.create(
        event=event, slug="dinner", name="Dinner", kind="social", price_minor=4_000, seats=80
    )
    quota = Quota.objects.create(event=event, name="Aula Magna", size=40)
    quota.ticket_types.add(physician_ticket, resident)
    phases = [
        PricePhase.objects.create(
            event=event, slug=slug, name=slug.title(), starts_at=NOON + dt.timedelta(days=start),
            ends_at=NOON + dt.timedelta(days=end),
        )
        for slug, start, end in (("early", -90, -30), ("regular", -30, -1), ("on-site", -1, 4))
    ]  # fmt: skip
    society = Society.objects.create(event=event, name="Sociedad Argentina de Emergencias")
    rows = [
        RowKey(), RowKey("nurse"), RowKey("resident", "lower_middle"), RowKey("", "low"),
        RowKey("", "", society.pk),
    ]  # fmt: skip
    columns = [ColumnKey(None, "USD"), *(ColumnKey(each.pk, "USD") for each in phases)]
    columns += [ColumnKey(None, "ARS"), *(ColumnKey(each.pk, "ARS") for each in phases)]
    set_prices(
        event=event, product=physician_ticket, seen=None, **by,
        cells={(row, column): 1_234_500 for row in rows for column in columns},
    )  # fmt: skip
    voucher, *_others = making_vouchers.make_vouchers(
        event=event, number=3, prefix="FACULTY", places_each=1, ticket_types=[physician_ticket],
        values={
            "effect": "price", "amount_minor": 0, "currency": "USD", "max_uses": 2,
            "purpose": "Faculty", "keeps_places_of": physician_ticket, "budget_minor": 50_000,
        },
        **by,
    )  # fmt: skip
    question = questioning.add_question(
        event=event, **by,
        values={
            "label": {"es": "¿Qué come?", "en": "What do you eat?"}, "kind": "some_of",
            "options": [{"value": "vegan", "label": {"es": "Vegano", "en": "Vegan"}}],
        },
    )  # fmt: skip
    buy(
        resident,
        attendee=dataclasses.replace(somebody(1), profession="resident"),
        at=NOON - dt.timedelta(days=1),
    )
    return {
        "what is sold": address("catalogue", event),
        "a ticket type": address("edit_ticket_type", event, physician_ticket.pk),
        "a new workshop": address("add_workshop", event),
        "a quota": address("edit_quota", event, quota.pk),
        "prices": address("prices", event),
        "the matrix": address("matrix", event, "ticket", "physician"),
        "prices from a file": address("prices_import", event),
        "a phase": address("edit_phase", event, phases[0].pk),
        "members": address("society_members", event, society.pk),
        "vouchers": address("vouchers", event),
        "new vouchers": address("make_vouchers", event),
        "an invitation": address("invite", event),
        "a voucher": address("voucher", event, voucher.pk),
        "questions": address("questions", event),
        "a question": address("edit_question", event, question.pk),
        "terms and dates": address("policy", event),
        "the preview": address("preview", event) + "?country=BO&profession=nurse&moment=2027-04-01T12:00",
    }  # fmt: skip


def test_every_page_of_the_catalogue_is_without_a_fault(rich, organiser, live_server, look):
    session = signed_in(organiser).cookies[django_settings.SESSION_COOKIE_NAME]
    looked = look(f"{live_server.url}/")
    looked.page.context.add_cookies(
        [{"name": session.key, "value": session.value, "url": live_server.url}]
    )

    faults = []
    for name, where in rich.items():
        answer = looked.page.goto(f"{live_server.url}{where}")
        assert answer.status == 200, name
        faults += looked.faults_on_phone_and_desk(name)

    assert faults == []


def test_the_matrix_is_filled_with_the_keyboard_alone(rich, organiser, live_server, look):
    session = signed_in(organiser).cookies[django_settings.SESSION_COOKIE_NAME]
    looked = look(f"{live_server.url}/", size=PHONE)
    page = looked.page
    page.context.add_cookies(
        [{"name": session.key, "value": session.value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{rich['the matrix']}")

    page.locator("#c-0-0").focus()
    for text in ("1.500,50", "abc"):
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[data-error-summary]").wait_for()

    assert page.locator("#c-0-0").input_value() == "1.500,50"
    assert page.locator("#c-0-1").get_attribute("aria-invalid") == "true"
    page.locator("#c-0-1").fill("99")
    page.locator("#c-0-1").press("Enter")
    page.locator(".notice, .toast, [role=status]").first.wait_for()
    assert page.locator("#c-0-0").input_value() == "1.500,50"
