"""The multinomial logit (R's answers in `test_stats_agreement`): by hand, refused, the same bytes however grouped."""

import numpy as np
import pytest

from lbc_assets.stats.missing.multinomial import Expanded, Moments, Rows, augmentation, mode, probabilities
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets_tests.stats.agreement.imputed import fitted_regression, regression


def test_two_groups_by_hand():
    # 3 of 4 against 1 of 4: log odds log 3 and -log 3, each with variance 1/3 + 1
    design = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    params, covariance = fitted_regression(design, np.array([1, 0, 1, 0]), np.array([3.0, 1.0, 1.0, 3.0]), 2, False)
    np.testing.assert_allclose(params, [[np.log(3), -2 * np.log(3)]], rtol=1e-9)
    np.testing.assert_allclose(covariance, [[4 / 3, -4 / 3], [-4 / 3, 8 / 3]], rtol=1e-8)
    np.testing.assert_allclose(probabilities(design, params).ravel(), [0.75, 0.75, 0.25, 0.25], rtol=1e-9)


def test_augmenting_rows_by_hand():
    design = np.array([[1.0, 0.0], [1.0, 2.0], [1.0, 4.0]])
    moments = Moments.of([(design[:2], np.array([1.0, 1.0])), (design[2:], np.array([1.0]))])
    rows = augmentation(moments, 3)
    weights = rows.weights.ravel()
    kept = weights > 0
    # mean 2, sd 2; two rows a category, together as heavy as two rows
    assert rows.design.reshape(-1, 2)[kept].tolist() == [[1.0, 3.0], [1.0, 1.0]] * 3
    assert rows.chosen.reshape(-1, 2)[kept].tolist() == [[0, 0], [0, 0], [1, 0], [1, 0], [0, 1], [0, 1]]
    assert weights.sum() == pytest.approx(2.0, abs=1e-15)


SEPARATED = (np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]]), np.array([0, 1, 1, 1]), np.ones(4))


def test_separation_has_no_answer_without_augmentation():
    with pytest.raises(StatisticsRefused) as refused:
        fitted_regression(*SEPARATED, 2, False)
    assert refused.value.reason in (RefusalReason.NO_CONVERGENCE, RefusalReason.COLLINEAR)


def test_augmentation_keeps_separation_finite():
    params, covariance = fitted_regression(*SEPARATED, 2, True)
    assert 0 < params[0, 1] < 5
    assert np.sqrt(covariance[1, 1]) < 5


def test_collinear_columns_are_refused():
    design = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    with pytest.raises(StatisticsRefused) as refused:
        fitted_regression(design, np.array([0, 0, 1, 1]), np.ones(4), 2, False)
    assert refused.value.reason is RefusalReason.COLLINEAR


def test_weights_are_rows(children):
    design, categories, _, levels, *_ = regression(children, "performance_augmented")
    n = np.random.default_rng(5).integers(1, 4, len(design)).astype(float)
    repeats = n.astype(int)
    grouped = fitted_regression(design, categories, n, len(levels), True)[0]
    alone = fitted_regression(
        np.repeat(design, repeats, axis=0), np.repeat(categories, repeats), np.ones(int(n.sum())), len(levels), True
    )[0]
    np.testing.assert_allclose(grouped, alone, rtol=1e-8, atol=1e-9)


def test_expansion_is_exact_at_its_centre_and_to_second_order_near_it(children):
    design, categories, n, levels, *_ = regression(children, "wealth")
    rows = Rows.of(design, categories, n, len(levels))
    params, information = mode([rows], np.zeros((2, design.shape[1])), 1e-9)
    expanded = Expanded(params, rows.at(params))
    assert expanded.at(params).value == rows.at(params).value
    direction = np.linalg.cholesky(np.linalg.inv(information))[:, 1].reshape(params.shape)
    errors = [
        abs(expanded.at(params + t * direction).value - rows.at(params + t * direction).value) for t in (0.2, 0.1)
    ]
    assert errors[0] / errors[1] == pytest.approx(8, rel=0.2)  # what is left is of third order


def test_start_does_not_matter(children):
    design, categories, n, levels, *_ = regression(children, "wealth")
    rows = Rows.of(design, categories, n, len(levels))
    near, _ = mode([rows], np.zeros((2, design.shape[1])), 1e-9)
    # steps from here overshoot, and are halved
    far, _ = mode([rows], np.tile(np.eye(1, design.shape[1]), (2, 1)) * 4.0, 1e-9)
    np.testing.assert_allclose(near, far, atol=1e-8)
