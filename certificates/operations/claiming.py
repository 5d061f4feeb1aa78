"""Claiming credits: at most what was verified, in steps; less is always allowed."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from certificates.models import (
    Certificate,
    CreditClaim,
    CreditDesignation,
    CreditLedgerEntry,
    Statement,
)
from certificates.operations.computing import keep_computation
from certificates.operations.errors import AlreadyClaimed, ClaimRefused, NotConfirmed
from certificates.operations.issuing import issue_certificate
from certificates.queries.credit_inputs import credit_inputs_of
from certificates.queries.standing import gate_facts_of, policy_of
from certificates.rules.claiming import claim_refusal
from certificates.rules.computing import compute_credits
from certificates.states import CertificateAction, CertificateKind, StatementKind
from conference.kernel.db import refuse_on
from conference.kernel.errors import InputRefused
from conference.models import User
from conference.operations.history import record
from registration.models import Registration

CLAIMED = "claimed"  # the reason in the ledger; corrections have theirs


@transaction.atomic
def claim_credits(
    *,
    registration_id: int,
    designation_id: int,
    claimed: Decimal,
    attested: bool,
    actor: User | None,
    at: dt.datetime,
) -> Certificate:
    """
    Claim credits of one designation, and issue the certificate that states them.

    :raises NotConfirmed: without a confirmed place.
    :raises ClaimRefused: if a gate is closed or the amount cannot be claimed.
    :raises InputRefused: without the attestation.
    :raises AlreadyClaimed: if these credits were claimed before.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("event__venue")
        .get(pk=registration_id)
    )
    designation = CreditDesignation.objects.select_related("activity__provider", "credit_type").get(
        pk=designation_id, activity__event_id=registration.event_id
    )
    activity = designation.activity
    if not registration.is_confirmed:
        raise NotConfirmed(_("Only people with a confirmed place can claim credits."))
    if CreditClaim.objects.filter(
        registration=registration, designation=designation, withdrawn_at__isnull=True
    ).exists():
        raise _already_claimed()

    (inputs,) = credit_inputs_of(registration, [designation])
    found = compute_credits(inputs)
    refusal = claim_refusal(
        claimed,
        found,
        rule=inputs.rule,
        policy=policy_of(activity),
        gates=gate_facts_of(registration, activity),
        at=at,
    )
    if refusal:
        raise ClaimRefused(refusal)
    if not attested:
        raise InputRefused(
            _("Confirm that you claim only the credit for what you attended."), field="attested"
        )

    computation = keep_computation(registration, designation, found, at=at)
    with refuse_on("claim_one_active_per_person", _already_claimed()):
        claim = CreditClaim.objects.create(
            registration=registration,
            designation=designation,
            computation=computation,
            verified=found.allowed_credits,
            maximum=designation.maximum,
            claimed=claimed,
            attestation_version=_attestation_version(),
            claimed_at=at,
        )
    CreditLedgerEntry.objects.create(claim=claim, delta=claimed, reason=CLAIMED, entered_at=at)
    record(
        CertificateAction.CLAIM_SUBMITTED,
        event=registration.event,
        subject=claim,
        actor=actor,
        at=at,
        data={"claimed": str(claimed), "verified": str(found.verified_credits)},
    )
    return issue_certificate(
        kind=CertificateKind.CME_AWARD,
        activity=activity,
        registration=registration,
        claim=claim,
        actor=actor,
        at=at,
    )


def _already_claimed() -> AlreadyClaimed:
    return AlreadyClaimed(_("These credits were claimed already; the certificate is below."))


def _attestation_version() -> str:
    newest = (
        Statement.objects.filter(kind=StatementKind.ATTESTATION)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )
    return newest or "none"
