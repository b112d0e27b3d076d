# R's answers to lbc_assets.stats.groups.proportions, logistic and band_models, from banded.csv: the independent judge.
# Run in this folder: Rscript bands.R. Needs r-base-core, r-cran-ordinal (Debian).
# Writes band_shares.csv, band_models.csv, band_ordinal.csv (17 significant digits) and bands_versions.txt.

suppressPackageStartupMessages(library(ordinal))

children <- read.csv("banded.csv", na.strings = "", stringsAsFactors = FALSE)
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
for (v in names(references)) children[[v]] <- factor(children[[v]], levels = references[[v]])
labels <- c("(Intercept)" = "intercept", age_years = "age_years", "normal|borderline" = "normal|borderline",
            "borderline|abnormal" = "borderline|abnormal")
for (v in names(references)) for (l in references[[v]]) labels[paste0(v, l)] <- sprintf("%s[%s]", v, l)
baseline <- c("migration_status", "sex", "age_years", "province")
adjusted <- c(baseline, "household_wealth", "primary_caregiver", "parents_divorced", "any_sibling", "social_support",
              "school_performance")

save <- function(frame, file) {
  for (v in names(frame)) if (is.numeric(frame[[v]])) frame[[v]] <- sprintf("%.17g", frame[[v]])
  write.csv(frame, file, row.names = FALSE, quote = FALSE, eol = "\n")
}

# --- shares: lowest score of each band but the first, scoring sheets and Du, Kou and Coghill 2008 -------------------
bands <- list(three = c("normal", "borderline", "abnormal"), chinese = c("normal", "borderline", "abnormal"),
              four = c("close_to_average", "slightly_raised", "high", "very_high"))
limits <- list(
  total = list(three = c(16, 20), four = c(15, 18, 20), chinese = c(15, 18)),
  emotional = list(three = c(6, 7), four = c(5, 6, 7), chinese = c(5, 6)),
  conduct = list(three = c(4, 5), four = c(4, 5, 6), chinese = c(4, 5)),
  hyperactivity = list(three = c(6, 7), four = c(6, 7, 8), chinese = c(6, 7)),
  peer = list(three = c(4, 6), four = c(3, 4, 5), chinese = c(5, 6)),
  prosocial = list(three = c(6, 5), four = c(7, 6, 5), chinese = c(6, 5)))
band_of <- function(scale, norm, score) {
  low <- limits[[scale]][[norm]]
  # a high prosocial score is better: its bands run downwards
  beyond <- if (scale == "prosocial") sapply(low, function(l) score < l) else sapply(low, function(l) score >= l)
  factor(bands[[norm]][1 + rowSums(beyond)], levels = bands[[norm]])
}
populations <- list(all = rep(TRUE, nrow(children)), `11_and_over` = children$age_years %in% 11:17)
shares <- list()
for (population in names(populations)) for (group in c("current", "previous", "never", "all"))
  for (scale in names(limits)) for (norm in names(bands)) {
    chosen <- populations[[population]] & (group == "all" | children$migration_status == group)
    score <- children[[paste0(scale, "_score")]][chosen]
    counts <- table(band_of(scale, norm, score[!is.na(score)]))
    for (band in names(counts)) {
      test <- suppressWarnings(prop.test(counts[[band]], sum(counts), correct = FALSE))
      shares <- c(shares, list(data.frame(scale = scale, norm = norm, band = band, migration_status = group,
        population = population, n = counts[[band]], n_scored = sum(counts), estimate = 100 * test$estimate[[1]],
        conf_low = 100 * test$conf.int[1], conf_high = 100 * test$conf.int[2])))
    }
  }
save(do.call(rbind, shares), "band_shares.csv")

# --- models of total difficulties, three bands ----------------------------------------------------------------------
children$band <- band_of("total", "three", children$total_score)
children$band_is_abnormal <- children$band == "abnormal"
logistic <- list()
ordered <- list()
for (population in names(populations)) for (model in c("baseline", "adjusted")) {
  data <- children[populations[[population]], ]
  terms <- if (model == "baseline") baseline else adjusted
  fit <- glm(reformulate(terms, "band_is_abnormal"), binomial, data, control = glm.control(epsilon = 1e-14))
  # glm's standard errors are of the last step but one: once more, from the maximum
  fit <- glm(reformulate(terms, "band_is_abnormal"), binomial, data, start = coef(fit))
  table <- summary(fit)$coefficients
  interval <- confint.default(fit)
  logistic <- c(logistic, list(data.frame(model = model, population = population,
    term = unname(labels[rownames(table)]), estimate = table[, 1], std_error = table[, 2], statistic = table[, 3],
    p_value = table[, 4], conf_low = interval[, 1], conf_high = interval[, 2], odds_ratio = exp(table[, 1]),
    odds_ratio_low = exp(interval[, 1]), odds_ratio_high = exp(interval[, 2]), n = nobs(fit),
    n_events = sum(fit$y))))
  fit <- clm(reformulate(terms, "band"), data = data, control = clm.control(gradTol = 1e-10))
  table <- summary(fit)$coefficients
  ordered <- c(ordered, list(data.frame(model = model, population = population,
    term = unname(labels[rownames(table)]), estimate = table[, 1], std_error = table[, 2], statistic = table[, 3],
    p_value = table[, 4], n = nobs(fit))))
}
save(do.call(rbind, logistic), "band_models.csv")
save(do.call(rbind, ordered), "band_ordinal.csv")

writeLines(c(R.version.string, sprintf("ordinal %s", packageVersion("ordinal"))), "bands_versions.txt")
