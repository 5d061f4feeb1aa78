"""Which papers write themselves: of events whose issuer switched it on, for money since then."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from registration.models import FiscalDocument, Payment, Refund
from registration.states import DocumentKind, RefundState


def payments_due_a_receipt() -> QuerySet[Payment]:
    receipts = FiscalDocument.objects.filter(payment=OuterRef("pk"), kind=DocumentKind.RECEIPT)
    return Payment.objects.filter(
        ~Exists(receipts), order__event__issuer__papers_since__lte=F("recorded_at")
    )


def refunds_due_a_credit_note() -> QuerySet[Refund]:
    """Money that left while a paper says that we have it, and can still be credited so much."""
    credited = (
        FiscalDocument.objects.filter(document_credited=OuterRef("pk"))
        .order_by()
        .values("document_credited")
        .annotate(sum=Sum("total_minor"))
        .values("sum")
    )
    enough = (
        FiscalDocument.objects.filter(
            Q(kind=DocumentKind.INVOICE, order=OuterRef("order_id"))
            | Q(kind=DocumentKind.RECEIPT, payment=OuterRef("payment_id"))
        )
        .annotate(left_minor=F("total_minor") - Coalesce(Subquery(credited), 0))
        .filter(left_minor__gte=OuterRef("amount_minor"))
    )
    return Refund.objects.filter(
        Exists(enough),
        state=RefundState.DONE,
        credit_notes__isnull=True,
        order__event__issuer__papers_since__lte=F("ended_at"),
    )
