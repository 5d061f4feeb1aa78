"""The price matrix as a table; `imports.price_table` reads it back."""

import csv
import io
from collections.abc import Iterable

from registration.exports.registrations_csv import harmless
from registration.rules.price_cells import HEAD, PriceLine


def render_price_table(lines: Iterable[PriceLine]) -> bytes:
    """UTF-8 with the mark by which spreadsheets recognise it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow(HEAD)
    writer.writerows([harmless(getattr(line, name)) for name in HEAD] for line in lines)
    return target.getvalue().encode("utf-8-sig")
