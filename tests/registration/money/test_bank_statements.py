"""Bank statements: every bank's way to write them, and lines that count once."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from registration.imports.bank_statement import StatementRefused, read_statement
from registration.models import Payment, StatementLine
from registration.operations.importing_statements import (
    dismiss_lines,
    import_statement,
    record_lines,
)
from registration.queries.orders import owed_minor
from registration.rules.matching import references_in
from registration.rules.references import reference_of, written_reference
from tests.conftest import NOON, signed_in
from tests.registration.money.conftest import pay
from tests.registration.ordering.conftest import buy, somebody

SPANISH = (
    "Banco del Plata;;;\nCuenta 123;;;\n"
    "Fecha;Concepto;Nro. Comprobante;Importe\n"
    "14/04/2027;Transferencia de ÑANDÚ ANA {ana};000123;180,00\n"
    "14/04/2027;Comisión;000124;-12,50\n"
    "15/04/2027;Depósito;000125;1.180,00\n"
)


def read(text, *, currency="USD", encoding="utf-8"):
    return read_statement(text.encode(encoding), currency=currency)


def amounts(statement):
    return [credit.amount_minor for credit in statement.credits]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_it_is_read_whatever_its_encoding(encoding):
    """Input G1."""
    statement = read(SPANISH, encoding=encoding)

    assert amounts(statement) == [18000, 118000]
    assert statement.credits[0].text.startswith("Transferencia de ÑANDÚ ANA")
    assert statement.credits[0].booked_on == dt.date(2027, 4, 14)
    assert (statement.skipped_debits, statement.problems, statement.delimiter) == (1, [], ";")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Date,Amount,Description\n2027-04-14,"1,180.00","quoted, with\nnewline"\n', [118000]),
        ("Data\tHistórico\tValor\n14/04/2027\tPIX\tR$ 1.234,5\n", [123450]),
        ("Date|Details|Credit|Debit\n14.04.27|x|10.00|\n15.04.27|y||5.00\n", [1000]),
        ("Fecha,Importe\n14/04/2027,1180\n", [118000]),
        ("Fecha;Importe\n14/04/2027;1.180\n", [118000]),
        ("Fecha;Importe\n14/04/2027;(10,00)\n14/04/2027;20,00-\n", []),
    ],
)
def test_it_is_read_whatever_its_delimiter_and_numbers(text, expected):
    """Input G2."""
    assert amounts(read(text)) == expected


def test_a_currency_without_small_coins_has_none():
    assert amounts(read("Fecha;Importe\n14/04/2027;180000\n", currency="CLP")) == [180000]
    assert amounts(read("Fecha;Importe\n14/04/2027;1,50\n", currency="CLP")) == []


def test_lines_that_cannot_be_read_are_told_and_the_others_go_on():
    """Input G5 and D1."""
    statement = read(
        "Fecha;Importe\n30/02/2027;10,00\n14/04/2027;ten\n14/04/2027;10,00;extra\n14/04\n"
    )

    assert amounts(statement) == [1000]
    assert [number for number, _problem in statement.problems] == [2, 3, 5]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"\x00\x01",
        b"a;b\n1;2\n",
        b"Fecha;Concepto\n14/04/2027;x\n",
        b"x" * 2_000_001,
    ],
    ids=["empty", "words", "NUL", "other header", "no amount", "large"],
)
def test_what_is_no_statement_is_refused(raw):
    """Input G3 and G4."""
    with pytest.raises(StatementRefused):
        read_statement(raw, currency="USD")


@given(st.binary(max_size=400))
def test_no_file_makes_it_stumble(raw):
    try:
        statement = read_statement(b"Fecha;Importe\n" + raw, currency="USD")
    except StatementRefused:
        return
    assert all(amount > 0 for amount in amounts(statement))


@given(
    number=st.integers(0, 2**35 - 1),
    around=st.sampled_from(["{}", "TRF {} ANA", "x{}/7", "PAGO-{}-"]),
)
def test_a_reference_is_found_in_whatever_stands_around_it(number, around):
    reference = reference_of(number)

    for written in (reference, written_reference(reference), reference.lower()):
        assert reference in references_in(around.format(written))


def test_two_equal_lines_of_one_file_are_two_and_of_two_files_one():
    twice = read("Fecha;Importe\n14/04/2027;10,00\n14/04/2027;10,00\n")
    again = read("Fecha;Importe\n13/04/2027;5,00\n14/04/2027;10,00\n14/04/2027;10,00\n")

    prints = [credit.fingerprint for credit in twice.credits]
    assert len(set(prints)) == 2
    assert [credit.fingerprint for credit in again.credits][1:] == prints


@pytest.fixture
def statement_of(event):
    def bring(text, **changes):
        return import_statement(
            **{
                "event_id": event.pk, "raw": text.encode(), "currency": "USD", "actor": None,
                "at": NOON, **changes,
            }
        )  # fmt: skip

    return bring


@pytest.mark.django_db
def test_a_line_with_reference_and_amount_is_surest_and_pays_when_confirmed(
    physician_ticket, statement_of, organiser, event
):
    order = buy(physician_ticket)
    text = SPANISH.format(ana=written_reference(order.reference))

    imported = statement_of(text)

    assert (imported.new, imported.known) == (2, 0)
    line = StatementLine.objects.get(bank_reference="000123")
    assert (line.proposed_order, line.confidence_percent, line.state) == (order, 98, "open")
    assert Payment.objects.count() == 0

    done = record_lines(
        event_id=event.pk, references={line.pk: order.reference}, actor=organiser, at=NOON
    )

    order.refresh_from_db()
    line.refresh_from_db()
    assert (done.recorded, done.refused) == (1, [])
    assert (order.state, line.state) == ("confirmed", "recorded")
    payment = Payment.objects.get()
    assert (payment.external_id, payment.method, payment.recorded_by) == (
        "000123", "bank_transfer", organiser,
    )  # fmt: skip


@pytest.mark.django_db
def test_importing_and_confirming_again_changes_nothing(
    physician_ticket, statement_of, organiser, event
):
    """Input G9."""
    order = buy(physician_ticket)
    text = SPANISH.format(ana=order.reference)
    statement_of(text)
    lines = {line.pk: order.reference for line in StatementLine.objects.filter(amount_minor=18000)}
    record_lines(event_id=event.pk, references=lines, actor=organiser, at=NOON)

    again = statement_of(text)
    done = record_lines(event_id=event.pk, references=lines, actor=organiser, at=NOON)

    assert (again.new, again.known, done.recorded) == (0, 2, 0)
    assert StatementLine.objects.count() == 2
    assert owed_minor(order) == 0


@pytest.mark.django_db
def test_a_transfer_recorded_by_hand_is_known_to_the_statement(physician_ticket, statement_of):
    order = buy(physician_ticket)
    payment = pay(order, external_id="000123")

    statement_of(SPANISH)

    line = StatementLine.objects.get(bank_reference="000123")
    assert (line.state, line.payment) == ("recorded", payment)


@pytest.mark.django_db
def test_without_a_reference_names_and_amounts_propose_and_no_more(physician_ticket, statement_of):
    ana = buy(physician_ticket)
    statement_of("Fecha;Concepto;Importe\n14/04/2027;TRANSF ANA NANDU;180,00\n")
    assert StatementLine.objects.get().proposed_order == ana
    assert StatementLine.objects.get().confidence_percent == 60

    buy(physician_ticket, attendee=somebody(1))
    statement_of("Fecha;Concepto;Importe\n15/04/2027;EFECTIVO;180,00\n")
    assert StatementLine.objects.get(text="EFECTIVO").proposed_order is None


@pytest.mark.django_db
def test_lines_with_a_wrong_reference_are_refused_one_by_one(
    physician_ticket, statement_of, organiser, event
):
    order = buy(physician_ticket)
    statement_of(SPANISH)
    first, second = StatementLine.objects.order_by("amount_minor")

    done = record_lines(
        event_id=event.pk, references={first.pk: order.reference, second.pk: "R7K2-9QXX"},
        actor=organiser, at=NOON,
    )  # fmt: skip

    assert done.recorded == 1
    assert [line for line, _sentence in done.refused] == [second]
    second.refresh_from_db()
    assert second.state == "open"


@pytest.mark.django_db
def test_a_line_put_aside_stays_aside(statement_of, organiser, event):
    statement_of(SPANISH)
    ids = list(StatementLine.objects.values_list("pk", flat=True))

    assert dismiss_lines(event_id=event.pk, line_ids=ids, actor=organiser, at=NOON) == 2
    assert dismiss_lines(event_id=event.pk, line_ids=ids, actor=organiser, at=NOON) == 0
    statement_of(SPANISH)

    assert set(StatementLine.objects.values_list("state", flat=True)) == {"dismissed"}


@pytest.mark.django_db
def test_an_organiser_imports_ticks_and_confirms(
    physician_ticket, organiser, other_organiser, event
):
    order = buy(physician_ticket)
    client = signed_in(organiser)
    client.cookies["django_language"] = "en"
    address = f"/desk/{event.slug}/money/statement/"
    file = SimpleUploadedFile("bank.csv", SPANISH.format(ana=order.reference).encode())

    assert client.post(f"{address}upload", {"file": file, "currency": "USD"}).status_code == 302
    text = client.get(address).content.decode()
    assert "98 %" in text
    line = StatementLine.objects.get(amount_minor=18000)
    sent = {
        "line": [line.pk, "x", "9" * 30],
        f"reference-{line.pk}": order.reference,
        "act": "record",
    }
    assert signed_in(other_organiser).post(f"{address}decide", sent).status_code == 404
    assert client.post(f"{address}decide", sent).status_code == 302

    order.refresh_from_db()
    assert order.state == "confirmed"


@pytest.mark.django_db
def test_a_file_that_is_no_statement_is_a_sentence_on_the_page(physician_ticket, organiser, event):
    client = signed_in(organiser)
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile("bank.csv", b"hello")

    answer = client.post(
        f"/desk/{event.slug}/money/statement/upload", {"file": file, "currency": "USD"}
    )

    assert answer.status_code == 422
    assert "No line names a column" in answer.content.decode()
    assert StatementLine.objects.count() == 0
