"""A quota's list changes while people buy: whoever holds a place is counted once, nobody twice."""

import pytest

from registration.models import Quota, QuotaPlace, Registration
from registration.operations.setting_quotas import change_quota, settle_changed_quotas
from tests.conftest import NOON
from tests.races.test_last_place import all_at_once, outcome, policy
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

__all__ = ["policy"]

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_a_quota_that_is_changed_among_buyers_counts_everybody_once(event, policy, organiser):
    ticket_type = make_ticket_type(event, places=40)
    quota = Quota.objects.create(event=event, name="Room", size=30)

    def act(number):
        if number % 8 == 3:
            change_quota(
                event=event, quota_id=quota.pk, values={"name": "Room", "size": 30},
                ticket_types=[ticket_type] if number % 16 == 3 else [], workshops=[],
                actor=organiser, at=NOON,
            )  # fmt: skip
            return "changed"
        return outcome(lambda: buy(ticket_type, attendee=somebody(number)))

    outcomes = all_at_once(20, act)
    change_quota(
        event=event, quota_id=quota.pk, values={"name": "Room", "size": 30},
        ticket_types=[ticket_type], workshops=[], actor=organiser, at=NOON,
    )  # fmt: skip
    settle_changed_quotas(at=NOON)

    quota.refresh_from_db()
    held = QuotaPlace.objects.filter(quota=quota, state="active")
    assert outcomes.count("sold") == 17 == Registration.objects.holding_a_place().count()
    assert quota.taken == held.count() == 17
    assert held.values("registration").distinct().count() == 17
