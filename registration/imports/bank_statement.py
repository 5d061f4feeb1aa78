"""
A bank's statement as CSV: whatever its delimiter, encoding, header and way to write numbers.

Banks differ and give no description of what they write. What cannot be read is reported by line
number, and nothing of a line is guessed that changes an amount.
"""

import csv
import datetime as dt
import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused

MOST_BYTES = 2_000_000
MOST_LINES = 10_000
HEADER_WITHIN = 30
COLUMNS = {
    "date": ("fecha", "date", "data", "fecha operacion", "fecha valor", "booking date", "data lancamento", "date operation"),
    "credit": ("credito", "creditos", "haber", "abono", "abonos", "credit", "entrada", "paid in"),
    "amount": ("importe", "monto", "amount", "valor", "montant", "valor r$", "importe en pesos"),
    "text": ("concepto", "descripcion", "detalle", "description", "historico", "libelle", "details", "leyenda", "descricao", "memo"),
    "reference": ("referencia", "numero de referencia", "nro referencia", "comprobante", "nro comprobante", "numero de operacion", "operacion", "id", "reference", "transaction id", "documento", "identificador"),
}  # fmt: skip
DATES = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")


class StatementRefused(InputRefused):
    code = "statement_refused"


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came in by one line. `fingerprint` is the same for the same line of any export."""

    line: int
    booked_on: dt.date
    amount_minor: int
    text: str
    bank_reference: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Statement:
    credits: list[Credit]
    problems: list[tuple[int, str]]
    skipped_debits: int
    encoding: str
    delimiter: str


def read_statement(raw: bytes, *, currency: str) -> Statement:
    """:raises StatementRefused: if it is no table with a date and an amount in each line."""
    if len(raw) > MOST_BYTES:
        raise StatementRefused(_("The file is larger than 2 MB."), field="file")
    text, encoding = _decoded(raw)
    if "\x00" in text:
        raise StatementRefused(_("This file is not a text."), field="file")
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise StatementRefused(_("The file has too many lines."), field="file")
    delimiter = _delimiter_of(lines)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error as error:
        raise StatementRefused(_("This is no CSV file."), field="file") from error
    head, columns = _header_of(rows)
    body = [
        (number, row)
        for number, row in enumerate(rows[head + 1 :], start=head + 2)
        if any(cell.strip() for cell in row)
    ]
    return _read_rows(body, columns, currency=currency, encoding=encoding, delimiter=delimiter)


def _read_rows(
    body: list[tuple[int, list[str]]],
    columns: dict[str, int],
    *,
    currency: str,
    encoding: str,
    delimiter: str,
) -> Statement:
    money = columns.get("credit", columns.get("amount", 0))
    cells = [_cell(row, money) for _number, row in body]
    mark = _decimal_mark(cells)
    month_first = _is_month_first([_cell(row, columns["date"]) for _number, row in body])
    precision = get_currency_precision(currency)
    found: list[Credit] = []
    problems: list[tuple[int, str]] = []
    debits = 0
    seen: Counter[str] = Counter()
    references = [_cell(row, columns.get("reference")) for _number, row in body]
    names_each = all(references) and len(set(references)) == len(references)
    for number, row in body:
        amount = _amount_minor(_cell(row, money), mark=mark, precision=precision)
        if amount is None:
            if "credit" in columns and not _cell(row, money):
                debits += 1
            else:
                problems.append((number, _("The amount cannot be read.")))
            continue
        if amount <= 0:
            debits += 1
            continue
        booked_on = _date(_cell(row, columns["date"]), month_first=month_first)
        if booked_on is None:
            problems.append((number, _("The date cannot be read.")))
            continue
        words = " ".join(_cell(row, columns.get("text")).split())[:500]
        reference = _cell(row, columns.get("reference"))[:100]
        same = f"{booked_on}|{amount}|{currency}|{words}|{reference}"
        seen[same] += 1
        fingerprint = hashlib.sha256(f"{same}|{seen[same]}".encode()).hexdigest()
        # A column that repeats itself names no payment: then the line's own hash does.
        bank_reference = reference if names_each else f"{reference[:80]} {fingerprint[:12]}".strip()
        found.append(Credit(number, booked_on, amount, words, bank_reference, fingerprint))
    return Statement(found, problems, debits, encoding, delimiter)


def _decoded(raw: bytes) -> tuple[str, str]:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace"), encoding
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "windows-1252"


def _delimiter_of(lines: list[str]) -> str:
    """The character that cuts most lines into the same number of more than one cell."""
    sample = [line for line in lines[:50] if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter))
        width, lines_of_it = max(widths.items(), key=lambda item: (item[0] > 1) * item[1])
        return (lines_of_it if width > 1 else 0, width)

    try:
        best = max((";", "\t", ",", "|"), key=agreement)
    except (csv.Error, ValueError):
        return ","
    return best


def _header_of(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        names = [_plain(cell) for cell in row]
        columns = {
            kind: next(names.index(word) for word in words if word in names)
            for kind, words in COLUMNS.items()
            if any(word in names for word in words)
        }
        if "date" in columns and ("amount" in columns or "credit" in columns):
            return index, columns
    raise StatementRefused(
        _("No line names a column with the date and one with the amount or the credit."),
        field="file",
    )


def _plain(cell: str) -> str:
    letters = unicodedata.normalize("NFKD", cell.strip().lower())
    return " ".join(
        "".join(c for c in letters if not unicodedata.combining(c)).replace(".", " ").split()
    )


def _cell(row: list[str], index: int | None) -> str:
    return row[index].strip() if index is not None and index < len(row) else ""


def _decimal_mark(cells: list[str]) -> str:
    """The mark that one or two last digits stand behind, anywhere in the column."""
    marks = Counter(
        found.group(1) for cell in cells if (found := re.search(r"([.,])\d{1,2}\D*$", cell))
    )
    return marks.most_common(1)[0][0] if marks else ","


def _amount_minor(cell: str, *, mark: str, precision: int) -> int | None:
    other = "." if mark == "," else ","
    number = re.sub(r"[^\d.,\-()]", "", cell).replace(other, "")
    is_negative = "-" in number or "(" in number
    whole, _mark, rest = number.strip("-()").partition(mark)
    if not (whole + rest).isdigit() or not (whole + rest).isascii() or len(whole) > 13:
        return None
    if len(rest) > precision and rest[precision:].strip("0"):
        return None
    minor: int = int(whole or "0") * 10**precision + int(
        (rest + "0" * precision)[:precision] or "0"
    )
    return -minor if is_negative else minor


def _is_month_first(cells: list[str]) -> bool:
    """Only if a day stands in the second place somewhere: else the day comes first, as everywhere here."""
    found = [DATES.fullmatch(cell.split(" ")[0]) for cell in cells]
    parts = [one.groups() for one in found if one and len(one.group(1)) <= 2]
    return any(int(second) > 12 for _first, second, _year in parts) and not any(
        int(first) > 12 for first, _second, _year in parts
    )


def _date(cell: str, *, month_first: bool) -> dt.date | None:
    found = DATES.fullmatch(cell.split(" ", maxsplit=1)[0].split("T", maxsplit=1)[0])
    if not found:
        return None
    first, second, third = (int(part) for part in found.groups())
    if len(found.group(1)) == 4:
        year, month, day = first, second, third
    else:
        day, month = (second, first) if month_first else (first, second)
        year = third + 2000 if len(found.group(3)) == 2 else third
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None
    return date if 2000 <= date.year <= 2100 else None
