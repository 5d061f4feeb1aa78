"""The list of a group for a spreadsheet: the template, and who sits where."""

import csv
import io
from collections.abc import Iterable, Sequence

from registration.exports.registrations_csv import harmless


def render_group_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark by which spreadsheets recognise it; no cell is a formula."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return target.getvalue().encode("utf-8-sig")
