"""Rules of raw and staging: a delivery of 40 children that passes, and one way to break each rule.

Belongs here: examples of ``rules_intake``. Does not belong here: how the gate counts and reports.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.intake.questionnaire import questionnaire
from lbc_assets.quality.rules_intake import INTAKE_RULES

_ASKED = ("selected_village", "sex", "sdq_kind", "age_years")
_NOT_ASKED = ", ".join(f"NULL::varchar AS {name}" for name in questionnaire() if name not in _ASKED)

# Child 1 left an item blank, child 2 gave a declared missing code (in full-width digits), child 3 a code that
# nobody knows, child 4 gave no consent. A second wave lies beside, with an issue of its own.
SETUP = f"""
    CREATE TABLE raw_responses AS
    SELECT 'w' AS wave, 'child' || lpad(i::varchar, 2, '0') AS child_pseudonym, 'sha' AS delivery_sha256,
        'file' AS source_file, i AS source_line, 'yes' AS selected_village, 'M' AS sex,
        CASE i WHEN 1 THEN '' WHEN 2 THEN '\uff0d\uff19' WHEN 3 THEN 'canary' ELSE ' 2 ' END AS sdq_kind,
        '12' AS age_years, {_NOT_ASKED}
    FROM range(40) AS t (i);
    INSERT INTO raw_responses SELECT * REPLACE ('other' AS wave) FROM raw_responses;
    CREATE TABLE raw_deliveries AS
    SELECT * FROM (VALUES ('w', 40, 'committee', 'register'), ('other', 40, NULL, NULL))
        AS t (wave, questionnaires, linking_approval, linking_key);
    CREATE TABLE raw_links AS
    SELECT wave, child_pseudonym, 'linked' || source_line AS linked_pseudonym FROM raw_responses WHERE wave = 'w';
    CREATE TABLE raw_files AS
    SELECT * FROM (VALUES ('w', 'file', 45), ('other', 'file', 40)) AS t (wave, source_file, rows_in_file);
    CREATE TABLE raw_row_fates AS
    SELECT * FROM (VALUES ('w', 'file', 'published', 40), ('w', 'file', 'quarantined', 2),
        ('w', 'file', 'without_consent', 3), ('other', 'file', 'published', 40))
        AS t (wave, source_file, fate, rows);
    CREATE TABLE raw_codebook AS
    SELECT * FROM (VALUES ('w', 'sdq_kind', '-9', 'missing'), ('other', 'sdq_kind', '-9', 'missing'),
        ('w', 'sex', 'M', 'value')) AS t (wave, variable, code, status);
    CREATE TABLE raw_schools AS
    SELECT 'w' AS wave, 's1' AS school, 30 AS eligible, 28 AS present, 2 AS refused;
    CREATE TABLE stg_responses AS
    SELECT wave, child_pseudonym, source_line <> 4 AS has_consent, true AS is_in_sampling_frame,
        CASE WHEN source_line <> 4 THEN 'male' END AS sex,
        CASE WHEN source_line NOT IN (1, 2, 3, 4) THEN 2 END AS sdq_kind,
        CASE WHEN source_line <> 4 THEN 12 END AS age_years, {_NOT_ASKED}
    FROM raw_responses;
    CREATE TABLE stg_value_issues AS
    SELECT wave, child_pseudonym, 'sdq_kind' AS field, 'code_not_in_codebook' AS reason_code
    FROM raw_responses WHERE source_line = 3;
"""

# table, rule: what breaks it, how many rows fail, which children
BROKEN = {
    ("raw_row_fates", "rows_accounted_for"): ("UPDATE candidate SET rows = 1 WHERE fate = 'quarantined'", 1, ()),
    # once for the wave, once for the file
    ("raw_responses", "rows_match_delivery"): ("DELETE FROM candidate WHERE source_line = 7", 2, ()),
    ("raw_schools", "school_counts_possible"): ("UPDATE candidate SET present = 31", 1, ()),
    # child 1 under its own pseudonym, a stranger
    ("raw_links", "linked_with_approval_only"): (
        "UPDATE candidate SET linked_pseudonym = child_pseudonym WHERE child_pseudonym = 'child01';"
        "UPDATE candidate SET child_pseudonym = 'stranger' WHERE child_pseudonym = 'child02'",
        2,
        ("child01", "stranger"),
    ),
    ("stg_responses", "rows_conserved"): (
        "DELETE FROM candidate WHERE child_pseudonym = 'child07';"
        "INSERT INTO candidate FROM candidate WHERE child_pseudonym = 'child09';"
        "INSERT INTO candidate BY NAME SELECT 'w' AS wave, 'stranger' AS child_pseudonym",
        3,
        ("child07", "child09", "stranger"),
    ),
    ("stg_value_issues", "no_value_disappears"): (
        "UPDATE stg_responses SET age_years = NULL WHERE child_pseudonym = 'child08'",
        1,
        ("child08",),
    ),
    ("stg_value_issues", "value_issues_are_rare"): (
        "INSERT INTO candidate SELECT wave, child_pseudonym, 'sdq_kind', 'code_not_in_codebook' "
        "FROM stg_responses WHERE wave = 'w' AND child_pseudonym BETWEEN 'child10' AND 'child11'",
        1,
        (),
    ),
}


def test_every_rule_has_an_example() -> None:
    assert set(BROKEN) == {(rule.table, rule.name) for rule in INTAKE_RULES}


@pytest.mark.parametrize("table", sorted({table for table, _ in BROKEN}))
def test_a_good_table_passes(rule_results: Callable, table: str) -> None:
    assert [result.check.name for result in rule_results(table, SETUP) if not result.passed] == []


@pytest.mark.parametrize(("table", "rule"), BROKEN)
def test_a_broken_table_fails(rule_results: Callable, table: str, rule: str) -> None:
    change, failing, children = BROKEN[table, rule]
    (result,) = rule_results(table, SETUP, change, rule)
    assert (result.passed, result.failing_rows, result.pseudonyms) == (False, failing, children)


@pytest.mark.parametrize(
    ("table", "rule"), [("raw_responses", "rows_match_delivery"), ("stg_responses", "rows_conserved")]
)
def test_an_empty_table_does_not_conserve_rows(rule_results: Callable, table: str, rule: str) -> None:
    (result,) = rule_results(table, SETUP, "DELETE FROM candidate", rule)
    assert not result.passed


def test_a_value_that_is_neither_staged_nor_listed_is_found(rule_results: Callable) -> None:
    (result,) = rule_results("stg_value_issues", SETUP, "DELETE FROM candidate", "no_value_disappears")
    # a candidate without issues names no wave, so the second wave beside is looked at too: it lists none
    assert result.pseudonyms == ("child03",)
    assert result.failing_rows == 2


def test_a_sampling_frame_answer_may_not_disappear(rule_results: Callable) -> None:
    change = "UPDATE stg_responses SET is_in_sampling_frame = NULL WHERE child_pseudonym = 'child05'"
    (result,) = rule_results("stg_value_issues", SETUP, change, "no_value_disappears")
    assert result.pseudonyms == ("child05",)


@pytest.mark.parametrize("field", ["linking_approval", "linking_key"])
def test_no_approval_no_link(rule_results: Callable, field: str) -> None:
    change = f"UPDATE raw_deliveries SET {field} = NULL"
    (result,) = rule_results("raw_links", SETUP, change, "linked_with_approval_only")
    assert (result.failing_rows, len(result.pseudonyms)) == (40, 20)
