import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from certificates.models import Certificate
from certificates.operations.bulk import request_presence_certificates, request_rendering
from certificates.operations.claiming import claim_credits
from certificates.operations.errors import NotRenderable
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
