# R's answers to the comparisons of groups, of five data sets, and to their parts.
# Run in this folder: Rscript group_comparisons.R. Needs r-base-core, r-cran-effectsize, r-cran-rstatix (Debian).
# Writes omnibus.csv, pairs.csv, exact_tables.csv, corrected_p.csv, shares.csv, ranges.csv (17 significant digits),
# group_versions.txt.
# effectsize finds its limits with a general optimiser (Nelder-Mead), good to five digits or so; beside them stand
# limits from the same distributions of R by uniroot (columns effect_low, effect_high).

suppressPackageStartupMessages({ library(effectsize); library(rstatix) })

statuses <- c("current", "previous", "never")
factors <- c("sex", "province", "primary_caregiver", "parents_divorced", "any_sibling", "household_wealth",
             "social_support", "school_performance")
numbers <- c("age_years", paste0(c("total", "emotional", "conduct", "peer", "hyperactivity", "prosocial"), "_score"))
pair_of <- combn(statuses, 2, simplify = FALSE)

save <- function(rows, file) {
  frame <- do.call(rbind, rows)
  for (v in names(frame)) if (is.numeric(frame[[v]])) frame[[v]] <- sprintf("%.17g", frame[[v]])
  write.csv(frame, file, row.names = FALSE, quote = FALSE, eol = "\n")
}

# The noncentrality at which the distribution function at the statistic is `share`; 0 where it is below already.
noncentrality <- function(distribution, share, low, high) {
  if (low == 0 && distribution(0) <= share) return(0)
  uniroot(function(x) distribution(x) - share, c(low, high), tol = 1e-13, maxiter = 10000)$root
}
limits_of <- function(distribution, low, high) sapply(c(.975, .025), function(p) noncentrality(distribution, p, low, high))
numbers_of <- function(effect) c(effect$CI_low, effect$CI_high)

# R's ptukey and qtukey are coarse at few degrees of freedom (2 groups, 2 df: the 95% quantile is 6.0796, for
# sqrt(2) qt(.975, 2) = 6.0849); ptukey of infinite df is not, so it is integrated over the standard error.
tail_of_range <- function(q, groups, df) {
  width <- 1 / sqrt(2 * df)
  integrate(function(s) ptukey(q * s, groups, Inf, lower.tail = FALSE) * 2 * s * df * dchisq(s * s * df, df),
            max(0, 1 - 12 * width), 1 + 12 * width, rel.tol = 1e-11, subdivisions = 2000)$value
}
quantile_of_range <- function(groups, df) {
  uniroot(function(q) tail_of_range(q, groups, df) - .05, c(1, 100), tol = 1e-11)$root
}

effect_v <- function(table) {
  table <- table[rowSums(table) > 0, , drop = FALSE]
  test <- suppressWarnings(chisq.test(table, correct = FALSE))
  x <- unname(test$statistic); df <- unname(test$parameter)
  v <- cramers_v(table, adjust = FALSE, ci = .95, alternative = "two.sided")
  limits <- limits_of(function(l) pchisq(x, df, ncp = l), 0, 10 * x + 100)
  limits <- pmin(sqrt(limits / sum(table) / (min(dim(table)) - 1)), 1)
  data.frame(effect = "cramers_v", effect_size = v$Cramers_v, effect_low = limits[1], effect_high = limits[2],
             effectsize_low = numbers_of(v)[1], effectsize_high = numbers_of(v)[2])
}
effect_omega <- function(fit) {
  table <- summary(fit)[[1]]
  f <- table[1, "F value"]; df <- table[1, "Df"]; df_residual <- table[2, "Df"]; n <- nobs(fit)
  omega <- omega_squared(fit, partial = FALSE, ci = .95, alternative = "two.sided", verbose = FALSE)
  ncp <- limits_of(function(l) pf(f, df, df_residual, ncp = l), 0, 10 * f * df + 100)
  data.frame(effect = "omega_squared", effect_size = omega$Omega2, effect_low = ncp[1] / (ncp[1] + n),
             effect_high = ncp[2] / (ncp[2] + n), effectsize_low = numbers_of(omega)[1],
             effectsize_high = numbers_of(omega)[2])
}
effect_g <- function(x, y) {
  g <- hedges_g(x, y, pooled_sd = TRUE, ci = .95, alternative = "two.sided", verbose = FALSE)
  t <- unname(t.test(x, y, var.equal = TRUE)$statistic)
  df <- length(x) + length(y) - 2; scale <- sqrt(1 / length(x) + 1 / length(y))
  ncp <- limits_of(function(l) pt(t, df, ncp = l), t - 36, t + 36)
  j <- exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))
  data.frame(effect = "hedges_g", effect_size = g$Hedges_g, effect_low = ncp[1] * scale * j,
             effect_high = ncp[2] * scale * j, effectsize_low = numbers_of(g)[1], effectsize_high = numbers_of(g)[2])
}
no_effect <- data.frame(effect = NA, effect_size = NA, effect_low = NA, effect_high = NA, effectsize_low = NA,
                        effectsize_high = NA)

# --- all groups at once, and every pair -------------------------------------------------------------------------
omnibus <- list(); pairs <- list()
add <- function(rows, ..., effect = no_effect) c(rows, list(cbind(data.frame(...), effect)))
for (data in c("children", "few_children", "small", "clustered", "reference")) {
  source_file <- paste0(data, c(".csv", ".csv.gz"))
  children <- read.csv(source_file[file.exists(source_file)], na.strings = "", stringsAsFactors = FALSE)
  group <- factor(children$migration_status, levels = statuses)
  for (v in factors) {
    table <- table(children[[v]], group)
    if (all(colSums(table) > 0) && nrow(table) > 1) {
      test <- suppressWarnings(chisq.test(table, correct = FALSE))
      omnibus <- add(omnibus, data = data, variable = v, test = "chi_square", statistic = unname(test$statistic),
                     df = unname(test$parameter), df_residual = NA, p_value = test$p.value, effect = effect_v(table))
      small <- mean(test$expected < 5) > .2 || any(test$expected < 1)
      if (small) omnibus <- add(omnibus, data = data, variable = v, test = "fisher_exact", statistic = NA, df = NA,
                                df_residual = NA, p_value = fisher.test(table, workspace = 2e7)$p.value)
    }
    found <- list()
    for (pair in pair_of) {
      of_pair <- table[, pair, drop = FALSE]; of_pair <- of_pair[rowSums(of_pair) > 0, , drop = FALSE]
      if (nrow(of_pair) < 2 || any(colSums(of_pair) == 0)) next
      test <- suppressWarnings(chisq.test(of_pair, correct = FALSE))
      found <- add(found, data = data, variable = v, test = "chi_square_pair", migration_status = pair[1],
                   reference = pair[2], estimate = NA, std_error = NA, conf_low = NA, conf_high = NA,
                   statistic = unname(test$statistic), df = unname(test$parameter), df_residual = NA,
                   p_value = test$p.value, effect = effect_v(of_pair))
    }
    if (length(found)) {
      found <- do.call(rbind, found)
      found$p_holm <- p.adjust(found$p_value, "holm"); found$p_benjamini_hochberg <- p.adjust(found$p_value, "BH")
      pairs <- c(pairs, list(found))
    }
  }
  for (v in numbers) {
    values <- split(children[[v]], group); values <- lapply(values, function(x) x[!is.na(x)])
    constant <- sapply(values, function(x) length(unique(x)) == 1)
    if (all(constant)) next
    long <- data.frame(value = unlist(values, use.names = FALSE),
                       group = factor(rep(statuses, lengths(values)), levels = statuses))
    fit <- aov(value ~ group, long); table <- summary(fit)[[1]]
    omnibus <- add(omnibus, data = data, variable = v, test = "anova_f", statistic = table[1, "F value"],
                   df = table[1, "Df"], df_residual = table[2, "Df"], p_value = table[1, "Pr(>F)"],
                   effect = effect_omega(fit))
    tukey <- TukeyHSD(fit)$group
    if (!any(constant)) {
      welch <- oneway.test(value ~ group, long, var.equal = FALSE)
      omnibus <- add(omnibus, data = data, variable = v, test = "welch_f", statistic = unname(welch$statistic),
                     df = unname(welch$parameter[1]), df_residual = unname(welch$parameter[2]), p_value = welch$p.value)
      games_howell <- as.data.frame(games_howell_test(long, value ~ group, detailed = TRUE))
    }
    variance <- table[2, "Mean Sq"]
    rows <- list()
    for (pair in pair_of) {
      x <- values[[pair[1]]]; y <- values[[pair[2]]]
      # R calls each difference the other way round
      name <- paste(pair[2], pair[1], sep = "-"); se <- sqrt(variance * (1 / length(x) + 1 / length(y)))
      rows <- add(rows, data = data, variable = v, test = "tukey_hsd", migration_status = pair[1], reference = pair[2],
                  estimate = -tukey[name, "diff"], std_error = se, conf_low = -tukey[name, "upr"],
                  conf_high = -tukey[name, "lwr"], statistic = sqrt(2) * abs(tukey[name, "diff"]) / se, df = NA,
                  df_residual = table[2, "Df"], p_value = tukey[name, "p adj"], effect = effect_g(x, y))
    }
    if (!any(constant)) for (pair in pair_of) {
      x <- values[[pair[1]]]; y <- values[[pair[2]]]
      # rstatix has the difference, its df and limits; its p is rounded, both are ptukey's
      row <- games_howell[games_howell$group1 == pair[1] & games_howell$group2 == pair[2], ]
      se <- sqrt(var(x) / length(x) + var(y) / length(y)); q <- sqrt(2) * abs(row$estimate) / se
      p <- tail_of_range(q, 3, row$df)
      margin <- quantile_of_range(3, row$df) * se / sqrt(2)
      stopifnot(abs(p - row$p.adj) < 1e-3, abs(row$estimate + margin - row$conf.high) < 1e-4 * margin,
                abs(row$estimate - margin - row$conf.low) < 1e-4 * margin)
      rows <- add(rows, data = data, variable = v, test = "games_howell", migration_status = pair[1],
                  reference = pair[2], estimate = -row$estimate, std_error = se, conf_low = -row$estimate - margin,
                  conf_high = -row$estimate + margin, statistic = q, df = NA, df_residual = row$df, p_value = p,
                  effect = effect_g(x, y))
    }
    rows <- do.call(rbind, rows); rows$p_holm <- NA; rows$p_benjamini_hochberg <- NA
    pairs <- c(pairs, list(rows[, names(pairs[[1]])]))
  }
}
save(omnibus, "omnibus.csv")
save(pairs, "pairs.csv")

# --- exact and simulated tests of tables (rows joined by '/', in the order of the file) --------------------------
tables <- list(c(3, 1, 1, 3), c(0, 5, 4, 1), c(2, 7, 1, 8, 3, 3), c(6, 1, 0, 2, 4, 1, 0, 2, 5),
               c(10, 2, 1, 12, 9, 3, 0, 4, 2), c(1, 0, 0, 0, 1, 0, 0, 0, 1), c(4, 4, 4, 4, 4, 4),
               c(3, 0, 1, 2, 2, 0, 0, 1, 3, 1, 1, 2, 0, 2, 1), c(30, 20, 3, 40, 2, 1, 60, 5, 4, 80, 9, 2))
columns <- c(2, 2, 3, 3, 3, 3, 3, 3, 3)
set.seed(1954)
draws <- 1e6
rows <- list()
for (i in seq_along(tables)) {
  table <- matrix(tables[[i]], ncol = columns[i], byrow = TRUE)
  simulated <- chisq.test(table, simulate.p.value = TRUE, B = draws)
  rows <- c(rows, list(data.frame(
    counts = paste(apply(table, 1, paste, collapse = " "), collapse = "/"),
    fisher_exact = fisher.test(table, workspace = 2e8)$p.value, statistic = unname(simulated$statistic),
    simulated = simulated$p.value, draws = draws)))
}
save(rows, "exact_tables.csv")

# --- corrected p values, shares, the studentised range -----------------------------------------------------------
families <- list(c(.01, .04, .03, .005), c(.5), c(.9, .8, .7), c(.02, .02, .02), c(0, 1, .3, 1e-12, .049, .05, .051))
rows <- lapply(seq_along(families), function(i) data.frame(family = i, p_value = families[[i]],
  p_holm = p.adjust(families[[i]], "holm"), p_benjamini_hochberg = p.adjust(families[[i]], "BH")))
save(rows, "corrected_p.csv")

rows <- list()
for (share in list(c(81, 263), c(15, 148), c(0, 20), c(1, 29), c(29, 29), c(1, 1), c(252, 905), c(500000, 1000000))) {
  limits <- suppressWarnings(prop.test(share[1], share[2], correct = FALSE))$conf.int
  rows <- c(rows, list(data.frame(count = share[1], n = share[2], conf_low = limits[1], conf_high = limits[2])))
}
save(rows, "shares.csv")

rows <- list()
for (df in c(2, 3.5, 10, 60.25, 387, 3535, 24999)) for (groups in c(2, 3, 5)) for (q in c(.05, 1, 2.5, 3.5, 5))
  rows <- c(rows, list(data.frame(q = q, groups = groups, df = df, tail = tail_of_range(q, groups, df),
                                  ptukey = ptukey(q, groups, df, lower.tail = FALSE),
                                  quantile = quantile_of_range(groups, df))))
save(rows, "ranges.csv")

writeLines(c(R.version.string, sprintf("%s %s", c("effectsize", "rstatix"),
  c(as.character(packageVersion("effectsize")), as.character(packageVersion("rstatix"))))), "group_versions.txt")
