"""What the report reads of each table.

Belongs here: the columns without which a table cannot be laid out. Does not belong here: their meaning (the tables'
YAML), the checks on them (`content`).
"""

from __future__ import annotations

_COEFFICIENT = (
    *("model", "outcome", "term", "variable", "level", "reference", "estimate", "standardised", "std_error"),
    *("p_value", "p_holm", "p_benjamini_hochberg", "conf_low", "conf_high", "n", "r2", "status", "reason"),
)
_F_TEST = ("statistic", "df", "df_residual", "p_value", "p_holm", "p_benjamini_hochberg", "n", "status", "reason")
_COUNTS = (
    *("variable", "level", "migration_status", "measure", "n", "estimate", "n_missing", "test", "statistic", "df"),
    *("p_value", "effect", "effect_size", "effect_low", "effect_high", "status", "reason"),
)

# of published papers that report the wave; without rows where none does
PAPER_COLUMNS: dict[str, tuple[str, ...]] = {
    "paper_comparison": (
        *("paper", "reading", "table_number", "printed_row", "printed_column", "statistic", "printed", "verdict"),
        *("reproduced_printed", "difference", "tolerance", "rounding", "printed_value", "contradiction", "explanation"),
    ),
    "paper_agreement": (
        *("paper", "reading", "says", "cells", "exact", "within_tolerance", "missed", "not_comparable"),
        "not_explained",
    ),
    "paper_audit": (
        *("paper", "number", "check_name", "about", "compared", "consistent", "verdict", "place", "finding"),
        *("numbers", "contradiction", "resolved_by", "inference", "cells"),
    ),
}
ANALYSIS_COLUMNS: dict[str, tuple[str, ...]] = {
    **PAPER_COLUMNS,
    "sample_characteristics": ("std_dev", "df_residual", *_COUNTS),
    "group_comparisons": (
        *("variable", "test", "migration_status", "reference", "p_value", "p_holm", "effect"),
        *("effect_size", "effect_low", "effect_high", "status", "reason"),
    ),
    "wealth_within_province": ("province", *_COUNTS),
    "model_coefficients": _COEFFICIENT,
    "model_terms": ("model", "outcome", "variable", "test", "partial_eta_squared", "n_missing", "n_lost", *_F_TEST),
    "interaction_tests": ("model", "outcome", "variable", "paper_rule", *_F_TEST),
    "adjusted_means": (
        *("model", "outcome", "variable", "level", "migration_status", "weights", "estimate"),
        *("std_error", "conf_low", "conf_high", "n", "status", "reason"),
    ),
    "adjusted_mean_tests": (
        *("model", "outcome", "variable", "level", "reference", "migration_status", "statistic"),
        *("df", "df_residual", "p_value", "n", "status", "reason"),
    ),
    "adjusted_mean_contrasts": (
        *("model", "outcome", "variable", "level", "migration_status", "other_level", "other_migration_status"),
        *("estimate", "std_error", "p_value", "conf_low", "conf_high", "n", "status", "reason"),
    ),
    "departure_age": _COEFFICIENT,
    "exposure_models": _COEFFICIENT,
    "imputation_diagnostics": (
        *("model", "outcome", "variable", "level", "n_missing", "observed", "imputed", "r_hat", "m"),
        *("status", "reason"),
    ),
    "robustness": (
        *("analysis", "question", "outcome", "level", "reference", "estimate", "std_error", "df", "p_value"),
        *("conf_low", "conf_high", "n", "clusters", "icc", "is_boundary", "fmi", "draws", "note", "e_value"),
        *("e_value_limit", "verdict", "status", "reason"),
    ),
    "specification_curve": (
        *("outcome", "covariates", "population", "level", "reference", "estimate", "standardised", "conf_low"),
        *("conf_high", "n", "status", "reason"),
    ),
    "model_diagnostics": (
        *("model", "outcome", "diagnostic", "variable", "value", "df", "p_value", "n", "status", "reason"),
    ),
    "residuals": (
        *("model", "outcome", "bin", "fitted_mean", "residual_mean", "residual_std_dev", "n", "status", "reason"),
    ),
    "scale_reliability": (
        *("migration_status", "scale", "n", "alpha", "conf_low", "conf_high", "status", "reason", "omega", "rmsea"),
        *("rmsr", "omega_status", "omega_reason", "floor_percent", "ceiling_percent"),
    ),
    "item_statistics": (
        *("migration_status", "scale", "item", "n", "n_missing", "missing_percent", "mean", "floor_percent"),
        *("ceiling_percent", "item_rest", "status", "reason"),
    ),
    "band_shares": (
        *("population", "scale", "norm", "band", "migration_status", "n", "estimate", "conf_low", "conf_high"),
        *("status", "reason"),
    ),
    "band_models": (
        *("model", "population", "term", "variable", "level", "reference", "p_value", "odds_ratio"),
        *("odds_ratio_low", "odds_ratio_high", "n", "n_events", "warning", "status", "reason"),
    ),
}
REQUIRED_COLUMNS: dict[str, tuple[str, ...]] = {
    "participant_flow": ("position", "step", "reason_code", "province", "children"),
    **{table: ("evidence", *columns) for table, columns in ANALYSIS_COLUMNS.items()},
    "value_issues": ("reason_code", "field", "children"),
    "gates": ("table", "check", "severity", "passed", "failing_rows"),
}
