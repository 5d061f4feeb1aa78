import datetime as dt

from django.db import transaction
from django.db.models.functions import Lower

from conference.kernel.texts import clean_name
from conference.models import User
from conference.operations.history import record
from registration.models import Order, Registration
from registration.operations.telling_partners import announce_correction
from registration.rules.attendees import searchable
from registration.signals import details_correcting
from registration.states import RegistrationAction


@transaction.atomic
def correct_names(
    *,
    registration_id: int,
    badge_name: str,
    certificate_name: str,
    institution: str,
    by_herself: bool,
    actor: User | None,
    at: dt.datetime,
) -> Registration:
    """
    Correct how a person is called on her badge and her certificate, and where she works.

    By herself she does so while no certificate carries the name (the certificates' app refuses it
    by the signal); afterwards the organisers correct it and issue the certificate anew.

    :raises InputRefused: if a name cannot be kept.
    """
    wanted = {
        "badge_name": clean_name(badge_name, field="badge_name"),
        "certificate_name": clean_name(certificate_name, field="certificate_name"),
        "institution": clean_name(institution, field="institution", required=False),
    }
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("event")
        .get(pk=registration_id)
    )
    changed = [name for name, value in wanted.items() if getattr(registration, name) != value]
    if not changed:
        return registration
    if by_herself:
        details_correcting.send(Registration, registration=registration, changed=changed)
    for name in changed:
        setattr(registration, name, wanted[name])
    registration.search_text = searchable(
        registration.badge_name,
        registration.certificate_name,
        registration.email,
        registration.institution,
    )
    registration.save(update_fields=(*changed, "search_text"))
    record(
        RegistrationAction.DETAILS_CORRECTED, event=registration.event, subject=registration,
        actor=actor, at=at, data={"fields": changed},
    )  # fmt: skip
    announce_correction(registration, at=at)
    return registration


@transaction.atomic
def link_registrations_to_user(*, user: User, verified_emails: list[str], at: dt.datetime) -> int:
    """Give the account the places that were bought with its verified addresses. How many."""
    addresses = [email.lower() for email in verified_emails]
    found = list(
        Registration.objects.select_for_update(of=("self",))
        .select_related("event")
        .alias(lower_email=Lower("email"))
        .filter(lower_email__in=addresses, person__isnull=True)
        .order_by("pk")
    )
    for registration in found:
        registration.person = user
        registration.save(update_fields=("person",))
        record(
            RegistrationAction.CLAIMED_BY_ACCOUNT, event=registration.event, subject=registration,
            actor=user, at=at,
        )  # fmt: skip
    Order.objects.alias(lower_email=Lower("email")).filter(
        lower_email__in=addresses, buyer__isnull=True
    ).update(buyer=user)
    return len(found)
