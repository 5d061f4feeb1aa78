"""The reference of the API in a real browser, under the same policy as every other page."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_reference_shows_every_operation_and_breaks_no_policy(look, live_server):
    looked = look(f"{live_server.url}/api/v1/docs/")

    expect(looked.page.get_by_text("/api/v1/events/{event_slug}/orders/").first).to_be_visible()
    assert looked.page.locator(".opblock").count() >= 20
    assert looked.complaints == []
