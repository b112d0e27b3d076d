# The analyses of lbc_assets.stats done in R, timed: for analyses_against_r.py.
# Run: Rscript analyses.R wave FILE | million FILE. Needs the packages of `make oracle` and r-cran-data.table (Debian).
# The last line printed is JSON: seconds of each part (the second of two passes, but for mice and what is read), and
# the numbers that both sides have to agree on.

suppressPackageStartupMessages({
  library(car); library(clubSandwich); library(effectsize); library(emmeans); library(lmerTest); library(lmtest)
  library(mice); library(rstatix); library(sandwich)
})
arguments <- commandArgs(TRUE)
references <- list(
  migration_status = c("never", "previous", "current"), sex = c("male", "female"), province = c("zhejiang", "guizhou"),
  household_wealth = c("fair", "poor", "wealthy"), primary_caregiver = c("grandparent", "father", "mother", "other"),
  parents_divorced = c("no", "yes"), any_sibling = c("no", "yes"), social_support = c("high", "low", "medium"),
  social_support_dichotomy = c("high", "low"), migrant_parent = c("both", "father", "mother", "mixed"),
  living_arrangement = c("both", "one", "neither"),
  school_performance = c("fair", "very_poor", "poor", "good", "very_good"))
terms_of <- c("sex", "age_years", "province", "household_wealth", "primary_caregiver", "parents_divorced", "any_sibling",
              "social_support", "school_performance")
baseline <- c("migration_status", "sex", "age_years", "province")
adjusted <- c("migration_status", terms_of)
dichotomised <- sub("^social_support$", "social_support_dichotomy", adjusted)
formula_of <- function(outcome, predictors) reformulate(predictors, paste0(outcome, "_score"))
seconds <- list()
timed <- function(part, work) {
  started <- proc.time()[["elapsed"]]
  result <- work()
  seconds[[part]] <<- proc.time()[["elapsed"]] - started
  invisible(result)
}
finish <- function(numbers) {
  json <- function(values) paste(sprintf('"%s": %.17g', names(values), unlist(values)), collapse = ", ")
  cat(sprintf('{"seconds": {%s}, "numbers": {%s}}\n', json(seconds), json(numbers)))
}
children <- timed("read", function() {
  data <- as.data.frame(data.table::fread(arguments[2], na.strings = "", nThread = 2, showProgress = FALSE))
  for (v in intersect(names(references), names(data))) data[[v]] <- factor(data[[v]], levels = references[[v]])
  data
})
predictors_for <- function(by) if (by == "social_support_dichotomy") dichotomised else adjusted
sum_fit <- function(by) {
  predictors <- c(predictors_for(by), paste0("migration_status:", by))
  factors <- setdiff(predictors_for(by), "age_years")
  eval(bquote(lm(.(formula_of("total", predictors)), children,
                 contrasts = .(setNames(rep(list("contr.sum"), length(factors)), factors)))))
}
means_of <- function(by) {
  fit <- lm(formula_of("total", c(predictors_for(by), paste0("migration_status:", by))), children)
  lapply(c("proportional", "equal"), function(weights) {
    grid <- emmeans(fit, c(by, "migration_status"), weights = weights)
    list(as.data.frame(summary(grid)), as.data.frame(contrast(grid, "trt.vs.ctrl", by = "migration_status")),
         if (weights == "equal") as.data.frame(summary(contrast(grid, "pairwise", adjust = "tukey"), infer = TRUE)))
  })
}
table_4 <- c("province", "parents_divorced", "social_support_dichotomy")

if (arguments[1] == "million") {
  numbers <- list()
  timed("ols_hc3", function() for (predictors in list(baseline, adjusted)) {
    fit <- lm(formula_of("total", predictors), children)
    table <- summary(fit)$coefficients
    hc3 <- sqrt(diag(vcovHC(fit, type = "HC3")))
    numbers <<- list(estimate = table["migration_statuscurrent", 1], std_error = table["migration_statuscurrent", 2],
                     hc3 = hc3[["migration_statuscurrent"]])
  })
  timed("interactions", function() for (by in table_4)
    numbers[[paste0("f_", by)]] <<- Anova(sum_fit(by), type = "III")[paste0("migration_status:", by), "F value"])
  timed("adjusted_means", function() for (by in table_4)
    numbers[[paste0("mean_", by)]] <<- means_of(by)[[2]][[1]]$emmean[1])
  finish(numbers)
  quit()
}

outcomes <- c("total", "emotional", "conduct", "peer", "hyperactivity", "prosocial")
modelled <- c(outcomes, "externalising", "internalising")
mother <- transform(children, primary_caregiver = relevel(primary_caregiver, ref = "mother"))
current <- subset(children, migration_status == "current")
previous <- droplevels(subset(children, migration_status == "previous"))
knots <- c(1, 4, 7, 11)
bends <- function(x, k = knots) sapply(1:2, function(j)
  (pmax(x - k[j], 0)^3 - pmax(x - k[3], 0)^3 * (k[4] - k[j]) / (k[4] - k[3]) +
     pmax(x - k[4], 0)^3 * (k[3] - k[j]) / (k[4] - k[3])) / (k[4] - k[1])^2)
read_off <- function(fit) list(summary(fit)$coefficients, confint(fit))
others <- function() list(
  lm(formula_of("total", c("departure_age_years", terms_of)), current),
  lm(formula_of("total", c("departure_age_years", "bends(departure_age_years)", terms_of)), current),
  lm(formula_of("total", c("years_since_departure", terms_of)), current),
  lm(formula_of("total", c("migrant_parent", terms_of)), current),
  lm(formula_of("total", c("migrant_parent", terms_of)), previous),
  lm(formula_of("total", c("living_arrangement", baseline[-1])), children),
  lm(formula_of("total", c("living_arrangement", terms_of)), children))
coefficients_part <- function() {
  for (outcome in modelled) {
    complete <- children[complete.cases(children[, c(adjusted, paste0(outcome, "_score"))]), ]
    read_off(lm(formula_of(outcome, baseline), children))
    read_off(lm(formula_of(outcome, baseline), complete))
    read_off(lm(formula_of(outcome, adjusted), children))
  }
  for (outcome in c("emotional", "peer", "hyperactivity")) read_off(lm(formula_of(outcome, adjusted), mother))
  lapply(others(), read_off)
}
terms_part <- function() {
  for (outcome in modelled) for (predictors in list(baseline, adjusted))
    drop1(lm(formula_of(outcome, predictors), children), test = "F")
  lapply(others(), function(fit) Anova(fit, type = "II"))
}
groups_part <- function() {
  statuses <- c("current", "previous", "never")
  group <- factor(children$migration_status, levels = statuses)
  pairs <- combn(statuses, 2, simplify = FALSE)
  for (v in setdiff(terms_of, "age_years")) {
    table <- table(children[[v]], group)
    chisq.test(table, correct = FALSE)
    cramers_v(table, adjust = FALSE, alternative = "two.sided")
    p <- sapply(pairs, function(pair) {
      cramers_v(table[, pair], adjust = FALSE, alternative = "two.sided")
      chisq.test(table[, pair], correct = FALSE)$p.value
    })
    p.adjust(p, "holm"); p.adjust(p, "BH")
  }
  for (v in c("age_years", paste0(outcomes, "_score"))) {
    long <- na.omit(data.frame(value = children[[v]], group = group))
    fit <- aov(value ~ group, long)
    summary(fit); oneway.test(value ~ group, long); TukeyHSD(fit); games_howell_test(long, value ~ group)
    omega_squared(fit, alternative = "two.sided", verbose = FALSE)
    for (pair in pairs) hedges_g(long$value[long$group == pair[1]], long$value[long$group == pair[2]])
  }
  for (province in levels(children$province)) {
    here <- children$province == province
    chisq.test(table(children$household_wealth[here], group[here]), correct = FALSE)
  }
}
curve_part <- function() {
  family <- c("household_wealth", "primary_caregiver", "parents_divorced", "any_sibling")
  surroundings <- c("social_support", "school_performance")
  populations <- list(all = children, older = subset(children, age_years >= 11), boys = subset(children, sex == "male"),
                      girls = subset(children, sex == "female"), zhejiang = subset(children, province == "zhejiang"),
                      guizhou = subset(children, province == "guizhou"))
  for (outcome in c("total", "externalising", "internalising")) for (population in names(populations))
    for (set in list(character(), family, surroundings, c(family, surroundings))) {
      constant <- list(boys = "sex", girls = "sex", zhejiang = "province", guizhou = "province")[[population]]
      fit <- lm(formula_of(outcome, setdiff(c(baseline, set), constant)), populations[[population]])
      read_off(fit); sqrt(diag(vcovHC(fit, type = "HC3")))
    }
}
diagnostics_part <- function() for (outcome in c("baseline", outcomes)) {
  fit <- lm(if (outcome == "baseline") formula_of("total", baseline) else formula_of(outcome, adjusted), children)
  bptest(fit, studentize = FALSE); vif(fit); hatvalues(fit)
  bin <- cut(rank(fitted(fit)), 20); tapply(residuals(fit), bin, mean); tapply(residuals(fit), bin, sd)
}
complete <- children[complete.cases(children[, c(adjusted, "total_score")]), ]
clusters_part <- function() {
  fit <- lm(formula_of("total", adjusted), complete)
  vcovHC(fit, type = "HC3")
  for (by in c("school", "township")) for (kind in c("CR1S", "CR2")) {
    covariance <- vcovCR(fit, cluster = complete[[by]], type = kind)
    coef_test(fit, covariance, test = if (kind == "CR2") "Satterthwaite" else "naive-t")
  }
}
mixed_part <- function() summary(lmer(reformulate(c(adjusted, "(1 | school)"), "total_score"), complete, REML = TRUE))

parts <- list(
  coefficients = coefficients_part, terms = terms_part,
  interactions = function() for (by in c(terms_of, "social_support_dichotomy")) Anova(sum_fit(by), type = "III"),
  adjusted_means = function() lapply(table_4, means_of), groups = groups_part, specification_curve = curve_part,
  diagnostics = diagnostics_part, cluster_robust = clusters_part, random_intercept = mixed_part)
for (pass in 1:2) for (part in names(parts)) timed(part, function() suppressMessages(suppressWarnings(parts[[part]]())))
timed("imputation", function() {
  data <- children[!is.na(children$total_score), c(adjusted, "total_score")]
  methods <- make.method(data)
  if (any(is.na(data$age_years))) methods["age_years"] <- "norm"
  imputed <- mice(data, m = 20, maxit = 5, method = methods, printFlag = FALSE, seed = 1)
  summary(pool(with(imputed, lm(total_score ~ migration_status + sex + age_years + province + household_wealth +
    primary_caregiver + parents_divorced + any_sibling + social_support + school_performance))))
})
table <- summary(lm(formula_of("total", adjusted), children))$coefficients
finish(list(estimate = table["migration_statuscurrent", 1], std_error = table["migration_statuscurrent", 2]))
