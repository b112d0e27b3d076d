"""The YAML of reliability and bands says of columns, types and codes what the code makes."""

import aggregates
import pytest

from lbc_assets.stats.refusal import RefusalReason
from lbc_assets.stats.tables.band_models import band_models
from lbc_assets.stats.tables.band_shares import band_shares
from lbc_assets.stats.tables.item_statistics import item_statistics
from lbc_assets.stats.tables.scale_reliability import scale_reliability
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets_tests.contract_kit import assert_as_declared


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
    assert_as_declared(name, tables[name])
    reasons = [
        test.arguments["values"]
        for test in load_tables()[name].tests
        if test.kind == "accepted_values" and "reason" in test.columns[0]
    ]
    assert all(set(values) <= set(RefusalReason) for values in reasons)
