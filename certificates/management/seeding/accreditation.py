"""The accredited activity of the demo. Its provider is invented; the rules are the real data rows."""

import datetime as dt
from decimal import Decimal

from certificates.management.seeding.catalogue import texts
from certificates.models import (
    AccreditedProvider,
    Activity,
    CreditDesignation,
    CreditType,
    EvaluationQuestion,
    SessionCredit,
)
from conference.models import Event
from schedule.models import Session
from schedule.states import SessionKind

QUESTIONS = [
    ("Los objetivos se cumplieron | Os objetivos foram cumpridos | The objectives were met | Les objectifs ont été atteints", True),
    ("Cambiaré algo en mi práctica | Mudarei algo na minha prática | I will change something in my practice | Je changerai quelque chose dans ma pratique", True),
    ("El contenido se basó en la evidencia | O conteúdo baseou-se em evidências | The content was based on evidence | Le contenu reposait sur des preuves", True),
    ("Estuvo libre de sesgo comercial | Esteve livre de viés comercial | It was free of commercial bias | Il était exempt de biais commercial", True),
    ("La organización fue buena | A organização foi boa | The organisation was good | L’organisation était bonne", True),
    ("¿Qué debemos mejorar? | O que devemos melhorar? | What should we improve? | Que devons-nous améliorer ?", False),
]  # fmt: skip
ELIGIBLE = (SessionKind.TALK, SessionKind.KEYNOTE, SessionKind.WORKSHOP, SessionKind.PANEL)
# Five days of 365 minutes, simultaneous sessions once: 1,825 minutes, to the nearest quarter.
DESIGNATED = {"AMA_PRA_1": Decimal("30.50")}


def seed_activity(event: Event, sessions: list[Session], *, at: dt.datetime) -> Activity:
    provider, _created = AccreditedProvider.objects.get_or_create(
        legal_name="Demonstration Society of Emergency Medicine",
        defaults={
            "accreditor": "Accreditation Council for Continuing Medical Education (ACCME)",
            "number": "0000000",
            "director_name": "Dra. Elena Ñancupil",
            "director_title": texts("Directora médica | Diretora médica | Medical director | Directrice médicale"),
        },
    )  # fmt: skip
    opens_at = dt.datetime.combine(event.first_day, dt.time(9), event.zone)
    activity = Activity.objects.create(
        event=event, provider=provider, title=event.name,
        joint_provider_name=event.organiser_name, claim_opens_at=opens_at,
        claim_closes_at=dt.datetime.combine(event.last_day, dt.time(23, 59), event.zone)
        + dt.timedelta(days=30),
    )  # fmt: skip
    EvaluationQuestion.objects.bulk_create(
        EvaluationQuestion(
            activity=activity, position=position, text=texts(line), is_scale=is_scale,
            is_required=is_scale,
        )
        for position, (line, is_scale) in enumerate(QUESTIONS, start=1)
    )  # fmt: skip
    for code, maximum in DESIGNATED.items():
        designation = CreditDesignation.objects.create(
            activity=activity, credit_type=CreditType.objects.get(code=code), maximum=maximum,
            approved_at=at - dt.timedelta(days=150),
        )  # fmt: skip
        SessionCredit.objects.bulk_create(
            SessionCredit(designation=designation, session=session)
            for session in sessions
            if session.kind in ELIGIBLE
        )
    return activity
