"""A small invented wave as the analyses would tell of it: numbers chosen by hand, no child behind them."""

import dataclasses
import datetime
import itertools

import pandas as pd
import pytest

from lbc_assets.papers.paper import load_papers
from lbc_assets.papers.tables import (
    AGREEMENT_COLUMNS,
    AUDIT_COLUMNS,
    COMPARISON_COLUMNS,
    frame_of,
    paper_agreement,
    paper_audit,
    paper_comparison,
)
from lbc_assets.reference.evidence import evidence
from lbc_assets.reporting.columns import ANALYSIS_COLUMNS
from lbc_assets.reporting.content import ReportContent, Wave
from lbc_assets.reporting.report import render_report
from lbc_assets_tests.reporting import invented_supplement as supplement

# variable, compared levels, reference: the adjusted model's terms; the baseline model has the first four.
TERMS = (
    ("migration_status", ("previous", "current"), "never"),
    ("sex", ("female",), "male"),
    ("age_years", (None,), None),
    ("province", ("guizhou",), "zhejiang"),
    ("household_wealth", ("poor", "wealthy"), "fair"),
    ("primary_caregiver", ("father", "mother", "other"), "grandparent"),
    ("parents_divorced", ("yes",), "no"),
    ("any_sibling", ("yes",), "no"),
    ("social_support", ("low", "medium"), "high"),
    ("school_performance", ("very_poor", "poor", "good", "very_good"), "fair"),
)
CAREGIVER_AGAINST_MOTHER = ("primary_caregiver", ("grandparent", "father", "other"), "mother")
OUTCOMES = ("total", "emotional", "conduct", "peer", "hyperactivity", "prosocial", "externalising", "internalising")
GROUPS = ("never", "previous", "current")
OK = {"status": "ok", "reason": None}


def _coefficients(model, outcome, terms, n):
    rows = [{"term": "intercept", "variable": None, "level": None, "reference": None}]
    for variable, levels, reference in terms:
        rows += [
            {
                "term": variable if level is None else f"{variable}[{level}]",
                "variable": variable,
                "level": level,
                "reference": reference,
            }
            for level in levels
        ]
    numbers = {"std_error": 0.25, "statistic": 2.0, "df": n - 10.0, "n": n, "r2": 0.125}
    numbers |= {"standardised": 0.0575, "p_holm": 0.0385, "p_benjamini_hochberg": 0.0205}
    for position, row in enumerate(rows):
        estimate = round(0.75 - 0.15 * position, 2)
        p = (0.0004, 0.004, 0.04, 0.4)[position % 4]
        row.update(numbers, estimate=estimate, conf_low=estimate - 0.49, conf_high=estimate + 0.49, p_value=p)
        row.update(model=model, outcome=outcome, **OK)
    return rows


def _model_coefficients():
    rows = []
    for outcome in OUTCOMES:
        rows += _coefficients("baseline", outcome, TERMS[:4], 3538)
        rows += _coefficients("baseline_complete_cases", outcome, TERMS[:4], 3442)
        rows += _coefficients("adjusted", outcome, TERMS, 3442)
    mother = [CAREGIVER_AGAINST_MOTHER if name == "primary_caregiver" else (name, *rest) for name, *rest in TERMS]
    for outcome in ("emotional", "peer", "hyperactivity"):
        rows += _coefficients("adjusted_caregiver_mother", outcome, mother, 3442)
    return pd.DataFrame(rows)


def _sample_characteristics():
    empty = dict.fromkeys(
        (
            *("level", "estimate", "std_dev", "test", "statistic", "df", "df_residual", "p_value"),
            *("effect", "effect_size", "effect_low", "effect_high"),
        )
    )
    rows = []
    for variable in ("age_years", "total_score"):
        for group in ("current", "previous", "never", "all"):
            numbers = {"n": 701, "estimate": 12.25, "std_dev": 2.05, "n_missing": 0}
            rows.append({**empty, **numbers, "variable": variable, "migration_status": group, "measure": "mean"})
        test = {"variable": variable, "migration_status": "all", "measure": "test", "n": 3538, "n_missing": 0}
        omega = {"effect": "omega_squared", "effect_size": 0.0125, "effect_low": 0.0005, "effect_high": 0.0245}
        rows.append({**empty, **test, **omega, "test": "anova_f", "statistic": 1.2, "p_value": 0.0635})
        rows.append({**empty, **test, "test": "welch_f", "statistic": 1.1, "p_value": 0.0705})
    missing = {"current": 15, "previous": 8, "never": 5, "all": 28}
    for level, group in itertools.product(("no", "yes"), missing):
        numbers = {"n": 1637 if level == "no" else 31, "estimate": 8.35, "n_missing": missing[group]}
        rows.append(
            {
                **empty,
                **numbers,
                "variable": "parents_divorced",
                "level": level,
                "migration_status": group,
                "measure": "count",
            }
        )
    test = {"test": "chi_square", "statistic": 60.0, "p_value": 1e-9, "n": 3510, "n_missing": 28}
    test |= {"effect": "cramers_v", "effect_size": 0.125, "effect_low": 0.095, "effect_high": 0.155}
    rows.append({**empty, **test, "variable": "parents_divorced", "migration_status": "all", "measure": "test"})
    return pd.DataFrame(rows).assign(**OK)


def _group_comparisons():
    pairs = (("current", "previous"), ("current", "never"), ("previous", "never"))
    rows = []
    for variable, test in (
        *((variable, test) for variable in ("age_years", "total_score") for test in ("tukey_hsd", "games_howell")),
        ("parents_divorced", "chi_square_pair"),
    ):
        coded = test == "chi_square_pair"
        for step, (status, reference) in enumerate(pairs):
            size = 0.115 + 0.1 * step if coded else 0.3 - 0.405 * step
            row = {"variable": variable, "test": test, "migration_status": status, "reference": reference}
            numbers = {"p_value": 0.0185 if test == "tukey_hsd" else 0.0205, "p_holm": 0.0415 if coded else None}
            effect = {"effect": "cramers_v" if coded else "hedges_g", "effect_size": size}
            rows.append({**row, **numbers, **effect, "effect_low": size - 0.1, "effect_high": size + 0.1, **OK})
    return pd.DataFrame(rows)


def _adjusted_means():
    means, tests = [], []
    levels = {
        "province": ("zhejiang", "guizhou"),
        "parents_divorced": ("no", "yes"),
        "social_support_dichotomy": ("low", "high"),
    }
    for step, (variable, (first, second)) in enumerate(levels.items()):
        labels = {
            "model": f"adjusted_by_{variable}",
            "outcome": "total",
            "variable": variable,
            "n": 3442,
            **OK,
        }
        for position, (level, group) in enumerate(itertools.product((first, second), GROUPS)):
            estimate = 13.05 + 0.3 * position + step
            limits = {"conf_low": estimate - 0.6, "conf_high": estimate + 0.6, "std_error": 0.3, "df": 3421.0}
            row = {"level": level, "migration_status": group, "weights": "equal", "estimate": estimate}
            means.append({**labels, **row, **limits})
            # two points lower under the observed weights
            lower = {name: value - 2 for name, value in (("estimate", estimate), *limits.items()) if name != "df"}
            means.append({**labels, **row, **limits, **lower, "std_error": 0.2, "weights": "observed"})
        for group in GROUPS:
            row = {"level": second, "reference": first, "migration_status": group, "estimate": 0.9}
            f = {"std_error": 0.38, "statistic": 5.545, "df": 1.0, "df_residual": 3421.0, "p_value": 0.0186}
            tests.append({**labels, **row, **f})
    return pd.DataFrame(means), pd.DataFrame(tests)


def _interaction_tests():
    variables = [name for name, *_ in TERMS[1:]] + ["social_support_dichotomy"]
    return pd.DataFrame(
        {
            "model": f"adjusted_by_{variable}",
            "outcome": "total",
            "term": f"migration_status:{variable}",
            "variable": variable,
            "statistic": 1.005,
            "df": 2.0,
            "df_residual": 3419.0,
            "p_value": 0.366,
            "p_holm": 1.0,
            "p_benjamini_hochberg": 0.8435,
            "n": 3442,
            "paper_rule": variable in ("province", "parents_divorced"),
            **OK,
        }
        for variable in variables
    )


def _participant_flow():
    steps = [
        ("received", None, 1370, 2226),
        ("excluded", "no_consent", 0, 0),
        ("excluded", "outside_sampling_frame", 0, 0),
        ("excluded", "sdq_not_completed", 4, 5),
        ("excluded", "parent_deceased", 2, 6),
        ("excluded", "migration_unknown", 12, 29),
        ("analysed", None, 1352, 2186),
        ("group", "current", 735, 1195),
        ("group", "previous", 241, 666),
        ("group", "never", 376, 325),
    ]
    return pd.DataFrame(
        {"position": position, "step": step, "reason_code": code, "province": province, "children": children}
        for position, (step, code, zhejiang, guizhou) in enumerate(steps, start=1)
        for province, children in (("all", zhejiang + guizhou), ("zhejiang", zhejiang), ("guizhou", guizhou))
    )


SCALES = ("total", "emotional", "conduct", "hyperactivity", "peer", "prosocial")
BANDS = {
    "three": ("normal", "borderline", "abnormal"),
    "four": ("close_to_average", "slightly_raised", "high", "very_high"),
    "chinese": ("normal", "borderline", "abnormal"),
}


def _psychometrics():
    groups = ("current", "previous", "never", "all")
    numbers = {"alpha": 0.615, "conf_low": 0.5, "conf_high": 0.705, "omega": 0.625, "rmsea": 0.0415, "rmsr": 0.0325}
    numbers |= {"n": 690, "floor_percent": 4.25, "ceiling_percent": 0.0, "omega_status": "ok", "omega_reason": None}
    scales = [
        {"migration_status": group, "scale": scale, **numbers, **OK}
        for group, scale in itertools.product(groups, (*SCALES, "externalising", "internalising"))
    ]
    answers = {"n": 3530, "n_missing": 8, "missing_percent": 0.226, "mean": 0.715, "item_rest": 0.345}
    answers |= {"floor_percent": 41.0, "ceiling_percent": 12.5}
    items = [
        {"migration_status": group, "scale": scale, "item": item, **answers, **OK}
        for group, (item, scale) in itertools.product(groups, (("lies", "conduct"), ("loner", "peer")))
    ]
    return pd.DataFrame(scales), pd.DataFrame(items)


def _bands():
    shares = [
        {"population": population, "scale": scale, "norm": norm, "band": band, "migration_status": group}
        | {"n": 1100, "estimate": 17.05, "conf_low": 15.95, "conf_high": 18.25, **OK}
        for population in ("all", "11_and_over")
        for scale in SCALES
        for norm, bands in BANDS.items()
        for band in bands
        for group in ("current", "previous", "never", "all")
    ]
    models = []
    for population, (model, terms) in itertools.product(
        ("all", "11_and_over"), (("baseline", TERMS[:4]), ("adjusted", TERMS))
    ):
        for row in _coefficients(model, "total", terms, 3442):
            ratios = {"odds_ratio": 1.455, "odds_ratio_low": 1.005, "odds_ratio_high": 2.11, "n_events": 430}
            models.append(row | ratios | {"population": population, "warning": None})
    return pd.DataFrame(shares), pd.DataFrame(models)


def _departure_age():
    rows = []
    for model, variable, levels in (
        ("departure_age", "departure_age_years", (None,)),
        ("departure_age_curve", "departure_age_years", (None, "bend_1", "bend_2")),
        ("departure_duration", "years_since_departure", (None,)),
    ):
        rows += _coefficients(model, "total", ((variable, levels, None), *TERMS[1:]), 1860)
    return pd.DataFrame(rows)


def _exposure_models():
    rows = []
    for model, term, n in (
        ("migrant_parent_current", ("migrant_parent", ("father", "mother", "mixed"), "both"), 1865),
        ("migrant_parent_previous", ("migrant_parent", ("father", "mother"), "both"), 877),
        ("living_arrangement_baseline", ("living_arrangement", ("one", "neither"), "both"), 3538),
        ("living_arrangement_adjusted", ("living_arrangement", ("one", "neither"), "both"), 3442),
    ):
        rows += _coefficients(model, "total", (term, *TERMS[1:]), n)
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def _tables():
    variables = [name for name, *_ in TERMS]
    scale_reliability, item_statistics = _psychometrics()
    band_shares, band_models = _bands()
    means, tests = _adjusted_means()
    tables = {
        "participant_flow": _participant_flow(),
        "sample_characteristics": _sample_characteristics(),
        "group_comparisons": _group_comparisons(),
        "model_coefficients": _model_coefficients(),
        "interaction_tests": _interaction_tests(),
        "adjusted_means": means,
        "adjusted_mean_tests": tests,
        "adjusted_mean_contrasts": supplement.adjusted_mean_contrasts(),
        "departure_age": _departure_age(),
        "exposure_models": _exposure_models(),
        "wealth_within_province": supplement.wealth_within_province(),
        "model_terms": supplement.model_terms(variables),
        "imputation_diagnostics": supplement.imputation_diagnostics(),
        "robustness": supplement.robustness(),
        "specification_curve": supplement.specification_curve(),
        "model_diagnostics": supplement.model_diagnostics(variables),
        "residuals": supplement.residuals(),
        "scale_reliability": scale_reliability,
        "item_statistics": item_statistics,
        "band_shares": band_shares,
        "band_models": band_models,
        # no paper reports the wave, but in `beside`
        "paper_comparison": frame_of([], COMPARISON_COLUMNS),
        "paper_agreement": frame_of([], AGREEMENT_COLUMNS),
        "paper_audit": frame_of([], AUDIT_COLUMNS),
        "value_issues": pd.DataFrame(
            {
                "reason_code": ["out_of_range", "out_of_range"],
                "field": ["age_years", "siblings_number"],
                "children": [2, 1],
            }
        ),
        "gates": pd.DataFrame(
            {
                "table": ["stg_responses", "stg_responses", "model_coefficients"],
                "check": ["identity_present", "age_as_expected", "nothing_refused"],
                "severity": ["error", "warn", "error"],
                "passed": [True, False, True],
                "failing_rows": [0, 3, 0],
            }
        ),
    }
    return {name: _belonging(name, table, "synthetic") for name, table in tables.items()}


def _belonging(name, table, origin):
    """The table as published: of which wave, of which origin, and what each row is evidence of."""
    if name in ("value_issues", "gates"):
        return table
    table = table.assign(wave="baseline-2015", data_origin=origin)
    if name not in ANALYSIS_COLUMNS:
        return table
    rows = table.to_dict("records")
    paper = "zhao_2017" if origin == "synthetic" else None
    return table.assign(evidence=[evidence(name, row, origin, paper).value for row in rows])


@pytest.fixture
def tables(_tables):
    """The tables of the wave, by name; a test may spoil its own copy."""
    return {name: table.copy() for name, table in _tables.items()}


@pytest.fixture(scope="session")
def wave():
    return Wave(
        wave="baseline-2015",
        title="Baseline survey",
        data_origin="synthetic",
        survey_first_date=datetime.date(2015, 1, 12),
        survey_last_date=datetime.date(2015, 12, 4),
        sampling_frame="Two invented counties",
    )


@pytest.fixture(scope="session")
def provenance():
    return (("Delivery (sha256)", "ab" * 32), ("Files", "one.csv, two.csv"), ("duckdb", "2.0.0"))


@pytest.fixture
def content(wave, tables, provenance):
    return ReportContent(wave=wave, provenance=provenance, **tables)


@pytest.fixture(scope="session")
def page(wave, _tables, provenance):
    """The page of that content, rendered once."""
    copies = {name: table.copy() for name, table in _tables.items()}
    return render_report(ReportContent(wave=wave, provenance=provenance, **copies))


@pytest.fixture
def collected(content, tables):
    """The same wave as if children had answered, with verdicts."""
    found = {name: _belonging(name, table, "collected") for name, table in tables.items()}
    is_main = found["robustness"]["analysis"] == "ols"
    found["robustness"]["verdict"] = [None if main else "holds" for main in is_main]
    wave = dataclasses.replace(content.wave, data_origin="collected")
    return dataclasses.replace(content, wave=wave, **found)


@pytest.fixture
def refuse():
    """Refuse the rows of a table that have these values, as the statistics do: numbers missing, a reason."""

    def _refuse(table, reason, **keys):
        chosen = pd.Series(True, index=table.index)
        for name, value in keys.items():
            chosen &= table[name] == value
        numbers = table.select_dtypes("number").columns
        table[numbers] = table[numbers].astype("float64").where(~chosen)
        table["reason"] = table["reason"].astype(object).where(~chosen, reason)
        table["status"] = table["status"].where(~chosen, "refused")

    return _refuse


@pytest.fixture(scope="session")
def _of_papers(_tables):
    """The wave beside the paper of the study: the cells that it has not are not comparable."""
    frames = {**_tables, "mart_participant_flow": _tables["participant_flow"]}
    compared = paper_comparison("baseline-2015", frames)
    frames = {
        "paper_comparison": compared,
        "paper_agreement": paper_agreement("baseline-2015", {"paper_comparison": compared}),
        "paper_audit": paper_audit("baseline-2015", {}),
    }
    return {name: _belonging(name, frame, "synthetic") for name, frame in frames.items()}


@pytest.fixture
def beside(content, _of_papers):
    """The content of a wave that a paper reports."""
    frames = {name: frame.copy() for name, frame in _of_papers.items()}
    return dataclasses.replace(content, papers=load_papers(), **frames)
