"""The 400 invented children that R has seen, and R's answers. A test may spoil its own copy."""

from pathlib import Path

import pandas as pd
import pytest

ORACLE = Path(__file__).with_name("oracle")


@pytest.fixture
def children() -> pd.DataFrame:
    return pd.read_csv(ORACLE / "children.csv")


@pytest.fixture
def oracle_answers():
    """R's table of this name."""
    return lambda name: pd.read_csv(ORACLE / f"{name}.csv")


@pytest.fixture
def clustered() -> pd.DataFrame:
    """559 invented children in 24 schools, 12 townships and 5 counties."""
    return pd.read_csv(ORACLE / "clustered.csv")
