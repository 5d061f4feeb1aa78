"""Every component in every state: accessible, quiet, and inside the screen."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def guide(live_server, settings):
    settings.DEBUG = True
    return f"{live_server.url}/styleguide/"


@pytest.mark.parametrize("frame", ["", "?frame=desk", "?frame=plain"])
def test_the_style_guide_has_no_fault(look, guide, frame):
    looked = look(guide + frame)

    assert looked.faults_on_phone_and_desk("guide") == []


def test_the_style_guide_has_no_fault_in_the_other_themes(look, guide):
    for size, theme in ((PHONE, "dark"), (DESK, "light")):
        looked = look(guide, size=size, theme=theme)
        assert (looked.findings_of_axe(), looked.complaints) == ([], [])


def test_the_error_summary_has_the_focus_and_leads_to_the_field(look, guide):
    page = look(guide).page

    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.click("[data-error-summary] a[href='#id_wrong-email']")

    expect(page.locator("#id_wrong-email")).to_be_focused()


def test_a_link_of_the_error_summary_leads_to_the_first_radio(look, guide):
    page = look(guide).page

    page.click("[data-error-summary] a[href='#id_wrong-category_0']")

    expect(page.locator("#id_wrong-category_0")).to_be_focused()


def test_the_chosen_theme_is_painted_at_once_and_after_a_reload(look, guide):
    page = look(guide, theme="light").page

    with page.expect_response("**/theme/"):
        page.click("[data-theme-switch] button[value=dark]")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == (
        "rgb(14, 22, 31)"
    )

    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_theme_and_language_can_be_chosen_without_a_script(look, guide):
    page = look(guide, java_script_enabled=False).page

    page.click("[data-theme-switch] button[value=dark]")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.click("button[name=language][value=fr]")

    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.url == guide


def test_a_dialog_opens_takes_the_focus_and_gives_it_back(look, guide):
    page = look(guide).page
    opener = page.locator("button[commandfor=sample-dialog]")

    opener.press("Enter")
    expect(page.locator("#sample-dialog")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog').id") == "sample-dialog"
    page.keyboard.press("Escape")

    expect(page.locator("#sample-dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_on_a_phone_the_menu_opens_and_closes_by_keyboard(look, guide):
    page = look(guide, size=PHONE).page

    page.locator(".masthead-toggle").press("Enter")
    expect(page.locator("#masthead-menu")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#masthead-menu")).to_be_hidden()


@pytest.mark.parametrize(("guarded", "sent"), [(True, 1), (False, 3)], ids=["guard", "control"])
def test_a_form_is_sent_once_however_often_it_is_clicked(look, guide, guarded, sent):
    page = look(guide).page

    reached_the_browser = page.evaluate(
        """(guarded) => {
          const form = document.querySelector("#forms form");
          if (!guarded) form.removeAttribute("data-submit-once");
          let sent = 0;
          addEventListener("submit", (event) => {
            if (!event.defaultPrevented) sent += 1;
            event.preventDefault();
          });
          const button = form.querySelector("button[type=submit]");
          [1, 2, 3].forEach(() => button.click());
          return sent;
        }""",
        guarded,
    )

    assert reached_the_browser == sent


def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(look, guide):
    page = look(f"{guide}?frame=desk").page

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_outside_debug_mode_there_is_no_style_guide(client):
    assert client.get("/styleguide/").status_code == 404
