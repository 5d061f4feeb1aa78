"""
She paid by card and cannot come: what goes back is told first, and then it is in the ledger, on the
provider's side, in a letter, and on a credit note that takes back the receipt.
"""

import dataclasses
import datetime as dt

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from conference.models import EmailMessage
from registration.models import FiscalDocument, Order, RegistrationPolicy
from registration.operations.asking import ask_about
from registration.operations.describing_issuer import describe_issuer
from registration.queries.orders import owed_minor
from tests.browser import PHONE
from tests.conftest import make_event
from tests.payment_simulator import begin, connect
from tests.registration.documents.conftest import ISSUER
from tests.registration.ordering.conftest import buy, make_ticket_type

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def paid(settings, live_server, simulator) -> Order:
    settings.SITE_URL = live_server.url
    now = timezone.now()
    event = make_event(
        "congress", first_day=now.date() + dt.timedelta(days=20),
        last_day=now.date() + dt.timedelta(days=23), published_at=now,
    )  # fmt: skip
    RegistrationPolicy.objects.create(
        event=event, opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=15),
        terms="Be kind.", terms_version="1",
        refund_steps=[{"days_before": 30, "percent": 100}, {"days_before": 7, "percent": 50}],
    )  # fmt: skip
    describe_issuer(
        event=event, details=dataclasses.replace(ISSUER, papers_by_themselves=True), actor=None,
        at=now,
    )  # fmt: skip
    connect(event)
    order = buy(make_ticket_type(event), at=now, language="en")
    attempt = begin(order, at=now)
    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=now)
    order.refresh_from_db()
    assert order.state == "confirmed"
    return order


def test_what_goes_back_is_told_first_and_then_stands_everywhere(
    paid, live_server, simulator, look
):
    seen = look(f"{live_server.url}/o/{paid.token}/", size=PHONE, locale="en-US")
    page = seen.page
    page.get_by_role("link", name="Cancel this order").click()
    expect(page.get_by_text("You get USD 90.00 back, the way you paid.")).to_be_visible()
    paid.refresh_from_db()
    assert paid.state == "confirmed"  # looking changes nothing
    assert seen.findings_of_axe() == []
    assert not seen.is_wider_than_the_screen()

    page.get_by_role("button", name="Cancel and get USD 90.00 back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This order is cancelled")

    paid.refresh_from_db()
    assert (paid.state, owed_minor(paid)) == ("cancelled", 0)
    assert list(paid.ledger_entries.values_list("kind", "reason", "amount_minor")) == [
        ("charge", "order", 18000),
        ("payment", "", -18000),
        ("waiver", "cancellation", -18000),
        ("charge", "fee", 9000),
        ("refund", "", 9000),
    ]
    (checkout,) = simulator.world.checkouts.values()
    assert [payment.refunded_minor for payment in checkout.payments] == [9000]
    letter = EmailMessage.objects.get(kind="registration/email/place_cancelled")
    assert "USD 90.00 go back the way they were paid." in letter.text_body

    page.get_by_role("link", name="Receipts and invoices").click()
    receipt, note = FiscalDocument.objects.order_by("pk")
    assert (receipt.kind, note.kind, note.document_credited) == ("receipt", "credit_note", receipt)
    with page.expect_download() as download:
        page.get_by_role("link", name=note.written_number).first.click()
    text = pypdfium2.PdfDocument(download.value.path())[0].get_textpage().get_text_bounded()
    assert note.written_number in text
    assert "USD 90.00" in text
    assert seen.complaints == []
