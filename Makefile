# Everything runs in .venv, which is made on first use. Repeating a command is quick when nothing changed.
#
#   make demo    the pages of the five reference products, into graphs/
#   make test    all tests
#   make lint    ruff, mypy, import-linter
#   make docs    the documentation, into site/
#   make bench   the benchmark table
#   make pages-text, make pictures   renew the outputs and the pictures in README.md and docs/
#
# PYTHON=... chooses the interpreter that .venv is made with (3.11 or newer), PYTEST_ARGS=... adds to pytest.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format docs bench pages-text pictures clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PRODUCTS := fpv_commodity fpv_allied isr_quad_taiwan isr_quad_commodity x650_research_quad
FLAGSHIP := isr_quad_taiwan
# Tests that measure time run first and alone; the others share the cores.
JOBS ?= auto

help:
	@sed -n 's/^#   //p' Makefile

# The first interpreter that is new enough and can make a virtual environment.
$(VENV)/bin/python:
	@found=''; \
	for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	  then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'No Python 3.11 or newer with its venv module was found. Install one (Debian: apt-get install python3-venv), or say PYTHON=/path/to/python3 make ...' >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$found --version)"; \
	$$found -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.core

$(VENV)/.docs: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --quiet --constraint constraints.txt --editable '.[docs]'
	@touch $@ $(VENV)/.core

demo: $(VENV)/.core
	@mkdir -p graphs
	@set -e; for product in $(PRODUCTS); do \
	  echo "report $$product"; \
	  $(BIN)/supplychain report uav $$product -o graphs/$$product-report.html; \
	done; \
	echo "graph $(FLAGSHIP)"; \
	$(BIN)/supplychain graph uav $(FLAGSHIP) -o graphs/$(FLAGSHIP)-graph.html; \
	echo; echo 'The pages need no network; open them in a browser:'; \
	for product in $(PRODUCTS); do echo "  $(CURDIR)/graphs/$$product-report.html"; done; \
	echo "  $(CURDIR)/graphs/$(FLAGSHIP)-graph.html"

# pytest answers 5 where no test was chosen: there may be no test that measures time.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m timing $(PYTEST_ARGS) || [ $$? -eq 5 ]
	$(BIN)/python -m pytest -m 'not timing' -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict supplychain
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo 'The documentation is in site/index.html'

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

pages-text: $(VENV)/.dev
	$(BIN)/python scripts/outputs.py

pictures: demo $(VENV)/.dev
	$(BIN)/python scripts/pictures.py

clean:
	rm -rf $(VENV) site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
