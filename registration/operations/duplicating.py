"""
What is sold and asked at an event that is made from another one.

To copy a new table of the organiser's, add it to TABLES (or LINKS) behind those it points to,
and reset here what counts, names a person, or was given out. What is never copied: orders,
people, money, scans, members of societies, codes that name a person, accounts at providers.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from conference.models import Event
from conference.operations.copying import CopiedLinks, CopiedTable, Duplication, Parts
from conference.states import EventPart
from registration.models import (
    GroupDiscount,
    IncludedWorkshop,
    Issuer,
    Price,
    PricePhase,
    Question,
    Quota,
    RegistrationPolicy,
    ScanPoint,
    Society,
    TicketType,
    TicketVariation,
    Voucher,
    WaysOfPayment,
    Workshop,
)
from registration.states import ScanPointKind
from schedule.models import Session


def _of_event(_row: Any, duplication: Duplication) -> Mapping[str, Any]:
    return {"event_id": duplication.copy.pk}


def _policy(policy: RegistrationPolicy, duplication: Duplication) -> Mapping[str, Any]:
    opens_at, closes_at = duplication.moved_period(policy.opens_at, policy.closes_at)
    return {
        "event_id": duplication.copy.pk,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "changes_until": duplication.moved(policy.changes_until),
        "proof_until": policy.proof_until
        and policy.proof_until + dt.timedelta(days=duplication.days),
        "catalogue_version": 1,
    }


def _issuer(issuer: Issuer, duplication: Duplication) -> Mapping[str, Any]:
    return {
        "event_id": duplication.copy.pk,
        "last_letter_number": 0,
        "papers_since": duplication.at if issuer.papers_since else None,
    }


def _ticket_type(ticket_type: TicketType, duplication: Duplication) -> Mapping[str, Any]:
    starts_at, ends_at = duplication.moved_period(
        ticket_type.sale_starts_at, ticket_type.sale_ends_at
    )
    return {
        "event_id": duplication.copy.pk,
        "places_taken": 0,
        "waiting": 0,
        "sale_starts_at": starts_at,
        "sale_ends_at": ends_at,
        "shown_from": duplication.moved(ticket_type.shown_from),
    }


def _variation(variation: TicketVariation, duplication: Duplication) -> Mapping[str, Any]:
    return {
        "event_id": duplication.copy.pk,
        "ticket_type_id": duplication.new_id(TicketType, variation.ticket_type_id),
        "places_taken": 0,
    }


def _workshop(workshop: Workshop, duplication: Duplication) -> Mapping[str, Any]:
    return {
        "event_id": duplication.copy.pk,
        "session_id": duplication.new_id(Session, workshop.session_id),
        "seats_taken": 0,
        "waiting": 0,
    }


def _included(included: IncludedWorkshop, duplication: Duplication) -> Mapping[str, Any]:
    return {
        "ticket_type_id": duplication.new_id(TicketType, included.ticket_type_id),
        "workshop_id": duplication.new_id(Workshop, included.workshop_id),
    }


def _phase(phase: PricePhase, duplication: Duplication) -> Mapping[str, Any]:
    starts_at, ends_at = duplication.moved_period(phase.starts_at, phase.ends_at)
    return {"event_id": duplication.copy.pk, "starts_at": starts_at, "ends_at": ends_at}


def _price(price: Price, duplication: Duplication) -> Mapping[str, Any]:
    return {
        "event_id": duplication.copy.pk,
        "ticket_type_id": duplication.new_id(TicketType, price.ticket_type_id),
        "workshop_id": duplication.new_id(Workshop, price.workshop_id),
        "variation_id": duplication.new_id(TicketVariation, price.variation_id),
        "phase_id": duplication.new_id(PricePhase, price.phase_id),
        "society_id": duplication.new_id(Society, price.society_id),
    }


def _quota(_row: Quota, duplication: Duplication) -> Mapping[str, Any]:
    return {"event_id": duplication.copy.pk, "taken": 0}


def _codes(event: Event, parts: Parts) -> QuerySet[Voucher]:
    """A code for one person is a promise to her, not a setting."""
    if EventPart.CODES not in parts:
        return Voucher.objects.none()
    return Voucher.objects.filter(event=event, email="")


def _code(voucher: Voucher, duplication: Duplication) -> Mapping[str, Any]:
    valid_from, valid_until = duplication.moved_period(voucher.valid_from, voucher.valid_until)
    return {
        "event_id": duplication.copy.pk,
        "uses": 0,
        "spent_minor": 0,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "keeps_places_of_id": None,  # no place is kept by a copy: the organiser keeps them anew
        "places_kept": 0,
        "made_by_id": duplication.actor.pk if duplication.actor else None,
        "made_at": duplication.at,
    }


def _scan_points(event: Event, parts: Parts) -> QuerySet[ScanPoint]:
    found = ScanPoint.objects.filter(event=event)
    if EventPart.SESSIONS in parts:
        # The door of a session that is not copied has nothing to open.
        return found.filter(Q(session__isnull=True) | Q(session__cancelled_at__isnull=True))
    return found.filter(kind=ScanPointKind.ENTRANCE)


def _scan_point(point: ScanPoint, duplication: Duplication) -> Mapping[str, Any]:
    return {
        "event_id": duplication.copy.pk,
        "session_id": duplication.new_id(Session, point.session_id),
    }


TABLES = (
    CopiedTable(
        RegistrationPolicy,
        rows=lambda event, _parts: RegistrationPolicy.objects.filter(event=event),
        changes=_policy,
    ),
    CopiedTable(
        WaysOfPayment,
        rows=lambda event, _parts: WaysOfPayment.objects.filter(event=event),
        changes=_of_event,
    ),
    CopiedTable(
        Issuer, rows=lambda event, _parts: Issuer.objects.filter(event=event), changes=_issuer
    ),
    CopiedTable(
        TicketType,
        rows=lambda event, _parts: TicketType.objects.filter(event=event),
        changes=_ticket_type,
        postponed={"shown_after_id": None, "without_proof_id": None},
    ),
    CopiedTable(
        TicketVariation,
        rows=lambda event, _parts: TicketVariation.objects.filter(event=event),
        changes=_variation,
    ),
    CopiedTable(
        Workshop,
        rows=lambda event, _parts: Workshop.objects.filter(event=event),
        changes=_workshop,
    ),
    CopiedTable(
        IncludedWorkshop,
        rows=lambda event, _parts: IncludedWorkshop.objects.filter(ticket_type__event=event),
        changes=_included,
    ),
    CopiedTable(
        PricePhase,
        rows=lambda event, _parts: PricePhase.objects.filter(event=event),
        changes=_phase,
    ),
    CopiedTable(
        Society, rows=lambda event, _parts: Society.objects.filter(event=event), changes=_of_event
    ),
    CopiedTable(
        Price, rows=lambda event, _parts: Price.objects.filter(event=event), changes=_price
    ),
    CopiedTable(
        GroupDiscount,
        rows=lambda event, _parts: GroupDiscount.objects.filter(event=event),
        changes=_of_event,
    ),
    CopiedTable(
        Quota, rows=lambda event, _parts: Quota.objects.filter(event=event), changes=_quota
    ),
    CopiedTable(
        Question,
        rows=lambda event, _parts: Question.objects.filter(event=event),
        changes=_of_event,
        postponed={"shown_if_id": None, "shown_if_answer": ""},
    ),
    CopiedTable(Voucher, rows=_codes, changes=_code),
    CopiedTable(ScanPoint, rows=_scan_points, changes=_scan_point),
)
LINKS = (
    CopiedLinks(Quota.ticket_types.through, ("quota_id", Quota), ("tickettype_id", TicketType)),
    CopiedLinks(Quota.workshops.through, ("quota_id", Quota), ("workshop_id", Workshop)),
    CopiedLinks(
        Question.ticket_types.through, ("question_id", Question), ("tickettype_id", TicketType)
    ),
    CopiedLinks(
        Voucher.ticket_types.through, ("voucher_id", Voucher), ("tickettype_id", TicketType)
    ),
)


def copy_registration(duplication: Duplication) -> None:
    for table in TABLES:
        duplication.copy_table(table)
    for links in LINKS:
        duplication.copy_links(links)
