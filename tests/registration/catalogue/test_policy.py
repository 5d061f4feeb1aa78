"""When and on which terms people register, set on a page."""

import pytest
from i18nfield.strings import LazyI18nString

from conference.models import HistoryEntry
from registration.models import RegistrationPolicy
from registration.operations.setting_policy import set_policy
from registration.rules.catalogue import CatalogueRefused
from tests.conftest import NOON
from tests.registration.catalogue.conftest import address
from tests.registration.ordering.conftest import buy

pytestmark = pytest.mark.django_db


def form(**fields):
    return {
        "opens_at": "2027-01-01T09:00", "closes_at": "2027-04-14T12:00", "changes_until": "",
        "refund_steps-1-days": "7", "refund_steps-1-percent": "50",
        "refund_steps-2-days": "30", "refund_steps-2-percent": "100",
        "hold_minutes": "15", "hold_extensions": "2", "transfer_days": "5", "offer_hours": "48",
        "group_seats": "40", "group_return_days": "14", "group_names_days": "3", "kept_days": "90",
        "bank_instructions_0": "CBU 011", "terms_0": "Sea amable.", "terms_version": "1", **fields,
    }  # fmt: skip


def test_an_organiser_says_for_the_first_time_when_people_register(event, desk):
    here = address("policy", event)
    assert desk.get(here).status_code == 200

    assert desk.post(here, form()).status_code == 302

    policy = RegistrationPolicy.objects.get()
    assert (policy.closes_at, str(policy.terms)) == (NOON, "Sea amable.")
    assert policy.refund_steps == [
        {"days_before": 30, "percent": 100}, {"days_before": 7, "percent": 50},
    ]  # fmt: skip
    assert HistoryEntry.objects.get().action == "catalogue.added"
    page = desk.get(here).content.decode()
    assert 'value="2027-04-14T12:00"' in page
    assert 'value="30"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"closes_at": "2027-01-01T09:00"},
        {"closes_at": ""},
        {"hold_minutes": "0"},
        {"transfer_days": "61"},
        {"offer_hours": "0"},
        {"kept_days": "0"},
        {"kept_days": "366"},
        {"refund_steps-1-percent": "101"},
        {"refund_steps-1-percent": ""},
        {"refund_steps-1-days": "x"},
        {"refund_steps-2-days": "7"},
        {"terms_0": ""},
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(event, desk, policy, wrong):
    before = RegistrationPolicy.objects.values().get()

    response = desk.post(address("policy", event), form(**wrong))

    assert response.status_code == 422
    assert 'value="2027-01-01T09:00"' in response.content.decode()
    assert RegistrationPolicy.objects.values().get() == before


def test_terms_that_people_accepted_do_not_change_under_their_version(
    event, physician_ticket, policy, by
):
    buy(physician_ticket)

    with pytest.raises(CatalogueRefused) as refused:
        set_policy(event=event, values={"terms": {"es": "Otra cosa."}}, **by)
    set_policy(event=event, values={"hold_minutes": 20}, **by)
    set_policy(event=event, values={"terms": {"es": "Otra."}, "terms_version": "2"}, **by)

    policy.refresh_from_db()
    assert refused.value.field == "terms_version"
    assert (policy.hold_minutes, str(policy.terms), policy.terms_version) == (20, "Otra.", "2")
    assert HistoryEntry.objects.filter(action="catalogue.changed").count() == 2


def test_other_things_change_while_the_accepted_terms_stay_as_they_are(
    event, physician_ticket, desk
):
    policy = RegistrationPolicy.objects.get(event=event)
    policy.terms = LazyI18nString({"fr": "Soyez\naimable.", "es": "Sea\namable."})
    policy.save()
    order = buy(physician_ticket)
    here, terms = (
        address("policy", event),
        {"terms_0": "Sea\r\namable.", "terms_3": "Soyez\r\naimable."},
    )

    same = desk.post(here, form(**terms, group_seats="7", terms_version=order.terms_version))
    other = desk.post(
        here,
        form(**terms | {"terms_3": "Autre."}, group_seats="8", terms_version=order.terms_version),
    )

    assert (same.status_code, other.status_code) == (302, 422)
    policy.refresh_from_db()
    assert (policy.group_seats, policy.terms_version) == (7, order.terms_version)
    assert policy.terms.data["fr"].split() == ["Soyez", "aimable."]
