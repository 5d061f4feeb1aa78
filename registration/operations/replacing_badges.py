import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.errors import TransitionRefused
from conference.models import User
from conference.operations.history import record
from registration.models import Badge, Registration
from registration.states import RegistrationAction, RegistrationState


@transaction.atomic
def replace_badge(*, registration_id: int, actor: User | None, at: dt.datetime) -> Badge:
    """
    Give a person a new badge, and refuse the lost one at every door from now on.

    Who has none yet gets her first.

    :raises TransitionRefused: if the registration is not confirmed.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event")
        .get(pk=registration_id)
    )
    if registration.state != RegistrationState.CONFIRMED:
        raise TransitionRefused(
            _("Only a confirmed registration gets a badge; this one is “%(state)s”.")
            % {"state": RegistrationState(registration.state).label}
        )
    Badge.objects.filter(registration=registration, revoked_at__isnull=True).update(revoked_at=at)
    badge = Badge.objects.create(registration=registration, issued_at=at)
    record(
        RegistrationAction.BADGE_REPLACED,
        event=registration.event,
        subject=registration,
        actor=actor,
        at=at,
        data={"badge": badge.pk},
    )
    return badge
