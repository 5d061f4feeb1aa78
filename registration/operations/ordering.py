"""Placing an order: everything or nothing, once for each form that was sent."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.kernel.db import violated_constraint
from conference.kernel.errors import DomainError
from conference.kernel.money import Money
from conference.kernel.ready_insert import insert
from conference.kernel.ready_query import ReadyQuery
from conference.kernel.texts import clean_email, clean_name
from conference.models import User
from conference.operations.history import record
from conference.states import WebhookKind
from registration.models import LedgerEntry, Order
from registration.operations.confirming import issue_badge
from registration.operations.expiring import expire_overdue_holds
from registration.operations.offering import lapse_overdue_offers
from registration.operations.registering import register
from registration.operations.taking_seats import take_seats
from registration.operations.telling import tell, tell_buyer
from registration.operations.telling_partners import announce_order
from registration.operations.using_vouchers import use_voucher
from registration.queries.money import ways_to_pay, ways_without_provider
from registration.queries.wishes import PersonWish, Wish, require_seats_in_sight, wish_of
from registration.rules.claims import Claims, claims_of
from registration.rules.references import RANDOM_BITS, reference_of
from registration.rules.refusals import (
    AlreadyRegistered,
    PriceChanged,
    SoldOut,
    TermsNotAccepted,
    WorkshopFull,
)
from registration.rules.sale import hold_until, payment_method_for
from registration.states import (
    PROVIDER_OF_METHOD,
    LedgerKind,
    LedgerReason,
    OrderState,
    PaymentMethod,
    RegistrationAction,
)

REFERENCE_TWICE = "registration_order_reference_key"
PERSON_TWICE = "registration_one_active_per_person"
_PLACED = ReadyQuery(
    lambda submission_token: Order.objects.filter(submission_token=submission_token).order_by(),
    submission_token="?token",  # noqa: S106 - no secret, a place for one
)


def place_order(
    *,
    event_slug: str,
    people: Sequence[PersonWish],
    payment_method: str,
    terms_accepted: bool,
    submission_token: str,
    language: str,
    actor: User | None,
    at: dt.datetime,
    currency: str = "",
    voucher_code: str = "",
    payer_email: str = "",
    payer_name: str = "",
    agreed: Money | None = None,
    held: Claims | None = None,
) -> Order:
    """
    Take places and seats for these people; what is free is confirmed at once, the rest is held.

    The same `submission_token` again is the same order. Holds whose time is over count as free,
    also while nobody sweeps. Without `payer_email` the first person pays. `agreed` is the total
    she was shown. `held` is what an offer of the waiting list has taken for them already.

    :raises PriceChanged: if it costs something else than was agreed.
    :raises SoldOut, WorkshopFull, AlreadyRegistered, NotOnSale, TermsNotAccepted, VoucherRefused:
    :raises InputRefused: if something asked for does not exist or cannot be kept.
    """
    if not terms_accepted:
        raise TermsNotAccepted(_("Please accept the terms to register."), field="terms_accepted")
    people = [replace(wish, attendee=wish.attendee.cleaned()) for wish in people]
    payer_email = clean_email(payer_email, field="payer_email") if payer_email else ""
    payer_name = clean_name(payer_name, field="payer_name", required=False)
    submission_token = hashlib.sha256(submission_token.encode()).hexdigest()
    may_clear = may_draw_again = True
    while True:
        wish = None
        try:
            wish = wish_of(
                event_slug=event_slug,
                people=people,
                currency=currency,
                voucher_code=voucher_code,
                at=at,
            )
            if agreed is not None and wish.total != agreed:
                raise PriceChanged(
                    _("The total is %(total)s now. Please look at it and send the form again.")
                    % {"total": wish.total.written(language)}
                )
            if held is None:
                require_seats_in_sight(wish)
            with transaction.atomic():
                return _place(
                    wish=wish,
                    payment_method=payment_method,
                    submission_token=submission_token,
                    language=language,
                    payer_email=payer_email,
                    payer_name=payer_name,
                    held=held,
                    actor=actor,
                    at=at,
                )
        except DomainError as refusal:
            placed = _PLACED.first(submission_token=submission_token)
            if placed:  # sent twice, and the first took the last place or the sale is over
                return placed
            if not may_clear or not isinstance(refusal, SoldOut | WorkshopFull) or wish is None:
                raise
            # Outside the attempt, which holds no lock any more: no deadlock with other buyers.
            may_clear = False
            claims = claims_of_wish(wish)
            cleared = expire_overdue_holds(claims=claims, at=at)
            cleared += lapse_overdue_offers(claims=claims, at=at)
            if not cleared:
                raise
        except IntegrityError as error:
            placed = Order.objects.filter(submission_token=submission_token).first()
            if placed:
                return placed
            broken = violated_constraint(error)
            if broken == PERSON_TWICE:
                raise AlreadyRegistered(
                    _("This e-mail is registered for the event already."), field="email"
                ) from error
            if broken != REFERENCE_TWICE or not may_draw_again:
                raise
            may_draw_again = False


def claims_of_wish(wish: Wish) -> Claims:
    places = wish.places
    return claims_of(
        ticket_type_ids=[place.ticket_type.pk for place in places],
        variation_ids=[place.variation.pk for place in places if place.variation],
        workshop_ids=[workshop.pk for place in places for workshop in place.workshops],
        quota_ids=[quota_id for place in places for quota_id, _workshop in place.quota_ids],
    )


def _ways(wish: Wish, *, wanted: str) -> list[PaymentMethod]:
    """How it may be paid. The accounts of providers are only looked up for who wants one."""
    if wanted in PROVIDER_OF_METHOD:
        return ways_to_pay(wish.event, currency=wish.currency)
    return ways_without_provider(wish.event)


def _place(
    *,
    wish: Wish,
    payment_method: str,
    submission_token: str,
    language: str,
    payer_email: str,
    payer_name: str,
    held: Claims | None,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    total = wish.total
    method = payment_method_for(
        total, wanted=payment_method, offered=_ways(wish, wanted=payment_method)
    )
    is_free = method == PaymentMethod.FREE
    first = wish.places[0].attendee
    email = payer_email or first.email
    order = insert(
        Order(
            event=wish.event,
            reference=reference_of(secrets.randbits(RANDOM_BITS)),
            submission_token=submission_token,
            state=OrderState.CONFIRMED if is_free else OrderState.PENDING,
            email=email,
            payer_name=payer_name or ("" if payer_email else first.badge_name),
            language=language,
            buyer=actor if actor and actor.email.casefold() == email.casefold() else None,
            payment_method=method,
            total_minor=total.amount_minor,
            currency=total.currency,
            terms_version=wish.policy.terms_version,
            placed_at=at,
            expires_at=None if is_free else hold_until(wish.policy, method, wish.event, at=at),
            confirmed_at=at if is_free else None,
        )
    )
    registrations = [
        register(order, place=place, wish=wish, actor=actor, at=at) for place in wish.places
    ]
    for registration, place in zip(registrations, wish.places, strict=True):
        if place.total_minor:
            insert(
                LedgerEntry(
                    order=order,
                    kind=LedgerKind.CHARGE,
                    amount_minor=place.total_minor,
                    currency=total.currency,
                    registration=registration,
                    reason=LedgerReason.ORDER,
                    entered_at=at,
                )
            )
    record(
        RegistrationAction.ORDER_PLACED, event=wish.event, subject=order, actor=actor, at=at,
        data={
            "people": [
                {
                    "ticket_type": place.ticket_type.pk,
                    "workshops": [workshop.pk for workshop in place.workshops],
                }
                for place in wish.places
            ]
        },
    )  # fmt: skip
    announce_order(WebhookKind.ORDER_PLACED, order, at=at)
    if is_free:
        record(
            RegistrationAction.ORDER_CONFIRMED, event=wish.event, subject=order, actor=actor, at=at
        )
        announce_order(WebhookKind.ORDER_CONFIRMED, order, at=at)
        for registration in registrations:
            issue_badge(registration, at=at)
            tell("confirmed", order=order, registration=registration, event=wish.event, at=at)
    else:
        tell_buyer(
            "placed", order=order, registrations=registrations, event=wish.event,
            policy=wish.policy, at=at,
        )  # fmt: skip
    kept = use_voucher(wish.voucher, wish.places) if wish.voucher else Claims()
    claims = claims_of_wish(wish)
    if held is None:
        take_seats(claims - kept)
    else:
        # The offer took what was asked for then; what was added since is taken like anybody's.
        take_seats(claims - kept - held)
    return order
