"""
R2: buying through the pages, every request of a person's checkout. Run inside Django.

Each buyer looks at the event, chooses, opens the form, sends it and sees her order: five requests
with her own cookies, as a browser without scripts does it.
"""

from __future__ import annotations

import http.client
import re
import statistics
import threading
import time
import uuid
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from certificates.management.seeding.edition import CONGRESS_SLUG
from conference.models import Event
from registration.models import Registration, TicketType

BUYERS = 120
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def checkouts(port: int) -> list[dict[str, Any]]:
    return [_checkouts(port, clients) for clients in (1, 16)]


def _checkouts(port: int, clients: int) -> dict[str, Any]:
    event = Event.objects.get(slug=CONGRESS_SLUG)
    ticket = TicketType.objects.create(
        event=event, slug=f"page-{uuid.uuid4().hex[:8]}", name="Page", price_minor=10_000,
        places=BUYERS, badge_role="Page",
    )  # fmt: skip
    numbers = iter(range(BUYERS))
    guard = threading.Lock()
    seconds: list[float] = []
    statuses: Counter[int] = Counter()

    def client() -> None:
        while True:
            with guard:
                number = next(numbers, None)
            if number is None:
                return
            buyer = _Buyer(port, event.slug, ticket.slug, number)
            buyer.buy()
            with guard:
                seconds.extend(buyer.seconds)
                statuses.update(buyer.statuses)

    threads = [threading.Thread(target=client) for _number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    sold = Registration.objects.holding_a_place().filter(ticket_type=ticket).count()
    return {
        "row": f"R2 checkout by pages, {clients}",
        "rate": round(sold / took, 1),
        "unit": "orders/s",
        "requests_per_second": round(len(seconds) / took, 1),
        "p50_ms": round(1000 * statistics.median(seconds), 1),
        "p95_ms": round(1000 * statistics.quantiles(seconds, n=100)[94], 1),
        "sold": sold,
        "exact": sold == BUYERS,
        "statuses": dict(statuses),
    }


class _Buyer:
    def __init__(self, port: int, event_slug: str, ticket: str, number: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.event_slug, self.ticket, self.number = event_slug, ticket, number
        self.cookies: dict[str, str] = {}
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()

    def buy(self) -> None:
        choice = urlencode({"country": "AR", "profession": "physician", "ticket": self.ticket})
        details = f"/e/{self.event_slug}/register/details/?{choice}"
        self._ask("GET", f"/e/{self.event_slug}/")
        self._ask("GET", f"/e/{self.event_slug}/register/?{choice}")
        page, _location = self._ask("GET", details)
        token = TOKEN.search(page)
        form = {
            "csrfmiddlewaretoken": token[1] if token else "",
            "people": "1",
            "payment": "bank_transfer",
            "terms_accepted": "on",
            "submission_token": uuid.uuid4().hex,
            "agreed": "USD 10000",
            "person-1-ticket": self.ticket,
            "person-1-badge_name": "Lucía Güemes",
            "person-1-certificate_name": "Lucía Güemes Ibáñez",
            "person-1-email": f"page.{self.ticket}.{self.number}@example.org",
            "person-1-profession": "physician",
            "person-1-country": "AR",
            "person-1-institution": "Hospital General",
        }
        _page, location = self._ask("POST", details, urlencode(form))
        if location:
            self._ask("GET", location)
        self.connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[str, str]:
        """The page and where it sends her."""
        headers = {
            "Accept": "text/html",
            "Accept-Language": "es",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(method, path, body=body, headers=headers)
        response = self.connection.getresponse()
        page = response.read().decode()
        self.seconds.append(time.perf_counter() - began)
        self.statuses[response.status] += 1
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _equals, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return page, response.headers.get("Location", "")
