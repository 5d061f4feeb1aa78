"""Files under the name of their SHA-256, written so that no half file is ever seen."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path


def path_of(root: Path, sha256: str) -> Path:
    return root / sha256[:2] / sha256[2:4] / sha256


def store(root: Path, content: bytes) -> str:
    """
    Write the content once and return its SHA-256.

    A temporary file, fsync, then rename: a full disk or a killed process leaves either the
    whole file or none under the final name.

    :raises OSError: if the disk refuses; nothing is left behind.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(root, sha256)
    if target.exists() and target.stat().st_size == len(content):
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o640)
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    return sha256


def load(root: Path, sha256: str) -> bytes:
    """
    The bytes stored under that name.

    :raises FileNotFoundError: if they are not there.
    :raises ValueError: if they are no longer what they were.
    """
    content = path_of(root, sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"The file {sha256} was changed on disk.")
    return content
