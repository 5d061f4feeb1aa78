"""The description of the API is whole, and says who may ask what."""

import io

import pytest
import yaml
from django.core.management import call_command


@pytest.fixture(scope="module")
def described() -> dict:
    output = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=output)
    return yaml.safe_load(output.getvalue())


def test_the_description_is_made_without_a_warning(described):
    assert len(described["paths"]) >= 24


def test_every_operation_says_how_it_refuses(described):
    silent = [
        path
        for path, operations in described["paths"].items()
        for operation in operations.values()
        if "4XX" not in operation["responses"] and not path.endswith("/schema/")
    ]

    assert silent == []


def test_it_says_what_opens_an_address(described):
    paths = described["paths"]
    orders = paths["/api/v1/events/{event_slug}/desk/orders/"]["get"]
    placing = paths["/api/v1/events/{event_slug}/orders/"]["post"]

    assert orders["security"] == [{"key": []}, {"session": []}]
    assert "Opened by keys with the scope `orders:read`." in orders["description"]
    assert "security" not in placing


def test_nothing_at_an_address_of_the_api_is_refused_in_json(client, db):
    missing = client.get("/api/v1/nothing/here/")
    unreadable = client.get("/api/v1/nothing/?q=%ff")

    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (unreadable.status_code, unreadable.json()["code"]) == (400, "unreadable")
