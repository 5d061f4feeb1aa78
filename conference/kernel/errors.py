"""Expected refusals. Whatever is not one of these is a bug, crashes, and is logged once."""

from typing import ClassVar

from django.utils.functional import Promise


class DomainError(Exception):
    """
    A refusal that a reader understands: what was refused, why, what to do.

    `code` is stable for the API; `message` is translated for people; `field` names the input
    the message belongs to, if there is one.
    """

    code: ClassVar[str] = "refused"
    http_status: ClassVar[int] = 409

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class InputRefused(DomainError):
    """What was sent does not make sense: 400 at the API, 422 on a page."""

    code = "invalid"
    http_status = 400


class NotPermitted(DomainError):
    code = "not_permitted"
    http_status = 403


class TransitionRefused(DomainError):
    code = "wrong_state"
