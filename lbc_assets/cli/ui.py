"""``lbc ui``: the guarded web server and Dagster's daemon on loopback, and the word when both are healthy.

Belongs here: what is started, when it is healthy, and by which links one signs in. Does not belong here: process groups
and signals (``processes.py``), the guard (``server/``), runs.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import click

from lbc_assets.settings import LOOPBACK

if TYPE_CHECKING:
    from lbc_assets.cli.ui_sign_in import Asking
    from lbc_assets.settings import Home

SECONDS_TO_COME_UP = 180
SECONDS_BETWEEN_LOOKS = 0.5
HEALTH = """{
  instance { daemonHealth { allDaemonStatuses { healthy required lastHeartbeatTime } } }
  workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { __typename } } } }
}"""


def commands(port: int, viewer_port: int) -> dict[str, list[str]]:
    """What is started: name and command line."""
    python, module = [sys.executable, "-m"], ["-m", "lbc_assets.definitions"]
    return {
        "web server": [*python, "lbc_assets.server", "--port", str(port), "--viewer-port", str(viewer_port)],
        # each look into the inbox is in the UI; as lines of a log they would be megabytes a day
        "daemon": [*python, "lbc_assets.runs.daemon", "run", "--log-level", "warning", *module],
    }


def _healthy(asking: Asking, port: int, since: float) -> bool:
    request = urllib.request.Request(
        f"http://{LOOPBACK}:{port}/graphql",
        data=json.dumps({"query": HEALTH}).encode(),
        headers={"Content-Type": "application/json", **asking.headers(port)},
    )
    # a proxy that the environment names is not asked for loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as answer:
            data = json.load(answer)["data"]
        statuses = data["instance"]["daemonHealth"]["allDaemonStatuses"]
        locations = [entry["locationOrLoadError"] for entry in data["workspaceOrError"]["locationEntries"]]
    except (urllib.error.URLError, OSError, KeyError, TypeError, ValueError):
        return False
    # a server whose definitions failed to load answers too, with an empty graph
    loaded = [location for location in locations if location and location["__typename"] == "RepositoryLocation"]
    # Dagster calls a daemon healthy half an hour after its last heartbeat, which may be that of one long gone
    return len(loaded) == 1 and all(
        status["healthy"] and (status["lastHeartbeatTime"] or 0) >= since for status in statuses if status["required"]
    )


def _look_at_port(port: int, option: str) -> None:
    with socket.socket() as door:
        # as the web server will; without it a port counts as used for a minute after its last connection
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((LOOPBACK, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} cannot be had ({error.strerror}); name another with {option}"
            ) from None


def serve(home: Home, port: int, viewer_port: int) -> None:
    """Run the two until one ends or somebody asks for an end. ``prepare`` has been here."""
    from lbc_assets.cli.processes import Processes
    from lbc_assets.cli.ui_sign_in import asking_at

    with (
        (home.dagster / "ui.log").open("ab") as log,
        Processes(os.environ, home.dagster, log) as processes,
    ):
        try:
            # held as long as a process is left that writes there: two daemons would launch everything twice
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(
                f"the UI of {home.root} runs already: end that first (its processes keep {log.name} open)"
            ) from None
        with asking_at(home) as asking:
            started, since, ready = time.monotonic(), time.time(), False
            for name, command in commands(port, viewer_port).items():
                # in a folder without Python files: "-m" would import those that lie about before the libraries' own
                processes.start(name, command)
            click.echo(f"Starting the web server and the daemon (log: {log.name}) ...", err=True)
            while not processes.asked_to_end:
                if ended := processes.ended():
                    raise click.ClickException(f"the {ended[0]} ended with status {ended[1]}; its log: {log.name}")
                if not ready and _healthy(asking, port, since):
                    ready = True
                    click.echo(
                        f"Ready after {time.monotonic() - started:.0f} s: {asking.address(port)} (web server and "
                        f"daemon healthy). Inbox: {home.inbox}. Ctrl-C ends both.\n{asking.said(port, viewer_port)}",
                        err=True,
                    )
                if not ready and time.monotonic() - started > SECONDS_TO_COME_UP:
                    raise click.ClickException(f"not healthy after {SECONDS_TO_COME_UP} s; the log: {log.name}")
                time.sleep(SECONDS_BETWEEN_LOOKS)
            click.echo("Stopping ...", err=True)


@click.command()
@click.option("--port", type=click.IntRange(1, 65534), default=3000, show_default=True, help="The stewards' address.")
@click.option("--viewer-port", type=click.IntRange(1, 65535), help="The read-only address.  [default: the next port]")
def ui(port: int, viewer_port: int | None) -> None:
    """Open the Dagster UI on this machine, with the inbox sensor and the nightly schedule running."""
    viewer_port = viewer_port or port + 1
    if viewer_port == port:
        raise click.ClickException("stewards and viewers need two ports; name another with --viewer-port")
    _look_at_port(port, "--port")
    _look_at_port(viewer_port, "--viewer-port")
    from lbc_assets.instance.home import prepare, records
    from lbc_assets.keys import KeyNotUsable
    from lbc_assets.settings import SettingsNotValid, find_home

    home = find_home()
    try:
        prepare(home)
        # the two that are started find their schema made
        with records(home):
            pass
        serve(home, port, viewer_port)
    except (SettingsNotValid, KeyNotUsable) as problem:
        raise click.ClickException(str(problem)) from None
