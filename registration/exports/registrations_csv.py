"""The list of registrations for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass

# A cell that begins with one of these is a formula to a spreadsheet, and what strangers typed
# must never be run on an organiser's computer.
# Source: OWASP, CSV Injection, read 2026-11-25.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """`answers` are in the order of the questions in the head; empty where nothing was answered."""

    reference: str
    state: str
    badge_name: str
    certificate_name: str
    email: str
    profession: str
    country: str
    institution: str
    ticket_type: str
    price: str
    currency: str
    registered_at: str
    answers: tuple[str, ...] = ()


def render_registrations_csv(head: Iterable[str], rows: Iterable[RegistrationRow]) -> bytes:
    """UTF-8 with the mark by which spreadsheets recognise it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(cell) for cell in head])
    for row in rows:
        *own, answers = astuple(row)
        writer.writerow([harmless(cell) for cell in (*own, *answers)])
    return target.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell as a text: an apostrophe before what would be a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
