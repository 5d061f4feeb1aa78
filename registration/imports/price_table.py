"""The price matrix as a table: one price a row, by the short names that stand in addresses."""

from typing import ClassVar

from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused
from registration.imports.tables import read_table
from registration.rules.price_cells import HEAD, PriceLine


class HeadRefused(InputRefused):
    code: ClassVar[str] = "head"


def read_price_lines(content: bytes) -> tuple[str, list[PriceLine]]:
    """
    The encoding that was recognised, and the rows.

    :raises TableRefused, HeadRefused: if it is no such table; says which columns are missing.
    """
    table = read_table(content)
    if not table.rows:
        raise HeadRefused(_("This file is empty."))
    head = [cell.strip().lower() for cell in table.rows[0][1]]
    missing = [name for name in HEAD if name not in head]
    twice = [name for name in HEAD if head.count(name) > 1]
    if missing or twice:
        raise HeadRefused(
            _("The first row must name each of these columns once: %(columns)s.")
            % {"columns": ", ".join(missing or twice)}
        )
    places = {name: head.index(name) for name in HEAD}
    lines = []
    for number, cells in table.rows[1:]:
        if len(cells) != len(head):
            words = _("This row has %(has)d cells, the first row %(wanted)d.")
            fault = words % {"has": len(cells), "wanted": len(head)}
            lines.append(PriceLine(number, fault=fault))
            continue
        lines.append(PriceLine(number, **{name: cells[place] for name, place in places.items()}))
    return table.encoding, lines
