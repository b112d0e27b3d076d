"""Faults of the engine are faults, no answer comes out of an audit, and threads do not mix.

Belongs here: what the gate must never do. Does not belong here: its verdicts (``test_gate.py``).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from lbc_assets.quality import suite
from lbc_assets.quality.checks import Check, checks_for
from lbc_assets.quality.gate import CheckResult, GateFault, audit
from lbc_assets.quality.rule import Rule
from lbc_assets.warehouse.contracts import Table

COLUMNS = {"child_pseudonym": "varchar", "wave": "varchar", "sex": "varchar", "age": "smallint"}


def a_rule(query: str, **more: object) -> Check:
    fields = {"name": "made_up", "table": "sheet", "severity": "error", "reason_code": "any"}
    rule = Rule(**(fields | {"description": "Any.", "remedy": "None.", "query": query} | more))  # type: ignore[arg-type]
    return Check("made_up", "sheet", "error", "rule", "Any.", "any", "None.", rule=rule)


def test_engine_faults_are_no_bad_data(sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table]) -> None:
    table = declared(COLUMNS)
    with pytest.raises(GateFault, match=r"sheet\.made_up: BinderException: .*no_such_column"):
        audit(sheet, table, "sheet", checks=[a_rule("SELECT no_such_column FROM {candidate}")])
    with pytest.raises(GateFault, match="CatalogException"):
        audit(sheet, table, "sheet", checks=[a_rule("SELECT 1 FROM {candidate} JOIN nowhere ON true")])
    with pytest.raises(GateFault, match="CatalogException"):
        audit(sheet, table, "no_such_relation")


CANARY = "canary-answer-4711"


def test_no_answer_comes_out(
    sheet: duckdb.DuckDBPyConnection,
    declared: Callable[..., Table],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    sheet.execute(f"UPDATE sheet SET sex = '{CANARY}' || child_pseudonym")
    table = declared(COLUMNS, ("accepted_values", "sex", {"values": ["male"]}), ("unique", "wave", {}))
    rule = a_rule("SELECT child_pseudonym, sex FROM {candidate}", names_children=True)
    raw: list[str] = []
    validate = suite.validate

    def recorded(*arguments: Any) -> Any:
        results = validate(*arguments)
        raw.extend(str(result.to_json_dict()) for result in results)
        return results

    monkeypatch.setattr(suite, "validate", recorded)
    results: list[CheckResult] = audit(sheet, table, "sheet", checks=[*checks_for(table), rule])
    assert [result.passed for result in results] == [True, False, False, False]
    assert CANARY not in repr(results)
    assert len(raw) == 10
    assert CANARY not in "".join(raw)
    with pytest.raises(GateFault) as fault:
        audit(sheet, table, "sheet", checks=[a_rule("SELECT 1 FROM {candidate} WHERE sex::integer = 1")])
    assert str(fault.value) == "sheet.made_up: ConversionException"
    assert fault.value.__cause__ is None
    printed = capfd.readouterr()
    assert CANARY not in caplog.text + printed.out + printed.err
    assert printed.out == ""


def test_threads_do_not_mix(declared: Callable[..., Table], sheet_sql: str) -> None:
    table = declared(COLUMNS, ("accepted_values", "sex", {"values": ["male", "female"]}))
    found: dict[int, list[int]] = {}

    def work(number: int) -> None:
        with duckdb.connect() as own:
            own.execute(sheet_sql)
            own.execute(f"UPDATE sheet SET sex = 'other' WHERE child_pseudonym < 'child{number:02}'")
            found[number] = [audit(own, table, "sheet")[1].failing_rows for _ in range(3)]

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 3, 7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [number] * 3 for number in (0, 3, 7, 11)}
