import pytest

from certificates.operations.issuing import issue_certificate
from certificates.states import CertificateKind
from conference.kernel.errors import NotPermitted
from registration.operations.correcting import correct_names
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


def correct(registration, *, certificate_name, by_herself):
    return correct_names(
        registration_id=registration.pk, badge_name=registration.badge_name,
        certificate_name=certificate_name, institution="Hospital General",
        by_herself=by_herself, actor=None, at=NOON,
    )  # fmt: skip


@pytest.fixture
def certified(physician, activity):
    issue_certificate(
        kind=CertificateKind.ATTENDANCE, activity=activity, registration=physician,
        claim=None, actor=None, at=NOON,
    )  # fmt: skip
    return physician


def test_she_cannot_change_the_name_that_her_certificate_carries(certified):
    name = certified.certificate_name

    with pytest.raises(NotPermitted) as refused:
        correct(certified, certificate_name="Somebody Else", by_herself=True)

    certified.refresh_from_db()
    assert refused.value.field == "certificate_name"
    assert certified.certificate_name == name


def test_she_may_still_correct_the_rest(certified):
    correct(certified, certificate_name=certified.certificate_name, by_herself=True)

    certified.refresh_from_db()
    assert certified.institution == "Hospital General"


def test_the_organisers_may_correct_it(certified):
    correct(certified, certificate_name="María José Núñez", by_herself=False)

    certified.refresh_from_db()
    assert certified.certificate_name == "María José Núñez"
