"""
The public identifier of a certificate, and the short code that people type.

An identifier is 26 characters of Crockford's base 32: 128 random bits. The short code is its first
11 characters and a check character, written XXXX-XXXX-XXXX; beside the serial number it finds the
certificate.

Source: CME domain reference (cme.md), sections 8 (footer) and 11, read 2026-11-25.
"""

import re
import unicodedata

from conference.kernel.tokens import ALPHABET, TOKEN_LENGTH

RANDOM_BYTES = 16
CODE_PREFIX_LENGTH = 11
CODE_LENGTH = CODE_PREFIX_LENGTH + 1
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FIELD_SIZE = 32
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1 is primitive over GF(2)
_FIRST_CHARACTERS = 8  # 26 × 5 bits are two more than 128, so the first character is 0 to 7


class CodeMistyped(ValueError):
    """What was typed is no identifier and no code: it was misread or cut."""


def public_id_from(random_bytes: bytes) -> str:
    """
    The identifier that 16 random bytes make.

    :raises ValueError: if there are not 16.
    """
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"An identifier is made of {RANDOM_BYTES} bytes.")
    number = int.from_bytes(random_bytes)
    digits = ((number >> 5 * place) % _FIELD_SIZE for place in reversed(range(TOKEN_LENGTH)))
    return "".join(ALPHABET[digit] for digit in digits)


def check_character(text: str) -> str:
    """
    A character that tells a misread code.

    Each character is weighed by a power of a primitive element of GF(32), so that one wrong
    character, or any two in each other's place, never goes unnoticed in a code of 31 or fewer.
    """
    total = 0
    for character in text:
        total = _doubled(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _doubled(element: int) -> int:
    doubled = element << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled >= _FIELD_SIZE else doubled


def typed_code(public_id: str) -> str:
    """The code printed on the certificate: XXXX-XXXX-XXXX."""
    prefix = public_id[:CODE_PREFIX_LENGTH]
    code = prefix + check_character(prefix)
    return "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def as_typed(text: str) -> str:
    """What people type, as it was meant: any case, spaces and dashes; O is 0, I and L are 1."""
    upper = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐‑‒–—―−_.]", "", upper).translate(_LOOKALIKES)


def normalised_public_id(text: str) -> str:
    """
    The identifier somebody typed or followed.

    :raises CodeMistyped: if it cannot be one.
    """
    identifier = as_typed(text)
    if (
        len(identifier) != TOKEN_LENGTH
        or not set(identifier) <= set(ALPHABET)
        or ALPHABET.index(identifier[0]) >= _FIRST_CHARACTERS
    ):
        raise CodeMistyped("That is not the identifier of a certificate.")
    return identifier


def public_id_prefix_of(text: str) -> str:
    """
    The first 11 characters of the identifier whose code somebody typed.

    :raises CodeMistyped: if it is no code, or a character of it is wrong.
    """
    code = as_typed(text)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise CodeMistyped("A code has twelve letters and digits.")
    if check_character(code[:CODE_PREFIX_LENGTH]) != code[CODE_PREFIX_LENGTH]:
        raise CodeMistyped("A character of the code is wrong. Compare it with the certificate.")
    return code[:CODE_PREFIX_LENGTH]
