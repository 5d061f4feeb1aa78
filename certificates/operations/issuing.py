"""Issuing certificates: a row with frozen facts; its file is made by a worker afterwards."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from certificates.exports.certificate_facts import facts_as_json
from certificates.models import Activity, Certificate, CreditClaim, CreditDesignation
from certificates.operations.errors import NoAttendance, NotConfirmed
from certificates.operations.stating import state_facts
from certificates.queries.credit_inputs import credit_inputs_of_many, designations_of_event
from certificates.queries.standing import SessionEvidence, activity_of, evidence_of_many
from certificates.queries.statements import Statements
from certificates.rules.claiming import certificate_kind_for
from certificates.rules.computing import compute_credits
from certificates.rules.credit_types import credit_type_rule
from certificates.rules.public_ids import RANDOM_BYTES, public_id_from
from certificates.states import CertificateAction, CertificateKind
from conference.kernel.background import after_commit
from conference.kernel.ready_insert import insert
from conference.kernel.tokens import new_token
from conference.models import User
from conference.operations.history import record
from registration.models import AttendanceInterval, Registration


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
    designations = designations_of_event(registration.event_id)
    designation = claim.designation if claim else next(iter(designations), None)
    certificate = _write(
        kind,
        activity=activity,
        registration=registration,
        designation=designation,
        claim=claim,
        evidence=_evidence_of_each([registration], designation)[registration.pk],
        texts=Statements(),
        actor=actor,
        at=at,
        name=name,
        replaces=replaces,
    )
    after_commit("certificates.render_certificate", certificate_id=certificate.pk)
    return certificate


def certify_presence(*, registration_id: int, actor: User | None, at: dt.datetime) -> Certificate:
    """
    Issue the certificate without credits that is due: of participation to professions for which
    nothing was designated, of attendance to whoever claimed nothing. The same twice is one.

    :raises NotConfirmed: without a confirmed place.
    :raises NoAttendance: if she was in no session.
    """
    with transaction.atomic():
        (certificate,) = certify_presences(registration_ids=[registration_id], actor=actor, at=at)
        if not certificate.is_ready:
            after_commit("certificates.render_certificate", certificate_id=certificate.pk)
    return certificate


@transaction.atomic
def certify_presences(
    *, registration_ids: Sequence[int], actor: User | None, at: dt.datetime
) -> list[Certificate]:
    """
    The same for several people of one event, all or none, without waking a worker for the files:
    the caller makes them. What is the same for all of them is asked for once.
    """
    registrations = list(
        Registration.objects.select_for_update(of=("self",))
        .filter(pk__in=registration_ids)
        .select_related("event__venue")
        .order_by("pk")
    )
    activity = activity_of(registrations[0])
    if activity is None or not all(one.is_confirmed for one in registrations):
        raise NotConfirmed(_("Only people with a confirmed place get a certificate."))
    designations = designations_of_event(activity.event_id)
    kinds = _kinds_due(registrations, designations)
    certificates = {
        one.registration_id: one
        for one in Certificate.objects.valid().filter(
            registration__in=registrations, activity=activity, claim__isnull=True
        )
        if one.kind == kinds[one.registration_id]
    }
    missing = [one for one in registrations if one.pk not in certificates]
    designation = next(iter(designations), None)
    evidence = _evidence_of_each(missing, designation)
    texts = Statements()
    for registration in missing:
        certificates[registration.pk] = _write(
            kinds[registration.pk],
            activity=activity,
            registration=registration,
            designation=designation,
            claim=None,
            evidence=evidence[registration.pk],
            texts=texts,
            actor=actor,
            at=at,
        )
    return [certificates[one.pk] for one in registrations]


def _kinds_due(
    registrations: Sequence[Registration], designations: Sequence[CreditDesignation]
) -> dict[int, CertificateKind]:
    """:raises NoAttendance: if one of them was in no session."""
    attended = set(
        AttendanceInterval.objects.filter(registration__in=registrations).values_list(
            "registration_id", flat=True
        )
    )
    rules = [credit_type_rule(designation.credit_type) for designation in designations]
    kinds = {}
    for registration in registrations:
        kind = certificate_kind_for(
            has_attended=registration.pk in attended,
            profession_is_eligible=any(rule.is_for(registration.profession) for rule in rules),
            has_accepted_claim=False,
        )
        if kind is None:
            raise NoAttendance(_("No attendance was recorded, so there is nothing to certify."))
        kinds[registration.pk] = kind
    return kinds


def _write(
    kind: CertificateKind,
    *,
    activity: Activity,
    registration: Registration,
    designation: CreditDesignation | None,
    claim: CreditClaim | None,
    evidence: tuple[SessionEvidence, ...],
    texts: Statements,
    actor: User | None,
    at: dt.datetime,
    name: str = "",
    replaces: Certificate | None = None,
) -> Certificate:
    public_id = public_id_from(secrets.token_bytes(RANDOM_BYTES))
    serial = _new_serial(registration.event.first_day.year)
    facts = state_facts(
        kind,
        name=name or registration.certificate_name,
        activity=activity,
        registration=registration,
        designation=designation,
        claim=claim,
        evidence=evidence,
        public_id=public_id,
        serial=serial,
        texts=texts,
        at=at,
    )
    certificate = insert(
        Certificate(
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
    )
    record(
        CertificateAction.CERTIFICATE_ISSUED,
        event=registration.event,
        subject=certificate,
        actor=actor,
        at=at,
        data={"kind": kind.value, "registration": registration.pk},
    )
    return certificate


def _evidence_of_each(
    registrations: Sequence[Registration], designation: CreditDesignation | None
) -> dict[int, tuple[SessionEvidence, ...]]:
    """What is shown of each: her minutes for that credit; nothing where none was designated."""
    if designation is None:
        return {one.pk: () for one in registrations}
    inputs = credit_inputs_of_many(registrations, [designation])
    computed = [(one, compute_credits(one)) for (one,) in inputs.values()]
    return dict(zip(inputs, evidence_of_many(computed), strict=True))


def _new_serial(year: int) -> str:
    """Random, so that it says nothing about how many there are."""
    letters = new_token()[-10:]
    return f"{year}-{letters[:5]}-{letters[5:]}"
