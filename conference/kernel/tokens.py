"""Secrets for public addresses and badges: 128 random bits, in Crockford's base 32."""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH = 26  # 26 × 5 bits hold 128


def new_token() -> str:
    """26 upper-case characters with 128 random bits, none of them I, L, O or U."""
    number = secrets.randbits(128)
    characters = []
    for _position in range(TOKEN_LENGTH):
        number, digit = divmod(number, 32)
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))


def token_hash(token: str) -> str:
    """SHA-256 of the token, hexadecimal: what logs and devices may keep."""
    return hashlib.sha256(token.encode()).hexdigest()
