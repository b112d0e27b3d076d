"""An invented paper beside invented tables, and the paper of the study."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lbc_assets.papers.paper import Paper, load_paper, load_papers

ORCHARD = Path(__file__).parent / "orchard_2020"


@pytest.fixture(scope="session")
def orchard() -> Paper:
    """The invented paper."""
    return load_paper(ORCHARD)


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[..., Path]:
    """A copy of its folder with one thing replaced in one file."""

    def make(file: str, old: str, new: str) -> Path:
        folder = tmp_path / ORCHARD.name
        shutil.copytree(ORCHARD, folder, dirs_exist_ok=True)
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
        return folder

    return make


@pytest.fixture
def harvest() -> dict[str, pd.DataFrame]:
    """Tables of the invented wave: all as printed, but for one percentage, one coefficient and its stars."""
    return {
        "harvest": pd.DataFrame(
            {
                "kind": ["apple", "apple", "pear", "pear", "half"],
                "age": ["old", "young", "old", "young", "all"],
                "trees": [30, 20, 10, 20, 50],
                "percent": [75.0, 50.0, 25.0, 50.0, None],
            }
        ),
        "tests": pd.DataFrame({"p": [0.0209]}),
        "heights": pd.DataFrame(
            {
                "term": ["wet", "windy", "wet"],
                "against": ["dry", "dry", "windy"],
                "estimate": [0.976, -0.104, 0.5],
                "error": [0.2451, 0.2549, 0.2],
                "p": [0.0002, 0.04, 0.02],
            }
        ),
    }


@pytest.fixture(scope="session")
def zhao() -> Paper:
    """The paper of the study."""
    (paper,) = [paper for paper in load_papers() if paper.name == "zhao_2017"]
    return paper
