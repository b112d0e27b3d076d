"""A home with the reference wave published, made once; what several folders of tests share."""

import atexit
import os

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
