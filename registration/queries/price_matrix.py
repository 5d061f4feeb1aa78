"""The price matrix of one product, and what is missing in the prices of an event."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from conference.models import Event
from registration.models import (
    Price,
    PricePhase,
    RegistrationPolicy,
    Society,
    TicketType,
    TicketVariation,
    Workshop,
)
from registration.rules.price_cells import (
    CellKey,
    ColumnKey,
    Phase,
    RowKey,
    cheaper_later,
    fingerprint,
    holds_for_all,
    times_without_a_phase,
)

Product = TicketType | Workshop
InWords = Callable[[dt.datetime], str]


@dataclass(frozen=True, slots=True)
class PriceMatrix:
    """`seen` names this state of the prices; it comes back with what is saved."""

    product: Product
    phases: list[PricePhase]
    societies: list[Society]
    variations: list[TicketVariation]
    cells: dict[CellKey, int]
    rows: list[RowKey]
    currencies: list[str]
    seen: str

    def columns(self, more: Iterable[str] = ()) -> list[ColumnKey]:
        """Of each currency: whenever no phase says another, then the phases."""
        found = []
        for currency in dict.fromkeys((*self.currencies, *more)):
            found.append(ColumnKey(None, currency))
            found += [ColumnKey(phase.pk, currency) for phase in self.phases]
        return found


def product_of(event: Event, kind: str, slug: str) -> Product | None:
    """`kind` is ticket or workshop."""
    if kind == "ticket":
        return TicketType.objects.filter(event=event, slug=slug).first()
    return Workshop.objects.filter(event=event, slug=slug).first() if kind == "workshop" else None


def prices_of(product: Product) -> "dict[CellKey, Price]":
    found = (
        Price.objects.filter(ticket_type=product)
        if isinstance(product, TicketType)
        else Price.objects.filter(workshop=product)
    )
    return {key_of(price): price for price in found}


def key_of(price: Price) -> CellKey:
    row = RowKey(price.profession, price.income_group, price.society_id, price.variation_id)
    return row, ColumnKey(price.phase_id, price.currency)


def matrix_of(event: Event, product: Product) -> PriceMatrix:
    cells = {key: price.amount_minor for key, price in prices_of(product).items()}
    others = sorted({column.currency for _row, column in cells} - {product.currency})
    rows = sorted({RowKey()} | {row for row, _column in cells}, key=lambda row: row.weight)
    return PriceMatrix(
        product=product,
        phases=list(PricePhase.objects.filter(event=event)),
        societies=list(Society.objects.filter(event=event)),
        variations=list(product.variations.all()) if isinstance(product, TicketType) else [],
        cells=cells,
        rows=rows,
        currencies=[product.currency, *others],
        seen=fingerprint(cells),
    )


@dataclass(frozen=True, slots=True)
class PriceWarning:
    """Something in the prices that an organiser probably does not mean."""

    code: str
    words: str


def price_warnings(event: Event, *, in_words: InWords) -> list[PriceWarning]:
    """A constant number of queries. `in_words` writes a moment for the reader."""
    products: list[Product] = [
        *TicketType.objects.filter(event=event, is_offered=True),
        *Workshop.objects.filter(event=event, is_offered=True),
    ]
    cells: defaultdict[tuple[str, int], dict[CellKey, int]] = defaultdict(dict)
    for price in Price.objects.filter(event=event):
        of = (
            ("ticket", price.ticket_type_id)
            if price.ticket_type_id
            else ("workshop", price.workshop_id)
        )
        cells[of[0], of[1] or 0][key_of(price)] = price.amount_minor
    phases = [
        Phase(each.pk, str(each.name), each.starts_at, each.ends_at)
        for each in PricePhase.objects.filter(event=event)
    ]
    found = _gaps_in_time(event, phases, in_words)
    sold_in = {column.currency for one in cells.values() for _row, column in one} | {
        product.currency for product in products
    }
    for product in products:
        kind = "ticket" if isinstance(product, TicketType) else "workshop"
        its = cells.get((kind, product.pk), {})
        found += _gaps_in_currencies(product, its, sold_in)
        found += [
            PriceWarning(
                "cheaper_later",
                _("“%(product)s” in %(currency)s is cheaper in “%(late)s” than in “%(early)s” before it.")
                % {"product": product, "currency": currency, "late": late.name, "early": early.name},
            )
            for _row, currency, early, late in cheaper_later(its, phases)
        ]  # fmt: skip
    return found


def _gaps_in_time(event: Event, phases: list[Phase], in_words: InWords) -> list[PriceWarning]:
    policy = RegistrationPolicy.objects.filter(event=event).first()
    if policy is None or not phases:
        return []
    return [
        PriceWarning(
            "no_phase",
            _("From %(start)s until %(end)s no phase holds: only prices without a phase apply.")
            % {"start": in_words(start), "end": in_words(end)},
        )
        for start, end in times_without_a_phase(
            phases, opens_at=policy.opens_at, closes_at=policy.closes_at
        )
    ]


def _gaps_in_currencies(
    product: Product, cells: dict[CellKey, int], sold_in: set[str]
) -> list[PriceWarning]:
    if isinstance(product, Workshop) and product.price_minor == 0 and not cells:
        return []  # what costs nothing is free in any money
    has = {column.currency for _row, column in cells}
    found = []
    for currency in sorted(sold_in - {product.currency}):
        words = {"product": product, "currency": currency}
        if currency not in has:
            if product.price_minor:
                found.append(
                    PriceWarning(
                        "no_price",
                        _("“%(product)s” has no price in %(currency)s, though others have.")
                        % words,
                    )
                )
        elif product.price_minor and not holds_for_all(
            cells, own_currency=product.currency, currency=currency
        ):
            found.append(
                PriceWarning(
                    "some_only",
                    _(
                        "In %(currency)s “%(product)s” has prices for some people or times only: whoever is"
                        " none of them cannot buy it in this currency."
                    )
                    % words,
                )
            )
    return found
