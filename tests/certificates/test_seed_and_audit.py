"""The demo edition is believable, consistent and repeatable; the audit finds what is planted."""

import datetime as dt
import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from conference.models import Event, HistoryEntry
from registration.imports.proof_file import read_proof
from registration.models import (
    AttendanceInterval,
    Badge,
    Group,
    Order,
    Payment,
    Registration,
    ScanEvent,
    StatusProof,
    TicketType,
    Voucher,
    WaitingEntry,
)
from registration.queries.proofs import file_of_proof
from schedule.models import Session

DAY = dt.date(2027, 4, 17)
SLUG = "congreso-demo"


def seed(people: int = 40) -> None:
    call_command(
        "seed_demo", people=people, seed=7, day=DAY, stdout=io.StringIO(), stderr=io.StringIO()
    )


def audited() -> str:
    out = io.StringIO()
    call_command("audit", stdout=out)
    return out.getvalue()


@pytest.fixture
def edition(db) -> Event:
    seed()
    return Event.objects.get(slug=SLUG)


def test_the_edition_is_a_congress_of_five_days_and_twelve_rooms(edition):
    assert (edition.last_day - edition.first_day).days == 4
    assert edition.rooms.count() == 12
    assert Session.objects.filter(event=edition).count() == 300
    assert Event.objects.filter(kind="course").count() == 3
    alone = Registration.objects.filter(event=edition, order__is_for_group=False)
    assert alone.filter(voucher=None).count() == 40
    assert ScanEvent.objects.filter(event=edition).count() > 100
    assert AttendanceInterval.objects.filter(registration__event=edition).count() > 50


def test_each_order_has_the_history_that_its_life_would_have_written(edition):
    orders = Order.objects.filter(event=edition)
    lines = HistoryEntry.objects.filter(event=edition, subject_type="registration.order")

    def subjects(action: str) -> set[int]:
        return set(lines.filter(action=action).values_list("subject_id", flat=True))

    assert subjects("order.placed") == set(orders.values_list("pk", flat=True))
    assert subjects("order.confirmed") == set(
        orders.filter(confirmed_at__isnull=False).values_list("pk", flat=True)
    )
    assert subjects("payment.recorded") == set(
        Payment.objects.filter(order__event=edition).values_list("order", flat=True)
    )
    assert subjects("order.cancelled") | subjects("order.expired") == set(
        orders.filter(ended_at__isnull=False).values_list("pk", flat=True)
    )
    alone = orders.filter(is_for_group=False).values("pk")
    placed = lines.filter(action="order.placed", subject_id__in=alone).first()
    assert list(placed.data) == ["people"]
    assert placed.occurred_at == orders.get(pk=placed.subject_id).placed_at


def test_a_hospital_has_bought_seats_and_a_sponsor_was_given_some(edition):
    bought, given = Group.objects.filter(event=edition).order_by("is_sponsored")

    def seats(group: Group) -> Counter:
        return Counter(group.group_seats.values_list("state", flat=True))

    assert seats(bought) == {"named": 5, "invited": 1, "free": 2}
    assert (bought.order.state, bought.order.total_minor) == ("confirmed", 8 * 28_000)
    assert seats(given) == {"named": 1, "free": 3}
    assert (given.order.state, given.order.total_minor, given.join_most) == ("confirmed", 0, 2)
    assert min(bought.returns_at, given.returns_at).date() > DAY


def test_the_ultrasound_course_is_sold_out_and_the_first_who_waited_has_an_offer(edition):
    ticket = TicketType.objects.get(event__slug="curso-eco")
    entries = WaitingEntry.objects.filter(ticket_type=ticket).order_by("turn")

    assert ticket.places_taken == ticket.places > 10
    assert [entry.state for entry in entries] == ["offered"] + ["waiting"] * 5
    assert [entry.party_size for entry in entries] == [1, 1, 2, 1, 1, 1]
    assert ticket.waiting == 6
    assert entries[0].offer_ends_at.date() > DAY


def test_one_voucher_is_partly_used_and_one_keeps_places(edition):
    members, hospital = Voucher.objects.filter(event=edition).order_by("-max_uses")

    assert (members.code, members.uses, members.max_uses) == ("SOCIEDAD-10", 2, 30)
    prices = members.registrations.values_list("price_minor", "list_price_minor")
    assert list(prices) == [(25_200, 28_000)] * 2
    assert (hospital.code, hospital.uses, hospital.places_kept) == ("HOSPITAL-LITORAL", 0, 3)


def test_residents_and_students_prove_it_or_are_asked(edition):
    proofs = StatusProof.objects.filter(event=edition)
    owing = Registration.objects.filter(
        event=edition, ticket_type__slug__in=["residente", "estudiante"]
    )
    assert set(proofs.values_list("registration", flat=True)) == set(
        owing.values_list("pk", flat=True)
    )
    confirmed = proofs.filter(registration__state="confirmed")
    states = Counter(confirmed.values_list("state", flat=True))
    assert states == {"approved": 7, "submitted": 1, "missing": 1, "rejected": 1}
    (waiting,) = confirmed.filter(state="submitted")
    assert read_proof(file_of_proof(waiting)).media_type == "image/jpeg"
    assert all(one.decided_by for one in confirmed.filter(state__in=["approved", "rejected"]))
    assert all(one.file_deleted_at for one in confirmed.filter(state="approved"))
    assert proofs.filter(file__isnull=False).count() == 1
    assert confirmed.get(state="missing").due_at.date() > DAY
    assert confirmed.get(state="rejected").rejection_reason
    lines = HistoryEntry.objects.filter(subject_type="registration.statusproof")
    assert Counter(lines.values_list("action", flat=True)) == {
        "proof.asked": 10, "proof.reminded": 2, "proof.submitted": 9, "proof.approved": 7,
        "proof.rejected": 1, "proof.file_deleted": 8,
    }  # fmt: skip
    of_one = lines.filter(subject_id=confirmed.filter(state="approved").first().pk)
    assert list(of_one.order_by("occurred_at").values_list("action", flat=True)) == [
        "proof.asked", "proof.submitted", "proof.approved", "proof.file_deleted",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_same_seed_and_day_make_the_same_people_and_scans():
    def facts() -> list:
        return [
            list(Registration.objects.order_by("email").values_list("email", "certificate_name")),
            list(
                Order.objects.filter(is_for_group=False, registrations__voucher=None)
                .order_by("reference")
                .values_list("reference", "state")
            ),
            list(
                Badge.objects.filter(
                    registration__order__is_for_group=False, registration__voucher=None
                )
                .order_by("token")
                .values_list("token", flat=True)
            ),
            list(ScanEvent.objects.order_by("client_uid").values_list("client_uid", "scanned_at")),
        ]

    with transaction.atomic():
        seed()
        first = facts()
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    seed()

    assert facts() == first
    assert len(first[0]) > 40


def test_a_second_seed_refuses_and_changes_nothing(edition):
    with pytest.raises(CommandError, match="is here already"):
        seed()

    assert Order.objects.filter(event=edition).count() == 44


def test_everything_holds_in_the_seeded_edition(edition):
    report = audited()

    assert "FAIL" not in report
    assert "invariants hold." in report


def without_triggers(change: str) -> str:
    """For what the database itself refuses: somebody with too many rights, or a broken restore."""
    return (
        f"SET LOCAL session_replication_role = replica; {change};"
        " SET LOCAL session_replication_role = origin"
    )


ENDED = "SELECT min(id) FROM registration_registration WHERE state = 'cancelled'"
A_REQUEST = (
    "INSERT INTO registration_visaletter (public_id, event_id, registration_id, state,"
    " written_number, sealed_passport, passport_fingerprint, passport_last3, holder_initials,"
    " language, requested_at, rejection_reason, withdrawal_cause, facts)"
    " SELECT 'PLANTED', r.event_id, r.id, 'requested', '', 'x', 'x', 'x', 'x', 'es', now(), '', '',"
    " '{}' FROM registration_registration r"
)
PLANTED = {
    "Places taken are the active": (
        "UPDATE registration_tickettype SET places_taken = places_taken + 1"
        " WHERE id = (SELECT min(id) FROM registration_tickettype)"
    ),
    "Seats taken are the active": (
        "UPDATE registration_workshop SET seats_taken = seats_taken + 1"
        " WHERE id = (SELECT min(id) FROM registration_workshop)"
    ),
    "Places of a variation are": (
        "INSERT INTO registration_ticketvariation (event_id, ticket_type_id, slug, name, places_taken,"
        " is_offered, sort_key) SELECT event_id, id, 'x', 'X', 1, true, 1"
        " FROM registration_tickettype LIMIT 1"
    ),
    "What is taken of a quota": (
        "INSERT INTO registration_quota (event_id, name, size, taken)"
        " SELECT event_id, 'X', 5, 1 FROM registration_tickettype LIMIT 1"
    ),
    "Uses of a voucher are": (
        "INSERT INTO registration_voucher (event_id, code, effect, percent, currency, max_uses, uses,"
        " spent_minor, places_kept, purpose, email, made_at)"
        " SELECT event_id, 'XXXX', 'percent', 10, '', 5, 1, 0, 0, '', '', now()"
        " FROM registration_tickettype LIMIT 1"
    ),
    "People counted as waiting": (
        "UPDATE registration_workshop SET waiting = waiting + 1"
        " WHERE id = (SELECT min(id) FROM registration_workshop)"
    ),
    "No offer of a waiting list": (
        "INSERT INTO registration_waitingentry (event_id, ticket_type_id, token, state, turn,"
        " party_size, email, name, language, joined_at, offered_at, offer_ends_at,"
        " held_workshop_ids, held_quota_ids, out_of_turn_reason)"
        " SELECT event_id, id, 'X', 'offered', 1, 1, 'a@example.org', 'A', 'es', now(),"
        " now() - interval '2 days', now() - interval '1 day', '{}', '{}', ''"
        " FROM registration_tickettype ORDER BY id LIMIT 1;"
        "UPDATE registration_tickettype SET places_taken = places_taken + 1"
        " WHERE id = (SELECT min(id) FROM registration_tickettype)"
    ),
    "No name stays on a waiting list": (
        "INSERT INTO registration_waitingentry (event_id, ticket_type_id, token, state, turn,"
        " party_size, email, name, language, joined_at, ended_at,"
        " held_workshop_ids, held_quota_ids, out_of_turn_reason)"
        " SELECT event_id, id, 'X', 'left', 1, 1, 'a@example.org', 'A', 'es', now(),"
        " now() - interval '1 year', '{}', '{}', ''"
        " FROM registration_tickettype ORDER BY id LIMIT 1"
    ),
    "A confirmed order owes nothing": (
        "INSERT INTO registration_ledgerentry"
        " (order_id, kind, amount_minor, currency, entered_at, reason)"
        " SELECT min(id), 'charge', 100, 'USD', now(), '' FROM registration_order"
        " WHERE state = 'confirmed'"
    ),
    "No order waits for payment": (
        "UPDATE registration_order SET expires_at = now() - interval '1 day'"
        " WHERE state = 'pending'"
    ),
    "Each confirmed person has one current badge": (
        "UPDATE registration_badge SET revoked_at = issued_at + interval '1 day'"
        " WHERE id = (SELECT min(id) FROM registration_badge)"
    ),
    "Attendance lies inside its session": (
        "UPDATE registration_attendanceinterval SET ends_at = ends_at + interval '3 hours'"
        " WHERE id = (SELECT min(id) FROM registration_attendanceinterval)"
    ),
    "No letter waits without a reason": (
        "INSERT INTO conference_emailmessage (uid, kind, to_address, to_name, language, subject,"
        " text_body, html_body, about_type, state, queued_at, next_try_at, attempts, last_error)"
        " VALUES (gen_random_uuid(), 'x', 'a@example.org', '', 'es', 's', 't', '', '', 'queued',"
        " now() - interval '1 day', now() - interval '1 day', 0, '')"
    ),
    "Numbers of papers have no gap": without_triggers(
        "UPDATE registration_documentseries SET last_number = last_number + 1"
        " WHERE id = (SELECT min(id) FROM registration_documentseries)"
    ),
    "Credit notes never exceed what they credit": without_triggers(
        "UPDATE registration_fiscaldocument SET total_minor = 99999999,"
        """ lines = '[{"amount_minor": 99999999}]' WHERE kind = 'credit_note'"""
    ),
    "The lines of a paper add up to its total": without_triggers(
        "UPDATE registration_fiscaldocument SET total_minor = total_minor + 1"
        " WHERE id = (SELECT min(id) FROM registration_fiscaldocument)"
    ),
    "Where receipts write themselves": without_triggers(
        "UPDATE registration_issuer SET papers_since = now() - interval '2 days';"
        " UPDATE registration_payment SET recorded_at = now() - interval '1 day' WHERE id ="
        " (SELECT max(p.id) FROM registration_payment p JOIN registration_order o"
        " ON o.id = p.order_id JOIN registration_issuer i ON i.event_id = o.event_id)"
    ),
    "No paper was left without its file": without_triggers(
        "UPDATE registration_fiscaldocument SET issued_at = now() - interval '1 day'"
        " WHERE id = (SELECT min(id) FROM registration_fiscaldocument)"
    ),
    "No letter for a visa outlives its registration": without_triggers(
        "UPDATE registration_registration SET ended_at = now() - interval '1 hour'"
        f" WHERE id = ({ENDED}); {A_REQUEST} WHERE r.id = ({ENDED})"
    ),
    "No passport is kept long after its event": without_triggers(
        "UPDATE conference_event SET first_day = '2020-01-01', last_day = '2020-01-02'"
        f" WHERE slug = 'curso-eco'; {A_REQUEST} WHERE r.id = (SELECT min(one.id)"
        " FROM registration_registration one JOIN conference_event e ON e.id = one.event_id"
        " WHERE e.slug = 'curso-eco' AND one.state = 'confirmed')"
    ),
    "No approved letter was left without its file": without_triggers(
        "UPDATE registration_visaletter SET decided_at = now() - interval '1 day'"
        " WHERE state = 'approved'"
    ),
    "Every stored file is on disk": (
        "INSERT INTO conference_storedfile (sha256, size_bytes, media_type, stored_at)"
        " VALUES (repeat('ab', 32), 3, 'application/pdf', now())"
    ),
}


def failing_sentences() -> list[str]:
    out = io.StringIO()
    with pytest.raises(CommandError, match="violation"):
        call_command("audit", stdout=out)
    return [line for line in out.getvalue().splitlines() if line.startswith("FAIL")]


def test_each_planted_violation_is_found_and_nothing_else(edition):
    assert Order.objects.filter(state="pending").exists()
    found = {}
    for sentence, violation in PLANTED.items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(violation)
            found[sentence] = failing_sentences()
            transaction.set_rollback(True)

    assert {sentence: len(lines) for sentence, lines in found.items()} == dict.fromkeys(PLANTED, 1)
    assert all(sentence in lines[0] for sentence, lines in found.items())
