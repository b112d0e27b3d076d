"""Every specification table, row by row, against the real SQL models."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from spec_run import ITEM_COLUMN, RawTables, child, files_of_one_item, outcomes, run_on
from spec_tables import SpecTable, all_specs, read_spec

SPECS = all_specs()


def wave_of(table: SpecTable) -> str:
    return f"spec-{SPECS.index(table)}"


@pytest.fixture(scope="module")
def engines() -> Iterator[dict[str, duckdb.DuckDBPyConnection]]:
    """All tables at once, each a wave of its own: so every rule is also tried beside other waves."""
    raw = RawTables()
    scores = []
    for table in SPECS:
        if table.given == "raw_responses":
            raw.add_wave(wave_of(table), [given for given, _ in table.rows], table.codebook)
        elif table.given == ITEM_COLUMN:
            raw.add_wave(wave_of(table), files_of_one_item(str(given["answers"]) for given, _ in table.rows))
        else:
            scores += [
                {"wave": wave_of(table), "child_pseudonym": child(number)}
                | {name: int(text) if text else None for name, text in given.items()}
                for number, (given, _) in enumerate(table.rows, start=1)
            ]
    models = raw.run()
    made = {
        "raw_responses": models,
        ITEM_COLUMN: models,
        "int_sdq_scales": run_on("int_sdq_scales", scores, ("mart_sdq_scores",)),
    }
    yield made
    for connection in made.values():
        connection.close()


@pytest.mark.parametrize("table", SPECS, ids=lambda table: table.name)
def test_rule(table: SpecTable, engines: dict[str, duckdb.DuckDBPyConnection]) -> None:
    found = outcomes(engines[table.given], table, wave_of(table))
    got = [
        (given, {name: row[name] for name in expected})
        for (given, expected), row in zip(table.rows, found, strict=True)
    ]
    assert got == list(table.rows)


def test_each_rule_has_a_specification() -> None:
    assert {table.name.split(":")[0] for table in SPECS} >= {
        "answers", "answer_patterns", "scoring", "bands", "migration", "household", "support", "exclusions"
    }  # fmt: skip


def test_a_row_that_does_not_fit_is_refused(tmp_path) -> None:
    path = tmp_path / "broken.md"
    path.write_text("Given `a`, expect `b`:\n\n| x | -> | y |\n|---|---|---|\n| 1 | 2 |\n", encoding="utf-8")
    with pytest.raises(ValueError, match="does not fit"):
        read_spec(path)


def test_a_table_without_announcement_is_refused(tmp_path) -> None:
    path = tmp_path / "broken.md"
    path.write_text("| x | -> | y |\n|---|---|---|\n| 1 | -> | 2 |\n", encoding="utf-8")
    with pytest.raises(ValueError, match="Given"):
        read_spec(path)
