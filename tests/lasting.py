"""
Rows that many tests of a module only look at: made once, and taken back after the last of them.

They stand in a transaction around the tests' own, so each test still begins with the same rows,
whatever the one before did to them. Not for tests with `transaction=True`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def lasting(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """For a fixture of the module that makes rows; where their files are, for the tests."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=str(media)), translation.override("en"):
            yield media
        transaction.set_rollback(True)
