# Needs make and Python 3.11 or newer, nothing else: everything goes into .venv, nothing needs to be
# activated first. PYTHON chooses the interpreter, for example `make demo PYTHON=python3.12`.

PYTHON ?= python3
ENGINE ?= auto
PYTEST_ARGS ?=
MINUTES ?= 2
DATABASE ?= postgres

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Their times say when the packages were installed: later changes of what is wanted install again.
RUNTIME := $(VENV)/.installed
DEVELOPMENT := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Several of these are also names of folders.
.PHONY: help demo run test test-unit test-integration test-acceptance test-browser test-ollama check setup migrate clean

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## Generate the demo database's context on a throwaway stack, and print it
	@$(BIN)/python -m stack.main demo --engine $(ENGINE)

run: $(RUNTIME) ## Run everything in the foreground, with a ready demo account, until Ctrl-C
	@$(BIN)/python -m stack.main run

# Three files at a time: most tests wait for other processes.
test: $(DEVELOPMENT) ## Run all tests
	$(BIN)/python -m pytest --numprocesses=3 --dist=loadfile --ignore=tests/browser $(PYTEST_ARGS)
	@$(MAKE) --no-print-directory test-browser

test-unit: $(DEVELOPMENT) ## Run the unit tests (no socket is opened)
	$(BIN)/python -m pytest tests/unit $(PYTEST_ARGS)

test-integration: $(DEVELOPMENT) ## Run the tests with real Redis and databases
	$(BIN)/python -m pytest tests/integration $(PYTEST_ARGS)

test-acceptance: $(DEVELOPMENT) ## Run the tests with all processes
	$(BIN)/python -m pytest tests/acceptance $(PYTEST_ARGS)

# Two files at a time; what measures time comes after them, for a page that is late would be
# measured late.
test-browser: $(DEVELOPMENT) ## Run the tests in a real Chromium; PICTURES=1 leaves what they see in build/screenshots
	$(BIN)/python -m pytest tests/browser -m "not alone" --numprocesses=2 --dist=loadfile $(PYTEST_ARGS)
	$(BIN)/python -m pytest tests/browser -m alone $(PYTEST_ARGS)

test-ollama: $(DEVELOPMENT) ## Hold a real server against what we rely on: OLLAMA_HOST=gpu:11434 OLLAMA_MODEL=llama3.1:8b
	@test -n "$(OLLAMA_HOST)" -a -n "$(OLLAMA_MODEL)" || { \
	  echo "make: name the server and a model that it has: make test-ollama OLLAMA_HOST=gpu:11434 OLLAMA_MODEL=llama3.1:8b"; exit 1; }
	TEST_OLLAMA_HOST=$(OLLAMA_HOST) TEST_OLLAMA_MODEL=$(OLLAMA_MODEL) \
	  $(BIN)/python -m pytest -v tests/integration/test_ollama_contract.py $(PYTEST_ARGS)

check: $(DEVELOPMENT) ## Lint, formatting, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(DEVELOPMENT) ## Install everything, the development tools too

migrate: $(RUNTIME) ## Bring the database of DATABASE_URL to the newest form
	@$(BIN)/python -m store.main

.PHONY: chaos
chaos: $(DEVELOPMENT) ## Break everything at random, and check every promise; MINUTES=2, SEED= replays, DATABASE=, RECORD=1
	@$(BIN)/python -m tests.chaos.main --minutes $(MINUTES) --database $(DATABASE) \
	  $(if $(SEED),--seed $(SEED)) $(if $(RECORD),--record)

.PHONY: bench bench-relay bench-jobs bench-generation bench-page
bench: bench-relay bench-jobs bench-generation bench-page ## Measure everything that has a bench, and write docs/benchmarks.md

bench-relay: $(RUNTIME) ## Measure the relay beside others; BENCH_ARGS="--full --only fanout" chooses
	@$(BIN)/python -m bench.main relay $(BENCH_ARGS)

bench-jobs: $(DEVELOPMENT) ## Measure what jobs cost and survive; BENCH_ARGS="--only submit" chooses
	@$(BIN)/python -m bench.main jobs $(BENCH_ARGS)

bench-generation: $(DEVELOPMENT) ## Measure generation; BENCH_ARGS="--only keys --data FOLDER --ollama URL" chooses
	@$(BIN)/python -m bench.main generation $(BENCH_ARGS)

bench-page: $(DEVELOPMENT) ## Measure the page in a real Chromium; BENCH_ARGS="--full --only first,endurance" chooses
	@$(BIN)/python -m bench.main page $(BENCH_ARGS)

clean: ## Remove .venv, caches and build results (the data in .schemalore stays)
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "make: there is no $(PYTHON). Install Python 3.11 or newer, or name it: make PYTHON=python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: Schemalore needs Python 3.11 or newer, but $(PYTHON) is $$("$(PYTHON)" --version 2>&1)."; \
	  echo "      Install a newer one, or name it: make PYTHON=python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "make: $(PYTHON) comes without its venv module. Install it (Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	@echo "Creating $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the packages (the first time only)"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(DEVELOPMENT): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the packages and the development tools (the first time only)"
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $(RUNTIME) $@
