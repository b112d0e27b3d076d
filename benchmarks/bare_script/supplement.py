"""Everything beyond the paper's own tables, and the numbers by which it is held against the platform's."""

import time

import groups
import items
import models
import pictures
from children import CONFOUNDERS, COVARIATES, SUMS
from imputation import multiple_imputation
from paper import adjusted_means, paper_models
from robustness import robustness


def supplement(cohort, undecided, flow, fits, moderations, imputations):
    """Titles with tables, titles with pictures, and what to say on the terminal."""
    fits = fits | paper_models(cohort, list(SUMS))
    variables = {"baseline": ["migration_status", *CONFOUNDERS], "adjusted": ["migration_status", *COVARIATES]}
    departure, exposures = models.other_exposures(cohort)
    departure_fits, exposure_fits = models.fitted(departure), models.fitted(exposures)
    whole = {key: fit for key, fit in fits.items() if key[0] in variables} | departure_fits | exposure_fits
    variables_of = variables | {name: of for name, _, of in departure + exposures}
    children_of = dict.fromkeys(variables, cohort) | {name: children for name, children, _ in departure + exposures}
    started = time.perf_counter()
    imputed, chains = multiple_imputation(cohort, imputations)
    imputing = time.perf_counter() - started
    held = robustness(cohort, undecided, imputed)
    curve, bins = models.specification_curve(cohort), models.residuals(fits)
    reliability, shares = items.scale_reliability(cohort), groups.band_shares(cohort)
    coefficients, terms = models.all_coefficients(fits), models.model_terms(whole, variables_of, children_of)
    tables = {
        "Tests of the sample": groups.sample_tests(cohort),
        "Groups compared": groups.group_comparisons(cohort),
        "Wealth within province": groups.wealth_within_province(cohort),
        "Coefficients of all scores, with beta and corrected p": coefficients,
        "Whole terms": terms,
        "Adjusted means, observed weights": adjusted_means(moderations, observed=True)[0],
        "Adjusted means, every two": models.adjusted_mean_contrasts(moderations),
        "Departure age, three ways": models.all_coefficients(departure_fits),
        "Other exposures": models.all_coefficients(exposure_fits),
        "Robustness": held,
        "Imputed coefficients": imputed,
        "Imputation": chains,
        "Specification curve": curve,
        "Diagnostics": models.model_diagnostics(fits, variables),
        "Residuals": bins,
        "Reliability": reliability,
        "Items": items.item_statistics(cohort),
        "Bands": shares,
        "Models of the abnormal band": groups.band_models(cohort, variables),
    }
    drawn = {
        "Flow": pictures.flow_diagram(flow),
        "Specification curve, previous": pictures.specification_curve(curve, "previous"),
        "Specification curve, current": pictures.specification_curve(curve, "current"),
        "Residuals by fitted value": pictures.residual_plot(bins),
    }
    current = held[held["level"] == "current"].set_index("analysis")
    conduct = coefficients.query("model == 'adjusted' and outcome == 'conduct' and term.str.contains('T.current')")
    abnormal = shares.query("population == 'all' and scale == 'total' and norm == 'three' and band == 'abnormal'")
    said = {
        "hc3_se": current.loc["hc3", "SE"],
        "cr1s_school_se": current.loc["cr1s_school", "SE"],
        "cr2_school_se": current.loc["cr2_school", "SE"],
        "cr2_township_df": current.loc["cr2_township", "df"],
        "e_value_limit": current.loc["ols", "e_value_limit"],
        "unknown_as_previous": current.loc["unknown_as_previous", "B"],
        "conduct_beta": conduct["beta"].item(),
        "partial_eta_squared": terms.query("model == 'adjusted' and outcome == 'total'")["partial_eta_squared"].iloc[0],
        "alpha_total": reliability.query("group == 'all' and scale == 'total'")["alpha"].item(),
        "wilson_high": abnormal.query("group == 'never'")["high"].item(),
    }
    return tables, drawn, said | {"seconds_imputing": imputing}
