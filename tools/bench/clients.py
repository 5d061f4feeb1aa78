"""Many clients at once over loopback, each with one connection kept open."""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Load:
    """The answers of one load: seconds each took, and the statuses."""

    elapsed_seconds: float = 0
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def rate(self, answers: int | None = None) -> float:
        return (len(self.seconds) if answers is None else answers) / self.elapsed_seconds

    def percentile_ms(self, percent: int) -> float:
        if len(self.seconds) < 2:
            return round(1000 * sum(self.seconds), 1)
        return round(1000 * statistics.quantiles(self.seconds, n=100)[percent - 1], 1)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: dict[str, object] | None = None
    headers: dict[str, str] = field(default_factory=dict)


def run_load(port: int, *, clients: int, total: int, make: Callable[[int], Request]) -> Load:
    """Send `total` requests, numbered from 0, from that many clients as fast as they go."""
    load = Load()
    numbers = iter(range(total))
    guard = threading.Lock()
    start_line = threading.Barrier(clients + 1)

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        start_line.wait()
        while True:
            with guard:
                number = next(numbers, None)
            if number is None:
                break
            request = make(number)
            began = time.perf_counter()
            status = send(connection, request)
            took = time.perf_counter() - began
            with guard:
                load.seconds.append(took)
                load.statuses[status] += 1
        connection.close()

    threads = [threading.Thread(target=client) for _number in range(clients)]
    for thread in threads:
        thread.start()
    start_line.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    load.elapsed_seconds = time.perf_counter() - began
    return load


def send(connection: http.client.HTTPConnection, request: Request) -> int:
    headers = {"Accept": "application/json, text/html", **request.headers}
    body = None
    if request.body is not None:
        body = json.dumps(request.body)
        headers["Content-Type"] = "application/json"
    for attempt in (1, 2):  # a worker that was recycled closes its kept connections
        try:
            connection.request(request.method, request.path, body=body, headers=headers)
            response = connection.getresponse()
            response.read()
        except (ConnectionError, http.client.HTTPException):
            connection.close()
            if attempt == 2:
                return 0
        else:
            return response.status
    return 0
