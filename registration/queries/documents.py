"""Reads about papers: what an order's invoice says, what is left to credit, the desk's list."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from conference.kernel import content_store
from conference.kernel.money import Money
from conference.models import Event
from registration.models import (
    FiscalDocument,
    FiscalDocumentQuerySet,
    Group,
    Issuer,
    Order,
    Payment,
    Refund,
    Registration,
    Workshop,
)
from registration.queries.orders import charged_minor
from registration.rules.documents import Line, Recipient, balanced
from registration.rules.references import written_reference
from registration.states import CREDITABLE, BookingState, DocumentKind, RefundState

MOST_WORDS = 6


def issuer_of(event: Event) -> Issuer | None:
    return Issuer.objects.filter(event=event).first()


def lines_of_order(order: Order, *, total_minor: int, language: str) -> list[Line]:
    """What was bought, in the reader's language; the lines add up to the total."""
    lines = []
    registrations = (
        Registration.objects.holding_a_place()
        .filter(order=order)
        .select_related("ticket_type")
        .prefetch_related("workshop_bookings__workshop")
        .order_by("pk")
    )
    with translation.override(language):
        if order.is_for_group:
            lines, registrations = _lines_of_group(order), registrations.none()
        for registration in registrations:
            who = registration.certificate_name
            lines.append(
                Line(f"{registration.ticket_type.name}: {who}", 1, registration.price_minor)
            )
            lines += [
                Line(f"{booking.workshop.name}: {who}", 1, booking.price_minor)
                for booking in registration.workshop_bookings.all()
                if booking.state == BookingState.ACTIVE
            ]
        return balanced(
            lines, total_minor=total_minor, difference=_("Discounts and changes of the order")
        )


def _lines_of_group(order: Order) -> list[Line]:
    """Its seats as they were bought, whoever sits there: the paper names no people."""
    group = Group.objects.select_related("ticket_type").get(order=order)
    workshops = Workshop.objects.in_bulk(group.workshop_ids)
    names = {pk: str(workshop.name) for pk, workshop in workshops.items()}
    return [
        Line(f"{group.ticket_type.name}: {group.name}", group.seats, group.price_minor),
        *(
            Line(names[pk], group.seats, price_minor)
            for pk, price_minor in zip(group.workshop_ids, group.workshop_prices_minor, strict=True)
        ),
    ]


def line_of_difference(order: Order, *, total_minor: int, language: str) -> list[Line]:
    with translation.override(language):
        words = _("Changes of order %(reference)s") % {
            "reference": written_reference(order.reference)
        }
    return [Line(words, 1, total_minor)]


def line_of_payment(payment: Payment, *, language: str) -> list[Line]:
    order = payment.order
    day = payment.received_at.astimezone(order.event.zone).date()
    with translation.override(language):
        words = _("%(event)s, order %(reference)s: %(method)s received on %(day)s") % {
            "event": order.event.name,
            "reference": written_reference(order.reference),
            "method": payment.get_method_display().lower(),
            "day": day.isoformat(),
        }
    return [Line(words, 1, payment.amount_minor)]


def invoiced_minor(order: Order) -> int:
    """What invoices say less what was credited of them."""
    invoices = _sum(order.fiscal_documents.filter(kind=DocumentKind.INVOICE))
    credited = _sum(
        order.fiscal_documents.filter(
            kind=DocumentKind.CREDIT_NOTE, document_credited__kind=DocumentKind.INVOICE
        )
    )
    return invoices - credited


def left_to_invoice(order: Order) -> Money:
    return Money(max(charged_minor(order) - invoiced_minor(order), 0), order.currency)


def left_to_credit(document: FiscalDocument) -> Money:
    credited = _sum(document.credit_notes.all())
    return Money(document.total_minor - credited, document.currency)


def _sum(documents: QuerySet[FiscalDocument]) -> int:
    return documents.aggregate(sum=Sum("total_minor"))["sum"] or 0


def usual_recipient(order: Order) -> Recipient:
    """
    Who is written on a receipt when nobody said otherwise: who pays, else the first person.

    One who pays for herself is called as in her documents, and not as on her badge.
    """
    first = None if order.is_for_group else order.registrations.order_by("pk").first()
    if first and order.payer_name in ("", first.badge_name):
        return Recipient(name=first.certificate_name)
    return Recipient(name=order.payer_name or order.email)


def payments_without_receipt(event: Event) -> QuerySet[Payment]:
    return (
        Payment.objects.filter(order__event=event)
        .exclude(fiscal_documents__kind=DocumentKind.RECEIPT)
        .order_by("pk")
    )


def document_to_credit(refund: Refund) -> FiscalDocument | None:
    """The paper that a refund takes back: the newest invoice that says so much, else the receipt."""
    candidates = [
        *refund.order.fiscal_documents.filter(kind=DocumentKind.INVOICE).order_by("-pk"),
        *refund.payment.fiscal_documents.filter(kind=DocumentKind.RECEIPT),
    ]
    enough = (one for one in candidates if left_to_credit(one).amount_minor >= refund.amount_minor)
    return next(enough, None)


def refunds_without_credit_note(event: Event) -> QuerySet[Refund]:
    """Money that went back while a paper still says that we have it."""
    return (
        Refund.objects.filter(order__event=event, state=RefundState.DONE, credit_notes__isnull=True)
        .filter(order__fiscal_documents__kind__in=sorted(CREDITABLE))
        .distinct()
        .order_by("pk")
    )


def documents_found(event: Event, *, kind: str = "", words: str = "") -> FiscalDocumentQuerySet:
    """The event's papers, newest first; all words must be in number, recipient or order."""
    found = FiscalDocument.objects.filter(event=event).select_related(
        "order", "authorisation", "document_credited"
    )
    if kind in DocumentKind.values:
        found = found.filter(kind=kind)
    if kind == "waiting":
        found = found.awaiting_authorisation()
    for word in words[:200].split()[:MOST_WORDS]:
        found = found.filter(
            Q(written_number__icontains=word)
            | Q(recipient_name__icontains=word)
            | Q(recipient_tax_number__icontains=word)
            | Q(order__reference__icontains=word.replace("-", ""))
        )
    return found.order_by("-issued_at", "-pk")


@dataclass(frozen=True, slots=True)
class DocumentNumbers:
    without_receipt: int
    without_credit_note: int
    awaiting_authorisation: int


def document_numbers(event: Event) -> DocumentNumbers:
    waiting = FiscalDocument.objects.filter(event=event).awaiting_authorisation()
    return DocumentNumbers(
        without_receipt=payments_without_receipt(event).count(),
        without_credit_note=refunds_without_credit_note(event).count(),
        awaiting_authorisation=waiting.aggregate(count=Count("pk"))["count"],
    )


@dataclass(frozen=True, slots=True)
class DocumentOnItsPage:
    document: FiscalDocument
    left: Money
    credit_notes: list[FiscalDocument]
    lines: list[tuple[str, Money]]


def document_on_its_page(event: Event, document_id: int) -> DocumentOnItsPage | None:
    document = (
        FiscalDocument.objects.select_related(
            "order", "authorisation__entered_by", "document_credited", "issued_by", "file"
        )
        .filter(event=event, pk=document_id)
        .first()
    )
    if document is None:
        return None
    return DocumentOnItsPage(
        document=document,
        left=left_to_credit(document),
        credit_notes=list(document.credit_notes.order_by("pk")),
        lines=[
            (line["description"], Money(line["amount_minor"], document.currency))
            for line in document.lines
        ],
    )


def documents_of_order(order: Order) -> list[FiscalDocument]:
    return list(order.fiscal_documents.select_related("file").order_by("-issued_at", "-pk"))


def document_of_order(order: Order, document_id: int) -> FiscalDocument | None:
    return order.fiscal_documents.select_related("file").filter(pk=document_id).first()


def file_of_document(document: FiscalDocument) -> bytes:
    """
    :raises FileNotFoundError: if it is not made yet, or gone from the disk.
    :raises ValueError: if it was changed on the disk.
    """
    if document.file is None:
        raise FileNotFoundError(f"{document} is being prepared.")
    return content_store.load(Path(settings.MEDIA_ROOT), document.file.sha256)


@dataclass(frozen=True, slots=True)
class OrdersPapers:
    """What the buyer sees about papers, and which one she may ask for."""

    order: Order
    documents: list[FiscalDocument]
    kind_to_ask_for: DocumentKind | None


def orders_papers(order: Order, *, at: dt.datetime) -> OrdersPapers:
    kind: DocumentKind | None = None
    is_held = order.state == "pending" and order.expires_at is not None and order.expires_at > at
    if issuer_of(order.event) is not None:
        if order.state == "confirmed" and left_to_invoice(order).amount_minor > 0:
            kind = DocumentKind.INVOICE
        elif is_held:
            kind = DocumentKind.PROFORMA
    return OrdersPapers(order=order, documents=documents_of_order(order), kind_to_ask_for=kind)
