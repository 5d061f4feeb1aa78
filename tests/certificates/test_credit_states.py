from itertools import pairwise

import pytest

from certificates.states import (
    ACTIVE_CLAIM_STATES,
    CERTIFICATE_TRANSITIONS,
    CLAIM_TRANSITIONS,
    PUBLIC_REASONS,
    CertificateState,
    ClaimState,
    CorrectionReason,
)
from conference.kernel.errors import TransitionRefused
from conference.kernel.states import require_transition


def test_every_state_has_a_line_in_its_table():
    assert set(CLAIM_TRANSITIONS) == set(ClaimState)
    assert set(CERTIFICATE_TRANSITIONS) == set(CertificateState)


def test_only_what_was_superseded_or_revoked_stays_so_for_ever():
    assert {state for state, following in CLAIM_TRANSITIONS.items() if not following} == {
        ClaimState.SUPERSEDED,
        ClaimState.REVOKED,
    }
    assert {state for state, following in CERTIFICATE_TRANSITIONS.items() if not following} == {
        CertificateState.SUPERSEDED,
        CertificateState.REVOKED,
    }


def test_a_claim_walks_from_draft_to_its_certificate():
    road = [
        ClaimState.DRAFT,
        ClaimState.EXPIRED,
        ClaimState.DRAFT,
        ClaimState.SUBMITTED,
        ClaimState.NEEDS_REVIEW,
        ClaimState.APPROVED,
        ClaimState.ISSUED,
    ]

    for old, new in pairwise(road):
        require_transition(CLAIM_TRANSITIONS, old=old, new=new)
    assert set(road) == ACTIVE_CLAIM_STATES


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ClaimState.DRAFT, ClaimState.ISSUED),
        (ClaimState.NEEDS_REVIEW, ClaimState.EXPIRED),
        (ClaimState.REVOKED, ClaimState.ISSUED),
    ],
)
def test_a_claim_takes_no_short_cut(old, new):
    with pytest.raises(TransitionRefused):
        require_transition(CLAIM_TRANSITIONS, old=old, new=new)


def test_every_reason_has_a_class_that_a_stranger_may_read():
    assert set(PUBLIC_REASONS) == set(CorrectionReason)
