# SPDX-License-Identifier: Apache-2.0
# One command per task; `make` alone lists them.

VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest
GATED := sc_precision/rows.py,sc_precision/formats.py,sc_precision/attack.py,sc_precision/golden/discrepancy.py,sc_precision/plan/*,sc_precision/compatible/*.py

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all test-newest lint docs generate constraints bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(INSTALLED) ## virtual environment in .venv, Icarus Verilog where it is missing

$(INSTALLED): pyproject.toml constraints.txt .ci/setup
	.ci/setup $(VENV)
	@touch $@

demo: $(INSTALLED) ## digits network: plan, Verilog, simulation, proof, report; both datapaths
	$(BIN)/sc-precision build examples/digits/digits.npz --datapath fixed --target-error 0.5 -o build/digits-fixed
	$(BIN)/sc-precision build examples/digits/digits.npz --datapath stochastic --target-error 2 -o build/digits-stochastic
	@echo
	@echo "Reports, to be opened in a browser:"
	@echo "  build/digits-fixed/report/index.html"
	@echo "  build/digits-stochastic/report/index.html"

test: lint docs generate-check ## all checks, and all tests but the slow ones
	$(PYTEST) -n $(WORKERS) -m "not slow" --cov --cov-report=
	$(BIN)/python -m coverage report --skip-covered --show-missing --fail-under=100 --include='$(GATED)'

test-all: lint docs generate-check ## all checks, and all tests
	$(PYTEST) -n $(WORKERS) --cov --cov-report=
	$(BIN)/python -m coverage report --skip-covered --show-missing --fail-under=100 --include='$(GATED)'

test-newest: ## the tests with the newest version of every dependency, in a fresh environment
	rm -rf build/newest
	.ci/setup build/newest ""
	build/newest/bin/python -m pytest -n $(WORKERS) -m "not slow"

lint: $(INSTALLED) ## ruff, mypy and the order of the layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

docs: $(INSTALLED) ## build/site, strictly
	$(BIN)/mkdocs build --quiet --strict

generate: $(INSTALLED) ## write the reference design (hdl/, formal/, sim/) again
	$(BIN)/sc-precision generate

.PHONY: generate-check
generate-check: $(INSTALLED)
	$(BIN)/sc-precision generate --check

constraints: ## constraints.txt from the newest versions of everything
	rm -rf build/constraints
	.ci/setup build/constraints ""
	build/constraints/bin/python -m pip freeze --exclude sc-precision | grep -E '^[A-Za-z0-9._-]+==[^ ]+$$' > constraints.txt

bench: $(INSTALLED) ## time planners, allocation and proofs; measure the cost model
	$(BIN)/python benchmarks/planners.py
	$(BIN)/python benchmarks/allocation.py
	$(BIN)/python benchmarks/cost_model.py
	$(BIN)/python benchmarks/proofs.py

clean: ## remove what the tasks above made; the virtual environment stays
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
