"""Files without a row: what was written by a transaction that was rolled back, or forgotten after one."""

import datetime as dt
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from django.conf import settings

from conference.kernel import content_store
from conference.models import StoredFile

KEPT_FOR = dt.timedelta(days=1)  # longer than any transaction that is about to write its row
BATCH = 500


def sweep_orphan_files(*, at: dt.datetime) -> int:
    """Delete files of the store that no row names, once they are a day old. How many."""
    root = Path(settings.MEDIA_ROOT)
    old = content_store.names_older_than(root, at - KEPT_FOR)
    swept = 0
    while names := list(islice(old, BATCH)):
        swept += _sweep(root, names, before=at - KEPT_FOR)
    return swept


def _sweep(root: Path, names: Iterable[str], *, before: dt.datetime) -> int:
    wanted = set(names)
    orphans = wanted - set(
        StoredFile.objects.filter(sha256__in=wanted).values_list("sha256", flat=True)
    )
    swept = 0
    for name in orphans:
        path = content_store.path_of(root, name)
        # Looked at once more: somebody may have stored the same bytes meanwhile.
        if path.exists() and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            swept += 1
    return swept
