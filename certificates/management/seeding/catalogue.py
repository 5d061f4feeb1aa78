"""What can be bought: ticket types, workshops with few seats, terms."""

import datetime as dt

from i18nfield.strings import LazyI18nString

from certificates.management.seeding.topics import in_languages
from conference.models import Event
from registration.models import RegistrationPolicy, ScanPoint, TicketType, Workshop
from registration.states import ScanPointKind
from schedule.models import Session
from schedule.states import SessionKind

# slug, names, price in cents of USD, places, word on the badge, colour, professions drawn
TICKETS = [
    ("medico", "Médico | Médico | Physician | Médecin", 28_000, 1900, 1),
    ("residente", "Residente | Residente | Resident | Interne", 14_000, 700, 6),
    ("enfermeria", "Enfermería y paramédicos | Enfermagem e paramédicos | Nursing and paramedics | Soins infirmiers et paramédics", 12_000, 500, 4),
    ("estudiante", "Estudiante | Estudante | Student | Étudiant", 6_000, 250, 8),
    ("docente", "Docente invitado | Docente convidado | Invited faculty | Enseignant invité", 0, 300, 2),
]  # fmt: skip
PROVED = {"residente", "estudiante"}
TERMS = (
    "La inscripción es personal. Se puede cancelar hasta diez días después de comprarla. | "
    "A inscrição é pessoal. Pode ser cancelada até dez dias após a compra. | "
    "A registration is personal. It can be cancelled until ten days after it was bought. | "
    "L’inscription est personnelle. Elle peut être annulée dans les dix jours suivant l’achat."
)
BANK = (
    "Transfiera a Banco del Plata, CBU 000 000 000 000 000, y escriba la referencia del pedido. | "
    "Transfira ao Banco del Plata, CBU 000 000 000 000 000, e escreva a referência do pedido. | "
    "Transfer to Banco del Plata, CBU 000 000 000 000 000, and write the reference of the order. | "
    "Virez à Banco del Plata, CBU 000 000 000 000 000, en indiquant la référence de la commande."
)


def texts(line: str) -> LazyI18nString:
    return LazyI18nString(in_languages([part.strip() for part in line.split(" | ")]))


def seed_policy(event: Event, *, at: dt.datetime) -> None:
    RegistrationPolicy.objects.create(
        event=event, opens_at=at - dt.timedelta(days=200), withdrawal_link=True,
        closes_at=dt.datetime.combine(event.last_day, dt.time(18), event.zone),
        terms=texts(TERMS), terms_version="2027-1", bank_instructions=texts(BANK),
        group_seats=40, proof_until=event.last_day, proof_file_days=3,
    )  # fmt: skip


def seed_tickets(event: Event, *, scale: float) -> list[TicketType]:
    """
    The ticket types of a congress; places grow with the number of people asked for.

    Residents and students prove it, or pay what physicians pay.
    """
    tickets = TicketType.objects.bulk_create(
        TicketType(
            event=event, slug=slug, name=texts(names), price_minor=price, currency="USD",
            places=max(20, round(places * scale)), badge_role=texts(names.replace(" y paramédicos", "").replace(" e paramédicos", "").replace(" and paramedics", "").replace(" et paramédics", "")),
            badge_colour=colour, sort_key=index,
        )
        for index, (slug, names, price, places, colour) in enumerate(TICKETS)
    )  # fmt: skip
    proved = [ticket for ticket in tickets if ticket.slug in PROVED]
    for ticket in proved:
        ticket.without_proof = tickets[0]
    TicketType.objects.bulk_update(proved, ["without_proof"])
    return tickets


def seed_course_ticket(event: Event, *, price_minor: int, places: int) -> TicketType:
    return TicketType.objects.create(
        event=event, slug="curso", price_minor=price_minor, currency="USD", places=places,
        name=texts("Curso completo | Curso completo | Full course | Cours complet"),
        badge_role=texts("Cursante | Cursista | Participant | Participant"), badge_colour=3,
    )  # fmt: skip


def seed_workshops(event: Event, sessions: list[Session]) -> list[Workshop]:
    """Each workshop of the programme that is still to come can be booked beside a ticket."""
    return Workshop.objects.bulk_create(
        Workshop(
            event=event, session=session, slug=session.code, name=session.title,
            price_minor=4_500, currency="USD", seats=40, sort_key=index,
        )
        for index, session in enumerate(
            session for session in sessions if session.kind == SessionKind.WORKSHOP
        )
    )  # fmt: skip


def seed_scan_points(event: Event, sessions: list[Session]) -> None:
    ScanPoint.objects.bulk_create(
        [
            *(
                ScanPoint(event=event, kind=ScanPointKind.ENTRANCE, name=name)
                for name in ("Entrada principal", "Entrada norte")
            ),
            *(
                ScanPoint(
                    event=event, kind=ScanPointKind.SESSION, session=session,
                    name=f"{session.code} {session.room}",
                )
                for session in sessions
                if session.room_id and session.kind != SessionKind.BREAK
            ),
        ],
        batch_size=500,
    )  # fmt: skip
