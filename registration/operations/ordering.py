import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.kernel.db import violated_constraint
from conference.kernel.errors import DomainError
from conference.models import Event, User
from conference.operations.history import record
from registration.models import (
    LedgerEntry,
    Order,
    Registration,
    RegistrationPolicy,
    TicketType,
    Workshop,
    WorkshopBooking,
)
from registration.operations.confirming import issue_badge
from registration.operations.expiring import expire_overdue_holds
from registration.operations.taking_seats import take_seats
from registration.operations.telling import tell
from registration.rules.attendees import AttendeeDetails, searchable
from registration.rules.references import RANDOM_BITS, reference_of
from registration.rules.refusals import (
    AlreadyRegistered,
    NothingLikeIt,
    NotOnSale,
    SoldOut,
    TermsNotAccepted,
    WorkshopFull,
)
from registration.rules.sale import (
    is_on_sale,
    payment_method_for,
    require_registration_open,
    total_of,
)
from registration.states import (
    LedgerKind,
    OrderState,
    PaymentMethod,
    RegistrationAction,
    RegistrationState,
)

SUBMISSION_TWICE = "registration_order_submission_token_key"
REFERENCE_TWICE = "registration_order_reference_key"
PERSON_TWICE = "registration_one_active_per_person"


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for, read once."""

    event: Event
    policy: RegistrationPolicy
    ticket_type: TicketType
    workshops: list[Workshop]


def place_order(
    *,
    event_id: int,
    attendee: AttendeeDetails,
    ticket_type_id: int,
    workshop_ids: Collection[int],
    payment_method: str,
    terms_accepted: bool,
    submission_token: str,
    language: str,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    """
    Take a place and seats for one person; free ones are confirmed at once, others are held.

    The same `submission_token` again is the same order. Holds whose time is over count as free,
    also while nobody sweeps.

    :raises SoldOut, WorkshopFull, AlreadyRegistered, NotOnSale, TermsNotAccepted:
    :raises InputRefused: if something asked for does not exist or cannot be kept.
    """
    if not terms_accepted:
        raise TermsNotAccepted(_("Please accept the terms to register."), field="terms_accepted")
    attendee = attendee.cleaned()
    submission_token = hashlib.sha256(submission_token.encode()).hexdigest()
    may_clear = may_draw_again = True
    while True:
        try:
            with transaction.atomic():
                return _place(
                    wish=_read(event_id, ticket_type_id, workshop_ids, at=at),
                    attendee=attendee,
                    payment_method=payment_method,
                    submission_token=submission_token,
                    language=language,
                    actor=actor,
                    at=at,
                )
        except DomainError as refusal:
            placed = Order.objects.filter(submission_token=submission_token).first()
            if placed:  # sent twice, and the first took the last place or the sale is over
                return placed
            # Outside the attempt, which holds no lock any more: no deadlock with other buyers.
            if (
                not may_clear
                or not isinstance(refusal, SoldOut | WorkshopFull)
                or not expire_overdue_holds(
                    ticket_type_id=ticket_type_id, workshop_ids=workshop_ids, at=at
                )
            ):
                raise
            may_clear = False
        except IntegrityError as error:
            broken = violated_constraint(error)
            placed = Order.objects.filter(submission_token=submission_token).first()
            if placed:
                return placed
            if broken == PERSON_TWICE:
                raise AlreadyRegistered(
                    _("This e-mail is registered for the event already."), field="email"
                ) from error
            if broken != REFERENCE_TWICE or not may_draw_again:
                raise
            may_draw_again = False


def _read(
    event_id: int, ticket_type_id: int, workshop_ids: Collection[int], *, at: dt.datetime
) -> _Wish:
    policy = (
        RegistrationPolicy.objects.select_related("event", "event__venue")
        .filter(event_id=event_id)
        .first()
    )
    if policy is None:
        raise NotOnSale(_("Registration has not opened yet."))
    require_registration_open(policy, is_published=policy.event.is_published, at=at)
    ticket_type = TicketType.objects.filter(pk=ticket_type_id, event_id=event_id).first()
    if ticket_type is None:
        raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_type")
    if not is_on_sale(ticket_type, at=at):
        raise NotOnSale(_("This ticket is not on sale now."), field="ticket_type")
    wanted = set(workshop_ids)
    workshops = (
        list(Workshop.objects.filter(pk__in=wanted, event_id=event_id, is_offered=True))
        if wanted
        else []
    )
    if len(workshops) != len(wanted):
        raise NothingLikeIt(_("There is no such workshop at this event."), field="workshops")
    # A glance without a lock spares the writes below; the conditional update decides.
    if ticket_type.places_left < 1:
        raise SoldOut(_("There is no place of this kind left."), field="ticket_type")
    for workshop in workshops:
        if workshop.seats_left < 1:
            raise WorkshopFull(
                _("The workshop “%(name)s” has no seat left.") % {"name": workshop},
                field="workshops",
            )
    return _Wish(policy.event, policy, ticket_type, sorted(workshops, key=lambda each: each.pk))


def _place(
    *,
    wish: _Wish,
    attendee: AttendeeDetails,
    payment_method: str,
    submission_token: str,
    language: str,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    total = total_of([wish.ticket_type.price, *(workshop.price for workshop in wish.workshops)])
    method = payment_method_for(total, wanted=payment_method)
    is_free = method == PaymentMethod.FREE
    person = actor if actor and actor.email.casefold() == attendee.email.casefold() else None
    order = Order.objects.create(
        event=wish.event,
        reference=reference_of(secrets.randbits(RANDOM_BITS)),
        submission_token=submission_token,
        state=OrderState.CONFIRMED if is_free else OrderState.PENDING,
        email=attendee.email,
        language=language,
        buyer=person,
        payment_method=method,
        total_minor=total.amount_minor,
        currency=total.currency,
        terms_version=wish.policy.terms_version,
        placed_at=at,
        expires_at=None if is_free else at + dt.timedelta(days=wish.policy.transfer_days),
        confirmed_at=at if is_free else None,
    )
    registration = _register(order, wish=wish, attendee=attendee, person=person, at=at)
    if not is_free:
        LedgerEntry.objects.create(
            order=order,
            kind=LedgerKind.CHARGE,
            amount_minor=total.amount_minor,
            currency=total.currency,
            entered_at=at,
        )
    record(
        RegistrationAction.ORDER_PLACED, event=wish.event, subject=order, actor=actor, at=at,
        data={"ticket_type": wish.ticket_type.pk, "workshops": [w.pk for w in wish.workshops]},
    )  # fmt: skip
    if is_free:
        record(
            RegistrationAction.ORDER_CONFIRMED, event=wish.event, subject=order, actor=actor, at=at
        )
        issue_badge(registration, at=at)
    tell(
        "confirmed" if is_free else "placed",
        order=order,
        registration=registration,
        event=wish.event,
        at=at,
        policy=wish.policy,
    )
    take_seats(
        ticket_type_id=wish.ticket_type.pk, workshop_ids=[each.pk for each in wish.workshops]
    )
    return order


def _register(
    order: Order,
    *,
    wish: _Wish,
    attendee: AttendeeDetails,
    person: User | None,
    at: dt.datetime,
) -> Registration:
    is_free = order.state == OrderState.CONFIRMED
    registration = Registration.objects.create(
        event=wish.event,
        order=order,
        ticket_type=wish.ticket_type,
        person=person,
        state=RegistrationState.CONFIRMED if is_free else RegistrationState.PENDING,
        email=attendee.email,
        language=order.language,
        badge_name=attendee.badge_name,
        certificate_name=attendee.certificate_name,
        profession=attendee.profession,
        country=attendee.country,
        institution=attendee.institution,
        price_minor=wish.ticket_type.price_minor,
        currency=wish.ticket_type.currency,
        registered_at=at,
        confirmed_at=at if is_free else None,
        search_text=searchable(
            attendee.badge_name, attendee.certificate_name, attendee.email, attendee.institution
        ),
    )
    WorkshopBooking.objects.bulk_create(
        WorkshopBooking(
            workshop=workshop,
            registration=registration,
            price_minor=workshop.price_minor,
            currency=workshop.currency,
            booked_at=at,
        )
        for workshop in wish.workshops
    )
    return registration
