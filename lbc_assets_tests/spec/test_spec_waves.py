"""Models over several waves: a run over two waves is the union of two runs, and row order decides nothing."""

from __future__ import annotations

import random
from typing import Any

import duckdb
import pytest
from spec_run import USUAL, RawTables, child, records

from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.models import load_project

Rows = list[dict[str, str | None]]


def dirty(seed: int, size: int, absent: tuple[str, ...] = ()) -> Rows:
    """Questionnaires with usual, missing and impossible answers anywhere."""
    draw = random.Random(seed)
    odd = {
        "age_years": ("9", "17", "45", "x", "\uff11\uff12"),
        "siblings_number": ("0", "3", "-1"),
        "departure_age_years": ("0", "7", "99"),
        "cares_most": ("several", "grandparent", "friend"),
        "father_migration": ("current", "previous"),
        "mother_migration": ("current", "previous"),
        "province": ("guizhou",),
        "father_alive": ("no",),
        "consent_child": ("no",),
    }
    rows: Rows = []
    for _ in range(size):
        row: dict[str, str | None] = {}
        for name, usual in USUAL.items():
            choices = (
                ["", "7", *odd.get(name, ()), "0", "2"] if name.startswith("sdq") else ["", "?", *odd.get(name, ())]
            )
            row[name] = draw.choice(choices) if draw.random() < 0.12 else usual
        # half of the children consent clearly, so that something is left to analyse
        if draw.random() < 0.8:
            row |= {"consent_child": "yes", "consent_carer": "yes", "selected_village": "yes"}
        rows.append(row | dict.fromkeys(absent))
    return rows


NOT_ASKED = ("consent_child", "consent_carer", "selected_village", "sdq_lies")
# previously or currently left behind: nobody can say
UNDECIDED: dict[str, str | None] = {**USUAL, "father_migration": "previous", "mother_migration": None}

# The second wave asks other questions and codes sex in another way: '1' is a girl there, a boy in the first.
WAVES: dict[str, tuple[Rows, Rows]] = {
    "first-2015": (
        [row | {"sex": "1"} for row in [*dirty(1, 60), UNDECIDED]],
        [{"variable": "sex", "code": "1", "value": "male", "status": "value"}],
    ),
    "second-2017": (
        [row | {"sex": "1"} for row in [*dirty(2, 40, NOT_ASKED), UNDECIDED | dict.fromkeys(NOT_ASKED)]],
        [
            {"variable": "sex", "code": "1", "value": "female", "status": "value"},
            {"variable": "age_years", "code": "9", "value": None, "status": "missing"},
        ],
    ),
}


def run(*waves: str, backwards: bool = False) -> duckdb.DuckDBPyConnection:
    raw = RawTables()
    for wave in reversed(waves) if backwards else waves:
        raw.add_wave(wave, *WAVES[wave])
    return raw.run()


def contents(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in records(connection, f"SELECT * FROM {name}")), key=repr)


@pytest.fixture(scope="module")
def both():
    with run("first-2015", "second-2017") as connection:
        yield connection


@pytest.fixture(scope="module")
def singles():
    with run("first-2015") as first, run("second-2017") as second:
        yield first, second


@pytest.mark.parametrize("model", list(load_project().models))
def test_union_of_single_runs_is_the_run_on_the_union(model: str, both, singles) -> None:
    first, second = singles
    assert contents(both, model) == sorted(contents(first, model) + contents(second, model), key=repr)
    assert contents(first, model)


def test_the_waves_do_differ(both) -> None:
    found = records(
        both,
        "SELECT DISTINCT wave, sex, has_consent IS NULL AS unasked FROM stg_responses WHERE sex IS NOT NULL",
    )
    assert sorted((row["wave"], row["sex"], row["unasked"]) for row in found) == [
        ("first-2015", "male", False),
        ("second-2017", "female", True),
    ]


def test_order_of_rows_and_codes_decides_nothing(both) -> None:
    with run("first-2015", "second-2017", backwards=True) as connection:
        for model in load_project().models:
            assert contents(connection, model) == contents(both, model), model


@pytest.mark.parametrize("model", list(load_project().models))
def test_columns_are_as_declared(model: str, both) -> None:
    declared = [(column.name, column.data_type) for column in load_tables()[model].columns]
    found = both.execute(f"DESCRIBE {model}").fetchall()
    assert [(row[0], row[1].lower()) for row in found] == declared


@pytest.mark.parametrize("model", list(load_project().models))
def test_key_is_unique_and_present(model: str, both) -> None:
    key = ", ".join(load_tables()[model].key)
    assert "wave" in key
    assert both.execute(f"SELECT {key} FROM {model} GROUP BY ALL HAVING count(*) > 1").fetchall() == []


def test_every_questionnaire_is_in_every_table_of_children(both) -> None:
    expected = sorted((wave, child(number)) for wave, (rows, _) in WAVES.items() for number in range(1, len(rows) + 1))
    for model in (
        "stg_responses",
        "int_item_points",
        "int_sdq_scales",
        "int_migration",
        "int_household",
        "int_support",
        "int_exclusions",
        "mart_sdq_scores",
    ):
        assert sorted(both.execute(f"SELECT wave, child_pseudonym FROM {model}").fetchall()) == expected, model
