"""
After a test that commits: empty the tables it wrote to, and no others. A plugin, loaded by tests/conftest.py.

Django's own way empties all of them and makes content types and permissions anew, which takes
longer than most of these tests.
"""

from typing import Any

from django.apps import apps
from django.db import connections
from django.test import TransactionTestCase

# Made by `migrate`, the same for every test.
STAY = {"django_content_type", "auth_permission", "django_migrations"}


def _empty_what_was_written(self: Any) -> None:
    for alias in self._databases_names(include_mirrors=False):
        with connections[alias].cursor() as cursor:
            tables = sorted({model._meta.db_table for model in _all_models()} - STAY)
            cursor.execute(
                " UNION ALL ".join(
                    f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables
                )
            )
            written = [table for (table,) in cursor.fetchall()]
            if written:
                cursor.execute(f"TRUNCATE {', '.join(written)} CASCADE")


def _all_models() -> list[Any]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


TransactionTestCase._fixture_teardown = _empty_what_was_written  # type: ignore[method-assign]
