"""
The seal: a PAdES signature (B-B, no network) that certifies the whole file.

Its place is left free while the file is written, and filled afterwards. pyHanko makes the
signature. It takes 45 ms to read a finished file, to write a second version behind it and to
build a signature from parts; here it builds one in a process, and the others are cut from it.
"""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pydyf
from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.exports.certificate_facts import CertificateFacts
from certificates.exports.certificate_pdf import render_certificates

FIELD_NAME = "IssuerSeal"
DIGEST = "sha256"

# A widget that is not seen but printed and locked, as PDF/A asks (ISO 32000-1, 12.5.3 and 12.8.1).
_PRINT_AND_LOCKED = 4 + 128
_SIGNATURES_EXIST_AND_APPEND_ONLY = 3
_NO_CHANGES = 1
_BYTE_RANGE = b"[0 %10d %10d %10d]"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class SealMissing(RuntimeError):
    """There is no key, or no certificate for it: a fault of the installation."""


def render_sealed(
    papers: Sequence[CertificateFacts], *, seal: "Seal", at: dt.datetime
) -> list[bytes]:
    """The sealed file of each, in order."""

    def leave_room(facts: CertificateFacts, pdf: pydyf.PDF) -> None:
        seal.leave_room(pdf, place=facts.place, at=at)

    return [seal.fill(pdf) for pdf in render_certificates(papers, finish=leave_room)]


class _KeptKeySigner(SimpleSigner):
    """`SimpleSigner` with its key parsed once; it remembers what it signed last."""

    def __init__(self, kept_key: Key, **given: Any) -> None:
        super().__init__(**given)
        self.kept_key = kept_key
        self.last_signed = self.last_value = b""

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if digest_algorithm != DIGEST:
            raise ValueError(f"The seal signs {DIGEST} digests, not {digest_algorithm}.")
        if isinstance(self.kept_key, rsa.RSAPrivateKey):
            value = self.kept_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        else:
            value = self.kept_key.sign(data, ec.ECDSA(hashes.SHA256()))
        self.last_signed, self.last_value = data, value
        return value


class Seal:
    """The issuer's key and certificates, and one signature made with them."""

    def __init__(self, signer: _KeptKeySigner) -> None:
        self._signer = signer
        self._digest = hashlib.sha256(b"A trial").digest()
        self._signature = self._by_pyhanko(self._digest)
        self._signed, self._value = signer.last_signed, signer.last_value

    def leave_room(self, pdf: pydyf.PDF, *, place: str, at: dt.datetime) -> None:
        """Give the file an empty seal, before it is written."""
        # A signature on an elliptic curve may be some bytes longer than the one at hand.
        value = _EmptySignature(2 * len(self._signature) + 32, place=place, at=at)
        pdf.add_object(value)
        page = pdf.objects[pdf.pages["Kids"][0]]
        field = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(FIELD_NAME),
                "F": _PRINT_AND_LOCKED,
                "Rect": pydyf.Array([0, 0, 0, 0]),
                "P": page.reference,
                "V": value.reference,
            }
        )
        pdf.add_object(field)
        page.setdefault("Annots", pydyf.Array()).append(field.reference)
        pdf.catalog["AcroForm"] = pydyf.Dictionary(
            {
                "Fields": pydyf.Array([field.reference]),
                "SigFlags": _SIGNATURES_EXIST_AND_APPEND_ONLY,
            }
        )
        pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": value.reference})

    def fill(self, pdf: bytes) -> bytes:
        """The file with the seal over all of it; any later change breaks it."""
        start = pdf.index(b"/Contents<0") + len(b"/Contents")
        end = pdf.index(b">", start) + 1
        byte_range = _BYTE_RANGE % (start, end, len(pdf) - end)
        filled = bytearray(pdf.replace(_BYTE_RANGE % (0, 0, 0), byte_range, 1))
        digest = hashlib.sha256(filled[:start])
        digest.update(filled[end:])
        signature = self._signature_of(digest.digest()).hex().encode()
        filled[start + 1 : start + 1 + len(signature)] = signature
        return bytes(filled)

    def _signature_of(self, digest: bytes) -> bytes:
        """
        Two signatures by one RSA key differ in the digest and the value alone, both of fixed
        length and at the same place. On an elliptic curve the length varies.
        """
        if not isinstance(self._signer.kept_key, rsa.RSAPrivateKey):
            return self._by_pyhanko(digest)
        value = self._signer.sign_raw(self._signed.replace(self._digest, digest), DIGEST)
        return self._signature.replace(self._digest, digest).replace(self._value, value)

    def _by_pyhanko(self, digest: bytes) -> bytes:
        async def signature() -> bytes:
            made = await self._signer.async_sign(digest, DIGEST, use_pades=True)
            return bytes(made.dump())

        # Python refuses a second event loop in a thread that has one, as after a browser's test.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(lambda: asyncio.run(signature())).result()


class _EmptySignature(pydyf.Object):  # type: ignore[misc] # untyped library
    """Written in full, never in a compressed stream: the place of the seal is found in the file."""

    compressible = False

    def __init__(self, digits: int, *, place: str, at: dt.datetime) -> None:
        super().__init__()
        moment = f"D:{at.astimezone(dt.UTC):%Y%m%d%H%M%S}Z"
        certified = pydyf.Dictionary(
            {
                "Type": "/SigRef",
                "TransformMethod": "/DocMDP",
                "TransformParams": pydyf.Dictionary(
                    {"Type": "/TransformParams", "V": "/1.2", "P": _NO_CHANGES}
                ),
            }
        )
        self._entries = pydyf.Dictionary(
            {
                "Type": "/Sig",
                "Filter": "/Adobe.PPKLite",
                "SubFilter": "/ETSI.CAdES.detached",
                "M": pydyf.String(moment),
                "Reason": pydyf.String("Certificate issuance"),
                "Location": pydyf.String(place),
                "Reference": pydyf.Array([certified]),
                "ByteRange": _BYTE_RANGE % (0, 0, 0),
            }
        )
        self._room = b"/Contents<" + b"0" * digits + b">"

    @property
    def data(self) -> bytes:
        return bytes(self._entries.data).removesuffix(b">>") + self._room + b">>"


@cache
def seal_of(key_file: str, cert_file: str) -> Seal:
    """
    The seal of these files, kept for the process.

    :raises SealMissing: if there is no key, or no certificate.
    """
    try:
        key_pem, cert_pem = Path(key_file).read_bytes(), Path(cert_file).read_bytes()
    except OSError as error:
        raise SealMissing(
            "The seal is not set up: run `manage.py make_demo_seal`, or set SEAL_KEY_FILE and "
            "SEAL_CERT_FILE."
        ) from error
    key = serialization.load_pem_private_key(key_pem, password=None)
    if not isinstance(key, Key):
        raise SealMissing("The key of the seal must be RSA or an elliptic curve.")
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # The certificate of the seal first, then those that vouch for it.
    chain = [
        x509.Certificate.load(content)
        for _kind, _headers, content in pem.unarmor(cert_pem, multiple=True)
    ]
    others = SimpleCertificateStore()  # type: ignore[no-untyped-call] # untyped library
    others.register_multiple(chain[1:])
    return Seal(
        _KeptKeySigner(
            key,
            signing_cert=chain[0],
            signing_key=keys.PrivateKeyInfo.load(der),
            cert_registry=others,
        )
    )
