"""The tables' YAML says of columns, types and codes what the code makes."""

import pytest

from lbc_assets.stats.refusal import RefusalReason, WaveReason
from lbc_assets.stats.tables.adjusted_means import adjusted_mean_contrasts, adjusted_mean_tests, adjusted_means
from lbc_assets.stats.tables.departure_age import departure_age
from lbc_assets.stats.tables.exposure_models import exposure_models
from lbc_assets.stats.tables.group_comparisons import group_comparisons
from lbc_assets.stats.tables.interaction_tests import interaction_tests
from lbc_assets.stats.tables.model_coefficients import model_coefficients
from lbc_assets.stats.tables.model_diagnostics import model_diagnostics, residuals
from lbc_assets.stats.tables.model_terms import model_terms
from lbc_assets.stats.tables.sample_characteristics import VARIABLES, sample_characteristics
from lbc_assets.stats.tables.specification_curve import specification_curve
from lbc_assets.stats.tables.wave_changes import ANALYSES, wave_changes
from lbc_assets.stats.tables.wave_descriptions import wave_descriptions
from lbc_assets.stats.tables.wealth_within_province import wealth_within_province
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets_tests.contract_kit import assert_as_declared
from lbc_assets_tests.stats.waves_kit import all_children, cells_of, manifests

TABLES = (
    sample_characteristics,
    group_comparisons,
    model_coefficients,
    interaction_tests,
    adjusted_means,
    adjusted_mean_tests,
    departure_age,
    exposure_models,
    model_terms,
    adjusted_mean_contrasts,
    wealth_within_province,
    specification_curve,
    model_diagnostics,
    residuals,
)
TYPES = {"str": "varchar", "float64": "double", "Int64": "bigint", "boolean": "boolean"}


def allowed(table: Table, column: str) -> set[str]:
    """The widest list of values that a blocking test allows."""
    (found,) = (
        set(test.arguments["values"])
        for test in table.tests
        if test.kind == "accepted_values" and test.columns == (column,) and test.severity == "error"
    )
    return found


@pytest.mark.parametrize("function", TABLES, ids=lambda function: function.__name__)
def test_columns_types_codes_and_keys(children, function):
    assert_as_declared(function.__name__, function(children))


def test_lists_of_names_are_those_of_the_specifications(children):
    tables = load_tables()
    for function, column in (
        (model_coefficients, "model"),
        (interaction_tests, "model"),
        (adjusted_means, "variable"),
        (adjusted_means, "level"),
        (departure_age, "model"),
        (exposure_models, "model"),
    ):
        assert allowed(tables[function.__name__], column) == set(function(children)[column])
    described = {variable.variable for variable in VARIABLES}
    assert allowed(tables["sample_characteristics"], "variable") == described


def test_tables_between_waves():
    waves, children = manifests(w0={"is_published": False}), all_children()
    cells = cells_of(children)
    made = {
        "wave_descriptions": wave_descriptions(waves, cells),
        "wave_changes": wave_changes(waves, cells, children),
    }
    dates = ("survey_first_date", "survey_last_date")
    for name, frame in made.items():
        table = load_tables()[name]
        declared = [(column.name, column.data_type) for column in table.columns]
        assert declared == [(c, "date" if c in dates else TYPES[str(dtype)]) for c, dtype in frame.dtypes.items()]
        assert allowed(table, "reason") == {*RefusalReason, *WaveReason}
        assert not frame.duplicated(list(table.key)).any()
        for test in table.tests:
            values = frame[test.columns[0]].dropna()
            if test.kind == "not_null":
                assert len(values) == len(frame), test.columns
            elif test.kind == "accepted_values" and len(test.columns) == 1:
                assert set(values) <= set(test.arguments["values"]), test.columns
    changes = load_tables()["wave_changes"]
    assert allowed(changes, "analysis") == {analysis.name for analysis in ANALYSES}
    assert allowed(changes, "assumption") == {analysis.assumption for analysis in ANALYSES}
