"""
The seal: a PAdES signature (B-B, no network) that certifies the whole file.

pyHanko parses and checks the private key anew for each signature, 40 of 55 ms; here it is parsed
once in a process.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD_NAME = "IssuerSeal"
DIGEST = "sha256"
SIGNATURE_BYTES = 2048  # an RSA-4096 value is 512, the signed attributes some 300


class SealMissing(RuntimeError):
    """There is no key, or no certificate for it: a fault of the installation."""


class _KeptKeySigner(SimpleSigner):
    """`SimpleSigner` with its key parsed once."""

    def __init__(
        self, kept_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, **given: Any
    ) -> None:
        super().__init__(**given)
        self._kept_key = kept_key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if digest_algorithm != DIGEST:
            raise ValueError(f"The seal signs {DIGEST} digests, not {digest_algorithm}.")
        if isinstance(self._kept_key, rsa.RSAPrivateKey):
            return self._kept_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._kept_key.sign(data, ec.ECDSA(hashes.SHA256()))


@cache
def _signer(key_file: str, cert_file: str) -> _KeptKeySigner:
    try:
        key_pem, cert_pem = Path(key_file).read_bytes(), Path(cert_file).read_bytes()
    except OSError as error:
        raise SealMissing(
            "The seal is not set up: run `manage.py make_demo_seal`, or set SEAL_KEY_FILE and "
            "SEAL_CERT_FILE."
        ) from error
    key = serialization.load_pem_private_key(key_pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
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
    return _KeptKeySigner(
        key,
        signing_cert=chain[0],
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=others,
    )


def seal_pdf(pdf: bytes, *, key_file: str, cert_file: str, place: str) -> bytes:
    """
    The file with the issuer's seal over all of it; any later change breaks the seal.

    :raises SealMissing: if there is no key.
    """
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        md_algorithm=DIGEST,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason="Certificate issuance",
        location=place,
    )
    sealed = io.BytesIO()
    signer = _signer(key_file, cert_file)
    # pyHanko runs an event loop of its own, which Python refuses in a thread that has one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(
            PdfSigner(metadata, signer=signer).sign_pdf,
            IncrementalPdfFileWriter(io.BytesIO(pdf)),
            bytes_reserved=_room_for(signer),
            output=sealed,
        ).result()
    return sealed.getvalue()


def _room_for(signer: _KeptKeySigner) -> int:
    """
    Hexadecimal digits to keep free for the signature: its certificates, its value, its attributes.

    Left to itself pyHanko signs once more just to measure it.
    """
    certificates = [signer.signing_cert, *signer.cert_registry]
    content_bytes = sum(len(one.dump()) for one in certificates) + SIGNATURE_BYTES
    return 2 * content_bytes
