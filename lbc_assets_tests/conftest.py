"""A home with the reference wave published, made once; what several folders of tests share."""

import atexit
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lbc_assets.cli.main import lbc
from lbc_assets.settings import HOME_VARIABLE, Home


def _silence_stderr():
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


# duckdb 2.0's binding lists its own leaked instances on stderr at exit (see cli/main.py)
atexit.register(_silence_stderr)


class Lbc:
    """The command line against one home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def __call__(self, *words: str) -> Result:
        return CliRunner(env={HOME_VARIABLE: str(self.home.root)}).invoke(lbc, list(words))


@pytest.fixture(scope="session")
def lbc_at():
    """Makes `lbc` of a home."""
    return Lbc


def _processes_of(home: Home) -> list[str]:
    mark, found = f"{HOME_VARIABLE}={home.root}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # one that has ended and was not asked for its status yet has no environment
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip())
        except OSError:  # ended meanwhile, or another user's
            continue
    return sorted(found)


@pytest.fixture(scope="session")
def processes_of():
    """Lists the command lines of all processes whose environment names a home."""
    return _processes_of


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """`lbc` on a home where the reference wave was delivered and refreshed. Tests leave it as it is."""
    saved = dict(os.environ)
    command = Lbc(Home(tmp_path_factory.mktemp("published") / "home"))
    assert command("reference", "deliver").exit_code == 0
    command.first = command("refresh")
    os.environ.clear()
    os.environ.update(saved)
    assert command.first.exit_code == 0, command.first.output
    return command
