"""Rubin's rules: by hand, and mice's answers on the data sets that our imputation completed."""

import numpy as np
import pytest
from scipy.special import stdtrit

from lbc_assets.stats.missing.imputed_fit import attempt_imputed
from lbc_assets.stats.missing.pooling import pooled
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.tables.imputed_coefficients import coefficient_table, diagnostic_table
from lbc_assets_tests.stats.agreement.answers import answers, data
from lbc_assets_tests.stats.agreement.imputed import IMPUTED_MODELS, completed_fits, in_rs_order, pooled_fits


@pytest.fixture(scope="module")
def fits():
    """Three imputations, all the way from the children; a chain does not know how many others there are."""
    return attempt_imputed(IMPUTED_MODELS, data("children"), m=3)


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


def test_r_saw_what_we_impute(fits):
    """The first imputations again, added to the complete children's sums: the same bytes as a model of all rows."""
    for spec, fitted in zip(IMPUTED_MODELS, fits, strict=True):
        rows = completed_fits()[spec.name][: len(fitted.params)]
        assert fitted.params.tobytes() == np.array([one.params for one in rows]).tobytes()
        assert fitted.variances.tobytes() == np.array([np.diag(one.covariance) for one in rows]).tobytes()
        assert (fitted.df_complete, fitted.n) == (rows[0].df_residual, rows[0].n)


def test_table_is_the_pooled_fits(fits):
    table = coefficient_table(IMPUTED_MODELS, fits)
    assert len(table) == sum(len(fitted.columns) for fitted in fits)
    row = table.query("model == 'adjusted' and term == 'sex[female]'").iloc[0]
    answer = fits[0].coefficient("sex[female]")
    assert (row["estimate"], row["df"], row["fmi"]) == (answer.estimate, answer.df, answer.fmi)
    assert (row["n"], row["n_incomplete"], row["m"], row["status"]) == (400, 74, 3, "ok")


def test_mice_imputes_to_the_same_answers():
    """mice draws other numbers: the answers differ by chance, whose size the between-imputation variances tell."""
    theirs = answers("mice")
    merged = in_rs_order(theirs, pooled_fits())
    between = (merged["riv"] / (1 + merged["riv"])) * merged["std_error"] ** 2 / (1 + 1 / merged["m"])
    error = np.sqrt(between / merged["m"] + theirs["between"] / theirs["m"])
    # 19 terms: the largest of as many normal deviates stays below 4 but once in 800 times
    assert (abs(merged["estimate"] - theirs["estimate"]) < 4 * error).all()
    np.testing.assert_allclose(merged["std_error"], theirs["std_error"], rtol=0.03)


def test_diagnostics(fits):
    table = diagnostic_table(IMPUTED_MODELS, fits)
    shares = table.dropna(subset=["level"]).groupby(["model", "variable"])[["observed", "imputed"]].sum()
    np.testing.assert_allclose(shares, 1.0, atol=1e-12)
    assert table["r_hat"].dropna().between(0.5, 2).all()
    children = data("children")
    for (_, variable), rows in table.groupby(["model", "variable"]):
        assert set(rows["n_missing"]) == {children[variable].isna().sum()}
    one = table.query("model == 'adjusted' and level == 'guizhou'")["observed"].item()
    assert one == pytest.approx(
        (children["province"] == "guizhou").sum() / children["province"].notna().sum(), abs=1e-12
    )
