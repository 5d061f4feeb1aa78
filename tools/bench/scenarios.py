"""The rows of docs/performance.md that this issue asks for. Run inside Django."""

from __future__ import annotations

import datetime as dt
import statistics
import time
import uuid
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from certificates.management.seeding.edition import CONGRESS_SLUG
from conference.models import Event, Job
from conference.states import JobState
from registration.models import Registration, TicketType
from tools.bench.clients import Request, run_load

ATTEMPTS = 1000
PLACES = 500
ROUNDS = 3

Row = dict[str, Any]


def orders(port: int) -> list[Row]:
    """R1: one hot ticket type of 500 places, 1,000 attempts through the API."""
    return [_orders_once(port, clients) for clients in (1, 16, 64)]


def _orders_once(port: int, clients: int) -> Row:
    event = Event.objects.get(slug=CONGRESS_SLUG)
    ticket = TicketType.objects.create(
        event=event, slug=f"hot-{uuid.uuid4().hex[:8]}", name="Hot", price_minor=10_000,
        places=PLACES, badge_role="Hot",
    )  # fmt: skip
    run = uuid.uuid4().hex[:8]

    def make(number: int) -> Request:
        return Request(
            "POST", f"/api/v1/events/{event.slug}/orders/",
            {
                "payment_method": "bank_transfer",
                "terms_accepted": True,
                "language": "es",
                "people": [
                    {
                        "ticket_type": ticket.slug,
                        "attendee": {
                            "email": f"bench.{run}.{number}@example.org",
                            "badge_name": "Lucía Güemes",
                            "certificate_name": "Lucía Güemes Ibáñez",
                            "profession": "physician",
                            "country": "AR",
                            "institution": "Hospital General",
                        },
                    }
                ],
            },
            {"Idempotency-Key": f"{run}-{number}"},
        )  # fmt: skip

    load = run_load(port, clients=clients, total=ATTEMPTS, make=make)
    ticket.refresh_from_db()
    sold = Registration.objects.holding_a_place().filter(ticket_type=ticket).count()
    return {
        "row": f"R1 orders, {clients} clients",
        "rate": round(load.rate(load.statuses[201]), 1),
        "unit": "orders/s",
        "attempts_per_second": round(load.rate(), 1),
        "p50_ms": load.percentile_ms(50),
        "p95_ms": load.percentile_ms(95),
        "sold": sold,
        "counter": ticket.places_taken,
        "exact": sold == PLACES == ticket.places_taken == load.statuses[201],
        "statuses": dict(load.statuses),
    }


def pages(port: int, y1_per_second: float) -> list[Row]:
    """P1: reading the programme of 300 sessions, as a page and through the API."""
    addresses = {
        "P1 programme page": f"/e/{CONGRESS_SLUG}/programme/",
        "session list API": f"/api/v1/events/{CONGRESS_SLUG}/sessions/?page_size=200",
        "R4 event page": f"/e/{CONGRESS_SLUG}/",
    }
    rows = []
    for name, address in addresses.items():
        request = Request("GET", address)
        run_load(port, clients=2, total=10, make=lambda _number, one=request: one)
        loads = [
            run_load(port, clients=16, total=400, make=lambda _number, one=request: one)
            for _round in range(ROUNDS)
        ]
        rate = statistics.median(load.rate() for load in loads)
        rows.append(
            {
                "row": name,
                "rate": round(rate, 1),
                "unit": "requests/s",
                "p95_ms": statistics.median(load.percentile_ms(95) for load in loads),
                "of_y1_percent": round(100 * rate / y1_per_second, 1),
                "statuses": dict(loads[0].statuses),
            }
        )
    return rows


def plain_view(port: int) -> Row:
    request = Request("GET", "/")
    loads = [
        run_load(port, clients=16, total=2000, make=lambda _number: request)
        for _round in range(ROUNDS)
    ]
    rate = statistics.median(load.rate() for load in loads)
    return {"row": "Y1 plain JSON view", "rate": round(rate, 1), "unit": "requests/s"}


def badges() -> Row:
    """B1: the badges of everybody confirmed as one job, by the worker with two processes."""
    from certificates.operations.badges import request_badges

    event = Event.objects.get(slug=CONGRESS_SLUG)
    number = Registration.objects.confirmed().filter(event=event).count()
    job = request_badges(event_id=event.pk, layout="a6", actor=None, at=timezone.now())
    row = _wait_for(job, "B1 badges", "badges/s", work=number)
    job.refresh_from_db()
    return {**row, "megabytes": round(job.result.size_bytes / 1e6, 1) if job.result else None}


def certificates(number: int = 250) -> Row:
    """C1: that many sealed PDF/A-3 certificates, each its own file, by the Celery worker."""
    from certificates.operations.bulk import CERTIFY_JOB
    from conference.operations.jobs import request_job

    event = Event.objects.get(slug=CONGRESS_SLUG)
    attended = (
        Registration.objects.confirmed()
        .filter(event=event, attendance_intervals__isnull=False)
        .order_by("pk")
        .distinct()
    )
    job = request_job(
        CERTIFY_JOB, event=event, subject_ids=list(attended.values_list("pk", flat=True)[:number]),
        options={}, actor=None, at=timezone.now(),
    )  # fmt: skip
    row = _wait_for(job, "C1 certificates", "certificates/s", work=job.total)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(f.size_bytes) FROM certificates_certificate c"
            " JOIN conference_storedfile f ON f.id = c.file_id"
        )
        count, size_bytes = cursor.fetchone()
    return {**row, "files": count, "megabytes": round(float(size_bytes or 0) / 1e6, 1)}


def _wait_for(job: Job, name: str, unit: str, *, work: int, patience_seconds: int = 600) -> Row:
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if job.state in (JobState.DONE, JobState.FAILED):
            break
        time.sleep(0.1)
    took = ((job.finished_at or timezone.now()) - job.requested_at) / dt.timedelta(seconds=1)
    return {
        "row": f"{name}, {work}",
        "rate": round(work / took, 1),
        "unit": unit,
        "seconds": round(took, 1),
        "state": job.state,
        "problem": job.problem,
    }


def peak_memory_megabytes(parent_pid: int) -> list[int]:
    """The highest resident size that each child of the process has had."""
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line
            )
        except OSError:
            continue
        if int(fields["PPid"]) == parent_pid and "VmHWM" in fields:
            peaks.append(int(fields["VmHWM"].split()[0]) // 1024)
    return sorted(peaks)
