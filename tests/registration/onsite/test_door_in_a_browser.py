"""The door page as a volunteer sees it: a phone of 360 px, both themes, with and without a network."""

import os
import pathlib

import pytest
from django.conf import settings

from registration.models import ScanEvent
from registration.states import RegistrationState
from tests.browser import PHONE, Looked
from tests.conftest import signed_in
from tests.registration.onsite.cast import make_badge, make_registration, make_session_door

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_door(live_server, look, door_volunteer):
    """Open a page of the volunteer."""

    def open_page(path: str, **options) -> Looked:
        cookie = signed_in(door_volunteer).cookies[settings.SESSION_COOKIE_NAME].value
        looked = look(f"{live_server.url}/livez", size=PHONE, locale="en-US", **options)
        looked.page.context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in [
                    (settings.SESSION_COOKIE_NAME, cookie),
                    (settings.LANGUAGE_COOKIE_NAME, "en"),
                ]
            ]
        )
        looked.complaints.clear()  # the browser looked for an icon beside a page without one
        looked.page.goto(f"{live_server.url}{path}")
        looked.page.wait_for_load_state("networkidle")
        return looked

    return open_page


def keep_picture(looked: Looked, name: str) -> None:
    """Keep a picture for people to look at, if PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        looked.page.screenshot(path=pathlib.Path(folder) / f"{name}.png")


def path_of(point) -> str:
    return f"/door/{point.event.slug}/{point.pk}/"


def type_code(looked: Looked, code: str) -> None:
    looked.page.keyboard.type(code)  # like a USB scanner: the field has the focus by itself
    looked.page.keyboard.press("Enter")


def answer(looked: Looked, tone: str, begins: str = "") -> str:
    """What the door says now, in one line; another answer may still be shown before it."""
    field = looked.page.locator(f".door-answer.verdict-{tone}")
    if begins:
        field = field.filter(has_text=begins)
    field.wait_for(timeout=8000)
    return " ".join(field.inner_text().split())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_answer_fills_a_phone(at_door, theme, entrance, workshop):
    event = entrance.event
    person = make_registration(event, badge_name="María José Núñez Ávila de la Fuente")
    badge = make_badge(person)
    unpaid = make_badge(make_registration(event, RegistrationState.PENDING))
    cancelled = make_badge(make_registration(event, RegistrationState.CANCELLED))
    door = at_door(path_of(entrance), theme=theme)
    keep_picture(door, f"ready-{theme}")
    assert door.findings_of_axe() == []

    for name, code, tone, said in [
        ("ok", badge.token.lower(), "ok", "Welcome María José Núñez Ávila de la Fuente Physician"),
        ("already-in", badge.token, "warn", "Already in María José"),
        ("unknown", "https://example.org/", "danger", "Unknown code"),
        ("unpaid", unpaid.token, "danger", "Not paid"),
        ("cancelled", cancelled.token, "danger", "Cancelled"),
    ]:
        type_code(door, code)
        assert answer(door, tone, said.partition(" María")[0]).startswith(said)
        keep_picture(door, f"{name}-{theme}")
        assert not door.is_wider_than_the_screen()
        word = door.page.locator("[data-word]")
        assert float(word.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) >= 40
        assert door.findings_of_axe() == []  # and the next scan does not wait for the answer to go
    door.page.locator(".door-answer").wait_for(state="detached", timeout=6000)

    at_session = at_door(path_of(make_session_door(workshop.session)), theme=theme)
    keep_picture(at_session, f"session-ready-{theme}")
    type_code(at_session, badge.token)
    assert answer(at_session, "danger").startswith("Not enrolled")
    keep_picture(at_session, f"not-enrolled-{theme}")
    assert door.complaints == at_session.complaints == []


def test_without_a_network_scans_wait_on_the_device_and_count_once(at_door, entrance, badge):
    door = at_door(path_of(entrance))
    door.page.context.set_offline(True)
    type_code(door, badge.token)
    assert answer(door, "warn").startswith("Not sent")
    keep_picture(door, "not-sent-light")
    door.page.locator(".door-answer").wait_for(state="detached", timeout=6000)
    assert door.page.locator("[data-queue]").inner_text() == "Not sent yet, waiting: 1"
    keep_picture(door, "waiting-light")
    assert ScanEvent.objects.count() == 0

    door.page.context.set_offline(False)
    door.page.locator("[data-queue]").wait_for(state="hidden", timeout=12000)
    assert [(one.result, one.client_uid.version) for one in ScanEvent.objects.all()] == [("ok", 4)]


def test_without_a_script_the_form_answers_too(at_door, session_door, badge):
    door = at_door(path_of(session_door), java_script_enabled=False)
    door.page.get_by_label("Out").check()
    door.page.get_by_label("Code on the badge").fill(badge.token)
    door.page.get_by_role("button", name="Check").click()
    assert door.page.locator(".verdict-warn .verdict-word").inner_text() == "Was not in"
    keep_picture(door, "no-script-light")
    assert door.page.get_by_label("Out").is_checked()


def test_the_choice_of_doors_fits_a_phone(at_door, event, entrance, session_door):
    for theme in ("light", "dark"):
        looked = at_door(f"/door/{event.slug}/", theme=theme)
        keep_picture(looked, f"choose-{theme}")
        assert looked.findings_of_axe() == []
        assert not looked.is_wider_than_the_screen()
        assert looked.complaints == []
