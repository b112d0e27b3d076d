"""``lbc ui``: Dagster's web server and daemon on loopback, and the word when both are healthy.

Belongs here: starting, watching and stopping the two. Does not belong here: guarding them (a later
``server/``), runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import click

LOOPBACK = "127.0.0.1"
SECONDS_TO_COME_UP = 180
HEALTH = """{
  instance { daemonHealth { allDaemonStatuses { healthy required } } }
  workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { __typename } } } }
}"""


def _healthy(port: int) -> bool:
    request = urllib.request.Request(
        f"http://{LOOPBACK}:{port}/graphql",
        data=json.dumps({"query": HEALTH}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            data = json.load(answer)["data"]
        statuses = data["instance"]["daemonHealth"]["allDaemonStatuses"]
        locations = [entry["locationOrLoadError"] for entry in data["workspaceOrError"]["locationEntries"]]
    except (urllib.error.URLError, OSError, KeyError, TypeError, ValueError):
        return False
    # a server whose definitions failed to load answers too, with an empty graph
    loaded = [location for location in locations if location and location["__typename"] == "RepositoryLocation"]
    return len(loaded) == 1 and all(status["healthy"] for status in statuses if status["required"])


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
def ui(port: int) -> None:
    """Open the Dagster UI on this machine, with the inbox sensor and the nightly schedule running."""
    import dagster as dg

    from lbc_assets.instance import prepare
    from lbc_assets.settings import find_home

    home = find_home()
    environment = {**os.environ, **prepare(home)}
    # two servers that start on an empty home race on its schema: make it first
    with dg.DagsterInstance.get():
        pass
    module = ["-m", "lbc_assets.definitions"]
    log = (home.dagster / "ui.log").open("ab")
    commands = {
        "web server": ["dagster_webserver", *module, "-h", LOOPBACK, "-p", str(port)],
        "daemon": ["dagster._daemon", "run", *module],
    }
    children = {
        name: subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=log, stderr=log)
        for name, command in commands.items()
    }
    click.echo(f"Starting the web server and the daemon (log: {log.name}) ...", err=True)
    started, ready = time.monotonic(), False
    try:
        while True:
            for name, child in children.items():
                if child.poll() is not None:
                    raise click.ClickException(f"the {name} ended with status {child.returncode}; its log: {log.name}")
            if not ready and _healthy(port):
                ready = True
                click.echo(
                    f"Ready after {time.monotonic() - started:.0f} s: http://{LOOPBACK}:{port} (web server and daemon "
                    f"healthy). Inbox: {home.inbox}. Ctrl-C ends both.",
                    err=True,
                )
            if not ready and time.monotonic() - started > SECONDS_TO_COME_UP:
                raise click.ClickException(f"not healthy after {SECONDS_TO_COME_UP} s; the log: {log.name}")
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("Stopping ...", err=True)
    finally:
        for child in children.values():
            child.terminate()
        for child in children.values():
            try:
                child.wait(timeout=30)
            except subprocess.TimeoutExpired:
                child.kill()
        log.close()
