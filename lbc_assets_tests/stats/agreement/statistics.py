"""Every statistic that is held against R, with R's function and the tolerance.

Belongs here: one line a statistic. Does not belong here: how the two are put side by side (`linear`, `groups`,
`clusters`, `imputed`, `by_hand`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from lbc_assets_tests.stats.agreement import by_hand, clusters, groups, imputed, linear
from lbc_assets_tests.stats.agreement.answers import CHILDREN, CLUSTERED, EVERY, REFERENCE
from lbc_assets_tests.stats.agreement.difference import Measure, Pair, largest_difference

BY_HAND = "by hand"
IN_SCHOOLS = (REFERENCE, CLUSTERED)
GROUPED = (*EVERY, "few_children")
ALONE = ("",)


@dataclass(frozen=True)
class Statistic:
    """`ours`: module.function of lbc_assets.stats; `theirs`: R's functions with their arguments, `packages` which they
    are of; `data`: the data sets, an empty name for numbers without children. A tolerance of 0: the same number.
    """

    name: str
    ours: str
    theirs: str
    packages: tuple[str, ...]
    compare: Callable[[str], Iterator[Pair]]
    data: tuple[str, ...]
    tolerance: float
    measure: Measure = "scaled"

    @cache  # noqa: B019 - statistics live as long as the process
    def difference(self, of: str) -> float:
        """The largest difference on one data set."""
        return max(largest_difference(pair, self.measure) for pair in self.compare(of))


LM = ("stats",)
STATISTICS = (
    Statistic(
        "OLS: coefficients, beta, standard errors, t, df, limits, n, R²",
        "tables.model_coefficients, departure_age, exposure_models",
        "summary(lm(...)), confint; beta from lm's columns divided by their sd",
        LM,
        linear.coefficients,
        EVERY,
        1e-9,
    ),
    Statistic(
        "HC3 standard errors",
        "models.heteroscedasticity.with_hc3",
        'sandwich::vcovHC(fit, type = "HC3")',
        ("sandwich",),
        linear.hc3,
        EVERY,
        1e-9,
    ),
    Statistic(
        "Whole terms: F, df, partial eta², missing answers",
        "tables.model_terms",
        'drop1(fit, test = "F")',
        LM,
        linear.terms,
        EVERY,
        1e-8,
    ),
    Statistic(
        "Type III F and df of every term, interactions",
        "models.inference.partial_f, tables.interaction_tests",
        'car::Anova(lm(..., contrasts = "contr.sum"), type = "III")',
        ("car",),
        linear.type_three,
        EVERY,
        1e-8,
    ),
    Statistic(
        "Adjusted means, equal and observed weights: mean, SE, df, limits",
        "tables.adjusted_means.adjusted_means",
        'emmeans::emmeans(fit, c(by, "migration_status"), weights = "equal" / "proportional")',
        ("emmeans",),
        linear.means,
        EVERY,
        1e-9,
    ),
    Statistic(
        "Adjusted means: level against reference, SE, F, df",
        "tables.adjusted_means.adjusted_mean_tests",
        'emmeans::contrast(grid, "trt.vs.ctrl", by = "migration_status", adjust = "none"), t squared',
        ("emmeans",),
        linear.mean_tests,
        EVERY,
        1e-9,
    ),
    Statistic(
        "Adjusted means: joint F, as emmeans rounds it",
        "tables.adjusted_means.adjusted_mean_tests",
        "emmeans::test(contrasts, joint = TRUE)",
        ("emmeans",),
        linear.rounded_mean_tests,
        EVERY,
        5.1e-4,
        "absolute",
    ),
    Statistic(
        "Adjusted means: differences of every two cells, SE, t, df",
        "tables.adjusted_means.adjusted_mean_contrasts",
        'emmeans::contrast(grid, "pairwise")',
        ("emmeans",),
        linear.contrasts,
        EVERY,
        1e-9,
    ),
    Statistic(
        "Adjusted means: Tukey's p and limits",
        "tables.adjusted_means.adjusted_mean_contrasts",
        'emmeans::contrast(grid, "pairwise", adjust = "tukey")',
        ("emmeans",),
        linear.tukey_contrasts,
        EVERY,
        1e-6,
    ),
    Statistic(
        "Breusch-Pagan, variance inflation, leverage",
        "tables.model_diagnostics.model_diagnostics",
        "lmtest::bptest(fit, studentize = FALSE), car::vif, hatvalues",
        ("lmtest", "car"),
        linear.diagnostics,
        EVERY,
        1e-9,
    ),
    Statistic(
        "Residuals by fitted value, in bins",
        "tables.model_diagnostics.residuals",
        "residuals(lm(...)), the same bins",
        LM,
        linear.residual_bins,
        EVERY,
        1e-9,
    ),
    Statistic(
        "Restricted cubic spline: F of the bends, R²",
        "models.fit, models.inference.partial_f",
        "anova(straight, curved)",
        LM,
        linear.bend,
        EVERY,
        1e-8,
    ),
    Statistic(
        "Specification curve: estimate, SE, HC3, limits",
        "tables.specification_curve",
        'lm, confint, sandwich::vcovHC(type = "HC3")',
        ("sandwich",),
        linear.curve,
        EVERY,
        1e-9,
    ),
    Statistic(
        "p of all the tables above but Tukey's, however small",
        "",
        "the functions above",
        LM,
        linear.p_values,
        EVERY,
        1e-6,
        "relative",
    ),
    Statistic(
        "p corrected for the family: Holm, Benjamini-Hochberg",
        "groups.multiplicity",
        'p.adjust(p, "holm"), p.adjust(p, "BH")',
        LM,
        linear.corrected_p,
        EVERY,
        1e-8,
    ),
    Statistic(
        "The same, of given families",
        "groups.multiplicity.holm, benjamini_hochberg",
        'p.adjust(p, "holm"), p.adjust(p, "BH")',
        LM,
        groups.corrected_families,
        ALONE,
        1e-14,
    ),
    Statistic(
        "Chi-square, analysis of variance, Welch's, Fisher's: statistic, df, p",
        "tables.sample_characteristics, group_comparisons",
        "chisq.test(correct = FALSE), aov, oneway.test, fisher.test",
        LM,
        groups.group_tests,
        GROUPED,
        1e-9,
    ),
    Statistic(
        "Fisher's exact p of small tables",
        "groups.small_counts.fisher_exact",
        "fisher.test",
        LM,
        groups.exact_tables,
        ALONE,
        1e-9,
    ),
    Statistic(
        "Pairs of means: difference, SE, q, df",
        "tables.group_comparisons",
        "TukeyHSD(aov(...)), rstatix::games_howell_test(detailed = TRUE)",
        ("rstatix",),
        groups.pairs_of_means,
        GROUPED,
        1e-9,
    ),
    Statistic(
        "Tukey's honest differences: p and limits",
        "groups.pairwise.tukey_hsd",
        "TukeyHSD(aov(...))",
        LM,
        groups.tukey,
        GROUPED,
        1e-6,
    ),
    Statistic(
        "Games-Howell: p and limits",
        "groups.pairwise.games_howell",
        "rstatix::games_howell_test, its rounded p and limits again by integrate(ptukey(df = Inf))",
        ("rstatix",),
        groups.games_howell,
        GROUPED,
        1e-6,
    ),
    Statistic(
        "Studentised range: tail and quantile",
        "groups.studentized_range.upper_tail, quantile",
        "integrate(ptukey(df = Inf)), uniroot",
        LM,
        groups.ranges,
        ALONE,
        1e-8,
    ),
    Statistic(
        "p of pairs, corrected",
        "tables.group_comparisons",
        'p.adjust(p, "holm"), p.adjust(p, "BH")',
        LM,
        groups.corrected_pairs,
        GROUPED,
        1e-8,
    ),
    Statistic(
        "Cramér's V, omega², Hedges' g, with limits",
        "groups.effect_sizes",
        "effectsize::cramers_v(adjust = FALSE), omega_squared, hedges_g; limits by uniroot on pchisq, pf, pt (ncp)",
        ("effectsize",),
        groups.effects,
        GROUPED,
        1e-8,
    ),
    Statistic(
        "The limits of pairs as effectsize's own optimiser finds them",
        "groups.effect_sizes.hedges_g, cramers_v",
        "effectsize::hedges_g, cramers_v (on the other data sets its optimiser stops early, up to 0.01 off)",
        ("effectsize",),
        groups.effect_sizes_of_pairs,
        (CHILDREN, "few_children"),
        1e-6,
    ),
    Statistic(
        "Wilson's limits",
        "groups.proportions.wilson",
        "prop.test(correct = FALSE)$conf.int",
        LM,
        groups.shares,
        ALONE,
        1e-13,
    ),
    Statistic(
        "Wilson's limits of none, half and all",
        "groups.proportions.wilson",
        BY_HAND,
        (),
        by_hand.wilson_limits,
        ALONE,
        1e-13,
    ),
    Statistic(
        "E-values", "e_value.e_value", BY_HAND + " (VanderWeele and Ding 2017)", (), by_hand.e_values, ALONE, 1e-12
    ),
    Statistic(
        "CR1S: SE, t, p, limits",
        'clusters.cluster_robust.cluster_tests(kind="CR1S")',
        'clubSandwich::vcovCR(fit, type = "CR1S"), coef_test(test = "naive-t"), conf_int',
        ("clubSandwich",),
        clusters.cr1s,
        IN_SCHOOLS,
        1e-9,
    ),
    Statistic(
        "CR2: SE, t, p, limits",
        'clusters.cluster_robust.cluster_tests(kind="CR2")',
        'clubSandwich::vcovCR(fit, type = "CR2"), coef_test(test = "Satterthwaite"), conf_int',
        ("clubSandwich",),
        clusters.cr2,
        IN_SCHOOLS,
        1e-9,
    ),
    Statistic(
        "df: clusters less one, Satterthwaite's",
        "clusters.cluster_robust.satterthwaite_df",
        'clubSandwich::coef_test(test = "Satterthwaite")',
        ("clubSandwich",),
        clusters.degrees_of_freedom,
        IN_SCHOOLS,
        1e-9,
    ),
    Statistic(
        "p of CR1S and CR2, however small",
        "clusters.cluster_robust.cluster_tests",
        "clubSandwich::coef_test",
        ("clubSandwich",),
        clusters.robust_p_values,
        IN_SCHOOLS,
        1e-6,
        "relative",
    ),
    Statistic(
        "Random intercept: restricted log-likelihood",
        "clusters.random_intercept.random_intercept",
        "logLik(lme4::lmer(..., REML = TRUE))",
        ("lme4",),
        clusters.log_likelihoods,
        IN_SCHOOLS,
        1e-9,
        "absolute",
    ),
    Statistic(
        "Random intercept: variances, intraclass correlation",
        "clusters.random_intercept.random_intercept",
        "lme4::VarCorr",
        ("lme4",),
        clusters.variances,
        IN_SCHOOLS,
        1e-5,
        "relative",
    ),
    Statistic(
        "Random intercept: fixed effects",
        "clusters.random_intercept.contrast_test",
        "lme4::fixef",
        ("lme4",),
        clusters.fixed_effects,
        IN_SCHOOLS,
        1e-7,
    ),
    Statistic(
        "Random intercept: SE of the fixed effects",
        "clusters.random_intercept.contrast_test",
        "summary(lmer(...))",
        ("lme4",),
        clusters.fixed_std_errors,
        IN_SCHOOLS,
        1e-5,
        "relative",
    ),
    Statistic(
        "Random intercept: Satterthwaite's df, p",
        "clusters.random_intercept.contrast_test",
        "lmerTest::lmer, summary",
        ("lmerTest",),
        clusters.fixed_df_and_p,
        IN_SCHOOLS,
        1e-4,
        "relative",
    ),
    Statistic(
        "Wild cluster bootstrap: p",
        "clusters.wild_bootstrap.wild_bootstrap",
        "every draw once, written out in base R from the rows",
        LM,
        clusters.bootstrap_p,
        IN_SCHOOLS,
        0.0,
    ),
    Statistic(
        "Wild cluster bootstrap: t, limits",
        "clusters.wild_bootstrap.wild_bootstrap",
        "the same, the test inverted by halving",
        LM,
        clusters.bootstrap_interval,
        IN_SCHOOLS,
        1e-9,
    ),
    Statistic(
        "Multiple imputation: pooled estimate, SE, df, limits, riv, fmi",
        "missing.pooling.pooled",
        "mice::pool of lm on the same completed children",
        ("mice",),
        imputed.pooling,
        (CHILDREN,),
        1e-9,
    ),
    Statistic(
        "Imputation models: coefficients",
        "missing.multinomial.mode",
        "nnet::multinom and Newton's steps from there; glm for two categories",
        ("nnet",),
        imputed.regressions,
        (CHILDREN,),
        1e-9,
    ),
    Statistic(
        "Imputation models: standard errors",
        "missing.multinomial.mode",
        "nnet::multinom(Hess = TRUE), taken where its optimiser stopped",
        ("nnet",),
        imputed.regression_errors,
        (CHILDREN,),
        1e-6,
    ),
    Statistic(
        "Imputation models: covariance, two categories",
        "missing.multinomial.mode",
        "glm.fit(family = binomial()), chol2inv",
        LM,
        imputed.regression_covariance,
        (CHILDREN,),
        1e-9,
    ),
)
