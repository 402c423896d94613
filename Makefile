# Everything a newcomer needs: `make demo` to see it, `make test` to trust it, `make run` to use it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA ?=
UV := $(BIN)/uv
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q

.PHONY: demo run test test-full check bench docs dist lock messages compile-messages setup setup-dev clean
.DEFAULT_GOAL := help

help:
	@echo "make demo        the demo county on http://127.0.0.1:$(PORT) (DATA=folder for stock cards of your own)"
	@echo "make run         the plain system; the first start asks for an administrator"
	@echo "make test        all tests, with a real SQLite, PostgreSQL and browser"
	@echo "make check       layers, style, types, words: under a minute"
	@echo "make test-full   the slow suites too     make bench   the table of measurements"
	@echo "make docs        the site in site/       make dist    a wheel in dist/"

setup: $(VENV)/.base node_modules/.built compile-messages
setup-dev: $(VENV)/.dev node_modules/.built compile-messages

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.base: $(UV) requirements/base.txt pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

lock: $(UV)
	$(LOCK) pyproject.toml -o requirements/base.txt
	$(LOCK) pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	$(LOCK) --group docs -o requirements/docs.txt
