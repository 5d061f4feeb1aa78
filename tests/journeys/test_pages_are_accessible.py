"""Every page that people see, on a phone in the light and on a desk in the dark, is without a fault."""

import pytest

from tests.browser import Look
from tests.journeys.pages_of_the_demo import (
    a_physician_who_sat_in_sessions,
    edition,  # noqa: F401 - a fixture
    pages_about_money,
    pages_of_everybody,
    pages_of_groups_and_proofs,
    visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_every_page_of_everybody_is_without_a_fault(edition, live_server, look: Look):  # noqa: F811
    physician = a_physician_who_sat_in_sessions(edition)
    pages = pages_of_everybody(edition, physician)
    pages |= pages_about_money(edition, physician)
    pages |= pages_of_groups_and_proofs(edition)
    looked = look(f"{live_server.url}/")

    assert visit(looked, live_server.url, pages, {"details", "evaluation"}) == []
