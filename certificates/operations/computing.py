"""Storing what the credit engine found, so that a claim can cite it."""

import datetime as dt

from django.db import transaction

from certificates.models import CreditComputation, CreditDesignation
from certificates.queries.credit_inputs import credit_inputs_of, designations_of_event
from certificates.rules import computing
from registration.models import Registration


@transaction.atomic
def compute_credits(*, registration_id: int, at: dt.datetime) -> list[CreditComputation]:
    """
    Compute a person's credits for each designation of her event, and keep the results.

    The same facts are kept once: computing again without anything new writes nothing.
    """
    registration = Registration.objects.select_related("event").get(pk=registration_id)
    designations = designations_of_event(registration.event_id)
    return [
        keep_computation(registration, designation, computing.compute_credits(inputs), at=at)
        for designation, inputs in zip(
            designations, credit_inputs_of(registration, designations), strict=True
        )
    ]


def keep_computation(
    registration: Registration,
    designation: CreditDesignation,
    found: computing.CreditComputation,
    *,
    at: dt.datetime,
) -> CreditComputation:
    kept, _created = CreditComputation.objects.get_or_create(
        registration=registration,
        designation=designation,
        inputs_sha256=found.inputs_sha256,
        rule_version=found.rule_version,
        defaults={
            "minutes": found.minutes,
            "verified": found.verified_credits,
            "breakdown": [
                {
                    "session": int(line.session_key),
                    "minutes": line.minutes,
                    "attended_minutes": line.attended_minutes,
                    "reason": line.reason.value if line.reason else "",
                    "flags": sorted(flag.value for flag in line.flags),
                }
                for line in found.visited_breakdown
            ],
            "flags": sorted(flag.value for flag in found.flags),
            "computed_at": at,
        },
    )
    return kept
