"""The day of the worked examples (cme.md, section 16) as rows: sessions, a designation, a person."""

import datetime as dt
import itertools
from decimal import Decimal

from certificates.models import (
    AccreditedProvider,
    Activity,
    CreditDesignation,
    CreditType,
    EvaluationQuestion,
    SessionCredit,
)
from certificates.operations.evaluating import submit_evaluation
from certificates.operations.loading import load_credit_data
from conference.models import Event, Room
from registration.models import AttendanceInterval, Order, Registration, TicketType
from registration.states import AttendanceBasis
from schedule.models import Session
from tests.conftest import NOON

SESSIONS = {
    "S1": ("08:30", "09:20", "Aula Magna"),
    "S2": ("09:30", "10:30", "Aula Magna"),
    "S3": ("09:30", "10:30", "Sala B"),
    "S4": ("11:00", "12:30", "Aula Magna"),
    "S5": ("13:45", "15:15", "Aula Magna"),
    "S6": ("15:45", "17:00", "Aula Magna"),
}
TRACK_A = ("S1", "S2", "S4", "S5", "S6")
CLAIM_TIME = NOON + dt.timedelta(days=2)
_numbers = itertools.count(1)


def at_clock(event: Event, hours: str) -> dt.datetime:
    """That hour of the first day, in Buenos Aires."""
    clock = dt.time.fromisoformat(hours)
    return dt.datetime.combine(event.first_day, clock, event.zone).astimezone(dt.UTC)


def make_sessions(event: Event) -> dict[str, Session]:
    sessions = {}
    for code, (start, end, room_name) in SESSIONS.items():
        room, _created = Room.objects.get_or_create(
            event=event, name=room_name, slug=room_name.lower().replace(" ", "-")
        )
        sessions[code] = Session.objects.create(
            event=event,
            external_id=code,
            code=code.lower(),
            title=f"Sesión {code}",
            room=room,
            starts_at=at_clock(event, start),
            ends_at=at_clock(event, end),
            changed_at=NOON,
        )
    return sessions


def make_activity(event: Event, **fields) -> Activity:
    provider, _created = AccreditedProvider.objects.get_or_create(
        legal_name="Example Society of Emergency Medicine",
        accreditor="ACCME",
        number="0000000",
        director_name="Dra. Elena Ñancupil",
        director_title="Directora médica",
    )
    activity = Activity.objects.create(
        **{
            "event": event,
            "provider": provider,
            "title": "Congreso Interamericano de Emergencias",
            "claim_opens_at": at_clock(event, "09:20"),
            "claim_closes_at": NOON + dt.timedelta(days=34),
            **fields,
        }
    )
    for position, (text, is_scale) in enumerate((("¿Útil?", True), ("¿Qué falta?", False)), 1):
        EvaluationQuestion.objects.create(
            activity=activity,
            position=position,
            text=text,
            is_scale=is_scale,
            is_required=is_scale,
        )
    return activity


def designate(
    activity: Activity, sessions: dict[str, Session], *, code="AMA_PRA_1", maximum="6.00"
) -> CreditDesignation:
    load_credit_data()
    designation = CreditDesignation.objects.create(
        activity=activity,
        credit_type=CreditType.objects.get(code=code),
        maximum=Decimal(maximum),
        approved_at=NOON - dt.timedelta(days=100),
    )
    SessionCredit.objects.bulk_create(
        SessionCredit(designation=designation, session=session) for session in sessions.values()
    )
    return designation


def make_registration(event: Event, **fields) -> Registration:
    number = next(_numbers)
    ticket_type, _created = TicketType.objects.get_or_create(
        event=event,
        slug="general",
        defaults={"name": "General", "price_minor": 0, "places": 500, "badge_role": "Asistente"},
    )
    email = f"persona{number}@example.org"
    order = Order.objects.create(
        event=event,
        reference=f"REF{number:05}",
        submission_token=f"token-{number}",
        state="confirmed",
        email=email,
        language="es",
        payment_method="free",
        total_minor=0,
        currency="USD",
        terms_version="1",
        placed_at=NOON,
        confirmed_at=NOON,
    )
    return Registration.objects.create(
        **{
            "event": event,
            "order": order,
            "ticket_type": ticket_type,
            "state": "confirmed",
            "email": email,
            "language": "es",
            "badge_name": "María José",
            "certificate_name": "María José Núñez Ávila",
            "profession": "physician",
            "country": "AR",
            "price_minor": 0,
            "currency": "USD",
            "registered_at": NOON,
            "confirmed_at": NOON,
            **fields,
        }
    )


def attend(registration: Registration, session: Session, start: str = "", end: str = "") -> None:
    """From and until those hours of the first day; the whole session if they are not given."""
    AttendanceInterval.objects.create(
        registration=registration,
        session=session,
        starts_at=at_clock(registration.event, start) if start else session.starts_at,
        ends_at=at_clock(registration.event, end) if end else session.ends_at,
        basis=AttendanceBasis.SCAN_PAIR,
    )


def evaluate(registration: Registration, at: dt.datetime = CLAIM_TIME) -> None:
    activity = registration.event.activity
    answers = {
        question.pk: 5 if question.is_scale else "Más talleres."
        for question in activity.questions.all()
    }
    submit_evaluation(registration_id=registration.pk, answers=answers, at=at)
