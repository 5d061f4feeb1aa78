"""Files under the name of their SHA-256, written so that no half file is ever seen."""

import contextlib
import datetime as dt
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NO_NAMELESS_FILES = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}


def path_of(root: Path, sha256: str) -> Path:
    return root / sha256[:2] / sha256[2:4] / sha256


def store(root: Path, content: bytes) -> str:
    """
    Write the content once and return its SHA-256.

    A full disk or a killed process leaves either the whole file or none under the final name.

    :raises OSError: if the disk refuses; nothing is left behind.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(root, sha256)
    if target.exists() and target.stat().st_size == len(content):
        os.utime(target)  # young again: whoever sweeps litter leaves it alone
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    if not _written_without_a_name(target, content):
        _written_beside(target, content)
    return sha256


def _written_without_a_name(target: Path, content: bytes) -> bool:
    """
    Give the file its name only when it is whole; a process killed before leaves nothing at all.

    False where the operating system or the file system cannot.
    """
    if not hasattr(os, "O_TMPFILE"):
        return False
    try:
        handle = os.open(target.parent, os.O_TMPFILE | os.O_WRONLY, 0o640)
    except OSError as error:
        if error.errno in _NO_NAMELESS_FILES:
            return False
        raise
    with os.fdopen(handle, "wb") as file, _opened(target.parent) as folder:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        source = f"/proc/self/fd/{file.fileno()}"
        # Only with a folder given does Python follow the link in /proc, as it must here.
        try:
            os.link(source, target, src_dir_fd=folder)
        except FileExistsError:
            if target.stat().st_size == len(content):
                return True  # another process was faster
            target.unlink()  # a damaged file of that name
            os.link(source, target, src_dir_fd=folder)
        os.fsync(folder)
    return True


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield handle
    finally:
        os.close(handle)


def _written_beside(target: Path, content: bytes) -> None:
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


def names_older_than(root: Path, moment: dt.datetime) -> Iterator[str]:
    """The names (SHA-256) of whole files written before that moment."""
    for path in root.glob("??/??/*"):
        is_a_name = len(path.name) == 64 and path.name.startswith(path.parent.parent.name)
        with contextlib.suppress(FileNotFoundError):
            if is_a_name and path.stat().st_mtime < moment.timestamp():
                yield path.name


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
