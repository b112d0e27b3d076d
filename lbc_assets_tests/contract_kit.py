"""A made table against its contract, for the tests of all analyses."""

from __future__ import annotations

import pandas as pd

from lbc_assets.warehouse.contracts import load_tables

TYPES = {"str": "varchar", "float64": "double", "Int64": "bigint", "boolean": "boolean"}
# what the asset puts before the columns that an analysis makes
BEFORE = ("wave", "data_origin", "evidence")


def assert_as_declared(name: str, frame: pd.DataFrame) -> None:
    """Columns, types, key, values that must be there, codes and ranges are those that the YAML declares."""
    table = load_tables()[name]
    declared = [(column.name, column.data_type) for column in table.columns]
    made = [(column, TYPES[str(dtype)]) for column, dtype in frame.dtypes.items()]
    assert declared == [*((column, "varchar") for column in BEFORE), *made]
    assert not frame.duplicated([column for column in table.key if column != "wave"]).any()
    for test in table.tests:
        (column, *others) = test.columns
        if others or column in BEFORE:
            continue
        values = frame[column].dropna()
        if test.kind == "not_null":
            assert len(values) == len(frame), column
        elif test.kind == "accepted_values":
            assert set(values) <= set(test.arguments["values"]), column
        elif test.kind == "accepted_range":
            low, high = test.arguments.get("min_value", -1e9), test.arguments.get("max_value", 1e9)
            assert values.between(low, high).all(), column
