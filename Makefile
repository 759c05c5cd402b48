# Everything runs in .venv, which the first target that needs it makes. `make` alone lists the targets.
VENV ?= .venv
BIN := $(VENV)/bin
CONFIG ?= examples/cors-audit.yaml
T ?= tests
B ?=

# PYTHON=... names an interpreter; otherwise the first of these that is new enough is used.
FITS := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	"$$p" -c '$(FITS)' 2>/dev/null && { echo "$$p"; break; }; done)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help audit test check fmt bench accept chains failpoints oracle venv fmt-check lint types floors docs-check cover

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

audit: $(VENV)/.installed ## audit the example estate; its planted faults must be found
	@code=0; $(BIN)/cors-audit audit --config $(CONFIG) || code=$$?; \
	echo "exit code of the audit: $$code"; \
	case $$code in \
	10|13) ;; \
	0|3) echo "$(CONFIG): the planted faults were not found; run: $(BIN)/cors-audit coverage"; exit 1 ;; \
	*) echo "$(CONFIG): the audit itself failed; read its message above"; exit 1 ;; \
	esac

test: $(VENV)/.installed-dev ## run the tests on all cores, without the long ones; T=tests/core narrows
	@$(BIN)/python -m pytest -n auto --dist loadfile -m "not long" $(T)

check: fmt-check lint types floors docs-check cover ## format, lint, types, floors, house, tests with coverage

fmt: $(VENV)/.installed-dev ## format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev ## run the benchmarks; B=name runs one
	@$(BIN)/python -m tests.bench $(B)

accept: $(VENV)/.installed-dev ## rewrite the expected texts of reports and cases, to be looked at
	@$(BIN)/python -m tests.edge.reports.views
	@$(BIN)/python -m tests.edge.tickets.texts
	@ACCEPT=1 $(BIN)/python -m pytest -q tests/test_cases.py

chains: $(VENV)/.installed-dev ## 100,000 random chains against the naive evaluator: an hour on two cores
	@$(BIN)/python -m tests.core.random_chains

failpoints: $(VENV)/.installed-dev ## kill 200 runs, each at another step, and run again: 15 minutes
	@$(BIN)/python -m tests.shows.failpoints

oracle: $(VENV)/.installed-dev ## the long runs against real products; T=tests/core narrows
	@$(BIN)/python -m pytest -m long $(T)

venv: $(VENV)/.installed-dev ## make or refresh .venv with the development tools

fmt-check: $(VENV)/.installed-dev
	@$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .

types: $(VENV)/.installed-dev
	@$(BIN)/mypy

floors: $(VENV)/.installed-dev
	@$(BIN)/lint-imports

docs-check: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest tests/house

cover: $(VENV)/.installed-dev
	@$(BIN)/coverage run -m pytest -m "not long"
	@$(BIN)/coverage report

# The interpreter is judged before anything is written, so a refusal leaves no half-made .venv.
$(BIN)/python:
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
		echo "python: none of 3.11 or newer found;" \
			"apt-get install python3 python3-venv, or make PYTHON=/path/to/python"; exit 1; fi; \
	if ! "$$python" -c '$(FITS)' 2>/dev/null; then \
		echo "$$python: this is not Python 3.11 or newer;" \
			"apt-get install python3 python3-venv, or make PYTHON=/path/to/python"; exit 1; fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$python: cannot make a virtual environment, ensurepip is missing;" \
			"apt-get install python3-venv"; exit 1; fi; \
	if ! "$$python" -m venv --clear "$(VENV)"; then \
		rm -rf "$(VENV)"; \
		echo "$(VENV): could not be made with $$python; read its message above"; exit 1; fi

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@
