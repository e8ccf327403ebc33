"""Receivers of webhooks on this machine, well behaved and not, over real sockets."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Behaviour = Callable[[socket.socket], None]
"""What a receiver does with a connection whose request it has read."""

TLS = b"\x16\x03"
"""How a handshake begins."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def answers(whole: bytes) -> Behaviour:
    return lambda connected: connected.sendall(whole)


def status(line: str, *headers: str, body: str = "") -> Behaviour:
    """One whole answer, as in status("429 Too Many Requests", "Retry-After: 7")."""
    head = "\r\n".join([f"HTTP/1.1 {line}", f"Content-Length: {len(body)}", *headers])
    return answers(f"{head}\r\n\r\n{body}".encode())


class Receiver:
    """A server that keeps what it received whole in `requests`, and how often it was called."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self._behaviour, self._tls = behaviour, tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook?of=mine"
        self.requests: list[bytes] = []
        self.calls = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connected = self._listening.accept()[0]
            except OSError:
                return
            self.calls += 1
            with contextlib.suppress(OSError, ValueError):  # the caller hung up
                self._answer(connected)
            connected.close()

    def _answer(self, plain: socket.socket) -> None:
        connected = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
        with connected:
            self.requests.append(_read(connected))
            self._behaviour(connected)

    def close(self) -> None:
        # A thread that waits in accept() keeps the socket open, so it is woken by a connection.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(timeout=5)


def _read(connected: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(connected)
        if got.startswith(TLS):
            raise ConnectionError("the caller speaks TLS")
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [one for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].partition(b":")[2]):
        more = _more(connected)
        body, got = body + more, got + more
    return got


def _more(connected: socket.socket) -> bytes:
    got = connected.recv(65536)
    if not got:
        raise ConnectionError("the caller hung up")
    return got


@contextlib.contextmanager
def receiver(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    made = Receiver(behaviour, tls)
    try:
        yield made
    finally:
        made.close()


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS with a certificate for `name`, and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    client = ssl.create_default_context(
        cadata=made.public_bytes(serialization.Encoding.PEM).decode()
    )
    return server, client
