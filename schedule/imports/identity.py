"""Stable identities for things whose files name them well, badly or not at all."""

import unicodedata
import uuid

from conference.kernel.rich_text import plain_line

LONGEST_IDENTITY = 200


def match_key(name: str) -> str:
    """Equal for names that a person would call the same."""
    return unicodedata.normalize("NFKC", plain_line(name)).casefold()


def identity(kind: str, text: str) -> str:
    """`kind:text`, shortened by a hash if the text is too long to be kept."""
    text = plain_line(text)
    if kind == "guid":
        text = text.lower()
    if len(text) > LONGEST_IDENTITY - 20:
        text = uuid.uuid5(uuid.NAMESPACE_OID, text).hex
    return f"{kind}:{text}"


def first_identity(**candidates: str) -> str | None:
    """The identity by the first candidate that is not empty: `guid=…, code=…, id=…`."""
    for kind, text in candidates.items():
        if plain_line(text):
            return identity(kind, text)
    return None
