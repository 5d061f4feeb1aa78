"""
Writing papers about money: the row with its number first, its file by a worker afterwards.

Whoever issues has locked the order, so that two clicks are one paper; the number is taken last, so
that the counter of the event is held for as short a time as possible.
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from conference.kernel.background import after_commit
from conference.kernel.db import refuse_on
from conference.kernel.texts import LONGEST_NAME
from conference.models import User
from conference.operations.history import record
from registration.models import DocumentSeries, FiscalDocument, Issuer, Order, Payment, Refund
from registration.queries.documents import (
    document_to_credit,
    invoiced_minor,
    issuer_of,
    left_to_credit,
    line_of_difference,
    line_of_payment,
    lines_of_order,
    usual_recipient,
)
from registration.queries.orders import charged_minor
from registration.rules.documents import (
    MOST_PROFORMAS,
    CreditTooHigh,
    IssuerMissing,
    Line,
    Recipient,
    TooManyProformas,
    clean_reason,
    number_in_words,
    require_may_credit,
    require_may_invoice,
    series_prefix,
)
from registration.states import (
    AUTHORISABLE,
    AuthorityKind,
    DocumentAction,
    DocumentKind,
    RefundState,
)

CREDIT_LIMIT = "document_credit_within_its_document"


@transaction.atomic
def issue_receipt(*, payment_id: int, at: dt.datetime, actor: User | None = None) -> FiscalDocument:
    """Write the receipt of a payment; a payment has one, however often it is asked for."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = _locked(order_id)
    payment = Payment.objects.select_related("order__event").get(pk=payment_id)
    earlier = payment.fiscal_documents.filter(kind=DocumentKind.RECEIPT).first()
    if earlier is not None:
        return earlier
    return _issue(
        DocumentKind.RECEIPT,
        order=order,
        payment=payment,
        recipient=usual_recipient(order),
        lines=line_of_payment(payment, language=order.language),
        issuer=issuer_of(order.event),
        actor=actor,
        at=at,
    )


@transaction.atomic
def issue_invoice(
    *,
    order_id: int,
    recipient: Recipient,
    actor: User | None,
    at: dt.datetime,
    by_buyer: bool = False,
) -> FiscalDocument:
    """
    Invoice what was charged for an order and not invoiced yet, to whom the buyer says.

    :raises InputRefused: if the recipient cannot be written on it.
    :raises NothingToInvoice: if there is nothing left, or the buyer asks before the order is paid.
    :raises IssuerMissing: if the event has nobody who issues invoices.
    """
    recipient = recipient.cleaned()
    order = _locked(order_id)
    issuer = _required_issuer(order)
    invoiced = invoiced_minor(order)
    to_invoice = charged_minor(order) - invoiced
    require_may_invoice(state=order.state, to_invoice_minor=to_invoice, by_buyer=by_buyer)
    lines = line_of_difference if invoiced else lines_of_order
    return _issue(
        DocumentKind.INVOICE,
        order=order,
        recipient=recipient,
        lines=lines(order, total_minor=to_invoice, language=order.language),
        issuer=issuer,
        actor=actor,
        at=at,
    )


@transaction.atomic
def issue_proforma(
    *, order_id: int, recipient: Recipient, actor: User | None, at: dt.datetime
) -> FiscalDocument:
    """
    Announce an invoice to whoever pays only by one, such as a hospital.

    :raises InputRefused: if the recipient cannot be written on it.
    :raises NothingToInvoice: if the order is ended or costs nothing.
    :raises TooManyProformas: if the order has enough of them.
    :raises IssuerMissing: if the event has nobody who issues invoices.
    """
    recipient = recipient.cleaned()
    order = _locked(order_id)
    issuer = _required_issuer(order)
    charged = charged_minor(order)
    require_may_invoice(state=order.state, to_invoice_minor=charged, by_buyer=False)
    if order.fiscal_documents.filter(kind=DocumentKind.PROFORMA).count() >= MOST_PROFORMAS:
        raise TooManyProformas(
            _("This order has %(most)d proformas already. Please write to the organisers.")
            % {"most": MOST_PROFORMAS}
        )
    return _issue(
        DocumentKind.PROFORMA,
        order=order,
        recipient=recipient,
        lines=lines_of_order(order, total_minor=charged, language=order.language),
        issuer=issuer,
        actor=actor,
        at=at,
    )


@transaction.atomic
def issue_credit_note(
    *,
    document_id: int,
    amount_minor: int,
    reason: str,
    actor: User | None,
    at: dt.datetime,
    refund: Refund | None = None,
) -> FiscalDocument:
    """
    Take back a receipt or an invoice, or a part of it. The document itself stays as it is.

    :raises InputRefused: if the reason is empty or the amount is more than what is left of it.
    :raises NotCreditable: if it is a proforma or a credit note itself.
    """
    reason = clean_reason(reason)
    order_id = FiscalDocument.objects.values_list("order_id", flat=True).get(pk=document_id)
    order = _locked(order_id)
    credited = FiscalDocument.objects.select_for_update(of=("self",)).get(pk=document_id)
    require_may_credit(
        kind=credited.kind,
        amount_minor=amount_minor,
        left_minor=left_to_credit(credited).amount_minor,
    )
    with override(credited.language):
        words = _("Credit of %(document)s: %(reason)s") % {
            "document": credited.written_number,
            "reason": reason,
        }
    refusal = CreditTooHigh(_("Somebody credited it at the same moment."), field="amount")
    with refuse_on(CREDIT_LIMIT, refusal):
        return _issue(
            DocumentKind.CREDIT_NOTE,
            order=order,
            recipient=_recipient_of(credited),
            lines=[Line(words, 1, amount_minor)],
            issuer=issuer_of(order.event),
            actor=actor,
            at=at,
            document_credited=credited,
            refund=refund,
            reason=reason,
            language=credited.language,
            needs_authorisation=credited.needs_authorisation,
        )


@transaction.atomic
def credit_refund(*, refund_id: int, actor: User | None, at: dt.datetime) -> FiscalDocument | None:
    """
    Write the credit note of money that went back; a refund has one, however often it is asked for.

    It takes back a part of the order's invoice, else of the receipt of the payment. None if there is
    no paper that says so much: then nothing has to be taken back.
    """
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    _locked(order_id)
    refund = Refund.objects.select_related("order", "payment").get(pk=refund_id)
    earlier = refund.credit_notes.first()
    if earlier is not None or refund.state != RefundState.DONE:
        return earlier
    document = document_to_credit(refund)
    if document is None:
        return None
    with override(document.language):
        reason = refund.reason or _("Money sent back")
    return issue_credit_note(
        document_id=document.pk,
        amount_minor=refund.amount_minor,
        reason=reason[:LONGEST_NAME],
        actor=actor,
        at=at,
        refund=refund,
    )


def _issue(
    kind: DocumentKind,
    *,
    order: Order,
    recipient: Recipient,
    lines: Sequence[Line],
    issuer: Issuer | None,
    actor: User | None,
    at: dt.datetime,
    payment: Payment | None = None,
    refund: Refund | None = None,
    document_credited: FiscalDocument | None = None,
    reason: str = "",
    language: str = "",
    needs_authorisation: bool | None = None,
) -> FiscalDocument:
    total_minor = sum(line.amount_minor for line in lines)
    if needs_authorisation is None:
        has_authority = issuer is not None and issuer.authority != AuthorityKind.NONE
        needs_authorisation = has_authority and kind in AUTHORISABLE
    series = _with_next_number(kind, order)
    document = FiscalDocument.objects.create(
        event=order.event,
        series=series,
        kind=kind,
        number=series.last_number,
        written_number=number_in_words(series.prefix, series.last_number),
        order=order,
        payment=payment,
        refund=refund,
        document_credited=document_credited,
        reason=reason,
        issuer=_issuer_as_json(order, issuer),
        recipient_name=recipient.name,
        recipient_tax_kind=recipient.tax_kind,
        recipient_tax_number=recipient.tax_number,
        recipient_address=recipient.address,
        language=language or order.language,
        lines=[line.as_json() for line in lines],
        total_minor=total_minor,
        currency=order.currency,
        issued_at=at,
        issued_by=actor,
        needs_authorisation=needs_authorisation,
    )
    record(
        DocumentAction.ISSUED, event=order.event, subject=document, actor=actor, at=at,
        data={"kind": kind.value, "number": document.written_number, "order": order.pk},
    )  # fmt: skip
    after_commit("registration.render_document", document_id=document.pk)
    return document


def _with_next_number(kind: DocumentKind, order: Order) -> DocumentSeries:
    """The series with its counter raised; its row stays locked until the transaction ends."""
    series, _created = DocumentSeries.objects.get_or_create(
        event_id=order.event_id,
        kind=kind,
        defaults={"prefix": series_prefix(kind, order.event_id)},
    )
    DocumentSeries.objects.filter(pk=series.pk).update(last_number=F("last_number") + 1)
    series.refresh_from_db(fields=("last_number",))
    return series


def _locked(order_id: int) -> Order:
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("event__venue")
        .get(pk=order_id)
    )


def _required_issuer(order: Order) -> Issuer:
    issuer = issuer_of(order.event)
    if issuer is None:
        raise IssuerMissing(
            _("The organisers have not said yet who issues invoices. Please write to them.")
        )
    return issuer


def _recipient_of(document: FiscalDocument) -> Recipient:
    return Recipient(
        name=document.recipient_name,
        tax_kind=document.recipient_tax_kind,
        tax_number=document.recipient_tax_number,
        address=document.recipient_address,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _IssuerFacts:
    name: str
    tax_kind: str
    tax_number: str
    address: str
    email: str
    event: str
    place: str


def _issuer_as_json(order: Order, issuer: Issuer | None) -> dict[str, Any]:
    event = order.event
    with override(order.language):
        return dataclasses.asdict(
            _IssuerFacts(
                name=issuer.legal_name if issuer else event.organiser_name,
                tax_kind=issuer.tax_kind if issuer else "",
                tax_number=issuer.tax_number if issuer else "",
                address=issuer.address if issuer else "",
                email=event.contact_email,
                event=str(event.name),
                place=event.venue.city,
            )
        )
