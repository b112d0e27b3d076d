# R's answers to lbc_assets.stats.items.psychometrics and one_factor, from items.csv: the independent judge.
# Run in this folder: Rscript psychometrics.R. Needs r-base-core, r-cran-psych, r-cran-gparotation (Debian).
# Writes reliability.csv, loadings.csv and item_rest.csv (17 significant digits), and psychometrics_versions.txt.

suppressPackageStartupMessages(library(psych))

children <- read.csv("items.csv", na.strings = "", stringsAsFactors = FALSE)
subscales <- list(
  emotional = c("somatic", "worries", "unhappy", "clingy", "afraid"),
  conduct = c("tantrum", "obeys", "fights", "lies", "steals"),
  hyperactivity = c("restles", "fidgety", "distrac", "reflect", "attends"),
  peer = c("loner", "friend", "popular", "bullied", "oldbest"),
  prosocial = c("consid", "shares", "caring", "kind", "helpout"))
reversed <- c("obeys", "reflect", "attends", "friend", "popular")
for (item in reversed) children[[item]] <- 2 - children[[item]]
scales <- c(subscales, list(
  total = unlist(subscales[c("emotional", "conduct", "hyperactivity", "peer")], use.names = FALSE),
  externalising = unlist(subscales[c("conduct", "hyperactivity")], use.names = FALSE),
  internalising = unlist(subscales[c("emotional", "peer")], use.names = FALSE)))

save <- function(frame, file) {
  for (v in names(frame)) if (is.numeric(frame[[v]])) frame[[v]] <- sprintf("%.17g", frame[[v]])
  write.csv(frame, file, row.names = FALSE, quote = FALSE, eol = "\n")
}

reliability <- list()
loadings <- list()
item_rest <- list()
for (group in c("current", "previous", "never", "all")) {
  for (scale in names(scales)) {
    data <- children[group == "all" | children$migration_status == group, scales[[scale]]]
    data <- data[complete.cases(data), ]
    a <- psych::alpha(data, check.keys = FALSE, warnings = FALSE)
    # factr: how far optim goes on; its default stops at about five digits of a loading
    control <- list(factr = 1, maxit = 10000)
    f <- suppressWarnings(psych::fa(cor(data), nfactors = 1, n.obs = nrow(data), fm = "ml", control = control))
    o <- suppressWarnings(suppressMessages(psych::omega(cor(data), nfactors = 1, n.obs = nrow(data), fm = "ml",
      flip = FALSE, plot = FALSE, control = control)))
    deviations <- sapply(data, sd)
    l <- unclass(f$loadings)[, 1] * sign(sum(f$loadings))
    common <- sum(l * deviations)^2
    reliability <- c(reliability, list(data.frame(
      migration_status = group, scale = scale, items = ncol(data), n = nrow(data), alpha = a$total$raw_alpha,
      conf_low = a$feldt$lower.ci[[1]], conf_high = a$feldt$upper.ci[[1]], alpha_standardised = a$total$std.alpha,
      omega = common / (common + sum(f$uniquenesses * deviations^2)), omega_standardised = o$omega.tot,
      chi_square = f$STATISTIC, df = f$dof, p_value = f$PVAL, rmsea = f$RMSEA[["RMSEA"]], rmsr = f$rms)))
    loadings <- c(loadings, list(data.frame(migration_status = group, scale = scale, item = names(data),
      loading = l, uniqueness = f$uniquenesses)))
    item_rest <- c(item_rest, list(data.frame(migration_status = group, scale = scale, item = names(data),
      item_rest = a$item.stats$r.drop, alpha_without = a$alpha.drop$raw_alpha)))
  }
}
save(do.call(rbind, reliability), "reliability.csv")
save(do.call(rbind, loadings), "loadings.csv")
save(do.call(rbind, item_rest), "item_rest.csv")

writeLines(c(R.version.string, sprintf("psych %s", packageVersion("psych"))), "psychometrics_versions.txt")
