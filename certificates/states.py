"""
The states of certificates.

A claim (the credits one person asks for, of one designation). What comes before it, registered
and attended and evaluated, is read from the rows that say so and is no state of its own:

    draft --submit--> submitted --approve----------------------------> approved --issue--> issued
      |                   `-----send to review--> needs_review --approve--> approved
      |                                                  `------return----> draft
      `--expire--> expired --reopen--> draft

    approved --revoke--> revoked
    issued ----revoke--> revoked
    issued ---correct--> superseded, and a new claim with the difference in the ledger

A claim sent in time does not expire while it waits for us: only a draft does. A name is corrected
on the certificate alone; the claim stays issued.

A certificate (its facts are frozen when it is made; whether its file was rendered and sealed yet
is a column of its own):

    valid --supersede--> superseded
      `------revoke----> revoked

Source: CME domain reference (cme.md), sections 7, 10 and 11, read 2026-11-25.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClaimState(TextChoices):
    DRAFT = "draft", _("Not sent yet")
    SUBMITTED = "submitted", _("Sent")
    NEEDS_REVIEW = "needs_review", _("Being reviewed")
    APPROVED = "approved", _("Approved")
    ISSUED = "issued", _("Certificate issued")
    SUPERSEDED = "superseded", _("Replaced by a corrected claim")
    REVOKED = "revoked", _("Revoked")
    EXPIRED = "expired", _("Deadline passed")


CLAIM_TRANSITIONS = {
    ClaimState.DRAFT: frozenset({ClaimState.SUBMITTED, ClaimState.EXPIRED}),
    ClaimState.SUBMITTED: frozenset({ClaimState.APPROVED, ClaimState.NEEDS_REVIEW}),
    ClaimState.NEEDS_REVIEW: frozenset({ClaimState.APPROVED, ClaimState.DRAFT}),
    ClaimState.APPROVED: frozenset({ClaimState.ISSUED, ClaimState.REVOKED}),
    ClaimState.ISSUED: frozenset({ClaimState.SUPERSEDED, ClaimState.REVOKED}),
    ClaimState.SUPERSEDED: frozenset[ClaimState](),
    ClaimState.REVOKED: frozenset[ClaimState](),
    ClaimState.EXPIRED: frozenset({ClaimState.DRAFT}),
}
# One of these per person and designation. An expired one counts: it is reopened, not made anew.
ACTIVE_CLAIM_STATES = frozenset(
    {
        ClaimState.DRAFT,
        ClaimState.SUBMITTED,
        ClaimState.NEEDS_REVIEW,
        ClaimState.APPROVED,
        ClaimState.ISSUED,
        ClaimState.EXPIRED,
    }
)


class CertificateState(TextChoices):
    VALID = "valid", _("Valid")
    SUPERSEDED = "superseded", _("Superseded")
    REVOKED = "revoked", _("Revoked")


CERTIFICATE_TRANSITIONS = {
    CertificateState.VALID: frozenset({CertificateState.SUPERSEDED, CertificateState.REVOKED}),
    CertificateState.SUPERSEDED: frozenset[CertificateState](),
    CertificateState.REVOKED: frozenset[CertificateState](),
}


class CertificateKind(TextChoices):
    """Source: CME domain reference (cme.md), section 11, read 2026-11-25."""

    CME_AWARD = "cme_award", _("Certificate of credit")
    PARTICIPATION = "participation", _("Certificate of participation")
    ATTENDANCE = "attendance", _("Certificate of attendance")
    COMPLETION = "completion", _("Certificate of completion")
    SPEAKER = "speaker", _("Speaker's certificate")
    MODERATOR = "moderator", _("Moderator's certificate")
    POSTER = "poster", _("Poster certificate")
    ORGANISER = "organiser", _("Organiser's certificate")
    REVIEWER = "reviewer", _("Reviewer's certificate")
    TEACHING_CREDIT = "teaching_credit", _("Certificate of teaching credit")
    TRANSCRIPT = "transcript", _("Transcript")
    LETTER = "letter", _("Letter")


class CorrectionReason(TextChoices):
    """
    Why a claim or a certificate was corrected or revoked.

    Source: CME domain reference (cme.md), section 10, read 2026-11-25.
    """

    NAME_CORRECTION = "name_correction", _("Name corrected")
    AMOUNT_CORRECTION_UP = "amount_correction_up", _("Amount corrected upwards")
    AMOUNT_CORRECTION_DOWN = "amount_correction_down", _("Amount corrected downwards")
    ATTENDANCE_DISPUTE = "attendance_dispute", _("Attendance disputed")
    NOT_ELIGIBLE_PROFESSION = "not_eligible_profession", _("Profession not eligible")
    DUPLICATE_PERSON = "duplicate_person", _("Same person registered twice")
    FRAUD = "fraud", _("Fraud")
    PAYMENT_REVERSED = "payment_reversed", _("Payment reversed")
    ACTIVITY_CREDIT_WITHDRAWN = (
        "activity_credit_withdrawn",
        _("Credit withdrawn from the activity"),
    )
    ISSUED_IN_ERROR = "issued_in_error", _("Issued in error")


class PublicReason(TextChoices):
    """What a stranger reads on the verification page: a class of reasons, never the reason."""

    CORRECTED = "corrected", _("Its data were corrected")
    WITHDRAWN = "withdrawn", _("The issuer withdrew it")


PUBLIC_REASONS = {
    CorrectionReason.NAME_CORRECTION: PublicReason.CORRECTED,
    CorrectionReason.AMOUNT_CORRECTION_UP: PublicReason.CORRECTED,
    CorrectionReason.AMOUNT_CORRECTION_DOWN: PublicReason.CORRECTED,
    CorrectionReason.ATTENDANCE_DISPUTE: PublicReason.CORRECTED,
    CorrectionReason.DUPLICATE_PERSON: PublicReason.CORRECTED,
    CorrectionReason.NOT_ELIGIBLE_PROFESSION: PublicReason.WITHDRAWN,
    CorrectionReason.FRAUD: PublicReason.WITHDRAWN,
    CorrectionReason.PAYMENT_REVERSED: PublicReason.WITHDRAWN,
    CorrectionReason.ACTIVITY_CREDIT_WITHDRAWN: PublicReason.WITHDRAWN,
    CorrectionReason.ISSUED_IN_ERROR: PublicReason.WITHDRAWN,
}


class CreditFamily(TextChoices):
    TIME_BASED = "time_based", _("By time")
    FIXED_POINTS = "fixed_points", _("Fixed points")
    ISSUER_DECIDES = "issuer_decides", _("Its issuer decides")


class CountedMinutes(TextChoices):
    LEARNING = "learning", _("Minutes attended")
    TEACHING = "teaching", _("Minutes of own presentations")


class RoundingMode(TextChoices):
    NEAREST = "nearest", _("To the nearest step")
    DOWN = "down", _("Down")
    UP = "up", _("Up")


class RoundingTie(TextChoices):
    HALF_UP = "half_up", _("Half a step counts as one")
    HALF_DOWN = "half_down", _("Half a step counts as none")


class RoundingScope(TextChoices):
    ACTIVITY = "activity", _("Once for the whole activity")
    DAY = "day", _("Per day")
    SESSION = "session", _("Per session")


class ClaimStyle(TextChoices):
    CLAIM = "claim", _("The person claims what she attended")
    AUTO = "auto", _("Given as verified")
    ALL_OR_NOTHING = "all_or_nothing", _("The whole amount or none")
    POINTS_FIXED = "points_fixed", _("The points fixed by the issuer")


class PresenceBasis(TextChoices):
    """What proves that somebody was there."""

    SESSION_SCAN = "session_scan", _("Scans at session doors")
    GATE_SCAN = "gate_scan", _("Scans at the entrance")
    ROSTER = "roster", _("A list kept by the instructors")
    ATTESTED = "attested", _("The person's own word")


class ClaimCeiling(TextChoices):
    VERIFIED = "verified", _("What was verified")
    HONOUR = "honour", _("The designated maximum")


class MissingCheckout(TextChoices):
    SESSION_END = "session_end", _("Stayed until the end of the session")
    NEXT_SCAN_ELSEWHERE = "next_scan_elsewhere", _("Stayed until the next scan elsewhere")
    ZERO = "zero", _("Counts nothing")
    CAP_MINUTES = "cap_minutes", _("Counts a fixed number of minutes")


class MissingCheckin(TextChoices):
    NONE = "none", _("Counts nothing")
    SESSION_START = "session_start", _("Came at the start of the session")


class EvaluationGate(TextChoices):
    NONE = "none", _("No evaluation needed")
    ACTIVITY = "activity", _("Evaluation of the activity")
    EACH_CLAIMED_SESSION = "each_claimed_session", _("Evaluation of each session claimed")


class AssessmentGate(TextChoices):
    NONE = "none", _("No assessment needed")
    POST_TEST = "post_test", _("Final test passed")
    CRITICAL_SKILLS = "critical_skills", _("Critical skills passed")


class CreditFlag(TextChoices):
    """What a reader of a computation should know about how it came about."""

    INFERRED_END = "inferred_end", _("No exit scan: the end was inferred")
    INFERRED_START = "inferred_start", _("No entry scan: the start was inferred")
    SNAPPED = "snapped", _("A scan near the edge of a session was moved to it")
    FROM_GATE = "from_gate", _("From scans at the entrance")
    FROM_ROSTER = "from_roster", _("From a list")
    ATTESTED = "attested", _("On the person's own word")
    ADJUSTED = "adjusted", _("Adjusted by hand")
    OWN_PRESENTATION_EXCLUDED = "own_presentation_excluded", _("Own presentation left out")
    BELOW_THRESHOLD = "below_threshold", _("Less than the share that must be attended")
    BELOW_MINIMUM = "below_minimum", _("Less than the smallest amount given")
    CAPPED_PER_DAY = "capped_per_day", _("Cut to the most for one day")
    CAPPED_PER_ACTIVITY = "capped_per_activity", _("Cut to the most for one activity")
    CAPPED_BY_DESIGNATION = "capped_by_designation", _("Cut to the designated maximum")
    NOT_DESIGNATED = "not_designated", _("No credit of this type was designated")


class ZeroReason(TextChoices):
    """Why a session gave no minutes."""

    CANCELLED = "cancelled", _("The session was cancelled")
    NOT_ELIGIBLE = "not_eligible", _("The session carries no credit of this type")
    NO_PRESENCE = "no_presence", _("No attendance was recorded")
    NO_ENTRY_SCAN = "no_entry_scan", _("Only an exit scan")
    NO_EXIT_SCAN = "no_exit_scan", _("No exit scan")
    OUTSIDE_SESSION = "outside_session", _("The scans lie outside the session")
    TOO_SHORT = "too_short", _("Less than the minimum presence")
    OWN_PRESENTATION = "own_presentation", _("Own presentation")
    COUNTED_ELSEWHERE = "counted_elsewhere", _("The time was counted in another session")
    NOT_PRESENTED = "not_presented", _("No original presentation here")


class ClaimRefusal(TextChoices):
    """Why a claim cannot be accepted as it is."""

    PROFESSION = "profession", _("This credit is not for this profession.")
    NOT_DESIGNATED = "not_designated", _("No credit of this type was designated.")
    WINDOW_NOT_OPEN = "window_not_open", _("Claims open when the first session has ended.")
    WINDOW_CLOSED = "window_closed", _("The deadline for claims has passed.")
    EVALUATION_MISSING = "evaluation_missing", _("The evaluation has not been sent yet.")
    POST_TEST_MISSING = "post_test_missing", _("The final test has not been passed.")
    SKILLS_MISSING = "skills_missing", _("The critical skills have not been passed.")
    NOTHING_TO_CLAIM = "nothing_to_claim", _("No time was verified, so there is nothing to claim.")
    NOT_POSITIVE = "not_positive", _("Claim more than zero.")
    NOT_A_STEP = "not_a_step", _("Claim a multiple of the step of this credit.")
    MORE_THAN_ALLOWED = "more_than_allowed", _("That is more than can be claimed.")
    NOT_THE_WHOLE = "not_the_whole", _("This credit is given whole or not at all.")


class StatementKind(TextChoices):
    """Source: CME domain reference (cme.md), section 8, read 2026-11-25."""

    DESIGNATION = "designation", _("Designation statement")
    ACCREDITATION_DIRECT = "accreditation_direct", _("Accreditation statement")
    ACCREDITATION_JOINT = "accreditation_joint", _("Accreditation statement, joint providership")
    AWARD_BODY = "award_body", _("Certificate of credit")
    PARTICIPATION_BODY = "participation_body", _("Certificate of participation")
    ATTENDANCE_BODY = "attendance_body", _("Certificate of attendance")
    ATTESTATION = "attestation", _("Attestation of a claim")
    FOOTER = "footer", _("Footer of a certificate")
    HOURS_ASSESSED = "hours_assessed", _("Hours, final assessment passed")
    HOURS_UNASSESSED = "hours_unassessed", _("Hours, without final assessment")


class StatementProblem(TextChoices):
    """Why a text may not be printed."""

    AWARD_BESIDE_AMA = (
        "award_beside_ama",
        _("Says “awarded” or “earned” beside AMA credit to somebody who is no physician."),
    )
    AMA_PHRASE_INCOMPLETE = (
        "ama_phrase_incomplete",
        _("AMA credit is not named in full, in italics and with its trademark sign."),
    )
    PLURAL_IN_BRACKETS = (
        "plural_in_brackets",
        _("“Credit(s)” belongs in the designation statement alone."),
    )
    WRONG_NAME = "wrong_name", _("A name that AMA credit may not be given.")
    PENDING = "pending", _("AMA credit is never announced as pending or applied for.")


class ReviewReason(TextChoices):
    """
    Why a person has to look at a claim before it is approved.

    Source: CME domain reference (cme.md), section 10, read 2026-11-25.
    """

    INFERRED = "inferred", _("Part of the attendance was inferred")
    ADJUSTED = "adjusted", _("Attendance was adjusted by hand")
    SHARED_LICENCE = "shared_licence", _("Another person has the same licence or e-mail")
    PROFESSION_CHANGED = "profession_changed", _("The profession was changed")
    LATE = "late", _("Sent after the deadline, reopened by staff")


class CertificateAction(TextChoices):
    """What history says about credits and certificates."""

    DESIGNATION_APPROVED = "designation.approved", _("Designation approved")
    SESSION_CREDIT_CHANGED = "session_credit.changed", _("Credit of a session changed")
    EVALUATION_COMPLETED = "evaluation.completed", _("Evaluation sent")
    CREDITS_COMPUTED = "credits.computed", _("Credits computed")
    CLAIM_STARTED = "claim.started", _("Claim started")
    CLAIM_SUBMITTED = "claim.submitted", _("Claim sent")
    CLAIM_SENT_TO_REVIEW = "claim.sent_to_review", _("Claim sent to review")
    CLAIM_RETURNED = "claim.returned", _("Claim returned")
    CLAIM_APPROVED = "claim.approved", _("Claim approved")
    CLAIM_ISSUED = "claim.issued", _("Claim fulfilled")
    CLAIM_CORRECTED = "claim.corrected", _("Claim corrected")
    CLAIM_REVOKED = "claim.revoked", _("Claim revoked")
    CLAIM_EXPIRED = "claim.expired", _("Claim expired")
    CLAIM_REOPENED = "claim.reopened", _("Claim reopened")
    CERTIFICATE_ISSUED = "certificate.issued", _("Certificate issued")
    CERTIFICATE_SEALED = "certificate.sealed", _("Certificate sealed")
    CERTIFICATE_SUPERSEDED = "certificate.superseded", _("Certificate superseded")
    CERTIFICATE_REVOKED = "certificate.revoked", _("Certificate revoked")
    CERTIFICATE_DOWNLOADED = "certificate.downloaded", _("Certificate downloaded")
