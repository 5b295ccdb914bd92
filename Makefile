# Warroom's recipes. `make` lists them; `make run` and `make test` are all a fresh clone needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := bot tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help run test check lint audit format bench torture replicas pictures lock doctor clean

help: ## list the recipes
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: $(VENV)/.runs ## start Warroom: on Slack with tokens, else in the practice workspace (OPEN=1, RESET=1)
	@exec $(BIN)/python -m bot run

test: $(VENV)/.tests ## run all tests
	@$(BIN)/pytest -n 3 --dist worksteal

.PHONY: hell
hell: $(VENV)/.tests ## input from hell, more than 10,000 cases, new ones each time (minutes)
	@HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n 2 --dist worksteal --timeout 1800 tests/hell tests/workflows/test_effects.py

check: lint audit test ## everything CI checks

lint: $(VENV)/.tests ## format, style, types and import contracts
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/.tests ## insecure code, and known vulnerabilities of the pinned libraries
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive bot
	@$(BIN)/python -m tests.audit

format: $(VENV)/.tests ## put the code into its form
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

bench: $(VENV)/.tests ## measure, and print the tables
	@$(BIN)/python -m benchmarks

replicas: $(VENV)/.tests ## ten minutes of three replicas, killed one after the other (MINUTES=10; needs PostgreSQL, HAProxy)
	@$(BIN)/python -m tests.replicas $(MINUTES)

torture: $(VENV)/.tests ## kill -9 at every commit and around every call, and print the table (half an hour; ONLY=, SAMPLE=)
	@$(BIN)/python -m tests.torture $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(ONLY),--only $(ONLY))

pictures: $(VENV)/.tests ## take the README's screenshots anew (needs Chromium)
	@PICTURES=docs/images $(BIN)/pytest -q tests/browser/test_incident.py

doctor: $(VENV)/.runs ## say what is wrong with the installation
	@$(BIN)/python -m bot doctor

lock: ## pin the dependencies anew (maintainers; needs uv)
	uv lock --upgrade
	uv export --quiet --no-dev --no-emit-project --format requirements-txt --output-file requirements.txt
	uv export --quiet --no-emit-project --format requirements-txt --output-file requirements-dev.txt

clean: ## remove the virtual environment and caches, not the state
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Warroom needs Python 3.11 or newer: set PYTHON, for example make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python cannot make virtual environments here: on Debian, apt-get install python3-venv"; exit 1; }

$(VENV)/.runs: $(VENV)/bin/python requirements.txt
	@echo "Installing what Warroom needs (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.tests: $(VENV)/.runs requirements-dev.txt
	@echo "Installing what the tests need (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
