"""
The whole road in a real browser: a physician registers, is confirmed, badged, scanned, credited
and certified, and anybody verifies it. Everything goes through the screens; only the hours that
she spends in a session are sent by the door's API, as an offline device would send them later.
"""

import datetime as dt
import io
import re
import uuid

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from certificates.models import Certificate
from conference.models import EmailMessage, Event
from registration.models import Badge, Order, Registration, ScanPoint
from registration.states import ScanPointKind

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SLUG = "congreso-demo"
ORGANISER = "organizadora@example.org"
DOOR = "puerta@example.org"
PHYSICIAN = "maria.nandu@example.org"
NAME = "María Ñandú"


@pytest.fixture
def edition(settings, tmp_path, live_server) -> Event:
    cache.clear()  # three codes a minute for one address
    settings.DEMO = True
    settings.SITE_URL = live_server.url
    settings.SEAL_KEY_FILE = str(tmp_path / "seal" / "key.pem")
    settings.SEAL_CERT_FILE = str(tmp_path / "seal" / "cert.pem")
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("make_demo_seal", **quiet)
    call_command("seed_demo", people=12, seed=3, **quiet)
    return Event.objects.get(slug=SLUG)


def log_in(page: Page, server: str, email: str) -> None:
    """By the code that a letter brings."""
    page.goto(f"{server}/accounts/login/")
    page.fill("#id_login", email)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/accounts/login/code/confirm/"))
    letter = EmailMessage.objects.filter(to_address=email).order_by("-pk").first()
    page.fill("#id_code", re.search(r"\b\d{4}-\d{4}\b", letter.text_body).group())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/my/"))


def register(page: Page, server: str) -> Order:
    page.goto(f"{server}/e/{SLUG}/")
    page.locator(f"a[href='/e/{SLUG}/register/']").first.click()
    page.get_by_label("Country of practice").select_option("AR")
    page.get_by_label("Profession").select_option("physician")
    page.locator("input[name=ticket][value=medico]").check()
    page.locator("input[name=workshops]").first.check()
    page.get_by_role("button", name="Continue to your details").click()
    page.get_by_label("Name on the badge").fill(NAME)
    page.get_by_label("Name on the certificate").fill("María José Ñandú Güemes")
    page.get_by_label("E-mail", exact=True).fill(PHYSICIAN)
    # Without the terms she is refused, and nothing that she typed is lost.
    page.get_by_role("button", name="Reserve my place").click()
    expect(page.get_by_label("E-mail", exact=True)).to_have_value(PHYSICIAN)
    assert not Order.objects.filter(email=PHYSICIAN).exists()
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Reserve my place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your place is held")
    return Order.objects.get(email=PHYSICIAN)


def confirm_transfer(page: Page, server: str, order: Order) -> None:
    page.goto(f"{server}/desk/{SLUG}/orders/?q={PHYSICIAN}")
    page.locator(f"a[href='/desk/{SLUG}/orders/{order.pk}/']").first.click()
    page.locator("main form input[name=external_id]").fill("BANK-0001")
    page.get_by_role("button", name="Record the payment").click()
    order.refresh_from_db()
    assert order.state == "confirmed"


def print_badges(page: Page, server: str) -> bytes:
    page.goto(f"{server}/desk/{SLUG}/badges/")
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile("/jobs/"))
    link = page.locator("a[href$='/file']").first
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    return download.value.path().read_bytes()


def check_in(page: Page, server: str, code: str) -> None:
    page.goto(f"{server}/door/{SLUG}/")
    page.get_by_role("link", name="Entrada principal").click()
    for word in ("Welcome", "Already in"):
        page.locator("input[name=code]").fill(code.lower())
        page.locator("input[name=code]").press("Enter")
        expect(page.locator("[data-word]")).to_have_text(word)
        expect(page.locator("[data-name]")).to_have_text(NAME)
        page.reload()


def sit_in_sessions(page: Page, server: str, code: str) -> int:
    """Scans of sessions of the last 24 hours, by the API. Returns the minutes she was in."""
    since = timezone.now() - dt.timedelta(hours=24)
    points = ScanPoint.objects.filter(
        event__slug=SLUG, kind=ScanPointKind.SESSION, session__ends_at__lt=timezone.now(),
        session__starts_at__gt=since, session__workshop__isnull=True,
    ).select_related("session").order_by("session__starts_at", "pk")  # fmt: skip
    minutes, free_at = 0, since
    csrf = next(c["value"] for c in page.context.cookies() if c["name"] == "csrf")
    for point in points:
        session = point.session
        if session.starts_at < free_at:
            continue
        for direction, moment in (("in", session.starts_at), ("out", session.ends_at)):
            answer = page.request.post(
                f"{server}/api/v1/events/{SLUG}/scans/",
                data={
                    "point": point.pk, "code": code, "direction": direction,
                    "client_uid": str(uuid.uuid4()), "scanned_at": moment.isoformat(),
                },
                headers={"X-CSRFToken": csrf, "Referer": server},
            )  # fmt: skip
            assert answer.status == 200, answer.text()
            assert answer.json()["result"] == ("ok" if direction == "in" else "out")
        minutes += int((session.ends_at - session.starts_at).total_seconds()) // 60
        free_at = session.ends_at
    return minutes


def evaluate_and_claim(page: Page, server: str, registration: Registration) -> str:
    page.goto(f"{server}/r/{registration.token}/credits/")
    page.get_by_role("link", name="Evaluate the event").click()
    for group in page.locator("main fieldset").all():
        group.locator("input[value='5']").check()
    page.get_by_role("button", name="Send the evaluation").click()
    page.get_by_role("link", name="Claim credits").click()
    allowed = page.locator("input[name=claimed]").input_value()
    # More than was verified is refused; less is always allowed.
    page.locator("input[name=claimed]").fill("30.25")
    page.locator("input[name=attested]").check()
    page.get_by_role("button", name="Claim these credits").click()
    assert not Certificate.objects.filter(registration=registration).exists()
    page.locator("input[name=claimed]").fill("1.00")
    page.locator("input[name=attested]").check()
    page.get_by_role("button", name="Claim these credits").click()
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible(timeout=60_000)
    return allowed


def test_from_registration_to_a_verified_certificate(edition, live_server, browser):
    def person() -> Page:
        return browser.new_context(
            locale="en-US", viewport={"width": 1280, "height": 900}
        ).new_page()

    server = live_server.url
    physician, organiser, door, anybody = person(), person(), person(), person()

    order = register(physician, server)
    log_in(organiser, server, ORGANISER)
    confirm_transfer(organiser, server, order)
    registration = Registration.objects.get(order=order)
    letter = EmailMessage.objects.get(to_address=PHYSICIAN, kind="registration/email/confirmed")
    assert f"/r/{registration.token}/" in letter.text_body
    physician.goto(f"{server}/r/{registration.token}/")
    expect(physician.get_by_role("heading", level=1)).to_have_text(NAME)

    assert print_badges(organiser, server).startswith(b"%PDF")

    code = Badge.objects.get(registration=registration).token
    log_in(door, server, DOOR)
    check_in(door, server, code)
    minutes = sit_in_sessions(door, server, code)
    assert minutes >= 60

    allowed = evaluate_and_claim(physician, server, registration)
    assert float(allowed) == pytest.approx(minutes / 60, abs=0.13)
    certificate = Certificate.objects.get(registration=registration)
    with physician.expect_download() as download:
        physician.get_by_role("link", name="Download the PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")

    anybody.goto(f"{server}/v/{certificate.public_id}/")
    expect(anybody.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    expect(anybody.locator("main")).to_contain_text("1.00")
    expect(anybody.locator("body")).not_to_contain_text(PHYSICIAN)

    organiser.goto(f"{server}/desk/{SLUG}/certificates/{certificate.pk}/")
    organiser.locator("[name=reissue-name]").fill("María José Ñandú de Güemes")
    organiser.get_by_role("button", name="Issue again").click()
    anybody.reload()
    expect(anybody.get_by_role("heading", level=1)).to_have_text("This certificate was superseded")
    anybody.get_by_role("link", name="See the certificate that replaces it").click()
    expect(anybody.get_by_role("heading", level=1)).to_have_text("This certificate is valid")

    successor = Certificate.objects.get(replaces=certificate)
    organiser.goto(f"{server}/desk/{SLUG}/certificates/{successor.pk}/")
    organiser.locator("[name=revoke-reason]").select_option("issued_in_error")
    organiser.get_by_role("button", name="Revoke the certificate").click()
    anybody.reload()
    expect(anybody.get_by_role("heading", level=1)).to_have_text("This certificate was revoked")

    out = io.StringIO()
    call_command("audit", stdout=out)
    assert "FAIL" not in out.getvalue()
