from contextlib import suppress

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.kernel.job_kinds import JobKind, register_job_kind
from registration.operations import (
    asking,
    deleting_proofs,
    deriving_attendance,
    expecting_proofs,
    forgetting,
    hearing,
    inviting,
    purging_passports,
    reconciling,
    rendering_documents,
    rendering_letters,
    setting_quotas,
    writing_papers,
)
from registration.operations.catching_up_papers import CREDIT_NOTES_JOB, RECEIPTS_JOB
from registration.operations.documenting import credit_refund, issue_receipt
from registration.operations.expiring import expire_what_is_over
from registration.operations.making_vouchers import give_back_places_of_ended_vouchers
from registration.operations.offering import offer_freed_places as offer_places_of
from registration.operations.offering import serve_waiting_lists
from registration.operations.questioning import forget_answers_whose_time_is_over
from registration.operations.returning_seats import return_unused_seats
from registration.providers.base import ProviderRefused, ProviderUnavailable
from registration.rules.queueing import Line
from registration.rules.refusals import KeysRefused


@shared_task(name="registration.expire_held_orders")
def expire_held_orders() -> None:
    expire_what_is_over(at=timezone.now())


@shared_task(name="registration.forget_answers")
def forget_answers() -> None:
    forget_answers_whose_time_is_over(at=timezone.now())


@shared_task(name="registration.settle_changed_quotas")
def settle_changed_quotas() -> None:
    setting_quotas.settle_changed_quotas(at=timezone.now())


@shared_task(name="registration.give_back_kept_places")
def give_back_kept_places() -> None:
    give_back_places_of_ended_vouchers(at=timezone.now())


@shared_task(name="registration.return_unused_group_seats")
def return_unused_group_seats() -> None:
    return_unused_seats(at=timezone.now())


@shared_task(name="registration.offer_freed_places")
def offer_freed_places(ticket_type_id: int, workshop_id: int) -> None:
    """One of the two is 0."""
    line = Line(ticket_type_id=ticket_type_id or None, workshop_id=workshop_id or None)
    offer_places_of(line, at=timezone.now())


@shared_task(name="registration.serve_waiting_lists")
def serve_forgotten_waiting_lists() -> None:
    serve_waiting_lists(at=timezone.now())


@shared_task(name="registration.derive_attendance")
def derive_attendance(registration_id: int) -> None:
    deriving_attendance.derive_attendance([registration_id], at=timezone.now())


@shared_task(name="registration.derive_forgotten_attendance")
def derive_forgotten_attendance() -> None:
    deriving_attendance.derive_forgotten_attendance(at=timezone.now())


@shared_task(name="registration.render_document")
def render_document(document_id: int) -> None:
    rendering_documents.render_document(document_id, at=timezone.now())


@shared_task(name="registration.render_forgotten_documents")
def render_forgotten_documents() -> None:
    rendering_documents.render_forgotten_documents(at=timezone.now())


@shared_task(name="registration.write_receipt")
def write_receipt(payment_id: int) -> None:
    writing_papers.write_receipt(payment_id=payment_id, at=timezone.now())


@shared_task(name="registration.write_credit_note")
def write_credit_note(refund_id: int) -> None:
    writing_papers.write_credit_note(refund_id=refund_id, at=timezone.now())


@shared_task(name="registration.write_forgotten_papers")
def write_forgotten_papers() -> None:
    writing_papers.write_forgotten_papers(at=timezone.now())


def _write_receipt(_job_id: int, payment_id: int) -> None:
    issue_receipt(payment_id=payment_id, at=timezone.now())


register_job_kind(JobKind(name=RECEIPTS_JOB, do_item=_write_receipt, title=_("Receipts")))


def _write_credit_note(_job_id: int, refund_id: int) -> None:
    credit_refund(refund_id=refund_id, actor=None, at=timezone.now())


register_job_kind(
    JobKind(name=CREDIT_NOTES_JOB, do_item=_write_credit_note, title=_("Credit notes"))
)


@shared_task(name="registration.look_into_message")
def look_into_message(message_id: int) -> None:
    hearing.look_into(message_id=message_id, at=timezone.now())


@shared_task(name="registration.carry_out_refund")
def carry_out_refund(refund_id: int) -> None:
    asking.carry_out_refund(refund_id=refund_id, at=timezone.now())


@shared_task(name="registration.reconcile_payments")
def reconcile_payments() -> None:
    reconciling.reconcile(at=timezone.now())


@shared_task(name="registration.ask_about_attempt")
def ask_about_attempt(attempt_id: int) -> None:
    # A provider that is away is asked again by the reconciliation.
    with suppress(ProviderUnavailable, ProviderRefused, KeysRefused):
        asking.ask_about(attempt_id=attempt_id, at=timezone.now())


@shared_task(name="registration.render_letter")
def render_letter(letter_id: int) -> None:
    rendering_letters.render_letter(letter_id, at=timezone.now())


@shared_task(name="registration.tidy_letters")
def tidy_letters() -> None:
    """What was forgotten: files of letters, and letters of places that have ended."""
    rendering_letters.render_forgotten_letters(at=timezone.now())
    inviting.withdraw_forgotten_letters(at=timezone.now())


@shared_task(name="registration.forget_old_records")
def forget_old_records() -> None:
    """Names on waiting lists and bodies of providers' messages that are no longer needed."""
    forgetting.forget_old_records(at=timezone.now())


@shared_task(name="registration.purge_passports")
def purge_passports() -> None:
    purging_passports.purge_passports(at=timezone.now())


@shared_task(name="registration.tend_proofs")
def tend_proofs() -> None:
    """Ask for proofs of a status, remind of them, and charge the full price where none came."""
    expecting_proofs.ask_for_proofs(at=timezone.now())
    expecting_proofs.remind_of_proofs(at=timezone.now())
    expecting_proofs.expire_proofs(at=timezone.now())


@shared_task(name="registration.delete_files_of_proofs")
def delete_files_of_proofs() -> None:
    deleting_proofs.delete_files_of_proofs(at=timezone.now())
