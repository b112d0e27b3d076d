"""The site in front of the published home, made once."""

from __future__ import annotations

import pytest
from deploy_kit import Site, missing


@pytest.fixture(scope="session")
def site(published, tmp_path_factory, processes_of):
    """nginx and ``lbc ui``; nothing of them is left at their end."""
    assert missing() == [], "make deploy installs them"
    running = Site(published.home, tmp_path_factory.mktemp("nginx"))
    yield running
    assert running.end() == 0
    assert processes_of(published.home) == {}
