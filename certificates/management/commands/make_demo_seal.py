"""A key that seals the certificates of a demo. It proves nothing to anybody."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

VALID_FOR = dt.timedelta(days=3650)


class Command(BaseCommand):
    help = "Make the demo's seal where SEAL_KEY_FILE and SEAL_CERT_FILE say. Never overwrites."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        key_file, cert_file = Path(settings.SEAL_KEY_FILE), Path(settings.SEAL_CERT_FILE)
        if key_file.exists() and cert_file.exists():
            self.stdout.write(f"The seal is there already: {key_file}")
            return
        for one in (key_file, cert_file):
            if one.exists():
                raise CommandError(f"{one} is there without its partner. Nothing was overwritten.")
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = _self_signed(key, now=timezone.now())
        _write_new(
            key_file,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
            mode=0o600,
        )
        _write_new(cert_file, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
        self.stdout.write(f"Made a demo seal: {key_file}")


def _self_signed(key: rsa.RSAPrivateKey, *, now: dt.datetime) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, str(settings.SITE_NAME)),
            x509.NameAttribute(NameOID.COMMON_NAME, "Demo seal, proves nothing"),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )


def _write_new(path: Path, content: bytes, *, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
