"""Tidy tables: rows become a frame with declared columns and types.

Belongs here: the column types of the analysis tables' fields and the marks of an answered or refused row.
Does not belong here: which columns a table has (its own module) and what they mean (the tables' YAML).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from lbc_assets.stats.refusal import StatisticsRefused

Row = Mapping[str, Any]

# Everything not named here is text. Missing: NaN (text, float) or NA (Int64, boolean); NULL in the warehouse.
INTEGERS = frozenset(
    {
        *("n", "n_missing", "n_lost", "n_incomplete", "n_reference", "n_complete", "n_events", "n_scored"),
        *("m", "clusters", "draws", "bin", "items", "number"),
        *("n_before", "n_after", "villages"),
    }
)
BOOLEANS = frozenset({"paper_rule", "is_boundary", "small_expected"})
FLOATS = frozenset(
    {
        "estimate",
        "std_error",
        "std_dev",
        "minimum",
        "maximum",
        "statistic",
        "df",
        "df_residual",
        "p_value",
        "p_holm",
        "p_benjamini_hochberg",
        "p_std_error",
        "conf_low",
        "conf_high",
        "r2",
        "partial_eta_squared",
        "standardised",
        "std_error_hc3",
        "p_value_hc3",
        "icc",
        "value",
        "fitted_mean",
        "residual_mean",
        "residual_std_dev",
        "e_value",
        "e_value_limit",
        "riv",
        "fmi",
        "observed",
        "imputed",
        "r_hat",
        "effect_size",
        "effect_low",
        "effect_high",
        "alpha",
        "alpha_standardised",
        "alpha_without",
        "ceiling_percent",
        "floor_percent",
        "item_rest",
        "mean",
        "missing_percent",
        "odds_ratio",
        "odds_ratio_low",
        "odds_ratio_high",
        "omega",
        "omega_standardised",
        "rmsea",
        "rmsr",
    }
)

OK: Row = {"status": "ok", "reason": None}


def refused(why: StatisticsRefused) -> Row:
    """The marks of a refused row; its numbers stay missing."""
    return {"status": "refused", "reason": why.reason.value}


def attempted(row: Row, compute: Callable[[], Row]) -> Row:
    """The row with the fields computed, or with the marks of the refusal that stopped them."""
    try:
        return {**row, **compute(), **OK}
    except StatisticsRefused as why:
        return {**row, **refused(why)}


def tidy(rows: Iterable[Row], columns: tuple[str, ...]) -> pd.DataFrame:
    """One row a mapping, in the order given; a field that a row does not have is missing. KeyError: a field
    too many.
    """
    listed = list(rows)
    for row in listed:
        if not row.keys() <= set(columns):
            raise KeyError(f"not a column of this table: {sorted(row.keys() - set(columns))}")
    return pd.DataFrame({name: pd.Series([row.get(name) for row in listed], dtype=_dtype(name)) for name in columns})


def _dtype(column: str) -> str:
    if column in INTEGERS:
        return "Int64"
    if column in BOOLEANS:
        return "boolean"
    return "float64" if column in FLOATS else "str"
