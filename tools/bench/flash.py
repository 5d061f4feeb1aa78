"""
R3: a flash crowd before a course with few seats. Run inside Django, against the web server.

500 people press the button within 200 ms for 40 seats: a fifth of them twice, a tenth drop the
connection before the answer; in the middle a web worker is killed. Of those who got a seat three
in ten never pay: their deadline is moved to now. Whoever was refused asks again, once.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import statistics
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from certificates.management.seeding.edition import CONGRESS_SLUG
from conference.models import Event
from registration.models import Order, Payment, Registration, TicketType
from registration.operations.paying import record_payment
from registration.states import OrderState

if TYPE_CHECKING:
    from collections.abc import Iterable

PEOPLE = 500
SEATS = 40
RUNS = 20
WITHIN_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 60


def flash_crowd(port: int, server_pid: int) -> dict[str, Any]:
    """What was oversold, unsold or lost in all runs together, and how long answers took."""
    runs = int(os.environ.get("FLASH_RUNS", RUNS))
    found = [_Run(port, server_pid, number).play() for number in range(runs)]
    seconds = sorted(second for run in found for second in run["seconds"])
    return {
        "row": f"R3 flash crowd, {runs} runs",
        "rate": sum(run["oversold"] for run in found),
        "unit": "oversold",
        "unsold_while_somebody_asked": sum(run["unsold"] for run in found),
        "paid_orders_lost": sum(run["lost"] for run in found),
        "people_with_two_places": sum(run["twice"] for run in found),
        "p50_ms": round(1000 * statistics.median(seconds), 1),
        "p99_ms": round(1000 * seconds[int(len(seconds) * 0.99)], 1),
        "statuses": dict(sum((run["statuses"] for run in found), Counter())),
    }


class _Run:
    def __init__(self, port: int, server_pid: int, number: int) -> None:
        self.port, self.server_pid = port, server_pid
        self.dice = random.Random(number)
        self.name = uuid.uuid4().hex[:8]
        self.event = Event.objects.get(slug=CONGRESS_SLUG)
        self.ticket = TicketType.objects.create(
            event=self.event, slug=f"flash-{self.name}", name="Flash", price_minor=10_000,
            places=SEATS, badge_role="Flash",
        )  # fmt: skip
        self.answers: dict[int, int] = {}
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.guard = threading.Lock()

    def play(self) -> dict[str, Any]:
        killer = threading.Timer(0.4, self._kill_a_worker)
        killer.start()
        self._crowd(range(PEOPLE), drops=True)
        killer.join()
        # Who got no answer presses the button again, with the same key: F2.
        self._crowd([one for one in range(PEOPLE) if self.answers.get(one, 0) == 0], drops=False)
        held = self._held()
        oversold = max(0, held - SEATS)
        unsold = SEATS - held
        paid, unpaid = self._pay_most()
        Order.objects.filter(pk__in=unpaid).update(expires_at=timezone.now())
        self._crowd(
            [one for one, status in self.answers.items() if status == 409], drops=False, again=True
        )
        held = self._held()
        confirmed = Order.objects.filter(pk__in=paid, state=OrderState.CONFIRMED).count()
        self.ticket.refresh_from_db()
        return {
            "oversold": oversold + max(0, held - SEATS, self.ticket.places_taken - SEATS),
            "unsold": max(0, unsold) + max(0, SEATS - held),
            "lost": len(paid)
            - confirmed
            + len(paid)
            - Payment.objects.filter(order__in=paid).count(),
            "twice": held - self._registrations().values("email").distinct().count(),
            "seconds": self.seconds,
            "statuses": self.statuses,
        }

    def _registrations(self) -> Any:
        return Registration.objects.holding_a_place().filter(ticket_type=self.ticket)

    def _held(self) -> int:
        return self._registrations().count()

    def _pay_most(self) -> tuple[list[int], list[int]]:
        paid, unpaid = [], []
        for order in Order.objects.filter(registrations__in=self._registrations()).distinct():
            if self.dice.random() < 0.3:
                unpaid.append(order.pk)
                continue
            record_payment(
                order_id=order.pk, amount_minor=order.total_minor, external_id=f"flash-{order.pk}",
                received_at=timezone.now(), actor=None, at=timezone.now(),
            )  # fmt: skip
            paid.append(order.pk)
        return paid, unpaid

    def _crowd(self, people: Iterable[int], *, drops: bool, again: bool = False) -> None:
        presses = [(one, self.dice.random() * WITHIN_SECONDS, drops and self.dice.random() < 0.1)
                   for one in people]  # fmt: skip
        presses += [(one, after + 0.05, False) for one, after, _drop in presses
                    if self.dice.random() < 0.2]  # fmt: skip
        threads = [
            threading.Thread(target=self._press, args=(one, after, drop, again))
            for one, after, drop in presses
        ]
        self.began = time.perf_counter() + 0.1
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _press(self, one: int, after: float, drop: bool, again: bool) -> None:
        intended = self.began + after
        time.sleep(max(0.0, intended - time.perf_counter()))
        status = self._send(one, drop=drop, again=again)
        with self.guard:
            self.statuses[status] += 1
            if not drop:
                self.seconds.append(time.perf_counter() - intended)
                self.answers[one] = max(self.answers.get(one, 0), status, key=self._better)

    @staticmethod
    def _better(status: int) -> int:
        """Of two answers to one person a place counts more than a refusal, and that more than none."""
        return {201: 2, 409: 1}.get(status, 0)

    def _send(self, one: int, *, drop: bool, again: bool) -> int:
        """The status; 0 if the connection broke, also because she dropped it herself."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=LONGEST_WAIT_SECONDS
        )
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"{self.name}-{one}{'-again' if again else ''}",
        }
        try:
            connection.request(
                "POST", f"/api/v1/events/{self.event.slug}/orders/", self._body(one), headers
            )
            if drop:
                return 0
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            return 0
        else:
            return response.status
        finally:
            connection.close()

    def _body(self, one: int) -> str:
        attendee = {
            "email": f"flash.{self.name}.{one}@example.org",
            "badge_name": "Lucía Güemes",
            "certificate_name": "Lucía Güemes Ibáñez",
            "profession": "physician",
            "country": "AR",
        }
        return json.dumps(
            {
                "payment_method": "bank_transfer",
                "terms_accepted": True,
                "people": [{"ticket_type": self.ticket.slug, "attendee": attendee}],
            }
        )

    def _kill_a_worker(self) -> None:
        """Gunicorn starts another; what that one had in hand is gone."""
        children = Path(f"/proc/{self.server_pid}/task/{self.server_pid}/children").read_text()
        workers = [int(pid) for pid in children.split()]
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.dice.choice(workers), signal.SIGKILL)
