"""Writing down one person's place in an order."""

import datetime as dt

from conference.kernel.ready_insert import insert
from conference.models import Event, User
from registration.models import (
    Answer,
    Order,
    QuotaPlace,
    Registration,
    RegistrationPolicy,
    StatusProof,
    WorkshopBooking,
)
from registration.queries.wishes import TicketPrice, Wish, WishedPlace
from registration.rules.attendees import searchable
from registration.rules.proofs import due_at
from registration.states import OrderState, RegistrationState


def register(
    order: Order,
    *,
    place: WishedPlace,
    wish: Wish,
    actor: User | None,
    at: dt.datetime,
    must_be_paid_by: dt.datetime | None = None,
    language: str = "",
) -> Registration:
    """
    Her registration with its bookings, quotas, answers and the proof it owes. The seats are taken
    by the caller.

    `must_be_paid_by` is for who is added to a confirmed order and waits for her own money.
    Without a `language` of her own she is written to in that of the order.
    """
    is_confirmed = order.state == OrderState.CONFIRMED and must_be_paid_by is None
    attendee = place.attendee
    registration = insert(
        Registration(
            event=wish.event,
            order=order,
            ticket_type=place.ticket_type,
            variation=place.variation,
            person=actor if actor and actor.email.casefold() == attendee.email.casefold() else None,
            state=RegistrationState.CONFIRMED if is_confirmed else RegistrationState.PENDING,
            email=attendee.email,
            language=language or order.language,
            badge_name=attendee.badge_name,
            certificate_name=attendee.certificate_name,
            profession=attendee.profession,
            country=attendee.country,
            institution=attendee.institution,
            price_minor=place.price.amount_minor,
            list_price_minor=place.list_price.amount_minor,
            price_reason=place.reason,
            income_group=place.income_group,
            income_edition=wish.income_edition,
            voucher=wish.voucher if place.uses_voucher else None,
            currency=wish.currency,
            registered_at=at,
            must_be_paid_by=must_be_paid_by,
            confirmed_at=at if is_confirmed else None,
            search_text=searchable(
                attendee.badge_name, attendee.certificate_name, attendee.email, attendee.institution
            ),
        )
    )
    if place.workshops:
        WorkshopBooking.objects.bulk_create(
            WorkshopBooking(
                workshop=workshop,
                registration=registration,
                price_minor=price.amount_minor,
                currency=price.currency,
                booked_at=at,
            )
            for workshop, price in zip(place.workshops, place.workshop_prices, strict=True)
        )
    if place.quota_ids:
        QuotaPlace.objects.bulk_create(
            QuotaPlace(quota_id=quota_id, registration=registration, workshop_id=workshop_id)
            for quota_id, workshop_id in place.quota_ids
        )
    if place.answers:
        Answer.objects.bulk_create(
            Answer(question_id=pk, registration=registration, value=value, answered_at=at)
            for pk, value in place.answers.items()
        )
    if place.unproved is not None:
        expect_proof(
            registration, unproved=place.unproved, event=wish.event, policy=wish.policy, at=at
        )
    return registration


def expect_proof(
    registration: Registration,
    *,
    unproved: TicketPrice,
    event: Event,
    policy: RegistrationPolicy,
    at: dt.datetime,
) -> None:
    """Her price is one of a status: with what it costs `unproved`, both frozen."""
    StatusProof.objects.create(
        event=event,
        registration=registration,
        profession=registration.profession,
        due_at=due_at(
            at=at,
            days=policy.proof_days,
            not_before=policy.proof_until,
            last_day=event.last_day,
            zone=event.zone,
        ),
        status_price_minor=registration.price_minor,
        status_list_price_minor=registration.list_price_minor,
        status_price_reason=registration.price_reason,
        full_price_minor=unproved.price.amount_minor,
        full_list_price_minor=unproved.list_price.amount_minor,
        full_price_reason=unproved.reason,
        currency=registration.currency,
    )
