"""
Who lets an invoice be issued. Each country's tax office is an adapter with one method.

In Argentina an invoice is valid with its CAE (Código de Autorización Electrónico), which the tax
office (ARCA, formerly AFIP) gives for each one, with a date until which it may be used.
Source: AFIP, Resolución General 4291/2018, read 2026-11-25 (secondary, unverified).
"""

import dataclasses
import datetime as dt
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.background import after_commit
from conference.kernel.db import refuse_on
from conference.models import User
from conference.operations.history import record
from registration.models import FiscalAuthorisation, FiscalDocument
from registration.queries.documents import issuer_of
from registration.rules.documents import AuthorisedAlready, CodeRefused, clean_code
from registration.states import AuthorityKind, DocumentAction

ONCE = "authorisation_code_used_once"


@dataclasses.dataclass(frozen=True, slots=True)
class Authorisation:
    code: str
    expires_on: dt.date


class FiscalAuthority(Protocol):
    """An adapter to a tax office. It knows nothing of our tables but the document it is given."""

    def authorise(self, document: FiscalDocument) -> Authorisation | None:
        """The code for this document; None if a person has to bring it."""
        ...


class ManualEntry:
    """The organiser asks the tax office on its own pages and types the code in."""

    def authorise(self, document: FiscalDocument) -> Authorisation | None:  # noqa: ARG002 - Protocol
        return None


AUTHORITIES: dict[AuthorityKind, FiscalAuthority] = {AuthorityKind.MANUAL: ManualEntry()}


@transaction.atomic
def enter_authorisation(
    *, document_id: int, code: str, expires_on: dt.date, actor: User | None, at: dt.datetime
) -> FiscalAuthorisation:
    """
    Keep the code a person brought from the tax office, with who and when; then make the file.

    :raises InputRefused: if it cannot be a code of this document, or another document has it.
    :raises AuthorisedAlready: if the document has one or needs none.
    """
    document = (
        FiscalDocument.objects.select_for_update(of=("self",))
        .select_related("event")
        .get(pk=document_id)
    )
    issued_on = document.issued_at.astimezone(document.event.zone).date()
    code = clean_code(code, expires_on, issued_on=issued_on)
    return _keep(
        document,
        Authorisation(code, expires_on),
        authority=AuthorityKind.MANUAL,
        actor=actor,
        at=at,
    )


@transaction.atomic
def ask_authority(*, document_id: int, at: dt.datetime) -> FiscalAuthorisation | None:
    """Ask the adapter of who issues the event's papers; None if it leaves the code to a person."""
    document = (
        FiscalDocument.objects.select_for_update(of=("self",))
        .select_related("event")
        .get(pk=document_id)
    )
    issuer = issuer_of(document.event)
    authority = AuthorityKind(issuer.authority) if issuer else AuthorityKind.NONE
    adapter = AUTHORITIES.get(authority)
    given = adapter.authorise(document) if adapter else None
    if given is None:
        return None
    return _keep(document, given, authority=authority, actor=None, at=at)


def _keep(
    document: FiscalDocument,
    given: Authorisation,
    *,
    authority: AuthorityKind,
    actor: User | None,
    at: dt.datetime,
) -> FiscalAuthorisation:
    if not document.needs_authorisation or hasattr(document, "authorisation"):
        raise AuthorisedAlready(_("This document needs no authorisation, or has one already."))
    taken = CodeRefused(_("Another document has this code."), field="code")
    with refuse_on(ONCE, taken):
        kept = FiscalAuthorisation.objects.create(
            document=document,
            authority=authority.value,
            code=given.code,
            expires_on=given.expires_on,
            entered_by=actor,
            entered_at=at,
        )
    record(
        DocumentAction.AUTHORISED, event=document.event, subject=document, actor=actor, at=at,
        data={"number": document.written_number},
    )  # fmt: skip
    after_commit("registration.render_document", document_id=document.pk)
    return kept
