# R's answers to the questions that lbc_assets.stats answers, of one data set: the independent judge.
# Run in this folder: Rscript oracle.R DATA (children, small, clustered, reference). Needs r-base-core, r-cran-car,
# r-cran-emmeans, r-cran-lmtest, r-cran-sandwich (Debian).
# Reads DATA.csv (or .csv.gz); writes one csv a question into the folder DATA (17 significant digits), and versions.txt.
# Levels without a child drop out of a model, as lm does it. Where a coefficient is not estimable (a product of levels
# without a child), or a child alone decides one (HC3), there is no answer and no row.

suppressPackageStartupMessages({ library(car); library(emmeans); library(lmtest); library(sandwich) })

data_set <- commandArgs(TRUE)[1]
dir.create(data_set, showWarnings = FALSE)
source_file <- paste0(data_set, c(".csv", ".csv.gz"))
children <- read.csv(source_file[file.exists(source_file)], na.strings = "", stringsAsFactors = FALSE)
references <- list(
  migration_status = c("never", "previous", "current"),
  sex = c("male", "female"),
  province = c("zhejiang", "guizhou"),
  household_wealth = c("fair", "poor", "wealthy"),
  primary_caregiver = c("grandparent", "father", "mother", "other"),
  parents_divorced = c("no", "yes"),
  any_sibling = c("no", "yes"),
  social_support = c("high", "low", "medium"),
  social_support_dichotomy = c("high", "low"),
  migrant_parent = c("both", "father", "mother", "mixed"),
  living_arrangement = c("both", "one", "neither"),
  school_performance = c("fair", "very_poor", "poor", "good", "very_good"))
for (v in names(references)) children[[v]] <- factor(children[[v]], levels = references[[v]])

terms_of <- c("sex", "age_years", "province", "household_wealth", "primary_caregiver", "parents_divorced",
              "any_sibling", "social_support", "school_performance")
subscales <- c("emotional", "conduct", "peer", "hyperactivity", "prosocial")
labels <- c("(Intercept)" = "intercept", age_years = "age_years", departure_age_years = "departure_age_years",
            years_since_departure = "years_since_departure")
for (v in names(references)) for (l in references[[v]]) labels[paste0(v, l)] <- sprintf("%s[%s]", v, l)

formula_of <- function(outcome, predictors) reformulate(predictors, paste0(outcome, "_score"))
save <- function(frame, file) {
  for (v in names(frame)) if (is.numeric(frame[[v]])) frame[[v]] <- sprintf("%.17g", frame[[v]])
  write.csv(frame, file.path(data_set, file), row.names = FALSE, quote = FALSE, eol = "\n")
}

# --- coefficients -----------------------------------------------------------------------------------------------
coefficients_of <- function(model, outcome, predictors, data) {
  fit <- lm(formula_of(outcome, predictors), data)
  table <- summary(fit)$coefficients
  limits <- confint(fit)
  design <- model.matrix(fit)
  standardised <- coef(fit) * apply(design, 2, sd) / sd(model.response(model.frame(fit)))
  standardised[1] <- NA
  stopifnot(!anyNA(coef(fit)))
  data.frame(model = model, outcome = outcome, term = unname(labels[rownames(table)]), estimate = table[, 1],
             standardised = standardised, std_error = table[, 2], statistic = table[, 3], df = fit$df.residual, p_value = table[, 4],
             conf_low = limits[, 1], conf_high = limits[, 2], n = nobs(fit), r2 = summary(fit)$r.squared)
}
baseline <- c("migration_status", "sex", "age_years", "province")
adjusted <- c("migration_status", terms_of)
mother <- transform(children, primary_caregiver = relevel(primary_caregiver, ref = "mother"))
rows <- list()
for (outcome in c("total", subscales, "externalising", "internalising")) {
  complete <- children[complete.cases(children[, c(adjusted, paste0(outcome, "_score"))]), ]
  rows <- c(rows, list(
    coefficients_of("baseline", outcome, baseline, children),
    coefficients_of("baseline_complete_cases", outcome, baseline, complete),
    coefficients_of("adjusted", outcome, adjusted, children)))
  if (outcome %in% c("emotional", "peer", "hyperactivity"))
    rows <- c(rows, list(coefficients_of("adjusted_caregiver_mother", outcome, adjusted, mother)))
}
current <- subset(children, migration_status == "current")
rows <- c(rows, list(
  coefficients_of("departure_age", "total", c("departure_age_years", terms_of), current),
  coefficients_of("departure_duration", "total", c("years_since_departure", terms_of), current),
  coefficients_of("migrant_parent_current", "total", c("migrant_parent", terms_of), current),
  coefficients_of("migrant_parent_previous", "total", c("migrant_parent", terms_of),
                  droplevels(subset(children, migration_status == "previous"))),
  coefficients_of("living_arrangement_baseline", "total", c("living_arrangement", baseline[-1]), children),
  coefficients_of("living_arrangement_adjusted", "total", c("living_arrangement", terms_of), children)))
save(do.call(rbind, rows), "coefficients.csv")

# --- each variable as a whole, and what its missing answers cost -----------------------------------------------------
terms <- list()
for (outcome in c("total", "prosocial", "internalising")) for (model in c("baseline", "adjusted")) {
  predictors <- if (model == "baseline") baseline else adjusted
  scored <- children[!is.na(children[[paste0(outcome, "_score")]]), ]
  fit <- lm(formula_of(outcome, predictors), scored)
  table <- drop1(fit, test = "F")[-1, ]
  missing <- is.na(scored[, predictors])
  terms <- c(terms, list(data.frame(
    model = model, outcome = outcome, variable = rownames(table), statistic = table[["F value"]], df = table$Df,
    df_residual = fit$df.residual, p_value = table[["Pr(>F)"]],
    partial_eta_squared = table[["Sum of Sq"]] / (table[["Sum of Sq"]] + deviance(fit)), n = nobs(fit),
    n_missing = colSums(missing), n_lost = colSums(missing & rowSums(missing) == 1))))
}
terms <- do.call(rbind, terms)
adjusted_total <- terms$model == "adjusted" & terms$outcome == "total" & terms$variable != "migration_status"
terms$p_holm[adjusted_total] <- p.adjust(terms$p_value[adjusted_total], "holm")
terms$p_benjamini_hochberg[adjusted_total] <- p.adjust(terms$p_value[adjusted_total], "BH")
save(terms, "terms.csv")

# --- heteroscedasticity-consistent standard errors -----------------------------------------------------------------
hc3 <- function(model, outcome, predictors) {
  fit <- lm(formula_of(outcome, predictors), children)
  if (max(hatvalues(fit)) > 1 - 1e-9) return(NULL)
  se <- sqrt(diag(vcovHC(fit, type = "HC3")))
  data.frame(model = model, outcome = outcome, term = unname(labels[names(se)]), std_error = se)
}
save(rbind(hc3("baseline", "total", baseline), hc3("adjusted", "total", adjusted), hc3("adjusted", "prosocial", adjusted)),
     "hc3.csv")

# --- diagnostics ----------------------------------------------------------------------------------------------------
diagnostics <- list()
for (model in c("baseline", "adjusted")) {
  fit <- lm(formula_of("total", if (model == "baseline") baseline else adjusted), children)
  test <- bptest(fit, studentize = FALSE)
  inflation <- vif(fit)
  inflation <- if (is.matrix(inflation)) inflation[, "GVIF^(1/(2*Df))"] else sqrt(inflation)
  leverage <- hatvalues(fit)
  diagnostics <- c(diagnostics, list(data.frame(
    model = model,
    diagnostic = c("breusch_pagan", "leverage_max", "leverage_high", rep("vif", length(inflation))),
    variable = c(NA, NA, NA, names(inflation)),
    value = c(test$statistic, max(leverage), sum(leverage > 3 * mean(leverage)), inflation),
    df = c(test$parameter, rep(NA, 2 + length(inflation))), p_value = c(test$p.value, rep(NA, 2 + length(inflation))))))
}
save(do.call(rbind, diagnostics), "diagnostics.csv")

# --- residuals in twenty bins of about as many children, by fitted value; children with the same answers stay together -----
bins_of <- function(model, outcome, predictors) {
  fit <- lm(formula_of(outcome, predictors), children)
  cell <- do.call(paste, c(unname(model.frame(fit)[, -1]), sep = "|"))
  n <- tapply(cell, cell, length)
  fitted_value <- tapply(fitted(fit), cell, mean)
  cells <- names(sort(fitted_value))
  bins <- max(1, min(20, nobs(fit) %/% 10))
  middle <- cumsum(n[cells]) - n[cells] / 2
  bin <- setNames(floor(middle * bins / nobs(fit)) + 1, cells)[cell]
  data.frame(model = model, outcome = outcome, bin = sort(unique(bin)), fitted_mean = as.vector(tapply(fitted(fit), bin, mean)),
             residual_mean = as.vector(tapply(residuals(fit), bin, mean)),
             residual_std_dev = as.vector(tapply(residuals(fit), bin, sd)), n = as.vector(table(bin)))
}
save(do.call(rbind, c(list(bins_of("baseline", "total", baseline)),
                      lapply(c("total", subscales), function(outcome) bins_of("adjusted", outcome, adjusted)))),
     "residuals.csv")

# --- the specification curve ------------------------------------------------------------------------------------------
family <- c("household_wealth", "primary_caregiver", "parents_divorced", "any_sibling")
surroundings <- c("social_support", "school_performance")
sets <- list(confounders = character(), confounders_family = family, confounders_support_school = surroundings,
             all = c(family, surroundings))
populations <- list(all = children, "11_and_over" = subset(children, age_years >= 11), boys = subset(children, sex == "male"),
                    girls = subset(children, sex == "female"), zhejiang = subset(children, province == "zhejiang"),
                    guizhou = subset(children, province == "guizhou"))
constant <- list(boys = "sex", girls = "sex", zhejiang = "province", guizhou = "province")
curve <- list()
for (outcome in c("total", "externalising", "internalising")) for (population in names(populations)) for (set in names(sets)) {
  predictors <- setdiff(c(baseline, sets[[set]]), constant[[population]])
  fit <- lm(formula_of(outcome, predictors), populations[[population]])
  if (anyNA(coef(fit)) || max(hatvalues(fit)) > 1 - 1e-9) next
  table <- summary(fit)$coefficients[2:3, ]; limits <- confint(fit)[2:3, ]
  hc3 <- sqrt(diag(vcovHC(fit, type = "HC3")))[2:3]
  curve <- c(curve, list(data.frame(
    outcome = outcome, covariates = set, population = population, level = sub("migration_status", "", rownames(table)),
    estimate = table[, 1], standardised = table[, 1] / sd(model.response(model.frame(fit))), std_error = table[, 2],
    std_error_hc3 = hc3, statistic = table[, 3], df_residual = fit$df.residual, p_value = table[, 4],
    p_value_hc3 = 2 * pt(-abs(table[, 1] / hc3), fit$df.residual), conf_low = limits[, 1], conf_high = limits[, 2],
    n = nobs(fit), parameters = length(coef(fit)))))
}
save(do.call(rbind, curve), "specifications.csv")

# --- a restricted cubic spline of the age at departure, in the basis of Harrell's rcspline.eval (norm = 2) ----------------
bends <- function(x, k) sapply(1:(length(k) - 2), function(j) {
  n <- length(k)
  (pmax(x - k[j], 0)^3 - pmax(x - k[n - 1], 0)^3 * (k[n] - k[j]) / (k[n] - k[n - 1]) +
     pmax(x - k[n], 0)^3 * (k[n - 1] - k[j]) / (k[n] - k[n - 1])) / (k[n] - k[1])^2
})
complete <- current[complete.cases(current[, c("departure_age_years", terms_of, "total_score")]), ]
straight <- lm(formula_of("total", c("departure_age_years", terms_of)), complete)
curved <- update(straight, . ~ . + bends(departure_age_years, c(1, 4, 7, 11)))
test <- anova(straight, curved)
save(data.frame(statistic = test$F[2], df = test$Df[2], df_residual = test$Res.Df[2], p_value = test[["Pr(>F)"]][2],
                r2 = summary(curved)$r.squared, n = nobs(curved)), "curve.csv")

# --- type III, adjusted means -----------------------------------------------------------------------------------
dichotomised <- sub("^social_support$", "social_support_dichotomy", adjusted)
predictors_for <- function(by) if (by == "social_support_dichotomy") dichotomised else adjusted
fit_sum <- function(predictors) {
  factors <- setdiff(predictors[!grepl(":", predictors)], "age_years")
  contrasts <- setNames(rep(list("contr.sum"), length(factors)), factors)
  eval(bquote(lm(.(formula_of("total", predictors)), children, contrasts = .(contrasts))))
}
type3 <- function(model, fit) {
  if (anyNA(coef(fit))) return(NULL)
  table <- Anova(fit, type = "III")
  table <- table[!rownames(table) %in% c("(Intercept)", "Residuals"), ]
  data.frame(model = model, term = rownames(table), statistic = table[["F value"]], df = table$Df,
             df_residual = fit$df.residual, p_value = table[["Pr(>F)"]], n = nobs(fit), parameters = length(coef(fit)))
}
tests <- list(type3("adjusted", fit_sum(adjusted)), type3("adjusted_dichotomised", fit_sum(dichotomised)))
for (by in c(terms_of, "social_support_dichotomy")) {
  fit <- fit_sum(c(predictors_for(by), paste0("migration_status:", by)))
  tests <- c(tests, list(type3(paste0("adjusted_by_", by), fit)))
}
save(do.call(rbind, tests), "type3.csv")

means <- list()
mean_tests <- list()
contrasts <- list()
for (by in c("province", "parents_divorced", "social_support_dichotomy")) {
  fit <- lm(formula_of("total", c(predictors_for(by), paste0("migration_status:", by))), children)
  model <- paste0("adjusted_by_", by)
  if (anyNA(coef(fit))) next
  for (weights in c("proportional", "equal")) {
    grid <- emmeans(fit, c(by, "migration_status"), weights = weights)
    table <- as.data.frame(summary(grid, infer = c(TRUE, FALSE)))
    means <- c(means, list(data.frame(
      model = model, variable = by, level = table[[by]], migration_status = table$migration_status,
      weights = if (weights == "equal") "equal" else "observed", estimate = table$emmean, std_error = table$SE,
      df = table$df, conf_low = table$lower.CL, conf_high = table$upper.CL, n = nobs(fit))))
  }
  # every two cells, both ways round
  pairwise <- contrast(grid, "pairwise", adjust = "tukey")
  table <- as.data.frame(summary(pairwise, infer = c(TRUE, TRUE)))
  cells <- as.data.frame(grid)[, c(by, "migration_status")]
  pair <- combn(nrow(cells), 2)
  for (side in c(1, -1)) {
    first <- pair[if (side == 1) 1 else 2, ]; second <- pair[if (side == 1) 2 else 1, ]
    contrasts <- c(contrasts, list(data.frame(
      model = model, level = cells[first, 1], migration_status = cells[first, 2], other_level = cells[second, 1],
      other_migration_status = cells[second, 2], estimate = side * table$estimate, std_error = table$SE,
      statistic = side * table$t.ratio, df = table$df, p_value = table$p.value,
      conf_low = if (side == 1) table$lower.CL else -table$upper.CL,
      conf_high = if (side == 1) table$upper.CL else -table$lower.CL, n = nobs(fit))))
  }
  # emmeans rounds a joint F to three digits; t squared is the full number. Each other level minus the reference (the first level), within migration status
  differences <- contrast(grid, "trt.vs.ctrl", ref = 1, by = "migration_status", adjust = "none")
  table <- as.data.frame(summary(differences))
  joint <- as.data.frame(test(differences, joint = TRUE))
  stopifnot(all(as.character(joint$migration_status) == as.character(table$migration_status)))
  mean_tests <- c(mean_tests, list(data.frame(
    model = model, variable = by, migration_status = table$migration_status, estimate = table$estimate,
    std_error = table$SE, statistic_rounded = joint$F.ratio, t = table$t.ratio, df_residual = joint$df2,
    p_value = table$p.value)))
}
save(do.call(rbind, means), "means.csv")
save(do.call(rbind, contrasts), "contrasts.csv")
save(do.call(rbind, mean_tests), "mean_tests.csv")

writeLines(c(R.version.string, sprintf("%s %s", c("car", "emmeans", "lmtest", "sandwich"),
  c(as.character(packageVersion("car")), as.character(packageVersion("emmeans")),
    as.character(packageVersion("lmtest")), as.character(packageVersion("sandwich"))))), "versions.txt")
