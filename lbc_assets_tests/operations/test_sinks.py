"""Alerts that leave: mail, webhook and file, to real servers; and what is said where one does not take them."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from pathlib import Path

import pytest
from servers import PASSWORD

from lbc_assets.operations.events import Event, Finding
from lbc_assets.operations.messages import message_of
from lbc_assets.operations.sink_settings import File, Smtp, Webhook
from lbc_assets.operations.sinks import NotDelivered, deliver

EVENT = Event(
    key="held:w1:abc:raw_schools:school_counts_possible",
    kind="held",
    wave="w1",
    found=(Finding(reason_code="counts_impossible", table="raw_schools", check="school_counts_possible", number=2),),
    path="/assets/raw_schools?partition=w1",
)
MESSAGE = message_of(EVENT, "https://lbc.example.org", "2026-01-02T03:04:05+00:00")
SECONDS = 5.0


def secret(folder: Path, text: str = PASSWORD, mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_text(f"{text}\n")
    path.chmod(mode)
    return path


def smtp(port, **said):
    known = {
        "kind": "smtp",
        "name": "mail",
        "host": "127.0.0.1",
        "security": "none",
        "sender": "lbc@example.org",
        "recipients": ("steward@example.org", "pi@example.org"),
    }
    return Smtp(**{**known, "port": port, **said})


def webhook(address, **said):
    return Webhook(kind="webhook", name="chat", address=address, **said)


def code_of(sink, home, seconds=SECONDS):
    with pytest.raises(NotDelivered) as failure:
        deliver(sink, MESSAGE, home, seconds)
    assert PASSWORD not in str(failure.value)
    return failure.value.code


@pytest.mark.parametrize("security", ["none", "starttls", "ssl"])
def test_a_mail_says_wave_check_number_and_reason(mail_server, certificate, tmp_path, security):
    box = mail_server(security)
    said = {"security": security}
    if security != "none":
        said["ca_file"] = certificate.authority
    if security == "starttls":
        said |= {"username": "lbc", "password_file": secret(tmp_path)}
    for _ in range(2):
        deliver(smtp(box.port, **said), MESSAGE, tmp_path, SECONDS)
    mail, again = box.mails
    assert mail["Subject"] == "[lbc] w1: held back by a gate"
    assert box.recipients[0] == ["steward@example.org", "pi@example.org"]
    # the same alert sent again can be known as the same
    assert mail["Message-ID"] == again["Message-ID"] == f"<{EVENT.id}@example.org>"
    text = mail.get_content()
    assert "raw_schools.school_counts_possible: counts_impossible (2)" in text
    assert "https://lbc.example.org/assets/raw_schools?partition=w1" in text
    assert PASSWORD not in str(mail)


def test_what_a_mail_server_refuses_has_a_code(mail_server, certificate, tmp_path, monkeypatch):
    box = mail_server("starttls")
    monkeypatch.setenv("LBC_TEST_PASSWORD", "another")
    login = {"security": "starttls", "username": "lbc", "password_variable": "LBC_TEST_PASSWORD"}
    assert code_of(smtp(box.port, **login, ca_file=certificate.authority), tmp_path) == "smtp_535"
    assert code_of(smtp(box.port, **login), tmp_path) == "tls_failed"  # an authority that nobody trusts
    plain = mail_server("none")
    assert code_of(smtp(plain.port, **login), tmp_path) == "smtp_not_supported"
    assert code_of(smtp(plain.port, recipients=("nobody@example.org",)), tmp_path) == "smtp_recipients_refused"
    assert box.taken == plain.taken == []


def test_a_webhook_gets_json_with_a_key_and_no_proxy_is_asked(web_server, tmp_path, monkeypatch):
    web = web_server()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    deliver(webhook(web.address, token_file=secret(tmp_path, "a-token")), MESSAGE, tmp_path, SECONDS)
    ((path, headers, body),) = web.asked
    assert (path, headers["Idempotency-Key"], headers["Authorization"]) == ("/hook", EVENT.id, "Bearer a-token")
    assert json.loads(body)["found"] == [EVENT.found[0].model_dump()]
    assert set(json.loads(body)) == {"id", "kind", "wave", "found", "what_to_do", "link", "seen"}


def test_a_redirect_is_not_followed(web_server, tmp_path):
    web, other = web_server(), web_server()
    for status in (302, 307, 308):
        web.status, web.location = status, other.address
        assert code_of(webhook(web.address), tmp_path) == f"http_{status}"
    assert other.asked == []


def test_no_secret_goes_over_an_open_line(tmp_path, monkeypatch):
    monkeypatch.setenv("LBC_TEST_ADDRESS", "http://chat.example.org/secret-hook")
    hidden = Webhook(kind="webhook", name="chat", address_variable="LBC_TEST_ADDRESS")
    assert code_of(hidden, tmp_path) == "not_encrypted"
    assert code_of(webhook("http://chat.example.org/x", token_file=secret(tmp_path)), tmp_path) == "not_encrypted"


def test_a_server_that_drips_keeps_nobody_waiting(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                for _ in range(30):
                    connection.sendall(b"2")
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        assert code_of(smtp(server.getsockname()[1]), tmp_path, seconds=0.3) == "timed_out"
        assert time.monotonic() - began < 2


def test_nobody_there(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert code_of(smtp(port), tmp_path) == "not_reachable"
    assert code_of(webhook(f"http://127.0.0.1:{port}/"), tmp_path) == "not_reachable"


def test_a_file_gets_a_line_an_alert(tmp_path):
    sink = File(kind="file", name="log", path="alerts.jsonl")
    deliver(sink, MESSAGE, tmp_path, SECONDS)
    deliver(sink, MESSAGE, tmp_path, SECONDS)
    path = tmp_path / "alerts.jsonl"
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == [EVENT.id, EVENT.id]
    assert path.stat().st_mode & 0o777 == 0o600
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "other")
    assert code_of(File(kind="file", name="log", path="link.jsonl"), tmp_path) == "not_written"


def test_a_secret_that_others_can_read_is_not_used(web_server, tmp_path, monkeypatch):
    web = web_server()
    assert code_of(webhook(web.address, token_file=secret(tmp_path, mode=0o644)), tmp_path) == "secret_not_usable"
    assert code_of(webhook(web.address, token_file=tmp_path / "absent"), tmp_path) == "secret_not_usable"
    monkeypatch.delenv("LBC_TEST_TOKEN", raising=False)
    assert code_of(webhook(web.address, token_variable="LBC_TEST_TOKEN"), tmp_path) == "secret_not_usable"
    os.symlink(secret(tmp_path), tmp_path / "link")
    assert code_of(webhook(web.address, token_file=tmp_path / "link"), tmp_path) == "secret_not_usable"
    assert web.asked == []
