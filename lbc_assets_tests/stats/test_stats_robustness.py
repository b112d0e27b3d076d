"""The table `robustness`: every row against R, verdicts and E-values by hand, refusals, cells for children."""

import math

import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.sample import ANSWERED, CHILDREN, SQUARES, TOTAL, sums_column
from lbc_assets.stats.specs import CLUSTERS, MAIN_MODEL
from lbc_assets.stats.tables.robustness import NEEDS, RobustnessData, robustness
from lbc_assets_tests.stats.agreement.answers import answers, data
from lbc_assets_tests.stats.agreement.difference import largest_difference, pairs

LEVELS = ("previous", "current")
NUMBERS = ["estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "n"]
ANALYSES = [
    *("ols", "hc3", "cr1s_school", "cr2_school", "cr1s_township", "cr2_township", "random_intercept_school"),
    *("wild_bootstrap_school", "wild_bootstrap_township", "multiple_imputation", "age_11_and_over"),
    *("unknown_as_previous", "confounders_only", "confounders_only_complete_cases"),
]


def imputed(**changes):
    """What imputed_coefficients holds of the main model: mice's pooled numbers; `previous`, `current`: other ones."""
    table = answers("pooled").query("model == 'adjusted'").assign(outcome="total", status="ok", reason=None)
    table["reason"] = table["reason"].astype(object)
    for level, numbers in changes.items():
        for name, value in numbers.items():
            table.loc[table["term"] == f"migration_status[{level}]", name] = value
    return table


def made(cohort, *, within=None, undecided=None, pooled=None, with_verdicts=True):
    pieces = {cluster: (lambda: [cohort]) for cluster in CLUSTERS} | (within or {})
    undecided = cohort if undecided is None else undecided
    return robustness(RobustnessData(cohort, pieces, undecided, imputed() if pooled is None else pooled), with_verdicts)


@pytest.fixture(scope="module")
def table():
    clustered = data("clustered")
    return made(clustered, undecided=pd.concat([clustered, data("small")]))


def rows_of(table, analysis):
    rows = table[table["analysis"] == analysis].set_index("level").loc[list(LEVELS)].reset_index()
    return rows.assign(term=[f"migration_status[{level}]" for level in LEVELS])


def r_rows():
    """R's rows of each analysis."""
    model = "model == 'adjusted' and outcome == 'total'"
    coefficients, curve = answers("coefficients", "clustered"), answers("specifications", "clustered")
    robust = answers("cluster_tests", "clustered").query(model)
    found = {
        "ols": coefficients.query(model),
        "confounders_only": coefficients.query("model == 'baseline' and outcome == 'total'"),
        "confounders_only_complete_cases": coefficients.query(
            "model == 'baseline_complete_cases' and outcome == 'total'"
        ),
        "unknown_as_previous": answers("undecided", "clustered"),
        "multiple_imputation": answers("pooled").query("model == 'adjusted'"),
        "random_intercept_school": answers("random_intercepts", "clustered").query(model),
        "wild_bootstrap_township": answers("wild_bootstrap", "clustered").query(f"{model} and by == 'township'"),
    }
    for kind in ("CR1S", "CR2"):
        for by in CLUSTERS:
            found[f"{kind.lower()}_{by}"] = robust.query("kind == @kind and by == @by")
    curve = curve.query("outcome == 'total' and covariates == 'all'").rename(columns={"df_residual": "df"})
    curve["term"] = [f"migration_status[{level}]" for level in curve["level"]]
    found["age_11_and_over"] = curve.query("population == '11_and_over'")
    hc3 = curve.query("population == 'all'").drop(
        columns=["std_error", "p_value", "statistic", "conf_low", "conf_high"]
    )
    found["hc3"] = hc3.rename(columns={"std_error_hc3": "std_error", "p_value_hc3": "p_value"})
    return found


R_ROWS = r_rows()


def test_one_row_an_analysis_and_level(table):
    assert list(table["analysis"]) == [analysis for analysis in ANALYSES for _ in LEVELS]
    assert list(table["level"]) == [*LEVELS] * len(ANALYSES)
    assert set(table["outcome"]) == {"total"}
    assert set(table["reference"]) == {"never"}
    assert set(table["status"]) == {"ok"}
    assert set(R_ROWS) == set(ANALYSES) - {"wild_bootstrap_school"}


@pytest.mark.parametrize("analysis", R_ROWS)
def test_every_analysis_against_r(table, analysis):
    ours = rows_of(table, analysis)
    theirs = ours[["term"]].merge(R_ROWS[analysis], on="term", validate="one_to_one")
    columns = [name for name in NUMBERS if name in theirs and theirs[name].notna().all()]
    assert {"estimate", "p_value"} <= set(columns)
    # lmer's search stops at about seven digits
    tolerance = 1e-5 if analysis == "random_intercept_school" else 1e-9
    for pair in pairs(analysis, ours, theirs, columns):
        assert largest_difference(pair, "scaled") <= tolerance, pair.what


def test_the_random_intercept_tells_of_the_schools(table):
    theirs = R_ROWS["random_intercept_school"].iloc[0]
    ours = rows_of(table, "random_intercept_school")
    icc = theirs["between"] / (theirs["between"] + theirs["within"])
    assert ours["icc"].to_numpy() == pytest.approx(icc, rel=1e-5)
    assert not ours["is_boundary"].any()
    assert set(ours["clusters"]) == {24}


def test_the_bootstrap_of_many_schools_is_random_and_near_the_robust_test(table):
    ours, robust = rows_of(table, "wild_bootstrap_school"), rows_of(table, "cr1s_school")
    for name in ("estimate", "std_error", "statistic"):
        np.testing.assert_allclose(ours[name], robust[name], rtol=1e-10)
    assert set(ours["note"]) == {"rademacher_random"}
    assert set(ours["draws"]) == {9999}
    assert set(rows_of(table, "wild_bootstrap_township")["note"]) == {"rademacher_enumerated"}
    # another test of the same t: its p is near the t test's with 24 schools, no more
    assert (ours["p_value"] - robust["p_value"]).abs().max() < 0.02


def test_e_values_by_hand(table):
    clustered = data("clustered")
    complete = clustered.dropna(subset=[p.variable for p in MAIN_MODEL.predictors])
    deviation = complete["total_score"].std()

    def of(distance):
        ratio = math.exp(0.91 * distance / deviation)
        return ratio + math.sqrt(ratio * (ratio - 1))

    for row in table.itertuples():
        nearer = min(abs(row.conf_low), abs(row.conf_high)) if row.conf_low * row.conf_high > 0 else 0.0
        found = (row.e_value, row.e_value_limit)
        assert found == pytest.approx((of(abs(row.estimate)), of(nearer)), rel=1e-12), row.analysis
    assert (table["e_value_limit"] == 1).any()
    assert (table["e_value_limit"] > 1).any()


def test_verdicts_of_all_rows_by_hand(table):
    zero = (table["conf_low"] <= 0) & (table["conf_high"] >= 0)
    for level in LEVELS:
        rows = table[table["level"] == level]
        main = rows.index[0]
        assert pd.isna(rows.loc[main, "verdict"])
        for i in rows.index[1:]:
            alike = rows.loc[i, "estimate"] * rows.loc[main, "estimate"] > 0 and zero[i] == zero[main]
            assert rows.loc[i, "verdict"] == ("holds" if alike else "does_not_hold")


@pytest.mark.parametrize(
    ("estimate", "low", "high", "verdict"),
    [
        (1.0, 0.5, 1.5, "holds"),
        (1.0, -0.1, 2.1, "does_not_hold"),  # not significant any more
        (-1.0, -1.5, -0.5, "does_not_hold"),  # the other way round
        (1.0, 0.0, 2.0, "does_not_hold"),  # zero is a limit: not excluded
    ],
)
def test_verdict_beside_a_significant_main_result(clustered, estimate, low, high, verdict):
    changed = imputed(current={"estimate": estimate, "conf_low": low, "conf_high": high})
    table = made(clustered, pooled=changed)
    main = rows_of(table, "ols").iloc[1]
    assert main["conf_low"] > 0
    assert rows_of(table, "multiple_imputation")["verdict"].iloc[1] == verdict


def test_no_verdict_on_synthetic_children(clustered):
    table = made(clustered, with_verdicts=False)
    assert table["verdict"].isna().all()
    assert set(table["status"]) == {"ok"}
    assert table["e_value"].notna().all()


def test_few_schools_refuse_their_own_rows_only(clustered):
    few = clustered.assign(school=clustered["province"], township=clustered["county"])
    table = made(few)
    refused = table[table["status"] == "refused"]
    by_school = {"cr1s_school", "cr2_school", "random_intercept_school", "wild_bootstrap_school"}
    assert set(refused["analysis"]) == by_school
    assert set(refused["reason"]) == {"too_few_clusters"}
    numbers = [*NUMBERS, "e_value", "e_value_limit", "icc", "clusters", "draws", "verdict", "note"]
    assert refused[numbers].isna().all(axis=None)
    assert len(table) == 2 * len(ANALYSES)
    # five counties: the p of 7,776 draws of Webb's six points
    assert set(rows_of(table, "wild_bootstrap_township")["note"]) == {"webb_enumerated"}


def test_schools_that_nobody_knows(clustered):
    table = made(clustered.assign(school=None))
    assert set(rows_of(table, "cr2_school")["reason"]) == {"too_few_clusters"}
    assert set(rows_of(table, "cr2_township")["status"]) == {"ok"}


def test_a_refused_imputation_is_a_refused_row(clustered):
    table = made(clustered, pooled=imputed(previous={"status": "refused", "reason": "no_convergence"}))
    rows = rows_of(table, "multiple_imputation")
    assert list(rows["status"]) == ["refused", "ok"]
    assert rows["reason"].iloc[0] == "no_convergence"
    assert rows.loc[0, ["estimate", "fmi", "verdict"]].isna().all()


def test_nobody_was_left_behind_before(clustered):
    table = made(clustered[clustered["migration_status"] != "previous"])
    refused = table[table["analysis"] != "multiple_imputation"]
    assert set(refused["reason"]) == {"empty_level"}
    # the imputed row is of another table; without a main result there is nothing to hold against
    rows = rows_of(table, "multiple_imputation")
    assert set(rows["status"]) == {"ok"}
    assert table["verdict"].isna().all()


def cells_of(frame, cluster=None):
    """The frame in the cells that the table needs, as the warehouse's query makes them."""
    variables = [*([cluster] if cluster else []), *NEEDS.variables]
    work, sums = frame[variables].copy(), {CHILDREN: 1}
    for outcome in NEEDS.outcomes:
        score = frame[f"{outcome}_score"]
        sums |= {sums_column(outcome, ANSWERED): score.notna().astype(int)}
        sums |= {sums_column(outcome, TOTAL): score.fillna(0), sums_column(outcome, SQUARES): score.fillna(0) ** 2}
    work = work.assign(**sums)
    return work.groupby(variables, dropna=False)[list(sums)].sum().reset_index()


def test_cells_in_pieces_are_the_same_bytes_as_children(table):
    clustered = data("clustered")
    undecided = pd.concat([clustered, data("small")])
    pieces = {}
    for cluster in CLUSTERS:
        cells = cells_of(clustered, cluster).sample(frac=1, random_state=4)
        assert len(cells) < len(clustered)
        parts = [cells.iloc[start : start + 100] for start in range(0, len(cells), 100)]
        pieces[cluster] = lambda parts=parts: iter(parts)
    grouped = made(cells_of(clustered), within=pieces, undecided=cells_of(undecided))
    pd.testing.assert_frame_equal(grouped, table, check_exact=True)


def test_the_order_of_rows_changes_no_byte(table):
    shuffled = data("clustered").sample(frac=1, random_state=8)
    undecided = pd.concat([data("small"), shuffled])
    again = made(shuffled, undecided=undecided, pooled=imputed().sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(again, table, check_exact=True)
