import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Collection
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.kernel.db import violated_constraint
from conference.kernel.errors import DomainError
from conference.kernel.ready_insert import insert
from conference.kernel.ready_query import ReadyQuery
from conference.models import User
from conference.operations.history import record
from registration.models import LedgerEntry, Order, Registration, WorkshopBooking
from registration.operations.confirming import issue_badge
from registration.operations.expiring import expire_overdue_holds
from registration.operations.taking_seats import take_seats
from registration.operations.telling import tell
from registration.queries.wishes import Wish, require_seats_in_sight, wish_by_ids, wish_by_slugs
from registration.rules.attendees import AttendeeDetails, searchable
from registration.rules.references import RANDOM_BITS, reference_of
from registration.rules.refusals import (
    AlreadyRegistered,
    SoldOut,
    TermsNotAccepted,
    WorkshopFull,
)
from registration.rules.sale import payment_method_for, total_of
from registration.states import (
    LedgerKind,
    OrderState,
    PaymentMethod,
    RegistrationAction,
    RegistrationState,
)

REFERENCE_TWICE = "registration_order_reference_key"
PERSON_TWICE = "registration_one_active_per_person"
_PLACED = ReadyQuery(
    lambda submission_token: Order.objects.filter(submission_token=submission_token).order_by(),
    submission_token="?token",  # noqa: S106 - no secret, a place for one
)


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
    return _place_once(
        read=partial(
            wish_by_ids,
            event_id=event_id,
            ticket_type_id=ticket_type_id,
            workshop_ids=workshop_ids,
            at=at,
        ),
        attendee=attendee,
        payment_method=payment_method,
        terms_accepted=terms_accepted,
        submission_token=submission_token,
        language=language,
        actor=actor,
        at=at,
    )


def place_order_by_slugs(
    *,
    event_slug: str,
    ticket_type: str,
    workshops: Collection[str],
    attendee: AttendeeDetails,
    payment_method: str,
    terms_accepted: bool,
    submission_token: str,
    language: str,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    """`place_order` for who knows the names in the addresses: the API, a query less."""
    return _place_once(
        read=partial(
            wish_by_slugs,
            event_slug=event_slug,
            ticket_type=ticket_type,
            workshops=workshops,
            at=at,
        ),
        attendee=attendee,
        payment_method=payment_method,
        terms_accepted=terms_accepted,
        submission_token=submission_token,
        language=language,
        actor=actor,
        at=at,
    )


def _place_once(
    *,
    read: Callable[[], Wish],
    attendee: AttendeeDetails,
    payment_method: str,
    terms_accepted: bool,
    submission_token: str,
    language: str,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    if not terms_accepted:
        raise TermsNotAccepted(_("Please accept the terms to register."), field="terms_accepted")
    attendee = attendee.cleaned()
    submission_token = hashlib.sha256(submission_token.encode()).hexdigest()
    may_clear = may_draw_again = True
    while True:
        wish = None
        try:
            wish = read()
            require_seats_in_sight(wish)
            with transaction.atomic():
                return _place(
                    wish=wish,
                    attendee=attendee,
                    payment_method=payment_method,
                    submission_token=submission_token,
                    language=language,
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
            if not expire_overdue_holds(
                ticket_type_id=wish.ticket_type.pk, workshop_ids=wish.workshop_ids, at=at
            ):
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


def _place(
    *,
    wish: Wish,
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
    order = insert(
        Order(
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
    )
    registration = _register(order, wish=wish, attendee=attendee, person=person, at=at)
    if not is_free:
        insert(
            LedgerEntry(
                order=order,
                kind=LedgerKind.CHARGE,
                amount_minor=total.amount_minor,
                currency=total.currency,
                entered_at=at,
            )
        )
    record(
        RegistrationAction.ORDER_PLACED, event=wish.event, subject=order, actor=actor, at=at,
        data={"ticket_type": wish.ticket_type.pk, "workshops": wish.workshop_ids},
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
    take_seats(ticket_type_id=wish.ticket_type.pk, workshop_ids=wish.workshop_ids)
    return order


def _register(
    order: Order,
    *,
    wish: Wish,
    attendee: AttendeeDetails,
    person: User | None,
    at: dt.datetime,
) -> Registration:
    is_free = order.state == OrderState.CONFIRMED
    registration = insert(
        Registration(
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
