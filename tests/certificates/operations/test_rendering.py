import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest

from certificates.models import Certificate
from certificates.operations.bulk import (
    CERTIFY_JOB,
    request_presence_certificates,
    request_rendering,
)
from certificates.operations.claiming import claim_credits
from certificates.operations.errors import NotRenderable
from certificates.operations.issuing import certify_presence, certify_presences
from certificates.operations.rendering import (
    render_certificate,
    render_forgotten,
    render_if_valid,
)
from certificates.operations.revoking import revoke_certificate
from certificates.queries.certificates import file_of
from certificates.states import CorrectionReason
from conference.kernel.errors import InputRefused
from conference.models import EmailMessage, HistoryEntry, StoredFile
from conference.operations.jobs import request_job
from schedule.models import Session
from tests.certificates import stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(physician, designation) -> Certificate:
    stage.evaluate(physician)
    return claim_credits(
        registration_id=physician.pk,
        designation_id=designation.pk,
        claimed=Decimal("6.00"),
        attested=True,
        actor=None,
        at=stage.CLAIM_TIME,
    )


def test_the_file_is_made_once_stored_by_its_hash_and_its_link_sent(certificate, settings):
    first = render_certificate(certificate.pk, at=stage.CLAIM_TIME)
    second = render_certificate(certificate.pk, at=stage.CLAIM_TIME + dt.timedelta(hours=1))

    assert first.file == second.file == StoredFile.objects.get()
    assert first.rendered_at == stage.CLAIM_TIME
    sha256 = first.file.sha256
    assert file_of(second)[:5] == b"%PDF-"
    assert (Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256).is_file()
    (email,) = EmailMessage.objects.filter(kind="certificates/email/certificate_ready")
    assert email.to_address == certificate.registration.email
    link = f"/r/{certificate.registration.token}/certificates/{certificate.public_id}.pdf"
    assert settings.SITE_URL + link in email.text_body
    assert settings.SITE_URL + link in email.html_body
    assert HistoryEntry.objects.filter(action="certificate.sealed").count() == 1


def test_the_task_makes_it_after_the_commit(
    physician, designation, django_capture_on_commit_callbacks
):
    stage.evaluate(physician)

    with django_capture_on_commit_callbacks(execute=True):
        issued = claim_credits(
            registration_id=physician.pk,
            designation_id=designation.pk,
            claimed=Decimal("6.00"),
            attested=True,
            actor=None,
            at=stage.CLAIM_TIME,
        )

    assert Certificate.objects.get(pk=issued.pk).is_ready


def test_a_revoked_certificate_is_not_rendered_any_more(certificate):
    revoke_certificate(
        certificate_id=certificate.pk,
        reason=CorrectionReason.FRAUD,
        actor=None,
        at=stage.CLAIM_TIME,
    )

    with pytest.raises(NotRenderable):
        render_certificate(certificate.pk, at=stage.CLAIM_TIME)
    render_if_valid(certificate.pk, at=stage.CLAIM_TIME)

    assert not StoredFile.objects.exists()
    assert not EmailMessage.objects.filter(kind="certificates/email/certificate_ready").exists()


def test_a_forgotten_certificate_is_found_after_two_minutes(
    certificate, django_capture_on_commit_callbacks
):
    too_early = certificate.issued_at + dt.timedelta(minutes=2)
    assert render_forgotten(at=too_early) == 0

    with django_capture_on_commit_callbacks(execute=True):
        assert render_forgotten(at=too_early + dt.timedelta(seconds=1)) == 1

    assert Certificate.objects.get(pk=certificate.pk).is_ready
    assert render_forgotten(at=too_early + dt.timedelta(hours=1)) == 0


def test_a_job_certifies_everybody_who_attended_and_another_has_nothing_left(
    event, physician, sessions, organiser, django_capture_on_commit_callbacks
):
    nurse = stage.make_registration(event, profession="nurse")
    stage.attend(nurse, sessions["S1"])
    stage.make_registration(event)  # never came

    with django_capture_on_commit_callbacks(execute=True):
        job = request_presence_certificates(event=event, actor=organiser, at=stage.CLAIM_TIME)

    job.refresh_from_db()
    assert (job.total, job.state) == (2, "done")
    assert {
        (one.registration, one.kind, one.is_ready, one.facts["credits"])
        for one in Certificate.objects.all()
    } == {(physician, "attendance", True, ""), (nurse, "participation", True, "")}
    with pytest.raises(InputRefused):
        request_presence_certificates(event=event, actor=organiser, at=stage.CLAIM_TIME)
    with pytest.raises(InputRefused):
        request_rendering(event=event, actor=organiser, at=stage.CLAIM_TIME)


def test_a_crowd_certified_together_gets_what_each_would_get_alone(
    event, physician, sessions, organiser, django_capture_on_commit_callbacks
):
    nurse = stage.make_registration(event, profession="nurse")
    stage.attend(nurse, sessions["S1"])
    lunch = Session.objects.create(
        event=event,
        external_id="lunch",
        code="lunch",
        title="Almuerzo",
        room=sessions["S1"].room,
        starts_at=stage.at_clock(event, "12:30"),
        ends_at=stage.at_clock(event, "13:30"),
        changed_at=stage.NOON,
    )
    lunched = stage.make_registration(event)
    stage.attend(lunched, lunch)
    stage.attend(lunched, sessions["S4"])
    people = [physician, nurse, lunched]

    with django_capture_on_commit_callbacks(execute=True):
        job = request_presence_certificates(event=event, actor=organiser, at=stage.CLAIM_TIME)

    job.refresh_from_db()
    assert list(job.items.values_list("state", "attempts")) == [("done", 1)] * 3
    together = {one.registration_id: one for one in Certificate.objects.all()}
    for person in people:
        certificate = together[person.pk]
        revoke_certificate(
            certificate_id=certificate.pk,
            reason=CorrectionReason.FRAUD,
            actor=None,
            at=stage.CLAIM_TIME,
        )
        alone = certify_presence(registration_id=person.pk, actor=None, at=certificate.issued_at)
        assert without_numbers(alone) == without_numbers(certificate)
        assert alone.kind == certificate.kind
    assert [len(together[one.pk].facts["sessions"]) for one in people] == [5, 1, 2]


def without_numbers(certificate: Certificate) -> dict:
    """Its facts without what is drawn at random for each."""
    text = json.dumps(certificate.facts)
    for drawn in ("serial", "code", "url"):
        text = text.replace(certificate.facts[drawn].removesuffix("/"), drawn)
    return json.loads(text)


def test_one_who_may_not_be_certified_spoils_nothing_for_the_others(
    event, physician, designation, organiser, django_capture_on_commit_callbacks
):
    absent = stage.make_registration(event)
    with django_capture_on_commit_callbacks(execute=True):
        job = request_job(
            CERTIFY_JOB,
            event=event,
            subject_ids=[absent.pk, physician.pk],
            options={},
            actor=organiser,
            at=stage.CLAIM_TIME,
        )

    assert list(job.items.values_list("subject_id", "state")) == [
        (absent.pk, "failed"),
        (physician.pk, "done"),
    ]
    assert Certificate.objects.get().registration == physician


def test_the_queries_of_a_crowd_do_not_grow_with_it_but_for_what_is_written(
    event, sessions, designation, django_assert_num_queries
):
    people = [stage.make_registration(event) for _number in range(5)]
    for person in people:
        stage.attend(person, sessions["S1"])
    ids = [person.pk for person in people]
    read = 12  # with the two of the transaction

    with django_assert_num_queries(read + 2):  # a certificate and its line of history
        certify_presences(registration_ids=ids[:1], actor=None, at=stage.CLAIM_TIME)
    with django_assert_num_queries(read + 2 * 4):
        certify_presences(registration_ids=ids[1:], actor=None, at=stage.CLAIM_TIME)
