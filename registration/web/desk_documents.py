"""The organiser's papers: the list, one of them, crediting, the tax office's codes, the journal."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role
from registration.exports.documents_csv import JournalRow, render_journal_csv
from registration.models import FiscalDocument, Order
from registration.operations.authorising import enter_authorisation
from registration.operations.catching_up_papers import (
    request_missing_credit_notes,
    request_missing_receipts,
)
from registration.operations.describing_issuer import describe_issuer
from registration.operations.documenting import issue_credit_note, issue_invoice, issue_proforma
from registration.queries.documents import (
    DocumentOnItsPage,
    document_numbers,
    document_on_its_page,
    documents_found,
    issuer_of,
    orders_papers,
)
from registration.rules.references import written_reference
from registration.rules.tax_numbers import acronym_of, is_checked
from registration.states import CREDITABLE, DocumentKind
from registration.web.document_forms import (
    AuthorisationForm,
    CreditForm,
    IssuerForm,
    RecipientForm,
)
from registration.web.documents import pdf_of

PAGE_SIZE = 50


@access(team(Role.ORGANISER))
@require_GET
def documents(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "")
    found = documents_found(request.event, kind=kind, words=words)
    return render(
        request,
        "registration/documents/desk_list.html",
        {
            "event": request.event,
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "kind": kind,
            "q": words,
            "kinds": DocumentKind.choices,
            "numbers": document_numbers(request.event),
            "issuer": issuer_of(request.event),
            "query": request.GET.urlencode(),
        },
    )


@access(team(Role.ORGANISER))
@require_GET
def document(request: Any, event_slug: str, document_id: int) -> HttpResponse:  # noqa: ARG001
    return _show(request, _found(request, document_id))


@access(team(Role.ORGANISER))
@require_GET
def document_file(request: Any, event_slug: str, document_id: int) -> HttpResponse:
    found = _found(request, document_id)
    if not found.document.is_ready:
        messages.info(request, _("Its file is not made yet."))
        return redirect("registration:desk_document", event_slug, document_id)
    return pdf_of(request, found.document)


@access(team(Role.ORGANISER))
@require_POST
def credit(request: Any, event_slug: str, document_id: int) -> HttpResponse:
    found = _found(request, document_id)
    form = CreditForm(request.POST, prefix="credit", currency=found.document.currency)
    if form.is_valid():
        try:
            note = issue_credit_note(
                document_id=document_id,
                amount_minor=form.amount_minor,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The credit note was issued."))
            return redirect("registration:desk_document", event_slug, note.pk)
    return _show(request, found, credit_form=form)


@access(team(Role.ORGANISER))
@require_POST
def authorise(request: Any, event_slug: str, document_id: int) -> HttpResponse:
    found = _found(request, document_id)
    form = AuthorisationForm(request.POST, prefix="authorisation")
    if form.is_valid():
        try:
            enter_authorisation(
                document_id=document_id, actor=request.user, at=timezone.now(), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The code is kept, and the file is being made."))
            return redirect("registration:desk_document", event_slug, document_id)
    return _show(request, found, authorisation_form=form)


@access(team(Role.ORGANISER))
@require_POST
def missing_receipts(request: Any, event_slug: str) -> HttpResponse:
    return _catch_up(request, event_slug, request_missing_receipts)


@access(team(Role.ORGANISER))
@require_POST
def missing_credit_notes(request: Any, event_slug: str) -> HttpResponse:
    return _catch_up(request, event_slug, request_missing_credit_notes)


def _catch_up(request: Any, event_slug: str, order: Any) -> HttpResponse:
    try:
        job = order(event=request.event, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("Started: %(total)s papers to write.") % {"total": job.total})
    return redirect("registration:desk_documents", event_slug)


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "POST"])
def issue(request: Any, event_slug: str, order_id: int) -> HttpResponse:
    """An invoice or a proforma for an order, made out to whom the organiser writes."""
    order = get_object_or_404(Order, event=request.event, pk=order_id)
    form = RecipientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        write = issue_proforma if request.POST.get("kind") == "proforma" else issue_invoice
        try:
            written = write(
                order_id=order.pk, recipient=form.recipient, actor=request.user, at=timezone.now()
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(
                request, _("%(number)s was issued.") % {"number": written.written_number}
            )
            return redirect("registration:desk_document", event_slug, written.pk)
    return render(
        request,
        "registration/documents/desk_issue.html",
        {
            "event": request.event,
            "order": order,
            "reference": written_reference(order.reference),
            "form": form,
            "papers": orders_papers(order, at=timezone.now()),
        },
        status=422 if form.errors else 200,
    )


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "POST"])
def issuer(request: Any, event_slug: str) -> HttpResponse:
    known = issuer_of(request.event)
    form = IssuerForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        try:
            describe_issuer(
                event=request.event, details=form.details, actor=request.user, at=timezone.now()
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Saved. Papers issued from now on say so."))
            return redirect("registration:desk_documents", event_slug)
    return render(
        request,
        "registration/documents/desk_issuer.html",
        {"event": request.event, "form": form},
        status=422 if form.errors else 200,
    )


@access(team(Role.ORGANISER))
@require_GET
def journal(request: Any, event_slug: str) -> HttpResponse:
    found = documents_found(
        request.event, kind=request.GET.get("kind", ""), words=request.GET.get("q", "")
    )
    head = (
        _("Number"), _("Kind"), _("Issued"), _("Reference"), _("Made out to"),
        _("Kind of tax number"), _("Tax number"), _("Amount"), _("Currency"), _("Document credited"),
        _("Authorisation code (CAE)"), _("The code expires on"), _("SHA-256"),
    )  # fmt: skip
    rows = map(_row, found.select_related("event", "file").order_by("issued_at", "pk"))
    return HttpResponse(
        render_journal_csv(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="documents-{event_slug}.csv"'},
    )


def _row(document: FiscalDocument) -> JournalRow:
    authorisation = getattr(document, "authorisation", None)
    credited = document.document_credited
    sign = "-" if document.kind == DocumentKind.CREDIT_NOTE else ""
    return JournalRow(
        number=document.written_number,
        kind=document.get_kind_display(),
        issued_on=document.issued_at.astimezone(document.event.zone).date().isoformat(),
        order=written_reference(document.order.reference),
        recipient=document.recipient_name,
        tax_kind=acronym_of(document.recipient_tax_kind),
        tax_number=document.recipient_tax_number,
        amount=f"{sign}{document.total.amount}",
        currency=document.currency,
        credits=credited.written_number if credited else "",
        authorisation_code=authorisation.code if authorisation else "",
        authorisation_expires_on=authorisation.expires_on.isoformat() if authorisation else "",
        sha256=document.file.sha256 if document.file else "",
    )


def _found(request: Any, document_id: int) -> DocumentOnItsPage:
    found = document_on_its_page(request.event, document_id)
    if found is None:
        raise Http404
    return found


def _show(
    request: Any,
    found: DocumentOnItsPage,
    *,
    credit_form: CreditForm | None = None,
    authorisation_form: AuthorisationForm | None = None,
) -> HttpResponse:
    document = found.document
    waits = document.needs_authorisation and not hasattr(document, "authorisation")
    may_credit = document.kind in CREDITABLE and found.left.amount_minor > 0
    return render(
        request,
        "registration/documents/desk_document.html",
        {
            "event": request.event,
            "found": found,
            "document": document,
            "reference": written_reference(document.order.reference),
            "tax_acronym": acronym_of(document.recipient_tax_kind),
            "tax_is_checked": is_checked(document.recipient_tax_kind),
            "waits": waits,
            "may_credit": may_credit,
            "credit_form": credit_form
            or CreditForm(
                prefix="credit",
                currency=document.currency,
                initial={"amount": found.left.amount},
            ),
            "authorisation_form": authorisation_form or AuthorisationForm(prefix="authorisation"),
        },
        status=422 if credit_form or authorisation_form else 200,
    )
