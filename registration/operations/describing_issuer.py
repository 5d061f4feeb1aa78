import dataclasses
import datetime as dt

from django.db import transaction

from conference.kernel.texts import clean_name
from conference.models import Event, User
from conference.operations.history import record
from registration.models import Issuer
from registration.rules.documents import clean_address
from registration.rules.tax_numbers import read_tax_number
from registration.states import AuthorityKind, DocumentAction


@dataclasses.dataclass(frozen=True, slots=True)
class IssuerDetails:
    """Who signs an event's papers, as the organiser types it."""

    legal_name: str
    tax_kind: str
    tax_number: str
    address: str
    authority: str = AuthorityKind.NONE.value
    phone: str = ""
    signer_name: str = ""
    signer_office: str = ""
    migration_register: str = ""
    passport_days: int = 30
    papers_by_themselves: bool = False


@transaction.atomic
def describe_issuer(
    *, event: Event, details: IssuerDetails, actor: User | None, at: dt.datetime
) -> Issuer:
    """
    Say who signs the papers of the event from now on. Papers that exist keep their words.

    With `papers_by_themselves` receipts and credit notes are written for money from now on; what
    came earlier waits for the desk, so that nobody is surprised by a letter for an old payment.

    :raises InputRefused: naming the field.
    """
    values = {
        "legal_name": clean_name(details.legal_name, field="legal_name"),
        "tax_kind": details.tax_kind,
        "tax_number": read_tax_number(details.tax_kind, details.tax_number),
        "address": clean_address(details.address, required=True),
        "authority": AuthorityKind(details.authority).value,
        "phone": clean_name(details.phone, field="phone", required=False)[:40],
        "signer_name": clean_name(details.signer_name, field="signer_name", required=False),
        "signer_office": clean_name(details.signer_office, field="signer_office", required=False),
        "migration_register": clean_name(
            details.migration_register, field="migration_register", required=False
        )[:40],
        "passport_days": details.passport_days,
    }
    known = Issuer.objects.select_for_update(no_key=True).filter(event=event).first()
    since = known.papers_since if known else None
    values["papers_since"] = (since or at) if details.papers_by_themselves else None
    issuer, _created = Issuer.objects.update_or_create(event=event, defaults=values)
    record(DocumentAction.ISSUER_CHANGED, event=event, subject=issuer, actor=actor, at=at)
    return issuer
