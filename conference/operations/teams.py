"""Who is in the team of an event."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.errors import DomainError, InputRefused
from conference.models import Event, Membership, User
from conference.operations.history import record
from conference.operations.opening import add_member
from conference.states import EventAction, Role


class LastOrganiser(DomainError):
    code = "last_organiser"


@transaction.atomic
def invite_member(
    *, event_id: int, email: str, role: str, actor: User | None, at: dt.datetime
) -> Membership:
    """
    Give the person with that address a role; she gets an account if she has none.

    She proves that the address is hers when she logs in by the code sent to it.

    :raises InputRefused: if it is no address or no role.
    """
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InputRefused(_("Please look at the e-mail address again."), field="email") from error
    if role not in Role.values:
        raise InputRefused(_("There is no such role."), field="role")
    event = Event.objects.get(pk=event_id)
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        user = User.objects.create_user(address)
    return add_member(event, user=user, role=Role(role), actor=actor, at=at)


@transaction.atomic
def remove_member(
    *, membership_id: int, event_id: int, actor: User | None, at: dt.datetime
) -> None:
    """
    Take a role away.

    :raises Membership.DoesNotExist: if the event has no such member.
    :raises LastOrganiser: if nobody would be left to organise.
    """
    # The event is the lock: two organisers who remove each other at once must not both succeed.
    event = Event.objects.select_for_update().get(pk=event_id)
    membership = Membership.objects.get(pk=membership_id, event=event)
    organisers = Membership.objects.filter(event=event, role=Role.ORGANISER)
    if membership.role == Role.ORGANISER and not organisers.exclude(pk=membership.pk).exists():
        raise LastOrganiser(_("An event needs an organiser: add another one first."))
    record(
        EventAction.MEMBER_REMOVED, event=event, subject=membership, actor=actor, at=at,
        data={"user": membership.user_id, "role": membership.role},
    )  # fmt: skip
    membership.delete()
