"""The camera of the door page, with a film of a badge instead of a lens."""

import io

import pytest
import segno
from django.conf import settings
from PIL import Image

from registration.models import ScanEvent
from tests.browser import PHONE
from tests.conftest import signed_in
from tests.registration.onsite.cast import make_badge, make_registration

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def film_of(code: str) -> bytes:
    """Motion JPEG: a badge's code on a grey table, a few frames."""
    png = io.BytesIO()
    segno.make(code, error="m", micro=False).save(png, kind="png", scale=7, border=4)
    badge = Image.open(png).convert("RGB")
    frame = Image.new("RGB", (640, 480), "#777777")
    frame.paste(badge, ((640 - badge.width) // 2, (480 - badge.height) // 2))
    jpeg = io.BytesIO()
    frame.save(jpeg, "JPEG", quality=90)
    return jpeg.getvalue() * 10


@pytest.fixture
def phone_before(playwright, browser_type_launch_args, tmp_path, live_server, door_volunteer):
    """Open a page on a phone whose camera sees that code."""
    browsers = []

    def open_page(path: str, code: str):
        film = tmp_path / "badge.mjpeg"
        film.write_bytes(film_of(code))
        browser = playwright.chromium.launch(
            **{
                **browser_type_launch_args,
                "args": [
                    *browser_type_launch_args["args"],
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-video-capture={film}",
                ],
            }
        )
        browsers.append(browser)
        context = browser.new_context(viewport=PHONE)
        cookie = signed_in(door_volunteer).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url},
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url},
            ]
        )
        page = context.new_page()
        page.complaints = []
        page.on(
            "console",
            lambda said: page.complaints.append(said.text) if said.type == "error" else None,
        )
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for browser in browsers:
        browser.close()


def test_the_camera_reads_a_badge_and_counts_it_once(phone_before, entrance):
    person = make_registration(entrance.event, badge_name="Ana Ñandú")
    badge = make_badge(person)
    page = phone_before(f"/door/{entrance.event.slug}/{entrance.pk}/", badge.token)

    page.get_by_role("button", name="Use the camera").click()
    page.locator(".door-answer.verdict-ok").wait_for(timeout=20_000)

    assert page.locator("[data-name]").inner_text() == "Ana Ñandú"
    page.wait_for_timeout(1500)  # the badge is still before the lens
    assert list(ScanEvent.objects.values_list("registration_id", "method", "result")) == [
        (person.pk, "camera", "ok")
    ]
    assert page.complaints == []
