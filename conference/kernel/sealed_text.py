"""
Texts that stand encrypted in the database: passport numbers, keys of payment providers.

Every purpose has keys of its own, so that what was sealed for one opens for no other. The keys come
from `settings.SEALED_TEXT_SECRETS`: the first one seals, all of them open. To change it, put the new
one in front of the old one.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_SALT = b"conference.kernel.sealed_text"


class SealBroken(ValueError):
    """The text was changed, or no secret of this installation opens it for this purpose."""


def seal(text: str, *, purpose: str) -> str:
    """The text encrypted and signed, in ASCII; about 4/3 of it and 100 characters more."""
    return seal_bytes(text.encode(), purpose=purpose).decode("ascii")


def unseal(sealed: str, *, purpose: str) -> str:
    """
    The text that was sealed for this purpose.

    :raises SealBroken: if it was changed, or sealed elsewhere or for something else.
    """
    return unseal_bytes(sealed.encode(), purpose=purpose).decode()


def seal_bytes(content: bytes, *, purpose: str) -> bytes:
    """The same for a file."""
    return _box(purpose).encrypt(content)


def unseal_bytes(sealed: bytes, *, purpose: str) -> bytes:
    """:raises SealBroken: if it was changed, or sealed elsewhere or for something else."""
    try:
        return _box(purpose).decrypt(sealed)
    except InvalidToken as error:
        raise SealBroken(f"What was sealed for {purpose} cannot be opened.") from error


def fingerprint(text: str, *, purpose: str) -> str:
    """64 characters by which equal texts are found without opening them. Of the first secret only."""
    return hmac.new(
        next(_keys(f"{purpose}.fingerprint")), text.encode(), hashlib.sha256
    ).hexdigest()


def _box(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in _keys(purpose)])


def _keys(purpose: str) -> Iterator[bytes]:
    """Thirty-two bytes for each secret."""
    for secret in settings.SEALED_TEXT_SECRETS:
        derivation = HKDF(hashes.SHA256(), length=32, salt=_SALT, info=purpose.encode())
        yield derivation.derive(str(secret).encode())
