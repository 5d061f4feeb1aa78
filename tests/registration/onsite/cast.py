"""Making people with badges, sessions with doors, and scans."""

import datetime as dt
import itertools
import uuid

from registration.models import Badge, Order, Registration, ScanPoint, TicketType
from registration.operations.checking_in import record_scan
from registration.states import (
    OrderState,
    RegistrationState,
    ScanDirection,
    ScanMethod,
    ScanPointKind,
)
from schedule.models import Session
from tests.conftest import NOON

_numbers = itertools.count(1)


def make_ticket_type(event, **fields) -> TicketType:
    ticket_type, _created = TicketType.objects.get_or_create(
        event=event,
        slug="physician",
        defaults={
            "name": "Physician",
            "badge_role": "Physician",
            "price_minor": 0,
            "places": 5000,
            **fields,
        },
    )
    return ticket_type


def make_registration(event, state=RegistrationState.CONFIRMED, **fields) -> Registration:
    number = next(_numbers)
    ended = state in (RegistrationState.CANCELLED, RegistrationState.EXPIRED)
    common = {
        "state": state.value,
        "email": f"person-{number}@example.org",
        "language": "es",
        "currency": "USD",
        "confirmed_at": NOON if state == RegistrationState.CONFIRMED else None,
        "ended_at": NOON if ended else None,
    }
    order = Order.objects.create(
        **common,
        event=event,
        reference=f"R{number}",
        submission_token=f"token-{number}",
        total_minor=0,
        terms_version="1",
        payment_method="free",
        placed_at=NOON,
        expires_at=NOON if state == OrderState.PENDING else None,
    )
    return Registration.objects.create(
        **{
            **common,
            "event": event,
            "order": order,
            "ticket_type": make_ticket_type(event),
            "badge_name": f"María José Núñez {number}",
            "certificate_name": "María José Núñez Ávila",
            "profession": "physician",
            "country": "AR",
            "price_minor": 0,
            "registered_at": NOON,
            **fields,
        }
    )


def make_badge(registration, **fields) -> Badge:
    return Badge.objects.create(registration=registration, issued_at=NOON, **fields)


def make_session(event, code: str, *, starts_at=NOON, minutes=60, **fields) -> Session:
    return Session.objects.create(
        event=event,
        external_id=code,
        code=code,
        title=f"Session {code}",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=minutes),
        changed_at=NOON,
        **fields,
    )


def make_session_door(session: Session) -> ScanPoint:
    return ScanPoint.objects.create(
        event=session.event,
        kind=ScanPointKind.SESSION,
        name=f"Door {session.code}",
        session=session,
    )


def scan(point, code, direction=ScanDirection.IN, *, at=NOON, **fields):
    return record_scan(
        **{
            "point_id": point.pk,
            "event_id": point.event_id,
            "code": code,
            "direction": direction,
            "client_uid": uuid.uuid4(),
            "scanned_at": at,
            "method": ScanMethod.CAMERA,
            "operator": None,
            "at": at,
            **fields,
        }
    )
