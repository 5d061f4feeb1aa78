"""The journal of papers for a spreadsheet or an accountant."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from registration.exports.registrations_csv import harmless


@dataclass(frozen=True, slots=True)
class JournalRow:
    """Amounts with a point and the currency's own digits; a credit note is negative."""

    number: str
    kind: str
    issued_on: str
    order: str
    recipient: str
    tax_kind: str
    tax_number: str
    amount: str
    currency: str
    credits: str
    authorisation_code: str
    authorisation_expires_on: str
    sha256: str


def render_journal_csv(head: Iterable[str], rows: Iterable[JournalRow]) -> bytes:
    """UTF-8 with the mark by which spreadsheets recognise it; the amounts stay numbers."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(cell) for cell in head])
    for row in rows:
        cells = [harmless(cell) for cell in astuple(row)]
        cells[7] = row.amount  # ours alone: digits, a point, perhaps a minus
        writer.writerow(cells)
    return target.getvalue().encode("utf-8-sig")
