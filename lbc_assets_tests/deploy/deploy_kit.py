"""The real nginx in front of a real ``lbc ui``: the site of ``deploy/`` with this machine's ports and folders in it.

Belongs here: starting and ending the two, asking as curl would. Does not belong here: any expectation.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from lbc_assets.settings import HOME_VARIABLE, Home

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
HOST = "lbc.example.org"
USERS = {"anna": "a steward's password", "ben": "a viewer's password"}
SECONDS = 120


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def run(*words: str, **options: Any) -> str:
    """A command that has to succeed; what it says."""
    return subprocess.run(words, check=True, capture_output=True, text=True, **options).stdout


class Site:
    """Both, up, until ``end``."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home, self.folder = home, folder
        self.http, self.https, self.port, viewer_port = (free_port() for _ in range(4))
        self.host = f"{HOST}:{self.https}"
        (home.root / "settings.yaml").write_text(
            f"server:\n  proxy: true\n  hosts: ['{self.host}']\n  stewards: [anna]\n"
        )
        self._lbc = Path(sys.executable).with_name("lbc")
        self._environment = {**os.environ, HOME_VARIABLE: str(home.root)}
        ports = ["--port", str(self.port), "--viewer-port", str(viewer_port)]
        self.ui = subprocess.Popen([self._lbc, "ui", *ports], env=self._environment, stderr=subprocess.PIPE, text=True)
        self._write_site()
        self.nginx = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"])
        assert self.ui.stderr is not None
        self.said = ""
        for line in self.ui.stderr:
            self.said += line
            if line.startswith("Behind a proxy"):
                break
        else:
            raise AssertionError(f"not ready: {self.said}")
        self._wait_for_nginx()

    def _write_site(self) -> None:
        # as the README has it, with /etc/lbc elsewhere
        etc = self.folder / "etc"
        (etc / "tls").mkdir(parents=True)
        key = run(str(self._lbc), "proxy-key", env=self._environment)
        (etc / "proxy-key.conf").write_text(key)
        for number, (name, password) in enumerate(USERS.items()):
            run("htpasswd", "-iB", *(["-c"] if number == 0 else []), str(etc / "htpasswd"), name, input=password)
        name = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
        files = ["-keyout", str(etc / "tls/privkey.pem"), "-out", str(etc / "tls/fullchain.pem")]
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name, *files)
        site = (DEPLOY / "nginx.conf").read_text()
        for before, after in {
            "/etc/lbc/": f"{etc}/",
            "listen 443": f"listen 127.0.0.1:{self.https}",
            "listen 80": f"listen 127.0.0.1:{self.http}",
            "http://127.0.0.1:3000": f"http://127.0.0.1:{self.port}",
            f"return 301 https://{HOST}": f"return 301 https://{self.host}",
        }.items():
            assert before in site, before
            site = site.replace(before, after)
        (self.folder / "site.conf").write_text(site)
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"{'user root;' if os.getuid() == 0 else ''}\npid {self.folder}/pid;\nerror_log {self.folder}/error.log;\n"
            f"events {{}}\nhttp {{\naccess_log {self.folder}/access.log;\n"
            f"{temporary}\ninclude {self.folder}/site.conf;\n}}\n"
        )

    def _wait_for_nginx(self) -> None:
        patience = time.monotonic() + SECONDS
        while time.monotonic() < patience:
            try:
                self.ask("/")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "error.log").read_text())

    def tls(self) -> ssl.SSLContext:
        """A client that trusts this certificate alone."""
        return ssl.create_default_context(cafile=str(self.folder / "etc/tls/fullchain.pem"))

    def ask(
        self,
        target: str,
        user: str | None = None,
        *,
        method: str = "GET",
        body: Any = None,
        password: str | None = None,
        **headers: str,
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer over TLS."""
        given = {"Host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if user:
            word = f"{user}:{USERS[user] if password is None else password}"
            given["Authorization"] = "Basic " + base64.b64encode(word.encode()).decode()
        if body is not None:
            given.setdefault("Content-Type", "application/json")
            given.setdefault("Origin", f"https://{self.host}")
        connection = _To(self.https, self.tls())
        try:
            connection.request(method, target, None if body is None else json.dumps(body), given)
            answer = connection.getresponse()
            return (
                answer.status,
                {n.lower(): v for n, v in answer.getheaders()},
                answer.read().decode("utf-8", "replace"),
            )
        finally:
            connection.close()

    def end(self) -> int:
        """End both; the exit status of ``lbc ui``."""
        self.nginx.send_signal(signal.SIGQUIT)
        self.nginx.wait(timeout=SECONDS)
        self.ui.send_signal(signal.SIGTERM)
        self.said += self.ui.communicate(timeout=SECONDS)[1]
        return self.ui.returncode


class _To(http.client.HTTPSConnection):
    """To this port on loopback, under the site's name."""

    def __init__(self, port: int, tls: ssl.SSLContext) -> None:
        super().__init__(HOST, port, context=tls, timeout=SECONDS)
        self._tls = tls

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=HOST)


def missing() -> list[str]:
    """Programs that are not installed."""
    return [name for name in ("nginx", "htpasswd", "openssl", "systemd-analyze") if not shutil.which(name)]


def command_of(unit: str) -> str:
    """The program that a unit starts."""
    (found,) = re.findall(r"^ExecStart=(\S+)", unit, re.M)
    return str(found)
