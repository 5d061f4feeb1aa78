"""Proofs of a status that a price depends on."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProofState(TextChoices):
    """
    The proof of a status that a price depends on.

        missing --submit--> submitted --approve--> approved
           |                 |   ^------submit-----.  |
           |                 `--reject--> rejected-'  |
           |                                 |        |
           `--expire--> expired <---expire---'        |
                           `--submit--> submitted     |
        whatever it is --place given away--> missing or not needed

    A submitted one never expires: the person did her part.
    """

    MISSING = "missing", pgettext_lazy("proof", "Missing")
    SUBMITTED = "submitted", pgettext_lazy("proof", "Waiting for review")
    APPROVED = "approved", pgettext_lazy("proof", "Approved")
    REJECTED = "rejected", pgettext_lazy("proof", "Rejected")
    EXPIRED = "expired", pgettext_lazy("proof", "Not given in time")
    NOT_NEEDED = "not_needed", pgettext_lazy("proof", "Not needed any more")


_GIVEN_AWAY = frozenset({ProofState.MISSING, ProofState.NOT_NEEDED})
PROOF_TRANSITIONS = {
    ProofState.MISSING: frozenset({ProofState.SUBMITTED, ProofState.EXPIRED}) | _GIVEN_AWAY,
    ProofState.SUBMITTED: frozenset(
        {ProofState.SUBMITTED, ProofState.APPROVED, ProofState.REJECTED}
    )
    | _GIVEN_AWAY,
    ProofState.APPROVED: _GIVEN_AWAY,
    ProofState.REJECTED: frozenset({ProofState.SUBMITTED, ProofState.EXPIRED}) | _GIVEN_AWAY,
    ProofState.EXPIRED: frozenset({ProofState.SUBMITTED}) | _GIVEN_AWAY,
    ProofState.NOT_NEEDED: _GIVEN_AWAY,
}
# What runs out at its date; a submitted one waits for us, not for her.
PROOF_OWED_BY_HER = frozenset({ProofState.MISSING, ProofState.REJECTED})


class ProofAction(TextChoices):
    """What history says about proofs of a status."""

    ASKED = "proof.asked", _("Proof of status asked for")
    REMINDED = "proof.reminded", _("Reminded of the proof of status")
    SUBMITTED = "proof.submitted", _("Proof of status submitted")
    APPROVED = "proof.approved", _("Proof of status approved")
    REJECTED = "proof.rejected", _("Proof of status rejected")
    EXPIRED = "proof.expired", _("Proof of status not given: full price charged")
    GIVEN_BACK = "proof.given_back", _("Status proved later: difference given back")
    ASKED_ANEW = "proof.asked_anew", _("Proof of status asked of the new person")
    FILE_DELETED = "proof.file_deleted", _("File of a proof deleted")
