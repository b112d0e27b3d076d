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


# modules that read the home `published`: one process makes it, and runs them all
READ_PUBLISHED = (
    "assets/test_launching.py",
    "assets/test_unchanged.py",
    "between_waves/test_one_wave.py",
    "catalogue/test_assembly.py",
    "catalogue/test_declared.py",
    "catalogue/test_site.py",
    "cli/test_cli_held.py",
    "cli/test_cli_published.py",
    "operations/test_cost_of_a_look.py",
    "operations/test_waves_told_of.py",
    "papers/test_papers_gate.py",
    "quality/test_gate.py",
    "runs/test_run_launcher.py",
    "stats/test_stats_agreement.py",
)
# what takes longest begins first, so that both processes end together
LONGEST_FIRST = ("published", "test_between_waves.py", "test_cli_canary.py", "test_cli_deliveries.py", "test_corpus.py")
# their files build on each other
IN_ORDER = ("browser", "dbt", "deploy", "live", "waves")


def _group_of(nodeid):
    """Which tests run one after the other, in one process: a module's, and those that share a costly home."""
    path = Path(nodeid.partition("::")[0])
    if path.parent.name in IN_ORDER:
        return path.parent.name
    return "published" if f"{path.parent.name}/{path.name}" in READ_PUBLISHED else path.name


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What takes longest first; all that share a home together."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(_group_of(item.nodeid), len(places)))
    for item in items:
        if "published" in item.fixturenames and _group_of(item.nodeid) not in ("published", *IN_ORDER):
            raise pytest.UsageError(f"{item.path} reads the published home: name it in READ_PUBLISHED")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Deals out whole groups. (`loadgroup` of pytest-xdist 3.8 finds no groups with pytest 9.2.)"""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return _group_of(nodeid)

    return Groups(config, log)


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


def _processes_of(home: Home) -> dict[int, str]:
    mark, found = f"{HOME_VARIABLE}={home.root}".encode(), {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # one that has ended and was not asked for its status yet has no environment
            if mark in (process / "environ").read_bytes().split(b"\0"):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                found[int(process.name)] = command
        except OSError:  # ended meanwhile, or another user's
            continue
    found.pop(os.getpid(), None)
    return found


@pytest.fixture(scope="session")
def processes_of():
    """The other processes whose environment names a home: number and command line."""
    return _processes_of


@pytest.fixture
def environment():
    """For tests that prepare a home: what that sets in this process's environment is taken back."""
    saved = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(saved)


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
