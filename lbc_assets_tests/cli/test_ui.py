"""What ``lbc ui`` does with the processes that it starts, with stand-ins for Dagster's (make browser has the real)."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from lbc_assets.settings import HOME_VARIABLE, Home

SERVE = """
import json, signal, sys
from pathlib import Path
import click
from lbc_assets.cli import ui
from lbc_assets.settings import Home
# what has started the tests may have them ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
ui.commands = lambda port, viewer_port: json.loads(sys.argv[2])
click.command()(lambda: ui.serve(Home(Path(sys.argv[1])), 9, 10))(args=[])
"""
LASTING = ["sleep", "600"]
# the leader ends when it is told; what it started does not listen, as a run may
WITH_A_DEAF_CHILD = ["sh", "-c", "(trap '' TERM; exec sleep 600) & sleep 600"]


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    home.dagster.mkdir(parents=True)
    return home


@pytest.fixture
def serve(home):
    """Starts ``serve`` with stand-ins; what a failed test left is ended."""
    started = []

    def start(**commands):
        command = [sys.executable, "-c", SERVE, str(home.root), json.dumps(commands)]
        environment = {**os.environ, HOME_VARIABLE: str(home.root)}
        started.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


def _wait_for(condition):
    patience = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < patience
        time.sleep(0.02)


def test_a_used_port_is_named_before_anything_starts(lbc_at, home):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = lbc_at(home)("ui", "--port", str(port))
    assert answer.exit_code == 1
    assert f"port {port} cannot be had (Address already in use); name another with --port" in answer.stderr
    assert not (home.dagster / "ui.log").exists()


def test_the_viewers_port_is_looked_at_too(lbc_at, home):
    with socket.create_server(("127.0.0.1", 0)) as other, socket.create_server(("127.0.0.1", 0)) as free:
        port, used = free.getsockname()[1], other.getsockname()[1]
        free.close()
        answer = lbc_at(home)("ui", "--port", str(port), "--viewer-port", str(used))
    assert f"port {used} cannot be had (Address already in use); name another with --viewer-port" in answer.stderr
    assert "two ports" in lbc_at(home)("ui", "--port", "3000", "--viewer-port", "3000").stderr


def test_settings_that_say_nothing_are_named(lbc_at, home, free_ports):
    (home.root / "settings.yaml").write_text("server: {proxy: true}\n")
    answer = lbc_at(home)("ui", *free_ports)
    assert answer.exit_code == 1
    assert "hosts: [lbc.example.org]" in answer.stderr


@pytest.fixture
def free_ports():
    """Options with two ports that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        ports = [door.getsockname()[1] for door in (one, two)]
    return ["--port", str(ports[0]), "--viewer-port", str(ports[1])]


def test_one_that_ends_is_named_with_its_log_and_the_other_ends(serve, home, processes_of):
    process = serve(daemon=LASTING, server=["sh", "-c", "echo 'no luck' >&2; exit 3"])
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    # the links end with their server
    assert not (home.dagster / "ui.links").exists()
    log = home.dagster / "ui.log"
    assert f"Error: the server ended with status 3; its log: {log}" in said
    assert log.read_text() == "no luck\n"
    assert processes_of(home) == {}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_nothing_survives_an_end(serve, home, processes_of, how):
    process = serve(daemon=WITH_A_DEAF_CHILD, server=LASTING)
    _wait_for(lambda: [words.split()[0] for words in processes_of(home).values()].count("sleep") == 3)
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.splitlines()[-1]) == (0, "Stopping ...")
    assert processes_of(home) == {}


def test_a_second_one_on_the_same_home_is_refused(serve, home, processes_of):
    serve(daemon=LASTING)
    _wait_for(lambda: "sleep 600" in processes_of(home).values())
    second = serve(daemon=LASTING)
    _, said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"the UI of {home.root} runs already" in said
