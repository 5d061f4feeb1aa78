"""The same credits claimed from many tabs at once: one claim, one line in the ledger."""

import threading
from decimal import Decimal

import pytest
from django.db import connection, connections

from certificates.models import Certificate, CreditClaim, CreditComputation, CreditLedgerEntry
from certificates.operations.claiming import claim_credits
from certificates.operations.errors import AlreadyClaimed
from tests.certificates import stage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

AT_ONCE = 6


def at_once(act) -> list[object]:
    """What each of the threads got: a result, or what was raised."""
    start, answers = threading.Barrier(AT_ONCE), []

    def run() -> None:
        try:
            start.wait()
            answers.append(act())
        except Exception as error:  # noqa: BLE001 - whatever it was is the answer
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _one in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_of_many_simultaneous_claims_wins(physician, designation):
    stage.evaluate(physician)

    answers = at_once(
        lambda: claim_credits(
            registration_id=physician.pk,
            designation_id=designation.pk,
            claimed=Decimal("6.00"),
            attested=True,
            actor=None,
            at=stage.CLAIM_TIME,
        )
    )

    assert sorted(type(answer).__name__ for answer in answers) == sorted(
        ["Certificate"] + ["AlreadyClaimed"] * (AT_ONCE - 1)
    )
    assert all(isinstance(answer, Certificate | AlreadyClaimed) for answer in answers)
    assert CreditClaim.objects.count() == 1
    assert CreditLedgerEntry.objects.count() == 1
    assert Certificate.objects.count() == 1


def test_control_without_lock_and_constraint_there_are_several(physician, designation):
    """The race is real: looking first and inserting afterwards lets more than one through."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX claim_one_active_per_person")
    computation = CreditComputation.objects.create(
        registration=physician,
        designation=designation,
        inputs_sha256="0" * 64,
        rule_version="control",
        minutes=365,
        verified=Decimal("6.00"),
        computed_at=stage.CLAIM_TIME,
    )
    looked = threading.Barrier(AT_ONCE)

    def look_then_insert() -> CreditClaim | None:
        if CreditClaim.objects.filter(registration=physician).exists():
            return None
        looked.wait()
        return CreditClaim.objects.create(
            registration=physician,
            designation=designation,
            computation=computation,
            verified=Decimal("6.00"),
            maximum=Decimal("6.00"),
            claimed=Decimal("6.00"),
            attestation_version="1",
            claimed_at=stage.CLAIM_TIME,
        )

    try:
        at_once(look_then_insert)
        assert CreditClaim.objects.count() > 1
    finally:
        CreditClaim.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX claim_one_active_per_person ON certificates_creditclaim "
                "(registration_id, designation_id) WHERE withdrawn_at IS NULL"
            )
