"""Rules on surprising answers: a wave without any passes, one of each kind is a warning that names its child.

Belongs here: examples of ``rules_patterns``. Does not belong here: what is a pattern (``spec/answer_patterns.md``).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.quality.rules_patterns import PATTERN_RULES
from lbc_assets.warehouse.contracts import load_tables

# one pattern of another wave, which says nothing of this one
SETUP = """
    CREATE TABLE stg_answer_patterns AS
    SELECT 'other' AS wave, 'child01' AS child_pseudonym, CAST(NULL AS varchar) AS source_file,
        CAST(NULL AS varchar) AS field, 'straight_lining' AS reason_code;
"""
OF_A_COLUMN = ("column_sorted", "constant_item")
RULES = {rule.reason_code: rule for rule in PATTERN_RULES}


def test_there_is_one_warning_a_reason() -> None:
    (reasons,) = (
        test.arguments["values"]
        for test in load_tables()["stg_answer_patterns"].tests
        if test.kind == "accepted_values" and test.columns == ("reason_code",)
    )
    assert list(RULES) == reasons
    assert {(rule.severity, rule.names_children) for rule in PATTERN_RULES} == {("warn", True)}


def test_a_wave_without_surprises_passes(rule_results: Callable) -> None:
    results = rule_results("stg_answer_patterns", SETUP)
    assert len(results) == len(RULES)
    assert all(result.passed for result in results)


@pytest.mark.parametrize("reason", RULES)
def test_each_surprise_is_its_own_warning(rule_results: Callable, reason: str) -> None:
    rows = f"('w', NULL, 'f.csv', 'sdq_lies', '{reason}')"
    if reason not in OF_A_COLUMN:
        rows = f"('w', 'child07', NULL, 'cares_most', '{reason}'), ('w', 'child05', NULL, NULL, '{reason}')"
    results = rule_results("stg_answer_patterns", SETUP, f"INSERT INTO candidate VALUES {rows}")
    (failed,) = [result for result in results if not result.passed]
    assert (failed.check.name, failed.check.reason_code) == (f"no_{reason}", reason)
    expected = (1, ()) if reason in OF_A_COLUMN else (2, ("child05", "child07"))
    assert (failed.failing_rows, failed.pseudonyms) == expected
    assert "lbc show stg_answer_patterns" in failed.check.remedy
