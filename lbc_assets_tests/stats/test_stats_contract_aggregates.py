"""The YAML of reliability and bands says of columns, types and codes what the code makes."""

import aggregates
import pytest

from lbc_assets.stats.refusal import RefusalReason
from lbc_assets.stats.tables.band_models import band_models
from lbc_assets.stats.tables.band_shares import band_shares
from lbc_assets.stats.tables.item_statistics import item_statistics
from lbc_assets.stats.tables.scale_reliability import scale_reliability
from lbc_assets.warehouse.contracts import load_tables

TYPES = {"str": "varchar", "float64": "double", "Int64": "bigint", "boolean": "boolean"}


@pytest.fixture(scope="module")
def tables():
    points, children = aggregates.item_points(), aggregates.banded()
    sums = aggregates.item_sums(points)
    scores = aggregates.score_counts(children, ("total", *aggregates.SUBSCALES))
    return {
        "scale_reliability": scale_reliability(sums, scores),
        "item_statistics": item_statistics(sums, aggregates.item_answers(points)),
        "band_shares": band_shares(scores),
        "band_models": band_models(aggregates.band_cells(children)),
    }


@pytest.mark.parametrize("name", ["scale_reliability", "item_statistics", "band_shares", "band_models"])
def test_columns_types_codes_and_keys(tables, name):
    table, frame = load_tables()[name], tables[name]
    declared = [(column.name, column.data_type) for column in table.columns]
    made = [(column, TYPES[str(dtype)]) for column, dtype in frame.dtypes.items()]
    assert declared == [("wave", "varchar"), ("data_origin", "varchar"), ("evidence", "varchar"), *made]
    assert not frame.duplicated([column for column in table.key if column != "wave"]).any()
    for test in table.tests:
        (column, *others) = test.columns
        if others or column in ("wave", "data_origin", "evidence"):
            continue
        values = frame[column].dropna()
        if test.kind == "not_null":
            assert len(values) == len(frame), column
        elif test.kind == "accepted_values" and "reason" in column:
            assert set(test.arguments["values"]) <= set(RefusalReason)
        elif test.kind == "accepted_values":
            assert set(values) <= set(test.arguments["values"]), column
        elif test.kind == "accepted_range":
            low, high = test.arguments.get("min_value", -1e9), test.arguments.get("max_value", 1e9)
            assert values.between(low, high).all(), column
