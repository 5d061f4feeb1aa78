"""The catalogue and the answers, as a partner's program reads them: only its event's, by its scopes."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from conference.operations.keys import make_key
from conference.states import ApiScope
from registration.models import Question, Quota, TicketVariation, Voucher
from tests.conftest import NOON, make_event, signed_in
from tests.registration.ordering.conftest import (  # noqa: F401 - fixtures
    ANA,
    buy,
    make_ticket_type,
    physician_ticket,
    policy,
    somebody,
    ultrasound,
    wish,
)

pytestmark = pytest.mark.django_db
LISTS = ("variations", "quotas", "questions", "vouchers", "answers")
SCOPES = {
    "variations": ApiScope.OFFER_READ, "quotas": ApiScope.OFFER_READ,
    "questions": ApiScope.OFFER_READ, "vouchers": ApiScope.ORDERS_READ,
    "answers": ApiScope.REGISTRATIONS_READ,
}  # fmt: skip


@pytest.fixture
def catalogue(event, physician_ticket, ultrasound):  # noqa: F811
    """Something in every list, and one answer."""
    TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="online", name="Online", places=9
    )
    room = Quota.objects.create(event=event, name="Room", size=40)
    room.ticket_types.add(physician_ticket)
    room.workshops.add(ultrasound)
    Question.objects.create(
        event=event, slug="diet", kind="one_of", label="Diet",
        options=[{"value": "all", "label": "Everything"}],
    )  # fmt: skip
    code = Voucher.objects.create(
        event=event, code="HALF", effect="percent", percent=50, max_uses=5, made_at=NOON,
        purpose="Faculty",
    )  # fmt: skip
    code.ticket_types.add(physician_ticket)
    place = wish(physician_ticket, variation="online", answers={"diet": "all"})
    return buy(physician_ticket, people=[place]).registrations.get()


def key_of(event, scopes) -> str:
    at = timezone.now()
    return make_key(
        event_id=event.pk, name="Agency", scopes=scopes, expires_at=at + dt.timedelta(days=1),
        actor=None, at=at,
    ).written  # fmt: skip


def ask(event, key, path, **parameters):
    return Client().get(
        f"/api/v1/events/{event.slug}/desk/{path}/",
        parameters,
        headers={"Authorization": f"Api-Key {key}", "accept-language": "en"},
    )


def test_each_list_says_what_is_there(event, catalogue):
    key = key_of(event, ApiScope.values)
    rows = {}
    for name in LISTS:
        answer = ask(event, key, name)
        assert answer.status_code == 200, name
        (rows[name],) = answer.json()["results"]
        del rows[name]["id"]

    assert rows["variations"] == {
        "ticket_type": "physician", "slug": "online", "name": "Online", "places": 9,
        "places_taken": 1, "is_offered": True,
    }  # fmt: skip
    assert rows["quotas"] == {
        "name": "Room", "size": 40, "taken": 1, "left": 39, "ticket_types": ["physician"],
        "workshops": ["ultrasound"],
    }  # fmt: skip
    assert rows["questions"] == {
        "slug": "diet", "kind": "one_of", "label": "Diet",
        "options": [{"value": "all", "label": "Everything"}], "is_required": False,
        "is_offered": True, "ticket_types": [], "shown_if": None, "shown_if_answer": "",
        "keep_days": 365,
    }  # fmt: skip
    assert rows["vouchers"] == {
        "code": "HALF", "effect": "percent", "percent": 50, "amount_minor": None, "currency": "",
        "max_uses": 5, "uses": 0, "budget_minor": None, "spent_minor": 0, "valid_from": None,
        "valid_until": None, "ticket_types": ["physician"], "keeps_places_of": None,
        "places_kept": 0, "purpose": "Faculty", "made_at": "2027-04-14T15:00:00Z",
    }  # fmt: skip
    assert rows["answers"] == {
        "registration": str(catalogue.uid), "question": "diet", "value": "all",
        "answered_at": "2027-04-14T15:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_opens_by_its_scope_alone_and_never_to_another_event(event, catalogue, name):
    scope = SCOPES[name]
    others = [each for each in ApiScope.values if each != scope]
    other = make_event("other")

    assert ask(event, key_of(event, [scope]), name).status_code == 200
    refused = ask(event, key_of(event, others), name)
    assert refused.status_code == 403
    assert scope in refused.content.decode()
    assert ask(event, key_of(other, ApiScope.values), name).status_code == 404
    assert ask(other, key_of(other, ApiScope.values), name).json()["results"] == []
    assert Client().get(f"/api/v1/events/{event.slug}/desk/{name}/").status_code in {401, 403}


def test_filters_choose_and_unknown_ones_are_refused(event, catalogue):
    key = key_of(event, ApiScope.values)

    assert len(ask(event, key, "vouchers", code=" half ").json()["results"]) == 1
    assert ask(event, key, "vouchers", code="other").json()["results"] == []
    assert len(ask(event, key, "answers", question="diet").json()["results"]) == 1
    late = ask(event, key, "answers", answered_since="2027-04-14T15:00:01Z")
    assert late.json()["results"] == []
    for name in LISTS:
        assert ask(event, key, name, nonsense="1").status_code == 400, name
    assert ask(event, key, "vouchers", code="\x00").status_code == 400


def test_a_registration_says_its_variation(event, catalogue):
    (place,) = ask(event, key_of(event, ApiScope.values), "registrations").json()["results"]

    assert (place["ticket_type"], place["variation"]) == ("physician", "online")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_database_the_same_however_long_it_is(
    event, catalogue, organiser, name, django_assert_num_queries
):
    client = signed_in(organiser)
    address = f"/api/v1/events/{event.slug}/desk/{name}/"
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        assert len(client.get(address).json()["results"]) == 1
    physician = catalogue.ticket_type
    for number in range(2):
        TicketVariation.objects.create(
            event=event, ticket_type=physician, slug=f"v{number}", name="V"
        )
        quota = Quota.objects.create(event=event, name=f"Q{number}", size=4)
        quota.ticket_types.add(physician)
        question = Question.objects.create(event=event, slug=f"q{number}", kind="line", label="Q")
        question.ticket_types.add(physician)
        question.answers.create(registration=catalogue, value="x", answered_at=NOON)
        code = Voucher.objects.create(
            event=event, code=f"CODE{number}", effect="percent", percent=5, made_at=NOON
        )
        code.ticket_types.add(physician)

    with django_assert_num_queries(len(few)):
        assert len(client.get(address).json()["results"]) == 3
