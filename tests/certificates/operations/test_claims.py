import datetime as dt
from decimal import Decimal

import pytest

from certificates.models import (
    Certificate,
    CreditClaim,
    CreditComputation,
    CreditLedgerEntry,
)
from certificates.operations.claiming import claim_credits
from certificates.operations.computing import compute_credits
from certificates.operations.errors import AlreadyClaimed, ClaimRefused, NotConfirmed
from certificates.states import ClaimRefusal
from conference.kernel.errors import InputRefused
from conference.models import HistoryEntry
from schedule.models import SessionSpeaker, Speaker
from tests.certificates import stage
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


def claim(registration, designation, claimed, *, attested=True, at=stage.CLAIM_TIME):
    return claim_credits(
        registration_id=registration.pk,
        designation_id=designation.pk,
        claimed=Decimal(claimed),
        attested=attested,
        actor=None,
        at=at,
    )


def nothing_was_claimed() -> bool:
    return not (
        CreditClaim.objects.exists()
        or CreditLedgerEntry.objects.exists()
        or Certificate.objects.exists()
        or HistoryEntry.objects.filter(action__startswith="claim.").exists()
    )


def test_example_1_who_attended_everything_claims_six_credits(physician, designation):
    stage.evaluate(physician)

    certificate = claim(physician, designation, "6.00")

    made = CreditClaim.objects.get()
    assert (made.claimed, made.verified, made.maximum) == (Decimal("6.00"),) * 3
    assert made.computation.minutes == 365
    assert list(CreditLedgerEntry.objects.values_list("claim", "delta", "reason")) == [
        (made.pk, Decimal("6.00"), "claimed")
    ]
    assert (certificate.kind, certificate.claim, certificate.state) == ("cme_award", made, "valid")
    assert certificate.facts["credits"] == "6.00"
    assert certificate.facts["name"] == "María José Núñez Ávila"
    assert certificate.facts["dates"] == "14 al 18 de abril de 2027"
    assert certificate.facts["minutes"] == 365
    assert [line["minutes"] for line in certificate.facts["sessions"]] == [50, 60, 90, 90, 75]
    assert len(certificate.public_id) == 26


def test_example_9_more_than_verified_is_refused_and_less_is_accepted(event, designation, sessions):
    registration = stage.make_registration(event)
    for code in ("S1", "S2", "S4", "S5"):
        stage.attend(registration, sessions[code])
    stage.attend(registration, sessions["S6"], "15:45", "15:55")  # 300 minutes, 5.00 credits
    stage.evaluate(registration)

    for amount in ("6.50", "6.00"):
        with pytest.raises(ClaimRefused) as refused:
            claim(registration, designation, amount)
        assert refused.value.refusal == ClaimRefusal.MORE_THAN_ALLOWED
        assert refused.value.field == "claimed"
        assert nothing_was_claimed()

    certificate = claim(registration, designation, "4.00")

    assert certificate.claim.verified == Decimal("5.00")
    assert certificate.claim.claimed == Decimal("4.00")
    assert certificate.facts["credits"] == "4.00"


def test_example_10_the_evaluation_opens_the_claim_until_the_window_closes(
    physician, designation, activity
):
    with pytest.raises(ClaimRefused) as refused:
        claim(physician, designation, "6.00")
    assert refused.value.refusal == ClaimRefusal.EVALUATION_MISSING
    assert nothing_was_claimed()

    stage.evaluate(physician)
    with pytest.raises(ClaimRefused) as refused:
        claim(physician, designation, "6.00", at=activity.claim_closes_at)
    assert refused.value.refusal == ClaimRefusal.WINDOW_CLOSED
    with pytest.raises(ClaimRefused) as refused:
        claim(
            physician,
            designation,
            "6.00",
            at=activity.claim_opens_at - dt.timedelta(microseconds=1),
        )
    assert refused.value.refusal == ClaimRefusal.WINDOW_NOT_OPEN
    assert nothing_was_claimed()

    last_moment = activity.claim_closes_at - dt.timedelta(microseconds=1)
    assert claim(physician, designation, "6.00", at=last_moment).claim.claimed == Decimal("6.00")


def test_example_12_an_own_presentation_earns_no_credit(event, designation, sessions):
    speaker_account = make_user("ponente@example.org")
    registration = stage.make_registration(event, person=speaker_account)
    for code in stage.TRACK_A:
        stage.attend(registration, sessions[code])
    speaker = Speaker.objects.create(
        event=event, external_id="p", name="Ponente", user=speaker_account
    )
    SessionSpeaker.objects.create(
        session=sessions["S2"],
        speaker=speaker,
        presents_from=stage.at_clock(event, "09:30"),
        presents_until=stage.at_clock(event, "10:00"),
    )

    (found,) = compute_credits(registration_id=registration.pk, at=stage.CLAIM_TIME)

    assert (found.minutes, found.verified) == (335, Decimal("5.50"))


def test_computing_the_same_facts_again_keeps_one_row(physician):
    first = compute_credits(registration_id=physician.pk, at=stage.CLAIM_TIME)
    second = compute_credits(registration_id=physician.pk, at=stage.CLAIM_TIME)

    assert first == second
    assert CreditComputation.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        ("0.00", ClaimRefusal.NOT_POSITIVE),
        ("-1.00", ClaimRefusal.NOT_POSITIVE),
        ("1.10", ClaimRefusal.NOT_A_STEP),
        ("NaN", ClaimRefusal.NOT_POSITIVE),
    ],
)
def test_an_impossible_amount_is_refused_and_nothing_changes(
    physician, designation, amount, refusal
):
    stage.evaluate(physician)

    with pytest.raises(ClaimRefused) as refused:
        claim(physician, designation, amount)

    assert refused.value.refusal == refusal
    assert nothing_was_claimed()


def test_without_the_attestation_nothing_is_claimed(physician, designation):
    stage.evaluate(physician)

    with pytest.raises(InputRefused) as refused:
        claim(physician, designation, "6.00", attested=False)

    assert refused.value.field == "attested"
    assert nothing_was_claimed()


def test_a_nurse_cannot_claim_ama_credit(event, designation, sessions):
    nurse = stage.make_registration(event, profession="nurse")
    stage.attend(nurse, sessions["S1"])
    stage.evaluate(nurse)

    with pytest.raises(ClaimRefused) as refused:
        claim(nurse, designation, "0.75")

    assert refused.value.refusal == ClaimRefusal.PROFESSION
    assert nothing_was_claimed()


def test_an_unpaid_place_cannot_claim(event, designation, sessions):
    unpaid = stage.make_registration(event, state="pending", confirmed_at=None)
    stage.attend(unpaid, sessions["S1"])

    with pytest.raises(NotConfirmed):
        claim(unpaid, designation, "0.75")

    assert nothing_was_claimed()


def test_the_same_credits_are_claimed_once(physician, designation):
    stage.evaluate(physician)
    claim(physician, designation, "6.00")

    with pytest.raises(AlreadyClaimed):
        claim(physician, designation, "1.00")

    assert CreditClaim.objects.get().claimed == Decimal("6.00")
    assert CreditLedgerEntry.objects.count() == 1
    assert Certificate.objects.count() == 1
