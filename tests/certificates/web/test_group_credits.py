"""The owner of a group sees the credits of who shows them, and of nobody else."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from certificates.operations.claiming import claim_credits
from registration.models import Group, RegistrationPolicy
from registration.operations.buying_groups import sponsor_group
from registration.operations.inviting_groups import set_showing
from registration.operations.naming import free_seat, name_person
from registration.states import NamedBy
from tests.certificates import stage
from tests.conftest import NOON
from tests.registration.ordering.conftest import make_ticket_type, somebody

pytestmark = pytest.mark.django_db
BEFORE = NOON - dt.timedelta(days=90)
AFTER = NOON + dt.timedelta(days=2)


@pytest.fixture
def group(event, organiser) -> Group:
    RegistrationPolicy.objects.create(
        event=event, opens_at=BEFORE, closes_at=NOON, terms="Be kind.", terms_version="1"
    )
    ticket = make_ticket_type(event, "course")
    order = sponsor_group(
        event_slug=event.slug, ticket_type=ticket.slug, seats=3, name="Sponsor",
        email="s@example.org", submission_token="x", language="en", actor=organiser, at=BEFORE,
    )  # fmt: skip
    group = Group.objects.get(order=order)
    for number in (1, 2):
        attendee = dataclasses.replace(somebody(number), profession="physician")
        name_person(group_id=group.pk, attendee=attendee, by=NamedBy.OWNER, actor=None, at=BEFORE)
    return group


def show(seat, *, is_shown):
    set_showing(
        registration_id=seat.registration_id, attendance=False, credits=is_shown, actor=None,
        at=AFTER,
    )  # fmt: skip


def test_credits_are_seen_while_their_person_shows_them(event, group):
    first, second = group.group_seats.filter(state="named")
    sessions = stage.make_sessions(event)
    activity = stage.make_activity(event)
    designation = stage.designate(activity, sessions)
    stage.attend(first.registration, sessions["S4"])
    stage.evaluate(first.registration, at=AFTER)
    claim_credits(
        registration_id=first.registration_id, designation_id=designation.pk,
        claimed=Decimal("1.00"), attested=True, actor=None, at=AFTER,
    )  # fmt: skip

    def page() -> str:
        answer = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/g/{group.token}/credits/")
        assert answer.status_code == 200
        return answer.content.decode()

    assert "Nobody shows you her credits." in page()
    show(first, is_shown=True)
    assert "Person 1" in page()
    assert "1.00" in page()
    assert "Person 2" not in page()
    show(second, is_shown=True)
    assert "None yet" in page()
    show(first, is_shown=False)
    assert "Person 1" not in page()
    free_seat(group_id=group.pk, number=second.number, by_desk=True, actor=None, at=AFTER)
    assert "Nobody shows you her credits." in page()


def test_a_guessed_group_shows_no_credits(group):
    assert Client().get(f"/g/{'0' * 26}/credits/").status_code == 404
