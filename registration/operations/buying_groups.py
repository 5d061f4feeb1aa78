"""Seats for a group: bought in one order, or given by the organisers. Their people are named later."""

import dataclasses
import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.kernel.db import violated_constraint
from conference.kernel.errors import DomainError
from conference.kernel.money import Money
from conference.kernel.texts import clean_email, clean_name
from conference.models import User
from conference.operations.history import record
from conference.states import WebhookKind
from registration.models import Group, GroupSeat, LedgerEntry, Order
from registration.operations.expiring import expire_overdue_holds
from registration.operations.offering import lapse_overdue_offers
from registration.operations.ordering import REFERENCE_TWICE
from registration.operations.taking_seats import take_seats
from registration.operations.telling import tell_buyer
from registration.operations.telling_groups import tell_owner
from registration.operations.telling_partners import announce_order
from registration.queries.group_wishes import GroupWish, group_wish_of, sponsored_wish_of
from registration.queries.money import ways_to_pay
from registration.queries.wishes import WishedPlace
from registration.rules.claims import Claims, claims_of
from registration.rules.groups import usual_dates
from registration.rules.references import RANDOM_BITS, reference_of
from registration.rules.refusals import PriceChanged, SoldOut, TermsNotAccepted, WorkshopFull
from registration.rules.sale import hold_until, payment_method_for
from registration.states import (
    GroupAction,
    LedgerKind,
    LedgerReason,
    OrderState,
    PaymentMethod,
    RegistrationAction,
)


def buy_group(
    *,
    event_slug: str,
    ticket_type: str,
    variation: str = "",
    workshops: Sequence[str] = (),
    profession: str,
    country: str,
    seats: int,
    name: str,
    email: str,
    payer_name: str = "",
    payer_email: str = "",
    payment_method: str,
    terms_accepted: bool,
    submission_token: str,
    language: str,
    currency: str = "",
    agreed: Money | None = None,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    """
    Take so many seats at once, or none. They are held like any order's until they are paid.

    `email` is the owner's: who gives the seats their people. The same `submission_token` again is
    the same order; `agreed` is the total she was shown.

    :raises PriceChanged, SoldOut, WorkshopFull, TermsNotAccepted, GroupSeatsRefused:
    :raises NothingLikeIt, NotOnSale, NotForThisProfession, InputRefused:
    """
    if not terms_accepted:
        raise TermsNotAccepted(_("Please accept the terms to register."), field="terms_accepted")
    owner = _Owner(
        name=clean_name(name, field="name"),
        email=clean_email(email, field="email"),
        payer_name=clean_name(payer_name, field="payer_name", required=False),
        payer_email=clean_email(payer_email, field="payer_email") if payer_email else "",
        language=language,
    )
    submission_token = hashlib.sha256(submission_token.encode()).hexdigest()
    placed = Order.objects.filter(submission_token=submission_token).first()
    if placed is not None:
        return placed
    wish = group_wish_of(
        event_slug=event_slug, ticket_type=ticket_type, variation=variation, workshops=workshops,
        profession=profession, country=country, seats=seats, currency=currency, at=at,
    )  # fmt: skip
    if agreed is not None and wish.total != agreed:
        raise PriceChanged(
            _("The total is %(total)s now. Please look at it and send the form again.")
            % {"total": wish.total.written(language)}
        )
    return _placed_once(
        wish, owner, submission_token=submission_token, payment_method=payment_method,
        is_sponsored=False, actor=actor, at=at,
    )  # fmt: skip


def sponsor_group(
    *,
    event_slug: str,
    ticket_type: str,
    variation: str = "",
    workshops: Sequence[str] = (),
    seats: int,
    name: str,
    email: str,
    submission_token: str,
    language: str,
    actor: User,
    at: dt.datetime,
) -> Order:
    """
    Give so many seats to a sponsor or a faculty, free of charge. The places are taken at once.

    :raises SoldOut, WorkshopFull, GroupSeatsRefused, NothingLikeIt, InputRefused:
    """
    owner = _Owner(
        name=clean_name(name, field="name"),
        email=clean_email(email, field="email"),
        payer_name="",
        payer_email="",
        language=language,
    )
    submission_token = hashlib.sha256(submission_token.encode()).hexdigest()
    placed = Order.objects.filter(submission_token=submission_token).first()
    if placed is not None:
        return placed
    wish = sponsored_wish_of(
        event_slug=event_slug, ticket_type=ticket_type, variation=variation, workshops=workshops,
        seats=seats, at=at,
    )  # fmt: skip
    return _placed_once(
        wish, owner, submission_token=submission_token, payment_method=PaymentMethod.FREE,
        is_sponsored=True, actor=actor, at=at,
    )  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class _Owner:
    name: str
    email: str
    payer_name: str
    payer_email: str
    language: str


def _placed_once(
    wish: GroupWish,
    owner: _Owner,
    *,
    submission_token: str,
    payment_method: str,
    is_sponsored: bool,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    may_clear = may_draw_again = True
    while True:
        try:
            with transaction.atomic():
                return _place(
                    wish, owner, submission_token=submission_token, payment_method=payment_method,
                    is_sponsored=is_sponsored, actor=actor, at=at,
                )  # fmt: skip
        except DomainError as refusal:
            placed = Order.objects.filter(submission_token=submission_token).first()
            if placed:  # sent twice, and the first took the last places
                return placed
            if not may_clear or not isinstance(refusal, SoldOut | WorkshopFull):
                raise
            # Outside the attempt, which holds no lock any more: no deadlock with other buyers.
            may_clear = False
            claims = _claims(wish)
            cleared = expire_overdue_holds(claims=claims, at=at)
            cleared += lapse_overdue_offers(claims=claims, at=at)
            if not cleared:
                raise
        except IntegrityError as error:
            placed = Order.objects.filter(submission_token=submission_token).first()
            if placed:
                return placed
            if violated_constraint(error) != REFERENCE_TWICE or not may_draw_again:
                raise
            may_draw_again = False


def _claims(wish: GroupWish) -> Claims:
    place, seats = wish.place, wish.seats
    return claims_of(
        ticket_type_ids=[place.ticket_type.pk] * seats,
        variation_ids=[place.variation.pk] * seats if place.variation else [],
        workshop_ids=[workshop.pk for workshop in place.workshops] * seats,
        quota_ids=[quota_id for quota_id, _workshop in place.quota_ids] * seats,
    )


def _place(
    wish: GroupWish,
    owner: _Owner,
    *,
    submission_token: str,
    payment_method: str,
    is_sponsored: bool,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    total = Money(0, wish.currency) if is_sponsored else wish.total
    offered = [] if is_sponsored else ways_to_pay(wish.event, currency=wish.currency)
    method = payment_method_for(total, wanted=payment_method, offered=offered)
    is_free = method == PaymentMethod.FREE
    email = owner.payer_email or owner.email
    order = Order.objects.create(
        event=wish.event,
        reference=reference_of(secrets.randbits(RANDOM_BITS)),
        submission_token=submission_token,
        state=OrderState.CONFIRMED if is_free else OrderState.PENDING,
        email=email,
        payer_name=owner.payer_name or owner.name,
        language=owner.language,
        buyer=actor if actor and actor.email.casefold() == email.casefold() else None,
        payment_method=method,
        total_minor=total.amount_minor,
        currency=total.currency,
        terms_version=wish.policy.terms_version,
        placed_at=at,
        expires_at=None if is_free else hold_until(wish.policy, method, wish.event, at=at),
        confirmed_at=at if is_free else None,
        is_for_group=True,
    )
    group = _write_group(order, wish, owner, is_sponsored=is_sponsored, at=at)
    if total.amount_minor:
        LedgerEntry.objects.create(
            order=order,
            kind=LedgerKind.CHARGE,
            amount_minor=total.amount_minor,
            currency=total.currency,
            reason=LedgerReason.ORDER,
            entered_at=at,
        )
    record(
        RegistrationAction.ORDER_PLACED, event=wish.event, subject=order, actor=actor, at=at,
        data={"group": group.pk, "seats": wish.seats, "ticket_type": wish.place.ticket_type.pk},
    )  # fmt: skip
    record(
        GroupAction.SPONSORED if is_sponsored else GroupAction.BOUGHT,
        event=wish.event, subject=group, actor=actor, at=at, data={"seats": wish.seats},
    )  # fmt: skip
    announce_order(WebhookKind.ORDER_PLACED, order, at=at)
    if is_free:
        record(
            RegistrationAction.ORDER_CONFIRMED, event=wish.event, subject=order, actor=actor, at=at
        )
        announce_order(WebhookKind.ORDER_CONFIRMED, order, at=at)
        tell_owner("group_ready", group=group, at=at)
    else:
        tell_buyer(
            "placed", order=order, registrations=[], event=wish.event, policy=wish.policy, at=at
        )
    take_seats(_claims(wish))
    return order


def _without_status(place: WishedPlace) -> dict[str, Any]:
    if place.unproved is None:
        return {}
    return {
        "price_minor": place.unproved.price.amount_minor,
        "list_price_minor": place.unproved.list_price.amount_minor,
        "reason": place.unproved.reason,
    }


def _write_group(
    order: Order, wish: GroupWish, owner: _Owner, *, is_sponsored: bool, at: dt.datetime
) -> Group:
    place = wish.place
    attendee = place.attendee
    returns_at, names_until = usual_dates(wish.policy, wish.event, at=at)
    group = Group.objects.create(
        event=wish.event,
        order=order,
        ticket_type=place.ticket_type,
        variation=place.variation,
        name=owner.name,
        email=owner.email,
        language=owner.language,
        is_sponsored=is_sponsored,
        seats=wish.seats,
        profession=attendee.profession,
        country=attendee.country,
        workshop_ids=[workshop.pk for workshop in place.workshops],
        workshop_prices_minor=[
            0 if is_sponsored else price.amount_minor for price in place.workshop_prices
        ],
        price_minor=0 if is_sponsored else place.price.amount_minor,
        list_price_minor=0 if is_sponsored else place.list_price.amount_minor,
        price_reason={} if is_sponsored else place.reason,
        unproved=_without_status(place) if not is_sponsored else {},
        income_group=place.income_group,
        income_edition=wish.income_edition,
        currency=wish.currency,
        returns_at=returns_at,
        names_until=names_until,
        made_at=at,
    )
    GroupSeat.objects.bulk_create(
        GroupSeat(
            group=group,
            number=number,
            workshop_ids=group.workshop_ids,
            quota_places=[list(pair) for pair in place.quota_ids],
        )
        for number in range(1, wish.seats + 1)
    )
    return group
