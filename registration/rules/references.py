"""
The reference of an order: seven random characters and a check character, easy to read aloud.

The check is Luhn's algorithm in base 32: it notices every single wrong character and nearly every
swap of neighbours, so that a transfer with a slip of the pen is not booked on another order.
"""

from conference.kernel.tokens import ALPHABET

RANDOM_BITS = 35
_LENGTH = 8
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def reference_of(number: int) -> str:
    """The reference for a random number of 35 bits."""
    characters = []
    for _position in range(_LENGTH - 1):
        number, digit = divmod(number, 32)
        characters.append(ALPHABET[digit])
    text = "".join(reversed(characters))
    return text + ALPHABET[-_luhn_sum(text, weight=2) % 32]


def read_reference(text: str) -> str | None:
    """The reference that a person meant, whatever case, spaces and hyphens; None if it is none."""
    reference = text.upper().translate(_MISREAD)
    if len(reference) != _LENGTH or not set(reference) <= set(ALPHABET):
        return None
    return reference if _luhn_sum(reference, weight=1) % 32 == 0 else None


def written_reference(reference: str) -> str:
    """For people: `R7K2-9QXD`."""
    return f"{reference[:4]}-{reference[4:]}"


def _luhn_sum(text: str, *, weight: int) -> int:
    total = 0
    for character in reversed(text):
        product = ALPHABET.index(character) * weight
        total += product // 32 + product % 32
        weight = 3 - weight
    return total
