"""Every analysis table is held back when a refusal gives no reason, or a reason nobody knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.quality.rules_refusals import REFUSAL_RULES

TABLES = [rule.table for rule in REFUSAL_RULES]
SETUP = (
    "CREATE TABLE {} AS FROM (VALUES ('w', 'ok', NULL), ('w', 'refused', 'empty_level')) AS t (wave, status, reason)"
)


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ("", 0),
        ("UPDATE candidate SET reason = NULL", 1),
        ("UPDATE candidate SET reason = 'because' WHERE status = 'refused'", 1),
        ("UPDATE candidate SET reason = 'collinear'", 1),
    ],
)
@pytest.mark.parametrize("table", TABLES)
def test_reasons(rule_results: Callable, table: str, change: str, failing: int) -> None:
    (result,) = rule_results(table, SETUP.format(table), change, "reasons_stated")
    assert (result.passed, result.failing_rows) == (not failing, failing)


def test_no_table_is_left_out() -> None:
    assert {"model_coefficients", "adjusted_means"} <= set(TABLES)
