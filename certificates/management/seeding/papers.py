"""Papers: who issues them, some receipts, an invoice partly credited, letters for a visa."""

import datetime as dt

from conference.models import Event
from registration.models import Order, Payment, Registration
from registration.operations.describing_issuer import IssuerDetails, describe_issuer
from registration.operations.documenting import (
    issue_credit_note,
    issue_invoice,
    issue_proforma,
    issue_receipt,
)
from registration.operations.inviting import approve_letter, request_letter
from registration.rules.documents import Recipient
from registration.rules.letters import Passport
from registration.states import OrderState

RECEIPTS = 12
LETTERS = 3
ISSUER = IssuerDetails(
    legal_name="Sociedad Interamericana de Emergencias (demo), Asociación Civil",
    tax_kind="cuit",
    tax_number="30-50001091-2",
    address="Av. Figueroa Alcorta 2099\nC1425 Buenos Aires, Argentina",
    phone="+54 11 5555 0100",
    signer_name="Dra. Elena Ñancupil",
    signer_office="Presidenta del comité organizador",
    migration_register="00000 (demo)",
    papers_by_themselves=True,
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


def seed_letters(event: Event, *, at: dt.datetime) -> None:
    """Two that wait for the organiser and one that was approved, of people from abroad."""
    abroad = (
        Registration.objects.confirmed()
        .filter(event=event, price_minor__gt=0)
        .exclude(country=event.venue.country)
        .order_by("pk")[:LETTERS]
    )
    for number, registration in enumerate(abroad):
        letter = request_letter(
            registration_id=registration.pk,
            passport=Passport(
                name=registration.certificate_name,
                number=f"DEMO{number:05d}",
                nationality=registration.country.code,
                born_on=dt.date(1980 + number, 5, 10),
                arrives_on=event.first_day - dt.timedelta(days=1),
                leaves_on=event.last_day + dt.timedelta(days=1),
                consulate=str(registration.country.name),
            ),
            actor=None,
            at=at,
        )
        if number == 0:
            approve_letter(letter_id=letter.pk, looked_twice=True, actor=None, at=at)
