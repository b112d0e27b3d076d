# R's answers on children in schools: cluster-robust tests, random intercepts, wild cluster bootstrap.
# Run in this folder: Rscript clusters.R DATA (clustered, reference). Needs r-base-core, r-cran-clubsandwich, r-cran-sandwich, r-cran-lme4,
# r-cran-lmertest (Debian). Reads DATA.csv (or .csv.gz); writes cluster_tests.csv, random_intercepts.csv,
# wild_bootstrap.csv and, of clustered, undecided.csv into the folder DATA (17 significant digits), and
# clusters_versions.txt. The bootstrap is written out in base R, from the rows, draw by draw.

suppressPackageStartupMessages({ library(clubSandwich); library(sandwich); library(lmerTest) })

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
  school_performance = c("fair", "very_poor", "poor", "good", "very_good"))
coded <- function(data) {
  for (v in names(references)) data[[v]] <- factor(data[[v]], levels = references[[v]])
  data
}
children <- coded(children)
labels <- c("(Intercept)" = "intercept", age_years = "age_years")
for (v in names(references)) for (l in references[[v]]) labels[paste0(v, l)] <- sprintf("%s[%s]", v, l)

baseline <- c("migration_status", "sex", "age_years", "province")
adjusted <- c(baseline, "household_wealth", "primary_caregiver", "parents_divorced", "any_sibling",
              "social_support", "school_performance")
outcomes <- c("total", "emotional", "conduct", "peer", "hyperactivity", "prosocial")
complete <- function(predictors, outcome)
  children[complete.cases(children[, c(predictors, paste0(outcome, "_score"))]), ]
save <- function(frame, file) {
  for (v in names(frame)) if (is.numeric(frame[[v]])) frame[[v]] <- sprintf("%.17g", frame[[v]])
  write.csv(frame, file.path(data_set, file), row.names = FALSE, quote = FALSE, eol = "\n")
}

# --- CR1S, CR2, Satterthwaite -------------------------------------------------------------------------------------
robust <- function(model, outcome, predictors, by, data = complete(predictors, outcome)) {
  fit <- lm(reformulate(predictors, paste0(outcome, "_score")), data)
  rows <- list()
  for (kind in c("CR1S", "CR2")) {
    covariance <- vcovCR(fit, cluster = data[[by]], type = kind)
    test <- if (kind == "CR2") "Satterthwaite" else "naive-t"
    table <- as.data.frame(coef_test(fit, covariance, test = test))
    limits <- as.data.frame(conf_int(fit, covariance, level = 0.95, test = test))
    if (kind == "CR1S") {
      again <- vcovCL(fit, cluster = data[[by]], type = "HC1", cadjust = TRUE)
      stopifnot(all.equal(unname(sqrt(diag(again))), table$SE, tolerance = 1e-12))
    }
    rows[[kind]] <- data.frame(
      model = model, outcome = outcome, by = by, kind = kind, term = unname(labels[names(coef(fit))]),
      estimate = table$beta, std_error = table$SE, statistic = table$tstat,
      df = if (kind == "CR2") table$df_Satt else nlevels(factor(data[[by]])) - 1,
      p_value = if (kind == "CR2") table$p_Satt else table$p_t,
      conf_low = limits$CI_L, conf_high = limits$CI_U, n = nobs(fit), clusters = nlevels(factor(data[[by]])))
  }
  rows <- do.call(rbind, rows)
  rows[!is.na(rows$term), ]
}
rows <- list()
# the reference wave's other scales would only make the file long
for (by in c("school", "township")) for (outcome in if (data_set == "reference") c("total", "prosocial") else outcomes)
  rows <- c(rows, list(robust("baseline", outcome, baseline, by), robust("adjusted", outcome, adjusted, by)))
rows <- c(rows, list(robust("baseline", "total", baseline, "county")))
# a contrast of two levels: another reference
previous <- transform(complete(adjusted, "total"), migration_status = relevel(migration_status, ref = "previous"))
rows <- c(rows, list(robust("adjusted_against_previous", "total", adjusted, "school", previous)))
# every school has a direction of its own
within <- c("migration_status", "sex", "age_years")
if (data_set == "clustered") rows <- c(rows, list(robust("within_schools", "total", c(within, "school"), "school")))
save(do.call(rbind, rows), "cluster_tests.csv")

# --- random intercept of school -------------------------------------------------------------------------------------
tight <- lmerControl(optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-12, xtol_rel = 1e-12, ftol_abs = 1e-14,
                     ftol_rel = 1e-14), check.conv.singular = "ignore")
mixed <- function(model, outcome, predictors, by) {
  data <- complete(predictors, outcome)
  data$cluster <- data[[by]]
  fit <- lmer(reformulate(c(predictors, "(1 | cluster)"), paste0(outcome, "_score")), data, REML = TRUE,
              control = tight)
  table <- as.data.frame(summary(fit)$coefficients)
  variances <- as.data.frame(VarCorr(fit))$vcov
  data.frame(model = model, outcome = outcome, by = by, term = unname(labels[rownames(table)]),
             estimate = table$Estimate, std_error = table[["Std. Error"]], df = table$df,
             p_value = table[["Pr(>|t|)"]], between = variances[1], within = variances[2],
             log_likelihood = as.numeric(logLik(fit)), is_boundary = as.integer(isSingular(fit)), n = nobs(fit))
}
rows <- list()
for (outcome in outcomes)
  rows <- c(rows, list(mixed("adjusted", outcome, adjusted, "school"), mixed("baseline", outcome, baseline, "township")))
save(do.call(rbind, rows), "random_intercepts.csv")

# --- wild cluster bootstrap, null imposed, every draw ---------------------------------------------------------------
all_draws <- function(points, clusters) t(as.matrix(expand.grid(rep(list(points), clusters))))  # clusters x draws
rademacher <- c(-1, 1)
webb <- c(-sqrt(3 / 2), -1, -sqrt(1 / 2), sqrt(1 / 2), 1, sqrt(3 / 2))

wild <- function(model, outcome, by, position, weights, points, interval = TRUE) {
  predictors <- if (model == "baseline") baseline else adjusted
  data <- complete(predictors, outcome)
  y <- data[[paste0(outcome, "_score")]]
  X <- model.matrix(reformulate(predictors), data)
  cluster <- as.integer(factor(data[[by]]))
  G <- max(cluster)
  n <- nrow(X)
  M <- solve(crossprod(X))
  t_of <- function(Y, null) {  # one column a data set
    B <- M %*% crossprod(X, Y)
    E <- Y - X %*% B
    scores <- rowsum(E * drop(X %*% M[, position]), cluster)
    factor <- G * (n - 1) / ((G - 1) * (n - ncol(X)))
    (B[position, ] - null) / sqrt(factor * colSums(scores^2))
  }
  draws <- all_draws(points, G)
  blocks <- split(seq_len(ncol(draws)), (seq_len(ncol(draws)) - 1) %/% 1000)  # the memory of all at once is too much
  p_of <- function(null) {
    restricted <- lm.fit(X[, -position, drop = FALSE], y - null * X[, position])
    fitted <- y - restricted$residuals
    least <- abs(t_of(cbind(y), null)) * (1 - 1e-9)
    sum(sapply(blocks, function(block)
      sum(abs(t_of(fitted + restricted$residuals * draws[cluster, block], null)) >= least))) / ncol(draws)
  }
  fit <- lm.fit(X, y)
  estimate <- unname(fit$coefficients[position])
  se <- abs(estimate / t_of(cbind(y), 0))
  limit <- function(sign) {
    if (!interval) return(NA)
    kept <- 0
    gone <- 1
    while (p_of(estimate + sign * gone * se) > 0.05) { kept <- gone; gone <- 2 * gone }
    for (i in 1:40) {
      middle <- (kept + gone) / 2
      if (p_of(estimate + sign * middle * se) > 0.05) kept <- middle else gone <- middle
    }
    estimate + sign * kept * se
  }
  data.frame(model = model, outcome = outcome, by = by, term = unname(labels[colnames(X)[position]]), weights = weights,
             estimate = estimate, statistic = t_of(cbind(y), 0), p_value = p_of(0), conf_low = limit(-1),
             conf_high = limit(1), draws = ncol(draws), clusters = G)
}
if (data_set == "clustered") {
  bootstrapped <- rbind(
    wild("baseline", "total", "township", 3, "rademacher", rademacher),
    wild("baseline", "total", "township", 6, "rademacher", rademacher),
    wild("baseline", "peer", "township", 2, "rademacher", rademacher),
    wild("baseline", "total", "county", 3, "webb", webb),
    wild("baseline", "total", "county", 4, "webb", webb),
    wild("baseline", "total", "county", 3, "rademacher", rademacher, interval = FALSE),
    wild("adjusted", "total", "township", 2, "rademacher", rademacher),
    wild("adjusted", "total", "township", 3, "rademacher", rademacher))
} else {
  # schools and townships are too many for every draw, counties are not
  bootstrapped <- rbind(
    wild("baseline", "total", "county", 2, "webb", webb, interval = FALSE),
    wild("baseline", "total", "county", 3, "webb", webb, interval = FALSE),
    wild("adjusted", "prosocial", "county", 3, "webb", webb, interval = FALSE),
    wild("baseline", "total", "county", 3, "rademacher", rademacher, interval = FALSE))
}
save(bootstrapped, "wild_bootstrap.csv")

# --- other children beside the cohort: those of small.csv stand for the ones whose status is not certain -----------------
if (data_set == "clustered") {
  small <- coded(read.csv("small.csv", na.strings = "", stringsAsFactors = FALSE))
  fit <- lm(reformulate(adjusted, "total_score"), rbind(children[, c(adjusted, "total_score")], small[, c(adjusted, "total_score")]))
  table <- summary(fit)$coefficients
  save(data.frame(term = unname(labels[rownames(table)]), estimate = table[, 1], std_error = table[, 2],
                  statistic = table[, 3], df = fit$df.residual, p_value = table[, 4], conf_low = confint(fit)[, 1],
                  conf_high = confint(fit)[, 2], n = nobs(fit)), "undecided.csv")
}

writeLines(c(R.version.string, sapply(c("clubSandwich", "sandwich", "lme4", "lmerTest"),
  function(name) paste(name, packageVersion(name)))), "clusters_versions.txt")
