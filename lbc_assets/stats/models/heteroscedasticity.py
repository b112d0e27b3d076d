"""Standard errors that do not ask for equal variances.

Belongs here: HC3 from cells. Does not belong here: clustered data (`cluster_robust`), tests (`inference`).
"""

from dataclasses import replace

import numpy as np

from lbc_assets.stats.models.fit import FittedModel, cells_and_design
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Cells, Numbers, Sample

# A child whose leverage is one decides a coefficient alone: its residual is zero whatever it answered.
MOST_LEVERAGE = 1 - 1e-9


def leverages(fitted: FittedModel, design: Numbers) -> Numbers:
    """The leverage of each child of a cell (cells): the same for all of them."""
    return np.einsum("ij,jk,ik->i", design, np.linalg.inv(fitted.squares), design, optimize=False)


def squared_residuals(fitted: FittedModel, cells: Cells, design: Numbers) -> Numbers:
    """The sum over a cell's children of the squared residual (cells)."""
    fitted_values = np.einsum("ij,j->i", design, fitted.params)
    squares: Numbers = cells.squares - 2 * fitted_values * cells.total + cells.n * fitted_values**2
    return np.maximum(squares, 0.0)


def with_hc3(fitted: FittedModel, sample: Sample) -> FittedModel:
    """The same fit with MacKinnon and White's HC3 covariance; t tests keep the residual degrees of freedom.

    StatisticsRefused: a child decides a coefficient alone. Source: R's sandwich::vcovHC(type = "HC3").
    """
    cells, design = cells_and_design(fitted, sample)
    leverage = leverages(fitted, design)
    if leverage.max() > MOST_LEVERAGE:
        raise StatisticsRefused(RefusalReason.SINGLE_CHILD_DECIDES)
    weights = squared_residuals(fitted, cells, design) / (1 - leverage) ** 2
    # einsum without 'optimize' adds in one order on any machine; a matrix product may not
    meat = np.einsum("ij,ik->jk", design * weights[:, np.newaxis], design, optimize=False)
    bread = np.linalg.inv(fitted.squares)
    return replace(fitted, covariance=bread @ meat @ bread)
