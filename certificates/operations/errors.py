"""What the operations of this app refuse."""

from certificates.states import ClaimRefusal
from conference.kernel.errors import DomainError


class NotConfirmed(DomainError):
    code = "not_confirmed"


class AlreadyEvaluated(DomainError):
    code = "already_evaluated"


class AlreadyClaimed(DomainError):
    code = "already_claimed"


class NoAttendance(DomainError):
    code = "no_attendance"


class NotRenderable(DomainError):
    code = "not_renderable"


class ClaimRefused(DomainError):
    """One of the gates is closed, or the amount cannot be claimed; `refusal` says which."""

    code = "claim_refused"

    def __init__(self, refusal: ClaimRefusal) -> None:
        super().__init__(str(refusal.label), field="claimed")
        self.refusal = refusal
