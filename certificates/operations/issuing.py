"""Issuing certificates: a row with frozen facts; its file is made by a worker afterwards."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from certificates.exports.certificate_facts import facts_as_json
from certificates.models import Activity, Certificate, CreditClaim, CreditDesignation
from certificates.operations.errors import NoAttendance, NotConfirmed
from certificates.operations.stating import state_facts
from certificates.queries.credit_inputs import credit_inputs_of, designations_of_event
from certificates.queries.standing import SessionEvidence, activity_of, evidence_of
from certificates.rules.claiming import certificate_kind_for
from certificates.rules.computing import compute_credits
from certificates.rules.credit_types import credit_type_rule
from certificates.rules.public_ids import RANDOM_BYTES, public_id_from
from certificates.states import CertificateAction, CertificateKind
from conference.kernel.background import after_commit
from conference.kernel.tokens import new_token
from conference.models import User
from conference.operations.history import record
from registration.models import Registration


def issue_certificate(
    *,
    kind: CertificateKind,
    activity: Activity,
    registration: Registration,
    claim: CreditClaim | None,
    actor: User | None,
    at: dt.datetime,
    name: str = "",
    replaces: Certificate | None = None,
) -> Certificate:
    """
    Write the certificate's row and wake a worker to make its file.

    The caller has locked the registration and is inside a transaction. `name` is for a
    correction; without it the name is the one in the registration.
    """
    public_id = public_id_from(secrets.token_bytes(RANDOM_BYTES))
    serial = _new_serial(registration.event.first_day.year)
    designations = designations_of_event(registration.event_id)
    designation = claim.designation if claim else next(iter(designations), None)
    facts = state_facts(
        kind,
        name=name or registration.certificate_name,
        activity=activity,
        registration=registration,
        designation=designation,
        claim=claim,
        evidence=_evidence(registration, designation),
        public_id=public_id,
        serial=serial,
        at=at,
    )
    certificate = Certificate.objects.create(
        public_id=public_id,
        serial=serial,
        kind=kind,
        activity=activity,
        registration=registration,
        claim=claim,
        language=registration.language,
        facts=facts_as_json(facts),
        issued_at=at,
        replaces=replaces,
    )
    record(
        CertificateAction.CERTIFICATE_ISSUED,
        event=registration.event,
        subject=certificate,
        actor=actor,
        at=at,
        data={"kind": kind.value, "registration": registration.pk},
    )
    after_commit("certificates.render_certificate", certificate_id=certificate.pk)
    return certificate


@transaction.atomic
def certify_presence(*, registration_id: int, actor: User | None, at: dt.datetime) -> Certificate:
    """
    Issue the certificate without credits that is due: of participation to professions for which
    nothing was designated, of attendance to whoever claimed nothing. The same twice is one.

    :raises NotConfirmed: without a confirmed place.
    :raises NoAttendance: if she was in no session.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("event__venue")
        .get(pk=registration_id)
    )
    activity = activity_of(registration)
    if activity is None or not registration.is_confirmed:
        raise NotConfirmed(_("Only people with a confirmed place get a certificate."))
    kind = certificate_kind_for(
        has_attended=registration.attendance_intervals.exists(),
        profession_is_eligible=any(
            credit_type_rule(designation.credit_type).is_for(registration.profession)
            for designation in designations_of_event(registration.event_id)
        ),
        has_accepted_claim=False,
    )
    if kind is None:
        raise NoAttendance(_("No attendance was recorded, so there is nothing to certify."))
    earlier = (
        Certificate.objects.valid()
        .filter(registration=registration, activity=activity, kind=kind, claim__isnull=True)
        .first()
    )
    return earlier or issue_certificate(
        kind=kind, activity=activity, registration=registration, claim=None, actor=actor, at=at
    )


def _evidence(
    registration: Registration, designation: CreditDesignation | None
) -> tuple[SessionEvidence, ...]:
    if designation is None:
        return ()
    (inputs,) = credit_inputs_of(registration, [designation])
    return evidence_of(inputs, compute_credits(inputs))


def _new_serial(year: int) -> str:
    """Random, so that it says nothing about how many there are."""
    letters = new_token()[-10:]
    return f"{year}-{letters[:5]}-{letters[5:]}"
