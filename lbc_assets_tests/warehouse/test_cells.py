"""Cells from DuckDB say of children what the children say: of all, by cluster, and read in pieces."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.models.fit import fit
from lbc_assets.stats.needs import Needs, needs_of
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import COEFFICIENT_MODELS, DEPARTURE_AGE_MODELS, MODERATIONS, adjusted
from lbc_assets.warehouse import cells
from lbc_assets.warehouse.cells import read_cells, read_cells_by

CHILDREN = Path(__file__).parents[1] / "stats" / "oracle" / "children.csv"


@pytest.fixture
def cohort():
    connection = duckdb.connect()
    connection.register("children", pd.read_csv(CHILDREN).convert_dtypes())
    connection.execute("CREATE TABLE mart_analysis_cohort AS FROM children")
    connection.execute("ALTER TABLE mart_analysis_cohort ADD COLUMN school VARCHAR")
    connection.execute("UPDATE mart_analysis_cohort SET school = 'S' || (total_score % 7)::varchar")
    return connection


@pytest.mark.parametrize(
    "spec",
    [*COEFFICIENT_MODELS[::5], *DEPARTURE_AGE_MODELS, *(moderation.model for moderation in MODERATIONS)],
    ids=lambda spec: f"{spec.name}-{spec.outcome}",
)
def test_the_same_bits_as_from_children(cohort, spec):
    from_cells = fit(spec, Sample(read_cells(cohort, needs_of([spec]))))
    from_children = fit(spec, Sample(pd.read_csv(CHILDREN)))
    assert from_cells.params.tobytes() == from_children.params.tobytes()
    assert from_cells.covariance.tobytes() == from_children.covariance.tobytes()
    assert (from_cells.n, from_cells.r2) == (from_children.n, from_children.r2)


def test_more_variables_than_a_model_has_do_not_change_it(cohort):
    spec = adjusted("total")
    narrow, wide = needs_of([spec]), needs_of([*COEFFICIENT_MODELS, *DEPARTURE_AGE_MODELS])
    assert len(wide.variables) > len(narrow.variables)
    few, many = read_cells(cohort, narrow), read_cells(cohort, wide)
    assert len(few) < len(many)
    assert fit(spec, Sample(few)).params.tobytes() == fit(spec, Sample(many)).params.tobytes()


def test_cells_have_one_order_and_declared_types(cohort):
    needs = Needs(("sex", "age_years"), ("total", "prosocial"))
    frame = read_cells(cohort, needs)
    assert frame["children"].sum() == 400
    assert frame["prosocial__answered"].sum() < 400
    assert {name: str(dtype) for name, dtype in frame.dtypes.items() if "__" not in name} == {
        "sex": "category",
        "age_years": "Int64",
        "children": "Int64",
    }
    cohort.execute("CREATE OR REPLACE TABLE mart_analysis_cohort AS FROM mart_analysis_cohort ORDER BY random()")
    pd.testing.assert_frame_equal(frame, read_cells(cohort, needs), check_exact=True)


def test_cells_within_schools_in_pieces(cohort, monkeypatch):
    cohort.execute(
        "CREATE TABLE many AS SELECT c.* REPLACE (c.school || n AS school) FROM "
        "mart_analysis_cohort AS c, range(40) AS r (n)"
    )
    monkeypatch.setattr(cells, "VECTORS_AT_ONCE", 1)
    needs = needs_of([adjusted("total")])
    pieces = list(read_cells_by(cohort, needs, "school", "many"))
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= 2048
    whole = pd.concat(pieces)
    assert whole["children"].sum() == 40 * 400
    assert (whole["children"] == 1).all()
    schools = whole["school"].to_numpy()
    assert np.all(schools[1:] >= schools[:-1])
