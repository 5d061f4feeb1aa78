"""Giving a place to somebody else."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.db import refuse_on
from conference.kernel.tokens import new_token
from conference.models import User
from conference.operations.history import record
from registration.models import Answer, Badge, GroupSeat, Order, Registration, RegistrationPolicy
from registration.operations.changing import require_changes_open
from registration.operations.confirming import issue_badge
from registration.operations.inviting import withdraw_letters_of
from registration.operations.locking import lock_place, require_no_group
from registration.operations.proving import ask_anew
from registration.operations.telling import tell
from registration.queries.wishes import PersonWish, wish_of
from registration.rules.attendees import AttendeeDetails, searchable
from registration.rules.refusals import AlreadyRegistered, TransferCostsMore
from registration.signals import details_correcting
from registration.states import NamedBy, RegistrationAction, WithdrawalCause


@transaction.atomic
def transfer_place(
    *,
    registration_id: int,
    attendee: AttendeeDetails,
    by_herself: bool,
    actor: User | None,
    at: dt.datetime,
) -> Registration:
    """
    Give a place to somebody else: her names, a new address of its page and a new badge.

    The price stays. If her ticket would cost her more than was paid, the organisers decide.

    :raises TooLateToChange: by herself after the event's date for changes.
    :raises AlreadyRegistered: if the other has a place of her own.
    :raises TransferCostsMore, NotForThisProfession: if the place is not sold to her like this.
    """
    attendee = attendee.cleaned()
    order, registration = lock_place(registration_id)
    policy = RegistrationPolicy.objects.get(event=order.event_id)
    if by_herself:
        require_changes_open(policy, at=at)
        require_no_group(order)
        _require_same_price(registration, attendee)
    details_correcting.send(
        Registration, registration=registration, changed=["badge_name", "certificate_name"]
    )
    # A letter speaks of who had the place, and its page is at the old address.
    withdraw_letters_of(registration, cause=WithdrawalCause.GIVEN_AWAY, actor=actor, at=at)
    old_email = registration.email
    registration.token = new_token()
    registration.person = None
    for name in ("email", "badge_name", "certificate_name", "profession", "country", "institution"):
        setattr(registration, name, getattr(attendee, name))
    registration.search_text = searchable(
        attendee.badge_name, attendee.certificate_name, attendee.email, attendee.institution
    )
    taken = AlreadyRegistered(_("This e-mail is registered for the event already."), field="email")
    with refuse_on("registration_one_active_per_person", taken):
        registration.save(
            update_fields=(
                "token", "person", "email", "badge_name", "certificate_name", "profession",
                "country", "institution", "search_text",
            )
        )  # fmt: skip
    Answer.objects.filter(registration=registration).delete()
    if order.is_for_group:
        _forget_who_sat_there(registration)
    ask_anew(registration, policy=policy, actor=actor, at=at)
    record(
        RegistrationAction.PLACE_TRANSFERRED, event=order.event, subject=registration, actor=actor,
        at=at, data={"by_herself": by_herself},
    )  # fmt: skip
    _tell_both(order, registration, old_email=old_email, at=at)
    return registration


def _forget_who_sat_there(registration: Registration) -> None:
    """What the other let the owner of her group see was her own word."""
    GroupSeat.objects.filter(registration=registration).update(
        email="", given={}, named_by=NamedBy.DESK, shows_attendance=False, shows_credits=False,
        shown_since=None,
    )  # fmt: skip


def _require_same_price(registration: Registration, attendee: AttendeeDetails) -> None:
    """Priced as at her own registration's moment, so that a phase that is over harms nobody."""
    wish = wish_of(
        event_slug=registration.event.slug,
        people=[
            PersonWish(
                attendee=attendee,
                ticket_type=registration.ticket_type.slug,
                variation=registration.variation.slug if registration.variation else "",
            )
        ],
        currency=registration.currency,
        voucher_code="",
        at=registration.registered_at,
        asks_questions=False,
    )
    if wish.places[0].list_price.amount_minor > registration.list_price_minor:
        raise TransferCostsMore(
            _("Her ticket would cost more than was paid. Please write to the organisers.")
        )


def _tell_both(
    order: Order, registration: Registration, *, old_email: str, at: dt.datetime
) -> None:
    badges = Badge.objects.filter(registration=registration, revoked_at__isnull=True)
    if badges.update(revoked_at=at):
        issue_badge(registration, at=at)
        # Only to her: who had the place before does not learn the new address of its page.
        tell(
            "confirmed", order=order, registration=registration, event=order.event, at=at,
            to_address=registration.email,
        )  # fmt: skip
    tell(
        "place_transferred", order=order, registration=registration, event=order.event, at=at,
        to_address=old_email,
    )  # fmt: skip
