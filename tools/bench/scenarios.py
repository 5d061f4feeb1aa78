"""The rows of docs/performance.md that this issue asks for. Run inside Django."""

from __future__ import annotations

import datetime as dt
import os
import statistics
import time
import uuid
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from certificates.management.seeding.edition import CONGRESS_SLUG
from certificates.models import Certificate
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
    return [_page(name, address, port, y1_per_second) for name, address in addresses.items()]


def verification(port: int, y1_per_second: float) -> Row:
    """C3: a certificate looked up again and again, as an employer's office does."""
    certificate = Certificate.objects.valid().order_by("pk")[0]
    return _page("C3 verification page", f"/v/{certificate.public_id}/", port, y1_per_second)


def _page(name: str, address: str, port: int, y1_per_second: float) -> Row:
    request = Request("GET", address)
    run_load(port, clients=2, total=10, make=lambda _number: request)
    loads = [
        run_load(port, clients=16, total=400, make=lambda _number: request)
        for _round in range(ROUNDS)
    ]
    rate = statistics.median(load.rate() for load in loads)
    return {
        "row": name,
        "rate": round(rate, 1),
        "unit": "requests/s",
        "p95_ms": statistics.median(load.percentile_ms(95) for load in loads),
        "of_y1_percent": round(100 * rate / y1_per_second, 1),
        "statuses": dict(loads[0].statuses),
    }


def plain_view(port: int) -> Row:
    request = Request("GET", "/")
    loads = [
        run_load(port, clients=16, total=2000, make=lambda _number: request)
        for _round in range(ROUNDS)
    ]
    rate = statistics.median(load.rate() for load in loads)
    return {"row": "Y1 plain JSON view", "rate": round(rate, 1), "unit": "requests/s"}


def badges(worker_pid: int) -> Row:
    """B1: the badges of everybody confirmed as one job, by the worker with two processes."""
    from certificates.operations.badges import request_badges

    event = Event.objects.get(slug=CONGRESS_SLUG)
    number = Registration.objects.confirmed().filter(event=event).count()
    job = request_badges(event_id=event.pk, layout="a6", actor=None, at=timezone.now())
    row = _wait_for(job, "B1 badges", "badges/s", work=number, worker_pid=worker_pid)
    job.refresh_from_db()
    return {**row, "megabytes": round(job.result.size_bytes / 1e6, 1) if job.result else None}


def certificates(worker_pid: int, number: int = 250) -> Row:
    """C1: that many sealed PDF/A-3 certificates, each its own file, by the Celery worker."""
    job = _certify(_without_certificate()[:number])
    row = _wait_for(job, "C1 certificates", "certificates/s", work=job.total, worker_pid=worker_pid)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(f.size_bytes) FROM certificates_certificate c"
            " JOIN conference_storedfile f ON f.id = c.file_id"
        )
        count, size_bytes = cursor.fetchone()
    return {**row, "files": count, "megabytes": round(float(size_bytes or 0) / 1e6, 1)}


def waiting_for_one(number: int = 150) -> Row:
    """C2: people who wait for theirs, one after the other, while many others are made."""
    from certificates.operations.issuing import certify_presence

    many = _without_certificate()
    job = _certify(many[:number])
    waits = []
    for registration_id in many[number:]:
        began = time.monotonic()
        one = certify_presence(registration_id=registration_id, actor=None, at=timezone.now())
        while Certificate.objects.not_rendered().filter(pk=one.pk).exists():
            time.sleep(0.02)
        waits.append(time.monotonic() - began)
        job.refresh_from_db()
        if job.state in (JobState.DONE, JobState.FAILED):
            break
    return {
        "row": f"C2 one of {len(waits)} meanwhile",
        "rate": round(statistics.quantiles([*waits, max(waits)], n=20)[18], 2),
        "unit": "seconds (p95)",
        "median_seconds": round(statistics.median(waits), 2),
    }


def _without_certificate() -> list[int]:
    return list(
        Registration.objects.confirmed()
        .filter(event__slug=CONGRESS_SLUG, attendance_intervals__isnull=False)
        .exclude(certificates__in=Certificate.objects.valid())
        .order_by("pk")
        .distinct()
        .values_list("pk", flat=True)
    )


def _certify(registration_ids: list[int]) -> Job:
    from certificates.operations.bulk import CERTIFY_JOB
    from conference.operations.jobs import request_job

    return request_job(
        CERTIFY_JOB, event=Event.objects.get(slug=CONGRESS_SLUG), subject_ids=registration_ids,
        options={}, actor=None, at=timezone.now(),
    )  # fmt: skip


def _wait_for(
    job: Job, name: str, unit: str, *, work: int, worker_pid: int, patience_seconds: int = 600
) -> Row:
    cpu_before = _cpu_seconds(worker_pid)
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
        "cpu_ms_each": round(1000 * (_cpu_seconds(worker_pid) - cpu_before) / work, 1),
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


def _cpu_seconds(parent_pid: int) -> float:
    """What the processes of that worker have computed so far, whatever else the machine does."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent_pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
