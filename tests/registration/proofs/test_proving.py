"""A proof from the order to the decision, the full price, and back."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError

from conference.kernel import content_store
from conference.kernel.errors import InputRefused, TransitionRefused
from conference.models import EmailMessage, HistoryEntry, StoredFile
from registration.models import LedgerEntry, Price, StatusProof
from registration.operations.adding_people import add_person
from registration.operations.additions import release_unpaid_addition
from registration.operations.cancelling import cancel_order, cancel_registration
from registration.operations.changing import change_workshops
from registration.operations.deleting_proofs import delete_files_of_proofs
from registration.operations.expecting_proofs import (
    ask_for_proofs,
    expire_proofs,
    remind_of_proofs,
)
from registration.operations.expiring import expire_orders, release_unpaid_people
from registration.operations.proving import approve_proof, reject_proof
from registration.operations.refunding import record_refund_sent
from registration.operations.restoring import restore_order
from registration.operations.transferring import transfer_place
from registration.queries.orders import owed_minor
from registration.queries.proofs import file_of_proof, proof_on_the_desk
from registration.rules.proofs import FileRefused, ProofNotWanted, ProofReplaced
from tests.registration.money.conftest import pay
from tests.registration.ordering.conftest import ANA, buy, make_ticket_type, somebody, wish
from tests.registration.proofs.conftest import (
    EARLY,
    FULL,
    HALF,
    RITA,
    buy_as_resident,
    picture,
    prove_residents,
    submit,
)

pytestmark = pytest.mark.django_db
DUE = dt.datetime(2027, 2, 28, 2, 59, tzinfo=dt.UTC)  # the 27th ends in Buenos Aires
LATER = DUE + dt.timedelta(days=1)


def path_of(stored: StoredFile) -> Path:
    return content_store.path_of(Path(settings.MEDIA_ROOT), stored.sha256)


def reload(proof: StatusProof) -> StatusProof:
    return StatusProof.objects.select_related("registration__order", "file").get(pk=proof.pk)


def letters() -> list[tuple[str, str]]:
    return [
        (each.kind.removeprefix("registration/email/"), each.to_address)
        for each in EmailMessage.objects.filter(kind__contains="/proof_").order_by("pk")
    ]


def actions(proof) -> list[str]:
    entries = HistoryEntry.objects.filter(
        subject_type="registration.statusproof", subject_id=proof.pk
    )
    return list(entries.order_by("pk").values_list("action", flat=True))


def status_lines(order) -> list[tuple[str, str, int]]:
    lines = order.ledger_entries.filter(reason__startswith="status_").order_by("pk")
    return list(lines.values_list("kind", "reason", "amount_minor"))


def approve(proof, organiser, *, at=EARLY):
    proof.refresh_from_db()
    return approve_proof(proof_id=proof.pk, submission=proof.submissions, actor=organiser, at=at)


def reject(proof, organiser, *, choice="unreadable", reason="", at=EARLY):
    proof.refresh_from_db()
    return reject_proof(
        proof_id=proof.pk, submission=proof.submissions, choice=choice, reason=reason,
        actor=organiser, at=at,
    )  # fmt: skip


def test_whoever_pays_less_for_her_status_owes_a_proof_with_both_prices(order):
    (registration,) = order.registrations.all()
    proof = registration.status_proof

    assert (proof.state, proof.profession, proof.due_at) == ("missing", "resident", DUE)
    assert (proof.status_price_minor, proof.full_price_minor) == (HALF, FULL)
    assert proof.difference.amount_minor == 9_000
    assert registration.price_minor == HALF
    assert registration.price_reason == {"profession": "resident", "to_be_proved": "resident"}
    assert proof.full_price_reason == {}


def test_nobody_owes_a_proof_who_pays_the_full_price_anyway(event, ticket):
    buy(ticket, attendee=ANA, at=EARLY)
    nurse = somebody(1)
    Price.objects.create(
        event=event, ticket_type=ticket, profession="nurse", currency="USD", amount_minor=HALF
    )
    buy(ticket, attendee=nurse, at=EARLY)  # cheaper, but nurses need not prove it
    other = make_ticket_type(event, "gala", price_minor=5_000)
    buy(other, attendee=RITA, at=EARLY)  # a resident, but the gala costs everybody the same

    assert not StatusProof.objects.exists()


def test_nobody_owes_a_proof_where_the_organisers_ask_for_none(policy, ticket):
    prove_residents(policy, proof_professions=[])

    order = buy(ticket, attendee=RITA, at=EARLY)

    assert order.total_minor == HALF
    assert not StatusProof.objects.exists()


def test_a_ticket_for_students_is_proved_by_whoever_buys_it(event, policy, ticket):
    cheap = make_ticket_type(event, "student", price_minor=6_000, without_proof=ticket)
    order = buy_as_resident(cheap, attendee=ANA)  # nobody asks physicians, but her ticket does
    ask_for_proofs(at=EARLY)
    proof = order.registrations.get().status_proof
    assert (proof.status_in_words, proof.full_price_minor) == ("Student", FULL)
    assert order.registrations.get().price_reason == {"to_be_proved": "ticket"}

    expire_proofs(at=DUE)

    assert owed_minor(order) == 12_000
    assert ticket.without_proof is None


def test_a_ticket_of_another_event_is_nobodys_full_price(event, other_event, policy):
    elsewhere = make_ticket_type(other_event, "elsewhere")
    with pytest.raises(IntegrityError, match="ticket_type_without_proof_of_its_event"):
        make_ticket_type(event, "student", without_proof=elsewhere)


def test_a_free_ticket_for_residents_is_proved_too(event, policy):
    prove_residents(policy)
    ticket = make_ticket_type(event, price_minor=FULL)
    Price.objects.create(
        event=event, ticket_type=ticket, profession="resident", currency="USD", amount_minor=0
    )
    order = buy(ticket, attendee=RITA, at=EARLY)
    ask_for_proofs(at=EARLY)

    expire_proofs(at=DUE)

    order.refresh_from_db()
    assert (order.state, order.payment_method, order.total_minor) == (
        "confirmed", "bank_transfer", FULL,
    )  # fmt: skip
    assert owed_minor(order) == FULL


def test_she_is_asked_once_after_her_place_is_confirmed(ticket):
    order = buy_as_resident(ticket, is_paid=False)
    assert ask_for_proofs(at=EARLY) == 0

    pay(order, HALF, at=EARLY, received_at=EARLY)

    assert (ask_for_proofs(at=EARLY), ask_for_proofs(at=EARLY)) == (1, 0)
    assert letters() == [("proof_asked", "rita@example.org")]
    letter = EmailMessage.objects.get(kind__endswith="proof_asked")
    assert "180" in letter.text_body
    assert "90" in letter.text_body
    assert f"/r/{order.registrations.get().token}/proof/" in letter.text_body
    assert actions(StatusProof.objects.get()) == ["proof.asked"]


def test_whose_money_comes_late_is_asked_and_has_some_days(ticket):
    order = buy_as_resident(ticket, is_paid=False)
    pay(order, HALF, at=LATER, received_at=LATER)

    ask_for_proofs(at=LATER)

    assert expire_proofs(at=LATER) == 0
    assert StatusProof.objects.get().due_at == DUE + dt.timedelta(days=4)


def test_she_is_reminded_once_in_the_last_days(proof):
    assert remind_of_proofs(at=DUE - dt.timedelta(days=4)) == 0

    near = DUE - dt.timedelta(days=2)
    assert (remind_of_proofs(at=near), remind_of_proofs(at=near)) == (1, 0)

    assert letters()[1:] == [("proof_reminder", "rita@example.org")]


def test_nobody_is_reminded_who_did_her_part(submitted):
    assert remind_of_proofs(at=DUE - dt.timedelta(days=2)) == 0


def test_a_file_is_kept_encrypted_and_opens_for_whoever_may_see_it(proof):
    submit(proof, picture(colour="navy"), said="  My residency\nends in June.  ")

    kept = reload(proof)
    assert (kept.state, kept.submissions, kept.media_type) == ("submitted", 1, "image/jpeg")
    assert kept.said == "My residency ends in June."
    assert file_of_proof(kept).startswith(b"\xff\xd8\xff")
    assert b"\xff\xd8\xff" not in path_of(kept.file).read_bytes()
    assert actions(proof) == ["proof.asked", "proof.submitted"]


def test_a_refused_file_changes_nothing(proof):
    with pytest.raises(FileRefused):
        submit(proof, b"<html></html>")

    assert reload(proof).state == "missing"
    assert not StoredFile.objects.exists()


def test_another_file_takes_the_place_of_the_first(submitted, django_capture_on_commit_callbacks):
    first = path_of(submitted.file)

    with django_capture_on_commit_callbacks(execute=True):
        again = submit(submitted, picture(colour="red"))

    assert again.submissions == 2
    assert not first.exists()
    assert path_of(reload(submitted).file).exists()
    assert StoredFile.objects.count() == 1


def test_an_approval_is_told_and_says_who_and_when(submitted, organiser):
    approve(submitted, organiser, at=LATER)

    proof = reload(submitted)
    assert (proof.state, proof.decided_by, proof.decided_at) == ("approved", organiser, LATER)
    assert letters()[-1] == ("proof_approved", "rita@example.org")
    assert actions(proof)[-1] == "proof.approved"
    assert expire_proofs(at=LATER) == 0


def test_a_rejection_says_why_in_her_language_and_she_sends_another_one(submitted, organiser):
    reject(submitted, organiser, choice="other_person", reason="It says Ana.", at=DUE)

    proof = reload(submitted)
    assert proof.state == "rejected"
    assert proof.rejection_reason.endswith("It says Ana.")
    assert proof.due_at == DUE + dt.timedelta(days=3)
    assert letters()[-1] == ("proof_rejected", "rita@example.org")
    assert "It says Ana." in EmailMessage.objects.get(kind__endswith="proof_rejected").text_body

    submit(proof, at=DUE)

    assert (reload(proof).state, reload(proof).rejection_reason) == ("submitted", "")


def test_a_rejection_without_a_reason_is_refused(submitted, organiser):
    with pytest.raises(InputRefused) as refusal:
        reject(submitted, organiser, choice="", reason=" ")

    assert refusal.value.field == "reason"
    assert reload(submitted).state == "submitted"


def test_the_second_reviewer_decides_nothing(submitted, organiser):
    approve(submitted, organiser)

    with pytest.raises(TransitionRefused):
        reject(submitted, organiser)

    assert reload(submitted).state == "approved"
    assert actions(submitted).count("proof.approved") == 1


def test_nobody_decides_about_a_file_she_did_not_see(submitted, organiser):
    seen = submitted.submissions
    submit(submitted)

    with pytest.raises(ProofReplaced):
        approve_proof(proof_id=submitted.pk, submission=seen, actor=organiser, at=EARLY)

    assert reload(submitted).state == "submitted"


def test_after_its_date_the_full_price_is_charged_once_and_told(proof, order):
    assert (expire_proofs(at=DUE - dt.timedelta(minutes=1)), expire_proofs(at=DUE)) == (0, 1)
    assert expire_proofs(at=LATER) == 0

    registration = order.registrations.get()
    order.refresh_from_db()
    assert (reload(proof).state, reload(proof).charged_at) == ("expired", DUE)
    assert (registration.price_minor, registration.price_reason) == (FULL, {})
    assert status_lines(order) == [("charge", "status_not_proved", 9_000)]
    assert (order.state, order.total_minor, owed_minor(order)) == ("confirmed", FULL, 9_000)
    assert letters()[-1] == ("proof_expired", "rita@example.org")
    assert "90" in EmailMessage.objects.get(kind__endswith="proof_expired").text_body
    assert actions(proof)[-1] == "proof.expired"


def test_who_pays_for_her_is_told_of_the_full_price_too(ticket):
    buy_as_resident(ticket, payer_email="hospital@example.org", payer_name="Hospital")
    ask_for_proofs(at=EARLY)

    expire_proofs(at=DUE)

    assert letters() == [
        ("proof_asked", "rita@example.org"),
        ("proof_expired", "rita@example.org"),
        ("proof_expired", "hospital@example.org"),
    ]


def test_what_waits_for_review_never_expires(submitted, order):
    assert expire_proofs(at=LATER + dt.timedelta(days=30)) == 0

    assert reload(submitted).state == "submitted"
    assert owed_minor(order) == 0


def test_a_rejected_one_that_is_not_sent_again_expires(submitted, organiser, order):
    reject(submitted, organiser)

    assert expire_proofs(at=DUE) == 1

    assert owed_minor(order) == 9_000


def test_a_place_that_is_not_paid_or_is_over_expires_no_proof(ticket, organiser):
    buy_as_resident(ticket, is_paid=False)
    paid = buy_as_resident(ticket, attendee=somebody(1).__class__(**{
        **{name: getattr(RITA, name) for name in RITA.__slots__}, "email": "b@example.org",
    }))  # fmt: skip
    ask_for_proofs(at=EARLY)
    cancel_registration(
        registration_id=paid.registrations.get().pk, by_herself=False, actor=organiser, at=EARLY
    )
    expire_orders(at=LATER)

    assert expire_proofs(at=LATER) == 0

    assert not LedgerEntry.objects.filter(reason__startswith="status_").exists()


def test_an_approval_after_its_date_gives_the_difference_back(proof, order, organiser):
    expire_proofs(at=DUE)
    pay(order, 9_000, "T-more", at=LATER, received_at=LATER)
    submit(proof, at=LATER)
    assert expire_proofs(at=LATER) == 0

    approve(proof, organiser, at=LATER)

    order.refresh_from_db()
    assert (reload(proof).state, reload(proof).charged_at) == ("approved", None)
    assert reload(proof).registration.price_minor == HALF
    assert reload(proof).registration.price_reason["profession"] == "resident"
    assert status_lines(order) == [
        ("charge", "status_not_proved", 9_000),
        ("waiver", "status_proved", -9_000),
    ]
    assert (order.total_minor, owed_minor(order)) == (HALF, -9_000)
    assert proof_on_the_desk(order.event, proof.pk).too_much.amount_minor == 9_000
    assert actions(proof)[-2:] == ["proof.given_back", "proof.approved"]


def test_the_full_price_takes_no_seat_that_was_added_and_paid(proof, order, ultrasound):
    expire_proofs(at=DUE)
    change_workshops(
        registration_id=proof.registration_id, workshops=["ultrasound"], by_herself=True,
        actor=None, at=DUE,
    )  # fmt: skip
    booking = proof.registration.workshop_bookings.get()
    pay(order, 5_000, "T-seat", at=DUE, received_at=DUE)

    assert not release_unpaid_addition(booking_id=booking.pk, at=booking.must_be_paid_by)

    booking.refresh_from_db()
    assert (booking.state, booking.must_be_paid_by) == ("active", None)
    assert owed_minor(order) == 9_000


def test_a_late_one_that_is_rejected_is_not_charged_twice(proof, order, organiser):
    expire_proofs(at=DUE)
    submit(proof, at=LATER)
    reject(proof, organiser, at=LATER)

    assert expire_proofs(at=LATER + dt.timedelta(days=9)) == 1

    assert owed_minor(order) == 9_000
    assert reload(proof).state == "expired"


def test_who_cancels_after_the_full_price_was_charged_owes_nothing_more(proof, order, organiser):
    expire_proofs(at=DUE)

    cancellation = cancel_registration(
        registration_id=proof.registration_id, by_herself=False, actor=organiser, at=LATER
    )

    assert cancellation.price.amount_minor == FULL


def test_nothing_is_taken_after_approval_or_for_a_place_that_is_over(submitted, organiser):
    approve(submitted, organiser)
    with pytest.raises(ProofNotWanted):
        submit(submitted)
    assert reload(submitted).submissions == 1


def test_a_cancellation_that_was_a_mistake_leaves_time_to_prove_it(proof, order, organiser):
    cancel_order(order_id=order.pk, actor=organiser, at=DUE - dt.timedelta(hours=1))
    later = DUE + dt.timedelta(hours=1)
    assert expire_proofs(at=later) == 0

    restore_order(order_id=order.pk, actor=organiser, at=later)

    assert expire_proofs(at=later) == 0
    assert reload(proof).due_at == DUE + dt.timedelta(days=4)


def test_a_file_deleted_meanwhile_is_asked_for_again(submitted, order, organiser, policy):
    policy.proof_file_days = 1
    policy.save(update_fields=("proof_file_days",))
    cancel_order(order_id=order.pk, actor=organiser, at=EARLY)
    later = EARLY + dt.timedelta(days=2)
    assert delete_files_of_proofs(at=later) == 1

    restore_order(order_id=order.pk, actor=organiser, at=later)

    assert reload(submitted).state == "missing"
    assert ask_for_proofs(at=later) == 1


def test_who_gets_the_place_proves_it_herself(submitted, organiser):
    approve(submitted, organiser)
    other = RITA.__class__(
        **{**{name: getattr(RITA, name) for name in RITA.__slots__}, "email": "nova@example.org"}
    )

    transfer_place(
        registration_id=submitted.registration_id, attendee=other, by_herself=True, actor=None,
        at=LATER,
    )  # fmt: skip

    proof = reload(submitted)
    assert (proof.state, proof.file, proof.decided_by) == ("missing", None, None)
    assert proof.due_at > LATER
    assert ask_for_proofs(at=LATER) == 1
    assert letters()[-1] == ("proof_asked", "nova@example.org")


def test_who_gets_the_place_from_the_organisers_without_such_a_status_proves_nothing(
    proof, organiser
):
    transfer_place(
        registration_id=proof.registration_id, attendee=ANA, by_herself=False, actor=organiser,
        at=EARLY,
    )  # fmt: skip

    assert reload(proof).state == "not_needed"
    assert expire_proofs(at=LATER) == 0


def test_a_file_of_the_person_before_is_no_file_of_the_new_one(submitted, organiser):
    seen = submitted.submissions
    other = RITA.__class__(
        **{**{name: getattr(RITA, name) for name in RITA.__slots__}, "email": "nova@example.org"}
    )
    transfer_place(
        registration_id=submitted.registration_id, attendee=other, by_herself=True, actor=None,
        at=EARLY,
    )  # fmt: skip
    submit(submitted)

    with pytest.raises(ProofReplaced):
        approve_proof(proof_id=submitted.pk, submission=seen, actor=organiser, at=EARLY)

    assert reload(submitted).state == "submitted"


def add(order, ticket_type, *, at):
    return add_person(
        order_id=order.pk, person=wish(ticket_type, attendee=ANA), terms_accepted=True, actor=None,
        at=at,
    )  # fmt: skip


def test_a_full_price_that_was_paid_pays_for_nobody_else(proof, order, event):
    expire_proofs(at=DUE)
    pay(order, 9_000, "difference", at=DUE)
    gala = make_ticket_type(event, "gala", price_minor=5_000)
    added = add(order, gala, at=LATER)

    release_unpaid_people(at=LATER + dt.timedelta(days=6))

    added.refresh_from_db()
    assert (added.state, owed_minor(order)) == ("expired", 0)


def test_a_full_price_that_is_owed_keeps_nobody_waiting_who_is_paid_for(proof, order, event):
    expire_proofs(at=DUE)
    gala = make_ticket_type(event, "gala", price_minor=5_000)
    added = add(order, gala, at=LATER)

    pay(order, 5_000, "hers", at=LATER)

    added.refresh_from_db()
    assert (added.state, owed_minor(order)) == ("confirmed", 9_000)


def test_money_back_for_another_place_forgives_no_full_price(ticket, policy, organiser):
    policy.refund_steps = [{"days_before": 1, "percent": 100}]
    policy.save(update_fields=("refund_steps",))
    people = [wish(ticket, attendee=RITA), wish(ticket, attendee=ANA)]
    order = buy(ticket, people=people, at=EARLY)
    pay(order, HALF + FULL, "both", at=EARLY)
    ask_for_proofs(at=EARLY)
    expire_proofs(at=DUE)
    cancel_registration(
        registration_id=order.registrations.get(email=ANA.email).pk, by_herself=False,
        actor=organiser, at=LATER,
    )  # fmt: skip

    for refund in order.refunds.all():
        record_refund_sent(refund_id=refund.pk, external_id="back", actor=organiser, at=LATER)

    assert owed_minor(order) == 9_000


def test_who_cancels_with_the_full_price_unpaid_keeps_and_owes_no_fee(
    proof, order, policy, organiser
):
    policy.refund_steps = [{"days_before": 1, "percent": 100}]
    policy.save(update_fields=("refund_steps",))
    expire_proofs(at=DUE)

    cancellation = cancel_registration(
        registration_id=proof.registration_id, by_herself=False, actor=organiser, at=LATER
    )

    assert (cancellation.fee.amount_minor, cancellation.refund.amount_minor) == (0, HALF)
    refund = order.refunds.get()
    record_refund_sent(refund_id=refund.pk, external_id="back", actor=organiser, at=LATER)
    assert owed_minor(order) == 0
