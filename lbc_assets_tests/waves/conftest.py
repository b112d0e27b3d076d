"""The home of fifty waves, made once."""

import os
import shutil

import pytest
from fifty import refreshed_by_two

from lbc_assets.settings import Home


@pytest.fixture(scope="session")
def fifty(lbc_at, tmp_path_factory):
    """`lbc` on that home, with what the two processes said and how they ended."""
    saved = dict(os.environ)
    home = Home(tmp_path_factory.mktemp("fifty") / "home").make()
    lbc = lbc_at(home)
    lbc.said, lbc.exits = refreshed_by_two(home)
    yield lbc
    os.environ.clear()
    os.environ.update(saved)
    shutil.rmtree(home.root)
