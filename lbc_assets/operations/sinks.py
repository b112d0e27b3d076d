"""One alert to one sink: mail, webhook, file.

Belongs here: the three ways, with their timeouts, and a neutral code where one fails. Does not belong here: which alert
goes where and when it is tried again (``alerts.py``), words (``messages.py``). What a server says is not passed on, nor
is an address: it may be a secret.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import smtplib
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lbc_assets.operations.messages import Message
from lbc_assets.operations.secrets import SecretNotUsable, read_secret
from lbc_assets.operations.sink_settings import LOOPBACK, File, Sink, Smtp, Webhook, check_address

UNEXPECTED = "fault"


class NotDelivered(Exception):
    """A sink did not take an alert: a neutral code, and for the operator a detail without any address or answer."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}" if detail else code)


def deliver(sink: Sink, message: Message, home: Path, seconds: float) -> None:
    """Hand one alert to a sink within so many seconds. Raises NotDelivered."""

    def hand_over() -> None:
        if isinstance(sink, Smtp):
            _mail(sink, message, seconds)
        elif isinstance(sink, Webhook):
            _post(sink, message, seconds)
        else:
            _append(sink, message, home)

    try:
        _within(seconds, hand_over)
    except NotDelivered:
        raise
    except SecretNotUsable as problem:
        raise NotDelivered("secret_not_usable", str(problem)) from None
    except ssl.SSLError as error:
        raise NotDelivered("tls_failed", error.reason or "") from None
    except TimeoutError:
        raise NotDelivered("timed_out") from None
    except OSError as error:
        raise NotDelivered("not_reachable", error.strerror or "") from None
    except Exception as error:  # whatever a sink does, the others are told
        raise NotDelivered(UNEXPECTED, type(error).__name__) from None


def _within(seconds: float, call: Callable[[], None]) -> None:
    """Call it in a thread that is left behind when time is up: a timeout of a socket begins anew with each byte."""
    ended: list[Exception | None] = []

    def work() -> None:
        try:
            call()
        except Exception as error:
            ended.append(error)
        else:
            ended.append(None)

    thread = threading.Thread(target=work, daemon=True, name="alert")
    thread.start()
    thread.join(seconds)
    if not ended:
        raise NotDelivered("timed_out")
    if ended[0] is not None:
        raise ended[0]


def mail_of(sink: Smtp, message: Message) -> EmailMessage:
    """The mail; its Message-ID is the same whenever it is sent again."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sink.sender, ", ".join(sink.recipients), message.subject
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{message.id}@{sink.sender.rpartition('@')[2]}>"
    # so that no holiday note answers, and no answer to that
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def _mail(sink: Smtp, message: Message, seconds: float) -> None:
    password = read_secret(sink.password_file, sink.password_variable)
    context = ssl.create_default_context(cafile=sink.ca_file)
    client: smtplib.SMTP | None = None
    try:
        if sink.security == "ssl":
            client = smtplib.SMTP_SSL(sink.host, sink.port, timeout=seconds, context=context)
        else:
            client = smtplib.SMTP(sink.host, sink.port, timeout=seconds)
        if sink.security == "starttls":
            client.starttls(context=context)
        if sink.username is not None and password is not None:
            client.login(sink.username, password)
        client.send_message(mail_of(sink, message), sink.sender, list(sink.recipients))
        # the server has it: what it says to a goodbye changes nothing
        with contextlib.suppress(OSError, smtplib.SMTPException):
            client.quit()
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(f"smtp_{error.smtp_code}") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotDelivered("smtp_recipients_refused") from None
    except smtplib.SMTPNotSupportedError:
        raise NotDelivered("smtp_not_supported", "the server offers no STARTTLS or no login") from None
    except smtplib.SMTPException as error:
        raise NotDelivered("smtp_not_understood", type(error).__name__) from None
    finally:
        if client is not None:
            client.close()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: an alert goes where the settings say."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _post(sink: Webhook, message: Message, seconds: float) -> None:
    address = sink.address or read_secret(sink.address_file, sink.address_variable) or ""
    token = read_secret(sink.token_file, sink.token_variable)
    try:
        parts = urlsplit(check_address(address))
    except ValueError as problem:
        raise NotDelivered("secret_not_usable", str(problem)) from None
    is_open = parts.scheme == "http" and parts.hostname not in LOOPBACK
    if is_open and (token is not None or sink.address is None):
        raise NotDelivered("not_encrypted", "a secret goes over https only")
    headers = {"Content-Type": "application/json", "Idempotency-Key": message.id, "User-Agent": "lbc_assets"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(address, json.dumps(message.document).encode(), headers, method="POST")
    opener = urllib.request.build_opener(
        # no proxy that the environment names
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=sink.ca_file)),
        _NoRedirect(),
    )
    try:
        with opener.open(request, timeout=seconds):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise NotDelivered(f"http_{error.code}") from None
    except urllib.error.URLError as error:
        raise error.reason if isinstance(error.reason, Exception) else NotDelivered("not_reachable") from None
    except http.client.HTTPException:
        raise NotDelivered("http_not_understood") from None


def _append(sink: File, message: Message, home: Path) -> None:
    # an absolute path stays what it is
    path = home / sink.path.expanduser()
    line = json.dumps(message.document, ensure_ascii=False).encode() + b"\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "ab", buffering=0) as stream:
            stream.write(line)
            os.fsync(stream.fileno())
    except OSError as error:
        raise NotDelivered("not_written", error.strerror or "") from None
