"""Turning the database's refusals into sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from conference.kernel.errors import DomainError


@contextmanager
def refuse_on(constraint_name: str, refusal: DomainError) -> Iterator[None]:
    """
    Raise `refusal` if the block violates the named constraint; let any other violation crash.

    Opens a savepoint, so that the transaction around it can go on. A deferred constraint speaks
    only at COMMIT, too late for this.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if violated_constraint(error) == constraint_name:
            raise refusal from error
        raise


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint that PostgreSQL says was violated."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None)
