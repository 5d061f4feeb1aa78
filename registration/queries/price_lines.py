"""The whole matrix of an event as rows, and what rows would change."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _

from conference.kernel.money import Money
from conference.models import Event
from registration.models import Price, PricePhase, Society, TicketType, Workshop
from registration.queries.price_matrix import Product, key_of
from registration.rules.price_cells import (
    CellKey,
    CellRefused,
    ColumnKey,
    PriceLine,
    RowKey,
    minor_units_in_table,
)
from registration.states import IncomeGroup, Profession


@dataclass(frozen=True, slots=True)
class LineReport:
    """What a row does: new, changed, unchanged, taken_out or refused (with `words`)."""

    line: PriceLine
    outcome: str
    words: str = ""
    product: Product | None = None
    key: CellKey | None = None
    old: Money | None = None
    new: Money | None = None


def price_lines_of(event: Event) -> list[PriceLine]:
    """Each price of the matrix, ordered as the products are."""
    found = (
        Price.objects.filter(event=event)
        .select_related("ticket_type", "workshop", "variation", "society", "phase")
        .order_by("ticket_type__sort_key", "workshop__sort_key", "pk")
    )
    return [
        PriceLine(
            number=number,
            kind="ticket" if price.ticket_type else "workshop",
            product=_slug(price.ticket_type or price.workshop),
            variation=_slug(price.variation),
            profession=price.profession,
            income_group=price.income_group,
            society=price.society.name if price.society else "",
            phase=_slug(price.phase),
            currency=price.currency,
            amount=f"{price.money.amount:.{get_currency_precision(price.currency)}f}",
        )
        for number, price in enumerate(found, start=2)
    ]


def reports_of(event: Event, lines: Iterable[PriceLine]) -> list[LineReport]:
    """What each row would change. Nothing is written; a constant number of queries."""
    names = _Names(event)
    reports = []
    seen: set[tuple[int, CellKey, str]] = set()
    for line in lines:
        try:
            report = names.report(line)
        except CellRefused as refusal:
            reports.append(LineReport(line, "refused", str(refusal)))
            continue
        if report.product is not None and report.key is not None:
            once = (report.product.pk, report.key, line.kind)
            if once in seen:
                words = _("Another row of this file sets the same price.")
                report = LineReport(line, "refused", words)
            seen.add(once)
        reports.append(report)
    return reports


class _Names:
    """What the event has, by the names of the table."""

    def __init__(self, event: Event) -> None:
        self.products: dict[tuple[str, str], Product] = {}
        self.variations: dict[tuple[int, str], int] = {}
        for ticket_type in TicketType.objects.filter(event=event).prefetch_related("variations"):
            self.products["ticket", ticket_type.slug] = ticket_type
            for variation in ticket_type.variations.all():
                self.variations[ticket_type.pk, variation.slug] = variation.pk
        for workshop in Workshop.objects.filter(event=event):
            self.products["workshop", workshop.slug] = workshop
        self.phases = dict(PricePhase.objects.filter(event=event).values_list("slug", "pk"))
        self.societies = dict(Society.objects.filter(event=event).values_list("name", "pk"))
        self.prices: dict[tuple[str, int, CellKey], int] = {
            (
                "ticket" if price.ticket_type_id else "workshop",
                price.ticket_type_id or price.workshop_id or 0,
                key_of(price),
            ): price.amount_minor
            for price in Price.objects.filter(event=event)
        }

    def report(self, line: PriceLine) -> LineReport:
        """:raises CellRefused: with what is wrong with the row."""
        if line.fault:
            raise CellRefused(line.fault)
        product = self.products.get((line.kind, line.product))
        if product is None:
            raise CellRefused(
                _("There is no %(kind)s called “%(name)s”.")
                % {"kind": line.kind[:20] or "?", "name": line.product[:60]}
            )
        key = self._key(line, product)
        old = self.prices.get((line.kind, product.pk, key))
        currency = key[1].currency
        new = minor_units_in_table(line.amount, currency=currency) if line.amount else None
        if old == new:
            outcome = "unchanged"
        elif new is None:
            outcome = "taken_out"
        else:
            outcome = "new" if old is None else "changed"
        return LineReport(
            line,
            outcome,
            product=product,
            key=key,
            old=None if old is None else Money(old, currency),
            new=None if new is None else Money(new, currency),
        )

    def _key(self, line: PriceLine, product: Product) -> CellKey:
        if line.profession not in ("", *Profession.values):
            raise CellRefused(
                _("There is no profession “%(name)s”.") % {"name": line.profession[:60]}
            )
        if line.income_group not in ("", *IncomeGroup.values):
            raise CellRefused(
                _("There is no income group “%(name)s”.") % {"name": line.income_group[:60]}
            )
        currency = line.currency.upper()
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise CellRefused(_("A currency has three capital letters."))
        variation = society = phase = None
        if line.variation:
            variation = self.variations.get((product.pk, line.variation))
            if variation is None or isinstance(product, Workshop):
                raise CellRefused(
                    _("There is no variation “%(name)s”.") % {"name": line.variation[:60]}
                )
        if line.society and (society := self.societies.get(line.society)) is None:
            raise CellRefused(_("There is no society “%(name)s”.") % {"name": line.society[:60]})
        if line.phase and (phase := self.phases.get(line.phase)) is None:
            raise CellRefused(_("There is no phase “%(name)s”.") % {"name": line.phase[:60]})
        row = RowKey(line.profession, line.income_group, society, variation)
        return row, ColumnKey(phase, currency)


def _slug(row: object) -> str:
    return str(getattr(row, "slug", "") or "")
