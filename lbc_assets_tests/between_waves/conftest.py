"""A home with two linked waves published and compared, made once; tests that spoil it take a copy."""

import os
import shutil

import pytest
from followup_files import deliver_baseline, deliver_followup

from lbc_assets.settings import Home


@pytest.fixture(scope="session")
def two_waves(lbc_at, tmp_path_factory):
    """`lbc` on a home where a baseline and its follow-up were delivered and refreshed by one command."""
    saved = dict(os.environ)
    command = lbc_at(Home(tmp_path_factory.mktemp("between") / "home"))
    command.home.make()
    deliver_baseline(command.home.inbox)
    deliver_followup(command.home.inbox)
    command.first = command("refresh")
    os.environ.clear()
    os.environ.update(saved)
    assert command.first.exit_code == 0, command.first.output
    return command


@pytest.fixture
def copied(lbc_at, two_waves, tmp_path):
    """The same, to be changed."""
    saved = dict(os.environ)
    root = tmp_path / "home"
    shutil.copytree(two_waves.home.root, root)
    yield lbc_at(Home(root))
    os.environ.clear()
    os.environ.update(saved)
