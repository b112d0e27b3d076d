# Everything a newcomer needs: make run, make test, make ui. Nothing is installed outside .venv.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DBT_VENV := .venv-dbt
DBT_READY := $(DBT_VENV)/.ready
BROWSER_READY := $(VENV)/.browser
CHROMIUM := /usr/bin/chromium
DEPLOY_PACKAGES := nginx-light apache2-utils openssl
export GX_ANALYTICS_ENABLED := false
export DAGSTER_DISABLE_TELEMETRY := yes

.DEFAULT_GOAL := help
.PHONY: help run test check lint types defs ui oracle agreement bench bench-inbox bench-million bench-r simulation dbt \
  browser live waves deploy pictures requirements clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11 to 3.13 is needed; name one with: make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's venv module is missing; install it with: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@if $(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then \
	  $(BIN)/python -m uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements.txt; \
	else \
	  echo "uv is not to be had; pip does it, more slowly"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# dbt wants other versions of some libraries: an environment of its own, which nothing but make dbt needs
$(DBT_READY): requirements-dbt.txt | $(READY)
	@echo "Setting up $(DBT_VENV) (once) ..."
	@if $(BIN)/python -m uv venv --quiet --clear --python $(BIN)/python $(DBT_VENV) 2>/dev/null; then \
	  $(BIN)/python -m uv pip install --quiet --python $(DBT_VENV)/bin/python --no-deps --require-hashes --compile-bytecode -r requirements-dbt.txt; \
	else \
	  echo "uv is not to be had; pip does it, more slowly"; \
	  $(BIN)/python -m venv --clear $(DBT_VENV) \
	    && $(DBT_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dbt.txt; \
	fi
	@touch $@

# Playwright drives Debian's Chromium; its own browsers are not downloaded
$(BROWSER_READY): requirements-browser.txt $(READY)
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode -r requirements-browser.txt 2>/dev/null \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-browser.txt
	@touch $@

$(CHROMIUM):
	@test "$$(id -u)" = 0 || { echo "Chromium is missing; install it with: sudo apt-get install --no-install-recommends chromium"; exit 1; }
	@echo "Installing Chromium (once) ..."
	@export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && apt-get -qq install --no-install-recommends chromium >/dev/null

run: $(READY)  ## Deliver the reference wave and refresh it: from questionnaires to the report
	@$(BIN)/lbc reference deliver
	@$(BIN)/lbc refresh

test: check  ## All checks and the default tests
	@$(BIN)/python -m pytest

check: lint types defs  ## Lint, types, definitions

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy lbc_assets

defs: $(READY)
	@DAGSTER_HOME= PATH=$(CURDIR)/$(BIN):$$PATH $(BIN)/dg check defs
	@$(BIN)/python -c "from dagster._core.workspace.load import location_origins_from_yaml_paths as load; \
	  assert load(['workspace.yaml']); print('workspace.yaml loads')"

ui: $(READY)  ## The Dagster UI on loopback, sensor and schedule running
	@$(BIN)/lbc ui

R_PACKAGES := r-base-core r-cran-car r-cran-clubsandwich r-cran-data.table r-cran-effectsize r-cran-emmeans \
  r-cran-gparotation r-cran-lme4 r-cran-lmertest r-cran-lmtest r-cran-mice r-cran-psych r-cran-rstatix r-cran-sandwich

oracle: $(READY)  ## R's answers again (Debian's R packages; it says which)
	@command -v Rscript >/dev/null || { echo "R is missing: apt-get install --no-install-recommends $(R_PACKAGES)"; exit 1; }
	cd lbc_assets_tests/stats/oracle && $(abspath $(BIN)/python) make_children.py && $(abspath $(BIN)/python) make_small.py
	cd lbc_assets_tests/stats/oracle && $(abspath $(BIN)/python) make_clustered.py && $(abspath $(BIN)/python) make_reference.py
	cd lbc_assets_tests/stats/oracle && for data in children small clustered reference; do Rscript oracle.R $$data || exit 1; done
	cd lbc_assets_tests/stats/oracle && for data in clustered reference; do Rscript clusters.R $$data || exit 1; done
	cd lbc_assets_tests/stats/oracle && $(abspath $(BIN)/python) make_waves.py && Rscript waves.R
	cd lbc_assets_tests/stats/oracle && $(abspath $(BIN)/python) make_few_children.py && Rscript group_comparisons.R
	cd lbc_assets_tests/stats/oracle && $(abspath $(BIN)/python) make_completed.py && Rscript imputation.R
	cd lbc_assets_tests/stats/oracle && $(abspath $(BIN)/python) make_items.py && Rscript psychometrics.R
	cd lbc_assets_tests/stats/oracle && $(abspath $(BIN)/python) make_banded.py && Rscript bands.R

agreement: $(READY)  ## docs/agreement.md: the largest difference from R of every statistic
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m lbc_assets_tests.stats.agreement.page

bench: $(READY)  ## lbc refresh against a bare pandas script, as ratios
	@$(BIN)/python benchmarks/refresh_against_script.py

bench-inbox: $(READY)  ## From a file in the inbox to the report: where the seconds go
	@$(BIN)/python benchmarks/inbox_latency.py

bench-r: $(READY)  ## The analyses against R: one wave, and a million children
	@command -v Rscript >/dev/null || { echo "R is missing: apt-get install --no-install-recommends $(R_PACKAGES)"; exit 1; }
	@$(BIN)/python benchmarks/analyses_against_r.py --runs 1

bench-million: $(READY)  ## lbc refresh of a million children: seconds and memory, step by step
	@$(BIN)/python benchmarks/refresh_of_a_million.py

simulation: $(READY)  ## Coverage of the intervals and level of the tests on invented samples
	@$(BIN)/python benchmarks/interval_coverage.py
	@$(BIN)/python benchmarks/imputation_coverage.py

dbt: $(READY) $(DBT_READY)  ## dbt itself runs dbt_like_sql: the same tables, the same tests
	@$(BIN)/python -m pytest -n 0 lbc_assets_tests/dbt

browser: $(READY) $(BROWSER_READY) | $(CHROMIUM)  ## The UI and the report, looked at in Chromium
	@$(BIN)/python -m pytest -n 0 lbc_assets_tests/browser

live: $(READY)  ## Waves that come by themselves: two at once, a power cut, a correction
	@$(BIN)/python -m pytest -n 0 lbc_assets_tests/live

waves: $(READY)  ## Fifty waves at once, three of them bad; then corrections and changed code
	@$(BIN)/python -m pytest -n 0 lbc_assets_tests/waves

pictures: $(READY) $(BROWSER_READY) | $(CHROMIUM)  ## The same, and docs/pictures drawn again
	@$(BIN)/python -m pytest -n 0 lbc_assets_tests/browser --pictures=docs/pictures

deploy: $(READY)  ## nginx with TLS and passwords in front of the web server, and the systemd unit
	@command -v nginx htpasswd openssl systemd-analyze >/dev/null || test "$$(id -u)" = 0 \
	  || { echo "Missing; install with: sudo apt-get install --no-install-recommends $(DEPLOY_PACKAGES)"; exit 1; }
	@command -v nginx >/dev/null && command -v htpasswd >/dev/null && command -v openssl >/dev/null \
	  || { echo "Installing $(DEPLOY_PACKAGES) (once) ..."; export DEBIAN_FRONTEND=noninteractive; \
	       apt-get -qq update && apt-get -qq install --no-install-recommends $(DEPLOY_PACKAGES) >/dev/null; }
	@$(BIN)/python -m pytest -n 0 lbc_assets_tests/deploy

requirements:  ## Compile requirements.txt again (hashes, no registry addresses)
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --group dev pyproject.toml -o requirements.txt
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --group dbt -o requirements-dbt.txt
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --group browser -c requirements.txt -o requirements-browser.txt

clean:  ## Remove the environment and caches; var/ (your data) stays
	@rm -rf $(VENV) $(DBT_VENV) dbt_like_sql/target dbt_like_sql/logs build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
