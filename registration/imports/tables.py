"""
Reading tables that people saved with whatever program they have: CSV by comma, semicolon or tab.

UTF-8 with and without its mark, UTF-16 and Windows-1252 are recognised; which one it was is said.
"""

import csv
import io
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused

MOST_BYTES = 500_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000


class TableRefused(InputRefused):
    code: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the number that a spreadsheet shows beside them; `encoding` as people call it."""

    encoding: str
    rows: list[tuple[int, list[str]]]


def read_table(content: bytes) -> Table:
    """
    The rows that say anything.

    :raises TableRefused: if it is too large, or no text at all.
    """
    if len(content) > MOST_BYTES:
        raise TableRefused(_("This file is too large."))
    encoding, text = _decoded(content)
    rows = []
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=None), delimiter=_mark(text)), 1
        ):
            if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise TableRefused(_("This file has too many rows or columns."))
            trimmed = [cell.strip().removeprefix("'") for cell in cells]
            if any(len(cell) > LONGEST_CELL for cell in trimmed):
                raise TableRefused(
                    _("Row %(number)d has a cell that is too long.") % {"number": number}
                )
            if any(trimmed):
                rows.append((number, trimmed))
    except csv.Error as error:
        raise TableRefused(
            _("This is no table that can be read: please save it as CSV.")
        ) from error
    return Table(encoding, rows)


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = [("UTF-16", "utf-16")]
    else:
        found = [("UTF-8", "utf-8-sig"), ("Windows-1252", "cp1252")]
    for name, codec in found:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" in text or content.startswith(b"PK\x03\x04"):
            break
        return name, text
    raise TableRefused(_("This is no text: please save the table as CSV."))


def _mark(text: str) -> str:
    """The mark between cells: whichever the first lines have most of."""
    first = text[:2_000]
    return max(",;\t", key=first.count)
