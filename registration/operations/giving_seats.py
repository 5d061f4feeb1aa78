"""What becomes of an order that was paid after its places were gone: a seat, or its money back."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TypeVar

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from conference.kernel.errors import TransitionRefused
from conference.models import User
from conference.operations.history import record
from conference.states import WebhookKind
from registration.models import (
    Order,
    Overbooking,
    Quota,
    Refund,
    TicketType,
    TicketVariation,
    Workshop,
)
from registration.operations.ending import end_locked
from registration.operations.group_seats import lost_seats
from registration.operations.locking import lock_order
from registration.operations.refunding import request_refunds_locked
from registration.operations.reviving import lost_claims, lost_registrations, revive_locked
from registration.operations.telling import tell, tell_buyer
from registration.operations.telling_partners import announce_order
from registration.queries.money import kept_minor
from registration.rules.claims import Claims
from registration.rules.refusals import ReasonMissing, SoldOut, WorkshopFull
from registration.states import OrderState, RegistrationAction

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def give_seat(*, order_id: int, reason: str, actor: User, at: dt.datetime) -> Order:
    """
    Confirm a paid order without places: with what is free by now, else by raising the places.

    Raising them is recorded with the reason and by whom. Without a reason only free places count.

    :raises TransitionRefused: if the order does not wait for a seat.
    :raises ReasonMissing: if nothing is free and no reason is given for raising the places.
    :raises AlreadyRegistered: if somebody of the order has another place by now.
    """
    order = lock_order(order_id)
    if order.state != OrderState.PAID_WITHOUT_SEAT:
        raise TransitionRefused(_("This order does not wait for a seat."))
    try:
        with transaction.atomic():
            revive_locked(order, actor=actor, at=at)
    except (SoldOut, WorkshopFull):
        if not reason.strip():
            raise ReasonMissing(
                _("Nothing is free. To raise the number of places, please say why."), field="reason"
            ) from None
        order = lock_order(order_id)
        _raise_places(order, reason=reason.strip()[:300], actor=actor, at=at)
        revive_locked(order, actor=actor, at=at, from_the_queue=True)
    record(RegistrationAction.SEAT_GIVEN, event=order.event, subject=order, actor=actor, at=at)
    return order


@transaction.atomic
def send_back_and_cancel(
    *, order_id: int, reason: str, actor: User | None, at: dt.datetime
) -> list[Refund]:
    """
    Cancel a paid order without places and ask for all its money back.

    :raises TransitionRefused: if the order cannot be cancelled.
    """
    order = lock_order(order_id)
    end_locked(order, new=OrderState.CANCELLED, at=at)
    record(RegistrationAction.ORDER_CANCELLED, event=order.event, subject=order, actor=actor, at=at)
    announce_order(WebhookKind.ORDER_CANCELLED, order, at=at)
    kept = kept_minor(order)
    refunds = (
        request_refunds_locked(order, amount_minor=kept, reason=reason, actor=actor, at=at)
        if kept > 0
        else []
    )
    if order.is_for_group:
        tell_buyer("cancelled", order=order, registrations=[], event=order.event, at=at)
    for registration in order.registrations.order_by("pk"):
        tell("cancelled", order=order, registration=registration, event=order.event, at=at)
    return refunds


def _raise_places(order: Order, *, reason: str, actor: User, at: dt.datetime) -> None:
    """
    By exactly what is missing; the rows are locked in the order in which buyers take them.

    Free places of a ticket type or workshop that people wait for count as taken: nobody is passed.
    """
    wanted = Claims()
    for registration in lost_registrations(order):
        wanted += lost_claims(registration)
    for seat in lost_seats(order):
        wanted += seat.claims
    for ticket_type in _locked(TicketType, wanted.ticket_types):
        missing = wanted.ticket_types[ticket_type.pk] - ticket_type.places_left
        if missing > 0:
            TicketType.objects.filter(pk=ticket_type.pk).update(places=F("places") + missing)
            _note(order, ticket_type, missing=missing, reason=reason, actor=actor, at=at)
    for variation in _locked(TicketVariation, wanted.variations):
        if variation.places is not None:
            missing = wanted.variations[variation.pk] + variation.places_taken - variation.places
            if missing > 0:
                TicketVariation.objects.filter(pk=variation.pk).update(places=F("places") + missing)
                _note(order, variation, missing=missing, reason=reason, actor=actor, at=at)
    for workshop in _locked(Workshop, wanted.workshops):
        missing = wanted.workshops[workshop.pk] - workshop.seats_left
        if missing > 0:
            Workshop.objects.filter(pk=workshop.pk).update(seats=F("seats") + missing)
            _note(order, workshop, missing=missing, reason=reason, actor=actor, at=at)
    for quota in _locked(Quota, wanted.quotas):
        missing = wanted.quotas[quota.pk] - quota.left
        if missing > 0:
            Quota.objects.filter(pk=quota.pk).update(size=F("size") + missing)
            _note(order, quota, missing=missing, reason=reason, actor=actor, at=at)


def _locked(model: type[Row], wanted: Collection[int]) -> Iterable[Row]:
    return model._default_manager.select_for_update().filter(pk__in=wanted).order_by("pk")


def _note(
    order: Order,
    raised: TicketType | TicketVariation | Workshop | Quota,
    *,
    missing: int,
    reason: str,
    actor: User,
    at: dt.datetime,
) -> None:
    overbooking = Overbooking.objects.create(
        order=order,
        ticket_type=raised if isinstance(raised, TicketType) else None,
        variation=raised if isinstance(raised, TicketVariation) else None,
        workshop=raised if isinstance(raised, Workshop) else None,
        quota=raised if isinstance(raised, Quota) else None,
        more_places=missing,
        reason=reason,
        decided_by=actor,
        decided_at=at,
    )
    record(
        RegistrationAction.OVERBOOKED, event=order.event, subject=raised, actor=actor, at=at,
        data={"order": order.pk, "overbooking": overbooking.pk, "more_places": missing},
    )  # fmt: skip
