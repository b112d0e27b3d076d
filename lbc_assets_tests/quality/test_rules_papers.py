"""Rules of papers: tables that pass, one way to break each rule, and waves that the rules are not asked of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.quality.rules_papers import PAPER_RULES

_WAVE = "'w' AS wave, 'synthetic' AS data_origin, 'calibrated' AS evidence, 'p_2017' AS paper, 'resolved' AS reading"
SETUP = f"""
    CREATE TABLE raw_deliveries AS
    SELECT wave, 'synthetic' AS data_origin, 'p_2017' AS calibrated_to FROM (VALUES ('w'), ('other')) AS x (wave);
    CREATE TABLE paper_comparison AS
    SELECT {_WAVE}, rule, verdict, reproduced, explanation FROM (VALUES
        ('count', 'exact', 30::double, NULL),
        ('digits', 'within tolerance', 1.2, NULL),
        ('digits', 'missed', 1.5, 'not explained'),
        ('digits', 'not comparable', NULL, 'no such model')
    ) AS c (rule, verdict, reproduced, explanation);
    CREATE TABLE paper_agreement AS
    SELECT {_WAVE}, 4 AS cells, 1 AS exact, 1 AS within_tolerance, 1 AS missed, 1 AS not_comparable,
        1 AS not_explained, 1 AS declared_exact, 1 AS declared_within_tolerance, 1 AS declared_not_explained;
    CREATE TABLE paper_audit AS
    SELECT * REPLACE ('printed' AS evidence), 'flow' AS check_name, 'all' AS about, 3 AS compared, 2 AS consistent
    FROM (SELECT {_WAVE}), (VALUES ('consistent', NULL), ('contradiction', 'the table')) AS f (verdict, resolved_by);
"""
_COLLECTED = (
    "UPDATE raw_deliveries SET data_origin = 'collected', calibrated_to = NULL;"
    "UPDATE candidate SET data_origin = 'collected', evidence = 'collected';"
)
_COUNT_OFF = "UPDATE candidate SET verdict = 'missed', explanation = 'not explained' WHERE rule = 'count'"
_ONE_WORSE = "UPDATE candidate SET exact = 0, missed = 2"
BROKEN = {
    ("paper_comparison", "paper_counts_exact"): _COUNT_OFF,
    ("paper_comparison", "paper_counts_of_collected"): _COLLECTED + _COUNT_OFF,
    ("paper_comparison", "misses_explained"): "UPDATE candidate SET explanation = ' ' WHERE verdict = 'missed'",
    ("paper_comparison", "verdicts_have_numbers"): "UPDATE candidate SET reproduced = NULL WHERE rule = 'count'",
    ("paper_agreement", "verdicts_add_up"): "UPDATE candidate SET missed = 0",
    ("paper_agreement", "agreement_as_declared"): _ONE_WORSE,
    ("paper_agreement", "agreement_of_collected"): _COLLECTED + _ONE_WORSE,
    ("paper_agreement", "calibration_declared"): "UPDATE candidate SET declared_exact = NULL",
    ("paper_audit", "findings_add_up"): "DELETE FROM candidate WHERE verdict = 'contradiction'",
    ("paper_audit", "contradictions_resolved"): "UPDATE candidate SET resolved_by = NULL",
}


def test_every_rule_has_an_example() -> None:
    assert set(BROKEN) == {(rule.table, rule.name) for rule in PAPER_RULES}


@pytest.mark.parametrize(("table", "rule"), BROKEN)
def test_a_good_table_passes_and_a_broken_one_fails(rule_results: Callable, table: str, rule: str) -> None:
    (good,) = rule_results(table, SETUP, "", rule)
    assert good.passed
    (result,) = rule_results(table, SETUP, BROKEN[table, rule], rule)
    assert (result.passed, result.failing_rows, result.pseudonyms) == (False, 1, ())


@pytest.mark.parametrize(
    ("change", "passed"),
    [
        ("UPDATE candidate SET exact = 2, within_tolerance = 0, missed = 1", True),  # nearer than declared
        ("UPDATE candidate SET within_tolerance = 0, missed = 2", False),
        ("UPDATE candidate SET not_explained = 2", False),
        ("UPDATE candidate SET declared_exact = NULL, exact = 0", True),  # of this reading nothing is declared
    ],
)
def test_agreement_counts_exact_and_within_tolerance(rule_results: Callable, change: str, passed: bool) -> None:
    (result,) = rule_results("paper_agreement", SETUP, change, "agreement_as_declared")
    assert result.passed == passed


@pytest.mark.parametrize("table", ["paper_comparison", "paper_agreement"])
def test_a_synthetic_wave_that_claims_nothing_is_held_to_nothing(rule_results: Callable, table: str) -> None:
    change = "UPDATE raw_deliveries SET calibrated_to = NULL;" + (
        _COUNT_OFF if table == "paper_comparison" else _ONE_WORSE
    )
    assert all(result.passed for result in rule_results(table, SETUP, change))


def test_collected_answers_are_warned_of_and_not_held(rule_results: Callable) -> None:
    for table, change in (("paper_comparison", _COUNT_OFF), ("paper_agreement", _ONE_WORSE)):
        failed = [r.check for r in rule_results(table, SETUP, _COLLECTED + change) if not r.passed]
        assert [check.severity for check in failed] == ["warn"]


def test_a_claim_of_an_unknown_paper_fails_where_no_row_is(rule_results: Callable) -> None:
    (result,) = rule_results("paper_agreement", SETUP, "DELETE FROM candidate", "calibration_declared")
    assert (result.passed, result.failing_rows) == (False, 2)  # both waves of the table beside it


@pytest.mark.parametrize(
    ("change", "passed"),
    [
        ("", True),
        ("UPDATE candidate SET data_origin = 'collected'", True),  # printed numbers are of no children
        ("UPDATE candidate SET evidence = 'collected'", False),
    ],
)
def test_an_audit_is_evidence_of_printed_numbers(rule_results: Callable, change: str, passed: bool) -> None:
    (result,) = rule_results("paper_audit", SETUP, change, "synthetic_results_marked")
    assert result.passed == passed


def test_a_number_that_is_none_is_held(rule_results: Callable) -> None:
    (result,) = rule_results(
        "paper_comparison", SETUP, "UPDATE candidate SET reproduced = 'nan' WHERE rule = 'count'", "numbers_finite"
    )
    assert not result.passed
