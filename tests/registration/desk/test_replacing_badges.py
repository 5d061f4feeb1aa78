"""A badge was lost: the desk gives a new one."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from conference.models import HistoryEntry
from registration.models import Badge
from registration.states import RegistrationState
from tests.conftest import signed_in
from tests.registration.onsite.cast import make_badge, make_registration

pytestmark = pytest.mark.django_db


def address(registration) -> str:
    return f"/desk/{registration.event.slug}/people/{registration.pk}/replace-badge"


def test_an_organiser_replaces_a_badge_on_the_page_of_the_order(event, organiser):
    registration = make_registration(event)
    lost = Badge.objects.create(
        registration=registration, issued_at=timezone.now() - dt.timedelta(days=1)
    )
    client = signed_in(organiser)
    page = f"/desk/{event.slug}/orders/{registration.order_id}/"
    assert address(registration) in client.get(page).content.decode()

    answer = client.post(address(registration))

    assert (answer.status_code, answer["Location"]) == (302, page)
    lost.refresh_from_db()
    assert lost.revoked_at is not None
    (now,) = Badge.objects.filter(registration=registration, revoked_at__isnull=True)
    assert now.token != lost.token
    entry = HistoryEntry.objects.get(action="registration.badge_replaced")
    assert (entry.actor, entry.subject_id) == (organiser, registration.pk)


def test_who_has_not_paid_gets_no_badge(event, organiser):
    registration = make_registration(event, RegistrationState.CANCELLED)
    client = signed_in(organiser)

    client.post(address(registration))

    assert not Badge.objects.exists()
    page = f"/desk/{event.slug}/orders/{registration.order_id}/"
    assert address(registration) not in client.get(page).content.decode()


def test_a_person_of_another_event_is_not_there(event, other_organiser, other_event):
    registration = make_registration(event)
    make_badge(registration)

    there = f"/desk/{other_event.slug}/people/{registration.pk}/replace-badge"
    assert signed_in(other_organiser).post(there).status_code == 404
    assert signed_in(other_organiser).post(address(registration)).status_code == 404
    assert Client().post(address(registration)).status_code == 302
    assert Badge.objects.filter(revoked_at__isnull=False).count() == 0
