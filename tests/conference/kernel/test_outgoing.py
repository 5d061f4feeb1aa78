"""Where we post to, and where we never do."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conference.kernel import outgoing
from conference.kernel.outgoing import (
    AddressRefused,
    NoAnswer,
    is_public,
    look_up,
    post,
    read_target,
)
from tests.conference.receiver import receiving


def resolving_to(*addresses: str):
    """What the system's resolver would answer, each question noted."""
    asked = []

    def resolve(host, port, **_options):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    resolve.asked = asked
    return resolve


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1",
        "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b::808:808", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "100::1",
    ],
)  # fmt: skip
def test_what_is_not_of_the_public_internet_is_never_reached(address):
    target = read_target("https://partner.example.org/", may_reach_loopback=False)

    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(AddressRefused):
        look_up(target, may_reach_loopback=False, resolve=resolving_to(address))
    # One good address does not redeem a bad one: the next connection might take that.
    with pytest.raises(AddressRefused):
        look_up(target, may_reach_loopback=False, resolve=resolving_to("8.8.8.8", address))


@pytest.mark.parametrize("address", ["8.8.8.8", "200.45.191.35", "2800:3f0:4002:80c::200e"])
def test_the_public_internet_is_reached(address):
    target = read_target("https://partner.example.org/hooks?a=1", may_reach_loopback=False)

    assert look_up(target, may_reach_loopback=False, resolve=resolving_to(address)) == address
    assert (target.host, target.port, target.path) == ("partner.example.org", 443, "/hooks?a=1")


@pytest.mark.parametrize(
    "url",
    [
        "", "partner.example.org", "//partner.example.org", "http://partner.example.org/",
        "ftp://partner.example.org/", "file:///etc/passwd", "javascript:alert(1)",
        "https://partner.example.org:8443/", "https://partner.example.org:22/",
        "https://partner.example.org:99999/", "https://user:word@partner.example.org/",
        "https://partner.example.org/#part", "https:///path", "https://par tner.example.org/",
        "https://partner.example.org\\@127.0.0.1/", "https://ñandú.ar/", "https://a\r\nHost: b/",
        "https://127.0.0.1/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
        "https://127.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/", "https://[fe80::1%25eth0]/",
        "https://example.org/" + "a" * 500, "https://[::1", "https://.../", "https://a..b/", "https://-a/", "https://" + "a" * 64 + ".org/",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_meant_is_refused_before_anybody_is_asked(url):
    resolve = resolving_to("8.8.8.8")

    with pytest.raises(AddressRefused):
        post(url, body=b"{}", headers={}, resolve=resolve)

    assert resolve.asked == []


def test_localhost_is_refused_after_it_was_looked_up():
    with pytest.raises(AddressRefused):
        post("https://localhost/", body=b"{}", headers={})


def test_a_name_that_changes_its_mind_is_asked_once_and_not_followed():
    """First a public address, then loopback: the connection goes where the first answer said."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    def resolve(host, port, **_options):
        (address,) = answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with receiving() as receiver:
        url = f"http://partner.test:{receiver.port}/hooks"
        assert post(url, body=b"{}", headers={}, may_reach_loopback=True, resolve=resolve) == 204

    assert answers == [["10.0.0.1"]]
    assert receiver.received[0].headers["Host"] == f"partner.test:{receiver.port}"


def test_a_name_without_an_address_is_no_answer():
    def nobody(*_arguments, **_options):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NoAnswer, match=r"no partner\.example\.org"):
        post("https://partner.example.org/", body=b"{}", headers={}, resolve=nobody)


def test_a_redirect_is_an_answer_and_is_not_followed():
    with receiving() as receiver:
        receiver.answers, receiver.location = [302], "http://169.254.169.254/"

        status = post(receiver.url, body=b"{}", headers={}, may_reach_loopback=True)

    assert status == 302
    assert len(receiver.received) == 1


def test_loopback_is_no_way_to_other_private_addresses():
    with pytest.raises(AddressRefused):
        post("http://10.0.0.1:80/", body=b"{}", headers={}, may_reach_loopback=True)
    with pytest.raises(AddressRefused):
        post(
            "http://partner.test/", body=b"{}", headers={}, may_reach_loopback=True,
            resolve=resolving_to("8.8.8.8"),
        )  # fmt: skip


def listening(answer):
    """A bare socket on this machine; `answer(connection)` runs once somebody connects."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        try:
            connection, _where = server.accept()
            with connection:
                answer(connection)
        except OSError:
            return

    threading.Thread(target=serve, daemon=True).start()
    return server, f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_nobody_there_and_nonsense_are_no_answer():
    closed, closed_url = listening(lambda _connection: None)
    with closed, pytest.raises(NoAnswer):
        post(closed_url, body=b"{}", headers={}, may_reach_loopback=True)
    with pytest.raises(NoAnswer):  # the port is free again
        post(closed_url, body=b"{}", headers={}, may_reach_loopback=True)
    noise, noise_url = listening(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"))
    with noise, pytest.raises(NoAnswer):
        post(noise_url, body=b"{}", headers={}, may_reach_loopback=True)


def test_an_answer_that_drips_is_cut_off(monkeypatch):
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.6)

    def drip(connection):
        for _second in range(100):
            connection.sendall(b"H")
            time.sleep(0.1)

    server, url = listening(drip)
    began_at = time.monotonic()
    with server, pytest.raises(NoAnswer):
        post(url, body=b"{}", headers={}, may_reach_loopback=True)

    assert time.monotonic() - began_at < 3


def certificate_for(name: str, folder) -> tuple[str, ssl.SSLContext]:
    """A file with key and certificate, and who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(tz=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + pem
    )
    return str(file), ssl.create_default_context(cadata=pem.decode())


@pytest.mark.parametrize(
    ("asked_for", "trusts_it", "arrives"),
    [("partner.test", True, True), ("other.test", True, False), ("partner.test", False, False)],
)
def test_the_certificate_must_be_of_the_name_though_we_connect_to_a_number(
    tmp_path, asked_for, trusts_it, arrives
):
    file, trust = certificate_for("partner.test", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def answer(connection):
        with context.wrap_socket(connection, server_side=True) as encrypted:
            received = b""
            while not received.endswith(b"{}"):  # closed before, what was not read is a reset
                received += encrypted.recv(65536)
            encrypted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    server, url = listening(answer)
    url = url.replace("http://127.0.0.1", f"https://{asked_for}")
    options = {
        "body": b"{}", "headers": {}, "may_reach_loopback": True,
        "resolve": resolving_to("127.0.0.1"), "trust": trust if trusts_it else None,
    }  # fmt: skip

    with server:
        if arrives:
            assert post(url, **options) == 200
        else:
            with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
                post(url, **options)
