"""What is sold and who edits it. The buyers come from the tests of ordering."""

import pytest
from django.urls import reverse

from tests.conftest import NOON, signed_in
from tests.registration.ordering.conftest import (
    free_ticket,
    physician_ticket,
    policy,
    ultrasound,
)

__all__ = ["free_ticket", "physician_ticket", "policy", "ultrasound"]


@pytest.fixture
def by(organiser):
    return {"actor": organiser, "at": NOON}


@pytest.fixture
def desk(organiser):
    client = signed_in(organiser)
    client.cookies["django_language"] = "en"
    return client


def address(name, event, *arguments):
    return reverse(f"registration:{name}", args=[event.slug, *arguments])
