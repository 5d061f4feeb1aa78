from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from certificates.models import Certificate, CreditClaim, CreditLedgerEntry
from certificates.operations.claiming import claim_credits
from certificates.operations.errors import ClaimRefused
from certificates.operations.revoking import reissue_certificate, revoke_certificate
from certificates.states import CorrectionReason
from conference.kernel.errors import InputRefused, TransitionRefused
from conference.models import EmailMessage, HistoryEntry
from tests.certificates import stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(physician, designation) -> Certificate:
    stage.evaluate(physician)
    return claim_credits(
        registration_id=physician.pk,
        designation_id=designation.pk,
        claimed=Decimal("6.00"),
        attested=True,
        actor=None,
        at=stage.CLAIM_TIME,
    )


def ledger() -> list[tuple[Decimal, str]]:
    return list(CreditLedgerEntry.objects.order_by("pk").values_list("delta", "reason"))


def test_revoking_takes_the_credits_back_and_tells_the_person(certificate, organiser):
    revoke_certificate(
        certificate_id=certificate.pk,
        reason=CorrectionReason.FRAUD,
        actor=organiser,
        at=stage.CLAIM_TIME,
    )

    certificate.refresh_from_db()
    assert (certificate.state, certificate.ended_at, certificate.ending_reason) == (
        "revoked",
        stage.CLAIM_TIME,
        "fraud",
    )
    assert CreditClaim.objects.get().withdrawn_at == stage.CLAIM_TIME
    assert ledger() == [(Decimal("6.00"), "claimed"), (Decimal("-6.00"), "fraud")]
    assert HistoryEntry.objects.get(action="certificate.revoked").actor == organiser
    (email,) = EmailMessage.objects.all()
    assert email.kind == "certificates/email/certificate_revoked"


def test_a_certificate_is_revoked_once(certificate):
    revoke = {"certificate_id": certificate.pk, "actor": None, "at": stage.CLAIM_TIME}
    revoke_certificate(reason=CorrectionReason.FRAUD, **revoke)

    with pytest.raises(TransitionRefused):
        revoke_certificate(reason=CorrectionReason.ISSUED_IN_ERROR, **revoke)
    with pytest.raises(TransitionRefused):
        reissue_certificate(name="Otro Nombre", **revoke)

    assert Certificate.objects.get().ending_reason == "fraud"
    assert len(ledger()) == 2


def test_a_corrected_name_supersedes_and_keeps_the_credits(certificate, organiser):
    new = reissue_certificate(
        certificate_id=certificate.pk,
        name="  María  José Núñez de Ávila ",
        actor=organiser,
        at=stage.CLAIM_TIME,
    )

    certificate.refresh_from_db()
    assert (certificate.state, certificate.ending_reason) == ("superseded", "name_correction")
    assert certificate.facts["name"] == "María José Núñez Ávila"
    assert (new.replaces, new.state, new.claim) == (certificate, "valid", certificate.claim)
    assert new.facts["name"] == "María José Núñez de Ávila"
    assert new.facts["credits"] == "6.00"
    assert new.serial != certificate.serial
    assert new.public_id != certificate.public_id
    assert ledger() == [(Decimal("6.00"), "claimed")]


def test_a_corrected_amount_makes_a_new_claim_and_the_ledger_adds_up(certificate):
    new = reissue_certificate(
        certificate_id=certificate.pk,
        name="María José Núñez Ávila",
        claimed=Decimal("4.00"),
        actor=None,
        at=stage.CLAIM_TIME,
    )

    assert new.facts["credits"] == "4.00"
    assert Certificate.objects.get(pk=certificate.pk).ending_reason == "amount_correction_down"
    assert [(c.claimed, c.withdrawn_at) for c in CreditClaim.objects.order_by("pk")] == [
        (Decimal("6.00"), stage.CLAIM_TIME),
        (Decimal("4.00"), None),
    ]
    assert sum(delta for delta, _reason in ledger()) == Decimal("4.00")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": ""}, InputRefused),
        ({"name": "x" * 201}, InputRefused),
        ({"name": "María José Núñez Ávila"}, InputRefused),
        ({"name": "María José Núñez Ávila", "claimed": Decimal("6.25")}, ClaimRefused),
    ],
)
def test_a_correction_that_makes_no_sense_changes_nothing(certificate, changes, refusal):
    with pytest.raises(refusal), transaction.atomic():
        reissue_certificate(
            certificate_id=certificate.pk, actor=None, at=stage.CLAIM_TIME, **changes
        )

    assert Certificate.objects.get().state == "valid"
    assert ledger() == [(Decimal("6.00"), "claimed")]


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": {"name": "Otra"}},
        {"serial": "2027-AAAAA-AAAAA"},
        {"language": "en"},
        {"claim": None},
    ],
)
def test_the_database_refuses_to_edit_a_certificate(certificate, changes):
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**changes)


def test_the_database_refuses_to_delete_a_certificate_or_to_end_it_twice(certificate):
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        Certificate.objects.all().delete()
    revoke_certificate(
        certificate_id=certificate.pk,
        reason=CorrectionReason.FRAUD,
        actor=None,
        at=stage.CLAIM_TIME,
    )
    with pytest.raises(IntegrityError, match="ends once"), transaction.atomic():
        Certificate.objects.update(ending_reason="issued_in_error")


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        (
            {"state": "revoked", "ending_reason": "fraud"},
            "certificate_ended_has_its_time",
        ),
        (
            {"state": "revoked", "ended_at": stage.CLAIM_TIME},
            "certificate_ended_has_its_reason",
        ),
        ({"rendered_at": stage.CLAIM_TIME}, "certificate_file_has_its_time"),
    ],
)
def test_a_half_filled_certificate_is_refused(certificate, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**changes)
