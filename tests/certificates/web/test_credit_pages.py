import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from certificates.models import Certificate, CreditClaim, EvaluationCompletion
from certificates.operations.claiming import claim_credits
from certificates.operations.rendering import render_certificate
from certificates.operations.revoking import reissue_certificate, revoke_certificate
from certificates.rules.public_ids import public_id_from, typed_code
from certificates.states import CorrectionReason
from conference.kernel.content_store import path_of
from conference.web.kept import without_token
from tests.certificates import stage
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_window_is_open_now(activity):
    """The pages look at the real clock, which is before the congress."""
    activity.claim_opens_at = timezone.now() - dt.timedelta(hours=1)
    activity.save(update_fields=("claim_opens_at",))


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


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


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_a_physician_walks_from_her_credits_to_the_sealed_file(
    english, physician, designation, activity, django_capture_on_commit_callbacks
):
    home = f"/r/{physician.token}/credits/"
    scale, words = activity.questions.all()

    first_page = page(english, home)
    assert '<p class="credit-amount">6.00</p>' in first_page
    assert f"{home}evaluation/" in first_page
    assert f"{home}{designation.pk}/claim/" not in first_page
    assert "Sesión S2" in first_page

    sent = english.post(
        f"{home}evaluation/", {f"question_{scale.pk}": "4", f"question_{words.pk}": "Sombra"}
    )
    assert (sent.status_code, sent.url) == (302, home)
    assert f"{home}{designation.pk}/claim/" in page(english, home)
    assert 'value="6.00"' in page(english, f"{home}{designation.pk}/claim/")

    with django_capture_on_commit_callbacks(execute=True):
        claimed = english.post(
            f"{home}{designation.pk}/claim/", {"claimed": "5.25", "attested": "on"}
        )
    assert (claimed.status_code, claimed.url) == (302, home)
    certificate = Certificate.objects.get()
    assert certificate.facts["credits"] == "5.25"

    file_path = f"/r/{physician.token}/certificates/{certificate.public_id}.pdf"
    assert file_path in page(english, home)
    file = english.get(file_path)
    assert file.status_code == 200
    assert file["Content-Type"] == "application/pdf"
    assert {"private", "no-store"} <= set(file["Cache-Control"].split(", "))
    assert (
        file["Content-Disposition"]
        == f'attachment; filename="certificate-{certificate.serial}.pdf"'
    )
    assert file.content.startswith(b"%PDF-")


def test_a_refused_claim_keeps_what_was_typed(english, physician, designation):
    stage.evaluate(physician)

    refused = english.post(
        f"/r/{physician.token}/credits/{designation.pk}/claim/",
        {"claimed": "6.50", "attested": "on"},
    )

    assert refused.status_code == 422
    assert 'value="6.50"' in refused.content.decode()
    assert "That is more than can be claimed." in refused.content.decode()
    assert not CreditClaim.objects.exists()


@pytest.mark.parametrize("amount", ["", "abc", "1e9", "NaN", "Infinity", "9" * 400, "1.005"])
def test_nonsense_instead_of_an_amount_is_refused(english, physician, designation, amount):
    stage.evaluate(physician)

    refused = english.post(
        f"/r/{physician.token}/credits/{designation.pk}/claim/",
        {"claimed": amount, "attested": "on"},
    )

    assert refused.status_code == 422
    assert not CreditClaim.objects.exists()


def test_an_incomplete_evaluation_is_shown_again(english, physician, activity):
    _scale, words = activity.questions.all()

    refused = english.post(
        f"/r/{physician.token}/credits/evaluation/", {f"question_{words.pk}": "Más pausas"}
    )

    assert refused.status_code == 422
    assert "Más pausas" in refused.content.decode()
    assert not EvaluationCompletion.objects.exists()


def test_while_the_file_is_made_the_page_looks_again_by_itself(english, certificate, physician):
    home = f"/r/{physician.token}/credits/"

    shown = page(english, home)
    assert 'hx-trigger="every 3s"' in shown
    assert "Being prepared" in shown
    not_yet = english.get(f"/r/{physician.token}/certificates/{certificate.public_id}.pdf")
    assert (not_yet.status_code, not_yet.url) == (302, home)

    render_certificate(certificate.pk, at=stage.CLAIM_TIME)
    partial = english.get(home, headers={"hx-request": "true"}).content.decode()
    assert partial.strip().startswith('<section id="certificates"')
    assert "hx-trigger" not in partial
    assert "Download the PDF" in partial


def test_a_certificate_is_found_only_behind_its_own_registration(english, event, certificate):
    other = stage.make_registration(event)

    assert (
        english.get(f"/r/{other.token}/certificates/{certificate.public_id}.pdf").status_code == 404
    )
    assert english.get(f"/r/{'0' * 26}/credits/").status_code == 404


def test_a_changed_file_is_never_handed_out(english, certificate, physician, settings):
    rendered = render_certificate(certificate.pk, at=stage.CLAIM_TIME)
    stored = path_of(Path(settings.MEDIA_ROOT), rendered.file.sha256)
    stored.write_bytes(stored.read_bytes()[:-1] + b"x")

    answer = english.get(f"/r/{physician.token}/certificates/{certificate.public_id}.pdf")

    assert answer.status_code == 503
    assert not answer.content.startswith(b"%PDF-")


def test_the_verification_page_says_valid_and_protects_the_holder(english, certificate, physician):
    response = english.get(f"/v/{certificate.public_id}/")

    text = response.content.decode()
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert "This certificate is valid" in text
    assert "M. J. N. Á." in text
    for expected in (
        certificate.serial,
        "Congreso Interamericano de Emergencias",
        "Buenos Aires",
        "14 al 18 de abril de 2027",
        "6.00",
        "Example Society of Emergency Medicine",
    ):
        assert expected in text
    for secret in ("Núñez", physician.email, physician.token, "physician", "365"):
        assert secret not in text


def test_lower_case_and_spaces_in_the_identifier_do_not_matter(english, certificate):
    assert "This certificate is valid" in page(english, f"/v/{certificate.public_id.lower()}/")


def test_a_superseded_certificate_leads_to_its_successor(english, certificate):
    new = reissue_certificate(
        certificate_id=certificate.pk, name="María José Núñez", actor=None, at=stage.CLAIM_TIME
    )

    text = page(english, f"/v/{certificate.public_id}/")

    assert "This certificate was superseded" in text
    assert f'href="/v/{new.public_id}/"' in text
    assert "This certificate is valid" in page(english, f"/v/{new.public_id}/")


def test_a_revoked_certificate_says_when_and_the_class_of_reason(english, certificate):
    revoke_certificate(
        certificate_id=certificate.pk,
        reason=CorrectionReason.FRAUD,
        actor=None,
        at=stage.CLAIM_TIME,
    )

    text = page(english, f"/v/{certificate.public_id}/")

    assert "This certificate was revoked" in text
    assert "16 April" in text
    assert "The issuer withdrew it" in text
    assert "Fraud" not in text


def test_unknown_and_malformed_addresses_answer_with_the_same_bytes(english, certificate):
    unknown = public_id_from(b"\x00" * 16)
    answers = [
        english.get(f"/v/{text}/")
        for text in (unknown, "0" * 26, "x", "A" * 300, "ñandú", "%27%20OR%201=1", "Z" * 26)
    ]
    answers.append(english.get("/v/", {"code": typed_code(unknown)}))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


def test_the_typed_code_leads_to_the_certificate_and_a_misread_one_is_told(english, certificate):
    code = typed_code(certificate.public_id)

    found = english.get("/v/", {"code": code.lower().replace("-", " ")})
    assert (found.status_code, found.url) == (302, f"/v/{certificate.public_id}/")

    misread = ("0" if code[0] != "0" else "1") + code[1:]
    refused = english.get("/v/", {"code": misread})
    assert refused.status_code == 422
    assert misread in refused.content.decode()


def test_the_api_tells_the_same(english, certificate):
    answer = english.get(f"/api/v1/certificates/{certificate.public_id}/")

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "public_id": certificate.public_id,
        "serial": certificate.serial,
        "state": "valid",
        "kind": "cme_award",
        "holder_initials": "M. J. N. Á.",
        "title": "Congreso Interamericano de Emergencias",
        "place": "Buenos Aires, Argentina",
        "dates": "14 al 18 de abril de 2027",
        "credits": "6.00",
        "credit_name": "AMA PRA Category 1 Credits™",
        "provider": "Example Society of Emergency Medicine",
        "issued_at": "2027-04-16T15:00:00Z",
        "ended_at": None,
        "public_reason": None,
        "successor_public_id": "",
        "file_sha256": "",
    }
    assert english.get("/api/v1/certificates/nothing/").status_code == 404


def test_an_organiser_lists_revokes_and_reissues(organiser, event, certificate):
    client = signed_in(organiser)
    desk = f"/desk/{event.slug}/certificates/"

    assert certificate.serial in page(client, desk)
    assert certificate.serial not in page(client, f"{desk}?state=revoked")
    assert certificate.serial in page(client, f"{desk}?q=núñez")

    empty = client.post(f"{desk}{certificate.pk}/revoke/", {"revoke-reason": ""})
    assert empty.status_code == 422
    same = client.post(
        f"{desk}{certificate.pk}/reissue/", {"reissue-name": certificate.facts["name"]}
    )
    assert same.status_code == 422
    assert Certificate.objects.get().state == "valid"

    client.post(f"{desk}{certificate.pk}/reissue/", {"reissue-name": "María José Núñez"})
    new = Certificate.objects.get(state="valid")
    assert new.replaces == certificate
    client.post(f"{desk}{new.pk}/revoke/", {"revoke-reason": "fraud"})
    assert Certificate.objects.get(pk=new.pk).state == "revoked"
    assert new.serial in page(client, f"{desk}{certificate.pk}/")


def test_nobody_else_reaches_the_desk(
    other_organiser, door_volunteer, stranger, event, certificate
):
    for user in (other_organiser, door_volunteer, stranger):
        client = signed_in(user)
        desk = f"/desk/{event.slug}/certificates/"
        assert client.get(desk).status_code == 404
        revoked = client.post(f"{desk}{certificate.pk}/revoke/", {"revoke-reason": "fraud"})
        assert revoked.status_code == 404
    assert Certificate.objects.get().state == "valid"


def test_a_certificate_looked_at_again_costs_one_question_and_shows_its_end_at_once(
    english, certificate, django_assert_num_queries
):
    address = f"/v/{certificate.public_id}/"
    first = english.get(address)

    with django_assert_num_queries(1):
        again = english.get(address)
    assert without_token(again.content) == without_token(first.content)
    assert again["Cache-Control"] == "no-store"
    assert again["X-Robots-Tag"] == "noindex, nofollow"

    render_certificate(certificate.pk, at=stage.CLAIM_TIME)
    assert "data-compare-file" in page(english, address)

    revoke_certificate(
        certificate_id=certificate.pk,
        reason=CorrectionReason.FRAUD,
        actor=None,
        at=stage.CLAIM_TIME,
    )
    assert "This certificate was revoked" in page(english, address)
