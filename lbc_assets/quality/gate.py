"""The gate: audits a candidate table and says what it failed, by counts and pseudonyms, never by answers.

Belongs here: one audit from checks to results. Does not belong here: Great Expectations itself (``suite.py``,
imported when the first audit runs), what a failure leads to (``warehouse/``, ``assets/``).

First one expectation asks whether any row breaks any check: Great Expectations needs 5 to 15 ms of Python for
each expectation, whatever the data, and a wave has some 430 of them. Only of a table where it fails, the whole
suite is asked: built-in expectations for the YAML's tests, queries for rules. The two must agree. For the checks
that failed, a last suite counts the failing rows, and one bounded query of ours names up to twenty children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from lbc_assets.quality.checks import Check, checks_for
from lbc_assets.quality.failing import counts_query, failed_query, names_children, pseudonyms_query, rows_query
from lbc_assets.quality.faults import GateFault, faults_as_such, raise_faults
from lbc_assets.warehouse.contracts import Table
from lbc_assets.warehouse.engine import quote

__all__ = ["NOT_EXAMINED", "CheckResult", "GateFault", "audit"]

EVERY_CHECK = "every check"
NOT_EXAMINED = "not examined: the columns are not as declared"


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    ``failing_rows`` counts the rows that break the check (for a rule: the rows its query returns; for
    columns: the columns that differ). ``pseudonyms``: at most twenty, sorted. ``observed``: counts in words.
    """

    check: Check
    passed: bool
    failing_rows: int
    pseudonyms: tuple[str, ...]
    observed: str


@dataclass(frozen=True)
class _Candidate:
    connection: duckdb.DuckDBPyConnection
    table: Table
    relation: str

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with faults_as_such(self.table.name):
            return self.connection.execute(sql).fetchall()

    def where(self, check: str) -> str:
        return f"{self.table.name}.{check}"


def audit(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    candidate: str,
    *,
    checks: Sequence[Check] | None = None,
) -> list[CheckResult]:
    """Judge the relation ``candidate`` of the connection by ``checks`` (default: all of ``table``), in order.

    The tables that rules read beside it (``rules.needs``) are relations of the same connection under their
    own names. When ``columns_as_declared`` fails, the other checks are not examined, and so not passed.
    Transactions of the connection are left alone. Raises GateFault when the engine fails.
    """
    checks = checks_for(table) if checks is None else tuple(checks)
    subject = _Candidate(connection, table, candidate)
    ((rows,),) = subject.ask(f"SELECT count(*) FROM {quote(candidate)}")
    failed = [] if _spotless(subject, checks) else _failed(subject, checks)
    broken = [check for check in failed if check.kind == "columns"]
    details = _details(subject, broken or failed)
    results = []
    for check in checks:
        if check.name in details:
            failing, observed = details[check.name]
            pseudonyms = _pseudonyms(subject, check)
            results.append(CheckResult(check, False, failing, pseudonyms, f"{observed}; {rows} rows in all"))
        elif broken:
            results.append(CheckResult(check, False, 0, (), NOT_EXAMINED))
        else:
            results.append(CheckResult(check, True, 0, (), f"{rows} rows"))
    return results


def _spotless(subject: _Candidate, checks: Sequence[Check]) -> bool:
    """That no row breaks any check; where the engine failed, that is not known, and the suite will say where."""
    from lbc_assets.quality import suite

    table = subject.table
    expectations = [suite.columns_expectation(table, check) for check in checks if check.kind == "columns"]
    expectations.append(suite.no_rows_expectation(EVERY_CHECK, failed_query(table, subject.relation, checks)))
    with faults_as_such(table.name):
        results = suite.validate(subject.connection, subject.relation, expectations, "BOOLEAN_ONLY")
    return all(result.success for result in results)


def _failed(subject: _Candidate, checks: Sequence[Check]) -> list[Check]:
    """The checks that fail, at least one; GateFault where the engine failed instead of judging."""
    from lbc_assets.quality import suite

    table = subject.table
    expectations = []
    for check in checks:
        if check.kind == "tests":
            expectations += [suite.declared_expectation(table, check, test) for test in check.tests]
            continue
        if check.kind == "columns":
            expectations.append(suite.columns_expectation(table, check))
        expectations.append(suite.no_rows_expectation(check.name, rows_query(table, subject.relation, check)))
    with faults_as_such(table.name):
        results = suite.validate(subject.connection, subject.relation, expectations, "BOOLEAN_ONLY")
    kinds = {check.name: check.kind for check in checks}
    verdicts = dict.fromkeys(kinds, True)
    for result in results:
        verdicts[suite.check_of(result)] &= bool(result.success)
    columns_broken = any(kinds[name] == "columns" for name, passed in verdicts.items() if not passed)
    for result in results:
        name = suite.check_of(result)
        # where columns are missing, what asks for them fails as an engine fails: that is no fault
        if kinds[name] == "columns" or not columns_broken:
            raise_faults(subject.where(name), suite.faults_of(result))
    if all(verdicts.values()):
        raise GateFault(f"{table.name}: a row breaks a check, yet every check of the suite passed")
    return [check for check in checks if not verdicts[check.name]]


def _details(subject: _Candidate, failed: Sequence[Check]) -> dict[str, tuple[int, str]]:
    """Failing rows of the failed checks, by name, and the same in words."""
    if not failed:
        return {}
    from lbc_assets.quality import suite

    expectations = [
        suite.counts_expectation(check, counts_query(subject.table, subject.relation, check)) for check in failed
    ]
    with faults_as_such(subject.table.name):
        # COMPLETE shows the rows that a query returns, which here are counts
        results = suite.validate(subject.connection, subject.relation, expectations, "COMPLETE")
    by_name = {suite.check_of(result): result for result in results}
    details = {}
    for check in failed:
        result = by_name[check.name]
        raise_faults(subject.where(check.name), suite.faults_of(result))
        (counts,) = result.result["details"]["unexpected_rows"]
        if not counts["failing"] and check.kind != "columns":
            raise GateFault(f"{subject.where(check.name)} failed, but none of its rows was found")
        details[check.name] = (int(counts["failing"]), _in_words(check, counts))
    return details


def _in_words(check: Check, counts: dict[str, Any]) -> str:
    failing = int(counts["failing"])
    if check.kind == "columns":
        return f"{failing} columns differ" if failing else "columns in another order"
    by_test = [(", ".join(test.columns), int(counts[f"test_{n}"])) for n, test in enumerate(check.tests)]
    where = "; ".join(f"{columns} {count}" for columns, count in by_test if count)
    return f"{failing} failing ({where})" if where else f"{failing} failing"


def _pseudonyms(subject: _Candidate, check: Check) -> tuple[str, ...]:
    if not names_children(subject.table, check):
        return ()
    return tuple(str(name) for (name,) in subject.ask(pseudonyms_query(subject.table, subject.relation, check)))
