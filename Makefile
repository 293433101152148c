.DEFAULT_GOAL := help
.PHONY: help run dev serve release check test bench reliability release-check fuzz audit \
	licences nightly lock lint type format fmt setup setup-extras setup-dev system

PYTHON ?= python3
PORT ?= 8501
WORKERS ?= 3
REPLICAS ?= 2
SECONDS ?= 60
DATA ?=
# Who may reach the dashboard: this machine alone. ADDRESS=0.0.0.0 opens it to the network.
ADDRESS ?= 127.0.0.1
BIN := .venv/bin
# Nothing waits for what cannot be kept: it is computed when it is asked for.
RELEASE = $(BIN)/python -m forecasting.release
# What shared links show: a minute of one core and a Chrome, so `run` does not wait for it.
PICTURES = $(BIN)/python -m ui.export.link_pictures
# Folders, not markers: pytest then imports no journey, server or sweep to leave its tests out.
FAST := tests/unit tests/architecture forecasting locales sentences charts ui
# The matrices are small: more threads spin for work that never comes and take the other core.
export OPENBLAS_NUM_THREADS ?= 1

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: setup ## set up what is missing and serve the dashboard on PORT (8501) of ADDRESS (this machine)
	@mkdir -p static
	@$(RELEASE) || true
	$(BIN)/python -m streamlit run deploy/server.py --server.port $(PORT) --server.address $(ADDRESS)

serve: setup-extras ## serve REPLICAS (2) behind nginx on PORT; ARGS=restart, status or stop
	@mkdir -p static
	@$(if $(filter status stop,$(ARGS)),,$(RELEASE) || true; $(PICTURES) || true)
	$(BIN)/python deploy/cluster.py $(or $(ARGS),start) --address $(ADDRESS) --port $(PORT) --replicas $(REPLICAS)

dev: setup-dev ## serve on PORT and draw the page again whenever a file changes
	@mkdir -p static
	$(BIN)/python -m streamlit run deploy/server.py --server.port $(PORT) \
		--server.address $(ADDRESS) --server.fileWatcherType auto --server.runOnSave true

release: setup ## compute every day's results once, and draw what shared links show
	$(RELEASE)
	$(PICTURES)

check: setup-dev ## style, import contracts and the fast tests, within a minute
	@start=$$(date +%s); \
	$(BIN)/python -m ruff check . && $(BIN)/python -m ruff format --check . && \
	$(BIN)/lint-imports --no-logo && \
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(FAST) $(ARGS) && \
	echo "check: $$(($$(date +%s) - start)) s"

test: setup-dev system lint type ## set up what is missing and run every check and test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

bench: setup-dev ## measure accuracy and speed against the rivals
	@scripts/setup_rivals.sh
	$(BIN)/python -m benchmarks $(ARGS)

reliability: setup-dev ## load, faults and memory, kept as a dated report
	$(BIN)/python -m benchmarks.reliability $(ARGS)

release-check: setup-dev ## check the figures of DATA (the packaged ones), then load and memory in short
	$(BIN)/python scripts/release_check.py $(DATA)
	$(BIN)/python -m benchmarks.reliability --quick

fuzz: setup-dev ## try every way in with strange inputs, SECONDS (60) each
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

audit: setup-dev ## known vulnerabilities of the installed libraries, where their list can be reached
	$(BIN)/python scripts/audit.py

licences: setup-dev ## list the licences of what is installed in docs/licences.md
	$(BIN)/python scripts/licences.py

nightly: audit ## for a scheduled job: the audit, and the properties from another seed every time
	$(BIN)/python -m pytest -q tests/properties -p no:cacheprovider --hypothesis-profile=nightly

lock: setup-dev ## pin what requirements.txt allows, with hashes, in requirements.lock
	$(BIN)/uv pip compile requirements.txt --universal --python-version 3.11 --generate-hashes \
		--no-header --quiet --output-file requirements.lock

lint: setup-dev ## style, formatting, security rules (ruff's S) and import contracts
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/lint-imports --no-logo

type: setup-dev ## static types
	$(BIN)/python -m mypy

format: setup-dev ## rewrite the code in the house style
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

fmt: format ## short for format

setup:
	@scripts/setup.sh "$(PYTHON)" requirements.lock

setup-extras:
	@scripts/setup.sh "$(PYTHON)" requirements.lock requirements-extras.txt

setup-dev:
	@scripts/setup.sh "$(PYTHON)" requirements.lock requirements-extras.txt requirements-dev.txt

system: setup-dev
	@scripts/install_system.sh
