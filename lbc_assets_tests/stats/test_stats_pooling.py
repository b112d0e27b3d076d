"""Rubin's rules: by hand, and mice's answers on the data sets that our imputation completed."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from lbc_assets.stats.missing.imputed_fit import attempt_imputed
from lbc_assets.stats.missing.pooling import pooled
from lbc_assets.stats.models.fit import fit
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.tables.imputed_coefficients import coefficient_table, diagnostic_table

ORACLE = Path(__file__).with_name("oracle")
MAKE = runpy.run_path(str(ORACLE / "make_completed.py"))
NUMBERS = ["estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "riv", "fmi", "n", "m"]


@pytest.fixture(scope="module")
def fits():
    """Three imputations, all the way from the children; a chain does not know how many others there are."""
    return attempt_imputed(MAKE["MODELS"], pd.read_csv(ORACLE / "children.csv"), m=3)


@pytest.fixture(scope="module")
def each():
    """By model: the fit to each of the twenty completed data sets that R has seen, as a model of rows."""
    children, completed = pd.read_csv(ORACLE / "children.csv"), pd.read_csv(ORACLE / "completed.csv")
    fitted = {}
    for spec in MAKE["MODELS"]:
        fitted[spec.name] = []
        for column in completed.columns[3:]:
            frame = children.set_index("child_pseudonym").astype(object)
            for row in completed[completed["model"] == spec.name].itertuples():
                value = getattr(row, column)
                frame.loc[row.child_pseudonym, row.variable] = float(value) if row.variable == "age_years" else value
            fitted[spec.name].append(fit(spec, Sample(frame.reset_index())))
    return fitted


@pytest.fixture(scope="module")
def ours(each):
    rows = []
    for name, fitted in each.items():
        for position, column in enumerate(fitted[0].columns):
            estimates = np.array([one.params[position] for one in fitted])
            variances = np.array([one.covariance[position, position] for one in fitted])
            answer = pooled(estimates, variances, float(fitted[0].df_residual))
            rows.append({"model": name, "term": column.term, "n": fitted[0].n, **vars(answer)})
    return pd.DataFrame(rows)


def test_three_data_sets_by_hand():
    # mean 2, within 4, between 1: total 4 + 4/3 = 16/3; lambda 1/4; riv 1/3
    answer = pooled(np.array([1.0, 2.0, 3.0]), np.array([3.0, 4.0, 5.0]), 97.0)
    assert answer.estimate == 2
    assert answer.std_error == pytest.approx((16 / 3) ** 0.5, rel=1e-15)
    old, observed = 2 / (1 / 16), 98 / 100 * 97 * 3 / 4
    assert answer.df == pytest.approx(old * observed / (old + observed), rel=1e-14)
    assert answer.riv == pytest.approx(1 / 3, rel=1e-14)
    assert answer.fmi == pytest.approx((1 / 3 + 2 / (answer.df + 3)) / (4 / 3), rel=1e-14)
    assert answer.conf_high - 2 == pytest.approx(stdtrit(answer.df, 0.975) * (16 / 3) ** 0.5, rel=1e-12)


def test_imputations_that_agree_keep_the_variance():
    answer = pooled(np.full(5, 1.5), np.full(5, 0.25), 100.0)
    assert (answer.std_error, answer.riv) == (0.5, 0.0)
    assert answer.df == pytest.approx(101 / 103 * 100, rel=1e-14)


@pytest.mark.parametrize(("estimates", "variances"), [([1.0], [1.0]), ([1.0, 2.0], [1.0])])
def test_too_few_are_not_pooled(estimates, variances):
    with pytest.raises(ValueError, match="two or more"):
        pooled(np.array(estimates), np.array(variances), 10.0)


def test_estimates_without_variance_are_refused():
    with pytest.raises(StatisticsRefused) as refused:
        pooled(np.array([1.0, 2.0]), np.zeros(2), 10.0)
    assert refused.value.reason is RefusalReason.PERFECT_FIT


def in_rs_order(theirs, ours):
    names = {"model": theirs["model"], "term": theirs["term"].map(lambda t: ":".join(sorted(t.split(":"))))}
    merged = pd.DataFrame(names).merge(ours, on=["model", "term"], how="left", validate="one_to_one")
    assert merged["estimate"].notna().all()
    return merged


def test_pooled_as_by_mice(ours, oracle_answers):
    theirs = oracle_answers("pooled")
    assert len(theirs) == len(ours)
    merged = in_rs_order(theirs, ours)
    for column in NUMBERS:
        np.testing.assert_allclose(
            merged[column].to_numpy(float), theirs[column].to_numpy(float), rtol=1e-9, atol=1e-9, err_msg=column
        )


def test_r_saw_what_we_impute(fits, each):
    """The first imputations again, added to the complete children's sums: the same bytes as a model of all rows."""
    for spec, fitted in zip(MAKE["MODELS"], fits, strict=True):
        rows = each[spec.name][: len(fitted.params)]
        assert fitted.params.tobytes() == np.array([one.params for one in rows]).tobytes()
        assert fitted.variances.tobytes() == np.array([np.diag(one.covariance) for one in rows]).tobytes()
        assert (fitted.df_complete, fitted.n) == (rows[0].df_residual, rows[0].n)


def test_table_is_the_pooled_fits(fits):
    table = coefficient_table(MAKE["MODELS"], fits)
    assert len(table) == sum(len(fitted.columns) for fitted in fits)
    row = table.query("model == 'adjusted' and term == 'sex[female]'").iloc[0]
    answer = fits[0].coefficient("sex[female]")
    assert (row["estimate"], row["df"], row["fmi"]) == (answer.estimate, answer.df, answer.fmi)
    assert (row["n"], row["n_incomplete"], row["m"], row["status"]) == (400, 74, 3, "ok")


def test_mice_imputes_to_the_same_answers(ours, oracle_answers):
    """mice draws other numbers: the answers differ by chance, whose size the between-imputation variances tell."""
    theirs = oracle_answers("mice")
    merged = in_rs_order(theirs, ours)
    between = (merged["riv"] / (1 + merged["riv"])) * merged["std_error"] ** 2 / (1 + 1 / merged["m"])
    error = np.sqrt(between / merged["m"] + theirs["between"] / theirs["m"])
    # 19 terms: the largest of as many normal deviates stays below 4 but once in 800 times
    assert (abs(merged["estimate"] - theirs["estimate"]) < 4 * error).all()
    np.testing.assert_allclose(merged["std_error"], theirs["std_error"], rtol=0.03)


def test_diagnostics(fits):
    table = diagnostic_table(MAKE["MODELS"], fits)
    shares = table.dropna(subset=["level"]).groupby(["model", "variable"])[["observed", "imputed"]].sum()
    np.testing.assert_allclose(shares, 1.0, atol=1e-12)
    assert table["r_hat"].dropna().between(0.5, 2).all()
    children = pd.read_csv(ORACLE / "children.csv")
    for (_, variable), rows in table.groupby(["model", "variable"]):
        assert set(rows["n_missing"]) == {children[variable].isna().sum()}
    one = table.query("model == 'adjusted' and level == 'guizhou'")["observed"].item()
    assert one == pytest.approx(
        (children["province"] == "guizhou").sum() / children["province"].notna().sum(), abs=1e-12
    )
