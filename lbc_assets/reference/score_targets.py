"""Stage 2, what scores are held to: every printed number that they decide, as a penalty.

Here: coefficients, standard errors, stars, F, means, SD and ANOVA of the four subscales and of their sum, from three
sets of running numbers (linear functionals, residual sums of squares, sums of squares by group), and how a point
more or less changes them. Not here: how scores are drawn (`scores`) or which points are moved (`polish`).
"""

from dataclasses import dataclass

import numpy as np

from lbc_assets.reference import targets
from lbc_assets.reference.matrices import (
    ADJUSTED,
    BASELINE,
    INTERACTIONS,
    Design,
    Floats,
    Ints,
    complete,
    contrast_rows,
    mean_rows,
    wide_matrix,
)
from lbc_assets.reference.published import GROUPS, OUTCOMES, TABLE1_OUTCOMES, printed
from lbc_assets.reference.score_numbers import MOVES_TOTAL, Numbers, least_squares, with_total
from lbc_assets.reference.targets import HALF_DIGIT, TABLE3_COLUMNS, Limits

TOTAL = len(OUTCOMES)
INSIDE = 0.996
"""No penalty within this share of an interval: the rest is a margin for rounding."""


@dataclass(frozen=True)
class Pull:
    """A pull inwards, to within `room` of every interval, of weight `weight`: at the edge of many intervals at once no
    single point could move any more.
    """

    room: float = 0.6
    weight: float = 0.003


NO_PULL, LIGHT, TO_THE_CENTRE = Pull(weight=0.0), Pull(), Pull(room=0.0, weight=0.5)
ADJUSTED_FIT, GUIDE = 1, 0.005
TWO_CELLS = 5.0
T_MARGIN = 0.0001
"""How far |B| keeps from a limit of t x SE."""
DIGITS = 9


class ScoreTargets:
    """All that is printed of scores, for one design."""

    def __init__(self, design: Design, adjusted_sd: float) -> None:
        """Functionals, fits and limits; `design` has its final covariates, and fits the printed numbers where the
        residual SD of total difficulties, adjusted, is `adjusted_sd`.
        """
        self.adjusted_sd = adjusted_sd
        self.groups, self.sizes = design["group"], np.bincount(design["group"])
        whole, everyone = complete(design), np.ones(len(design["group"]), dtype=bool)
        matrix, age = wide_matrix(design), float(design["age"][whole].mean())
        self.fits = [least_squares(matrix, BASELINE, everyone, TOTAL), least_squares(matrix, ADJUSTED, whole, TOTAL)]
        self.fits += [least_squares(matrix, ADJUSTED, whole, number) for number in range(len(OUTCOMES))]
        self.fits += [least_squares(matrix, list(model.columns), whole, TOTAL) for model in INTERACTIONS]
        self.df = np.array([fit.df for fit in self.fits])
        self._rows: list[Floats] = []
        self._outcome: list[int] = []
        self._linear(age)
        self.rows, self.outcome = np.vstack(self._rows), np.array(self._outcome)
        self._by_child = np.ascontiguousarray(self.rows.T)
        self._coefficients()
        self._differences()
        names = [TABLE1_OUTCOMES[name] for name in (*OUTCOMES, "total")]
        self.deviation = np.array([[printed("table1", name, group, "sd") for group in GROUPS] for name in names])
        self.anova = [(place, *targets.anova_limits(name, len(self.groups))) for place, name in enumerate(names)]
        exact = [(high - low) / 2 for _, low, high in self.anova if np.isfinite(high)]
        self._narrow_half = np.concatenate([self.f.half, exact])
        # where p leaves an F less room than its own digits, missing it may cost two printed numbers
        self.narrow_weight = np.where(self._narrow_half < 0.99 * HALF_DIGIT, TWO_CELLS, 1.0)

    def _hold(self, rows: Floats, outcome: int) -> slice:
        start = len(self._outcome)
        self._rows.append(rows)
        self._outcome.extend([outcome] * len(rows))
        return slice(start, len(self._outcome))

    def _linear(self, age: float) -> None:
        """Linear functionals: coefficients, group means, adjusted means and their differences, with limits."""
        places: list[slice] = []
        limits: list[tuple[Floats, float]] = []

        def printed_to(rows: Floats, outcome: int, value: Floats, half: float) -> slice:
            place = self._hold(rows, outcome)
            places.append(place)
            limits.append((value, half))
            return place

        solved = [fit.inverse @ fit.matrix.T for fit in self.fits]
        in_print = targets.printed_rows()
        self.of_column = {
            "baseline": printed_to(solved[0][1:], TOTAL, targets.total("baseline", "B"), HALF_DIGIT),
            "adjusted": printed_to(solved[1][1:], TOTAL, targets.total("adjusted", "B"), HALF_DIGIT),
        }
        for number, name in enumerate(OUTCOMES):
            if name in TABLE3_COLUMNS:
                rows = in_print @ solved[1]
                self.of_column[name] = printed_to(rows, number, targets.subscale(name, "B"), HALF_DIGIT)
        mean_places = []
        members = np.array([(self.groups == group) / self.sizes[group] for group in range(3)])
        for number, name in enumerate((*OUTCOMES, "total")):
            means = np.array([printed("table1", TABLE1_OUTCOMES[name], group, "mean") for group in GROUPS])
            place = printed_to(members, number, means, 0.05)
            mean_places.append(np.arange(place.start, place.stop))
        self.mean_places = np.array(mean_places)
        differences = []
        for number, model in enumerate(INTERACTIONS):
            columns, fit = list(model.columns), solved[len(self.fits) - len(INTERACTIONS) + number]
            printed_to(mean_rows(model, age)[:, columns] @ fit, TOTAL, targets.adjusted_means(model), 0.05)
            place = self._hold(contrast_rows(model)[:, columns] @ fit, TOTAL)
            differences.append(np.arange(place.start, place.stop))
        self.difference_places = np.concatenate(differences)
        self.linear_places = np.concatenate([np.arange(place.start, place.stop) for place in places])
        self.linear_value = np.concatenate([value for value, _ in limits])
        self.linear_half = np.concatenate([np.full(len(value), half) for value, half in limits])

    def _coefficients(self) -> None:
        """Standard errors and t of every printed coefficient: which fit, and the length that turns SD into SE."""
        fit_of = {"baseline": 0, "adjusted": 1} | {name: 2 + OUTCOMES.index(name) for name in TABLE3_COLUMNS}
        parts = []
        for column, place in self.of_column.items():
            fit = fit_of[column]
            errors = targets.subscale(column, "SE") if column in TABLE3_COLUMNS else targets.total(column, "SE")
            t = targets.t_limits(column, int(self.df[fit]))
            length = np.linalg.norm(self.rows[place], axis=1)
            numbers = np.arange(place.start, place.stop)
            parts.append((numbers, np.full(len(numbers), fit), length, errors, t.low, t.high))
        places, fits, length, errors, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
        self.error_fit, self.error_length, self.error_value = fits, length, errors
        asked = np.flatnonzero((low > 0) | np.isfinite(high))
        self.t_places, self.t_errors = places[asked], asked
        self.t_low, self.t_high = low[asked], np.where(np.isfinite(high), high, 1e9)[asked]

    def _differences(self) -> None:
        """Table 4's F: which fit, and the length that turns SD into the SE of a difference."""
        first = len(self.fits) - len(INTERACTIONS)
        self.f_fit = np.repeat(np.arange(first, len(self.fits)), 3)
        self.f_length = np.linalg.norm(self.rows[self.difference_places], axis=1)
        self.f = targets.f_limits(int(self.df[first]))

    def numbers(self, scores: Ints) -> Numbers:
        """What the scores (children, 4) give."""
        columns = with_total(scores).astype(np.float64)
        linear = np.einsum("kn,nk->k", self.rows, columns[:, self.outcome])
        squares = [float(np.sum(fit.residuals(columns[:, fit.outcome]) ** 2)) for fit in self.fits]
        powers = [np.sum(columns[self.groups == group] ** 2, axis=0) for group in range(3)]
        return Numbers(linear, np.array(squares), np.array(powers).T.ravel())

    def changes(self, scores: Ints, residuals: Floats, who: Ints, moves: Ints) -> Numbers:
        """What each move (a row of MOVES) of each child adds; `residuals` has shape (fits, children)."""
        moved = MOVES_TOTAL[moves]
        linear = moved[:, self.outcome] * self._by_child[who]
        squares = np.empty((len(who), len(self.fits)))
        for place, fit in enumerate(self.fits):
            step = moved[:, fit.outcome] * fit.who[who]
            squares[:, place] = step * (2 * residuals[place, who] + step * (1 - fit.leverage[who]))
        powers = np.zeros((len(who), TOTAL + 1, 3))
        powers[np.arange(len(who)), :, self.groups[who]] = moved * (2 * with_total(scores[who]) + moved)
        return Numbers(linear, squares, powers.reshape(len(who), -1))

    def _spreads(self, numbers: Numbers) -> tuple[Floats, Floats]:
        """SD (..., 5 outcomes, 3 groups), and Table 1's F of the five outcomes (..., 5)."""
        means = numbers.linear[..., self.mean_places]
        within = numbers.powers.reshape(*means.shape) - self.sizes * means**2
        children = self.sizes.sum()
        overall = (means * self.sizes).sum(axis=-1) / children
        between = (self.sizes * (means - overall[..., None]) ** 2).sum(axis=-1)
        return np.sqrt(within / (self.sizes - 1)), (between / 2) / (within.sum(axis=-1) / (children - 3))

    def narrow(self, numbers: Numbers) -> Floats:
        """Signed distance, in half widths, of what a single point may move by more than its last digit: Table 4's F and
        those of Table 1 whose p is printed, shape (..., 11).
        """
        spread, difference = np.sqrt(numbers.squares / self.df), numbers.linear[..., self.difference_places]
        f = np.sign(difference) * (difference / (spread[..., self.f_fit] * self.f_length)) ** 2
        _, anova = self._spreads(numbers)
        exact = [place for place, _, high in self.anova if np.isfinite(high)]
        limits = Limits(*(np.array([self.anova[place][end] for place in exact]) for end in (1, 2)))
        return np.concatenate(
            [(f - self.f.centre) / self.f.half, (anova[..., exact] - limits.centre) / limits.half], axis=-1
        )

    def _distances(self, numbers: Numbers, loose: float) -> list[Floats]:
        """Distance from each printed value in half widths (within 1: printed so), by kind, on the last axis.

        `loose` widens the intervals of what is `narrow`.
        """
        linear, spread = numbers.linear, np.sqrt(numbers.squares / self.df)
        result = [np.abs(linear[..., self.linear_places] - self.linear_value) / self.linear_half]
        errors = spread[..., self.error_fit] * self.error_length
        result.append(np.abs(errors - self.error_value) / HALF_DIGIT)
        estimate, error = np.abs(linear[..., self.t_places]), errors[..., self.t_errors]
        outside = np.maximum(self.t_low * error - estimate, estimate - self.t_high * error)
        result.append(1 + (outside + T_MARGIN) / HALF_DIGIT)
        deviation, anova = self._spreads(numbers)
        result.append((np.abs(deviation - self.deviation) / 0.05).reshape(*deviation.shape[:-2], -1))
        open_ended = [1 + (low - anova[..., place]) / 0.3 for place, low, high in self.anova if not np.isfinite(high)]
        result.append(np.stack(open_ended, axis=-1))
        result.append(np.abs(self.narrow(numbers)) / (1 + loose / self._narrow_half))
        return result

    def _guide(self, numbers: Numbers) -> Floats:
        """Distance of the adjusted model's residual SD from that of the design, in GUIDE; nothing printed."""
        deviation = np.sqrt(numbers.squares[..., ADJUSTED_FIT] / self.df[ADJUSTED_FIT])
        return (np.abs(deviation - self.adjusted_sd) / GUIDE)[..., None]

    def penalty(self, numbers: Numbers, loose: float = 0.0, pull: Pull = LIGHT, power: int = 2) -> Floats:
        """Sum of distances beyond INSIDE, squared or not (`power`), and a light pull inwards; with no pull, 0 when
        every number would be printed as it is in the paper.
        """
        result = np.zeros(numbers.linear.shape[:-1])
        for distances in [*self._distances(numbers, loose), self._guide(numbers)]:
            result += np.sum(np.maximum(distances - INSIDE, 0) ** power, axis=-1)
            if pull.weight:
                result += pull.weight * np.sum(np.maximum(distances - pull.room, 0) ** 2, axis=-1)
        return np.round(result, DIGITS)

    def missed(self, numbers: Numbers) -> int:
        """How many printed numbers, of those that stand here, the scores do not give."""
        return sum(int(np.sum(distances > 1)) for distances in self._distances(numbers, 0.0))
