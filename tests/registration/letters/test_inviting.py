"""Who gets a letter, what becomes of it, and what is left of the passport."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from conference.kernel.content_store import path_of
from conference.kernel.errors import InputRefused, TransitionRefused
from conference.models import EmailMessage, HistoryEntry, StoredFile
from registration.models import Registration, VisaLetter
from registration.operations.cancelling import cancel_order, cancel_registration
from registration.operations.inviting import (
    reject_letter,
    withdraw_forgotten_letters,
    withdraw_letter,
)
from registration.operations.purging_passports import purge_passports
from registration.operations.rendering_letters import render_forgotten_letters, render_letter
from registration.operations.transferring import transfer_place
from registration.queries.letters import (
    letter_verification_of,
    passport_of,
    risks_of_letter,
)
from registration.rules.letters import (
    LetterOpenAlready,
    NeedsSecondLook,
    NotEntitled,
    PassportGone,
)
from registration.states import LetterRisk, LetterState, WithdrawalCause
from tests.conftest import NOON
from tests.registration.documents.conftest import pay
from tests.registration.letters.conftest import EARLIER, PASSPORT, approve, ask
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = pytest.mark.django_db
AFTER_THE_EVENT = dt.datetime(2027, 5, 20, tzinfo=dt.UTC)  # 32 days after its last day


def actions() -> list[str]:
    return list(
        HistoryEntry.objects.filter(subject_type="registration.visaletter")
        .order_by("pk")
        .values_list("action", flat=True)
    )


def withdraw(letter, cause=WithdrawalCause.BY_ORGANISER):
    return withdraw_letter(letter_id=letter.pk, cause=cause, actor=None, at=NOON)


def reject(letter):
    return reject_letter(letter_id=letter.pk, reason="No such hospital", actor=None, at=NOON)


def test_a_passport_stands_nowhere_in_the_database_but_sealed(requested):
    assert passport_of(requested) == dataclasses.replace(PASSPORT, number="AAF123456")
    assert (requested.passport_last3, requested.holder_initials) == ("456", "A. M. Ñ. G. I.")
    assert requested.number is None
    with connection.cursor() as cursor:
        for table in ("registration_visaletter", "conference_historyentry"):
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text ~ 'AAF ?123456|NANDU|ÑANDÚ'"
            )
            assert cursor.fetchone() == (0,)
    assert actions() == ["letter.requested"]


def test_an_approved_letter_has_the_next_number_and_a_page(requested, event):
    letter = approve(requested)

    assert (letter.state, letter.number) == ("approved", 1)
    assert letter.written_number == f"V{event.pk}-00001"
    assert letter_verification_of(letter.public_id).is_valid
    assert actions() == ["letter.requested", "letter.approved"]


def test_a_letter_that_was_never_issued_has_no_page(requested):
    assert letter_verification_of(requested.public_id) is None
    reject(requested)
    assert letter_verification_of(requested.public_id) is None


def test_only_a_paid_and_confirmed_registration_is_invited(order, issuer, ana):
    unpaid = buy(order.registrations.get().ticket_type, attendee=somebody(7)).registrations.get()

    with pytest.raises(NotEntitled, match="paid and confirmed"):
        ask(unpaid)
    assert VisaLetter.objects.count() == 0


def test_who_owes_something_again_is_not_approved(requested, ana):
    from registration.models import LedgerEntry

    LedgerEntry.objects.create(
        order=ana.order, kind="charge", amount_minor=100, currency="USD", reason="change",
        entered_at=NOON,
    )  # fmt: skip

    with pytest.raises(NotEntitled):
        approve(requested)
    requested.refresh_from_db()
    assert requested.state == "requested"


def test_nobody_is_invited_to_an_event_that_is_over(ana):
    with pytest.raises(NotEntitled, match="over"):
        ask(ana, at=AFTER_THE_EVENT)


def test_without_somebody_who_signs_nobody_is_invited(paid_order):
    with pytest.raises(NotEntitled, match="signs"):
        ask(paid_order.registrations.get())


def test_a_person_has_one_letter_at_a_time_and_may_ask_again_after_a_no(ana):
    first = ask(ana)
    with pytest.raises(LetterOpenAlready):
        ask(ana)
    reject(first)
    second = ask(ana)

    assert VisaLetter.objects.count() == 2
    assert second.state == "requested"
    (email,) = EmailMessage.objects.filter(kind="registration/email/letter_rejected")
    assert "No such hospital" in email.text_body
    assert "AAF" not in email.text_body + email.html_body


STATES = {
    # from: (approve, reject, withdraw)
    "requested": (True, True, True),
    "approved": (False, False, True),
    "rejected": (False, False, False),
    "withdrawn": (False, False, False),
}


@pytest.mark.parametrize(("state", "allowed"), STATES.items())
@pytest.mark.parametrize("verb", [0, 1, 2], ids=["approve", "reject", "withdraw"])
def test_each_arrow_of_the_table_and_no_other(ana, state, allowed, verb):
    letter = ask(ana)
    if state != "requested":
        {"approved": approve, "rejected": reject, "withdrawn": withdraw}[state](letter)
    before = len(actions())
    act = (approve, reject, withdraw)[verb]

    if allowed[verb]:
        assert act(letter).state == ("approved", "rejected", "withdrawn")[verb]
        assert len(actions()) == before + 1
    else:
        with pytest.raises(TransitionRefused):
            act(letter)
        letter.refresh_from_db()
        assert letter.state == state
        assert len(actions()) == before


def test_a_cancelled_registration_takes_its_letter_with_it(approved, ana):
    cancel_order(order_id=ana.order_id, actor=None, at=NOON)

    approved.refresh_from_db()
    assert (approved.state, approved.withdrawal_cause) == ("withdrawn", "registration_ended")
    assert approved.withdrawn_at == NOON
    assert not letter_verification_of(approved.public_id).is_valid
    assert actions()[-1] == "letter.withdrawn"
    assert EmailMessage.objects.filter(kind="registration/email/letter_withdrawn").count() == 1


def test_one_cancelled_place_of_an_order_takes_its_letter_with_it(approved, ana):
    cancel_registration(registration_id=ana.pk, by_herself=False, actor=None, at=NOON)

    approved.refresh_from_db()
    assert (approved.state, approved.withdrawal_cause) == ("withdrawn", "registration_ended")


def test_a_place_given_to_somebody_else_leaves_its_letter_behind(approved, ana):
    transfer_place(
        registration_id=ana.pk, attendee=somebody(4), by_herself=False, actor=None, at=NOON
    )

    approved.refresh_from_db()
    assert (approved.state, approved.withdrawal_cause) == ("withdrawn", "given_away")
    (email,) = EmailMessage.objects.filter(kind="registration/email/letter_withdrawn")
    assert email.to_address == "ana@example.org"
    ana.refresh_from_db()
    assert ana.token not in email.text_body + email.html_body


def test_a_place_that_ended_behind_our_back_has_no_valid_letter_either(approved, ana):
    Registration.objects.filter(pk=ana.pk).update(state="cancelled", ended_at=NOON)

    assert not letter_verification_of(approved.public_id).is_valid
    assert withdraw_forgotten_letters(at=NOON) == 1
    assert withdraw_forgotten_letters(at=NOON) == 0
    approved.refresh_from_db()
    assert approved.state == "withdrawn"


# --- The second look -----------------------------------------------------------------------------


def test_a_letter_with_a_warning_needs_a_second_look(ana):
    letter = ask(ana, dataclasses.replace(PASSPORT, name="John Smith"))

    assert risks_of_letter(letter) == [LetterRisk.OTHER_NAME]
    with pytest.raises(NeedsSecondLook):
        approve(letter)
    letter.refresh_from_db()
    assert letter.state == "requested"

    assert approve(letter, looked_twice=True).state == "approved"
    assert HistoryEntry.objects.get(action="letter.approved").data["risks"] == ["other_name"]


def test_the_same_passport_of_another_person_is_noticed(approved, event):
    other = buy(make_ticket_type(event, "other"), attendee=somebody(3))
    pay(other, 18000, "T-9")
    registration = other.registrations.get()
    Registration.objects.filter(pk=registration.pk).update(registered_at=EARLIER)

    letter = ask(
        registration, dataclasses.replace(PASSPORT, name="Person Number 3", number="aaf-123.456")
    )

    assert risks_of_letter(letter) == [LetterRisk.SAME_PASSPORT]


def test_a_free_ticket_of_today_and_a_long_stay_are_noticed(free_ticket, issuer):
    registration = buy(free_ticket).registrations.get()

    letter = ask(registration, dataclasses.replace(PASSPORT, leaves_on=dt.date(2027, 5, 20)))

    assert risks_of_letter(letter) == [
        LetterRisk.FREE_TICKET,
        LetterRisk.LONG_STAY,
        LetterRisk.LATE_REGISTRATION,
    ]


BAD_PASSPORTS = {
    "number": ["", "1234", "A" * 16, "ABC<123>", "ＡＢＣ１２３４５", "ABC\x0012345", "٣٤٥٦٧٨"],
    "name": ["", " \u200b", "x" * 201, "a" + "\u0301" * 9],
    "nationality": ["", "XX", "Argentina"],
    "born_on": [dt.date(2030, 1, 1), dt.date(1850, 1, 1), NOON.date(), dt.date.min],
    "arrives_on": [dt.date(2027, 1, 1), dt.date(2027, 4, 19)],
    "leaves_on": [dt.date(2027, 4, 11), dt.date(2027, 8, 1), dt.date.max],
    "consulate": ["", "x" * 201],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, bad in BAD_PASSPORTS.items() for value in bad]
)
def test_what_cannot_be_a_passport_is_refused_at_its_field(ana, field, value):
    with pytest.raises(InputRefused) as refused:
        ask(ana, dataclasses.replace(PASSPORT, **{field: value}))

    assert refused.value.field == field
    assert VisaLetter.objects.count() == 0


# --- Deleting passports --------------------------------------------------------------------------


def test_passports_and_files_are_deleted_after_the_event_and_the_page_still_answers(approved):
    sha256 = render_letter(approved.pk, at=NOON).file.sha256
    path = path_of(Path(django_settings.MEDIA_ROOT), sha256)
    assert path.is_file()
    assert purge_passports(at=NOON) == 0

    with transaction.atomic():
        assert purge_passports(at=AFTER_THE_EVENT) == 1

    approved.refresh_from_db()
    assert approved.purged_at == AFTER_THE_EVENT
    assert (approved.sealed_passport, approved.passport_fingerprint, approved.passport_last3) == (
        "", "", "",
    )  # fmt: skip
    assert approved.file is None
    assert not StoredFile.objects.exists()
    with pytest.raises(PassportGone):
        passport_of(approved)
    assert letter_verification_of(approved.public_id).is_valid
    assert actions().count("letter.purged") == 1
    assert purge_passports(at=AFTER_THE_EVENT) == 0
    assert render_forgotten_letters(at=AFTER_THE_EVENT) == 0
    assert risks_of_letter(approved) == []


def test_the_file_leaves_the_disk_once_that_is_certain(
    approved, django_capture_on_commit_callbacks
):
    sha256 = render_letter(approved.pk, at=NOON).file.sha256
    path = path_of(Path(django_settings.MEDIA_ROOT), sha256)

    with django_capture_on_commit_callbacks(execute=True):
        purge_passports(at=AFTER_THE_EVENT)

    assert not path.exists()


def test_a_request_nobody_answered_ends_with_the_event(requested):
    purge_passports(at=AFTER_THE_EVENT)

    requested.refresh_from_db()
    assert (requested.state, requested.withdrawal_cause) == ("withdrawn", "event_over")
    assert requested.sealed_passport == ""


def test_what_was_rejected_is_deleted_sooner(requested):
    reject(requested)

    assert purge_passports(at=NOON + dt.timedelta(days=29)) == 0
    assert purge_passports(at=NOON + dt.timedelta(days=31)) == 1


# --- What the database refuses -------------------------------------------------------------------

HALF_FILLED = {
    "letter_numbered_was_approved": {"number": 5},
    "letter_approved_has_its_number": {"state": "approved"},
    "letter_exactly_a_rejected_one_has_a_reason": {"state": "rejected", "decided_at": NOON},
    "letter_exactly_a_withdrawn_one_has_time_and_cause": {"withdrawn_at": NOON},
    "letter_has_its_passport_until_it_is_purged": {"sealed_passport": ""},
    "letter_state_is_known": {"state": "lost"},
}


@pytest.mark.parametrize(("constraint", "changes"), HALF_FILLED.items())
def test_a_half_filled_letter_is_refused(requested, constraint, changes):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        VisaLetter.objects.filter(pk=requested.pk).update(**changes)


def test_a_letter_is_never_deleted_renumbered_or_given_to_another(approved):
    letters = VisaLetter.objects.filter(pk=approved.pk)
    for change in (
        letters.delete,
        lambda: letters.update(number=9, written_number="V-9"),
        lambda: letters.update(public_id="0" * 26),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_database_approves_no_letter_of_a_place_that_is_not_confirmed(requested, ana):
    Registration.objects.filter(pk=ana.pk).update(state="cancelled", ended_at=NOON)

    with pytest.raises(IntegrityError, match="confirmed registration"), transaction.atomic():
        VisaLetter.objects.filter(pk=requested.pk).update(
            state=LetterState.APPROVED, number=1, written_number="V-1", decided_at=NOON
        )
