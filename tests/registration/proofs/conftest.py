"""A congress where residents pay half and prove it, and Rita, who is one."""

import datetime as dt
import io

import pikepdf
import pytest
from PIL import Image

from registration.models import Order, Price, RegistrationPolicy, StatusProof, TicketType
from registration.operations.expecting_proofs import ask_for_proofs
from registration.operations.proving import submit_proof
from registration.rules.attendees import AttendeeDetails
from tests.conftest import NOON
from tests.registration.money.conftest import pay
from tests.registration.ordering.conftest import buy, make_ticket_type, policy, ultrasound

__all__ = ["policy", "ultrasound"]
FULL, HALF = 18_000, 9_000
EARLY = NOON - dt.timedelta(days=60)
RITA = AttendeeDetails(
    email="rita@example.org",
    badge_name="Dra. Rita Souza",
    certificate_name="Rita de Souza Ñandú",
    profession="resident",
    country="BR",
    institution="Hospital das Clínicas",
)


def picture(kind="PNG", size=(60, 40), colour="teal", **options) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **options)
    return written.getvalue()


def pdf(pages=1, **options) -> bytes:
    made = pikepdf.Pdf.new()
    for _number in range(pages):
        made.add_blank_page()
    written = io.BytesIO()
    made.save(written, **options)
    return written.getvalue()


def prove_residents(policy: RegistrationPolicy, **changes) -> RegistrationPolicy:
    policy.proof_professions = ["resident"]
    for name, value in changes.items():
        setattr(policy, name, value)
    policy.save()
    return policy


@pytest.fixture
def ticket(event, policy) -> TicketType:
    prove_residents(policy)
    ticket_type = make_ticket_type(event, price_minor=FULL)
    Price.objects.create(
        event=event, ticket_type=ticket_type, profession="resident", currency="USD",
        amount_minor=HALF,
    )  # fmt: skip
    return ticket_type


def buy_as_resident(ticket_type, *, attendee=RITA, at=EARLY, is_paid=True, **changes) -> Order:
    order = buy(ticket_type, attendee=attendee, at=at, **changes)
    if is_paid:
        pay(order, order.total_minor, f"T-{order.pk}", at=at, received_at=at)
        order.refresh_from_db()
    return order


@pytest.fixture
def order(ticket) -> Order:
    return buy_as_resident(ticket)


@pytest.fixture
def proof(order) -> StatusProof:
    """Rita's: asked, and not given yet."""
    ask_for_proofs(at=EARLY)
    return StatusProof.objects.get(registration__order=order)


def submit(proof: StatusProof, raw: bytes | None = None, *, at=EARLY, said="") -> StatusProof:
    return submit_proof(proof_id=proof.pk, raw=raw or picture(), said=said, actor=None, at=at)


@pytest.fixture
def submitted(proof) -> StatusProof:
    return submit(proof)
