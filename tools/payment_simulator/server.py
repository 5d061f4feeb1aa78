"""The simulator over HTTP: the providers' APIs, the pages for buyers, and the switches for tests."""

from __future__ import annotations

import html
import json
import socketserver
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from tools.payment_simulator import mercado_pago_like, stripe_like
from tools.payment_simulator.paying import BUTTONS, LATE_SECONDS, LATER_BUTTONS, press
from tools.payment_simulator.world import Checkout, Question, Refused, World, major

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Answer = tuple[HTTPStatus, list[tuple[str, str]], bytes]
MOST_BYTES = 1_000_000
STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }
.note { background: #fe9; color: #420; padding: .5rem 1rem; border-radius: .5rem; }
.sum { font-size: 2rem; font-weight: 600; margin: .5rem 0; }
form { display: grid; gap: .5rem; } a { color: inherit; }
button { font: inherit; padding: .7rem 1rem; border-radius: .5rem; border: 1px solid #8888; cursor: pointer; text-align: start; }
button[value=pay] { background: #0a5f73; color: white; font-weight: 600; }
button:focus-visible { outline: 3px solid #f90; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: start; padding: .3rem; border-top: 1px solid #8884; }
"""


class Simulator:
    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        try:
            status, headers, body = self._answer(environ)
        except Refused as refusal:
            shape = {
                "message": str(refusal),
                "error": {"message": str(refusal), "type": "invalid_request_error"},
            }
            status, headers, body = as_json(shape, HTTPStatus.BAD_REQUEST)
        except (KeyError, ValueError, IndexError) as error:
            status, headers, body = as_json({"message": repr(error)}, HTTPStatus.BAD_REQUEST)
        start_response(
            f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))]
        )
        return [body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        length = min(int(environ.get("CONTENT_LENGTH") or 0), MOST_BYTES)
        raw = environ["wsgi.input"].read(length)
        if path.startswith(("/stripe/", "/mercado_pago/")):
            return self._ask(environ, method, path, raw)
        if path.startswith("/control/"):
            return self._control(path.removeprefix("/control/"), json.loads(raw or b"{}"))
        checkout = self.world.checkouts.get(path.removeprefix("/pay/"))
        if path == "/":
            return as_page("Payments", self._list())
        if checkout is None:
            return as_page("There is no such payment", "", HTTPStatus.NOT_FOUND)
        if method == "POST":
            given = dict(parse_qsl(raw.decode()))
            with self.world.lock:
                press(
                    self.world, checkout, given["button"],
                    late_seconds=float(given.get("late_seconds", LATE_SECONDS)),
                )  # fmt: skip
            target = given.get("next") or checkout.return_url
            return HTTPStatus.SEE_OTHER, [("Location", target)], b""
        return as_page("Simulated payment", page_of(checkout))

    def _ask(self, environ: dict[str, Any], method: str, path: str, raw: bytes) -> Answer:
        world = self.world
        world.calls += 1
        if world.mode == "hang":
            with world.lock:
                world.inside += 1
                world.most_at_once = max(world.most_at_once, world.inside)
            time.sleep(world.hang_seconds)
            with world.lock:
                world.inside -= 1
        if world.mode == "error":
            return as_json({"message": "broken on purpose"}, HTTPStatus.BAD_GATEWAY)
        if world.mode == "refuse":
            raise Refused("Refused on purpose.")
        key = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if not key or "wrong" in key:
            shape = {
                "message": "invalid access token",
                "error": {"message": "Invalid API Key provided"},
            }
            return as_json(shape, HTTPStatus.UNAUTHORIZED)
        provider, _slash, rest = path.strip("/").partition("/")
        given: dict[str, Any] = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        with world.lock:
            if provider == "stripe":
                given |= dict(parse_qsl(raw.decode(), keep_blank_values=True))
                once = environ.get("HTTP_IDEMPOTENCY_KEY", "") if method == "POST" else ""
                return as_json(stripe_like.answer(world, Question(method, rest, given, key, once)))
            given |= json.loads(raw or b"{}")
            once = environ.get("HTTP_X_IDEMPOTENCY_KEY", "") if method == "POST" else ""
            created = HTTPStatus.CREATED if method == "POST" else HTTPStatus.OK
            return as_json(
                mercado_pago_like.answer(world, Question(method, rest, given, key, once)), created
            )

    def _control(self, what: str, given: dict[str, Any]) -> Answer:
        """Switches for tests: how the providers answer, and what was delivered."""
        world = self.world
        if what == "world":
            for name in ("mode", "hang_seconds", "drops_messages", "site"):
                if name in given:
                    setattr(world, name, given[name])
        if what == "expire":
            world.checkouts[given["checkout"]].is_expired = True
        return as_json(
            {
                "mode": world.mode,
                "calls": world.calls,
                "deliveries": world.deliveries,
                "checkouts": {one.id: one.uid for one in world.checkouts.values()},
                "payments": [
                    {
                        "id": payment.id,
                        "uid": one.uid,
                        "status": payment.status,
                        "refunded_minor": payment.refunded_minor,
                    }
                    for one in world.checkouts.values()
                    for payment in one.payments
                ],
            }
        )

    def _list(self) -> str:
        rows = "".join(
            f'<tr><th scope="row"><a href="/pay/{html.escape(one.id)}">{html.escape(one.id)}</a></th>'
            f"<td>{html.escape(one.title)}</td><td>{written(one)}</td>"
            f"<td>{html.escape(', '.join(payment.status for payment in one.payments) or 'unpaid')}</td></tr>"
            for one in reversed(self.world.checkouts.values())
        )
        return f"<table>{rows}</table>" if rows else "<p>Nobody has begun to pay yet.</p>"


def written(checkout: Checkout) -> str:
    return f"{checkout.currency} {major(checkout.amount_minor, checkout.currency):,.2f}"


def page_of(checkout: Checkout) -> str:
    name = {"stripe": "Stripe", "mercado_pago": "Mercado Pago"}[checkout.provider]
    made = "".join(
        f"<li>{html.escape(one.id)}: {html.escape(one.status)}</li>" for one in checkout.payments
    )
    later = buttons(LATER_BUTTONS) if checkout.payments else ""
    return (
        f"<p>In the place of {name}</p><p>{html.escape(checkout.title)}</p>"
        f'<p class="sum">{written(checkout)}</p>'
        f'<form method="post">{buttons(BUTTONS)}</form>'
        + (f'<h2>So far</h2><ul>{made}</ul><form method="post">{later}</form>' if made else "")
    )


def buttons(words: dict[str, str]) -> str:
    return "".join(
        f'<button name="button" value="{name}">{word}</button>' for name, word in words.items()
    )


def as_json(shape: Any, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return status, [("Content-Type", "application/json")], json.dumps(shape).encode()


def as_page(title: str, content: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><body><main><h1>{title}</h1>"
        f'<p class="note">A simulator: no money moves here, and no card is asked for.</p>{content}</main></body></html>'
    )
    return status, [("Content-Type", "text/html; charset=utf-8")], page.encode()


class Threads(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass

    def address_string(self) -> str:
        return str(self.client_address[0])  # without asking a name server


def serve(world: World, *, host: str, port: int) -> WSGIServer:
    """A server that is bound already; port 0 finds a free one."""
    server = make_server(host, port, Simulator(world), server_class=Threads, handler_class=Quiet)
    if not world.public:
        world.public = f"http://{host}:{server.server_port}"
    return server
