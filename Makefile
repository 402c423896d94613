# Everything a newcomer needs: `make demo` to see it, `make test` to trust it, `make run` to use it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA ?=
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q
# Node comes from the machine, or from a Python package in the virtual environment.
WITH_TOOLS := PATH="$(abspath $(BIN)):$$PATH"
FRONTEND := zhixuan/shared/ui/frontend
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal
OPERATIONS := $(wildcard tests/modules tests/journeys)
DEMO := env -u DATABASE_URL ZHIXUAN_DEMO=1 $(if $(DATA),ZHIXUAN_DEMO_DATA=1) ZHIXUAN_DATA="$${ZHIXUAN_DATA:-$(if $(DATA),var/demo-data,var/demo)}" $(BIN)/zhixuan

.NOTPARALLEL:
.PHONY: help demo run test test-full check bench docs pictures dist lock messages compile-messages setup setup-dev clean
.DEFAULT_GOAL := help

help:
	@echo "make demo        the demo county on http://127.0.0.1:$(PORT) (PORT=..., DATA=folder of stock cards of your own)"
	@echo "make run         the plain system; the first start asks for an administrator"
	@echo "make test        all tests, with a real SQLite, PostgreSQL and browser"
	@echo "make check       layers, style, types, words: under a minute"
	@echo "make test-full   the slow suites too     make bench   the table of measurements"
	@echo "make docs        the site in site/       make dist    a wheel in dist/"
	@echo "make messages    new words into the .po  make lock    new versions into requirements/"
	@echo "make pictures    those of the documentation anew, from a demo that runs on PORT"
	@echo "make clean       away with all that make made; data stays"

# Use
demo: setup
	@$(DEMO) serve --port $(PORT) $(if $(DATA),--cards "$(DATA)")

run: setup
	@$(BIN)/zhixuan serve --port $(PORT)

# Trust: the operations run twice, on each database; the demo county lives on the embedded one alone
test-full: $(VENV)/.spark
test test-full: setup-dev
	@$(BIN)/python -m tests.postgres
	@failed=0; full="$(if $(filter test-full,$@),--full)"; \
	$(PYTEST) $$full --database=postgresql --ignore=tests/modules/demo $(OPERATIONS) || failed=1; \
	$(PYTEST) $$full || failed=1; \
	exit $$failed

check: setup-dev
	@failed=0; export $(WITH_TOOLS); \
	for words in "ruff check ." "ruff format --check ." "lint-imports --no-logo" "mypy" "python -m pytest tests/architecture"; do \
		echo "$$words"; $$words || failed=1; \
	done; exit $$failed

bench: setup-dev
	@$(BIN)/python -m bench

# Hand on
docs: setup-dev requirements/docs.txt
	@$(INSTALL) --require-hashes -r requirements/docs.txt
	@$(BIN)/mkdocs build --strict --quiet

pictures: setup-dev
	@$(BIN)/python docs/screenshots.py http://127.0.0.1:$(PORT)

dist: setup-dev
	@rm -rf dist && $(BIN)/python -m build --wheel --no-isolation --outdir dist . > /dev/null && ls dist/*.whl

messages: setup-dev
	@$(BIN)/python -m tests.architecture.words add

compile-messages: $(VENV)/.words

lock: $(UV)
	$(LOCK) --group setup -o requirements/setup.txt
	$(LOCK) --group node -o requirements/node.txt
	$(LOCK) --group tryton -o requirements/tryton.txt
	$(LOCK) pyproject.toml -o requirements/base.txt
	$(LOCK) pyproject.toml --extra forecast -c requirements/base.txt -o requirements/forecast.txt
	$(LOCK) pyproject.toml --extra forecast --extra spark -c requirements/forecast.txt -o requirements/spark.txt
	$(LOCK) pyproject.toml --group dev -c requirements/forecast.txt -c requirements/setup.txt -o requirements/dev.txt
	$(LOCK) --group docs -c requirements/dev.txt -o requirements/docs.txt

clean:
	rm -rf $(VENV) node_modules dist build site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf zhixuan/shared/ui/static/bundle
	find zhixuan tests -name "*.mo" -delete -o -name __pycache__ -prune -exec rm -rf {} +

# Set-up: each step leaves a stamp, so that the next start skips it
setup: $(VENV)/.base $(VENV)/.forecast $(VENV)/.words $(VENV)/.assets
setup-dev: $(VENV)/.base $(VENV)/.forecast $(VENV)/.dev $(VENV)/.words $(VENV)/.npm-dev $(VENV)/.assets

$(UV): requirements/setup.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) > /dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
			echo "Installing python3-venv ..."; \
			apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3-venv > /dev/null; \
		else \
			echo "This Python cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; \
			exit 1; \
		fi && $(PYTHON) -m venv --clear $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/setup.txt
	@touch $@

$(VENV)/.base: $(UV) requirements/base.txt pyproject.toml
	@echo "Installing the packages it stands on ..."
	@$(INSTALL) --require-hashes -r requirements/base.txt
	@$(INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/.forecast: $(VENV)/.base requirements/forecast.txt
	@echo "Installing the packages for planning ..."
	@$(INSTALL) --require-hashes -r requirements/forecast.txt
	@touch $@

$(VENV)/.spark: $(VENV)/.forecast requirements/spark.txt
	@echo "Installing the packages for a cluster ..."
	@$(INSTALL) --require-hashes -r requirements/spark.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	@echo "Installing the packages for tests ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.words: $(UV) $(shell find zhixuan -name "*.po")
	@$(BIN)/python -m tests.architecture.words compile
	@touch $@

# Looks: styles, scripts and fonts from npm, bundled
$(VENV)/.node: requirements/node.txt | $(UV)
	@node -e 'process.exit(Number(process.versions.node.split(".")[0] < 18))' 2> /dev/null && npm --version > /dev/null 2>&1 || \
		{ echo "Installing Node.js into $(VENV) ..."; $(INSTALL) --require-hashes -r requirements/node.txt; }
	@touch $@

$(VENV)/.npm: package.json package-lock.json | $(VENV)/.node
	@echo "Installing styles, scripts and fonts ..."
	@$(WITH_TOOLS) npm ci --omit=dev --no-progress --loglevel=error > /dev/null
	@touch $@

$(VENV)/.npm-dev: package.json package-lock.json | $(VENV)/.node
	@echo "Installing styles, scripts, fonts and a browser for tests ..."
	@$(WITH_TOOLS) npm ci --no-progress --loglevel=error > /dev/null
	@touch $(VENV)/.npm $@

$(VENV)/.assets: $(VENV)/.npm $(shell find $(FRONTEND) -type f 2> /dev/null)
	@echo "Bundling them ..."
	@$(WITH_TOOLS) npm run --silent build
	@touch $@
