"""Ending a certificate: revoked with a reason, or superseded by a corrected one."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from certificates.models import Certificate, CreditClaim, CreditLedgerEntry
from certificates.operations.errors import ClaimRefused
from certificates.operations.issuing import issue_certificate
from certificates.rules.claiming import amount_refusal
from certificates.rules.credit_types import credit_type_rule
from certificates.states import (
    CERTIFICATE_TRANSITIONS,
    CertificateAction,
    CertificateKind,
    CertificateState,
    CorrectionReason,
)
from conference.kernel.errors import InputRefused
from conference.kernel.rich_text import clean_line
from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.emailing import queue_email
from conference.operations.history import record
from registration.models import Registration

LONGEST_NAME = 200


@transaction.atomic
def revoke_certificate(
    *, certificate_id: int, reason: CorrectionReason, actor: User | None, at: dt.datetime
) -> Certificate:
    """
    Withdraw a certificate and the credits it states, and tell the person.

    :raises TransitionRefused: if it is not valid any more.
    """
    certificate = _locked(certificate_id)
    _end(certificate, CertificateState.REVOKED, reason=reason, at=at)
    if certificate.claim:
        _withdraw(certificate.claim, reason=reason, at=at)
    record(
        CertificateAction.CERTIFICATE_REVOKED,
        event=certificate.registration.event,
        subject=certificate,
        actor=actor,
        at=at,
        data={"reason": reason.value},
    )
    _tell("certificates/email/certificate_revoked", certificate, at=at)
    return certificate


@transaction.atomic
def reissue_certificate(
    *,
    certificate_id: int,
    name: str,
    actor: User | None,
    at: dt.datetime,
    claimed: Decimal | None = None,
) -> Certificate:
    """
    Issue a certificate anew with a corrected name or amount; the old one says it was superseded.

    :raises TransitionRefused: if the old one is not valid any more.
    :raises InputRefused: if the name is empty or too long, or nothing changes.
    :raises ClaimRefused: if the amount cannot be claimed.
    """
    name = clean_line(name)
    if not name or len(name) > LONGEST_NAME:
        raise InputRefused(_("Write a name of at most 200 characters."), field="name")
    old = _locked(certificate_id)
    registration = old.registration
    claim = old.claim
    amount_changes = claim is not None and claimed is not None and claimed != claim.claimed
    if name == old.facts["name"] and not amount_changes:
        raise InputRefused(_("That is the name on the certificate already."), field="name")

    reason = CorrectionReason.NAME_CORRECTION
    if claim is not None and claimed is not None and amount_changes:
        reason = (
            CorrectionReason.AMOUNT_CORRECTION_UP
            if claimed > claim.claimed
            else CorrectionReason.AMOUNT_CORRECTION_DOWN
        )
    _end(old, CertificateState.SUPERSEDED, reason=reason, at=at)
    if claim is not None and claimed is not None and amount_changes:
        claim = _corrected(claim, claimed=claimed, reason=reason, at=at)
    new = issue_certificate(
        kind=CertificateKind(old.kind),
        activity=old.activity,
        registration=registration,
        claim=claim,
        name=name,
        replaces=old,
        actor=actor,
        at=at,
    )
    record(
        CertificateAction.CERTIFICATE_SUPERSEDED,
        event=registration.event,
        subject=old,
        actor=actor,
        at=at,
        data={"reason": reason.value, "by": new.pk},
    )
    return new


def _locked(certificate_id: int) -> Certificate:
    """First the registration, as everywhere, then its certificate."""
    registration_id = Certificate.objects.values_list("registration_id", flat=True).get(
        pk=certificate_id
    )
    Registration.objects.select_for_update(of=("self",)).get(pk=registration_id)
    return (
        Certificate.objects.select_for_update(of=("self",))
        .select_related(
            "activity__provider",
            "claim__designation__credit_type",
            "claim__computation",
            "registration__event__venue",
        )
        .get(pk=certificate_id)
    )


def _end(
    certificate: Certificate,
    new: CertificateState,
    *,
    reason: CorrectionReason,
    at: dt.datetime,
) -> None:
    require_transition(CERTIFICATE_TRANSITIONS, old=CertificateState(certificate.state), new=new)
    certificate.state = new
    certificate.ended_at = at
    certificate.ending_reason = reason
    certificate.save(update_fields=("state", "ended_at", "ending_reason"))


def _withdraw(claim: CreditClaim, *, reason: CorrectionReason, at: dt.datetime) -> None:
    claim.withdrawn_at = at
    claim.save(update_fields=("withdrawn_at",))
    CreditLedgerEntry.objects.create(
        claim=claim, delta=-claim.claimed, reason=reason, entered_at=at
    )


def _corrected(
    claim: CreditClaim, *, claimed: Decimal, reason: CorrectionReason, at: dt.datetime
) -> CreditClaim:
    """A new claim instead of the old one; in sum the ledger gets the difference."""
    refusal = amount_refusal(
        claimed, claim.verified, credit_type_rule(claim.designation.credit_type)
    )
    if refusal:
        raise ClaimRefused(refusal)
    _withdraw(claim, reason=reason, at=at)
    corrected = CreditClaim.objects.create(
        registration=claim.registration,
        designation=claim.designation,
        computation=claim.computation,
        verified=claim.verified,
        maximum=claim.maximum,
        claimed=claimed,
        attestation_version=claim.attestation_version,
        claimed_at=at,
    )
    CreditLedgerEntry.objects.create(claim=corrected, delta=claimed, reason=reason, entered_at=at)
    return corrected


def _tell(template: str, certificate: Certificate, *, at: dt.datetime) -> None:
    registration = certificate.registration
    queue_email(
        template,
        to_address=registration.email,
        to_name=certificate.facts["name"],
        language=certificate.language,
        event=registration.event,
        about=certificate,
        context={"certificate": certificate, "registration": registration},
        at=at,
    )
