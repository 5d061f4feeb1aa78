"""The buyer's papers: receipts, and an invoice made out to whoever pays."""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.models import User
from registration.models import FiscalDocument, Order
from registration.operations.documenting import issue_invoice, issue_proforma
from registration.queries.documents import (
    OrdersPapers,
    document_of_order,
    file_of_document,
    orders_papers,
)
from registration.rules.references import written_reference
from registration.states import DocumentKind
from registration.web.document_forms import RecipientForm

logger = logging.getLogger(__name__)


def _order(token: str) -> Order:
    return get_object_or_404(Order.objects.select_related("event__venue"), token=token)


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def order_documents(request: HttpRequest, token: str) -> HttpResponse:
    """All papers of an order; POST asks for the one that is due now, a proforma or an invoice."""
    order = _order(token)
    papers = orders_papers(order, at=timezone.now())
    if request.method != "POST":
        return _show(request, papers, RecipientForm())
    form = RecipientForm(request.POST)
    if form.is_valid():
        actor = request.user if isinstance(request.user, User) else None
        try:
            if papers.kind_to_ask_for == DocumentKind.PROFORMA:
                document = issue_proforma(
                    order_id=order.pk, recipient=form.recipient, actor=actor, at=timezone.now()
                )
            else:
                document = issue_invoice(
                    order_id=order.pk,
                    recipient=form.recipient,
                    actor=actor,
                    at=timezone.now(),
                    by_buyer=True,
                )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(
                request,
                _("%(number)s was issued. We write to you as soon as its file is ready.")
                % {"number": document.written_number},
            )
            return redirect("registration:order_documents", token)
    return _show(request, papers, form)


def _show(request: HttpRequest, papers: OrdersPapers, form: RecipientForm) -> HttpResponse:
    order = papers.order
    return render(
        request,
        "registration/documents/of_order.html",
        {
            "event": order.event,
            "order": order,
            "reference": written_reference(order.reference),
            "papers": papers,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@access(SECRET_ADDRESS)
@require_GET
@never_cache
def order_document_file(request: HttpRequest, token: str, document_id: int) -> HttpResponse:
    document = document_of_order(_order(token), document_id)
    if document is None:
        raise Http404
    if not document.is_ready:
        messages.info(request, _("This paper is being prepared. We write to you when it is ready."))
        return redirect("registration:order_documents", token)
    return pdf_of(request, document)


def pdf_of(request: HttpRequest, document: FiscalDocument) -> HttpResponse:
    """The file to be kept; 503 if the disk lost or changed it, which the audit names too."""
    try:
        content = file_of_document(document)
    except (OSError, ValueError):
        logger.exception("The file of %s cannot be read", document.written_number)
        return render(request, "registration/documents/file_unreadable.html", status=503)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{document.kind.replace('_', '-')}-{document.written_number}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
