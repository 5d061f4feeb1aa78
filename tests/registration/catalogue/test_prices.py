"""The price matrix: its cells, phases, societies, discounts, warnings, files and pages."""

import csv
import datetime as dt
import io

import pytest

from conference.models import HistoryEntry
from registration.imports.members import read_members
from registration.imports.price_table import HeadRefused, read_price_lines
from registration.imports.tables import MOST_BYTES, TableRefused, read_table
from registration.models import (
    GroupDiscount,
    Price,
    PricePhase,
    Society,
    SocietyMember,
    TicketVariation,
)
from registration.operations import setting_prices
from registration.operations.importing_prices import import_members, import_prices
from registration.operations.setting_prices import set_prices
from registration.queries.price_lines import price_lines_of, reports_of
from registration.queries.price_matrix import matrix_of, price_warnings
from registration.rules.catalogue import CatalogueRefused, ChangedMeanwhile, InUse
from registration.rules.price_cells import (
    CellRefused,
    ColumnKey,
    RowKey,
    column_of_token,
    row_of_token,
)
from registration.rules.refusals import NothingLikeIt
from tests.conftest import NOON
from tests.registration.catalogue.conftest import address
from tests.registration.ordering.conftest import buy, make_ticket_type

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
USD = ColumnKey(None, "USD")
ARS = ColumnKey(None, "ARS")
RESIDENT = RowKey("resident")


@pytest.fixture
def early(event) -> PricePhase:
    return PricePhase.objects.create(
        event=event, slug="early", name="Early", starts_at=NOON - 90 * DAY, ends_at=NOON
    )


@pytest.fixture
def regular(event) -> PricePhase:
    return PricePhase.objects.create(
        event=event, slug="regular", name="Regular", starts_at=NOON, ends_at=NOON + 4 * DAY
    )


def put(event, product, cells, by, seen=None) -> int:
    return set_prices(event=event, product=product, cells=cells, seen=seen, **by)


def test_cells_are_set_changed_and_taken_out_and_history_says_what_was(
    event, physician_ticket, early, by
):
    cell = (RESIDENT, ColumnKey(early.pk, "USD"))

    assert put(event, physician_ticket, {cell: 5_000, (RowKey(), ARS): 900}, by) == 2
    assert put(event, physician_ticket, {cell: 6_000, (RowKey(), ARS): None}, by) == 2
    assert put(event, physician_ticket, {cell: 6_000, (RowKey(), ARS): None}, by) == 0

    price = Price.objects.get()
    assert (price.profession, price.phase, price.amount_minor) == ("resident", early, 6_000)
    entries = HistoryEntry.objects.filter(action="catalogue.prices_changed").order_by("pk")
    assert len(entries) == 2
    assert entries[1].data == {
        "cells": [
            {"row": "resident~~~", "column": f"{early.pk}~USD", "minor": [5_000, 6_000]},
            {"row": "~~~", "column": "~ARS", "minor": [900, None]},
        ]
    }


def test_prices_that_somebody_changed_meanwhile_are_not_written_over(event, physician_ticket, by):
    seen = matrix_of(event, physician_ticket).seen
    put(event, physician_ticket, {(RowKey(), USD): 100}, by, seen)

    with pytest.raises(ChangedMeanwhile):
        put(event, physician_ticket, {(RowKey(), USD): 200}, by, seen)

    assert Price.objects.get().amount_minor == 100


def test_a_cell_names_only_what_its_event_has(event, other_event, physician_ticket, ultrasound, by):
    society = Society.objects.create(event=other_event, name="SAE")
    phase = PricePhase.objects.create(
        event=other_event, slug="a", name="A", starts_at=NOON, ends_at=NOON + DAY
    )
    variation = TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="a", name="A"
    )
    wrong = [
        (physician_ticket, (RowKey(society_id=society.pk), USD)),
        (physician_ticket, (RowKey(), ColumnKey(phase.pk, "USD"))),
        (ultrasound, (RowKey(variation_id=variation.pk), USD)),
    ]

    for product, cell in wrong:
        with pytest.raises(NothingLikeIt):
            put(event, product, {cell: 1}, by)
    assert Price.objects.count() == 0


@pytest.mark.parametrize(
    "token", ["", "a", "wizard~~~", "~rich~~", "~~x~", "~~~9999999999999999", "~~-1~"]
)
def test_a_row_no_page_wrote_is_refused(token):
    with pytest.raises(CellRefused):
        row_of_token(token)


@pytest.mark.parametrize("token", ["", "USD", "~usd", "x~USD", "1~US", "~USDX"])
def test_a_column_no_page_wrote_is_refused(token):
    with pytest.raises(CellRefused):
        column_of_token(token)


def test_tokens_are_read_back():
    row, column = RowKey("resident", "low", 3, 4), ColumnKey(7, "BRL")

    assert (row_of_token(row.token), column_of_token(column.token)) == (row, column)


def test_phases_never_overlap_and_stay_while_prices_name_them(
    event, physician_ticket, early, regular, by
):
    values = {"name": {"es": "Medio"}, "slug": "", "starts_at": NOON - DAY, "ends_at": NOON + DAY}
    with pytest.raises(CatalogueRefused) as overlapping:
        setting_prices.add_phase(event=event, values=values, **by)
    with pytest.raises(CatalogueRefused) as backwards:
        setting_prices.change_phase(
            event=event, phase_id=regular.pk, values={"ends_at": NOON}, **by
        )
    put(event, physician_ticket, {(RowKey(), ColumnKey(early.pk, "USD")): 1}, by)
    with pytest.raises(InUse):
        setting_prices.delete_phase(event=event, phase_id=early.pk, **by)
    setting_prices.delete_phase(event=event, phase_id=regular.pk, **by)

    assert (overlapping.value.field, backwards.value.field) == ("starts_at", "ends_at")
    assert list(PricePhase.objects.all()) == [early]
    assert Price.objects.count() == 1


def test_a_society_and_a_discount_are_kept_sensible(event, physician_ticket, by):
    society = setting_prices.add_society(event=event, values={"name": "SAE"}, **by)
    discount = setting_prices.add_group_discount(
        event=event, values={"min_people": 5, "percent": 10}, **by
    )
    put(event, physician_ticket, {(RowKey(society_id=society.pk), USD): 1}, by)

    with pytest.raises(CatalogueRefused):
        setting_prices.add_society(event=event, values={"name": " SAE "}, **by)
    with pytest.raises(InUse):
        setting_prices.delete_society(event=event, society_id=society.pk, **by)
    for values in ({"min_people": 1}, {"percent": 0}, {"percent": 101}):
        with pytest.raises(CatalogueRefused):
            setting_prices.change_group_discount(
                event=event, discount_id=discount.pk, values=values, **by
            )

    discount.refresh_from_db()
    assert (discount.min_people, discount.percent, Society.objects.count()) == (5, 10, 1)
    setting_prices.delete_group_discount(event=event, discount_id=discount.pk, **by)
    assert GroupDiscount.objects.count() == 0


def members(event, society, text, by, *, is_whole=False):
    return import_members(
        event=event, society_id=society.pk, members=read_members(text.encode()),
        is_whole=is_whole, **by,
    )  # fmt: skip


def test_a_list_of_members_is_brought_in_once_however_often(event, by):
    society = Society.objects.create(event=event, name="SAE")
    text = "e-mail\nana@example.org\n Ana@Example.org \nPaz;paz@example.org;x\nnobody\neva@\n"

    first = members(event, society, text, by)
    again = members(event, society, text, by)
    whole = members(event, society, "PAZ@example.org\nluz@example.org", by, is_whole=True)

    assert (first.added, first.known, first.removed) == (2, 0, 0)
    assert (again.added, again.known, again.removed) == (0, 2, 0)
    assert (whole.added, whole.known, whole.removed) == (1, 1, 1)
    assert sorted(society.members.values_list("email", flat=True)) == [
        "luz@example.org", "paz@example.org",
    ]  # fmt: skip
    entries = HistoryEntry.objects.filter(action="society.members_imported").order_by("pk")
    assert [entry.data for entry in entries] == [
        {"added": 2, "known": 0, "removed": 0}, {"added": 1, "known": 1, "removed": 1},
    ]  # fmt: skip


def test_rows_without_an_address_are_reported_by_their_number():
    found = read_members(
        b"name,e-mail\r\nAna,ana@example.org\r\nNobody,\r\nEva,eva@localhost\r\nAna,ANA@example.org\r\n"
    )

    assert found.emails == ["ana@example.org"]
    assert found.refused == [(3, "Nobody"), (4, "eva@localhost")]
    assert found.repeated == 1


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("año;país\n1;2\n".encode(), "UTF-8"),
        ("\ufeffaño;país\n1;2\n".encode(), "UTF-8"),
        ("año;país\r1;2\r".encode("cp1252"), "Windows-1252"),
        ("año\tpaís\r\n1\t2\r\n".encode("utf-16"), "UTF-16"),
        (b'"a\xc3\xb1o","pa\xc3\xads"\n1,2\n', "UTF-8"),
    ],
)
def test_tables_are_read_whatever_program_saved_them(content, encoding):
    table = read_table(content)

    assert (table.encoding, [cells for _number, cells in table.rows]) == (
        encoding, [["año", "país"], ["1", "2"]],
    )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"a\0b", b"PK\x03\x04rest", b"\xff\xfea", b"x" * (MOST_BYTES + 1), b"a," * 100, b"x" * 3_000],
)
def test_what_is_no_table_is_refused(content):
    with pytest.raises(TableRefused):
        read_table(content)


HEAD = "kind,product,variation,profession,income_group,society,phase,currency,amount\n"


def test_the_matrix_goes_out_and_comes_back_unchanged(
    event, physician_ticket, ultrasound, early, by
):
    society = Society.objects.create(event=event, name="=SAE")
    put(
        event,
        physician_ticket,
        {
            (RowKey("resident", "low", society.pk), ColumnKey(early.pk, "USD")): 123_450,
            (RowKey(), ColumnKey(None, "CLP")): 1_500,
        },
        by,
    )
    put(event, ultrasound, {(RowKey(), ARS): 7}, by)
    from registration.exports.price_table import render_price_table

    content = render_price_table(price_lines_of(event))
    _encoding, lines = read_price_lines(content)
    reports = import_prices(event=event, lines=lines, **by)

    assert [report.outcome for report in reports] == ["unchanged"] * 3
    assert {line.amount for line in lines} == {"1234.50", "1500", "0.07"}
    assert b"'=SAE" in content
    assert Price.objects.count() == 3


def test_each_row_of_a_file_says_what_it_does_and_the_same_file_again_does_nothing(
    event, physician_ticket, early, by
):
    put(event, physician_ticket, {(RowKey(), ARS): 100, (RESIDENT, ARS): 200}, by)
    text = HEAD + (
        "ticket,physician,,,,,,ARS,2.00\n"
        "ticket,physician,,resident,,,,ARS,\n"
        'ticket,physician,,nurse,high,,early,usd,"12,5"\n'
        "ticket,physician,,,,,,ARS,3\n"
        "ticket,nothing,,,,,,ARS,3\n"
        "ticket,physician,,wizard,,,,ARS,3\n"
        "ticket,physician,,,,,,ARS,1.234\n"
        "ticket,physician,,,,,,ARS,-1\n"
        "ticket,physician,,,,,late,ARS,1\n"
        "short,row\n"
    )
    _encoding, lines = read_price_lines(text.encode())

    preview = reports_of(event, lines)
    assert Price.objects.count() == 2
    reports = import_prices(event=event, lines=lines, **by)

    expected = ["changed", "taken_out", "new"] + ["refused"] * 7
    assert [report.outcome for report in preview] == expected
    assert [report.outcome for report in reports] == expected
    assert [report.line.number for report in reports if report.words] == [5, 6, 7, 8, 9, 10, 11]
    prices = {(each.profession, each.currency): each.amount_minor for each in Price.objects.all()}
    assert prices == {("", "ARS"): 200, ("nurse", "USD"): 1_250}
    again = import_prices(event=event, lines=lines, **by)
    assert [report.outcome for report in again][:3] == ["unchanged"] * 3


def test_a_file_without_the_columns_is_refused_with_their_names():
    with pytest.raises(HeadRefused) as refused:
        read_price_lines(b"kind,product,amount,amount\n")

    assert "variation, profession" in str(refused.value)


def test_gaps_and_oddities_in_the_prices_are_told(event, physician_ticket, ultrasound, early, by):
    late = PricePhase.objects.create(
        event=event, slug="late", name="Late", starts_at=NOON + DAY, ends_at=NOON + 2 * DAY
    )
    put(
        event,
        physician_ticket,
        {
            (RowKey(), ColumnKey(early.pk, "USD")): 200,
            (RowKey(), ColumnKey(late.pk, "USD")): 100,
            (RESIDENT, ARS): 5,
        },
        by,
    )

    found = price_warnings(event, in_words=lambda moment: f"{moment:%d.%m.}")

    assert [(each.code, each.words) for each in found] == [
        ("no_phase", "From 14.04. until 15.04. no phase holds: only prices without a phase apply."),
        ("no_phase", "From 16.04. until 18.04. no phase holds: only prices without a phase apply."),
        (
            "some_only",
            "In ARS “Physician” has prices for some people or times only: whoever is none of them cannot buy it in this currency.",
        ),
        ("cheaper_later", "“Physician” in USD is cheaper in “Late” than in “Early” before it."),
        ("no_price", "“Ultrasound” has no price in ARS, though others have."),
    ]


def test_prices_without_gaps_are_not_warned_of(event, policy, physician_ticket, by):
    put(event, physician_ticket, {(RowKey(), ARS): 5, (RESIDENT, ARS): 3}, by)

    assert price_warnings(event, in_words=str) == []


def posted(product, cells, *, seen=None, **more):
    """What the page of the matrix sends: rows and columns, then a field for each cell."""
    rows = list(dict.fromkeys(row for row, _column in cells))
    columns = list(dict.fromkeys(column for _row, column in cells))
    fields = {
        "seen": matrix_of(product.event, product).seen if seen is None else seen,
        "row": [row.token for row in rows],
        "column": [column.token for column in columns],
        **more,
    }
    for (row, column), text in cells.items():
        fields[f"c-{rows.index(row)}-{columns.index(column)}"] = text
    return fields


def test_prices_are_typed_into_the_matrix_in_the_readers_language(
    event, desk, physician_ticket, early
):
    here = address("matrix", event, "ticket", "physician")
    desk.cookies["django_language"] = "es"
    cells = {
        (RowKey(), USD): "", (RowKey(), ColumnKey(early.pk, "USD")): "1.234,50",
        (RESIDENT, USD): "90", (RESIDENT, ColumnKey(early.pk, "USD")): "",
    }  # fmt: skip

    response = desk.post(here, posted(physician_ticket, cells))

    assert response.status_code == 302
    assert sorted(Price.objects.values_list("profession", "phase", "amount_minor")) == [
        ("", early.pk, 123_450), ("resident", None, 9_000),
    ]  # fmt: skip
    assert 'value="1.234,50"' in desk.get(here).content.decode()


@pytest.mark.parametrize("wrong", ["1_000", "1.234", "-5", "x", "١٢٣", "9" * 40])
def test_a_wrong_price_is_refused_stays_as_typed_and_nothing_is_saved(
    event, desk, physician_ticket, wrong
):
    here = address("matrix", event, "ticket", "physician")

    response = desk.post(
        here, posted(physician_ticket, {(RowKey(), USD): "10", (RESIDENT, USD): wrong})
    )

    assert response.status_code == 422
    page = response.content.decode()
    assert f'value="{wrong[:31]}"' in page
    assert 'value="10"' in page
    assert "One price needs your attention" in page
    assert Price.objects.count() == 0


def test_a_row_and_a_currency_are_added_without_losing_what_was_typed(
    event, desk, physician_ticket, early
):
    here = address("matrix", event, "ticket", "physician")
    cells = {(RowKey(), USD): "77"}

    with_row = desk.post(
        here, posted(physician_ticket, cells, add_row="1", profession="nurse", income_group="low")
    ).content.decode()
    with_currency = desk.post(
        here, posted(physician_ticket, cells, add_currency="1", currency="BRL")
    ).content.decode()

    assert 'value="nurse~low~~"' in with_row
    assert 'value="77"' in with_row
    assert f'value="{early.pk}~BRL"' in with_currency
    assert Price.objects.count() == 0


def test_saving_an_old_view_of_the_matrix_is_refused(event, desk, physician_ticket, by):
    old = matrix_of(event, physician_ticket).seen
    put(event, physician_ticket, {(RowKey(), USD): 100}, by)

    response = desk.post(
        address("matrix", event, "ticket", "physician"),
        posted(physician_ticket, {(RowKey(), USD): "5"}, seen=old),
    )

    assert response.status_code == 422
    assert "Somebody changed these prices meanwhile." in response.content.decode()
    assert Price.objects.get().amount_minor == 100


def test_rows_no_page_wrote_and_products_that_do_not_exist_are_404(event, desk, physician_ticket):
    here = address("matrix", event, "ticket", "physician")

    assert desk.post(here, {"row": "x", "column": "~USD"}).status_code == 404
    assert desk.get(address("matrix", event, "ticket", "nothing")).status_code == 404
    assert desk.get(address("matrix", event, "dinner", "physician")).status_code == 404


def test_a_wide_matrix_comes_in_pages_that_a_form_can_send(event, desk, physician_ticket, by):
    for number in range(10):
        start = NOON + number * DAY
        PricePhase.objects.create(
            event=event, slug=f"p{number}", name="P", starts_at=start, ends_at=start + DAY
        )
    professions = ["physician", "resident", "nurse", "paramedic", "pharmacist", "student"]
    groups = ["low", "lower_middle", "upper_middle", "high"]
    rows = [RowKey(profession, group) for profession in professions for group in groups]
    put(event, physician_ticket, {(row, USD): 1 for row in rows}, by)

    page = desk.get(address("matrix", event, "ticket", "physician")).content.decode()

    assert page.count('inputmode="decimal"') <= 240
    assert "page=2" in page


def test_prices_come_in_from_a_file_after_a_look(event, desk, physician_ticket):
    here = address("prices_import", event)
    text = HEAD + "ticket,physician,,resident,,,,USD,90.00\nticket,gone,,,,,,USD,1\n"

    look = desk.post(here, {"text": text})
    assert look.status_code == 200
    assert Price.objects.count() == 0
    page = look.content.decode()
    assert "1 price would change." in page
    assert "There is no ticket called “gone”." in page
    response = desk.post(here, {"text": text, "apply": "1"}, follow=True)

    assert "Prices changed: 1. Rows left out: 1." in response.content.decode()
    assert Price.objects.get().amount_minor == 9_000
    assert desk.post(here, {"text": ""}).status_code == 422
    assert desk.post(here, {"text": "a,b\n"}).status_code == 422
    head, row = csv.reader(
        io.StringIO(desk.get(address("prices_csv", event)).content.decode("utf-8-sig"))
    )
    assert dict(zip(head, row, strict=True))["amount"] == "90.00"


def test_phases_societies_discounts_and_members_have_their_pages(event, desk, physician_ticket):
    desk.post(
        address("add_phase", event),
        {"name_2": "Early", "starts_at": "2027-01-01T00:00", "ends_at": "2027-03-01T00:00"},
    )
    desk.post(address("add_society", event), {"name": "SAE"})
    desk.post(address("add_group_discount", event), {"min_people": "5", "percent": "10"})
    society = Society.objects.get()
    overlapping = desk.post(
        address("add_phase", event),
        {"name_2": "Other", "starts_at": "2027-02-01T00:00", "ends_at": "2027-03-02T00:00"},
    )
    partly = desk.post(
        address("society_members", event, society.pk),
        {"file": io.BytesIO(b"ana@example.org\nnobody\n")},
    )

    assert overlapping.status_code == 422
    assert "two never hold at once" in overlapping.content.decode()
    assert PricePhase.objects.get().slug == "early"
    assert GroupDiscount.objects.get().percent == 10
    assert "Row 2: nobody" in partly.content.decode()
    assert SocietyMember.objects.get().email == "ana@example.org"
    page = desk.get(address("prices", event)).content.decode()
    assert "1 member" in page
    assert "From 5 people: 10 percent off" in page


def test_a_price_set_on_the_page_is_what_the_next_buyer_pays(event, desk, physician_ticket):
    desk.post(
        address("matrix", event, "ticket", "physician"),
        posted(physician_ticket, {(RowKey("physician"), USD): "12.34"}),
    )

    assert buy(physician_ticket).total_minor == 1_234
    assert make_ticket_type(event, "other").price_minor == 18_000
