"""``lbc ui`` as a process, and Chromium as it looks at pages.

Belongs here: starting and ending the two, what pages ask for, pictures. Does not belong here: any expectation of a
page's content.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Response

from lbc_assets.settings import HOME_VARIABLE, Home

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # what a page should ask of another machine all the same is seen and recorded, and goes nowhere
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
SECONDS_TO_END = 90


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Ui:
    """``lbc ui`` on one home, ready when this is made."""

    def __init__(self, home: Home) -> None:
        self.home, self.port, self.said = home, free_port(), ""
        viewer_port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.viewers_address = f"http://127.0.0.1:{viewer_port}"
        self.process = subprocess.Popen(
            [
                Path(sys.executable).with_name("lbc"),
                *("ui", "--port", str(self.port), "--viewer-port", str(viewer_port)),
            ],
            env={**os.environ, HOME_VARIABLE: str(home.root)},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        # it gives up by itself when the two do not come up
        for line in self.process.stderr:
            self.said += line
            if line.startswith("Whoever has a link"):
                return
        raise AssertionError(f"not ready: {self.said}{self.log()[-3000:]}")

    def link(self, path: str, *, viewer: bool = False) -> str:
        """The printed link of a role, to this page."""
        begin = self.viewers_address if viewer else self.address
        (token,) = re.findall(rf"link: {begin}/\?token=(\S+)$", self.said, re.M)
        return f"{begin}{path}{'&' if '?' in path else '?'}token={token}"

    def log(self) -> str:
        """What web server and daemon have written."""
        return (self.home.dagster / "ui.log").read_text()

    def wait_for(self, condition: Callable[[], object], seconds: float) -> None:
        """Until something is so that no page shows."""
        patience = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < patience, f"waited {seconds:.0f} s; {self.log()[-2000:]}"
            time.sleep(0.5)

    def end(self) -> int:
        """Ask for an end; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        self.said += self.process.communicate(timeout=SECONDS_TO_END)[1]
        return self.process.returncode


class Eyes:
    """A tab of the browser that remembers what was asked for, what was answered and what went wrong."""

    def __init__(self, context: BrowserContext, pictures: Path | None) -> None:
        self.page: Page = context.new_page()
        self.requested: list[str] = []
        self.answers: list[Response] = []
        self.complaints: list[str] = []
        self._pictures = pictures
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("response", lambda answer: self.answers.append(answer))
        self.page.on("websocket", lambda websocket: self.requested.append(websocket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    def asked_elsewhere(self, *addresses: str) -> list[str]:
        """The requests that went to none of these addresses (``http://127.0.0.1:3000``)."""
        hosts = {urlsplit(address).netloc for address in addresses}
        # what a page made itself is asked for as blob:http://... or data:...
        asked = [re.sub("^blob:", "", url) for url in self.requested if not url.startswith("data:")]
        return [url for url in asked if urlsplit(url).netloc not in hosts]

    def answered(self) -> str:
        """The text of every answer of the server's API."""
        return "".join(answer.text() for answer in self.answers if answer.url.endswith("/graphql"))

    def keep(self, name: str, **clip: float) -> None:
        """A picture of the page (or of ``x, y, width, height`` of it), when pictures are wanted."""
        if self._pictures:
            self.page.screenshot(
                path=self._pictures / f"{name}.png", clip=clip or None, full_page=True, animations="disabled"
            )
