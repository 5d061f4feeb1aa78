"""Withdrawing from a purchase by its public form, and answering that at the desk."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused
from conference.kernel.states import require_transition
from conference.kernel.tokens import new_token
from conference.models import User
from conference.operations.emailing import queue_email
from conference.operations.history import record
from registration.models import Order, Withdrawal
from registration.operations.telling import tell_buyer
from registration.queries.orders import registrations_in
from registration.rules.references import read_reference, written_reference
from registration.states import WITHDRAWAL_TRANSITIONS, RegistrationAction, WithdrawalState

CODE_LENGTH = 10
LONGEST_REASON = 500


@transaction.atomic
def request_withdrawal(*, reference: str, email: str, at: dt.datetime) -> Withdrawal | None:
    """
    Keep that the buyer of an order withdraws, and write its code to her and to the organisers.

    None if no order of an event with that link has this reference and address; whoever asks is told
    the same in both cases. Asking again while it is open changes nothing.
    """
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("event")
        .filter(
            reference=read_reference(reference) or "",
            email__iexact=email.strip(),
            event__registration_policy__withdrawal_link=True,
        )
        .first()
    )
    if order is None:
        return None
    still_open = order.withdrawals.filter(state=WithdrawalState.OPEN).first()
    if still_open is not None:
        return still_open
    withdrawal = Withdrawal.objects.create(
        event=order.event, order=order, code=new_token()[-CODE_LENGTH:], requested_at=at
    )
    record(
        RegistrationAction.WITHDRAWAL_REQUESTED, event=order.event, subject=order, actor=None,
        at=at, data={"withdrawal": withdrawal.pk},
    )  # fmt: skip
    _tell("withdrawal_requested", withdrawal, at=at)
    queue_email(
        "registration/email/withdrawal_to_answer",
        to_address=order.event.contact_email,
        to_name=order.event.organiser_name,
        language=settings.LANGUAGE_CODE,
        event=order.event,
        about=withdrawal,
        context={
            "withdrawal": withdrawal,
            "reference": written_reference(order.reference),
            "desk_url": settings.SITE_URL
            + reverse("registration:desk_withdrawals", args=[order.event.slug]),
        },
        at=at,
    )
    return withdrawal


@transaction.atomic
def answer_withdrawal(
    *,
    withdrawal_id: int,
    event_id: int,
    is_accepted: bool,
    reason: str,
    actor: User | None,
    at: dt.datetime,
) -> Withdrawal:
    """
    Tell the buyer what became of her request. The order itself is cancelled on its own page.

    :raises Withdrawal.DoesNotExist: if the event has none such.
    :raises InputRefused: if it is refused without a reason, or the reason is too long.
    :raises TransitionRefused: if it was answered before.
    """
    withdrawal = (
        Withdrawal.objects.select_for_update(of=("self",))
        .select_related("event", "order", "order__event")
        .get(pk=withdrawal_id, event_id=event_id)
    )
    words = reason.strip()
    if not is_accepted and not words:
        raise InputRefused(_("Tell the buyer why it is refused."), field="reason")
    if len(words) > LONGEST_REASON:
        raise InputRefused(
            _("Please shorten it to %(longest)d characters.") % {"longest": LONGEST_REASON},
            field="reason",
        )
    new = WithdrawalState.ACCEPTED if is_accepted else WithdrawalState.REFUSED
    require_transition(WITHDRAWAL_TRANSITIONS, old=WithdrawalState(withdrawal.state), new=new)
    withdrawal.state = new
    withdrawal.answered_at = at
    withdrawal.answered_by = actor
    withdrawal.reason = words
    withdrawal.save(update_fields=("state", "answered_at", "answered_by", "reason"))
    record(
        RegistrationAction.WITHDRAWAL_ANSWERED, event=withdrawal.event, subject=withdrawal.order,
        actor=actor, at=at, data={"withdrawal": withdrawal.pk, "answer": new.value},
    )  # fmt: skip
    _tell("withdrawal_answered", withdrawal, at=at)
    return withdrawal


def _tell(kind: str, withdrawal: Withdrawal, *, at: dt.datetime) -> None:
    order = withdrawal.order
    tell_buyer(
        kind,
        order=order,
        registrations=registrations_in(order),
        event=order.event,
        at=at,
        withdrawal=withdrawal,
    )
