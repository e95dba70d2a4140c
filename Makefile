.DEFAULT_GOAL := help
.PHONY: help run test test-postgres lint bench chaos settings-doc clean

BIN := .venv/bin
# The first interpreter that will do; set PYTHON to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ONLY ?=
# One more than a small machine has cores: a good part of the tests wait for real processes and real seconds. Whoever is
# done takes over from the others, so that what a module shares is made about once.
PYTEST := $(BIN)/python -m pytest -n 3 --dist worksteal
# What the tests read of the environment is theirs alone.
TEST := env APP_ENV=test DATA_DIR=data/test

# What is compiled once is kept, whatever the machine's environment says: nothing was compiled when it was installed,
# and a system is a dozen processes.
export PYTHONDONTWRITEBYTECODE :=

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: .venv/.runtime  ## Start the whole system: make a virtual environment, data and secrets first where there are none
	@exec $(BIN)/python manage.py up

test: .venv/.development  ## Run all tests on SQLite
	@$(TEST) DATABASE_URL= $(PYTEST)

test-postgres: .venv/.development  ## Run the tests on PostgreSQL: DATABASE_URL, or a throw-away server
	@$(TEST) $(BIN)/python -m booking_site.testing.postgres $(PYTEST) -m "not system and not browser"

lint: .venv/.development  ## Check style, types, import direction and migrations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/mypy .
	@$(TEST) $(BIN)/python manage.py makemigrations --check --dry-run

bench: .venv/.development  ## Measure, print a table, write benchmarks/results.json; ONLY=name for one
	@$(BIN)/python -m benchmarks bench $(ONLY)

chaos: .venv/.development  ## Kill and break parts of a running system, write benchmarks/chaos.json; ONLY=name for one
	@$(BIN)/python -m benchmarks chaos $(ONLY)

settings-doc: .venv/.development  ## Write docs/settings.md from booking_site/env.py
	@$(TEST) $(BIN)/python manage.py settings_doc

clean:  ## Remove the virtual environment and caches, never data
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it, or set PYTHON to its path" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "$(PYTHON) cannot make a virtual environment (on Debian: apt install python3-venv)" >&2; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installing what requirements.txt lists"
	@$(PIP) install --no-compile -r requirements.txt
	@touch $@

.venv/.development: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing what requirements-dev.txt lists"
	@$(PIP) install --no-compile -r requirements-dev.txt
	@touch $@ .venv/.runtime
