"""Every page of the team, on a phone in the light and on a desk in the dark, is without a fault."""

import pytest
from django.conf import settings

from conference.models import User
from tests.browser import Look
from tests.conftest import signed_in
from tests.journeys.pages_of_the_demo import (
    a_physician_who_sat_in_sessions,
    desk_of_groups_and_proofs,
    desk_of_money,
    edition,  # noqa: F401 - a fixture
    pages_about_money,
    pages_of_everybody,
    pages_of_the_team,
    visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_every_page_of_the_team_is_without_a_fault(edition, live_server, look: Look):  # noqa: F811
    physician = a_physician_who_sat_in_sessions(edition)
    pages_of_everybody(edition, physician)  # with the certificate that the desk shows
    pages_about_money(edition, physician)
    pages = pages_of_the_team(edition, physician)
    pages |= desk_of_money(edition, physician)
    pages |= desk_of_groups_and_proofs(edition)
    organiser = User.objects.get(email="organizadora@example.org")
    session = signed_in(organiser).cookies[settings.SESSION_COOKIE_NAME]
    looked = look(f"{live_server.url}/")
    looked.page.context.add_cookies(
        [{"name": session.key, "value": session.value, "url": live_server.url}]
    )

    assert visit(looked, live_server.url, pages, {"team", "API keys", "webhooks"}) == []
