.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test lint clean

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.venv/.installed: requirements.txt requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

test: .venv/.installed  ## Run the tests
	@APP_ENV=test DATA_DIR=data/test $(BIN)/python -m pytest -n 2

lint: .venv/.installed  ## Check style, types and import direction
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/mypy .

clean:  ## Remove the virtual environment and caches (never data)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
