"""A bank's statement: its credits are kept once, each with the order it may be for."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.errors import DomainError
from conference.models import Event, User
from conference.operations.history import record
from registration.imports.bank_statement import Statement, read_statement
from registration.models import Order, Payment, StatementLine
from registration.operations.paying import record_payment
from registration.queries.statements import candidates
from registration.rules.attendees import searchable
from registration.rules.matching import propose
from registration.rules.references import read_reference
from registration.states import PaymentMethod, RegistrationAction, StatementLineState


@dataclass(frozen=True, slots=True)
class Imported:
    statement: Statement
    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """`refused` are the lines that could not be recorded, with the sentence why."""

    recorded: int
    refused: list[tuple[StatementLine, str]]


@transaction.atomic
def import_statement(
    *, event_id: int, raw: bytes, currency: str, actor: User | None, at: dt.datetime
) -> Imported:
    """
    Keep the credits of a statement and propose orders; nothing is paid by it.

    A line that was imported before, by this file or another, stays as it is.

    :raises StatementRefused: if it cannot be read as a statement.
    """
    event = Event.objects.select_for_update().get(pk=event_id)
    statement = read_statement(raw, currency=currency)
    known = set(
        StatementLine.objects.filter(
            event=event, fingerprint__in=[one.fingerprint for one in statement.credits]
        ).values_list("fingerprint", flat=True)
    )
    by_reference, waiting = candidates(event)
    new = [credit for credit in statement.credits if credit.fingerprint not in known]
    payments = {
        payment.external_id: payment
        for payment in Payment.objects.filter(
            method=PaymentMethod.BANK_TRANSFER,
            external_id__in=[one.bank_reference for one in new],
            order__event=event,
        )
    }
    lines = []
    for credit in new:
        payment = payments.get(credit.bank_reference)
        proposal = propose(
            text=f"{credit.text} {credit.bank_reference}",
            words=frozenset(searchable(credit.text).split()),
            amount_minor=credit.amount_minor, currency=currency, by_reference=by_reference,
            waiting=waiting,
        )  # fmt: skip
        lines.append(
            StatementLine(
                event=event, fingerprint=credit.fingerprint, booked_on=credit.booked_on,
                amount_minor=credit.amount_minor, currency=currency, text=credit.text,
                bank_reference=credit.bank_reference,
                state=StatementLineState.RECORDED if payment else StatementLineState.OPEN,
                payment=payment, proposed_order_id=payment.order_id if payment else proposal.order_id,
                confidence_percent=100 if payment else proposal.percent, imported_by=actor,
                imported_at=at,
            )
        )  # fmt: skip
    StatementLine.objects.bulk_create(lines, ignore_conflicts=True)
    record(
        RegistrationAction.STATEMENT_IMPORTED, event=event, subject=event, actor=actor, at=at,
        data={"new": len(new), "known": len(known), "unreadable": len(statement.problems)},
    )  # fmt: skip
    return Imported(statement=statement, new=len(new), known=len(known))


def record_lines(
    *, event_id: int, references: Mapping[int, str], actor: User | None, at: dt.datetime
) -> Recorded:
    """
    Record lines as payments of the orders whose references were confirmed; each stands alone.

    A line that is decided already stays as it is.
    """
    recorded = 0
    refused = []
    for line in StatementLine.objects.filter(event_id=event_id, pk__in=references).order_by("pk"):
        try:
            recorded += _record_line(line.pk, references[line.pk], actor=actor, at=at)
        except DomainError as refusal:
            refused.append((line, str(refusal)))
    return Recorded(recorded, refused)


@transaction.atomic
def _record_line(line_id: int, reference: str, *, actor: User | None, at: dt.datetime) -> int:
    line = StatementLine.objects.select_for_update(of=("self",)).select_related("event").get(
        pk=line_id
    )  # fmt: skip
    if line.state != StatementLineState.OPEN:
        return 0
    order = Order.objects.filter(
        event_id=line.event_id, reference=read_reference(reference) or "-"
    ).first()
    if order is None:
        raise StatementLineRefused(_("There is no order with this reference."))
    if order.currency != line.currency:
        raise StatementLineRefused(_("The order is in another currency."))
    noon = dt.datetime.combine(line.booked_on, dt.time(12), line.event.zone)
    line.payment = record_payment(
        order_id=order.pk, amount_minor=line.amount_minor, external_id=line.bank_reference,
        received_at=min(noon, at), actor=actor, at=at,
    )  # fmt: skip
    line.proposed_order = order
    line.state = StatementLineState.RECORDED
    line.save(update_fields=("payment", "proposed_order", "state"))
    return 1


@transaction.atomic
def dismiss_lines(
    *, event_id: int, line_ids: list[int], actor: User | None, at: dt.datetime
) -> int:
    """Put lines aside that are for nobody here. How many."""
    event = Event.objects.get(pk=event_id)
    open_lines = StatementLine.objects.select_for_update().filter(
        event=event, pk__in=line_ids, state=StatementLineState.OPEN
    )
    ids = [line.pk for line in open_lines.order_by("pk")]
    StatementLine.objects.filter(pk__in=ids).update(state=StatementLineState.DISMISSED)
    if ids:
        record(
            RegistrationAction.STATEMENT_LINE_DISMISSED, event=event, subject=event, actor=actor,
            at=at, data={"lines": ids},
        )  # fmt: skip
    return len(ids)


class StatementLineRefused(DomainError):
    code = "statement_line_refused"
