"""Invented children that R has seen (R's answers: `agreement`). A test may spoil its own copy."""

import pandas as pd
import pytest

from lbc_assets_tests.stats.agreement.answers import answers, data


@pytest.fixture
def children() -> pd.DataFrame:
    return data("children").copy()


@pytest.fixture
def oracle_answers():
    """R's table of this name."""
    return lambda name: answers(name).copy()


@pytest.fixture
def clustered() -> pd.DataFrame:
    """559 invented children in 24 schools, 12 townships and 5 counties."""
    return data("clustered").copy()
