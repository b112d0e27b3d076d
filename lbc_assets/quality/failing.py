"""The failing rows of a check, as SQL.

Belongs here: queries over the candidate made from checks. Does not belong here: running them (``gate.py``),
the conditions of single tests (``predicates.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from lbc_assets.quality.checks import Check
from lbc_assets.quality.predicates import breaks
from lbc_assets.warehouse.contracts import Table
from lbc_assets.warehouse.engine import literal, quote

PSEUDONYM = "child_pseudonym"
PSEUDONYMS_SHOWN = 20
# The candidate under a name that no table has; a query may use it as often as it likes, and reads of the file what it
# asks for each time: DuckDB would otherwise keep all columns of all rows in memory.
_CANDIDATE = "gate_candidate"


def names_children(table: Table, check: Check) -> bool:
    """Whether the rows that break the check are children's."""
    if check.rule is not None:
        return check.rule.names_children
    return check.kind == "tests" and any(column.name == PSEUDONYM for column in table.columns)


def rows_query(table: Table, candidate: str, check: Check) -> str:
    """The failing rows, as Great Expectations takes a query (it counts them and fetches none)."""
    return _for_batch(_rows(table, candidate, check))


def failed_query(table: Table, candidate: str, checks: Sequence[Check]) -> str:
    """The names of the checks that some row breaks, none where all is well."""
    return _for_batch(
        " UNION ALL ".join(
            f"SELECT {literal(check.name)} AS failed WHERE EXISTS ({_rows(table, candidate, check)})"
            for check in checks
        )
    )


def counts_query(table: Table, candidate: str, check: Check) -> str:
    """One row: the number of failing rows (``failing``) and of those that fail each test (``test_0``...)."""
    counts = "".join(f", count(*) FILTER (WHERE test_{n}) AS test_{n}" for n in range(len(check.tests)))
    return _for_batch(f"SELECT count(*) AS failing{counts} FROM ({_rows(table, candidate, check)})")


def pseudonyms_query(table: Table, candidate: str, check: Check) -> str:
    """The first children, in order of their pseudonyms, whose rows break the check."""
    return (
        f"WITH {_CANDIDATE} AS NOT MATERIALIZED (SELECT * FROM {quote(candidate)}) SELECT DISTINCT {PSEUDONYM} "
        f"FROM ({_rows(table, candidate, check)}) WHERE {PSEUDONYM} IS NOT NULL "
        f"ORDER BY {PSEUDONYM} LIMIT {PSEUDONYMS_SHOWN}"
    )


def _for_batch(query: str) -> str:
    # Great Expectations fills in {batch} and takes every other brace for a field unless it is doubled
    query = query.replace("{", "{{").replace("}", "}}")
    return f"WITH {_CANDIDATE} AS NOT MATERIALIZED (SELECT * FROM {{batch}}) SELECT * FROM ({query})"


def _rows(table: Table, candidate: str, check: Check) -> str:
    if check.rule is not None:
        return check.rule.query.replace("{candidate}", _CANDIDATE)
    if check.kind == "columns":
        return _columns_that_differ(table, candidate)
    # selected before they are filtered, for a condition may hold a window
    flags = ", ".join(f"({breaks(table, test)}) AS test_{n}" for n, test in enumerate(check.tests))
    child = f"{PSEUDONYM}, " if names_children(table, check) else ""
    any_flag = " OR ".join(f"test_{n}" for n in range(len(check.tests)))
    return f"SELECT * FROM (SELECT {child}{flags} FROM {_CANDIDATE}) WHERE {any_flag}"


def _columns_that_differ(table: Table, candidate: str) -> str:
    # from DESCRIBE rather than by ExpectColumnValuesToBeOfType: that one compares names of SQLAlchemy classes
    declared = ", ".join(f"({literal(c.name)}, {literal(c.data_type.upper())})" for c in table.columns)
    return (
        f"SELECT coalesce(d.name, f.column_name) AS name FROM (VALUES {declared}) AS d (name, kind) "
        f"FULL JOIN (DESCRIBE {quote(candidate)}) AS f ON f.column_name = d.name "
        "WHERE d.kind IS DISTINCT FROM f.column_type"
    )
