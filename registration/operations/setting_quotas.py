"""Limits that several things share. Changing what shares one counts its places anew."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from conference.models import Event, HistoryEntry, User
from conference.operations.history import record
from registration.models import (
    UNNAMED,
    GroupSeat,
    Quota,
    QuotaPlace,
    Registration,
    TicketType,
    Workshop,
    WorkshopBooking,
)
from registration.operations.changing_rows import add_row, change_row, delete_row, locked
from registration.rules.catalogue import CatalogueRefused, InUse
from registration.rules.refusals import NothingLikeIt
from registration.states import BookingState, RegistrationAction

QUOTA_FIELDS = ("name", "size")
SETTLING_TIME = dt.timedelta(minutes=5)
Taken = set[tuple[int, int | None]]


@transaction.atomic
def add_quota(
    *,
    event: Event,
    values: Mapping[str, Any],
    ticket_types: Collection[TicketType],
    workshops: Collection[Workshop],
    actor: User,
    at: dt.datetime,
) -> Quota:
    """
    A new limit over these; who has one of them already takes a place of it.

    :raises CatalogueRefused: if more places are taken than it has.
    """
    _hold_back_buyers()
    quota = Quota(event=event)
    add_row(quota, {**values, "taken": 0}, fields=QUOTA_FIELDS, actor=actor, at=at)
    _share(quota, ticket_types, workshops, at=at)
    return quota


@transaction.atomic
def change_quota(
    *,
    event: Event,
    quota_id: int,
    values: Mapping[str, Any],
    ticket_types: Collection[TicketType],
    workshops: Collection[Workshop],
    actor: User,
    at: dt.datetime,
) -> Quota:
    """
    Change its size and what shares it. Registrations gain or lose their places of it by that.

    :raises CatalogueRefused: if more places would be taken than it has.
    """
    _hold_back_buyers()
    quota = locked(Quota, event=event, pk=quota_id)
    others = _share(quota, ticket_types, workshops, at=at, size=values.get("size", quota.size))
    return change_row(quota, values, fields=QUOTA_FIELDS, others=others, actor=actor, at=at)


@transaction.atomic
def delete_quota(*, event: Event, quota_id: int, actor: User, at: dt.datetime) -> None:
    """:raises InUse: if somebody ever took a place of it."""
    _hold_back_buyers()
    quota = locked(Quota, event=event, pk=quota_id)
    _share_with_groups(quota, [], [])
    refusal = InUse(
        _("Places of it were sold. Take everything out of it instead: it limits no more.")
    )
    delete_row(quota, refusal=refusal, actor=actor, at=at)


def settle_changed_quotas(*, at: dt.datetime) -> int:
    """
    For the sweeper: count quotas again whose list changed a moment ago. How many places were missed.

    An order that read the old list just before the change, and was written just after, took no
    place. It was sold: it counts, and if there is no room for it the size says so from then on.
    """
    changed = HistoryEntry.objects.filter(
        subject_type=Quota._meta.label_lower,
        occurred_at__gte=at - SETTLING_TIME,
        actor__isnull=False,
        action__in=[RegistrationAction.CATALOGUE_ADDED, RegistrationAction.CATALOGUE_CHANGED],
    )
    ids = sorted(set(changed.values_list("subject_id", flat=True)))
    return sum(_settle(quota_id, at=at) for quota_id in ids)


@transaction.atomic
def _settle(quota_id: int, *, at: dt.datetime) -> int:
    _hold_back_buyers()
    quota = (
        Quota.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event")
        .filter(pk=quota_id)
        .first()
    )
    if quota is None:
        return 0
    wanted = _wanted(quota.ticket_types.all(), quota.workshops.all())
    missed = wanted - _held(quota)
    of_groups = _share_with_groups(quota, quota.ticket_types.all(), quota.workshops.all())
    if not missed and not of_groups:
        return 0
    taken = quota.taken + len(missed) + of_groups
    size = max(quota.size, taken)
    Quota.objects.filter(pk=quota.pk).update(taken=taken, size=size)
    _take(quota, missed)
    record(
        RegistrationAction.CATALOGUE_CHANGED, event=quota.event, subject=quota, actor=None, at=at,
        data={"taken": [quota.taken, taken]}
        | ({"size": [quota.size, size]} if size != quota.size else {}),
    )  # fmt: skip
    return len(missed) + of_groups


def _held(quota: Quota) -> Taken:
    active = QuotaPlace.objects.filter(quota=quota, state=BookingState.ACTIVE)
    return set(active.values_list("registration_id", "workshop_id"))


def _take(quota: Quota, places: Taken) -> None:
    QuotaPlace.objects.bulk_create(
        QuotaPlace(quota=quota, registration_id=registration_id, workshop_id=workshop_id)
        for registration_id, workshop_id in sorted(places, key=str)
    )


def _hold_back_buyers() -> None:
    """
    Wait for orders in the making and let no new one begin until this is committed.

    Without it an order that took no place of the quota could commit after the count. Must come
    before any other lock: who holds none waits in no ring.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE registration_registration IN SHARE ROW EXCLUSIVE MODE")


def _share(
    quota: Quota,
    ticket_types: Collection[TicketType],
    workshops: Collection[Workshop],
    *,
    at: dt.datetime,
    size: int | None = None,
) -> dict[str, Any]:
    events = {each.event_id for each in ticket_types} | {each.event_id for each in workshops}
    if events - {quota.event_id}:
        raise NothingLikeIt(_("There is nothing like it at this event."))
    size = quota.size if size is None else size
    wanted = _wanted(ticket_types, workshops)
    held = _held(quota)
    # Not len(wanted): offers of a waiting list hold places that are nobody's yet.
    of_groups = _share_with_groups(quota, ticket_types, workshops)
    taken = quota.taken + len(wanted - held) - len(held - wanted) + of_groups
    if taken > size:
        raise CatalogueRefused(
            _("%(taken)d places of these are taken already: the quota must have at least as many.")
            % {"taken": taken},
            field="size",
        )
    old = {
        "ticket_types": sorted(quota.ticket_types.values_list("pk", flat=True)),
        "workshops": sorted(quota.workshops.values_list("pk", flat=True)),
    }
    new = {
        "ticket_types": sorted(each.pk for each in ticket_types),
        "workshops": sorted(each.pk for each in workshops),
    }
    quota.ticket_types.set(ticket_types)
    quota.workshops.set(workshops)
    gone = held - wanted
    active = QuotaPlace.objects.filter(quota=quota, state=BookingState.ACTIVE)
    active.filter(
        pk__in=[
            pk
            for pk, registration_id, workshop_id in active.values_list(
                "pk", "registration_id", "workshop_id"
            )
            if (registration_id, workshop_id) in gone
        ]
    ).update(state=BookingState.RELEASED, released_at=at)
    _take(quota, wanted - held)
    # The size may fall below what was taken until now: both change together.
    Quota.objects.filter(pk=quota.pk).update(taken=taken, size=size)
    changed = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    return changed | ({"taken": [quota.taken, taken]} if taken != quota.taken else {})


def _share_with_groups(
    quota: Quota, ticket_types: Collection[TicketType], workshops: Collection[Workshop]
) -> int:
    """Let seats of groups that have no name yet hold what they share. By how many more places."""
    tickets = {each.pk for each in ticket_types}
    shared = {each.pk for each in workshops}
    seats = (
        GroupSeat.objects.select_for_update(of=("self",))
        .select_related("group")
        .filter(group__event=quota.event_id, state__in=UNNAMED)
        .order_by("pk")
    )
    more = 0
    for seat in seats:
        others = [pair for pair in seat.quota_places if pair[0] != quota.pk]
        wanted: list[int | None] = [pk for pk in seat.workshop_ids if pk in shared]
        if seat.group.ticket_type_id in tickets:
            wanted.insert(0, None)
        places = [*others, *([quota.pk, workshop_id] for workshop_id in wanted)]
        if {tuple(pair) for pair in places} != {tuple(pair) for pair in seat.quota_places}:
            more += len(places) - len(seat.quota_places)
            seat.quota_places = places
            seat.save(update_fields=("quota_places",))
    return more


def _wanted(ticket_types: Collection[TicketType], workshops: Collection[Workshop]) -> Taken:
    """Whose places these would be, with the workshop that brings it if one does."""
    holding = Registration.objects.holding_a_place()
    by_ticket = holding.filter(ticket_type__in=ticket_types).values_list("pk", flat=True)
    by_workshop = WorkshopBooking.objects.filter(
        workshop__in=workshops, state=BookingState.ACTIVE, registration__in=holding
    ).values_list("registration_id", "workshop_id")
    return {(pk, None) for pk in by_ticket} | set(by_workshop)
