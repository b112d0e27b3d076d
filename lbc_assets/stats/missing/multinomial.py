"""Multinomial logistic regression of weighted rows by Newton's method; two categories make it a binary logit.

Belongs here: the likelihood of rows, its quadratic expansion, its mode, and the rows that keep the mode finite under
separation. Does not belong here: what is regressed on what (`imputation_models`), draws.

Parameters are (categories - 1) x columns, in log odds against the first category; flattened, a category after another.
"""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Protocol, Self

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Codes, Numbers

# Products of blocks this small are never shared between threads by the BLAS, and the blocks are added in their order:
# the sums are the same for every number of threads.
BLOCK = 32
TOGETHER = 32  # blocks at a time: what stands between stays in the processor's cache
MOST_STEPS = 50
HALVINGS = 20


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The log-likelihood at some parameters, its gradient, and its negative Hessian."""

    value: float
    score: Numbers
    information: Numbers

    def __add__(self, other: "Likelihood") -> "Likelihood":
        return Likelihood(self.value + other.value, self.score + other.score, self.information + other.information)


class Part(Protocol):
    """Some of the data: what they say of the parameters."""

    def at(self, params: Numbers) -> Likelihood: ...


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows in blocks: `design` blocks x BLOCK x columns, `chosen` (1 where a row has the category) blocks x BLOCK x
    (categories - 1), `weights` blocks x BLOCK.
    """

    design: Numbers
    chosen: Numbers
    weights: Numbers

    @classmethod
    def of(cls, design: Numbers, categories: Codes, weights: Numbers, count: int) -> Self:
        """`design` rows x columns, `categories` positions below `count`, `weights` children a row."""
        chosen = (categories[:, np.newaxis] == np.arange(1, count)).astype(np.float64)
        return cls(_blocked(design), _blocked(chosen), _blocked(weights))

    def with_rows(self, other: "Rows") -> "Rows":
        """Both, in blocks of their own."""
        return Rows(
            np.concatenate([self.design, other.design]),
            np.concatenate([self.chosen, other.chosen]),
            np.concatenate([self.weights, other.weights]),
        )

    def at(self, params: Numbers) -> Likelihood:
        """Exactly."""
        return total(self._some(slice(i, i + TOGETHER))._at_once(params) for i in range(0, len(self.design), TOGETHER))

    def _some(self, blocks: slice) -> "Rows":
        return Rows(self.design[blocks], self.chosen[blocks], self.weights[blocks])

    def _at_once(self, params: Numbers) -> Likelihood:
        others, columns = params.shape
        odds = self.design @ params.T
        shares, whole = _shares(odds)
        logs = (self.chosen * odds).sum(axis=2) - whole
        residuals = self.weights[:, :, np.newaxis] * (self.chosen - shares)
        score = (residuals.swapaxes(1, 2) @ self.design).sum(axis=0)
        information = np.empty((others, columns, others, columns))
        for j in range(others):
            for k in range(j + 1):
                weights = self.weights * shares[:, :, j] * (float(j == k) - shares[:, :, k])
                block = ((self.design * weights[:, :, np.newaxis]).swapaxes(1, 2) @ self.design).sum(axis=0)
                information[j, :, k, :] = block
                information[k, :, j, :] = block.T
        size = others * columns
        return Likelihood(float((self.weights * logs).sum()), score.ravel(), information.reshape(size, size))


@dataclass(frozen=True, eq=False)
class Expanded:
    """Rows that are too many to visit again: their log-likelihood to the second order around `centre`."""

    centre: Numbers
    there: Likelihood

    def at(self, params: Numbers) -> Likelihood:
        step = (params - self.centre).ravel()
        turned = self.there.information @ step
        value = self.there.value + float(step @ (self.there.score - turned / 2))
        return Likelihood(value, self.there.score - turned, self.there.information)


@dataclass(frozen=True, eq=False)
class Moments:
    """Of each column of a design: mean, standard deviation (n - 1), least and largest value."""

    mean: Numbers
    std_dev: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def of(cls, designs: Iterable[tuple[Numbers, Numbers]]) -> Self:
        """`designs`: pieces of the design (rows x columns) with their rows' weights, two children at least."""
        pieces = [(w.sum(), w @ x, w @ x**2, x.min(axis=0), x.max(axis=0)) for x, w in designs]
        n, total, squares = (np.sum([piece[i] for piece in pieces], axis=0) for i in range(3))
        low, high = np.min([piece[3] for piece in pieces], axis=0), np.max([piece[4] for piece in pieces], axis=0)
        return cls(total / n, np.sqrt(np.maximum(squares - total**2 / n, 0.0) / (n - 1)), low, high)


def augmentation(moments: Moments, count: int) -> Rows:
    """Rows that keep every coefficient finite: for each column but the first (the intercept) and each category a row
    half a standard deviation above the mean and one below, with the weight of (columns) rows in all.

    Source: White, Daniel and Royston, Avoiding bias due to perfect prediction in multiple imputation of incomplete
    categorical variables, Comput Stat Data Anal 2010;54:2267-2275; R's mice:::augment.
    """
    columns = len(moments.mean)
    others = columns - 1
    rows = np.tile(moments.mean, (others, count, 2, 1))
    for column in range(1, columns):
        rows[column - 1, :, 0, column] += moments.std_dev[column] / 2
        rows[column - 1, :, 1, column] -= moments.std_dev[column] / 2
    design = np.clip(rows.reshape(-1, columns), moments.low, moments.high)
    categories = np.broadcast_to(np.arange(count)[:, np.newaxis], (others, count, 2)).ravel()
    return Rows.of(design, categories, np.full(len(design), columns / max(len(design), 1)), count)


def mode(parts: Sequence[Part], start: Numbers, tolerance: float) -> tuple[Numbers, Numbers]:
    """The parameters of the greatest likelihood, and the information there.

    Ends when the next step is shorter than `tolerance` standard errors, and takes that step: what is left is of the
    order of its square. StatisticsRefused: a column follows from the others, or no end after `MOST_STEPS`.
    """
    params = start
    here = total(part.at(params) for part in parts)
    for _ in range(MOST_STEPS):
        try:
            step = cho_solve(cho_factor(here.information, lower=True), here.score).reshape(params.shape)
        except np.linalg.LinAlgError:
            raise StatisticsRefused(RefusalReason.COLLINEAR) from None
        if float(step.ravel() @ here.score) <= tolerance**2:
            return params + step, here.information
        for halving in range(HALVINGS):
            ahead = total(part.at(params + step * 0.5**halving) for part in parts)
            if ahead.value > here.value:
                break
        params, here = params + step * 0.5**halving, ahead
    raise StatisticsRefused(RefusalReason.NO_CONVERGENCE)


def probabilities(design: Numbers, params: Numbers) -> Numbers:
    """Rows x (categories - 1): of every category but the first."""
    shares, _ = _shares(_blocked(design) @ params.T)
    return shares.reshape(-1, len(params))[: len(design)]


def _shares(odds: Numbers) -> tuple[Numbers, Numbers]:
    """Probabilities of every category but the first, and the logarithm of what they were divided by."""
    top = np.maximum(odds.max(axis=2), 0.0)
    shares = np.exp(odds - top[:, :, np.newaxis])
    whole = shares.sum(axis=2) + np.exp(-top)
    return shares / whole[:, :, np.newaxis], top + np.log(whole)


def _blocked(array: Numbers) -> Numbers:
    """Rows in blocks of BLOCK, one at least, the last one filled up with zeros."""
    rows = len(array)
    padded = np.zeros((max(-(-rows // BLOCK), 1) * BLOCK, *array.shape[1:]))
    padded[:rows] = array
    return padded.reshape(-1, BLOCK, *array.shape[1:])


def total(likelihoods: Iterable[Likelihood]) -> Likelihood:
    """Their sum, added in their order; one at least."""
    return reduce(operator.add, likelihoods)
