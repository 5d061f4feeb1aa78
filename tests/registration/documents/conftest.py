"""An event with somebody who issues its papers, and orders that were paid or wait."""

import pytest

from registration.models import Issuer, Order
from registration.operations.describing_issuer import IssuerDetails, describe_issuer
from registration.operations.paying import record_payment
from registration.rules.documents import Recipient
from tests.conftest import NOON
from tests.registration.ordering.conftest import (  # noqa: F401 - fixtures
    ANA,
    buy,
    free_ticket,
    make_ticket_type,
    physician_ticket,
    policy,
    ultrasound,
)

ISSUER = IssuerDetails(
    legal_name="Sociedad Interamericana de Emergencias, Asociación Civil",
    tax_kind="cuit",
    tax_number="30500010912",
    address="Av. Santa Fe 1234, piso 5\nC1059ABT Buenos Aires, Argentina",
    signer_name="Dra. Elena Ñancupil",
    signer_office="Presidenta",
    migration_register="12345",
)
HOSPITAL = Recipient(
    name="Hospital das Clínicas da Faculdade de Medicina",
    tax_kind="cnpj",
    tax_number="16.727.230/0001-97",
    address="Rua Dr. Ovídio Pires de Campos, 225\nSão Paulo",
)


@pytest.fixture
def issuer(event) -> Issuer:
    return describe_issuer(event=event, details=ISSUER, actor=None, at=NOON)


@pytest.fixture
def order(physician_ticket, ultrasound) -> Order:  # noqa: F811
    """Of 180 and 50 dollars, waiting for its money."""
    return buy(physician_ticket, workshops=[ultrasound])


def pay(order: Order, amount_minor: int = 23000, external_id: str = "T-1"):
    return record_payment(
        order_id=order.pk, amount_minor=amount_minor, external_id=external_id,
        received_at=NOON, actor=None, at=NOON,
    )  # fmt: skip


@pytest.fixture
def paid_order(order) -> Order:
    pay(order)
    order.refresh_from_db()
    return order
