"""Real servers for alerts: mail (aiosmtpd) and web (http.server), on loopback, with a certificate of their own."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "a password that nobody sees"


class Certificate:
    """One for 127.0.0.1, signed by itself: ``authority`` is the file that trusts it."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lbc tests")])
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256())
        )
        self.authority = folder / "authority.pem"
        self.authority.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private = folder / "key.pem"
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(self.authority, private)


class Mailbox:
    """What a mail server took, and for whom; recipients that begin with ``nobody`` it refuses."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.port = 0

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(content, policy=default) for content in self.taken]

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.append(envelope.content)
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"lbc", PASSWORD.encode()), handled=False)


class _AnyPort(Controller):
    """Looks whether the server answers at the port that it got; a server's TLS context could not ask."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        socket.create_connection(("127.0.0.1", self.port), 1.0).close()


@contextlib.contextmanager
def mail_servers(certificate: Certificate) -> Iterator[Callable[..., Mailbox]]:
    """Starts mail servers (``none``, ``starttls`` with a login, ``ssl``); gives their mailboxes."""
    started: list[Controller] = []

    def start(security: str = "none") -> Mailbox:
        mailbox = Mailbox()
        options: dict[str, Any] = {}
        if security == "ssl":
            options = {"ssl_context": certificate.server}
        if security == "starttls":
            options = {"tls_context": certificate.server, "require_starttls": True, "auth_required": True,
                       "authenticator": _knows}  # fmt: skip
        controller = _AnyPort(mailbox, hostname="127.0.0.1", port=0, **options)
        controller.start()
        started.append(controller)
        mailbox.port = controller.port
        return mailbox

    try:
        yield start
    finally:
        for controller in started:
            controller.stop()


class Web:
    """What a web server was sent; ``status`` (and ``location``) is what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.location = 204, ""
        self.address = ""

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.asked]


@contextlib.contextmanager
def web_servers() -> Iterator[Callable[[], Web]]:
    """Starts web servers that keep what is posted."""
    started: list[ThreadingHTTPServer] = []

    def start() -> Web:
        web = Web()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.asked.append((self.path, dict(self.headers), body))
                self.send_response(web.status)
                if web.location:
                    self.send_header("Location", web.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        started.append(server)
        web.address = f"http://127.0.0.1:{server.server_address[1]}/hook"
        return web

    try:
        yield start
    finally:
        for server in started:
            server.shutdown()
            server.server_close()
