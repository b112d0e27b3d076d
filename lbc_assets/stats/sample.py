"""The analysis cohort, made ready for models: coded factors, numbers, complete cases.

Belongs here: reading columns of `mart_analysis_cohort` (one wave) into arrays, in an order that does not
depend on the order of the rows. Does not belong here: models, statistics. This is the seam at which
covariate cells (n, sums, sums of squares) can replace rows.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lbc_assets.stats.terms import Factor, ModelSpec

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Sample:
    """One wave's cohort, sorted by pseudonym; the frame given is not changed.

    ValueError: a column is absent, a code is not among the declared levels, a number cannot be read, or the
    frame holds several waves or a child twice. The messages name columns, never answers.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        if "wave" in frame and frame["wave"].nunique(dropna=False) > 1:
            raise ValueError("the cohort of one wave is expected; this frame holds several")
        pseudonyms = self._column("child_pseudonym").astype(str).to_numpy(dtype=object)
        if len(set(pseudonyms)) != len(pseudonyms):
            raise ValueError("child_pseudonym: a child stands in the cohort more than once")
        # Sums of floats depend on their order: sorted, they do not depend on the order of arrival.
        self._order = np.argsort(pseudonyms)
        self._codes: dict[tuple[str, tuple[str, ...]], Codes] = {}
        self._numbers: dict[str, Numbers] = {}

    def __len__(self) -> int:
        return len(self._order)

    def codes(self, factor: Factor) -> Codes:
        """Positions in `factor.levels`; -1 where the answer is missing."""
        key = (factor.variable, factor.levels)
        if key not in self._codes:
            column = self._column(factor.variable)
            codes = pd.Index(factor.levels).get_indexer(pd.Index(column.astype(object)))
            if bool(np.any((codes == -1) & column.notna().to_numpy())):
                raise ValueError(f"{factor.variable}: holds a code that is not one of the declared levels")
            self._codes[key] = codes[self._order].astype(np.int64)
        return self._codes[key]

    def numbers(self, variable: str) -> Numbers:
        """Values as float; NaN where missing."""
        if variable not in self._numbers:
            column = self._column(variable)
            try:
                values = column.to_numpy(dtype=np.float64, na_value=np.nan)
            except (TypeError, ValueError):
                # 'from None': pandas quotes the value it could not read.
                raise ValueError(f"{variable}: holds something that is not a number") from None
            if bool(np.isinf(values).any()):
                raise ValueError(f"{variable}: holds something that is not a number")
            self._numbers[variable] = values[self._order]
        return self._numbers[variable]

    def complete_cases(self, spec: ModelSpec) -> Mask:
        """The children of the model's population for whom no variable of the model is missing."""
        complete = ~np.isnan(self.numbers(spec.outcome_column))
        for factor in spec.factors:
            complete = complete & (self.codes(factor) >= 0)
        for covariate in spec.covariates:
            complete = complete & ~np.isnan(self.numbers(covariate.variable))
        if spec.population is not None:
            factor, level = spec.population.factor, spec.population.level
            complete = complete & (self.codes(factor) == factor.levels.index(level))
        if spec.complete_cases_of is not None:
            complete = complete & self.complete_cases(spec.complete_cases_of)
        return complete

    def _column(self, name: str) -> pd.Series:
        if name not in self._frame:
            raise ValueError(f"the cohort has no column {name!r}")
        return self._frame[name]
