"""The prices of an event on one page, and the matrix of each product."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role
from conference.templatetags.presentation import moment_brief
from registration.operations.setting_prices import set_prices
from registration.queries.price_matrix import (
    PriceMatrix,
    matrix_of,
    price_warnings,
    product_of,
)
from registration.queries.prices_desk import prices_on_the_desk
from registration.rules.amounts import CURRENCIES, AmountRefused, amount_typed, minor_units_typed
from registration.rules.price_cells import (
    MOST_CELLS_ON_A_PAGE,
    CellKey,
    CellRefused,
    ColumnKey,
    RowKey,
    column_of_token,
    row_of_token,
)
from registration.states import IncomeGroup, Profession

LONGEST_AMOUNT = 30


@access(team(Role.ORGANISER))
@require_safe
def prices(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    event = request.event
    return render(
        request,
        "registration/catalogue/prices.html",
        {
            "event": event,
            "prices": prices_on_the_desk(event, at=timezone.now()),
            "warnings": price_warnings(event, in_words=lambda moment: moment_brief(moment, event)),
        },
    )


class NewRowForm(forms.Form):
    """Whom a further row is for."""

    profession = forms.ChoiceField(label=gettext_lazy("Profession"), required=False)
    income_group = forms.ChoiceField(label=gettext_lazy("Income group"), required=False)
    society = forms.ChoiceField(label=gettext_lazy("Member of"), required=False)
    variation = forms.ChoiceField(label=gettext_lazy("Variation"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)

    def __init__(self, *arguments: Any, matrix: PriceMatrix, **options: Any) -> None:
        super().__init__(*arguments, **options)
        anybody = [("", _("anybody"))]
        self._offer("profession", [*anybody, *Profession.choices])
        self._offer("income_group", [*anybody, *IncomeGroup.choices])
        self._offer("society", [*anybody, *((str(one.pk), one.name) for one in matrix.societies)])
        self._offer(
            "variation", [*anybody, *((str(one.pk), str(one)) for one in matrix.variations)]
        )
        self._offer("currency", [("", "—"), *((each, each) for each in CURRENCIES)])
        for name in ("society", "variation"):
            if len(self._field(name).choices) == 1:  # type: ignore[arg-type] # a list of ours
                del self.fields[name]

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        return field

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self._field(name).choices = choices

    @property
    def row(self) -> RowKey:
        typed = self.cleaned_data
        return RowKey(
            typed["profession"],
            typed["income_group"],
            int(typed.get("society") or 0) or None,
            int(typed.get("variation") or 0) or None,
        )


@dataclass(slots=True)
class Typed:
    """The matrix as a page shows it: rows and columns in order, texts and faults by cell."""

    rows: list[RowKey]
    columns: list[ColumnKey]
    texts: dict[CellKey, str]
    faults: dict[CellKey, str] = field(default_factory=dict)
    amounts: dict[CellKey, int | None] = field(default_factory=dict)
    seen: str = ""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """For the template; a cell's name says where it stands."""
        return [
            {
                "key": row,
                "cells": [
                    {
                        "name": f"c-{down}-{across}",
                        "column": column,
                        "text": self.texts.get((row, column), ""),
                        "fault": self.faults.get((row, column), ""),
                    }
                    for across, column in enumerate(self.columns)
                ],
            }
            for down, row in enumerate(self.rows)
        ]


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def matrix(request: Any, event_slug: str, kind: str, slug: str) -> HttpResponse:
    product = product_of(request.event, kind, slug)
    if product is None:
        raise Http404
    found = matrix_of(request.event, product)
    if request.method != "POST":
        columns = found.columns()
        pages = Paginator(found.rows, max(1, MOST_CELLS_ON_A_PAGE // max(1, len(columns))))
        page = pages.get_page(request.GET.get("page"))
        typed = Typed(list(page), columns, _texts(found), seen=found.seen)
        return _matrix_page(request, found, typed, NewRowForm(matrix=found), page=page)
    try:
        typed = _typed(request)
    except CellRefused as error:
        raise Http404 from error
    new_row = NewRowForm(request.POST, matrix=found)
    if "add_row" in request.POST or "add_currency" in request.POST:
        if new_row.is_valid():
            _add(typed, found, new_row, is_row="add_row" in request.POST)
        return _matrix_page(request, found, typed, NewRowForm(matrix=found))
    if not typed.faults:
        try:
            number = set_prices(
                event=request.event, product=product, cells=typed.amounts, seen=typed.seen,
                actor=request.user, at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            return _matrix_page(
                request, found, typed, NewRowForm(matrix=found), refusal=str(refusal)
            )
        messages.success(request, _("Prices changed: %(number)d") % {"number": number})
        return redirect("registration:matrix", event_slug, kind, slug)
    return _matrix_page(request, found, typed, NewRowForm(matrix=found))


def _texts(found: PriceMatrix) -> dict[CellKey, str]:
    language = get_language() or "es"
    return {
        (row, column): amount_typed(minor, currency=column.currency, language=language)
        for (row, column), minor in found.cells.items()
    }


def _typed(request: Any) -> Typed:
    """:raises CellRefused: if rows or columns were not ours."""
    language = get_language() or "es"
    rows = [row_of_token(token) for token in request.POST.getlist("row")]
    columns = [column_of_token(token) for token in request.POST.getlist("column")]
    typed = Typed(rows, columns, {}, seen=request.POST.get("seen", ""))
    for down, row in enumerate(rows):
        for across, column in enumerate(columns):
            text = request.POST.get(f"c-{down}-{across}")
            if text is None:
                continue
            typed.texts[row, column] = text[: LONGEST_AMOUNT + 1].replace("\0", "")
            try:
                typed.amounts[row, column] = (
                    minor_units_typed(text, currency=column.currency, language=language)
                    if text.strip()
                    else None
                )
            except AmountRefused as refusal:
                typed.faults[row, column] = str(refusal)
    return typed


def _add(typed: Typed, found: PriceMatrix, new_row: NewRowForm, *, is_row: bool) -> None:
    currency = new_row.cleaned_data["currency"]
    if is_row:
        if new_row.row not in typed.rows:
            typed.rows.append(new_row.row)
    elif currency and all(column.currency != currency for column in typed.columns):
        typed.columns += [
            ColumnKey(None, currency), *(ColumnKey(each.pk, currency) for each in found.phases)
        ]  # fmt: skip


def _matrix_page(
    request: Any,
    found: PriceMatrix,
    typed: Typed,
    new_row: NewRowForm,
    *,
    page: Any = None,
    refusal: str = "",
) -> HttpResponse:
    is_wrong = bool(typed.faults or refusal)
    return render(
        request,
        "registration/catalogue/matrix.html",
        {
            "event": request.event,
            "matrix": found,
            "product": found.product,
            "typed": typed,
            "new_row": new_row,
            "page": page,
            "refusal": refusal,
            "names": _names(found),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
    )


def _names(found: PriceMatrix) -> dict[str, dict[int, str]]:
    return {
        "phases": {each.pk: str(each) for each in found.phases},
        "societies": {each.pk: each.name for each in found.societies},
        "variations": {each.pk: str(each) for each in found.variations},
    }
