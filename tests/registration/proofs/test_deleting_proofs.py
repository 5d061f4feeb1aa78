"""Files go by schedule, from the disk too; what was decided stays."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.conf import settings

from conference.kernel import content_store
from conference.models import StoredFile
from conference.operations.sweeping_files import sweep_orphan_files
from registration.models import StatusProof
from registration.operations.cancelling import cancel_registration
from registration.operations.deleting_proofs import delete_files_of_proofs
from registration.operations.proving import approve_proof
from tests.conftest import NOON
from tests.registration.proofs.conftest import EARLY
from tests.registration.proofs.test_proving import actions, path_of

pytestmark = pytest.mark.django_db
A_MONTH_LATER = EARLY + dt.timedelta(days=30)


def test_a_file_is_deleted_a_month_after_the_decision_and_the_decision_stays(
    submitted, organiser, django_capture_on_commit_callbacks
):
    approve_proof(proof_id=submitted.pk, submission=1, actor=organiser, at=EARLY)
    path = path_of(submitted.file)
    assert delete_files_of_proofs(at=A_MONTH_LATER - dt.timedelta(minutes=1)) == 0
    assert path.exists()

    with django_capture_on_commit_callbacks(execute=True):
        assert delete_files_of_proofs(at=A_MONTH_LATER) == 1

    proof = StatusProof.objects.get()
    assert not path.exists()
    assert not StoredFile.objects.exists()
    assert (proof.state, proof.decided_by, proof.decided_at) == ("approved", organiser, EARLY)
    assert (proof.file, proof.file_deleted_at) == (None, A_MONTH_LATER)
    assert actions(proof)[-1] == "proof.file_deleted"
    assert delete_files_of_proofs(at=A_MONTH_LATER) == 0


def test_the_organiser_says_how_long(submitted, organiser, policy):
    policy.proof_file_days = 2
    policy.save(update_fields=("proof_file_days",))
    approve_proof(proof_id=submitted.pk, submission=1, actor=organiser, at=EARLY)

    assert delete_files_of_proofs(at=EARLY + dt.timedelta(days=2)) == 1


def test_what_nobody_decided_stays_until_after_the_event(submitted):
    assert delete_files_of_proofs(at=NOON) == 0
    assert delete_files_of_proofs(at=NOON + dt.timedelta(days=36)) == 1
    assert StatusProof.objects.get().state == "submitted"


def test_the_file_of_a_place_that_ended_goes_too(submitted, organiser):
    cancel_registration(
        registration_id=submitted.registration_id, by_herself=False, actor=organiser, at=EARLY
    )

    assert delete_files_of_proofs(at=A_MONTH_LATER) == 1


def test_files_that_no_row_names_are_swept_once_they_are_a_day_old(submitted):
    root = Path(settings.MEDIA_ROOT)
    orphan, young = (
        content_store.path_of(root, content_store.store(root, content))
        for content in (b"left by a transaction that was rolled back", b"about to get its row")
    )
    kept = path_of(submitted.file)
    now = dt.datetime.now(dt.UTC)
    two_days_ago = (now - dt.timedelta(days=2)).timestamp()
    for path in (orphan, kept):
        os.utime(path, (two_days_ago, two_days_ago))

    assert sweep_orphan_files(at=now) == 1

    assert [path.exists() for path in (orphan, young, kept)] == [False, True, True]
    assert sweep_orphan_files(at=now) == 0


def test_what_is_stored_again_is_young_again():
    root = Path(settings.MEDIA_ROOT)
    path = content_store.path_of(root, content_store.store(root, b"the same again"))
    os.utime(path, (0, 0))

    content_store.store(root, b"the same again")

    assert sweep_orphan_files(at=dt.datetime.now(dt.UTC)) == 0
    assert path.exists()
