"""
What must always hold, each as one query whose rows are the violations.

They speak SQL on purpose: they check the code from outside it.
"""

from pathlib import Path

from django.conf import settings

from conference.kernel import content_store
from conference.models import StoredFile

INVARIANTS = {
    "Places taken are the active registrations, seats of groups, what vouchers keep and is offered": """
        SELECT 'ticket type', t.id, t.places_taken, r.number, g.number, v.number, o.number
        FROM registration_tickettype t
        CROSS JOIN LATERAL (SELECT count(*) AS number FROM registration_registration
            WHERE ticket_type_id = t.id AND state IN ('pending', 'confirmed')) r
        CROSS JOIN LATERAL (SELECT coalesce(sum(places_kept), 0) AS number
            FROM registration_voucher WHERE keeps_places_of_id = t.id) v
        CROSS JOIN LATERAL (SELECT coalesce(sum(party_size), 0) AS number
            FROM registration_waitingentry WHERE ticket_type_id = t.id AND state = 'offered') o
        CROSS JOIN LATERAL (SELECT count(*) AS number FROM registration_groupseat s
            JOIN registration_group b ON b.id = s.group_id
            WHERE b.ticket_type_id = t.id AND s.state IN ('free', 'invited')) g
        WHERE t.places_taken <> r.number + g.number + v.number + o.number""",
    "Places of a variation are its active registrations, seats of groups and what is offered": """
        SELECT 'variation', t.id, t.places_taken, r.number, g.number, o.number
        FROM registration_ticketvariation t
        CROSS JOIN LATERAL (SELECT count(*) AS number FROM registration_registration
            WHERE variation_id = t.id AND state IN ('pending', 'confirmed')) r
        CROSS JOIN LATERAL (SELECT coalesce(sum(party_size), 0) AS number
            FROM registration_waitingentry WHERE variation_id = t.id AND state = 'offered') o
        CROSS JOIN LATERAL (SELECT count(*) AS number FROM registration_groupseat s
            JOIN registration_group b ON b.id = s.group_id
            WHERE b.variation_id = t.id AND s.state IN ('free', 'invited')) g
        WHERE t.places_taken <> r.number + g.number + o.number""",
    "What is taken of a quota are its active places, seats of groups and what is offered": """
        SELECT 'quota', q.id, q.taken, p.number, g.number, o.number FROM registration_quota q
        CROSS JOIN LATERAL (SELECT count(*) AS number FROM registration_quotaplace
            WHERE quota_id = q.id AND state = 'active') p
        CROSS JOIN LATERAL (SELECT coalesce(sum(e.party_size), 0) AS number
            FROM registration_waitingentry e CROSS JOIN unnest(e.held_quota_ids) held
            WHERE held = q.id AND e.state = 'offered') o
        CROSS JOIN LATERAL (SELECT count(*) AS number FROM registration_groupseat s
            CROSS JOIN jsonb_array_elements(s.quota_places) held
            WHERE (held ->> 0)::bigint = q.id AND s.state IN ('free', 'invited')) g
        WHERE q.taken <> p.number + g.number + o.number""",
    "Uses of a voucher are the active registrations with it": """
        SELECT 'voucher', v.id, v.code, v.uses, count(r.id) FROM registration_voucher v
        LEFT JOIN registration_registration r
          ON r.voucher_id = v.id AND r.state IN ('pending', 'confirmed')
        GROUP BY v.id HAVING v.uses <> count(r.id)""",
    "Seats taken are the active bookings of the workshop, seats of groups and what is offered": """
        SELECT 'workshop', w.id, w.seats_taken, b.number, g.number, o.number, i.number
        FROM registration_workshop w
        CROSS JOIN LATERAL (SELECT count(*) AS number FROM registration_workshopbooking
            WHERE workshop_id = w.id AND state = 'active') b
        CROSS JOIN LATERAL (SELECT coalesce(sum(party_size), 0) AS number
            FROM registration_waitingentry WHERE workshop_id = w.id AND state = 'offered') o
        CROSS JOIN LATERAL (SELECT coalesce(sum(e.party_size), 0) AS number
            FROM registration_waitingentry e CROSS JOIN unnest(e.held_workshop_ids) held
            WHERE held = w.id AND e.state = 'offered') i
        CROSS JOIN LATERAL (SELECT count(*) AS number FROM registration_groupseat s
            CROSS JOIN unnest(s.workshop_ids) held
            WHERE held = w.id AND s.state IN ('free', 'invited')) g
        WHERE w.seats_taken <> b.number + g.number + o.number + i.number""",
    "People counted as waiting are those on the list": """
        SELECT 'ticket type', t.id, t.waiting, e.number FROM registration_tickettype t
        CROSS JOIN LATERAL (SELECT coalesce(sum(party_size), 0) AS number
            FROM registration_waitingentry WHERE ticket_type_id = t.id AND state = 'waiting') e
        WHERE t.waiting <> e.number
        UNION ALL
        SELECT 'workshop', w.id, w.waiting, e.number FROM registration_workshop w
        CROSS JOIN LATERAL (SELECT coalesce(sum(party_size), 0) AS number
            FROM registration_waitingentry WHERE workshop_id = w.id AND state = 'waiting') e
        WHERE w.waiting <> e.number""",
    "No offer of a waiting list stands long after its end": """
        SELECT 'waiting entry', id, offer_ends_at FROM registration_waitingentry
        WHERE state = 'offered' AND offer_ends_at < now() - interval '10 minutes'""",
    "A released place has no active workshop booking": """
        SELECT 'registration', r.id, r.state, b.id
        FROM registration_registration r
        JOIN registration_workshopbooking b ON b.registration_id = r.id AND b.state = 'active'
        WHERE r.state IN ('cancelled', 'expired')""",
    "A confirmed order owes nothing but what was added and has time to be paid": """
        SELECT 'order', o.id, o.reference, coalesce(sum(l.amount_minor), 0)
        FROM registration_order o LEFT JOIN registration_ledgerentry l ON l.order_id = o.id
        WHERE o.state = 'confirmed' AND NOT EXISTS (
            SELECT FROM registration_workshopbooking b
            JOIN registration_registration r ON r.id = b.registration_id
            WHERE r.order_id = o.id AND b.must_be_paid_by > now() - interval '10 minutes')
          AND NOT EXISTS (
            SELECT FROM registration_registration r
            WHERE r.order_id = o.id AND r.must_be_paid_by > now() - interval '10 minutes')
          AND NOT EXISTS (
            SELECT FROM registration_refund f WHERE f.order_id = o.id AND f.cause = 'chargeback')
          AND NOT EXISTS (
            SELECT FROM registration_statusproof s
            JOIN registration_registration r ON r.id = s.registration_id
            WHERE r.order_id = o.id AND s.charged_at IS NOT NULL)
        GROUP BY o.id HAVING coalesce(sum(l.amount_minor), 0) > 0""",
    "Every payment stands in the ledger with its amount": """
        SELECT 'payment', p.id, p.amount_minor, l.amount_minor
        FROM registration_payment p LEFT JOIN registration_ledgerentry l
          ON l.payment_id = p.id AND l.kind = 'payment'
        WHERE l.id IS NULL OR l.amount_minor <> -p.amount_minor OR l.currency <> p.currency""",
    "Nobody was refunded more than she paid": """
        SELECT 'order', order_id, sum(amount_minor)
        FROM registration_ledgerentry WHERE kind IN ('payment', 'refund')
        GROUP BY order_id HAVING sum(amount_minor) > 0""",
    "What of a payment was refunded are its refunds": """
        SELECT 'payment', p.id, p.refunded_minor, coalesce(sum(f.amount_minor), 0)
        FROM registration_payment p LEFT JOIN registration_refund f
          ON f.payment_id = p.id AND f.state IN ('created', 'in_transit', 'done')
        GROUP BY p.id HAVING p.refunded_minor <> coalesce(sum(f.amount_minor), 0)""",
    "A refund stands in the ledger exactly if its money left": """
        SELECT 'refund', f.id, f.state, l.amount_minor
        FROM registration_refund f LEFT JOIN registration_ledgerentry l ON l.refund_id = f.id
        WHERE (f.state = 'done') <> (l.id IS NOT NULL)
           OR l.amount_minor <> f.amount_minor OR l.currency <> f.currency""",
    "A paid attempt has its payment": """
        SELECT 'attempt', a.id, a.state FROM registration_paymentattempt a
        WHERE a.state IN ('approved', 'refunded', 'charged_back') AND NOT EXISTS (
            SELECT FROM registration_payment p WHERE p.attempt_id = a.id)""",
    "A payment at a provider came by an attempt that is paid": """
        SELECT 'payment', p.id, p.method, a.state
        FROM registration_payment p LEFT JOIN registration_paymentattempt a ON a.id = p.attempt_id
        WHERE p.method IN ('card', 'mercado_pago') AND (
            a.id IS NULL OR a.state IN ('created', 'pending', 'rejected')
            OR a.currency <> p.currency OR a.amount_minor <> p.amount_minor)""",
    "A paid order without a place keeps its money": """
        SELECT 'order', o.id, o.reference, coalesce(sum(p.amount_minor - p.refunded_minor), 0)
        FROM registration_order o LEFT JOIN registration_payment p ON p.order_id = o.id
        WHERE o.state = 'paid_without_seat'
        GROUP BY o.id HAVING coalesce(sum(p.amount_minor - p.refunded_minor), 0) <= 0""",
    "No message of a provider keeps its words long after it was read": """
        SELECT 'message', m.id, m.account_id, m.received_at FROM registration_webhookmessage m
        JOIN registration_provideraccount a ON a.id = m.account_id
        LEFT JOIN registration_registrationpolicy p ON p.event_id = a.event_id
        WHERE m.body NOT LIKE 'sha256:%' AND (m.processed_at IS NOT NULL OR NOT m.signature_ok)
          AND coalesce(m.processed_at, m.received_at)
              < now() - make_interval(days => coalesce(p.kept_days, 90) + 3)""",
    "No name stays on a waiting list long after its end": """
        SELECT 'waiting entry', w.id, w.state, w.ended_at FROM registration_waitingentry w
        JOIN registration_registrationpolicy p ON p.event_id = w.event_id
        WHERE w.forgotten_at IS NULL AND w.ended_at < now() - make_interval(days => p.kept_days + 3)""",
    "No message of a provider was left unread": """
        SELECT 'message', id, account_id, received_at, problem FROM registration_webhookmessage
        WHERE signature_ok AND processed_at IS NULL AND problem = ''
          AND received_at < now() - interval '10 minutes'""",
    "No attempt was forgotten": """
        SELECT 'attempt', id, state, next_fetch_at FROM registration_paymentattempt
        WHERE next_fetch_at < now() - interval '30 minutes'
           OR (state IN ('created', 'pending') AND next_fetch_at IS NULL
               AND started_at > now() - interval '6 days')""",
    "The lines of a bank's statement that were recorded are payments of their amount": """
        SELECT 'statement line', s.id, s.amount_minor, p.amount_minor
        FROM registration_statementline s JOIN registration_payment p ON p.id = s.payment_id
        WHERE p.amount_minor <> s.amount_minor OR p.currency <> s.currency""",
    "No order waits for payment long after its deadline": """
        SELECT 'order', id, reference, expires_at FROM registration_order
        WHERE state = 'pending' AND expires_at < now() - interval '10 minutes'""",
    "A registration follows its order": """
        SELECT 'registration', r.id, r.state, o.state
        FROM registration_registration r JOIN registration_order o ON o.id = r.order_id
        WHERE (o.state = 'confirmed' AND r.state = 'pending' AND r.must_be_paid_by IS NULL)
           OR (o.state <> 'confirmed' AND r.must_be_paid_by IS NOT NULL)
           OR (o.state = 'pending' AND r.state NOT IN ('pending', 'cancelled'))
           OR (o.state IN ('cancelled', 'expired') AND r.state IN ('pending', 'confirmed'))""",
    "Each confirmed person has one current badge": """
        SELECT 'registration', r.id, count(b.id)
        FROM registration_registration r
        LEFT JOIN registration_badge b ON b.registration_id = r.id AND b.revoked_at IS NULL
        WHERE r.state = 'confirmed' GROUP BY r.id HAVING count(b.id) <> 1""",
    "A person is admitted at most once a day": """
        SELECT 'registration', registration_id, entrance_day, count(*)
        FROM registration_scanevent WHERE result = 'ok' AND entrance_day IS NOT NULL
        GROUP BY registration_id, entrance_day HAVING count(*) > 1""",
    "Attendance lies inside its session": """
        SELECT 'attendance', a.id, a.session_id FROM registration_attendanceinterval a
        JOIN schedule_session s ON s.id = a.session_id
        WHERE a.starts_at < coalesce(s.actual_start_at, s.starts_at)
           OR a.ends_at > coalesce(s.actual_end_at, s.ends_at)""",
    "Credits claimed are the sum of their ledger": """
        SELECT 'claim', c.id, c.claimed, coalesce(sum(l.delta), 0)
        FROM certificates_creditclaim c
        LEFT JOIN certificates_creditledgerentry l ON l.claim_id = c.id
        GROUP BY c.id
        HAVING coalesce(sum(l.delta), 0)
            <> CASE WHEN c.withdrawn_at IS NULL THEN c.claimed ELSE 0 END""",
    "No certificate was left unrendered": """
        SELECT 'certificate', id, serial, issued_at FROM certificates_certificate
        WHERE state = 'valid' AND file_id IS NULL AND issued_at < now() - interval '10 minutes'""",
    "A superseded certificate has its successor": """
        SELECT 'certificate', c.id, c.serial FROM certificates_certificate c
        LEFT JOIN certificates_certificate n ON n.replaces_id = c.id
        WHERE c.state = 'superseded' AND n.id IS NULL""",
    "No letter waits without a reason": """
        SELECT 'e-mail', id, queued_at, attempts FROM conference_emailmessage
        WHERE state IN ('queued', 'sending') AND last_error = ''
          AND next_try_at < now() - interval '10 minutes'""",
    "No lease is far over": """
        SELECT 'job item', id, job_id, lease_until FROM conference_jobitem
        WHERE state = 'running' AND lease_until < now() - interval '2 minutes'""",
    "A finished job has no open item": """
        SELECT 'job', j.id, i.id, i.state FROM conference_job j
        JOIN conference_jobitem i ON i.job_id = j.id
        WHERE j.state IN ('done', 'failed') AND i.state IN ('todo', 'running')""",
    "Every confirmation of an order by a person stands in history": """
        SELECT 'order', o.id, o.reference FROM registration_order o
        WHERE o.state = 'confirmed' AND NOT EXISTS (
            SELECT FROM registration_payment p WHERE p.order_id = o.id
              AND p.external_id LIKE 'seed-%')
          AND EXISTS (SELECT FROM registration_payment p WHERE p.order_id = o.id)
          AND NOT EXISTS (
            SELECT FROM conference_historyentry h WHERE h.subject_type = 'registration.order'
              AND h.subject_id = o.id AND h.action = 'order.confirmed')""",
    "Numbers of papers have no gap": """
        SELECT 'series', s.id, s.prefix, s.last_number, count(d.id), coalesce(max(d.number), 0)
        FROM registration_documentseries s
        LEFT JOIN registration_fiscaldocument d ON d.series_id = s.id
        GROUP BY s.id
        HAVING count(d.id) <> s.last_number OR coalesce(max(d.number), 0) <> s.last_number""",
    "Credit notes never exceed what they credit": """
        SELECT 'document', d.id, d.written_number, d.total_minor, sum(n.total_minor)
        FROM registration_fiscaldocument d
        JOIN registration_fiscaldocument n ON n.document_credited_id = d.id
        GROUP BY d.id HAVING sum(n.total_minor) > d.total_minor""",
    "The lines of a paper add up to its total": """
        SELECT 'document', d.id, d.written_number, d.total_minor
        FROM registration_fiscaldocument d
        WHERE d.total_minor <> (SELECT coalesce(sum((line ->> 'amount_minor')::bigint), 0)
                                FROM jsonb_array_elements(d.lines) line)""",
    "Where receipts write themselves no payment is long without one": """
        SELECT 'payment', p.id, p.amount_minor, p.recorded_at FROM registration_payment p
        JOIN registration_order o ON o.id = p.order_id
        JOIN registration_issuer i ON i.event_id = o.event_id
        WHERE p.recorded_at >= i.papers_since AND p.recorded_at < now() - interval '30 minutes'
          AND NOT EXISTS (SELECT FROM registration_fiscaldocument d
            WHERE d.payment_id = p.id AND d.kind = 'receipt')""",
    "No paper was left without its file": """
        SELECT 'document', d.id, d.written_number, d.issued_at FROM registration_fiscaldocument d
        LEFT JOIN registration_fiscalauthorisation a ON a.document_id = d.id
        WHERE d.file_id IS NULL AND d.issued_at < now() - interval '10 minutes'
          AND (NOT d.needs_authorisation OR a.entered_at < now() - interval '10 minutes')""",
    "Seats of a group are those with a name, without one, and returned": """
        SELECT 'group', g.id, g.name, g.seats, count(s.id)
        FROM registration_group g LEFT JOIN registration_groupseat s ON s.group_id = g.id
        GROUP BY g.id HAVING g.seats <> count(s.id)""",
    "Whoever has a place in a group's order sits on one of its seats": """
        SELECT 'registration', r.id, r.order_id FROM registration_registration r
        JOIN registration_order o ON o.id = r.order_id AND o.is_for_group
        WHERE r.state IN ('pending', 'confirmed') AND NOT EXISTS (
            SELECT FROM registration_groupseat s WHERE s.registration_id = r.id
              AND s.state = 'named')""",
    "A named seat of a group has somebody who holds her place": """
        SELECT 'seat', s.id, s.group_id, s.number, r.state FROM registration_groupseat s
        JOIN registration_registration r ON r.id = s.registration_id
        WHERE s.state = 'named' AND r.state NOT IN ('pending', 'confirmed')""",
    "An order is for a group exactly if it has one": """
        SELECT 'order', o.id, o.reference FROM registration_order o
        LEFT JOIN registration_group g ON g.order_id = o.id
        WHERE o.is_for_group <> (g.id IS NOT NULL)""",
    "No seat without a name is kept after its order ended or its day has come": """
        SELECT 'group', g.id, g.name, g.returns_at, count(s.id) FROM registration_group g
        JOIN registration_order o ON o.id = g.order_id
        JOIN registration_groupseat s ON s.group_id = g.id AND s.state IN ('free', 'invited')
        WHERE o.state NOT IN ('pending', 'confirmed')
           OR g.returns_at < now() - interval '10 minutes'
        GROUP BY g.id""",
    "No letter for a visa outlives its registration": """
        SELECT 'letter', l.id, l.written_number, r.state FROM registration_visaletter l
        JOIN registration_registration r ON r.id = l.registration_id
        WHERE l.state IN ('requested', 'approved') AND r.state IN ('cancelled', 'expired')
          AND r.ended_at < now() - interval '10 minutes'""",
    "No passport is kept long after its event": """
        SELECT 'letter', l.id, e.slug, e.last_day FROM registration_visaletter l
        JOIN conference_event e ON e.id = l.event_id
        LEFT JOIN registration_issuer i ON i.event_id = e.id
        WHERE l.purged_at IS NULL AND e.last_day + coalesce(i.passport_days, 30) + 3 < now()""",
    "No approved letter was left without its file": """
        SELECT 'letter', id, written_number, decided_at FROM registration_visaletter
        WHERE state = 'approved' AND file_id IS NULL AND purged_at IS NULL
          AND decided_at < now() - interval '10 minutes'""",
    "A price that a status lowers has its proof": """
        SELECT 'registration', r.id, r.price_reason ->> 'to_be_proved'
        FROM registration_registration r
        LEFT JOIN registration_statusproof s ON s.registration_id = r.id
        WHERE r.price_reason ? 'to_be_proved' AND s.id IS NULL""",
    "A place costs its full price exactly if its status was not proved in time": """
        SELECT 'proof', s.id, s.state, r.price_minor FROM registration_statusproof s
        JOIN registration_registration r ON r.id = s.registration_id
        WHERE r.price_minor <> CASE WHEN s.charged_at IS NULL THEN s.status_price_minor
                                    ELSE s.full_price_minor END""",
    "The difference to the full price stands in the ledger exactly while it is charged": """
        SELECT 'proof', s.id, s.state, coalesce(sum(l.amount_minor), 0)
        FROM registration_statusproof s LEFT JOIN registration_ledgerentry l
          ON l.registration_id = s.registration_id
         AND l.reason IN ('status_not_proved', 'status_proved')
        GROUP BY s.id HAVING coalesce(sum(l.amount_minor), 0)
            <> CASE WHEN s.charged_at IS NULL THEN 0
                    ELSE s.full_price_minor - s.status_price_minor END""",
    "A decided proof says who decided and stands in history": """
        SELECT 'proof', s.id, s.state FROM registration_statusproof s
        WHERE s.state IN ('approved', 'rejected') AND (
            s.decided_by_id IS NULL OR s.decided_at IS NULL OR NOT EXISTS (
                SELECT FROM conference_historyentry h
                WHERE h.subject_type = 'registration.statusproof' AND h.subject_id = s.id
                  AND h.action = 'proof.' || s.state))""",
    "No proof stays unasked or unexpired long after its time": """
        SELECT 'proof', s.id, s.state, s.due_at FROM registration_statusproof s
        JOIN registration_registration r ON r.id = s.registration_id
        WHERE s.state IN ('missing', 'rejected') AND r.state = 'confirmed' AND (
            s.due_at < now() - interval '1 hour'
            OR (s.asked_at IS NULL AND r.confirmed_at < now() - interval '1 hour'))""",
    "A proof that waits for review has its file": """
        SELECT 'proof', s.id, s.state, s.submitted_at FROM registration_statusproof s
        JOIN registration_registration r ON r.id = s.registration_id
        JOIN conference_event e ON e.id = s.event_id
        WHERE s.state = 'submitted' AND s.file_id IS NULL AND e.last_day >= now()::date
          AND r.state IN ('pending', 'confirmed')""",
    "No file of a proof is kept long after its time": """
        SELECT 'proof', s.id, e.slug, e.last_day FROM registration_statusproof s
        JOIN conference_event e ON e.id = s.event_id
        LEFT JOIN registration_registrationpolicy p ON p.event_id = e.id
        WHERE s.file_id IS NOT NULL AND (
            e.last_day + coalesce(p.proof_file_days, 30) + 3 < now()
            OR (s.state IN ('approved', 'rejected') AND s.decided_at
                < now() - make_interval(days => coalesce(p.proof_file_days, 30) + 3)))""",
}


def files_that_differ() -> list[str]:
    """Stored files that are missing or whose bytes changed."""
    root = Path(settings.MEDIA_ROOT)
    differing = []
    for stored in StoredFile.objects.order_by("pk").iterator():
        try:
            content_store.load(root, stored.sha256)
        except (OSError, ValueError) as error:
            differing.append(f"{stored.sha256[:12]} {error}")
    return differing
