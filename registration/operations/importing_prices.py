"""Prices and members from files: everything that can be done in one transaction, twice the same."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower

from conference.models import Event, User
from conference.operations.history import record
from registration.imports.members import MemberList
from registration.models import Society, SocietyMember, TicketType, Workshop
from registration.operations.changing_rows import locked
from registration.operations.setting_prices import set_prices
from registration.queries.price_lines import LineReport, reports_of
from registration.rules.price_cells import CellKey, PriceLine
from registration.states import RegistrationAction


@transaction.atomic
def import_prices(
    *, event: Event, lines: Iterable[PriceLine], actor: User, at: dt.datetime
) -> list[LineReport]:
    """
    Set the prices of these rows; rows that make no sense are left out and say why.

    The same file again changes nothing.
    """
    reports = reports_of(event, lines)
    products: dict[tuple[str, int], TicketType | Workshop] = {}
    cells: defaultdict[tuple[str, int], dict[CellKey, int | None]] = defaultdict(dict)
    for report in reports:
        if report.product is None or report.key is None:
            continue
        of = (type(report.product).__name__, report.product.pk)
        products[of] = report.product
        cells[of][report.key] = report.new.amount_minor if report.new else None
    for of in sorted(products):
        set_prices(
            event=event, product=products[of], cells=cells[of], seen=None, actor=actor, at=at
        )
    return reports


@dataclass(frozen=True, slots=True)
class MembersImported:
    added: int
    known: int
    removed: int


@transaction.atomic
def import_members(
    *,
    event: Event,
    society_id: int,
    members: MemberList,
    is_whole: bool,
    actor: User,
    at: dt.datetime,
) -> MembersImported:
    """
    Add these addresses to a society's list; `is_whole` takes out who is not among them.

    The same list again changes nothing. History keeps the numbers, never the addresses.
    """
    society = locked(Society, event=event, pk=society_id)
    known = set(
        SocietyMember.objects.filter(society=society)
        .annotate(address=Lower("email"))
        .values_list("address", flat=True)
    )
    wanted = {email.lower(): email for email in members.emails}
    new = [email for address, email in wanted.items() if address not in known]
    SocietyMember.objects.bulk_create(SocietyMember(society=society, email=email) for email in new)
    removed = 0
    if is_whole:
        gone = SocietyMember.objects.alias(address=Lower("email")).filter(
            society=society, address__in=known - set(wanted)
        )
        removed, _by_model = gone.delete()
    imported = MembersImported(added=len(new), known=len(known & set(wanted)), removed=removed)
    if new or removed:
        record(
            RegistrationAction.MEMBERS_IMPORTED, event=event, subject=society, actor=actor, at=at,
            data={"added": imported.added, "known": imported.known, "removed": removed},
        )  # fmt: skip
    return imported
