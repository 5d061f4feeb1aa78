"""Lists of e-mail addresses, pasted or from a file: one a line, or the one with an @ in each row."""

from dataclasses import dataclass

from conference.kernel.errors import InputRefused
from conference.kernel.texts import clean_email
from registration.imports.tables import read_table


@dataclass(frozen=True, slots=True)
class MemberList:
    """The addresses in the order they stood; rows whose address makes no sense, by their number."""

    emails: list[str]
    refused: list[tuple[int, str]]
    repeated: int


def read_members(content: bytes) -> MemberList:
    """:raises TableRefused: if it is no text, or too large. A head without an @ is passed over."""
    emails: dict[str, str] = {}
    refused: list[tuple[int, str]] = []
    repeated = 0
    for number, cells in read_table(content).rows:
        found = [cell for cell in cells if "@" in cell]
        if not found:
            if number > 1:
                refused.append((number, cells[0][:100]))
            continue
        try:
            email = clean_email(found[0].strip("<>"))
        except InputRefused:
            refused.append((number, found[0][:100]))
            continue
        if email.casefold() in emails:
            repeated += 1
        emails.setdefault(email.casefold(), email)
    return MemberList(list(emails.values()), refused, repeated)
