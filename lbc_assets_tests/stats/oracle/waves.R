# R's answers to the questions that lbc_assets.stats.tables.wave_changes answers, from waves.csv (make_waves.py).
# Run in this folder: Rscript waves.R. Needs r-base-core, r-cran-lme4, r-cran-clubsandwich (Debian).
# Writes wave_changes.csv: province, analysis, outcome, level, and the numbers (17 significant digits).
# The mixed model has no df, p or limits here: lme4 has none (lmerTest is not in Debian); its t is.

suppressPackageStartupMessages({ library(lme4); library(clubSandwich) })

children <- read.csv("waves.csv", na.strings = "", stringsAsFactors = FALSE)
statuses <- c("never", "previous", "current")
children$migration_status <- factor(children$migration_status, levels = statuses)
children$sex <- factor(children$sex, levels = c("male", "female"))
children$centre_attendance <- factor(children$centre_attendance, levels = c("control", "attender"))
children$later <- as.numeric(children$wave == "w2")
outcomes <- c("total", "emotional", "conduct", "peer", "hyperactivity", "prosocial")

row_of <- function(province, analysis, outcome, level, estimate, std_error, df, n, villages = NA, std_dev = NA) {
  margin <- qt(0.975, df) * std_error
  data.frame(province, analysis, outcome, level, estimate, std_dev, std_error, statistic = estimate / std_error, df,
             p_value = 2 * pt(-abs(estimate / std_error), df), conf_low = estimate - margin,
             conf_high = estimate + margin, n, villages)
}
clustered <- function(fit, village, term) {
  covariance <- vcovCR(fit, cluster = village, type = "CR2")
  test <- coef_test(fit, vcov = covariance, test = "Satterthwaite")
  test[which(names(coef(fit)) == term), ]
}
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- row_of(...)

for (province in c("zhejiang", "guizhou")) for (outcome in outcomes) {
  data <- children[children$province == province, ]
  data$score <- data[[paste0(outcome, "_score")]]
  fit <- lm(score ~ later + age_years, data)
  add(province, "difference_between_waves", outcome, "later", coef(fit)[["later"]],
      sqrt(vcov(fit)["later", "later"]), fit$df.residual, nobs(fit))
}

for (outcome in outcomes) {
  linked <- children[!is.na(children$linked_pseudonym), ]
  linked$score <- linked[[paste0(outcome, "_score")]]
  pairs <- merge(linked[linked$wave == "w1", ], linked[linked$wave == "w2", ], by = "linked_pseudonym",
                 suffixes = c("", "_later"))
  pairs$change <- pairs$score_later - pairs$score
  t <- t.test(pairs$score_later, pairs$score, paired = TRUE)
  add("zhejiang", "paired_change", outcome, "later", unname(t$estimate), t$stderr, unname(t$parameter),
      sum(!is.na(pairs$change)), std_dev = sd(pairs$change, na.rm = TRUE))
  stopifnot(all.equal(rows[[length(rows)]]$p_value, t$p.value, tolerance = 1e-12))

  fit <- lm(score_later ~ migration_status + score + sex + age_years, pairs)
  for (level in statuses[-1]) {
    term <- paste0("migration_status", level)
    add("zhejiang", "ancova", outcome, level, coef(fit)[[term]], sqrt(vcov(fit)[term, term]), fit$df.residual,
        nobs(fit))
  }

  both <- linked[linked$linked_pseudonym %in% pairs$linked_pseudonym, ]
  first <- both[both$wave == "w1", c("linked_pseudonym", "age_years", "sex")]
  both <- merge(both[, c("linked_pseudonym", "later", "score", "migration_status")], first, by = "linked_pseudonym")
  fit <- lmer(score ~ later + migration_status + sex + age_years + (1 | linked_pseudonym), both, REML = TRUE,
              control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5)))
  used <- length(unique(fit@frame$linked_pseudonym))
  for (term in c("later", paste0("migration_status", statuses[-1]))) {
    add("zhejiang", "mixed_model", outcome, sub("migration_status", "", term), fixef(fit)[[term]],
        sqrt(as.matrix(vcov(fit))[term, term]), NA, used)
  }

  complete <- pairs[!is.na(pairs$change) & !is.na(pairs$village_later) & !is.na(pairs$age_years), ]
  fit <- lm(change ~ centre_attendance_later + age_years, complete)
  test <- clustered(fit, complete$village_later, "centre_attendance_laterattender")
  add("zhejiang", "difference_in_change", outcome, "attender", test$beta, test$SE, test$df, nrow(complete),
      length(unique(complete$village_later)))

  data <- children[children$province == "guizhou", ]
  data$score <- data[[paste0(outcome, "_score")]]
  data <- data[!is.na(data$score) & !is.na(data$age_years) & !is.na(data$village), ]
  fit <- lm(score ~ centre_attendance * later + age_years, data)
  test <- clustered(fit, data$village, "centre_attendanceattender:later")
  add("guizhou", "difference_in_change", outcome, "attender", test$beta, test$SE, test$df, nrow(data),
      length(unique(data$village)))
}

frame <- do.call(rbind, rows)
for (v in names(frame)) if (is.numeric(frame[[v]])) frame[[v]] <- ifelse(is.na(frame[[v]]), "", sprintf("%.17g", frame[[v]]))
write.csv(frame, "wave_changes.csv", row.names = FALSE, quote = FALSE, eol = "\n")
