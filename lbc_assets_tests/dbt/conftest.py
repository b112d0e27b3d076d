"""Two published waves, and dbt's own run over their raw tables, made once."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from dbt_kit import DBT, Dbt, make_file

from lbc_assets.settings import Home


@pytest.fixture(scope="session")
def two_waves(tmp_path_factory: pytest.TempPathFactory, lbc_at: Any) -> Home:
    """A home in which the reference wave and another of its kind are published."""
    saved = dict(os.environ)
    home = Home(tmp_path_factory.mktemp("two_waves") / "home")
    lbc = lbc_at(home)
    assert lbc("reference", "deliver").exit_code == 0
    other = ("--wave", "followup-2016", "--seed", "7", "--children", "3000", str(home.inbox / "followup-2016"))
    assert lbc("reference", "make", *other).exit_code == 0
    refreshed = lbc("refresh")
    os.environ.clear()
    os.environ.update(saved)
    assert refreshed.exit_code == 0, refreshed.output
    return home


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory, two_waves: Home) -> Dbt:
    """dbt on a DuckDB file that shows the published raw and analysis tables."""
    assert DBT.exists(), "dbt is not there: make dbt"
    folder = tmp_path_factory.mktemp("dbt")
    make_file(two_waves, folder / "lbc.duckdb")
    return Dbt(folder, folder / "lbc.duckdb")


@pytest.fixture(scope="session")
def parsed(dbt: Dbt) -> subprocess.CompletedProcess[str]:
    """What `dbt parse` says; each later command reads what it wrote."""
    return dbt("--show-all-deprecations", "parse", "--no-partial-parse")


@pytest.fixture(scope="session")
def built(dbt: Dbt, parsed: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What `dbt build` (seeds, models and tests) says of each node, once its DuckDB file holds them all."""
    done = dbt("--warn-error", "--quiet", "build")
    assert done.returncode == 0, done.stdout
    return dbt.said()


@pytest.fixture(scope="session")
def documented(dbt: Dbt, built: dict[str, str]) -> Path:
    """The folder in which `dbt docs generate` has left what it compiled and its page."""
    done = dbt("--warn-error", "--quiet", "docs", "generate")
    assert done.returncode == 0, done.stdout
    return dbt.folder / "target"
