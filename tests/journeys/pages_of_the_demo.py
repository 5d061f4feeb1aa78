"""
The pages of a lively edition, for the tests that look at each: no finding of axe, no complaint of the
browser (so no breach of the Content Security Policy either), and nothing wider than the screen.
"""

import io
import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page

from certificates.models import CreditDesignation
from certificates.operations.issuing import certify_presence
from conference.models import Event, WebhookEndpoint
from conference.operations.webhooks import add_webhook, try_webhook
from registration.models import Registration, ScanPoint, VisaLetter, WaitingEntry
from registration.states import ScanPointKind
from tests.browser import Looked

SLUG = "congreso-demo"
PUBLIC = f"/e/{SLUG}/"
TEAM = f"/desk/{SLUG}/"
# What the browser says of an answer that refuses, which is how it should answer.
OF_A_REFUSAL = re.compile(r"the server responded with a status of (404|422)")


@pytest.fixture
def edition(settings, tmp_path, live_server) -> Event:
    settings.DEMO = settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    settings.SITE_URL = live_server.url
    settings.SEAL_KEY_FILE = str(tmp_path / "seal" / "key.pem")
    settings.SEAL_CERT_FILE = str(tmp_path / "seal" / "cert.pem")
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("make_demo_seal", **quiet)
    call_command("seed_demo", people=12, seed=3, **quiet)
    return Event.objects.get(slug=SLUG)


def a_physician_who_sat_in_sessions(event: Event) -> Registration:
    return (
        Registration.objects.confirmed()
        .filter(event=event, profession="physician", attendance_intervals__isnull=False)
        .order_by("pk")
        .first()
    )


def pages_of_everybody(event: Event, physician: Registration) -> dict[str, str]:
    """Names and addresses; those of one person are known by their token."""
    place = f"/r/{physician.token}/"
    credit = CreditDesignation.objects.filter(activity__event=event).order_by("pk").first()
    session = event.sessions.exclude(starts_at=None).order_by("pk").first()
    certificate = certify_presence(registration_id=physician.pk, actor=None, at=timezone.now())
    return {
        "front": "/",
        "front, nothing found": "/?q=zzzz",
        "past events": "/past/",
        "privacy": "/privacy/",
        "withdrawal": "/withdrawal/",
        "event": PUBLIC,
        "choose": f"{PUBLIC}register/",
        "choose, refused": f"{PUBLIC}register/details/?country=AR",
        "details": f"{PUBLIC}register/details/?country=AR&profession=physician&ticket=medico",
        "order": f"/o/{physician.order.token}/",
        "ticket": place,
        "credits": f"{place}credits/",
        "evaluation": f"{place}credits/evaluation/",
        "claim": f"{place}credits/{credit.pk}/claim/",
        "verification": f"/v/{certificate.public_id}/",
        "verification of nothing": "/v/nothing/",
        "verification by a mistyped code": "/v/?code=nothing",
        "programme": f"{PUBLIC}programme/",
        "programme without a session": f"{PUBLIC}programme/?q=zzzz",
        "session": f"{PUBLIC}programme/{session.code}/",
        "log in": "/accounts/login/",
        "sign up": "/accounts/signup/",
        "nothing": "/nothing/here/",
    }


def pages_about_money(event: Event, physician: Registration) -> dict[str, str]:
    """What only its secret address opens. Cancelling and waiting are walked in journeys of their own."""
    order = f"/o/{physician.order.token}/"
    letter = VisaLetter.objects.filter(event=event, state="approved").first()
    return {
        "papers of an order": f"{order}documents/",
        "add a person": f"{order}add/",
        "letter for a visa": f"/r/{letter.registration.token}/letter/",
        "verification of a letter": f"/l/{letter.public_id}/",
    }


def desk_of_money(event: Event, physician: Registration) -> dict[str, str]:
    paper = event.fiscal_documents.filter(kind="invoice").first()
    letter = event.visa_letters.filter(state="requested").first()
    order = f"{TEAM}orders/{physician.order_id}/"
    return {
        "money": f"{TEAM}money/",
        "ways of payment": f"{TEAM}money/ways/",
        "money of an order": f"{order}money/",
        "documents": f"{TEAM}documents/",
        "one document": f"{TEAM}documents/{paper.pk}/",
        "issuer": f"{TEAM}documents/issuer/",
        "one letter": f"{TEAM}letters/{letter.pk}/",
        "waiting lists": f"{TEAM}waiting/",
    }


def pages_of_groups_and_proofs(event: Event) -> dict[str, str]:
    """What only its secret address opens; the demo has some of each."""
    bought = event.groups.get(is_sponsored=False)
    named = bought.group_seats.filter(state="named").first()
    proof = event.status_proofs.filter(registration__state="confirmed").first()
    waiting = WaitingEntry.objects.order_by("turn")
    return {
        "buy for a group": f"{PUBLIC}group/",
        "a group's page": f"/g/{bought.token}/",
        "a person of a group": f"/r/{named.registration.token}/group/",
        "a proof": f"/r/{proof.registration.token}/proof/",
        "an offer": f"/q/{waiting.filter(state='offered').first().token}/",
        "waiting": f"/q/{waiting.filter(state='waiting').first().token}/",
        "sold out": "/e/curso-eco/",
    }


def desk_of_groups_and_proofs(event: Event) -> dict[str, str]:
    proof = event.status_proofs.filter(state="submitted").first()
    return {
        "groups": f"{TEAM}groups/",
        "one group": f"{TEAM}groups/{event.groups.get(is_sponsored=False).pk}/",
        "proofs": f"{TEAM}proofs/",
        "one proof": f"{TEAM}proofs/{proof.pk}/",
        "vouchers": f"{TEAM}catalogue/vouchers/",
        "waiting list of a course": "/desk/curso-eco/waiting/",
    }


def pages_of_the_team(event: Event, physician: Registration) -> dict[str, str]:
    doors = ScanPoint.objects.filter(event=event).order_by("pk")
    of_a_session = doors.filter(kind=ScanPointKind.SESSION).first()
    of_the_event = doors.exclude(kind=ScanPointKind.SESSION).first()
    certificate = physician.certificates.first()
    return {
        "my places": "/my/",
        "my events": "/desk/",
        "desk": TEAM,
        "people": f"{TEAM}people/",
        "orders": f"{TEAM}orders/",
        "withdrawals": f"{TEAM}withdrawals/",
        "one order": f"{TEAM}orders/{physician.order_id}/",
        "programme on the desk": f"{TEAM}programme/",
        "certificates": f"{TEAM}certificates/",
        "one certificate": f"{TEAM}certificates/{certificate.pk}/",
        "badges": f"{TEAM}badges/",
        "jobs": f"{TEAM}jobs/",
        "team": f"{TEAM}team/",
        "API keys": f"{TEAM}api-keys/",
        "webhooks": f"{TEAM}webhooks/",
        "one webhook": f"{TEAM}webhooks/{webhook_of(event).pk}/",
        "history": f"{TEAM}history/",
        "duplicate": f"{TEAM}duplicate/",
        "doors": f"/door/{SLUG}/",
        "door": f"/door/{SLUG}/{of_the_event.pk}/",
        "door of a session": f"/door/{SLUG}/{of_a_session.pk}/",
        "e-mail addresses": "/accounts/email/",
        "log out": "/accounts/logout/",
    }


def webhook_of(event: Event) -> WebhookEndpoint:
    """One that has just been told something."""
    endpoint = event.webhook_endpoints.first() or add_webhook(
        event_id=event.pk, url="http://localhost:9/hooks?of=a-partner-with-a-long-address",
        kinds=["order.placed", "payment.recorded"], actor=None, at=timezone.now(),
    )  # fmt: skip
    try_webhook(endpoint_id=endpoint.pk, event_id=event.pk, actor=None, at=timezone.now())
    return endpoint


def send_empty(page: Page) -> None:
    """Send the page's form as it stands, past what the browser itself would refuse."""
    page.locator("main form").last.evaluate("form => { form.noValidate = true; }")
    page.locator("main form button").last.click()
    page.locator("[data-error-summary]").wait_for()


def faults_of(looked: Looked, name: str) -> list[str]:
    return [
        fault for fault in looked.faults_on_phone_and_desk(name) if not OF_A_REFUSAL.search(fault)
    ]


def visit(looked: Looked, server: str, pages: dict[str, str], refusing: set[str]) -> list[str]:
    faults = []
    for name, address in pages.items():
        answer = looked.page.goto(f"{server}{address}")
        assert answer.status in (200, 404, 422), (name, answer.status)
        looked.page.wait_for_load_state("load")
        faults += faults_of(looked, name)
        if name in refusing:
            send_empty(looked.page)
            faults += faults_of(looked, f"{name}, refused")
    return faults
