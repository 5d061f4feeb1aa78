"""
Giving the seats of a group their people, correcting them, and freeing a seat again.

A named person has a registration like anybody's: badge, page, certificate. Naming moves what the
seat held into it, freeing moves it back; no counter changes by either.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.db import refuse_on
from conference.kernel.money import Money
from conference.models import User
from conference.operations.history import record
from registration.models import (
    OF_TICKET,
    TO_BE_PROVED,
    UNNAMED,
    Group,
    GroupSeat,
    Order,
    QuotaPlace,
    Registration,
    RegistrationPolicy,
    StatusProof,
    Workshop,
    WorkshopBooking,
)
from registration.operations.additions import release_bookings
from registration.operations.charging_status import withdraw_difference
from registration.operations.confirming import issue_badge
from registration.operations.correcting import correct_names
from registration.operations.group_seats import lock_group
from registration.operations.inviting import withdraw_letters_of
from registration.operations.ordering import PERSON_TWICE
from registration.operations.proving import ask_anew
from registration.operations.registering import expect_proof, register
from registration.operations.telling import tell
from registration.operations.telling_groups import tell_owner
from registration.queries.catalogue import catalogue_of
from registration.queries.group_wishes import costs_more, unproved_of, wish_of_seat
from registration.queries.wishes import WishedPlace
from registration.rules.attendees import AttendeeDetails
from registration.rules.groups import GroupIsFull, NamesAreFixed, SeatCostsMore
from registration.rules.income import income_group_of
from registration.rules.questions import cleaned_answers
from registration.rules.refusals import AlreadyRegistered, NotForThisProfession
from registration.signals import details_correcting
from registration.states import (
    BookingState,
    GroupAction,
    GroupSeatState,
    NamedBy,
    OrderState,
    RegistrationState,
)

SEAT_ONE_ADDRESS = "group_seat_one_per_address"
CORRECTED = ("badge_name", "certificate_name", "institution", "profession", "country")


@transaction.atomic
def name_person(
    *,
    group_id: int,
    attendee: AttendeeDetails,
    by: NamedBy,
    language: str = "",
    actor: User | None,
    at: dt.datetime,
) -> GroupSeat:
    """
    Give the next seat without a name, or the one she is invited to, to this person.

    :raises GroupIsFull, NamesAreFixed, AlreadyRegistered, SeatCostsMore, NotForThisProfession:
    :raises InputRefused: naming the field, if something of her cannot be kept.
    """
    order, group = lock_group(group_id)
    return name_locked(
        order, group, attendee=attendee.cleaned(), by=by, language=language, actor=actor, at=at
    )


def name_locked(
    order: Order,
    group: Group,
    *,
    attendee: AttendeeDetails,
    by: NamedBy,
    seat: GroupSeat | None = None,
    language: str = "",
    answers: Mapping[str, Any] | None = None,
    actor: User | None,
    at: dt.datetime,
) -> GroupSeat:
    """The same for a group that the caller has locked. With `answers` the event's questions are asked."""
    require_open(order, group, by_desk=by == NamedBy.DESK, at=at)
    seat = seat or _seat_for(group, attendee)  # first: a long list for a full group ends soon
    _require_fits(group, attendee)
    registration = _register(
        order, group, seat, attendee, language=language, answers=answers, actor=actor, at=at
    )
    by_owner = by in (NamedBy.OWNER, NamedBy.LIST, NamedBy.DESK)
    there = AlreadyRegistered(_("She has a seat of this group already."), field="email")
    with refuse_on(SEAT_ONE_ADDRESS, there):
        # Whatever the locks say: a seat is given once.
        taken = GroupSeat.objects.filter(pk=seat.pk, state__in=UNNAMED).update(
            state=GroupSeatState.NAMED,
            registration=registration,
            email=attendee.email if by_owner else seat.email,
            given=given_by(attendee) if by_owner else {},
            named_by=by,
            named_at=at,
        )
    if not taken:
        raise GroupIsFull(_("The last seat of this group has just been taken."))
    record(
        GroupAction.NAMED, event=group.event, subject=group, actor=actor, at=at,
        data={"seat": seat.number, "registration": registration.pk, "by": by.value},
    )  # fmt: skip
    if order.state == OrderState.CONFIRMED:
        issue_badge(registration, at=at)
        tell("confirmed", order=order, registration=registration, event=group.event, at=at)
    seat.refresh_from_db()
    return seat


def require_open(order: Order, group: Group, *, by_desk: bool, at: dt.datetime) -> None:
    """:raises NamesAreFixed: if the owner cannot change names any more, or the order has ended."""
    if order.state not in (OrderState.PENDING, OrderState.CONFIRMED):
        raise NamesAreFixed(_("The seats of this group are not held any more."))
    if not by_desk and at >= group.names_until:
        raise NamesAreFixed(
            _("Names of this group can no longer be changed here. Please write to the organisers.")
        )


def _require_fits(group: Group, attendee: AttendeeDetails) -> None:
    only = group.ticket_type.professions
    if only and attendee.profession not in only:
        raise NotForThisProfession(_("This ticket is not for your profession."), field="profession")
    if costs_more(group, attendee):
        raise SeatCostsMore(
            _(
                "A ticket for this profession and country costs more than the seats of this group."
                " Please register her by herself, or write to the organisers."
            ),
            field="profession",
        )


def _seat_for(group: Group, attendee: AttendeeDetails) -> GroupSeat:
    seats = GroupSeat.objects.filter(group=group)
    seat = seats.filter(state=GroupSeatState.INVITED, email__iexact=attendee.email).first()
    seat = seat or seats.filter(state=GroupSeatState.FREE).order_by("number").first()
    if seat is None:
        raise GroupIsFull(_("All seats of this group have a name or an invitation."))
    return seat


def _register(
    order: Order,
    group: Group,
    seat: GroupSeat,
    attendee: AttendeeDetails,
    *,
    language: str,
    answers: Mapping[str, Any] | None,
    actor: User | None,
    at: dt.datetime,
) -> Registration:
    policy = RegistrationPolicy.objects.get(event=group.event_id)
    questions = (
        catalogue_of(policy).questions_for(group.ticket_type_id) if answers is not None else []
    )
    prices = dict(zip(group.workshop_ids, group.workshop_prices_minor, strict=True))
    workshops = list(Workshop.objects.filter(pk__in=seat.workshop_ids).order_by("pk"))
    unproved = unproved_of(group, attendee.profession, to_be_proved=policy.proof_professions)
    reason = _reason_for(group, attendee.profession, owes_proof=unproved is not None)
    place = WishedPlace(
        attendee=attendee,
        ticket_type=group.ticket_type,
        variation=group.variation,
        workshops=workshops,
        workshop_prices=[Money(prices.get(each.pk, 0), group.currency) for each in workshops],
        list_price=Money(group.list_price_minor, group.currency),
        price=group.price,
        reason=reason,
        income_group=income_group_of(attendee.country) or "",
        uses_voucher=False,
        answers=cleaned_answers(questions, answers) if questions and answers is not None else {},
        quota_ids=[(quota_id, workshop_id) for quota_id, workshop_id in seat.quota_places],
        unproved=unproved,
    )
    wish = wish_of_seat(group, place, policy)
    twice = AlreadyRegistered(_("This e-mail is registered for the event already."), field="email")
    with refuse_on(PERSON_TWICE, twice):
        return register(order, place=place, wish=wish, actor=actor, at=at, language=language)


def _reason_for(group: Group, profession: str, *, owes_proof: bool) -> dict[str, Any]:
    """The reason of the seat's price, with what this person has to prove for it."""
    reason = dict(group.price_reason)
    if not owes_proof:
        reason.pop(TO_BE_PROVED, None)
    elif reason.get(TO_BE_PROVED) != OF_TICKET:
        reason[TO_BE_PROVED] = profession
    return reason


def given_by(attendee: AttendeeDetails) -> dict[str, str]:
    """What the owner said of somebody, to know next time whether she says something else."""
    return {name: getattr(attendee, name) for name in CORRECTED}


def correct_locked(
    order: Order,
    group: Group,
    seat: GroupSeat,
    *,
    attendee: AttendeeDetails,
    by_desk: bool,
    actor: User | None,
    at: dt.datetime,
) -> None:
    """Make the owner's words of a person she named hers. The group is locked."""
    require_open(order, group, by_desk=by_desk, at=at)
    _require_fits(group, attendee)
    registration = seat.registration
    assert registration is not None  # noqa: S101 - it is named
    correct_names(
        registration_id=registration.pk,
        badge_name=attendee.badge_name,
        certificate_name=attendee.certificate_name,
        institution=attendee.institution,
        by_herself=not by_desk,
        actor=actor,
        at=at,
    )
    if (registration.profession, str(registration.country)) != (
        attendee.profession, attendee.country,
    ):  # fmt: skip
        registration.refresh_from_db()
        is_other_status = registration.profession != attendee.profession
        registration.profession, registration.country = attendee.profession, attendee.country
        registration.save(update_fields=("profession", "country"))
        if is_other_status:
            _ask_for_other_status(group, registration, actor=actor, at=at)
    seat.given = given_by(attendee)
    seat.save(update_fields=("given",))
    record(
        GroupAction.CHANGED, event=group.event, subject=group, actor=actor, at=at,
        data={"seat": seat.number, "registration": registration.pk},
    )  # fmt: skip


def _ask_for_other_status(
    group: Group, registration: Registration, *, actor: User | None, at: dt.datetime
) -> None:
    """She is something else than the owner had said: she proves that, if the seat's price is for it."""
    policy = RegistrationPolicy.objects.get(event=group.event_id)
    unproved = unproved_of(group, registration.profession, to_be_proved=policy.proof_professions)
    if unproved is not None and not StatusProof.objects.filter(registration=registration).exists():
        registration.price_reason = _reason_for(group, registration.profession, owes_proof=True)
        registration.save(update_fields=("price_reason",))
        expect_proof(registration, unproved=unproved, event=group.event, policy=policy, at=at)
        return
    ask_anew(registration, policy=policy, actor=actor, at=at)


@transaction.atomic
def free_seat(
    *, group_id: int, number: int, by_desk: bool, actor: User | None, at: dt.datetime
) -> GroupSeat:
    """
    Take the person, or the invitation, off a seat. Her place ends; the seat is the group's again.

    :raises NamesAreFixed: for the owner, once names are fixed.
    :raises GroupSeat.DoesNotExist: if there is no such seat with a person or an invitation.
    """
    order, group = lock_group(group_id)
    require_open(order, group, by_desk=by_desk, at=at)
    seat = _taken_seat(group, number=number)
    if seat.state == GroupSeatState.INVITED:
        seat.state, seat.email, seat.token = GroupSeatState.FREE, "", ""
        seat.save(update_fields=("state", "email", "token"))
        action = GroupAction.INVITATION_WITHDRAWN
        record(action, event=group.event, subject=group, actor=actor, at=at, data={"seat": number})
        return seat
    _free(order, group, seat, may_be_certified=by_desk, actor=actor, at=at)
    return seat


@transaction.atomic
def leave_group(*, registration_id: int, actor: User | None, at: dt.datetime) -> None:
    """
    End one's own place in a group. The owner is told and may give the seat to somebody else.

    :raises NamesAreFixed: once names are fixed.
    :raises GroupSeat.DoesNotExist: if the place is of no group.
    """
    number, group_id = (
        GroupSeat.objects.filter(registration=registration_id, state=GroupSeatState.NAMED)
        .values_list("number", "group_id")
        .get()
    )
    order, group = lock_group(group_id)
    require_open(order, group, by_desk=False, at=at)
    seat = _taken_seat(group, number=number)
    if seat.registration_id != registration_id:
        raise GroupSeat.DoesNotExist
    registration = seat.registration
    assert registration is not None  # noqa: S101 - it is hers
    name = registration.badge_name
    _free(order, group, seat, may_be_certified=False, actor=actor, at=at)
    tell_owner("group_left", group=group, at=at, person=name)


def _taken_seat(group: Group, *, number: int) -> GroupSeat:
    return (
        GroupSeat.objects.select_for_update(of=("self",))
        .select_related("registration")
        .get(
            group=group,
            number=number,
            state__in=(GroupSeatState.INVITED, GroupSeatState.NAMED),
        )
    )


def _free(
    order: Order,
    group: Group,
    seat: GroupSeat,
    *,
    may_be_certified: bool,
    actor: User | None,
    at: dt.datetime,
) -> None:
    assert seat.registration_id is not None  # noqa: S101 - it is named
    registration = order.registrations.select_for_update(of=("self",)).get(pk=seat.registration_id)
    if not may_be_certified:
        changed = ["badge_name", "certificate_name"]
        details_correcting.send(Registration, registration=registration, changed=changed)
    registration.state = RegistrationState.CANCELLED
    registration.ended_at = at
    registration.save(update_fields=("state", "ended_at"))
    withdraw_difference(order, registration, at=at)
    withdraw_letters_of(registration, actor=actor, at=at)
    _move_back(group, seat, registration, at=at)
    seat.state, seat.registration, seat.named_at, seat.named_by = (
        GroupSeatState.FREE,
        None,
        None,
        "",
    )
    seat.email, seat.given, seat.token = "", {}, ""
    seat.shows_attendance = seat.shows_credits = False
    seat.shown_since = None
    seat.save()
    record(
        GroupAction.FREED, event=group.event, subject=group, actor=actor, at=at,
        data={"seat": seat.number, "registration": registration.pk},
    )  # fmt: skip
    if order.state == OrderState.CONFIRMED:
        tell(
            "group_seat_freed", order=order, registration=registration, event=group.event, at=at,
            group=group,
        )  # fmt: skip


def _move_back(
    group: Group, seat: GroupSeat, registration: Registration, *, at: dt.datetime
) -> None:
    """What she held of the group's is the seat's again; what was hers beyond it goes to everybody."""
    active = WorkshopBooking.objects.filter(registration=registration, state=BookingState.ACTIVE)
    release_bookings(registration, active.exclude(workshop__in=group.workshop_ids), at=at)
    seat.workshop_ids = sorted(active.values_list("workshop_id", flat=True))
    places = QuotaPlace.objects.filter(registration=registration, state=BookingState.ACTIVE)
    seat.quota_places = [
        [quota_id, workshop_id]
        for quota_id, workshop_id in places.order_by("pk").values_list("quota_id", "workshop_id")
    ]
    active.update(state=BookingState.RELEASED, released_at=at, must_be_paid_by=None)
    places.update(state=BookingState.RELEASED, released_at=at)
