# R's answers about multiple imputation. Run in this folder: Rscript imputation.R. Needs r-base-core, r-cran-mice (with
# r-cran-nnet). Reads children.csv and completed.csv; writes multinomial.csv, multinomial_covariance.csv, pooled.csv,
# mice.csv (17 significant digits) and imputation_versions.txt.

suppressPackageStartupMessages({ library(mice); library(nnet) })

children <- read.csv("children.csv", na.strings = "", stringsAsFactors = FALSE)
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
predictors <- c("migration_status", "sex", "age_years", "province", "household_wealth", "primary_caregiver",
                "parents_divorced", "any_sibling", "social_support", "school_performance")
labels <- c("(Intercept)" = "intercept", age_years = "age_years", total_score = "total_score")
for (v in names(references)) for (l in references[[v]]) labels[paste0(v, l)] <- sprintf("%s[%s]", v, l)
labelled <- function(names) sapply(strsplit(names, ":"), function(parts) paste(labels[parts], collapse = ":"))
save <- function(frame, file) {
  for (v in names(frame)) if (is.numeric(frame[[v]])) frame[[v]] <- sprintf("%.17g", frame[[v]])
  write.csv(frame, file, row.names = FALSE, quote = FALSE, eol = "\n")
}

# --- the imputation models of the complete children, with and without White, Daniel and Royston's rows ------------
complete <- children[complete.cases(children[, c(predictors, "total_score")]), ]
regress <- function(model, target, interactions, augmented, without = character()) {
  formula <- reformulate(c(setdiff(predictors, c(target, without)), "total_score", interactions))
  x <- model.matrix(formula, complete)[, -1]
  y <- complete[[target]]
  w <- rep(1, length(y))
  if (augmented) {
    more <- mice:::augment(y, !is.na(y), x, is.na(y))
    x <- as.matrix(more$x); y <- factor(more$y, levels = references[[target]]); w <- more$w
  }
  rows <- data.frame(y = I(class.ind(y)), x = I(cbind("(Intercept)" = 1, x)))
  fit <- multinom(y ~ x - 1, rows, weights = w, maxit = 1e5, reltol = 1e-15, abstol = 0, trace = FALSE, Hess = TRUE)
  # nnet stops where its line search finds nothing better, up to 6e-7 off: Newton's steps with its own Hessian end the
  # fit. For two categories glm confirms it, and gives the covariance at the very end.
  estimates <- rbind(coef(fit))
  gradient <- function(b) as.vector(t(rows$x) %*% (w * (unclass(rows$y) - probabilities(b)))[, -1])
  probabilities <- function(b) { e <- exp(cbind(0, rows$x %*% t(b))); e / rowSums(e) }
  for (step in 1:3) estimates <- estimates + matrix(solve(fit$Hess, gradient(estimates)), nrow(estimates), byrow = TRUE)
  if (nlevels(y) == 2) {
    check <- suppressWarnings(glm.fit(rows$x, unclass(rows$y)[, 2], w, family = binomial(),
                                      control = glm.control(epsilon = 1e-15, maxit = 100)))
    stopifnot(max(abs(check$coefficients - estimates)) < 1e-9)
    covariance <- chol2inv(check$qr$qr)
  } else covariance <- solve(fit$Hess)
  cat(model, "nnet's own distance:", max(abs(estimates - rbind(coef(fit)))), "\n")
  terms <- labelled(colnames(rows$x))
  others <- levels(y)[-1]
  keys <- data.frame(category = rep(others, each = length(terms)), term = rep(terms, length(others)))
  list(coefficients = data.frame(model = model, target = target, keys, estimate = as.vector(t(estimates)),
                                 std_error = sqrt(diag(covariance))),
       covariance = covariance)
}
fits <- list(
  regress("divorced", "parents_divorced", NULL, FALSE),
  regress("divorced_augmented", "parents_divorced", NULL, TRUE),
  # no poor child has another caregiver: with the caregivers there is no finite answer
  regress("wealth", "household_wealth", NULL, FALSE, without = "primary_caregiver"),
  regress("support_moderation_augmented", "social_support", c("migration_status:sex", "total_score:migration_status"), TRUE),
  regress("performance_augmented", "school_performance", NULL, TRUE))
save(do.call(rbind, lapply(fits, `[[`, "coefficients")), "multinomial.csv")
lower <- fits[[1]]$covariance
at <- which(lower.tri(lower, diag = TRUE), arr.ind = TRUE)
save(data.frame(model = "divorced", row = at[, 1] - 1, column = at[, 2] - 1, covariance = lower[at]),
     "multinomial_covariance.csv")

# --- our completed data sets, fitted and pooled by R --------------------------------------------------------------
completed <- read.csv("completed.csv", stringsAsFactors = FALSE)
with_outcome <- children[!is.na(children$total_score), ]
fill <- function(model, i) {
  data <- with_outcome
  cells <- completed[completed$model == model, ]
  for (v in unique(cells$variable)) {
    these <- cells[cells$variable == v, ]
    rows <- match(these$child_pseudonym, data$child_pseudonym)
    stopifnot(all(is.na(data[rows, v])))
    data[rows, v] <- if (is.numeric(data[[v]])) as.numeric(these[[i]]) else these[[i]]
  }
  stopifnot(!anyNA(data[, predictors]))
  data
}
table_of <- function(model, fits) {
  pooled <- pool(fits)
  wide <- summary(pooled, conf.int = TRUE)
  rows <- pooled$pooled
  data.frame(model = model, term = labelled(as.character(rows$term)), estimate = rows$estimate,
             std_error = wide$std.error, statistic = wide$statistic, df = rows$df, p_value = wide$p.value,
             conf_low = wide[["2.5 %"]], conf_high = wide[["97.5 %"]], riv = rows$riv, fmi = rows$fmi,
             between = rows$b, df_complete = rows$dfcom, n = nrow(with_outcome), m = rows$m)
}
formulas <- list(adjusted = reformulate(predictors, "total_score"),
                 by_divorced = reformulate(c(predictors, "migration_status:parents_divorced"), "total_score"))
imputations <- grep("^m[0-9]+$", names(completed), value = TRUE)
save(do.call(rbind, lapply(names(formulas), function(model) table_of(model, as.mira(lapply(imputations, function(i)
  lm(formulas[[model]], fill(model, i))))))), "pooled.csv")

# --- mice's own imputations of the same children: not the same draws, so the same answers but for chance -----------
data <- with_outcome[, c(predictors, "total_score")]
methods <- make.method(data)
methods["age_years"] <- "norm"
own <- mice(data, m = 100, maxit = 5, method = methods, printFlag = FALSE, seed = 20170652)
save(table_of("adjusted", with(own, lm(total_score ~ migration_status + sex + age_years + province + household_wealth +
  primary_caregiver + parents_divorced + any_sibling + social_support + school_performance))), "mice.csv")

writeLines(c(R.version.string, sprintf("%s %s", c("mice", "nnet"),
  c(as.character(packageVersion("mice")), as.character(packageVersion("nnet"))))), "imputation_versions.txt")
