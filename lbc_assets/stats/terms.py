"""What a model is made of: factors, covariates and the specification that joins them.

Belongs here: the vocabulary (`Factor`, `Covariate`, `Spline`, populations, `ModelSpec`) and the checks on it. Does
not belong here: the paper's own models (`specs`), data, design matrices, numbers.

There are no formula strings: a specification is read field by field, so no text is ever run as code.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal, Self

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def _check_name(name: str) -> None:
    if not NAME.match(name):
        raise ValueError(f"not a variable or model name: {name!r} (lower case letters, digits and _)")


@dataclass(frozen=True)
class Factor:
    """A coded variable: every level in its declared order, and the one the others are held against.

    `elsewhere`: codes of the variable that no child of the model's population can have; taken as missing.
    """

    variable: str
    levels: tuple[str, ...]
    reference: str
    elsewhere: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_name(self.variable)
        if len(self.levels) < 2 or len(set(self.levels)) != len(self.levels):
            raise ValueError(f"{self.variable}: a factor needs two or more different levels")
        if self.reference not in self.levels:
            raise ValueError(f"{self.variable}: the reference is not one of the levels")

    @property
    def compared_levels(self) -> tuple[str, ...]:
        """The levels that get a coefficient, in declared order."""
        return tuple(level for level in self.levels if level != self.reference)

    def against(self, reference: str) -> Self:
        """The same factor with another reference."""
        return replace(self, reference=reference)


@dataclass(frozen=True)
class Covariate:
    """A numeric variable that enters the model as it is."""

    variable: str

    def __post_init__(self) -> None:
        _check_name(self.variable)


@dataclass(frozen=True)
class Spline:
    """A numeric variable that enters as a restricted cubic spline: straight below the first and above the last knot.

    `knots`: three or more whole numbers, ascending; the first column is the variable itself. Source: Harrell,
    Regression Modeling Strategies, 2.4.5 (the basis is scaled so that whole numbers give whole numbers).
    """

    variable: str
    knots: tuple[int, ...]

    def __post_init__(self) -> None:
        _check_name(self.variable)
        if len(self.knots) < 3 or sorted(set(self.knots)) != list(self.knots):
            raise ValueError(f"{self.variable}: a restricted cubic spline needs three or more ascending knots")


Predictor = Factor | Covariate | Spline


@dataclass(frozen=True)
class Restriction:
    """A model's population: the children who have this level of this factor."""

    factor: Factor
    level: str

    def __post_init__(self) -> None:
        if self.level not in self.factor.levels:
            raise ValueError(f"{self.factor.variable}: the population's level is not one of the levels")


@dataclass(frozen=True)
class AtLeast:
    """A model's population: the children for whom this number is at least `minimum`."""

    covariate: Covariate
    minimum: int


@dataclass(frozen=True)
class ModelSpec:
    """One linear model, declared.

    `outcome` names a score: 'total' is the column `total_score`. `interactions` are pairs of the
    predictors' variables. `population`: the children who meet every one of these. `complete_cases_of`: fit on the
    children who are complete for that model too. `exposure`: the variable that the model is asked about; without a
    child in one of its levels there is nothing to ask, whereas any other predictor may lose a level.
    `contrasts`: 'treatment' gives coefficients against the reference; 'sum' (sum-to-zero) makes the partial
    F of a single variable a type III test when the model has interactions.
    """

    name: str
    outcome: str
    predictors: tuple[Predictor, ...]
    interactions: tuple[tuple[str, str], ...] = ()
    population: tuple[Restriction | AtLeast, ...] = ()
    complete_cases_of: "ModelSpec | None" = None
    exposure: str | None = None
    contrasts: Literal["treatment", "sum"] = "treatment"

    def __post_init__(self) -> None:
        _check_name(self.name)
        _check_name(self.outcome)
        variables = [predictor.variable for predictor in self.predictors]
        if not variables or len(set(variables)) != len(variables):
            raise ValueError(f"{self.name}: a model needs predictors, each of them once")
        for pair in self.interactions:
            if len(set(pair)) != 2 or not set(pair) <= set(variables):
                raise ValueError(f"{self.name}: an interaction joins two different predictors of its model: {pair}")
        if self.exposure is not None and self.exposure not in variables:
            raise ValueError(f"{self.name}: the exposure is not one of the predictors")
        if self.complete_cases_of is not None and self.complete_cases_of.outcome != self.outcome:
            raise ValueError(f"{self.name}: complete cases of another outcome cannot be told from cells of this one")

    @property
    def factors(self) -> tuple[Factor, ...]:
        return tuple(predictor for predictor in self.predictors if isinstance(predictor, Factor))

    @property
    def covariates(self) -> tuple[Covariate | Spline, ...]:
        """The numeric predictors."""
        return tuple(predictor for predictor in self.predictors if not isinstance(predictor, Factor))

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable that decides who is in the model and with which values, each once."""
        restricted = [r.covariate if isinstance(r, AtLeast) else r.factor for r in self.population]
        names = [predictor.variable for predictor in (*self.predictors, *restricted)]
        further = self.complete_cases_of.variables if self.complete_cases_of is not None else ()
        return tuple(dict.fromkeys([*names, *further]))

    def predictor(self, variable: str) -> Predictor:
        """The predictor of this variable; ValueError if the model has none."""
        for predictor in self.predictors:
            if predictor.variable == variable:
                return predictor
        raise ValueError(f"{self.name}: {variable!r} is not a predictor of this model")
