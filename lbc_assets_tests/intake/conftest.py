"""Small deliveries made from the baked reference wave: its documents, and a few of its rows."""

from __future__ import annotations

import copy
import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from parcel import FILE, Parcel

from lbc_assets.intake.delivery import Delivery
from lbc_assets.reference.deliver import BAKED

CHILDREN = 6


def _baked(name: str) -> Any:
    return yaml.load(BAKED.joinpath(name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.fixture(scope="session")
def _documents() -> tuple[dict[str, Any], dict[str, Any], list[list[str]]]:
    manifest = _baked("wave.yaml")
    manifest["files"] = [{"path": FILE, "encoding": "utf-8", "delimiter": ",", "form": "child-questionnaire"}]
    manifest["schools"] = manifest["schools"][:2]
    lines = BAKED.joinpath("zhejiang.csv").read_text(encoding="utf-8").splitlines()[: CHILDREN + 1]
    return manifest, _baked("codebook.yaml"), list(csv.reader(lines))


def _parcel(base: Path, documents: tuple[dict[str, Any], dict[str, Any], list[list[str]]]) -> Parcel:
    parcel = Parcel(base, *copy.deepcopy(documents))
    parcel.rows[0][parcel.column("township")] = "齐溪镇"
    return parcel


@pytest.fixture(scope="session")
def parcel_in(
    _documents: tuple[dict[str, Any], dict[str, Any], list[list[str]]],
) -> Callable[[Path], Parcel]:
    """Makes a fresh parcel of the same wave in any home."""
    return lambda base: _parcel(base, _documents)


@pytest.fixture
def make_parcel(tmp_path: Path, parcel_in: Callable[[Path], Parcel]) -> Callable[[], Parcel]:
    """Makes a fresh parcel of the same wave; all go through the same door."""

    return lambda: parcel_in(tmp_path)


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory, parcel_in: Callable[[Path], Parcel]) -> Delivery:
    """The unspoiled parcel, taken in once for all tests that only read it."""
    return parcel_in(tmp_path_factory.mktemp("delivery")).send()


@pytest.fixture
def parcel(make_parcel: Callable[[], Parcel]) -> Parcel:
    return make_parcel()
