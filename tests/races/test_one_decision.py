"""
Two reviewers with one proof, a sweeper beside a person who is just sending hers, sweepers at once.

The control decides as one would without the lock, and decides twice.
"""

import datetime as dt
import threading

import pytest
from django.utils import timezone

from conference.kernel.errors import TransitionRefused
from conference.models import EmailMessage, HistoryEntry
from registration.models import RegistrationPolicy, StatusProof
from registration.operations.expecting_proofs import ask_for_proofs, expire_proofs
from registration.operations.proving import approve_proof, reject_proof
from registration.queries.orders import owed_minor
from registration.states import ProofState
from tests.conftest import make_user
from tests.races.test_last_place import all_at_once, policy
from tests.registration.proofs.conftest import EARLY, buy_as_resident, picture, submit, ticket

__all__ = ["policy", "ticket"]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
REVIEWERS = 6


@pytest.fixture
def asked(ticket, event) -> StatusProof:
    RegistrationPolicy.objects.filter(event=event).update(opens_at=EARLY - dt.timedelta(days=1))
    buy_as_resident(ticket)
    ask_for_proofs(at=EARLY)
    return StatusProof.objects.get()


@pytest.fixture
def reviewers(event):
    return [make_user(f"reviewer{number}@example.org") for number in range(REVIEWERS)]


def decisions() -> int:
    found = HistoryEntry.objects.filter(action__in=["proof.approved", "proof.rejected"])
    return found.count()


def test_of_many_reviewers_one_decides(asked, reviewers):
    submit(asked)

    def decide(number):
        seen = {"proof_id": asked.pk, "submission": 1, "actor": reviewers[number], "at": EARLY}
        try:
            if number % 2:
                approve_proof(**seen)
            else:
                reject_proof(**seen, choice="unreadable", reason="")
        except TransitionRefused:
            return "too late"
        return number

    outcomes = all_at_once(REVIEWERS, decide)

    asked.refresh_from_db()
    (winner,) = [each for each in outcomes if each != "too late"]
    assert asked.decided_by == reviewers[winner]
    assert asked.state == ("approved" if winner % 2 else "rejected")
    assert decisions() == 1
    letters = EmailMessage.objects.filter(kind__contains="/proof_").exclude(kind__endswith="asked")
    assert letters.count() == 1


def test_without_the_lock_several_reviewers_decide(asked, reviewers):
    submit(asked)
    everybody_has_looked = threading.Barrier(REVIEWERS)

    def look_then_decide(number):
        state = StatusProof.objects.values_list("state", flat=True).get(pk=asked.pk)
        everybody_has_looked.wait(timeout=30)
        if state != ProofState.SUBMITTED:
            return False
        StatusProof.objects.filter(pk=asked.pk).update(
            state=ProofState.APPROVED, decided_by=reviewers[number], decided_at=timezone.now()
        )
        return True

    assert all_at_once(REVIEWERS, look_then_decide).count(True) > 1


def test_sweepers_at_once_charge_the_full_price_once(asked):
    order = asked.registration.order
    moment = asked.due_at

    all_at_once(REVIEWERS, lambda _number: expire_proofs(at=moment))

    assert owed_minor(order) == 9_000
    assert order.ledger_entries.filter(reason="status_not_proved").count() == 1


def test_a_file_sent_in_the_last_moment_is_taken_or_late_but_never_lost(asked):
    raw = picture()
    moment = asked.due_at

    def act(number):
        return expire_proofs(at=moment) if number % 2 else submit(asked, raw, at=moment).state

    all_at_once(2, act)

    asked.refresh_from_db()
    order = asked.registration.order
    assert (asked.state, asked.submissions) == ("submitted", 1)
    assert owed_minor(order) == (9_000 if asked.is_charged else 0)
