"""A list of codes for a spreadsheet: to be sent to a faculty, a sponsor, a hospital."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from registration.exports.registrations_csv import harmless


@dataclass(frozen=True, slots=True)
class VoucherRow:
    code: str
    purpose: str
    effect: str
    value: str
    uses: str
    max_uses: str
    places_kept: str
    valid_until: str
    email: str
    address: str


def render_vouchers_csv(head: Iterable[str], rows: Iterable[VoucherRow]) -> bytes:
    """UTF-8 with the mark by which spreadsheets recognise it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(cell) for cell in head])
    writer.writerows([harmless(cell) for cell in astuple(row)] for row in rows)
    return target.getvalue().encode("utf-8-sig")
