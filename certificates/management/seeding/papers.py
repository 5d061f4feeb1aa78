"""Papers about money: an issuer, some receipts, an invoice to a hospital and a part of it credited."""

import datetime as dt

from conference.models import Event
from registration.models import Order, Payment
from registration.operations.describing_issuer import IssuerDetails, describe_issuer
from registration.operations.documenting import (
    issue_credit_note,
    issue_invoice,
    issue_proforma,
    issue_receipt,
)
from registration.rules.documents import Recipient
from registration.states import OrderState

RECEIPTS = 12
ISSUER = IssuerDetails(
    legal_name="Sociedad Interamericana de Emergencias (demo), Asociación Civil",
    tax_kind="cuit",
    tax_number="30-50001091-2",
    address="Av. Figueroa Alcorta 2099\nC1425 Buenos Aires, Argentina",
    phone="+54 11 5555 0100",
    signer_name="Dra. Elena Ñancupil",
    signer_office="Presidenta del comité organizador",
    migration_register="RENURE 00000 (demo)",
)
HOSPITAL = Recipient(
    name="Hospital das Clínicas (demo)",
    tax_kind="cnpj",
    tax_number="16.727.230/0001-97",
    address="Av. Dr. Enéas Carvalho de Aguiar, 255\nSão Paulo, Brasil",
)


def seed_papers(event: Event, *, at: dt.datetime) -> None:
    describe_issuer(event=event, details=ISSUER, actor=None, at=at)
    payments = Payment.objects.filter(order__event=event).order_by("pk")[:RECEIPTS]
    for payment_id in list(payments.values_list("pk", flat=True)):
        issue_receipt(payment_id=payment_id, at=at)
    orders = Order.objects.filter(event=event, total_minor__gt=0).order_by("pk")
    paid = orders.filter(state=OrderState.CONFIRMED).first()
    if paid:
        invoice = issue_invoice(order_id=paid.pk, recipient=HOSPITAL, actor=None, at=at)
        issue_credit_note(
            document_id=invoice.pk,
            amount_minor=invoice.total_minor // 10,
            reason="Descuento acordado",
            actor=None,
            at=at,
        )
    waiting = orders.filter(state=OrderState.PENDING).first()
    if waiting:
        issue_proforma(order_id=waiting.pk, recipient=HOSPITAL, actor=None, at=at)
