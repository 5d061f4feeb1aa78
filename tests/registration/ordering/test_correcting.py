import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in

from conference.kernel.errors import DomainError, InputRefused
from conference.models import HistoryEntry
from registration.operations.correcting import correct_names, link_registrations_to_user
from registration.signals import details_correcting
from tests.conftest import NOON
from tests.registration.ordering.conftest import ANA, buy, somebody

pytestmark = pytest.mark.django_db


def correct(registration, **changes):
    return correct_names(
        **{
            "registration_id": registration.pk,
            "badge_name": registration.badge_name,
            "certificate_name": registration.certificate_name,
            "institution": registration.institution,
            "by_herself": True,
            "actor": None,
            "at": NOON,
            **changes,
        }
    )


@pytest.fixture
def registration(free_ticket):
    return buy(free_ticket).registrations.get()


def test_a_correction_is_noted_with_the_fields_but_not_the_names(registration):
    correct(registration, certificate_name="Ana Ñandú")

    registration.refresh_from_db()
    assert registration.certificate_name == "Ana Ñandú"
    entry = HistoryEntry.objects.get(action="registration.details_corrected")
    assert entry.data == {"fields": ["certificate_name"]}


def test_correcting_nothing_notes_nothing(registration):
    correct(registration)

    assert not HistoryEntry.objects.filter(action="registration.details_corrected").exists()


def test_an_empty_name_is_refused(registration):
    with pytest.raises(InputRefused) as refused:
        correct(registration, certificate_name="\u200b\u202e ")

    assert refused.value.field == "certificate_name"
    registration.refresh_from_db()
    assert registration.certificate_name == ANA.certificate_name


def test_a_higher_app_may_refuse_a_correction(registration):
    def refuse(**_details):
        raise DomainError("A certificate carries this name.")

    details_correcting.connect(refuse)
    try:
        with pytest.raises(DomainError):
            correct(registration, certificate_name="Eva")
    finally:
        details_correcting.disconnect(refuse)

    registration.refresh_from_db()
    assert registration.certificate_name == ANA.certificate_name


def test_an_account_finds_the_places_of_its_verified_addresses(free_ticket, stranger):
    hers = buy(free_ticket).registrations.get()
    other = buy(free_ticket, attendee=somebody(1)).registrations.get()

    number = link_registrations_to_user(user=stranger, verified_emails=["ANA@example.org"], at=NOON)

    hers.refresh_from_db()
    other.refresh_from_db()
    hers.order.refresh_from_db()
    assert number == 1
    assert (hers.person, hers.order.buyer, other.person) == (stranger, stranger, None)
    assert HistoryEntry.objects.filter(action="registration.linked").count() == 1


def test_logging_in_links_verified_addresses_only(free_ticket, stranger, rf):
    hers = buy(free_ticket).registrations.get()
    other = buy(free_ticket, attendee=somebody(1)).registrations.get()
    EmailAddress.objects.create(user=stranger, email="ana@example.org", verified=True)
    EmailAddress.objects.create(user=stranger, email=somebody(1).email, verified=False)

    user_logged_in.send(type(stranger), request=rf.get("/"), user=stranger)

    hers.refresh_from_db()
    other.refresh_from_db()
    assert (hers.person, other.person) == (stranger, None)
