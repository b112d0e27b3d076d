"""Great Expectations' side of the gate: expectations made of checks, validated on a lent connection.

Belongs here: everything that knows Great Expectations. Does not belong here: what a check is (``checks.py``),
what is reported of a failure (``gate.py``). Heavy: importing it takes seconds, so only ``gate.audit`` does.

The way to the data is Great Expectations' documented one: a fluent SQL data source with a connection string
and ``kwargs`` for ``create_engine``. Of these, SQLAlchemy's ``creator`` hands over the caller's in-memory
connection, which no connection string could name. The legacy Validator would take an engine too, but its
constructor is not public. Context, data source and assets are made once a process (each change of them dumps
the context's configuration as YAML: 10 ms); a lock lends one connection at a time, for a validation that
threads share mixes their batches up.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation

from lbc_assets.quality import dialect
from lbc_assets.quality.checks import Check
from lbc_assets.quality.predicates import accepted
from lbc_assets.warehouse.contracts import Table, Test

# Its logs quote SQL errors, and an SQL error may quote a value; what matters comes back as exception_info.
logging.getLogger("great_expectations").setLevel(logging.CRITICAL + 1)
# Its import sends the whole process's warnings to logging; give them back.
logging.captureWarnings(False)

_LOCK = threading.Lock()
_LENDER = dialect.Lender()


@functools.cache
def _source() -> Any:
    """The data source of a context that lives in memory, writes no files and shows no progress bars."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    sources: Any = context.data_sources  # whose stubs know nothing of kwargs
    return sources.add_sql(name="gate", connection_string=dialect.URL, kwargs=dialect.engine_arguments(_LENDER))


@functools.cache
def _batch_definition(relation: str) -> Any:
    """All rows of the relation of this name, in whichever connection is lent."""
    asset = _source().add_table_asset(relation, table_name=relation)
    return asset.add_batch_definition_whole_table(relation)


class ExpectNoRows(gxe.UnexpectedRowsExpectation):
    """A query returns no row. As its parent, but rows are counted only, where the parent fetches them too."""

    metric_dependencies = ("unexpected_rows_query.row_count",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        return {"success": metrics["unexpected_rows_query.row_count"] == 0}


def no_rows_expectation(check: str, query: str) -> Expectation:
    """That a query finds nothing. ``query``: see ``failing.rows_query`` and ``failing.failed_query``."""
    return ExpectNoRows(unexpected_rows_query=query, meta={"check": check})


def counts_expectation(check: Check, query: str) -> Expectation:
    """One that fails, and whose COMPLETE result shows the one row of counts that ``query`` returns."""
    return gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, meta={"check": check.name})


def declared_expectation(table: Table, check: Check, test: Test) -> Expectation:
    """The built-in expectation of one test of the YAML."""
    meta = {"check": check.name}
    columns = list(test.columns)
    if test.kind == "not_null":
        return gxe.ExpectColumnValuesToNotBeNull(column=columns[0], meta=meta)
    if test.kind == "accepted_values":
        return gxe.ExpectColumnValuesToBeInSet(column=columns[0], value_set=accepted(table, test), meta=meta)
    if test.kind == "accepted_range":
        return gxe.ExpectColumnValuesToBeBetween(column=columns[0], meta=meta, **test.arguments)
    if len(columns) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=columns[0], meta=meta)
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=columns, meta=meta)


def columns_expectation(table: Table, check: Check) -> Expectation:
    """The columns' names in the declared order; their types are a query's affair (``failing.py``)."""
    names = [column.name for column in table.columns]
    return gxe.ExpectTableColumnsToMatchOrderedList(column_list=names, meta={"check": check.name})


def validate(
    connection: duckdb.DuckDBPyConnection,
    candidate: str,
    expectations: Iterable[Expectation],
    result_format: str,
) -> Sequence[ExpectationValidationResult]:
    """One validation of one suite, so that Great Expectations asks for all its metrics together."""
    suite = gx.ExpectationSuite(name=candidate, expectations=list(expectations))
    with _LOCK, _LENDER.lending(connection):
        batch = _batch_definition(candidate).get_batch()
        return batch.validate(suite, result_format=result_format).results


def check_of(result: ExpectationValidationResult) -> str:
    """The name of the check that a result belongs to."""
    meta: dict[str, Any] = getattr(result.expectation_config, "meta", None) or {}
    return str(meta["check"])


def faults_of(result: ExpectationValidationResult) -> list[str]:
    """The messages of what went wrong inside the engine; none when the expectation was really judged."""
    info = result.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    return [str(entry.get("exception_message")) for entry in entries if entry.get("raised_exception")]
