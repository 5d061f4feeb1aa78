"""
Posting to an address that somebody else chose: to the public internet alone, and not further.

The name is resolved once, every address it has is looked at, and the connection goes to the one
that was looked at: a name that changes its mind in between changes nothing. Redirects are
answers like any other, and of an answer only the status is read.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused

CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0
WHOLE_SECONDS = 10.0  # a byte every four seconds would never run out of time otherwise
HTTPS_PORT = 443
LONGEST_URL = 500
_PLAIN = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# The internet of today. What tunnels IPv4 through it could lead anywhere, so nothing does.
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_NOWHERE_V4 = [
    ipaddress.ip_network(block) for block in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24")
]

Resolve = Callable[..., list[tuple[Any, ...]]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(InputRefused):
    code: ClassVar[str] = "address_refused"


class NoAnswer(Exception):
    """Nobody answered properly: the name, the network, the certificate or the other side."""


@dataclass(frozen=True, slots=True)
class Target:
    host: str
    port: int
    path: str
    is_encrypted: bool


def read_target(url: str, *, may_reach_loopback: bool) -> Target:
    """
    Take an address apart, without asking anybody about the name in it.

    :raises AddressRefused: if it is none that we post to.
    """
    if len(url) > LONGEST_URL or not _PLAIN.fullmatch(url):
        raise AddressRefused(_("This is no address of the web. Names are written without accents."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused(_("This is no address of the web.")) from error
    is_encrypted = parts.scheme == "https"
    if (
        not _is_host(host)
        or parts.username is not None
        or parts.password is not None
        or parts.fragment
    ):
        raise AddressRefused(_("This is no address of the web."))
    if not is_encrypted and not (may_reach_loopback and parts.scheme == "http"):
        raise AddressRefused(_("The address must begin with https://."))
    port = port or (HTTPS_PORT if is_encrypted else 80)
    if port != HTTPS_PORT and not may_reach_loopback:
        raise AddressRefused(_("Only the usual port of https, 443, is allowed."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(host, port, path, is_encrypted)
    try:
        # Numbers in any writing, also 2130706433 for 127.0.0.1; names are looked up when we post.
        written = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )
    except (OSError, UnicodeError):
        written = []
    _require_permitted(target, written, may_reach_loopback=may_reach_loopback)
    return target


def _is_host(host: str) -> bool:
    """A name by its letters, or an address without a zone."""
    if ":" in host:
        try:
            return "%" not in host and ipaddress.ip_address(host).version == 6
        except ValueError:
            return False
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in host.split("."))


def look_up(
    target: Target, *, may_reach_loopback: bool, resolve: Resolve = socket.getaddrinfo
) -> str:
    """
    Find the address to connect to.

    :raises AddressRefused: if any address of the name is not of the public internet.
    :raises NoAnswer: if there is no such name.
    """
    try:
        found = resolve(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(f"There is no {target.host}.") from error
    if not found:
        raise NoAnswer(f"There is no {target.host}.")
    _require_permitted(target, found, may_reach_loopback=may_reach_loopback)
    return str(found[0][4][0])


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    may_reach_loopback: bool = False,
    resolve: Resolve = socket.getaddrinfo,
    trust: ssl.SSLContext | None = None,
) -> int:
    """
    Post, and return the status of the answer, whatever it is.

    :raises AddressRefused: if it leads to where we do not go.
    :raises NoAnswer: if there was no proper answer in time.
    """
    target = read_target(url, may_reach_loopback=may_reach_loopback)
    address = look_up(target, may_reach_loopback=may_reach_loopback, resolve=resolve)
    connection = _Pinned(target, address, trust)
    deadline = threading.Timer(WHOLE_SECONDS, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error
    finally:
        deadline.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was looked at; the name is for the certificate alone."""

    def __init__(self, target: Target, address: str, trust: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port)
        self.default_port = HTTPS_PORT if target.is_encrypted else 80  # not said in Host
        self._target = target
        self._address = address
        self._trust = trust

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self._target.port), CONNECT_SECONDS)
        plain.settimeout(READ_SECONDS)
        self.sock = plain
        if self._target.is_encrypted:
            trust = self._trust or ssl.create_default_context()
            self.sock = trust.wrap_socket(plain, server_hostname=self._target.host)

    def cut(self) -> None:
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is closed already
                return


def _require_permitted(
    target: Target, found: list[tuple[Any, ...]], *, may_reach_loopback: bool
) -> None:
    for *_kind, where in found:
        address = ipaddress.ip_address(str(where[0]))
        if may_reach_loopback and address.is_loopback:
            continue
        if not is_public(address):
            raise AddressRefused(
                _("“%(host)s” is not on the public internet.") % {"host": target.host}
            )
        if not target.is_encrypted or target.port != HTTPS_PORT:
            raise AddressRefused(_("The address must begin with https://."))


def is_public(address: Address) -> bool:
    """Whether it is of the public internet, and says so without a tunnel."""
    if isinstance(address, ipaddress.IPv6Address):
        return (
            address in _GLOBAL_V6
            and address.is_global
            and address.sixtofour is None
            and address.teredo is None
        )
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in block for block in _NOWHERE_V4)
    )
